"""What came out of an answer, as plain numbers, and whether it is what should come.

After `plain` nothing of the learner's is left that could run, loop or print.
"""

import math
import re
from fractions import Fraction
from typing import NamedTuple

import numpy as np

FLOOR = 1e-3  # of the tolerance: how far from 0 a number may be that should be 0
EXACT = 1e-12


class Carried(NamedTuple):
    """A value and its grad, of whatever class it was."""

    value: object
    grad: object


class Uncalled(NamedTuple):
    """A function that came back where its outcome was expected."""

    name: str


class Odd(NamedTuple):
    """Anything else, by the name of its type and a short look at it."""

    kind: str
    look: str


class Outcome(NamedTuple):
    """How one trial ended: `kind` is gave, raised, mutated or looped."""

    kind: str
    value: object = None
    words: str = ""


def plain(thing):
    """Return a copy of numbers, arrays, tuples, dicts and texts, however nested."""
    if thing is None or thing is ... or isinstance(thing, (str, Fraction, Carried)):
        return thing
    if isinstance(thing, (bool, np.bool_)):
        return bool(thing)
    if isinstance(thing, (int, np.integer)):
        if abs(int(thing)) > 10**300:  # no float holds it
            return math.inf if thing > 0 else -math.inf
        return int(thing)
    if isinstance(thing, (float, np.floating)):
        return float(thing)
    if isinstance(thing, (complex, np.complexfloating)) and thing.imag == 0:
        return float(thing.real)  # as NumPy 2.5 gives every eigenvalue
    if isinstance(thing, np.ndarray):
        return plain_array(thing)
    if isinstance(thing, dict):
        return {str(key): plain(held) for key, held in thing.items()}
    if isinstance(thing, (list, tuple)):
        return tuple(plain(each) for each in thing)
    return plain_object(thing)


def plain_array(array):
    if array.dtype.kind == "c" and not np.any(array.imag):
        array = array.real
    if array.dtype.kind in "biuf":
        return array.astype(float) if array.ndim else float(array)
    return (
        tuple(plain(each) for each in array.tolist())
        if array.ndim
        else plain(array.item())
    )


def plain_object(thing):
    """Return an object by its value and grad, by its name, or by its type."""
    if isinstance(thing, type):
        return Uncalled(thing.__name__)
    if hasattr(thing, "value") and hasattr(thing, "grad"):
        return Carried(plain(thing.value), plain(thing.grad))
    if callable(thing):
        return Uncalled(getattr(thing, "__name__", type(thing).__name__))
    return Odd(type(thing).__name__, short(repr(thing)))


def told(thing):
    """Return how a thing shows itself, whatever a learner's class does there."""
    try:
        return repr(thing)
    except Exception as error:
        return f"a {type(thing).__name__} whose repr raises {type(error).__name__}"


def short(text, most=60):
    return text if len(text) <= most else f"{text[: most - 3]}..."


def is_number(thing):
    return isinstance(thing, (int, float, Fraction)) and not isinstance(thing, bool)


def compare(got, expected, tolerance=1e-4, exact=False):
    """Return "" where they agree, else how they part: differs, type or shape."""
    if isinstance(expected, Carried):
        if not isinstance(got, Carried):
            return "type"
        pairs = zip(got, expected, strict=True)
        return worst(compare(g, e, tolerance, exact) for g, e in pairs)
    if isinstance(expected, (bool, str)) or expected is None:
        return compare_word(got, expected)
    if is_number(expected):
        return compare_number(got, expected, tolerance, exact)
    if isinstance(expected, dict):
        return compare_dict(got, expected, tolerance, exact)
    return compare_many(got, expected, tolerance, exact)


def worst(parts):
    """Return the gravest of several comparisons."""
    found = set(parts)
    return next((how for how in ("type", "shape", "differs") if how in found), "")


def compare_word(got, expected):
    if isinstance(expected, bool) and is_number(got) and got in (0, 1):
        got = bool(got)
    if type(got) is not type(expected):
        return "type"
    if isinstance(expected, str):
        got, expected = got.strip().lower(), expected.strip().lower()
    return "" if got == expected else "differs"


def compare_number(got, expected, tolerance, exact):
    if isinstance(got, np.ndarray) or (isinstance(got, tuple) and numeric(got)):
        return "shape"
    if not is_number(got):
        return "type"
    if exact and not isinstance(got, float):
        return "" if got == expected else "differs"
    # A number that float32 holds may have been computed in it.
    if exact and not fits_float32(got):
        tolerance = EXACT
    return "" if near(got, expected, tolerance) else "differs"


def fits_float32(number):
    with np.errstate(over="ignore"):
        return float(np.float32(number)) == number


def near(got, expected, tolerance):
    """Tell whether two numbers agree; nan agrees with nan."""
    try:
        got, expected = float(got), float(expected)
    except OverflowError:
        return got == expected
    if math.isnan(expected) or math.isnan(got):
        return math.isnan(expected) and math.isnan(got)
    if math.isinf(expected) or math.isinf(got):
        return got == expected
    return abs(got - expected) <= tolerance * (abs(expected) + FLOOR)


def numeric(many):
    """Tell whether there are only numbers in nested tuples and arrays."""
    if isinstance(many, tuple) and not isinstance(many, (Carried, Uncalled, Odd)):
        return all(numeric(each) for each in many)
    return is_number(many) or isinstance(many, np.ndarray)


def compare_dict(got, expected, tolerance, exact):
    if not isinstance(got, dict):
        return "type"
    if set(got) != set(expected):
        return "shape"
    return worst(
        compare(got[key], held, tolerance, exact) for key, held in expected.items()
    )


def compare_many(got, expected, tolerance, exact):
    """Compare tuples and arrays, which may stand for one another."""
    if not isinstance(got, (tuple, np.ndarray)) or isinstance(
        got, (Carried, Uncalled, Odd)
    ):
        return "shape" if is_number(got) else "type"
    if len(np.atleast_1d(got) if isinstance(got, np.ndarray) else got) != len(expected):
        return "shape"
    return worst(
        compare(plain(g), plain(e), tolerance, exact)
        for g, e in zip(got, expected, strict=True)
    )


def alike(one, other):
    """Tell whether two outcomes are the same behaviour."""
    if one.kind != other.kind:
        return divided_by_zero(one) and divided_by_zero(other)
    if one.kind == "raised":
        return one.value == other.value and gist(one) == gist(other)
    if one.kind != "gave":
        return True
    return same_value(one.value, other.value)


def gist(outcome):
    """Return what a missing operator or attribute was, without names and lines."""
    if outcome.value not in ("TypeError", "AttributeError"):
        return ""
    words = outcome.words.partition(", in the line")[0]
    if outcome.value == "AttributeError":
        return re.sub(r"^'[^']*' object", "", words)
    return re.sub(r"'[^']*'", "", words)


def divided_by_zero(outcome):
    """Tell whether it divided by 0: Python raises then, NumPy gives inf or nan."""
    if outcome.kind == "raised":
        return outcome.value in ("ZeroDivisionError", "OverflowError")
    return outcome.kind == "gave" and not all(map(math.isfinite, floats(outcome.value)))


def floats(thing):
    """Yield every float in a plain thing, however nested."""
    if isinstance(thing, float):
        yield thing
    elif isinstance(thing, np.ndarray):
        yield from thing.ravel().tolist()
    elif isinstance(thing, (tuple, dict)):
        for each in thing.values() if isinstance(thing, dict) else thing:
            yield from floats(each)


def same_value(one, other, tolerance=1e-4):
    """Tell whether two plain things agree, of whatever kind they are."""
    if one is ... or other is ...:
        return one is other
    if isinstance(one, (Uncalled, Odd)) or isinstance(other, (Uncalled, Odd)):
        return type(one) is type(other) and one[0] == other[0]
    try:
        return not (compare(one, other, tolerance) or compare(other, one, tolerance))
    except (TypeError, ValueError):
        return False


def shown(thing):
    """Return a plain thing as a learner would read it."""
    if isinstance(thing, Carried):
        return f"{shown(thing.value)} (grad {shown(thing.grad)})"
    if isinstance(thing, bool) or thing is None or isinstance(thing, str):
        return short(repr(thing), 200)
    if isinstance(thing, float):
        return f"{thing:.6g}"
    if isinstance(thing, (int, Fraction)):
        return short(str(thing), 24)
    if isinstance(thing, np.ndarray):
        return short(np.array2string(thing, precision=5, threshold=8))
    if isinstance(thing, dict) and thing:
        return short(", ".join(f"{k}: {shown(v)}" for k, v in thing.items()), 200)
    if isinstance(thing, (Uncalled, Odd)):
        return f"the function {thing.name}" if type(thing) is Uncalled else thing.look
    if isinstance(thing, tuple):
        return short(f"({', '.join(map(shown, thing))})", 200)
    return str(thing)

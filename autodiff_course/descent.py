"""Gradients of a loss, and gradient descent as a stream of steps.

Every gradient function takes `(loss, params)`: `params` maps names to floats or float
arrays, `loss` takes such a dict and returns one number. The answer is the loss and a
dict of gradients with the names and shapes of `params`, which are never changed.
"""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from autodiff_course.operators import Operators, is_floats, real
from autodiff_course.recording import Recorded
from autodiff_course.reverse import Node, pulled, written_out
from autodiff_course.variable import Variable

AXES = 4  # the most that a value may have beside directions: theirs come before them
STEP = 6e-6  # near the cube root of a float's spacing: best where bends are mild


def differences(loss, params):
    """Return loss and gradient by central differences, ten digits at best."""
    numbers, slopes = in_a_row(params), []
    for x, direction in zip(numbers, np.eye(len(numbers)), strict=True):
        step = STEP * max(1, abs(x))
        above = one_number(loss(laid_out(numbers + step * direction, params)))
        below = one_number(loss(laid_out(numbers - step * direction, params)))
        slopes.append((above - below) / (2 * step))
    return one_number(loss(floats(params))), laid_out(slopes, params)


def one_at_a_time(loss, params):
    """Return loss and gradient by one forward pass for each entry, seeded alone."""
    params, slopes = floats(params), []
    for direction in np.eye(len(in_a_row(params))):
        seeds = laid_out(direction, params)
        out = loss({name: Variable(params[name], seeds[name]) for name in params})
        slopes.append(slope_of(out))
    return one_number(out), laid_out(slopes, params)


def all_directions(loss, params):
    """Return loss and gradient by one forward pass with a direction for every entry.

    Values of up to four axes may occur in the loss: their grads have five.
    """
    params = floats(params)
    seeds = np.eye(sum(np.size(held) for held in params.values()))
    known, first = {}, 0
    for name, held in params.items():
        ones = (1,) * (AXES - np.ndim(held))
        seed = seeds[:, first : first + np.size(held)]
        known[name] = Variable(held, seed.reshape(len(seeds), *ones, *np.shape(held)))
        first += np.size(held)
    out = loss(dict(known))
    value = one_number(out)
    return value, laid_out(slopes_along(out, len(seeds)), params)


def reverse(loss, params):
    """Return loss and gradient by one evaluation and one walk back through it."""
    known = {name: Node(held) for name, held in floats(params).items()}
    out = loss(dict(known))
    value = one_number(out)
    refuse_without_slope(out, Node)
    grads = {node: grad for node, grad in pulled(out) if not node.made_from}
    return value, {
        name: written_out(grads.get(node, 0.0), node.value)
        for name, node in known.items()
    }


METHODS = {
    "differences": differences,
    "one_at_a_time": one_at_a_time,
    "all_directions": all_directions,
    "reverse": reverse,
}


def value_and_grad(loss, params, method="reverse"):
    """Return loss and gradient by the named method; ValueError for another name."""
    if method not in METHODS:
        nearest = get_close_matches(str(method), METHODS, n=1, cutoff=0)[0]
        raise ValueError(
            f"unknown method {method!r}; there are {', '.join(METHODS)}. "
            f"Did you mean {nearest!r}?"
        )
    return METHODS[method](loss, params)


@dataclass(frozen=True)
class Step:
    """One state of gradient descent: what the loss and its gradient were, and where."""

    index: int
    params: dict
    loss: float
    grads: dict

    def __iter__(self):
        return iter((self.index, self.params, self.loss, self.grads))


def descend(loss, start, rate, method="reverse"):
    """Yield the steps of gradient descent for ever, the start first.

    Each round moves every parameter by `-rate * grad`, all at once. ValueError for a
    rate that is not positive and finite; FloatingPointError, with the step and the
    rate, when the loss or a grad is no longer finite.

    >>> steps = descend(lambda p: (p["x"] - 3) ** 2, {"x": 0.0}, rate=0.5)
    >>> next(steps).params, next(steps).params
    ({'x': 0.0}, {'x': 3.0})
    """
    rate = real(rate, "rate")
    if np.ndim(rate) or not 0 < rate < np.inf:
        raise ValueError(
            f"rate must be one positive and finite number, got {rate}; try rate=0.1."
        )
    return steps_from(loss, floats(start), float(rate), method)


def steps_from(loss, params, rate, method):
    """Yield the steps that `descend` promises, its rate being checked."""
    index, value = 0, np.nan
    while finite(params.values()):
        try:
            with np.errstate(all="ignore"):
                value, grads = value_and_grad(loss, params, method)
                following = {name: params[name] - rate * grads[name] for name in params}
        except OverflowError:
            break
        if not finite([value, *grads.values()]):
            break
        yield Step(index, params, value, grads)
        params, index = following, index + 1
    raise FloatingPointError(
        f"at step {index} with rate {rate} the loss, a grad or a parameter is not "
        f"finite (the last loss was {value:.4g}); take a smaller rate, or a start "
        "where the loss is finite."
    )


def finite(quantities):
    """Tell whether no number in them is nan or infinite."""
    return all(np.all(np.isfinite(each)) for each in quantities)


def floats(params):
    """Return a copy of params as floats and float arrays, or say what is wrong."""
    copy = dict(params) if isinstance(params, dict) else {}
    for name, held in copy.items():
        if is_floats(held):
            copy[name] = held.copy()
        elif type(held) not in (float, Recorded):
            held = real(held, f"params[{name!r}]")
            array = isinstance(held, np.ndarray)
            copy[name] = np.array(held, float) if array else float(held)
    if not any(type(held) is float or held.size for held in copy.values()):
        raise TypeError(
            f"params must be a dict of names to numbers or arrays, with one number at "
            f"least, got {params!r:.40}; write for example {{'m': 0.0, 'b': 0.0}}."
        )
    return copy


def in_a_row(params):
    """Return all numbers of params in one row, of shape `(n,)`."""
    return np.concatenate([np.ravel(held) for held in floats(params).values()])


def laid_out(numbers, params):
    """Return a row of numbers under the names and in the shapes of params."""
    laid, rest = {}, np.asarray(numbers)
    for name, held in params.items():
        held = np.asarray(held)
        laid[name], rest = rest[: held.size].reshape(held.shape), rest[held.size :]
    return floats(laid)


def one_number(out):
    """Return what a loss gave as a float; ValueError unless it is one number."""
    held = out.value if isinstance(out, Operators) else out
    if type(held) is float:
        return held
    if type(held) is Recorded:  # noted as one call, where one is needed
        return held.tape.record(one_number, (held,), {}) if held.ndim else held
    held = real(held, "the loss")
    if np.size(held) != 1:
        raise ValueError(
            f"the loss must be one number, got shape {np.shape(held)}; "
            "take the mean over the points."
        )
    return float(np.reshape(held, ()))


def slope_of(out):
    """Return the grad of a loss; TypeError for a plain number, which has none."""
    refuse_without_slope(out, Variable)
    return float(np.sum(out.grad))


def refuse_without_slope(out, kind):
    """Raise TypeError for a loss that is not a Variable, or not a Node."""
    if not isinstance(out, kind):
        raise TypeError(
            f"the loss returned {out!r:.40} ({type(out).__name__}), which has no "
            f"slope; return the {kind.__name__} itself, without .value or NumPy's "
            "functions."
        )


def slopes_along(out, count):
    """Return the grad of a loss along each of the directions."""
    refuse_without_slope(out, Variable)
    return np.broadcast_to(np.ravel(out.grad), count)

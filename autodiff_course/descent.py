"""Gradients of a loss, and gradient descent as a stream of steps. Floor 3.

Every gradient function takes `(loss, params)`: `params` maps names to floats or float
arrays, `loss` takes such a dict and returns one number. The answer is the loss and a
dict of gradients with the names and shapes of `params`, which are never changed.
"""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from autodiff_course.operators import Operators, real
from autodiff_course.reverse import Node, pulled, written_out
from autodiff_course.variable import Variable

AXES = 4  # the most that a value may have beside directions: theirs come before them
STEP = 6e-6  # near the cube root of a float's spacing: best for central differences


def differences(loss, params):
    """Return loss and gradient by central differences, two evaluations an entry.

    The step is 6e-6 * max(1, |x|) at the entry x: about ten digits are right.
    """
    params = floats(params)
    grads = {name: np.zeros(np.shape(held)) for name, held in params.items()}
    for name, entry, x in entries(params):
        step = STEP * max(1, abs(x))
        above = one_number(loss(replaced(params, name, entry, x + step)))
        below = one_number(loss(replaced(params, name, entry, x - step)))
        grads[name][entry] = (above - below) / (2 * step)
    return one_number(loss(floats(params))), floats(grads)


def one_at_a_time(loss, params):
    """Return loss and gradient by one forward pass for each entry, seeded alone."""
    params = floats(params)
    grads = {name: np.zeros(np.shape(held)) for name, held in params.items()}
    for name, entry, _ in entries(params):
        seeds = {key: 0.0 * held for key, held in params.items()}
        seeds = replaced(seeds, name, entry, 1.0)
        known = {key: Variable(held, seeds[key]) for key, held in params.items()}
        out = loss(known)
        value = one_number(out)
        grads[name][entry] = slope_of(out)
    return value, floats(grads)


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
    return steps_from(loss, floats(start), rate, method)


def steps_from(loss, params, rate, method):
    """Yield the steps that `descend` promises, its arguments being checked."""
    index = 0
    while True:
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                value, grads = value_and_grad(loss, params, method)
                following = {name: params[name] - rate * grads[name] for name in params}
        except OverflowError as error:
            raise diverged(index, rate, "too large for a float") from error
        if not finite([value, *grads.values()]):
            raise diverged(index, rate, f"{value:.4g}, or its gradient is not finite")
        yield Step(index, floats(params), value, floats(grads))
        params, index = following, index + 1
        if not finite(params.values()):
            raise diverged(index, rate, "out of reach: a parameter is not finite")


def finite(quantities):
    """Tell whether no number in them is nan or infinite."""
    return all(np.all(np.isfinite(each)) for each in quantities)


def diverged(index, rate, found):
    """Return the error that ends a run whose numbers have left the floats."""
    return FloatingPointError(
        f"at step {index} with rate {rate} the loss is {found}; "
        "take a smaller rate, or a start where the loss is finite."
    )


def floats(params):
    """Return a copy of params as floats and float arrays, or say what is wrong."""
    named = params if isinstance(params, dict) else {}
    copy = {name: own_floats(held, name) for name, held in named.items()}
    if not any(type(held) is float or held.size for held in copy.values()):
        raise TypeError(
            f"params must be a dict of names to numbers or arrays, with one number at "
            f"least, got {params!r:.40}; write for example {{'m': 0.0, 'b': 0.0}}."
        )
    return copy


def own_floats(held, name):
    """Return one parameter as a float, or as a float array in memory of its own."""
    if type(held) is float:
        return held
    if type(held) is not np.ndarray or held.dtype.kind != "f" or not held.ndim:
        held = real(held, f"params[{name!r}]")
    return np.array(held, dtype=float) if isinstance(held, np.ndarray) else float(held)


def entries(params):
    """Yield (name, index, number) for every number in params."""
    for name, held in params.items():
        for index in np.ndindex(np.shape(held)):
            yield name, index, float(np.asarray(held)[index])


def replaced(params, name, index, number):
    """Return a copy of params in which one number is another."""
    copy = floats(params)
    if np.ndim(copy[name]):
        copy[name][index] = number
    else:
        copy[name] = number
    return copy


def one_number(out):
    """Return what a loss gave as a float; ValueError unless it is one number."""
    held = out.value if isinstance(out, Operators) else out
    if type(held) is float:
        return held
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


def laid_out(numbers, params):
    """Return a row of numbers under the names and in the shapes of params."""
    ends = np.cumsum([np.size(held) for held in params.values()])
    parts = zip(params.items(), np.split(numbers, ends[:-1]), strict=True)
    return floats({name: part.reshape(np.shape(held)) for (name, held), part in parts})

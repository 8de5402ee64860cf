"""Ways to write down what a check tries. Points are generic: never 0, 1/2, 1, -1."""

import inspect
from fractions import Fraction

from autodiff_course.exercises.guard import MutatedError, WrongKindError
from autodiff_course.exercises.outcomes import Carried, plain, same_value, shown
from autodiff_course.exercises.records import Trial, give
from autodiff_course.variable import Variable

POINTS = ((1.7, -2.3), (-0.6, 2.9))
# One input at a time, then a direction: what arrives at an inner rule is not 1.
SEEDS = ((1, 0), (0, 1), (2, -0.6))
FRACTIONS = (Fraction(7, 3), Fraction(-5, 4))


def value(expected, tolerance=1e-4):
    """Return the trial of a value exercise."""
    return Trial("", expected, act=give, tolerance=tolerance)


def called(reference, *points, exact=False, tolerance=1e-4):
    """Yield a trial for each point: the answer should give what the reference gives.

    A point is a tuple of arguments. The reference is a closed form, or the course's
    own function; its parameter names are those that the learner reads.
    """
    names = list(inspect.signature(reference).parameters)
    for point in points:
        yield Trial(
            placed(names, point),
            plain(reference(*point)),
            inputs=tuple(point),
            tolerance=tolerance,
            exact=exact,
        )


def placed(names, point):
    """Say where: "at x = 1.7, h = 0.1"."""
    pairs = zip(names, point, strict=True)
    return "at " + ", ".join(f"{name} = {named(each)}" for name, each in pairs)


def named(thing):
    return getattr(thing, "__name__", None) or shown(plain(thing))


def slopes(build, *texts, points=POINTS, seeds=SEEDS, exact=True):
    """Yield trials of expressions in x and y, such as "x * (y - 3)".

    `build(answer)` returns the class to try: the answer itself, or an engine with the
    answer in it. The expected value and grad are those of the course's own Variable.
    With `exact` each expression is tried once more on fractions.
    """
    for text in texts:
        for point in points:
            for seed in seeds:
                yield slope_trial(build, text, point, seed)
        if exact:
            yield slope_trial(build, text, FRACTIONS, (2, -3), exact=True)


def slope_trial(build, text, point, seed, exact=False):
    """Return the trial of one expression at one point in one direction."""
    names = [name for name in ("x", "y") if name in text]
    inputs = [
        f"{name} = {shown(Carried(v, s))}"
        for name, v, s in zip(names, point, seed, strict=False)
    ]
    return Trial(
        f"`{text}` at {', '.join(inputs)}",
        plain(evaluated(Variable, text, point, seed)),
        inputs=(text, point, seed),
        act=lambda answer, *inputs: evaluated(build(answer), *inputs),
        exact=exact,
        group=text,
    )


def evaluated(number, text, point, seed):
    """Return an expression of x and y, computed by one class of numbers."""
    held = [number(v, s) for v, s in zip(point, seed, strict=True)]
    before = [plain(each) for each in held]
    out = eval(text, dict(zip(("x", "y"), held, strict=True)))
    for name, old, each in zip(("x", "y"), before, held, strict=True):
        if not same_value(old, plain(each)):
            raise MutatedError(name)
    if not (hasattr(out, "value") and hasattr(out, "grad")):
        raise WrongKindError(out)
    return out

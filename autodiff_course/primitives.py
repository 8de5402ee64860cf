"""Functions of one number that know their slope, each declared once.

A declaration holds the value, the slope, the formula and where both are defined.
Forward mode, reverse mode, the pictures and the tests follow from it. Slopes are
written with operators and the primitives themselves (`cos(x)`, never `np.cos(x)`), so
that a slope can be differentiated once more.
"""

from math import inf

import numpy as np

from autodiff_course.operators import Operators, is_floats, real


class Primitive:
    """A function that takes a number, an array, a Variable or a Node.

    `function` works on floats and float arrays. `slope(out, x)` is the derivative at
    x and may reuse the value `out`. `formula` says in SymPy's words what is computed.
    `domain` holds the lowest and the highest float that it takes: a number outside is a
    ValueError, in an array NumPy's nan with its warning. `shown` is the stretch drawn.
    """

    def __init__(
        self, function, slope, formula, domain=(-inf, inf), shown=(-4.0, 4.0), name=None
    ):
        self.function = function
        self.slope = slope
        self.formula = formula
        self.domain = domain
        self.shown = shown
        self.name = name or function.__name__
        self.__doc__ = f"Return {self.name}(x) = {formula}."

    def __call__(self, x):
        if type(x) is float:
            return self.at(x)
        if is_floats(x):
            return self.function(x)
        if hasattr(x, "chain"):
            return x.chain(self)
        held = real(x, f"what {self.name} takes")
        if isinstance(held, np.ndarray):
            return self.function(held)
        return self.at(float(held))

    def __repr__(self):
        return f"<{self.name}(x) = {self.formula}>"

    def at(self, x):
        """Return the value at one Python float; ValueError outside the domain."""
        low, high = self.domain
        if x < low or x > high:
            raise ValueError(
                f"{self.name} got {x}, and takes numbers from {low:.3g} to {high:.3g}; "
                "look at what is computed before it."
            )
        return float(self.function(x))

    def push(self, out, x, grad):
        """Return the grad of the result, given that of the argument."""
        return self.slope(out, x) * grad

    def pull(self, out, x, grad):
        """Return the grad of the argument, given that of the result."""
        return self.slope(out, x) * grad


def bounded(x):
    """Return exp(x), but exp(700) for every x above: a float still holds that."""
    return np.exp(np.minimum(x, 700.0))


def logistic(x):
    """Return 1 / (1 + exp(-x)), accurate at both ends and without overflow."""
    power = bounded(x)
    return power / (1.0 + power)


def softened(x):
    """Return log(1 + exp(x)), accurate at both ends and without overflow."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def rectified(x):
    """Return x where it is positive, else 0."""
    return np.maximum(x, 0.0)


exp = Primitive(np.exp, slope=lambda out, x: out, formula="exp(x)")

log = Primitive(
    np.log,
    slope=lambda out, x: 1 / x,
    formula="log(x)",
    domain=(np.nextafter(0.0, 1.0), inf),
    shown=(0.1, 8.0),
)

bounded_exp = Primitive(
    bounded,
    slope=lambda out, x: out * (x < 700.0),
    formula="exp(Min(x, 700))",
    name="bounded_exp",
)

sigmoid = Primitive(
    logistic,
    slope=lambda out, x: out / (1.0 + bounded_exp(x)),
    formula="1 / (1 + exp(-x))",
    shown=(-8.0, 8.0),
    name="sigmoid",
)

softplus = Primitive(
    softened,
    slope=lambda out, x: sigmoid(x),
    formula="log(1 + exp(x))",
    shown=(-8.0, 8.0),
    name="softplus",
)

tanh = Primitive(np.tanh, slope=lambda out, x: 1 - out * out, formula="tanh(x)")
tanh.__doc__ += " Far out its slope, a difference, loses digits; beyond 19 it is 0."

relu = Primitive(
    rectified, slope=lambda out, x: 1.0 * (x > 0), formula="Max(x, 0)", name="relu"
)
relu.__doc__ += " At the kink, x = 0, the slope used is 0, that from the left."

sin = Primitive(np.sin, slope=lambda out, x: cos(x), formula="sin(x)")

cos = Primitive(np.cos, slope=lambda out, x: -sin(x), formula="cos(x)")

sqrt = Primitive(
    np.sqrt,
    slope=lambda out, x: 0.5 / out,
    formula="sqrt(x)",
    domain=(0.0, inf),
    shown=(0.1, 8.0),
)
sqrt.__doc__ += " At 0 the slope is infinite: an error; in an array NumPy's inf."


def exponent_slope(out, x, moving):
    """Return `x**n * log(x)`, the slope of a power towards its exponent.

    `out` is `x**n` and `moving` the grad of the exponent. Where `out` is 0 the slope
    is 0 (of Variables an error). ValueError where the base is negative and the
    exponent moves: beside such a point the power is not a real number.
    """
    if np.any((x < 0) & (moving != 0)):
        raise ValueError(
            "the exponent moves and the base is negative, so that x ** n has no slope; "
            "give the exponent as a plain number, or keep the base positive."
        )
    if isinstance(x, Operators) or isinstance(out, Operators):
        return out * log(x)
    # As floats: beside an array a fraction or a very long integer is an object.
    return out * log(np.where((x < 0) | (out == 0), 1.0, x).astype(float))

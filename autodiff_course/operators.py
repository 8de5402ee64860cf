"""The manners of Variable and Node towards Python and NumPy.

A class that inherits from `Operators` gets the reflected operators, unary
minus and ordering from its own five rules, and refuses, with a reason, what would
lose a slope in silence. `real` is the check that both classes make of what they hold.
"""

from numbers import Real

import numpy as np

# Exact classes: a membership test of `type(x)` costs a quarter of what `isinstance`
# of an abstract class does, and the naive loops make millions of numbers. In a tuple
# the test compares two addresses; a set would hash first.
PLAIN = (float, int)

# Which method answers for a NumPy function, when the object stands left or right.
SPECIAL_METHODS = {
    np.add: ("__add__", "__radd__"),
    np.subtract: ("__sub__", "__rsub__"),
    np.multiply: ("__mul__", "__rmul__"),
    np.true_divide: ("__truediv__", "__rtruediv__"),
    np.power: ("__pow__", "__rpow__"),
    np.matmul: ("__matmul__", "__rmatmul__"),
    np.less: ("__lt__", "__gt__"),
    np.less_equal: ("__le__", "__ge__"),
    np.greater: ("__gt__", "__lt__"),
    np.greater_equal: ("__ge__", "__le__"),
    np.equal: ("__eq__", "__eq__"),
    np.not_equal: ("__ne__", "__ne__"),
}

# What the course has for a function of NumPy, and what is written without one.
COUNTERPARTS = {name: name for name in ("log", "exp", "tanh", "sin", "cos", "sqrt")}
COUNTERPARTS |= {"mean": "mean", "average": "mean", "sum": "total"}
WRITTEN = {"dot": "the operator @", "square": "x * x or x ** 2", "negative": "-x"}
WRITTEN |= {"maximum": "b + relu(a - b)", "logaddexp": "b + softplus(a - b)"}

DIRECTIONS_MET_DATA = (
    "directions have met data: the first axis of a grad counts directions, and an "
    "array with as many axes was laid over it. Seed with grads of shape (k, 1) for "
    "one number among n points, (k, 1, 1) among matrices. Beside Variables in "
    "Variables nest all that move; np.array(grad) is a grad as plain numbers."
)


class Directions(np.ndarray):
    """A grad whose first axis counts directions, not data.

    An array like any other, except that it notices when its direction axis has been
    laid over a data axis: such an array comes back as a `Clash`, which no Variable
    accepts as its grad.
    """

    def __getitem__(self, index):
        # What is picked out need not have the direction axis in front.
        return self.view(np.ndarray)[index]

    def __array_wrap__(self, array, context=None, return_scalar=False):
        if context is None:  # not an operation on each entry, but a sum over axes
            return array[()]
        if all(map(self.meets, context[1])):
            return array.view(type(self))
        return array.view(LiftedClash if isinstance(self, Lifted) else Clash)

    def meets(self, operand):
        """Tell whether an operand's data axes all stand right of the directions."""
        axes = getattr(operand, "ndim", 0)
        if isinstance(operand, Directions):
            return axes == self.ndim and not isinstance(operand, Clash)
        return axes < self.ndim


class Clash(Directions):
    """Directions that have met data: as a grad, these numbers mean nothing."""


class Lifted(Directions):
    """Directions of an outer pass: the inner one has them in a Variable, as a value."""


class LiftedClash(Lifted, Clash):
    """Directions of an outer pass that have met data."""


class Operators:
    """What follows from the five rules, and what is refused."""

    __slots__ = ()

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return type(self)(other) - self

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return type(self)(other) / self

    def __rpow__(self, other):
        return type(self)(other) ** self

    def __rmatmul__(self, other):
        return type(self)(other) @ self

    def __neg__(self):
        return self * -1

    def __pos__(self):
        return self

    def __eq__(self, other):
        return self is other

    __hash__ = object.__hash__

    def __lt__(self, other):
        return self.value < value_of(other, type(self))

    def __le__(self, other):
        return self.value <= value_of(other, type(self))

    def __gt__(self, other):
        return self.value > value_of(other, type(self))

    def __ge__(self, other):
        return self.value >= value_of(other, type(self))

    def __bool__(self):
        raise TypeError(
            f"a {type(self).__name__} is neither true nor false; ask about its value, "
            "as in v.value != 0 or v > 0."
        )

    def __float__(self):
        raise TypeError(
            f"float() got a {type(self).__name__}, and a float has no slope; math.exp "
            "and its kind ask for one too. autodiff_course has exp, log, sin, cos, "
            "tanh, sqrt, sigmoid, softplus and relu, and no others; or take .value "
            "where no slope is wanted."
        )

    def __array__(self, dtype=None, copy=None):
        kind = type(self).__name__
        raise TypeError(
            f"NumPy tried to put a {kind} into an array, and arrays hold no slopes; "
            f"put the array into the {kind} instead, or take .value."
        )

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        left, right = SPECIAL_METHODS.get(ufunc, ("", ""))
        if hasattr(self, left) and "out" in options:
            raise TypeError(
                f"an array cannot take a {type(self).__name__} into itself, because "
                "its entries hold no slopes; write a = a * v instead of a *= v."
            )
        if not hasattr(self, left) or method != "__call__" or options:
            raise TypeError(refusal(ufunc.__name__, self))
        if isinstance(inputs[0], Operators):
            return getattr(inputs[0], left)(inputs[1])
        return getattr(inputs[1], right)(inputs[0])

    def __array_function__(self, function, types, args, kwargs):
        raise TypeError(refusal(function.__name__, self))


def value_of(operand, kind):
    """Return the value of a Variable or Node of that kind, else the plain operand."""
    if isinstance(operand, Operators) and not isinstance(operand, kind):
        raise TypeError(
            f"what is compared must be {ACCEPTED}, got {described(operand)}."
        )
    return operand.value if isinstance(operand, Operators) else operand


def refusal(name, operand):
    """Say why a NumPy function is refused, and what to write instead."""
    kind = type(operand).__name__
    remedy = "the course has none of its own: build it from + - * / **, exp, log"
    if name in COUNTERPARTS:
        remedy = f"use {COUNTERPARTS[name]} from autodiff_course"
    if name in WRITTEN:
        remedy = f"write {WRITTEN[name]}"
    return f"np.{name} got a {kind} and knows nothing of slopes; {remedy}."


def is_floats(quantity):
    """Tell whether it is a plain array of floats: the commonest, and right as it is."""
    return type(quantity) is np.ndarray and quantity.dtype.char == "d" and quantity.ndim


def real(quantity, role):
    """Return a real number or an array of them as floats, or raise TypeError.

    Python's ints and fractions stay as they are; other numbers and arrays without
    axes become Python floats, integer and bool arrays become float arrays.
    """
    if type(quantity) in PLAIN:
        return quantity
    if type(quantity) is np.ndarray or isinstance(quantity, Directions):
        if quantity.dtype.kind in "biuf":
            kept = quantity.dtype.char in "dg"  # short floats overflow soon
            floats = quantity if kept else quantity.astype(float)
            return floats if floats.ndim else float(floats)
    elif isinstance(quantity, (bool, np.generic)):
        if np.asarray(quantity).dtype.kind in "biuf":
            return float(quantity)
    elif isinstance(quantity, Real):
        return quantity
    raise TypeError(f"{role} must be {ACCEPTED}, got {described(quantity)}.")


ACCEPTED = "a real number or a NumPy array of real numbers"


def described(quantity):
    """Name a rejected quantity and, where there is one, the way out."""
    kind = type(quantity).__name__
    if type(quantity) is np.ndarray:
        remedy = "try .astype(float), and float(...) of a fraction beside it"
        return f"an array of {quantity.dtype}; {remedy}"
    if isinstance(quantity, np.ndarray):
        return f"a {kind}; turn it into a plain array first"
    if isinstance(quantity, (list, tuple)):
        return f"a {kind}; write np.array({quantity!r:.40})"
    if isinstance(quantity, complex):
        return f"the complex number {quantity}; a negative base has no real root"
    if isinstance(quantity, Operators):
        return f"a {kind}; Variables and Nodes cannot be mixed, choose one of them"
    if quantity is None:
        return "None; look for a function that ends without return"
    return f"{quantity!r:.40} ({kind}); turn it into a number first"

"""`Variable`: a value and its grad, pushed forward together.

The five rules are the sum, difference, product, quotient and power rule of school,
each applied to numbers that carry their own derivative. The idea is forward mode:
R. E. Wengert, "A simple automatic derivative evaluation program", 1964.
"""

import numpy as np

from autodiff_course.operators import (
    DIRECTIONS_MET_DATA,
    PLAIN,
    Clash,
    Directions,
    Lifted,
    Operators,
    real,
)
from autodiff_course.primitives import exponent_slope
from autodiff_course.shapes import innermost, product, refuse_product, shape_of


class Variable(Operators):
    """A value and its grad: the derivative along the direction that was seeded.

    `value` is a number or an array; `grad` is broadcast against it. A grad with more
    axes than its value holds k directions on its first axis: `(k, n)` for the value
    `(n,)`, `(k, 1)` for one number among such values. A value may be a Variable;
    then `.grad.grad` is a second derivative.

    >>> x = Variable(4.0, 1)
    >>> (3 * x).grad
    3.0
    """

    __slots__ = ("grad", "value")

    def __init__(self, value, grad=0):
        if type(value) not in PLAIN or type(grad) not in PLAIN:
            value, grad = checked(value, grad)
        self.value = value
        self.grad = grad

    def __repr__(self):
        return f"Variable({self.value!r}, grad={self.grad!r})"

    def __add__(self, other):
        if not isinstance(other, Variable):
            other = Variable(other)
        return Variable(self.value + other.value, self.grad + other.grad)

    def __sub__(self, other):
        if not isinstance(other, Variable):
            other = Variable(other)
        return Variable(self.value - other.value, self.grad - other.grad)

    def __mul__(self, other):
        if not isinstance(other, Variable):
            other = Variable(other)
        grad = self.grad * other.value + self.value * other.grad
        return Variable(self.value * other.value, grad)

    def __truediv__(self, other):
        if not isinstance(other, Variable):
            other = Variable(other)
        # (u' - y v') / v and not (u' v - u v') / v**2, because v**2 can overflow.
        out = self.value / other.value
        return Variable(out, (self.grad - out * other.grad) / other.value)

    def __pow__(self, other):
        if not isinstance(other, Variable):
            other = Variable(other)
        x, n = self.value, other.value
        out, grad = x**n, self.grad
        # A base that stands still needs no slope; x ** 0.5 has none at 0.
        if (grad == 0) is False or moves(grad):
            # x ** 0 is flat, also at x = 0, where x ** -1 does not exist.
            grad = n * x ** (n - (n != 0)) * grad
        if (other.grad == 0) is not True and moves(other.grad):
            grad = grad + exponent_slope(out, x, other.grad) * other.grad
        return Variable(out, grad)

    def __matmul__(self, other):
        if not isinstance(other, Variable):
            other = Variable(other)
        shapes = shape_of(self), shape_of(other)
        refuse_product(*shapes)
        moved = product(self.grad, other.value, shapes)
        turned = product(self.value, other.grad, shapes)
        return Variable(product(self.value, other.value, shapes), moved + turned)

    def chain(self, primitive):
        out = primitive(self.value)
        return Variable(out, primitive.push(out, self.value, self.grad))


def moves(grad):
    """Tell whether a grad is anything but zero.

    Where a plain number is likely, ask `grad == 0` first: it saves the call.
    """
    if type(grad) in PLAIN:
        return grad != 0
    if isinstance(grad, Operators):
        return moves(grad.value) or moves(grad.grad)
    return bool(np.any(grad != 0))


def checked(value, grad):
    """Return value and grad as a Variable holds them, or say what is wrong.

    TypeError for what is not real, ValueError for shapes that do not fit.
    """
    if isinstance(value, float) and type(grad) in PLAIN:
        return float(value), grad  # the commonest by far: a number out of an array
    if is_variable(value) or is_variable(grad):
        return nested(value, grad)
    if isinstance(grad, Clash) or (type(value) is Directions and not moves(grad)):
        raise ValueError(DIRECTIONS_MET_DATA)  # a constant's are of another level
    value = real(value, "the value of a Variable")
    grad = real(grad, "the grad of a Variable")
    if isinstance(value, Directions) and not isinstance(value, Lifted):
        value = value.view(np.ndarray)  # as after w - rate * grad: a value is data
    if isinstance(grad, np.ndarray):
        grad = fitted(grad, np.shape(value))
    return value, grad


def is_carrier(x):
    """Tell whether an object, not a class, carries a value and a grad."""
    return hasattr(x, "value") and hasattr(x, "grad") and not isinstance(x, type)


def is_variable(x):
    """Tell whether it carries a grad that is pushed forward, whatever its class."""
    return not (isinstance(x, np.ndarray) or hasattr(x, "backward")) and is_carrier(x)


def nested(value, grad):
    """Return both as Variables: a constant of the inner pass has inner grad 0."""
    value, grad = alike(value, grad), alike(grad, value)
    data, seeds = innermost(value), innermost(grad)
    if isinstance(seeds, np.ndarray):
        met = isinstance(seeds, Lifted) and not isinstance(data, Lifted)
        if isinstance(seeds, Clash) or (met and seeds.ndim <= np.ndim(data)):
            raise ValueError(DIRECTIONS_MET_DATA)
        fitted(seeds, np.shape(data))
        grad = lifted(grad, np.ndim(data))
    return value, grad


def alike(quantity, nest):
    """Return a constant as deep in Variables as another quantity is."""
    if is_variable(quantity) or not is_variable(nest):
        return quantity
    return type(nest)(alike(quantity, nest.value))


def lifted(grad, axes):
    """Return a grad of nested Variables, marked where it has more axes than data."""
    if is_variable(grad):
        return type(grad)(lifted(grad.value, axes), lifted(grad.grad, axes))
    return grad.view(Lifted) if np.ndim(grad) > axes else grad


def fitted(grad, shape):
    """Return the grad, marked as `Directions` where it has more axes than the value."""
    more = grad.ndim - len(shape)
    if type(grad) is Directions and more <= 0:
        raise ValueError(DIRECTIONS_MET_DATA)
    full = (1,) * (more - 1) + shape  # without an axis of directions
    fits = (a in (1, b) for a, b in zip(grad.shape[::-1], full[::-1], strict=False))
    if full not in (grad.shape, grad.shape[1:]) and not all(fits):
        raise ValueError(
            f"a grad of shape {grad.shape} does not fit a value of shape {shape}; give "
            f"{shape}, something that broadcasts to it, or k directions on one leading "
            f"axis: {('k', *shape) if shape else '(k,) or (k, 1)'}."
        )
    marked = more <= 0 or isinstance(grad, Directions)
    return grad if marked else grad.view(Directions)

"""`Node`: a value that remembers how it was made, so that its grad can be pulled back.

Where a Variable carries its grad along, a Node keeps its operands and the
slope towards each, and `backward` walks from the result to everything it was made of.
The idea is reverse mode: S. Linnainmaa, 1970; B. Speelpenning, 1980.
"""

import numpy as np

from autodiff_course.operators import Operators, is_floats, real
from autodiff_course.recording import Recorded
from autodiff_course.recording import recordable_slope as exponent_slope
from autodiff_course.shapes import (
    axes_of,
    folded,
    inner,
    left_pull,
    refuse_product,
    right_pull,
)

# Once an array of this size was freed, glibc keeps what is freed instead of giving it
# back, and large arrays need not be faulted in anew. Elsewhere it does nothing.
np.empty(4_100_000)

HELD = (float, np.ndarray, Recorded)


class Node(Operators):
    """A value, and the operands that it was made from with the slope towards each.

    A slope is None where the grad is handed on as it is, a number or an array where
    it is multiplied, and a function of the grad for the rest. Constants stand among
    the operands, and get no Node of their own; an array among them is not copied, so
    do not write into it before `backward`. After `backward` of a result, `grad` is its
    derivative towards this value, in this value's shape.

    >>> x = Node(4.0)
    >>> (3 * x + x * x).backward()
    >>> x.grad
    11.0
    """

    __slots__ = ("__weakref__", "grad", "made_from", "value")

    def __init__(self, value, made_from=()):
        if not made_from or type(value) not in HELD:
            value = number(value)
        self.value = value
        self.grad = 0.0
        self.made_from = made_from

    def __repr__(self):
        return f"Node({self.value!r}, grad={self.grad!r})"

    def __add__(self, other):
        out = self.value + plain(other)
        return Node(out, ((self, None), (other, None)))

    def __sub__(self, other):
        out = self.value - plain(other)
        return Node(out, ((self, None), (other, -1.0)))

    def __mul__(self, other):
        x, y = self.value, plain(other)
        return Node(x * y, ((self, y), (other, x)))

    def __truediv__(self, other):
        x, y = plain(self), plain(other)
        out = x / y
        towards_x = (self, lambda grad: folded(grad / y, out, x))
        towards_y = (other, lambda grad: folded(-grad * out / y, out, y))
        return Node(out, (towards_x, towards_y))

    def __pow__(self, other):
        x, n = plain(self), plain(other)
        out = x**n
        slope = exponent_slope(out, x, 1.0) if isinstance(other, Node) else None
        towards_x = (self, lambda grad: power_pull(grad, out, x, n))
        return Node(out, (towards_x, (other, slope)))

    def __matmul__(self, other):
        x, y = plain(self), plain(other)
        refuse_product(np.shape(x), np.shape(y))
        out = x @ y
        towards_x = (self, lambda grad: left_pull(grad, out, x, y))
        towards_y = (other, lambda grad: right_pull(grad, out, x, y))
        return Node(out, (towards_x, towards_y))

    def __rsub__(self, other):
        return Node(number(other) - self.value, ((self, -1.0),))

    # The other rules take a constant on the left as well.
    def __rtruediv__(self, other):
        return Node.__truediv__(other, self)

    def __rpow__(self, other):
        return Node.__pow__(other, self)

    def __rmatmul__(self, other):
        return Node.__matmul__(other, self)

    def chain(self, primitive):
        x = self.value
        out = primitive(x)
        return Node(out, ((self, lambda grad: primitive.pull(out, x, grad)),))

    def backward(self):
        """Set the grad of every node that this one was made from.

        ValueError unless this is one number. What stood in a grad is replaced.
        """
        if np.size(self.value) != 1:
            raise ValueError(
                f"backward starts from one number, got shape {np.shape(self.value)}; "
                "take the mean or the total first."
            )
        for node, grad in pulled(self):
            node.grad = written_out(grad, node.value)


def plain(operand):
    """Return the value of a Node, and a constant as Nodes compute with it."""
    if isinstance(operand, Node):
        return operand.value
    return number(operand)


def number(value):
    """Return a value as a Node holds it; TypeError for what is not real."""
    if type(value) in (float, int, Recorded) or is_floats(value):
        return value
    held = real(value, "the value of a Node")
    # Directions become data; beside an array a fraction would become an object.
    return np.asarray(held) if isinstance(held, np.ndarray) else float(held)


def pulled(end):
    """Yield every node that the end was made from, with the grad towards it.

    A node hands its grad on when all who used it have handed in theirs. A number
    stands for an array of equal grads.
    """
    waiting, grads, ready = uses(end), {}, [(end, 1.0)]
    while ready:
        node, grad = ready.pop()
        yield node, grad
        for operand, slope in node.made_from:
            if isinstance(operand, Node):
                part = share(grad, slope, node.value, operand.value)
                if operand in grads:
                    part = grads.pop(operand) + part
                waiting[operand] -= 1
                if waiting[operand]:
                    grads[operand] = part
                else:
                    ready.append((operand, part))


def uses(end):
    """Return how often each node was used on the way to the end."""
    counts, stack = {end: 0}, [end]
    while stack:
        for operand, _ in stack.pop().made_from:
            if isinstance(operand, Node):
                if operand in counts:
                    counts[operand] += 1
                else:
                    counts[operand] = 1
                    stack.append(operand)
    return counts


def share(grad, slope, out, x):
    """Return what the grad of `out` gives to its operand `x`."""
    if slope is None:
        return folded(grad, out, x)
    if callable(slope):
        return slope(grad)
    if axes_of(x) == () and axes_of(grad) == axes_of(slope) != ():
        return inner(grad, slope)  # one number met many: a sum of products
    return folded(grad * slope, out, x)


def written_out(grad, value):
    """Return a grad in the shape of its value, in memory of its own."""
    if not axes_of(value):
        return number(grad)
    if type(value) is Recorded:  # noted as one call
        return value.tape.record(written_out, (grad, value), {})
    return np.full(value.shape, grad, float)


def power_pull(grad, out, x, n):
    """Return the grad of x in out = x**n; x**0 is flat, also at x = 0."""
    if type(n) is int and n == 2:
        return 2 * grad * x  # the commonest, without the array that x**1 would be
    return folded(grad * n * x ** (n - (n != 0)), out, x)

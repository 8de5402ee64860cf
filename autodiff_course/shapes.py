"""Which axes are data and which are directions: sums and products that mind it.

A grad is broadcast against its value, so it may be smaller; one with more
axes than its value counts directions on its first axis.
"""

from math import prod

import numpy as np

from autodiff_course.operators import PLAIN, Operators

PIECE = 10_000  # entries: for longer dot products BLAS starts threads


def innermost(x):
    """Return the number or array inside Variables and Nodes."""
    while hasattr(x, "value"):
        x = x.value
    return x


def shape_of(x):
    """Return the shape of an array, or of the one inside a Variable or a Node."""
    return np.shape(innermost(x))


def widened(grad, shape):
    """Return a grad as wide as the data of its value, its directions kept in front."""
    wide = np.shape(grad)[: max(np.ndim(grad) - len(shape), 0)] + shape
    return grad if np.shape(grad) == wide else np.broadcast_to(grad, wide, subok=True)


def summed(grad, shape):
    """Sum a grad over the data axes of a value of this shape, whatever its own size.

    A grad that is smaller than its value counts once per entry. Directions stay, with
    an axis of length 1 for each data axis.
    """
    if hasattr(grad, "chain"):
        return type(grad)(summed(grad.value, shape), summed(grad.grad, shape))
    wide = widened(grad, shape)
    extra = np.ndim(wide) - len(shape)
    if extra == 0:
        return float(np.add.reduce(wide, axis=None))
    return np.add.reduce(wide, axis=tuple(range(extra, wide.ndim)), keepdims=True)


def axes_of(x):
    """Return the shape of an array, and () for a number: sooner than `np.shape`."""
    return getattr(x, "shape", ())


def folded(grad, out, x):
    """Sum a grad of `out` over the entries that broadcasting made of one of `x`.

    A grad that is one number stands for equal grads of all entries, before and after.
    """
    wide, narrow = axes_of(out), axes_of(x)
    if wide == narrow:
        return grad
    if axes_of(grad) == ():
        return grad * (prod(wide) // max(prod(narrow), 1))
    if axes_of(grad) != wide:
        grad = np.broadcast_to(grad, wide)
    if narrow == ():
        part = np.add.reduce(grad, axis=None)
        return float(part) if isinstance(part, np.floating) else part
    padded = (1,) * (len(wide) - len(narrow)) + narrow
    repeated = tuple(i for i in range(len(wide)) if padded[i] != wide[i])
    return np.add.reduce(grad, axis=repeated).reshape(narrow)


def inner(left, right):
    """Return the sum of products of all entries, without an array in between."""
    for each in (left, right):
        if hasattr(each, "tape"):
            return each.tape.record(inner, (left, right), {})
    if left.ndim > 1:
        left, right = left.ravel(), right.ravel()
    if len(left) <= PIECE:
        return float(left.dot(right))
    pieces = range(0, len(left), PIECE)
    return float(sum(left[i : i + PIECE].dot(right[i : i + PIECE]) for i in pieces))


def product(left, right, shapes):
    """Return left @ right, of which one may be the grad of a value of its shape.

    A vector is one row on the left and one column on the right. Directions stay in
    front, with an axis of length 1 for each axis that is summed away.
    """
    if isinstance(left, Operators) or isinstance(right, Operators):
        return nested_product(left, right, shapes)
    if still(left) or still(right):
        return 0.0
    left, right = widened(left, shapes[0]), widened(right, shapes[1])
    if (left.shape, right.shape) == shapes:
        return left @ right
    axes = max(left.ndim, right.ndim)
    # By `reshape`, which keeps a `Clash`; `np.squeeze` and an index do not.
    if len(shapes[0]) == 1:
        left = left.reshape(*left.shape[:-1], 1, left.shape[-1])
    if len(shapes[1]) == 1:
        right = right.reshape(*right.shape, 1)
    out = left @ right
    batch, rows, columns = out.shape[:-2], out.shape[-2:-1], out.shape[-1:]
    shape = batch + rows * (len(shapes[0]) > 1) + columns * (len(shapes[1]) > 1)
    return out.reshape(shape[:1] + (1,) * (axes - len(shape)) + shape[1:])


def nested_product(left, right, shapes):
    """Return the product of Variables inside Variables, by the product rule."""
    kind = type(left if isinstance(left, Operators) else right)
    left, right = (x if isinstance(x, kind) else kind(x) for x in (left, right))
    grad = product(left.grad, right.value, shapes)
    grad = grad + product(left.value, right.grad, shapes)
    value = product(left.value, right.value, shapes)
    return kind(np.zeros_like(innermost(grad)) if still(value) else value, grad)


def still(grad):
    """Tell whether it is the grad of a constant."""
    return type(grad) in PLAIN and grad == 0


def refuse_product(left, right):
    """Raise ValueError unless arrays of these shapes have a product."""
    if not left or not right or left[-1] != right[-2:][0]:
        raise ValueError(
            f"@ got shapes {left} and {right}; the last axis of the left one must be "
            "as long as the last but one of the right (or its only one), and a number "
            "has none: use * for that."
        )


def left_pull(grad, out, x, y):
    """Return the grad of x in out = x @ y: that of the product, times y turned."""
    grad = filled(grad, axes_of(out))
    if x.ndim == y.ndim == 2:
        return grad @ y.T
    rows, columns = matrices(x, y)
    part = stacked(grad, rows, columns) @ np.swapaxes(columns, -1, -2)
    return folded(part, part, rows).reshape(x.shape)


def right_pull(grad, out, x, y):
    """Return the grad of y in out = x @ y: x turned, times that of the product."""
    grad = filled(grad, axes_of(out))
    if x.ndim == y.ndim == 2:
        return x.T @ grad
    rows, columns = matrices(x, y)
    part = np.swapaxes(rows, -1, -2) @ stacked(grad, rows, columns)
    return folded(part, part, columns).reshape(y.shape)


def filled(grad, shape):
    """Return a grad with equal grads written out, as the library of matrices asks."""
    return grad if axes_of(grad) == shape else np.broadcast_to(grad, shape) * 1.0


def matrices(x, y):
    """Return the factors of a product: a vector is one row, on the right a column."""
    return (x if x.ndim > 1 else x[None, :]), (y if y.ndim > 1 else y[:, None])


def stacked(grad, rows, columns):
    """Return the grad of a product of vectors or stacks as a stack of matrices."""
    batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
    return np.reshape(grad, (*batch, rows.shape[-2], columns.shape[-1]))

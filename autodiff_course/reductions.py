"""`mean` and `total`: many numbers become one. Floor 1.

The grad loses its data axes and keeps its directions: `(k, n)` becomes `(k, 1)`.
"""

import numpy as np


class Reduction:
    """The sum over all entries, divided by what their number asks for."""

    def __init__(self, name, divisor):
        self.name = name
        self.divisor = divisor

    def __call__(self, x):
        if hasattr(x, "chain"):
            return x.chain(self)
        entries = numbers(x, self.name)
        return float(np.add.reduce(entries, axis=None)) / self.divisor(entries.size)

    def __repr__(self):
        return f"<{self.name} over all entries>"

    def push(self, out, x, grad):
        """Return the grad of the result: the same reduction of every entry's grad."""
        shape = shape_of(x)
        return summed(grad, shape) / self.divisor(int(np.prod(shape)))


total = Reduction("total", divisor=lambda count: 1)
mean = Reduction("mean", divisor=lambda count: count)


def numbers(x, name):
    """Return the entries as an array, or say what is wrong with them."""
    entries = np.asarray(x)
    if entries.dtype.kind not in "biuf" or hasattr(x, "mask"):
        raise TypeError(
            f"{name} takes a number, an array of numbers, a Variable or a Node, got "
            f"{x!r:.40} ({type(x).__name__}); put an array into one Variable."
        )
    if entries.size == 0:
        raise ValueError(f"{name} got no entries, shape {entries.shape}; give one.")
    return entries


def shape_of(x):
    """Return the shape of an array, or of the one inside nested Variables."""
    return shape_of(x.value) if hasattr(x, "chain") else np.shape(x)


def summed(grad, shape):
    """Sum a grad over the data axes of a value of this shape, whatever its own size.

    A grad that is smaller than its value counts once per entry. Directions stay, with
    an axis of length 1 for each data axis.
    """
    if hasattr(grad, "chain"):
        return type(grad)(summed(grad.value, shape), summed(grad.grad, shape))
    extra = max(np.ndim(grad) - len(shape), 0)
    wide = np.broadcast_to(grad, np.shape(grad)[:extra] + shape, subok=True)
    data = tuple(range(extra, extra + len(shape)))
    if extra == 0:
        return float(np.add.reduce(wide, axis=None))
    return np.add.reduce(wide, axis=data, keepdims=True)

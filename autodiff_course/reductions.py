"""`mean` and `total`: many numbers become one.

The grad loses its data axes and keeps its directions: `(k, n)` becomes `(k, 1)`.
"""

import numpy as np

from autodiff_course.operators import is_floats, real
from autodiff_course.shapes import shape_of, summed


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

    def pull(self, out, x, grad):
        """Return the grad of every entry, as the one number that all have."""
        return grad / self.divisor(np.size(x))


total = Reduction("total", divisor=lambda count: 1)
mean = Reduction("mean", divisor=lambda count: count)


def numbers(x, name):
    """Return the entries as an array, or say what is wrong with them."""
    if is_floats(x) and x.size:
        return x
    listed = np.asarray(x) if isinstance(x, (list, tuple)) else x
    entries = np.asarray(real(listed, f"what {name} takes"))
    if entries.size == 0:
        raise ValueError(f"{name} got no entries, shape {entries.shape}; give one.")
    return entries

"""Numbers and arrays that hand every call of NumPy to a tape."""

import operator

import numpy as np

from autodiff_course.operators import SPECIAL_METHODS, Operators
from autodiff_course.primitives import exponent_slope

BRANCHES = (np.less, np.less_equal, np.greater, np.greater_equal)
BRANCHES += (np.equal, np.not_equal)
MEASURES = (np.shape, np.ndim, np.size)


def recordable_slope(out, x, moving):
    """Return the slope towards an exponent, noted whole: bases of 0 come later."""
    if hasattr(out, "tape"):
        return out.tape.record(exponent_slope, (out, x, moving), {})
    return exponent_slope(out, x, moving)


class Recorded(np.lib.mixins.NDArrayOperatorsMixin, Operators):
    """A value in the place of a Node's, and the text that stands for it in a program.

    Every operator and every function of NumPy gives another one, by way of the tape.
    """

    def __init__(self, value, text, tape, name="", inputs=(), options=None):
        self.value, self.text, self.tape = value, text, tape
        self.name, self.inputs, self.options = name, inputs, options  # how it was made
        self.shape, self.ndim, self.size = (measure(value) for measure in MEASURES)

    def __repr__(self):
        return self.text

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if ufunc in BRANCHES and not self.tape.walking:
            raise TypeError(
                "a Node was compared while its program is recorded: branches are baked "
                "in, and other params might take another one. Use reverse for this "
                "loss, or compare plain numbers."
            )
        if len(inputs) == 2 and hasattr(inputs[1], "backward"):  # a Node, right of it
            return getattr(inputs[1], SPECIAL_METHODS[ufunc][1])(inputs[0])
        if getattr(np, ufunc.__name__, None) is not ufunc:  # of SciPy, say
            return self.tape.record(ufunc, inputs, options)
        name = f"np.{ufunc.__name__}.{method}".removesuffix(".__call__")
        return self.tape.record(getattr(ufunc, method), inputs, options, name)

    def __array_function__(self, function, types, inputs, options):
        if function in MEASURES:
            return function(self.value)
        name = f"np.{function.__name__}" if function.__module__ == "numpy" else None
        return self.tape.record(function, inputs, options, name)

    def __pow__(self, exponent):
        square = type(exponent) is int and exponent == 2
        return self * self if square else np.power(self, exponent)

    def chain(self, primitive):
        """Record the NumPy that a primitive consists of, or else its call."""
        if self.ndim and hasattr(primitive, "function"):
            walking = self.tape.walking
            self.tape.walking = True  # what it compares is no branch of the loss
            try:
                return primitive.function(self)
            finally:
                self.tape.walking = walking
        if self.ndim and hasattr(primitive, "divisor"):
            return np.add.reduce(self, axis=None) / primitive.divisor(np.size(self))
        return self.tape.record(primitive, (self,), {})

    def __getitem__(self, index):
        return self.tape.record(operator.getitem, (self, index), {})

    reshape, T = np.reshape, property(np.transpose)

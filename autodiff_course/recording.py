"""Numbers and arrays that write down what NumPy does with them. Floor 0."""

import operator

import numpy as np

from autodiff_course.operators import Operators

BRANCHES = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal)


class Recorded(np.lib.mixins.NDArrayOperatorsMixin, Operators):
    """A value, and the name that it has in the program that is being written.

    It takes the place of a Node's value. Every operator and every function of NumPy
    gives another one, and a line on the tape.
    """

    __hash__ = object.__hash__

    def __init__(self, value, name, tape):
        self.value = value
        self.name = name
        self.tape = tape
        self.shape = np.shape(value)
        self.ndim = len(self.shape)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if ufunc in BRANCHES and not self.tape.open:
            self.__bool__()
        if ufunc is np.absolute:  # |-x| is |x|, which may stand there already
            inputs = (getattr(inputs[0], "minus", inputs[0]),)
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        out = self.tape.record(function, inputs, options)
        if ufunc is np.negative:
            out.minus = inputs[0]
        return out

    def __array_function__(self, function, types, inputs, options):
        if function in (np.shape, np.size, np.ndim):
            return function(self.value)
        if function is np.reshape and inputs[1] == self.shape:
            return self
        return self.tape.record(function, inputs, options)

    def __pow__(self, exponent):
        square = type(exponent) is int and exponent == 2
        return self * self if square else np.power(self, exponent)

    def __getitem__(self, index):
        return self.tape.record(operator.getitem, (self, index), {})

    def __bool__(self):
        raise TypeError(
            "a Node was compared while its program is recorded: branches are baked in, "
            "and other params might take another one. Use reverse for this loss, or "
            "compare plain numbers."
        )

    def chain(self, primitive):
        """Record the primitive's own NumPy, or the call where it is no formula."""
        if not hasattr(primitive, "function"):
            return self.tape.record(primitive, (self,), {})
        before, self.tape.open = self.tape.open, True
        out = primitive.function(self)
        self.tape.open = before
        return out

    def reshape(self, *shape):
        return np.reshape(self, shape[0] if isinstance(shape[0], tuple) else shape)

    @property
    def T(self):  # noqa: N802
        return np.swapaxes(self, -1, -2)

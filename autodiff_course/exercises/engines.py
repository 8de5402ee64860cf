"""Numbers that carry a grad, made by the check: an answer is tried inside them.

`Engine` has right rules; its methods can be replaced by an answer, which then works
in the middle of any expression. What the learner calls Variable plays no part.
"""

from functools import wraps
from types import FunctionType

from autodiff_course.exercises.guard import MutatedError, WrongKindError
from autodiff_course.exercises.outcomes import plain, same_value


class Held:
    """A value and its grad."""

    def __init__(self, value, grad=0):
        self.value, self.grad = value, grad

    def __repr__(self):
        return f"Variable({self.value!r}, grad={self.grad!r})"


class Bare(Held):
    """A value and its grad and nothing else: no operator can do the learner's work."""

    def refuse(self, other=None):
        raise TypeError("here a Variable has .value and .grad, and no operators")

    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __matmul__ = refuse
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = refuse
    __neg__ = refuse


# Error messages should name what a learner knows.
Held.__name__ = Bare.__name__ = "Variable"


class Engine(Held):
    """Right rules for + - * / and ** with a fixed exponent, on either side."""

    def lift(self, other):
        return other if hasattr(other, "grad") else type(self)(other)

    def __add__(self, other):
        other = self.lift(other)
        return type(self)(self.value + other.value, self.grad + other.grad)

    def __sub__(self, other):
        other = self.lift(other)
        return type(self)(self.value - other.value, self.grad - other.grad)

    def __mul__(self, other):
        other = self.lift(other)
        grad = self.grad * other.value + self.value * other.grad
        return type(self)(self.value * other.value, grad)

    def __truediv__(self, other):
        other = self.lift(other)
        out = self.value / other.value
        return type(self)(out, (self.grad - out * other.grad) / other.value)

    def __pow__(self, n):
        slope = n * self.value ** (n - 1) if n else 0
        return type(self)(self.value**n, slope * self.grad)

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self.lift(other) + self

    def __rsub__(self, other):
        return self.lift(other) - self

    def __rmul__(self, other):
        return self.lift(other) * self

    def __rtruediv__(self, other):
        return self.lift(other) / self


def engine_with(**methods):
    """Return an engine whose named methods are answers of the learner.

    In the answer the name Variable means this class. A result of another class is
    taken over by its value and grad; one without them is a WrongKindError.
    """
    made = type("Variable", (Engine,), {})
    for name, method in methods.items():
        setattr(made, name, joined(method, made))
    return made


def joined(method, made):
    """Return an answer as a method of a class that the check has made."""
    method = meaning(method, Variable=made)

    @wraps(method)
    def tried(*operands):
        before = [plain(each) for each in operands]
        out = method(*operands)
        watch_operands(before, operands)
        if out is NotImplemented or isinstance(out, made):
            return out
        if not (hasattr(out, "value") and hasattr(out, "grad")):
            raise WrongKindError(out)
        return made(out.value, out.grad)

    return tried


def watch_operands(before, operands):
    """Raise MutatedError where an operand is no longer what it was."""
    for old, operand in zip(before, operands, strict=True):
        if not same_value(old, plain(operand)):
            raise MutatedError("one of its operands")


def meaning(function, **names):
    """Return a copy of a function in which some global names mean something else."""
    if not isinstance(function, FunctionType):
        return function
    copied = FunctionType(
        function.__code__,
        {**function.__globals__, **names},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied

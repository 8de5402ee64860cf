"""Thirteen engines in closed boxes, for lesson 11: some are wrong, some may not be.

READ NO FURTHER before you have heard the boxes out: what follows says what is in each.

A box takes an expression and a point and gives one slope for each input. The right
rules are written once, as slopes towards the operands; each mistake changes one place.
"""

import math
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from autodiff_course.exercises.outcomes import short
from autodiff_course.losses import FLOOR, surprisal
from autodiff_course.operators import Operators
from autodiff_course.primitives import exponent_slope, sigmoid
from autodiff_course.reverse import Node, pulled


class Engine:
    """A closed box: called with an expression and a point, it gives the slopes.

    `slopes(expression, point)` does the work; `right` is the same without the mistake.
    """

    def __init__(self, name, slopes, right):
        self.name, self.slopes, self.right = name, slopes, right

    def __call__(self, expression, *point):
        """Return the slope of an expression towards each input, as a tuple."""
        with np.errstate(all="ignore"):
            return self.slopes(expression, coordinates(point))

    def __repr__(self):
        return f"<engine {self.name}>"


def coordinates(point):
    """Return the numbers of a point, given one by one or as one tuple."""
    if len(point) == 1 and isinstance(point[0], (tuple, list, np.ndarray)):
        (point,) = point
    with suppress(TypeError, ValueError):
        if len(point):
            return tuple(float(each) for each in point)
    raise TypeError(
        f"the point is {short(repr(point))}; it takes one plain number for each input "
        "of the expression, as in engine(expression, 1.7, -2.3)"
    )


class Number(Operators):
    """Right rules: each operation gives its value, and its slope towards operands."""

    def __init__(self, value, grad=0.0):
        self.value, self.grad = value, grad
        self.operation, self.parts = "", ()

    def lift(self, other):
        return other if isinstance(other, Number) else type(self)(float(other))

    def __add__(self, other):
        other = self.lift(other)
        return self.made("+", self.value + other.value, (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        other = self.lift(other)
        return self.made("-", self.value - other.value, (self, 1.0), (other, -1.0))

    def __mul__(self, other):
        other = self.lift(other)
        out = self.value * other.value
        return self.made("*", out, (self, other.value), (other, self.value))

    def __truediv__(self, other):
        other = self.lift(other)
        out = self.value / other.value
        parts = (self, 1 / other.value), (other, -out / other.value)
        return self.made("/", out, *parts)

    def __pow__(self, other):
        fixed = not isinstance(other, Number)
        n = self.lift(other)
        x, out = self.value, real_power(self.value, n.value)
        slope = n.value * x ** (n.value - (n.value != 0))
        towards_n = 0.0 if fixed else float(exponent_slope(out, x, 1.0))
        return self.made("**", out, (self, slope), (n, towards_n))

    def chain(self, primitive):
        x = self.value
        out = primitive(x)
        return self.made(primitive.name, out, (self, primitive.push(out, x, 1.0)))


def real_power(x, n):
    out = x**n
    if isinstance(out, complex):
        raise ValueError(f"{x} ** {n} is not real; keep the base positive.")
    return out


class Forward(Number):
    """The grad is pushed along, one pass for each input."""

    def made(self, operation, out, *parts):
        return type(self)(out, sum(slope * each.grad for each, slope in parts))


class Back(Number):
    """The parts are kept, and the grads are pulled back from the end."""

    def made(self, operation, out, *parts):
        made = type(self)(out)
        made.operation, made.parts = operation, parts
        return made

    @staticmethod
    def seed():
        """Return the grad of the end."""
        return 1.0

    def share(self, grad, slope):
        """Return what an operand gets of this number's grad."""
        return grad * slope

    @staticmethod
    def gathered(held, part):
        """Return what an operand has, after one more share."""
        return held + part

    def pull(self):
        """Return the grad of every number this one was made from, itself included."""
        waiting, grads, ready = uses(self), {self: self.seed()}, [self]
        while ready:
            number = ready.pop()
            for operand, slope in number.parts:
                part = number.share(grads[number], slope)
                held = grads.get(operand)
                grads[operand] = part if held is None else self.gathered(held, part)
                waiting[operand] -= 1
                if not waiting[operand]:
                    ready.append(operand)
        return grads


def uses(end):
    """Return how often each number was used on the way to the end."""
    counts, stack = Counter(), [end]
    while stack:
        for operand, _ in stack.pop().parts:
            if not counts[operand]:
                stack.append(operand)
            counts[operand] += 1
    return counts


def disguised(kind):
    """Name a class as every other, so that no error message gives it away."""
    kind.__name__ = kind.__qualname__ = Number.__name__
    return kind


def grad_of(out):
    """Return the grad of an outcome; a plain number has not moved."""
    if isinstance(out, Operators):
        return float(out.grad)
    if isinstance(out, (int, float)):
        return 0.0
    raise TypeError(
        f"the expression gave {short(repr(out))}; it should return one number, made of "
        "its inputs by + - * / ** and the functions of the course"
    )


def pushed_by(kind):
    """Return the slopes by passes of one class, a new seed for each input."""

    def slopes(expression, point):
        found = []
        for moving in range(len(point)):
            inputs = [kind(x, float(i == moving)) for i, x in enumerate(point)]
            found.append(grad_of(expression(*inputs)))
        return tuple(found)

    return slopes


def pulled_by(kind):
    """Return the slopes by one walk back through numbers of one class."""

    def slopes(expression, point):
        inputs = [kind(x) for x in point]
        out = expression(*inputs)
        grads = out.pull() if isinstance(out, Number) else {out: grad_of(out)}
        return tuple(float(grads.get(each, 0.0)) for each in inputs)

    return slopes


def walked_by_course(expression, point):
    """Return the slopes by the Node of the course."""
    inputs = [Node(x) for x in point]
    out = expression(*inputs)
    grads = dict(pulled(out)) if isinstance(out, Node) else {out: grad_of(out)}
    return tuple(float(grads.get(each, 0.0)) for each in inputs)


forward, back = pushed_by(Forward), pulled_by(Back)


# Not among the suspects: lesson 00's rule, to test the tests.


@disguised
class Natural(Forward):
    """M01: slope times slope."""

    def __mul__(self, other):
        other = self.lift(other)
        return type(self)(self.value * other.value, self.grad * other.grad)


natural = Engine("natural", pushed_by(Natural), forward)


# The seven of the lesson.


@disguised
class OneFactor(Forward):
    """M02: only the first factor moves."""

    def __mul__(self, other):
        other = self.lift(other)
        return self.made("*", self.value * other.value, (self, other.value))


@disguised
class Assigning(Back):
    """M29: the last share overwrites those before."""

    @staticmethod
    def gathered(held, part):
        return part


@disguised
class LostBase(Forward):
    """M06: the power rule without the grad of its base."""

    def __pow__(self, other):
        right = super().__pow__(other)
        n = self.lift(other)
        slope = n.value * self.value ** (n.value - (n.value != 0))
        return type(self)(right.value, right.grad - slope * self.grad + slope)


def with_old_seeds(expression, point):
    """M24: inputs keep their seeds from the passes before."""
    inputs, found = [Forward(x) for x in point], []
    for moving in inputs:
        moving.grad = 1.0
        found.append(grad_of(expression(*inputs)))
    return tuple(found)


@disguised
class LocalOnly(Back):
    """M35: a product forgets the grad that arrives."""

    def share(self, grad, slope):
        return slope if self.operation == "*" else grad * slope


@disguised
class LetThrough(Forward):
    """M51: the chance is clipped, and the slope is let through."""

    def chain(self, primitive):
        if primitive is not surprisal:
            return super().chain(primitive)
        kept = math.copysign(max(abs(self.value), FLOOR), self.value)
        return self.made("surprisal", surprisal(self.value), (self, -1 / kept))


engine_a = Engine("a", pushed_by(OneFactor), forward)
engine_b = Engine("b", pulled_by(Assigning), back)
engine_c = Engine("c", pushed_by(LostBase), forward)
engine_d = Engine("d", with_old_seeds, forward)
engine_e = Engine("e", walked_by_course, walked_by_course)
engine_f = Engine("f", pulled_by(LocalOnly), back)
engine_g = Engine("g", pushed_by(LetThrough), forward)


# Six more, to go further.


@disguised
class LeftMinus(Forward):
    """M15: `c - x` has the slope of x."""

    def __rsub__(self, other):
        return type(self)(float(other) - self.value, self.grad)


@disguised
class PathByPath(Back):
    """M33: each visit hands on all that has been gathered so far."""

    def pull(self):
        grads = {self: 1.0}

        def hand_on(number):
            for operand, slope in number.parts:
                grads[operand] = grads.get(operand, 0.0) + grads[number] * slope
            for operand, _ in number.parts:
                hand_on(operand)

        hand_on(self)
        return grads


@disguised
class FixedExponent(Forward):
    """M09: an exponent that moves is a constant."""

    def __pow__(self, other):
        n = self.lift(other).value
        slope = n * self.value ** (n - (n != 0))
        return self.made("**", real_power(self.value, n), (self, slope))


@disguised
class InPlace(Back):
    """M36: a sum hands the same array to both operands, and shares are added in it."""

    @staticmethod
    def seed():
        return np.ones(())

    def share(self, grad, slope):
        return grad if slope == 1.0 else np.array(grad * slope)

    @staticmethod
    def gathered(held, part):
        held += part
        return held


@disguised
class Overflowing(Forward):
    """M50: the slope of sigmoid as e / (1 + e)**2, whatever e is."""

    def chain(self, primitive):
        if primitive is not sigmoid:
            return super().chain(primitive)
        e = np.exp(-self.value)
        return self.made("sigmoid", sigmoid(self.value), (self, e / (1 + e) ** 2))


@disguised
class OuterAtInput(Forward):
    """M13: the slope of an outer function is taken at the input."""

    def __init__(self, value, grad=0.0):
        super().__init__(value, grad)
        self.origin = value if grad else None

    def made(self, operation, out, *parts):
        made = super().made(operation, out, *parts)
        known = [each.origin for each, _ in parts if each.origin is not None]
        made.origin = known[0] if known else None
        return made

    def chain(self, primitive):
        at = self.value if self.origin is None else self.origin
        low, high = getattr(primitive, "domain", (at, at))
        if not low <= at <= high:
            at = self.value
        slope = primitive.push(primitive(at), at, 1.0)
        return self.made(primitive.name, primitive(self.value), (self, slope))


engine_h = Engine("h", pushed_by(LeftMinus), forward)
engine_i = Engine("i", pulled_by(PathByPath), back)
engine_j = Engine("j", pushed_by(FixedExponent), forward)
engine_k = Engine("k", pulled_by(InPlace), back)
engine_l = Engine("l", pushed_by(Overflowing), forward)
engine_m = Engine("m", pushed_by(OuterAtInput), forward)

LINE_UP = (engine_a, engine_b, engine_c, engine_d, engine_e, engine_f, engine_g)
FURTHER = (engine_h, engine_i, engine_j, engine_k, engine_l, engine_m)
ENGINES = {engine.name: engine for engine in (*LINE_UP, *FURTHER)}

# The belief that is planted in each; engine e has none.
PLANTED = {"a": "M02", "b": "M29", "c": "M06", "d": "M24", "f": "M35", "g": "M51"}
PLANTED |= {"h": "M15", "i": "M33", "j": "M09", "k": "M36", "l": "M50", "m": "M13"}


# Twelve results of the lessons before, out of order, each of which looked right.


class Result(NamedTuple):
    """What a lesson showed before it showed what was wrong with it."""

    lesson: str
    words: str


RESULTS = (
    Result(
        "05",
        "Two loops train one network from one start. One ends at a loss of 0.0618, "
        "the other at 0.1091.",
    ),
    Result(
        "01",
        "Seven times in a row the step got ten times smaller, and so did the error.",
    ),
    Result("09", "97.8 % of the images are read, and none of them was trained on."),
    Result(
        "02",
        "Area 3 times 4, both sides seeded: grad 7. A measurement says 7.000000.",
    ),
    Result(
        "06",
        "Two points, two parameters, and a gradient of two numbers, as it should be.",
    ),
    Result("04", "A mean log-loss of 0.082, half of what the true line has."),
    Result("07", "All seven slopes are 0, and for 200 rounds the loss stood still."),
    Result(
        "10",
        "1000 rows in 4 shards: the mean of their means is the gradient, to 1e-14.",
    ),
    Result("03", "Rate 0.96: arrived at round 18, and a flat curve until round 100."),
    Result("08", "Nine slopes on two losses, each equal to forward mode to 1e-12."),
    Result("03", "On its 100 points a fitted line beats the line that they came from."),
    Result(
        "04", "A log-loss falls from 0.6931 to 0.0103 in 1000 rounds, without a bump."
    ),
)

"""Every intermediate value and slope of an evaluation, in order. Floor 3.

`trace` watches functions return: whatever comes back for the first time with a
`.value` and a `.grad` was made by that function from its arguments. So it works for
the course's classes and for any class that a learner wrote. What has a `.backward` is
walked back from the end before the grads are read.
"""

import copy
import inspect
import sys
from contextlib import contextmanager
from itertools import chain, count
from types import CellType, FunctionType
from typing import NamedTuple

import numpy as np

from autodiff_course.operators import PLAIN
from autodiff_course.reductions import total
from autodiff_course.variable import Variable

SYMBOLS = {
    "__add__": "+",
    "__radd__": "+",
    "__sub__": "-",
    "__rsub__": "-",
    "__mul__": "*",
    "__rmul__": "*",
    "__truediv__": "/",
    "__rtruediv__": "/",
    "__pow__": "**",
    "__rpow__": "**",
    "__matmul__": "@",
    "__neg__": "-",
}


class Row(NamedTuple):
    """One operation: what was done to which rows, the value, slopes and grad it gave.

    `operands` are names of earlier rows and `slopes` the derivative towards each, in
    the same order: `grad` is the sum of slope times the operand's grad.
    """

    name: str
    operation: str
    operands: tuple
    value: object
    slopes: tuple
    grad: object
    back = False


class PulledRow(Row):
    """A row whose grad was pulled back: the derivative of the end towards it.

    `grad` is the sum, over the rows that used this one, of slope times their grad. A
    plain number that was a constant has None, because nobody asked for it.
    """

    __slots__ = ()
    back = True


def trace(function, *inputs):
    """Return a `Row` for each input, constant and operation of `function(*inputs)`.

    Inputs are numbers or objects with `.value` and `.grad`. The slopes are found by
    repeating each operation with one operand seeded, so they come from the rules of
    the class itself, right or wrong. Where an input has a `.backward`, the rows are
    `PulledRow`s; the objects handed in keep the grad that they have.

    >>> for row in trace(lambda x: 3 * x, Variable(4, 1)):
    ...     print(row.name, row.operation, row.operands, row.value, row.grad)
    x input () 4 1
    3 constant () 3 0
    v1 * ('x', '3') 12 3
    """
    inputs = carriers(inputs)
    calls = []
    with watching(calls, known=list(inputs)):
        end = function(*inputs)
    if is_pulled(end):
        end.backward()
    book = RowBook(zip(input_names(function, len(inputs)), inputs, strict=True))
    for call in calls:
        book.write(call)
    return book.rows


class Call(NamedTuple):
    """A finished call: its function, its arguments and the object it made."""

    function: FunctionType
    arguments: list
    made: object


@contextmanager
def watching(calls, known):
    """Append a `Call` for every function that returns an object not seen before."""
    seen = {id(each): each for each in known}  # holding them keeps their ids unique

    def notice(frame, event, returned):
        if event == "return" and is_carrier(returned) and id(returned) not in seen:
            seen[id(returned)] = returned
            calls.append(call_of(frame, returned))

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        yield
    finally:
        sys.setprofile(before)


def call_of(frame, returned):
    """Return the call that a frame was, so that it can be repeated."""
    code, held = frame.f_code, frame.f_locals
    cells = tuple(CellType(held.get(name)) for name in code.co_freevars)
    function = FunctionType(code, frame.f_globals, code.co_name, None, cells)
    return Call(
        function,
        [held[name] for name in code.co_varnames[: code.co_argcount]],
        returned,
    )


def carriers(inputs):
    """Return each input as an object that carries a grad.

    Those with a `.backward` are made anew, because a walk back sets their grads; plain
    numbers beside them become of their kind.
    """
    kind = next((type(each) for each in inputs if is_pulled(each)), Variable)
    anew = {id(each): type(each)(each.value) for each in inputs if is_pulled(each)}
    kept = [each if is_carrier(each) else kind(each) for each in inputs]
    return [anew.get(id(each), held) for each, held in zip(inputs, kept, strict=True)]


class Plain(NamedTuple):
    """A plain number beside an operator, which no class has lifted."""

    value: object
    grad: object


class RowBook:
    """The rows so far, and the names of their objects."""

    def __init__(self, named_inputs):
        self.rows = []
        self.names = {}
        self.taken = set()
        self.made = 0
        named_inputs = list(named_inputs)
        self.back = any(is_pulled(held) for _, held in named_inputs)
        for name, held in named_inputs:
            self.names[id(held)] = self.enter(held, name, "input")

    def enter(self, held, name, operation, operands=(), slopes=()):
        """Add a row, and return its name."""
        kind = PulledRow if self.back else Row
        self.rows.append(kind(name, operation, operands, held.value, slopes, held.grad))
        self.taken.add(name)
        return name

    def write(self, call):
        """Enter an operation, after the constants that it is the first to use."""
        if not any(is_carrier(each) for each in call.arguments):
            return
        operands = tuple(self.name_of(call.arguments[i]) for i in places_of(call))
        name = self.free_name(f"v{i}" for i in count(self.made + 1))
        self.enter(call.made, name, operation_of(call), operands, slopes_of(call))
        self.names[id(call.made)] = name
        self.made += 1

    def name_of(self, operand):
        """Return the name of an operand, after entering it if it is a new constant."""
        if not is_carrier(operand):
            return self.constant(Plain(operand, None if self.back else 0))
        if id(operand) not in self.names:
            self.names[id(operand)] = self.constant(operand)
        return self.names[id(operand)]

    def constant(self, held):
        """Enter an object that was not handed in; equal constants share a row."""
        for row in self.rows:
            if row.operation == "constant" and same(row, held):
                return row.name
        shown = "array" if np.ndim(held.value) else f"{held.value:.6g}"
        later = (f"{shown} ({i})" for i in count(2))
        return self.enter(held, self.free_name(chain([shown], later)), "constant")

    def free_name(self, candidates):
        """Return the first name that no row has."""
        return next(name for name in candidates if name not in self.taken)


def same(row, held):
    """Tell whether a row shows what an object holds."""
    return np.array_equal(row.value, held.value) and np.array_equal(row.grad, held.grad)


def is_carrier(thing):
    """Tell whether an object, not a class, carries a value and a grad."""
    holds_both = hasattr(thing, "value") and hasattr(thing, "grad")
    return holds_both and not isinstance(thing, type)


def is_pulled(thing):
    """Tell whether an object's grad is pulled back, by a method of its own."""
    return is_carrier(thing) and hasattr(thing, "backward")


def places_of(call):
    """Return where the operands stand among the arguments of a call, left to right.

    Beside an operator plain numbers are operands too. A reflected one has its left
    operand last.
    """
    name, arguments = call.function.__name__, call.arguments
    kinds = (*PLAIN, np.ndarray) if name in SYMBOLS else ()
    places = [
        i
        for i, each in enumerate(arguments)
        if is_carrier(each) or isinstance(each, kinds)
    ]
    return places[::-1] if name in SYMBOLS and name.startswith("__r") else places


def input_names(function, count):
    """Return the parameter names of a function, as far as it has them."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"x{i + 1}" for i in range(count)]


def operation_of(call):
    """Name an operation as the learner wrote it: `*`, `log`, `square`."""
    name = call.function.__name__
    if name == "chain":
        return getattr(call.arguments[1], "name", name)
    if name == "__call__":
        return type(call.arguments[0]).__name__.lower()
    return SYMBOLS.get(name, name)


def slopes_of(call):
    """Return the derivative of the operation towards each operand, by its own rule.

    It is None towards a plain number, for which there is no rule.
    """
    places = [i for i in places_of(call) if is_carrier(call.arguments[i])]
    if is_pulled(call.made):
        found = pulled_slopes(places, call)
    else:
        found = [slope_towards(place, places, call) for place in places]
    slopes = dict(zip(places, found, strict=True))
    return tuple(slopes.get(place) for place in places_of(call))


def pulled_slopes(places, call):
    """Repeat a call on operands made anew, and pull a grad of 1 back to each."""
    arguments = list(call.arguments)
    try:
        for place in places:
            arguments[place] = type(arguments[place])(arguments[place].value)
        made = call.function(*arguments)
        (made if np.size(made.value) == 1 else total(made)).backward()
    except Exception:  # a class of one's own may refuse in its own way
        return [None for _ in places]
    return [arguments[place].grad for place in places]


def slope_towards(moving, places, call):
    """Repeat a call with one operand seeded; None where its rule refuses that."""
    arguments = list(call.arguments)
    for place in places:
        arguments[place] = copy.copy(arguments[place])
        arguments[place].grad = 1.0 if place == moving else 0.0
    try:
        return call.function(*arguments).grad
    except Exception:  # any class may refuse in its own way, as x**n does for n
        return None

"""Every intermediate value and slope of an evaluation, in order. Floor 3.

`trace` watches functions return: whatever comes back for the first time with a
`.value` and a `.grad` was made by that function from its arguments. So it works for
the course's classes and for any class that a learner wrote.
"""

import copy
import inspect
import sys
from contextlib import contextmanager
from itertools import chain, count
from types import CellType, FunctionType
from typing import NamedTuple

import numpy as np

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


def trace(function, *inputs):
    """Return a `Row` for each input, constant and operation of `function(*inputs)`.

    Inputs are numbers or objects with `.value` and `.grad`. The slopes are found by
    repeating each operation with one operand seeded, so they come from the rules of
    the class itself, right or wrong.

    >>> for row in trace(lambda x: 3 * x, Variable(4, 1)):
    ...     print(row.name, row.operation, row.operands, row.value, row.grad)
    x input () 4 1
    3 constant () 3 0
    v1 * ('x', '3') 12 3
    """
    inputs = [each if is_carrier(each) else Variable(each) for each in inputs]
    calls = []
    with watching(calls, known=list(inputs)):
        function(*inputs)
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


class RowBook:
    """The rows so far, and the names of their objects."""

    def __init__(self, named_inputs):
        self.rows = []
        self.names = {}
        self.taken = set()
        self.made = 0
        for name, held in named_inputs:
            self.enter(held, name, "input")

    def enter(self, held, name, operation, operands=(), slopes=()):
        self.names[id(held)] = name
        self.taken.add(name)
        self.rows.append(Row(name, operation, operands, held.value, slopes, held.grad))

    def write(self, call):
        """Enter an operation, after the constants that it is the first to use."""
        carriers = [each for each in call.arguments if is_carrier(each)]
        if not carriers:
            return
        for each in carriers:
            if id(each) not in self.names:
                self.enter_constant(each)
        operands = tuple(self.names[id(each)] for each in carriers)
        name = self.free_name(f"v{i}" for i in count(self.made + 1))
        self.enter(call.made, name, operation_of(call), operands, slopes_of(call))
        self.made += 1

    def enter_constant(self, held):
        """Enter an object that was not handed in; equal constants share a row."""
        for row in self.rows:
            if row.operation == "constant" and same(row, held):
                self.names[id(held)] = row.name
                return
        shown = "array" if np.ndim(held.value) else f"{held.value:.6g}"
        later = (f"{shown} ({i})" for i in count(2))
        self.enter(held, self.free_name(chain([shown], later)), "constant")

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
    """Return the derivative of the operation towards each operand, by its own rule."""
    places = [i for i, each in enumerate(call.arguments) if is_carrier(each)]
    return tuple(slope_towards(place, places, call) for place in places)


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

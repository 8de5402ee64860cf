"""Every intermediate value and slope of an evaluation, in order.

`trace` watches functions return: whatever comes back for the first time with a
`.value` and a `.grad` was made by that function from its arguments. So it works for
the course's classes and for any class that a learner wrote.
"""

import copy
import inspect
import sys
from itertools import count
from types import CellType, FunctionType
from typing import NamedTuple

import numpy as np

from autodiff_course.reductions import total
from autodiff_course.variable import Variable, is_carrier

SIGNS = dict(add="+", sub="-", mul="*", truediv="/", pow="**", matmul="@", neg="-")
SYMBOLS = {f"__{r}{name}__": sign for name, sign in SIGNS.items() for r in ("", "r")}


class Row(NamedTuple):
    """One operation on the rows named in `operands`, with the slope towards each."""

    name: str
    operation: str
    operands: tuple
    value: object
    slopes: tuple
    grad: object
    back = False


class PulledRow(Row):
    """A row whose grad is the end's derivative towards it, of plain numbers None."""

    back = True


def trace(function, *inputs):
    """Return a `Row` for each input, constant and operation of `function(*inputs)`.

    Inputs are numbers or objects with `.value` and `.grad`, and stay as they are. The
    slopes come from the rules of their class, right or wrong; None stands for no rule.
    Where an input has `.backward`, the end is walked back, for rows of `PulledRow`.

    >>> for row in trace(lambda x: 3 * x, Variable(4, 1)):
    ...     print(row.name, row.operation, row.operands, row.value, row.grad)
    x input () 4 1
    3 constant () 3 0
    v1 * ('x', '3') 12 3
    """
    kind = next((type(x) for x in inputs if hasattr(x, "backward")), Variable)
    inputs = [seeded(x, x.grad) if is_carrier(x) else kind(x) for x in inputs]
    end, calls = watched(function, inputs)
    if hasattr(end, "backward"):
        end.backward()
    table = Table(Row if kind is Variable else PulledRow)
    for name, held in zip(input_names(function, len(inputs)), inputs, strict=True):
        table.enter(held, name, "input")
    for call in calls:
        table.write(*call)
    return list(table.rows.values())


def is_operand(x):
    """Tell whether a call shows it: a carrier, or a plain number beside one."""
    return is_carrier(x) or isinstance(x, (int, float, np.generic, np.ndarray))


def seeded(x, grad):
    """Return a copy with this grad; where grads are pulled back, one without a past."""
    if hasattr(x, "backward"):
        return type(x)(x.value)
    if not is_carrier(x):
        return x
    try:
        x = copy.copy(x)
        object.__setattr__(x, "grad", grad)  # in a frozen class as well
    except (AttributeError, TypeError):  # a tuple, or a class with its own __new__
        x = type(x)(x.value, grad)
    return x


def input_names(function, wanted):
    """Return the names of a function's parameters, and x3 for a third without one."""
    try:
        names = list(inspect.signature(function).parameters)[:wanted]
    except ValueError:  # max, for one, has no signature
        names = []
    return names + [f"x{i + 1}" for i in range(len(names), wanted)]


def watched(function, inputs):
    """Return what a function gives, and the calls on the way, to be repeated."""
    calls, entered = {id(each): None for each in inputs}, {}

    def notice(frame, event, made):
        names, rest, _, held = inspect.getargvalues(frame)
        if event == "call":
            entered[frame] = dict(held)
        elif event == "return" and is_carrier(made) and id(made) not in calls:
            code, first = frame.f_code, entered.pop(frame)
            cells = tuple(CellType(held.get(name)) for name in code.co_freevars)
            again = FunctionType(code, frame.f_globals, code.co_name, None, cells)
            # A function may give its result the name of what it took.
            taken = [(first if held.get(n) is made else held).get(n) for n in names]
            taken += held.get(rest, ())
            if any(is_carrier(each) for each in taken):  # else a helper of one
                calls[id(made)] = again, taken, made

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        return function(*inputs), [call for call in calls.values() if call]
    finally:
        sys.setprofile(before)


class Table:
    """The rows so far, by name, and the names of the objects that they show."""

    def __init__(self, kind):
        self.kind, self.rows, self.names = kind, {}, {}
        self.free = (f"v{i}" for i in count(1) if f"v{i}" not in self.rows)

    def enter(self, held, name, operation, operands=(), slopes=()):
        """Add the row of an object."""
        row = self.kind(name, operation, operands, held.value, slopes, held.grad)
        self.rows[name], self.names[id(held)] = row, name

    def write(self, function, arguments, made):
        """Enter an operation, after the constants that it is the first to use."""
        places = [i for i, each in enumerate(arguments) if is_operand(each)]
        if function.__name__.startswith("__r"):  # reflected: the left operand is last
            places.reverse()
        operands = tuple(self.name_of(arguments[i]) for i in places)
        slopes = tuple(slope_towards(i, function, arguments) for i in places)
        operation = operation_of(function.__name__, arguments)
        self.enter(made, next(self.free), operation, operands, slopes)

    def name_of(self, operand):
        """Return the name of an operand: a new one is a constant, equal ones share."""
        if id(operand) in self.names:
            return self.names[id(operand)]
        value = getattr(operand, "value", operand)
        grad = getattr(operand, "grad", None if self.kind.back else 0)
        shown = repr(value)
        if isinstance(value, (float, np.generic, np.ndarray)):
            shown = "array" if np.ndim(value) else f"{value:.6g}"
        for i in count(1):
            name = f"{shown} ({i})" if i > 1 else shown
            new = self.kind(name, "constant", (), value, (), grad)
            row = self.rows.setdefault(name, new)
            if row is new or all(map(np.array_equal, row, new)):
                return self.names.setdefault(id(operand), name)


def operation_of(name, arguments):
    """Name an operation as the learner wrote it: `*`, `log`, `square`."""
    if name == "__call__":
        return type(arguments[0]).__name__.lower()
    if name == "chain":  # of a primitive, which has a name of its own
        return getattr(arguments[-1], "name", name)
    return SYMBOLS.get(name, name)


def slope_towards(place, function, arguments):
    """Return the slope towards one argument, from the call repeated with it seeded."""
    copies = [seeded(each, float(i == place)) for i, each in enumerate(arguments)]
    try:
        made = function(*copies)
        if not hasattr(made, "backward"):
            return made.grad if is_carrier(copies[place]) else None
        (made if np.size(made.value) == 1 else total(made)).backward()
        return copies[place].grad
    except Exception:  # any class may refuse in its own way, as x**n does for n
        return None

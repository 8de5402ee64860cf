"""What jit does: one evaluation written out as a straight-line program. Floor 3.

The loss and the walk back run once on values that write down every call of NumPy. What
is left of that tape, without repetitions and idle lines, becomes a function whose
arrays are buffers that are used again.
"""

import operator
from typing import NamedTuple

import numpy as np

from autodiff_course.descent import floats, one_number, refuse_without_slope
from autodiff_course.recording import Recorded
from autodiff_course.reverse import Node, pulled, written_out
from autodiff_course.shapes import axes_of

INFIX = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.true_divide: "/",
    np.power: "**",
}
# What gives the same memory back in another shape.
VIEWS = (np.reshape, np.swapaxes, np.broadcast_to, operator.getitem)


class Line(NamedTuple):
    """One call of the program, and the value that it gave while it was recorded."""

    function: object
    inputs: tuple
    options: dict
    out: Recorded


class Tape:
    """The lines of a program so far, and the constants that they use."""

    def __init__(self):
        self.lines = {}
        self.constants = {}
        self.open = False  # whether comparing is allowed, as it is inside a primitive

    def record(self, function, inputs, options):
        """Return what a call gives, and note the call unless it is noted already."""
        key = (str(function), self.text(inputs), str(options))
        if key not in self.lines:
            plain = [each.value if is_recorded(each) else each for each in inputs]
            given = function(*plain, **options)
            given = given if np.ndim(given) else float(given)
            out = Recorded(given, f"v{len(self.lines) + 1}", self)
            self.lines[key] = Line(function, inputs, options, out)
        return self.lines[key].out

    def text(self, thing):
        """Return how a number, an array or an index is written in the program."""
        if is_recorded(thing):
            return thing.name
        if isinstance(thing, tuple):
            return "(" + "".join(f"{self.text(each)}, " for each in thing) + ")"
        if isinstance(thing, np.ndarray):
            return self.constant(thing, "array")
        return repr(thing)

    def constant(self, thing, kind):
        """Return the name of what the program takes from outside."""
        for name, held in self.constants.items():
            if held is thing:
                return name
        name = f"{kind}{len(self.constants) + 1}" if kind in self.constants else kind
        self.constants[name] = thing
        return name

    def call(self, line, buffer=None):
        """Return one line as Python writes it, its result in a buffer if it has one."""
        function, texts = line.function, [self.text(each) for each in line.inputs]
        scalar = line.out.ndim == 0
        if scalar and function in INFIX:
            return f" {INFIX[function]} ".join(texts)
        if function is operator.getitem:
            return f"{texts[0]}[{texts[1]}]"
        texts += [f"{name}={held!r}" for name, held in line.options.items()]
        texts += [f"out={buffer}"] if buffer else []
        name = self.name_of(function)
        written = f"{name}({', '.join(texts)})"
        return f"float({written})" if scalar and name.startswith("np.") else written

    def name_of(self, function):
        """Return how a function is called: NumPy's own, or one from outside."""
        owner = getattr(function, "__self__", None)
        if isinstance(owner, np.ufunc):
            return f"np.{owner.__name__}.{function.__name__}"
        name = getattr(function, "__name__", getattr(function, "name", "call"))
        if getattr(np, name, None) is function:
            return f"np.{name}"
        return self.constant(function, name)


def is_recorded(thing):
    """Tell whether it is part of the program, not a constant."""
    return isinstance(thing, Recorded)


def compiled(loss, params):
    """Return a function of params that gives what `reverse` gives, faster.

    The loss runs once, at these params, and its shapes and branches are baked in:
    comparing a Node is a TypeError, params of other names or shapes a ValueError. The
    program can be read as `.source`. It has buffers of its own: one run at a time.
    """
    start, tape = floats(params), Tape()
    inputs = {
        name: Recorded(held, f"p{i}", tape)
        for i, (name, held) in enumerate(start.items(), 1)
    }
    known = {name: Node(held) for name, held in inputs.items()}
    out = loss(dict(known))
    refuse_without_slope(out, Node)
    one_number(out.value)
    tape.open = True
    found = {node: grad for node, grad in pulled(out) if not node.made_from}
    grads = {name: found.get(node, 0.0) for name, node in known.items()}
    source, space = write_program(tape, inputs, out.value, grads)
    tape.lines.clear()  # they and their values would hold one another for ever
    exec(source, space)
    return checking(space.pop("program"), source, start)


def checking(program, source, start):
    """Return a program that first compares the params with those it was written for."""
    shapes = {name: axes_of(held) for name, held in start.items()}

    def gradient(params):
        held = floats(params)
        if shapes != {name: axes_of(each) for name, each in held.items()}:
            raise ValueError(
                f"this program was recorded for names and shapes {shapes}, and these "
                f"are {', '.join(held)}; compile the loss again for them."
            )
        return program(held)

    gradient.source = source
    return gradient


def write_program(tape, inputs, out, grads):
    """Return the text of a program, and the names that it takes from outside."""
    wanted = [out, *grads.values()]
    lines = needed(tape.lines.values(), wanted)
    buffers = shared_buffers(lines, wanted)
    text = ["def program(params):"]
    text += [f"{held.name} = params[{name!r}]" for name, held in inputs.items()]
    for line in lines:
        buffer, _ = buffers.get(line.out.name, ("", None))
        text.append(f"{line.out.name} = {tape.call(line, buffer)}")
    pairs = []
    for name, grad in grads.items():
        full = f"written_out({tape.text(grad)}, {inputs[name].name})"
        pairs.append(f"{name!r}: {full if inputs[name].ndim else tape.text(grad)}")
    one = ".item()" if axes_of(out) else ""
    text.append(f"return {tape.text(out)}{one}, {{{', '.join(pairs)}}}")
    space = {"np": np, "inf": np.inf, "nan": np.nan, "written_out": written_out}
    space |= dict(buffers.values())
    return "\n    ".join(text) + "\n", space | tape.constants


def needed(lines, wanted):
    """Return the lines that what is wanted depends on."""
    names, kept = {id(each) for each in wanted}, []
    for line in reversed(lines):
        if id(line.out) in names:
            names.update(id(each) for each in line.inputs)
            kept.append(line)
    return kept[::-1]


def shared_buffers(lines, wanted):
    """Return (name, array) for every line that fills an array: the first that is free.

    One is free from the last line on that reads it, or reads a view of it.
    """
    owner, last = {}, {}
    for i, line in enumerate(lines):
        reads = [owner.get(each.name) for each in line.inputs if is_recorded(each)]
        last |= dict.fromkeys(reads, i)
        if isinstance(line.function, np.ufunc) and line.out.ndim:
            owner[line.out.name] = line.out.name
        elif line.function in VIEWS:
            owner[line.out.name] = reads[0]
    last |= {owner.get(each.name): len(lines) for each in wanted if is_recorded(each)}
    places, free = {}, []
    for i, line in enumerate(lines):
        free += [place for name, place in places.items() if last.get(name) == i]
        if owner.get(line.out.name) == line.out.name:
            places[line.out.name] = first_fitting(free, line.out.value, len(places))
    return places


def first_fitting(free, value, count):
    """Take a free buffer of this shape and kind, the latest freed, or make one."""
    for place in reversed(free):
        if place[1].shape == value.shape and place[1].dtype == value.dtype:
            free.remove(place)
            return place
    return f"buffer{count + 1}", np.empty_like(value)

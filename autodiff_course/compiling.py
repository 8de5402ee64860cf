"""What jit does: one evaluation written out as a straight-line program.

The loss and the walk back run once, on values that write down every call of NumPy.
What is left of that tape, in as few lines as possible, becomes a function.
"""

import ast
from collections import Counter
from itertools import count
from keyword import iskeyword
from math import prod

import numpy as np

from autodiff_course.descent import floats, reverse
from autodiff_course.recording import Recorded
from autodiff_course.reverse import number
from autodiff_course.shapes import axes_of, inner

SIGNS = {"np.add": "+", "np.subtract": "-", "np.multiply": "*", "np.divide": "/"}
LINEAR = ("np.multiply", "np.add.reduce", "inner")
RESERVED = {"float": float, "number": number, "params": None, "program": None}
LONGEST = 60  # letters that may stand in the place of a name


class Tape:
    """The calls that were made, each once, and what they took from outside."""

    def __init__(self, **outside):
        self.lines, self.outside = {}, RESERVED | outside
        self.names, self.taken = {}, Counter()  # of the things outside
        self.walking = False  # back, where slopes may compare

    def record(self, function, inputs, options, name=None):
        """Return what a call gives, numbers outside: 3 * sum(x) for sum(3 * x)."""
        name = name or self.named(function)
        if name in LINEAR:
            inputs = sorted(inputs, key=np.ndim, reverse=True)  # a number comes last
            numbers = [each.inputs[1] for each in inputs if is_product(each)]
            rests = [each.inputs[0] if is_product(each) else each for each in inputs]
            if numbers and np.ndim(rests[-1]):
                return prod(numbers, start=self.record(function, rests, options, name))
            if numbers:
                inputs = rests[0], prod(numbers, start=rests[1])
            elif options.get("axis", ()) is None and is_product(inputs[0], alike=True):
                return inner(*inputs[0].inputs)  # the sum over all axes
        return self.line(name, function, inputs, options)

    def line(self, name, function, inputs, options):
        """Return what a call gives, noted unless it is noted already."""
        inputs = list(inputs)
        for i, each in enumerate(inputs):
            if isinstance(each, np.ndarray):
                inputs[i] = Recorded(each, self.named(each), self)
        key = f"{name} {inputs} {options}"
        if key not in self.lines:
            plain = [getattr(each, "value", each) for each in inputs]
            value, text = function(*plain, **options), f"v{len(self.lines)}"
            self.lines[key] = Recorded(value, text, self, name, inputs, options)
        return self.lines[key]

    def named(self, thing):
        """Return the name under which the program finds a thing outside."""
        array = isinstance(thing, np.ndarray)
        # An array may be written into afterwards, so it goes by what it holds.
        key = (thing.tobytes(), thing.shape, thing.dtype) if array else id(thing)
        if key not in self.names:
            kind = getattr(thing, "name", getattr(thing, "__name__", "array"))
            kind = kind if kind.isidentifier() and not iskeyword(kind) else "function"
            names = (f"{kind}{number or ''}" for number in count(self.taken[kind]))
            self.names[key] = next(name for name in names if name not in self.outside)
            self.outside[self.names[key]] = thing.copy() if array else thing
            self.taken[kind] += 1
        return self.names[key]

    def program(self, out, grads):
        """Return a function that gives them, with its text as `.source`."""
        source = self.text(out, grads)
        self.lines.clear()  # they and the tape would hold one another for ever
        exec(source, self.outside)
        function = self.outside.pop("program")
        function.source = source
        return function

    def text(self, out, grads):
        """Return a program's text: what is used once stands where it is used."""
        uses, body = Counter(map(id, 2 * [out, *grads.values()])), []
        for line in reversed(self.lines.values()):
            if uses[id(line)]:
                uses.update(map(id, line.inputs))
        names = (f"v{i}" for i in count(1) if f"v{i}" not in self.outside)
        for line in self.lines.values():
            text = in_python(line)
            if uses[id(line)] == 1 and len(text) < LONGEST:
                line.text = f"({text})"
            elif uses[id(line)]:
                line.text = next(names)
                body.append(f"{line} = {text}")
        head = "def program(params):\n    params = matching(params, shapes)"
        text = "\n    ".join([head, *body, f"return {out}, {grads}"])
        return ast.unparse(ast.parse(text)) + "\n"  # without idle brackets


def is_product(thing, alike=False):
    """Tell whether it is an array of floats times a number, or times one alike."""
    if getattr(thing, "name", "") != "np.multiply" or not thing.ndim:
        return False
    shapes = [np.shape(each) for each in thing.inputs]  # none may be broadcast
    wanted = [thing.shape, thing.shape if alike else ()]
    return thing.inputs[0].value.dtype == float and shapes == wanted


def in_python(line):
    """Return how Python writes what gives a line's value."""
    texts = [repr(each) for each in line.inputs]
    if line.name in SIGNS:
        return f" {SIGNS[line.name]} ".join(texts)
    if line.name == "np.power":  # of a number it may be complex, which is refused
        text = f"({texts[0]}) ** {texts[1]}"
        return text if line.ndim else f"number({text})"
    texts += [f"{key}={held!r}" for key, held in line.options.items()]
    call = f"{line.name}({', '.join(texts)})"
    return f"float({call})" if call.startswith("np.") and not line.ndim else call


def compiled(loss, params):
    """Return a function of params that gives what `reverse` gives, faster.

    The loss runs once, at these params, and its shapes and branches are baked in:
    comparing a Node is a TypeError, params of other names or shapes a ValueError. What
    a loss checks of its numbers is not checked again, as that chances lie in [0, 1].
    The program can be read as `.source`.
    """
    start = floats(params)
    shapes = {name: axes_of(held) for name, held in start.items()}
    tape = Tape(np=np, inf=np.inf, nan=np.nan, matching=matching, shapes=shapes)
    recorded = {
        name: Recorded(held, f"params[{name!r}]", tape) for name, held in start.items()
    }

    def watched(nodes):
        out = loss(nodes)
        tape.walking = True
        return out

    return tape.program(*reverse(watched, recorded))


def matching(params, shapes):
    """Return params as floats; ValueError unless names and shapes are as recorded."""
    held = floats(params)
    found = {name: axes_of(each) for name, each in held.items()}
    if found != shapes:
        raise ValueError(
            f"this program was recorded for names and shapes {shapes}, got {found}; "
            "compile the loss again for them."
        )
    return held

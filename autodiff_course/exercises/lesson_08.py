"""Exercises of lesson 08: shares, folding, and engines that walk back."""

import math

import numpy as np

from autodiff_course.exercises.guard import WrongKindError
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import FRACTIONS
from autodiff_course.primitives import exp, log, sin
from autodiff_course.reductions import mean
from autodiff_course.reverse import Node, pulled, share, uses
from autodiff_course.variable import Variable

END = "The end knows what it wants."
REMEMBERS = "A Node remembers how it was made."
FOLDING = "Broadcasting is undone by summing."
EVERY_BRANCH = "The first walk goes down every branch."
RIGHT = "The engine is right to the last digit."
TWO_USES = "Two uses make two shares."
WAITS = "A node waits for all who used it."
STACK = "How long may a formula be?"
SETS = "Backward sets, and never adds."
MANY_ENDS = "Many ends turn it round."
TAPE = "The tape keeps everything."

PAPER = "work out all slopes of a formula on paper, in one walk from its end"
RECORD = "write a class that records how each value was made"
CATCH = "catch an engine that overwrites where it should add, although it trains well"
ORDER = "say in which order a graph is walked back, and walk one of 100 000 operations"
UNDO = "undo broadcasting by summing"
COUNT = (
    "count what a gradient costs by each of four ways, in multiplications, time and "
    "memory"
)


# 08.1: two slopes on paper


def slopes_on_paper():
    x, y = 3.0, 4.0
    u = x * y
    v = u + x
    grad_v = u
    grad_u = v + grad_v
    return grad_u * y + grad_v, grad_u * x


def one_of_two(answer, index):
    """Return one number of a pair."""
    if np.shape(answer) != (2,):
        raise WrongKindError(answer)
    return answer[index]


def try_on_paper():
    """Yield y first: it was used once, and tells what u had handed on."""
    for index, group in ((1, "y"), (0, "x")):
        expected = (120.0, 81.0)[index]
        yield Trial("", expected, (index,), one_of_two, group=group)


ON_PAPER = Exercise(
    id="08.1",
    form="value",
    objective=PAPER,
    place=END,
    prompt=(
        "**Exercise 08.1.** Three lines: `u = x * y`, then `v = u + x`, then the end, "
        "`u * v`. x is 3 and y is 4. Walk back on paper, from the end to x and y. "
        "Which grads do x and y get?"
    ),
    stub='towards_x = ...\ntowards_y = ...\n\ncheck("08.1", (towards_x, towards_y))',
    solution=slopes_on_paper,
    check=try_on_paper,
    shown=(
        "u waits for both of its shares, from the end and from v, and x for those from "
        "u and v."
    ),
    hints=(
        "First the values: u, v, the end. Then the grad of the end is 1, and each "
        "factor gets the other factor.",
        "u was used twice: by the end and by v. Add both shares before you hand on "
        "what u has got. x was used twice as well.",
        "In the section's formula y had two ways, through v2 and through v5, and got "
        "the sum of what came by both.",
    ),
    wrong=(
        Wrong(
            (48.0, 36.0),
            "M29",
            "The share that came last has overwritten the one before: u has one share "
            "from the end and one from v. Add them.",
        ),
        Wrong(
            (72.0, 45.0),
            "M40",
            "u has handed on its share from the end alone. It was used by v as well, "
            "and that share comes on top.",
        ),
        Wrong(
            (60.0, 45.0),
            "M40",
            "Only the way straight from the end to u is walked. u is used by v too, "
            "and x is used twice.",
        ),
        Wrong(
            (108.0, 81.0),
            "M40",
            "y is right. x was used twice: in u, and once more in v. The share from v "
            "is missing.",
        ),
        Wrong(
            (180.0, 126.0),
            "M33",
            "u has handed on twice, the second time all that it had gathered by then, "
            "so its first share is counted twice. It should wait for both.",
        ),
        Wrong(
            (5.0, 3.0),
            "M35",
            "Those are the slopes of single operations. Each has to be multiplied by "
            "the grad that arrives from the end.",
        ),
        Wrong(
            (4.0, 3.0),
            "M35",
            "Those are the slopes of u alone, as if u were the end. Each has to be "
            "multiplied by the grad that arrives at u.",
        ),
        Wrong(
            (65.0, 48.0),
            "M35",
            "Your v hands on its bare slopes. Each has to be multiplied by the grad of "
            "v, which is 12.",
        ),
        Wrong(
            (76.0, 48.0),
            "M35",
            "From v to u goes the slope 1 times the grad of v, not the slope alone.",
        ),
        Wrong(
            (109.0, 81.0),
            "M35",
            "From v to x goes the slope 1 times the grad of v, not the slope alone.",
        ),
        Wrong(
            (123.0, 81.0),
            "M809",
            "In `u * v` each factor was given its own value. The slope towards u is v, "
            "and that towards v is u.",
        ),
        Wrong(
            (93.0, 108.0),
            "M809",
            "In `x * y` each factor was given its own value. The slope towards x is y, "
            "and that towards y is x.",
        ),
        Wrong(
            (27.0, 12.0),
            "M810",
            "Those are the grads of u and v. Walk on, from u to x and y and from v to "
            "x.",
        ),
        Wrong(
            (0.0, 0.0),
            "M34",
            "The end begins with 1: it grows as fast as itself. From 0 nothing comes "
            "back.",
        ),
        Wrong(
            (180.0, 180.0),
            "M001",
            "That is the value of the end. The exercise asks how fast it grows with x "
            "and with y.",
        ),
        Wrong(
            (81.0, 120.0),
            "M204",
            "The two look exchanged: first comes the grad of x.",
        ),
        Wrong(
            (201.0, 201.0),
            "M22",
            "That is how fast the end grows if x and y grow together. The walk back "
            "keeps them apart.",
        ),
    ),
    right=(
        (120, 81),
        [120.0, 81.0],
        np.array([120, 81], dtype=np.float32),
        (2 * 3 * 4**2 + 2 * 3 * 4, 2 * 3**2 * 4 + 3**2),
    ),
)


# 08.2: a grad back into its shape


def fold(grad, shape):
    missing = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(missing)))
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def shares(*shape):
    """Return an array of different numbers, the same at each call."""
    return np.random.default_rng(8).normal(size=shape) + 0.3


def folded_by_matrix(grad, shape):
    """Return, for each entry of the shape, the sum over the places it was copied to."""
    origins = np.arange(math.prod(shape)).reshape(shape)
    copies = np.broadcast_to(origins, grad.shape)
    sums = [grad[copies == origin].sum() for origin in range(math.prod(shape))]
    return np.array(sums).reshape(shape)


def its_shape(answer, grad, shape):
    return np.array([*np.shape(answer(grad, shape)), 7.0])


SHAPES = {
    "as it is": (((2, 3), (2, 3)),),
    "number": (((4,), ()), ((2, 3), ()), ((3, 2, 2), ())),
    "missing": (((2, 3), (3,)), ((3, 3), (3,)), ((4, 2, 3), (3,))),
    "length 1": (((2, 3), (1, 3)), ((3, 3), (3, 1)), ((2, 2, 3), (2, 1, 3))),
    "both": (((4, 2, 3), (2, 1)), ((3, 3, 3), (1, 3)), ((2, 3), (1, 1))),
}


def try_fold():
    for group, pairs in SHAPES.items():
        for wide, narrow in pairs:
            grad = shares(*wide)
            yield Trial(
                f"with a grad of shape {wide} and the shape {narrow}",
                folded_by_matrix(grad, narrow).tolist()
                if narrow == ()
                else folded_by_matrix(grad, narrow),
                (grad, narrow),
                group=group,
            )
    yield Trial(
        "the shape of the result, from (4, 2, 3) to (2, 1), with a 7 appended",
        np.array([2, 1, 7.0]),
        (shares(4, 2, 3), (2, 1)),
        its_shape,
        group="shape",
    )


def reducing(reduce):
    """Return a fold that joins the copies of an entry by another function than sum."""

    def fold(grad, shape):
        grad = reduce(grad, axis=tuple(range(grad.ndim - len(shape))))
        for axis, length in enumerate(shape):
            if length == 1:
                grad = reduce(grad, axis=axis, keepdims=True)
        return grad

    return fold


def first_copy(grad, axis, keepdims=False):
    axes = axis if isinstance(axis, tuple) else (axis,)
    for each in sorted(axes, reverse=True):
        grad = np.take(grad, [0] if keepdims else 0, axis=each)
    return grad


def leading_only(grad, shape):
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


def without_keeping(grad, shape):
    grad = leading_only(grad, shape)
    axes = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return grad.sum(axis=axes)


def from_the_right(grad, shape):
    """Sum the missing axes at the right, as if shapes met at the left."""
    grad = grad.sum(axis=tuple(range(len(shape), grad.ndim)))
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def ones_only(grad, shape):
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def kept_missing(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return grad.sum(axis=axes, keepdims=True)


def by_padding(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return np.add.reduce(grad, axis=axes, keepdims=True).reshape(shape)


def by_loops(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis in range(len(shape)):
        if shape[axis] < grad.shape[axis]:
            grad = np.expand_dims(grad.sum(axis), axis)
    return grad


FOLD = Exercise(
    id="08.2",
    form="function",
    objective=UNDO,
    place=FOLDING,
    prompt=(
        "**Exercise 08.2.** Write the core of `folded` yourself: take a grad, as large "
        "as NumPy has stretched some value, back to the shape that the value had. "
        "That shape may lack axes at the left, and may have axes of length 1."
    ),
    stub=(
        "def fold(grad, shape):\n"
        '    """Return a grad summed over the copies that broadcasting has made."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("08.2", fold)'
    ),
    solution=fold,
    check=try_fold,
    shown=(
        "Every entry gets as many shares as it had copies, and the shape is the "
        "value's."
    ),
    hints=(
        "One entry was copied along an axis. What does it get, if each copy brings a "
        "share?",
        "First sum over the axes that `shape` does not have: they stand at the left, "
        "and there are `grad.ndim - len(shape)` of them. Then over those of length 1, "
        "with keepdims=True.",
        "From (2, 3) to (2, 1) it is `grad.sum(axis=1, keepdims=True)`, to (3,) it is "
        "`grad.sum(axis=0)`.",
    ),
    wrong=(
        Wrong(
            reducing(np.mean),
            "M801",
            "The shares are averaged. Each copy has moved the end, and the effects add "
            "up: sum.",
        ),
        Wrong(
            reducing(first_copy),
            "M802",
            "One share is kept and the others are dropped. Each copy brings one, and "
            "all of them are added.",
        ),
        Wrong(
            reducing(np.max),
            "M802",
            "The largest share is kept and the others are dropped. Each copy brings "
            "one, and all of them are added.",
        ),
        Wrong(
            lambda grad, shape: grad.mean(),
            "M801",
            "That is the mean of everything. Shares are added, and only along the "
            "stretched axes.",
        ),
        Wrong(
            ones_only,
            "M811",
            "The axes of length 1 are summed. Those that the shape lacks at the left "
            "were stretched too.",
        ),
        Wrong(
            kept_missing,
            "M805",
            "The sums are right, but axes that the value never had are left over. Sum "
            "the missing ones without keepdims.",
        ),
        Wrong(
            lambda grad, shape: grad.reshape(shape),
            "M805",
            "A larger array does not fit into a smaller shape. The shares of all "
            "copies of an entry become one number: sum them.",
        ),
        Wrong(
            lambda grad, shape: grad.sum(axis=-1),
            "M806",
            "It always sums the last axis. The shape tells which axes were stretched.",
        ),
        Wrong(
            leading_only,
            "M803",
            "The axes that were missing at the left are summed. An axis of length 1 "
            "was stretched too.",
        ),
        Wrong(
            lambda grad, shape: grad.sum(),
            "M804",
            "Everything is summed into one number. Sum only the stretched axes; along "
            "the others each entry keeps its own.",
        ),
        Wrong(
            lambda grad, shape: np.broadcast_to(grad.sum(), shape),
            "M804",
            "Everything is summed, and each entry given the whole. Sum only the "
            "stretched axes.",
        ),
        Wrong(
            lambda grad, shape: grad,
            "M805",
            "The grad is left as wide as it came. Each value needs a grad of its own "
            "shape.",
        ),
        Wrong(
            lambda grad, shape: grad.sum(axis=0),
            "M806",
            "It always sums the first axis. The shape tells which axes were stretched.",
        ),
        Wrong(
            without_keeping,
            "M807",
            "The numbers are right, but an axis of length 1 is lost. Keep it with "
            "keepdims=True.",
        ),
        Wrong(
            from_the_right,
            "M808",
            "It sums axes at the right. NumPy lets shapes meet at the right end, so "
            "what is missing is missing at the left.",
        ),
        Wrong(
            lambda grad, shape: np.resize(grad, shape),
            "M802",
            "The first entries are kept, and what does not fit is cut off. Every share "
            "has to be added to the entry that it came from.",
        ),
    ),
    right=(by_padding, by_loops, folded_by_matrix),
)


# 08.3: a test that catches an engine that overwrites


def overwritten(end):
    """Return the grads of a walk that goes down every branch and assigns."""
    grads, stack = {}, [(end, 1.0)]
    while stack:
        node, grad = stack.pop()
        grads[node] = grad
        for operand, slope in reversed(node.made_from):
            if isinstance(operand, Node):
                part = share(grad, slope, node.value, operand.value)
                stack.append((operand, part))
    return grads


def what_shows(answer):
    """Say whether a test parts the engine from a right one, or why it does not."""
    function, at = answer
    x = Node(at)
    end = function(x)
    if end is None or end is ...:
        raise WrongKindError(end)
    if not isinstance(end, Node):
        return "no operation at all"
    counts = uses(end)
    if x not in counts:
        return "an end without x"
    wrong, right = float(overwritten(end)[x]), float(dict(pulled(end))[x])
    if wrong * right < 0:
        return "a slope with the wrong sign"
    if max(counts.values()) < 2:
        return "every node used once"
    if right == 0 != wrong:
        return "a right slope of 0, which has no sign"
    if abs(wrong - right) > 0.01 * abs(right):
        return "a slope that is off, with the right sign"
    return "a slope of 0 in both" if right == 0 else "two slopes within one percent"


def caught():
    def expression(x):
        return 2 * x - 3 * x * x

    return expression, 0.2


def shared(x):
    e = 3 * x - 2
    return e * e


CAUGHT = Exercise(
    id="08.3",
    form="value",
    objective=CATCH,
    place=RIGHT,
    prompt=(
        "**Exercise 08.3.** A friend's engine walks like `assign_back`. It passes "
        "`(3 * x - 2) ** 2` and `exp(2 * x)`, and fits a line. Find a test in "
        "which its slope even has the wrong sign: an expression in x and a point."
    ),
    stub=(
        "def expression(x):\n"
        "    return ...\n"
        "\n"
        "\n"
        "point = ...\n"
        "\n"
        'check("08.3", (expression, point))'
    ),
    solution=caught,
    check=lambda: [
        Trial(
            "your expression at your point",
            "a slope with the wrong sign",
            act=lambda answer: what_shows(answer),
        )
    ],
    shown="Two shares of opposite sign, and the smaller one was left.",
    hints=(
        "What is lost when a grad is set a second time? And when is it set only once?",
        "In both of your friend's tests every value is used once. Use one twice, so "
        "that it gets two shares.",
        "In `x * x + x` the shares of x are all positive. Let two shares pull against "
        "each other, and let the smaller one come last.",
    ),
    wrong=(
        Wrong(
            (lambda x: (3 * x - 2) ** 2, 1.7),
            "M82",
            "Every value is used only once, so nothing arrives twice and nothing is "
            "overwritten. Length does not help: use one value in two places.",
        ),
        Wrong(
            (shared, 1.3),
            "M82",
            "That shows the overwriting: the slope is off. Its sign is right: both "
            "shares pull the same way, or the larger came last. Let a smaller one that "
            "pulls the other way come last.",
        ),
        Wrong(
            (shared, 2 / 3),
            "M202",
            "A value is used twice, but at this point both slopes are 0. Take a point "
            "that is not blind.",
        ),
        Wrong(
            (lambda x: Node(2.0) * 3, 1.7),
            "M71",
            "The end does not depend on x, so both engines say 0. A test that does not "
            "reach the mistake proves nothing.",
        ),
        Wrong(
            (lambda x: 3.0, 1.7),
            "M71",
            "No operation is done with x, so no walk begins. A test that does not "
            "reach the mistake proves nothing.",
        ),
        Wrong(
            (lambda x: x * 1e-4 + x, 1.7),
            "M202",
            "A value is used twice, but one of its shares is so small that nobody "
            "misses it. Let both shares be large.",
        ),
    ),
    right=(
        (lambda x: 2 * x - x, 3),
        (lambda x: x * x - x, 1.3),
        [lambda x: 3 * x - exp(x), -0.7],
        (lambda x: x - x * x * x, 0.3),
    ),
    equivalent={
        "return 2 * x - 3 * x * x -> return -(2 * x - 3 * x * x)": (
            "A sign turns both slopes."
        ),
        "3 * x * x -> x": "The shares of 2 x and of x pull against each other, too.",
        "3 * x -> 3 / x": "The last share still pulls the other way.",
        "3 * x -> x": "The last share still pulls the other way.",
        "2 -> 2.02": "Any factor near it will do.",
        "3 -> 3.0300000000000002": "Any factor near it will do.",
        "0.2 -> 0.202": "Almost any point below 1/3 will do.",
    },
)


# 08.4: an engine from memory


class Value:
    def __init__(self, value, made_from=()):
        self.value = value
        self.grad = 0.0
        self.made_from = made_from

    def lift(self, other):
        return other if isinstance(other, Value) else Value(other)

    def __add__(self, other):
        other = self.lift(other)
        return Value(self.value + other.value, ((self, 1.0), (other, 1.0)))

    def __sub__(self, other):
        other = self.lift(other)
        return Value(self.value - other.value, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other):
        other = self.lift(other)
        made_from = ((self, other.value), (other, self.value))
        return Value(self.value * other.value, made_from)

    def __radd__(self, other):
        return self.lift(other) + self

    def __rsub__(self, other):
        return self.lift(other) - self

    def __rmul__(self, other):
        return self.lift(other) * self

    def log(self):
        return Value(np.log(self.value), ((self, 1.0 / self.value),))

    def backward(self):
        waiting, stack, ready = {self: 0}, [self], [self]
        while stack:
            node = stack.pop()
            node.grad = 0.0
            for operand, _ in node.made_from:
                if operand not in waiting:
                    waiting[operand] = 0
                    stack.append(operand)
                waiting[operand] += 1
        self.grad = 1.0
        while ready:
            node = ready.pop()
            for operand, slope in node.made_from:
                operand.grad += slope * node.grad
                waiting[operand] -= 1
                if not waiting[operand]:
                    ready.append(operand)


POINTS = ((1.7, 2.9), (2.3, 0.6))


def learned(number):
    """Return log for a class of the learner's: its method."""
    return number.log()


def evaluated(made, text, point):
    """Return the end of an expression in x and y on one class, and both inputs."""
    x, y = (made(each) for each in point)
    names = {"x": x, "y": y, "log": learned, "made": made}
    end = eval(text, names)
    if not hasattr(end, "value"):
        raise WrongKindError(end)
    return end, x, y


def walked(end):
    """Call backward; return "" or the words for a class that no set can hold."""
    try:
        end.backward()
    except TypeError as error:
        if "unhashable" in str(error):
            return "unhashable"
        raise
    return ""


def back(made, text, point, times=1):
    """Return the value of an expression and both grads, after so many calls."""
    end, x, y = evaluated(made, text, point)
    for _ in range(times):
        fault = walked(end)
        if fault:
            return fault
    return end.value, x.grad, y.grad


def begun(made, point):
    """Say in words whether anything comes back at all."""
    end, x, y = evaluated(made, "x + y", point)
    fault = walked(end)
    if fault or x.grad or y.grad:
        return fault or "something comes back"
    return f"nothing comes back, the end has grad {end.grad:g}"


def forward(text, point):
    """Return the value of an expression and both slopes, from two passes forward."""
    x, y = point
    passes = []
    for seeds in ((1, 0), (0, 1)):
        names = {"x": Variable(x, seeds[0]), "y": Variable(y, seeds[1]), "log": log}
        passes.append(eval(text, names))
    return passes[0].value, passes[0].grad, passes[1].grad


def inner_grad(made, point):
    """Return the grad of a value in the middle, which was used twice."""
    x, y = (made(each) for each in point)
    middle = x * y
    end = middle * middle + x
    end.backward()
    return middle.grad, x.grad


def rounds(made, point):
    """Return the grad of one input after each of three rounds, with new formulas."""
    x, y = (made(each) for each in point)
    told = []
    for factor in (2.0, 3.0, 5.0):
        (x * factor + x * y).backward()
        told.append(x.grad)
    return tuple(told)


def long_sum(made, terms):
    x = made(0.7)
    out = x
    for _ in range(terms):
        out = out + x
    out.backward()
    return x.grad


FORMULAS = {
    "sum": ("x + y",),
    "difference": ("x - y",),
    "product": ("x * y",),
    "logarithm": ("log(x)",),
    "numbers": ("x * 3 - 2", "3 * x", "2 + x"),
    "from a number": ("5 - x",),
    "inside": ("(x + y) * 3", "(x - y) * 3", "(x * y) * 3", "log(x) * 3"),
    "deep": ("3 * log(2 * x * y + 1)", "(5 - log(x * 3)) * y"),
    "twice": ("x + x", "x * x"),
    "e * e": ("(e := x * y + 3) * e",),
    "six": ("x * 1 + x * 2 + x * 3 + x * 4 + x * 5 + x * y",),
    "shared": ("(b := x + x) + b", "(b := x * y) + (c := b + x) * c + b"),
}
EXACT = ("(x - y) * 3 - x * y", "(e := x * y + 3) * e")
CHAIN = "x * y * 1 * 1 * 1"


def try_value():
    place = "`(x + y).backward()`"
    wanted = "something comes back"
    yield Trial(place, wanted, (POINTS[0],), begun, group="begin")
    for group, texts in FORMULAS.items():
        for text in texts:
            for point in POINTS:
                place = f"`{text}` at x = {point[0]}, y = {point[1]}: value, grads"
                expected = forward(text, point)
                yield Trial(place, expected, (text, point), back, group=group)
    for text in EXACT:
        place = f"`{text}` at x = 7/3, y = -5/4: value, grads"
        expected = forward(text, FRACTIONS)
        yield Trial(place, expected, (text, FRACTIONS), back, exact=True, group="exact")
    yield from try_rounds()
    place = "a sum of 5001 terms, each of them x"
    yield Trial(place, 5001.0, (5000,), long_sum, group="long")


def try_rounds():
    """Yield what is tried of values in the middle, and of calling backward again."""
    for x, y in POINTS:
        yield Trial(
            f"`m * m + x` with m = x * y, at x = {x}, y = {y}: grads of m and x",
            (2 * x * y, 2 * x * y * y + 1),
            ((x, y),),
            inner_grad,
            group="middle",
        )
        yield Trial(
            f"`{CHAIN}` at x = {x}, y = {y}, backward called twice: value, grads",
            (x * y, y, x),
            (CHAIN, (x, y), 2),
            back,
            group="again",
        )
        yield Trial(
            f"`x * f + x * y` for f = 2, 3, 5, one x for all, at x = {x}, y = {y}",
            (2 + y, 3 + y, 5 + y),
            ((x, y),),
            rounds,
            group="rounds",
        )


class Back:
    """An engine whose parts can be broken; where nothing is, it is right."""

    def __init__(self, value, made_from=()):
        self.value, self.grad, self.made_from = value, 0.0, made_from

    def lift(self, other):
        return other if hasattr(other, "made_from") else type(self)(other)

    def __add__(self, other):
        other = self.lift(other)
        return type(self)(self.value + other.value, ((self, 1), (other, 1)))

    def __mul__(self, other):
        other = self.lift(other)
        made_from = ((self, other.value), (other, self.value))
        return type(self)(self.value * other.value, made_from)

    def __sub__(self, other):
        other = self.lift(other)
        return type(self)(self.value - other.value, ((self, 1), (other, -1)))

    def __rsub__(self, other):
        return self.lift(other) - self

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def log(self):
        return type(self)(math.log(self.value), ((self, 1 / self.value),))

    def order(self):
        """Return the nodes from the end, each after all who used it."""
        found, stack, done = [], [(self, False)], set()
        while stack:
            node, left = stack.pop()
            if left:
                found.append(node)
            elif id(node) not in done:
                done.add(id(node))
                stack.append((node, True))
                stack += [(operand, False) for operand, _ in node.made_from]
        return found[::-1]

    def clear(self, nodes):
        for node in nodes:
            node.grad = 0.0

    def hand_on(self):
        for operand, slope in self.made_from:
            operand.grad += self.grad * slope

    def backward(self):
        nodes = self.order()
        self.clear(nodes)
        self.grad = 1.0
        for node in nodes:
            node.hand_on()


def broken(**methods):
    """Return an engine with some methods replaced."""
    return type("Value", (Back,), methods)


def assign(self):
    for operand, slope in self.made_from:
        operand.grad = self.grad * slope


def each_use_once(self):
    for operand, slope in self.made_from:
        if not operand.grad:
            operand.grad = self.grad * slope


def to_the_result(self, other):
    other = self.lift(other)
    out = type(self)(self.value * other.value)
    out.made_from = ((self, other.value), (type(self)(0.0), self.value))
    return out


def recursive_order(self):
    found, done = [], set()

    def visit(node):
        if id(node) not in done:
            done.add(id(node))
            for operand, _ in node.made_from:
                visit(operand)
            found.append(node)

    visit(self)
    return found[::-1]


def as_met(self):
    """Return the nodes in the order in which they are first met."""
    found, met = [self], {id(self)}
    for node in found:
        for operand, _ in node.made_from:
            if id(operand) not in met:
                met.add(id(operand))
                found.append(operand)
    return found


def unreversed(self):
    return Back.order(self)[::-1]


def every_path(self):
    """Hand on, at each visit, all that has been gathered so far."""

    def walk(node):
        node.hand_on()
        for operand, _ in node.made_from:
            walk(operand)

    self.clear(self.order())
    self.grad = 1.0
    walk(self)


def without_seed(self):
    nodes = self.order()
    self.clear(nodes)
    for node in nodes:
        node.hand_on()


def clear_after(self):
    Back.backward(self)
    self.clear(self.order()[1:])


def clear_inner(self):
    Back.backward(self)
    self.clear([node for node in self.order() if node.made_from])


def keep_all(self, nodes):
    pass


def keep_inputs(self, nodes):
    for node in nodes:
        if node.made_from:
            node.grad = 0.0


def keep_middle(self, nodes):
    for node in nodes:
        if not node.made_from:
            node.grad = 0.0


def log_by_input(self):
    return type(self)(math.log(self.value), ((self, self.value),))


class LocalProduct(Back):
    """A product hands on its slopes without the grad that arrived."""

    local = False

    def __mul__(self, other):
        out = super().__mul__(other)
        out.local = True
        return out

    def hand_on(self):
        for operand, slope in self.made_from:
            operand.grad += slope if self.local else self.grad * slope


class LocalLogarithm(LocalProduct):
    """A logarithm hands on minus its slope, as if a minus had to come."""

    __mul__ = Back.__mul__
    sign = -1

    def log(self):
        made_from = ((self, self.sign / self.value),)
        out = type(self)(math.log(self.value), made_from)
        out.local = True
        return out


class LocalSlope(LocalLogarithm):
    """A logarithm hands on its slope alone."""

    sign = 1


class LocalEverywhere(Back):
    def hand_on(self):
        for operand, slope in self.made_from:
            operand.grad += slope


class AssigningSum(Back):
    """A sum assigns, a product adds."""

    def hand_on(self):
        for operand, slope in self.made_from:
            part = self.grad * slope
            is_sum = all(each == 1 for _, each in self.made_from)
            operand.grad = part if is_sum else operand.grad + part


class AssigningProduct(Back):
    """A product assigns, a sum adds."""

    product = False

    def __mul__(self, other):
        out = super().__mul__(other)
        out.product = True
        return out

    def hand_on(self):
        for operand, slope in self.made_from:
            part = self.grad * slope
            operand.grad = part if self.product else operand.grad + part


class Unhashable(Back):
    """Compared by value; a set cannot hold it."""

    def __eq__(self, other):
        return self.value == other.value

    __hash__ = None

    def order(self):
        found, done = [], set()

        def visit(node):
            if node not in done:
                done.add(node)
                for operand, _ in node.made_from:
                    visit(operand)
                found.append(node)

        visit(self)
        return found[::-1]


class EqualIsSame(Unhashable):
    """Compared and hashed by value: equal values are taken for one node."""

    def __hash__(self):
        return hash(self.value)


def with_constant_grad(self, other):
    """Lift a number, and let the outcome forget it."""
    if hasattr(other, "made_from"):
        return Back.__mul__(self, other)
    return type(self)(self.value * other, ((self, 1.0),))


class NoOperators:
    """A stub with an empty walk."""

    def __init__(self, value, made_from=()):
        self.value, self.grad, self.made_from = value, 0.0, made_from

    def backward(self):
        pass


class Closures:
    """Right, with a function on each result, as many engines have it."""

    def __init__(self, value, parents=()):
        self.value, self.grad = float(value), 0.0
        self.parents, self.pull = parents, lambda: None

    def joined(self, other, value, mine, theirs):
        out = Closures(value, (self, other))

        def pull():
            self.grad += mine * out.grad
            other.grad += theirs * out.grad

        out.pull = pull
        return out

    def of(self, other):
        return other if isinstance(other, Closures) else Closures(other)

    def __add__(self, other):
        other = self.of(other)
        return self.joined(other, self.value + other.value, 1.0, 1.0)

    def __mul__(self, other):
        other = self.of(other)
        return self.joined(other, self.value * other.value, other.value, self.value)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -self.of(other)

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def log(self):
        return self.joined(Closures(0), math.log(self.value), self.value**-1, 0.0)

    def backward(self):
        nodes, stack, seen = [], [(self, iter(self.parents))], {self}
        while stack:
            node, parents = stack[-1]
            for parent in parents:
                if parent not in seen:
                    seen.add(parent)
                    stack.append((parent, iter(parent.parents)))
                    break
            else:
                nodes.append(stack.pop()[0])
        for node in nodes:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(nodes):
            node.pull()


class Single(Back):
    """Right, in float32."""

    def __init__(self, value, made_from=()):
        super().__init__(np.float32(value), made_from)


class OnNode(Back):
    """Right, by numbers of the order in which the nodes were made."""

    made = 0

    def __init__(self, value, made_from=()):
        super().__init__(value, made_from)
        OnNode.made += 1
        self.number = OnNode.made

    def order(self):
        nodes, stack = {self.number: self}, [self]
        while stack:
            for operand, _ in stack.pop().made_from:
                if operand.number not in nodes:
                    nodes[operand.number] = operand
                    stack.append(operand)
        return [nodes[number] for number in sorted(nodes, reverse=True)]


ENGINE = Exercise(
    id="08.4",
    form="class",
    objective=RECORD,
    place=SETS,
    prompt=(
        "**Exercise 08.4.** The whole engine from memory, for plain numbers. `Value` "
        "gets `+ - *`, with numbers on either side, a method `log`, which takes "
        "`np.log` of its value, and `backward`. As in the lesson, backward sets every "
        "grad, of inputs and of values in the middle, and never adds to an old one. "
        "Long sums must work as well."
    ),
    stub=(
        "class Value:\n"
        '    """A number that remembers how it was made."""\n'
        "\n"
        "    def __init__(self, value, made_from=()):\n"
        "        self.value = value\n"
        "        self.grad = 0.0\n"
        "        self.made_from = made_from\n"
        "\n"
        "    def backward(self):\n"
        '        """Set the grad of everything that this was made from."""\n'
        "        ...\n"
        "\n"
        "\n"
        'check("08.4", Value)'
    ),
    solution=Value,
    check=try_value,
    shown="It records, waits, adds, sets, and walks thousands of operations.",
    hints=(
        "What does a result have to remember, so that a walk can hand on its grad "
        "later? Write `+` and `*` first, and a backward for one operation.",
        "Count how often each value was used. Clear the grads, set that of the end to "
        "1, and let a value hand on when its last share is in.",
        "A negation would be `return Value(-self.value, ((self, -1.0),))`: the value, "
        "and one pair of operand and slope. For the walk see `uses` and `pulled`.",
    ),
    wrong=(
        Wrong(
            broken(hand_on=assign),
            "M29",
            "A grad is set where it should be added to. A value that is used twice "
            "gets two shares, and the second overwrites the first.",
            TWO_USES,
        ),
        Wrong(
            AssigningSum,
            "M29",
            "The sum sets the grads of its operands, where it should add to them. An "
            "operand may have got a share from elsewhere.",
            TWO_USES,
        ),
        Wrong(
            AssigningProduct,
            "M29",
            "The product sets the grads of its operands, where it should add to them. "
            "In `x * x` the second share overwrites the first.",
            TWO_USES,
        ),
        Wrong(
            broken(hand_on=each_use_once),
            "M40",
            "A value takes one share and no more. Each use brings one, and all must be "
            "added.",
            TWO_USES,
        ),
        Wrong(
            broken(clear=keep_inputs),
            "M30",
            "The inputs keep their grads from the rounds before, and new shares come "
            "on top. Set them to 0 when backward begins.",
        ),
        Wrong(
            broken(clear=keep_all),
            "M32",
            "Nothing is cleared, so every value on the way hands on its old grad "
            "together with the new one. Two calls then give not double, but more.",
        ),
        Wrong(
            broken(clear=keep_middle),
            "M32",
            "The inputs are cleared, but values in the middle keep their old grads and "
            "hand them on once more. Clear all that the walk comes to.",
        ),
        Wrong(
            broken(backward=clear_after),
            "M31",
            "The grads are cleared as soon as they have been found. Clear them before "
            "the walk, not after.",
        ),
        Wrong(
            broken(backward=clear_inner),
            "M41",
            "Values in the middle are cleared after the walk, so their grads cannot be "
            "read. No clearing is needed: the next round makes new values, and "
            "backward sets.",
        ),
        Wrong(
            broken(backward=every_path),
            "M33",
            "A value hands on at each visit, and each time all that it has gathered. "
            "It should wait for its last share, and hand on once.",
            WAITS,
        ),
        Wrong(
            broken(order=as_met),
            "M33",
            "Values hand on in the order in which they are met. One that is used "
            "again, further back, hands on before its last share is in.",
            WAITS,
        ),
        Wrong(
            broken(order=unreversed),
            "M33",
            "Only the operands of the end get a grad. Either the walk stops there, or "
            "it runs from the inputs to the end. Begin at the end, and let each value "
            "hand on after all who used it.",
            WAITS,
        ),
        Wrong(
            broken(backward=without_seed),
            "M34",
            "Every grad is 0, that of the end as well, so it has none to hand on. The "
            "end begins with 1, and what has been found must not be cleared after the "
            "walk.",
            EVERY_BRANCH,
        ),
        Wrong(
            LocalProduct,
            "M35",
            "The product hands on its bare slope. It has to be multiplied by the grad "
            "that arrives; where `*` comes last, that grad is 1 and nobody notices.",
            EVERY_BRANCH,
        ),
        Wrong(
            LocalEverywhere,
            "M35",
            "Every operation hands on its bare slope. It has to be multiplied by the "
            "grad that arrives.",
            EVERY_BRANCH,
        ),
        Wrong(
            LocalLogarithm,
            "M11",
            "The logarithm hands on -1/x, whatever arrives. The slope is 1/x, and it "
            "is multiplied by the grad that arrives; a negation that follows brings "
            "its own minus.",
            EVERY_BRANCH,
        ),
        Wrong(
            LocalSlope,
            "M11",
            "The logarithm hands on 1/x and forgets the grad that arrives. It is right "
            "only where the logarithm stands last.",
            EVERY_BRANCH,
        ),
        Wrong(
            broken(log=log_by_input),
            "M10",
            "The logarithm hands on the grad times x. Its slope is 1/x: divide.",
        ),
        Wrong(
            Unhashable,
            "M38",
            "With `__eq__` and no `__hash__` Python lets no set and no dictionary hold "
            "a Value. Leave `__eq__` out: two values are the same if they are one "
            "object.",
            WAITS,
        ),
        Wrong(
            EqualIsSame,
            "M38",
            "Two Values with equal numbers are taken for one and the same, so one of "
            "them is left out of the walk. Compare objects, not their numbers.",
            WAITS,
        ),
        Wrong(
            broken(order=recursive_order),
            "M39",
            "All formulas are right, but a long sum is too deep: a function that calls "
            "itself once for each operation fails at about a thousand. Keep a stack.",
            STACK,
        ),
        Wrong(
            broken(__mul__=to_the_result),
            "M40b",
            "In `*` the second operand gets nothing; its share has gone elsewhere, "
            "perhaps to the result. Each operand needs its own pair, with the other's "
            "value as slope.",
            REMEMBERS,
        ),
        Wrong(
            broken(log=lambda self: type(self)(math.log(self.value))),
            "M40c",
            "The logarithm has the right value but remembers nothing, so the walk ends "
            "there and the grads stay 0. Each operation needs its pairs.",
            REMEMBERS,
        ),
        Wrong(
            broken(
                __add__=lambda self, other: type(self)(
                    self.value + self.lift(other).value
                ),
            ),
            "M40c",
            "The sum has the right value but remembers nothing, so the walk ends there "
            "and the grads stay 0. Each operation needs its pairs.",
            REMEMBERS,
        ),
        Wrong(
            broken(
                __mul__=lambda self, other: type(self)(
                    self.value * self.lift(other).value
                ),
            ),
            "M40c",
            "The product has the right value but remembers nothing, so the walk ends "
            "there and the grads stay 0. Each operation needs its pairs.",
            REMEMBERS,
        ),
        Wrong(
            broken(
                __sub__=lambda self, other: type(self)(
                    self.value - self.lift(other).value
                )
            ),
            "M40c",
            "The difference has the right value but remembers nothing, so the walk "
            "ends there and the grads stay 0. Each operator needs its pairs.",
            REMEMBERS,
        ),
        Wrong(
            broken(
                __sub__=lambda self, other: type(self)(
                    self.value - self.lift(other).value,
                    ((self, 1.0), (self.lift(other), 1.0)),
                )
            ),
            "M15",
            "In a difference the slope towards what is subtracted is -1.",
            REMEMBERS,
        ),
        Wrong(
            broken(__rsub__=lambda self, other: self - other),
            "M15",
            "For `5 - x` it gives `x - 5`. Python calls `__rsub__` with the number "
            "that stood on the left.",
        ),
        Wrong(
            broken(
                __add__=lambda self, other: type(self)(
                    self.value + self.lift(other).value,
                    ((self, None), (self.lift(other), None)),
                )
            ),
            "M809",
            "In the lesson None says that the grad is handed on as it is, and `share` "
            "reads it. Your walk multiplies: write 1.0, or ask for None.",
            REMEMBERS,
        ),
        Wrong(
            broken(lift=lambda self, other: other),
            "M16",
            "A plain number stands where your operator wants a Value. Lift it first: "
            "`other if isinstance(other, Value) else Value(other)`.",
            REMEMBERS,
        ),
        Wrong(
            NoOperators,
            "M16",
            "An operator or a method is missing. Python makes none by itself: `x + y` "
            "needs `__add__`, `x - y` needs `__sub__`, and so on.",
            REMEMBERS,
        ),
        Wrong(
            broken(
                __radd__=lambda self, other: NotImplemented,
                __rmul__=lambda self, other: NotImplemented,
                __rsub__=lambda self, other: NotImplemented,
            ),
            "M16",
            "With a number on the left Python calls another method, such as "
            "`__radd__`, and none comes free.",
        ),
        Wrong(
            broken(
                __mul__=lambda self, other: type(self)(
                    self.value * self.lift(other).value,
                    (
                        (self, self.value),
                        (self.lift(other), self.lift(other).value),
                    ),
                )
            ),
            "M809",
            "The slope of a product towards a factor is the other factor, not the "
            "factor itself.",
            REMEMBERS,
        ),
        Wrong(
            broken(__mul__=with_constant_grad),
            "M17",
            "Where one factor is a plain number, the slope towards the other is that "
            "number. A constant still counts.",
            REMEMBERS,
        ),
    ),
    right=(Back, Closures, Single, OnNode),
    equivalent={
        "0 -> 0.01": "The end is no operand of its own: nobody asks for its count.",
    },
)


# Quizzes


def handing_on():
    """Return the order in which the course's walk comes to the nodes of a graph."""
    x = Node(1.3)
    a = x * x
    b = a + x
    c = a * b
    names = {x: "x", a: "a", b: "b", c: "c"}
    return ", ".join(names[node] for node, _ in pulled(c))


HAND_ON = Quiz(
    id="08.q1",
    objective=ORDER,
    place=WAITS,
    question=(
        "`a = x * x`, then `b = a + x`, then `c = a * b`. In which order do they hand "
        "on, in a walk back from c?"
    ),
    options=(
        Option(
            "c, a, b, x",
            "c, a, b, x",
            "a stands first in c, and it was used by b as well. If it hands on before "
            "b has, x never gets what comes from b by way of a.",
            "M33",
        ),
        Option(
            "c, b, a, x",
            "c, b, a, x",
            "a waits for c and for b, x waits for b and twice for a. Each hands on "
            "once, when its last share is in.",
        ),
        Option(
            "x, a, b, c",
            "x, a, b, c",
            "That is the order in which they were made. The walk begins where the only "
            "known grad is: at c, with 1.",
            "M34",
        ),
        Option(
            "any order will do, as long as shares are added",
            "any order",
            "Adding mends `x + x`, but not this: whoever hands on too early hands on "
            "too little, or hands on twice.",
            "M33",
        ),
    ),
    compute=handing_on,
)


def edited():
    """Return the grad after the value was changed between evaluation and walk."""
    w = Node(3.0)
    loss = w * w
    w.value = 5.0
    loss.backward()
    return w.grad


EDITED = Quiz(
    id="08.q2",
    objective=RECORD,
    place=SETS,
    question=(
        "`w = Node(3.0)` and `loss = w * w`. Then somebody writes `w.value = 5.0`, and "
        "only then `loss.backward()`. What is `w.grad`?"
    ),
    options=(
        Option(
            "10, the slope of the square at 5",
            10.0,
            "The slopes were written down when the product was made, at 3. The walk "
            "evaluates nothing again.",
            "M37",
        ),
        Option(
            "6, the slope of the square at 3",
            6.0,
            "Both slopes were recorded at 3. It is the gradient of what ran, and no "
            "longer that at w: make new Nodes in each round.",
        ),
        Option(
            "8: one slope from 3, one from 5",
            8.0,
            "Both slopes were written down at the same moment, when the product was "
            "made.",
            "M37",
        ),
        Option(
            "0: the grads have to be cleared first",
            0.0,
            "Nothing has to be cleared: backward sets the grads, and Nodes in the "
            "middle are made anew in each round.",
            "M41",
        ),
    ),
    compute=edited,
)


def passes_and_walks():
    """Count passes forward and walks back, for ten inputs and three ends."""
    table = np.linspace(0.3, 3.2, 30).reshape(10, 3)
    passes = [
        (Variable(np.ones(10), seed) @ table).grad.tolist() for seed in np.eye(10)
    ]
    walks = []
    for only in np.eye(3):
        x = Node(np.ones(10))
        ((x @ table) @ only).backward()
        walks.append(x.grad)
    if not np.allclose(passes, np.transpose(walks), rtol=1e-12):
        return "neither"
    return f"{len(passes)} passes, {len(walks)} walks"


ENDS = Quiz(
    id="08.q3",
    objective=COUNT,
    place=MANY_ENDS,
    question=(
        "Ten inputs and three ends, and you want all thirty slopes. How many passes "
        "forward does it take, one direction each, or how many walks back?"
    ),
    options=(
        Option(
            "3 passes, or 10 walks",
            "3 passes, 10 walks",
            "It is the other way round: a pass starts from one input, and a walk from "
            "one end.",
            "M69",
        ),
        Option(
            "10 passes, or 1 walk",
            "10 passes, 1 walks",
            "A walk begins with 1 at one end and 0 at the others. If it begins with 1 "
            "at all of them, it gives the sums of the slopes.",
            "M69",
        ),
        Option(
            "10 passes, or 3 walks",
            "10 passes, 3 walks",
            "Start from the side that has fewer. A loss is one end, and so training "
            "walks back.",
        ),
        Option(
            "30 passes, or 30 walks",
            "30 passes, 30 walks",
            "One pass moves one input, and every end says how fast it goes; one walk "
            "reaches every input.",
            "M604",
        ),
    ),
    compute=passes_and_walks,
)


def columns_kept():
    """Return how many columns the end of ten sines holds, beside the data."""
    column = np.linspace(0.3, 0.7, 1000)
    out = Node(1.0) * column
    for _ in range(10):
        out = sin(out)
    return sum(np.size(node.value) == 1000 for node in uses(mean(out)))


KEPT = Quiz(
    id="08.q4",
    objective=COUNT,
    place=TAPE,
    question=(
        "`w * column`, then ten sines one after the other, then the mean. How many "
        "columns made on the way are still held when the walk back begins?"
    ),
    options=(
        Option(
            "1, the last",
            1,
            "The walk needs the value that went into each sine for its slope, so none "
            "of them can be freed before it.",
            "M70",
        ),
        Option(
            "2, as on a pass forward",
            2,
            "A pass forward needs a row only until the next one is made. The walk "
            "comes by later, and needs them all.",
            "M70",
        ),
        Option(
            "none: the slopes are single numbers",
            0,
            "Each entry of the column has a slope of its own, and a walk that comes "
            "later needs it.",
            "M70",
        ),
        Option(
            "11, one for each operation before the mean",
            11,
            "One product and ten sines. Reverse saves multiplications and pays in "
            "memory.",
        ),
    ),
    compute=columns_kept,
)

EXERCISES = (ON_PAPER, FOLD, CAUGHT, ENGINE)
QUIZZES = (HAND_ON, EDITED, ENDS, KEPT)

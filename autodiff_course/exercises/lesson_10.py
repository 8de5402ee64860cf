"""Exercises of lesson 10: nested passes, Newton's method, shards and tapes."""

import math
from fractions import Fraction
from functools import reduce
from itertools import count, pairwise

import numpy as np

from autodiff_course.compiling import compiled
from autodiff_course.exercises.engines import meaning
from autodiff_course.exercises.guard import WrongKindError
from autodiff_course.exercises.outcomes import is_number, plain
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.primitives import exp, sin
from autodiff_course.reverse import Node
from autodiff_course.tracing import trace
from autodiff_course.variable import Variable

OWN = "A slope has a slope of its own."
INSIDE = "May a derivative stand inside a derivative?"
TAG = "A tag keeps the passes apart."
NEWTON = "Newton asks where the slope will be zero."
NO_END = "What does Newton do where there is no end?"
DIGIT = "In which digit do four engines differ?"
JOINED = "Is the joined gradient the gradient?"
ROWS = "Each shard has to say how long it is."
FROZEN = "What does a tape know of an if?"
SHORT = "How short can a program get?"

SECOND = "read a second derivative off a Variable inside a Variable"
MIX = "find an expression in which nested passes mix, and tag them apart"
ARRIVE = "write Newton's method, and say when it never arrives"
FRAMEWORKS = (
    "do one step of descent in PyTorch, JAX and autograd, and say in which digit they "
    "may differ"
)
JOIN = "join gradients of unequal shards without a mistake"
COMPILED = "read a compiled gradient, and say which of its branches are frozen"


# 10.1: the curvature of any function


def curvature(function, x):
    out = function(Variable(Variable(x, 1.0), 1.0))
    return out.grad.grad


def ripple(x):
    return x * sin(2 * x)


def quartic(x):
    return x**4 - 2 * x


def over(x):
    return 3 / (x + 2.6)


def with_variable(answer, *inputs):
    """Call an answer in which Variable is the course's, whatever the notebook has."""
    return meaning(answer, Variable=Variable)(*inputs)


def try_curvature():
    for x in (1.7, -0.6):
        rippled = 4 * math.cos(2 * x) - 4 * x * math.sin(2 * x)
        for formula, function, expected in (
            ("x**4 - 2 * x", quartic, 12 * x**2),
            ("3 / (x + 2.6)", over, 6 / (x + 2.6) ** 3),
            ("x * sin(2 * x)", ripple, rippled),
        ):
            place = f"with `{formula}` at x = {x}"
            yield Trial(place, expected, (function, x), with_variable)


def second_difference(function, x, h):
    return (function(x + h) - 2 * function(x) + function(x - h)) / h**2


def slope_of_slope(function, x):
    def slope(at):
        return function(Variable(at, 1.0)).grad

    return slope(Variable(x, 1.0)).grad


CURVATURE = Exercise(
    id="10.1",
    form="function",
    objective=SECOND,
    place=OWN,
    prompt=(
        "**Exercise 10.1.** Write the function that gives the second derivative of any "
        "function of one number, by one nested pass."
    ),
    stub=(
        "def curvature(function, x):\n"
        '    """Return the second derivative of a function at the number x."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("10.1", curvature)'
    ),
    solution=curvature,
    check=try_curvature,
    shown="The slope of the slope, for three functions.",
    hints=(
        "Which number has to go into the function, so that the slope is a Variable?",
        "Both passes need a seed: one in the inner Variable, one in the outer. Of the "
        "four numbers that come out, one is new.",
        "For the first derivative it is `function(Variable(x, 1.0)).grad`: a box, a "
        "seed, and one thing read.",
    ),
    wrong=(
        Wrong(
            lambda function, x: function(Variable(x, 1.0)).grad,
            "M1001",
            "That is the slope. A second pass around the first asks how fast the slope "
            "changes: a Variable in a Variable.",
        ),
        Wrong(
            lambda function, x: function(Variable(Variable(x, 1.0), 1.0)).value.value,
            "M001",
            "That is the value of the function. Each `grad` on the way asks once for "
            "a derivative, so two are needed.",
        ),
        Wrong(
            lambda function, x: function(Variable(x, 1.0)).grad ** 2,
            "M1002",
            "That is the slope times itself. The second derivative says how fast the "
            "slope changes; on a straight line it is 0, however steep the line.",
        ),
        Wrong(
            lambda function, x: function(Variable(Variable(x), 1.0)).grad.grad,
            "M21",
            "One of the two passes is not seeded, so in it nothing moves. Both the "
            "inner and the outer Variable need a seed.",
        ),
        Wrong(
            lambda function, x: function(Variable(Variable(x, 2.0), 1.0)).grad.grad,
            "M25",
            "A seed is a speed. With a seed of 2 everything comes out twice as large; "
            "here both should be 1.",
        ),
        Wrong(
            lambda function, x: second_difference(function, x, 1e-8),
            "M65",
            "A second difference divides by the square of the step, so a step of 1e-8 "
            "leaves nothing but rounding. A nested pass has no step.",
        ),
        Wrong(
            lambda function, x: (
                function(Variable(x + 6e-6, 1.0)).grad - function(Variable(x, 1.0)).grad
            ),
            "M102",
            "That is how much the slope changes over a small step. It is not yet "
            "divided by the step, and a nested pass needs no step at all.",
        ),
    ),
    right=(
        slope_of_slope,
        lambda f, x: [f(Variable(Variable(x, 1), 1)).grad][0].grad,
        lambda f, x: f(Variable(Variable(x, 2.0), 0.5)).grad.grad,
        lambda f, x: np.float32(f(Variable(Variable(x, 1.0), 1.0)).grad.grad),
        lambda f, x: second_difference(f, x, 1e-4),
    ),
)


# 10.2: a difference that keeps its tag

passes = count(1)


def tag_of(operand):
    return getattr(operand, "tag", 0)


def apart(left, right):
    """Return the later pass of two operands, and value and grad of each in it."""
    tag = max(tag_of(left), tag_of(right))
    both = [(o.value, o.grad) if tag_of(o) == tag else (o, 0) for o in (left, right)]
    return tag, *both


class Tagged:
    """The lesson's Tagged; `minus` is put into it by the check, as a subclass."""

    def __init__(self, value, grad, tag):
        self.value, self.grad, self.tag = value, grad, tag

    def __add__(self, other):
        tag, (x, dx), (y, dy) = apart(self, other)
        return type(self)(x + y, dx + dy, tag)

    def __mul__(self, other):
        tag, (x, dx), (y, dy) = apart(self, other)
        return type(self)(x * y, dx * y + x * dy, tag)

    def __neg__(self):
        return self * -1

    __radd__ = __add__
    __rmul__ = __mul__


def minus(left, right):
    tag, (x, dx), (y, dy) = apart(left, right)
    return Tagged(x - y, dx - dy, tag)


def tagged_with(answer):
    """Return a Tagged whose difference is an answer, and that difference."""
    made = type("Tagged", (Tagged,), {})
    names = {"Tagged": made, "apart": apart, "tag_of": tag_of, "Variable": Variable}
    method = meaning(answer, passes=count(100), **names)
    made.__sub__ = lambda self, other: method(self, other)
    made.__rsub__ = lambda self, other: method(other, self)
    return made, method


def opened(number):
    """Return a Tagged as (value, grad, "pass 2"), however nested; others as they are.

    What has a grad and no tag is said to be of no pass.
    """
    if not hasattr(number, "grad"):
        return number
    owner = f"pass {tag_of(number)}" if tag_of(number) else "no pass"
    return opened(number.value), opened(number.grad), owner


def difference(answer, *operands):
    """Take the difference of operands, given as numbers or (value, grad, tag)."""
    made, method = tagged_with(answer)
    held = [made(*each) if isinstance(each, tuple) else each for each in operands]
    out = method(*held)
    if not hasattr(out, "grad"):
        raise WrongKindError(out)
    return out


def value_and_grad(answer, *operands):
    out = difference(answer, *operands)
    return out.value, out.grad


def owner(answer, *operands):
    """Say in words to which pass the difference belongs."""
    tags = [each[2] for each in operands if isinstance(each, tuple)]
    tag = tag_of(difference(answer, *operands))
    words = {0: "no pass", min(tags): "the earlier pass", max(tags): "the later pass"}
    return words.get(tag, "a pass of neither operand")


def both_opened(answer, *operands):
    return opened(difference(answer, *operands))


def nested_minus(answer, text, x):
    """Return the slope of an expression in x that holds a derivative `d` itself."""
    made, _ = tagged_with(answer)
    tags = count(1)

    def derivative(function, at):
        tag = next(tags)
        out = function(made(at, 1.0, tag))
        return out.grad if tag_of(out) == tag else 0.0

    return derivative(lambda x: eval(text, {"d": derivative, "x": x}), x)


NESTED_MINUS = {
    "x * d(lambda y: x - y * y, 1.7)": -3.4,
    "x * d(lambda y: (x - y) * (x - y), 1.7)": lambda x: -4 * x + 3.4,
    "x * d(lambda y: (y - x) * y * x, 1.7)": lambda x: 6.8 * x - 3 * x * x,
}


ONE, OTHER = Fraction(7, 3), Fraction(-5, 4)
DIFFERENCES = (
    ("one pass", value_and_grad, (1.7, 0.6, 2), (-2.3, 2.0, 2), (4.0, -1.4)),
    ("one pass", value_and_grad, (-0.6, -1.7, 3), (2.9, 0.4, 3), (-3.5, -2.1)),
    ("one pass", value_and_grad, (ONE, 2, 3), (OTHER, 5, 3), (ONE - OTHER, -3)),
    ("tag", owner, (1.7, 0.6, 2), (-2.3, 2.0, 2), "the later pass"),
    ("tag", owner, (1.7, 0.6, 2), 2.9, "the later pass"),
    ("tag", owner, 2.9, (1.7, 0.6, 3), "the later pass"),
    ("tag", owner, (1.7, 0.6, 1), (-2.3, 2.0, 2), "the later pass"),
    ("tag", owner, (-2.3, 2.0, 3), (1.7, 0.6, 2), "the later pass"),
    ("a number", value_and_grad, (1.7, 0.6, 2), 2.9, (-1.2, 0.6)),
    ("a number", value_and_grad, 2.9, (1.7, 0.6, 3), (1.2, -0.6)),
    (
        "two passes",
        both_opened,
        (1.7, 0.6, 1),
        (-2.3, 2.0, 2),
        ((4.0, 0.6, "pass 1"), -2.0, "pass 2"),
    ),
    (
        "two passes",
        both_opened,
        (-2.3, 2.0, 3),
        (1.7, 0.6, 2),
        ((-4.0, -0.6, "pass 2"), 2.0, "pass 3"),
    ),
)


def try_minus():
    for group, act, left, right, expected in DIFFERENCES:
        shown = [f"Tagged{o}" if isinstance(o, tuple) else o for o in (left, right)]
        place = f"as {shown[0]} - {shown[1]}"
        if isinstance(left, tuple) and isinstance(left[0], Fraction):
            place = "as Tagged(7/3, 2, 3) - Tagged(-5/4, 5, 3)"
        yield Trial(place, expected, (left, right), act, group=group)
    for text, slope in NESTED_MINUS.items():
        for x in (1.3, -0.6):
            expected = slope(x) if callable(slope) else slope
            place = f"as the slope of `{text}` at x = {x}, where d is the derivative"
            yield Trial(place, expected, (text, x), nested_minus, group="nested")


def without_apart(self, other):
    """Take the difference as Variable does, whosesoever the grads are."""
    tag = max(tag_of(self), tag_of(other))
    value = getattr(self, "value", self) - getattr(other, "value", other)
    grad = getattr(self, "grad", 0) - getattr(other, "grad", 0)
    return Tagged(value, grad, tag)


def earlier_rules(self, other):
    tags = [tag for tag in (tag_of(self), tag_of(other)) if tag]
    (x, dx), (y, dy) = (
        (o.value, o.grad) if tag_of(o) == min(tags) else (o, 0) for o in (self, other)
    )
    return Tagged(x - y, dx - dy, min(tags))


def of_own_tag(self, other):
    _, (x, dx), (y, dy) = apart(self, other)
    return Tagged(x - y, dx - dy, tag_of(self))


def plus_grad(self, other):
    tag, (x, dx), (y, dy) = apart(self, other)
    return Tagged(x - y, dx + dy, tag)


def turned(self, other):
    tag, (x, dx), (y, dy) = apart(self, other)
    return Tagged(y - x, dy - dx, tag)


def first_only(self, other):
    tag, (x, dx), (y, _) = apart(self, other)
    return Tagged(x - y, dx, tag)


def untagged(self, other):
    _, (x, dx), (y, dy) = apart(self, other)
    return Variable(x - y, dx - dy)


def of_other_tag(self, other):
    _, (x, dx), (y, dy) = apart(self, other)
    return Tagged(x - y, dx - dy, tag_of(other))


def of_new_tag(self, other):
    _, (x, dx), (y, dy) = apart(self, other)
    return Tagged(x - y, dx - dy, next(passes))


def times_grad(self, other):
    tag, (x, dx), (y, dy) = apart(self, other)
    return Tagged(x - y, dx * dy, tag)


def by_two_rules(self, other):
    return self + other * -1


def branch_by_branch(self, other):
    mine, theirs = tag_of(self), tag_of(other)
    if mine > theirs:
        return Tagged(self.value - other, self.grad, mine)
    if mine < theirs:
        return Tagged(self - other.value, -1 * other.grad, theirs)
    return Tagged(self.value - other.value, self.grad - other.grad, mine)


def by_keywords(self, other):
    later, (x, dx), (y, dy) = apart(self, other)
    return Tagged(tag=later, grad=dx + -1.0 * dy, value=x + -1.0 * y)


MINUS = Exercise(
    id="10.2",
    form="function",
    objective=MIX,
    place=TAG,
    prompt=(
        "**Exercise 10.2.** `Tagged` cannot subtract yet. Write the difference. The "
        "operands may be of one pass or of two, and either may be a plain number. The "
        "check makes it the `__sub__` and `__rsub__` of a Tagged of its own, and puts "
        "one derivative inside another."
    ),
    stub=(
        "def minus(left, right):\n"
        '    """Return left - right, in the later of their passes."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("10.2", minus)'
    ),
    solution=minus,
    check=try_minus,
    shown="Differences of one pass, of two, with numbers, and nested: none is mixed.",
    hints=(
        "Who decides to which pass the difference belongs, and what each operand is in "
        "it?",
        "`apart` gives the tag and, for each operand, a value and a grad. The rest is "
        "the rule of lesson 02.",
        "A sum ends with `Tagged(x + y, dx + dy, tag)`.",
    ),
    wrong=(
        Wrong(
            without_apart,
            "M28",
            "The grads of two passes are put into one slot: that is what mixes them. "
            "Ask `apart` first; to the later pass the other number is a constant.",
            INSIDE,
        ),
        Wrong(
            earlier_rules,
            "M1003",
            "Where two passes meet, your answer lets the earlier one rule. The later "
            "lies inside, and must be finished first.",
        ),
        Wrong(
            of_own_tag,
            "M1003",
            "The outcome is given the tag of the left operand. It belongs to the later "
            "of the two passes, which `apart` returns.",
        ),
        Wrong(
            of_other_tag,
            "M1003",
            "The outcome is given the tag of the right operand. It belongs to the "
            "later of the two passes, which `apart` returns.",
        ),
        Wrong(
            of_new_tag,
            "M1015",
            "A new pass is begun for each difference. A pass begins where somebody "
            "asks for a derivative; operations go on in the pass of their operands.",
        ),
        Wrong(
            times_grad,
            "M01",
            "The grads are multiplied. In a difference they are subtracted, as the "
            "values are.",
        ),
        Wrong(
            plus_grad,
            "M15",
            "The grads are added, as in a sum. When the right number grows, the "
            "difference falls.",
        ),
        Wrong(
            turned,
            "M103",
            "Left and right are exchanged: value and grad have the wrong sign.",
        ),
        Wrong(
            first_only,
            "M02",
            "Your rule lets only the left number move. The right one moves too, and "
            "the difference falls when it grows.",
        ),
        Wrong(
            untagged,
            "M1004",
            "The value and the grad are right, but nobody knows any more whose grad it "
            "is: the tag is lost. Return a `Tagged`.",
        ),
        Wrong(
            lambda self, other: Tagged(
                self.value - other.value, self.grad - other.grad, self.tag
            ),
            "M28",
            "Values and grads are taken from both as if there were one pass. Ask "
            "`apart` first; a plain number has neither, and of two passes only the "
            "later one's grad counts.",
            INSIDE,
        ),
    ),
    right=(by_two_rules, branch_by_branch, by_keywords),
)


# 10.3: Newton's method for one number


def flat_place(loss, x, steps):
    for _ in range(steps):
        out = loss(Variable(Variable(x, 1.0), 1.0))
        x = x - out.grad.value / out.grad.grad
    return x


def bowl(x):
    return 2.0 * (x - 1.7) ** 2 + 3.0


def well(x):
    return x**4 - 3.0 * x


def valley(x):
    return exp(x) - 2.0 * x


def hilltop(x):
    return 4.0 - (x - 0.3) ** 4 - x**2


# How each is written, its slope and its curvature, in closed form.
SHAPES = {
    bowl: ("2 * (x - 1.7)**2 + 3", lambda x: 4 * (x - 1.7), lambda x: 4.0),
    well: ("x**4 - 3 * x", lambda x: 4 * x**3 - 3, lambda x: 12 * x**2),
    valley: ("exp(x) - 2 * x", lambda x: math.exp(x) - 2, math.exp),
    hilltop: (
        "4 - (x - 0.3)**4 - x**2",
        lambda x: -4 * (x - 0.3) ** 3 - 2 * x,
        lambda x: -12 * (x - 0.3) ** 2 - 2,
    ),
}


def newton_by_hand(loss, x, steps):
    """Return where Newton's method is after so many steps, from closed forms."""
    _, slope, bend = SHAPES[loss]
    for _ in range(steps):
        x -= slope(x) / bend(x)
    return x


def in_the_bowl(answer, x):
    """Say in words how far one step leads in a parabola, where it should arrive."""
    place = with_variable(answer, bowl, x, 1)
    if not is_number(plain(place)):
        raise WrongKindError(place)
    share = (place - x) / (1.7 - x)
    if abs(share - 1) < 1e-4:
        return "it arrives"
    if share < 0:
        return "it walks away"
    return "it goes too far" if share > 1 else "it falls short"


def try_flat_place():
    for x in (0.6, 2.9):
        place = f"with `{SHAPES[bowl][0]}` from x = {x}, one step"
        yield Trial(place, "it arrives", (x,), in_the_bowl, group="bowl")
    for group, points in {
        "one step": ((well, 1.3, 1), (valley, 1.9, 1), (bowl, 0.6, 1)),
        "several": ((well, 1.3, 3), (valley, 1.9, 2), (well, 2.6, 6), (valley, 1.9, 9)),
        "a hill": ((hilltop, 1.3, 1), (hilltop, 1.3, 3)),
    }.items():
        for loss, x, steps in points:
            place = f"with `{SHAPES[loss][0]}` from x = {x}, steps = {steps}"
            expected = newton_by_hand(loss, x, steps)
            inputs = (loss, x, steps)
            yield Trial(place, expected, inputs, with_variable, group=group)


def stepping(move):
    """Return a method that steps by move(value, slope, curvature)."""

    def walk(loss, x, steps):
        for _ in range(steps):
            out = loss(Variable(Variable(x, 1.0), 1.0))
            x = x - move(out.value.value, out.grad.value, out.grad.grad)
        return x

    return walk


def quotient_alone(loss, x, steps):
    for _ in range(steps):
        slope = loss(Variable(Variable(x, 1.0), 1.0)).grad
        x = slope.value / slope.grad
    return x


def fixed_bend(loss, x, steps):
    bend = loss(Variable(Variable(x, 1.0), 1.0)).grad.grad
    for _ in range(steps):
        x = x - loss(Variable(x, 1.0)).grad / bend
    return x


def kept_move(loss, x, steps):
    slope = loss(Variable(Variable(x, 1.0), 1.0)).grad
    return x - steps * slope.value / slope.grad


def until_flat(loss, x, steps):
    return flat_place(loss, x, 50)


def by_recursion(loss, x, steps):
    if not steps:
        return x
    slope = loss(Variable(Variable(x, 1.0), 1.0)).grad
    return by_recursion(loss, x - slope.value / slope.grad, steps - 1)


def by_differences(loss, x, steps):
    h = 1e-5
    for _ in range(steps):
        slopes = [loss(Variable(at, 1.0)).grad for at in (x - h, x, x + h)]
        x -= slopes[1] * 2 * h / (slopes[2] - slopes[0])
    return x


NEWTON_STEPS = Exercise(
    id="10.3",
    form="function",
    objective=ARRIVE,
    place=NEWTON,
    prompt=(
        "**Exercise 10.3.** With one number there is no system of equations. Write "
        "Newton's method for it: from `x`, take the given number of steps, and return "
        "the place reached. It will be tried in valleys and on a hill."
    ),
    stub=(
        "def flat_place(loss, x, steps):\n"
        '    """Return the place after so many Newton steps from the number x."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("10.3", flat_place)'
    ),
    solution=flat_place,
    check=try_flat_place,
    shown="Slope and curvature anew at each step, to where the slope is zero.",
    hints=(
        "If the slope is 6 and falls by 2 for each unit, how far is it to slope 0, and "
        "in which direction?",
        "One nested pass gives both: `out.grad.value` is the slope, `out.grad.grad` "
        "the curvature. Divide, and subtract the quotient, whatever its sign.",
        "A descent would be `for _ in range(steps): x = x - rate * slope_at(x)`. Here "
        "the rate is found anew in each round.",
    ),
    wrong=(
        Wrong(
            stepping(lambda value, slope, bend: 0.1 * slope),
            "M1005",
            "That is gradient descent, with a rate that you chose. Newton's rate is 1 "
            "/ curvature, and is found anew at every place.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: 2 * slope / bend),
            "M1005",
            "The step is too large. In a parabola one Newton step, slope / curvature "
            "and nothing else, arrives.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: -slope / bend),
            "M45",
            "It walks the wrong way: the step is slope / curvature, and has to be "
            "subtracted.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: value / slope),
            "M1006",
            "That looks for the place where the loss is zero, as Newton's method in "
            "school does. Here the slope should be zero: everything one derivative "
            "higher.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: value / bend),
            "M1006",
            "The value is divided by the curvature, as if the loss should become zero. "
            "It is the slope that should.",
        ),
        Wrong(
            quotient_alone,
            "M1006",
            "The quotient is how far to go, not where: subtract it from x.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: bend / slope),
            "M1007",
            "Slope and curvature are exchanged. If the slope is 6 and falls by 2 for "
            "each unit, it is zero after 6 / 2 units.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: slope * bend),
            "M1007",
            "The slope is multiplied by the curvature. The more the slope changes with "
            "each unit, the fewer units it takes to reach zero: divide.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: slope / abs(bend)),
            "M1008",
            "On a hill the curvature is negative, and Newton's method climbs: it looks "
            "for slope zero, not for the way down. The sign of the curvature has to "
            "stay.",
        ),
        Wrong(
            fixed_bend,
            "M514",
            "The curvature is taken at the start and kept. It differs from place to "
            "place; ask again in each round.",
        ),
        Wrong(
            kept_move,
            "M514",
            "Slope and curvature are taken at the start and kept. Both differ from "
            "place to place; ask again in each round.",
        ),
        Wrong(
            until_flat,
            "M1012",
            "It walks until it has arrived, instead of taking the steps that were "
            "asked for. Where there is no place to arrive it would walk for ever.",
            NO_END,
        ),
        Wrong(
            lambda loss, x, steps: flat_place(loss, x, 1),
            "M1009",
            "It stops after one step. One step arrives only where the curvature is the "
            "same everywhere, as in a parabola.",
        ),
        Wrong(
            stepping(lambda value, slope, bend: 0.5 * slope / bend),
            "M1005",
            "A rate of your own is left in it. Slope / curvature is the whole step.",
        ),
        Wrong(
            lambda loss, x, steps: flat_place(loss, x, steps + 1),
            "M515",
            "That is one step too many. The start is not a step.",
        ),
        Wrong(
            lambda loss, x, steps: flat_place(loss, x, steps - 1),
            "M515",
            "That is one step too few. The start is not a step.",
        ),
    ),
    right=(by_recursion, by_differences, stepping(lambda v, slope, bend: slope / bend)),
    equivalent={
        "1.0 -> 1.01": "The outer seed is a factor of slope and curvature alike.",
    },
)


# 10.4: two shards become one


def merge(one, other):
    (n, first), (k, second) = one, other
    rows = n + k
    return rows, {name: (n * first[name] + k * second[name]) / rows for name in first}


def shard_of(rows):
    """Return a shard's part: how many rows, and the mean of their slopes."""
    return len(rows), {"m": float(np.mean(rows[:, 0])), "w": np.mean(rows[:, 1:], 0)}


def in_one_row(answer, *shards):
    return reduce(answer, shards)


def in_a_tree(answer, one, two, three, four):
    return answer(answer(one, two), answer(three, four))


def taken_apart(part):
    """Return the rows and the gradient of a part, or say that it is none."""
    if not (isinstance(part, (tuple, list)) and len(part) == 2):
        raise WrongKindError(part)
    if not (is_number(plain(part[0])) and isinstance(part[1], dict)):
        raise WrongKindError(part)
    return part


def whose_rows(answer, one, other):
    """Say in words which number of rows a merged part claims to have."""
    rows, _ = taken_apart(answer(one, other))
    words = {
        2: "the number of parts",
        one[0]: "the rows of the first",
        other[0]: "the rows of the second",
        one[0] + other[0]: "the rows of both",
    }
    return words.get(rows, "another number")


def slopes_of(answer, one, other):
    """Return the slopes of a merged part, one after the other."""
    _, grads = taken_apart(answer(one, other))
    return np.array([grads["m"], *grads["w"]])


MERGES = (
    ("slopes", slopes_of, "looking at the slopes", (0, 5, 7)),
    ("slopes", slopes_of, "looking at the slopes", (3, 4, 12)),
    ("slopes", slopes_of, "looking at the slopes", (2, 5, 9)),
    ("rows", whose_rows, "looking at the rows counted", (0, 5, 8)),
    ("rows", whose_rows, "looking at the rows counted", (1, 4, 12)),
    ("more", in_one_row, "from left to right", (0, 3, 4, 9)),
    ("more", in_one_row, "from left to right", (2, 3, 7, 9, 12)),
    ("more", in_a_tree, "in pairs, then the pairs", (0, 1, 4, 10, 12)),
)


def try_merge():
    rows = np.random.default_rng(4).normal(size=(12, 3))
    for group, act, how, ends in MERGES:
        parts = tuple(shard_of(rows[begin:end]) for begin, end in pairwise(ends))
        sizes = ", ".join(str(part[0]) for part in parts)
        whole = shard_of(rows[ends[0] : ends[-1]])
        expected = {
            whose_rows: "the rows of both",
            slopes_of: np.array([whole[1]["m"], *whole[1]["w"]]),
        }.get(act, whole)
        place = f"shards of {sizes} rows, {how}"
        yield Trial(place, expected, parts, act, group=group)


def merged(rows, join):
    """Return a merge with these rules for the rows and for each pair of grads."""

    def merge(one, other):
        (n, first), (k, second) = one, other
        grads = {name: join(n, first[name], k, second[name]) for name in first}
        return rows(n, k), grads

    return merge


def added(n, k):
    return n + k


MERGE = Exercise(
    id="10.4",
    form="function",
    objective=JOIN,
    place=ROWS,
    prompt=(
        "**Exercise 10.4.** With many workers nobody wants to wait for all parts. "
        "Write `merge`: it takes two parts, each (rows, gradient) as `on_shard` "
        "returns it, and gives one part of the same form, which can be merged further. "
        "In whatever order parts are merged, the gradient at the end must be that of "
        "all rows."
    ),
    stub=(
        "def merge(one, other):\n"
        '    """Return two parts (rows, gradient of their mean loss) as one."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("10.4", merge)'
    ),
    solution=merge,
    check=try_merge,
    shown="Every row counts once, for two parts or more, in a line or in pairs.",
    hints=(
        "What does the next `merge` need to know about the part that you return?",
        "A mean times its number of rows is a sum. Add the two sums, and divide by the "
        "number of all rows.",
        "`weighted_by_rows` does it for a whole list: `sum(n * grads[name] for n, "
        "grads in parts) / rows`. You have two parts, and return `rows` as well.",
    ),
    wrong=(
        Wrong(
            merged(added, lambda n, g, k, h: (g + h) / 2),
            "M77",
            "That is the mean of two means. A row of the short part then counts more "
            "than one of the long part.",
            JOINED,
        ),
        Wrong(
            merged(added, lambda n, g, k, h: (k * g + n * h) / (n + k)),
            "M1010",
            "The numbers of rows are exchanged: the short part gets the weight of the "
            "long one. Multiply each gradient by its own number of rows.",
        ),
        Wrong(
            merged(added, lambda n, g, k, h: n * g + k * h),
            "M42",
            "That is a sum over rows. The parts hold means, so the merged part has to "
            "be divided by the number of all rows.",
        ),
        Wrong(
            merged(added, lambda n, g, k, h: g + h),
            "M77",
            "The means are added, as if each were a sum. Make them sums first: "
            "multiply each by its number of rows.",
        ),
        Wrong(
            merged(lambda n, k: n, lambda n, g, k, h: (n * g + k * h) / (n + k)),
            "M1011",
            "The gradient is right, but the part says that it has fewer rows than it "
            "has. At the next merge it counts too little.",
        ),
        Wrong(
            merged(lambda n, k: k, lambda n, g, k, h: (n * g + k * h) / (n + k)),
            "M1011",
            "The gradient is right, but the part says that it has only the rows of the "
            "second. At the next merge it gets the wrong weight.",
        ),
        Wrong(
            merged(max, lambda n, g, k, h: (n * g + k * h) / (n + k)),
            "M1011",
            "The part says that it has the rows of its longer half. At the next merge "
            "it counts too little.",
        ),
        Wrong(
            merged(lambda n, k: 2, lambda n, g, k, h: (n * g + k * h) / (n + k)),
            "M1011",
            "The gradient is right. The number before it counts the parts that were "
            "merged; the next merge needs the number of rows.",
        ),
        Wrong(
            merged(lambda n, k: n * k, lambda n, g, k, h: (n * g + k * h) / (n + k)),
            "M1011",
            "The number before the gradient is not that of all rows. The next merge "
            "weights the part by this number.",
        ),
        Wrong(
            lambda one, other: merge(one, other)[1],
            "M1011",
            "The gradient is right, but nobody knows any more how many rows it is the "
            "mean of. Return their number as well.",
        ),
        Wrong(
            merged(added, lambda n, g, k, h: (n * g + k * h) / 2),
            "M77",
            "The sums are right, and then divided by the number of parts. A mean over "
            "rows is divided by the number of rows.",
        ),
        Wrong(
            merged(added, lambda n, g, k, h: (n * g + k * h) / n),
            "M42",
            "The sum is divided by the rows of one part. It is a sum over the rows of "
            "both.",
        ),
        Wrong(
            merged(added, lambda n, g, k, h: g / n + h / k),
            "M1010",
            "Each gradient is divided by its number of rows. It is a mean already: "
            "times that number it is a sum again, and sums may be added.",
        ),
        Wrong(
            merged(lambda n, k: 2, lambda n, g, k, h: (g + h) / 2),
            "M77",
            "That is the mean of two means, with the number of parts before it. Count "
            "rows in both places.",
            JOINED,
        ),
        Wrong(
            merged(added, lambda n, g, k, h: g),
            "M44",
            "Only the first gradient is kept. The second one's rows count too.",
        ),
        Wrong(
            merged(added, lambda n, g, k, h: h),
            "M44",
            "Only the second gradient is kept. The first one's rows count too.",
        ),
    ),
    right=(
        merged(added, lambda n, g, k, h: g + (h - g) * k / (n + k)),
        merged(added, lambda n, g, k, h: n / (n + k) * g + k / (n + k) * h),
        lambda one, other: [
            one[0] + other[0],
            {
                name: np.average(
                    [held, other[1][name]], axis=0, weights=[one[0], other[0]]
                )
                for name, held in one[1].items()
            },
        ],
    ),
)


# Quizzes


def gained():
    """Return by how much ten Newton steps move z, when the loss is exp(-z)."""
    return flat_place(lambda z: exp(-1.0 * z), 2.3, 10) - 2.3


NEVER = Quiz(
    id="10.q1",
    objective=ARRIVE,
    place=NO_END,
    question=(
        "One sure point alone, with margin z, has the loss `exp(-z)`. By how much does "
        "z grow in ten Newton steps?"
    ),
    options=(
        Option(
            "it arrives: after eight steps z stays where it is",
            0.0,
            "It arrives where there is a place to arrive. `exp(-z)` falls for ever, "
            "and has no slope of zero anywhere.",
            "M1012",
        ),
        Option(
            "ten: each step adds one",
            10.0,
            "Slope and curvature are the same number, one with a minus, so each step "
            "is 1. Newton always sees the end one step further.",
        ),
        Option(
            "about 2: the steps shrink with the slope",
            2.0,
            "Steps shrink like that in gradient descent, which creeps. Newton divides "
            "the small slope by a curvature that is as small.",
            "M1005",
        ),
        Option(
            "without bound: the curvature goes to zero, so the steps explode",
            math.inf,
            "The curvature goes to zero, and the slope with it, as fast. What counts "
            "is the one divided by the other.",
            "M1012",
        ),
    ),
    compute=gained,
)


def suspicious():
    """Return which precisions cannot explain a difference of 5e-8."""
    kinds = {"32 bits": np.float32, "64 bits": np.float64}
    return " and ".join(
        name for name, kind in kinds.items() if np.finfo(kind).eps * 100 < 5e-8
    )


PRECISION = Quiz(
    id="10.q2",
    objective=FRAMEWORKS,
    place=DIGIT,
    question=(
        "You take one step in two frameworks. Relative to your number the first is off "
        "by 5e-8, with 32 bits, and the second by as much, with 64 bits. Which of the "
        "two differences cannot be rounding?"
    ),
    options=(
        Option(
            "neither: 5e-8 is rounding",
            "",
            "In 32 bits it is, for such floats end near 1e-7. In 64 bits rounding "
            "stays below 1e-14 or so, and 5e-8 is millions of times that.",
            "M1013",
        ),
        Option(
            "both: a framework's number is right",
            "32 bits and 64 bits",
            "In 32 bits 5e-8 is as close as one can come. And no number is right by "
            "its author's name: the mistake may be on either side.",
            "M81",
        ),
        Option(
            "the one with 32 bits",
            "32 bits",
            "That is as close as 32 bits can come: the floats near 1 are 1.2e-7 apart.",
            "M1013",
        ),
        Option(
            "the one with 64 bits",
            "64 bits",
            "There only the last of sixteen digits may differ. A difference in the "
            "eighth has a cause, in your engine or in the framework's step, such as 32 "
            "bits somewhere on the way.",
        ),
    ),
    compute=suspicious,
)


def grow(w):
    out = w
    while out < 10:
        out = out * w
    return out


def frozen_slope(function, recorded, w):
    """Record a function of one number, made of products; return its slope at w."""
    values, grads = {}, {}
    rows = trace(function, Node(recorded))
    for row in rows:
        pair = [values[name] for name in row.operands]
        values[row.name] = pair[0] * pair[1] if pair else w
    grads[rows[-1].name] = 1.0
    for row in reversed(rows):
        for operand, factor in zip(row.operands, reversed(row.operands), strict=True):
            share = grads[row.name] * values[factor]
            grads[operand] = grads.get(operand, 0.0) + share
    return grads[rows[0].name]


TAPE = Quiz(
    id="10.q3",
    objective=COMPILED,
    place=FROZEN,
    question=(
        "A loss starts with `out = w` and then says `while out < 10: out = out * w`. "
        "Your compiler of straight lines records it at w = 3, where two products are "
        "made. Which slope does the program give at w = 2?"
    ),
    options=(
        Option(
            "12",
            12,
            "Two products were recorded, so the program computes w ** 3, whatever w "
            "is. At 2 its slope is 3 * 4, right for a loss that nobody meant.",
        ),
        Option(
            "32",
            32,
            "At 2 the loop would run three times, and w ** 4 has the slope 32: that is "
            "what `reverse` gives. The program has no loop in it.",
            "M72",
        ),
        Option(
            "27",
            27,
            "That is the slope where it was recorded. The program computes with the w "
            "that it is given; what is frozen is the number of products.",
            "M1014",
        ),
        Option(
            "0, because the comparison has no slope",
            0,
            "The comparison leaves no line in the program at all. The products do, and "
            "they have slopes.",
            "M72",
        ),
    ),
    compute=lambda: frozen_slope(grow, 3.0, 2.0),
)

EXERCISES = (CURVATURE, MINUS, NEWTON_STEPS, MERGE)


def idle_line():
    """Return what the written program does with a result that nobody uses."""

    def loss(params):
        exp(params["x"])
        return params["x"] * params["x"]

    try:
        source = compiled(loss, {"x": 0.7}).source
    except TypeError:
        return "refused"
    return "kept" if "exp" in source else "left out"


IDLE = Quiz(
    id="10.q4",
    objective=COMPILED,
    place=SHORT,
    question=(
        "A loss works out `exp(x)`, keeps it in a variable, never uses it and returns "
        "`x * x`. What does the compiled program do with the `exp`?"
    ),
    options=(
        Option(
            "it computes it, as the loss does",
            "kept",
            "The tape has noted it down. But a line whose result nobody asks for is "
            "left out when the program is written.",
        ),
        Option(
            "it has no such line",
            "left out",
            "Lines are collected from the end backwards, and nothing at the end asks "
            "for this one. The tape may be longer than its program.",
        ),
        Option(
            "it refuses to compile",
            "refused",
            "Comparing a Node is refused, because a branch would be baked in. An idle "
            "line does no harm.",
        ),
    ),
    compute=idle_line,
)

QUIZZES = (NEVER, PRECISION, TAPE, IDLE)

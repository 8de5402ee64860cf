"""What a case, an expression and a point, shows about a closed box of lesson 11.

READ NO FURTHER before you have heard the boxes out: it says what each of them hides.

A box is compared with its twin, the same engine without the mistake, so that rounding
is never taken for a mistake, and with the course's Variable.
"""

import math
from functools import partial

from autodiff_course.exercises.outcomes import short
from autodiff_course.exercises.suspects import (
    ENGINES,
    PLANTED,
    Back,
    Forward,
    coordinates,
    pushed_by,
    uses,
)
from autodiff_course.losses import FLOOR
from autodiff_course.tracing import trace
from autodiff_course.variable import Variable

# So many operations are enough to show what is wrong with a box.
LEAST = {"a": 1, "b": 1, "c": 1, "d": 0, "f": 2, "g": 2}
SHOWN = "shown"
INNOCENT = "innocent"
MORE_THAN_ROUNDING, SMALLEST = 1e-6, 1e-9
ARITHMETIC = "+-*/**"
LARGEST_POWER = 709.0


class Finding(str):
    """What a case shows, as one word for the check; `words` say it to the learner."""

    __slots__ = ("words",)

    def __new__(cls, key, words=""):
        made = super().__new__(cls, key)
        made.words = words or key
        return made

    def __repr__(self):
        return self.words


def examine(answer, name):
    """Return what an answer shows about the box of a name.

    It is a case, or the word innocent. TypeError for anything else; whatever a right
    engine raises for the case comes through.
    """
    if is_open(answer):
        return Finding("open", f"{name} still open")
    if isinstance(answer, str) and answer.strip().lower() == INNOCENT:
        if name not in PLANTED:
            return Finding(SHOWN, f"{name} acquitted")
        return Finding(f"{name}: acquitted", f"box {name} called innocent")
    expression, point = case_of(answer)
    right = pushed_by(Variable)(expression, point)
    said = ENGINES[name](expression, *point)
    words = f"{told(said)} from box {name} where {told(right)} is right"
    if not all(map(math.isfinite, right)):
        return Finding(f"{name}: undefined", words)
    twin = ENGINES[name].right(expression, point)
    if parted(right, pushed_by(Variable)(expression, point)):
        raise ValueError("the expression gives another slope each time it is called")
    if name in PLANTED and parted(said, right) and parted(said, twin):
        return Finding(SHOWN, f"{name} shown")
    lack = lack_of(name, expression, point, right)
    if lack == "blind" and said != twin:
        return Finding(f"{name}: rounding", f"{words}, a gap the size of rounding")
    return Finding(f"{name}: {lack}", words)


def examine_all(answer, names):
    """Return what a dictionary of cases shows: all is shown, or the first that fails.

    A box that is still open is told of, and judged after those that are not.
    """
    if not isinstance(answer, dict):
        raise TypeError(
            f"what arrived is {short(repr(answer))}; give a dictionary with a case "
            'for each box, as in {"b": (expression, point)}'
        )
    if not set(names) & set(answer):
        raise TypeError(f"the boxes are {', '.join(names)}; none of them is in it")
    found = {name: examine(answer.get(name, ...), name) for name in names}
    if all(each == "open" for each in found.values()):
        return ...
    faults = [each for each in found.values() if each not in (SHOWN, "open")]
    waiting = [each for each in found.values() if each == "open"]
    told = ", ".join(each.words for each in found.values())
    return Finding([*faults, *waiting, SHOWN][0], told)


def operations(case):
    """Return how many operations the expression of a case has."""
    expression, point = case_of(case)
    return sum(bool(row.operands) for row in trace(expression, *point))


def remark(cases):
    """Say which cases have more operations than they need, or that none has."""
    longer = [
        f"{name} has {operations(cases[name])}, where {least} would do"
        for name, least in LEAST.items()
        if name in cases and operations(cases[name]) > least
    ]
    if not longer:
        return "No case needs fewer operations."
    return f"Counted in operations: {', '.join(longer)}."


def is_open(answer):
    """Tell whether there is still a `...` in a case."""
    if answer is ... or answer is None:
        return True
    if not isinstance(answer, (tuple, list)) or not answer:
        return False
    expression, *point = answer
    while len(point) == 1 and isinstance(point[0], (tuple, list)):
        (point,) = point
    return expression is ... or any(each is ... for each in point)


def case_of(answer):
    """Return the expression and the numbers of its point."""
    if isinstance(answer, (tuple, list)) and len(answer) > 1 and callable(answer[0]):
        expression, *point = answer
        return expression, coordinates(point)
    raise TypeError(
        f"what arrived is {short(repr(answer))}; a case is an expression and a point, "
        "as in (lambda x: 3 * x, 1.7) or (lambda x, y: x - y, (1.7, -2.3))"
    )


def told(slopes):
    texts = [f"{each + 0.0:.6g}" for each in slopes]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def parted(slopes, others):
    """Tell whether any two slopes differ by more than rounding explains."""
    return any(map(differ, slopes, others))


def differ(one, other):
    if not (math.isfinite(one) and math.isfinite(other)):
        return one != other and not (math.isnan(one) and math.isnan(other))
    least = MORE_THAN_ROUNDING * max(abs(one), abs(other))
    return abs(one - other) > max(least, SMALLEST)


class Graph:
    """An evaluation by right engines: every operation, forward and back."""

    def __init__(self, expression, point):
        self.inputs = [Back(x) for x in point]
        self.end = expression(*self.inputs)
        moved = isinstance(self.end, Back)
        self.arriving = self.end.pull() if moved else {}
        self.uses = uses(self.end) if moved else {}
        self.passes = [self.operands(expression, point, i) for i in range(len(point))]

    @staticmethod
    def operands(expression, point, moving):
        """Return (operation, operands) in order, in the pass of one input."""
        noted = []

        class Noting(Forward):
            def made(self, operation, out, *parts):
                noted.append((operation, [each for each, _ in parts]))
                return super().made(operation, out, *parts)

        expression(*[Noting(x, float(i == moving)) for i, x in enumerate(point)])
        return noted

    def having(self, operation):
        """Return the operands of every such operation, pass by pass."""
        return [
            operands
            for noted in self.passes
            for name, operands in noted
            if name == operation
        ]

    def numbers(self, operation):
        """Return every number that such an operation made on the way to the end."""
        return [each for each in self.arriving if each.operation == operation]

    def reused(self):
        return [number for number, count in self.uses.items() if count > 1]

    def is_constant(self, number):
        return not number.parts and number not in self.inputs


def never(operation, graph):
    return not graph.having(operation)


def once(graph):
    return not graph.reused()


def alone(graph):
    return len(graph.inputs) == 1


def second_still(graph):
    return all(second.grad == 0 for _, second in graph.having("*"))


def bases_at_speed_one(graph):
    return all(base.grad == 1 for base, _ in graph.having("**"))


def products_last(graph):
    return all(graph.arriving[each] == 1 for each in graph.numbers("*"))


def chances_inside(graph):
    return all(abs(gap.value) > FLOOR for (gap,) in graph.having("surprisal"))


def constants_right(graph):
    return not any(graph.is_constant(each.parts[0][0]) for each in graph.numbers("-"))


def inputs_alone_reused(graph):
    return all(not number.parts for number in graph.reused())


def exponents_fixed(graph):
    return all(n.grad == 0 for _, n in graph.having("**"))


def powers_inside(graph):
    return all(x.value > -LARGEST_POWER for (x,) in graph.having("sigmoid"))


def no_curve(graph):
    return all(name in ARITHMETIC for noted in graph.passes for name, _ in noted)


def curves_at_inputs(graph):
    made = [each for each in graph.arriving if each.operation not in ARITHMETIC]
    return all(each.parts[0][0] in graph.inputs for each in made)


# Why a case cannot show what is wrong with a box: the first that holds.
LACKS = {
    "a": {"never": partial(never, "*"), "still": second_still},
    "b": {"once": once},
    "c": {"never": partial(never, "**"), "speed": bases_at_speed_one},
    "d": {"alone": alone},
    "e": {},
    "f": {"never": partial(never, "*"), "last": products_last},
    "g": {"never": partial(never, "surprisal"), "inside": chances_inside},
    "h": {"never": partial(never, "-"), "right": constants_right},
    "i": {"once": once, "inputs": inputs_alone_reused},
    "j": {"never": partial(never, "**"), "fixed": exponents_fixed},
    "k": {"never": partial(never, "+"), "once": once},
    "l": {"never": partial(never, "sigmoid"), "inside": powers_inside},
    "m": {"never": no_curve, "inputs": curves_at_inputs},
}


def lack_of(name, expression, point, right):
    """Say in a word why a case does not show the mistake of a box."""
    if name not in PLANTED:
        return "kink" if crosses_kink(expression, point, right) else "nothing"
    graph = Graph(expression, point)
    fitting = (word for word, holds in LACKS[name].items() if holds(graph))
    return next(fitting, "blind")


def crosses_kink(expression, point, right):
    """Tell whether the lesson's judge is off, as it is across a kink."""
    for i, slope in enumerate(right):
        step = 6e-6 * max(1.0, abs(point[i]))
        moved = [
            [x + side * step * (i == k) for k, x in enumerate(point)]
            for side in (1, -1)
        ]
        try:
            above, below = (float(expression(*each)) for each in moved)
        except (ValueError, ArithmeticError):  # a step leads out of the domain
            return True
        if abs((above - below) / (2 * step) - slope) > 1e-6 * max(1.0, abs(slope)):
            return True
    return False

"""Exercises of lesson 11: closed boxes, probes, beliefs and a program that hunts.

READ NO FURTHER before you have heard the boxes out.
"""

import numpy as np

from autodiff_course.exercises.evidence import (
    INNOCENT,
    SHOWN,
    Finding,
    examine,
    examine_all,
    parted,
    remark,
)
from autodiff_course.exercises.outcomes import is_number
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.suspects import (
    ENGINES,
    LINE_UP,
    PLANTED,
    Engine,
    Forward,
    back,
    forward,
    natural,
    pushed_by,
)
from autodiff_course.losses import logloss
from autodiff_course.primitives import exp, log, relu, sigmoid, sin, sqrt
from autodiff_course.variable import Variable

TWELVE = "Twelve results looked right."
JUDGE = "The judge needs values alone."
GREEN = "Before you use a test, test it."
BLIND = "How blind is a point?"
PROBE = "A probe is chosen so that it can fail."
SEVEN = "Seven boxes stand in a row."
THREE = "Three more boxes, one at a time."
FREE = "How do you let somebody go?"
BELIEF = "A wrong number has a belief behind it."
PROGRAM = "Now a program hunts."
FURTHER = "Go further"

SORT = "sort results that look right by what is wrong with them"
CHOOSE = "choose a probe that can fail"
CONVICT = (
    "convict a wrong engine by an expression and a point, and leave a right one alone"
)
NAME = "name the belief behind a wrong slope"
WRITE = "write a program that accuses wrong engines and no right one"
SAY = "say what a green check proves"

# What is said of a case that shows nothing, whichever box it was put to.
ACQUITTED = (
    "That box is not innocent. You have found nothing in it, but something is there: "
    "go on down the table of probes."
)
NEVER = (
    "Your expression does not reach the place where this box is wrong. Go through the "
    "operators and functions that you have not tried on it."
)
ONCE = (
    "Your expression uses every value once, so nothing has to be added up. Use one "
    "value twice, or more often."
)
BLIND_POINT = (
    "The expression could show it, but this point cannot: the right slope and the "
    "wrong one meet here. Take a generic point, such as 1.7."
)
TOO_SMALL = (
    "The slopes differ, but by no more than rounding might. Take an expression and a "
    "point where they are of ordinary size."
)
KINK = (
    "Here the judge is at fault, not the box. On a kink a measurement takes the mean "
    "of both sides, and where a curve bends within its step it is off: measure again "
    "with a step a hundred times shorter."
)
NO_MISTAKE = (
    "Both slopes are the same, and they always will be. Standing among suspects proves "
    "nothing against a box."
)


def found_by(outcome):
    """Tell whether a finding is what was asked for."""
    return outcome == SHOWN


def case_trial(name):
    return Trial(
        "your case",
        inputs=(name,),
        act=examine,
        accepts=found_by,
        wanted="two slopes that differ",
    )


def cases_trial(names):
    return Trial(
        "your cases",
        inputs=(names,),
        act=examine_all,
        accepts=found_by,
        wanted="each box shown or acquitted",
    )


# 11.1: the first box


def shows_a():
    def expression(x):
        return x * x

    return expression, 1.7


FIRST = Exercise(
    id="11.1",
    form="value",
    objective=CHOOSE,
    place=SEVEN,
    prompt=(
        "**Exercise 11.1.** Convict `suspects.engine_a`: give an expression and a "
        "point at which its slope is wrong by more than rounding. (Two inputs are "
        "`def expression(x, y)` and a point such as `(1.7, -2.3)`. If you believe that "
        'the box is right, give `"innocent"` instead.)'
    ),
    stub=(
        "def expression(x):\n"
        "    return ...\n"
        "\n"
        "\n"
        "point = ...\n"
        "\n"
        'check("11.1", (expression, point))'
    ),
    solution=shows_a,
    check=lambda: [case_trial("a")],
    shown="That is a difference which no rounding explains.",
    remark=lambda case: remark({"a": case}),
    hints=(
        "Take the four operators and `**` one by one, each with an input that moves "
        "on both sides.",
        "An operation between x and a constant may be right where one between x and x, "
        "or x and y, is not.",
        "For a box whose `/` is wrong when both sides move, the case is `x / x` or "
        "`x / y`, not `x / 4`.",
    ),
    wrong=(
        Wrong(
            (lambda x: (3 * x - 5) * 2, 1.7),
            "M71",
            "In each of your products one factor is a constant. Whatever goes wrong "
            "when both move stays hidden.",
            PROBE,
        ),
        Wrong((lambda x: x**3 + exp(x), 1.7), "M71", NEVER, PROBE),
        Wrong((lambda x: x * x, 0), "M202", BLIND_POINT, BLIND),
        Wrong((lambda x: x * (x * 1e-12), 1.7), "M1102", TOO_SMALL, JUDGE),
        Wrong(
            (lambda x: x * x * 1e308, 17.0),
            "M202",
            "The right slope is not a finite number there. Take a point where it is.",
            BLIND,
        ),
        Wrong(INNOCENT, "M71", ACQUITTED, GREEN),
    ),
    right=(
        (lambda x, y: x * y, (1.7, -2.3)),
        [lambda x: exp(x * x), 0.7],
        (lambda x, y: (2 * x * y - x) ** 3 / (3 - y), 1.7, -2.3),
        (lambda x: x * x * 5 + x, [3]),
    ),
    equivalent={
        "1.7 -> 1.7169999999999999": "Almost any point will do.",
        "return x * x -> return -(x * x)": "A sign hides nothing.",
    },
)


# 11.2: three boxes


def shows_b_c_d():
    return {
        "b": (lambda x: x + x, 1.7),
        "c": (lambda x: (2 * x) ** 3, 1.7),
        "d": (lambda x, y: x + 4 * y, (1.7, -2.3)),
    }


def but(cases, **changes):
    """Return cases in which some boxes have another one."""
    return {**cases, **changes}


ANY_POINT = "Almost any point will do."
ANY_NUMBER = "Almost any number will do."
AS_SHARP = "Another probe, as sharp as this one."

MIDDLE = Exercise(
    id="11.2",
    form="value",
    objective=CONVICT,
    place=THREE,
    prompt=(
        "**Exercise 11.2.** The boxes b, c and d: for each a case (an expression with "
        'its point) or the word `"innocent"`. You may check before all three are done.'
    ),
    stub=(
        "cases = {\n"
        '    "b": (lambda x: ..., ...),\n'
        '    "c": (lambda x: ..., ...),\n'
        '    "d": (lambda x: ..., ...),\n'
        "}\n"
        "\n"
        'check("11.2", cases)'
    ),
    solution=shows_b_c_d,
    check=lambda: [cases_trial("bcd")],
    shown="Three boxes, three differences.",
    remark=remark,
    hints=(
        "What do your probes have in common? Look at the rows of the table that none "
        "of them answers.",
        "One box needs a value that is used more than once, one needs something "
        "inside, one needs more than one input. `confront` tells which is which.",
        "A box whose `sin` is wrong only when something is inside is not caught by "
        "`sin(x)`, but is by `sin(3 * x)`.",
    ),
    wrong=(
        Wrong(
            but(shows_b_c_d(), b=(lambda x: (2 * x + 1) ** 3, 1.7)),
            "M82",
            ONCE,
            PROBE,
        ),
        Wrong(
            but(shows_b_c_d(), c=(lambda x: x**3 - (x + 4) ** 2, 1.7)),
            "M71",
            "The base of each power moves at speed 1: it is x, or x and a constant. "
            "Leaving out a factor of 1 changes nothing. Put something else inside.",
            PROBE,
        ),
        Wrong(
            but(shows_b_c_d(), d=(lambda x: x * x * 3 + exp(x), 1.7)),
            "M71",
            "Your expression has one input, so the box is asked once. What one "
            "question leaves behind for the next cannot show.",
            PROBE,
        ),
        Wrong(but(shows_b_c_d(), c=(lambda x: exp(2 * x), 1.7)), "M71", NEVER, PROBE),
        Wrong(but(shows_b_c_d(), b=(lambda x: x * x, 0)), "M202", BLIND_POINT, BLIND),
        Wrong(
            but(shows_b_c_d(), c=(lambda x: (2 * x) ** 3, 0)),
            "M202",
            BLIND_POINT,
            BLIND,
        ),
        Wrong(
            but(shows_b_c_d(), d=(lambda x, y: (x - 1) ** 2 + y, (1, 2))),
            "M202",
            BLIND_POINT,
            BLIND,
        ),
        Wrong(but(shows_b_c_d(), b=INNOCENT), "M71", ACQUITTED, GREEN),
        Wrong(but(shows_b_c_d(), c=INNOCENT), "M71", ACQUITTED, GREEN),
        Wrong(but(shows_b_c_d(), d=INNOCENT), "M71", ACQUITTED, GREEN),
    ),
    right=(
        {
            "b": (lambda x: x * x, 3),
            "c": (lambda x: (x * x) ** 2, 1.3),
            "d": (lambda x, y: x * y, (3, 4)),
        },
        dict.fromkeys("bcd", (lambda x, y: (2 * x * y - x) ** 3 / (3 - y), 1.7, -2.3)),
        {
            "d": [lambda x, y: x / y - sin(x), [0.7, 1.9]],
            "b": (lambda x: sqrt(x) + log(x), 2),
            "c": (lambda x, y: (x - y) ** 5, 2.3, 1),
        },
    ),
    equivalent={
        "1.7 -> 1.7169999999999999": ANY_POINT,
        "2.3 -> 2.323": ANY_POINT,
        "-2.3 -> 2.3": ANY_POINT,
        "2 * x -> 2 / x": "2 / x moves at another speed than x, too.",
        "2 -> 2.02": ANY_NUMBER,
        "3 -> 3.0300000000000002": ANY_NUMBER,
        "4 -> 4.04": ANY_NUMBER,
        "x + x -> x - x": "x is used twice, too.",
        "x + 4 * y -> x - 4 * y": "The seed of x is left behind all the same.",
        "x + 4 * y -> x": "The slope towards y is 0, and the box says 1.",
        "4 * y -> 4 / y": "Any function of y will do.",
        "4 * y -> 4": "The slope towards y is 0, and the box says 1.",
        "4 * y -> y": "Any function of y will do.",
    },
)


# 11.3: three boxes more, one of which is right


def shows_f_g():
    return {
        "e": "innocent",
        "f": (lambda x: exp(2 * x), 0.7),
        "g": (lambda x: logloss(1, sigmoid(x)), -36.0),
    }


LAST = Exercise(
    id="11.3",
    form="value",
    objective=CONVICT,
    place=FREE,
    prompt=(
        "**Exercise 11.3.** The boxes e, f and g, in the same way: a case or "
        '`"innocent"`.'
    ),
    stub=(
        "cases = {\n"
        '    "e": (lambda x: ..., ...),\n'
        '    "f": (lambda x: ..., ...),\n'
        '    "g": (lambda x: ..., ...),\n'
        "}\n"
        "\n"
        'check("11.3", cases)'
    ),
    solution=shows_f_g,
    check=lambda: [cases_trial("efg")],
    shown=(
        "Two are wrong. The third has withstood every probe, and that is as much as a "
        "probe can say for it."
    ),
    remark=remark,
    hints=(
        "One of the three is right. Of the other two, one is wrong in the middle of "
        "the numbers and one at their edge.",
        "What arrives at an operation depends on what comes after it. And which of the "
        "course's functions treats some arguments as special cases?",
        "For a box that is wrong about `**` unless it comes last, the case is `exp(x "
        "** 2)`. For one that is wrong about sigmoid far out, it is `sigmoid(x)` at "
        "-800.",
    ),
    wrong=(
        Wrong(
            but(shows_f_g(), f=(lambda x: 2 * x + x * x, 1.7)),
            "M71",
            "After your products come at most sums, and what arrives there is 1. After "
            "a product, put something that stretches it.",
            PROBE,
        ),
        Wrong(
            but(shows_f_g(), g=(lambda x: logloss(1, sigmoid(x)), 1.7)),
            "M202",
            "It is the right function, but in the middle of its range. The special "
            "case lies at the edge.",
            PROBE,
        ),
        Wrong(
            but(shows_f_g(), g=(lambda x: sigmoid(x) * exp(x) - x / 3, -36.0)),
            "M71",
            NEVER,
            PROBE,
        ),
        Wrong(but(shows_f_g(), f=(lambda x: exp(x) + x**3, 0.7)), "M71", NEVER, PROBE),
        Wrong(but(shows_f_g(), e=(lambda x: (x * x) ** 3, 1.7)), "M1101", NO_MISTAKE),
        Wrong(but(shows_f_g(), e=(lambda x: relu(x), 0)), "M18", KINK),
        Wrong(
            but(shows_f_g(), e=(lambda x: exp(x), 800.0)),
            "M202",
            "The right slope is not a finite number there. Take a point where it is.",
            JUDGE,
        ),
        Wrong(
            but(shows_f_g(), f=(lambda x: exp(x * x + 1), 0)),
            "M202",
            BLIND_POINT,
            BLIND,
        ),
        Wrong(but(shows_f_g(), f=INNOCENT), "M71", ACQUITTED, GREEN),
        Wrong(but(shows_f_g(), g=INNOCENT), "M71", ACQUITTED, GREEN),
    ),
    right=(
        {
            "e": "Innocent",
            "f": (lambda x: (2 * x) ** 3, 3),
            "g": (lambda x: logloss(0, sigmoid(x)), 36.8),
        },
        {
            "e": " innocent ",
            "f": (lambda x, y: x * y / y, (1.7, -2.3)),
            "g": (lambda x, y: logloss(1, x) * y, 1e-16, 2.3),
        },
        {
            "g": [lambda x: logloss(1, sigmoid(2 * x - 3)), [-20.0]],
            "f": (lambda x: sin(x * x), 1.7),
            "e": "innocent",
        },
    ),
    equivalent={
        "0.7 -> 0.707": ANY_POINT,
        "36.0 -> 36.36": "Anything beyond the clip will do.",
        "2 -> 2.02": ANY_NUMBER,
    },
)


# 11.4: what is believed in each box


def beliefs():
    return {"a": 6, "b": 4, "c": 3, "d": 5, "e": 0, "f": 1, "g": 8}


def names_belief(answer, name):
    """Return what a number says about a box: right, another belief, or none."""
    if not isinstance(answer, dict):
        raise TypeError('give a dictionary with a number for each box: {"a": 1}')
    if name not in answer:
        raise TypeError(f"box {name} is missing")
    number, right = answer[name], beliefs()[name]
    if number is ...:
        return number
    if not is_number(number) and not isinstance(number, (bool, np.number)):
        raise TypeError(f"box {name} has {number!r}; give a number from 0 to 9")
    if number == right:
        return Finding(SHOWN)
    called = f"{number} for box {name}"
    if not right:
        return Finding("accused", called)
    return Finding("acquitted" if number == 0 else "another", called)


def belief_trials():
    for name in beliefs():
        yield Trial(
            f"box {name}",
            inputs=(name,),
            act=names_belief,
            accepts=found_by,
            wanted="the number of the belief in it",
            group=name,
        )


ALIKE = {
    "a": "Ask the box for `x * y`, with both slopes. One of the two terms of the "
    "product rule is there.",
    "b": "Ask the box for `x + x`, where no rule can be wrong, and for `exp(2 * x)`. "
    "The first shows it, the second does not.",
    "c": "Ask the box for `x**3` and for `(2 * x)**3`. The exponent is treated as it "
    "should be.",
    "d": "Ask the box for `x + 4 * y`, and again with the inputs in the other order. "
    "Only the second slope is ever wrong.",
    "f": "Ask the box for `x + x`, for `2 * x` and for `exp(2 * x)`. The sum is "
    "right, and the product is wrong only when something follows.",
    "g": "Ask the box for the log-loss of a chance at 1e-14 and at 1e-16. Between the "
    "two lies the clip.",
}

BELIEFS_NAMED = Exercise(
    id="11.4",
    form="value",
    objective=NAME,
    place=BELIEF,
    prompt=(
        "**Exercise 11.4.** Which belief is in which box? Three of the nine are in "
        "none. The innocent box gets 0.\n"
        "\n"
        "1. An operation's own slope is enough; what arrives from later ones need not "
        "come in.\n"
        "2. The slope of a product is slope times slope.\n"
        "3. A power cares about the value of its base, and not about how fast it "
        "moves.\n"
        "4. A value has one slope, and whoever used it last has it.\n"
        "5. Between two questions nothing needs to be put back.\n"
        "6. In a product one factor moves and the other one waits.\n"
        "7. A power keeps its exponent when it is differentiated.\n"
        "8. Where a number is cut off, its slope may stay as it was.\n"
        "9. What has come in so far may be handed on at once."
    ),
    stub=(
        "believed = {\n"
        '    "a": ...,\n'
        '    "b": ...,\n'
        '    "c": ...,\n'
        '    "d": ...,\n'
        '    "e": ...,\n'
        '    "f": ...,\n'
        '    "g": ...,\n'
        "}\n"
        "\n"
        'check("11.4", believed)'
    ),
    solution=beliefs,
    check=belief_trials,
    shown="Six beliefs, each of which sounds right, and each of which fails somewhere.",
    hints=(
        "Take your smallest case for a box and work out on paper what each belief "
        "would give.",
        "Box b gives way without any product, box d needs two inputs, and box g is "
        "wrong at an edge.",
        "Slope times slope would give 1 for `x * x`, whatever x is. None of the seven "
        "boxes says that.",
    ),
    wrong=(
        *(
            Wrong(but(beliefs(), **{name: 2}), "M1103", ALIKE[name])
            for name in "abcdfg"
        ),
        Wrong(
            but(beliefs(), b=1, f=4),
            "M1103",
            ALIKE["b"],
        ),
        Wrong(
            but(beliefs(), e=9),
            "M1101",
            "Box e agrees with the judge wherever there is a slope. No belief on the "
            "list would let it.",
            FREE,
        ),
        *(
            Wrong(
                but(beliefs(), **{name: 0}),
                "M71",
                "That box is wrong: your case for it in 11.1, 11.2 or 11.3 says so.",
                SEVEN,
            )
            for name in "abcdfg"
        ),
    ),
    right=(
        {"g": 8, "f": 1, "e": 0, "d": 5, "c": 3, "b": 4, "a": 6},
        {"a": 6.0, "b": 4.0, "c": 3.0, "d": 5.0, "e": 0.0, "f": 1.0, "g": 8.0},
        {"a": 6, "b": 4, "c": 3, "d": 5, "e": False, "f": True, "g": 8},
    ),
)


# 11.5: a program that accuses


def measured(expression, *point):
    slopes, point = [], np.ravel(point).tolist()
    for i, x in enumerate(point):
        h = 6e-6 * max(1, abs(x))
        sides = [[*point[:i], x + move, *point[i + 1 :]] for move in (h, -h)]
        slopes.append((expression(*sides[0]) - expression(*sides[1])) / (2 * h))
    return tuple(slopes)


def agrees(engine, expression, *point):
    said, seen = engine(expression, *point), measured(expression, *point)
    return all(
        abs(one - other) <= 1e-6 * max(1, abs(other))
        for one, other in zip(said, seen, strict=True)
    )


def accuse(engine):
    probes = [
        (lambda x, y: (2 * x * y - x) ** 3 / (3 - y), 1.7, -2.3),
        (lambda x: logloss(1, sigmoid(x)), -36.0),
    ]
    return not all(agrees(engine, *probe) for probe in probes)


def accused_by(*probes, judge=agrees):
    """Return an answer that accuses by these probes."""
    return lambda engine: not all(judge(engine, *probe) for probe in probes)


def within(tolerance, step=6e-6):
    """Return a judge with another tolerance and step, for the first input alone."""

    def judge(engine, expression, x, *rest):
        above, below = expression(x + step, *rest), expression(x - step, *rest)
        seen = (above - below) / (2 * step)
        return abs(engine(expression, x, *rest)[0] - seen) <= tolerance

    return judge


def exactly(engine, expression, *point):
    return engine(expression, *point) == measured(expression, *point)


def too_kind(engine, expression, *point):
    said, seen = engine(expression, *point), measured(expression, *point)
    return np.allclose(said, seen, rtol=0.5, atol=1.0)


LARGE = (lambda x, y: (2 * x * y - x) ** 3 / (3 - y), 1.7, -2.3)
EDGE = (lambda x: logloss(1, sigmoid(x)), -36.0)
ONE_INPUT = (lambda x: (2 * x * x - x) ** 3 / (3 - x), 1.7)

BOXES = (
    *LINE_UP,
    natural,
    Engine("forward", forward, forward),
    Engine("back", back, back),
    Engine("course", pushed_by(Variable), forward),
)


def try_accuse():
    for box in BOXES:
        guilty = box is natural or box.name in PLANTED
        yield Trial(f"engine {box.name}", guilty, inputs=(box,))


ACCUSE = Exercise(
    id="11.5",
    form="function",
    objective=WRITE,
    place=PROGRAM,
    prompt=(
        "**Exercise 11.5.** Write it. `agrees` and `measured` from above are yours to "
        "use, as are the cases that you have found (but not the word `innocent`)."
    ),
    stub=(
        "def accuse(engine):\n"
        '    """Return True if a probe finds an engine wrong, else False."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("11.5", accuse)'
    ),
    solution=accuse,
    check=try_accuse,
    shown="All seven that are wrong are accused, and none of the four that are right.",
    hints=(
        "What has to be true of every probe, if an engine is to go free?",
        "Put your probes into a list of tuples, expression first. `agrees(engine, "
        "*probe)` tries one. Which rows of the table does the list leave out?",
        "`not all(word.islower() for word in words)` is True if at least one word is "
        "not lower case.",
    ),
    wrong=(
        Wrong(
            lambda engine: False,
            "M71",
            "It lets all of them go. Either no probe reaches a mistake, or it accuses "
            "only where every probe fails. A check that cannot fail proves nothing.",
            GREEN,
        ),
        Wrong(
            accused_by(LARGE),
            "M202",
            "All your probes stay in the middle of the numbers. One of the boxes is "
            "wrong at an edge. Or it returns before it has tried them all.",
            PROBE,
        ),
        Wrong(
            accused_by(ONE_INPUT, EDGE),
            "M71",
            "All your probes have one input. One of the boxes is right about the first "
            "input that it is asked for, and wrong about the second. Or it returns "
            "before it has tried them all.",
            PROBE,
        ),
        Wrong(
            accused_by((lambda x: x * x, 1.7)),
            "M509",
            "It answers as if it had one small probe. Perhaps it returns inside the "
            "loop, before it has tried the others.",
            PROBE,
        ),
        Wrong(
            accused_by(ONE_INPUT),
            "M71",
            "All your probes have one input, and all stay in the middle of the "
            "numbers. Two boxes are right there. Or it returns before it has tried "
            "them all.",
            PROBE,
        ),
        Wrong(
            accused_by(LARGE, EDGE, judge=too_kind),
            "M71",
            "Its judge is too kind: slopes that are off by a third still pass. "
            "Rounding is a million times smaller.",
            JUDGE,
        ),
        Wrong(
            accused_by(LARGE, EDGE, judge=within(1e-4)),
            "M509",
            "Only the first slope is compared. One of the boxes is wrong about the "
            "second.",
            THREE,
        ),
        Wrong(
            accused_by((lambda x, y: (2 * x + 3) ** 3 + exp(2 * y), 1.7, -2.3), EDGE),
            "M71",
            "In each of your products one factor stands still. Let two moving values "
            "meet in a product.",
            PROBE,
        ),
        Wrong(
            accused_by((lambda x, y: exp(2 * x * y), 0.7, 1.3), EDGE),
            "M82",
            "Your probes use every value once. One of the boxes overwrites where it "
            "should add.",
            PROBE,
        ),
        Wrong(
            accused_by((lambda x, y: x * x + x**3 + exp(y), 1.7, -2.3), EDGE),
            "M71",
            "The base of your powers is a bare input, or nothing follows a product. "
            "Nest the operations inside one another.",
            PROBE,
        ),
        Wrong(
            accused_by((lambda x, y: (2 * x * y - x * y) ** 3, 0.0, 0.0), EDGE),
            "M202",
            "At 0 all these slopes are 0, the wrong ones too. Take a generic point.",
            BLIND,
        ),
        Wrong(
            accused_by(LARGE, EDGE, judge=exactly),
            "M1102",
            "It accuses every engine, the right ones too. Either it leaves no room for "
            "rounding, or a probe stands where the judge itself is off: on a kink, at "
            "an overflow, very close to 0.",
            JUDGE,
        ),
        Wrong(
            lambda engine: not accuse(engine),
            "M1105",
            "It says True for the right ones. The question is whether to accuse.",
            PROGRAM,
        ),
    ),
    right=(
        lambda engine: any(
            not agrees(engine, *probe)
            for probe in (
                (lambda x: x * x, 1.7),
                (lambda x: x + x, 1.7),
                (lambda x: (2 * x) ** 3, 1.7),
                (lambda x, y: x + 4 * y, 1.7, -2.3),
                (lambda x: exp(2 * x), 0.7),
                EDGE,
            )
        ),
        lambda engine: any(
            parted(engine(expression, *point), pushed_by(Variable)(expression, point))
            for expression, *point in (LARGE, EDGE)
        ),
        lambda engine: (
            max(
                abs(one - other)
                for expression, *point in (LARGE, EDGE)
                for one, other in zip(
                    engine(expression, *point),
                    measured(expression, *point),
                    strict=True,
                )
            )
            > 0.01
        ),
        accused_by((lambda x, y: sin(x * y + x) ** 3 * (2 - y), 0.7, -2.3), EDGE),
    ),
    equivalent={
        "1.7 -> 1.7169999999999999": AS_SHARP,
        "-2.3 -> 2.3": AS_SHARP,
        "(2 * x * y - x) ** 3 / (3 - y) -> (2 * x * y - x) ** 3 * (3 - y)": AS_SHARP,
        "(2 * x * y - x) ** 3 / (3 - y) -> (2 * x * y - x) ** 3": AS_SHARP,
        "2.3 -> 2.323": AS_SHARP,
        "36.0 -> 36.36": AS_SHARP,
        "3 - y -> 3 + y": AS_SHARP,
        "3 - y -> 3": AS_SHARP,
        "3 - y -> y": AS_SHARP,
        "2 * x * y - x -> 2 * x * y + x": AS_SHARP,
        "2 * x * y - x -> 2 * x * y": AS_SHARP,
        "3 -> 3.0300000000000002": AS_SHARP,
        "2 * x -> 2 / x": AS_SHARP,
        "2 * x -> x": AS_SHARP,
        "2 -> 2.02": AS_SHARP,
    },
)


# 11.6: six more


def shows_h_to_m():
    def doubled(x):
        twice = x + x
        return twice + twice

    return {
        "h": (lambda x: 5 - x, 1.7),
        "i": (doubled, 1.7),
        "j": (lambda x: 2**x, 1.7),
        "k": (lambda x: x + x + x, 1.7),
        "l": (lambda x: sigmoid(x), -800.0),
        "m": (lambda x: exp(2 * x), 0.7),
    }


MORE = Exercise(
    id="11.6",
    form="value",
    objective=CONVICT,
    place=FURTHER,
    prompt="**Exercise 11.6.** A case for each of the six, in your own time.",
    stub=(
        "cases = {\n"
        '    "h": (lambda x: ..., ...),\n'
        '    "i": (lambda x: ..., ...),\n'
        '    "j": (lambda x: ..., ...),\n'
        '    "k": (lambda x: ..., ...),\n'
        '    "l": (lambda x: ..., ...),\n'
        '    "m": (lambda x: ..., ...),\n'
        "}\n"
        "\n"
        'check("11.6", cases)'
    ),
    solution=shows_h_to_m,
    check=lambda: [cases_trial("hijklm")],
    shown="Six more, each of which would have passed somebody's test.",
    hints=(
        "Four rows of the table catch all six between them. For two boxes, a value has "
        "to be used more than once, and that alone is not enough.",
        "Two are wrong about what is shared. One needs a sum and then another use of "
        "the same value, the other a shared value that was itself made of something.",
        "Lesson 08 has a walk that says 8 for `b + b` with `b = a + a`, and an array "
        "that two operands share. Lesson 04 has a sigmoid at -800, lesson 02 a "
        "constant on the left.",
    ),
    wrong=(
        Wrong(
            but(shows_h_to_m(), h=(lambda x: x - 5, 1.7)),
            "M71",
            "Your minus signs have x on the left. Python calls another method when a "
            "constant stands there.",
            PROBE,
        ),
        Wrong(
            but(shows_h_to_m(), i=(lambda x: x * x + x, 1.7)),
            "M71",
            "Only inputs are used twice in it. They have nothing to hand on. Use a "
            "value twice that was itself made of something.",
            PROBE,
        ),
        Wrong(but(shows_h_to_m(), i=(lambda x: exp(2 * x), 1.7)), "M82", ONCE, PROBE),
        Wrong(
            but(shows_h_to_m(), j=(lambda x: (2 * x) ** 3, 1.7)),
            "M71",
            "Your exponents stand still. A power has a slope towards an exponent that "
            "moves, too.",
            PROBE,
        ),
        Wrong(
            but(shows_h_to_m(), k=(lambda x: x + x, 1.7)),
            "M71",
            "The shares do not get in each other's way there. Use one value three "
            "times, and join the three by sums alone.",
            PROBE,
        ),
        Wrong(but(shows_h_to_m(), k=(lambda x: 2 * x + 1, 1.7)), "M82", ONCE, PROBE),
        Wrong(
            but(shows_h_to_m(), l=(lambda x: sigmoid(x), -40.0)),
            "M202",
            "It is the right function, but not far enough out. Go to where exp leaves "
            "the floats.",
            PROBE,
        ),
        Wrong(
            but(shows_h_to_m(), m=(lambda x: exp(x) * sin(x), 0.7)),
            "M71",
            "Each curve is taken at the input itself. Put something between the two.",
            PROBE,
        ),
        *(
            Wrong(but(shows_h_to_m(), **{name: (tame, 1.7)}), "M71", NEVER, PROBE)
            for name, tame in (
                ("h", lambda x: x * x),
                ("j", lambda x: x * x),
                ("k", lambda x: x * x),
                ("l", lambda x: x * x),
                ("m", lambda x: x * x),
            )
        ),
        *(
            Wrong(but(shows_h_to_m(), **{name: INNOCENT}), "M71", ACQUITTED, GREEN)
            for name in "hijklm"
        ),
        Wrong(
            but(shows_h_to_m(), m=(lambda x: exp(2 * x), 0)),
            "M202",
            BLIND_POINT,
            BLIND,
        ),
    ),
    right=(
        {
            "h": (lambda x: 1 - x * x, 3),
            "i": (lambda x: (lambda b: b * b)(exp(x)), 1.3),
            "j": (lambda x: x**x, 1.3),
            "k": (lambda x, y: exp(x) + (x + y), (0.3, 0.4)),
            "l": (lambda x: sigmoid(2 * x), -400.0),
            "m": (lambda x: sin(x * x), 1.3),
        },
        {
            "h": [lambda x, y: x * (3 - y), [1.7, -2.3]],
            "i": (lambda x, y: (lambda p: p * p)(x * y), 1.7, -2.3),
            "j": (lambda x, y: x**y, 1.7, 2.3),
            "k": (lambda x: (x - 2) + x + x, 1.7),
            "l": (lambda x, y: sigmoid(x * y), 1000.0, -2.3),
            "m": (lambda x: log(3 * x + 1), 1.7),
        },
        dict(
            shows_h_to_m(),
            i=(lambda x: (lambda b: b + b)(x + x), 3.0),
            h=(lambda x: (2 - x) ** 3, 1.7),
        ),
    ),
    equivalent={
        "return twice + twice -> return -(twice + twice)": "A sign hides nothing.",
        "1.7 -> 1.7169999999999999": ANY_POINT,
        "0.7 -> 0.707": ANY_POINT,
        "800.0 -> 808.0": "Anything beyond the powers of exp will do.",
        "5 -> 5.05": ANY_NUMBER,
        "2 -> 2.02": ANY_NUMBER,
        "x + x -> x - x": "x is used twice, too.",
        "2 * x -> 2 / x": "Anything inside will do.",
    },
)


# Quizzes


class Unsquared(Forward):
    """M05: the slope of a quotient, divided by the lower value once."""

    def __truediv__(self, other):
        other = self.lift(other)
        out = self.value / other.value
        return self.made("/", out, (self, 1.0), (other, -out))


def sees_the_quotient():
    """Return the one probe at which the quotient rule with v for v**2 is wrong."""
    probes = {
        "6 / x at 1": (lambda x: 6 / x, (1.0,)),
        "x / x at 1.7": (lambda x: x / x, (1.7,)),
        "x / 4 at 1": (lambda x: x / 4, (1.0,)),
        "x / 5 * 0": (lambda x: x * 5 - x, (1.7,)),
    }
    wrong = pushed_by(Unsquared)
    seen = [
        name for name, case in probes.items() if parted(wrong(*case), forward(*case))
    ]
    return seen[0] if len(seen) == 1 else None


def wrong_gradient():
    """Return the result in which what was stepped by is not the measured slope."""

    def slope(w):
        return forward(lambda v: (v - 3) ** 2, (w,))[0]

    places = (0.0, 1.2, 1.9)
    mean_of_all = sum(map(slope, places)) / len(places)
    along_both = sum(forward(lambda x, y: x * y, (3.0, 4.0)))
    at_saddle = forward(lambda x, y: x * y, (0.0, 0.0))
    gaps = {
        "result 1": abs(mean_of_all - measured(lambda w: (w - 3) ** 2, places[-1])[0]),
        "result 4": abs(along_both - measured(lambda t: (3 + t) * (4 + t), 0.0)[0]),
        "result 7": max(map(abs, at_saddle)),
    }
    off = [name for name, gap in gaps.items() if gap > 1e-6]
    return off[0] if len(off) == 1 else None


SORTED = Quiz(
    id="11.q1",
    objective=SORT,
    place=TWELVE,
    question=(
        "In one of these four results the steps were taken along something that no "
        "measurement at the same place would confirm. In which one was the gradient "
        "itself wrong?"
    ),
    options=(
        Option(
            "result 1, the two loops",
            "result 1",
            "One of the loops averaged the gradients of all rounds so far. It had the "
            "lower loss, and a measurement at the place where it stood told the two "
            "loops apart.",
        ),
        Option(
            "result 4, the area with both sides seeded",
            "result 4",
            "7 is a right slope, along (1, 1). The mistake was to take it for the "
            "slope towards one side.",
            "M22",
        ),
        Option(
            "result 7, the slopes that are all 0",
            "result 7",
            "They are 0, and measured they are 0 as well. The mistake was to conclude "
            "that this is the bottom.",
            "M74",
        ),
        Option(
            "result 3, the images",
            "result 3",
            "Training went as it should and nothing was counted wrongly. The split "
            "answered another question: new images by known hands.",
            "M76",
        ),
    ),
    compute=wrong_gradient,
)

QUOTIENT_PROBE = Quiz(
    id="11.q2",
    objective=CHOOSE,
    place=PROBE,
    question=(
        "Somebody's rule for u / v is (u' v - u v') / v, with v where its square "
        "belongs. Which of these probes would notice?"
    ),
    options=(
        Option(
            "`6 / x` at 1",
            "6 / x at 1",
            "There v is 1, and so is its square. A tidy point, and a blind one.",
            "M202",
        ),
        Option(
            "`x / x` at 1.7",
            "x / x at 1.7",
            "The point is generic and x is used twice. Still, the numerator is 0, so "
            "it does not matter what it is divided by.",
            "M202",
        ),
        Option(
            "`x / 4` at 1",
            "x / 4 at 1",
            "It says 1 where 0.25 is right. The point is tidy, and what counts here is "
            "the 4.",
        ),
        Option(
            "`5 * x - x` at 1.7",
            "x / 5 * 0",
            "Nothing is divided. A test that does not reach the mistake cannot see it.",
            "M71",
        ),
    ),
    compute=sees_the_quotient,
)


def what_acquittal_says():
    """Return how an engine stands that `accuse` lets go."""
    acquitted = [each for each in ENGINES.values() if not accuse(each)]
    wrong = [each.name for each in acquitted if each.name in PLANTED]
    right = [each.name for each in acquitted if each.name not in PLANTED]
    return "either" if wrong and right else "one kind"


ACQUITTAL = Quiz(
    id="11.q3",
    objective=SAY,
    place=PROGRAM,
    question=(
        "A program accuses all of the boxes a to g that are wrong and none that is "
        "right. Now it lets an engine go that nobody has opened. What do you know?"
    ),
    options=(
        Option(
            "The engine is right: the program has proved itself",
            "right",
            "It has proved that it finds those mistakes. Among the six boxes under Go "
            "further there are some that a good program lets go.",
            "M71",
        ),
        Option(
            "It has none of the mistakes that your probes can see",
            "either",
            "That is all, and it is worth a lot if you know what your probes can see. "
            "Both kinds of engine are let go: right ones, and wrong ones with other "
            "mistakes.",
        ),
        Option(
            "If it is wrong, then by less than rounding",
            "small",
            "A mistake may be as large as you like where no probe stands.",
            "M71",
        ),
        Option(
            "Nothing: probes never prove anything",
            "nothing",
            "A probe that has been seen to fail, and now passes, rules out what made "
            "it fail. That is not nothing.",
            "M1104",
        ),
    ),
    compute=what_acquittal_says,
)

EXERCISES = (FIRST, MIDDLE, LAST, BELIEFS_NAMED, ACCUSE, MORE)
QUIZZES = (SORTED, QUOTIENT_PROBE, ACQUITTAL)

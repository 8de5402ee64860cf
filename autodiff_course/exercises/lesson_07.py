"""Exercises of lesson 07: counts of starts, level ground, kinks and gains."""

import math

import numpy as np

from autodiff_course.exercises.guard import WrongKindError
from autodiff_course.exercises.outcomes import plain
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.primitives import Primitive, sigmoid, sqrt, tanh
from autodiff_course.variable import Variable

LEARNED = "Would the settings of lesson 05 have done?"
FLAT = "Is a flat loss the bottom?"
ZERO = "From zero you come to a place that is exactly flat."
TWO_LINES = "How few nodes enclose a ring?"
TWINS = "Equal nodes stay twins."
KINK = "A kink needs a decision."
FORGET = "Ten sigmoids forget what went in."
BEND = "The bend is an argument of the network."

DECLARE = "declare a bend as a primitive, and say which slope it uses at a kink"
CANNOT = "tell a network that cannot learn a task from one that has not learned it yet"
REPORT = (
    "report how many starts make it: of how many, by which measure, after how many "
    "rounds, at which rate"
)
MINIMUM = "tell a minimum from a plateau and from a saddle"
NODES = "say why two hidden nodes enclose nothing, and why equal nodes stay equal"
GAIN_OF = "compute the gain of a stack of layers from its slopes and weights"


# 07.1: how many of how many


def tally(shares, measure, index):
    made = np.sum(shares[index] >= measure)
    return made, shares.shape[1]


# One row a round, one column a start. One start reaches the measure exactly, one
# makes it and loses it again, one makes it late, one never.
RACE = np.array(
    [
        [0.35, 0.65, 0.97, 0.50, 0.65, 0.40, 0.31],
        [0.65, 0.95, 0.96, 0.65, 0.80, 0.65, 0.65],
        [0.98, 0.97, 0.80, 0.65, 0.95, 0.65, 0.75],
        [0.99, 0.97, 0.90, 0.97, 1.00, 0.96, 0.75],
        [1.00, 0.98, 0.93, 1.00, 1.00, 0.97, 0.65],
    ]
)


def try_tally():
    """Yield counts at several rounds; the expected ones are counted one by one."""
    asked = ((0.95, 2), (0.95, 1), (0.75, 3), (0.95, 3), (0.99, 3), (0.85, 3))
    for measure, index in asked:
        made = len([share for share in RACE[index].tolist() if share >= measure])
        place = f"on a race of 7 starts, by the measure {measure}, after round {index}"
        yield Trial(place, (made, 7), (RACE, measure, index))


def tallied(count):
    """Return an answer that counts in its own way, of all starts."""
    return lambda shares, measure, index: (
        count(shares, measure, index),
        shares.shape[1],
    )


TALLY = Exercise(
    id="07.1",
    form="function",
    objective=REPORT,
    place=LEARNED,
    prompt=(
        "**Exercise 07.1.** Put the count into a function. It gets the shares of right "
        "points, as `race` returns them, a measure such as 0.95, and a round. It "
        "returns two numbers: how many starts make it, and of how many."
    ),
    stub=(
        "def tally(shares, measure, index):\n"
        '    """Return how many starts make it after so many rounds, of how many.\n'
        "\n"
        "    `shares` has a row for each round, the start first, and a column for\n"
        "    each start.\n"
        '    """\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("07.1", tally)'
    ),
    solution=tally,
    check=try_tally,
    shown="It counts among all starts, after the given round and by the given measure.",
    hints=(
        "Which row of the table holds that round? And what does a start need to make "
        "it?",
        "`shares[index]` holds one share for each start. A comparison turns them into "
        "True and False, and these can be summed.",
        "`np.sum(ages < 18)` counts children, and `len(ages)` says of how many.",
    ),
    wrong=(
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[index] > measure)),
            "M701",
            "A start that has exactly the share that is asked for makes it as well: at "
            "least 95 of 100, so `>=`.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[-1] >= measure)),
            "M702",
            "That is the count after the last round. Without its round a count says "
            "nothing: some starts make it later.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares >= measure)),
            "M702",
            "Your answer counts all rounds together. A count belongs to one round.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: np.sum(
                    shares[: index + 1].max(axis=0) >= measure
                )
            ),
            "M703",
            "It counts every start that has ever made it. A start may lose what it "
            "had.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: np.sum(shares[index - 1] >= measure)
            ),
            "M515",
            "That is one round too early. Row 0 is the start, so after `index` rounds "
            "it is row `index`.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[index] == measure)),
            "M701",
            "It counts the starts that have exactly that share. Those that have more "
            "make it as well: `>=`.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: np.sum(shares[index] >= 100 * measure)
            ),
            "M724",
            "The measure is a share as well, a number from 0 to 1. There is no hundred "
            "in it.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: int(shares[index, -1] >= measure)),
            "M705",
            "It looks at one start. Another start may tell another story.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.mean(shares[index] >= measure)),
            "M704",
            "That is a share of the starts. Say how many: 2 of 3 and 200 of 300 are "
            "the same share, but not the same news.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: int(shares[index, 0] >= measure)),
            "M705",
            "It looks at one start. Another start may tell another story.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: int(shares[index].max() >= measure)),
            "M705",
            "It looks at the best start alone. One start that makes it says nothing "
            "about the next.",
        ),
        Wrong(
            lambda shares, measure, index: np.sum(shares[index] >= measure),
            "M706",
            "How many, but of how many? Three of seven and three of 200 are not the "
            "same news. Return both, with a comma.",
        ),
        Wrong(
            lambda shares, measure, index: (
                np.sum(shares[index] >= measure),
                len(shares),
            ),
            "M707",
            "The count is right, but the second number counts the rows, which are "
            "rounds. The starts are the columns.",
        ),
        Wrong(
            lambda shares, measure, index: (
                np.sum(shares[:, index] >= measure),
                len(shares),
            ),
            "M707",
            "Rows and columns are exchanged: `shares[:, index]` is one start through "
            "all rounds. The exercise asks for all starts after one round.",
        ),
        Wrong(
            lambda shares, measure, index: (
                np.sum(shares[:, index] >= measure),
                shares.shape[1],
            ),
            "M707",
            "`shares[:, index]` is one start through all rounds. The exercise asks for "
            "all starts after one round: a row.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[index] < measure)),
            "M708",
            "It counts those that do not make it.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: np.sum(shares[index + 1] >= measure)
            ),
            "M419",
            "That is one round too late. Row 0 is the start, so after `index` rounds "
            "it is row `index`.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[index:] >= measure)),
            "M702",
            "All later rounds are counted too. A count belongs to one round.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[:index] >= measure)),
            "M702",
            "All earlier rounds are counted together. A count belongs to one round.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: np.sum(
                    np.all(shares[: index + 1] >= measure, axis=0)
                )
            ),
            "M702",
            "It wants the measure met in every round so far. The exercise asks about "
            "one round.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: int(shares[index].mean() >= measure)
            ),
            "M705",
            "It judges the mean of all starts. Each start makes it or does not: judge "
            "them one by one, then count.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: np.sum(shares[index] >= 0.95)),
            "M724",
            "Your answer always uses 0.95. The measure is an argument, and another one "
            "gives another count.",
        ),
        Wrong(
            tallied(
                lambda shares, measure, index: np.sum(
                    shares[index][shares[index] >= measure]
                )
            ),
            "M704",
            "The shares themselves are added. The exercise asks how many make it.",
        ),
        Wrong(
            tallied(lambda shares, measure, index: shares[index] >= measure),
            "M706",
            "That says for each start whether it makes it. The sum counts those that "
            "do.",
        ),
        Wrong(
            lambda shares, measure, index: np.mean(shares[index] >= measure),
            "M704",
            "That is a share of the starts. Say how many, and of how many: 2 of 3 and "
            "200 of 300 are the same share, but not the same news.",
        ),
        Wrong(
            lambda shares, measure, index: (np.sum(shares[index] >= measure), 200),
            "M724",
            "It says 200, as in the lesson. The number of starts can be read from "
            "`shares`.",
        ),
        Wrong(
            lambda shares, measure, index: (
                np.sum(shares[index] >= measure),
                shares.size,
            ),
            "M707",
            "The count is right, but the second number counts every entry of the "
            "table. The starts are the columns.",
        ),
        Wrong(
            lambda shares, measure, index: (
                shares.shape[1],
                np.sum(shares[index] >= measure),
            ),
            "M113",
            "The two are right but exchanged: first how many make it, then of how "
            "many.",
        ),
    ),
    right=(
        lambda shares, measure, index: (
            sum(share >= measure for share in shares[index]),
            len(shares[index]),
        ),
        lambda shares, measure, index: [
            np.count_nonzero(shares[index] >= measure),
            len(shares.T),
        ],
        lambda shares, measure, index: np.array(
            [(shares[index] >= measure).mean() * shares.shape[1], shares.shape[1]]
        ),
        tallied(
            lambda shares, measure, index: len(np.where(shares[index] >= measure)[0])
        ),
    ),
)


# 07.2: a saddle that looks like a bowl


def ground(a, b):
    return a * a + b * b - 3 * a * b


A_SADDLE = "a saddle that the rule takes for a minimum"


def kind_of_ground(function):
    """Say what lies around (0, 0), and whether the rule of the exercise is taken in."""
    level, short = function(0.0, 0.0), 1e-5
    if not isinstance(plain(level), (int, float, np.ndarray)) or np.size(level) != 1:
        raise WrongKindError(level)
    axes = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
    angles = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
    around = list(zip(np.cos(angles).tolist(), np.sin(angles).tolist(), strict=True))

    def rises(directions, far):
        return [function(far * a, far * b) - level for a, b in directions]

    # Where the ground is level, it rises far less steeply on a far shorter way.
    near, wide = (max(map(abs, rises(axes, h))) / h for h in (short, 100 * short))
    if near > max(0.05, 0.5 * wide):
        return "a slope at (0, 0) that is not zero"
    along = [rise for far in (0.1, 0.03, 0.01) for rise in rises(axes, far)]
    if min(along) < -1e-13:
        return "a fall along an axis, which the rule sees"
    if min(along) < 1e-13:
        return "level ground along an axis, which the rule sees"
    fars = [0.1, 0.03, 0.01]
    if min(rises(axes, 0.01)) > 1e-6:  # not too flat to look closer
        fars += [1e-3, 1e-4]
    if all(min(rises(around, far)) < -1e-13 for far in fars):
        return A_SADDLE
    return "a minimum, where the rule is right"


GROUND = Exercise(
    id="07.2",
    form="function",
    objective=MINIMUM,
    place=ZERO,
    prompt=(
        '**Exercise 07.2.** A friend knows about saddles and has a better rule: "Both '
        "slopes are zero, and I have nudged each number alone, up and down. The loss "
        'rose every time. So it is a minimum." Give a loss of two numbers that proves '
        "the rule wrong at (0, 0), however short the nudge is."
    ),
    stub=(
        "def ground(a, b):\n"
        '    """Return a loss: at (0, 0) the rule says minimum, and it is none."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("07.2", ground)'
    ),
    solution=ground,
    check=lambda: [
        Trial("around (0, 0)", A_SADDLE, act=lambda answer: kind_of_ground(answer))
    ],
    shown=(
        "Level at (0, 0), up along both axes, and down between them: nudges of one "
        "number at a time miss the way down."
    ),
    hints=(
        "The friend walks along the axes only. Where would you hide the way down?",
        "Begin with a bowl, `a * a + b * b`. Add a term that is 0 on both axes and "
        "negative somewhere else, and make it strong enough.",
        "`a * b` is 0 on both axes. `a * a + b * b + a * b` is still a bowl: along a = "
        "-b it is a * a.",
    ),
    wrong=(
        Wrong(
            lambda a, b: a * a + b * b,
            "M74",
            "Close to (0, 0) it falls in no direction, so here the rule is right. Hide "
            "a way down that is strong enough.",
        ),
        Wrong(
            lambda a, b: a * a - b * b,
            "M709",
            "It is no minimum, and the friend finds out: nudging one number alone "
            "leads down. A saddle need not lie along the axes.",
        ),
        Wrong(
            lambda a, b: a * b,
            "M710",
            "With one number nudged alone the loss stays level. The rule asks for a "
            "rise every time.",
        ),
        Wrong(
            lambda a, b: a * a + b * b - 3 * a * b + a,
            "M711",
            "The slopes at (0, 0) are not both zero, or there is a kink and no slope "
            "at all. So the friend would not call it a minimum.",
            FLAT,
        ),
    ),
    right=(
        lambda a, b: (a + b) ** 2 - 0.5 * (a - b) ** 2 + 0.5 * (a * a + b * b),
        lambda a, b: a**2 + b**2 + 5 * a * b,
        lambda a, b: 7 + a**4 + b**4 - 4 * (a * b) ** 2,
        lambda a, b: np.array([a, b]) @ np.array([[1.0, 2.0], [2.0, 1.0]]) @ [a, b],
        lambda a, b: a * a + b * b - 4 * abs(a * b),
    ),
    equivalent={
        "3 -> 3.0300000000000002": "Any factor above 2 hides a way down.",
        "a * a + b * b - 3 * a * b -> a * a + b * b + 3 * a * b": (
            "The way down is along the other diagonal."
        ),
    },
)


# 07.3: a bend with two kinks


def clipped(x):
    return np.clip(x, -1.0, 1.0)


def clipped_slope(out, x):
    return 1.0 * (np.abs(x) < 1)


def as_slope(answer, x):
    """Ask a declaration for its slope; True and False count as 1 and 0."""
    clip = Primitive(clipped, slope=answer, formula="Max(-1, Min(x, 1))", name="clip")
    slope = clip.slope(clip(x), x)
    counts = isinstance(slope, (bool, np.bool_)) or (
        isinstance(slope, np.ndarray) and slope.dtype == bool
    )
    return 1.0 * slope if counts else slope


def try_clipped_slope():
    for x, slope in ((0.3, 1), (-2.3, 0), (1.7, 0), (-0.6, 1), (0.0, 1)):
        yield Trial(f"at x = {x}", slope, (x,), as_slope, group="between kinks")
    for x in (1.0, -1.0):
        yield Trial(f"at the kink x = {x}", 0, (x,), as_slope, group="at a kink")
    for many, slopes in (
        ([0.3, -2.3, 1.7, -0.6], [1, 0, 0, 1]),
        ([[1.0, -0.9], [-1.0, 7.3]], [[0, 1], [0, 0]]),
    ):
        place = f"at x = np.array({many})"
        expected = np.array(slopes, dtype=float)
        yield Trial(place, expected, (np.array(many),), as_slope, group="arrays")


def by_branches(out, x):
    if -1 < x < 1:
        return 1.0
    return 0.0


CLIP = Exercise(
    id="07.3",
    form="function",
    objective=DECLARE,
    place=KINK,
    prompt=(
        "**Exercise 07.3.** `clip` is the plainest S there is: x between -1 and 1, and "
        "flat outside. It has two kinks. Decide as the course does for `relu`: at a "
        "kink the slope is that of the flat side. x may be an array."
    ),
    stub=(
        "def clipped(x):\n"
        "    return np.clip(x, -1.0, 1.0)\n"
        "\n"
        "\n"
        "def clipped_slope(out, x):\n"
        '    """Return the slope at x; at both kinks it is that of the flat side."""\n'
        "    return ...\n"
        "\n"
        "\n"
        "clip = Primitive(\n"
        '    clipped, slope=clipped_slope, formula="Max(-1, Min(x, 1))", name="clip"\n'
        ")\n"
        "\n"
        'check("07.3", clipped_slope)'
    ),
    solution=clipped_slope,
    check=try_clipped_slope,
    shown="1 between the kinks, 0 outside and at both, for numbers and arrays.",
    hints=(
        "How steep is the picture of `clip` between -1 and 1? And outside?",
        "For `relu` a comparison did it. Here it takes two, or one on the size of x.",
        "The slope of `np.maximum(x, 2)` is `1.0 * (x > 2)`: at the kink 0.",
    ),
    wrong=(
        Wrong(
            lambda out, x: 1.0 * (np.abs(x) <= 1),
            "M712",
            "At the kinks it says 1, the slope of the steep side. That is a decision "
            "too, but not the one that the docstring states.",
        ),
        Wrong(
            lambda out, x: 1.0 * ((x >= -1) & (x < 1)),
            "M712",
            "At -1 it takes the slope from the right, which is not the flat side. Two "
            "kinks need two looks.",
        ),
        Wrong(
            lambda out, x: 1.0 * ((x > -1) & (x <= 1)),
            "M712",
            "At 1 it takes the slope from the left, as `relu` does at 0. Here that is "
            "not the flat side.",
        ),
        Wrong(
            lambda out, x: (clipped(x + 1e-6) - clipped(x - 1e-6)) / 2e-6,
            "M713",
            "A central difference takes the mean of both sides of a kink: one half. "
            "The docstring asks for another number.",
        ),
        Wrong(
            lambda out, x: np.where(np.abs(x) == 1, np.nan, 1.0 * (np.abs(x) < 1)),
            "M18",
            "A kink is no error. A nan would spread to everything after it; use the "
            "slope that the docstring states.",
        ),
        Wrong(
            lambda out, x: out,
            "M001",
            "That is the value. The slope says how fast it changes.",
        ),
        Wrong(
            lambda out, x: 1 - out * out,
            "M714",
            "That is the slope of `tanh`. Between its kinks `clip` is a straight line.",
        ),
        Wrong(
            lambda out, x: 1.0 * (x > -1),
            "M715",
            "Only the kink at -1 is in it. Above 1 `clip` is flat as well.",
        ),
        Wrong(
            lambda out, x: 1.0 * (x < 1),
            "M715",
            "Only the kink at 1 is in it. Below -1 `clip` is flat as well.",
        ),
        Wrong(
            lambda out, x: 1.0 * (x > 0),
            "M714",
            "That is the slope of `relu`. The kinks of `clip` are at -1 and 1.",
        ),
        Wrong(
            lambda out, x: 1.0 + 0.0 * x,
            "M716",
            "That is the slope without a bend. Beyond the kinks nothing changes, and "
            "the slope is 0.",
        ),
        Wrong(
            by_branches,
            "M717",
            "`if` wants one True or False, and an array has many. Compare, and "
            "multiply the result by 1.0.",
        ),
        Wrong(
            lambda out, x: x * (np.abs(x) < 1),
            "M001",
            "That is the value between the kinks. The slope of x is 1 there.",
        ),
        Wrong(
            lambda out, x: np.sign(x),
            "M001",
            "That is the side on which x lies, which outside the kinks is the value. "
            "Nothing changes there any more: the slope is 0 on both sides.",
        ),
        Wrong(
            lambda out, x: 1.0 * (np.abs(x) > 1),
            "M716",
            "Inside and outside are exchanged. `clip` is x between the kinks, with "
            "slope 1, and flat outside.",
        ),
        Wrong(
            lambda out, x: 1.0 * (np.abs(x) >= 1),
            "M716",
            "Inside and outside are exchanged. `clip` is x between the kinks, with "
            "slope 1, and flat outside.",
        ),
        Wrong(
            lambda out, x: 1.0 * ((x > 0) & (x < 1)),
            "M715",
            "The kink on the left is at -1, not at 0.",
        ),
        Wrong(
            lambda out, x: 1 - np.abs(out),
            "M714",
            "That falls off from the middle, as the slope of a smooth S does. Between "
            "its kinks `clip` is a straight line.",
        ),
        Wrong(
            lambda out, x: 0.0 * x,
            "M725",
            "The ends are constants, the middle is not: there `clip` is x.",
        ),
    ),
    right=(
        lambda out, x: 1.0 * (np.abs(out) < 1),
        lambda out, x: (x > -1) & (x < 1),
        lambda out, x: np.where(out == x, 1.0, 0.0) * (np.abs(x) != 1),
        lambda out, x: np.float32(x * x < 1),
        lambda out, x: np.heaviside(1 - np.abs(x), 0),
    ),
    equivalent={
        "1.0 * (np.abs(x) < 1) -> np.abs(x) < 1": "True and False count as 1 and 0."
    },
)


# 07.4: the gain of any stack


def gain(x, weights, intercepts):
    arriving = 1.0
    for weight, intercept in zip(weights, intercepts, strict=True):
        x = sigmoid(weight * x + intercept)
        arriving *= weight * x * (1 - x)
    return arriving


def carried_gain(x, weights, intercepts):
    """Return the gain as forward mode carries it; no slope is written down."""
    signal = Variable(x, 1)
    for weight, intercept in zip(weights, intercepts, strict=True):
        signal = sigmoid(weight * signal + intercept)
    return signal.grad


def measured_gain(x, weights, intercepts):
    def run(signal):
        for weight, intercept in zip(weights, intercepts, strict=True):
            signal = 1 / (1 + math.exp(-weight * signal - intercept))
        return signal

    return (run(x + 1e-5) - run(x - 1e-5)) / 2e-5


def layered(factor, begin=1.0, join=lambda a, b: a * b, onward=True):
    """Return an answer that joins `factor(weight, intercept, into, out)` of layers."""

    def answer(x, weights, intercepts):
        joined, signal = begin, x
        for weight, intercept in zip(weights, intercepts, strict=True):
            out = sigmoid(weight * signal + intercept)
            joined = join(joined, factor(weight, intercept, signal, out))
            signal = out if onward else x
        return joined

    return answer


def steepness(z):
    return sigmoid(z) * (1 - sigmoid(z))


def unbent(x, weights, intercepts):
    arriving = 1.0
    for weight, intercept in zip(weights, intercepts, strict=True):
        x = weight * x + intercept
        arriving *= weight * steepness(x)
    return arriving


def try_gain():
    stacks = (
        ("one layer", (0.7, (2.0,), (-0.3,)), (-1.3, (-3.0,), (0.4,))),
        (
            "two layers",
            (0.7, (2.0, 3.0), (-0.3, -1.7)),
            (-1.3, (1.5, -4.0), (0.4, 2.2)),
        ),
        (
            "more layers",
            (0.7, (2.0, 3.0, -5.0), (-0.3, -1.7, 2.1)),
            (0.6, (8.0,) * 4, (-4.0,) * 4),
            (0.3, (4.0, 5.0, 6.0, 7.0, 8.0), (-2.0, -2.6, -2.9, -3.4, -4.1)),
        ),
    )
    for group, *inputs in stacks:
        for x, weights, intercepts in inputs:
            place = f"at x = {x}, weights {weights}, intercepts {intercepts}"
            expected = carried_gain(x, weights, intercepts)
            yield Trial(place, expected, (x, weights, intercepts), group=group)


GAIN = Exercise(
    id="07.4",
    form="function",
    objective=GAIN_OF,
    place=FORGET,
    prompt=(
        "**Exercise 07.4.** Design it: the gain of any stack of sigmoid layers, one "
        "node each, from slopes and weights alone. Layer k takes "
        "`weights[k]` times what comes in, adds `intercepts[k]` and bends."
    ),
    stub=(
        "def gain(x, weights, intercepts):\n"
        '    """Return how much of a nudge of the input x arrives at the end."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("07.4", gain)'
    ),
    solution=gain,
    check=try_gain,
    shown=(
        "One factor per layer: its weight times its slope where the signal stands. The "
        "product agrees with what a Variable carries."
    ),
    hints=(
        "What does one layer do to a nudge? Begin with a stack of one.",
        "Carry two numbers through the loop: the signal, and the product of the "
        "factors so far. A sigmoid's slope can be had from its height.",
        "For layers that square, `x = (weight * x) ** 2`, the factor of a layer would "
        "be weight times `2 * weight * x`.",
    ),
    wrong=(
        Wrong(
            layered(lambda w, b, into, out: w * (w * into + b) * (1 - w * into - b)),
            "M12",
            "Thing times one minus thing: the thing is the height, what the sigmoid "
            "puts out, and not what goes into it.",
        ),
        Wrong(
            layered(lambda w, b, into, out: out * (1 - out)),
            "M59",
            "The weights are missing. What arrives does not depend on the slopes "
            "alone: the factor of a layer is slope times weight.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w),
            "M59",
            "The slopes are missing. Each bend lets through at most a quarter, and "
            "less on its flat ends.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w / 4),
            "M59",
            "A quarter is the most that a sigmoid's slope can be. What it is depends "
            "on where the signal stands.",
        ),
        Wrong(
            layered(lambda w, b, into, out: 0.25),
            "M59",
            "A quarter is the most that a sigmoid's slope can be, and the weight is a "
            "factor too.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * out * (1 - out), onward=False),
            "M718",
            "Your layers all get the input x. In a stack each gets what the layer "
            "before puts out.",
        ),
        Wrong(
            layered(
                lambda w, b, into, out: w * out * (1 - out), 0.0, lambda a, b: a + b
            ),
            "M14",
            "The factors of the layers are added. A nudge goes through all of them, "
            "one after another: they multiply.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * out * (1 - out), 1.0, lambda a, b: b),
            "M510",
            "That is the factor of the last layer alone. It forgets what the layers "
            "before have left of the nudge.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * into * (1 - into)),
            "M12",
            "The slope is out * (1 - out), with what the sigmoid puts out. Yours is "
            "taken from what comes in.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * steepness(into)),
            "M13",
            "The slope is taken at the signal. It belongs where the sigmoid was taken: "
            "at the weight times the signal, plus the intercept.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * steepness(w * into)),
            "M719",
            "The intercept is missing where the slope is taken. It adds nothing to the "
            "gain itself, but it says where on the bend the signal stands.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * (1 - out * out)),
            "M714",
            "That is the slope of `tanh`. A sigmoid with height out has the slope out "
            "* (1 - out).",
        ),
        Wrong(
            layered(lambda w, b, into, out: (w + b) * out * (1 - out)),
            "M720",
            "An intercept moves the signal and does not stretch it: a nudge passes "
            "through the sum unchanged.",
        ),
        Wrong(
            layered(lambda w, b, into, out: out, 0.0, lambda a, b: b),
            "M001",
            "That is the output. The gain says how much it moves for each unit that "
            "the input moves.",
        ),
        Wrong(
            layered(lambda w, b, into, out: abs(w) * out * (1 - out)),
            "M721",
            "The size is right. A negative weight turns the nudge round, so the gain "
            "is negative too.",
        ),
        Wrong(
            layered(
                lambda w, b, into, out: w * out * (1 - out),
                None,
                lambda a, b: b if a is None else a,
            ),
            "M510",
            "That is the factor of the first layer alone. Perhaps your function "
            "returns inside the loop.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * out * (1 - out), 0.0),
            "M726",
            "It gives 0: a product that begins with 0 stays 0, and a Variable without "
            "a seed does not move. Before the first layer a nudge arrives whole: begin "
            "with 1.",
        ),
        Wrong(
            layered(
                lambda w, b, into, out: w * out * (1 - out), (), lambda a, b: (*a, b)
            ),
            "M14",
            "Those are the factors of all layers. The gain is one number, their "
            "product.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w + out * (1 - out)),
            "M14",
            "Slope and weight are added. A nudge is first multiplied by the weight, "
            "and then by the slope of the bend.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * out * (1 + out)),
            "M12",
            "The slope of a sigmoid with height out is out * (1 - out), with a minus.",
        ),
        Wrong(
            layered(lambda w, b, into, out: w * out),
            "M001",
            "The height of the sigmoid is taken for its slope. The slope is out * (1 - "
            "out).",
        ),
        Wrong(
            unbent,
            "M57",
            "The signal is passed on without its bend. What goes into a layer is the "
            "sigmoid of the layer before.",
        ),
    ),
    right=(
        carried_gain,
        measured_gain,
        layered(lambda w, b, into, out: w * sigmoid.slope(out, w * into + b)),
        layered(lambda w, b, into, out: np.float32(w * steepness(w * into + b))),
        layered(
            lambda w, b, into, out: (
                w * math.exp(-w * into - b) / (1 + math.exp(-w * into - b)) ** 2
            )
        ),
    ),
)


# Quizzes


def logit_of(bend, corners, weights, biases):
    """Return the logits of layers with a bend between each two."""
    out = corners
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        out = out @ weight + bias
        out = bend(out) if k + 1 < len(weights) else out
    return out[:, 0]


CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
EXACTLY_ONE = np.array([0, 1, 1, 0])


def which_cannot():
    """Return the one network for which no numbers are found that solve its task."""
    two = np.array([[10.0, 10.0], [10.0, 10.0]]), np.array([-5.0, -15.0])
    up, down = np.array([[10.0], [-10.0]]), np.array([-10.0])
    xor = logit_of(tanh, CORNERS, [two[0], up], [two[1], down])
    x = np.linspace(-2.4, 2.4, 100)
    line = np.array([[10.0, 10.0]]), np.array([10.0, -10.0])
    middle = logit_of(tanh, x[:, None], [line[0], up], [line[1], down])
    rng = np.random.default_rng(0)
    sizes = [(2, 8), (8, 8), (8, 1)]
    weights = [rng.normal(size=size) for size in sizes]
    biases = [rng.normal(size=size[1]) for size in sizes]
    straight = logit_of(lambda z: z, CORNERS, weights, biases)
    # Two corners opposite each other add up to the same as the two others, so the
    # signs of XOR cannot come, whatever the numbers are.
    tied = abs(straight[0] + straight[3] - straight[1] - straight[2]) < 1e-9
    able = {
        "tanh on XOR": np.array_equal(xor > 0, EXACTLY_ONE == 1),
        "straight on XOR": not tied,
        "tanh on the middle": np.array_equal(middle > 0, np.abs(x) < 1),
    }
    unable = [name for name, can in able.items() if not can]
    return unable[0] if len(unable) == 1 else "none"


WHICH = Quiz(
    id="07.q1",
    objective=CANNOT,
    place=TWO_LINES,
    question=(
        "Three networks have failed so far. Which of them cannot do its task, wherever "
        "it starts and however long it trains?"
    ),
    options=(
        Option(
            "tanh, 2-2-1, on XOR: its loss has been flat for 3000 rounds",
            "tanh on XOR",
            "Two parallel lines are enough for XOR, and two nodes draw them: other "
            "starts arrive. A flat loss may be a plateau.",
            "M55",
        ),
        Option(
            "no bend, 2-8-8-1, on XOR: its loss is still falling a little",
            "straight on XOR",
            "However many layers, without a bend they are one line, and no line solves "
            "XOR. The loss falls towards 0.6931 and no further.",
        ),
        Option(
            "tanh, 1-2-1, a middle with label 1: none of ten starts made it, rate 0.1, "
            "100 rounds",
            "tanh on the middle",
            "One step up and one step down make a hill. At rate 0.1, 100 rounds are "
            "early days: it has not learned yet.",
            "M722",
        ),
        Option(
            "none: with enough numbers and patience each of them arrives",
            "none",
            "More numbers and more rounds help a network that can. One of these "
            "cannot.",
            "M57",
        ),
    ),
    compute=which_cannot,
)


def strangers_after(weights_0, bias_0, weights_1, bias_1):
    """Return how many different hidden nodes there are after 20 rounds."""
    rng = np.random.default_rng(0)
    points = rng.normal(size=(60, 2))
    labels = 1.0 * (np.sum(points**2, axis=1) < 1)
    for _ in range(20):
        hidden = np.tanh(points @ weights_0 + bias_0)
        miss = (sigmoid(hidden @ weights_1 + bias_1) - labels) / len(labels)
        back = miss[:, None] * weights_1 * (1 - hidden**2)
        weights_1 = weights_1 - hidden.T @ miss
        weights_0, bias_0 = weights_0 - points.T @ back, bias_0 - back.sum(axis=0)
        bias_1 = bias_1 - miss.sum()
    nodes = np.vstack([weights_0, bias_0, weights_1])
    return len(np.unique(np.round(nodes, 9), axis=1).T)


def which_differ():
    """Return the one start from which eight nodes become eight different ones."""
    rng = np.random.default_rng(1)
    layer, row = np.ones((2, 8)), np.ones(8)
    counts = {
        "zero": strangers_after(0 * layer, 0 * row, 0 * row, 0.0),
        "half": strangers_after(0.5 * layer, 0.5 * row, 0.5 * row, 0.5),
        "bias_1": strangers_after(0.5 * layer, 0.5 * row, 0.5 * row, rng.normal()),
        "layer 0": strangers_after(rng.normal(size=(2, 8)), 0 * row, 0 * row, 0.0),
    }
    different = [name for name, count in counts.items() if count == 8]
    return different[0] if len(different) == 1 else None


DIFFER = Quiz(
    id="07.q2",
    objective=NODES,
    place=TWINS,
    question=(
        "Eight hidden nodes with tanh, two inputs. From which of these starts does "
        "training give eight different nodes?"
    ),
    options=(
        Option(
            "all 33 numbers are 0, and training does the rest",
            "zero",
            "At zero both layers wait for each other: each gets its slopes through the "
            "other, and both are 0. Only `bias_1` can move.",
            "M58",
        ),
        Option(
            "all 33 numbers are one half, so that slopes can flow",
            "half",
            "Slopes flow, and they are the same for all eight nodes. Twins stay twins.",
            "M723",
        ),
        Option(
            "all are one half, but for `bias_1`, which is drawn at random",
            "bias_1",
            "All nodes share `bias_1`, so it tells no node from another.",
            "M723",
        ),
        Option(
            "`weights_0` is drawn at random, all the rest is 0",
            "layer 0",
            "The nodes say different things about each point, so in the first round "
            "their weights in layer 1 drift apart, and layer 0 follows.",
        ),
    ),
    compute=which_differ,
)


def masked_root():
    """Return the grad of 0 times a root at 0, as text."""
    mask = np.array([0.0, 1.0])
    with np.errstate(divide="ignore", invalid="ignore"):
        moving = Variable(np.array([0.0, 4.0]), np.array([1.0, 1.0]))
        return str(float((mask * sqrt(moving)).grad[0]))


MASKED = Quiz(
    id="07.q3",
    objective=DECLARE,
    place=KINK,
    question=(
        "`sqrt` ends vertically at 0. Somebody protects it with a mask: `mask = 1.0 * "
        "(x > 0)`, then `mask * sqrt(x)`, for an array x with a grad of 1 everywhere. "
        "At x = 0 the value is 0. What is the grad there?"
    ),
    options=(
        Option(
            "0: the mask takes the slope away",
            "0.0",
            "It takes the value away. The slope of `sqrt` is computed all the same, "
            "and it is infinite: 0 times infinity is no number.",
            "M78",
        ),
        Option(
            "infinite, as for `sqrt` alone",
            "inf",
            "The infinite slope does arrive at the mask, and is multiplied by 0 there.",
        ),
        Option(
            "nan",
            "nan",
            "0 times infinity. A mask protects the value, not the slope. What helps is "
            "to change what goes into `sqrt` where the mask is 0.",
        ),
        Option(
            "1, the grad that was put in",
            "1.0",
            "The grad that was put in is multiplied by each slope on the way.",
            "M35",
        ),
    ),
    compute=masked_root,
)

EXERCISES = (TALLY, GROUND, CLIP, GAIN)


def most_by_one_cut():
    """Return how many of three points the best cut gets right, trying them all."""
    x, labels = np.array([-2, 0, 2]), np.array([0, 1, 0])
    said = [(side * (x - cut) > 0) for cut in (-3, -1, 1, 3) for side in (-1, 1)]
    return max(int(np.sum(each == labels)) for each in said)


ONE_CUT = Quiz(
    id="07.q4",
    objective=CANNOT,
    place=BEND,
    question=(
        "Three points, x = -2, 0 and 2, with labels 0, 1 and 0. A network without a "
        "bend says 1 on one side of a cut and 0 on the other. How many of the points "
        "can it get right at most, over all starts and all rounds?"
    ),
    options=(
        Option(
            "1",
            1,
            "A cut between -2 and 0, with 1 on its right, gets those two points right. "
            "A cut beyond all three, with 0 on their side, gets both zeros.",
        ),
        Option(
            "2",
            2,
            "No start and no round changes that. This network cannot; one that has not "
            "learned yet merely does not.",
        ),
        Option(
            "3, with enough nodes and rounds",
            3,
            "Any number of nodes without a bend is one line, and a line has one cut.",
            "M57",
        ),
    ),
    compute=most_by_one_cut,
)

QUIZZES = (WHICH, DIFFER, MASKED, ONE_CUT)

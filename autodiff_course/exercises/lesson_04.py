"""Exercises of lesson 04: curves, chances and the edges of floats."""

import math
from itertools import islice

import numpy as np

from autodiff_course.data import cut_labels
from autodiff_course.descent import descend
from autodiff_course.exercises.engines import Engine, meaning
from autodiff_course.exercises.outcomes import Carried
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import placed
from autodiff_course.losses import logistic_loss, logloss, surprisal
from autodiff_course.primitives import (
    Primitive,
    cos,
    exp,
    log,
    relu,
    sigmoid,
    sin,
    softplus,
    tanh,
)
from autodiff_course.variable import Variable

CHAIN = "Two curves make a chain."
BEND = "A bend makes a chance."
PRICE = "A chance needs a price."
LABELS = "A loss should look at its labels."
SHORTCUT = "Two hundred random seeds need a shortcut."
COIN = "Now a coin makes the labels."
EDGES = "Second sitting, at the edges: a network is sure of itself."
CLIP = "What does a clip do to the slope?"
NO_CLIP = "A loss of logits needs no clip."
NO_CHANCE = "A logit is no chance."
EXPONENT = "Optional: the exponent may move."
POST_TRAINS = "The post trains."

DECLARE = "turn a curve into a function of Variables by declaring its slope"
MULTIPLY = (
    "multiply rates along a chain of functions, and name two ways of getting it wrong"
)
TRAIN = "train a chance with the log-loss, on labels that you made yourself"
TELL = "tell labels on which training never ends from labels that hold a truth"
FIND = (
    "find the place where a clip changes a slope, and write a loss that needs no clip"
)
POWER = "differentiate a power towards its exponent"


class Moving(Engine, Variable):
    """A Variable whose rules and chain are the check's, whatever the notebook has."""

    __slots__ = ()

    def chain(self, primitive):
        out = primitive(self.value)
        return type(self)(out, primitive.push(out, self.value, self.grad))


# Error messages should name what a learner knows.
Moving.__name__ = "Variable"


# 04.1: a chain of stages, to be repaired


def slope_along(stages, x):
    slope = 1.0
    for stage in stages:
        out = stage(x)
        slope = slope * stage.slope(out, x)
        x = out
    return slope


def along_the_stages(answer, stages, x):
    return meaning(answer, Variable=Moving)(stages, x)


def try_slope_along():
    e, s, c = math.exp, math.sin, math.cos
    for stages, x, expected in (
        ((sin,), 0.7, c(0.7)),
        ((sin, exp), 0.7, c(0.7) * e(s(0.7))),
        ((exp, sin), -0.6, e(-0.6) * c(e(-0.6))),
        ((sin, exp, cos), 2.3, -c(2.3) * e(s(2.3)) * s(e(s(2.3)))),
        ((log, sin, exp), 1.7, c(math.log(1.7)) / 1.7 * e(s(math.log(1.7)))),
    ):
        names = ", then ".join(stage.name for stage in stages)
        place = f"at x = {x}, through {names}"
        yield Trial(place, expected, (list(stages), x), along_the_stages)


def steps_along(stages, x):
    """Yield the slope of each stage where it is reached."""
    for stage in stages:
        out = stage(x)
        yield stage.slope(out, x)
        x = out


def value_along(stages, x):
    for stage in stages:
        x = stage(x)
    return x


def overwritten(stages, x):
    slope = 1.0
    for stage in stages:
        x = stage(x)
        slope *= stage.slope(x, x)
    return slope


def too_late(stages, x):
    slope = 1.0
    for stage in stages:
        x = stage(x)
        slope *= stage.slope(stage(x), x)
    return slope


def handing_slopes_on(stages, x):
    slope = 1.0
    for stage in stages:
        slope = x = slope * stage.slope(stage(x), x)
    return slope


def handing_each_slope_on(stages, x):
    product = 1.0
    for stage in stages:
        x = stage.slope(stage(x), x)
        product *= x
    return product


def exchanged(stages, x):
    slope = 1.0
    for stage in stages:
        out = stage(x)
        slope *= stage.slope(x, out)
        x = out
    return slope


def by_seeding(stages, x):
    moving = Variable(x, 1)
    for stage in stages:
        moving = stage(moving)
    return moving.grad


def all_at_once(stages, x):
    slopes = [stage.slope(stage(x), x) for stage in stages]
    return math.prod(slopes)


def recursive(stages, x):
    if not stages:
        return 1.0
    out = stages[0](x)
    return stages[0].slope(out, x) * recursive(stages[1:], out)


REPAIR = Exercise(
    id="04.1",
    form="function",
    objective=MULTIPLY,
    place=CHAIN,
    prompt=(
        "**Exercise 04.1.** Somebody wrote the slope of a whole chain of primitives, "
        "and both Ann and Ben have had a hand in it. Repair it. `stages` holds the "
        "primitives, the innermost first; each has its `slope(out, x)`."
    ),
    stub=(
        "def slope_along(stages, x):\n"
        '    """Return the slope of a chain of primitives at x, innermost first."""\n'
        "    slope = 0.0\n"
        "    for stage in stages:\n"
        "        out = stage(x)\n"
        "        slope = slope + stage.slope(out, x)\n"
        "    return slope\n"
        "\n"
        "\n"
        'check("04.1", slope_along)'
    ),
    solution=slope_along,
    check=try_slope_along,
    shown="Rates multiply, and each slope is taken where its stage is reached.",
    hints=(
        "Ann adds. Ben asks every curve for its slope at the first x. Where in the "
        "code is each?",
        "A product begins at 1, not at 0. And what one stage gives is what the next "
        "one gets.",
        "The value of a chain is found by `x = stage(x)` for each stage in turn.",
    ),
    wrong=(
        Wrong(
            lambda stages, x: sum(steps_along(stages, x)),
            "M14",
            "Ben's mistake is gone, Ann's is still there: the slopes are added. Rates "
            "multiply along a chain.",
        ),
        Wrong(
            lambda stages, x: 1.0 + sum(steps_along(stages, x)),
            "M14",
            "The slopes are still added, now starting from 1. Rates multiply along a "
            "chain.",
        ),
        Wrong(
            overwritten,
            "M403",
            "x has been overwritten too early, so each slope is taken at what comes "
            "out of the stage. Keep `out`, ask for the slope, then move x on.",
        ),
        Wrong(
            all_at_once,
            "M13",
            "Ann's mistake is gone, Ben's is still there: every slope is taken at the "
            "first x. The second stage gets what the first one gives.",
        ),
        Wrong(
            lambda stages, x: sum(stage.slope(stage(x), x) for stage in stages),
            "M14",
            "Both mistakes are still there: slopes are added, and all are taken at the "
            "first x.",
        ),
        Wrong(
            lambda stages, x: 0.0,
            "M401",
            "It is 0 for every chain. A product that begins at 0 stays there: begin at "
            "1, the rate of x itself.",
        ),
        Wrong(
            lambda stages, x: list(steps_along(stages, x))[-1],
            "M108",
            "Only the slope of the last stage is left. The stages before it have "
            "speeds of their own, which are factors.",
        ),
        Wrong(
            lambda stages, x: next(steps_along(stages, x)),
            "M402",
            "Only the slope of the first stage comes out. Look for a return inside the "
            "loop.",
        ),
        Wrong(
            value_along,
            "M001",
            "That is the value at the end of the chain. Its slope is the product of "
            "the slopes on the way.",
        ),
        Wrong(
            too_late,
            "M403",
            "x is moved on too early, so each slope is taken at the curve's own "
            "height. First the slope, then the step to the next stage.",
        ),
        Wrong(
            handing_each_slope_on,
            "M417",
            "The slope is handed on to the next stage. That stage needs the height, "
            "`out`.",
        ),
        Wrong(
            handing_slopes_on,
            "M417",
            "The slope is handed on to the next stage. That stage needs the height, "
            "`out`.",
        ),
        Wrong(
            exchanged,
            "M404",
            "The height and the place are swapped: it is `slope(out, x)`, the height "
            "first.",
            "First sitting, curves and chances: a curve needs one fact more.",
        ),
        Wrong(
            lambda stages, x: slope_along(stages[::-1], x),
            "M405",
            "It begins with the outermost stage. x goes into the innermost one, which "
            "is the first of `stages`.",
        ),
    ),
    right=(
        by_seeding,
        recursive,
        lambda stages, x: math.prod(steps_along(stages, x)),
        lambda stages, x: np.prod(list(steps_along(stages, np.float64(x)))),
    ),
)


# 04.2: declare a slope


def doubt_slope(out, x):
    return -out * (1 - out)


def falling_logistic(x):
    return 1 / (1 + np.exp(x))


def known_doubt_slope(x):
    return -math.exp(x) / (1 + math.exp(x)) ** 2


def doubt_of(answer, text, value, seed):
    """Put a Moving number through a primitive that has the answer as its slope."""
    doubt = Primitive(falling_logistic, answer, "1 / (1 + exp(x))", name="doubt")
    return eval(text, {"doubt": doubt, "x": Moving(value, seed)})


def try_doubt_slope():
    for x in (0.7, -1.6, 2.4):
        out = float(falling_logistic(x))
        place = f"with x = {x}, and out = {out:.6g} as the height there"
        yield Trial(place, known_doubt_slope(x), (out, x))
    for x, seed in ((0.7, 2), (-1.6, -0.6)):
        grad = 3 * seed * known_doubt_slope(3 * x)
        yield Trial(
            f"`doubt(3 * x)` at x = {x} (grad {seed})",
            Carried(float(falling_logistic(3 * x)), grad),
            ("doubt(3 * x)", x, seed),
            doubt_of,
            group="inside",
        )


DOUBT = Exercise(
    id="04.2",
    form="function",
    objective=DECLARE,
    place=BEND,
    prompt=(
        "**Exercise 04.2.** `doubt` is the chance of the other answer, 1 / (1 + "
        "exp(x)). Its height is ready. Declare its slope, from `out`, the height, or "
        "from x, as you like."
    ),
    stub=(
        "def doubt_slope(out, x):\n"
        '    """Return the slope of 1 / (1 + exp(x)) at x, whose height is out."""\n'
        "    return ...\n"
        "\n"
        "\n"
        "doubt = Primitive(\n"
        "    lambda x: sigmoid(-x),\n"
        "    slope=doubt_slope,\n"
        '    formula="1 / (1 + exp(x))",\n'
        '    name="doubt",\n'
        ")\n"
        "\n"
        'check("04.2", doubt_slope)'
    ),
    solution=doubt_slope,
    check=try_doubt_slope,
    shown="One declaration, and `doubt` takes a Variable, also inside a chain.",
    hints=(
        "Does `doubt` rise or fall? How does its curve compare with the sigmoid?",
        "Its height is 1 - p, with p the sigmoid. What is the slope of 1 - p, and what "
        "is p in terms of `out`?",
        "The slope of the sigmoid itself is `out * (1 - out)`.",
    ),
    wrong=(
        Wrong(
            lambda out, x: out * (1 - out),
            "M406",
            "That is the slope of the sigmoid. `doubt` is just as steep and goes the "
            "other way: it falls.",
        ),
        Wrong(
            lambda out, x: -x * (1 - x),
            "M12",
            'The thing in "thing times one minus thing" is the height. With x in its '
            "place, a curve that only falls would rise beyond x = 1.",
        ),
        Wrong(
            lambda out, x: x * (1 - x),
            "M12",
            'The thing in "thing times one minus thing" is the height, not x. And '
            "`doubt` falls, so its slope is negative.",
        ),
        Wrong(
            lambda out, x: out,
            "M10",
            "That is the height. Only `exp` is as steep as it is high; here there is a "
            "quotient around it.",
        ),
        Wrong(
            lambda out, x: -x * math.exp(x - 1) / (1 + math.exp(x)) ** 2,
            "M10",
            "The slope of `exp(x)` is `exp(x)`. The power rule is for a fixed "
            "exponent.",
        ),
        Wrong(
            lambda out, x: -x * math.exp(x) / (1 + math.exp(x)) ** 2,
            "M10",
            "The slope of `exp(x)` is `exp(x)`, without a factor x.",
        ),
        Wrong(
            lambda out, x: -math.exp(x) / (1 + math.exp(x)),
            "M05",
            "The denominator comes in squared: the slope of 1 / v is -v' / v**2.",
        ),
        Wrong(
            lambda out, x: math.exp(-x),
            "M03",
            "Only the denominator was differentiated. The slope of 1 / v is not 1 / "
            "v'.",
        ),
        Wrong(
            lambda out, x: -(out**2),
            "M108",
            "-1 / v**2 is the slope of 1 / v towards v. Here v is 1 + exp(x), and "
            "moves at a speed of its own, exp(x).",
            CHAIN,
        ),
        Wrong(
            lambda out, x: -out,
            "M407",
            "One factor is missing. Far to the left the height is 1 and the curve is "
            "flat; -out would be -1 there.",
        ),
        Wrong(
            lambda out, x: 1 - out,
            "M407",
            "That is the height of the sigmoid. Its slope, and that of `doubt`, has "
            "two factors.",
        ),
        Wrong(
            lambda out, x: -((1 - out) ** 2),
            "M407",
            "That is the sigmoid squared, with a minus: both factors are 1 - out. One "
            "of them has to be the height itself.",
        ),
        Wrong(
            lambda out, x: 2 * out - 1,
            "M407",
            "That is the difference of the two chances. The slope is their product, "
            "with a minus.",
        ),
        Wrong(
            lambda out, x: -0.25,
            "M415",
            "A quarter is how steep the curve is in the middle. It flattens on both "
            "sides.",
        ),
        Wrong(
            lambda out, x: -math.exp(x),
            "M03",
            "That is the slope of the denominator, with a minus. 1 / v has the slope "
            "-v' / v**2.",
        ),
        Wrong(
            lambda out, x: 1 - 2 * out,
            "M407",
            "That is how out (1 - out) changes with out. The question is how `doubt` "
            "changes with x.",
        ),
    ),
    right=(
        lambda out, x: -sigmoid(x) * sigmoid(-x),
        lambda out, x: out * out - out,
        lambda out, x: -math.exp(x) / (1 + math.exp(x)) ** 2,
        lambda out, x: np.float32(-1 / (np.exp(x) + 2 + np.exp(-x))),
        lambda out, x: -(out**2) * exp(x),
    ),
)


# 04.3: labels, and a chance trained on them


def trained(x, y, threshold, rounds, rate):
    labels = (y > threshold) * 1.0
    m, b = 0.0, 0.0
    for _ in range(rounds):
        mistake = sigmoid(m * x + b) - labels
        m, b = m - rate * np.mean(mistake * x), b - rate * np.mean(mistake)
    return m, b


PLACES = np.array([0.4, -1.3, 2.2, -0.7, 1.6])
MEASURED = np.array([1.7, -2.6, 0.3, 0.9, 3.1])


def chance_slopes(m, b, x, labels):
    """Return the slopes of the mean log-loss, written out from its formula."""
    chance = 1 / (1 + np.exp(-(m * x + b)))
    to_logit = np.where(labels, -1 / chance, 1 / (1 - chance)) * chance * (1 - chance)
    return np.mean(to_logit * x), np.mean(to_logit)


def descended(x, y, cut, rounds, rate):
    m = b = 0.0
    for _ in range(rounds):
        towards_m, towards_b = chance_slopes(m, b, x, y > cut)
        m, b = m - rate * towards_m, b - rate * towards_b
    return m, b


def try_trained():
    for cut, rounds, rate in ((0.6, 1, 0.3), (1.2, 2, 0.7), (0.6, 20, 0.3)):
        place = f"on 5 points, threshold = {cut}, rounds = {rounds}, rate = {rate}"
        inputs = (PLACES, MEASURED, cut, rounds, rate)
        yield Trial(place, descended(*inputs), inputs)


def trained_with(mistake=None, label=None, step=None):
    """Return an answer in which one part is another."""
    mistake = mistake or (lambda z, t: sigmoid(z) - t)
    label = label or (lambda y, cut: (y > cut) * 1.0)
    step = step or (lambda slopes, rate: rate * np.mean(slopes))

    def answer(x, y, cut, rounds, rate):
        m = b = 0.0
        for _ in range(rounds):
            off = mistake(m * x + b, label(y, cut))
            m, b = m - step(off * x, rate), b - step(off, rate)
        return m, b

    return answer


def in_turn(x, y, cut, rounds, rate):
    labels, m, b = y > cut, 0.0, 0.0
    for _ in range(rounds):
        m = m - rate * np.mean((sigmoid(m * x + b) - labels) * x)
        b = b - rate * np.mean(sigmoid(m * x + b) - labels)
    return m, b


def by_one_slope(x, y, cut, rounds, rate):
    m = b = 0.0
    for _ in range(rounds):
        step = rate * np.mean((sigmoid(m * x + b) - (y > cut)) * x)
        m, b = m - step, b - step
    return m, b


def point_by_point(x, y, cut, rounds, rate):
    m = b = 0.0
    for _ in range(rounds):
        for at, label in zip(x, y > cut, strict=True):
            mistake = sigmoid(m * at + b) - label
            m, b = m - rate * mistake * at, b - rate * mistake
    return m, b


def by_variables(x, y, cut, rounds, rate):
    points = [(at, 1 if height > cut else 0) for at, height in zip(x, y, strict=True)]

    def loss(params):
        each = [logloss(t, sigmoid(params["m"] * at + params["b"])) for at, t in points]
        return sum(each) / len(each)

    steps = descend(loss, {"m": 0.0, "b": 0.0}, rate)
    return tuple(next(islice(steps, rounds, None)).params.values())


def by_logits(x, y, cut, rounds, rate):
    labels = [1.0 if height > cut else 0.0 for height in y]
    m = b = 0.0
    for _ in range(rounds):
        slopes = [[], []]
        for at, t in zip(x, labels, strict=True):
            slopes[0].append(logistic_loss(t, Variable(m, 1) * at + b).grad)
            slopes[1].append(logistic_loss(t, m * at + Variable(b, 1)).grad)
        m -= rate * sum(slopes[0]) / len(labels)
        b -= rate * sum(slopes[1]) / len(labels)
    return [m, b]


def in_single(x, y, cut, rounds, rate):
    x, m, b = x.astype(np.float32), np.float32(0), np.float32(0)
    for _ in range(rounds):
        mistake = 1 / (1 + np.exp(-m * x - b)) - (y > cut)
        m, b = m - rate * (mistake @ x) / len(x), b - rate * mistake.mean()
    return np.array([m, b])


TRAINED = Exercise(
    id="04.3",
    form="function",
    objective=TRAIN,
    place=SHORTCUT,
    prompt=(
        "**Exercise 04.3.** From measurements to a classifier, in one function: label "
        "1 where y lies above `threshold`, else 0. Then descend on the mean log-loss "
        "from m = 0, b = 0, all points in every round, and return m and b."
    ),
    stub=(
        "def trained(x, y, threshold, rounds, rate):\n"
        '    """Return m and b after rounds of descent; x and y are arrays."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("04.3", trained)'
    ),
    solution=trained,
    check=try_trained,
    shown=(
        "Labels first, then the means of (p - t) x and of p - t: right after 1, 2 and "
        "20 rounds."
    ),
    hints=(
        "What is to be done once, before the rounds, and what in every round?",
        "`(y > threshold) * 1.0` makes the labels. In each round the chance minus the "
        "label is the slope towards the logit.",
        "Lesson 03's round is `m - rate * 2 * np.mean(errors * x)`, and the same "
        "without x for b. Here there is no square, so no 2.",
    ),
    wrong=(
        Wrong(
            lambda *given: tuple(np.array([each]) for each in trained(*given)),
            "M423",
            "The numbers are right, and each stands in an array of one. `.item()` "
            "takes it out.",
        ),
        Wrong(
            lambda x, y, cut, rounds, rate: trained(x, y, cut, rounds, 0.1),
            "M724",
            "That is rate 0.1, whatever rate is handed over.",
        ),
        Wrong(
            trained_with(label=lambda y, cut: y),
            "M48",
            "The measurements themselves are used as labels. A label is 1 or 0: "
            "compare y with the threshold first.",
            LABELS,
        ),
        Wrong(
            trained_with(label=lambda y, cut: np.where(y > cut, 1.0, -1.0)),
            "M48",
            "The labels are 1 and -1. p - t is the slope for labels 1 and 0 alone.",
            LABELS,
        ),
        Wrong(
            trained_with(label=lambda y, cut: y - cut),
            "M48",
            "The distance from the cut is used as the label. A label is 1 or 0: it "
            "says only on which side.",
            LABELS,
        ),
        Wrong(
            trained_with(label=lambda y, cut: (y > 0) * 1.0),
            "M408",
            "The cut is made at 0, and not at the `threshold` that is handed over.",
            LABELS,
        ),
        Wrong(
            trained_with(label=lambda y, cut: (y < cut) * 1.0),
            "M408",
            "Label 1 is given to what lies below the cut. It belongs above.",
            LABELS,
        ),
        Wrong(
            trained_with(mistake=lambda z, t: z - t),
            "M46",
            "The logit is taken for the chance. It has to go through the sigmoid "
            "before the label is taken off.",
            BEND,
        ),
        Wrong(
            trained_with(mistake=lambda z, t: sigmoid(sigmoid(z)) - t),
            "M47",
            "The sigmoid is applied twice. What it gives is a chance already; once "
            "more, and no chance lies below a half.",
            BEND,
        ),
        Wrong(
            trained_with(mistake=lambda z, t: (sigmoid(z) > 0.5) - t),
            "M53",
            "The chance is turned into a yes or no before the label is taken off, "
            "which counts mistakes. A count does not feel a nudge; the log-loss takes "
            "the chance as it is.",
            PRICE,
        ),
        Wrong(
            trained_with(mistake=lambda z, t: (z > 0.5) - t),
            "M52",
            "The logit is compared with a half, as if it were a chance; and the "
            "log-loss needs the chance itself, not a yes or no.",
            PRICE,
        ),
        Wrong(
            trained_with(mistake=lambda z, t: t - sigmoid(z)),
            "M45",
            "It climbs. The slope is p - t, the chance minus the label, and descent "
            "goes against it.",
        ),
        Wrong(
            trained_with(step=lambda slopes, rate: rate * np.sum(slopes)),
            "M42",
            "The slopes are added up and not averaged, so the step grows with the "
            "number of points.",
        ),
        Wrong(
            trained_with(step=lambda slopes, rate: rate * np.mean(slopes) / 5),
            "M43",
            "It divides by the number of points twice: the mean has done so already.",
        ),
        Wrong(
            trained_with(step=lambda slopes, rate: 2 * rate * np.mean(slopes)),
            "M409",
            "The 2 belongs to the squared error of lesson 03. The slope of the "
            "log-loss towards the logit is p - t, without a 2.",
        ),
        Wrong(
            trained_with(
                mistake=lambda z, t: 2 * (sigmoid(z) - t) * sigmoid(z) * sigmoid(-z)
            ),
            "M409",
            "That descends on the squared error of the chance. The log-loss has the "
            "slope p - t: its log cancels the flat ends of the sigmoid.",
        ),
        Wrong(
            trained_with(
                mistake=lambda z, t: (sigmoid(z) - t) * sigmoid(z) * sigmoid(-z)
            ),
            "M409",
            "The slope of the sigmoid comes in once too often. p - t includes it "
            "already, multiplied by the slope of the log.",
        ),
        Wrong(
            trained_with(
                mistake=lambda z, t: (sigmoid(z) - t) / (sigmoid(z) * sigmoid(-z))
            ),
            "M108",
            "That is the slope towards the chance. The chance moves with the logit, by "
            "the slope of the sigmoid, and the product of the two is p - t.",
            CHAIN,
        ),
        Wrong(
            trained_with(mistake=lambda z, t: softplus((1 - 2 * t) * z)),
            "M001",
            "It steps by the loss itself. A step needs the slope of the loss, p - t.",
        ),
        Wrong(
            trained_with(mistake=lambda z, t: abs(sigmoid(z) - t)),
            "M418",
            "The sign of the mistake is lost. A chance that is too low has to pull the "
            "opposite way from one that is too high.",
        ),
        Wrong(
            trained_with(mistake=lambda z, t: (sigmoid(z) - t) ** 2),
            "M418",
            "The mistakes are squared, so their signs are lost. The slope of the "
            "log-loss is p - t, with its sign.",
        ),
        Wrong(
            trained_with(mistake=lambda z, t: sigmoid(-z) - t),
            "M406",
            "sigmoid(-z) is the chance of label 0. That of label 1 is sigmoid(z).",
            BEND,
        ),
        Wrong(
            trained_with(step=lambda slopes, rate: rate * np.mean(slopes) / 2),
            "M44",
            "Every step is half as long as it should be. Do not divide by the number "
            "of parameters; the mean is taken over the points.",
        ),
        Wrong(
            lambda x, y, cut, rounds, rate: descended(x, y, cut, rounds + 1, rate),
            "M419",
            "That is one round too many.",
        ),
        Wrong(
            lambda x, y, cut, rounds, rate: descended(x, y, cut, rounds - 1, rate),
            "M419",
            "That is one round too few.",
        ),
        Wrong(
            lambda x, y, cut, rounds, rate: descended(x, y, cut, 1, rate),
            "M419",
            "It makes one round. Look for a return inside the loop, or for m and b "
            "being reset in every round.",
        ),
        Wrong(
            lambda x, y, cut, rounds, rate: descended(x, y, cut, rounds, rate)[::-1],
            "M204",
            "Both are right, but swapped: first m, then b.",
        ),
        Wrong(
            by_one_slope,
            "M301",
            "Both move by the slope towards m. b has no x beside it, so its slope is "
            "the mean of p - t.",
        ),
        Wrong(
            point_by_point,
            "M305",
            "It moves at every point. A round looks at all points from one place, and "
            "moves once.",
        ),
        Wrong(
            in_turn,
            "M64",
            "b is moved by a slope that is taken after m has moved. That is another "
            "method: take both slopes first.",
        ),
    ),
    right=(by_variables, by_logits, in_single, descended),
    equivalent={
        "(y > threshold) * 1.0 -> (y > threshold) / 1.0": "The same, by 1.",
        "(y > threshold) * 1.0 -> y > threshold": "True and False count as 1 and 0.",
    },
)


# 04.4: a loss of logits, for the labels -1 and 1


def signed_loss(target, logit):
    return softplus(-target * logit)


def try_signed_loss():
    for group, cases in (
        ("plain", ((1, 2.3, 1), (1, -0.7, 2), (-1, 2.3, -0.6), (-1, -0.7, 1))),
        ("edge", ((1, -36.0, 1), (-1, 36.0, 2), (1, -33.0, 1))),
        ("far", ((1, -800.0, 1), (-1, 800.0, 2), (1, 800.0, 1), (-1, -800.0, 1))),
    ):
        for target, z, seed in cases:
            off = -target * z
            price = max(off, 0.0) + math.log1p(math.exp(-abs(off)))
            pull = 1 / (1 + math.exp(-off)) if off > -700 else 0.0
            yield Trial(
                f"with target {target} and logit {z} (grad {seed})",
                Carried(price, -target * pull * seed),
                (target, z, seed),
                price_of,
                group=group,
            )


def price_of(answer, target, z, seed):
    return meaning(answer, Variable=Moving)(target, Moving(z, seed))


def branching(target, logit):
    if target * logit.value < -30:
        return Variable(-target * logit.value)
    return softplus(-target * logit)


def capped(target, logit):
    if target * logit.value < -30:
        return Variable(30.0)
    return softplus(-target * logit)


def let_through(target, logit):
    chance = sigmoid(target * logit)
    return -log(Variable(max(chance.value, 1e-15), chance.grad))


def by_two_cases(target, logit):
    return softplus(-logit) if target == 1 else softplus(logit)


def by_stable_parts(target, logit):
    margin = target * logit
    if margin.value > 0:
        return log(1 + exp(-margin))
    return log(1 + exp(margin)) - margin


def written_by_hand(target, logit):
    off = -target * logit.value
    return Variable(np.logaddexp(0, off), -target * sigmoid(off) * logit.grad)


def chance_of_one(logit):
    return (1 + tanh(logit / 2)) / 2


SIGNED = Exercise(
    id="04.4",
    form="function",
    objective=FIND,
    place=NO_CLIP,
    prompt=(
        "**Exercise 04.4.** Elsewhere the labels are -1 and 1. Write the log-loss of "
        "sigmoid(logit) for these, exact for every logit: value and slope, however "
        "sure and however wrong."
    ),
    stub=(
        "def signed_loss(target, logit):\n"
        '    """Return the log-loss of sigmoid(logit), the target being -1 or 1."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("04.4", signed_loss)'
    ),
    solution=signed_loss,
    check=try_signed_loss,
    shown="No chance in between, so no clip: exact at 2.3, at 36 and at 800.",
    hints=(
        "For target 1 the price is -log(sigmoid(z)). What is it for the other one?",
        "Both are log(1 + exp(something)). What is the something, in terms of target "
        "and logit, and which primitive computes it without overflow?",
        "For the labels 0 and 1 it is `softplus((1 - 2 * target) * logit)`.",
    ),
    wrong=(
        Wrong(
            lambda target, logit: softplus((1 - 2 * target) * logit),
            "M48",
            "1 - 2t is made for the labels 0 and 1. For -1 it gives 3.",
        ),
        Wrong(
            logistic_loss,
            "M48",
            "`logistic_loss` wants the labels 0 and 1, and refuses -1. Recode them, or "
            "find the sign that is needed here.",
            LABELS,
        ),
        Wrong(
            lambda target, logit: softplus(logit) - target * logit,
            "M48",
            "log(1 + exp(z)) - t z is made for the labels 0 and 1. For -1 the last "
            "term does not belong there.",
        ),
        Wrong(
            lambda target, logit: logloss((target + 1) // 2, logit),
            "M46",
            "The logit is given to a loss that takes chances, and is refused.",
            NO_CHANCE,
        ),
        Wrong(
            lambda target, logit: relu(-target * logit),
            "M420",
            "Those are the straight lines that the price approaches at its far ends. "
            "In the middle the price bends, and even a right answer costs a little.",
        ),
        Wrong(
            lambda target, logit: -target * logit,
            "M420",
            "That is the straight line for what is very wrong. For what is right it "
            "falls below 0, and the loss has no bottom.",
        ),
        Wrong(
            lambda target, logit: sigmoid(-target * logit),
            "M421",
            "That is the chance given to the wrong answer. The price is -log of the "
            "chance given to the right one.",
            PRICE,
        ),
        Wrong(
            lambda target, logit: (1 - target * logit) ** 2,
            "M409",
            "That is a squared error. The log-loss rises like the size of z where the "
            "logit is wrong, and a surer right answer costs less and less.",
            PRICE,
        ),
        Wrong(
            lambda target, logit: -log(sigmoid(target * logit) + 1e-15),
            "M51",
            "A small number added to the chance is a clip in disguise: at a logit of "
            "-36 it has taken most of the slope. Leave the chance out.",
            CLIP,
        ),
        Wrong(
            lambda target, logit: softplus(target * logit),
            "M410",
            "The price is high where the logit is right. It should rise with -z for "
            "target 1.",
        ),
        Wrong(
            lambda target, logit: softplus(-logit),
            "M411",
            "That is the price for target 1, whatever the target is.",
        ),
        Wrong(
            lambda target, logit: log(1 + exp(-target * logit)),
            "M50",
            "The formula is right on paper. exp(800) is larger than any float: the "
            "value becomes inf and the slope nan. Never give `exp` a large positive "
            "number.",
            EDGES,
        ),
        Wrong(
            lambda target, logit: -log(sigmoid(target * logit)),
            "M49",
            "Right on paper, but the chance on the way becomes exactly 0, which no log "
            "takes. Leave the chance out.",
        ),
        Wrong(
            lambda target, logit: (
                -log(sigmoid(logit)) if target == 1 else -log(1 - sigmoid(logit))
            ),
            "M49",
            "Near a logit of 36, 1 - p comes in steps of 1e-16. Above 37 it is 0, "
            "which no log takes. Leave the chance out.",
            EDGES,
        ),
        Wrong(
            lambda target, logit: surprisal(sigmoid(target * logit)),
            "M51",
            "`surprisal`, and `logloss` with it, has a floor. Below it the slope is 0, "
            "so what is most wrong no longer pulls. Leave the chance out.",
            CLIP,
        ),
        Wrong(
            let_through,
            "M51",
            "The chance is clipped in its value, and its grad is let through. That is "
            "the slope of neither loss. Leave the chance out.",
            CLIP,
        ),
        Wrong(
            capped,
            "M51",
            "Beyond some logit it gives a fixed number, which has no slope: what is "
            "most wrong no longer pulls.",
            CLIP,
        ),
        Wrong(
            branching,
            "M19",
            "The branch saves the value and loses the slope. A Variable made from a "
            "plain number stands still: the slope is always that of the branch taken.",
            CLIP,
        ),
        Wrong(
            lambda target, logit: -log(chance_of_one(target * logit)),
            "M79",
            "By tanh it is short and smooth, but near -1 tanh has only steps of 1e-16 "
            "left. There the chance is a staircase, then 0.",
            EDGES,
        ),
        Wrong(
            lambda target, logit: logistic_loss((target + 1) // 2, sigmoid(logit)),
            "M47",
            "The sigmoid is applied, and then comes a loss that has a sigmoid inside. "
            "Give it the logit.",
            NO_CHANCE,
        ),
        Wrong(
            lambda target, logit: math.log(1 + math.exp(-target * logit)),
            "M20",
            "It stops at a Variable. Python's `math` and NumPy's `exp` know nothing of "
            "slopes: use the primitives.",
        ),
        Wrong(
            lambda target, logit: float(np.logaddexp(0, -target * logit.value)),
            "M20",
            "The values are right, but come as plain numbers: the grad is lost on the "
            "way. Use a primitive, and give it the logit itself.",
        ),
        Wrong(
            lambda target, logit: 1.0 * (target * logit.value < 0),
            "M53",
            "That counts mistakes. A count does not feel a nudge, so nothing can be "
            "trained on it.",
            PRICE,
        ),
    ),
    right=(
        by_two_cases,
        by_stable_parts,
        written_by_hand,
        lambda target, logit: logistic_loss((target + 1) / 2, logit),
        lambda target, logit: softplus(target * logit) - target * logit,
    ),
)


# 04.5: a power whose exponent moves


def left_slope(dose, t, h):
    return dose * 0.5 ** (t / h) * math.log(0.5) / h


def shrinking(dose, t, h):
    return -dose * math.log(2) / h * math.exp(-t / h * math.log(2))


def with_variable(answer, *inputs):
    return meaning(answer, Variable=Variable)(*inputs)


def try_left_slope():
    for inputs in (
        (80.0, 3.0, 5.0),
        (2.6, 1.7, 0.9),
        (12.0, 7.3, 2.4),
        (0.7, 0.4, 3.1),
    ):
        place = placed(("dose", "t", "h"), inputs)
        yield Trial(place, shrinking(*inputs), inputs, with_variable)


def by_measuring(dose, t, h):
    step = 1e-6 * h
    above, below = (dose * 0.5 ** ((t + sign * step) / h) for sign in (1, -1))
    return (above - below) / (2 * step)


MEDICINE = Exercise(
    id="04.5",
    form="function",
    objective=POWER,
    place=EXPONENT,
    prompt=(
        "**Exercise 04.5.** A medicine halves every h hours: after t hours there is "
        "`dose * 0.5 ** (t / h)` left. How fast does that change with t?"
    ),
    stub=(
        "def left_slope(dose, t, h):\n"
        '    """Return the slope of dose * 0.5 ** (t / h) towards t, for numbers."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("04.5", left_slope)'
    ),
    solution=left_slope,
    check=try_left_slope,
    shown="The log of the base and the speed of the exponent are both factors.",
    hints=(
        "Which of the three numbers moves, and does it stand in the base or in the "
        "exponent?",
        "Towards its exponent, `x**n` has the slope `x**n * log(x)`. And the exponent, "
        "t / h, moves at a speed of its own.",
        "`3 ** (2 * t)` has the slope `3 ** (2 * t) * log(3) * 2`.",
    ),
    wrong=(
        Wrong(
            lambda dose, t, h: dose * (t / h) * 0.5 ** (t / h - 1) / h,
            "M08",
            "That is the power rule, for a base that moves. Here the exponent moves, "
            "and the factor is the log of the base.",
        ),
        Wrong(
            lambda dose, t, h: dose * (t / h) * 0.5 ** (t / h - 1),
            "M08",
            "That is the power rule, for a base that moves. Here the exponent moves, "
            "at the speed 1 / h, and the factor is the log of the base.",
        ),
        Wrong(
            lambda dose, t, h: dose * (t / h) * 0.5 ** (t / h - 1) * math.log(0.5),
            "M08",
            "The exponent comes down as a factor and is lowered by 1, as if the base "
            "moved. Only the log of the base and the speed of the exponent are "
            "factors.",
        ),
        Wrong(
            lambda dose, t, h: 0.0,
            "M09",
            "0 would be right if nothing moved. The exponent is not a constant: it "
            "contains t.",
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) * math.log(0.5),
            "M108",
            "The speed of the exponent is missing: t / h moves by 1 / h for each hour.",
            CHAIN,
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) / h,
            "M412",
            "Only `exp` is its own slope. Any other base brings its log as a factor, "
            "and that of 0.5 is negative.",
        ),
        Wrong(
            lambda dose, t, h: -dose * 0.5 ** (t / h) / h,
            "M412",
            "The sign is right and the factor is not: it is the log of 0.5, and not "
            "-1.",
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) * math.log(t / h) / h,
            "M413",
            "The log is that of the exponent. It should be that of the base.",
        ),
        Wrong(
            lambda dose, t, h: -dose * 0.5 ** (t / h) * math.log(0.5) / h,
            "M414",
            "The log of 0.5 is negative by itself. With one more minus the medicine "
            "grows.",
        ),
        Wrong(
            lambda dose, t, h: -dose * 0.5 ** (t / h) * math.log(0.5) * t / h**2,
            "M415",
            "That is the slope towards h. Here t moves, and h stands still.",
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) * math.log10(0.5) / h,
            "M416",
            "That is the log to base 10. The slope needs the natural one, `log`.",
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) * math.log(0.5) + 1 / h,
            "M14",
            "Rates multiply along a chain. The speed of the exponent is a factor.",
            CHAIN,
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) * math.log(0.5) * t / h,
            "M001",
            "The last factor is the exponent. It should be how fast the exponent "
            "moves, 1 / h.",
            CHAIN,
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h) * math.log(dose) / h,
            "M413",
            "The log is that of the dose. It should be that of the base.",
        ),
        Wrong(
            lambda dose, t, h: 0.5 ** (t / h),
            "M415",
            "That is the slope towards the dose. Here t moves.",
        ),
        Wrong(
            lambda dose, t, h: -0.5 * dose / h,
            "M415",
            "That is the slope of a straight line down to one half in h hours. The "
            "curve is steeper at first and flatter later.",
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** ((t + 1) / h) - dose * 0.5 ** (t / h),
            "M422",
            "That is the change over one whole hour, a secant. The slope is that at "
            "the moment t.",
        ),
        Wrong(
            lambda dose, t, h: dose * math.log(0.5) / h,
            "M415",
            "That is how fast it changes at t = 0. Later there is less left, and it "
            "changes more slowly.",
        ),
        Wrong(
            lambda dose, t, h: dose * 0.5 ** (t / h),
            "M001",
            "That is how much is left. The slope says how fast it changes.",
        ),
    ),
    right=(
        shrinking,
        by_measuring,
        lambda dose, t, h: (dose * 0.5 ** (Variable(t, 1) / h)).grad,
        lambda dose, t, h: (dose * exp(Variable(t, 1) / h * log(0.5))).grad,
        lambda dose, t, h: np.float32(-dose * np.log(2) / h / 2 ** (t / h)),
    ),
)


# Quizzes


def where_it_settles():
    """Say which change makes a larger m cost something in the end."""
    x, labels = cut_labels()
    turned = np.where(x == x.max(), 0.0, labels)
    for name, marked in (("none", labels), ("label", turned)):
        margin = (3 * x - 2) * (2 * marked - 1)
        slopes = [np.mean(-margin * sigmoid(-m / 3 * margin)) for m in (10, 300, 1300)]
        if max(slopes) > 0:
            return name
    return "none"


SETTLES = Quiz(
    id="04.q1",
    objective=TELL,
    place=COIN,
    question=(
        "With labels by the cut m grows for ever; with the coin's it settled at 3.474. "
        "Which one change to the cut gives m a place to settle?"
    ),
    options=(
        Option(
            "100 times as many rounds",
            "rounds",
            "Growth that slows down need not come to an end. At 10 the loss still "
            "falls when m grows, and at 1000 as well.",
            "M75",
        ),
        Option(
            "a stricter tolerance, as in the library",
            "tolerance",
            "A stricter tolerance only stops later. At 1314 a larger m is still "
            "better.",
            "M81",
        ),
        Option(
            "a rate a hundred times smaller",
            "rate",
            "The rate says how fast m grows, not whether. Nothing overshoots here: the "
            "loss falls all the way.",
            "M54",
        ),
        Option(
            "the rightmost point's label turned to 0",
            "label",
            "Now one point contradicts every large m. Labels that overlap, like the "
            "coin's, give m a place to settle.",
        ),
    ),
    compute=where_it_settles,
)


def where_the_pull_ends():
    """Return the logit below which the clipped loss of label 1 is flat."""
    low, high = -700.0, 0.0
    for _ in range(60):
        middle = (low + high) / 2
        if surprisal.slope(None, sigmoid(middle)) == 0:
            low = middle
        else:
            high = middle
    return round(low, 2)


EDGE = Quiz(
    id="04.q2",
    objective=FIND,
    place=CLIP,
    question=(
        "Label 1. Below which logit does `logloss`, with its floor of `1e-15`, no "
        "longer pull, its slope being 0?"
    ),
    options=(
        Option(
            "-34.54, where the chance falls below the floor",
            -34.54,
            "Far on the left the chance is nearly exp(z), and log(1e-15) is -34.54. "
            "Below that the loss is flat, and slope and measurement agree on 0.",
        ),
        Option(
            "nowhere: a clip touches the value, not the slope",
            "nowhere",
            "A loss that is cut off is flat there, so its slope is 0. Letting the grad "
            "through gives the slope of neither loss.",
            "M51",
        ),
        Option(
            "-36.74, where the floats for the chance run out",
            -36.74,
            "On the other side, at +36.74, the chance becomes exactly 1. Near 0 floats "
            "are far finer: sigmoid(-37) is an ordinary number.",
            "M49",
        ),
        Option(
            "-745, where `exp` becomes 0",
            -745,
            "Without a clip the chance is 0 there, which no log takes. The floor comes "
            "long before.",
            "M51",
        ),
    ),
    compute=where_the_pull_ends,
)


def logit_of(chance):
    """Return the logit at which the sigmoid reaches a chance, by halving."""
    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(middle) < chance else (low, middle)
    return round(low, 3)


SURE = Quiz(
    id="04.q3",
    objective=TRAIN,
    place=NO_CHANCE,
    question=(
        "Your model gives logits. It should say yes where it gives label 1 a chance "
        "of at least 0.8. From which logit on?"
    ),
    options=(
        Option(
            "0.8",
            0.8,
            "A logit of 0.8 is a chance of 0.69. A logit is no chance.",
            "M46",
        ),
        Option(
            "0.69, which is sigmoid(0.8)",
            0.69,
            "There the sigmoid is applied to what is a chance already. The way from a "
            "chance back to its logit goes in the other direction.",
            "M47",
        ),
        Option(
            "1.386, where the sigmoid reaches 0.8",
            1.386,
            "log(0.8 / 0.2). The sigmoid turns it into 0.8, and climbs from there.",
        ),
        Option(
            "0.3, as far above 0 as 0.8 is above a half",
            0.3,
            "A chance of one half is a logit of 0, but the way from there is not a "
            "straight line: 0.3 is a chance of 0.574.",
            "M52",
        ),
    ),
    compute=lambda: logit_of(0.8),
)

EXERCISES = (REPAIR, DOUBT, TRAINED, SIGNED, MEDICINE)

GENEROUS = Quiz(
    id="04.q4",
    objective=TRAIN,
    place=POST_TRAINS,
    question=(
        "The model of this section has a mean loss of 0.0103, and the largest chance "
        "that it gives is 0.0126. Now a point comes along whose label is 1. What is "
        "the least that it costs?"
    ),
    options=(
        Option(
            "0.0103, like the others",
            0.0103,
            "That is the mean over points that all counted as label 0. The model has "
            "only learned to say no, and here the answer is yes.",
            "M48",
        ),
        Option(
            "4.37",
            -math.log(0.0126),
            "-log(0.0126): more than four hundred times the mean on its training "
            "points. The low loss said nothing about this question.",
        ),
        Option(
            "0.6931, since it knows nothing of such points",
            math.log(2),
            "That would be the price of a chance of one half. The model does not say "
            "that it does not know: it says no.",
        ),
    ),
    compute=lambda: logloss(1, 0.0126),
)

QUIZZES = (SETTLES, EDGE, SURE, GENEROUS)

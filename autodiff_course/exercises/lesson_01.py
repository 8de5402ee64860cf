"""Exercises of lesson 01: secants, steps, rules and pairs."""

import math
from fractions import Fraction

import numpy as np

from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import FRACTIONS, called, placed
from autodiff_course.primitives import cos
from autodiff_course.variable import Variable

SECANT = "A secant closes in on the tangent."
SMALLER = "How small may the step be?"
BOTH_SIDES = "A step to each side cancels the bend."
ONE_POINT = "Which step is the best?"
MANY = "Many points take the luck away."
BRANCH = "Each branch is a power of the step."
RULES = "Rules give the slope without any step."
PAIRS = "Let every number carry its slope."
NEITHER = "Automatic differentiation is neither of the other two."

MEASURE = "measure a slope by a forward and by a central difference"
NAME = "name the two branches of an error curve on logarithmic axes"
CHOOSE = "choose a step by averaging, and show why one point misleads"
DERIVE = "differentiate a formula by five rules and check the answer by measuring"
PUSH = "push a value and its slope through a loop, as a pair"
TELL = "tell automatic differentiation from differences and from symbolic algebra"


# 01.1: the secant to the left


def backward(function, x, h):
    return (function(x) - function(x - h)) / h


def cube(x):
    return x * x * x


def try_backward():
    """Yield secants whose slope is known: large steps, so that formulas differ."""
    x, h = Fraction(7, 3), Fraction(2, 5)
    known = [
        (math.exp, 0.7, 0.3, math.exp(0.7) * (1 - math.exp(-0.3)) / 0.3),
        (math.sin, 1.3, 0.4, math.cos(1.3 - 0.2) * math.sin(0.2) / 0.2),
        (math.sin, -2.2, 0.15, math.cos(-2.2 - 0.075) * math.sin(0.075) / 0.075),
        (cube, x, h, 3 * x * x - 3 * x * h + h * h),
    ]
    for *inputs, expected in known:
        place = placed(("function", "x", "h"), inputs)
        yield Trial(place, expected, tuple(inputs), exact=inputs[0] is cube)


BACKWARD = Exercise(
    id="01.1",
    form="function",
    objective=MEASURE,
    place=SECANT,
    prompt=(
        "**Exercise 01.1.** `forward` takes its second point to the right of x. Write "
        "the secant whose second point lies to the left, at x - h."
    ),
    stub=(
        "def backward(function, x, h):\n"
        '    """Return the slope of the secant from x - h to x."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("01.1", backward)'
    ),
    solution=backward,
    check=try_backward,
    shown="Rise over run, from x - h to x, for three functions, at four points.",
    hints=(
        "A slope is rise over run. Where does the secant begin, and where does it end?",
        "It begins at x - h and ends at x. The rise is the end minus the beginning.",
        "To the right it is `(function(x + h) - function(x)) / h`.",
    ),
    wrong=(
        Wrong(
            lambda function, x, h: (function(x + h) - function(x)) / h,
            "M101",
            "That is the secant to the right, from x to x + h. It has another slope "
            "wherever the curve bends.",
        ),
        Wrong(
            lambda function, x, h: function(x) - function(x - h),
            "M102",
            "That is the rise. The slope is the rise for each unit of the run, so it "
            "has to be divided by the run.",
        ),
        Wrong(
            lambda function, x, h: (function(x - h) - function(x)) / h,
            "M103",
            "Beginning and end are exchanged in the rise but not in the run, so the "
            "sign is reversed: a rising curve seems to fall.",
        ),
        Wrong(
            lambda function, x, h: (function(x) - function(x - h)) / (2 * h),
            "M104",
            "From x - h to x the run is h. It is 2h when the secant goes from x - h to "
            "x + h.",
            BOTH_SIDES,
        ),
        Wrong(
            lambda function, x, h: (function(x + h) - function(x - h)) / (2 * h),
            "M111",
            "That is the central difference, from x - h to x + h. It is the better "
            "measure, but not the secant that was asked for.",
            BOTH_SIDES,
        ),
        Wrong(
            lambda function, x, h: function(x) - function(x - h) / h,
            "M112",
            "`/` comes before `-`, so only the second value is divided. Put the rise "
            "in brackets.",
        ),
        Wrong(
            lambda function, x, h: (function(x + h) - function(x - h)) / h,
            "M102",
            "From x - h to x + h the run is 2h. The secant asked for goes from x - h "
            "to x, and its run is h.",
            BOTH_SIDES,
        ),
        Wrong(
            lambda function, x, h: (function(x) - function(x - 1e-8)) / 1e-8,
            "M65",
            "It takes a tiny step of its own instead of the h that it is given. A "
            "smaller step is not always a better one.",
            SMALLER,
        ),
    ),
    right=(
        lambda function, x, h: (function(x - h) - function(x)) / -h,
        lambda function, x, h: function(x) / h - function(x - h) / h,
        lambda f, x, h: (lambda a, b: (f(b) - f(a)) / (b - a))(x - h, x),
    ),
)


# 01.2: the best step over many points


def best_step(difference, steps, points):
    def typical(h):
        errors = difference(np.sin, points, h) - np.cos(points)
        return np.mean(errors**2)

    return min(steps, key=typical)


def lucky(function, x, h):
    """A planted difference: each step has an error of its own kind, at each point.

    At 0.1 errors of both signs cancel in a plain mean; at 0.001 the first point is
    lucky; 0.0001 is the smallest; 0.01 is off by a little everywhere, and best.
    """
    turn = np.where(np.rint((np.asarray(x) - 0.6) / 0.3) % 2 == 0, 1.0, -1.0)
    errors = {0.1: 0.3 * turn, 0.001: 0.5 * (np.asarray(x) > 0.65)}
    return np.cos(x) + errors.get(h, {0.01: 0.02}.get(h, 0.2))


def central(function, x, h):
    return (function(x + h) - function(x - h)) / (2 * h)


def forward(function, x, h):
    return (function(x + h) - function(x)) / h


def try_best_step():
    points = np.linspace(0.6, 1.5, 4)
    many = np.linspace(0.5, 2.0, 40)
    for inputs, best in (
        ((lucky, [0.3, 0.1, 0.01, 0.001, 0.0001], points), 0.01),
        ((lucky, [0.1, 0.01, 0.001, 0.0001], points[::-1]), 0.01),
        ((lucky, [0.1, 0.01, 0.001, 0.0001], np.roll(points, 1)), 0.01),
        ((lucky, [0.1, 0.01, 0.001, 0.0001], np.roll(points, 2)), 0.01),
        ((lucky, [0.0001, 0.001, 0.1, 0.01], points), 0.01),
        ((lucky, [0.1, 0.01, 0.001, 0.0001], points[:1]), 0.001),
        ((forward, [1e-2, 1e-8, 1e-13], many), 1e-8),
        ((central, [1e-11, 1e-1, 6e-6], many), 6e-6),
    ):
        named = f"`{inputs[0].__name__}`"
        if inputs[0] is lucky:
            named += ", made up so that a bad step is right at one point,"
        place = f"with {named} and steps {inputs[1]}, points: {len(inputs[2])}"
        yield Trial(place, best, inputs)


BEST_STEP = Exercise(
    id="01.2",
    form="function",
    objective=CHOOSE,
    place=MANY,
    prompt=(
        "**Exercise 01.2.** Write the function that finds the step for you. It gets a "
        "difference, such as `forward`, a list of steps and an array of points, and "
        "judges by `sin`, whose slope is known everywhere. It should not fall for a "
        "lucky point, nor for errors that cancel."
    ),
    stub=(
        "def best_step(difference, steps, points):\n"
        '    """Return the step whose slopes of sin are typically least off."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("01.2", best_step)'
    ),
    solution=best_step,
    check=try_best_step,
    shown="It finds the step that is best on the whole, despite luck and signs.",
    hints=(
        "For one step: what are the errors at all points, and what is their typical "
        "size?",
        "`difference(np.sin, points, h) - np.cos(points)` holds all errors of one "
        "step. Make them positive before you average.",
        "`min(words, key=len)` returns the shortest word, not its length. Give `min` a "
        "function that says how bad a step is.",
    ),
    wrong=(
        Wrong(
            lambda difference, steps, points: min(
                steps,
                key=lambda h: abs(difference(np.sin, points[0], h) - cos(points[0])),
            ),
            "M105",
            "Does your function look at one point only, or for the largest error? The "
            "step 0.001 is right at the first point and the worst over all.",
            ONE_POINT,
        ),
        Wrong(
            lambda difference, steps, points: min(
                steps,
                key=lambda h: abs(difference(np.sin, points[-1], h) - cos(points[-1])),
            ),
            "M105",
            "Does only the last point count, because each error overwrites the one "
            "before? A bad step may be right there by luck.",
            ONE_POINT,
        ),
        Wrong(
            lambda difference, steps, points: min(
                steps,
                key=lambda h: abs(
                    np.mean(difference(np.sin, points, h) - np.cos(points))
                ),
            ),
            "M106",
            "Errors of both signs cancel in a plain mean, so a step that is badly off "
            "both ways seems perfect. Square them first, or take their sizes.",
        ),
        Wrong(
            lambda difference, steps, points: best_step(
                difference, steps, np.linspace(0.5, 2.0, 2000)
            ),
            "M724",
            "It judges by other points than those it is given: perhaps by the "
            "notebook's own, through `typical_error`.",
        ),
        Wrong(
            lambda difference, steps, points: steps.index(
                best_step(difference, steps, points)
            ),
            "M107",
            "That is a place in the list of steps. The step itself stands there: "
            "`steps[...]`.",
        ),
        Wrong(
            lambda difference, steps, points: min(steps),
            "M65",
            "That is the smallest step in the list. Below some step, rounding makes "
            "the slope worse again.",
            SMALLER,
        ),
        Wrong(
            lambda difference, steps, points: min(
                np.sqrt(np.mean((difference(np.sin, points, h) - np.cos(points)) ** 2))
                for h in steps
            ),
            "M107",
            "That is the lowest error. What is asked for is the step at which it "
            "occurs.",
        ),
    ),
    right=(
        lambda difference, steps, points: min(
            steps,
            key=lambda h: sum(
                abs(difference(math.sin, float(x), h) - math.cos(x)) for x in points
            ),
        ),
        lambda difference, steps, points: steps[
            np.argmin(
                [
                    np.sqrt(
                        np.mean((difference(np.sin, points, h) - np.cos(points)) ** 2)
                    )
                    for h in steps
                ]
            )
        ],
        lambda difference, steps, points: sorted(
            (np.linalg.norm(difference(np.sin, points, h) - np.cos(points)), h)
            for h in steps
        )[0][1],
    ),
)


# 01.3: a slope by the rules


def wave_slope(x):
    return 3 * x**2 * math.cos(2 * x) - (x**3 + 1) * 2 * math.sin(2 * x)


def wave_grad(x):
    moving = Variable(x, 1)
    return ((moving**3 + 1) * cos(2 * moving)).grad


WAVE = Exercise(
    id="01.3",
    form="function",
    objective=DERIVE,
    place=RULES,
    prompt=(
        "**Exercise 01.3.** Differentiate `(x**3 + 1) * cos(2 * x)` by the rules, on "
        "paper, and write down the slope. Measure it with `central` before you ask the "
        "check. (`cos` has slope `-sin`.)"
    ),
    stub=(
        "def wave(x):\n"
        "    return (x**3 + 1) * math.cos(2 * x)\n"
        "\n"
        "\n"
        "def wave_slope(x):\n"
        '    """Return the slope of wave at x."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("01.3", wave_slope)'
    ),
    solution=wave_slope,
    check=lambda: called(wave_grad, (1.3,), (-0.7,), (2.9,), (0.4,)),
    shown="The slope is right at four points. By the rules it takes no step to choose.",
    hints=(
        "The outermost operation is a product. Which rule, and what are u and v?",
        "u is `x**3 + 1`, with slope `3 * x**2`. For v, `cos(2 * x)`, the inner slope "
        "is 2.",
        "For `(x**2 + 1) * sin(5 * x)` it is `2 * x * sin(5 * x) + (x**2 + 1) * 5 * "
        "cos(5 * x)`.",
    ),
    wrong=(
        Wrong(
            lambda x: 3 * x**2 * -2 * math.sin(2 * x),
            "M01",
            "The slope of a product is not the product of the slopes. Each factor "
            "moves while the other stands still: that makes two terms.",
        ),
        Wrong(
            lambda x: 3 * x**2 * -math.sin(2 * x),
            "M01",
            "The slope of a product is not the product of the slopes; it has two "
            "terms. And the inner function, `2 * x`, has a slope of its own.",
        ),
        Wrong(
            lambda x: 3 * x**2 - 2 * math.sin(2 * x),
            "M201",
            "Slopes are added when functions are added. In a product each is "
            "multiplied by the other factor.",
        ),
        Wrong(
            lambda x: (x**3 + 1) * math.cos(2 * x),
            "M001",
            "That is the value of wave. Its slope says how fast the value changes.",
        ),
        Wrong(
            lambda x: 3 * x**2 * math.cos(2 * x),
            "M02",
            "Only the first factor moves there. `cos(2 * x)` moves as well and gives a "
            "second term.",
        ),
        Wrong(
            lambda x: -(x**3 + 1) * 2 * math.sin(2 * x),
            "M02",
            "Only the second factor moves there. `x**3 + 1` moves as well and gives a "
            "term of its own.",
        ),
        Wrong(
            lambda x: 3 * x**2 * math.cos(2 * x) - (x**3 + 1) * math.sin(2 * x),
            "M108",
            "The inner function, `2 * x`, moves twice as fast as x. Its slope is a "
            "factor of the second term.",
        ),
        Wrong(
            lambda x: (
                (3 * x**2 + 1) * math.cos(2 * x) - (x**3 + 1) * 2 * math.sin(2 * x)
            ),
            "M17",
            "The 1 in `x**3 + 1` does not move: it adds nothing to the slope.",
        ),
        Wrong(
            lambda x: 3 * x**2 * math.cos(2 * x) - (x**3 + 1) * 2 * math.sin(x),
            "M13",
            "The outer slope, `-sin`, is taken at x. It belongs at `2 * x`, where "
            "`cos` was taken.",
        ),
        Wrong(
            lambda x: 3 * x**3 * math.cos(2 * x) - (x**3 + 1) * 2 * math.sin(2 * x),
            "M07",
            "The power rule lowers the exponent: `x**3` has slope `3 * x**2`.",
        ),
        Wrong(
            lambda x: 3 * x**2 * math.cos(2 * x) + (x**3 + 1) * 2 * math.sin(2 * x),
            "M109",
            "`cos` falls where `sin` is positive: its slope is `-sin`.",
        ),
        Wrong(
            lambda x: 3 * x**2 * math.cos(2 * x) + (x**3 + 1) * math.sin(2 * x),
            "M109",
            "`cos` falls where `sin` is positive: its slope is `-sin`. And the inner "
            "function, `2 * x`, gives a factor.",
        ),
        Wrong(
            lambda x: 3 * x**2 * math.cos(2 * x) - (x**3 + 1) * 2 * math.cos(2 * x),
            "M109",
            "In the second term `cos` should have become `-sin`.",
        ),
    ),
    right=(
        lambda x: (
            3 * math.pow(x, 2) * math.cos(2 * x)
            - 2 * math.sin(2 * x) * (1 + math.pow(x, 3))
        ),
        lambda x: np.float32(
            3 * x * x * np.cos(2 * x) - (x * x * x + 1) * np.sin(2 * x) * 2
        ),
        lambda x: (
            (3 * x**2 / (x**3 + 1) - 2 * math.tan(2 * x)) * (x**3 + 1) * math.cos(2 * x)
        ),
        lambda x: central(lambda t: (t**3 + 1) * math.cos(2 * t), x, 6e-6),
    ),
)


# 01.4: the quotient of two pairs


def over(u, v):
    value = u[0] / v[0]
    # The table's rule, with one v cancelled.
    return value, (u[1] - value * v[1]) / v[0]


def quotient(u, v):
    return u[0] / v[0], (u[1] * v[0] - u[0] * v[1]) / v[0] ** 2


def continued(over, x):
    """Run x -> 2 / (x + 1.3) three times, on pairs, with the learner's quotient."""
    for _ in range(3):
        x = over((2.0, 0.0), (x[0] + 1.3, x[1]))
    return x


def continued_by_variable(value, slope):
    x = Variable(value, slope)
    for _ in range(3):
        x = 2.0 / (x + 1.3)
    return x.value, x.grad


def try_over():
    one, other = FRACTIONS
    yield from called(
        quotient,
        ((1.7, 1.0), (-2.3, 0.0)),
        ((1.7, 0.0), (-2.3, 1.0)),
        ((-0.6, 2.0), (2.9, -0.6)),
    )
    yield from called(quotient, ((one, 2), (other, -3)), exact=True)
    for x in ((0.7, 1.0), (2.6, -0.4)):
        yield Trial(
            f"three times in a row, x = over((2, 0), (x[0] + 1.3, x[1])), from x = {x}",
            continued_by_variable(*x),
            (x,),
            continued,
        )


OVER = Exercise(
    id="01.4",
    form="function",
    objective=PUSH,
    place=PAIRS,
    prompt=(
        "**Exercise 01.4.** `times` and `minus` exist. Write `over`, the quotient of "
        "two pairs. It will be tried inside a loop as well."
    ),
    stub=(
        "def over(u, v):\n"
        '    """Return u / v and its slope, for pairs (value, slope)."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("01.4", over)'
    ),
    solution=over,
    check=try_over,
    shown="The quotient rule on pairs: alone, exactly on fractions, and in a loop.",
    hints=(
        "The value is easy. For the slope, look up the quotient rule in the table two "
        "sections back.",
        "In the table u and v are values, u' and v' slopes. In a pair these are "
        "`u[0]`, `v[0]`, `u[1]`, `v[1]`.",
        "A product of pairs is `u[0] * v[0], u[1] * v[0] + u[0] * v[1]`: one value, "
        "one slope, with a comma between.",
    ),
    wrong=(
        Wrong(
            lambda u, v: (u[0] / v[0], u[1] / v[1]),
            "M03",
            "The slope of a quotient is not the quotient of the slopes. With a "
            "constant denominator it would even divide by 0.",
            RULES,
        ),
        Wrong(
            lambda u, v: (u[0] / v[0], (u[0] * v[1] - u[1] * v[0]) / v[0] ** 2),
            "M04",
            "The two terms of the numerator are exchanged, so the sign is reversed. "
            "With v = 1 the quotient is u: the term with u' has the plus.",
            RULES,
        ),
        Wrong(
            lambda u, v: (u[0] / v[0], u[1] * v[0] - u[0] * v[1] / v[0] ** 2),
            "M112",
            "`/` comes before `-`, so only the second term is divided. Put the "
            "numerator in brackets.",
        ),
        Wrong(
            lambda u, v: (u[0] / v[0], (u[1] * v[0] - u[0] * v[1]) / v[0]),
            "M05",
            "The denominator is the square of v. Let u alone move, at speed 1: the "
            "slope of u / v is then 1 / v.",
            RULES,
        ),
        Wrong(
            lambda u, v: (u[0] / v[0], u[1] * v[0] - u[0] * v[1]),
            "M05",
            "That is the numerator. It has to be divided by the square of v.",
            RULES,
        ),
        Wrong(
            lambda u, v: over(u, v)[::-1],
            "M113",
            "The two are right but in the wrong order: first the value, then the "
            "slope.",
        ),
        Wrong(
            lambda u, v: (u[0] / v[0], u[1] / v[0]),
            "M02",
            "There only u moves. v moves too, and when it grows, 1 / v falls.",
            RULES,
        ),
        Wrong(
            lambda u, v: (u[0] / v[0], (u[1] * v[0] + u[0] * v[1]) / v[0] ** 2),
            "M110",
            "A plus between the terms belongs to the product. When v grows, 1 / v "
            "falls.",
            RULES,
        ),
        Wrong(
            lambda u, v: (u[1] * v[0] - u[0] * v[1]) / v[0] ** 2,
            "M001",
            "That is the slope alone. The next operation needs the value too: return "
            "both, with a comma.",
        ),
    ),
    right=(
        quotient,
        lambda u, v: [u[0] / v[0], u[1] / v[0] - u[0] * v[1] / (v[0] * v[0])],
        lambda u, v: np.array(
            [u[0] / v[0], (u[1] * v[0] - u[0] * v[1]) / v[0] ** 2], dtype=float
        ),
        lambda u, v: (
            np.float32(u[0]) / np.float32(v[0]),
            np.float32((u[1] - u[0] / v[0] * v[1]) / v[0]),
        ),
    ),
)


# Quizzes


def gain(difference):
    """Return by which factor an error falls if the step falls from 1e-2 to 1e-4."""
    points = np.linspace(0.5, 2.0, 2000)
    large, small = (
        np.sqrt(np.mean((difference(np.sin, points, h) - np.cos(points)) ** 2))
        for h in (1e-2, 1e-4)
    )
    return 10.0 ** round(math.log10(large / small))


GAIN = Quiz(
    id="01.q1",
    objective=MEASURE,
    place=BOTH_SIDES,
    question=(
        "A central difference with step `1e-2`. You make the step a hundred times "
        "smaller. How many times smaller is its error, averaged over many points?"
    ),
    options=(
        Option(
            "100 times",
            100,
            "That holds for the forward difference, whose error goes like h. With a "
            "step to each side the bend cancels, and what is left goes like the square "
            "of h.",
            "M66",
        ),
        Option(
            "10 000 times",
            10_000,
            "The bend cancels, and what is left goes like the square of the step.",
        ),
        Option(
            "it does not change",
            1,
            "Truncation shrinks with the step. Only curves such as a parabola have "
            "none to lose.",
            "M66",
        ),
        Option(
            "it grows",
            0.01,
            "Rounding makes the error grow, but at much smaller steps, left of `1e-5`. "
            "Here truncation rules.",
        ),
    ),
    compute=lambda: gain(central),
)


def left_branch():
    """Return the factor on the error when a tiny forward step falls tenfold."""
    points = np.linspace(0.5, 2.0, 2000)
    errors = [
        np.sqrt(np.mean((forward(np.sin, points, h) - np.cos(points)) ** 2))
        for h in (1e-11, 1e-12)
    ]
    return 10.0 ** round(math.log10(errors[1] / errors[0]))


BRANCHES = Quiz(
    id="01.q2",
    objective=NAME,
    place=BRANCH,
    question=(
        "A forward difference with step `1e-11`. You make the step ten times smaller. "
        "What happens to the error, and what is that branch called?"
    ),
    options=(
        Option(
            "ten times larger: rounding",
            10,
            "Left of the lowest point the rise is only known to a few units of "
            "`1e-16`, and that uncertainty is divided by ever smaller steps.",
        ),
        Option(
            "ten times smaller: truncation",
            0.1,
            "That holds on the right-hand branch. At `1e-11` the secant is the tangent "
            "for all practical purposes, and what is left is the rounding of the rise.",
            "M65",
        ),
        Option(
            "a hundred times smaller: truncation",
            0.01,
            "That is the right-hand branch of the central difference.",
            "M65",
        ),
        Option(
            "nothing: both slopes are as exact as they get",
            1,
            "The error has no floor to rest on. It has a lowest point, near `1e-8`, "
            "and rises again to the left of it.",
            "M65",
        ),
    ),
    compute=left_branch,
)


def times(u, v):
    return u[0] * v[0], u[1] * v[0] + u[0] * v[1]


def error_of_pairs():
    """Return what kind of error ten rounds on pairs have, beside exact fractions."""
    slopes = []
    for x in ((0.3, 1), (Fraction(0.3), Fraction(1))):
        for _ in range(10):
            x = times(times((4, 0), x), (1 - x[0], -x[1]))
        slopes.append(float(x[1]))
    relative = abs(slopes[0] - slopes[1]) / abs(slopes[1])
    return "rounding alone" if relative < 1e-9 else "a step"


NO_STEP = Quiz(
    id="01.q3",
    objective=TELL,
    place=NEITHER,
    question=(
        "The ten rounds on pairs gave the slope -455.412. What error does that number "
        "have, compared with the true slope?"
    ),
    options=(
        Option(
            "about as large as the step h: pairs are small differences",
            "a step",
            "There is no h in `times`. Nothing is moved a little, and nothing is "
            "divided by a run.",
            "M67",
        ),
        Option(
            "a tiny one, because the 1 in the pair stands for a tiny number",
            "a tiny number",
            "The 1 is a speed: x moves by 1 for each unit of x. Nothing is neglected, "
            "so a smaller number would improve nothing.",
            "M26",
        ),
        Option(
            "none, because the formula for the slope was worked out first",
            "no error",
            "No formula was built: only numbers were multiplied, 60 times. And floats "
            "are rounded, so the last digits may be off.",
            "M68",
        ),
        Option(
            "rounding alone",
            "rounding alone",
            "The rules are exact; floats are not. Done on fractions, the same loop "
            "gives the slope without any error.",
        ),
    ),
    compute=error_of_pairs,
)

EXERCISES = (BACKWARD, BEST_STEP, WAVE, OVER)
QUIZZES = (GAIN, BRANCHES, NO_STEP)

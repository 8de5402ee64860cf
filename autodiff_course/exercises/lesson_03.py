"""Exercises of lesson 03: rounds of descent, curvatures and rates."""

import math
from itertools import islice

import numpy as np

from autodiff_course.data import course_data
from autodiff_course.descent import differences, one_at_a_time
from autodiff_course.exercises.engines import meaning
from autodiff_course.exercises.guard import WrongKindError
from autodiff_course.exercises.outcomes import numeric, plain
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import placed
from autodiff_course.losses import mse
from autodiff_course.variable import Variable

ONE_NUMBER = "One number says how bad a line is."
ROUNDS = "A loop of rounds finds the line."
SEEDS = "One random seed proves nothing either."
PARABOLA = "With one parameter, the loss is a parabola."
BOWL = "A bowl has a curvature in every direction."
LIAR = "Try a rate of 0.96."
ZERO = "The same points have another zero."

FIT = "fit a line with a loss and one seeded pass for each parameter"
READ = "read a loss curve on a log axis"
COMPARE = "compare a fitted line with the true one, on its own points and on fresh ones"
MEASURE = "measure a curvature and compute from it the largest rate that works"
CATCH = "catch a rate that only seems to work"
GENERATE = "write gradient descent as a generator"


def with_course_names(answer, *inputs):
    """Call an answer in which Variable and mse are the course's own."""
    return meaning(answer, Variable=Variable, mse=mse)(*inputs)


# 03.1: the slope towards b


def towards_b(m, b, x, y):
    return mse(y, Variable(m) * x + Variable(b, 1)).grad


def try_towards_b():
    for inputs in ((1.7, -2.3, 2.6, 0.4), (-0.6, 2.9, -1.3, 1.7), (0.3, 0.8, 1.9, 2.2)):
        m, b, x, y = inputs
        place = placed(("m", "b", "x", "y"), inputs)
        yield Trial(place, 2 * (m * x + b - y), inputs, with_course_names)


TOWARDS_B = Exercise(
    id="03.1",
    form="function",
    objective=FIT,
    place=ONE_NUMBER,
    prompt=(
        "**Exercise 03.1.** The cell seeds m. How does the loss of one point change "
        "with b? Write the slope towards b, in one line."
    ),
    stub=(
        "def towards_b(m, b, x, y):\n"
        '    """Return the slope of mse towards b at one point, for plain numbers."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("03.1", towards_b)'
    ),
    solution=towards_b,
    check=try_towards_b,
    shown="With b seeded and m at rest, one pass gives the slope towards b.",
    hints=(
        "Which of the two numbers moves now, and which stands still?",
        "`Variable(m) * x + Variable(b, 1)` is the prediction. `mse` takes the target "
        "first.",
        "The slope towards m is `mse(y, Variable(m, 1) * x + Variable(b)).grad`.",
    ),
    wrong=(
        Wrong(
            lambda m, b, x, y: mse(y, Variable(m, 1) * x + Variable(b)).grad,
            "M301",
            "That is the slope towards m, twice the error times x. When b grows, the "
            "line moves up by the same amount, whatever x is.",
        ),
        Wrong(
            lambda m, b, x, y: mse(y, Variable(m, 1) * x + Variable(b, 1)).grad,
            "M22",
            "m and b are both seeded, so both move, and their slopes are added. Seed b "
            "alone.",
        ),
        Wrong(
            lambda m, b, x, y: mse(y, Variable(m) * x + Variable(b)).grad,
            "M21",
            "Nothing is seeded, so nothing moves and the grad is 0. Seed b with 1.",
        ),
        Wrong(
            lambda m, b, x, y: mse(y, m * x + b),
            "M001",
            "That is the loss. Its slope towards b says how fast it changes with b.",
        ),
        Wrong(
            lambda m, b, x, y: 2 * (y - m * x - b),
            "M103",
            "The sign is reversed. In target minus prediction, b has a minus, and that "
            "minus comes into the slope as a factor.",
        ),
        Wrong(
            lambda m, b, x, y: 2 * (y - m * x - b) * x,
            "M301",
            "That is the slope towards m, with its sign reversed. When b grows, the "
            "line moves up by the same amount, whatever x is.",
        ),
        Wrong(
            lambda m, b, x, y: 2 * (b * x + m - y),
            "M301",
            "m and b are exchanged. The line is m x + b, and b is what moves.",
        ),
        Wrong(
            lambda m, b, x, y: mse(y, m * Variable(x, 1) + b).grad,
            "M301",
            "There x moves, although it is given. Seed b.",
        ),
        Wrong(
            lambda m, b, x, y: 2 * (m * x + b - y) * b,
            "M301",
            "The last factor should be the slope of the prediction towards b. That is "
            "1, since the line moves up as much as b does.",
        ),
        Wrong(
            lambda m, b, x, y: 2 * (m * x + b),
            "M320",
            "The target is left out. What is squared is the error, prediction minus "
            "target.",
        ),
        Wrong(
            lambda m, b, x, y: m * x + b - y,
            "M302",
            "That is the error. The square of the error has twice the error as its "
            "slope.",
        ),
        Wrong(
            lambda m, b, x, y: mse(y, Variable(m) * x + Variable(b, 1e-5)).grad,
            "M25",
            "The seed is a speed, not a small step. Seed b with 1, and grad is the "
            "slope.",
        ),
    ),
    right=(
        lambda m, b, x, y: 2 * (m * x + b - y),
        lambda m, b, x, y: mse(y, m * x + Variable(b, 1)).grad,
        lambda m, b, x, y: mse(Variable(m) * x + Variable(b, 1), y).grad,
        lambda m, b, x, y: (mse(y, m * x + b + 1e-5) - mse(y, m * x + b - 1e-5)) / 2e-5,
        lambda m, b, x, y: np.float32(-2 * (y - m * x - b)),
    ),
)


# 03.2: one round


def one_round(points, m, b, rate):
    m_slopes, b_slopes = [], []
    for x, y in points:
        m_slopes.append(mse(y, Variable(m, 1) * x + Variable(b)).grad)
        b_slopes.append(mse(y, Variable(m) * x + Variable(b, 1)).grad)
    m_slope = sum(m_slopes) / len(points)
    b_slope = sum(b_slopes) / len(points)
    return m - rate * m_slope, b - rate * b_slope


def slopes_by_hand(points, m, b):
    """Return the slopes of every point towards m and towards b, without Variables."""
    x, y = np.array(points, dtype=float).T
    errors = m * x + b - y
    return 2 * errors * x, 2 * errors


def moved(points, m, b, rate):
    towards_m, towards_b = slopes_by_hand(points, m, b)
    return m - rate * np.mean(towards_m), b - rate * np.mean(towards_b)


def rounds_in_a_row(answer, points, m, b, rate):
    for _ in range(3):
        m, b = with_course_names(answer, points, m, b, rate)
    return m, b


def try_one_round():
    three = [(0.4, 1.7), (-1.3, -2.6), (2.2, 3.1)]
    five = [*three, (-0.7, 0.6), (1.6, -1.9)]
    for points, m, b, rate in (
        (three, 1.7, -2.3, 0.3),
        (five, -0.6, 2.9, 0.07),
        ([(1.9, 2.7)], 0.8, 0.3, 0.13),
    ):
        count = "one point" if len(points) == 1 else f"{len(points)} points"
        place = f"on {count}, m = {m}, b = {b}, rate = {rate}"
        expected = moved(points, m, b, rate)
        yield Trial(place, expected, (points, m, b, rate), with_course_names)
    m, b = 1.7, -2.3
    for _ in range(3):
        m, b = moved(five, m, b, 0.07)
    yield Trial(
        "three rounds in a row, on 5 points",
        (m, b),
        (five, 1.7, -2.3, 0.07),
        rounds_in_a_row,
        group="row",
    )


def round_with(points, m, b, rate, combine):
    """Return m and b after a round in which slopes are combined in another way."""
    towards_m, towards_b = slopes_by_hand(points, m, b)
    return m - rate * combine(towards_m), b - rate * combine(towards_b)


def both_seeded(points, m, b, rate):
    loss = sum(mse(y, Variable(m, 1) * x + Variable(b, 1)) for x, y in points)
    slope = loss.grad / len(points)
    return m - rate * slope, b - rate * slope


def in_turn(points, m, b, rate):
    m = moved(points, m, b, rate)[0]
    return m, moved(points, m, b, rate)[1]


def in_other_turn(points, m, b, rate):
    b = moved(points, m, b, rate)[1]
    return moved(points, m, b, rate)[0], b


def point_by_point(points, m, b, rate):
    for point in points:
        m, b = moved([point], m, b, rate)
    return m, b


ONE_ROUND = Exercise(
    id="03.2",
    form="function",
    objective=FIT,
    place=ROUNDS,
    prompt=(
        "**Exercise 03.2.** Without looking at the cell with the 1000 rounds, write "
        "one round yourself, for any points, any start and any rate."
    ),
    stub=(
        "def one_round(points, m, b, rate):\n"
        '    """Return m and b after one round; points are pairs (x, y)."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("03.2", one_round)'
    ),
    solution=one_round,
    check=try_one_round,
    shown="Mean slopes over all points, both taken at one place; a step against each.",
    hints=(
        "How many passes does each point need, and which number is seeded in each?",
        "Collect the slopes towards m and those towards b in two lists. Take both "
        "means before you move anything.",
        "With a single parameter it is `m - rate * sum(m_slopes) / len(points)`.",
    ),
    wrong=(
        Wrong(
            lambda points, m, b, rate: moved(points, m, b, rate * len(points) / 100),
            "M724",
            "It divides by 100, however many points there are.",
        ),
        Wrong(
            lambda points, m, b, rate: round_with(points, m, b, rate, np.sum),
            "M42",
            "The slopes are added up, not averaged. Then the step grows with the "
            "number of points, and a rate that works for 10 may explode for 100.",
        ),
        Wrong(
            lambda points, m, b, rate: round_with(
                points, m, b, rate / len(points), np.mean
            ),
            "M43",
            "It divides by the number of points twice. The direction is right, but "
            "with many points it hardly moves.",
        ),
        Wrong(
            lambda points, m, b, rate: round_with(points, m, b, rate / 2, np.sum),
            "M44",
            "The sum is divided by 2, the number of parameters. The mean is taken over "
            "the points.",
        ),
        Wrong(
            lambda points, m, b, rate: round_with(points, m, b, rate / 2, np.mean),
            "M302",
            "Both steps are half as long as they should be. Either the 2 from the "
            "slope of the square is missing, or something is divided by 2.",
            ONE_NUMBER,
        ),
        Wrong(
            lambda points, m, b, rate: moved(points[-1:], m, b, rate),
            "M44",
            "Only the slope of the last point is used. The loop overwrites the slope "
            "at each point: collect the slopes.",
        ),
        Wrong(
            lambda points, m, b, rate: round_with(
                points, m, b, rate / len(points), lambda slopes: slopes[-1]
            ),
            "M44",
            "Only the slope of the last point is used, divided by the number of "
            "points. Collect all slopes, then take the mean.",
        ),
        Wrong(
            lambda points, m, b, rate: moved(points[:1], m, b, rate),
            "M44",
            "Only the first point is used. Look for a return inside the loop.",
        ),
        Wrong(
            lambda points, m, b, rate: moved(points, m, b, -rate),
            "M45",
            "It goes along the slope, so it climbs. To make the loss smaller, go "
            "against the slope.",
        ),
        Wrong(
            both_seeded,
            "M23",
            "One pass with m and b both seeded gives one number, the sum of the two "
            "slopes. Two parameters need two passes.",
        ),
        Wrong(
            lambda points, m, b, rate: (
                moved(points, m, b, rate)[0],
                both_seeded(points, m, b, rate)[1],
            ),
            "M24",
            "m moves as it should. In the pass for b it is still seeded: there b alone "
            "should have the 1.",
        ),
        Wrong(
            in_turn,
            "M64",
            "The slope towards b is taken where m has already moved. That is another "
            "method. Take both slopes first, then move.",
        ),
        Wrong(
            in_other_turn,
            "M64",
            "The slope towards m is taken where b has already moved. That is another "
            "method. Take both slopes first, then move.",
        ),
        Wrong(
            lambda points, m, b, rate: (m, b),
            "M21",
            "Nothing moves. Either nothing is seeded, so that every grad is 0, or the "
            "new numbers are not returned.",
            ONE_NUMBER,
        ),
        Wrong(
            lambda points, m, b, rate: moved(points, m, b, 1),
            "M303",
            "The rate is not used: the step is the whole slope. A slope is not a "
            "length; the rate says how much of it to take.",
        ),
        Wrong(
            lambda points, m, b, rate: tuple(
                np.mean(each) for each in slopes_by_hand(points, m, b)
            ),
            "M304",
            "Those are the two slopes. A round goes from m and b against them, and "
            "returns where it arrives.",
        ),
        Wrong(
            lambda points, m, b, rate: tuple(
                rate * np.mean(each) for each in slopes_by_hand(points, m, b)
            ),
            "M304",
            "Those are the two steps. Take them off m and b, and return where that "
            "leads.",
        ),
        Wrong(
            lambda points, m, b, rate: tuple(
                np.array([m, b])
                - rate * np.mean(slopes_by_hand(points, m, b)[1] ** 2) / 4
            ),
            "M001",
            "It goes down by the loss itself. What says where to go is its slope.",
            ONE_NUMBER,
        ),
        Wrong(
            lambda points, m, b, rate: (
                m - rate * np.mean(slopes_by_hand(points, m, b)[1]),
                b - rate * np.mean(slopes_by_hand(points, m, b)[0]),
            ),
            "M301",
            "m moves by the slope towards b, and b by that towards m. Look at which of "
            "them is seeded in which pass.",
        ),
        Wrong(
            lambda points, m, b, rate: moved(points, m, b, rate)[::-1],
            "M204",
            "The two are right but in the wrong order: first m, then b.",
        ),
        Wrong(
            lambda points, m, b, rate: tuple(
                number - rate * np.mean(slopes_by_hand(points, m, b)[1])
                for number in (m, b)
            ),
            "M301",
            "Both move by the slope towards b. The slope towards m takes a pass of its "
            "own, with m seeded.",
        ),
        Wrong(
            lambda points, m, b, rate: tuple(
                number - rate * np.mean(slopes_by_hand(points, m, b)[0])
                for number in (m, b)
            ),
            "M301",
            "Both move by the slope towards m. The slope towards b takes a pass of its "
            "own, with b seeded.",
        ),
        Wrong(
            lambda points, m, b, rate: moved(points, m, b, 1 / rate),
            "M303",
            "It divides by the rate. A small rate should make a small step.",
        ),
        Wrong(
            lambda points, m, b, rate: moved([np.mean(points, axis=0)], m, b, rate),
            "M321",
            "It behaves as if there were one point, the mean of all. Take the slope of "
            "each point first, then the mean.",
        ),
        Wrong(
            point_by_point,
            "M305",
            "It moves at every point. A round looks at all points from one place, and "
            "moves once.",
        ),
        Wrong(
            lambda points, m, b, rate: point_by_point(points, m, b, rate / len(points)),
            "M305",
            "It moves a little at every point, so each point is seen from another "
            "place. A round takes all slopes at one place, then moves once.",
        ),
    ),
    right=(
        moved,
        lambda points, m, b, rate: [
            number - rate * sum(each) / len(points)
            for number, each in zip((m, b), slopes_by_hand(points, m, b), strict=True)
        ],
        lambda points, m, b, rate: (
            m
            - rate
            * (
                sum(mse(y, Variable(m, 1) * x + b) for x, y in points) / len(points)
            ).grad,
            b
            - rate
            * (
                sum(mse(y, m * x + Variable(b, 1)) for x, y in points) / len(points)
            ).grad,
        ),
        lambda points, m, b, rate: (
            np.array([m, b])
            - rate
            * np.array(
                list(
                    differences(
                        lambda p: np.mean(
                            [mse(y, p["m"] * x + p["b"]) for x, y in points]
                        ),
                        {"m": m, "b": b},
                    )[1].values()
                )
            )
        ),
    ),
)


# 03.3: the walk as a generator


def walk_down(function, x, rate):
    while True:
        yield x
        x = x - rate * function(Variable(x, 1)).grad


def valley(x):
    return 3 * x * x - 4 * x


def valley_slope(x):
    return 6 * x - 4


def ramp(x):
    return x**3 / 5 + 2 * x


MANY = 1200


def stream(answer, function, x, rate):
    """Return what the answer gives, which should be ready to be asked."""
    walk = with_course_names(answer, function, x, rate)
    if not hasattr(walk, "__next__"):
        raise WrongKindError(walk)
    return walk


def asked(answer, function, x, rate, count):
    """Return what the answer yields when it is asked so many times."""
    taken = []
    for position in islice(stream(answer, function, x, rate), count):
        if hasattr(position, "grad"):  # from here on a walk could nest Variables
            raise WrongKindError(position)
        taken.append(position)
    return taken


def how_many(answer, function, x, rate):
    """Say whether it goes on for as long as it is asked."""
    if isinstance(with_course_names(answer, function, x, rate), (list, tuple)):
        return "a list, made before anybody asks"
    count = len(asked(answer, function, x, rate, MANY))
    return f"{MANY} positions" if count == MANY else f"fewer than {MANY} positions"


def positions(slope, x, rate, count):
    taken = [x]
    while len(taken) < count:
        taken.append(taken[-1] - rate * slope(taken[-1]))
    return tuple(taken)


def try_walk_down():
    yield Trial(
        f"on `3 * x * x - 4 * x` from x = 2.6 at rate 0.07, asked {MANY} times",
        f"{MANY} positions",
        (valley, 2.6, 0.07),
        how_many,
        group="many",
    )
    for function, slope, x, rate in (
        (valley, valley_slope, 2.6, 0.07),
        (ramp, lambda x: 0.6 * x * x + 2, 1.7, 0.3),
        (valley, valley_slope, -0.9, 0.21),
    ):
        formula = "3 * x * x - 4 * x" if function is valley else "x**3 / 5 + 2 * x"
        place = f"on `{formula}` from x = {x} at rate {rate}, asked 4 times"
        expected = positions(slope, x, rate, 4)
        yield Trial(place, expected, (function, x, rate, 4), asked)


def step_down(function, x, rate):
    return x - rate * function(Variable(x, 1)).grad


def without_the_start(function, x, rate):
    while True:
        x = step_down(function, x, rate)
        yield x


def with_the_first_slope(function, x, rate):
    slope = function(Variable(x, 1)).grad
    while True:
        yield x
        x = x - rate * slope


def climbing(function, x, rate):
    while True:
        yield x
        x = x + rate * function(Variable(x, 1)).grad


def without_a_variable(function, x, rate):
    while True:
        yield x
        x = x - rate * function(x).grad


def standing(function, x, rate):
    while True:
        yield x
        x = x - rate * function(Variable(x)).grad


def by_whole_slopes(function, x, rate):
    while True:
        yield x
        x = x - function(Variable(x, 1)).grad


def by_values(function, x, rate):
    while True:
        yield x
        x = x - rate * function(x)


def losses_of(function, x, rate):
    for position in walk_down(function, x, rate):
        yield function(position)


def slopes_of(function, x, rate):
    for position in walk_down(function, x, rate):
        yield function(Variable(position, 1)).grad


def from_the_start_each_time(function, x, rate):
    yield x
    while True:
        yield step_down(function, x, rate)


def by_the_rate_twice(function, x, rate):
    return walk_down(function, x, rate * rate)


def as_variables(function, x, rate):
    for position in walk_down(function, x, rate):
        yield Variable(position, 1)


def by_variables(function, x, rate):
    while True:
        yield x
        x = x - rate * function(Variable(x, 1))


def with_heights(function, x, rate):
    for position in walk_down(function, x, rate):
        yield position, function(position)


def until_flat(function, x, rate):
    while abs(function(Variable(x, 1)).grad) > 1e-6:
        yield x
        x = step_down(function, x, rate)


def only_once(function, x, rate):
    yield x
    yield step_down(function, x, rate)


def by_a_step(function, x, rate):
    while True:
        yield x
        x = x - function(Variable(x, rate)).grad


def by_measuring(function, x, rate):
    while True:
        yield x
        x -= rate * (function(x + 1e-5) - function(x - 1e-5)) / 2e-5


WALK = Exercise(
    id="03.3",
    form="function",
    objective=GENERATE,
    place=PARABOLA,
    prompt=(
        "**Exercise 03.3.** `walk` knows one parabola. Write the generator that walks "
        "down any function of one number, the start first, for as long as it is asked."
    ),
    stub=(
        "def walk_down(function, x, rate):\n"
        '    """Yield the positions of gradient descent on a function, x first."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("03.3", walk_down)'
    ),
    solution=walk_down,
    check=try_walk_down,
    shown="The start first, then one step against a fresh slope each time it is asked.",
    hints=(
        "What is handed out first, and what happens between two values?",
        "`yield x` comes before the step. The slope at the x of that moment is "
        "`function(Variable(x, 1)).grad`.",
        "A generator of powers has the body `while True:`, and in it `yield x`, then "
        "`x = x * rate`.",
    ),
    wrong=(
        Wrong(
            without_a_variable,
            "M21",
            "A plain number has no slope. Hand the function `Variable(x, 1)`: the seed "
            "says that x moves.",
        ),
        Wrong(
            without_the_start,
            "M306",
            "The start is missing: your generator moves before it yields. The start is "
            "the first position.",
        ),
        Wrong(
            with_the_first_slope,
            "M307",
            "The slope at the start is used for every step. The slope changes on the "
            "way: ask for it inside the loop.",
        ),
        Wrong(
            from_the_start_each_time,
            "M307",
            "It makes the first step again and again: x itself is never moved. Assign "
            "the new position to x.",
        ),
        Wrong(
            climbing,
            "M45",
            "It goes along the slope, so it climbs. Go against the slope.",
        ),
        Wrong(
            standing,
            "M21",
            "It stands still. Either x is not seeded, so that every grad is 0, or the "
            "new position is not assigned to x.",
            ONE_NUMBER,
        ),
        Wrong(
            by_whole_slopes,
            "M303",
            "The rate is not used: the step is the whole slope.",
        ),
        Wrong(
            by_values,
            "M001",
            "It goes down by the value of the function. What says where to go is the "
            "slope.",
        ),
        Wrong(
            losses_of,
            "M308",
            "Those are the heights on the way. The positions x are asked for.",
        ),
        Wrong(
            slopes_of,
            "M308",
            "Those are the slopes on the way. The positions x are asked for.",
        ),
        Wrong(
            step_down,
            "M309",
            "It returns the position after one step and ends. `yield` hands out a "
            "value and stays ready for the next.",
        ),
        Wrong(
            lambda function, x, rate: x,
            "M309",
            "It returns the start and ends. `yield` hands out a value and stays ready "
            "for the next.",
        ),
        Wrong(
            only_once,
            "M309",
            "It ends by itself. Put `yield` and the step into a loop without an end: "
            "whoever asks decides how often.",
        ),
        Wrong(
            until_flat,
            "M309",
            "It ends by itself, perhaps where the function is flat enough. Let it go "
            "on for as long as it is asked: whoever asks decides how often.",
        ),
        Wrong(
            lambda function, x, rate: list(islice(walk_down(function, x, rate), 9)),
            "M309",
            "It makes a list of a length that it has chosen itself. `yield` in the "
            "loop hands out one position each time it is asked.",
        ),
        Wrong(
            by_the_rate_twice,
            "M303",
            "The rate is used twice, so the steps are too short.",
        ),
        Wrong(
            as_variables,
            "M322",
            "It hands out a Variable. The positions are plain numbers: a Variable is "
            "needed for the slope, and only its .grad goes into the step.",
        ),
        Wrong(
            by_variables,
            "M322",
            "The second position is a Variable. A whole Variable is taken off x, but "
            "only its .grad says where to go.",
        ),
        Wrong(
            with_heights,
            "M308",
            "Each time it hands out a position and something else with it. The "
            "positions alone are asked for.",
        ),
    ),
    right=(
        by_a_step,
        by_measuring,
        lambda function, x, rate: (
            each for each in walk_down(function, np.float32(x), rate)
        ),
        lambda function, x, rate: walk_down(function, x, rate),
    ),
)


# 03.4: the largest rate of any bowl


def largest_rate(loss):
    curvatures = []
    for a in np.linspace(0, np.pi, 181):
        forward = loss(np.cos(a), np.sin(a))
        back = loss(-np.cos(a), -np.sin(a))
        curvatures.append(forward + back - 2 * loss(0, 0))
    return 2 / max(curvatures)


def bowl(along_m, mixed, along_b, lowest, floor):
    """Return a bowl with these slopes of slopes."""

    def loss(m, b):
        m, b = m - lowest[0], b - lowest[1]
        rise = along_m * m * m + 2 * mixed * m * b + along_b * b * b
        return rise / 2 + floor

    return loss


BOWLS = (
    (1.3, 0.2, 2.9, (0.7, -1.3), 2.2),
    (5.3, 1.9, 1.6, (-1.7, 0.6), 3.4),
    (2.3, -1.4, 1.9, (0.4, 2.6), 1.7),
    (0.37, -0.21, 0.29, (1.2, 0.8), 4.1),
)


def try_largest_rate():
    for along_m, mixed, along_b, lowest, floor in BOWLS:
        half = math.hypot((along_m - along_b) / 2, mixed)
        place = (
            f"on a bowl with curvature {along_m} towards m, {along_b} towards b and "
            f"{(along_m + along_b) / 2 + mixed:.4g} midway between"
        )
        shape = (along_m, mixed, along_b, lowest, floor)
        yield Trial(
            place,
            2 / ((along_m + along_b) / 2 + half),
            shape,
            lambda answer, *shape: answer(bowl(*shape)),
            tolerance=5e-3,
        )


def cuts(loss, angles=None, length=1.0):
    """Return the curvatures along some angles, by default along all of them."""
    angles = np.linspace(0, np.pi, 181) if angles is None else np.array(angles)
    m, b = length * np.cos(angles), length * np.sin(angles)
    return (loss(m, b) + loss(-m, -b) - 2 * loss(0, 0)) / length**2


def table(loss, h=1e-2):
    """Return the four slopes of slopes, measured."""
    along_m, along_b, between = cuts(loss, [0, np.pi / 2, np.pi / 4], h)
    mixed = between - (along_m + along_b) / 2
    return np.array([[along_m, mixed], [mixed, along_b]])


def by_slopes(loss):
    columns = [
        [loss(Variable(m, 1), b).grad, loss(m, Variable(b, 1)).grad]
        for m, b in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    ]
    rest, by_m, by_b = np.array(columns)
    return 2 / max(np.linalg.eigvals(np.array([by_m - rest, by_b - rest])))


TWO_AXES = [0, np.pi / 2]
LARGEST = Exercise(
    id="03.4",
    form="function",
    objective=MEASURE,
    place=BOWL,
    prompt=(
        "**Exercise 03.4.** Somebody hands you a bowl, `loss(m, b)`, and nothing else. "
        "Design the function that finds the largest rate that works. In a bowl the "
        "curvatures are the same everywhere, so you may measure around any place."
    ),
    stub=(
        "def largest_rate(loss):\n"
        '    """Return the limit of the rate for a bowl, a function of m and b."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("03.4", largest_rate)'
    ),
    solution=largest_rate,
    check=try_largest_rate,
    shown="Four bowls, steep along m, b or in between: 2 over the largest curvature.",
    hints=(
        "Which of all the curvatures of a bowl sets the limit?",
        "Cut it along many directions, as the cell with `cuts` does, around (0, 0) if "
        "you like. Keep the largest curvature.",
        "The curvature towards m alone is `loss(1, 0) + loss(-1, 0) - 2 * loss(0, 0)`.",
    ),
    wrong=(
        Wrong(
            lambda loss: 2 / max(cuts(loss, TWO_AXES)),
            "M310",
            "It looks towards m and towards b only. The steepest direction may lie "
            "between them.",
        ),
        Wrong(
            lambda loss: 2 / max(cuts(loss, [0, np.pi / 4, np.pi / 2])),
            "M310",
            "It looks towards m, towards b and midway. The steepest direction may be "
            "yet another one: take one for each degree, say.",
        ),
        Wrong(
            lambda loss: 2 / cuts(loss, [0])[0],
            "M310",
            "It looks towards m only. A bowl has a curvature in every direction.",
        ),
        Wrong(
            lambda loss: 2 / cuts(loss, [np.pi / 2])[0],
            "M310",
            "It looks towards b only. A bowl has a curvature in every direction.",
        ),
        Wrong(
            lambda loss: 2 / max(cuts(loss, np.linspace(0, np.pi / 2, 91))),
            "M310",
            "Directions from m to b cover only a quarter of the circle. The steepest "
            "may lie where m grows and b falls: go on to half a circle.",
        ),
        Wrong(
            lambda loss: 2 / cuts(loss, [np.pi / 4])[0],
            "M310",
            "It looks in one direction, midway between m and b. The steepest may be "
            "another one.",
        ),
        Wrong(
            lambda loss: 2 / max(cuts(loss, np.linspace(0, np.pi, 9))),
            "M310",
            "So few directions are not enough: the steepest lies between two of them. "
            "Take one for each degree, say.",
        ),
        Wrong(
            lambda loss: 2 / max(cuts(loss, np.arange(4) * np.pi / 4)),
            "M310",
            "Four directions are too few: the steepest lies between two of them. Take "
            "one for each degree, say.",
        ),
        Wrong(
            lambda loss: 2 / (2 * cuts(loss, [np.pi / 4])[0]),
            "M310",
            "It looks from (-1, -1) to (1, 1) only. That is one direction of many, and "
            "its step is longer than one unit, so the bend is not yet the curvature.",
        ),
        Wrong(
            lambda loss: 1 / halved_bowl()[1][1],
            "M323",
            "That is the limit of the course data. Another bowl has another limit: ask "
            "the loss that was handed over.",
        ),
        Wrong(
            lambda loss: 0.949,
            "M323",
            "That is the limit of this lesson's bowl. Another bowl has another limit: "
            "ask the loss that was handed over.",
        ),
        Wrong(
            lambda loss: 1 / min(cuts(loss)),
            "M311",
            "It takes the smallest curvature, that of the flattest direction. The "
            "steepest sets the limit, 2 over its curvature.",
        ),
        Wrong(
            lambda loss: 2 / min(cuts(loss)),
            "M311",
            "That is the limit of the flattest direction. In the steepest one such a "
            "rate explodes.",
        ),
        Wrong(
            lambda loss: 2 / min(cuts(loss, TWO_AXES)),
            "M311",
            "The flatter of two directions is taken. The steepest of all sets the "
            "limit.",
        ),
        Wrong(
            lambda loss: 2 / (max(cuts(loss)) + min(cuts(loss))),
            "M312",
            "That is the best rate. The largest rate that works lies above it: 2 over "
            "the largest curvature.",
        ),
        Wrong(
            lambda loss: 2 / np.mean(cuts(loss)),
            "M312",
            "The curvatures are averaged. The rate has to work in the steepest "
            "direction, not on average.",
        ),
        Wrong(
            lambda loss: 1 / max(cuts(loss)),
            "M312",
            "At that rate one round lands on the lowest point of the steepest cut. "
            "Rates up to twice that still work.",
            PARABOLA,
        ),
        Wrong(
            lambda loss: max(cuts(loss)),
            "M313",
            "That is the largest curvature. The steeper the bowl, the smaller the rate "
            "has to be.",
            PARABOLA,
        ),
        Wrong(
            lambda loss: max(cuts(loss)) / 2,
            "M313",
            "That is upside down: the steeper the bowl, the smaller the rate has to "
            "be.",
            PARABOLA,
        ),
        Wrong(
            lambda loss: 2 / max(cuts(loss) + 2 * loss(0, 0)),
            "M314",
            "One unit forward and one back are added, but the middle is not taken off. "
            "A bowl that is lifted up has the same curvature.",
        ),
        Wrong(
            lambda loss: 2 / max(cuts(loss) + loss(0, 0)),
            "M314",
            "The middle has to be taken off twice, once for each of the two sides.",
        ),
        Wrong(
            lambda loss: (
                2
                / max(
                    loss(np.cos(a), np.sin(a)) - loss(0, 0)
                    for a in np.linspace(0, 2 * np.pi, 361)
                )
            ),
            "M314",
            "It measures how far the loss rises to one side. On a slope it rises "
            "without any curvature: add the other side, and the tilt cancels.",
        ),
        Wrong(
            lambda loss: 2 / max(0.01 * cuts(loss, None, 0.1)),
            "M102",
            "With a step h the bend has to be divided by the square of h. It is the "
            "curvature itself only if the step is one unit.",
        ),
        Wrong(
            lambda loss: 2 / max(0.1 * cuts(loss, None, 0.1)),
            "M102",
            "With a step h the bend has to be divided by the square of h, not by h.",
        ),
    ),
    right=(
        lambda loss: 2 / max(np.linalg.eigvalsh(table(loss))),
        lambda loss: 2 / max(cuts(loss, np.linspace(0, np.pi, 46), 1e-3)),
        lambda loss: 2 / np.linalg.norm(table(loss, 0.3), 2),
        by_slopes,
    ),
    equivalent={
        "0 -> 0.01": "Other directions, or a middle hardly moved, measure the same.",
    },
)


# 03.5: a rate that stays


def halved_bowl():
    """Return the lowest point, the curvatures and the directions of half the mse."""
    x, y = course_data()
    table = np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    lowest = np.linalg.solve(table, [np.mean(x * y), np.mean(y)])
    return lowest, *np.linalg.eigh(table)


def arrives(rate, count):
    """Tell whether that many rounds from (0, 0) are within 0.005 of (3, -2)."""
    lowest, curvatures, directions = halved_bowl()
    with np.errstate(over="ignore", invalid="ignore"):
        factors = (1 - rate * curvatures) ** count
        place = lowest + directions @ (factors * (directions.T @ -lowest))
        return bool(np.all(np.abs(place - (3, -2)) < 0.005))


STAYS = "a rate that arrives and stays, and the curvature that says why"
EARLY, LATE = 20, 1000


def what_the_rate_does(answer):
    """Say what comes of a rate, and which curvature was given for it."""
    if not numeric(plain(answer)) or np.shape(answer) != (2,):
        raise WrongKindError(answer)
    rate, curvature = map(float, answer)
    return what_happens(rate) or which_curvature(curvature)


def what_happens(rate):
    """Say what is wrong with a rate, or nothing."""
    _, curvatures, _ = halved_bowl()
    if not rate > 0:
        return "a rate that climbs or stands still"
    stable = rate * curvatures[1] < 2
    if arrives(rate, EARLY):
        stays = arrives(rate, LATE) and stable
        return "" if stays else "a rate that arrives by round 20 but does not stay"
    if stable:
        return "a rate that has not arrived at round 20"
    return "a rate that leaves at once"


def which_curvature(curvature):
    """Say which curvature of the course data a number is."""
    x, _ = course_data()
    _, (low, high), _ = halved_bowl()
    known = {
        STAYS: [high],
        "a good rate, and the largest curvature of the loss that is not halved": [
            2 * high
        ],
        "a good rate, and the smallest curvature": [low, 2 * low],
        "a good rate, and the curvature towards m or b": [
            np.mean(x * x),
            1.0,
            2 * np.mean(x * x),
            2.0,
        ],
        "a good rate, and a rate in place of the curvature": [
            2 / high,
            1 / high,
            2 / (low + high),
        ],
    }
    for words, numbers in known.items():
        if any(abs(curvature / number - 1) < 5e-3 for number in numbers):
            return words
    return "a good rate, and a number that is not the largest curvature"


def rate_and_curvature():
    x, _ = course_data()
    table = np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    curvature = np.max(np.linalg.eigvalsh(table))
    return 1 / curvature, curvature


RATE = Exercise(
    id="03.5",
    form="value",
    objective=CATCH,
    place=LIAR,
    prompt=(
        "**Exercise 03.5.** Many books halve the squared error, so that the 2 of its "
        "slope goes away. Take half the mean squared error on the course data, from m "
        "= 0, b = 0. Give a rate at which m and b are within 0.005 of 3 and -2 after "
        "round 20, and still there after round 1000, and for ever. With it give the "
        "curvature that sets its limit, to three digits."
    ),
    stub=(
        "# Within 0.005 after round 20, still after round 1000, and for ever.\n"
        "my_rate = ...\n"
        "my_curvature = ...\n"
        "\n"
        'check("03.5", (my_rate, my_curvature))'
    ),
    solution=rate_and_curvature,
    check=lambda: [
        Trial(
            "your rate and your curvature",
            STAYS,
            act=lambda answer: what_the_rate_does(answer),
        )
    ],
    shown="It is there at round 20, and the curvature says that it can never leave.",
    hints=(
        "What becomes of every curvature when the loss is halved? And of the limit?",
        "The largest curvature sets the limit, 2 / curvature. A rate well below the "
        "limit, but not far too low, arrives in time.",
        "For the loss that is not halved the answer is 0.518, with 2.108.",
    ),
    wrong=(
        Wrong(
            (1.92, 1.054),
            "M80",
            "The rate is above the limit. The steep direction begins with next to no "
            "error, so the run seems to have arrived; but each round multiplies that "
            "error by a factor beyond -1.",
        ),
        Wrong(
            (3.0, 1.054),
            "M315",
            "It leaves at once: in some direction each round lands farther away than "
            "the last. The limit is 2 over the largest curvature.",
            PARABOLA,
        ),
        Wrong(
            (0.1, 1.054),
            "M316",
            "Safe but too slow: half the loss has half the slopes, so each step is "
            "half as long. Look for a larger rate below the limit.",
            BOWL,
        ),
        Wrong(
            (-0.5, 1.054),
            "M45",
            "A step goes against the slope, so the rate is positive; at 0 nothing "
            "moves.",
            ROUNDS,
        ),
        Wrong(
            (0.96, 2.108),
            "M317",
            "The rate is good. 2.108 belongs to the loss that is not halved: half the "
            "loss has half the slope everywhere, and half the curvature.",
            BOWL,
        ),
        Wrong(
            (0.96, 0.878),
            "M311",
            "The rate is good. The curvature given is that of the flattest direction. "
            "The steepest one explodes first, so it sets the limit.",
            BOWL,
        ),
        Wrong(
            (0.96, 0.93),
            "M310",
            "The rate is good. The curvature given is that towards m or towards b. The "
            "steepest direction lies between them.",
            BOWL,
        ),
        Wrong(
            (0.96, 1.4),
            "M323",
            "The rate is good. The curvature given is not the largest of this bowl. "
            "Measure the largest one, and keep three digits.",
            BOWL,
        ),
        Wrong(
            (0.96, 1.897),
            "M313",
            "The rate is good. In place of the curvature you gave a rate that comes "
            "from it. The curvature is 2 divided by the limit.",
            BOWL,
        ),
    ),
    right=(
        (0.96, 1.054),
        (1.0, 1.05),
        [np.float32(0.518), np.float32(1.0540)],
        (1.89, 1.055),
        np.array([0.4, 1.05402]),
    ),
    equivalent={
        "1 / curvature -> 1 * curvature": "1.054 is a good rate, too.",
        "1 / curvature -> 1": "1 is a good rate, too.",
        "1 / curvature -> curvature": "1.054 is a good rate, too.",
        "1 -> 1.01": "Any rate well below the limit will do.",
    },
)


# Quizzes


def at_the_end():
    """Say how the loss at rate 0.001 goes in the last 200 of 1000 rounds."""
    x, y = course_data()
    m = b = 0.0
    losses = []
    for _ in range(1001):
        errors = m * x + b - y
        losses.append(np.mean(errors**2))
        m, b = m - 0.002 * np.mean(errors * x), b - 0.002 * np.mean(errors)
    if losses[1000] > losses[800]:
        return "rises"
    if losses[1000] < 2e-4:
        return "floor"
    return "falls" if losses[1000] < 0.9 * losses[800] else "flat"


FLAT = Quiz(
    id="03.q1",
    objective=READ,
    place=ROUNDS,
    question=(
        "The same loop at rate 0.001. On a linear axis the loss falls steeply at "
        "first, and from round 800 to round 1000 it looks flat. What would a "
        "logarithmic axis show there?"
    ),
    options=(
        Option(
            "a flat line: the descent has converged",
            "flat",
            "The loss halves in these 200 rounds. A linear axis that has to hold the "
            "first losses has no room left to show it. m is 2.48 and still moving.",
            "M55",
        ),
        Option(
            "a straight line that goes on falling",
            "falls",
            "Every round takes the same share off the loss, early and late. At round "
            "1000 it stands at 0.34, far above the floor that the noise makes.",
        ),
        Option(
            "the floor of the noise, near 0.0001",
            "floor",
            "At rate 0.1 the loss is on the floor long before. At 0.001 the steps are "
            "a hundred times shorter, and 1000 of them do not reach it.",
            "M55",
        ),
        Option(
            "a line that rises",
            "rises",
            "A loss that rises late is the sign of a rate beyond its limit. This rate "
            "is far below it.",
        ),
    ),
    compute=at_the_end,
)


def gain_on_ten_points():
    """Return the mean of fitted over true error on ten points, to one digit."""
    ratios = []
    for seed in range(400):
        x, y = course_data(seed, 10)
        m, b = np.polyfit(x, y, 1)
        fitted, true = np.mean((m * x + b - y) ** 2), np.mean((3 * x - 2 - y) ** 2)
        ratios.append(fitted / true)
    return round(float(np.mean(ratios)), 1)


FRESH = Quiz(
    id="03.q2",
    objective=COMPARE,
    place=SEEDS,
    question=(
        "Ten points near 3 x - 2 instead of a hundred. A line is fitted to them, and "
        "its error on these ten is divided by that of the true line. What comes out, "
        "on average over many random seeds?"
    ),
    options=(
        Option(
            "0.98, as with a hundred points",
            0.98,
            "Two parameters use up two points. Out of a hundred that is little, out of "
            "ten it is a lot.",
            "M318",
        ),
        Option(
            "about 0.8",
            0.8,
            "(n - 2) / n. The fewer the points, the more of their noise the line can "
            "follow, and the worse it does on fresh ones.",
        ),
        Option(
            "1: no fit beats the truth",
            1.0,
            "On its own points every fit does. The true line was one of those open to "
            "the fit, which chose the best for these points.",
            "M319",
        ),
        Option(
            "about 1.2: with few points the fit is worse",
            1.2,
            "On fresh points it is worse. On the fit's own points the true line can "
            "never win.",
            "M319",
        ),
    ),
    compute=gain_on_ten_points,
)


def why_it_explodes():
    """Look for the reason why a line on x ten times as large explodes at rate 0.1."""
    x, y = course_data()
    points = list(zip(x, y, strict=True))

    def loss(params):
        return np.mean((params["m"] * 10 * x + params["b"] - y) ** 2)

    def by_points(params):
        each = [mse(t, params["m"] * 10 * at + params["b"]) for at, t in points]
        return sum(each) / len(each)

    start = {"m": 0.3, "b": 0.7}
    measured = differences(loss, start)[1]
    carried = one_at_a_time(by_points, start)[1]
    if any(abs(measured[name] / carried[name] - 1) > 1e-6 for name in start):
        return "slope"
    before, after = (2 * np.mean((k * x) ** 2) for k in (1, 10))
    return "rate" if 0.1 * before < 2 < 0.1 * after else "points"


UNITS = Quiz(
    id="03.q3",
    objective=MEASURE,
    place=ZERO,
    question=(
        "The loop at rate 0.1 worked. Now every x is given in another unit, ten times "
        "as large, and the loss explodes within a few rounds. Where is the fault?"
    ),
    options=(
        Option(
            "in a slope: a loss that explodes has a wrong derivative",
            "slope",
            "The slopes agree with measured ones here as before. Doubt the rate before "
            "the derivative.",
            "M54",
        ),
        Option(
            "in the points: a change of unit alone changes nothing",
            "points",
            "The line is the same, with an m ten times smaller. The bowl is not: x is "
            "squared in its curvature.",
            "M56",
        ),
        Option(
            "in the rate: the limit is now more than eighty times lower",
            "rate",
            "The curvature towards m is the mean of 2 x x, a hundred times as large; "
            "that towards b has not changed. The limit falls from 0.949 to below "
            "0.011. Scale x first, and no unit can do this.",
        ),
        Option(
            "in the rate, which is now too small for such large x",
            "small",
            "Larger x give steeper slopes, so each step is longer already. A larger "
            "rate would make it worse.",
            "M56",
        ),
    ),
    compute=why_it_explodes,
)

EXERCISES = (TOWARDS_B, ONE_ROUND, WALK, LARGEST, RATE)
QUIZZES = (FLAT, FRESH, UNITS)

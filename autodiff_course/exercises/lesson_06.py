"""Exercises of lesson 06: columns, seeds beside data, a silent slip, the product."""

import numpy as np

from autodiff_course.data import cut_labels
from autodiff_course.descent import all_directions
from autodiff_course.exercises.engines import Bare, meaning
from autodiff_course.exercises.guard import WrongKindError
from autodiff_course.exercises.outcomes import plain
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.losses import logloss
from autodiff_course.models import network_start
from autodiff_course.primitives import sigmoid
from autodiff_course.reductions import mean, total
from autodiff_course.variable import Variable

COLUMN = "A value may be a whole column."
MANY = "Many numbers become one."
APART = "What does NumPy do with a class it does not know?"
CARRIES = "One pass carries all directions."
AXIS = "Directions need an axis of their own."
RIGHT_SHAPE = "Why keep an axis of length 1?"
DOOR = "What comes in is checked at one door."
ALL_AT_ONCE = "The loop over the parameters is gone."
TIME = "Where did the time go?"
MATRIX = "Rows times columns is one operator."

PUSH = "push a whole column of points through one Variable"
SEEDS = (
    "lay out seeds so that directions never lie on data, and say the shape of every "
    "grad"
)
CATCH = "catch a wrong gradient that has the right shape"
MULTIPLY = "multiply two matrices by hand, and differentiate the product"
WORK = "count the work of a gradient, and say which part of it costs the time"


# 06.1: all points by one pass


def all_slopes(function, points):
    grad = function(Variable(points, 1)).grad
    return np.broadcast_to(grad, np.shape(points))


def cube(x):
    return x * x * x - 2 * x


def share(x):
    return x / (x * x + 3)


def moved(x):
    return x + 2


def try_all_slopes():
    points = np.array([1.7, -0.6, 2.9, 0.3])
    whole = np.array([2, -3, 4])
    square = points * points
    for formula, function, at, expected in (
        ("x**3 - 2 * x", cube, points, 3 * square - 2),
        ("x / (x**2 + 3)", share, points, (3 - square) / (square + 3) ** 2),
        ("x**3 - 2 * x", cube, whole, 3.0 * whole * whole - 2),
        ("x + 2", moved, points, np.ones(4)),
    ):
        place = f"with `{formula}` at the points {at.tolist()}"
        yield Trial(place, expected, (function, at), in_the_course)
    yield Trial(
        "counting how often it calls the function for 4 points",
        1,
        (cube, points),
        calls_made,
        group="calls",
    )


def in_the_course(answer, function, points):
    """Call an answer in which Variable is the course's, whatever the notebook has."""
    return meaning(answer, Variable=Variable)(function, points)


def calls_made(answer, function, points):
    calls = []

    def counted(x):
        calls.append(x)
        return function(x)

    in_the_course(answer, counted, points)
    return len(calls)


def measured(function, points, h=1e-5):
    points = np.asarray(points, dtype=float)
    return (function(points + h) - function(points - h)) / (2 * h)


SLOPES = Exercise(
    id="06.1",
    form="function",
    objective=PUSH,
    place=COLUMN,
    prompt=(
        "**Exercise 06.1.** Write a function that returns the slopes of any function, "
        "at every point of an array, by a single pass through that function: an array "
        "as long as the points, also for `x + 2`."
    ),
    stub=(
        "def all_slopes(function, points):\n"
        '    """Return the slope of the function at every point of an array."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("06.1", all_slopes)'
    ),
    solution=all_slopes,
    check=try_all_slopes,
    shown="All slopes by one pass: the column went in as one Variable, with seed 1.",
    hints=(
        "What did the lesson put into a Variable in place of one number?",
        "The whole array is the value. One seed of 1 stands for every entry.",
        "At one point it is `function(Variable(3.0, 1)).grad`.",
    ),
    wrong=(
        Wrong(
            lambda f, points: f(Variable(points, 1)).grad,
            "M611",
            "The slope of `x + 2` is 1 at every point, and the one seed came back as "
            "it was. Seed with an array, or write the grad out at the end.",
        ),
        Wrong(
            lambda f, points: [f(Variable(p, 1)).grad for p in points.tolist()],
            "M601",
            "The slopes are right, but it makes a pass for each point. The whole array "
            "fits into one Variable.",
        ),
        Wrong(
            measured,
            "M67",
            "Those are central differences: two calls, and right to some digits only. "
            "A seeded Variable brings the slope along in one.",
        ),
        Wrong(
            lambda f, points: f(Variable(points)).grad,
            "M21",
            "Nothing is seeded, so nothing moves: every grad is 0.",
        ),
        Wrong(
            lambda f, points: f(Variable(points, 1)).value,
            "M001",
            "Those are the values of the function. The slopes stand in .grad.",
        ),
        Wrong(
            lambda f, points: np.sum(f(Variable(points, 1)).grad),
            "M603",
            "The slopes are added up. Each point has a slope of its own, and all of "
            "them are asked for.",
        ),
        Wrong(
            lambda f, points: np.mean(f(Variable(points, 1)).grad),
            "M603",
            "That is the mean of the slopes. Each point has a slope of its own, and "
            "all of them are asked for.",
        ),
        Wrong(
            lambda f, points: f(Variable(points, np.eye(len(points)))).grad,
            "M604",
            "It gives every point a direction of its own, and most of that table is 0: "
            "no point moves another. All may move at once.",
        ),
        Wrong(
            lambda f, points: f(Variable(points, points)).grad,
            "M605",
            "The points are the seed there. A seed is a speed: 1 at every point, "
            "wherever it stands.",
        ),
        Wrong(
            lambda f, points: f(Variable(points, 1e-5)).grad,
            "M25",
            "The seed is a speed, not a step. Seed with 1, and grad is the slope.",
        ),
    ),
    right=(
        lambda f, points: f(Variable(points, np.ones(len(points)))).grad,
        lambda f, points: (f(Variable(points, points * 0 + 2)).grad / 2).tolist(),
        lambda f, points: (
            f(Variable(points.astype(np.float32), 1)).grad * np.ones(len(points))
        ),
        lambda f, points: tuple(
            np.ravel(f(Variable(points[None, :], np.ones((1, len(points))))).grad)
        ),
    ),
)


# 06.2: seeds beside data of any number of axes


def seeds_beside(count, axes):
    return np.eye(count).reshape(count, count, *(1,) * axes)


def grad_by_seeds(answer, data):
    """Return the grad of a sum of parameter times data, by plain arrays.

    Further axes of length 1 between directions and data do no harm: out they go.
    """
    seeds = answer(len(data), np.ndim(data) - 1)
    if not isinstance(seeds, (np.ndarray, list, tuple)) or len(seeds) != len(data):
        return seeds
    grad = sum(np.asarray(seed) * held for seed, held in zip(seeds, data, strict=True))
    fits = np.size(grad) == np.size(data) and np.shape(grad)[:1] == np.shape(data)[:1]
    return np.reshape(grad, np.shape(data)).tolist() if fits else grad.tolist()


def try_seeds_beside():
    """Yield data of each parameter: the grad in direction i is the data of i."""
    for count, shape in ((3, (3,)), (2, (4,)), (3, (3, 3)), (2, (1, 3)), (2, ())):
        data = np.arange(2, 2 + count * np.prod(shape, dtype=int))
        data = data.reshape(count, *shape)
        words = f"data of shape {shape}" if shape else "a single number"
        place = f"with {count} numbers, each times {words}, asking for the grad"
        yield Trial(place, plain(data.tolist()), (data,), grad_by_seeds)


def one_by_one(count, axes):
    seeds = []
    for i in range(count):
        seed = np.zeros((count,) + (1,) * axes)
        seed[i] = 1
        seeds.append(seed)
    return seeds


def expanded(count, axes):
    table = np.identity(count)
    for _ in range(axes):
        table = table[..., None]
    return tuple(table)


BESIDE = Exercise(
    id="06.2",
    form="function",
    objective=SEEDS,
    place=AXIS,
    prompt=(
        "**Exercise 06.2.** Lay out the seeds for any number of parameters, each one "
        "number, that will meet data with any number of axes. (A line has two "
        "parameters, and its data one axis.) The check multiplies each seed by data; "
        "sometimes there are as many points as directions."
    ),
    stub=(
        "def seeds_beside(count, axes):\n"
        '    """Return an array for each of count numbers, directions first."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("06.2", seeds_beside)'
    ),
    solution=seeds_beside,
    check=try_seeds_beside,
    shown="Directions stand left of the data, with a 1 for each data axis.",
    hints=(
        "What is the shape of the seed of m in the lesson, where data have one axis? "
        "And if they had two?",
        "`np.eye(count)` has a row for each parameter. Give each row one axis of "
        "length 1 at the right for each axis of the data.",
        "`(1,) * 3` is `(1, 1, 1)`, and `np.ones(4).reshape(2, 2, *(1,) * 3)` has "
        "shape (2, 2, 1, 1, 1).",
    ),
    wrong=(
        Wrong(
            lambda count, axes: np.eye(count),
            "M606",
            "Without an axis of length 1 the directions lie on the data. With as many "
            "points as directions nothing stops, and the grad is wrong.",
        ),
        Wrong(
            lambda count, axes: np.eye(count).reshape(count, *(1,) * axes, count),
            "M607",
            "The ones stand left of the directions, so these lie on the last axis of "
            "the data. Shapes are matched from the right: the ones belong there.",
        ),
        Wrong(
            lambda count, axes: np.eye(count)[:, None, :],
            "M607",
            "The 1 stands left of the directions, so these lie on the last axis of the "
            "data. Shapes are matched from the right: the ones belong there.",
        ),
        Wrong(
            lambda count, axes: np.eye(count)[:, :, None],
            "M608",
            "One axis of length 1 holds the place of one data axis. Data with two axes "
            "need two, a single number needs none.",
        ),
        Wrong(
            lambda count, axes: np.eye(count).reshape(count, count, *(1,) * (axes - 1)),
            "M606",
            "There is one axis of length 1 too few: data with one axis need one, so "
            "the directions still lie on the data.",
        ),
        Wrong(
            lambda count, axes: np.ones((count, count) + (1,) * axes),
            "M22",
            "Every number moves in every direction there. In direction i only number i "
            "should move.",
            CARRIES,
        ),
        Wrong(
            lambda count, axes: [1] * count,
            "M22",
            "All numbers are seeded with a plain 1, so there is one direction, in "
            "which all of them move at once.",
            CARRIES,
        ),
        Wrong(
            lambda count, axes: np.zeros((count, count) + (1,) * axes),
            "M21",
            "The shapes are right, but nothing is seeded: no number moves in any "
            "direction.",
            CARRIES,
        ),
        Wrong(
            lambda count, axes: np.eye(count).reshape(count, count, *(1,) * axes)[0],
            "M609",
            "That is the seed of the first number alone. Each number needs a seed of "
            "its own.",
            CARRIES,
        ),
    ),
    right=(
        one_by_one,
        expanded,
        lambda count, axes: np.eye(count, dtype=int)[(...,) + (None,) * axes],
        lambda count, axes: np.eye(count).reshape(count, count, 1, 1, 1, 1),
    ),
)


# 06.3: wrong without a word


def silent():
    return np.array([3.0, 4.0]), np.array([[1.0, 0.0], [5.0, 2.0]])


def shares(value, grad, keep=False):
    """Return the grad of each value's share; right if the summed axis is kept."""
    whole = np.sum(value)
    whole_grad = np.sum(grad, axis=1, keepdims=keep)
    return (grad - value / whole * whole_grad) / whole


def two_of(answer):
    """Return the two parts of a pair."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        raise WrongKindError(answer)
    return answer


def what_comes(value, grad):
    """Say in words what the slip makes of a value and its grad."""
    value, grad = np.asarray(value, dtype=float), np.asarray(grad, dtype=float)
    if not (np.isfinite(value).all() and np.isfinite(grad).all()):
        return "numbers that are not finite"
    if value.ndim != 1:
        return "a value that is no column, `(n,)`"
    if grad.ndim == 1:
        return "no column with a table of directions"
    if grad.ndim != 2:
        return "a grad that is no table, `(k, n)`"
    if grad.shape[1] == 1 < len(value):
        return "a grad that is not written out for each point"
    if grad.shape[1] != len(value):
        return "a grad that does not fit its value"
    if not np.sum(value):
        return "a sum of 0, by which nothing can be divided"
    right = shares(value, grad, keep=True)
    try:
        slipped = shares(value, grad)
    except ValueError:
        return "an error, which anybody notices"
    if slipped.shape != right.shape:
        return "a wrong shape, which a test of shapes notices"
    if not np.allclose(slipped, right, rtol=0.01, atol=1e-9 * np.max(np.abs(right))):
        return "a wrong grad of the right shape"
    if len(grad) == 1:
        return "the right grad: there is one direction"
    return "the right grad, by luck"


SILENT = Exercise(
    id="06.3",
    form="value",
    objective=CATCH,
    place=RIGHT_SHAPE,
    prompt=(
        "**Exercise 06.3.** `shares` gives each value its part of the whole, and has "
        "the slip of the box above. Find a value, `(n,)`, and a grad, `(k, n)`, with "
        "which it gives a wrong grad of the right shape, without an error."
    ),
    stub=(
        "def shares(value, grad):\n"
        '    """Return the share of each value in the whole, and its grad."""\n'
        "    whole, whole_grad = np.sum(value), np.sum(grad, axis=1)\n"
        "    share = value / whole\n"
        "    return share, (grad - share * whole_grad) / whole\n"
        "\n"
        "\n"
        "value = ...\n"
        "grad = ...\n"
        "\n"
        'check("06.3", (value, grad))'
    ),
    solution=silent,
    check=lambda: [
        Trial(
            "`shares` with your value and grad",
            "a wrong grad of the right shape",
            act=lambda answer: what_comes(*two_of(answer)),
        )
    ],
    shown=(
        "As many directions as points, and directions that differ in their sums: the "
        "slip shows in the numbers alone. `keepdims=True` in `np.sum` mends it."
    ),
    hints=(
        "Which lengths must agree, so that NumPy does not stop?",
        "Take as many directions as points. Then look at `whole_grad`: if its entries "
        "are all the same, it does not matter where they lie.",
        "`np.sum(np.array([[1, 2], [3, 4]]), axis=1)` gives 3 and 7, and for "
        "`np.eye(2)` it gives 1 and 1.",
    ),
    wrong=(
        Wrong(
            (np.array([3.0, 4.0]), np.eye(2)),
            "M202",
            "The lengths agree and nothing stops. But every direction has the same sum "
            "there, so it does not matter where the sums lie. Make them differ.",
        ),
        Wrong(
            (np.array([3.0, 4.0, 6.0]), np.array([[1.0, 0.0, 2.0], [5.0, 2.0, 0.0]])),
            "M610",
            "NumPy stops, because the lengths differ. That is a slip that anybody "
            "finds. Look for lengths where it is silent.",
        ),
        Wrong(
            (np.array([3.0, 4.0]), np.array([[1.0, 2.0]])),
            "M202",
            "With one direction there is nothing that could slide: the slip gives the "
            "right grad. Take more of them.",
        ),
        Wrong(
            (np.array([3.0]), np.array([[1.0], [5.0]])),
            "M610",
            "One point and two directions give a table with too many columns. A test "
            "of shapes finds that; find what it does not.",
        ),
        Wrong(
            (np.array([3.0, 4.0]), np.array([1.0, 5.0])),
            "M606",
            "That grad has one axis, so it holds one direction, a number for each "
            "point. Directions need an axis of their own, on the left.",
            AXIS,
        ),
        Wrong(
            (np.array([3.0, 4.0]), np.array([[1.0], [5.0]])),
            "M611",
            "Two directions with one number each are the grad of a single number. "
            "Write one number for each point: shape (2, 2).",
            AXIS,
        ),
    ),
    right=(
        (np.array([1.0, 2.0, 3.0]), np.diag([1.0, 2.0, 3.0])),
        ([2.0, 5.0], [[1.0, 1.0], [0.0, 1.0]]),
        [np.float32([0.3, 0.9]), np.float32([[0, 1], [1, 4]])],
        (np.arange(1, 5), np.arange(16).reshape(4, 4)),
    ),
    equivalent={
        "3.0 -> 3.0300000000000002": "Almost any value will do.",
        "4.0 -> 4.04": "Almost any value will do.",
        "1.0 -> 1.01": "Almost any grad will do.",
        "0.0 -> 0.01": "Almost any grad will do.",
        "5.0 -> 5.05": "Almost any grad will do.",
        "2.0 -> 2.02": "Almost any grad will do.",
    },
)


# 06.4: three matrices


def triple_grad(a, b, c):
    two = a.grad @ b.value + a.value @ b.grad
    return two @ c.value + a.value @ b.value @ c.grad


def by_entries(a, b, c):
    """Return the grad of a @ b @ c, every entry by its sum of products."""
    terms = [
        np.einsum("ik,kl,lj->ij", a.grad, b.value, c.value),
        np.einsum("ik,kl,lj->ij", a.value, b.grad, c.value),
        np.einsum("ik,kl,lj->ij", a.value, b.value, c.grad),
    ]
    return sum(terms)


def try_triple():
    """Yield square matrices first: there even a wrong order gives numbers."""
    random = np.random.default_rng(64)
    for shapes, moving in (
        (((2, 2), (2, 2), (2, 2)), "abc"),
        (((3, 3), (3, 3), (3, 3)), "abc"),
        (((2, 3), (3, 4), (4, 2)), "abc"),
        (((2, 3), (3, 4), (4, 2)), "a"),
        (((3, 2), (2, 2), (2, 4)), "b"),
        (((1, 3), (3, 2), (2, 2)), "c"),
    ):
        factors = [
            Bare(
                random.normal(size=shape), random.normal(size=shape) * (name in moving)
            )
            for name, shape in zip("abc", shapes, strict=True)
        ]
        which = "all move" if moving == "abc" else f"{moving} moves alone"
        place = f"with shapes {', '.join(map(str, shapes))}, where {which}"
        yield Trial(place, by_entries(*factors), tuple(factors))


TRIPLE = Exercise(
    id="06.4",
    form="function",
    objective=MULTIPLY,
    place=MATRIX,
    prompt=(
        "**Exercise 06.4.** A column of points goes through two layers: `a @ b @ c`, "
        "and all three may move. Write the grad of the product."
    ),
    stub=(
        "def triple_grad(a, b, c):\n"
        '    """Return the grad of a @ b @ c, from .value and .grad of each."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("06.4", triple_grad)'
    ),
    solution=triple_grad,
    check=try_triple,
    shown="Each factor moves while the others stand, and none leaves its place.",
    hints=(
        "Three factors, each moving while the other two stand: how many terms?",
        "It is the box of exercise 02.1, with `@`, and in every term the order is a, "
        "b, c.",
        "For two factors it is `a.grad @ b.value + a.value @ b.grad`.",
    ),
    wrong=(
        Wrong(
            lambda a, b, c: a.grad @ b.grad @ c.grad,
            "M01",
            "The grads are multiplied. As with numbers, each factor moves while the "
            "others stand: three terms with one grad in each.",
        ),
        Wrong(
            lambda a, b, c: a.grad @ b.value @ c.value,
            "M02",
            "Only a moves there. b and c may move as well, and each adds a term.",
        ),
        Wrong(
            lambda a, b, c: a.value @ b.grad @ c.value,
            "M02",
            "Only b moves there. a and c may move as well, and each adds a term.",
        ),
        Wrong(
            lambda a, b, c: a.value @ b.value @ c.grad,
            "M02",
            "Only c moves there. a and b may move as well, and each adds a term.",
        ),
        Wrong(
            lambda a, b, c: (a.grad @ b.value + a.value @ b.grad) @ c.value,
            "M02",
            "c stands still there. It may move as well, and adds a third term.",
        ),
        Wrong(
            lambda a, b, c: a.value @ (b.grad @ c.value + b.value @ c.grad),
            "M02",
            "a stands still there. It may move as well, and adds a third term.",
        ),
        Wrong(
            lambda a, b, c: (
                a.grad @ b.value @ c.value
                + b.grad @ a.value @ c.value
                + c.grad @ a.value @ b.value
            ),
            "M612",
            "The moving factor is pulled to the front. Rows and columns are not alike: "
            "in every term the order stays a, b, c.",
        ),
        Wrong(
            lambda a, b, c: (
                b.value @ c.value @ a.grad
                + a.value @ c.value @ b.grad
                + a.value @ b.value @ c.grad
            ),
            "M612",
            "The moving factor is pushed to the end. Rows and columns are not alike: "
            "in every term the order stays a, b, c.",
        ),
        Wrong(
            lambda a, b, c: (
                a.grad * b.value * c.value
                + a.value * b.grad * c.value
                + a.value * b.value * c.grad
            ),
            "M613",
            "`*` multiplies entry by entry. The product of matrices is `@`, rows times "
            "columns, in its grad as well.",
        ),
        Wrong(
            lambda a, b, c: a.grad @ b.value + a.value @ b.grad,
            "M205",
            "That is the grad of `a @ b`. Multiply it by c, and let c move too.",
        ),
        Wrong(
            lambda a, b, c: a.grad + b.grad + c.grad,
            "M201",
            "Grads are added when matrices are added. In a product each is multiplied "
            "by the values of the other factors.",
        ),
        Wrong(
            lambda a, b, c: a.value @ b.value @ c.value,
            "M001",
            "That is the product itself. Its grad says how fast the product changes.",
        ),
    ),
    right=(
        by_entries,
        lambda a, b, c: (
            a.grad @ (b.value @ c.value)
            + a.value @ (b.grad @ c.value + b.value @ c.grad)
        ),
        lambda a, b, c: (
            (
                Variable(a.value, a.grad)
                @ Variable(b.value, b.grad)
                @ Variable(c.value, c.grad)
            ).grad
        ),
        lambda a, b, c: np.float32(triple_grad(a, b, c)).tolist(),
    ),
)


# Quizzes


def rmul_calls():
    """Return how often a class without manners is asked to multiply."""
    calls = []

    class Rude:
        def __rmul__(self, other):
            calls.append(other)
            return self

    np.linspace(0.5, 1.5, 100) * Rude()
    return len(calls)


RUDE = Quiz(
    id="06.q1",
    objective=PUSH,
    place=APART,
    question=(
        "A column of 100 numbers stands left of a `Pair` without manners: `column * "
        "Pair(2.0, 1)`. How often does Python call `Pair.__rmul__`?"
    ),
    options=(
        Option(
            "once, with the whole column",
            1,
            "That is what happens with a Pair that has `__array_ufunc__`. Without it "
            "NumPy, which is asked first, goes through the column by itself.",
            "M614",
        ),
        Option(
            "100 times",
            100,
            "NumPy takes the Pair for an entry and asks it anew at each number. The "
            "answers are right; the loop over the points is back.",
        ),
        Option(
            "never: NumPy multiplies the values by itself",
            0,
            "NumPy knows nothing of `.value`. It can do nothing but ask the Pair.",
            "M20",
        ),
        Option(
            "200 times: for the values, then for the grads",
            200,
            "One call gives both, value and grad. That is what a Pair is for.",
        ),
    ),
    compute=rmul_calls,
)


def stepped_in_place():
    """Say what becomes of an array of whole numbers that takes a step in place."""
    w = np.array([3, -2])
    before = w
    try:
        w -= 0.1 * np.array([1.0, 1.0])
    except TypeError:
        return "error"
    if w.dtype.kind == "i":
        return "whole"
    return "both" if before[0] == w[0] else "apart"


IN_PLACE = Quiz(
    id="06.q2",
    objective=PUSH,
    place=DOOR,
    question=(
        "Bare NumPy, without a Variable: `w = np.array([3, -2])`, `before = w`, then "
        "the step `w -= 0.1 * np.array([1.0, 1.0])`. What do you have?"
    ),
    options=(
        Option(
            "w is 2.9 and -2.1, before is 3 and -2",
            "apart",
            "`before = w` is a second name for the same array, and `-=` writes into "
            "that array. With floats both names would show 2.9. Only `w = w - ...` "
            "makes a new array.",
            "M36",
        ),
        Option(
            "both are 2.9 and -2.1",
            "both",
            "That would be so with floats: one array under two names. But this array "
            "was made of whole numbers, and has no room for 2.9.",
            "M62",
        ),
        Option(
            "both are 2 and -2: the fractions are cut off",
            "whole",
            "NumPy does not cut them off silently here: it refuses to write floats "
            "into an array of whole numbers.",
            "M62",
        ),
        Option(
            "an error",
            "error",
            "Whole numbers cannot take a fraction in place. The door makes floats of "
            "them, and `w = w - rate * grad` leaves the old array as it was.",
        ),
    ),
    compute=stepped_in_place,
)


def hidden_shape():
    """Return the shape of a hidden layer's grad without axes of length 1."""
    x = np.linspace(-1.0, 1.0, 150).reshape(50, 3)
    seen = []

    def loss(w):
        hidden = x @ w["weights"] + w["bias"]
        seen.append(tuple(n for n in np.shape(hidden.grad) if n != 1))
        return total(hidden)

    all_directions(loss, {"weights": np.full((3, 4), 0.3), "bias": np.full(4, 0.7)})
    return str(seen[0])


SHAPE = Quiz(
    id="06.q3",
    objective=SEEDS,
    place=ALL_AT_ONCE,
    question=(
        "`all_directions` gets weights of shape (3, 4) and a bias of shape (4,). From "
        "all of them and 50 points the loss makes an array `hidden` of shape (50, 4). "
        "Leaving out axes of length 1, what is the shape of the grad of `hidden`?"
    ),
    options=(
        Option(
            "(50, 4)",
            "(50, 4)",
            "That is the shape of its value. The grad has that many numbers in each "
            "direction.",
            "M609",
        ),
        Option(
            "(16, 50, 4)",
            "(16, 50, 4)",
            "12 weights and 4 biases, a direction for each; then the axes of the "
            "value.",
        ),
        Option(
            "(2, 50, 4)",
            "(2, 50, 4)",
            "Two names, but sixteen numbers that may move. Each number has a direction "
            "of its own.",
            "M615",
        ),
        Option(
            "(50, 4, 16)",
            "(50, 4, 16)",
            "The lengths are right. But shapes are matched from the right, where the "
            "data are, so directions stand on the left.",
            "M607",
        ),
        Option(
            "(12, 50, 4)",
            "(12, 50, 4)",
            "A bias is a parameter too, and moves `hidden`. Its numbers need "
            "directions.",
            "M501",
        ),
    ),
    compute=hidden_shape,
)


def variables_for(n):
    """Return how many Variables a gradient by all directions makes, and their size."""
    x, labels = cut_labels(n=n)
    plain, sizes = Variable.__init__, []

    def loss(w):
        hidden = w["m0_0"] * x + w["b0_0"], w["m0_1"] * x + w["b0_1"]
        logit = hidden[0] * w["m1_0"] + hidden[1] * w["m1_1"] + w["b1"]
        return mean(logloss(labels, sigmoid(logit)))

    def counted(self, value, grad=0):
        plain(self, value, grad)
        sizes.append(np.size(self.value) + np.size(self.grad))

    Variable.__init__ = counted
    try:
        all_directions(loss, network_start(160))
    finally:
        Variable.__init__ = plain
    return len(sizes), sum(sizes)


def growth():
    """Say how Variables and their numbers grow from 100 points to 1000."""
    made, held = np.array(variables_for(1000)) / variables_for(100)
    return f"{round(made)} and {round(held)}"


GROWTH = Quiz(
    id="06.q4",
    objective=WORK,
    place=TIME,
    question=(
        "One gradient by `all_directions`, once for 100 points and once for 1000. By "
        "about what factors do the number of Variables and the count of numbers in "
        "them grow?"
    ),
    options=(
        Option(
            "10 and 10",
            "10 and 10",
            "That is true of the loops, which make Variables for every point. A column "
            "is one Variable, however long.",
            "M601",
        ),
        Option(
            "1 and 10",
            "1 and 10",
            "Just as many Variables, ten times the arithmetic, and hardly more time: "
            "the time goes into making Variables, not into the numbers.",
        ),
        Option(
            "10 and 1",
            "10 and 1",
            "It is the other way round: the columns are ten times as long, and there "
            "are no more of them.",
        ),
        Option(
            "1 and 1: it is one pass in both cases",
            "1 and 1",
            "One pass, and every operation in it works on ten times as many numbers. "
            "The arithmetic is all still done.",
            "M616",
        ),
    ),
    compute=growth,
)

EXERCISES = (SLOPES, BESIDE, SILENT, TRIPLE)
QUIZZES = (RUDE, IN_PLACE, SHAPE, GROWTH)

"""Exercises of lesson 05: names, shared lists, a test of gradients, a rolling ball."""

import copy
import math
from fractions import Fraction
from itertools import pairwise
from types import FunctionType

import numpy as np

from autodiff_course.descent import differences, one_at_a_time
from autodiff_course.exercises.outcomes import plain
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import placed
from autodiff_course.models import PARAMETERS, deep_model, network_start
from autodiff_course.primitives import exp
from autodiff_course.variable import Variable

TWO_NODES = "Two nodes stand between the input and the chance."
ONE_FUNCTION = "One function holds the whole network."
REFUSES = "The mended model refuses a name that it does not know."
ONE_WORD = "Two loops differ in one word."
COPIED = "What does a copied dictionary hold?"
LUCKY = "One lucky start proves little."
BALL = "The slip is a ball with less and less friction."
SWINGS = "Where there is a place to stop, the ball swings on."
BEND = "How much can seven numbers bend?"
REAL_SIZE = "Could this loop train a network of real size?"

COUNT = "count and name the parameters of a small network"
TRAIN = (
    "train it by one seeded pass for each parameter and each point, and say what a "
    "round costs"
)
FIND = "find what two tables share that should share nothing"
TELL = "tell a right gradient from a wrong one where the loss does not"
RECUR = (
    "turn a loop that keeps its old slopes into a recurrence, each step from the one "
    "before, and predict its path"
)
COLLAPSE = "find out how much a second layer adds"

NODE_KINDS = ("m0", "b0", "m1")


# 05.1: the names of a wider network


def names_of(hidden):
    layer_0 = [f"{kind}0_{node}" for kind in "mb" for node in range(hidden)]
    layer_1 = [*(f"m1_{node}" for node in range(hidden)), "b1"]
    return layer_0 + layer_1


def sorted_names(answer, hidden):
    """Return the names in the order of the alphabet."""
    names = answer(hidden)
    many = isinstance(names, (list, tuple, set, np.ndarray))
    texts = many and all(isinstance(each, str) for each in names)
    return sorted(map(str, names)) if texts else names


def try_names():
    layers = "b0_0 b0_1 {} b1 m0_0 m0_1 {} m1_0 m1_1 {}"
    for hidden, more in ((2, ()), (3, (2,)), (5, (2, 3, 4))):
        further = [" ".join(f"{kind}_{i}" for i in more) for kind in ("b0", "m0", "m1")]
        expected = tuple(layers.format(*further).split())
        yield Trial(f"with {hidden} hidden nodes", expected, (hidden,), sorted_names)


def with_output(name_layer):
    """Return an answer whose last layer is named by `name_layer(hidden)`."""

    def names(hidden):
        layer_0 = [f"{kind}0_{node}" for kind in "mb" for node in range(hidden)]
        return layer_0 + name_layer(hidden)

    return names


NAMES = Exercise(
    id="05.1",
    form="function",
    objective=COUNT,
    place=TWO_NODES,
    prompt=(
        "**Exercise 05.1.** Give the network more hidden nodes, still with one input "
        "and one output. The names of layer 0 are there already. Which numbers does "
        "layer 1 have, and what are they called?"
    ),
    stub=(
        "def names_of(hidden):\n"
        '    """Return the names of all numbers of a network with so many nodes."""\n'
        '    layer_0 = [f"{kind}0_{node}" for kind in "mb" for node in range(hidden)]\n'
        "    layer_1 = ...\n"
        "    return layer_0 + layer_1\n"
        "\n"
        "\n"
        'check("05.1", names_of)'
    ),
    solution=names_of,
    check=try_names,
    shown=(
        "One weight for each hidden node and one intercept: 3 h + 1 numbers for h "
        "nodes, 7 for two of them."
    ),
    hints=(
        "Layer 1 makes one output. How many lines come into it, and how many "
        "intercepts does one node have?",
        "For two hidden nodes layer 1 is `m1_0`, `m1_1` and `b1`. Only the weights "
        "grow in number.",
        'The weights of layer 0 alone are `[f"m0_{node}" for node in range(hidden)]`. '
        "A name is added to a list by `+ [name]`.",
    ),
    wrong=(
        Wrong(
            with_output(lambda hidden: [f"m1_{node}" for node in range(hidden)]),
            "M501",
            "Those are the weights. The output adds an intercept of its own, `b1`, as "
            "every node does.",
        ),
        Wrong(
            with_output(
                lambda hidden: [f"{k}1_{node}" for k in "mb" for node in range(hidden)]
            ),
            "M502",
            "There every weight of layer 1 has an intercept beside it. An intercept "
            "belongs to a node, and layer 1 is one node.",
        ),
        Wrong(
            with_output(
                lambda hidden: [*(f"m1_{node}" for node in range(hidden)), "b1_0"]
            ),
            "M504",
            "The intercept of the output is called `b1`: there is no second one to "
            "tell it from.",
        ),
        Wrong(
            with_output(lambda hidden: ["m1", "b1"]),
            "M503",
            "One weight cannot serve all hidden nodes. The output has a line from each "
            "of them, and each line has a weight of its own.",
        ),
        Wrong(
            with_output(lambda hidden: ["m1_0", "b1"]),
            "M503",
            "There the output listens to one hidden node. It has a line from each of "
            "them, and each line has a weight of its own.",
        ),
        Wrong(
            with_output(lambda hidden: ["m1_0", "m1_1", "b1"]),
            "M503",
            "Those are the names for two hidden nodes, however many there are. The "
            "output has a weight for each hidden node.",
        ),
        Wrong(
            with_output(
                lambda hidden: [*(f"m1_{node + 1}" for node in range(hidden)), "b1"]
            ),
            "M505",
            "The number is right, but nodes are counted from 0 here: the weights begin "
            "with `m1_0`.",
        ),
    ),
    right=(
        lambda hidden: ["b1"] + [f"{k}_{i}" for i in range(hidden) for k in NODE_KINDS],
        lambda hidden: {f"{k}_{i}" for k in NODE_KINDS for i in range(hidden)} | {"b1"},
        with_output(lambda hidden: [f"m1_{i}" for i in range(hidden)] + ["b1"]),
        lambda hidden: (
            *(f"m0_{i}" for i in range(hidden)),
            *(f"b0_{i}" for i in range(hidden)),
            *(f"m1_{i}" for i in range(hidden)),
            "b1",
        ),
    ),
)


# 05.2: two lists too few


def mean_slopes(rounds):
    means = []
    for pairs in rounds:
        held = {"m": [], "b": []}
        for slope_m, slope_b in pairs:
            held["m"].append(slope_m)
            held["b"].append(slope_b)
        means.append([sum(held[name]) / len(held[name]) for name in "mb"])
    return means


ROUNDS = (
    [(1.7, -2.3), (0.6, 2.9)],
    [(-0.4, 0.3)],
    [(2.2, 5.1), (-3.4, 0.8), (0.9, -1.6)],
)
LATER = ([(7.3, -4.2)], [(0.2, 1.9), (-6.1, 3.3)])


def emptied(default):
    """Return a default with its lists empty again, as when the `def` was read."""
    if isinstance(default, dict):
        return {key: emptied(held) for key, held in default.items()}
    # Names stay; what a call may have left there are slopes.
    if isinstance(default, list):
        return [each for each in default if isinstance(each, str)]
    return default


def first_made(answer):
    """Return a function as it was before its first call, whatever it holds by now."""
    if not isinstance(answer, FunctionType):
        return answer
    made = FunctionType(
        answer.__code__,
        answer.__globals__,
        answer.__name__,
        tuple(emptied(each) for each in answer.__defaults__ or ()),
        answer.__closure__,
    )
    made.__kwdefaults__ = emptied(answer.__kwdefaults__ or {})
    return made


def in_one_call(answer, rounds):
    return first_made(answer)(rounds)


def in_second_call(answer, earlier, rounds):
    answer = first_made(answer)
    answer(earlier)
    return answer(rounds)


def try_mean_slopes():
    first = ((1.15, 0.3), (-0.4, 0.3), (-0.1, 4.3 / 3))
    later = ((7.3, -4.2), (-2.95, 2.6))
    rounds, after = list(ROUNDS), list(LATER)
    yield Trial("in one call, three rounds", first, (rounds,), in_one_call)
    yield Trial("in a second call", later, (rounds, after), in_second_call)
    yield Trial("in a second call", first, (after, rounds), in_second_call)


def lists_for_each_call(rounds):
    table, means = {"m": [], "b": []}, []
    for pairs in rounds:
        held = table.copy()
        for slope_m, slope_b in pairs:
            held["m"].append(slope_m)
            held["b"].append(slope_b)
        means.append([sum(held[name]) / len(held[name]) for name in "mb"])
    return means


def lists_after_each_round(rounds, table={"m": [], "b": []}):  # noqa: B006
    means = []
    for pairs in rounds:
        for slope_m, slope_b in pairs:
            table["m"].append(slope_m)
            table["b"].append(slope_b)
        means.append([sum(table[name]) / len(table[name]) for name in "mb"])
        table = {"m": [], "b": []}
    return means


def another_copy(rounds, table={"m": [], "b": []}):  # noqa: B006
    means = []
    for pairs in rounds:
        held = dict(table)
        for slope_m, slope_b in pairs:
            held["m"].append(slope_m)
            held["b"].append(slope_b)
        means.append([sum(held[name]) / len(held[name]) for name in "mb"])
    return means


def one_list_for_both(rounds):
    means = []
    for pairs in rounds:
        held = dict.fromkeys("mb", [])  # noqa: RUF024
        for slope_m, slope_b in pairs:
            held["m"].append(slope_m)
            held["b"].append(slope_b)
        means.append([sum(held[name]) / len(held[name]) for name in "mb"])
    return means


def one_row_for_all(rounds):
    means = [[0.0, 0.0]] * len(rounds)
    for index, pairs in enumerate(rounds):
        means[index][:] = np.mean(pairs, axis=0)
    return means


def cleared(rounds, table={"m": [], "b": []}):  # noqa: B006
    means = []
    for pairs in rounds:
        for held in table.values():
            held.clear()
        for slope_m, slope_b in pairs:
            table["m"].append(slope_m)
            table["b"].append(slope_b)
        means.append([sum(table[name]) / len(table[name]) for name in "mb"])
    return means


def deeply_copied(rounds, table={"m": [], "b": []}):  # noqa: B006
    means = []
    for pairs in rounds:
        held = copy.deepcopy(table)
        for slope_m, slope_b in pairs:
            held["m"].append(slope_m)
            held["b"].append(slope_b)
        means.append((np.mean(held["m"]), np.mean(held["b"])))
    return means


SHARED = Exercise(
    id="05.2",
    form="function",
    objective=FIND,
    place=COPIED,
    prompt=(
        "**Exercise 05.2.** This should give the mean slopes of each round. Its second "
        "round is wrong, and its second call is wrong from the start. Mend both."
    ),
    stub=(
        'def mean_slopes(rounds, table={"m": [], "b": []}):  # noqa: B006\n'
        '    """Return [m, b], the mean slopes, of each round: a list of pairs."""\n'
        "    means = []\n"
        "    for pairs in rounds:\n"
        "        held = table.copy()\n"
        "        for slope_m, slope_b in pairs:\n"
        '            held["m"].append(slope_m)\n'
        '            held["b"].append(slope_b)\n'
        "        means.append([sum(held[name]) / len(held[name]) for name in "
        '"mb"])\n'
        "    return means\n"
        "\n"
        "\n"
        'check("05.2", mean_slopes)'
    ),
    solution=mean_slopes,
    check=try_mean_slopes,
    shown="Each round has lists of its own, in the first call and in the second.",
    hints=(
        "How many lists of slopes are there in all, however often the function is "
        "called?",
        "Two, made when Python read the `def`. `.copy()` makes a new dictionary, but "
        "no new list. Where should new lists be made?",
        'After `a = {"b1": []}` and `c = a.copy()` the list `c["b1"]` is that of a. '
        'After `c = {"b1": []}` it is new.',
    ),
    wrong=(
        Wrong(
            lists_for_each_call,
            "M60",
            "Each call has lists of its own now, but all its rounds share two. New "
            "lists have to be made inside the loop over the rounds.",
        ),
        Wrong(
            lists_after_each_round,
            "M60",
            "Each round but the first has lists of its own. The first round of a call "
            "gets those of the default, which still hold slopes of earlier calls.",
            ONE_FUNCTION,
        ),
        Wrong(
            another_copy,
            "M60",
            "Every round of every call gets the two lists of the default: a copy of a "
            "dictionary, however it is made, holds the same lists. They have to be "
            "new.",
        ),
        Wrong(
            one_list_for_both,
            "M60",
            "The lists are new in each round, but both names share one: "
            "`dict.fromkeys` hands the same list to every name.",
        ),
        Wrong(
            one_row_for_all,
            "M60",
            "`[row] * n` holds one row n times. What the last round writes, all "
            "rounds show.",
        ),
        Wrong(
            lambda rounds: [list(pairs[-1]) for pairs in rounds],
            "M44",
            "Only the last slopes of each round are left. What is wanted is the mean "
            "of all slopes of the round.",
        ),
        Wrong(
            lambda rounds: np.mean([np.mean(pairs, axis=0) for pairs in rounds], 0),
            "M506",
            "That is one pair of means for all rounds together. Each round takes a "
            "step, so each has means of its own.",
        ),
        Wrong(
            lambda rounds: [np.sum(pairs, axis=0) for pairs in rounds],
            "M42",
            "Those are the sums. They grow with the number of points; the mean does "
            "not.",
        ),
    ),
    right=(
        cleared,
        deeply_copied,
        lambda rounds: [np.mean(pairs, axis=0) for pairs in rounds],
        lambda rounds: [
            tuple(sum(side) / len(pairs) for side in zip(*pairs, strict=True))
            for pairs in rounds
        ],
    ),
)


# 05.3: a test that finds the liar


def is_gradient(loss, params, grads):
    _, measured = differences(loss, params)
    return all(
        np.isclose(grads[name], slope, rtol=1e-4) for name, slope in measured.items()
    )


def bowl(w):
    return 1.5 * w["m"] ** 2 + w["m"] * w["b"] + 2 * w["b"] ** 2


def bowl_slopes(m, b):
    return {"m": 3 * m + b, "b": m + 4 * b}


def growth(w):
    return exp(0.3 * w["m"]) * w["b"] + w["c"] ** 3


def growth_slopes(m, b, c):
    rise = math.exp(0.3 * m)
    return {"m": 0.3 * rise * b, "b": rise, "c": 3 * c * c}


def changed(grads, **factors):
    return {name: slope * factors.get(name, 1) for name, slope in grads.items()}


def try_is_gradient():
    """Yield right gradients, and wrong ones that are hard to tell from them."""
    low, high = {"m": 1.7, "b": -2.3}, {"m": 1.3, "b": 0.7, "c": -1.9}
    right, grown = bowl_slopes(**low), growth_slopes(**high)
    near, zero = {"m": 0.0017, "b": -0.0023}, {"m": 0.0, "b": 0.0}
    flat, turned = bowl_slopes(**near), dict(reversed(grown.items()))
    claims = [
        ("the right gradient", bowl, low, right, True),
        ("half the gradient", bowl, low, changed(right, m=0.5, b=0.5), False),
        ("one slope 1 % off", bowl, low, changed(right, b=1.01), False),
        ("one slope 1 % off", bowl, low, changed(right, m=0.99), False),
        ("one sign flipped", bowl, low, changed(right, m=-1), False),
        ("the opposite gradient", bowl, low, changed(right, m=-1, b=-1), False),
        ("errors that cancel", bowl, low, {"m": 3.5, "b": -8.2}, False),
        ("the right gradient", growth, high, grown, True),
        ("the right gradient, in another order,", growth, high, turned, True),
        ("one slope 1 % off", growth, high, changed(grown, c=1.01), False),
        ("rounding", growth, high, changed(grown, m=1 + 1e-9, c=1 - 1e-9), True),
        ("one slope 1 % off", growth, high, changed(grown, m=1.01), False),
        ("one slope 1 % off", bowl, near, changed(flat, m=1.01), False),
        ("the right gradient", bowl, {"m": 0.0, "b": 0.0}, zero, True),
    ]
    for words, loss, params, grads, expected in claims:
        names = ", ".join(f"{name} = {held}" for name, held in params.items())
        place = f"with {words} at {names}"
        yield Trial(place, expected, (loss, params, grads))


def falls(loss, params, grads, rate=0.01):
    stepped = {name: params[name] - rate * grads[name] for name in params}
    return bool(loss(stepped) < loss(params))


def gaps_of(loss, params, grads):
    measured = differences(loss, params)[1]
    return np.array([grads[name] - measured[name] for name in measured])


def by_own_steps(loss, params, grads, h=1e-5):
    for name, x in params.items():
        above, below = loss({**params, name: x + h}), loss({**params, name: x - h})
        if not math.isclose(grads[name], (above - below) / (2 * h), rel_tol=1e-3):
            return False
    return True


def signs_agree(loss, params, grads):
    measured = differences(loss, params)[1]
    return all(grads[name] * measured[name] > 0 for name in measured)


def closely(loss, params, grads, rtol=1e-3):
    """Return for each name whether the slope is the measured one."""
    measured = differences(loss, params)[1]
    return [np.isclose(grads[name], measured[name], rtol=rtol) for name in params]


LIAR = Exercise(
    id="05.3",
    form="function",
    objective=TELL,
    place=LUCKY,
    prompt=(
        "**Exercise 05.3.** Write the test that finds the liar. It gets a loss, a "
        "place as a dictionary of numbers, and the gradient that somebody claims. A "
        "slope that is one percent off is wrong; one that differs in its tenth digit "
        "is right."
    ),
    stub=(
        "def is_gradient(loss, params, grads):\n"
        '    """Tell whether grads holds the slope of loss under every name."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("05.3", is_gradient)'
    ),
    solution=is_gradient,
    check=try_is_gradient,
    shown=(
        "It believes right gradients, rounding included, and refuses wrong ones "
        "by which the loss still falls."
    ),
    hints=(
        "What told the two loops apart, the right one and the liar?",
        "`differences(loss, params)` returns the loss and the measured slopes, a "
        "dictionary with the same names. Compare name by name.",
        "Two numbers are close enough if `abs(a - b) <= 1e-4 * abs(b) + 1e-8`: a share "
        "of the slope, and a crumb for a slope of 0. `all(x > 0 for x in numbers)` "
        "checks every one.",
    ),
    wrong=(
        Wrong(
            falls,
            "M73",
            "It takes a step and checks whether the loss falls. It falls for half the "
            "gradient too, and for many other wrong ones. Only measured slopes tell.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: falls(loss, params, grads, 0.1),
            "M73",
            "It takes a step and checks whether the loss falls. It falls for half the "
            "gradient too, and for many other wrong ones. Only measured slopes tell.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: True,
            "M71",
            "It believes whatever it is told. A test that cannot fail tells nothing.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: all(closely(loss, params, grads, 0.05)),
            "M71",
            "A tolerance as wide as that accepts a slope that is one percent off. "
            "Measured slopes are good to many digits: ask for four.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: all(abs(gaps_of(loss, params, grads)) < 1e-2),
            "M519",
            "The gap that is allowed does not shrink with the slope. Where a slope is "
            "0.003, one percent of it is 0.00003.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: all(abs(gaps_of(loss, params, grads)) < 1e-4),
            "M519",
            "The gap that is allowed does not shrink with the slope. Where a slope is "
            "0.003, one percent of it is 0.00003.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: all(
                abs(slope / grads[name] - 1) < 1e-3
                for name, slope in differences(loss, params)[1].items()
            ),
            "M520",
            "A slope may be 0, and nothing can be divided by it. Multiply instead, and "
            "allow a crumb besides, such as 1e-8.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: all(
                abs(grads[name] - slope) < 1e-4 * abs(slope)
                for name, slope in differences(loss, params)[1].items()
            ),
            "M520",
            "A slope may be 0, and nothing is smaller than 0 times it. Allow a crumb "
            "besides, such as 1e-8.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: abs(gaps_of(loss, params, grads).sum()) < 1e-4,
            "M106",
            "The errors of the names are added with their signs, so two of them can "
            "cancel. Look at each by its size.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: not gaps_of(loss, params, grads).any(),
            "M507",
            "It refuses a right gradient. Does it ask for equality? Measured slopes "
            "are rounded, and so is any float: allow for a small gap.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: not is_gradient(loss, params, grads),
            "M521",
            "It says the opposite: True for a wrong gradient, False for a right one.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: False,
            "M521",
            "It refuses whatever it is told. Right gradients are to be believed.",
            COPIED,
        ),
        Wrong(
            signs_agree,
            "M508",
            "It compares signs. Half the gradient has the right signs, and so has a "
            "slope one percent off.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: any(closely(loss, params, grads)),
            "M509",
            "One right slope is enough for it. All of them have to be right: `all`, "
            "not `any`.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: bool(closely(loss, params, grads)[0]),
            "M509",
            "It looks at the first name only: perhaps it returns inside the loop.",
            COPIED,
        ),
        Wrong(
            lambda loss, params, grads: bool(closely(loss, params, grads)[-1]),
            "M509",
            "It looks at the last name only: perhaps each name overwrites what the one "
            "before found.",
            COPIED,
        ),
    ),
    right=(
        by_own_steps,
        lambda loss, params, grads: all(closely(loss, params, grads)),
        lambda loss, params, grads: np.allclose(
            gaps_of(loss, params, grads), 0, 0, 1e-5
        ),
        lambda loss, params, grads: all(
            abs(slope - grads[name]) < 1e-6
            for name, slope in one_at_a_time(loss, params)[1].items()
        ),
    ),
    equivalent={"0.0001 -> 0.000101": "Any tolerance between 1e-8 and 1e-2 will do."},
)


# 05.4: the sum instead of the mean


def rolling(slope, x, rate, rounds):
    step, path = 0, []
    for _ in range(rounds):
        step = step - rate * slope(x)
        x = x + step
        path.append(x)
    return path


def by_lists(slope, x, rate, rounds):
    slopes, path = [], []
    for _ in range(rounds):
        slopes.append(slope(x))
        x = x - rate * sum(slopes)
        path.append(x)
    return path


def double(x):
    return 2 * x


def cubic(x):
    return x * x * x - 3


def try_rolling():
    """Yield rounds by lists that are kept, in floats and once on fractions."""
    for slope, x, rate, rounds, exact in (
        (double, 1.7, 0.13, 4, False),
        (cubic, -0.6, 0.07, 5, False),
        (double, 2.9, 0.4, 6, False),
        (cubic, Fraction(7, 3), Fraction(1, 30), 3, True),
    ):
        inputs = (slope, x, rate, rounds)
        place = placed(("slope", "x", "rate", "rounds"), inputs)
        yield Trial(place, plain(by_lists(*inputs)), inputs, exact=exact)


def stepping(next_step):
    """Return an answer with `next_step(t, step, slope, rate)` as its recurrence."""

    def path(slope, x, rate, rounds):
        step, path = 0, []
        for t in range(rounds):
            step = next_step(t, step, slope(x), rate)
            x = x + step
            path.append(x)
        return path

    return path


def from_the_start(slope, x, rate, rounds):
    first, step, path = slope(x), 0, []
    for _ in range(rounds):
        step = step - rate * first
        x = x + step
        path.append(x)
    return path


def steps_alone(slope, x, rate, rounds):
    path = [x, *rolling(slope, x, rate, rounds)]
    return [after - before for before, after in pairwise(path)]


def summed_up(slope, x, rate, rounds):
    step, path = 0, []
    for _ in range(rounds):
        step += slope(x)
        x -= rate * step
        path.append(x)
    return np.array(path, dtype=float)


ROLLING = Exercise(
    id="05.4",
    form="function",
    objective=RECUR,
    place=SWINGS,
    prompt=(
        "**Exercise 05.4.** Another slip: the lists are kept, and nobody divides. Each "
        "step is -rate times the *sum* of all slopes so far. Write the loop as a "
        "recurrence, without lists of slopes. Before you let it run for long: "
        "what, if anything, slows this ball down?"
    ),
    stub=(
        "def rolling(slope, x, rate, rounds):\n"
        '    """Return a list of x after each round; slope(x) is the slope at x."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("05.4", rolling)'
    ),
    solution=rolling,
    check=try_rolling,
    shown=(
        "The whole last step is kept, and nothing is lost by friction. So the ball "
        "never arrives: on x * x it swings just as far after any number of rounds."
    ),
    hints=(
        "Write down the first three steps. What does each have that the one before "
        "does not?",
        "Step t is step t - 1 with one more slope in the sum. So the next step is the "
        "last one plus something.",
        "The sums 3, 3 + 5, 3 + 5 + 2 need no list: `total = total + number`, once a "
        "round.",
    ),
    wrong=(
        Wrong(
            stepping(lambda t, step, g, rate: -rate * g),
            "M510",
            "That is plain descent: each step forgets the slopes before. Here they are "
            "kept, so the last step is part of the next.",
            BALL,
        ),
        Wrong(
            stepping(lambda t, step, g, rate: t / (t + 1) * step - rate / (t + 1) * g),
            "M42",
            "That is the loop of the lesson, with the mean. Nobody divides here, so "
            "there is no t in the recurrence.",
            BALL,
        ),
        Wrong(
            stepping(lambda t, step, g, rate: step + rate * g),
            "M45",
            "The sign is reversed: it climbs, faster and faster.",
        ),
        Wrong(
            stepping(lambda t, step, g, rate: rate * (step - g)),
            "M511",
            "The last step has been multiplied by the rate already. Multiply the new "
            "slope alone.",
            BALL,
        ),
        Wrong(
            stepping(lambda t, step, g, rate: step - g),
            "M512",
            "The rate is missing: it scales every slope that goes into the step.",
        ),
        Wrong(
            stepping(lambda t, step, g, rate: 0.9 * step - rate * g),
            "M513",
            "There the ball keeps a share of its last step. In a sum no slope fades: "
            "the ball keeps the whole step.",
            BALL,
        ),
        Wrong(
            stepping(lambda t, step, g, rate: t / (t + 1) * step - rate * g),
            "M513",
            "There the ball keeps a share of its last step, as in the lesson. In a sum "
            "no slope fades: the ball keeps the whole step.",
            BALL,
        ),
        Wrong(
            from_the_start,
            "M514",
            "The slope is taken at the start, once. Each round has to ask for it where "
            "x stands.",
        ),
        Wrong(
            lambda slope, x, rate, rounds: [x, *rolling(slope, x, rate, rounds)],
            "M515",
            "The start is in the list too. What is wanted is x after each round: the "
            "first entry is already one step on.",
        ),
        Wrong(
            lambda slope, x, rate, rounds: [x, *rolling(slope, x, rate, rounds)][:-1],
            "M515",
            "Each x is noted before its step. What is wanted is x after each round: "
            "the first entry is already one step on.",
        ),
        Wrong(
            steps_alone,
            "M516",
            "Those are the steps. What is wanted is where x stands after each of them.",
        ),
    ),
    right=(
        by_lists,
        summed_up,
        stepping(lambda t, step, g, rate: step - rate * g),
        lambda slope, x, rate, rounds: np.float32(rolling(slope, x, rate, rounds)),
    ),
)


# Quizzes


def made_in_loop():
    """Return what the first of seven functions gives that were made in one loop."""
    start, slopes = network_start(160), {}
    for name in PARAMETERS:
        slopes[name] = lambda: deep_model(0.5, 1, start, {name: 1})[1]  # noqa: B023
    given = slopes["m0_0"]()
    fitting = [n for n in PARAMETERS if deep_model(0.5, 1, start, {n: 1})[1] == given]
    return fitting[0] if len(fitting) == 1 else None


MADE_IN_LOOP = Quiz(
    id="05.q1",
    objective=TRAIN,
    place=REFUSES,
    question=(
        "Somebody keeps one function for each slope. First `slopes = {}`, then `for "
        "name in PARAMETERS: slopes[name] = lambda: deep_model(0.5, 1, start, {name: "
        "1})[1]`. After the loop, what does `slopes['m0_0']()` give?"
    ),
    options=(
        Option(
            "the slope towards `m0_0`",
            "m0_0",
            "The function does not keep the name that the loop had when it was made. "
            "It looks `name` up when it is called, and by then the loop is over.",
            "M61",
        ),
        Option(
            "the slope towards `b1`, the last name",
            "b1",
            "All seven functions share one `name`, and after the loop it is the last. "
            "It is the default dictionary in another coat: something shared that looks "
            "like seven. `lambda name=name:` gives each its own.",
        ),
        Option(
            "the sum of all seven slopes",
            "sum",
            "That would be seven seeds at once. Here one name is seeded; the question "
            "is which.",
            "M22",
        ),
        Option(
            "an error: there is no `name` after the loop",
            "error",
            "A loop leaves its variable behind, with the last thing it held.",
            "M517",
        ),
    ),
    compute=made_in_loop,
)


def decayed_grad():
    w = Variable(2.0, 1)
    for _ in range(3):
        w = w * 0.9
    return (w * w).grad


DECAY = Quiz(
    id="05.q2",
    objective=TELL,
    place=ONE_WORD,
    question=(
        "`train` keeps plain numbers and makes its Variables anew. Somebody keeps a "
        "Variable instead, `w = Variable(2.0, 1)`, and lets it shrink three times, `w "
        "= w * 0.9`. Now w is 1.458, and the loss `w * w` has the right value. What is "
        "the grad of that loss?"
    ),
    options=(
        Option(
            "2.916, the slope of `w * w` at 1.458",
            2.916,
            "That is what is wanted. But `w * 0.9` is an operation like any other, and "
            "it has multiplied the seed as well.",
            "M27",
        ),
        Option(
            "2.126: the seed has shrunk too",
            2 * 1.458 * 0.729,
            "Its seed is 0.729 by now, so this is the slope towards the w of three "
            "rounds ago. The loss shows nothing of it.",
        ),
        Option(
            "4, the slope at the start",
            4.0,
            "The value has moved to 1.458, and the slope is taken there. What is off "
            "is the seed.",
            "M27",
        ),
        Option(
            "0: what is computed from a Variable has no seed",
            0.0,
            "What is computed from a Variable carries its grad on. Only a new Variable "
            "begins with 0.",
            "M21",
        ),
    ),
    compute=decayed_grad,
)


def drawn():
    """Say what two nodes and an output draw: their line, or something with a bend."""

    def logit(x):
        return 4 * (2 * x + 1) + 2 * (-3 * x + 0.5) - 6

    x = np.linspace(-3, 3, 13)
    slopes = np.diff(logit(x)) / np.diff(x)
    if np.ptp(slopes) > 1e-9:
        return "bent"
    return f"{slopes[0]:g} x + {logit(0.0):g}".replace("+ -", "- ")


ONE_LINE = Quiz(
    id="05.q3",
    objective=COLLAPSE,
    place=BEND,
    question=(
        "The hidden nodes are `h0 = 2 * x + 1` and `h1 = -3 * x + 0.5`, the output is "
        "`z = 4 * h0 + 2 * h1 - 6`. What is z as a function of x?"
    ),
    options=(
        Option(
            "a line with a corner, where the two hidden lines cross",
            "corner",
            "Nothing chooses between h0 and h1. Both are added everywhere, and a sum "
            "of lines is a line.",
            "M57",
        ),
        Option(
            "a parabola, because weights are multiplied",
            "parabola",
            "Weights are multiplied by one another, but x is not multiplied by x: no "
            "term has x twice.",
            "M57",
        ),
        Option(
            "`2 x - 4.5`",
            "2 x - 4.5",
            "The slope is right. The intercepts 1 and 0.5 pass through layer 1 too, "
            "and are multiplied by its weights.",
            "M518",
        ),
        Option(
            "`2 x - 1`",
            "2 x - 1",
            "4 * 2 - 2 * 3 before x, and 4 * 1 + 2 * 0.5 - 6 without. One line, so p "
            "crosses 0.5 once, whatever the depth.",
        ),
        Option(
            "`-1 x - 4.5`",
            "-1 x - 4.5",
            "Those are the sums of the slopes and of the intercepts. What comes out of "
            "layer 0 is multiplied by the weights of layer 1.",
            "M14",
        ),
    ),
    compute=drawn,
)


def evaluations(hidden, points):
    """Return how often a round calls the model, by counting."""
    calls = []
    for _ in range(points):
        for _ in names_of(hidden):
            calls.append("slope")
        calls.append("loss")
    return len(calls)


COST = Quiz(
    id="05.q4",
    objective=TRAIN,
    place=REAL_SIZE,
    question=(
        "A network with 5 hidden nodes has 16 numbers. How often does `gather` "
        "evaluate it in one round, for 100 points?"
    ),
    options=(
        Option(
            "100 times",
            100,
            "One pass gives one slope of one point. Sixteen slopes take sixteen.",
            "M23",
        ),
        Option(
            "1600 times",
            1600,
            "Those are the seeded passes. `gather` makes one more for each point, for "
            "the loss. (It could have read the loss off any of the others.)",
        ),
        Option(
            "1700 times",
            1700,
            "Sixteen seeded passes and one for the loss, at each point. And each pass "
            "is longer than before, for it touches all sixteen numbers.",
        ),
        Option(
            "800 times, as before: there are still 100 points",
            800,
            "Each further number needs a pass of its own, at each point.",
            "M23",
        ),
    ),
    compute=lambda: evaluations(5, 100),
)

EXERCISES = (NAMES, SHARED, LIAR, ROLLING)
QUIZZES = (MADE_IN_LOOP, DECAY, ONE_LINE, COST)

"""Exercises of lesson 09: ten slopes, kinks, batches and strangers."""

import numpy as np

from autodiff_course.exercises.outcomes import is_number, plain
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import called
from autodiff_course.losses import softmax

TEN = "Ten slopes lead to one loss."
SCORES = "The loss takes scores, not chances."
CHECK = "A check that cannot fail proves nothing."
ALIKE = "Does another bend pass the check?"
BATCH = "A batch is a rough gradient, from a fortieth of the rows."
FRICTION = "How much friction does the ball need?"
CONFUSED = "Which digits does it take for which?"
LIBRARY = "The library makes the same step."
POST = "Which number would you tell the post office?"
ASK = "Ask the question that you have."
CHANCES = "Ten scores become ten chances."

DERIVE = "derive the slope of a loss over ten classes, and give it a push and a pull"
CAN_FAIL = "make a gradient check that can fail, and tell a kink from a mistake"
TRAIN = "train in batches with momentum, and say what each of the two is for"
READ = "read a confusion matrix"
COMPARE = "compare your engine with a library: by step, by curve and by clock"
CHOOSE = "choose the test rows so that the test answers the question you have"


# 09.1: labels that readers disagree about


def soft_slope(chances, shares):
    return chances - shares


def measured_slope(chances, shares):
    """Measure the slopes towards the scores; their loss, `-shares * log(chances)`."""
    scores = np.log(chances)

    def losses(moved):
        logarithm = np.log(np.sum(np.exp(moved), axis=1, keepdims=True))
        return np.sum(shares * (logarithm - moved), axis=1)

    slopes = np.empty_like(scores)
    for k in range(scores.shape[1]):
        move = 1e-5 * (np.arange(scores.shape[1]) == k)
        slopes[:, k] = (losses(scores + move) - losses(scores - move)) / 2e-5
    return slopes


def try_soft_slope():
    return called(
        measured_slope,
        (np.array([[0.2, 0.5, 0.3]]), np.array([[0.0, 0.4, 0.6]])),
        (np.array([[0.7, 0.1, 0.2]]), np.array([[0.15, 0.6, 0.25]])),
        (
            np.array([[0.1, 0.6, 0.3], [0.45, 0.2, 0.35]]),
            np.array([[0.0, 0.7, 0.3], [0.9, 0.1, 0.0]]),
        ),
    )


def likeliest(shares):
    return 1.0 * (shares == shares.max(axis=1, keepdims=True))


SOFT = Exercise(
    id="09.1",
    form="function",
    objective=DERIVE,
    place=TEN,
    prompt=(
        "**Exercise 09.1.** Ten people read an image, and they disagree. So its label "
        "is a row of *shares*, such as 0.4 for a 4 and 0.6 for a 9. The loss is the "
        "mean surprise of the readers, `-shares * log(chances)`, summed over the "
        "classes. Derive its slopes towards the *scores*, and write them in terms of "
        "the chances and the shares."
    ),
    stub=(
        "def soft_slope(chances, shares):\n"
        '    """Return the slopes towards the scores, `(n, classes)`, as both are.\n'
        "\n"
        "    The chances are the softmax of the scores; the shares of a row sum to 1.\n"
        '    """\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("09.1", soft_slope)'
    ),
    solution=soft_slope,
    check=try_soft_slope,
    shown=(
        "Chances less shares: the slope of the lesson, with the 1 spread over the "
        "classes. Its push sums a row, its pull spreads one grad over it, as before."
    ),
    hints=(
        "If all readers say the same, the shares are a row of zeros with one 1. What "
        "is the slope then?",
        "Write each logarithm as a score less the logarithm of the sum. The shares sum "
        "to 1, so that logarithm appears once.",
        "With two classes and a share y for the second the slope is p - y, for any y "
        "between 0 and 1.",
    ),
    wrong=(
        Wrong(
            lambda chances, shares: shares - chances,
            "M45",
            "The sign is reversed. Where a chance is above its share, raising the "
            "score makes the loss larger: the slope is positive.",
        ),
        Wrong(
            lambda chances, shares: -shares / chances,
            "M901",
            "That is the slope towards the chances. The scores stand behind them, and "
            "each score moves all chances of its row.",
            SCORES,
        ),
        Wrong(
            lambda chances, shares: chances - likeliest(shares),
            "M902",
            "It takes the likeliest class for the truth. The others have their shares "
            "in the loss too.",
        ),
        Wrong(
            lambda chances, shares: chances - 1,
            "M903",
            "The 1 is taken off every class. All readers together make one 1, and each "
            "class gets its share of it.",
        ),
        Wrong(
            lambda chances, shares: chances,
            "M904",
            "That is the slope of the logarithm of the sum. Behind the minus stand the "
            "scores, weighted by their shares.",
        ),
        Wrong(
            lambda chances, shares: -shares,
            "M905",
            "That is the slope of what stands behind the minus. The sum holds every "
            "score as well.",
        ),
        Wrong(
            lambda chances, shares: shares * (chances - 1),
            "M905",
            "Your answer gives a slope only to a class that has a share. Every score "
            "has a hand in the sum, so every class has a slope.",
        ),
        Wrong(
            lambda chances, shares: shares * chances - shares,
            "M905",
            "Your answer gives a slope only to a class that has a share. Every score "
            "has a hand in the sum, so every class has a slope.",
        ),
        Wrong(
            lambda chances, shares: shares * (chances - shares),
            "M905",
            "The slopes are weighted by the shares once more. Those are in the slope "
            "already: they stand behind the minus.",
        ),
        Wrong(
            lambda chances, shares: chances * (1 - chances),
            "M901",
            "That is how a chance moves with its own score. The exercise asks for the "
            "slope of the loss.",
        ),
        Wrong(
            lambda chances, shares: (chances - shares) * chances * (1 - chances),
            "M906",
            "The slope of the bend is multiplied in once more. Chances less shares is "
            "the slope towards the scores already.",
        ),
        Wrong(
            lambda chances, shares: (chances - shares) / chances.shape[1],
            "M43",
            "It is divided by the number of classes. The loss sums over the classes.",
        ),
        Wrong(
            lambda chances, shares: -shares * np.log(chances),
            "M001",
            "Those are the parts of the loss itself. Its slopes say how fast it "
            "changes with each score.",
        ),
        Wrong(
            lambda chances, shares: -np.sum(shares * np.log(chances), axis=1),
            "M001",
            "That is the loss of each row. Its slopes say how fast it changes with "
            "each score.",
        ),
        Wrong(
            lambda chances, shares: np.sum(chances - shares, axis=1),
            "M907",
            "The slopes are summed over the row, which gives 0. One loss has a slope "
            "towards each of its scores.",
        ),
        Wrong(
            lambda chances, shares: np.abs(chances - shares),
            "M908",
            "Those are the sizes. Where a chance is above its share the slope is "
            "positive, below it negative.",
        ),
        Wrong(
            lambda chances, shares: 2 * (chances - shares),
            "M909",
            "That is the slope of a square, towards the chances. Here the loss is a "
            "surprise, and the slope is towards the scores.",
        ),
        Wrong(
            lambda chances, shares: (chances - shares) ** 2,
            "M909",
            "That is a squared gap, another loss, and not a slope at all.",
        ),
        Wrong(
            lambda chances, shares: chances * shares,
            "M905",
            "Your answer gives a slope only to a class that has a share. Every score "
            "has a hand in the sum, so every class has a slope, and what is subtracted "
            "is its share.",
        ),
        Wrong(
            lambda chances, shares: chances - shares.argmax(axis=1)[:, None],
            "M902",
            "It takes off the number of the likeliest class. Classes are names: from "
            "each chance take off its share.",
        ),
        Wrong(
            lambda chances, shares: chances - 1 / chances.shape[1],
            "M903",
            "The same amount is taken off every class. The readers decide how the 1 is "
            "spread: by the shares.",
        ),
        Wrong(
            lambda chances, shares: (chances - shares) / len(chances),
            "M43",
            "It is divided by the number of rows. Here each row has a loss of its own; "
            "the mean over rows comes later, and has its own slope.",
        ),
        Wrong(
            lambda chances, shares: shares * (1 - chances),
            "M905",
            "The sign is reversed, and only a class that has a share gets a slope. "
            "Every score has a hand in the sum.",
        ),
        Wrong(
            lambda chances, shares: (shares - chances) * chances,
            "M906",
            "A chance is multiplied in once more. Chances less shares is the slope "
            "towards the scores already.",
        ),
        Wrong(
            lambda chances, shares: (chances - shares) * chances,
            "M906",
            "A chance is multiplied in once more. Chances less shares is the slope "
            "towards the scores already.",
        ),
        Wrong(
            lambda chances, shares: chances + shares,
            "M45",
            "The shares stand behind a minus in the loss, so their slope has a minus "
            "too.",
        ),
        Wrong(
            lambda chances, shares: -np.log(chances),
            "M001",
            "Those are the surprises. The exercise asks how fast the loss changes with "
            "each score.",
        ),
        Wrong(
            lambda chances, shares: -1 / chances,
            "M901",
            "That is the slope of a surprise towards its chance. The scores stand "
            "behind the chances, and each moves all chances of its row.",
        ),
        Wrong(
            lambda chances, shares: 1 - shares / chances,
            "M901",
            "It holds `shares / chances`, which belongs to the slopes towards the "
            "chances. Each score moves all chances of its row.",
        ),
        Wrong(
            lambda chances, shares: (chances - shares).mean(axis=0),
            "M907",
            "The rows are averaged. Each row has a loss and slopes of its own.",
        ),
    ),
    right=(
        measured_slope,
        lambda chances, shares: chances * shares.sum(axis=1, keepdims=True) - shares,
        lambda chances, shares: np.float32(chances) - np.float32(shares),
        lambda chances, shares: [
            [p - y for p, y in zip(*pair, strict=True)]
            for pair in zip(chances, shares, strict=True)
        ],
    ),
)


# 09.2: a kink or a mistake


def diagnose(gap):
    if gap(1e-7) > 1e-4:
        return "mistake"
    if gap(1e-3) > 1e-4:
        return "kink"
    return "right"


def parted(curve, slope, at):
    """Return how far a measured slope and a rule part, as a function of the step."""
    return lambda step: abs((curve(at + step) - curve(at - step)) / (2 * step) - slope)


def bow(x):
    return np.tanh(2 * x) + 0.3 * x


def fold(x):
    return 0.2 * np.maximum(x, 0.0) + 0.1 * x * x


def bow_slope(x):
    return 2 * (1 - np.tanh(2 * x) ** 2) + 0.3


def wave(x):
    return np.sin(7 * x)


def wave_slope(x):
    return 7 * np.cos(7 * x)


def try_diagnose():
    for place, gap, expected in (
        ("a smooth curve and its slope", parted(bow, bow_slope(0.7), 0.7), "right"),
        ("a smooth curve, elsewhere", parted(bow, bow_slope(-0.4), -0.4), "right"),
        (
            "a slope that lacks a square",
            parted(bow, 2.3 - 2 * np.tanh(1.4), 0.7),
            "mistake",
        ),
        (
            "a slope that is one percent off",
            parted(bow, 1.01 * bow_slope(-0.4), -0.4),
            "mistake",
        ),
        (
            "a point 0.000035 above a kink",
            parted(fold, 0.2 + 0.2 * 3.5e-5, 3.5e-5),
            "kink",
        ),
        ("a point close below a kink", parted(fold, -0.2 * 4e-6, -4e-6), "kink"),
        ("a point further from a kink", parted(fold, 0.2 + 0.2 * 6e-4, 6e-4), "kink"),
        ("a wrong slope near a kink", parted(fold, 0.07, 3.5e-5), "mistake"),
        ("a gap of 0.0007", parted(bow, 1.0005 * bow_slope(-0.4), -0.4), "mistake"),
        (
            "a gap of 0.00004 for long steps",
            parted(wave, wave_slope(0.1), 0.1),
            "right",
        ),
    ):
        yield Trial(f"with {place}", expected, (gap,))


def by_two(first, second, names):
    """Return an answer that asks at two steps and gives one of three names."""

    def answer(gap):
        if gap(first) > 1e-4:
            return names[0]
        return names[1] if gap(second) > 1e-4 else names[2]

    return answer


DIAGNOSE = Exercise(
    id="09.2",
    form="function",
    objective=CAN_FAIL,
    place=ALIKE,
    prompt=(
        "**Exercise 09.2.** Let a function look at such a curve. It gets `gap`, which "
        "says for any step how far the measured slope and the rule part at one entry. "
        'It returns `"right"`, `"kink"` or `"mistake"`.'
    ),
    stub=(
        "def diagnose(gap):\n"
        '    """Return what gap(step) shows, for steps from 1e-7 to 1e-3.\n'
        "\n"
        "    A gap below 1e-4 counts as none. A kink lies further away than the\n"
        "    shortest step, and not as far as the longest.\n"
        '    """\n'
        "    ...\n"
        "\n"
        "\n"
        'check("09.2", diagnose)'
    ),
    solution=diagnose,
    check=try_diagnose,
    shown="A mistake is there at any step, a kink only at steps that reach it.",
    hints=(
        "Look at the three curves once more. At which step do the kink and the mistake "
        "differ, and at which the kink and the right rule?",
        "Two calls of `gap` are enough: one at each end.",
        "To tell a stopped clock from a slow one, look twice: now and after a day.",
    ),
    wrong=(
        Wrong(
            lambda gap: "mistake" if gap(1e-4) > 1e-4 else "right",
            "M910",
            "It calls each gap a mistake. Near a kink the rule may be right, while the "
            "measurement mixes two sides.",
        ),
        Wrong(
            lambda gap: "mistake" if gap(1e-3) > 1e-4 else "right",
            "M910",
            "It calls each gap a mistake, and looks at the longest step alone. Near a "
            "kink the rule may be right: look again with a shorter step.",
        ),
        Wrong(
            lambda gap: "mistake" if gap(1e-7) > 1e-4 else "right",
            "M911",
            "Mistakes are found. At the shortest step a kink leaves no gap, so no kink "
            "is ever reported: look with a long step too.",
        ),
        Wrong(
            lambda gap: "right",
            "M71",
            "It says that all is right. A check that cannot fail proves nothing.",
            CHECK,
        ),
        Wrong(
            by_two(1e-7, 1e-3, ("kink", "mistake", "right")),
            "M912",
            "The two are exchanged. The gap of a kink drops as the step gets short; "
            "that of a mistake stays level.",
        ),
        Wrong(
            by_two(1e-7, 1e-3, ("mistake", "right", "kink")),
            "M912",
            "Right and kink are exchanged. Where no step shows a gap, the rule is "
            "right.",
        ),
        Wrong(
            by_two(1e-3, 1e-7, ("kink", "mistake", "right")),
            "M912",
            "At the longest step both show, a kink and a mistake, so the first "
            "question does not tell them apart. Begin at the shortest.",
        ),
        Wrong(
            by_two(1e-7, 1e-4, ("mistake", "kink", "right")),
            "M913",
            "The longer of its steps is too short for some kinks, so those rules are "
            "called right. The docstring says how far a kink may be.",
        ),
        Wrong(
            by_two(1e-5, 1e-3, ("mistake", "kink", "right")),
            "M913",
            "The shorter of its steps still reaches over a close kink, which is then "
            "called a mistake. The docstring says how close a kink may be.",
        ),
        Wrong(
            by_two(1e-4, 1e-3, ("mistake", "kink", "right")),
            "M913",
            "The shorter of its steps still reaches over close kinks, which are then "
            "called mistakes. The docstring says how close a kink may be.",
        ),
        Wrong(
            by_two(1e-14, 1e-3, ("mistake", "kink", "right")),
            "M65",
            "The shorter of its steps is so short that rounding makes a gap of its own "
            "there, and right rules are called mistakes.",
        ),
        Wrong(
            lambda gap: (
                "mistake"
                if gap(1e-7) > 1e-4
                else "kink"
                if gap(1e-3) > gap(1e-7)
                else "right"
            ),
            "M914",
            "A gap grows with the step for nearly any curved function, as in lesson "
            "01. Only a gap that counts, above 1e-4, shows a kink.",
        ),
        Wrong(
            lambda gap: gap(1e-3) < 1e-4,
            "M915",
            "There are three answers, so True and False cannot tell them apart. Return "
            "one of the three words.",
        ),
        Wrong(
            lambda gap: "mistake",
            "M910",
            "It calls everything a mistake, right rules too. Perhaps it asks for a gap "
            "of exactly 0: measured slopes are rounded, so allow for a small gap.",
        ),
        Wrong(
            lambda gap: "kink",
            "M912",
            "It calls everything a kink. A kink shows only at steps that reach it.",
        ),
        Wrong(
            by_two(1e-7, 1e-5, ("mistake", "kink", "right")),
            "M913",
            "The longer of its steps is too short for most kinks, so those rules are "
            "called right. The docstring says how far a kink may be.",
        ),
        Wrong(
            lambda gap: "mistake" if gap(1e-3) < 1e-4 else "right",
            "M932",
            "The comparison is reversed: a small gap means that both agree.",
        ),
        Wrong(
            lambda gap: "mistake" if gap(1e-7) < 1e-4 else "right",
            "M932",
            "The comparison is reversed: a small gap means that both agree.",
        ),
        Wrong(
            lambda gap: "mistake" if gap(1e-4) < 1e-4 else "right",
            "M932",
            "The comparison is reversed: a small gap means that both agree.",
        ),
    ),
    right=(
        lambda gap: (
            "right"
            if max(gap(h) for h in 10.0 ** np.arange(-7, -2.9, 0.25)) < 1e-4
            else "mistake"
            if min(gap(h) for h in 10.0 ** np.arange(-7, -2.9, 0.25)) > 1e-4
            else "kink"
        ),
        lambda gap: ["right", "kink", None, "mistake"][
            int(gap(1e-3) > 1e-4) + 2 * int(gap(1e-7) > 1e-4)
        ],
        by_two(5e-7, 8e-4, ("mistake", "kink", "right")),
        lambda gap: (
            "right"
            if gap(1e-3) < 1e-4 and gap(1e-7) < 1e-4
            else "kink"
            if gap(1e-7) < 1e-4
            else "mistake"
        ),
    ),
    equivalent={
        "1e-07 -> 1.0099999999999999e-07": "Any step short of the kinks will do.",
        "0.001 -> 0.00101": "Any step that reaches the kinks will do.",
        "0.0001 -> 0.000101": "A gap far above or far below decides.",
    },
)


# 09.3: an epoch to repair


def one_epoch(slope, x, rows, rate, keep, batch, seed):
    order = np.random.default_rng(seed).permutation(rows)
    step = 0.0
    for first in range(0, len(rows), batch):
        step = keep * step - rate * slope(x, order[first : first + batch])
        x = x + step
    return x


REPAIRED = "each row once, in random order, by steps that keep their share"
RATE, KEEP, START = 0.13, 0.6, 1.7
STEPS = {
    REPAIRED: lambda step, slope: KEEP * step - RATE * slope,
    "steps that forget the one before": lambda step, slope: -RATE * slope,
    "steps uphill": lambda step, slope: KEEP * step + RATE * slope,
    "steps that keep all of the one before": lambda step, slope: step - RATE * slope,
    "slopes that are scaled down": lambda step, slope: (
        KEEP * step - (1 - KEEP) * RATE * slope
    ),
    "steps without a rate": lambda step, slope: KEEP * step - slope,
    "steps that scale the last one by the rate": lambda step, slope: (
        RATE * (KEEP * step - slope)
    ),
}


def slope_over(x, rows):
    return x - np.mean(rows) / 10


def what_happens(answer, rows, batch, seed):
    """Run epochs, watch which rows they ask, and say what they did."""

    def epoch(seed):
        asked = []

        def slope(x, chosen):
            asked.append(np.ravel(chosen).tolist())
            return slope_over(x, chosen)

        return plain(answer(slope, START, rows, RATE, KEEP, batch, seed)), asked

    end, asked = epoch(seed)
    if not is_number(end):
        return "words" if isinstance(end, str) else end
    kind = fault_of_rows(asked, rows.tolist(), batch) or kind_of_steps(asked, end)
    if kind == REPAIRED and not epoch(seed)[1] == asked != epoch(seed + 1)[1]:
        return "an order that the seed does not decide"
    return kind


def fault_of_rows(asked, rows, batch):
    """Say what is wrong with the batches, or return ""."""
    seen = [row for chosen in asked for row in chosen]
    if not set(seen) <= set(rows):
        return "numbers that are not in rows"
    if len(set(seen)) < len(seen):
        return "some rows twice, others never"
    if len(seen) < len(rows):
        left_out = len(rows) - len(seen)
        return "the last batch never" if left_out == len(rows) % batch else "some never"
    if len(asked) in (1, len(rows)):
        return "one step for all rows" if len(asked) == 1 else "one row for each step"
    if any(len(chosen) != batch for chosen in asked[:-1]):
        return "batches of another size"
    return "the rows in the order of the file" if seen == rows else ""


def kind_of_steps(asked, end):
    """Say by which rule of the step these batches lead to the end."""
    for words, next_step in STEPS.items():
        x, step = START, 0.0
        for chosen in asked:
            step = next_step(step, slope_over(x, chosen))
            x += step
        if abs(x - end) < 1e-4 * abs(x):
            return words
    return "an x other than these batches lead to"


def try_one_epoch():
    for count, batch, seed in ((11, 4, 3), (14, 5, 8), (9, 2, 5)):
        rows = 3 * np.arange(count) + 2
        place = f"with {count} rows, batches of {batch} and the seed {seed}"
        yield Trial(place, REPAIRED, (rows, batch, seed), what_happens)


def epoch_by(rows_of, next_step=STEPS[REPAIRED]):
    """Return an answer with its own batches, and perhaps its own step."""

    def answer(slope, x, rows, rate, keep, batch, seed):
        step = 0.0
        for chosen in rows_of(np.random.default_rng(seed), rows, batch):
            step = next_step(step, slope(x, chosen))
            x = x + step
        return x

    return answer


def drawn(rng, rows, batch):
    order = rng.permutation(rows)
    return [order[k : k + batch] for k in range(0, len(rows), batch)]


def drawn_anew(rng, rows, batch):
    return [rng.permutation(rows)[k : k + batch] for k in range(0, len(rows), batch)]


def in_file_order(rng, rows, batch):
    return [rows[k : k + batch] for k in range(0, len(rows), batch)]


def by_shuffle(slope, x, rows, rate, keep, batch, seed):
    order, step = list(rows), 0
    np.random.default_rng(seed).shuffle(order)
    while order:
        chosen, order = order[:batch], order[batch:]
        step = keep * step - rate * slope(x, np.array(chosen))
        x += step
    return float(x)


EPOCH = Exercise(
    id="09.3",
    form="function",
    objective=TRAIN,
    place=BATCH,
    prompt=(
        "**Exercise 09.3.** Find the bugs. This epoch over one number x runs, and "
        "learns badly. Two of its lines stand in the wrong place. One spoils the "
        "batches, the other the momentum. Put them right."
    ),
    stub=(
        "def one_epoch(slope, x, rows, rate, keep, batch, seed):\n"
        '    """Return x after one epoch; slope(x, rows) is a mean over rows."""\n'
        "    rng = np.random.default_rng(seed)\n"
        "    for first in range(0, len(rows), batch):\n"
        "        order = rng.permutation(rows)\n"
        "        step = 0.0\n"
        "        step = keep * step - rate * slope(x, order[first : first + batch])\n"
        "        x = x + step\n"
        "    return x\n"
        "\n"
        "\n"
        'check("09.3", one_epoch)'
    ),
    solution=one_epoch,
    check=try_one_epoch,
    shown=(
        "One shuffle for an epoch, so that each row is asked once, and one memory for "
        "all batches."
    ),
    hints=(
        "For each line in the loop: should it happen once a batch, or once an epoch?",
        "Print which rows are asked. Then print `step` before it is changed.",
        "A deck of cards is shuffled before the deal, not before each card; and "
        "whoever adds up a bill sets the sum to 0 once.",
    ),
    wrong=(
        Wrong(
            epoch_by(drawn, STEPS["steps that forget the one before"]),
            "M510",
            "The batches are right. But the step begins at 0 with each batch, so it "
            "keeps nothing: momentum is a memory from batch to batch.",
        ),
        Wrong(
            epoch_by(drawn_anew),
            "M916",
            "With a shuffle for each batch, some rows come twice and others not at "
            "all. One shuffle, then one batch after another.",
        ),
        Wrong(
            epoch_by(in_file_order),
            "M917",
            "There is no shuffle any more. In the order of the file neighbours are "
            "alike, so a batch is a poor sample; and each epoch has the same batches.",
        ),
        Wrong(
            epoch_by(lambda rng, rows, batch: [rows]),
            "M918",
            "All rows go into one step. Batches are for many steps in an epoch, each "
            "rough and cheap.",
        ),
        Wrong(
            epoch_by(lambda rng, rows, batch: drawn(rng, rows, batch)[:-1]),
            "M919",
            "Some rows are never asked: the last batch is left out. It is shorter, but "
            "its rows count too.",
        ),
        Wrong(
            epoch_by(drawn, STEPS["steps uphill"]),
            "M45",
            "The sign is reversed: x goes uphill.",
        ),
        Wrong(
            epoch_by(drawn, STEPS["steps that keep all of the one before"]),
            "M920",
            "The step keeps all of the one before, and has no friction. It should keep "
            "the share `keep`.",
            FRICTION,
        ),
        Wrong(
            epoch_by(drawn, STEPS["slopes that are scaled down"]),
            "M921",
            "The slopes are multiplied by 1 - keep, which makes the step a mean. Here "
            "each slope goes in whole, so a step can grow.",
            FRICTION,
        ),
        Wrong(
            epoch_by(drawn, STEPS["steps that scale the last one by the rate"]),
            "M511",
            "The last step has been multiplied by the rate already. Multiply the new "
            "slope alone.",
        ),
        Wrong(
            epoch_by(drawn, STEPS["steps without a rate"]),
            "M512",
            "The rate is missing: it scales every slope that goes into the step.",
        ),
        Wrong(
            epoch_by(lambda rng, rows, batch: drawn(rng, np.arange(len(rows)), batch)),
            "M933",
            "It asks for places in the list, not for what stands there. `rows` holds "
            "the numbers of the rows: shuffle those.",
        ),
        Wrong(
            epoch_by(lambda rng, rows, batch: drawn(rng, rows, 1)),
            "M918",
            "Each row makes a step of its own. A batch is the middle way: less rough "
            "than one row, cheaper than all.",
        ),
    ),
    right=(
        by_shuffle,
        epoch_by(drawn),
        epoch_by(lambda rng, rows, batch: drawn(rng, rows[::-1], batch)),
        epoch_by(
            lambda rng, rows, batch: np.array_split(
                rng.choice(rows, len(rows), replace=False),
                range(batch, len(rows), batch),
            )
        ),
        lambda *inputs: np.float64(one_epoch(*inputs)),
    ),
)


# 09.4: a test by strangers


def stranger_splits(hands):
    rows = np.arange(len(hands))
    return [(rows[hands != hand], rows[hands == hand]) for hand in np.unique(hands)]


STRANGERS = "each hand asked once, with all others learned"


def question_of(answer, hands):
    """Say which question the splits of an answer ask."""
    pairs = answer(hands)
    if pairs is None or pairs is ...:
        return pairs
    given, pairs = pairs, listed_pairs(pairs)
    if pairs is None:
        return oddity(given)
    if any(part.size and part.dtype.kind not in "iu" for p in pairs for part in p):
        return "something other than row numbers"
    asked = np.concatenate([test for _, test in pairs]).tolist()
    for learned, test in pairs:
        if set(learned.tolist()) & set(test.tolist()):
            return "a row that is learned and asked"
        if set(hands[learned].tolist()) & set(hands[test].tolist()):
            return "a hand that is learned and asked"
    return fault_of_count(pairs, asked, hands) or STRANGERS


def oddity(given):
    """Say what came in the place of a list of pairs of arrays."""
    try:
        if len(given) == 2 and all(np.asarray(part).ndim == 1 for part in given):
            return "one pair"
        if all(isinstance(part, tuple) for pair in given for part in pair):
            return "tuples with the row numbers inside"
    except (TypeError, ValueError):
        pass
    return "something other than a list of pairs"


def listed_pairs(given):
    """Return a list of pairs of arrays, or None if it is none."""
    try:
        pairs = [tuple(map(np.asarray, pair)) for pair in given]
    except TypeError:
        return None
    fitting = all(len(pair) == 2 for pair in pairs)
    return pairs if fitting and all(p.ndim == 1 for q in pairs for p in q) else None


def fault_of_count(pairs, asked, hands):
    """Say which rows are asked too often or not at all, or return ""."""
    if len(set(asked)) < len(asked):
        if any(len(np.unique(hands[test])) > 1 for _, test in pairs):
            return "a row that is asked more than once"
        return "a hand that is asked more than once"
    if len(asked) < len(hands):
        alone = len(np.unique(hands[asked])) == 1
        return "one hand that is asked, and no other" if alone else "a hand never asked"
    if len(pairs) < len(np.unique(hands)):
        return "several strangers at once"
    if not all(len(test) for _, test in pairs):
        return "a test without rows"
    if len(pairs) > len(np.unique(hands)):
        return "one hand in several tests"
    # As many as the fewest: then networks can be stacked, as in the lesson.
    fewest = len(hands) - max(np.unique(hands, return_counts=True)[1])
    if any(len(learned) < fewest for learned, _ in pairs):
        return "a row that could have been learned"
    return ""


def try_stranger_splits():
    """Yield hands in the order of the file, and mixed; a quarter may cut a hand."""
    for hands in (
        [7, 7, 7, 3, 3, 4, 4, 4, 4, 9, 9, 9],
        [5, 5, 5, 2, 2, 2, 8, 8, 8, 6, 6, 6, 6, 6],
        [4, 9, 4, 2, 9, 2, 2, 4, 9, 6, 6, 2],
    ):
        place = f"with hands = np.array({hands})"
        yield Trial(place, STRANGERS, (np.array(hands),), question_of)


def cut(share):
    """Return an answer that cuts the file in two, whoever wrote it."""

    def answer(hands):
        rows = np.arange(len(hands))
        first = int(share * len(hands))
        return [(rows[:first], rows[first:])]

    return answer


def random_splits(hands):
    order = np.random.default_rng(0).permutation(len(hands))
    parts = np.array_split(order, 3)
    return [(np.setdiff1d(order, part), part) for part in parts]


def all_learned(hands):
    rows = np.arange(len(hands))
    return [(rows, rows[hands == hand]) for hand in np.unique(hands)]


def as_many_each(hands):
    splits = stranger_splits(hands)
    fewest = min(len(rows) for rows, _ in splits)
    return [(rows[-fewest:], asked) for rows, asked in splits]


def by_name(hands):
    names = np.unique(hands)
    return [(names[names != hand], names[names == hand]) for hand in names]


def two_halves(hands):
    rows, names = np.arange(len(hands)), np.unique(hands)
    first = np.isin(hands, names[: len(names) // 2])
    return [(rows[first], rows[~first]), (rows[~first], rows[first])]


STRANGER = Exercise(
    id="09.4",
    form="function",
    objective=CHOOSE,
    place=ASK,
    prompt=(
        "**Exercise 09.4.** Design the test of this section for any file. You get an "
        "array that says for each row whose hand wrote it. Return a list of splits, "
        "each a pair of row numbers: those to learn from and those to ask. Together "
        "they should answer: how well is a *stranger* read?"
    ),
    stub=(
        "def stranger_splits(hands):\n"
        '    """Return pairs (rows to learn, rows to ask) in a list."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("09.4", stranger_splits)'
    ),
    solution=stranger_splits,
    check=try_stranger_splits,
    shown="Every hand is a stranger once, and all the others are learned.",
    hints=(
        "How many splits are there? What do the rows to ask have in common?",
        "`np.unique(hands)` holds each hand once. For one of them, `hands == hand` "
        "says which rows are asked, and `np.flatnonzero` turns that into row numbers.",
        "To leave out one day after another: `[(rows[days != day], rows[days == day]) "
        "for day in ...]`.",
    ),
    wrong=(
        Wrong(
            random_splits,
            "M76",
            "Some hands are both learned and asked. A random split like this says how "
            "well more digits by the same people are read.",
            POST,
        ),
        Wrong(
            cut(0.75),
            "M922",
            "A cut through the file may go through a hand. And it asks the last hands "
            "only: the others are never strangers.",
            POST,
        ),
        Wrong(
            all_learned,
            "M923",
            "Everything is learned, including what is asked. That tests memory.",
        ),
        Wrong(
            lambda hands: stranger_splits(hands)[:1],
            "M924",
            "One hand is asked, and it may be easy or hard to read. Leave out each "
            "hand once. Perhaps your function returns inside the loop.",
        ),
        Wrong(
            lambda hands: [pair[::-1] for pair in stranger_splits(hands)],
            "M925",
            "The two are exchanged: one hand is learned, and all others are asked. In "
            "each pair, what is learned comes first.",
        ),
        Wrong(
            lambda hands: [(hands != hand, hands == hand) for hand in np.unique(hands)],
            "M926",
            "Those are masks, True and False for each row. The exercise asks for row "
            "numbers, so that one can always see which image went where.",
        ),
        Wrong(
            lambda hands: [
                (hands[hands != hand], hands[hands == hand])
                for hand in np.unique(hands)
            ],
            "M926",
            "Those are the hands themselves, in place of their rows. The exercise asks "
            "for row numbers.",
        ),
        Wrong(
            lambda hands: [
                (np.flatnonzero(hands != hand), np.flatnonzero(hands == hand))
                for hand in hands
            ],
            "M928",
            "There is a pair for every row, so a hand is asked again for each of its "
            "rows. Walk over the hands, `np.unique(hands)`.",
        ),
        Wrong(
            two_halves,
            "M927",
            "Several strangers are asked at once, of a network that has learned few "
            "hands. The number says less about the network that will be used: learn "
            "all others.",
        ),
        Wrong(
            lambda hands: [
                (np.flatnonzero(hands != hand), np.array([row]))
                for row, hand in enumerate(hands)
            ],
            "M928",
            "Each row has a test of its own. One test for each hand is enough, and "
            "says who is read badly.",
        ),
        Wrong(
            by_name,
            "M926",
            "Those are the hands, not their rows. Find the rows that each hand wrote, "
            "and those of the others.",
        ),
        Wrong(
            lambda hands: [
                (np.where(hands != hand), np.where(hands == hand))
                for hand in np.unique(hands)
            ],
            "M933",
            "Each part is a tuple with the array inside: that is what `np.where` and "
            "`np.nonzero` return. Take its first entry, or use `np.flatnonzero`.",
        ),
        Wrong(
            lambda hands: {hand: hands == hand for hand in np.unique(hands).tolist()},
            "M933",
            "Each entry of the list should be two rows of row numbers: those to learn "
            "from, and those to ask.",
        ),
        Wrong(
            lambda hands: stranger_splits(hands)[0],
            "M924",
            "That is one pair. The exercise asks for a list of pairs, one for each "
            "hand. Perhaps your function returns inside the loop.",
        ),
        Wrong(
            lambda hands: [
                (np.flatnonzero(hands != hand), np.flatnonzero(hands == hand))
                for hand in range(hands.max() + 1)
            ],
            "M934",
            "Some tests have no rows: the numbers of the hands have gaps. Take the "
            "names that occur, `np.unique(hands)`.",
        ),
        Wrong(
            lambda hands: [(rows[:4], asked) for rows, asked in stranger_splits(hands)],
            "M927",
            "Many rows could have been learned, and were not. The number says less "
            "about the network that will be used: learn all others.",
        ),
    ),
    right=(
        lambda hands: [
            (np.flatnonzero(hands != hand), np.flatnonzero(hands == hand))
            for hand in sorted(set(hands.tolist()))
        ],
        lambda hands: tuple(
            [
                [row for row, own in enumerate(hands) if own != hand],
                [row for row, own in enumerate(hands) if own == hand],
            ]
            for hand in dict.fromkeys(hands)
        ),
        lambda hands: [
            (np.setdiff1d(range(len(hands)), own), own)
            for own in (np.where(hands == hand)[0] for hand in np.unique(hands)[::-1])
        ],
        lambda hands: (pair for pair in stranger_splits(hands)),
        as_many_each,
    ),
)


# Quizzes


def longest_step():
    """Return the size of a step after many batches with the same slope."""
    step = 0.0
    for _ in range(500):
        step = 0.9 * step - 0.1 * 2.0
    return round(abs(step), 6)


LONG = Quiz(
    id="09.q1",
    objective=TRAIN,
    place=FRICTION,
    question=(
        "Rate 0.1, and each step keeps 0.9 of the last. For many batches the slope is "
        "2. How long does a step become?"
    ),
    options=(
        Option(
            "0.2, the rate times the slope",
            0.2,
            "That is the first step. The second keeps 0.9 of it and adds 0.2 again.",
            "M921",
        ),
        Option(
            "0.38",
            0.38,
            "That is the second step, and the third is longer still.",
            "M510",
        ),
        Option(
            "2, ten times the rate times the slope",
            2.0,
            "At a step of 2, the tenth that is lost is the 0.2 that is gained. Where "
            "the slopes point to and fro instead, they cancel and the steps stay "
            "short.",
        ),
        Option(
            "it grows without end",
            float("inf"),
            "It does if all of the step is kept. With friction, what a step loses "
            "grows with the step, until it equals what each slope adds.",
            "M920",
        ),
    ),
    compute=longest_step,
)

COUNTS = np.array([[40, 2, 0], [5, 38, 3], [1, 4, 42]])

SAID = Quiz(
    id="09.q2",
    objective=READ,
    place=CONFUSED,
    question=(
        "A confusion matrix of the digits 0, 1 and 2, as in the lesson: row 0 is 40, "
        "2, 0; row 1 is 5, 38, 3; row 2 is 1, 4, 42. How often was a 1 said where none "
        "was?"
    ),
    options=(
        Option(
            "8 times",
            8,
            "Those are the 1s that were taken for something else: the row. What was "
            "said stands in the column.",
            "M929",
        ),
        Option(
            "6 times",
            6,
            "The column of 1, without the diagonal: two zeros and four twos.",
        ),
        Option(
            "44 times",
            44,
            "That is how often a 1 was said at all. On the diagonal, 38 times, it was "
            "right.",
            "M930",
        ),
        Option(
            "15 times",
            15,
            "That is every mistake in the table, whatever was said.",
            "M930",
        ),
    ),
    compute=lambda: int(COUNTS[:, 1].sum() - COUNTS[1, 1]),
)


def unseen_by_one_step():
    """Return the difference between two engines that one first step does not show."""
    start = 1.7
    slope = 3 * start - 1
    steps = {
        "momentum": 0.9 * 0.0 - 0.1 * slope,
        "percent": -0.1 * 1.01 * slope,
        "penalty": -0.1 * (slope + 0.001 * start),
        "sum": -0.1 * 32 * slope,
    }
    unseen = [name for name, step in steps.items() if abs(step + 0.1 * slope) < 1e-12]
    return unseen[0] if len(unseen) == 1 else None


ONE_STEP = Quiz(
    id="09.q3",
    objective=COMPARE,
    place=LIBRARY,
    question=(
        "Two engines make one step: same start, same batch, same rate. All 2410 "
        "numbers agree to 1e-15. Which difference between the two would that test not "
        "have shown?"
    ),
    options=(
        Option(
            "one has slopes that are one percent too large in a single layer",
            "percent",
            "One percent of a slope is far more than 1e-15. That is what makes this "
            "test sharp.",
            "M931",
        ),
        Option(
            "one adds a small penalty for large weights",
            "penalty",
            "The start has weights that are not 0, so the penalty has a slope, and the "
            "step shows it.",
            "M931",
        ),
        Option(
            "one sums the loss over the batch, the other takes the mean",
            "sum",
            "Then one step is 32 times as long as the other.",
            "M42",
        ),
        Option(
            "one has momentum",
            "momentum",
            "A first step has no step before it, so there is nothing to keep. Let both "
            "make two steps, or compare the curves too.",
        ),
    ),
    compute=unseen_by_one_step,
)

EXERCISES = (SOFT, DIAGNOSE, EPOCH, STRANGER)


def chances_of_raised_scores():
    """Return a word for what becomes of ten chances when every score gains 5."""
    scores = np.linspace(-1.3, 2.1, 10)[None, :]
    before, after = softmax(scores), softmax(scores + 5)
    if np.allclose(before, after, rtol=1e-9):
        return "same"
    return "grow" if np.all(after > before) else "spread"


RAISED = Quiz(
    id="09.q4",
    objective=DERIVE,
    place=CHANCES,
    question="All ten scores of an image are raised by 5. What do its chances do?",
    options=(
        Option(
            "they stay as they are",
            "same",
            "Every power is multiplied by exp(5), above and below the line. Only "
            "differences of scores count.",
        ),
        Option(
            "all of them grow",
            "grow",
            "They cannot all grow: together they make 1, before and after.",
        ),
        Option(
            "the largest grows, the others shrink",
            "spread",
            "That can happen when the scores are multiplied by 5. Adding the same to "
            "all leaves their differences alone.",
        ),
    ),
    compute=chances_of_raised_scores,
)

QUIZZES = (LONG, SAID, ONE_STEP, RAISED)

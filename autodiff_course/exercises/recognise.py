"""Which belief an answer shows, told from what it does and not from how it is written.

An answer that behaves like a listed wrong answer holds its belief, in whatever
spelling. Beyond the list, numbers that are turned, scaled or shifted are recognised,
and answers that behave like the solution with one small mistake in it.
"""

import time
from functools import cache
from itertools import chain

import numpy as np

from autodiff_course.exercises.guard import observe, run, within
from autodiff_course.exercises.mutants import confusions, double_mutants, mutants
from autodiff_course.exercises.outcomes import (
    Carried,
    alike,
    compare,
    near,
    numeric,
    shown,
)

ENOUGH = 0.75  # of the trials at which a listed answer fails, where a match is partial

SENTENCES = {
    "sign": "A sign is turned: it behaves like the right answer with one minus too "
    "many or too few.",
    "term": "A term is missing: it behaves like the right answer without one of the "
    "things that are added.",
    "factor": "A factor is missing: it behaves like the right answer without one of "
    "the things that are multiplied.",
    "swapped": "One operator is another than it should be; look at each + - * / and "
    "each comparison.",
    "constant": "One number in it is slightly off.",
    "name": "One quantity stands where another belongs: look at each name, index, "
    ".value and .grad.",
    "assigned": "Something is overwritten where it should be added to: look for = in "
    "the place of +=.",
}


def judged(trial, outcome):
    """Return "" if an outcome is what the trial asks for, else how it is not."""
    if outcome.kind != "gave":
        return outcome.kind
    if trial.accepts is None:
        return compare(outcome.value, trial.expected, trial.tolerance, trial.exact)
    try:
        return "" if trial.accepts(outcome.value) else "differs"
    except Exception:  # an outcome of an unexpected kind cannot be judged further
        return "type"


def judge_all(trials, outcomes):
    """Return how each outcome fails, "" where it does not."""
    judgements = []
    for trial, outcome in zip(trials, outcomes, strict=False):
        # What cannot take fractions is judged by the other trials.
        skipped = trial.exact and outcome.kind == "raised"
        judgements.append("" if skipped else judged(trial, outcome))
    return judgements


@cache
def trials_of(exercise):
    """Return what is tried in an exercise; what is expected is worked out once."""
    return tuple(exercise.check())


@cache
def behaviour(exercise, number):
    """Return the outcomes of a listed wrong answer, and where they are wrong."""
    trials = trials_of(exercise)
    outcomes, _ = observe(trials, exercise.wrong[number].answer)
    return outcomes, [i for i, how in enumerate(judge_all(trials, outcomes)) if how]


def failing_group(trials, judgements):
    """Return the places of the trials that belong with the first that fails.

    Trials on fractions are left out: an answer may be unable to take them.
    """
    first = next(i for i, how in enumerate(judgements) if how)
    group = [
        i for i in range(len(judgements)) if trials[i].group == trials[first].group
    ]
    return [i for i in group if not trials[i].exact] or [first]


def listed(exercise, outcomes, deadline):
    """Return the listed wrong answer that an answer behaves like, or None.

    Best is one that does the same in all trials, then one that does the same in the
    group of trials where the first failure is, then one of which the answer does
    nearly everything that is wrong, and perhaps more.
    """
    judgements = judge_all(trials_of(exercise), outcomes)
    group = failing_group(trials_of(exercise), judgements)
    failed = [i for i, how in enumerate(judgements) if how]
    best, rank = None, (0, 0)
    for number, wrong in enumerate(exercise.wrong):
        if time.monotonic() > deadline:
            break
        theirs, failing = behaviour(exercise, number)
        pairs = zip(outcomes, theirs, strict=False)
        same = {i for i, pair in enumerate(pairs) if alike(*pair)}
        agreeing = len(same.intersection(failing))
        if agreeing == len(failing) == len(failed):
            return wrong
        local = same.issuperset(group) and not set(failing).isdisjoint(group)
        nearly = failed[0] in same and agreeing >= max(2, ENOUGH * len(failing))
        if local or nearly:
            best, rank = max(
                (best, rank), (wrong, (local, agreeing)), key=lambda p: p[1]
            )
    return best


def by_numbers(exercise, outcomes):
    """Return a sentence about numbers that are turned, scaled or shifted, or ""."""
    trials = trials_of(exercise)
    group = failing_group(trials, judge_all(trials, outcomes))
    trials, outcomes = [trials[i] for i in group], [outcomes[i] for i in group]
    pairs = number_pairs(trials, outcomes)
    if not pairs:
        return ""
    apart = [pair for pair in pairs if not near(*pair, 1e-4)]
    if not apart or not np.isfinite(apart).all():
        return ""
    wrong_got, wrong_expected = np.array(apart).T
    if np.allclose(wrong_got, -wrong_expected, rtol=1e-4):
        return "The size is right and the sign is turned."
    if not any(got for got, _ in pairs):
        return "It gives 0 everywhere: nothing moves, or the slope is lost on the way."
    if len(apart) < 2:
        return ""
    return scaled_or_shifted(wrong_got, wrong_expected)


def scaled_or_shifted(got, expected):
    if np.ptp(expected) and np.ptp(got) and expected.all():
        factor = np.median(got / expected)
        if np.allclose(got, factor * expected, rtol=1e-4):
            return f"Every number that is off is {factor:.4g} times what it should be."
    if np.ptp(expected) and np.allclose(got - expected, (got - expected)[0], rtol=1e-4):
        gap = (got - expected)[0]
        size = "large" if gap > 0 else "small"
        return f"Every number that is off is {abs(gap):.4g} too {size}."
    return ""


def number_pairs(trials, outcomes):
    """Return (got, expected) for every number that can be compared."""
    pairs = []
    for trial, outcome in zip(trials, outcomes, strict=False):
        if outcome.kind == "gave" and trial.accepts is None:
            pairs += entries(outcome.value, trial.expected)
    return pairs


def entries(got, expected):
    """Yield the numbers of two outcomes side by side, grads without their values."""
    if isinstance(got, Carried) and isinstance(expected, Carried):
        return entries(got.grad, expected.grad)
    if not (numeric(got) and numeric(expected)):
        return []
    try:
        got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    except (ValueError, TypeError, OverflowError):
        return []
    if got.shape != expected.shape:
        return []
    return list(zip(got.ravel().tolist(), expected.ravel().tolist(), strict=True))


def by_mutants(exercise, outcomes, seconds):
    """Return a sentence if the answer behaves like the solution with a mistake."""
    trials = trials_of(exercise)
    group = failing_group(trials, judge_all(trials, outcomes))
    trials, outcomes = [trials[i] for i in group], [outcomes[i] for i in group]
    if not any(judge_all(trials, outcomes)):
        return ""  # only a trial on fractions fails: any equivalent mutant would do
    kinds = []

    def search():
        for mutant in candidates(exercise, trials):
            if behaves_so(trials, mutant_answer(exercise, mutant), outcomes):
                kinds.extend(dict.fromkeys(mutant.kind.split()))
                return

    within(seconds, search)
    return " ".join(SENTENCES[kind] for kind in kinds)


def mutant_answer(exercise, mutant):
    """Return the answer that a mutant is; of a value that cannot be computed, None."""
    try:
        return mutant.answer() if exercise.form == "value" else mutant.answer
    except Exception:
        return None


def candidates(exercise, trials):
    """Yield the mutants that can be told apart by what the trials expect."""
    solution = exercise.solution
    if exercise.form == "value":
        return mutants(solution)
    # With few different outcomes an answer would agree with some mutant by chance.
    if len({shown(trial.expected) for trial in trials}) < 3:
        return ()
    return chain(mutants(solution), confusions(solution), double_mutants(solution))


def behaves_so(trials, answer, outcomes):
    """Tell whether an answer gives these outcomes; most do not at the first trial."""
    pairs = zip(trials, outcomes, strict=True)
    return all(alike(run(trial, answer), outcome) for trial, outcome in pairs)

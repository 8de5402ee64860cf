"""Which belief an answer shows, told from what it does and not from how it is written.

An answer that behaves like a listed wrong answer holds its belief, in whatever
spelling. Beyond the list, numbers that are turned, scaled or shifted are recognised,
and answers that behave like the solution with one small mistake in it.
"""

import time
from functools import cache

import numpy as np

from autodiff_course.exercises.guard import observe
from autodiff_course.exercises.mutants import mutants
from autodiff_course.exercises.outcomes import Carried, alike, compare, near, numeric

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


@cache
def mutants_of(exercise):
    return tuple(mutants(exercise.solution))


@cache
def mutant_behaviour(exercise, number):
    """Return the outcomes of a mutant of the solution; none if it fails to compute."""
    answer = mutants_of(exercise)[number].answer
    try:
        answer = answer() if exercise.form == "value" else answer
    except Exception:
        return []
    return observe(trials_of(exercise), answer)[0]


def listed(exercise, outcomes, seconds):
    """Return the listed wrong answer that an answer behaves like, or None.

    A full match comes first. Else it counts as a match where the answer does nearly
    everything that a listed one does wrong, and perhaps more; the one that explains
    most is taken.
    """
    failures = sum(map(bool, judge_all(trials_of(exercise), outcomes)))
    best, most = None, 0
    deadline = time.monotonic() + seconds
    for number, wrong in enumerate(exercise.wrong):
        if time.monotonic() > deadline:
            break
        theirs, failing = behaviour(exercise, number)
        pairs = [(outcomes[i], theirs[i]) for i in failing if i < len(outcomes)]
        agreeing = sum(alike(ours, other) for ours, other in pairs)
        if agreeing == len(failing) == failures:
            return wrong
        enough = agreeing >= max(2, ENOUGH * len(failing))
        if enough and agreeing > most:
            best, most = wrong, agreeing
    return best


def by_numbers(trials, outcomes):
    """Return a sentence about numbers that are turned, scaled or shifted, or ""."""
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
        return f"Every number that is off is {(got - expected)[0]:.4g} too large."
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
    """Return a sentence if the answer behaves like the solution with one mistake."""
    deadline = time.monotonic() + seconds
    for number, mutant in enumerate(mutants_of(exercise)):
        if time.monotonic() > deadline:
            break
        theirs = mutant_behaviour(exercise, number)
        if len(theirs) == len(outcomes) and all(map(alike, outcomes, theirs)):
            return SENTENCES[mutant.kind]
    return ""

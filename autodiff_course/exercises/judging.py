"""From an answer to a verdict."""

import inspect
import time
from types import CodeType, FunctionType

from autodiff_course.exercises.guard import SECONDS, observe
from autodiff_course.exercises.misconceptions import named
from autodiff_course.exercises.outcomes import Uncalled, compare, numeric, shown
from autodiff_course.exercises.recognise import (
    by_mutants,
    by_numbers,
    judge_all,
    listed,
    trials_of,
)
from autodiff_course.exercises.verdicts import Verdict

# So many seconds after its start a check stops comparing with wrong answers, and
# then with mutants: the whole stays under 3 s.
MATCHED, ENDED = 2.4, 2.8
MUTATING = 0.6
ELLIPSIS = "There is still a `...` in it, to be replaced by your answer."


def judge(exercise, answer, explain=True):
    """Return the verdict of an answer; whatever it is and does, nothing is raised.

    Without `explain` a wrong answer is refused and no belief is looked for.
    """
    begun = time.monotonic() if explain else None
    try:
        return form_fault(exercise, answer) or try_out(exercise, answer, begun)
    except Exception as error:
        words = f"The check could not judge this answer ({type(error).__name__})."
        return Verdict(exercise.id, "type", f"{words} {accepted(exercise)}")


def accepted(exercise):
    """Say what an answer to this exercise is."""
    last_line = exercise.stub.rpartition("\n")[2]
    kind = {"value": "a value", "function": "the function itself"}
    taken = kind.get(exercise.form, "the class itself")
    return f"The check takes {taken}, as in `{last_line}`."


def form_fault(exercise, answer):
    """Return a verdict where the answer is blank or of another form, else None."""
    if untouched(exercise, answer):
        return Verdict(exercise.id, "unattempted")
    if exercise.form == "value":
        if answer is None:
            came = f"{arrived(answer)} Perhaps it is what a print returned."
            return Verdict(exercise.id, "type", f"{came} {accepted(exercise)}")
        if callable(answer) and isinstance(exercise.model, tuple):
            return Verdict(
                exercise.id, "type", f"{arrived(answer)} {accepted(exercise)}"
            )
        if callable(answer) and not hasattr(answer, "grad"):
            name = getattr(answer, "__name__", "it")
            words = f"You gave the function `{name}` itself. Call it, as in "
            words += f"`{name}(...)`, and give what it returns."
            return Verdict(exercise.id, "uncalled", words)
        return None
    wanted = inspect.isclass if exercise.form == "class" else callable
    if not wanted(answer):
        came = f"{arrived(answer)} Perhaps it is the outcome of a call."
        return Verdict(exercise.id, "type", f"{came} {accepted(exercise)}")
    return None


def arrived(answer):
    return f"What arrived is {article(type(answer).__name__)}."


def article(kind):
    names = {"NoneType": "None", "ellipsis": "`...`"}
    return names.get(kind) or f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"


def untouched(exercise, answer):
    """Tell whether an answer is still the blank of the stub."""
    if answer is ...:
        return True
    if isinstance(answer, (tuple, list)):
        return any(each is ... for each in answer)
    stubs = stub_codes(exercise.stub)
    own = [code_of(function) for function in functions_of(answer)]
    return bool(own) and all(same_code(code, stubs.get(code.co_name)) for code in own)


def functions_of(answer):
    """Return the functions of an answer: itself, or the methods of a class."""
    if isinstance(answer, FunctionType):
        return [answer]
    if inspect.isclass(answer):
        return [held for held in vars(answer).values() if code_of(held)]
    return []


def code_of(held):
    return getattr(getattr(held, "__func__", held), "__code__", None)


def stub_codes(stub):
    """Return the code of every function that a stub defines, by name."""
    found, waiting = {}, [compile(stub, "<stub>", "exec")]
    while waiting:
        for constant in waiting.pop().co_consts:
            if isinstance(constant, CodeType):
                found[constant.co_name] = constant
                waiting.append(constant)
    return found


def same_code(one, other):
    """Tell whether two code objects do the same; where they stand is no matter."""
    if other is None or one.co_code != other.co_code or one.co_names != other.co_names:
        return False
    pairs = zip(one.co_consts, other.co_consts, strict=False)
    return len(one.co_consts) == len(other.co_consts) and all(
        same_code(a, b) if isinstance(a, CodeType) else repr(a) == repr(b)
        for a, b in pairs
    )


def try_out(exercise, answer, begun):
    """Run the trials and say what came of them."""
    trials = trials_of(exercise)
    outcomes, heard = observe(trials, answer, SECONDS)
    judgements = judge_all(trials, outcomes)
    failing = [i for i, how in enumerate(judgements) if how]
    if not failing:
        words = exercise.shown
        if exercise.remark:
            words += f" {exercise.remark(answer)}"
        if heard:
            words += f" It also prints ({first_line(heard)}); that is not needed."
        return Verdict(exercise.id, "right", words)
    if any(blank(outcome) for outcome in outcomes):
        return Verdict(exercise.id, "unattempted", ELLIPSIS)
    first = failing[0]
    status, words = told(trials[first], outcomes[first], judgements[first], heard)
    verdict = Verdict(exercise.id, status, words)
    if status != "looped" and begun is not None:
        explain_by_belief(exercise, outcomes, verdict, begun)
    return verdict


def blank(outcome):
    """Tell whether an outcome comes from dots that are still in the answer."""
    if outcome.kind == "raised":
        # NumPy names the ellipsis too, among the indices that it takes.
        return outcome.value != "IndexError" and "ellipsis" in outcome.words.lower()
    held = outcome.value if isinstance(outcome.value, tuple) else (outcome.value,)
    return any(each is ... for each in held)


def first_line(heard):
    line = heard.splitlines()[0]
    return repr(line if len(line) <= 40 else f"{line[:37]}...")


def told(trial, outcome, judgement, heard):
    """Return the status of the first failure, and the words for it."""
    tried = f"Tried {trial.place}: it" if trial.place else "It"
    if outcome.kind == "looped":
        return "looped", (
            f"{tried} was still running after {SECONDS:.0f} seconds, and was stopped. "
            "Look for a loop whose end is never reached. (If a cell ever cannot be "
            "stopped: Kernel, Restart Kernel.)"
        )
    if outcome.kind == "raised":
        words = ": ".join(part for part in (outcome.value, outcome.words) if part)
        stopped = f"{tried} stopped with {words.rstrip('.')}."
        if outcome.value == "RecursionError":
            stopped += " It calls itself too deep, or without end."
        return "raised", stopped
    if outcome.kind == "mutated":
        return "mutated", (
            f"{tried} changed what it was given ({outcome.words}). Whoever calls it "
            "still needs the original: build a new object instead."
        )
    if outcome.value is None and heard:
        return "printed", (
            f"{tried} prints ({first_line(heard)}) and returns nothing. Write return "
            "in the place of print."
        )
    return wrong_kind_or_value(tried, trial, outcome, judgement)


def wrong_kind_or_value(tried, trial, outcome, judgement):
    got = outcome.value
    wanted = trial.wanted or shown(trial.expected)
    if isinstance(got, Uncalled):
        words = f" gave {shown(got)} itself, and not what that returns; call it."
        return "uncalled", tried + words
    if got is None and trial.place:
        words = f"{tried} gave None, expected {wanted}. Look for a way through your "
        return "type", f"{words}function that ends without return, or for a print."
    words = f"{tried} gave {shown(got)}, expected {wanted}."
    if not trial.place:
        words = f"You gave {shown(got)}, and that is not it."
    if judgement == "type":
        return "type", f"{words} That is another kind of thing: {kind_of(got, trial)}."
    if judgement == "shape":
        words += " That has another shape: too many numbers, too few, or other names."
        return "shape", words
    if trial.exact and not compare(got, trial.expected, trial.tolerance):
        words += (
            " That is close but not exact. On fractions a rule is exact; a measured "
        )
        words += "slope, or a rounded number in the rule, is not."
    return "wrong", words


def kind_of(got, trial):
    """Name what came, and the way from it to what was wanted."""
    if type(got) is tuple and numeric(trial.expected):
        got = next((each for each in got if not numeric(each)), got)
    if hasattr(got, "grad") and not hasattr(trial.expected, "grad"):
        return "an object with .value and .grad; ask it for the one that is wanted"
    if hasattr(trial.expected, "grad"):
        return "an object with .value and .grad is needed, not a bare number or text"
    return getattr(got, "kind", type(got).__name__)


def explain_by_belief(exercise, outcomes, verdict, begun):
    """Add the belief that leads to such an answer, or the mistake that it shows."""
    match = listed(exercise, outcomes, begun + MATCHED)
    if match:
        verdict.misconception = match.misconception
        heading = match.reread or exercise.place
        verdict.words += f"\n{match.sentence}\n{named(match.misconception, heading)}"
    elif verdict.status in ("wrong", "shape"):
        left = min(MUTATING, begun + ENDED - time.monotonic())
        sentence = by_numbers(exercise, outcomes)
        sentence = sentence or by_mutants(exercise, outcomes, max(left, 0.0))
        verdict.words += f"\n{sentence}" if sentence else ""

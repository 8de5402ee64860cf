"""What an exercise and a quiz consist of: plain records, no behaviour of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field


def give(answer, *inputs):
    """Return the answer of a value exercise: there is nothing to call."""
    return answer


def call(answer, *inputs):
    """Return what an answer that is a function gives for the inputs."""
    return answer(*inputs)


@dataclass(frozen=True)
class Trial:
    """One thing that is tried: `act(answer, *inputs)` should give `expected`.

    `place` says in the learner's words where it is tried. Where many outcomes are
    right, `accepts` judges one, and `wanted` says what it asks for. The inputs are
    copied before each run and must come out as they went in. An `exact` trial runs on
    fractions, where a rule is exact; an answer that cannot take fractions skips it.
    Trials of one `group` try one thing; a belief is told from the first that fails.
    """

    place: str
    expected: object = None
    inputs: tuple = ()
    act: Callable = call
    accepts: Callable | None = None
    wanted: str = ""
    tolerance: float = 1e-4
    exact: bool = False
    group: str = ""


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer, the belief behind it and what to tell who gives it.

    `reread` is the heading to go back to; without one, that of the exercise.
    """

    answer: object
    misconception: str
    sentence: str
    reread: str = ""


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise, the only source of its stub, its check and its solution.

    `place` is the heading of the lesson under which it stands, `objective` the one of
    the lesson's list that it tests, `shown` the sentence that a right answer gets.
    `form` says what an answer is: "value", "function" or "class". `solution` is a
    function or class; of a value exercise, a function that computes the value.
    `check()` gives the trials. `hints` are three. `right` holds further right answers,
    written in other ways, `wrong` typical wrong ones. `equivalent` names mutants of the
    solution that are right, with the reason. `remark(answer)` is one more sentence on a
    right answer, such as how short it is.
    """

    id: str
    form: str
    objective: str
    place: str
    prompt: str
    stub: str
    solution: Callable
    check: Callable
    shown: str
    hints: tuple
    wrong: tuple
    right: tuple
    equivalent: dict = field(default_factory=dict)
    remark: Callable | None = None

    @property
    def model(self):
        """Return the answer that the solution is."""
        return self.solution() if self.form == "value" else self.solution


@dataclass(frozen=True)
class Option:
    """One answer of a quiz, with what a learner who chooses it should read.

    `value` is what the option claims; the right option is found by computing it.
    """

    text: str
    value: object
    feedback: str
    misconception: str | None = None


@dataclass(frozen=True)
class Quiz:
    """A question; `compute()` gives the value that exactly one option claims."""

    id: str
    objective: str
    place: str
    question: str
    options: tuple
    compute: Callable

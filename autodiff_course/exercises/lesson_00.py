"""Exercises of lesson 00: one to try out how exercises work, and three questions."""

from pathlib import Path

from autodiff_course.exercises.engines import Engine as Tiny
from autodiff_course.exercises.logbook import NAME, read
from autodiff_course.exercises.records import Exercise, Option, Quiz, Wrong
from autodiff_course.exercises.trials import value

FIRST = "Eight lines are enough to begin."
LIAR = "Each lesson has a liar."
MACHINE = "Your machine is ready, or says what is missing."
WORK = "Your work stays where you put it."

RUN = "run a lesson from top to bottom, and say what to do when a cell fails"
GRADIENT = "compute the slope of `3x` with a class of your own"
SAY_LIAR = "say what *the liar* is and why every lesson has one"
KEEP = "keep your work safe on your own machine, on a class hub and on Binder"


def slope_by_tiny():
    x = Tiny(3, 1)
    return (Tiny(5) * x + x).grad


class Natural(Tiny):
    """Lesson 00's liar: it multiplies slopes."""

    def __mul__(self, other):
        return Natural(self.value * other.value, self.grad * other.grad)


TRIAL = Exercise(
    id="00.1",
    form="value",
    objective=GRADIENT,
    place=FIRST,
    prompt=(
        "**Exercise 00.1.** What is the slope of `5 * x + x` at x = 3? Let `Tiny` work "
        "it out and hand the number to `check`. Stuck? In a new cell, run "
        "`from autodiff_course import hint, solution`; then "
        '`hint("00.1")` helps, three times, and `solution("00.1")` shows one way.'
    ),
    stub=(
        "# Replace the dots: every number a Tiny, brackets round the sum, then .grad.\n"
        "slope = ...\n"
        "\n"
        'check("00.1", slope)'
    ),
    solution=slope_by_tiny,
    check=lambda: [value(slope_by_tiny())],
    shown="5 x and x: each unit of x moves the sum by 5 + 1.",
    hints=(
        "Three numbers are needed: the constant 5, the input x, and x once more.",
        "The input moves, the constant does not: `Tiny(3, 1)` and `Tiny(5)`.",
        "For `3 * x + x` at x = 4 it is `(Tiny(3) * Tiny(4, 1) + Tiny(4, 1)).grad`.",
    ),
    wrong=(
        Wrong(
            18,
            "M001",
            "18 is the value of 5 x + x at 3. The slope says how fast that value "
            "changes; it stands in .grad. If you did ask for .grad: the second number "
            "of x is its speed, 1, whatever x is.",
        ),
        Wrong(
            15,
            "M001",
            "15 is the value of 5 x at 3. The slope says how fast the whole sum "
            "changes; it stands in .grad.",
        ),
        Wrong(
            0,
            "M21",
            "Nothing moved. A Tiny made without a second argument has grad 0; the "
            "input needs its 1, as in `Tiny(3, 1)`.",
        ),
        Wrong(
            9,
            "M17",
            "That is what comes out if the constant moves too. `Tiny(5)` has grad 0; "
            "only x has grad 1.",
        ),
        Wrong(
            1,
            "M01",
            "That is what comes out if the slopes of 5 and x are multiplied. The slope "
            "of 5 x is 5.",
        ),
    ),
    right=(6, 6.0, (Tiny(6) * Tiny(3, 1)).grad, (Tiny(3, 6) + Tiny(0)).grad),
    equivalent={
        "3 -> 3.0300000000000002": "The slope of 5 x + x is the same at every x."
    },
)


def last_print():
    """Run three cells in order, then the second and the third once more."""
    names, printed = {}, []
    cells = ("a = 2", "a = a * 3", "printed.append(a)")
    for cell in (*cells, cells[1], cells[2]):
        exec(cell, {"printed": printed}, names)
    return printed[-1]


RERUN = Quiz(
    id="00.q1",
    objective=RUN,
    place=MACHINE,
    question=(
        "Three cells: `a = 2`, then `a = a * 3`, then `print(a)`. You run all three. "
        "Then you run the second and the third once more. What does the last one print?"
    ),
    options=(
        Option(
            "6",
            6,
            "6 was printed the first time. The kernel remembers a, and the second cell "
            "multiplies it again. To run the lesson as it is written: Kernel, Restart "
            "Kernel and Run All Cells.",
            "M63",
        ),
        Option(
            "18",
            18,
            "The kernel remembers: a was 6 and became 18. When a cell behaves oddly, "
            "Kernel, Restart Kernel and Run All Cells gives you the lesson as it is "
            "written.",
        ),
        Option(
            "2",
            2,
            "The first cell was not run again, so a is no longer 2. The kernel keeps "
            "what the cells did, in the order in which you ran them.",
            "M63",
        ),
    ),
    compute=last_print,
)


def caught():
    """Return the expression whose slope by `Natural` is not the right one."""
    tests = {
        "x + x at x = 4": lambda number: number(4, 1) + number(4, 1),
        "x * x at x = 1/2": lambda number: number(0.5, 1) * number(0.5, 1),
        "x * x at x = 3": lambda number: number(3, 1) * number(3, 1),
    }
    wrong = [name for name, f in tests.items() if f(Natural).grad != f(Tiny).grad]
    return ", ".join(wrong)


CATCH = Quiz(
    id="00.q2",
    objective=SAY_LIAR,
    place=LIAR,
    question="Which of these tests catches `Natural`, whose `*` multiplies slopes?",
    options=(
        Option(
            "`x + x` at x = 4",
            "x + x at x = 4",
            "There is no * in it, so the wrong rule is never used. A test that does "
            "not reach the mistake says nothing about it.",
            "M71",
        ),
        Option(
            "`x * x` at x = 1/2",
            "x * x at x = 1/2",
            "The right slope there is 2 times 1/2, which is 1, and 1 times 1 is 1 as "
            "well. The liar is right by luck at this point.",
            "M71",
        ),
        Option(
            "`x * x` at x = 3",
            "x * x at x = 3",
            "The right slope is 6, and Natural says 1. A liar looks right until it "
            "meets a test that can fail. So every lesson has a liar, and its tests are "
            "chosen with care.",
        ),
    ),
    compute=caught,
)


def kept_elsewhere():
    """Return what the record says on a machine to which only notebooks came."""
    return f"{len(read(Path('a new machine') / NAME))} solved"


KEPT = Quiz(
    id="00.q3",
    objective=KEEP,
    place=WORK,
    question=(
        "On Binder you solved two exercises, downloaded the notebook and left. The "
        "next day you upload it to a fresh Binder. What does `progress()` show there?"
    ),
    options=(
        Option(
            "both as solved",
            "2 solved",
            "The notebook holds your answers. That they were right is noted in another "
            "file beside it, `progress.jsonl`, and Binder forgot that one.",
        ),
        Option(
            "neither as solved",
            "0 solved",
            "The record is `progress.jsonl`, and it stayed on a machine that is gone. "
            "Your answers came along: run their cells, and they are noted again.",
        ),
        Option(
            "an error: its file is missing",
            "",
            "Without a record nothing counts as solved, and nothing warns you: "
            "download `progress.jsonl` with the notebooks.",
        ),
    ),
    compute=kept_elsewhere,
)

EXERCISES = (TRIAL,)
QUIZZES = (RERUN, CATCH, KEPT)

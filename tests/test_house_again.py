"""A learner goes back: any cell, run again after the whole lesson, says the same."""

import ast
import contextlib
import io
import os
import signal

import pytest
from lessons import code as code_cell
from lessons import each_lesson, expect_none, planted, tags

from autodiff_course import Variable

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork"),
    # Newer Pythons warn of threads; a child that they lock up is ended and counted.
    pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning"),
]

SECONDS = 100
# Cells that show a mistake which a later cell has mended, in the same class or model.
MENDED = ("Metres(4) - Metres(3)", "lambda: 3 * x, lambda: 1 - x", '("m1_0", "m10")')


def is_run(cell):
    """Tell whether a cell is run here: not one that times, or starts processes."""
    return "times" not in tags(cell) and "over_workers(" not in cell.source


def said(source, space):
    """Run a cell; return what it prints, its picture's words, and its error."""
    tree, printed, error = ast.parse(source), io.StringIO(), ""
    last = (
        tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    )
    shown = None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(compile(tree, "cell", "exec"), space)
            if last:
                shown = eval(compile(ast.Expression(last.value), "cell", "eval"), space)
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
    told = getattr(shown, "alt", None) or ("" if shown is None else repr(shown))
    return f"{printed.getvalue()}{told}{error}"


def in_a_fork(function, *arguments, seconds=SECONDS):
    """Return the text that a function gives in a process of its own.

    This one stays as it is: lessons put methods of their own into package classes.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(seconds)  # a child that hangs is ended, and counts as dead
        status = 1
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                pipe.write(function(*arguments))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        words = pipe.read()
    return "it died" if os.waitpid(child, 0)[1] else words


def changed_cells(lesson):
    """Yield a fault for each cell that says something else after the whole lesson."""
    space = {"__name__": "__main__"}
    cells = [(n, cell) for n, cell in lesson.code if is_run(cell)]
    first = {n: said(cell.source, space) for n, cell in cells}
    for n, cell in cells:
        again = in_a_fork(said, cell.source, space)
        if again != first[n] and not any(words in cell.source for words in MENDED):
            yield lesson.fault(n, f"run again, it ends with {again[-80:]!r}.")


@pytest.mark.filterwarnings("ignore")
@each_lesson
def test_a_cell_that_is_run_again_says_the_same(lesson, monkeypatch):
    monkeypatch.chdir(lesson.path.parent)
    faults = in_a_fork(lambda: "\n".join(changed_cells(lesson)), seconds=6 * SECONDS)
    expect_none(filter(None, faults.splitlines()))
    methods = [held for held in vars(Variable).values() if callable(held)]
    assert {held.__module__ for held in methods} == {Variable.__module__}


def test_a_cell_that_needs_what_a_later_one_replaced_is_found():
    cells = ["x = 2", "print(3 * x)", "2 * x", "x = [x]", "print(len(x))"]
    printed, shown = changed_cells(planted(*map(code_cell, cells)))
    assert "cell 2" in printed and "[2, 2, 2]" in printed
    assert "cell 3" in shown and "[2, 2]" in shown


def test_a_cell_that_ends_its_process_is_found():
    cells = ["x = 0", "if x:\n    raise SystemExit", "x = 1"]
    (fault,) = changed_cells(planted(*map(code_cell, cells)))
    assert "cell 2" in fault and "it died" in fault

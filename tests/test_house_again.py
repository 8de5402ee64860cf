"""A learner goes back: any cell, run again after the whole lesson, says the same."""

import ast
import contextlib
import io
import os

import pytest
from lessons import code as code_cell
from lessons import each_lesson, expect_none, planted, tags

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that can fork"),
]

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
    return f"{printed.getvalue()}{getattr(shown, 'alt', '')}{error}"


def said_again(source, space):
    """Return the same from a process of its own, which leaves the space as it is."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(said(source, space))
            pipe.flush()
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        words = pipe.read()
    os.waitpid(child, 0)
    return words


def changed_cells(lesson):
    """Yield a fault for each cell that says something else after the whole lesson."""
    space = {"__name__": "__main__"}
    cells = [(n, cell) for n, cell in lesson.code if is_run(cell)]
    first = {n: said(cell.source, space) for n, cell in cells}
    for n, cell in cells:
        again = said_again(cell.source, space)
        if again != first[n] and not any(words in cell.source for words in MENDED):
            yield lesson.fault(n, f"run again, it ends with {again[-80:]!r}.")


@pytest.mark.filterwarnings("ignore")
@each_lesson
def test_a_cell_that_is_run_again_says_the_same(lesson, monkeypatch):
    monkeypatch.chdir(lesson.path.parent)
    expect_none(changed_cells(lesson))


def test_a_cell_that_needs_what_a_later_one_replaced_is_found():
    cells = ["x = 2", "print(3 * x)", "x = [x]", "print(len(x))"]
    (fault,) = changed_cells(planted(*map(code_cell, cells)))
    assert "cell 2" in fault and "[2, 2, 2]" in fault

"""The tester tested: a planted wrong output must fail, an unaltered copy pass."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from copies import ROOT

from autodiff_course import figures
from autodiff_course.house import lessons_in
from autodiff_course.house.check import NBVAL

pytestmark = pytest.mark.slow


def first_lesson():
    """Return the first stored lesson that holds printed text."""
    paths = lessons_in(ROOT / "notebooks")
    return next(p for p in paths if any(streams(nbformat.read(p, as_version=4))))


def streams(notebook):
    """Yield the printed texts that nbval compares."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            ignored = "nbval-ignore-output" in cell.metadata.get("tags", [])
            if output.output_type == "stream" and not ignored:
                yield output


def small_notebook():
    """Return a notebook of three cells with the outputs that a run gives."""
    cell, output = nbformat.v4.new_code_cell, nbformat.v4.new_output
    value = output("execute_result", {"text/plain": "12"}, execution_count=2)
    text = output("stream", name="stdout", text="4\n")
    cells = [
        cell("x = 4", execution_count=1),
        cell("3 * x", execution_count=2, outputs=[value]),
        cell("print(x)", execution_count=3, outputs=[text]),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def picture_notebook(alt, colour):
    """Return a notebook that draws in blue, stored with this alt text and colour."""
    source = (
        "from autodiff_course import figures\n"
        "picture = figures.Picture(alt='A line falls.')\n"
        "_ = picture.subplots().plot([3, 1], color='blue')\n"
        "picture"
    )
    stored = figures.Picture(alt=alt)
    stored.subplots().plot([3, 1], color=colour)
    data, metadata = stored._repr_mimebundle_()
    data["text/plain"] = "<Picture: A line falls.>"  # so that it alone cannot differ
    output = nbformat.v4.new_output(
        "execute_result", data, metadata=metadata, execution_count=1
    )
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell])


@pytest.fixture
def folder(tmp_path):
    """Return a folder of notebooks, below a copy of what configures nbval."""
    for name in ("notebooks", "tests"):
        (tmp_path / name).mkdir()
    for name in ("conftest.py", "tests/nbval.cfg"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path / "notebooks"


def run_nbval(path):
    """Run nbval as the test command does; return pytest's status and its words.

    It starts in the notebook's own folder, as anybody may.
    """
    command = [sys.executable, "-m", "pytest", str(path), "-p", "no:cacheprovider"]
    command += [*NBVAL, f"--rootdir={path.parents[1]}"]
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    finished = subprocess.run(
        command,
        cwd=path.parent,
        env=variables,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return finished.returncode, finished.stdout


def test_right_outputs_pass(folder):
    nbformat.write(small_notebook(), folder / "small.ipynb")
    code, said = run_nbval(folder / "small.ipynb")
    assert (code, "3 passed" in said) == (0, True), said


@pytest.mark.parametrize(
    "plant",
    [
        lambda cells: cells[1].outputs[0].data.update({"text/plain": "13"}),
        lambda cells: cells[2].outputs[0].update(text="5\n"),
        lambda cells: cells[2].update(source="x"),
        lambda cells: cells[0].update(source="x = 4 / 0"),
        lambda cells: cells[2].update(source="import warnings; warnings.warn('4')"),
    ],
    ids=["value", "printed text", "kind of output", "error", "warning"],
)
def test_a_wrong_output_fails(folder, plant):
    notebook = small_notebook()
    plant(notebook.cells)
    nbformat.write(notebook, folder / "small.ipynb")
    code, said = run_nbval(folder / "small.ipynb")
    assert (code, "failed" in said) == (1, True), said


@pytest.mark.parametrize(
    ("alt", "colour", "fails"),
    [("A line falls.", "red", 0), ("A line rises.", "blue", 1)],
    ids=["other pixels", "other alt text"],
)
def test_of_a_picture_the_alt_text_is_compared_and_the_pixels_are_not(
    folder, alt, colour, fails
):
    nbformat.write(picture_notebook(alt, colour), folder / "picture.ipynb")
    code, said = run_nbval(folder / "picture.ipynb")
    assert code == fails, said


def test_a_lesson_passes_and_fails_with_one_digit_changed(folder):
    lesson = first_lesson()
    copy = folder / lesson.name
    shutil.copy(lesson, copy)
    code, said = run_nbval(copy)
    assert code == 0, said
    notebook = nbformat.read(copy, as_version=4)
    output = next(streams(notebook))
    output.text = output.text.rstrip("\n") + "0\n"
    nbformat.write(notebook, copy)
    code, said = run_nbval(copy)
    assert (code, "1 failed" in said) == (1, True), said

"""Lessons read as data, and small planted ones that show that a check can fail."""

import ast
import re
from functools import cached_property
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autodiff_course.house import lessons_in

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
FENCE = re.compile(r"^ *(```|~~~).*?^ *\1[^\n]*$", re.MULTILINE | re.DOTALL)
PIXELS = re.compile(r"data:image/png;base64,[\w+/=]+")
CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


class Lesson:
    """One notebook: its file, its number and its cells, counted from 1."""

    def __init__(self, path, notebook=None):
        self.path = Path(path)
        self.planted = notebook

    @cached_property
    def notebook(self):
        return self.planted or nbformat.read(self.path, as_version=4)

    @property
    def number(self):
        return int(self.path.name[:2])

    @property
    def cells(self):
        return list(enumerate(self.notebook.cells, start=1))

    @property
    def code(self):
        return [(n, cell) for n, cell in self.cells if cell.cell_type == "code"]

    @property
    def prose(self):
        return [(n, cell) for n, cell in self.cells if cell.cell_type == "markdown"]

    def fault(self, n, message):
        """Say where a fault is, with the words that the cell begins with."""
        source = self.notebook.cells[n - 1].source.strip()
        begins = source.splitlines()[0][:50] if source else "nothing"
        return f"{self.path.name}, cell {n} ({begins}): {message}"


def stored_lessons():
    return [Lesson(path) for path in lessons_in(NOTEBOOKS)]


each_lesson = pytest.mark.parametrize(
    "lesson", stored_lessons(), ids=lambda lesson: lesson.path.stem
)


def expect_none(faults):
    """Fail with every fault on a line of its own."""
    faults = list(faults)
    assert not faults, "\n" + "\n".join(faults)


def tags(cell):
    return cell.metadata.get("tags", [])


def tree(cell):
    """Return the syntax tree of a code cell, empty where it is not plain Python."""
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def without_fences(markdown):
    return FENCE.sub("", markdown)


def without_code(markdown):
    return CODE_SPAN.sub(" ", without_fences(markdown))


def headings(cell):
    """Return (level, text) for each heading of a markdown cell."""
    lines = re.findall(r"^(#{1,6}) +(.+)$", without_fences(cell.source), re.MULTILINE)
    return [(len(marks), text.strip()) for marks, text in lines]


def text_of(output):
    """Return everything in an output that can be read as text."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "\n".join([output.ename, output.evalue, *output.traceback])
    kinds = [kind for kind in output.data if kind.startswith("text/")]
    return PIXELS.sub("", "\n".join(output.data[kind] for kind in sorted(kinds)))


def planted(*cells, name="03_planted.ipynb"):
    """Return a lesson of these cells, numbered as a fresh run would number them."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.execution_count = count
    return Lesson(name, new_notebook(cells=list(cells)))


def text(markdown):
    return new_markdown_cell(markdown)


def code(source, *outputs, tags=()):
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def printed(words, name="stdout"):
    return new_output("stream", name=name, text=words)


def shown(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)

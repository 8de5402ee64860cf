"""The README keeps what it says."""

import base64
import json
import re
from pathlib import Path

import pytest

from autodiff_course.exercises import catalogue
from autodiff_course.house import lessons_in

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def first_picture(notebook):
    """Return the first PNG that a notebook is stored with."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    data = [out.get("data", {}) for c in cells for out in c.get("outputs", [])]
    return base64.b64decode(next(d["image/png"] for d in data if "image/png" in d))


def test_the_picture_at_the_top_is_the_first_one_of_the_course():
    stored = first_picture(ROOT / "notebooks/00_start_here.ipynb")
    assert (ROOT / "docs/opening.png").read_bytes() == stored


@pytest.mark.parametrize("target", re.findall(r"\]\((?!http)([^)#]+)\)", README))
def test_every_file_that_it_links_to_is_there(target):
    assert (ROOT / target).exists()


def test_the_hours_are_the_sum_of_the_rows():
    minutes = sum(map(int, re.findall(r"\| (\d+) min \|", README)))
    exercises = 6 * len(catalogue.exercises())
    assert (round(minutes / 60), round(exercises / 60)) == (18, 5)
    start = (ROOT / "notebooks/00_start_here.ipynb").read_text(encoding="utf-8")
    for words in (README, start):
        assert "take about eighteen hours, five of them for exercises" in words


def test_every_lesson_has_its_row():
    linked = set(re.findall(r"notebooks/(\w+)\.ipynb", README))
    assert linked == {path.stem for path in lessons_in(ROOT / "notebooks")}

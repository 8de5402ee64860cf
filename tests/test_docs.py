"""The pages in docs keep what they say."""

import re
from pathlib import Path

import pytest
from lessons import ROOT, headings, stored_lessons

from autodiff_course.exercises import catalogue

PAGES = sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"\]\((?!http)([^)#]+)[^)]*\)")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
ENTRIES = [
    tuple(part.strip() for part in line.strip("| ").split(" | "))
    for line in GLOSSARY.splitlines()
    if "](../notebooks" in line
]
PROSE = {
    lesson.path.name: " ".join(
        " ".join(cell.source for _, cell in lesson.prose).replace("_", "-").split()
    ).lower()
    for lesson in stored_lessons()
}
TEACHING = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_that_a_page_links_to_is_there(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_glossary_is_in_order_and_names_each_word_once():
    words = [entry[0].casefold() for entry in ENTRIES]
    assert words == sorted(set(words))


def test_every_row_of_the_glossary_has_four_cells():
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {5}, "a row has lost its end"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[0])
def test_a_word_of_the_glossary_stands_in_the_lessons_it_points_to(entry):
    targets = LINK.findall(entry[-1])
    assert targets
    for target in targets:
        word = rf"\b{re.escape(entry[0].lower())}(s|es|d|ed|ing)?\b"
        assert re.search(word, PROSE[Path(target).name])


def test_every_item_that_the_teaching_guide_names_exists():
    named = re.findall(r"\b[01]\d\.q?\d\b", TEACHING)
    assert named
    assert set(named) <= set(catalogue.all_items())


@pytest.mark.parametrize("lesson", stored_lessons(), ids=lambda each: each.path.stem)
def test_a_section_that_may_be_left_out_is_a_heading_of_its_lesson(lesson):
    row = next(line for line in TEACHING.splitlines() if lesson.path.name in line)
    known = {
        words.rstrip(".") for _, cell in lesson.prose for _, words in headings(cell)
    }
    assert set(re.findall(r"\*([^*]+)\*", row.split(" | ")[-1])) <= known

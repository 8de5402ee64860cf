"""The course as web pages: whole, linked, readable, and nothing from outside."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from lessons import stored_lessons

from autodiff_course.house import site

pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """What a page holds: its links, pictures, marks to jump to, and cells of code."""

    def __init__(self, path):
        super().__init__()
        self.path, self.language, self.title = path, None, ""
        self.links, self.pictures, self.marks, self.cells = [], [], set(), 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        self.language = held.get("lang") if tag == "html" else self.language
        self.marks.add(held.get("id"))
        self.cells += "code_cell" in (held.get("class") or "").split()
        if tag == "img":
            self.pictures.append((held.get("src"), held.get("alt")))
        elif "href" in held:
            self.links.append(held["href"])
        assert tag not in ("script", "link", "iframe")

    def handle_data(self, text):
        if self.lasttag == "title":
            self.title += text


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return every page of the site, by its path from the start."""
    folder = tmp_path_factory.mktemp("a site")
    count = site.build(folder)
    found = {path.relative_to(folder): Page(path) for path in folder.rglob("*.html")}
    assert len(found) == count
    return found


def test_every_link_leads_to_a_page_and_to_a_mark_on_it(pages):
    by_path = {page.path.resolve(): page for page in pages.values()}
    for page in pages.values():
        for link in page.links:
            if link.startswith("http"):
                continue
            file, _, mark = unquote(link).partition("#")
            target = (page.path.parent / file).resolve() if file else page.path
            assert target.exists(), (page.path.name, link)
            assert not mark or mark in by_path[target.resolve()].marks, link


def test_every_picture_is_in_the_page_or_beside_it_and_has_words(pages):
    assert sum(len(page.pictures) for page in pages.values()) > 50
    for page in pages.values():
        for source, words in page.pictures:
            inside = re.match("data:image/(png|svg[+]xml);base64,", source)
            assert inside or (page.path.parent / source).exists()
            assert words and "No description" not in words


@pytest.mark.parametrize("lesson", stored_lessons(), ids=lambda each: each.path.stem)
def test_a_lesson_has_all_its_cells_and_leads_to_its_neighbours(pages, lesson):
    page = pages[site.target_of(lesson.path)]
    assert page.cells == len(lesson.code)
    assert f"# {page.title.strip()}" in lesson.notebook.cells[0].source
    assert page.language == "en"
    assert "$$" not in page.path.read_text(encoding="utf-8")
    assert "../index.html" in page.links
    names = [other.path.stem for other in stored_lessons()]
    near = {place for place in (lesson.number - 1, lesson.number + 1)}
    for place in near & set(range(len(names))):
        assert f"{names[place]}.html" in page.links

"""Every lesson in a real browser: Run All, and every widget worked by hand."""

import base64
import io
import re
import shutil
import time

import nbformat
import pytest
from lab import CHROMIUM_OPTIONS, ROOT, Lab, Lesson, Widget
from PIL import Image

from autodiff_course.house import lessons_in

LESSONS = [path.name for path in lessons_in(ROOT / "notebooks")]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="session")
def browser(chromium):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        process = playwright.chromium.launch(
            executable_path=chromium, args=CHROMIUM_OPTIONS
        )
        yield process
        process.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    server = Lab(tmp_path_factory.mktemp("lab"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def opened(lab, browser):
    """Return a function that opens a lesson in a page of its own."""
    contexts = []

    def open_lesson(name, width=1000):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        return Lesson(lab, context.new_page(), name)

    yield open_lesson
    for context in contexts:
        context.close()


def steppers(name):
    """Return how many steppers the code of a lesson makes."""
    lesson = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    code = "\n".join(cell.source for cell in lesson.cells if cell.cell_type == "code")
    return len(re.findall(r"widgets\.(?:step|walk)_\w+\(", code))


def colours(source):
    """Return how many colours the PNG of an image's source has."""
    png = base64.b64decode(source.partition("base64,")[2])
    return len(Image.open(io.BytesIO(png)).convert("RGB").getcolors(1_000_000))


def check_one_widget(widget):
    """Step, go back, scrub by keyboard and reset, watching picture and sentence."""
    start = widget.shown()
    widget.click("Step")
    stepped = widget.wait_for_change(start)
    assert stepped["src"] != start["src"] and stepped["alt"] != start["alt"]
    assert stepped["alt"] == widget.sentence()
    assert colours(stepped["src"]) > 20
    widget.press_by_keyboard("Step")
    further = widget.wait_for_change(stepped)
    widget.scrub_by_keyboard("ArrowLeft")
    assert widget.wait_for_change(further)["alt"] == stepped["alt"]
    widget.click("Back")
    assert widget.wait_for_change(stepped)["alt"] == start["alt"]
    widget.click("Step")
    widget.wait_for_change(start)
    widget.click("Reset")
    assert widget.wait_for_change(stepped)["alt"] == start["alt"]
    assert widget.trouble() == ""


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_and_its_widgets_answer(name, opened):
    lesson = opened(name, width=900)
    lesson.run_all()
    assert lesson.errors() == []
    found = Widget.all_in(lesson)
    assert len(found) == steppers(name)
    for widget in found:
        check_one_widget(widget)
        assert widget.overflow() <= 0
    violations = lesson.accessibility_faults()
    assert violations == []
    assert lesson.complaints == []


def test_a_run_shows_steps_by_itself_and_pause_ends_it(opened):
    lesson = opened("03_regression.ipynb")
    lesson.run_all()
    widget = Widget.all_in(lesson)[0]
    widget.click("Run")
    lesson.page.wait_for_timeout(1500)
    widget.click("Pause")
    lesson.page.wait_for_timeout(300)
    paused = widget.shown()
    assert int(paused["alt"].split()[1].rstrip(":")) >= 5
    lesson.page.wait_for_timeout(500)
    assert widget.shown() == paused


def stored_pictures(name):
    """Return (alt text, width) of the pictures that a lesson is stored with."""
    lesson = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    outputs = [output for cell in lesson.cells for output in cell.get("outputs", [])]
    told = [out.metadata.get("image/png") for out in outputs if "metadata" in out]
    return [(each["alt"], each["width"]) for each in told if each]


@pytest.mark.parametrize("name", LESSONS)
def test_a_fresh_clone_shows_every_picture_with_its_alt_text(name, lab, opened):
    fresh = f"fresh_{name}"  # the other copy may have been run, saved and trusted
    shutil.copy(ROOT / "notebooks" / name, lab.root / "notebooks" / fresh)
    lesson = opened(fresh, width=1400)  # wide enough to shrink nothing
    assert not lesson.trusts()
    images = lesson.page.locator(".jp-OutputArea-output img")
    shown = images.evaluate_all("all => all.map(each => [each.alt, each.width])")
    assert [tuple(each) for each in shown] == stored_pictures(name)
    assert lesson.page.get_by_role("button", name="Step", exact=True).count() == 0
    violations = lesson.accessibility_faults()
    assert violations == []


def test_a_run_ends_when_its_page_is_closed(lab, opened):
    reported = lab.root / "notebooks/position"
    cell = nbformat.v4.new_code_cell(
        "from pathlib import Path\n"
        "from autodiff_course import course_data, widgets\n"
        "stepper = widgets.step_line(*course_data())\n"
        "told = lambda change: Path('position').write_text(str(change.new))\n"
        "stepper.slider.observe(told, 'value')\n"
        "stepper"
    )
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(notebook, lab.root / "notebooks/run.ipynb")
    lesson = opened("run.ipynb")
    lesson.run_all()
    Widget.all_in(lesson)[0].click("Run")
    lesson.page.wait_for_timeout(1500)
    lesson.page.close()
    time.sleep(1)
    ended = reported.read_text()
    assert int(ended) >= 5
    time.sleep(1.5)
    assert reported.read_text() == ended


def test_two_of_a_kind_and_two_notebooks_at_once_keep_apart(lab, opened):
    cells = [
        nbformat.v4.new_code_cell(
            "from autodiff_course import course_data, widgets\n"
            "widgets.step_line(*course_data())"
        )
        for _ in range(2)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    found = []
    for name in ("one.ipynb", "two.ipynb"):
        nbformat.write(notebook, lab.root / "notebooks" / name)
        lesson = opened(name)
        lesson.run_all()
        found += Widget.all_in(lesson)
    assert len(found) == 4
    start = [widget.shown() for widget in found]
    found[0].click("Step")
    found[0].wait_for_change(start[0])
    found[3].click("10 steps")
    found[3].wait_for_change(start[3])
    rounds = [widget.sentence().split(":")[0] for widget in found]
    assert rounds == ["Round 1", "Round 0", "Round 0", "Round 10"]

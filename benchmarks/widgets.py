"""How fast the steppers answer: in the kernel, and in JupyterLab in Chromium.

The kernel's part is one click from button to encoded picture, over 30 steps. In the
browser the page's own clock runs from the event of a real mouse click until a frame
with the changed picture loaded, 30 times (what the driver itself takes is not the
widget's), and every frame meanwhile is looked at: one without a loaded picture is
blank. Then a run is counted for three seconds, and the steps that come after Pause.

    python benchmarks/widgets.py
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

from lab import CHROMIUM_OPTIONS, Lab, Lesson, Widget

from autodiff_course import course_data, cut_labels, network_start, widgets

CLICKS = 30
STEPPERS = {
    "slope": lambda: widgets.step_secant(np.sin, np.cos),
    "line": lambda: widgets.step_line(*course_data()),
    "chances": lambda: widgets.step_chances(*cut_labels()),
    "network": lambda: widgets.step_network(*cut_labels(), network_start(160)),
}
LESSONS = {
    "slope": "01_slopes.ipynb",
    "line": "03_regression.ipynb",
    "chances": "04_classification.ipynb",
    "network": "05_deep_network.ipynb",
}
WATCH = """box => { window.blank = 0; window.frames = 0; window.times = [];
    let clicked = null, shown = box.querySelector('img').src;
    box.addEventListener('click', () => { clicked = performance.now() }, true);
    const look = () => { const image = box.querySelector('img');
        const loaded = image && image.complete && image.naturalWidth;
        window.frames += 1;
        if (!loaded) window.blank += 1;
        else if (image.src !== shown) { shown = image.src;
            if (clicked !== null) window.times.push(performance.now() - clicked);
            clicked = null }
        requestAnimationFrame(look) };
    requestAnimationFrame(look) }"""


def in_kernel(make):
    """Return the milliseconds of each of 30 clicks on Step."""
    widget, times = make(), []
    for _ in range(CLICKS):
        begin = perf_counter()
        widget.buttons["Step"].click()
        times.append(1000 * (perf_counter() - begin))
    return times


def in_browser(lab, browser, name):
    """Return click times in ms, blank and all frames, steps a second, late steps."""
    page = browser.new_context(viewport={"width": 1100, "height": 900}).new_page()
    lesson = Lesson(lab, page, name)
    lesson.run_all()
    widget = Widget.all_in(lesson)[0]
    widget.box.evaluate(WATCH)
    for _ in range(CLICKS):
        before = widget.shown()
        widget.click("Step")
        widget.wait_for_change(before)
    blank, frames, times = page.evaluate("() => [blank, frames, times]")
    rate, late = run_and_pause(widget)
    page.context.close()
    return times, blank, frames, rate, late


def position(widget):
    return int(widget.box.locator(".widget-slider .widget-readout").last.inner_text())


def run_and_pause(widget):
    """Return the steps a second of a run, and how many came after Pause."""
    widget.click("Reset")
    widget.page.wait_for_timeout(500)
    widget.click("Run")
    widget.page.wait_for_timeout(3000)
    ran = position(widget)
    widget.click("Pause")
    at_pause = position(widget)
    widget.page.wait_for_timeout(1000)
    return ran / 3, position(widget) - at_pause


def main():
    from playwright.sync_api import sync_playwright

    print("| stepper | kernel | click, median | worst | blank | steps/s | late |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder)).start()
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM_OPTIONS
        )
        for name, lesson in LESSONS.items():
            kernel = median(in_kernel(STEPPERS[name]))
            times, blank, frames, rate, late = in_browser(lab, browser, lesson)
            print(
                f"| {name} | {kernel:.1f} ms | {median(times):.0f} ms "
                f"| {max(times):.0f} ms | {blank} of {frames} | {rate:.1f} | {late} |",
                flush=True,
            )
        browser.close()
        lab.stop()


if __name__ == "__main__":
    main()

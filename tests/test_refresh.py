"""Refresh: the same file twice, a failed lesson untouched, stored times kept."""

import base64
import io
import shutil

import nbformat
import numpy as np
import pytest
from copies import ROOT
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from PIL import Image

from autodiff_course.house import lessons_in
from autodiff_course.house import refresh as house

LESSONS = lessons_in(ROOT / "notebooks")
# A lesson with tables and pictures, and without one of the slow loops.
ONE = "02"


def write_notebook(path, *sources, tags=()):
    """Write a notebook without outputs, its ids and metadata as an editor left them."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell in cells:
        cell.metadata["tags"] = list(tags)
        cell.metadata["execution"] = {"iopub.status.busy": "2020-01-01"}
    metadata = {
        "widgets": {"state": 1},
        "kernelspec": {"name": "my_env", "display_name": "My own"},
    }
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.write(notebook, path)
    return path


def read(path):
    return nbformat.read(path, as_version=4)


# Without a kernel: what is compared, kept and written.


def test_a_missing_and_a_different_package_are_unmet_pins():
    requirements = f"-e .\nnumpy=={np.__version__}\nnbval==0.0.1\nnothing-such==2.0\n"
    nbval, nothing = house.unmet_pins(requirements)
    assert nbval.startswith("nbval is ")
    assert nbval.endswith("the pin is 0.0.1")
    assert nothing == "nothing-such is missing, the pin is 2.0"


def test_every_pin_is_exact():
    text = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("#", "-e"))]
    assert lines
    assert all("==" in line for line in lines)


def test_lessons_are_found_by_how_their_names_begin(tmp_path):
    for name in ("01_slopes.ipynb", "02_variable.ipynb", "03_regression.ipynb"):
        (tmp_path / name).touch()
    found = house.find_lessons(["03", "notebooks/01_slopes.ipynb"], tmp_path)
    assert [path.name for path in found] == ["03_regression.ipynb", "01_slopes.ipynb"]
    assert len(house.find_lessons([], tmp_path)) == 3
    with pytest.raises(SystemExit, match=r"'04'.*01_slopes, 02_variable"):
        house.find_lessons(["04"], tmp_path)


def test_nothing_half_written_stays_when_a_notebook_is_invalid(tmp_path):
    path = write_notebook(tmp_path / "a.ipynb", "1")
    before = path.read_bytes()
    notebook = read(path)
    notebook.cells[0].outputs = "no list"
    with pytest.raises(nbformat.ValidationError):
        house.write(notebook, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


def test_an_error_is_told_in_ascii_without_colours():
    assert house.plain(ValueError("\x1b[31mred\x1b[0m \u2714")) == "red \\u2714"


# With a kernel.


@pytest.mark.slow
def test_two_refreshes_give_the_same_bytes_in_a_plain_form(tmp_path):
    path = write_notebook(
        tmp_path / "a.ipynb",
        "import sys, time\nfor i in range(3):\n    print(i, flush=True)\n"
        "    time.sleep(0.1)",
        "",
        "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()",
        "print('\u00b1')\n{'a': 1}",
    )
    house.refresh(path)
    first = path.read_bytes()
    house.refresh(path)
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")
    assert b"\r" not in first
    notebook = read(path)
    assert [cell.execution_count for cell in notebook.cells] == [1, None, 2, 3]
    assert notebook.cells[0].outputs[0].text == "0\n1\n2\n"
    assert notebook.cells[3].outputs[1].execution_count == 3
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.language_info
    assert all("execution" not in cell.metadata for cell in notebook.cells)


@pytest.mark.slow
def test_a_lesson_runs_in_its_own_folder_and_without_widget_state(tmp_path):
    path = write_notebook(
        tmp_path / "a.ipynb",
        "import os, ipywidgets\nprint(os.path.basename(os.getcwd()))",
        "ipywidgets.IntSlider()",
    )
    house.refresh(path)
    notebook = read(path)
    assert notebook.cells[0].outputs[0].text == f"{tmp_path.name}\n"
    assert "widgets" not in notebook.metadata


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "error"),
    [("1 / 0", CellExecutionError), ("import time; time.sleep(9)", CellTimeoutError)],
)
def test_a_lesson_that_fails_is_untouched(tmp_path, monkeypatch, source, error):
    monkeypatch.setattr(house, "SECONDS_PER_CELL", 2)
    path = write_notebook(tmp_path / "a.ipynb", "print(1)", source)
    before = path.read_bytes()
    with pytest.raises(error):
        house.refresh(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


@pytest.mark.slow
def test_a_failed_lesson_is_told_and_the_others_are_refreshed(tmp_path, capsys):
    wrong = write_notebook(tmp_path / "a.ipynb", "1 / 0")
    right = write_notebook(tmp_path / "b.ipynb", "print(7)")
    assert house.refresh_all([wrong, right]) == 1
    said = capsys.readouterr().out
    assert "a.ipynb: failed and is left as it was." in said
    assert "ZeroDivisionError" in said
    assert read(right).cells[0].outputs[0].text == "7\n"


@pytest.mark.slow
def test_times_are_kept_while_their_source_is_unchanged(tmp_path):
    clock = "import time\nprint(time.perf_counter_ns())"
    path = write_notebook(tmp_path / "a.ipynb", clock, tags=["times"])
    house.refresh(path)
    first = path.read_bytes()
    house.refresh(path)
    assert path.read_bytes() == first
    notebook = read(path)
    notebook.cells[0].source += "  # anew"
    nbformat.write(notebook, path)
    house.refresh(path)
    assert read(path).cells[0].outputs != notebook.cells[0].outputs


# The lessons themselves.


def pixels_apart(stored, fresh):
    """Return by how much two pictures differ on average, of 255."""
    pictures = []
    for data in (stored, fresh):
        picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        pictures.append(np.asarray(picture, dtype=float))
    return np.abs(pictures[0] - pictures[1]).mean()


def take_pixels(output):
    """Return the PNG of an output, taken out wherever it stands."""
    data = output.get("data", {})
    png = data.pop("image/png", None)
    if png and "text/markdown" in data:
        data["text/markdown"] = data["text/markdown"].replace(png, "")
    return png


def assert_same_outputs(stored, fresh):
    """Compare two runs; a picture may differ by a processor's last digit."""
    for before, after in zip(stored.cells, fresh.cells, strict=True):
        for old, new in zip(
            before.get("outputs", []), after.get("outputs", []), strict=True
        ):
            old_picture, new_picture = take_pixels(old), take_pixels(new)
            if old_picture != new_picture:
                assert pixels_apart(old_picture, new_picture) < 0.5
        assert before == after


def refresh_twice(lesson, folder):
    """Refresh a copy twice; see the same bytes, and under the pins the stored ones."""
    copy = folder / lesson.name
    shutil.copy(lesson, copy)
    house.refresh(copy)
    first = copy.read_bytes()
    house.refresh(copy)
    assert copy.read_bytes() == first
    pins = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    if not house.unmet_pins(pins):
        assert_same_outputs(read(lesson), read(copy))


@pytest.mark.slow
def test_one_lesson_refreshed_twice_gives_the_same_file(tmp_path):
    lesson = next(path for path in LESSONS if path.name.startswith(ONE))
    refresh_twice(lesson, tmp_path)


@pytest.mark.refresh
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_refreshed_twice_gives_the_same_file(lesson, tmp_path):
    refresh_twice(lesson, tmp_path)


def test_a_widget_is_stored_as_its_still_picture_alone():
    still = {"image/png": "iVBOR", "text/markdown": '<img alt="A line bends.">'}
    view = {house.WIDGET_VIEW: {"model_id": "new each time"}}
    output = nbformat.v4.new_output("execute_result", data={**view, **still})
    cell = nbformat.v4.new_code_cell("widget", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    house.normalise(notebook)
    assert notebook.cells[0].outputs[0].data == still


def test_the_command_stores_under_the_pins_alone(tmp_path, monkeypatch):
    pins, refreshed = tmp_path / "binder" / "requirements.txt", []
    pins.parent.mkdir()
    monkeypatch.setattr(house, "ROOT", tmp_path)
    monkeypatch.setattr(house, "be_alone", lambda: None)
    monkeypatch.setattr(house, "refresh_all", lambda them: refreshed.append(them) or 1)
    pins.write_text("nbval==0.0.1\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"the pin is 0\.0\.1\nRun"):
        house.main([])
    assert refreshed == []
    pins.write_text(f"numpy=={np.__version__}\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        house.main([])
    assert refreshed == [[]] and ended.value.code == 1


def test_nothing_half_written_stays_when_the_file_cannot_be_replaced(
    tmp_path, monkeypatch
):
    path = write_notebook(tmp_path / "a.ipynb", "1")
    before = path.read_bytes()

    def refuse(part, target):
        raise PermissionError("open in another program")

    monkeypatch.setattr(type(path), "replace", refuse)
    with pytest.raises(PermissionError):
        house.write(read(path), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_learners_copy_is_no_lesson_and_is_left_alone(tmp_path):
    for name in ("02_variable", "my_02_variable", "02_variable-Copy1"):
        (tmp_path / f"{name}.ipynb").touch()
    for found in (lessons_in(tmp_path), house.find_lessons(["02"], tmp_path)):
        assert [path.name for path in found] == ["02_variable.ipynb"]

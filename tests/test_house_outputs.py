"""Lessons are stored exactly as a fresh run gives them, and as little as possible."""

import json
import re
from html import escape

import nbformat
from lessons import (
    code,
    each_lesson,
    expect_none,
    planted,
    printed,
    shown,
    tags,
    text,
    text_of,
)

MOST_LINES = 40
MOST_OUTPUT = 150_000
MOST_NOTEBOOK = 1_000_000
SHORTEST_ALT = 40
PICTURES = "image/png"
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
BARE_SCALAR = re.compile(r"\bnp\.(float|int|bool|str)\w*\(")
# What belongs to one run on one machine.
OF_ONE_RUN = {"execution", "ExecuteTime", "collapsed", "scrolled", "widgets"}


def outputs(lesson):
    for n, cell in lesson.code:
        for output in cell.outputs:
            yield n, output


def count_faults(lesson):
    """Yield execution counts that a run from top to bottom does not give."""
    for count, (n, cell) in enumerate(lesson.code, start=1):
        counts = {cell.execution_count}
        counts |= {o.execution_count for o in cell.outputs if "execution_count" in o}
        if counts != {count}:
            told = ", ".join(sorted(map(str, counts)))
            yield lesson.fault(n, f"count {told}, not {count}; refresh the lesson.")


def error_faults(lesson):
    """Yield stored errors and everything that was written to stderr."""
    for n, output in outputs(lesson):
        if output.output_type == "error":
            yield lesson.fault(n, "catch the error, and print what it says.")
        if output.get("name") == "stderr":
            yield lesson.fault(n, f"mend what warns: {output.text.strip()[:200]}")


def metadata_faults(lesson):
    """Yield widget state, timing, and a kernel that a learner does not have."""
    metadata = lesson.notebook.metadata
    for key in sorted(OF_ONE_RUN & set(metadata)):
        yield f"{lesson.path.name}: metadata holds {key}; refresh the lesson."
    if metadata.get("kernelspec", {}).get("name") != "python3":
        yield f"{lesson.path.name}: the kernel must be python3; refresh the lesson."
    for n, cell in lesson.cells:
        for key in sorted(OF_ONE_RUN & set(cell.metadata)):
            yield lesson.fault(n, f"metadata holds {key}; refresh the lesson.")
        if cell.get("attachments"):
            yield lesson.fault(n, "draw the picture in a cell, do not attach it.")


def size_faults(lesson):
    """Yield outputs that are too long to read or too large to store."""
    for n, cell in lesson.code:
        lines = sum(len(text_of(output).splitlines()) for output in cell.outputs)
        if lines > MOST_LINES:
            yield lesson.fault(n, f"{lines} lines of output, at most {MOST_LINES}.")
    for n, output in outputs(lesson):
        size = len(json.dumps(output))
        if size > MOST_OUTPUT:
            yield lesson.fault(n, f"an output of {size} bytes, at most {MOST_OUTPUT}.")
    size = len(nbformat.writes(lesson.notebook).encode("utf-8"))
    if size > MOST_NOTEBOOK:
        yield f"{lesson.path.name}: {size} bytes, at most {MOST_NOTEBOOK}."


def alt_faults(lesson):
    """Yield pictures without a sentence for those who cannot see them."""
    for n, output in outputs(lesson):
        for kind in output.get("data", {}):
            if kind.startswith(("image/", "application/javascript")) and (
                kind != PICTURES
            ):
                yield lesson.fault(n, f"store pictures as {PICTURES}, not as {kind}.")
        if PICTURES in output.get("data", {}):
            alt = output.metadata.get(PICTURES, {}).get("alt", "")
            if not is_sentence(alt):
                yield lesson.fault(
                    n,
                    f"alt text is a sentence of {SHORTEST_ALT} characters or more that "
                    f"says what there is to see, got {alt!r}; show a Picture.",
                )
            if not output.data.get("text/plain", "").strip():
                yield lesson.fault(n, "a picture needs a text/plain beside it.")
            if f'alt="{escape(alt)}"' not in output.data.get("text/markdown", ""):
                yield lesson.fault(
                    n,
                    "JupyterLab shows no alt text of a PNG; show a Picture, which has "
                    "it as text/markdown too.",
                )
        if re.search(r"<img(?![^>]*\salt=\"[^\"]{40})", text_of(output)):
            yield lesson.fault(n, "an <img> needs alt text of 40 characters or more.")


def is_sentence(alt):
    return len(alt) >= SHORTEST_ALT and alt.rstrip().endswith((".", "?"))


def stability_faults(lesson):
    """Yield text that the next run would not repeat: addresses, bare scalars."""
    for n, output in outputs(lesson):
        words = text_of(output)
        if found := ADDRESS.search(words):
            yield lesson.fault(n, f"{found[0]} is an address; end with what to show.")
        if found := BARE_SCALAR.search(words):
            yield lesson.fault(n, f"{found[0]}...) is a bare scalar; format it.")
    for n, cell in lesson.code:
        if ".stderr" in cell.source and "nbval-ignore-output" not in tags(cell):
            yield lesson.fault(n, "Python 3.13 colours errors there; catch and print.")


@each_lesson
def test_a_lesson_is_a_valid_notebook_of_format_4_5(lesson):
    nbformat.validate(lesson.notebook)
    assert (lesson.notebook.nbformat, lesson.notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for _, cell in lesson.cells]
    assert len(ids) == len(set(ids))


@each_lesson
def test_cells_are_counted_as_a_fresh_run_counts_them(lesson):
    expect_none(count_faults(lesson))


@each_lesson
def test_no_error_and_no_warning_is_stored(lesson):
    expect_none(error_faults(lesson))


@each_lesson
def test_no_widget_state_and_no_timing_is_stored(lesson):
    expect_none(metadata_faults(lesson))


@each_lesson
def test_outputs_are_short_and_small(lesson):
    expect_none(size_faults(lesson))


@each_lesson
def test_every_picture_has_alt_text(lesson):
    expect_none(alt_faults(lesson))


@each_lesson
def test_outputs_do_not_depend_on_the_run(lesson):
    expect_none(stability_faults(lesson))


ALT = "The line turns until it runs through the points."
IMAGE = '<img src="data:image/png;base64,iVBO" alt="{}" width="700">'
PICTURE = {
    "image/png": "iVBO",
    "text/markdown": IMAGE.format(ALT),
    "text/plain": "<Picture: the line turns>",
}


def drawn(alt=ALT, data=PICTURE):
    return planted(code("draw()", shown(data, **{"image/png": {"alt": alt}})))


def cell_of(*found):
    lesson = planted(text("# 03 A title"), code("1", *found))
    lesson.notebook.metadata["kernelspec"] = {"name": "python3"}
    return lesson


def test_a_sound_output_has_no_fault():
    lesson = cell_of(printed("3.0006\n" * 40))
    checks = [count_faults, error_faults, metadata_faults, size_faults]
    for check in (*checks, stability_faults):
        assert list(check(lesson)) == []
    assert list(alt_faults(drawn())) == []


def test_counts_out_of_order_are_found():
    for count in (None, 2, 7):
        lesson = cell_of()
        lesson.notebook.cells[1].execution_count = count
        assert list(count_faults(lesson))
    output = nbformat.v4.new_output("execute_result", execution_count=2)
    assert list(count_faults(cell_of(output)))


def test_errors_and_warnings_are_found():
    error = nbformat.v4.new_output("error", ename="E", evalue="no", traceback=[])
    assert list(error_faults(cell_of(error)))
    assert list(error_faults(cell_of(printed("a warning", name="stderr"))))


def test_state_timing_and_another_kernel_are_found():
    for key in ("execution", "collapsed"):
        lesson = cell_of()
        lesson.notebook.cells[1].metadata[key] = {}
        assert list(metadata_faults(lesson))
    lesson = cell_of()
    lesson.notebook.metadata["widgets"] = {}
    assert list(metadata_faults(lesson))
    lesson = cell_of()
    lesson.notebook.metadata["kernelspec"]["name"] = "venv"
    assert list(metadata_faults(lesson))


def test_long_and_large_outputs_are_found():
    assert list(size_faults(cell_of(printed("x\n" * 30), printed("x\n" * 11))))
    assert list(size_faults(cell_of(printed("x" * 150_001))))
    many = [code("1", printed("x" * 140_000)) for _ in range(8)]
    assert list(size_faults(planted(*many)))


def test_a_picture_without_a_sentence_is_found():
    for alt in ("", "A line.", ALT.rstrip(".")):
        same = {**PICTURE, "text/markdown": IMAGE.format(alt)}
        assert list(alt_faults(drawn(alt=alt, data=same)))
    for kind in ("text/plain", "text/markdown"):
        lacking = {key: data for key, data in PICTURE.items() if key != kind}
        assert list(alt_faults(drawn(data=lacking)))
    assert list(alt_faults(drawn(alt=f"{ALT} It stays there.")))
    assert list(alt_faults(drawn(data={"image/svg+xml": "<svg/>"})))
    assert list(alt_faults(cell_of(shown({"text/html": '<img src="a.png">'}))))


def test_addresses_and_bare_scalars_are_found():
    for words in ("<Line2D at 0x7f3a5c0b2d90>", "[np.float64(3.0)]"):
        assert list(stability_faults(cell_of(printed(words))))
    size = shown({"text/plain": "<Figure size 640x480 with 1 Axes>"})
    assert not list(stability_faults(cell_of(size)))


def test_errors_of_another_python_are_found_unless_nobody_compares_them():
    last = "print(run.stderr)"
    assert list(stability_faults(planted(code(last))))
    ignored = code(last)
    ignored.metadata["tags"] = ["nbval-ignore-output"]
    assert not list(stability_faults(planted(ignored)))

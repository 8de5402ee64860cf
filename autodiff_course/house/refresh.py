"""Execute lessons and store their outputs: `python3 course.py refresh 01 03`."""

import hashlib
import os
import re
import sys
from importlib import metadata
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from autodiff_course.house import lessons_in

ROOT = Path(__file__).resolve().parents[2]
SECONDS_PER_CELL = 120

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python"}
KERNEL["name"] = "python3"
# What a kernel reports of itself, without the version of Python.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


def unmet_pins(requirements):
    """Return a line for each pinned package that is missing or has another version."""
    unmet = []
    for name, pin in re.findall(r"^([\w.-]+)==(\S+)", requirements, re.MULTILINE):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = "missing"
        if installed != pin:
            unmet.append(f"{name} is {installed}, the pin is {pin}")
    return unmet


def digest(source):
    """Return a short mark that changes with the source of a cell."""
    return hashlib.sha256(source.encode("utf-8")).hexdigest()[:16]


def execute(notebook, folder):
    """Run all cells in a fresh kernel in `folder`; raises what a cell raises."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        store_widget_state=False,
        # Without this each kernel warns that its connection is not encrypted.
        extra_arguments=["--IPKernelApp.log_level=40"],
        # Else the pieces in which a kernel sends its text depend on the moment.
        coalesce_streams=True,
    ).execute()


def keep_times(stored, executed):
    """Put back the stored outputs of cells tagged `times` whose source is unchanged."""
    before = {cell.get("id"): cell for cell in stored.cells if cell.get("outputs")}
    for cell in executed.cells:
        if "times" not in cell.metadata.get("tags", []):
            continue
        mark, old = digest(cell.source), before.get(cell.get("id"))
        if old and old.metadata.get("times_of") == mark:
            cell.outputs = old.outputs
        cell.metadata["times_of"] = mark


WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def normalise(notebook):
    """Leave nothing that differs between two runs or two versions of Python."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    count = 0
    for index, cell in enumerate(notebook.cells):
        cell.setdefault("id", f"cell-{index:02d}")
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        if cell.source.strip():
            count += 1
            cell.execution_count = count
        for output in cell.outputs:
            # A widget's number is new in each run, and dead in the next kernel; its
            # still picture stays.
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count


def write(notebook, path):
    """Replace the file in one move, so that no moment leaves half a lesson."""
    nbformat.validate(notebook)
    part = path.with_name(f".{path.name}.part")
    try:
        text = nbformat.writes(notebook).rstrip("\n") + "\n"
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def refresh(path):
    """Execute the lesson at `path` and store its outputs.

    The file is untouched where a cell raises (CellExecutionError), takes over two
    minutes (CellTimeoutError) or kills its kernel (DeadKernelError).
    """
    stored = nbformat.read(path, as_version=4)
    executed = nbformat.read(path, as_version=4)
    execute(executed, path.parent)
    keep_times(stored, executed)
    normalise(executed)
    write(executed, path)


def find_lessons(names, folder):
    """Return the notebooks whose names begin so, or all; an unknown name ends it."""
    lessons = lessons_in(folder)
    if not names:
        return lessons
    found = []
    for name in names:
        fitting = [path for path in lessons if path.stem.startswith(Path(name).stem)]
        if not fitting:
            known = ", ".join(path.stem for path in lessons)
            sys.exit(f"No lesson begins with {name!r}. The lessons are: {known}.")
        found += fitting
    return found


def be_alone():
    """Keep the settings and start-up files of whoever runs this out of the outputs."""
    for name in ("MPLCONFIGDIR", "IPYTHONDIR"):
        folder = Path(sys.prefix) / "course-settings" / name.lower()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(folder)


def plain(error):
    """Return an error's text in ASCII, without the colours of a traceback."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    return text.encode("ascii", "backslashreplace").decode("ascii")


def refresh_all(lessons):
    """Refresh each lesson, say how it went, and return how many failed."""
    failed = 0
    for path in lessons:
        try:
            refresh(path)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            failed += 1
            print(f"{path.name}: failed and is left as it was.\n{plain(error)}")
        else:
            print(f"{path.name}: outputs stored.", flush=True)
    return failed


def main(names):
    """Refresh the named lessons, or all, under the pins and under nothing else."""
    pins = ROOT / "binder" / "requirements.txt"
    unmet = unmet_pins(pins.read_text(encoding="utf-8"))
    if unmet:
        sys.exit(
            "Outputs are stored only under the pins of binder/requirements.txt, and "
            "here\n  " + "\n  ".join(unmet) + "\n"
            "Run `python3 course.py refresh`, which makes .venv-pins with the pins."
        )
    be_alone()
    sys.exit(refresh_all(find_lessons(names, ROOT / "notebooks")) > 0)


if __name__ == "__main__":
    main(sys.argv[1:])

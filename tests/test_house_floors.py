"""The package keeps its floors and its size, and ruff finds nothing to say."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lessons import NOTEBOOKS, ROOT, expect_none

from autodiff_course.house import lessons_in

PACKAGE = ROOT / "autodiff_course"
COMPILER = ("compiling", "recording")  # opt-in, and a lesson of its own
MOST_LINES, MOST_OF_COMPILER = 1320, 195
LONGEST_FUNCTION = 30
INSTALL = "python3 course.py test installs it"

CHECKED = [PACKAGE, ROOT / "course.py", ROOT / "tests", ROOT / "benchmarks"]
CHECKED += lessons_in(NOTEBOOKS)
LINT = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"


def run(*words, folder=ROOT, **environment):
    """Run a command of this Python and return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def needs(module):
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is missing; {INSTALL}")


def lint(folder):
    return run("-c", LINT, folder=folder, PYTHONPATH=str(folder))


@needs("importlinter")
def test_a_module_imports_only_from_floors_below_its_own():
    code, said = lint(ROOT)
    assert code == 0, said


@needs("importlinter")
def test_an_import_from_a_floor_above_is_found(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with open(tmp_path / PACKAGE.name / "primitives.py", "a", encoding="utf-8") as file:
        file.write("\nfrom autodiff_course import descent\n")
    code, said = lint(tmp_path)
    assert code != 0 and "primitives" in said


def engine_lines(package, without=()):
    """Return how many lines with something on them the engine's modules have."""
    left_out = ("__init__", *without)
    paths = [path for path in package.glob("*.py") if path.stem not in left_out]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return sum(bool(line.strip()) for text in texts for line in text.splitlines())


def test_the_engine_can_be_read_in_one_sitting():
    lines = engine_lines(PACKAGE, without=COMPILER)
    assert 0 < lines <= MOST_LINES, f"{lines} lines, at most {MOST_LINES}"
    compiler = engine_lines(PACKAGE) - lines
    assert 0 < compiler <= MOST_OF_COMPILER, f"{compiler} lines of the compiler"


def test_lines_of_the_engine_are_counted_without_blank_ones(tmp_path):
    (tmp_path / "variable.py").write_text("x = 1\n\ny = 2\n", encoding="utf-8")
    (tmp_path / "__init__.py").write_text("x = 1\n", encoding="utf-8")
    assert engine_lines(tmp_path) == 2


def long_functions(name, source):
    """Yield functions of over 30 lines, docstring included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{name}: {node.name} has {lines} lines, at most 30; split it."


@pytest.mark.parametrize(
    "path",
    [*sorted(PACKAGE.rglob("*.py")), ROOT / "course.py"],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_function_has_over_30_lines(path):
    expect_none(long_functions(path.name, path.read_text(encoding="utf-8")))


def test_a_function_of_31_lines_is_found():
    assert not list(long_functions("a.py", "def f():\n" + "    1\n" * 29))
    assert list(long_functions("a.py", "def f():\n" + "    1\n" * 30))
    assert list(long_functions("a.py", "class A:\n def f():\n" + "  1\n" * 30))


def ruff(*words, folder=ROOT):
    return run("-m", "ruff", *words, folder=folder)


def ruff_faults(path, folder=ROOT):
    """Yield what ruff would lint or format."""
    settings = ["--no-cache", "--config", str(ROOT / "pyproject.toml"), str(path)]
    for words in (["check"], ["format", "--check", "--diff"]):
        code, said = ruff(*words, *settings, folder=folder)
        if code != 0:
            # Of a notebook's cells that are in order, only the names are listed.
            yield re.sub(r"^--- .*\n\+\+\+ .*\n(?!@@)", "", said, flags=re.MULTILINE)


@needs("ruff")
@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_ruff_has_nothing_to_say(path):
    expect_none(ruff_faults(path))


@needs("ruff")
def test_ruff_finds_an_unused_import_and_a_long_line(tmp_path):
    for source in ("import os\n", "x = 1+2\n", f"x = '{'a' * 88}'\n"):
        path = Path(tmp_path / "planted.py")
        path.write_text(source, encoding="utf-8")
        assert list(ruff_faults(path, tmp_path)), source
    path.write_text("x = 1 + 2\n", encoding="utf-8")
    assert not list(ruff_faults(path, tmp_path))

"""What users import, what importing costs, and that the examples run."""

import doctest
import inspect
import subprocess
import sys

import pytest

import autodiff_course

with_each = pytest.mark.parametrize
ENGINE = [
    "operators",
    "primitives",
    "recording",
    "shapes",
    "variable",
    "reverse",
    "reductions",
    "losses",
    "models",
    "data",
    "descent",
    "compiling",
    "tracing",
]
PROMISED = [
    "Variable",
    "log",
    "exp",
    "sigmoid",
    "tanh",
    "relu",
    "sin",
    "cos",
    "sqrt",
    "softplus",
    "mean",
    "total",
    "mse",
    "logloss",
    "logistic_loss",
    "cross_entropy",
    "deep_model",
    "Node",
    "differences",
    "one_at_a_time",
    "all_directions",
    "reverse",
    "compiled",
    "value_and_grad",
    "descend",
    "trace",
]
HEAVY = ["matplotlib", "ipywidgets", "IPython", "sklearn", "pandas", "scipy"]


def printed(code):
    """Return what a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@with_each("name", PROMISED)
def test_every_promised_name_can_be_imported(name):
    assert name in autodiff_course.__all__ and hasattr(autodiff_course, name)


@with_each("name", autodiff_course.__all__)
def test_every_public_name_exists_and_says_what_it_is(name):
    held = getattr(autodiff_course, name)
    if callable(held):
        assert len(inspect.getdoc(held) or "") > 20


def test_public_names_are_sorted_and_listed_once():
    names = autodiff_course.__all__
    assert len(set(names)) == len(names)
    assert (
        sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n)) == names
    )


def test_the_tab_key_offers_every_public_name_before_it_is_loaded():
    code = "import autodiff_course as a; print(*set(a.__all__) - set(dir(a)))"
    assert printed(code) == []


def test_a_star_import_gives_the_public_names_and_no_more():
    space = {}
    exec("from autodiff_course import *", space)
    assert set(space) - {"__builtins__"} == set(autodiff_course.__all__)


@with_each("module", ENGINE)
def test_every_public_function_of_the_engine_has_a_docstring(module):
    home = f"autodiff_course.{module}"
    held = sys.modules[home]
    assert held.__doc__
    for name, thing in vars(held).items():
        if getattr(thing, "__module__", None) == home and not name.startswith("_"):
            assert inspect.getdoc(thing), name


def test_importing_the_course_loads_numpy_and_nothing_heavy():
    loaded = printed(
        "import sys, autodiff_course; print(*{m.split('.')[0] for m in sys.modules})"
    )
    assert "numpy" in loaded and not set(HEAVY) & set(loaded)


def test_importing_the_course_prints_and_warns_nothing():
    assert (
        printed(
            "import warnings; warnings.simplefilter('error');import autodiff_course"
        )
        == []
    )


@with_each("module", ["losses", "variable", "reverse", "models", "descent", "tracing"])
def test_a_module_has_an_example_in_a_docstring_and_it_runs(module):
    outcome = doctest.testmod(sys.modules[f"autodiff_course.{module}"])
    assert outcome.attempted > 0 and outcome.failed == 0


@with_each("name", ["log", "sigmoid", "mean", "mse", "Variable"])
def test_a_public_name_shows_itself_by_its_name(name):
    assert name in repr(getattr(autodiff_course, name))

"""Newton's steps, agreement and shards, read back from the artists."""

import ast

import numpy as np
import pytest
from lessons import NOTEBOOKS, ROOT, Lesson, tree

from autodiff_course.figures import draw_agreement, draw_newton, draw_shards
from autodiff_course.figures.beyond import EQUAL

NEAR = {"Newton": [4.0, 0.1, 1e-9], "descent": [4.0, 2.0, 1.0]}
FAR = {"Newton": [0.0, 73.0, 146.0]}


def named(axes):
    """Return the lines of axes by their label."""
    return {line.get_label(): line for line in axes.lines}


def test_each_walk_stands_in_its_panel_step_by_step():
    near, far = draw_newton(NEAR, FAR, "Newton arrives").axes
    for axes, walks in ((near, NEAR), (far, FAR)):
        assert set(named(axes)) == set(walks)
        for label, walk in walks.items():
            assert named(axes)[label].get_ydata() == pytest.approx(walk)
            assert list(named(axes)[label].get_xdata()) == [0, 1, 2]
    assert (near.get_yscale(), far.get_yscale()) == ("log", "linear")


def test_two_walks_differ_in_dash_and_marker():
    near, _ = draw_newton(NEAR, FAR, "Newton arrives").axes
    looks = [(line.get_linestyle(), line.get_marker()) for line in near.lines]
    assert len({dash for dash, _ in looks}) == len({mark for _, mark in looks}) == 2


def test_alt_text_says_where_each_walk_ends():
    told = draw_newton(NEAR, FAR, "Newton arrives").alt
    assert "Newton from 4 to 1e-09 in 2 steps" in told
    assert "By the cut, m: Newton from 0 to 146 in 2 steps." in told


FOUND = {
    "large": {"float32": 5e-8, "float64": 2e-16},
    "small": {"float64": 0.0},
}


def test_a_difference_stands_in_the_row_of_its_engine():
    (axes,) = draw_agreement(FOUND, "They agree").axes
    lines = named(axes)
    assert list(zip(*lines["float32"].get_data(), strict=True)) == [(5e-8, 0)]
    at, rows = lines["float64"].get_data()
    assert list(rows) == [0, 1] and at[0] == 2e-16
    assert [label.get_text() for label in axes.get_yticklabels()] == list(FOUND)


def test_no_difference_at_all_is_drawn_where_the_axis_says_equal():
    (axes,) = draw_agreement(FOUND, "They agree").axes
    at = named(axes)["float64"].get_xdata()[1]
    ticks = dict(zip(axes.get_xticks(), axes.get_xticklabels(), strict=True))
    assert at == EQUAL
    assert ticks[at].get_text() == "equal"


def test_dashed_lines_stand_at_the_spacing_of_floats():
    (axes,) = draw_agreement(FOUND, "They agree").axes
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    spacings = [np.spacing(np.float32(1)), np.spacing(1.0)]
    assert [line.get_xdata()[0] for line in dashed] == pytest.approx(spacings)


def test_the_last_digit_of_a_float_is_not_told():
    told = draw_agreement(FOUND, "They agree").alt
    assert "large: float32 5.0e-08, float64 at most 1e-15" in told
    assert "small: float64 at most 1e-15." in told


def shards():
    return draw_shards([400, 400, 100], [1.0, 2.0, 6.0], "The short one pulls", "loss")


def test_a_stroke_is_as_long_as_its_shard_and_stands_at_its_mean():
    (axes,) = shards().axes
    strokes = [line.get_xydata().tolist() for line in axes.lines[:3]]
    assert strokes == [
        [[0, 1], [400, 1]],
        [[400, 2], [800, 2]],
        [[800, 6], [900, 6]],
    ]
    assert [text.get_text() for text in axes.texts] == [
        "400 rows",
        "400 rows",
        "100 rows",
    ]


def test_two_lines_mark_the_mean_of_all_rows_and_the_mean_of_means():
    lines = named(shards().axes[0])
    whole, plain = lines["mean of all rows"], lines["mean of the means"]
    assert whole.get_ydata() == pytest.approx([2.0, 2.0])
    assert plain.get_ydata() == pytest.approx([3.0, 3.0])
    assert (whole.get_linestyle(), plain.get_linestyle()) == ("-", "--")


def test_alt_text_of_shards_says_rows_and_both_means():
    told = shards().alt
    assert "400, 400, 100." in told
    assert "The mean of all rows is 2, the mean of the means 3." in told


def functions(statements):
    """Return the functions among statements, by name, as text."""
    return {
        each.name: ast.unparse(each)
        for each in statements
        if isinstance(each, ast.FunctionDef)
    }


def test_the_benchmark_of_shards_runs_what_the_lesson_teaches():
    lesson = Lesson(NOTEBOOKS / "10_beyond.ipynb")
    taught = {}
    for _, cell in lesson.code:
        taught |= functions(tree(cell).body)
    source = (ROOT / "benchmarks" / "shards_dask.py").read_text(encoding="utf-8")
    measured = functions(ast.parse(source).body)
    for name in ("on_shard", "weighted_by_rows", "over_workers"):
        assert measured[name] == taught[name]

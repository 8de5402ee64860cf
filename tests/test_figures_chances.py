"""The pictures of lesson 04 show what they are given and say so in their alt text."""

import numpy as np
import pytest

from autodiff_course import Step, Variable, exp, log, sigmoid, softplus
from autodiff_course.figures import (
    draw_chances,
    draw_edge,
    draw_primitive,
    draw_rates,
    draw_training,
)
from autodiff_course.figures.views import ChanceView

X = np.array([-1.0, 0.2, 0.9, 2.0])
LABELS = np.array([0.0, 0.0, 1.0, 1.0])


def steps(count):
    """Return steps whose weights and losses are told apart by their index."""
    return [
        Step(i, {"m": 2.0 * i, "b": -1.0 * i}, 0.7 / (i + 1), {"m": 0.0, "b": 0.0})
        for i in range(count)
    ]


@pytest.mark.parametrize("primitive", [exp, log, sigmoid, softplus])
def test_a_primitive_is_drawn_over_its_shown_stretch(primitive):
    curve = draw_primitive(primitive).axes[0].lines[0]
    low, high = primitive.shown
    assert curve.get_xdata()[[0, -1]] == pytest.approx([low, high])
    middle = float(curve.get_xdata()[100])
    assert curve.get_ydata()[100] == pytest.approx(primitive(middle))


@pytest.mark.parametrize("primitive", [exp, log, sigmoid, softplus])
def test_tangents_of_a_primitive_have_the_slope_that_is_drawn_below(primitive):
    above, below = draw_primitive(primitive).axes
    marked = below.lines[1]
    for tangent, slope in zip(above.lines[1:4], marked.get_ydata(), strict=True):
        (x0, x1), (y0, y1) = tangent.get_data()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slope)
        at, h = (x0 + x1) / 2, 1e-5
        assert (y0 + y1) / 2 == pytest.approx(primitive(at))
        measured = (primitive(at + h) - primitive(at - h)) / (2 * h)
        assert slope == pytest.approx(measured, rel=1e-6)


def test_the_alt_text_of_a_primitive_names_its_slopes():
    alt = draw_primitive(sigmoid).alt
    assert "sigmoid" in alt
    assert "x = -4, 0, 4 the slope is 0.01766, 0.25, 0.01766" in alt


def test_rates_stand_on_the_arrows_and_grads_in_the_boxes():
    picture = draw_rates([("x", 2.0, 1.0), ("x**2", 4.0, 4.0)], [4.0], "Rates")
    words = [text.get_text() for text in picture.axes[0].texts]
    assert "x\nvalue 2\ngrad 1" in words
    assert "x**2\nvalue 4\ngrad 4" in words
    assert "times 4" in words
    assert picture.alt == (
        "Rates. x has grad 1; x**2 has grad 4. The arrows between them multiply by 4."
    )


def test_a_chance_curve_crosses_one_half_where_its_logit_is_zero():
    picture = draw_chances(X, LABELS, {"truth": (3.0, -2.0)}, "Chances")
    line = {line.get_label(): line for line in picture.axes[0].lines}["truth"]
    along, chances = line.get_data()
    assert np.interp(0.5, chances, along) == pytest.approx(2 / 3, abs=1e-3)
    assert picture.alt == (
        "Chances. 4 points, 2 with label 1. The curve 'truth' crosses one half at x = "
        "0.6667, where its slope is 0.75."
    )


def test_labels_are_told_apart_by_height_and_marker():
    lines = draw_chances(X, LABELS, {"truth": (3.0, -2.0)}, "Chances").axes[0].lines
    zeros, ones = lines[:2]
    assert (list(zeros.get_xdata()), set(zeros.get_ydata())) == ([-1.0, 0.2], {0.0})
    assert (list(ones.get_xdata()), set(ones.get_ydata())) == ([0.9, 2.0], {1.0})
    assert zeros.get_marker() != ones.get_marker()


def test_a_flat_curve_has_no_crossing_to_tell():
    picture = draw_chances(X, LABELS, {"flat": (0.0, 0.0)}, "Chances")
    assert "crosses" not in picture.alt


def test_training_shows_the_last_curve_every_loss_and_every_weight():
    picture = draw_training(X, LABELS, steps(4))
    curve, loss, weights = (axes.lines for axes in picture.axes)
    along, chances = curve[-1].get_data()
    assert np.allclose(chances, 1 / (1 + np.exp(3.0 - 6.0 * along)))
    assert list(loss[0].get_ydata()) == [0.7, 0.35, 0.7 / 3, 0.175]
    told = {line.get_label(): list(line.get_ydata()) for line in weights}
    assert told["m"] == [0.0, 2.0, 4.0, 6.0]
    assert told["b"] == [0.0, -1.0, -2.0, -3.0]
    assert "Round 3: m = 6, b = -3" in picture.alt


@pytest.mark.filterwarnings("error")
def test_training_has_room_for_every_weight_and_for_one_step_alone():
    for count in (1, 5):
        weights = draw_training(X, LABELS, steps(count)).axes[2]
        low, high = weights.get_ylim()
        assert low <= -1.0 * (count - 1) <= 2.0 * (count - 1) < high


def test_a_view_moves_its_artists_and_keeps_its_axes():
    view = ChanceView(X, LABELS)
    places = [axes.get_position().bounds for axes in view.picture.axes]
    view.show(steps(2))
    first = view.curve.get_ydata().copy()
    told = view.show(steps(9))
    assert not np.allclose(first, view.curve.get_ydata())
    assert list(view.loss.lines[0].get_xdata()) == list(range(9))
    assert places == [axes.get_position().bounds for axes in view.picture.axes]
    assert told.startswith("Round 8: m = 16, b = -8, loss = 0.07778")


def test_the_edge_is_marked_and_its_three_slopes_are_told():
    z = np.linspace(-40.0, -30.0, 11)
    slopes = {"right": -1.0 + 0 * z, "post": z / 100, "measured": np.zeros(11)}
    picture = draw_edge(z, {"exact": -z, "cut": np.zeros(11)}, slopes, at=-36.0)
    left, right = picture.axes
    assert [line.get_label() for line in left.lines[:2]] == ["exact", "cut"]
    assert [line.get_label() for line in right.lines[:3]] == list(slopes)
    assert right.lines[3].get_xdata()[0] == -36.0
    assert "exact 36; cut 0;" in picture.alt
    assert picture.alt.endswith("right -1; post -0.36; measured 0.")


def test_every_curve_of_a_picture_has_a_dash_of_its_own():
    z = np.linspace(-40.0, -30.0, 11)
    slopes = {"right": -1.0 + 0 * z, "post": z / 100, "measured": np.zeros(11)}
    for axes in draw_edge(z, {"exact": -z, "cut": np.zeros(11)}, slopes, at=-36.0).axes:
        curves = [line for line in axes.lines if len(line.get_xdata()) == len(z)]
        assert len({line.get_linestyle() for line in curves}) == len(curves)


def test_every_picture_of_the_lesson_names_its_axes_and_keeps_its_title():
    z = np.linspace(-40.0, -30.0, 11)
    pictures = [
        draw_primitive(log),
        draw_chances(X, LABELS, {"truth": (3.0, -2.0)}, "Chances"),
        draw_training(X, LABELS, steps(3)),
        draw_edge(z, {"exact": -z}, {"right": -1.0 + 0 * z}, at=-36.0),
    ]
    for picture in pictures:
        assert all(axes.get_ylabel() for axes in picture.axes)
        assert picture.axes[-1].get_xlabel()
        assert picture.axes[0].get_title(loc="left")


def test_drawing_trains_nothing_and_changes_no_step():
    taken = steps(3)
    before = [dict(step.params) for step in taken]
    draw_training(X, LABELS, taken)
    assert [step.params for step in taken] == before
    assert exp(Variable(2.0, 5)).grad == pytest.approx(5 * np.exp(2.0))


def test_each_arrow_of_the_rates_stands_between_its_two_boxes():
    stages = [("x", 2.0, 1.0), ("u", 4.0, 4.0), ("v", 8.0, 8.0)]
    axes = draw_rates(stages, [4.0, 2.0], "Rates").axes[0]
    arrows = [each for each in axes.texts if getattr(each, "arrow_patch", None)]
    ends = [(arrow.xyann[0], arrow.xy[0]) for arrow in arrows]
    assert len(ends) == 2
    for place, (start, end) in enumerate(ends):
        assert place < start < end < place + 1

"""The pictures of lesson 01, read through their lines."""

import math

import numpy as np
import pytest

from autodiff_course.figures import (
    draw_floats,
    draw_secants,
    draw_step_errors,
)
from autodiff_course.figures.slopes import (
    furnish_secant,
    place_secant,
    secant_artists,
)

STEPS = 10.0 ** np.arange(-8, 0.5)
FORWARD, CENTRAL = 3.0 * STEPS, 0.5 * STEPS**2


def line(axes, label):
    """Return the x and y of the line with that label."""
    return next(one.get_data() for one in axes.lines if one.get_label() == label)


def steepness(data):
    (x0, x1), (y0, y1) = data
    return (y1 - y0) / (x1 - x0)


@pytest.fixture
def cube():
    """Return the picture of x**3 at 2 with step 1, where all numbers are whole."""
    return draw_secants(lambda x: x**3, lambda x: 3 * x**2, 2.0, [1.0], (0.0, 4.0))


def test_the_secant_goes_through_both_points_of_the_curve(cube):
    x, y = line(cube.axes[0], "secant")
    assert np.interp([2.0, 3.0], x, y) == pytest.approx([8.0, 27.0])
    assert steepness((x, y)) == pytest.approx(19.0)


def test_the_tangent_touches_at_x_with_the_slope_of_the_derivative(cube):
    x, y = line(cube.axes[0], "tangent")
    assert np.interp(2.0, x, y) == pytest.approx(8.0)
    assert steepness((x, y)) == pytest.approx(12.0)


def test_the_legs_run_first_and_rise_second(cube):
    x, y = line(cube.axes[0], "run h, then rise")
    assert list(x) == [2.0, 3.0, 3.0]
    assert list(y) == [8.0, 8.0, 27.0]


def test_alt_text_of_a_secant_says_both_slopes_and_the_error(cube):
    assert "slope 19, the tangent 12; the error is 7.0e+00" in cube.alt


def test_each_step_has_a_panel_that_names_its_slope():
    steps = [1.0, 0.5, 0.1]
    picture = draw_secants(np.sin, np.cos, 1.0, steps, (0.0, 3.0), "sin(x)")
    assert len(picture.axes) == len(steps)
    for axes, h in zip(picture.axes, steps, strict=True):
        slope = (math.sin(1 + h) - math.sin(1)) / h
        assert steepness(line(axes, "secant")) == pytest.approx(slope)
        assert axes.get_title(loc="left") == f"h = {h:g}, slope {slope:.3f}"
    assert picture.axes[0].get_ylabel() == "sin(x)"


def test_moving_the_step_keeps_the_artists_and_the_curve():
    picture = draw_secants(np.sin, np.cos, 1.0, [1.0], (0.0, 3.0))
    axes = picture.add_subplot()
    furnish_secant(axes, np.exp, (0.0, 2.0))
    artists = secant_artists(axes)
    before = list(axes.lines)
    for x, h in ((1.0, 0.5), (0.3, 1e-3)):
        place_secant(artists, np.exp, np.exp, x, h)
        expected = (math.exp(x + h) - math.exp(x)) / h
        assert steepness(artists["secant"].get_data()) == pytest.approx(expected)
        assert steepness(artists["tangent"].get_data()) == pytest.approx(math.exp(x))
    assert list(axes.lines) == before


def test_the_secant_among_floats_ends_at_the_step_asked_for():
    offsets, rises = np.array([0.0, 3e-16, 6e-16]), np.array([0.0, 7e-16, 11e-16])
    picture = draw_floats(offsets, rises, slope=2.0, step=5e-16)
    axes = picture.axes[0]
    x, y = line(axes, "secant")
    assert x[1] == pytest.approx(5.0)
    assert y[1] == pytest.approx(11.0)
    assert line(axes, "float given")[0] == pytest.approx([6.0])
    assert steepness(line(axes, "true slope")) == pytest.approx(2.0)
    assert "is 5 units, the nearest dot stands at 6 and is 11 high" in picture.alt


@pytest.fixture
def valley():
    """Return two error curves: rounding 1e-12 / h, truncation 3 h and h**2 / 2."""
    rounding = 1e-12 / STEPS
    errors = {"forward": FORWARD + rounding, "central": CENTRAL + rounding}
    guides = [("forward", 1e-2, +1), ("central", 1e-2, +2), ("forward", 1e-7, -1)]
    return draw_step_errors(STEPS, errors, guides, title="Two valleys")


def test_the_lowest_error_of_each_curve_is_marked(valley):
    marked = [
        one.get_xdata() for one in valley.axes[0].lines if one.get_marker() in "os"
    ]
    assert np.concatenate(marked) == pytest.approx([1e-6, 1e-4])
    assert "central: lowest 1.5e-08 at step 1.0e-04" in valley.alt


def test_guides_are_straight_on_logarithmic_axes_with_the_slope_they_name(valley):
    axes = valley.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    guides = [one.get_data() for one in axes.lines if one.get_linestyle() == ":"]
    assert [steepness(np.log10(data)) for data in guides] == pytest.approx([1, 2, -1])
    named = [text.get_text() for text in axes.texts]
    assert named == [
        "truncation,\nslope +1",
        "truncation,\nslope +2",
        "rounding,\nslope -1",
    ]
    assert "slope +1, +2, -1" in valley.alt


def test_guides_keep_away_from_the_other_curve(valley):
    guides = [
        one.get_data() for one in valley.axes[0].lines if one.get_linestyle() == ":"
    ]
    at_the_middle = [10 ** np.log10(y).mean() for _, y in guides]
    assert at_the_middle[0] > 3e-2
    assert at_the_middle[1] < 0.5e-4
    assert at_the_middle[2] > 1e-5


def test_errors_without_guides_do_not_promise_any():
    picture = draw_step_errors(STEPS, {"forward": FORWARD}, title="One")
    assert "Straight" not in picture.alt
    assert not picture.axes[0].texts


def test_every_picture_has_both_axes_labelled(cube, valley):
    floats = draw_floats([0.0, 1e-16], [0.0, 2e-16], slope=2.0, step=1e-16)
    for picture in (cube, valley, floats):
        axes = picture.axes[0]
        assert axes.get_xlabel() and axes.get_ylabel(), picture

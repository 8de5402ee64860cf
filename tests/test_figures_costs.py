"""The picture of costs, read back from its lines and its alt text."""

import numpy as np
import pytest

from autodiff_course.figures import draw_costs

SIZES = (1, 10, 100)
GROWS, FLAT = (3.0, 21.0, 201.0), (2.8, 2.3, 2.0)
PANELS = {
    "counted": {"differences": GROWS, "reverse": FLAT},
    "timed": {"differences": (7.0, 40.0, 380.0), "reverse": (12.0, 12.0, 11.0)},
}


def test_each_panel_draws_each_way_against_the_sizes():
    picture = draw_costs(SIZES, PANELS)
    assert len(picture.axes) == 2
    for axes, (title, ways) in zip(picture.axes, PANELS.items(), strict=True):
        assert axes.get_title(loc="left") == title
        for line, costs in zip(axes.lines, ways.values(), strict=True):
            np.testing.assert_array_equal(line.get_xdata(), SIZES)
            np.testing.assert_array_equal(line.get_ydata(), costs)


def test_both_axes_are_logarithmic_and_both_panels_share_their_scale():
    left, right = draw_costs(SIZES, PANELS).axes
    assert left.get_xscale() == left.get_yscale() == right.get_yscale() == "log"
    assert left.get_ylim() == right.get_ylim()
    assert left.get_ylabel() == "cost of a gradient, in evaluations"
    assert left.get_xlabel() == right.get_xlabel() == "number of inputs n"


def test_ways_are_told_apart_by_dash_and_marker_and_alike_in_both_panels():
    looks = [
        [
            (line.get_color(), line.get_linestyle(), line.get_marker())
            for line in a.lines
        ]
        for a in draw_costs(SIZES, PANELS).axes
    ]
    assert looks[0] == looks[1]
    for kind in range(3):
        assert len({look[kind] for look in looks[0]}) == 2


def test_the_legend_names_each_way_once():
    picture = draw_costs(SIZES, PANELS)
    (legend,) = picture.legends
    assert not any(axes.get_legend() for axes in picture.axes)
    assert [text.get_text() for text in legend.texts] == ["differences", "reverse"]


def test_alt_text_says_where_each_way_starts_and_ends():
    alt = draw_costs(SIZES, PANELS).alt
    assert "counted, evaluations for 1 to 100 inputs: differences from 3 to 201" in alt
    assert "reverse from 2.8 to 2." in alt and "reverse from 12 to 11." in alt
    assert alt.index("counted") < alt.index("timed")


def test_large_costs_are_told_as_whole_numbers():
    alt = draw_costs((1, 1000), {"counted": {"differences": (3.0, 2001.0)}}).alt
    assert "from 3 to 2001." in alt


def test_one_panel_may_stand_alone():
    assert len(draw_costs(SIZES, {"counted": {"reverse": FLAT}}).axes) == 1


@pytest.mark.parametrize("costs", [(1.0, 2.0), (1.0, 0.0, 2.0), (1.0, -1.0, 2.0)])
def test_costs_that_cannot_be_drawn_are_refused(costs):
    with pytest.raises(ValueError, match=r"'counted', reverse: got .* 3 sizes; give"):
        draw_costs(SIZES, {"counted": {"reverse": costs}})

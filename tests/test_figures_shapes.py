"""Axes as boxes, and rows times columns, read back from the artists."""

import numpy as np
import pytest

from autodiff_course.figures import draw_product, draw_shapes
from autodiff_course.figures.picture import RED

STARTS = {
    "m, value": {"starts": 200, "points": 1},
    "m, grad": {"directions": 7, "starts": 1, "points": 1},
    "x": {"points": 100},
    "m * x, grad": {"directions": 7, "starts": 200, "points": 100},
}
ON_TOP = {
    "errors": {"directions": 2, "points": 5},
    "their mean": {"directions": 2},
}


def boxes(picture):
    """Return the boxes of axes, without the frames."""
    return [box for box in picture.axes[0].patches if box.get_fill()]


def frames(picture):
    return [box for box in picture.axes[0].patches if not box.get_fill()]


def words(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def inside(text, box):
    (x, y), width, height = box.get_xy(), box.get_width(), box.get_height()
    at_x, at_y = text.get_position()
    return x < at_x < x + width and y < at_y < y + height


def box_of(picture, label):
    """Return the first box in which these words stand."""
    text = next(t for t in picture.axes[0].texts if t.get_text() == label)
    return next(box for box in boxes(picture) if inside(text, box))


def test_axes_line_up_at_the_right():
    picture = draw_shapes(STARTS, "Seven directions")
    rights = [round(box.get_x() + box.get_width(), 6) for box in boxes(picture)]
    last, middle, first = sorted(set(rights), reverse=True)
    assert rights == [last, middle, last, middle, first, last, last, middle, first]


def test_each_axis_shows_its_size_and_name_and_one_stands_alone():
    shown = words(draw_shapes(STARTS, "Seven directions"))
    assert shown.count("7 directions") == 2 and shown.count("200 starts") == 2
    assert shown.count("100 points") == 2 and shown.count("1") == 3
    assert all(name in shown for name in (*STARTS, "Seven directions"))


def test_an_axis_of_length_one_is_dashed_and_empty():
    picture = draw_shapes(STARTS, "Seven directions")
    assert box_of(picture, "1").get_linestyle() == "--"
    assert box_of(picture, "1").get_hatch() is None
    assert box_of(picture, "7 directions").get_linestyle() == "solid"


def test_each_name_has_one_colour_and_one_hatch_in_every_picture():
    pictures = [draw_shapes(rows, "A title") for rows in (STARTS, ON_TOP)]
    looks = [
        (box.get_edgecolor(), box.get_hatch())
        for box in (
            box_of(pictures[0], "7 directions"),
            box_of(pictures[1], "2 directions"),
            box_of(pictures[0], "100 points"),
            box_of(pictures[0], "200 starts"),
        )
    ]
    assert looks[0] == looks[1]
    assert len({colour for colour, _ in looks}) == 3
    assert len({hatch for _, hatch in looks}) == 3


def test_two_meanings_in_one_column_are_framed_and_named():
    picture = draw_shapes(ON_TOP, "Laid on top")
    (frame,) = frames(picture)
    stacked = [box for box in boxes(picture) if box.get_x() > frame.get_x()]
    assert len(stacked) == 2
    for box in stacked:
        assert frame.get_y() < box.get_y()
        assert box.get_y() + box.get_height() < frame.get_y() + frame.get_height()
    assert "two meanings in one column" in words(picture)
    assert picture.alt.endswith("In column 1 from the right two meanings meet.")


@pytest.mark.parametrize(
    "mean", [{"directions": 2, "points": 1}, {"points": 5}, {"directions": 1}]
)
def test_axes_of_length_one_and_of_the_same_meaning_do_not_meet(mean):
    picture = draw_shapes(ON_TOP | {"their mean": mean}, "Side by side")
    assert not frames(picture)
    assert "meet" not in picture.alt


def test_alt_text_says_the_axes_of_each_array():
    told = draw_shapes(STARTS, "Seven directions").alt
    assert told.startswith("Seven directions. ")
    assert "m, grad: 7 directions, 1, 1; x: 100 points" in told


def test_everything_lies_inside_the_picture():
    picture = draw_shapes(ON_TOP, "Laid on top")
    picture.canvas.draw()
    for artist in (*picture.axes[0].texts, *picture.axes[0].patches):
        extent = artist.get_window_extent()
        assert extent.x0 >= 0 and extent.x1 <= picture.bbox.x1
        assert extent.y0 >= 0 and extent.y1 <= picture.bbox.y1


LEFT, RIGHT = [[1, 2], [3, 4], [5, 6]], [[10, 20], [30, 40]]


def test_the_product_holds_rows_times_columns():
    shown = words(draw_product(LEFT, RIGHT, row=1, column=0))
    assert [word for word in shown if word.isdigit()][-6:] == [
        "70",
        "100",
        "150",
        "220",
        "230",
        "340",
    ]
    assert "3 * 10 + 4 * 30 = 150" in shown


def test_row_column_and_crossing_are_marked_apart():
    picture = draw_product(LEFT, RIGHT, row=1, column=0)
    hatches = {n: box_of(picture, n).get_hatch() for n in ("3", "4", "10", "30", "1")}
    assert hatches["3"] == hatches["4"] == "//"
    assert hatches["10"] == hatches["30"] == "\\\\"
    assert hatches["1"] is None
    red = [box for box in boxes(picture) if box.get_linewidth() > 2]
    assert red == [box_of(picture, "150")]


def test_a_row_of_the_left_stands_beside_its_row_of_the_product():
    picture = draw_product(LEFT, RIGHT, row=0, column=0)
    for entry, product in (("1", "70"), ("5", "230")):
        assert box_of(picture, entry).get_y() == box_of(picture, product).get_y()
    assert box_of(picture, "20").get_x() == box_of(picture, "100").get_x()


def test_alt_text_of_a_product_says_the_shapes_and_the_sum():
    told = draw_product(np.ones((2, 3)), np.ones((3, 1)), row=1, column=0).alt
    assert "Left (2, 3)" in told and "right (3, 1)" in told and "(2, 1)" in told
    assert "1 * 1 + 1 * 1 + 1 * 1 = 3" in told


def test_a_crossing_is_marked_in_the_colour_of_its_sum():
    picture = draw_product(LEFT, RIGHT, row=1, column=0)
    text = next(t for t in picture.axes[0].texts if "=" in t.get_text())
    assert text.get_color() == RED


def test_a_product_is_drawn_downwards_and_inside_its_axes():
    axes = draw_product(LEFT, RIGHT, row=1, column=0).axes[0]
    assert axes.yaxis_inverted() and not axes.xaxis_inverted()
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for box in axes.patches:
        (x, y), width, height = box.get_xy(), box.get_width(), box.get_height()
        assert left <= x and x + width <= right
        assert high <= y and y + height <= low

"""The drawn network and the strips: what each line says, and that it can move."""

import numpy as np
import pytest

from autodiff_course import PARAMETERS, figures
from autodiff_course.figures.networks import ENDS, ONES, line_look
from autodiff_course.figures.picture import BLUE, RED

NUMBERS = dict(zip(PARAMETERS, (-1.4, 0.4, -0.9, 0.2, -0.1, 2.8, 1.6), strict=True))


def weight_lines(picture):
    """Return the lines of the seven numbers, by name."""
    lines = {line.get_label(): line for line in picture.axes[0].lines}
    return {name: lines[f"_{name}"] for name in PARAMETERS}


def shown_texts(picture):
    return [text.get_text() for text in picture.axes[0].texts]


def test_every_number_has_a_line_with_its_name_and_value():
    picture = figures.draw_network(NUMBERS)
    assert len(weight_lines(picture)) == 7
    for name, number in NUMBERS.items():
        assert f"{name}\n{number:+.2f}" in shown_texts(picture)
        assert f"{name} {number:+.2f}" in picture.alt


def test_a_larger_number_has_a_wider_line_whatever_its_sign():
    lines = weight_lines(figures.draw_network(NUMBERS))
    by_size = sorted(PARAMETERS, key=lambda name: abs(NUMBERS[name]))
    widths = [lines[name].get_linewidth() for name in by_size]
    assert widths == sorted(widths)
    assert widths[-1] == pytest.approx(7 * lines["m0_1"].get_linewidth())


def test_a_negative_number_differs_in_colour_and_in_dash():
    lines = weight_lines(figures.draw_network(NUMBERS))
    for name, number in NUMBERS.items():
        assert lines[name].get_color() == (RED if number < 0 else BLUE)
        assert lines[name].is_dashed() == (number < 0)


def test_a_width_stays_visible_and_stays_inside():
    assert line_look(0.0)[0] > 0
    assert line_look(1e6)[0] == line_look(-1e9)[0] < 20


def test_the_lines_join_what_the_model_joins():
    x, h0, h1, z = (0, 1, 2, 3)
    places = [ENDS["m0_0"][0], ENDS["m0_0"][1], ENDS["m0_1"][1], ENDS["m1_0"][1]]
    joined = {"m0_0": (x, h0), "m0_1": (x, h1), "m1_0": (h0, z), "m1_1": (h1, z)}
    for name, (start, end) in joined.items():
        assert ENDS[name] == (places[start], places[end])
    for name, end in (("b0_0", h0), ("b0_1", h1), ("b1", z)):
        assert ENDS[name] == (ONES[name], places[end])


def test_a_name_left_out_is_zero_and_an_unknown_one_is_refused():
    assert "b1\n+0.00" in shown_texts(figures.draw_network({"m0_0": 1.0}))
    with pytest.raises(ValueError, match="'m1_0'"):
        figures.draw_network({"m10": 1.0})


def test_moving_changes_the_seven_lines_and_draws_nothing_anew():
    axes = figures.Picture().subplots()
    drawing = figures.NetworkDrawing(axes)
    before = [*axes.lines, *axes.texts]
    drawing.move(NUMBERS)
    assert [*axes.lines, *axes.texts] == before
    assert drawing.lines["m1_1"].get_linewidth() == line_look(2.8)[0]
    assert drawing.lines["m0_0"].get_color() == RED
    assert drawing.labels["b1"].get_text() == "b1\n+1.60"
    assert len(drawing.artists) == 14 and set(drawing.artists) <= set(before)


def test_moving_back_restores_the_look():
    axes = figures.Picture().subplots()
    drawing = figures.NetworkDrawing(axes)
    drawing.move({"b1": -3.0})
    drawing.move({"b1": 3.0})
    assert drawing.lines["b1"].get_color() == BLUE
    assert not drawing.lines["b1"].is_dashed()


def test_strips_show_every_value_and_one_mark_across_all_rows():
    rows = {"a": np.array([0.1, 0.2, 0.4]), "b": np.array([0.3, 0.5])}
    picture = figures.draw_strips(rows, 0.25, "Two rows", "loss", label="ours")
    axes = picture.axes[0]
    strokes = [sorted(c.get_positions()) for c in axes.collections]
    assert strokes == [[0.1, 0.2, 0.4], [0.3, 0.5]]
    heights = [c.get_lineoffset() for c in axes.collections]
    assert heights[0] > heights[1]
    assert list(axes.get_yticks()) == heights
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"]
    mark = next(line for line in axes.lines if line.get_linestyle() == "--")
    assert list(mark.get_xdata()) == [0.25, 0.25]
    assert min(mark.get_ydata()) < heights[1] and max(mark.get_ydata()) > heights[0]


def test_there_may_be_more_strips_than_colours():
    rows = {str(n): [0.1, 0.2] for n in range(8)}
    picture = figures.draw_strips(rows, 0.15, "Eight rows", "loss")
    assert len(picture.axes[0].collections) == 8


def test_the_dot_of_a_strip_is_its_median():
    picture = figures.draw_strips({"a": [0.1, 0.2, 0.9]}, 0.3, "One", "loss")
    dots = [line for line in picture.axes[0].lines if line.get_marker() == "o"]
    assert [list(dot.get_xdata()) for dot in dots] == [[0.2]]


def test_the_alt_text_of_strips_counts_what_lies_below_the_mark():
    rows = {"a": [0.1, 0.2, 0.4], "b": [0.3, 0.5]}
    alt = figures.draw_strips(rows, 0.25, "Two rows", "loss").alt
    assert "a: 3 strokes from 0.1 to 0.4, median 0.2, 2 below the mark" in alt
    assert "b: 2 strokes from 0.3 to 0.5, median 0.4, 0 below the mark" in alt


@pytest.mark.parametrize(("marked", "side"), [(0.1, "left"), (0.9, "right")])
def test_the_words_at_the_mark_point_towards_the_middle(marked, side):
    picture = figures.draw_strips({"a": [0.1, 0.9]}, marked, "One", "loss")
    words = picture.axes[0].texts[-1]
    assert words.get_ha() == side and words.get_text() == f"the post: {marked}"


def test_pictures_show_themselves_with_alt_text():
    for picture in (
        figures.draw_network(NUMBERS, "A title"),
        figures.draw_strips({"a": [0.1, 0.9]}, 0.5, "A title", "loss"),
    ):
        data, metadata = picture._repr_mimebundle_()
        assert data["image/png"]
        assert metadata["image/png"]["alt"].startswith("A title")

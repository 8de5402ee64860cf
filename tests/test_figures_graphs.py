"""The graph of a trace and the rectangle of a product, read back from the artists."""

import itertools

import numpy as np
import pytest

from autodiff_course import Variable, sigmoid, trace
from autodiff_course.figures.graphs import (
    BOX,
    MOST_ROWS,
    TraceGraph,
    draw_rectangle,
    draw_trace,
)
from autodiff_course.figures.layout import COLUMNS, depths, laid_out


def quotient(x, y):
    return (3 * x - y) * x**2 / (y + 1)


def network(x, m0, m1, b0, b1, w0, w1, b):
    return sigmoid(w0 * (m0 * x + b0) + w1 * (m1 * x + b1) + b)


def long_sum(x, count):
    out = x
    for _ in range(count):
        out = out + x
    return out


def rows_of_quotient():
    return trace(quotient, Variable(2.0, 1), Variable(3.0))


def rows_of_network():
    return trace(network, *(Variable(0.3 * i + 0.1, i == 3) for i in range(8)))


def texts(picture):
    return [each.get_text() for each in picture.axes[0].texts if each.get_visible()]


def corners(box):
    low = np.array([box.outline.get_x(), box.outline.get_y()])
    return low, low + BOX


ALL_ROWS = {
    "quotient": rows_of_quotient,
    "network": rows_of_network,
    "square": lambda: trace(lambda x: x * x, Variable(3.0, 1)),
    "chain": lambda: trace(lambda x: long_sum(x, MOST_ROWS - 1), Variable(1.0, 1)),
    "constant": lambda: trace(lambda x: x, Variable(1.0, 1)),
}


@pytest.mark.parametrize("rows", ALL_ROWS.values(), ids=ALL_ROWS)
def test_no_two_boxes_overlap_and_all_lie_inside_the_axes(rows):
    graph = TraceGraph(rows())
    (low, high), (bottom, top) = (
        graph.picture.axes[0].get_xlim(),
        graph.picture.axes[0].get_ylim(),
    )
    places = [corners(box) for box in graph.boxes]
    for start, end in places:
        assert start[0] >= low and end[0] <= high
        assert start[1] >= top and end[1] <= bottom
    for one, other in itertools.combinations(places, 2):
        assert np.any(one[1] <= other[0]) or np.any(other[1] <= one[0])


@pytest.mark.parametrize("rows", ALL_ROWS.values(), ids=ALL_ROWS)
def test_every_formula_fits_into_its_box(rows):
    graph = TraceGraph(rows())
    graph.show()
    renderer = graph.picture.canvas.get_renderer()
    for box in graph.boxes:
        outline = box.outline.get_window_extent(renderer)
        for line in (box.formula, box.value, box.grad):
            inside = line.get_window_extent(renderer)
            assert outline.x0 <= inside.x0 and inside.x1 <= outline.x1
            assert outline.y0 <= inside.y0 and inside.y1 <= outline.y1


def test_an_edge_leaves_its_operand_and_arrives_at_its_row():
    rows = rows_of_quotient()
    graph = TraceGraph(rows)
    boxes = {row.name: box for row, box in zip(rows, graph.boxes, strict=True)}
    wanted = [(name, row.name) for row in rows for name in row.operands]
    for edge, (operand, name) in zip(graph.edges, wanted, strict=True):
        x, y = edge.line.get_data()
        start, end = corners(boxes[operand])[1], corners(boxes[name])[0]
        assert x[0] == pytest.approx(start[0])
        assert y[0] == pytest.approx(start[1] - BOX[1] / 2)
        assert end[0] - 0.1 < x[-1] < end[0]
        assert end[1] < y[-1] < end[1] + BOX[1]
        assert np.all(np.diff(x) >= 0)


@pytest.mark.parametrize("rows", [rows_of_quotient, rows_of_network])
def test_an_edge_passes_beside_the_boxes_that_are_not_its_own(rows):
    rows = rows()
    graph = TraceGraph(rows)
    boxes = {row.name: corners(box) for row, box in zip(rows, graph.boxes, strict=True)}
    wanted = [(name, row.name) for row in rows for name in row.operands]
    for edge, own in zip(graph.edges, wanted, strict=True):
        way = np.column_stack(edge.line.get_data())
        for name, (low, high) in boxes.items():
            if name not in own:
                assert not np.any(np.all((low < way) & (way < high), axis=1))


def test_every_operand_stands_left_of_its_row_and_close_to_its_first_use():
    depth = depths(rows_of_network())
    for row in rows_of_network():
        for name in row.operands:
            assert depth[name] < depth[row.name]
    assert depth["w0"] == depth["v3"] - 1
    assert depth["m0"] == 0


def test_a_deep_calculation_goes_on_below():
    rows = ALL_ROWS["chain"]()
    layout = laid_out(rows)
    bands = [layout.places[row.name][0] for row in rows]
    assert bands == [number // COLUMNS for number in range(MOST_ROWS)]


def test_the_slope_on_each_edge_is_the_derivative_of_its_operation():
    # (3x - y) x**2 / (y + 1) at (2, 3); the slope of x**2 towards 2 is 4 log 2.
    wanted = ["3", "2", "1", "-1", "4", "2.773", "4", "3", "1", "1", "0.25", "-0.75"]
    graph = TraceGraph(rows_of_quotient())
    assert [edge.slope.get_text() for edge in graph.edges] == wanted


def test_a_slope_that_the_rule_refuses_stays_blank():
    refused = [
        row._replace(slopes=(4.0, None)) if row.operation == "**" else row
        for row in rows_of_quotient()
    ]
    shown = [edge.slope.get_visible() for edge in shown_graph(refused).edges]
    assert shown.count(False) == 1


def shown_graph(rows, active=None):
    graph = TraceGraph(rows)
    graph.show(active)
    return graph


def test_each_box_shows_formula_value_and_grad():
    shown = texts(draw_trace(rows_of_quotient()))
    for wanted in ("v2 = v1 - y", "value 3", "grad 3", "seed 1", "v6 = v4 / v5"):
        assert wanted in shown


def test_the_active_row_is_told_by_frame_pointer_and_alt_not_by_colour_alone():
    graph = shown_graph(rows_of_quotient(), active=6)
    widths = [box.outline.get_linewidth() for box in graph.boxes]
    assert widths[6] > 2 * max(widths[:6] + widths[7:])
    assert graph.pointer.get_visible()
    assert not shown_graph(rows_of_quotient()).pointer.get_visible()
    assert graph.pointer.get_xdata()[0] == pytest.approx(
        corners(graph.boxes[6])[0][0] + BOX[0] / 2
    )
    assert "row 7 is marked: v3 = x ** 2, value 4, grad 4" in graph.picture.alt


def test_what_comes_after_the_active_row_is_blank():
    graph = shown_graph(rows_of_quotient(), active=6)
    known = [box.value.get_text().startswith("value") for box in graph.boxes]
    assert known == [True] * 7 + [False] * 4
    assert all(edge.slope.get_visible() == (edge.row <= 6) for edge in graph.edges)
    assert {edge.line.get_linestyle() for edge in graph.edges if edge.row > 6} == {":"}


def test_a_walk_through_the_rows_ends_as_the_whole_picture_began():
    rows = rows_of_network()
    graph = TraceGraph(rows)
    for active in (*range(len(rows)), None):
        graph.show(active)
    assert graph.picture.png() == draw_trace(rows).png()


def test_the_same_rows_give_the_same_bytes():
    assert draw_trace(rows_of_network()).png() == draw_trace(rows_of_network()).png()


def test_forty_one_rows_are_refused_with_a_way_out():
    rows = trace(lambda x: long_sum(x, MOST_ROWS), Variable(1.0, 1))
    with pytest.raises(ValueError, match=r"41 rows .* 40; .* table"):
        draw_trace(rows)
    with pytest.raises(ValueError, match="0 rows"):
        draw_trace([])


@pytest.mark.parametrize("active", [-1, 11])
def test_a_row_that_is_not_there_cannot_be_active(active):
    with pytest.raises(ValueError, match=f"from 0 to 10, got {active}"):
        draw_trace(rows_of_quotient(), active=active)


def test_arrays_are_shown_by_their_shape():
    rows = trace(lambda x: 3 * x, Variable(np.ones(100), 1))
    assert "value (100,)" in texts(draw_trace(rows))


def test_the_four_parts_of_the_rectangle_fill_the_grown_one():
    picture = draw_rectangle(3, 4, 0.5, 0.25)
    areas = [part.get_width() * part.get_height() for part in picture.axes[0].patches]
    assert areas == pytest.approx([12, 2, 0.75, 0.125])
    assert sum(areas) == pytest.approx(3.5 * 4.25)
    assert len({part.get_hatch() for part in picture.axes[0].patches}) == 4
    assert {"u v = 12", "v du = 2", "u dv = 0.75", "du dv = 0.125"} <= set(
        texts(picture)
    )
    assert "v du = 2" in picture.alt


def test_a_rectangle_needs_sides_and_growths_above_zero():
    with pytest.raises(ValueError, match=r"3, 4, 0, 0\.5 .* positive"):
        draw_rectangle(3, 4, 0, 0.5)


def test_the_ticks_of_the_rectangle_stand_at_its_corners_and_inside_the_axes():
    axes = draw_rectangle(3, 4, 0.5, 0.25).axes[0]
    assert list(axes.get_xticks()) == [0, 3, 3.5]
    assert list(axes.get_yticks()) == [0, 4, 4.25]
    assert axes.get_xlim()[1] > 3.5 and axes.get_ylim()[1] > 4.25

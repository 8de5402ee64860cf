"""The trace of reverse mode: its rows, its graph and the walk back through it."""

import numpy as np
import pytest

from autodiff_course import (
    Node,
    Variable,
    cross_entropy,
    exp,
    figures,
    mean,
    sigmoid,
    sin,
    trace,
    widgets,
)
from autodiff_course.figures.graphs import TraceGraph

with_each = pytest.mark.parametrize


def quotient(x, y):
    return (3 * x - y) * x**2 / (y + 1)


def used_twice(x):
    y = sin(x) * x
    return y * y + y


def network(x, w, b):
    return sigmoid(w * sigmoid(w * x + b) + b)


class Tiny:
    """A learner's engine: it adds its shares to what stands in grad."""

    def __init__(self, value, parents=()):
        self.value, self.grad, self.parents = value, 0.0, parents

    def __add__(self, v):
        return type(self)(self.value + v.value, ((self, 1.0), (v, 1.0)))

    def __mul__(self, v):
        if not isinstance(v, Tiny):
            return type(self)(self.value * v, ((self, v),))
        return type(self)(self.value * v.value, ((self, v.value), (v, self.value)))

    __rmul__ = __mul__

    def __rsub__(self, v):
        return type(self)(v - self.value, ((self, -1.0),))

    def hand(self, share):
        self.grad += share

    def backward(self, share=1.0):
        self.hand(share)
        for parent, slope in self.parents:
            parent.backward(share * slope)


class Assigning(Tiny):
    def hand(self, share):
        self.grad = share


def pulled(rows):
    """Return, for each row, the sum of slope times grad over the rows that used it."""
    sums = {row.name: 0.0 for row in rows}
    sums[rows[-1].name] = 1.0
    for row in rows:
        for name, slope in zip(row.operands, row.slopes, strict=True):
            if slope is not None:
                sums[name] += slope * row.grad
    return sums


def agree(rows):
    sums = pulled(rows)
    asked = [row for row in rows if row.grad is not None]
    return all(np.isclose(sums[row.name], row.grad, rtol=1e-12) for row in asked)


def test_a_row_holds_the_derivative_of_the_end_towards_it():
    # f = (3x - y) x^2 / (y + 1) at (2, 3): f_x = 6, f_y = -x^2/4 - 3 x^2/16.
    rows = trace(quotient, Node(2.0), Node(3.0))
    told = [(r.name, r.operation, r.operands, r.value, r.grad) for r in rows]
    assert told == [
        ("x", "input", (), 2.0, 6.0),
        ("y", "input", (), 3.0, -1.75),
        ("3", "constant", (), 3, None),
        ("v1", "*", ("x", "3"), 6.0, 1.0),
        ("v2", "-", ("v1", "y"), 3.0, 1.0),
        ("2", "constant", (), 2, None),
        ("v3", "**", ("x", "2"), 4.0, 0.75),
        ("v4", "*", ("v2", "v3"), 12.0, 0.25),
        ("1", "constant", (), 1, None),
        ("v5", "+", ("y", "1"), 4.0, -0.75),
        ("v6", "/", ("v4", "v5"), 3.0, 1.0),
    ]
    assert rows[3].slopes == (3.0, None) and rows[7].slopes == (4.0, 3.0)


@with_each(
    ("program", "inputs"),
    [
        (quotient, (2.0, 3.0)),
        (used_twice, (1.3,)),
        (network, (0.7, -1.2, 0.4)),
        (lambda x: x / x + x - x * x, (1.7,)),
        (lambda x: 5 - 2 / x - 3**x, (1.7,)),
    ],
)
def test_slopes_are_those_of_forward_mode_and_grads_are_their_sums(program, inputs):
    rows = trace(program, *map(Node, inputs))
    forward = trace(program, *map(Variable, inputs))
    for row, other in zip(rows, forward, strict=True):
        assert row[:3] == other[:3]
        for slope, wanted in zip(row.slopes, other.slopes, strict=True):
            assert slope is None or slope == pytest.approx(wanted, rel=1e-12)
    assert agree(rows)


def test_only_the_slope_towards_a_plain_number_is_unknown():
    rows = trace(lambda x: 5 - x / x, Node(2.0))
    assert [row.slopes for row in rows] == [(), (0.5, -0.5), (), (None, -1.0)]


def test_tracing_leaves_the_grads_of_what_was_handed_in():
    x = Node(3.0)
    (x * x).backward()
    trace(lambda x: 5 * x, x)
    assert x.grad == 6.0


def test_an_input_that_the_end_does_not_use_has_grad_zero():
    y = Node(3.0)
    (y * y).backward()
    rows = trace(lambda x, y: x * 2, Node(4.0), y)
    assert [row.grad for row in rows if row.operation == "input"] == [2.0, 0.0]


def test_a_row_of_which_nothing_was_made_has_grad_zero():
    def program(x):
        exp(x)
        return x * x

    assert [row.grad for row in trace(program, Node(3.0))] == [6.0, 0.0, 1.0]


def test_one_node_may_be_two_inputs():
    x = Node(3.0)
    rows = trace(lambda a, b: a * b, x, x)
    assert [(row.name, row.grad) for row in rows] == [("a", 3), ("b", 3), ("v1", 1)]
    assert rows[-1].operands == ("a", "b") and rows[-1].slopes == (3.0, 3.0)


@with_each("two", [2, 2.0, np.float32(2), np.float64(2), np.int64(2)])
def test_every_kind_of_number_beside_a_node_is_an_operand(two):
    rows = trace(lambda x: x * two, Node(3.0))
    assert [(row.name, row.grad) for row in rows] == [("x", 2), ("2", None), ("v1", 1)]
    assert rows[-1].operands == ("x", "2") and rows[-1].slopes == (2.0, None)


def test_plain_numbers_beside_a_node_become_nodes():
    rows = trace(lambda a, b: a * b, 2, Node(3.0))
    assert [row.grad for row in rows] == [3.0, 2.0, 1.0]


def test_many_constants_are_not_confused():
    def program(x):
        for number in range(1, 13):
            x = x + number / 7
        return x

    rows = trace(program, Node(1.0))
    constants = [row.value for row in rows if row.operation == "constant"]
    assert constants == [number / 7 for number in range(1, 13)]


def test_an_array_has_the_slope_of_each_entry_and_a_number_their_sum():
    x = np.array([1.0, 2.0, 4.0])
    rows = trace(lambda m: mean(sin(m * x)), Node(0.5))
    by_name = {row.name: row for row in rows}
    np.testing.assert_allclose(by_name["v2"].slopes[0], np.cos(0.5 * x), rtol=1e-15)
    np.testing.assert_allclose(by_name["v1"].grad, np.cos(0.5 * x) / 3, rtol=1e-15)
    assert by_name["v1"].slopes == (7.0, None)
    assert rows[0].grad == pytest.approx(np.mean(np.cos(0.5 * x) * x), rel=1e-14)


def test_an_end_of_many_numbers_is_refused_by_its_own_backward():
    with pytest.raises(ValueError, match="mean or the total"):
        trace(lambda x: x * 2, Node(np.ones(3)))


def test_a_loss_with_a_pair_of_its_own_is_one_row():
    rows = trace(lambda z: mean(cross_entropy([1, 0], z)), Node(np.zeros((2, 2))))
    assert [row.operation for row in rows] == ["input", "cross_entropy", "mean"]
    np.testing.assert_allclose(rows[0].grad, [[0.25, -0.25], [-0.25, 0.25]])


def test_forward_rows_are_told_from_pulled_ones():
    assert not trace(lambda x: x * x, Variable(3.0, 1))[-1].back
    assert trace(lambda x: x * x, Node(3.0))[-1].back


def test_a_learners_engine_is_traced_with_its_own_rules():
    rows = trace(lambda x, y: 5 - x * (2 * y) + x, Tiny(3.0), Tiny(7.0))
    assert [row.operation for row in rows if row.operands] == ["*", "*", "-", "+"]
    assert rows[-2].operands == ("5", "v2") and rows[-2].slopes == (None, -1.0)
    assert {row.name: row.grad for row in rows}["x"] == -13.0
    assert agree(rows)


def test_an_engine_that_assigns_shows_the_grad_that_it_has():
    right = trace(lambda x: x * x, Tiny(3.0))
    wrong = trace(lambda x: x * x, Assigning(3.0))
    assert (right[0].grad, wrong[0].grad) == (6.0, 3.0)
    assert right[-1].slopes == wrong[-1].slopes == (3.0, 3.0)
    assert agree(right) and not agree(wrong)


def test_a_forward_class_that_lifts_nothing_shows_its_plain_numbers():
    class Bare:
        def __init__(self, value, grad=0.0):
            self.value, self.grad = value, grad

        def __pow__(self, n):
            return Bare(self.value**n, n * self.value ** (n - 1) * self.grad)

    rows = trace(lambda x: x**3, Bare(2.0, 1.0))
    assert [(row.name, row.grad) for row in rows] == [("x", 1.0), ("3", 0), ("v1", 12)]
    assert rows[-1].operands == ("x", "3") and rows[-1].slopes == (12.0, None)


# The graph


def texts(graph):
    return [each.get_text() for each in graph.picture.axes[0].texts]


def graph_of_quotient(active=None):
    graph = TraceGraph(trace(quotient, Node(2.0), Node(3.0)))
    graph.show(active)
    return graph


def test_a_walk_visits_every_row_and_goes_back_to_those_that_have_a_grad():
    moments = graph_of_quotient().moments
    assert [moment.row for moment in moments[:11]] == list(range(11))
    assert [moment.row for moment in moments[11:]] == [10, 9, 7, 6, 4, 3, 1, 0]
    assert [moment.back for moment in moments] == [False] * 11 + [True] * 8
    assert (
        len(TraceGraph(trace(quotient, Variable(2.0, 1), Variable(3.0))).moments) == 11
    )


def test_on_the_way_there_no_grad_is_known():
    graph = graph_of_quotient(active=10)
    assert all(box.value.get_text().startswith("value") for box in graph.boxes)
    assert not any(box.grad.get_text() for box in graph.boxes)
    assert {edge.line.get_marker() for edge in graph.edges} == {">"}
    assert graph.boxes[10].outline.get_linewidth() > 2


def test_on_the_way_back_grads_are_known_from_the_end_to_the_marked_row():
    graph = graph_of_quotient(active=13)  # the third step back, at v4 in row 8
    grads = [box.grad.get_text() for box in graph.boxes]
    assert grads == [""] * 7 + ["grad 0.25", "", "grad -0.75", "grad 1"]
    assert all(box.value.get_text().startswith("value") for box in graph.boxes)
    assert "row 8 is marked: v4 = v2 * v3, value 12, grad 0.25" in graph.picture.alt


def test_an_arrow_turns_round_when_it_has_brought_a_grad():
    graph = graph_of_quotient(active=13)
    turned = [e for e in graph.edges if e.line.get_marker() == "<"]
    assert [(e.operand, e.row) for e in turned] == [(7, 10), (9, 10)]
    marked = [e for e in graph.edges if e.line.get_linewidth() > 2]
    assert [(e.operand, e.row) for e in marked] == [(7, 10)]


def test_no_arrow_turns_towards_a_constant():
    graph = graph_of_quotient()
    kept = [e for e in graph.edges if e.line.get_marker() == ">"]
    assert {graph.rows[edge.operand].operation for edge in kept} == {"constant"}
    assert len(kept) == 3


def test_the_whole_graph_shows_every_grad_and_marks_nothing():
    graph = graph_of_quotient()
    shown = texts(graph)
    for words in ("grad 6", "grad -1.75", "grad 0.75", "grad 1"):
        assert words in shown
    assert not any("seed" in words for words in shown)
    assert not graph.pointer.get_visible()
    assert "x = 2 has grad 6, y = 3 has grad -1.75" in graph.picture.alt
    assert "come back" in graph.picture.axes[0].get_title(loc="left")


def test_a_walk_there_and_back_ends_as_the_whole_picture_began():
    graph = graph_of_quotient()
    for active in (*range(len(graph.moments)), None):
        graph.show(active)
    assert graph.picture.png() == figures.draw_trace(graph.rows).png()


def test_a_moment_that_is_not_there_cannot_be_active():
    with pytest.raises(ValueError, match="from 0 to 18, got 19"):
        graph_of_quotient(active=19)


# The widget


def walked(widget, steps):
    for _ in range(steps):
        widget.buttons["Step"].click()
        assert widget.trouble.value == ""
    return widget.view.picture.alt


def test_the_walk_says_the_rule_with_its_numbers_on_the_way_back():
    widget = widgets.walk_trace(quotient, Node(2.0), Node(3.0))
    assert "its grad comes later" in widget.view.picture.alt
    assert "no grad is asked for" in walked(widget, 2)
    assert "grad = 1 (the seed)" in walked(widget, 9)
    assert "used by v2, v5; grad = (-1) * 1 + 1 * (-0.75) = -1.75" in walked(widget, 6)
    assert "used by v1, v3; grad = 3 * 1 + 4 * 0.75 = 6" in walked(widget, 1)
    assert "This is the last step." in walked(widget, 1)


def test_a_row_used_twice_by_one_operation_is_named_once_and_added_twice():
    widget = widgets.walk_trace(lambda x: x * x, Node(3.0))
    assert "used by v1; grad = 3 * 1 + 3 * 1 = 6" in walked(widget, 3)


def test_what_nothing_was_made_of_is_said():
    widget = widgets.walk_trace(lambda x, y: x * 2, Node(4.0), Node(3.0))
    assert "grad = 0 (nothing was made of it)" in walked(widget, 5)


def test_the_table_fills_its_grads_from_the_end():
    widget = widgets.walk_trace(lambda x: x * x, Node(3.0))
    walked(widget, 1)
    assert "&rarr;" in widget.table.value and ">6<" not in widget.table.value
    walked(widget, 2)
    assert "&larr;" in widget.table.value and ">6<" in widget.table.value


def test_the_slider_reaches_to_the_end_of_the_way_back():
    widget = widgets.walk_trace(quotient, Node(2.0), Node(3.0))
    assert widget.slider.max == 18 and widget.slider.description == "step"
    widget.slider.value = 18
    assert "Back at row 1, x" in widget.view.picture.alt

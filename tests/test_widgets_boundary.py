"""The boundary stepper without a browser: training, starts, rate and sentence."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autodiff_course import Variable, differences, logistic_loss, tanh, widgets
from autodiff_course.widgets import states

POINTS = np.random.default_rng(7).normal(size=(40, 2))
LABELS = 1.0 * (np.hypot(*POINTS.T) < 1)


def logits(params, places):
    hidden = tanh(places @ params["inner"] + params["shift"])
    return hidden @ params["outer"] + params["level"]


def start_of(seed, nodes):
    rng = np.random.default_rng(seed)
    return {
        "inner": rng.normal(size=(2, nodes)),
        "shift": rng.normal(size=nodes),
        "outer": rng.normal(size=nodes),
        "level": 0.0,
    }


STARTS = {
    "four nodes": start_of(0, 4),
    "two nodes": start_of(1, 2),
    "all zero": {name: 0 * held for name, held in start_of(0, 4).items()},
}


def made(**more):
    return widgets.step_boundary(POINTS, LABELS, logits, STARTS, **more)


def press(widget, text, times=1):
    for _ in range(times):
        widget.buttons[text].click()
        assert widget.trouble.value == ""


def said(widget):
    return widget.view.picture.alt


def mean_loss(params):
    return float(np.mean(logistic_loss(LABELS, logits(params, POINTS))))


def test_it_steps_goes_back_and_begins_again():
    widget = made()
    start = said(widget), widget.frame.value
    press(widget, "Step", 2)
    assert (said(widget), widget.frame.value) != start
    assert widget.position == widget.slider.value == 2
    press(widget, "Back", 2)
    assert (said(widget), widget.frame.value) == start
    press(widget, "10 steps")
    press(widget, "Reset")
    assert (said(widget), widget.frame.value) == start


def test_a_step_moves_every_number_against_the_measured_slope():
    widget = made(rate=0.7)
    press(widget, "Step")
    before, after = (step.params for step in widget.history)
    _, slopes = differences(mean_loss, before)
    for name, held in before.items():
        expected = held - 0.7 * slopes[name]
        assert after[name] == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_the_sentence_counts_the_points_on_their_own_side():
    widget = made()
    press(widget, "10 steps", 5)
    last = widget.history[-1]
    right = np.sum((logits(last.params, POINTS) > 0) == (LABELS == 1))
    assert f"Round 50: loss = {mean_loss(last.params):.4g}, " in said(widget)
    assert f"{right} of 40 points on their own side" in said(widget)
    assert "of 17 numbers the largest is" in said(widget)
    assert f'alt="{said(widget)}"' in widget.frame.value
    assert said(widget) in widget.sentence.value


def test_the_boundary_in_the_picture_is_that_of_the_last_step():
    widget = made()
    press(widget, "10 steps", 5)
    edge = next(
        each
        for each in widget.view.picture.axes[0].lines
        if each.get_label() == "p = 0.5"
    ).get_xydata()
    edge = edge[np.isfinite(edge).all(axis=1)]
    assert len(edge) > 5
    assert logits(widget.history[-1].params, edge) == pytest.approx(0, abs=0.1)


def test_another_start_begins_anew_with_its_own_number_of_nodes():
    widget = made()
    press(widget, "10 steps")
    widget.start.value = "two nodes"
    assert widget.trouble.value == ""
    assert len(widget.history) == 1
    assert "of 9 numbers" in said(widget) and "Start: two nodes" in said(widget)
    assert np.array_equal(
        widget.history[0].params["inner"], STARTS["two nodes"]["inner"]
    )


def test_a_new_rate_keeps_the_past_and_changes_the_next_step():
    widget = made(rate=1.0)
    press(widget, "Step", 3)
    kept = widget.history[3]
    widget.rate.value = 0.1
    press(widget, "Step")
    moved = widget.history[4].params["level"] - kept.params["level"]
    assert moved == pytest.approx(-0.1 * kept.grads["level"], rel=1e-12)


def test_labels_and_logits_may_stand_in_a_column():
    def in_a_column(params, places):
        hidden = tanh(places @ params["inner"] + params["shift"])
        return hidden @ np.ones((2, 1)) + params["level"]

    start = {name: STARTS["two nodes"][name] for name in ("inner", "shift", "level")}
    row = states.boundary_loss(POINTS, LABELS, in_a_column)(start)
    column = states.boundary_loss(POINTS, LABELS[:, None], in_a_column)(start)
    widget = widgets.step_boundary(POINTS, LABELS[:, None], in_a_column, {"a": start})
    press(widget, "Step")
    expected = np.mean(logistic_loss(LABELS, in_a_column(start, POINTS)[:, 0]))
    assert row == column == pytest.approx(expected, rel=1e-12)
    assert widget.history[0].loss == pytest.approx(expected, rel=1e-12)


def test_it_carries_a_still_picture_and_leaves_nothing_with_pyplot():
    widget = made()
    press(widget, "Step")
    data, metadata = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert len(data["image/png"]) > 5_000
    assert metadata["image/png"]["alt"] == said(widget)
    assert f'alt="{said(widget)}"' in data["text/markdown"]
    assert data["text/plain"] == f"<BoundaryStepper: {said(widget)}>"
    assert plt.get_fignums() == []


def test_an_error_in_the_learners_network_is_shown():
    widget = made()
    widget.view.logits = lambda params, places: places @ np.ones(3)
    widget.buttons["Step"].click()
    assert "ValueError" in widget.trouble.value


def test_a_start_that_fails_goes_back_to_the_one_before():
    bad = {**STARTS["four nodes"], "shift": np.ones(3)}
    widget = widgets.step_boundary(POINTS, LABELS, logits, {**STARTS, "bad": bad})
    shown = widget.frame.value
    press(widget, "Step")
    widget.start.value = "bad"
    assert "ValueError" in widget.trouble.value
    assert widget.start.value == "four nodes" and widget.frame.value == shown
    press(widget, "Step")
    assert widget.history[-1].index == 1


def test_a_network_that_knows_variables_alone_is_trained():
    def bent(v):
        if isinstance(v, np.ndarray):
            return np.maximum(v, 0.0)
        return Variable(np.maximum(v.value, 0.0), (v.value > 0) * v.grad)

    def kinked(params, places):
        hidden = bent(places @ params["inner"] + params["shift"])
        return hidden @ params["outer"] + params["level"]

    widget = widgets.step_boundary(POINTS, LABELS, kinked, STARTS)
    press(widget, "10 steps")
    assert widget.history[-1].loss < widget.history[0].loss


def test_no_start_at_all_is_refused():
    with pytest.raises(ValueError, match="there is no start"):
        widgets.step_boundary(POINTS, LABELS, logits, {})

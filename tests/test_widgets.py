"""The steppers without a browser: by `click()` and by setting values."""

import subprocess
import sys
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autodiff_course import (
    Variable,
    coin_labels,
    course_data,
    cut_labels,
    network_start,
    sin,
    value_and_grad,
    widgets,
)
from autodiff_course.widgets import states

X, Y = course_data()


CALLS = {
    "step_secant": lambda: widgets.step_secant(np.sin, np.cos),
    "walk_trace": lambda: widgets.walk_trace(
        lambda x: x * x + sin(x), Variable(2.0, 1)
    ),
    "step_line": lambda: widgets.step_line(X, Y),
    "step_chances": lambda: widgets.step_chances(*cut_labels()),
    "step_network": lambda: widgets.step_network(*cut_labels(), network_start(160)),
}


def press(widget, text, times=1):
    """Click a button, and fail if the widget shows an error."""
    for _ in range(times):
        widget.buttons[text].click()
        assert widget.trouble.value == ""


def said(widget):
    return widget.view.picture.alt


@pytest.mark.parametrize("name", CALLS)
def test_every_stepper_steps_goes_back_and_begins_again(name):
    widget = CALLS[name]()
    start = said(widget), widget.frame.value
    press(widget, "Step")
    assert (said(widget), widget.frame.value) != start
    assert widget.position == widget.slider.value == 1
    press(widget, "Back")
    assert (said(widget), widget.frame.value) == start
    press(widget, "Step", 2)
    press(widget, "Reset")
    assert (said(widget), widget.frame.value) == start


@pytest.mark.parametrize("name", CALLS)
def test_the_same_sentence_is_alt_text_and_visible_text(name):
    widget = CALLS[name]()
    press(widget, "Step")
    assert f'alt="{said(widget)}"' in widget.frame.value
    assert said(widget) in widget.sentence.value


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_a_stepper_carries_a_still_picture_with_its_sentence(name):
    widget = CALLS[name]()
    press(widget, "Step")
    data, metadata = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert len(data["image/png"]) > 5_000
    assert metadata["image/png"]["alt"] == said(widget)
    assert f'alt="{said(widget)}"' in data["text/markdown"]
    assert data["text/plain"] == f"<{type(widget).__name__}: {said(widget)}>"


@pytest.mark.slow
def test_the_picture_has_one_size_whatever_is_drawn():
    widget = widgets.step_line(X, Y)
    sizes = set()
    for _ in range(40):
        press(widget, "Step")
        sizes.add(widget.frame.value.partition('" alt=')[2].partition("width=")[2])
    assert len(sizes) == 1


def test_stepping_the_line_is_gradient_descent():
    widget = widgets.step_line(X, Y, rate=0.1)
    press(widget, "10 steps", 3)
    m = b = 0.0
    for _ in range(30):
        wrong = m * X + b - Y
        m, b = m - 0.1 * 2 * np.mean(wrong * X), b - 0.1 * 2 * np.mean(wrong)
    last = widget.history[-1]
    assert last.index == 30
    assert last.params == pytest.approx({"m": m, "b": b}, rel=1e-12)


def test_the_slider_scrubs_through_what_was_seen():
    widget = widgets.step_line(X, Y)
    press(widget, "10 steps")
    far = said(widget)
    widget.slider.value = 2
    assert said(widget).startswith("Round 2:")
    widget.slider.value = 10
    assert said(widget) == far


def test_a_new_rate_keeps_the_past_and_forgets_the_future():
    widget = widgets.step_line(X, Y, rate=0.1)
    press(widget, "10 steps")
    kept = widget.history[4]
    widget.slider.value = 4
    widget.rate.value = 0.3
    assert widget.trouble.value == ""
    assert [step.index for step in widget.history] == [0, 1, 2, 3, 4]
    press(widget, "Step")
    moved = widget.history[5].params["m"] - kept.params["m"]
    assert moved == pytest.approx(-0.3 * kept.grads["m"], rel=1e-12)


def test_a_new_start_begins_anew():
    widget = widgets.step_line(X, Y)
    press(widget, "10 steps")
    widget.start["m"].value = -1.5
    assert len(widget.history) == 1
    assert widget.history[0].params == {"m": -1.5, "b": 0.0}


def test_the_rate_is_told_as_a_share_of_the_limit_from_the_first_round_on():
    hessian = 2 * np.array([[np.mean(X * X), np.mean(X)], [np.mean(X), 1.0]])
    limit = 2 / np.linalg.eigvalsh(hessian)[-1]
    widget = widgets.step_line(X, Y, rate=0.5)
    assert f"{0.5 / limit:.2f} of the limit {limit:.3g}" in said(widget)


@pytest.mark.slow
def test_a_diverging_descent_stops_and_says_round_rate_and_limit():
    widget = widgets.step_line(X, Y, rate=1.2)
    press(widget, "10 steps", 20)
    last = widget.history[-1]
    assert last.loss <= 1e6 * widget.history[0].loss
    assert f"Stopped: at round {last.index + 1}" in said(widget)
    assert "Rate 1.2" in said(widget) and "limit" in said(widget)
    assert not widget.running


def test_labels_that_one_cut_parts_are_said_to_have_no_minimum():
    assert "no minimum" in said(widgets.step_chances(*cut_labels()))
    assert "there is a minimum" in said(widgets.step_chances(*coin_labels()))


def test_one_parameter_alone_can_be_moved():
    start = network_start(160)
    widget = widgets.step_network(*cut_labels(), start)
    widget.moved.value = "b1"
    press(widget, "10 steps")
    last = widget.history[-1].params
    assert last["b1"] != start["b1"]
    assert {name: last[name] for name in start if name != "b1"} == {
        name: start[name] for name in start if name != "b1"
    }


@pytest.mark.parametrize("faulty", [True, False])
def test_the_faulty_switch_uses_the_mean_of_all_gradients_so_far(faulty):
    x, labels = cut_labels()
    widget = widgets.step_network(x, labels, network_start(160), rate=0.1)
    widget.faulty.value = faulty
    press(widget, "10 steps")
    widget.rate.value = 0.2  # from here on, and the gradients of before still count
    press(widget, "10 steps")
    loss = states.network_loss(x, labels)
    grads = [value_and_grad(loss, step.params)[1] for step in widget.history]
    for earlier, later in pairwise(widget.history):
        rate = 0.1 if earlier.index < 10 else 0.2
        seen = grads[: later.index] if faulty else [grads[earlier.index]]
        for name, held in later.params.items():
            step = rate * np.mean([grad[name] for grad in seen])
            assert held == pytest.approx(earlier.params[name] - step, rel=1e-12)


def test_run_steps_with_the_ticks_of_the_page_and_pause_stops_at_once():
    widget = widgets.step_line(X, Y)
    press(widget, "Run")
    assert widget.play.playing
    for tick in range(1, 6):
        widget.play.value = tick
    assert widget.position == 5
    press(widget, "Pause")
    widget.play.value = 6
    assert widget.position == 5 and not widget.play.playing


def test_an_error_is_shown_in_the_widget_and_stops_a_run():
    widget = widgets.step_secant(lambda x: np.float64(1) / (x - 7), np.cos)
    widget.view.function = lambda x: 1 // 0
    press(widgets.step_secant(np.sin, np.cos), "Step")
    widget.buttons["Run"].click()
    widget.buttons["Step"].click()
    assert "ZeroDivisionError" in widget.trouble.value
    assert 'role="alert"' in widget.trouble.value
    assert not widget.running


def test_a_walk_ends_at_the_last_row_and_says_the_rule_with_its_numbers():
    widget = widgets.walk_trace(
        lambda x, y: x * y, Variable(2.0, 3.0), Variable(4.0, 1.0)
    )
    press(widget, "Step", 2)
    assert "grad = 4 * 3 + 2 * 1 = 14" in said(widget)
    press(widget, "Step")
    assert widget.position == 2
    assert "This is the last step." in said(widget)


def test_a_walk_of_over_forty_rows_is_refused_with_a_reason():
    with pytest.raises(ValueError, match="40"):
        widgets.walk_trace(lambda x: sum(x * n for n in range(30)), Variable(1.0, 1))


def test_a_walk_works_on_a_class_that_a_learner_wrote():
    class Tiny:
        def __init__(self, value, grad=0):
            self.value, self.grad = value, grad

        def __mul__(self, v):
            grad = self.grad * v.value + self.value * v.grad
            return Tiny(self.value * v.value, grad)

    widget = widgets.walk_trace(lambda x: x * x, Tiny(4, 1))
    press(widget, "Step")
    assert "grad = 4 * 1 + 4 * 1 = 8" in said(widget)


def test_two_of_a_kind_do_not_disturb_each_other():
    first, second = widgets.step_line(X, Y), widgets.step_line(X, Y)
    press(first, "10 steps")
    assert said(second).startswith("Round 0:")
    press(second, "Step")
    assert said(first).startswith("Round 10:")


@pytest.mark.slow
def test_nothing_is_left_with_pyplot():
    for make in CALLS.values():
        press(make(), "Step")
    assert plt.get_fignums() == []


def test_without_ipywidgets_the_calls_return_a_still_picture():
    code = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "import numpy as np\n"
        "from autodiff_course import course_data, widgets\n"
        "for still in widgets.step_line(*course_data()), "
        "widgets.step_secant(np.sin, np.cos):\n"
        "    print(type(still).__name__, still._repr_mimebundle_()[1])\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("Picture {'image/png': {'alt'") == 2


def test_a_history_of_one_round_is_seen():
    picture = widgets.step_line(X, Y).view.picture
    history = picture.axes[1]
    picture.canvas.draw()
    pixels = np.asarray(picture.canvas.buffer_rgba()).astype(int)
    column, row = history.transData.transform([0, np.mean(Y**2)]).round().astype(int)
    red, _, blue, _ = pixels[len(pixels) - row, column + 2]
    assert blue > red + 50

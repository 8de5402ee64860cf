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


def test_a_run_that_is_over_stops_and_one_that_is_scrubbed_pauses():
    widget = widgets.step_secant(np.sin, np.cos)
    for _ in range(2):
        press(widget, "Run")
        for _ in range(20):
            widget.play.value += 1
        assert not widget.running and not widget.play.playing
    press(widget, "Run")
    press(widget, "Back")
    assert widget.position == 13 and not widget.running


def test_an_error_in_a_run_stays_whatever_ticks_arrive_later():
    widget = widgets.step_line(X, Y)
    press(widget, "Run")
    widget.view.show = lambda steps: 1 // 0
    widget.play.value += 1
    told = widget.trouble.value
    widget.play.value += 1
    assert "ZeroDivisionError" in told and widget.trouble.value == told


def test_an_error_of_a_step_comes_again_with_the_next():
    widget = widgets.step_line(X * 1e150, Y)
    for _ in range(2):
        widget.buttons["Step"].click()
        assert "FloatingPointError" in widget.trouble.value
    assert "last step" not in said(widget)


def test_ten_steps_show_where_an_error_has_stopped_them():
    widget = widgets.step_line(X, Y)
    steps = widget.stream
    widget.stream = (step if step.index < 7 else 1 // 0 for step in steps)
    widget.buttons["10 steps"].click()
    assert "ZeroDivisionError" in widget.trouble.value
    assert widget.position == widget.slider.value == 6
    assert said(widget).startswith("Round 6:")


def test_a_new_widget_ends_the_runs_of_those_before():
    # A cell that is run anew takes its old widget out of sight, and nothing tells it.
    first = widgets.step_line(X, Y)
    press(first, "Run")
    widgets.step_line(X, Y)
    assert not first.running and not first.play.playing


def test_run_tells_the_page_even_where_the_kernel_believes_it_runs():
    widget = widgets.step_line(X, Y)
    press(widget, "Run")
    heard = []
    widget.play.observe(lambda change: heard.append(change.new), "playing")
    press(widget, "Run")
    assert heard == [False, True]


@pytest.mark.parametrize("data", [(X, Y), (X + 2, Y), (X, -4 * Y)])
def test_the_map_holds_every_start_that_the_sliders_offer(data):
    widget = widgets.step_line(*data)
    surface = widget.view.picture.axes[2]
    for name, limits in zip(
        "mb", (surface.get_xlim(), surface.get_ylim()), strict=True
    ):
        slider = widget.start[name]
        assert limits[0] <= slider.min < slider.max <= limits[1]


def test_rates_and_starts_are_used_as_they_are_given_or_refused():
    widget = widgets.step_line(X, Y, rate=20.0, start=(10.0, -0.07))
    assert widget.rate.value == 20.0
    assert widget.history[0].params == {"m": 10.0, "b": -0.07}
    assert widget.start["b"].step is None and widget.start["m"].step == 0.05
    assert widgets.step_line(X, Y, rate=1e-5).rate.value == pytest.approx(1e-5)
    assert widgets.step_secant(np.sin, np.cos, x=5.0).point.value == 5.0
    for rate in (0, -0.1, np.inf, np.nan):
        with pytest.raises(ValueError, match="rate must be one positive"):
            widgets.step_line(X, Y, rate=rate)


@pytest.mark.parametrize("scale", [1e6, 1e-9])
def test_losses_of_every_size_are_drawn_where_they_are(scale):
    widget = widgets.step_line(X, Y * scale)
    press(widget, "10 steps")
    history = widget.view.picture.axes[1]
    losses = [step.loss for step in widget.history]
    assert history.lines[0].get_ydata().tolist() == losses
    low, high = history.get_ylim()
    assert low <= min(losses) and max(losses) <= high


def test_the_nodes_of_a_live_network_are_drawn_over_its_lines():
    view = widgets.step_network(*cut_labels(), network_start(160)).view
    drawn = view.picture.moving
    last_line = max(drawn.index(line) for line in view.network.lines.values())
    assert len(view.network.nodes) >= 8
    assert all(drawn.index(node) > last_line for node in view.network.nodes)


@pytest.mark.parametrize(
    ("x", "labels", "parted"),
    [
        ([0.0, 1.0, 1.0, 2.0], [0, 0, 1, 1], True),
        ([0.0, 1.0, 1.0, 2.0], [1, 1, 0, 0], True),
        ([1.0, 1.0, 1.0], [0, 1, 1], False),
        ([0.0, 1.0, 2.0], [0, 1, 0], False),
        ([0.0, 1.0, 2.0], [1, 1, 1], True),
    ],
)
def test_labels_that_meet_in_one_place_are_parted_too(x, labels, parted):
    assert states.separable(np.array(x), np.array(labels)) == parted


def test_the_limit_of_the_rate_is_that_of_floats():
    x = np.arange(100, 120, dtype=np.uint8)
    assert states.rate_limit(x) == pytest.approx(states.rate_limit(x.astype(float)))


@pytest.mark.parametrize(
    "call",
    [
        lambda: widgets.step_line([], []),
        lambda: widgets.step_line(X, Y[:50]),
        lambda: widgets.step_line(X[:, None], Y),
        lambda: widgets.step_chances(np.array([1.0, np.nan]), np.array([0, 1])),
        lambda: widgets.step_network(X, np.append(Y[1:], np.inf), network_start(0)),
    ],
)
def test_what_is_no_row_of_numbers_is_refused(call):
    with pytest.raises(ValueError, match="two rows of finite numbers"):
        call()


def test_lists_and_integers_are_rows_of_numbers():
    press(widgets.step_line([1, 2, 4], [2, 4, 6]), "Step")
    press(widgets.step_chances([1, 2, 4], [0, 1, 1]), "Step")


def test_a_curve_without_a_height_and_a_start_without_a_name_are_refused():
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="another reach"):
        widgets.step_secant(np.log, lambda x: 1 / x)
    widgets.step_secant(lambda x: 3.0, lambda x: 0.0)
    start = network_start(0)
    del start["b1"]
    with pytest.raises(ValueError, match="the start lacks b1"):
        widgets.step_network(*cut_labels(), start)


def test_a_walk_shows_numbers_of_numpy_and_names_nested_ones():
    class Tiny:
        def __init__(self, value, grad=0):
            self.value, self.grad = value, grad

        def __mul__(self, v):
            grad = self.grad * v.value + self.value * v.grad
            return Tiny(self.value * v.value, grad)

    widget = widgets.walk_trace(lambda x: x * x, Tiny(np.int64(4), np.int64(1)))
    press(widget, "Step")
    assert "grad = 4 * 1 + 4 * 1 = 8" in said(widget)
    press(
        widgets.walk_trace(lambda x: x * x, Variable(Variable(2.0, 1.0), 1.0)), "Step"
    )


def test_the_curve_of_the_network_stands_over_its_labelled_points():
    x, labels = cut_labels()
    axes = widgets.step_network(x, labels, network_start(160)).view.picture.axes[1]
    lines = {line.get_label(): line for line in axes.lines}
    for label in (0, 1):
        drawn = lines[f"label {label}"].get_xdata()
        assert np.array_equal(drawn, x[labels == label])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "chance of label 1")

"""The four gradient functions agree, and `value_and_grad` is a table of them."""

import copy
import inspect
from fractions import Fraction

import numpy as np
import pytest

import autodiff_course as course
from autodiff_course import (
    Node,
    Variable,
    all_directions,
    course_data,
    cut_labels,
    descend,
    differences,
    mean,
    mse,
    network_start,
    one_at_a_time,
    reverse,
    tanh,
    total,
    value_and_grad,
)
from autodiff_course.descent import METHODS

with_each = pytest.mark.parametrize
NAMES = ["differences", "one_at_a_time", "all_directions", "reverse"]
each_method = with_each("method", [METHODS[name] for name in NAMES], ids=NAMES)
each_exact = with_each("method", [one_at_a_time, all_directions, reverse])
each_new = with_each("method", [all_directions, reverse])
X, Y = course_data(n=30)


def line(p):
    return mean(mse(Y, p["m"] * X + p["b"]))


def network(p):
    hidden_0 = p["m0_0"] * X + p["b0_0"]
    hidden_1 = p["m0_1"] * X + p["b0_1"]
    logit = hidden_0 * p["m1_0"] + hidden_1 * p["m1_1"] + p["b1"]
    return mean(course.logloss(cut_labels(n=30)[1], course.sigmoid(logit)))


def layers(p):
    hidden = tanh(X[:, None] @ p["w"] + p["b"])
    return mean((hidden @ p["v"] - Y) ** 2) + 0.1 * total(p["w"] * p["w"]) * p["s"]


def tensor(p):
    return mean(tanh(p["t"] * p["s"]) ** 2 / (p["t"] + 3.0))


RNG = np.random.default_rng(0)
LOSSES = {
    "line": (line, {"m": 0.3, "b": -0.2}),
    "network": (network, network_start(160)),
    "layers": (
        layers,
        {
            "w": RNG.normal(size=(1, 4)),
            "b": RNG.normal(size=4),
            "v": RNG.normal(size=4),
            "s": 0.5,
        },
    ),
    "four axes": (tensor, {"t": RNG.uniform(size=(2, 1, 3, 2)), "s": 0.7}),
}


@each_method
@with_each(("loss", "params"), LOSSES.values(), ids=LOSSES)
def test_all_four_agree(method, loss, params):
    before = copy.deepcopy(params)
    value, grads = method(loss, params)
    want_value, want = one_at_a_time(loss, params)
    measured = method is differences
    assert type(value) is float and value == pytest.approx(want_value, rel=1e-14)
    assert list(grads) == list(params) == list(before)
    for name, held in before.items():
        np.testing.assert_array_equal(params[name], held)
        assert np.shape(grads[name]) == np.shape(held)
        assert type(grads[name]) is (np.ndarray if np.ndim(held) else float)
        close = {"rtol": 1e-7, "atol": 1e-8} if measured else {"rtol": 1e-12}
        np.testing.assert_allclose(grads[name], want[name], **close)


def test_the_gradient_of_the_line_is_that_of_the_formula():
    params = {"m": 0.3, "b": -0.2}
    error = 0.3 * X - 0.2 - Y
    for method in (one_at_a_time, all_directions, reverse):
        _, grads = method(line, params)
        assert grads["m"] == pytest.approx(2 * np.mean(error * X), rel=1e-13)
        assert grads["b"] == pytest.approx(2 * np.mean(error), rel=1e-13)


@each_new
def test_a_gradient_takes_one_evaluation(method):
    calls = []
    method(lambda p: calls.append(1) or layers(p), LOSSES["layers"][1])
    assert len(calls) == 1


def test_every_entry_has_a_direction_of_its_own():
    seeds = []

    def watch(p):
        seeds.extend(np.reshape(v.grad, (11, -1)) for v in p.values())
        return total(p["w"]) + p["b"] + p["c"]

    all_directions(watch, {"w": np.ones((3, 3)), "b": 1.0, "c": 2.0})
    np.testing.assert_array_equal(np.concatenate(seeds, axis=1), np.eye(11))


def test_the_grads_of_directions_have_room_for_four_axes():
    def watch(p):
        assert p["b"].grad.shape == (3, 1, 1, 1, 1)
        assert p["w"].grad.shape == (3, 1, 1, 1, 2)
        return total(p["w"]) * p["b"]

    all_directions(watch, {"b": 1.0, "w": np.ones(2)})


def test_as_many_directions_as_points_are_right():
    x, y = course_data(n=2)

    def loss(p):
        return mean(mse(y, p["m"] * x + p["b"])) + 0.1 * p["m"] ** 2

    want = one_at_a_time(loss, {"m": 0.3, "b": 0.1})[1]
    got = all_directions(loss, {"m": 0.3, "b": 0.1})[1]
    assert got == pytest.approx(want, rel=1e-13)


@each_method
def test_a_parameter_that_the_loss_does_not_use_has_grad_zero(method):
    params = {"m": 2.0, "idle": 5.0, "row": np.ones((2, 2))}
    _, grads = method(lambda p: p["m"] ** 2, params)
    assert grads["idle"] == 0.0 and grads["row"].tolist() == [[0, 0], [0, 0]]


def test_a_loss_that_uses_nothing_is_flat():
    assert all_directions(lambda p: Variable(3.0), {"m": 1.0}) == (3.0, {"m": 0.0})
    assert reverse(lambda p: Node(3.0), {"m": 1.0}) == (3.0, {"m": 0.0})


@each_exact
@with_each("plain", [3.0, 2, np.float64(1.0), np.array([1.0])])
def test_a_loss_that_lost_its_slopes_is_a_type_error(method, plain):
    with pytest.raises(TypeError, match="which has no slope; return the"):
        method(lambda p: plain, {"m": 1.0})
    with pytest.raises(TypeError, match="which has no slope; return the"):
        method(lambda p: (p["m"] ** 2).value, {"m": 1.0})


@each_method
@with_each("shape", [(2,), (3, 1), (0,)])
def test_a_loss_that_is_not_one_number_is_a_value_error(method, shape):
    with pytest.raises(ValueError, match="the loss must be one number, got shape"):
        method(lambda p: p["m"] * np.ones(shape), {"m": 1.0})


@each_method
@with_each("shape", [(1,), (1, 1)])
def test_an_array_of_one_entry_is_one_number(method, shape):
    value, grads = method(lambda p: p["m"] ** 2 * np.ones(shape), {"m": 3.0})
    assert value == 9.0 and grads["m"] == pytest.approx(6.0)


@each_method
@with_each("nothing", [None, "1", [1.0], 1j])
def test_a_loss_that_is_no_number_is_a_type_error(method, nothing):
    with pytest.raises(TypeError):
        method(lambda p: nothing, {"m": 1.0})


@each_method
@with_each("params", [None, 3.0, [1.0], "m", {}, {"w": np.zeros(0)}, {"m"}])
def test_params_that_are_no_dict_of_numbers_are_a_type_error(method, params):
    with pytest.raises(TypeError, match="params must be a dict of names to numbers"):
        method(lambda p: 0.0, params)


@each_method
@with_each("held", [None, "1", [1.0], 1j, Variable(1.0, 1), Node(1.0), np.array([1j])])
def test_a_parameter_that_is_no_number_is_named(method, held):
    with pytest.raises(TypeError, match=r"params\['m'\] must be a real number"):
        method(lambda p: 0.0, {"b": 1.0, "m": held})


@each_method
@with_each("held", [2, np.int64(2), np.float32(2), Fraction(2), np.array(2)])
def test_every_kind_of_number_is_a_parameter(method, held):
    value, grads = method(lambda p: p["m"] ** 3, {"m": held})
    assert value == 8.0 and type(grads["m"]) is float
    assert grads["m"] == pytest.approx(12.0, rel=1e-9)


@each_method
def test_integers_and_empty_arrays_are_parameters_too(method):
    params = {"w": np.array([1, -2]), "none": np.zeros((0, 3))}
    _, grads = method(lambda p: total(p["w"] ** 2), params)
    assert grads["w"].dtype == float and grads["none"].shape == (0, 3)
    np.testing.assert_allclose(grads["w"], [2, -4], rtol=1e-9)


@each_method
def test_a_loss_that_changes_its_params_changes_nothing_outside(method):
    params = {"w": np.array([1.0, 2.0]), "b": 1.0}

    def greedy(p):
        out = total(p["w"] * p["b"])
        p["b"], p["more"] = 100.0, 1.0
        return out

    _, grads = method(greedy, params)
    assert list(params) == list(grads) == ["w", "b"] and params["b"] == 1.0
    np.testing.assert_allclose(grads["w"], [1, 1], rtol=1e-9)


@with_each("name", NAMES)
def test_value_and_grad_is_a_table_of_the_four(name):
    by_name = value_and_grad(line, {"m": 1.0, "b": 0.0}, name)
    assert by_name == getattr(course, name)(line, {"m": 1.0, "b": 0.0})
    assert list(METHODS) == NAMES and METHODS[name] is getattr(course, name)


def test_reverse_is_the_default():
    for function in (value_and_grad, descend):
        assert inspect.signature(function).parameters["method"].default == "reverse"
    seen = []
    value_and_grad(lambda p: seen.append(type(p["m"])) or p["m"] * 1.0, {"m": 1.0})
    assert seen == [Node]


@with_each("name", NAMES)
def test_descent_goes_by_every_method(name):
    steps = descend(line, {"m": 0.0, "b": 0.0}, 0.3, name)
    last = [next(steps) for _ in range(60)][-1]
    slope, shift = np.polyfit(X, Y, 1)
    assert last.params["m"] == pytest.approx(slope, abs=1e-3)
    assert last.params["b"] == pytest.approx(shift, abs=1e-3)

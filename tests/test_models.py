"""The seven-number network, against a formula written with NumPy alone."""

import copy

import numpy as np
import pytest

from autodiff_course import PARAMETERS, deep_model, logloss, network_start, sigmoid

with_each = pytest.mark.parametrize
POINTS = [(0.5, 1), (-1.3, 0), (2.2, 0), (0.0, 1)]


def plain_loss(x, y, w):
    """Return the loss by NumPy alone, names left out being 0."""
    m0_0, m0_1, b0_0, b0_1, m1_0, m1_1, b1 = (w.get(name, 0.0) for name in PARAMETERS)
    logit = (m0_0 * x + b0_0) * m1_0 + (m0_1 * x + b0_1) * m1_1 + b1
    chance = 1 / (1 + np.exp(-logit))
    return -np.log(chance if y else 1 - chance)


@with_each(("x", "y"), POINTS)
@with_each("seed", range(5))
def test_the_loss_is_the_formula(x, y, seed):
    start = network_start(seed)
    loss, grad = deep_model(x, y, start)
    assert loss == pytest.approx(plain_loss(x, y, start), rel=1e-12)
    assert grad == 0 and type(loss) is float


@with_each(("x", "y"), POINTS)
@with_each("name", PARAMETERS)
def test_each_grad_is_the_measured_slope(x, y, name):
    start = network_start(3)
    _, grad = deep_model(x, y, start, {name: 1})
    step = 6e-6
    above, below = ({**start, name: start[name] + s} for s in (step, -step))
    measured = (plain_loss(x, y, above) - plain_loss(x, y, below)) / (2 * step)
    assert grad == pytest.approx(measured, rel=1e-6, abs=1e-9)


def test_several_seeds_give_the_slope_along_them():
    start = network_start(4)
    seeds = {"m0_0": 0.5, "b1": -2.0}
    _, both = deep_model(0.7, 1, start, seeds)
    lone = [deep_model(0.7, 1, start, {name: 1})[1] for name in seeds]
    assert both == pytest.approx(0.5 * lone[0] - 2.0 * lone[1], rel=1e-13)


@with_each("left_out", PARAMETERS)
def test_a_name_left_out_is_zero(left_out):
    start = network_start(1)
    rest = {name: held for name, held in start.items() if name != left_out}
    assert deep_model(0.4, 1, rest) == deep_model(0.4, 1, {**start, left_out: 0})
    assert deep_model(0.4, 1, rest)[0] == pytest.approx(plain_loss(0.4, 1, rest))


def test_a_network_without_numbers_says_one_half():
    loss, grad = deep_model(0.7, 1, {}, {"b1": 1})
    assert loss == pytest.approx(np.log(2)) and grad == pytest.approx(-0.5)
    assert deep_model(0.7, 1, {}) == deep_model(0.7, 1, {}, None)


def test_whole_arrays_of_points_give_the_loss_of_each():
    x, y = np.array([x for x, _ in POINTS]), np.array([y for _, y in POINTS])
    start = network_start(2)
    losses, grads = deep_model(x, y, start, {"m1_0": 1})
    for i, point in enumerate(POINTS):
        loss, grad = deep_model(*point, start, {"m1_0": 1})
        assert losses[i] == pytest.approx(loss) and grads[i] == pytest.approx(grad)


@with_each(
    ("wrong", "nearest"),
    [
        ("m0_O", "m0_0"),
        ("m00_0", "m0_0"),
        ("B1", "b1"),
        ("m1_2", "m1_"),
        ("b0_01", "b0_"),
        ("m0", "m0_"),
        (7, ""),
    ],
)
@with_each("place", ["param_config", "learn_config"])
def test_an_unknown_name_is_refused_and_the_nearest_named(wrong, nearest, place):
    configs = {"param_config": {"b1": 0.0}, "learn_config": {"b1": 1}}
    configs[place] = {wrong: 1.0}
    with pytest.raises(ValueError) as caught:
        deep_model(0.5, 1, **configs)
    said = str(caught.value)
    assert said.startswith(f"unknown parameter {wrong!r}; the network has m0_0, m0_1")
    assert f"Did you mean '{nearest}" in said


def test_nothing_that_is_handed_in_is_changed():
    start, seeds = network_start(0), {"m0_0": 1}
    before = copy.deepcopy((start, seeds))
    deep_model(0.5, 1, start, seeds)
    assert (start, seeds) == before


def test_two_calls_share_nothing():
    assert deep_model(0.5, 1, {"b1": 0.3}, {"b1": 1})[1] != 0
    assert deep_model(0.5, 1, {"b1": 0.3})[1] == 0


def test_a_label_of_minus_one_is_refused():
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        deep_model(0.5, -1, {})


def test_a_start_is_seven_normal_numbers_in_the_order_of_the_names():
    want = np.random.default_rng(160).normal(size=7)
    assert list(network_start(160)) == list(PARAMETERS)
    assert list(network_start(160).values()) == want.tolist()
    assert all(type(held) is float for held in network_start(0).values())
    names = ["m0_0", "m0_1", "b0_0", "b0_1", "m1_0", "m1_1", "b1"]
    assert list(PARAMETERS) == names


def test_the_two_linear_layers_are_one_line():
    w = network_start(5)
    slope = w["m0_0"] * w["m1_0"] + w["m0_1"] * w["m1_1"]
    shift = w["b0_0"] * w["m1_0"] + w["b0_1"] * w["m1_1"] + w["b1"]
    for x, y in POINTS:
        want = logloss(y, sigmoid(slope * x + shift))
        assert deep_model(x, y, w)[0] == pytest.approx(want, rel=1e-12)

"""Losses for each point: values, slopes, where they are cut off, what they refuse."""

import math
import re
import warnings

import mpmath
import numpy as np
import pytest

from autodiff_course import (
    Variable,
    coin_labels,
    logistic_loss,
    logloss,
    mean,
    mse,
    sigmoid,
)

with_each = pytest.mark.parametrize
CUT = -math.log(1e-15)


def numbers(x):
    """Return one number in every dress that it can arrive in."""
    return [x, np.float64(x), Variable(x), np.array([x, x]), Variable(np.array([x, x]))]


@with_each("target", numbers(1.5))
@with_each("prediction", [3.5, Variable(3.5, 1), Variable(np.array([3.5, 3.5]), 1)])
def test_the_squared_error_is_the_squared_error_in_every_dress(target, prediction):
    loss = mse(target, prediction)
    value = loss.value if isinstance(loss, Variable) else loss
    assert np.all(value == 4.0)
    if isinstance(prediction, Variable):
        assert np.all(loss.grad == 4.0)


def test_the_squared_error_is_per_point():
    y, p = np.array([1.0, 2.0, 3.0]), np.array([1.5, 2.0, 1.0])
    assert mse(y, p).tolist() == [0.25, 0.0, 4.0]
    assert mse(y, Variable(p, 1)).grad.tolist() == [1.0, 0.0, -4.0]
    assert mse(5, 3) == 4


def test_the_squared_error_of_a_point_that_is_met_is_flat():
    assert mse(2.0, Variable(2.0, 1)).grad == 0.0


@with_each("q", [1e-12, 0.01, 0.3, 0.5, 0.9, 1 - 1e-12, 1.0])
@with_each("label", [0, 1])
def test_logloss_is_minus_the_logarithm_of_the_true_labels_chance(q, label):
    chance = mpmath.mpf(q) if label else 1 - mpmath.mpf(q)
    if chance == 0:
        return
    want = float(-mpmath.log(chance))
    slope = float((-1 if label else 1) / chance)
    for target in (label, float(label), np.int8(label), bool(label)):
        assert logloss(target, q) == pytest.approx(want, rel=1e-14)
        got = logloss(target, Variable(q, 1))
        assert got.value == pytest.approx(want, rel=1e-14, abs=1e-300)
        assert got.grad == pytest.approx(slope, rel=1e-14)


@with_each("dtype", [float, int, bool, np.uint8, np.int8, np.float32])
def test_labels_of_every_type_give_the_same_losses(dtype):
    y = np.array([0, 1, 1, 0]).astype(dtype)
    q, z = np.array([0.2, 0.9, 0.4, 0.7]), np.array([-2.0, 3.0, -1.0, 0.5])
    chance = np.array([0.8, 0.9, 0.4, 0.3])
    np.testing.assert_allclose(logloss(y, q), -np.log(chance), rtol=1e-14)
    signs = np.array([1, -1, -1, 1])
    np.testing.assert_allclose(
        logistic_loss(y, z), np.log1p(np.exp(signs * z)), rtol=1e-14
    )
    got = logloss(y, Variable(q, 1))
    np.testing.assert_allclose(got.grad, signs / chance, rtol=1e-14)
    got = logistic_loss(y, Variable(z, 1))
    np.testing.assert_allclose(
        got.grad, 1 / (1 + np.exp(-z)) - [0, 1, 1, 0], rtol=1e-14
    )


@with_each("target", numbers(1))
def test_logloss_takes_a_target_in_every_dress(target):
    loss = logloss(target, Variable(0.25, 1))
    assert np.all(loss.value == math.log(4)) and np.all(loss.grad == -4.0)
    plain = logloss(target, 0.25)
    assert np.all(plain == math.log(4)) and not isinstance(plain, Variable)


@with_each(("label", "q"), [(1, 0.0), (1, 1e-16), (1, 1e-300), (0, 1.0)])
def test_a_cut_loss_is_flat(label, q):
    got = logloss(label, Variable(q, 1))
    assert got.value == pytest.approx(CUT, rel=1e-15) and got.grad == 0
    rows = logloss(np.array([label, 1]), Variable(np.array([q, 0.5]), 1))
    assert rows.grad.tolist() == [0.0, -2.0]
    nested = logloss(label, Variable(Variable(q, 1.0), 1.0))
    assert nested.grad.value == 0 and nested.grad.grad == 0


def test_the_cut_begins_at_the_floor():
    assert logloss(1, Variable(1e-15, 1)).grad == 0.0
    assert logloss(1, Variable(1.1e-15, 1)).grad == pytest.approx(-1 / 1.1e-15)


def test_a_certain_and_right_prediction_costs_nothing_and_not_minus_nothing():
    for label, q in [(1, 1.0), (0, 0.0)]:
        assert math.copysign(1, logloss(label, q)) == 1.0 and logloss(label, q) == 0


def test_measured_and_forward_slopes_agree_at_the_clip():
    # At z = -36 the chance is 2e-16, below the floor: the loss is flat there.
    step = 6e-6 * 36
    ends = [logloss(1, sigmoid(-36.0 + s)) for s in (step, -step)]
    assert (ends[0] - ends[1]) / (2 * step) == 0.0
    assert logloss(1, sigmoid(Variable(-36.0, 1))).grad == 0.0
    assert logistic_loss(1, Variable(-36.0, 1)).grad == pytest.approx(-1.0, rel=1e-15)


@with_each("label", [0, 1])
@with_each("z", [-1e6, -1000.0, -36.0, -1.3, 0.0, 0.4, 20.0, 1000.0, 1e6])
def test_logistic_loss_is_exact_for_every_logit_with_slope_p_minus_y(label, z):
    with mpmath.workdps(60):
        signed = mpmath.mpf(z if label == 0 else -z)
        want = float(mpmath.log1p(mpmath.exp(signed)) if signed > -200 else 0)
        slope = float(1 / (1 + mpmath.exp(-mpmath.mpf(z))) - label)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = logistic_loss(label, Variable(z, 1))
        rows = logistic_loss(np.array([label]), Variable(np.array([z]), 1))
    assert got.value == pytest.approx(want, rel=1e-15, abs=1e-80)
    assert got.grad == pytest.approx(slope, rel=1e-14, abs=1e-80)
    assert rows.value[0] == got.value and rows.grad[0] == pytest.approx(got.grad)


def test_logistic_loss_is_the_logloss_of_the_sigmoid():
    z = np.linspace(-8, 8, 33)
    for label in (0, 1):
        np.testing.assert_allclose(
            logistic_loss(label, z), logloss(label, sigmoid(z)), rtol=1e-12
        )


def test_the_gradient_of_the_mean_logistic_loss_is_p_minus_y_times_x():
    x, y = coin_labels()
    m, b = 1.2, -0.7
    error = 1 / (1 + np.exp(-(m * x + b))) - y
    along_m = mean(logistic_loss(y, Variable(m, 1) * x + b)).grad
    along_b = mean(logistic_loss(y, Variable(b, 1) + m * x)).grad
    assert along_m == pytest.approx(np.mean(error * x), rel=1e-12)
    assert along_b == pytest.approx(np.mean(error), rel=1e-12)


@with_each("loss", [logloss, logistic_loss])
@with_each(
    "label",
    [-1, 2, 0.5, math.nan, math.inf, np.array([0.0, -1.0, np.inf]), Variable(3.0)],
)
def test_labels_other_than_0_and_1_are_a_value_error(loss, label):
    with pytest.raises(ValueError) as caught:
        loss(label, 0.5)
    assert str(caught.value).startswith("labels must be 0 or 1, got ")
    assert "recode" in str(caught.value)


@with_each("loss", [logloss, logistic_loss])
@with_each("label", ["1", None, [0, 1], 1j, np.array(["0"]), np.array([None])])
def test_labels_that_are_no_numbers_are_a_type_error(loss, label):
    with pytest.raises(TypeError, match="a label must be"):
        loss(label, 0.5)


@with_each("loss", [logloss, logistic_loss])
@with_each("grad", [1, -0.5, np.array([0.0, 1.0])])
def test_a_label_that_moves_is_a_value_error_that_names_the_order(loss, grad):
    target = Variable(np.array([0.0, 1.0]), grad)
    with pytest.raises(ValueError, match="target first"):
        loss(target, 0.5)


@with_each(
    "prediction",
    [-0.1, 1.1, 3.0, -2, math.inf, math.nan, np.array([0.5, 1.5]), Variable(-4.0, 1)],
)
def test_predictions_outside_0_and_1_name_logistic_loss(prediction):
    with pytest.raises(ValueError) as caught:
        logloss(1, prediction)
    arrived = np.max(np.abs(getattr(prediction, "value", prediction)))
    assert re.search(rf"between 0 and 1, got -?{arrived};", str(caught.value))
    assert "logistic_loss(target, logit)" in str(caught.value)


def test_nested_predictions_outside_0_and_1_are_refused_too():
    with pytest.raises(ValueError, match="logistic_loss"):
        logloss(1, Variable(Variable(1.5, 1.0), 1.0))


@with_each("prediction", ["0.5", None, [0.5], 1j])
def test_predictions_that_are_no_numbers_are_a_type_error(prediction):
    with pytest.raises(TypeError):
        logloss(1, prediction)


@with_each("loss", [mse, logloss, logistic_loss])
def test_plain_numbers_give_plain_floats_and_arrays_arrays(loss):
    assert type(loss(1.0, 0.25)) is float
    assert type(loss(1, 0.25)) is float
    rows = loss(np.array([0.0, 1.0]), np.array([0.25, 0.75]))
    assert type(rows) is np.ndarray and rows.shape == (2,)


@with_each("loss", [mse, logloss, logistic_loss])
def test_nothing_is_changed(loss):
    y, q = np.array([0.0, 1.0]), np.array([0.25, 0.75])
    loss(y, Variable(q, 1))
    assert y.tolist() == [0.0, 1.0] and q.tolist() == [0.25, 0.75]


class Own:
    """A learner's class that goes through primitives by its chain."""

    def __init__(self, value, grad=0.0):
        self.value, self.grad = value, grad

    def __sub__(self, number):
        return Own(self.value - number, self.grad)

    def chain(self, primitive):
        out = primitive(self.value)
        return Own(out, primitive.push(out, self.value, self.grad))


def test_a_learners_class_goes_through_the_log_loss():
    loss = logloss(1, sigmoid(Own(0.5, 1.0)))
    assert loss.grad == pytest.approx(1 / (1 + math.exp(-0.5)) - 1, rel=1e-14)


def test_short_floats_lose_nothing_far_out():
    z = np.array([-200.0, 200.0], np.float32)
    assert sigmoid(z).tolist() == [pytest.approx(math.exp(-200), rel=1e-12), 1.0]
    assert logistic_loss(1, Variable(z, 1.0)).grad.tolist() == pytest.approx([-1.0, 0])


def test_logistic_loss_of_short_numbers_is_that_of_floats():
    assert logistic_loss(1, np.array([-128], dtype=np.int8)).tolist() == [128.0]
    exact = np.log1p(np.exp(-3.0))
    loss = logistic_loss(1, np.array([3], dtype=np.uint8))
    np.testing.assert_allclose(loss, [exact], rtol=1e-14)

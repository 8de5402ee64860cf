"""The loss for many classes, and softmax: values, slopes, directions, refusals."""

import mpmath
import numpy as np
import pytest

from autodiff_course import (
    Node,
    Variable,
    all_directions,
    compiled,
    cross_entropy,
    differences,
    exp,
    log,
    logistic_loss,
    mean,
    one_at_a_time,
    reverse,
    softmax,
    total,
)

with_each = pytest.mark.parametrize
RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(6, 4)) * 3
LABELS = np.array([0, 1, 2, 3, 0, 2])


def exact(row, label):
    """Return -log of the true class's probability, to 40 digits."""
    with mpmath.workdps(40):
        powers = [mpmath.exp(mpmath.mpf(float(x))) for x in row]
        return float(mpmath.log(sum(powers)) - mpmath.mpf(float(row[label])))


@with_each("scale", [0.0, 1.0, 30.0])
def test_the_loss_is_minus_the_logarithm_of_the_true_classes_chance(scale):
    got = cross_entropy(LABELS, scale * LOGITS)
    want = [exact(row, k) for row, k in zip(scale * LOGITS, LABELS, strict=True)]
    assert got.shape == (6,)
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-15)


@with_each("shift", [0.0, 1e6, -1e6])
def test_large_logits_neither_overflow_nor_warn(shift):
    with np.errstate(all="raise", under="ignore"):
        got = cross_entropy([0, 1], np.array([[1e6, 0.0], [1e6, 0.0]]) + shift)
        assert got.tolist() == [0.0, 1e6]
        row = softmax(np.array([[1e6, 0.0]]) + shift)
        assert row.tolist() == [[1.0, 0.0]]


def test_two_classes_are_the_logistic_loss():
    z = np.linspace(-5, 5, 7)
    labels = np.array([0, 1, 0, 1, 0, 1, 1])
    rows = np.stack([np.zeros(7), z], axis=1)
    np.testing.assert_allclose(
        cross_entropy(labels, rows), logistic_loss(labels, z), rtol=1e-12
    )


def test_the_slope_is_softmax_less_one_for_the_true_class():
    weights = RNG.normal(size=6)
    node = Node(LOGITS)
    total(weights * cross_entropy(LABELS, node)).backward()
    want = (softmax(LOGITS) - np.eye(4)[LABELS]) * weights[:, None]
    np.testing.assert_allclose(node.grad, want, rtol=1e-12, atol=1e-15)
    direction = RNG.normal(size=(6, 4))
    pushed = cross_entropy(LABELS, Variable(LOGITS, direction)).grad
    slopes = softmax(LOGITS) - np.eye(4)[LABELS]
    np.testing.assert_allclose(pushed, np.sum(slopes * direction, axis=1), rtol=1e-12)


def test_all_gradient_functions_agree():
    x = RNG.normal(size=(6, 3))
    params = {"w": RNG.normal(size=(3, 4)), "b": RNG.normal(size=4), "s": 1.3}

    def loss(p):
        return mean(cross_entropy(LABELS, (x @ p["w"] + p["b"]) * p["s"]) * p["s"])

    value, want = reverse(loss, params)
    for method, close in ((one_at_a_time, 1e-12), (all_directions, 1e-12)):
        got_value, got = method(loss, params)
        assert got_value == pytest.approx(value, rel=1e-14)
        for name in params:
            np.testing.assert_allclose(got[name], want[name], rtol=close, atol=1e-14)
    for name, grad in differences(loss, params)[1].items():
        np.testing.assert_allclose(grad, want[name], rtol=1e-7, atol=1e-8)


@with_each(
    "grad", [1.0, np.ones(4), np.ones((6, 1)), np.ones((3, 6, 4)), np.ones((3, 1, 1))]
)
def test_directions_and_small_grads_keep_their_axes(grad):
    out = cross_entropy(LABELS, Variable(LOGITS * 0 + np.arange(4.0), grad))
    # The slopes of a row sum to 0, so that moving all logits alike changes nothing.
    assert np.shape(out.grad) == ((3, 1, 6) if np.ndim(grad) == 3 else (6,))
    np.testing.assert_allclose(out.grad, 0, atol=1e-14)


def test_a_cross_entropy_written_out_gives_the_same():
    hits = np.eye(4)[LABELS]

    def written(p):
        return mean(-log(softmax(p["z"])) * hits) * 4

    value, grads = reverse(lambda p: mean(cross_entropy(LABELS, p["z"])), {"z": LOGITS})
    want_value, want = reverse(written, {"z": LOGITS})
    assert value == pytest.approx(want_value, rel=1e-12)
    np.testing.assert_allclose(grads["z"], want["z"], rtol=1e-9, atol=1e-14)


def test_second_derivatives_are_measured_ones():
    direction = RNG.normal(size=(6, 4))
    got = cross_entropy(LABELS, Variable(Variable(LOGITS, direction), direction))
    h = 1e-4

    def moved(t):
        return cross_entropy(LABELS, LOGITS + t * direction)

    measured = (moved(h) - 2 * moved(0) + moved(-h)) / h**2
    np.testing.assert_allclose(got.grad.grad, measured, rtol=1e-5, atol=1e-6)


def test_softmax_is_a_share_of_powers_in_every_dress():
    powers = np.exp(LOGITS)
    want = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax(LOGITS), want, rtol=1e-13)
    np.testing.assert_allclose(softmax(Variable(LOGITS, 1.0)).value, want, rtol=1e-13)
    np.testing.assert_allclose(softmax(Variable(LOGITS, 1.0)).grad, 0, atol=1e-15)
    np.testing.assert_allclose(softmax(Node(LOGITS)).value, want, rtol=1e-13)
    slow = exp(Variable(LOGITS)).value / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax(LOGITS).sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(slow, want, rtol=1e-13)


@with_each("labels", [[0, 1], np.array([0, 1]), (0.0, 1.0), Variable(np.array([0, 1]))])
def test_labels_come_in_every_dress(labels):
    rows = np.array([[0.0, 0.0], [0.0, 0.0]])
    np.testing.assert_allclose(cross_entropy(labels, rows), np.log(2))


@with_each(
    ("labels", "named"),
    [
        ([0.5], "whole numbers"),
        ([-1], "whole numbers"),
        (0, "whole numbers"),
        ([[0]], "whole numbers"),
        ([float("nan")], "whole numbers"),
        ([3], "the label 3 and logits for 3 classes"),
        ([0, 1], "2 labels and logits of shape (1, 3)"),
    ],
)
@with_each("kind", [np.asarray, Variable, Node])
def test_labels_that_number_no_class_are_a_value_error(kind, labels, named):
    with pytest.raises(ValueError) as caught:
        cross_entropy(labels, kind(np.zeros((1, 3))))
    assert named in str(caught.value)


@with_each("shape", [(), (3,), (1, 1, 3)])
def test_logits_that_are_no_rows_are_a_value_error(shape):
    with pytest.raises(ValueError, match="labels \\(n,\\) first, then logits"):
        cross_entropy([0], np.zeros(shape))


@with_each("label", [Variable(np.array([0.0]), 1.0), Node(np.array([0.0]))])
def test_a_label_does_not_move(label):
    with pytest.raises(ValueError, match="target first"):
        cross_entropy(label, np.zeros((1, 3)))
    with pytest.raises(ValueError, match="target first"):
        logistic_loss(label, 0.5)


def test_no_rows_are_a_value_error_that_says_what_came():
    with pytest.raises(ValueError, match=r"0 labels and logits of shape \(0, 3\)"):
        cross_entropy(np.zeros(0, int), np.zeros((0, 3)))


@with_each("shift", [0.0, 1e3, -1e6, 1e9])
def test_shifted_logits_keep_loss_and_slopes_to_the_last_digits(shift):
    logits = np.array([[0.5, -1.25, 2.0], [3.0, 2.75, -8.0]])
    labels = np.array([1, 0])
    powers = [[mpmath.exp(each) for each in row] for row in logits.tolist()]
    value = [
        float(mpmath.log(sum(row) / row[label]))
        for row, label in zip(powers, labels.tolist(), strict=True)
    ]
    slopes = np.array([[float(each / sum(row)) for each in row] for row in powers])
    slopes[[0, 1], labels] -= 1
    for kind in (Variable, Node):
        z = kind(logits + shift)
        np.testing.assert_allclose(cross_entropy(labels, z).value, value, rtol=1e-14)
    total(cross_entropy(labels, z)).backward()
    np.testing.assert_allclose(z.grad, slopes, rtol=1e-13)


@with_each("spread", [1e3, 1e6, 1e12])
def test_a_true_class_far_below_the_others_keeps_all_digits(spread):
    logits = {"z": np.array([[0.0, 0.3, -spread]])}
    odds = mpmath.exp(mpmath.mpf(0.3))
    chances = [float(1 / (1 + odds)), float(odds / (1 + odds)), -1.0]
    for gradient in (reverse, one_at_a_time, all_directions):
        value, grads = gradient(lambda p: mean(cross_entropy([2], p["z"])), logits)
        assert value == pytest.approx(spread + float(mpmath.log(1 + odds)), rel=1e-15)
        np.testing.assert_allclose(grads["z"][0], chances, rtol=1e-14)


@with_each(
    "logits",
    [
        np.array([[1, 3]], dtype=np.uint8),
        np.array([[100, -100]], dtype=np.int8),
        np.array([[True, False]]),
    ],
)
def test_softmax_of_short_numbers_is_that_of_floats(logits):
    first, second = logits.astype(float)[0]
    other = 1 / (1 + np.exp(first - second))
    np.testing.assert_allclose(softmax(logits), [[1 - other, other]], rtol=1e-14)


@with_each("logits", [2.0, Variable(2.0, 1), Node(2.0)])
def test_softmax_of_one_number_is_a_value_error(logits):
    with pytest.raises(ValueError, match=r"dimension|shapes"):
        softmax(logits)


def test_labels_that_are_written_into_later_change_no_program():
    labels, logits = np.array([0, 1]), {"z": np.eye(2)}
    program = compiled(lambda p: mean(cross_entropy(labels, p["z"])), logits)
    before, _ = program(logits)
    labels[:] = [1, 0]
    assert program(logits)[0] == before == pytest.approx(np.log(1 + np.exp(-1.0)))

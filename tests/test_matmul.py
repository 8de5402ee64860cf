"""Products of matrices and vectors of all ranks, in both modes."""

import numpy as np
import pytest

from autodiff_course import (
    Node,
    Variable,
    all_directions,
    mean,
    one_at_a_time,
    reverse,
    sin,
    total,
)

with_each = pytest.mark.parametrize
PAIRS = [
    ((3,), (3,)),
    ((1,), (1,)),
    ((3,), (3, 2)),
    ((4, 3), (3,)),
    ((4, 3), (3, 2)),
    ((2, 2), (2, 2)),
    ((1, 3), (3, 1)),
    ((5, 4, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((5, 4, 3), (3, 2)),
    ((4, 3), (5, 3, 2)),
    ((5, 4, 3), (5, 3, 2)),
    ((1, 4, 3), (5, 3, 2)),
    ((5, 4, 3), (1, 3, 2)),
    ((6, 1, 4, 3), (5, 3, 2)),
    ((2, 2, 2), (2,)),
    ((2,), (2, 2, 2)),
    ((2, 2, 2), (2, 2, 2)),
]
each_pair = with_each(("left", "right"), PAIRS, ids=str)


def operands(left, right, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=left), rng.normal(size=right)


@each_pair
@with_each("kind", [Variable, Node])
def test_the_product_is_numpys(left, right, kind):
    a, b = operands(left, right)
    for out in (kind(a) @ kind(b), a @ kind(b), kind(a) @ b):
        assert type(out) is kind and np.shape(out.value) == np.shape(a @ b)
        np.testing.assert_allclose(out.value, a @ b, rtol=1e-14)
    assert np.ndim(a @ b) or type((kind(a) @ kind(b)).value) is float


@each_pair
def test_the_grad_follows_the_product_rule(left, right):
    a, b = operands(left, right)
    da, db = operands(left, right, seed=1)
    both = Variable(a, da) @ Variable(b, db)
    np.testing.assert_allclose(both.grad, da @ b + a @ db, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose((a @ Variable(b, db)).grad, a @ db, rtol=1e-12)
    np.testing.assert_allclose((Variable(a, da) @ b).grad, da @ b, rtol=1e-12)


@each_pair
def test_a_grad_smaller_than_its_value_is_widened_first(left, right):
    a, b = operands(left, right)
    got = Variable(a, 1.0) @ Variable(b, np.full((1,) * len(right), 2.0))
    want = np.ones(left) @ b + a @ np.full(right, 2.0)
    np.testing.assert_allclose(got.grad, want, rtol=1e-12, atol=1e-14)


@each_pair
@with_each("k", [1, 2, 3, 5])
def test_directions_are_as_many_passes_at_once(left, right, k):
    a, b = operands(left, right)
    rng = np.random.default_rng(2)
    axes = max(len(left), len(right)) + 1
    da = rng.normal(size=(k, *(1,) * (axes - len(left)), *left))
    db = rng.normal(size=(k, *(1,) * (axes - len(right)), *right))
    out = Variable(a, da) @ Variable(b, db)
    assert out.grad.shape[0] == k and out.grad.ndim == 1 + axes
    assert set(out.grad.shape[1 : 1 + axes - np.ndim(out.value)]) <= {1}
    for j in range(k):
        want = da[j].reshape(left) @ b + a @ db[j].reshape(right)
        np.testing.assert_allclose(
            np.asarray(out.grad)[j].reshape(want.shape), want, rtol=1e-12, atol=1e-14
        )


@each_pair
def test_directions_in_any_layout_are_right_or_refused(left, right):
    a, b = operands(left, right)
    rng = np.random.default_rng(3)
    seen = 0
    for more_left in range(4):
        for more_right in range(4):
            da = rng.normal(size=(2, *(1,) * more_left, *left))
            db = rng.normal(size=(2, *(1,) * more_right, *right))
            try:
                grad = np.asarray((Variable(a, da) @ Variable(b, db)).grad)
            except ValueError:
                continue
            seen += 1
            for j in range(2):
                want = da[j].reshape(left) @ b + a @ db[j].reshape(right)
                got = grad[j].reshape(want.shape)
                np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)
    assert seen


def test_a_direction_axis_that_meets_a_batch_is_a_value_error():
    rows = Variable(np.ones((4, 3)), np.ones((5, 4, 3)))
    with pytest.raises(ValueError, match="directions have met data"):
        rows @ np.ones((5, 3, 2))


@each_pair
def test_all_gradient_functions_agree_on_products(left, right):
    a, b = operands(left, right)
    weights = np.random.default_rng(4).normal(size=np.shape(a @ b))

    def loss(p):
        out = p["a"] @ p["b"]
        return total(weights * out) + mean(sin(out) * p["s"]) + total(p["a"] @ b)

    params = {"a": a, "b": b, "s": 0.7}
    value, want = one_at_a_time(loss, params)
    for method in (reverse, all_directions) if np.ndim(a @ b) < 4 else (reverse,):
        got_value, got = method(loss, params)
        assert got_value == pytest.approx(value, rel=1e-13)
        for name, grad in want.items():
            np.testing.assert_allclose(got[name], grad, rtol=1e-11, atol=1e-13)


def test_the_grad_of_a_product_can_be_one_number():
    # The total of x @ w hands back one number for all entries of the product.
    x = np.arange(6.0).reshape(3, 2)
    _, grads = reverse(lambda p: total(x @ p["w"]), {"w": np.ones((2, 4))})
    np.testing.assert_allclose(grads["w"], x.sum(axis=0)[:, None] * np.ones(4))


def test_second_derivatives_pass_through_products():
    a, b = operands((4, 3), (3,))
    both = Variable(Variable(a, 1.0), 1.0) @ Variable(Variable(b, 1.0), 1.0)
    np.testing.assert_allclose(both.grad.grad, 2 * np.ones((4, 3)) @ np.ones(3))
    np.testing.assert_allclose(both.grad.value, np.ones((4, 3)) @ b + a @ np.ones(3))


@with_each(("left", "right"), [((2, 3), (3,)), ((3,), (3, 2)), ((3,), (3,))])
def test_a_plain_array_stands_on_either_side_of_a_nested_one(left, right):
    a, b = operands(left, right)
    behind = a @ Variable(Variable(b, 1.0), 1.0) ** 2
    before = Variable(Variable(a, 1.0), 1.0) ** 2 @ b
    np.testing.assert_allclose(behind.value.value, a @ b**2)
    np.testing.assert_allclose(behind.grad.value, a @ (2 * b))
    np.testing.assert_allclose(behind.grad.grad, a @ (2 * np.ones(right)))
    np.testing.assert_allclose(before.value.value, a**2 @ b)
    np.testing.assert_allclose(before.grad.value, 2 * a @ b)
    np.testing.assert_allclose(before.grad.grad, 2 * np.ones(left) @ b)


@with_each("kind", [Variable, Node])
@with_each(
    ("left", "right"),
    [((), ()), ((3,), (2,)), ((2, 3), (2, 3)), ((2, 3), ()), ((3,), (4, 2, 3))],
)
def test_shapes_that_have_no_product_are_a_value_error_that_names_them(
    kind, left, right
):
    with pytest.raises(ValueError) as caught:
        kind(np.ones(left)) @ kind(np.ones(right))
    assert f"@ got shapes {left} and {right}" in str(caught.value)


@with_each("kind", [Variable, Node])
def test_batches_that_do_not_fit_are_a_value_error(kind):
    with pytest.raises(ValueError):
        kind(np.ones((5, 2, 3))) @ kind(np.ones((4, 3, 2)))


@with_each("turned", [False, True])
def test_directions_that_meet_a_batch_are_a_value_error(turned):
    batch, x = np.arange(18.0).reshape(3, 2, 3), Variable(np.ones(3), np.eye(3))
    with pytest.raises(ValueError, match="directions have met data"):
        total(x @ batch.swapaxes(1, 2) if turned else batch @ x)


def test_directions_with_axes_to_spare_pass_a_batch():
    batch = np.arange(18.0).reshape(3, 2, 3)
    x = Variable(np.ones(3), np.eye(3)[:, None, None, :])
    assert np.ravel(total(batch @ x).grad).tolist() == [45.0, 51.0, 57.0]

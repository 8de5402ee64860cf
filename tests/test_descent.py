"""Gradient functions that agree, and descent as a stream of frozen steps."""

import copy
import dataclasses
import warnings
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

from autodiff_course import (
    Step,
    Variable,
    course_data,
    descend,
    differences,
    exp,
    log,
    mean,
    mse,
    one_at_a_time,
    sin,
    sqrt,
    tanh,
    total,
    value_and_grad,
)

with_each = pytest.mark.parametrize
METHODS = [differences, one_at_a_time]
FORWARD = ["one_at_a_time"]


def first(count, *arguments, **options):
    """Return the first steps of a descent."""
    return list(islice(descend(*arguments, **options), count))


def mixed_loss(p):
    """Return one number from a float, a number without axes, a row and a matrix."""
    return mean(tanh(p["w"] * p["x"]) + p["b"] * p["s"]) + total(p["x"] ** 2) * p["b"]


def mixed_params():
    rng = np.random.default_rng(8)
    return {
        "b": 0.7,
        "s": np.array(-1.3),
        "x": rng.uniform(0.5, 2, 3),
        "w": rng.normal(size=(2, 3)),
    }


def mixed_gradient(p):
    """Return the gradient of `mixed_loss` by hand."""
    bend = 1 - np.tanh(p["w"] * p["x"]) ** 2
    return {
        "b": p["s"] + np.sum(p["x"] ** 2),
        "s": p["b"],
        "x": np.sum(bend * p["w"], axis=0) / 6 + 2 * p["x"] * p["b"],
        "w": bend * p["x"] / 6,
    }


@with_each("method", METHODS)
def test_gradients_have_the_names_the_shapes_and_the_numbers(method):
    params = mixed_params()
    value, grads = method(mixed_loss, params)
    assert type(value) is float and value == pytest.approx(mixed_loss(params))
    assert list(grads) == list(params)
    for name, want in mixed_gradient(params).items():
        assert np.shape(grads[name]) == np.shape(params[name])
        np.testing.assert_allclose(grads[name], want, rtol=1e-8, atol=1e-9)
    assert type(grads["b"]) is type(grads["s"]) is float


def test_forward_mode_is_right_to_the_last_digits():
    _, grads = one_at_a_time(mixed_loss, mixed_params())
    for name, want in mixed_gradient(mixed_params()).items():
        np.testing.assert_allclose(grads[name], want, rtol=1e-13)


@with_each("method", METHODS)
def test_params_are_never_changed_even_by_a_loss_that_tries(method):
    params = mixed_params()
    before = copy.deepcopy(params)

    def greedy(p):
        out = mixed_loss(p)
        p["b"], p["more"] = 100.0, 1.0
        return out

    _, grads = method(greedy, params)
    assert list(params) == list(before) == list(grads)
    for name in before:
        np.testing.assert_array_equal(params[name], before[name])
    np.testing.assert_allclose(grads["w"], mixed_gradient(before)["w"], rtol=1e-6)


@with_each("method", METHODS)
def test_a_parameter_that_the_loss_does_not_use_has_grad_zero(method):
    params = {"m": 2.0, "idle": 5.0, "row": np.ones((2, 2))}
    _, grads = method(lambda p: p["m"] ** 2, params)
    assert grads["idle"] == 0.0 and grads["row"].tolist() == [[0, 0], [0, 0]]


def test_a_loss_that_uses_nothing_is_flat():
    assert one_at_a_time(lambda p: Variable(3.0), {"m": 1.0}) == (3.0, {"m": 0.0})
    assert differences(lambda p: 3.0, {"m": 1.0}) == (3.0, {"m": 0.0})


@with_each("method", METHODS)
@with_each("held", [2, np.int64(2), np.float32(2), Fraction(2), True + 1, np.array(2)])
def test_every_kind_of_number_is_a_parameter(method, held):
    value, grads = method(lambda p: p["m"] ** 3, {"m": held})
    assert value == 8.0 and type(grads["m"]) is float
    assert grads["m"] == pytest.approx(12.0, rel=1e-9)


@with_each("method", METHODS)
def test_integer_arrays_are_parameters_too(method):
    value, grads = method(lambda p: total(p["w"] ** 2), {"w": np.array([1, -2])})
    assert value == 5.0 and grads["w"].dtype == float
    np.testing.assert_allclose(grads["w"], [2, -4], rtol=1e-9)


@with_each("method", METHODS)
def test_an_empty_array_beside_others_has_an_empty_grad(method):
    params = {"m": 2.0, "none": np.zeros((0, 3))}
    assert method(lambda p: p["m"] ** 2, params)[1]["none"].shape == (0, 3)


@with_each("at", [1e-9, 1.0, 1e9, -1e9])
def test_the_step_of_differences_grows_with_the_parameter(at):
    seen = []
    differences(lambda p: seen.append(p["m"]) or 0.0, {"m": at})
    assert max(seen) - at == pytest.approx(6e-6 * max(1, abs(at)), rel=1e-4)
    assert at - min(seen) == pytest.approx(6e-6 * max(1, abs(at)), rel=1e-4)


def test_differences_take_two_evaluations_an_entry_and_one_for_the_value():
    calls = []
    differences(lambda p: calls.append(1) or 0.0, mixed_params())
    assert len(calls) == 2 * (1 + 1 + 3 + 6) + 1


def test_one_at_a_time_takes_one_evaluation_an_entry():
    calls = []
    one_at_a_time(lambda p: calls.append(1) or p["b"], mixed_params())
    assert len(calls) == 1 + 1 + 3 + 6


def test_one_at_a_time_seeds_one_entry_alone():
    seeds = []

    def watch(p):
        seeds.append(np.concatenate([np.ravel(v.grad) for v in p.values()]))
        return p["b"]

    one_at_a_time(watch, mixed_params())
    np.testing.assert_array_equal(seeds, np.eye(11))


@with_each("plain", [3.0, 2, np.float64(1.0), np.array([1.0])])
def test_a_loss_that_lost_its_slopes_is_a_type_error(plain):
    with pytest.raises(TypeError) as caught:
        one_at_a_time(lambda p: plain, {"m": 1.0})
    assert "which has no slope" in str(caught.value)
    assert "return the Variable itself" in str(caught.value)


def test_a_loss_that_takes_value_on_the_way_out_is_a_type_error():
    with pytest.raises(TypeError, match="no slope"):
        one_at_a_time(lambda p: (p["m"] ** 2).value, {"m": 1.0})


@with_each("method", METHODS)
@with_each("shape", [(2,), (3, 1), (0,)])
def test_a_loss_that_is_not_one_number_is_a_value_error(method, shape):
    with pytest.raises(ValueError, match="the loss must be one number, got shape"):
        method(lambda p: p["m"] * np.ones(shape), {"m": 1.0})


@with_each("method", METHODS)
@with_each("shape", [(1,), (1, 1)])
def test_an_array_of_one_entry_is_one_number(method, shape):
    value, grads = method(lambda p: p["m"] ** 2 * np.ones(shape), {"m": 3.0})
    assert value == 9.0 and grads["m"] == pytest.approx(6.0)


@with_each("method", METHODS)
@with_each("nothing", [None, "1", [1.0], 1j])
def test_a_loss_that_is_no_number_is_a_type_error(method, nothing):
    with pytest.raises(TypeError):
        method(lambda p: nothing, {"m": 1.0})


@with_each("method", [*METHODS, lambda loss, p: descend(loss, p, 0.1)])
@with_each("params", [None, 3.0, [1.0], "m", {}, {"w": np.zeros(0)}, {"m"}])
def test_params_that_are_no_dict_of_numbers_are_a_type_error(method, params):
    with pytest.raises(TypeError) as caught:
        method(lambda p: 0.0, params)
    assert "params must be a dict of names to numbers or arrays" in str(caught.value)


@with_each("method", [*METHODS, lambda loss, p: descend(loss, p, 0.1)])
@with_each("held", [None, "1", [1.0], 1j, Variable(1.0, 1), np.array([1j])])
def test_a_parameter_that_is_no_number_is_named(method, held):
    with pytest.raises(TypeError, match=r"params\['m'\] must be a real number"):
        method(lambda p: 0.0, {"b": 1.0, "m": held})


def test_value_and_grad_chooses_by_name():
    params = {"m": 2.0}
    want = one_at_a_time(lambda p: p["m"] ** 3, params)
    for name in FORWARD:
        assert value_and_grad(lambda p: p["m"] ** 3, params, name) == want
    by_steps = value_and_grad(lambda p: p["m"] ** 3, params, "differences")
    assert by_steps == differences(lambda p: p["m"] ** 3, params)
    assert value_and_grad(lambda p: p["m"] ** 3, params)[1]["m"] == pytest.approx(12.0)


@with_each("name", ["difference", "one_by_one", "", None, 3])
def test_an_unknown_method_is_a_value_error_that_names_the_nearest(name):
    with pytest.raises(ValueError) as caught:
        value_and_grad(lambda p: p["m"], {"m": 1.0}, name)
    assert f"unknown method {name!r}" in str(caught.value)
    assert "Did you mean" in str(caught.value)
    with pytest.raises(ValueError, match="unknown method"):
        next(descend(lambda p: p["m"], {"m": 1.0}, 0.1, name))


# Descent


def bowl(p):
    """Return (m - 3)**2 + 10 (b + 1)**2, whose gradient is linear."""
    return (p["m"] - 3) ** 2 + 10 * (p["b"] + 1) ** 2


@with_each("method", ["one_at_a_time", "differences"])
def test_every_step_follows_the_gradient_that_it_shows(method):
    steps = first(20, bowl, {"m": 0.0, "b": 1.0}, 0.04, method)
    assert [step.index for step in steps] == list(range(20))
    assert steps[0].params == {"m": 0.0, "b": 1.0}
    for k, step in enumerate(steps):
        # The error is multiplied by 1 - rate * curvature: 0.92 and 0.2.
        assert step.params["m"] == pytest.approx(3 - 3 * 0.92**k, rel=1e-7)
        assert step.params["b"] == pytest.approx(-1 + 2 * 0.2**k, rel=1e-6)
        assert step.loss == pytest.approx(bowl(step.params))
        assert step.grads["m"] == pytest.approx(2 * (step.params["m"] - 3), rel=1e-6)


def test_all_parameters_move_at_once():
    steps = first(2, lambda p: p["a"] * p["b"], {"a": 2.0, "b": 3.0}, 0.1)
    assert steps[1].params == {"a": 2.0 - 0.1 * 3.0, "b": 3.0 - 0.1 * 2.0}


def test_arrays_and_floats_keep_their_kinds():
    params = {"w": np.array([[1, 2]]), "b": 1}
    for step in first(3, lambda p: mean((p["w"] + p["b"]) ** 2), params, 0.1):
        assert step.params["w"].shape == step.grads["w"].shape == (1, 2)
        assert type(step.params["b"]) is type(step.grads["b"]) is float
        assert type(step.loss) is float and type(step.index) is int
        assert type(step.params["w"]) is np.ndarray


def test_the_line_is_found_as_least_squares_finds_it():
    x, y = course_data()
    slope, shift = np.polyfit(x, y, 1)
    line = {"m": 0.0, "b": 0.0}
    last = first(200, lambda p: mean(mse(y, p["m"] * x + p["b"])), line, 0.5)[-1]
    assert last.params["m"] == pytest.approx(slope, rel=1e-9)
    assert last.params["b"] == pytest.approx(shift, rel=1e-9)


def test_steps_are_frozen_and_can_be_taken_apart():
    step = next(descend(bowl, {"m": 0.0, "b": 0.0}, 0.1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.loss = 0.0
    assert [field.name for field in dataclasses.fields(Step)] == [
        "index",
        "params",
        "loss",
        "grads",
    ]
    index, params, loss, grads = step
    assert (index, params, loss, grads) == (0, step.params, step.loss, step.grads)


def test_a_consumer_that_changes_a_step_does_not_change_the_descent():
    def loss(p):
        return mean((p["w"] - 3) ** 2) + p["b"] ** 2

    start = {"w": np.zeros(2), "b": 1.0}
    calm, rough = descend(loss, start, 0.1), descend(loss, start, 0.1)
    for _ in range(5):
        want, got = next(calm), next(rough)
        np.testing.assert_array_equal(got.params["w"], want.params["w"])
        assert got.loss == want.loss
        got.params["w"][:] = 99.0
        got.grads["w"] *= 0.0
        got.params["b"] = got.grads["b"] = None
        got.params.clear()
    assert start["w"].tolist() == [0.0, 0.0] and start["b"] == 1.0


def test_a_start_that_is_changed_later_does_not_change_the_descent():
    start = {"w": np.array([1.0])}
    steps = descend(lambda p: total(p["w"] ** 2), start, 0.1)
    start["w"][:] = 50.0
    assert next(steps).params["w"].tolist() == [1.0]


def test_earlier_steps_stay_as_they_were():
    steps = first(3, lambda p: total(p["w"] ** 2), {"w": np.array([1.0])}, 0.25)
    assert [step.params["w"].tolist() for step in steps] == [[1.0], [0.5], [0.25]]


@with_each("rate", [0, 0.0, -0.1, float("nan"), float("inf"), np.array([0.1, 0.2])])
def test_a_rate_that_is_not_positive_is_refused_at_the_call(rate):
    with pytest.raises(ValueError, match="rate must be one positive and finite number"):
        descend(bowl, {"m": 0.0, "b": 0.0}, rate)


@with_each("rate", [None, "0.1", [0.1], 1j, Variable(0.1)])
def test_a_rate_that_is_no_number_is_refused_at_the_call(rate):
    with pytest.raises(TypeError, match="rate must be a real number"):
        descend(bowl, {"m": 0.0, "b": 0.0}, rate)


@with_each("rate", [1, Fraction(1, 10), np.float32(0.5), np.array(0.1)])
def test_a_rate_may_be_any_real_number(rate):
    step = first(2, lambda p: p["m"] ** 2, {"m": 1.0}, rate)[1]
    assert step.params["m"] == pytest.approx(1 - 2 * float(rate))


def test_a_loss_that_is_not_one_number_ends_the_descent():
    with pytest.raises(ValueError, match="one number"):
        next(descend(lambda p: p["m"] * np.ones(2), {"m": 1.0}, 0.1))


def diverges(loss, start, rate):
    """Run until the error and return its text and the number of steps before it."""
    taken = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(FloatingPointError) as caught:
            for _ in descend(loss, start, rate):
                taken += 1
                assert taken < 5000
    return str(caught.value), taken


GROWING = {
    "a float": (lambda p: p["m"] * p["m"], {"m": 1.0}),
    "a power, which overflows with an error": (lambda p: p["m"] ** 2, {"m": 1.0}),
    "an array": (lambda p: total(p["m"] * p["m"]), {"m": np.ones(2)}),
    "a power of an array": (lambda p: mean(p["m"] ** 4), {"m": np.ones(2)}),
    "exp": (lambda p: exp(p["m"] * p["m"]), {"m": 5.0}),
    "exp of an array": (lambda p: mean(exp(p["m"] ** 2)), {"m": np.full(2, 5.0)}),
    "a sine, whose grad grows": (lambda p: sin(p["m"]) * p["m"] ** 3, {"m": 9.0}),
}


@with_each("growing", GROWING.values(), ids=GROWING)
def test_divergence_names_the_step_and_the_rate_without_a_warning(growing):
    loss, start = growing
    said, taken = diverges(loss, start, 1.5)
    assert said.startswith(f"at step {taken} with rate 1.5 the loss, a grad or a ")
    assert "is not finite" in said and "take a smaller rate" in said


def test_a_parameter_that_leaves_the_floats_ends_the_descent():
    said, taken = diverges(lambda p: p["m"] * -1e300, {"m": 1.0}, 1e10)
    assert taken == 1 and said.startswith("at step 1 with rate 1")
    diverges(lambda p: mean(p["m"] * -1e300), {"m": np.ones(2)}, 1e10)
    # Even where the loss is finite again at the far end.
    said, taken = diverges(
        lambda p: p["m"] * -1e300 if p["m"] < 1e300 else 1 / p["m"], {"m": 1.0}, 1e10
    )
    assert taken == 1 and "a parameter is not finite" in said
    # And where the far end has no loss to ask for.
    said, taken = diverges(lambda p: sin(p["m"]) * -1e300, {"m": 1.0}, 1e300)
    assert taken == 1 and "a parameter is not finite" in said


def test_a_start_without_a_loss_ends_at_step_0():
    said, taken = diverges(
        lambda p: mean(log(p["m"])), {"m": np.array([0.0, 1.0])}, 0.1
    )
    assert taken == 0 and said.startswith("at step 0 with rate 0.1")
    said, taken = diverges(lambda p: p["m"] + float("nan"), {"m": 1.0}, 0.1)
    assert taken == 0 and "the last loss was nan" in said
    said, taken = diverges(lambda p: p["m"] * 0.0, {"m": float("inf")}, 0.1)
    assert taken == 0 and "a start where the loss is finite" in said


def test_a_loss_that_is_finite_where_its_grad_is_not_ends_at_once():
    said, taken = diverges(lambda p: total(sqrt(p["w"])), {"w": np.array([0, 1])}, 0.1)
    assert taken == 0 and "a grad" in said


def test_numpys_warnings_are_back_on_between_steps():
    steps = descend(lambda p: p["m"] ** 2, {"m": 1.0}, 0.1)
    next(steps)
    with pytest.warns(RuntimeWarning):
        np.array([1e300]) * np.array([1e300])


def test_a_rate_may_be_a_fraction_beside_an_array():
    start = {"w": np.array([1.0, 2.0])}
    steps = descend(lambda p: mean(p["w"] ** 2), start, rate=Fraction(1, 2))
    assert next(steps).index == 0
    assert next(steps).params["w"].tolist() == [0.5, 1.0]

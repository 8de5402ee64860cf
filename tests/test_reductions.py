"""Mean and total: of plain numbers, of Variables, and what is refused."""

import numpy as np
import pytest

from autodiff_course import Variable, mean, sin, total

with_each = pytest.mark.parametrize


@with_each("shape", [(), (1,), (5,), (2, 3), (2, 1, 4)])
def test_plain_arrays_give_floats(shape):
    entries = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    count = entries.size
    # 1 + 2 + ... + n = n (n + 1) / 2
    assert total(entries) == count * (count + 1) / 2
    assert mean(entries) == (count + 1) / 2
    assert type(total(entries)) is type(mean(entries)) is float


@with_each("entries", [[1, 2, 6], (1, 2, 6), np.array([1, 2, 6], dtype=np.uint8)])
def test_lists_and_integers_give_floats_too(entries):
    assert mean(entries) == 3.0 and total(entries) == 9.0
    assert type(mean(entries)) is float


def test_small_integers_and_bools_do_not_overflow():
    assert total(np.full(1000, 255, dtype=np.uint8)) == 255_000.0
    assert total(np.ones(1000, dtype=bool)) == 1000.0
    assert mean(np.array([True, False, False, False])) == 0.25


@with_each("number", [3, 3.0, np.float64(3), True])
def test_one_number_is_its_own_mean_and_total(number):
    assert mean(number) == total(number) == float(number)
    v = Variable(number, 2)
    assert (mean(v).value, mean(v).grad) == (total(v).value, total(v).grad)
    assert (mean(v).value, mean(v).grad) == (float(number), 2.0)


@with_each("shape", [(4,), (2, 3), (1,), (3, 1, 2)])
def test_the_grad_of_a_mean_is_the_mean_of_the_grads(shape):
    rng = np.random.default_rng(7)
    value, grad = rng.normal(size=(2, *shape))
    assert mean(Variable(value, grad)).grad == pytest.approx(grad.mean(), rel=1e-14)
    assert total(Variable(value, grad)).grad == pytest.approx(grad.sum(), rel=1e-14)
    assert type(mean(Variable(value, grad)).grad) is float


@with_each("grad", [1.0, 1, np.ones(1), np.ones(3), np.ones((2, 1)), np.ones((2, 3))])
def test_a_grad_smaller_than_its_value_counts_once_per_entry(grad):
    v = Variable(np.arange(6.0).reshape(2, 3), grad)
    assert mean(v).grad == pytest.approx(1.0) and total(v).grad == pytest.approx(6.0)


def test_a_row_of_grads_counts_once_per_row():
    v = Variable(np.zeros((2, 3)), np.array([1.0, 10.0, 100.0]))
    assert total(v).grad == 222.0 and mean(v).grad == 37.0


def test_a_mean_inside_a_calculation_has_the_measured_slope():
    x = np.array([0.3, 1.1, 2.0])

    def program(m):
        return sin(mean(m * x) * m) + total(x / m) / mean(x * x)

    step = 6e-6
    measured = (program(0.7 + step) - program(0.7 - step)) / (2 * step)
    assert program(Variable(0.7, 1)).grad == pytest.approx(measured, rel=1e-8)


def test_the_spread_of_an_array_minds_its_own_mean():
    x = np.array([1.0, 2.0, 6.0])
    for i in range(3):
        v = Variable(x, np.eye(3)[i])
        spread = mean((v - mean(v)) ** 2)
        assert spread.grad == pytest.approx(2 * (x[i] - 3.0) / 3, rel=1e-14)


@with_each("reduce", [mean, total])
@with_each(
    "bad", ["1", None, 1j, ["a"], np.array([1j]), np.array([None]), {}, object()]
)
def test_what_is_not_numbers_is_a_type_error(reduce, bad):
    with pytest.raises(TypeError) as caught:
        reduce(bad)
    assert str(caught.value).startswith(
        f"what {reduce.name} takes must be a real number"
    )
    assert "got " in str(caught.value)


def test_a_list_of_variables_is_a_type_error():
    with pytest.raises(TypeError, match="put the array into the Variable"):
        mean([Variable(1.0, 1), Variable(2.0, 1)])


@with_each("reduce", [mean, total])
def test_a_masked_array_does_not_lose_its_mask_in_silence(reduce):
    with pytest.raises(TypeError, match="MaskedArray"):
        reduce(np.ma.array([1.0, 2.0, 300.0], mask=[0, 0, 1]))


@with_each("reduce", [mean, total])
@with_each("empty", [[], np.zeros(0), np.zeros((2, 0)), Variable(np.zeros(0), 1)])
def test_no_entries_are_a_value_error(reduce, empty):
    with pytest.raises(ValueError, match="got no entries"):
        reduce(empty)


def test_nan_and_infinity_are_passed_on():
    assert np.isnan(mean(np.array([1.0, np.nan])))
    assert total(np.array([1.0, np.inf])) == np.inf


def test_reductions_say_what_they_are():
    assert repr(mean) == "<mean over all entries>"
    assert repr(total) == "<total over all entries>"

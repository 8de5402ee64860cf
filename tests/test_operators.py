"""The manners towards Python and NumPy: reflected, compared, refused."""

import copy
import math
import operator
import pickle
from fractions import Fraction

import numpy as np
import pytest

import autodiff_course
from autodiff_course import Node, Variable, relu, softplus
from autodiff_course.operators import PLAIN, SPECIAL_METHODS, Clash, Directions, real
from autodiff_course.variable import Variable as Home

BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
ORDER = [operator.lt, operator.le, operator.gt, operator.ge]
with_each = pytest.mark.parametrize
LEFT_NUMBERS = [3, 2.5, Fraction(7, 2), np.float64(2.5), np.float32(2.5), np.int64(3)]


def message_of(error, function, *arguments):
    """Return what the expected error says."""
    with pytest.raises(error) as caught:
        function(*arguments)
    return str(caught.value)


@with_each("act", BINARY)
@with_each("number", LEFT_NUMBERS)
def test_a_plain_number_on_the_left_is_a_constant(act, number):
    v = Variable(1.7, 0.3)
    got, lifted = act(number, v), act(Variable(number), v)
    assert type(got) is Variable
    assert (got.value, got.grad) == (lifted.value, lifted.grad)
    assert got.value == pytest.approx(act(float(number), 1.7), rel=1e-15)


@with_each("act", BINARY)
@with_each("number", [*LEFT_NUMBERS, True, np.True_])
def test_a_plain_number_on_the_right_is_a_constant(act, number):
    v = Variable(1.7, 0.3)
    got, lifted = act(v, number), act(v, Variable(number))
    assert (got.value, got.grad) == (lifted.value, lifted.grad)
    assert got.value == pytest.approx(act(1.7, float(number)), rel=1e-15)


@with_each("act", BINARY)
@with_each("dtype", [float, np.float32, int, np.int8, np.uint8, bool])
def test_an_array_stands_on_either_side_of_a_variable(act, dtype):
    array = np.array([3, 1, 2]).astype(dtype)
    v = Variable(np.array([1.5, 2.5, 0.5]), np.array([1.0, -2.0, 0.25]))
    close = 1e-6 if dtype is np.float32 else 1e-14
    left, right = act(array, v), act(v, array)
    assert type(left) is type(right) is Variable
    for i, number in enumerate(array.tolist()):
        one = Variable(v.value[i].item(), v.grad[i].item())
        for got, want in [(left, act(number, one)), (right, act(one, number))]:
            np.testing.assert_allclose(got.value[i], want.value, rtol=close)
            np.testing.assert_allclose(
                np.broadcast_to(got.grad, (3,))[i], want.grad, rtol=close
            )


@with_each("act", [operator.add, operator.mul])
def test_an_array_on_the_left_gives_what_it_gives_on_the_right(act):
    array, v = np.array([[1.0, 2.0], [3.0, 4.0]]), Variable(3.0, 2.0)
    left, right = act(array, v), act(v, array)
    np.testing.assert_array_equal(left.value, right.value)
    np.testing.assert_array_equal(left.grad, right.grad)


@with_each("act", ORDER)
@with_each(
    "other", [2, 2.0, np.float64(3.0), np.array([1.0, 2.0, 3.0]), Fraction(5, 2)]
)
def test_order_compares_values_on_both_sides(act, other):
    v = Variable(2.0, 7.0)
    np.testing.assert_array_equal(act(v, other), act(2.0, other))
    np.testing.assert_array_equal(act(other, v), act(other, 2.0))


@with_each("act", ORDER)
def test_order_compares_nested_values(act):
    deep, flat = Variable(Variable(2.0, 1.0), 1.0), Variable(3.0, -5.0)
    assert act(deep, flat) == act(2.0, 3.0)
    assert act(flat, deep) == act(3.0, 2.0)
    assert act(deep, deep) == act(2.0, 2.0)


def test_max_and_sorted_go_by_value():
    three = [Variable(2.0, 1), Variable(-1.0, 5), Variable(7.0)]
    assert max(three) is three[2]
    assert sorted(three) == [three[1], three[0], three[2]]


def test_equality_and_hash_are_identity():
    v, twin = Variable(2.0, 1), Variable(2.0, 1)
    assert v == v and v != twin
    assert len({v, twin, v}) == 2 and {v: "a"}[v] == "a"
    assert [twin, v].index(v) == 1


@with_each("other", [2.0, np.float64(2.0), np.array([2.0, 2.0]), None, "2"])
def test_equality_with_anything_else_is_plainly_false(other):
    v = Variable(2.0, 1)
    assert (v == other) is False and (v != other) is True
    assert not isinstance(other == v, np.ndarray) and bool(other != v)


def test_minus_and_plus_in_front_keep_value_and_grad():
    v = Variable(np.array([1.0, -2.0]), np.array([3.0, 4.0]))
    np.testing.assert_array_equal((-v).value, [-1.0, 2.0])
    np.testing.assert_array_equal((-v).grad, [-3.0, -4.0])
    assert +v is v
    assert (-Variable(Fraction(1, 3), 2)).value == Fraction(-1, 3)


def test_sum_of_a_list_starts_at_zero():
    got = sum([Variable(1.0, 1), Variable(2.5, 3)])
    assert (got.value, got.grad) == (3.5, 4)


@with_each("v", [Variable(0.0), Variable(1.0, 1), Variable(np.array([1.0]))])
@with_each("ask", [bool, lambda v: v and 1, lambda v: not v, lambda v: 1 if v else 2])
def test_a_variable_is_neither_true_nor_false(v, ask):
    assert "v.value != 0 or v > 0" in message_of(TypeError, ask, v)


@with_each("convert", [float, math.exp, math.sin, math.floor, math.isnan, complex])
def test_pythons_own_functions_are_refused_with_the_courses_names(convert):
    said = message_of(TypeError, convert, Variable(2.0, 1))
    assert ".value" in said
    for name in ("exp", "log", "sin", "cos", "tanh", "sqrt", "sigmoid", "softplus"):
        assert f" {name}" in said


@with_each("convert", [int, abs, round, len, list, str.upper])
def test_what_has_no_meaning_is_a_type_error(convert):
    message_of(TypeError, convert, Variable(2.0, 1))


COUNTERPARTS = [
    (np.exp, "exp"),
    (np.log, "log"),
    (np.sin, "sin"),
    (np.cos, "cos"),
    (np.tanh, "tanh"),
    (np.sqrt, "sqrt"),
    (np.mean, "mean"),
    (np.average, "mean"),
    (np.sum, "total"),
]


@with_each(("function", "own"), COUNTERPARTS)
@with_each("value", [2.0, np.array([1.0, 2.0])])
def test_numpys_functions_name_the_courses_own(function, own, value):
    said = message_of(TypeError, function, Variable(value, 1))
    assert said.startswith(f"np.{function.__name__} got a Variable")
    assert f"use {own} from autodiff_course" in said
    assert own in autodiff_course.__all__


@with_each(
    "function",
    [np.abs, np.floor, np.arctan, np.cumsum, np.max, np.linalg.norm, np.clip, np.round],
)
def test_numpys_functions_without_a_counterpart_say_so(function):
    arguments = (0, 1) if function is np.clip else ()
    said = message_of(TypeError, function, Variable(2.0, 1), *arguments)
    assert "the course has none of its own" in said and "build it from" in said


@with_each(
    ("function", "remedy"),
    [(np.square, "x ** 2"), (np.negative, "-x"), (np.dot, "operator @")],
)
def test_numpys_functions_for_an_operator_name_the_operator(function, remedy):
    arguments = (np.ones(2),) if function is np.dot else ()
    said = message_of(TypeError, function, Variable(np.ones(2), 1), *arguments)
    assert remedy in said


@with_each(
    "use",
    [
        lambda v: np.maximum(v, 0.0),
        lambda v: np.maximum(np.zeros(3), v),
        lambda v: np.where(v > 0, v, 0.0),
        lambda v: np.add.reduce(v),
        lambda v: np.add.accumulate(v),
        lambda v: np.multiply.outer(np.ones(2), v),
        lambda v: np.add(v, 1.0, where=np.array(True)),
        lambda v: np.add(v, 1.0, dtype=float),
        lambda v: np.allclose(v, 2.0),
        lambda v: np.shape(v),
        lambda v: np.concatenate([v, v]),
        lambda v: np.vectorize(math.exp)(v),
        lambda v: np.matmul(v, np.ones(2), dtype=float),
        lambda v: np.float64(1.0) // v,
        lambda v: np.ones(2) % v,
    ],
)
def test_numpy_never_loses_a_slope_in_silence(use):
    message_of(TypeError, use, Variable(2.0, 1))


@with_each(
    "put",
    [
        lambda v: np.array([v]),
        lambda v: np.asarray([v, v]),
        lambda v: np.array(v),
        lambda v: np.float64(v),
        lambda v: np.mean([v, v]),
        lambda v: np.zeros(2).__setitem__(0, v),
        lambda v: np.full(3, v),
    ],
)
def test_arrays_of_variables_are_refused(put):
    assert "Variable" in message_of(TypeError, put, Variable(2.0, 1))


@with_each("act", [operator.iadd, operator.isub, operator.imul, operator.itruediv])
def test_an_array_does_not_take_a_variable_into_itself(act):
    array = np.array([1.0, 2.0])
    said = message_of(TypeError, act, array, Variable(2.0, 1))
    assert "write a = a * v" in said
    np.testing.assert_array_equal(array, [1.0, 2.0])


def test_in_place_on_a_name_that_holds_a_variable_makes_a_new_one():
    v = before = Variable(2.0, 1)
    v *= 3
    assert (v.value, v.grad) == (6.0, 3.0) and before.value == 2.0


@with_each(("function", "own"), [(np.maximum, "relu"), (np.logaddexp, "softplus")])
def test_numpys_functions_of_two_numbers_name_the_courses_own(function, own):
    for pair in [(Variable(2.0, 1), 0.0), (0.0, Variable(2.0, 1))]:
        assert f"write b + {own}(a - b)" in message_of(TypeError, function, *pair)


def test_what_is_written_for_numpys_functions_of_two_numbers_is_the_same():
    a, b = np.array([2.0, -1.0, 0.5]), np.array([0.7, 3.0, 0.5])
    np.testing.assert_allclose(b + relu(a - b), np.maximum(a, b), rtol=1e-15)
    np.testing.assert_allclose(b + softplus(a - b), np.logaddexp(a, b), rtol=1e-15)


@with_each("other", [2.0, np.array([2.0, 4.0])])
def test_numpys_names_of_the_operators_take_a_variable_on_the_left(other):
    v = Variable(6.0, 1.0)
    np.testing.assert_array_equal(np.subtract(v, other).value, 6.0 - other)
    np.testing.assert_array_equal(np.divide(v, other).grad, 1.0 / other)
    np.testing.assert_array_equal(np.greater(v, other), other < 6.0)


@with_each("ufunc", SPECIAL_METHODS)
def test_every_operator_of_numpy_is_mapped_to_an_existing_manner(ufunc):
    for name in SPECIAL_METHODS[ufunc]:
        assert hasattr(Variable, name)


@with_each("quantity", [3, -7, 10**30, 2.5, Fraction(1, 3)])
def test_real_keeps_pythons_numbers_as_they_are(quantity):
    assert real(quantity, "it") is quantity


@with_each(
    "quantity",
    [
        True,
        np.True_,
        np.int8(1),
        np.float32(1),
        np.uint64(1),
        np.array(1),
        np.array(1.0),
    ],
)
def test_real_makes_a_python_float_of_any_other_number(quantity):
    assert type(real(quantity, "it")) is float and real(quantity, "it") == 1.0


@with_each("dtype", [bool, np.int8, np.uint8, int, np.uint64])
def test_real_makes_floats_of_integer_arrays(dtype):
    got = real(np.array([[0, 1]], dtype=dtype), "it")
    assert got.dtype == np.float64 and got.tolist() == [[0.0, 1.0]]


@with_each(
    ("quantity", "way_out"),
    [
        ("2", "number first"),
        (None, "return"),
        ([1, 2], "np.array([1, 2])"),
        ((1, 2), "np.array((1, 2))"),
        (1j, "negative base"),
        (np.complex128(1j), "negative base"),
        (np.array([1j]), "astype(float)"),
        (np.array([1, None]), "astype(float)"),
        (np.array(["1"]), "astype(float)"),
        (object(), "number first"),
        (float, "number first"),
        (np.ma.array([1.0]), "plain array first"),
        (np.datetime64("2020"), "number first"),
        ({1.0}, "number first"),
    ],
)
def test_real_says_what_came_what_is_taken_and_what_to_do(quantity, way_out):
    said = message_of(TypeError, real, quantity, "the rate")
    assert said.startswith("the rate must be a real number or a NumPy array of real")
    assert "got " in said and way_out in said


def test_a_variable_survives_copy_and_pickle():
    v = Variable(np.array([1.0, 2.0]), np.eye(2))
    for again in [copy.copy(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v))]:
        np.testing.assert_array_equal(again.value, v.value)
        np.testing.assert_array_equal(again.grad, v.grad)


def test_plain_classes_are_exact():
    assert all(type(each) in PLAIN for each in [1, 1.0])
    assert not any(type(each) in PLAIN for each in [True, np.float64(1), Fraction(1)])


@with_each(
    "act", [operator.add, operator.mul, operator.sub, operator.truediv, np.maximum]
)
def test_directions_over_data_become_a_clash(act):
    rows = np.ones((2, 3)).view(Directions)
    assert type(act(rows, np.ones(3))) is Directions
    assert type(act(np.float64(2.0), rows)) is Directions
    assert type(act(rows, rows)) is Directions
    assert type(act(rows, np.ones((2, 3)))) is Clash
    assert type(act(np.ones((4, 2, 3)), rows)) is Clash
    assert type(act(rows, np.ones((1, 2, 3)).view(Directions))) is Clash
    assert type(act(act(rows, np.ones((2, 3))), 1.0)) is Clash
    assert type(act(rows, act(rows, np.ones((2, 3))))) is Clash


def test_what_is_picked_out_of_directions_is_plain():
    rows = np.arange(6.0).reshape(2, 3).view(Directions)
    assert type(rows[0]) is type(rows[:1]) is type(rows[:, 0]) is np.ndarray
    assert type(rows.sum(axis=0)) is type(np.mean(rows, axis=1)) is np.ndarray
    assert rows[1, 2] == 5.0 and rows.sum() == 15.0
    assert type(rows.sum()) is type(np.max(rows)) is np.float64
    assert np.allclose(rows, np.arange(6.0).reshape(2, 3))


def test_the_package_and_the_module_share_one_class():
    assert Home is Variable


@with_each("act", ORDER)
def test_a_node_and_a_variable_are_not_compared(act):
    for one, other in ((Node(1.0), Variable(2.0)), (Variable(2.0), Node(1.0))):
        assert "cannot be mixed" in message_of(TypeError, act, one, other)

"""The five rules, exactly; what a Variable holds; what it refuses."""

import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import draw_program, evaluate

import autodiff_course as course
from autodiff_course import Variable
from autodiff_course.variable import moves

with_each = pytest.mark.parametrize
fractions = st.builds(Fraction, st.integers(-50, 50), st.integers(1, 30))
nonzero = fractions.filter(bool)
# The same examples each time, and no folder of examples left behind.
calm = settings(max_examples=40, database=None, derandomize=True, deadline=None)


def pair(v):
    """Return value and grad."""
    return v.value, v.grad


def message_of(error, function, *arguments):
    """Return what the expected error says."""
    with pytest.raises(error) as caught:
        function(*arguments)
    return str(caught.value)


# The rules, with exact fractions


@calm
@given(fractions, fractions, fractions, fractions)
def test_sum_and_difference_rule_are_exact(u, du, v, dv):
    assert pair(Variable(u, du) + Variable(v, dv)) == (u + v, du + dv)
    assert pair(Variable(u, du) - Variable(v, dv)) == (u - v, du - dv)


@calm
@given(fractions, fractions, fractions, fractions)
def test_product_rule_is_exact(u, du, v, dv):
    assert pair(Variable(u, du) * Variable(v, dv)) == (u * v, du * v + u * dv)


@calm
@given(fractions, fractions, nonzero, fractions)
def test_quotient_rule_is_exact(u, du, v, dv):
    want = (u / v, (du * v - u * dv) / v**2)
    assert pair(Variable(u, du) / Variable(v, dv)) == want


@calm
@given(nonzero, fractions, st.integers(-6, 6))
def test_power_rule_is_exact(u, du, n):
    assert pair(Variable(u, du) ** n) == (u**n, n * u ** (n - 1) * du)


@calm
@given(fractions, fractions, nonzero, fractions, nonzero)
def test_rules_compose_exactly(u, du, v, dv, c):
    got = (c - Variable(u, du)) ** 2 / Variable(v, dv) + c * Variable(v, dv)
    grad = -2 * (c - u) * du / v - (c - u) ** 2 * dv / v**2 + c * dv
    assert pair(got) == ((c - u) ** 2 / v + c * v, grad)


@calm
@given(fractions, fractions, nonzero)
def test_plain_numbers_on_either_side_are_exact(u, du, c):
    v = Variable(u, du)
    assert pair(c + v) == pair(v + c) == (u + c, du)
    assert pair(c - v) == (c - u, -du) and pair(v - c) == (u - c, du)
    assert pair(c * v) == pair(v * c) == (c * u, c * du)
    assert pair(v / c) == (u / c, du / c) and pair(-v) == (-u, -du)
    if u:
        assert pair(c / v) == (c / u, -c * du / u**2)


def test_three_x_at_four_has_grad_three():
    assert pair(Variable(3) * Variable(4, 1)) == (12, 3)


def test_a_variable_used_twice_counts_twice():
    x = Variable(3, 1)
    assert (x * x).grad == 6 and (x + x).grad == 2 and (x - x).grad == 0
    assert (x / x).grad == 0 and (x * x * x).grad == 27


def test_seeding_both_inputs_gives_the_slope_along_both():
    assert (Variable(3, 1) * Variable(4, 1)).grad == 7
    assert (Variable(3, 2) * Variable(4, -5)).grad == 2 * 4 - 5 * 3


# What is held


def test_pythons_ints_stay_ints():
    v = Variable(4, 1) * 3 + 2
    assert type(v.value) is type(v.grad) is int and pair(v) == (14, 3)
    assert Variable(10**40, 1).value == 10**40


@with_each("number", [True, np.True_, np.int64(1), np.float64(1), np.array(1)])
def test_other_numbers_become_python_floats(number):
    v = Variable(number, number)
    assert type(v.value) is type(v.grad) is float and pair(v) == (1.0, 1.0)
    for seed in (0, 1.0):
        assert type(Variable(number, seed).value) is float
        assert type(Variable(1.0, seed).grad) is type(seed)


@with_each("dtype", [bool, np.uint8, np.int32, int])
def test_integer_and_bool_arrays_become_float(dtype):
    v = Variable(np.array([0, 1], dtype=dtype), np.array([1, 0], dtype=dtype))
    assert v.value.dtype == v.grad.dtype == np.float64
    assert (v - 2).value.tolist() == [-2.0, -1.0]


def test_the_grad_is_zero_unless_seeded():
    assert Variable(5.0).grad == 0 and (Variable(5.0) + 2.0).grad == 0


def test_a_variable_says_what_it_holds():
    assert repr(Variable(2.0, 1)) == "Variable(2.0, grad=1)"


def test_no_operation_changes_its_operands():
    a, b = Variable(np.array([1.0, 2.0]), np.ones(2)), Variable(3.0, 0.5)
    for act in (lambda: a + b, lambda: a * b, lambda: b / a, lambda: a**b, lambda: -a):
        act()
    assert a.value.tolist() == [1.0, 2.0] and a.grad.tolist() == [1.0, 1.0]
    assert pair(b) == (3.0, 0.5)


def test_only_value_and_grad_can_be_set():
    v = Variable(1.0)
    v.grad = 1.0
    with pytest.raises(AttributeError):
        v.gard = 1.0


# The edges of the rules


def exact(number):
    """Return a number of Python as one of mpmath, without rounding."""
    fraction = Fraction(number)
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def test_a_quotient_does_not_overflow_where_the_square_would():
    got = Variable(3e200, 1e200) / Variable(2e200, 1e200)
    # u' / v - u v' / v**2 = 1/2 - 3/4
    assert got.value == 1.5 and got.grad == pytest.approx(-0.25, rel=1e-15)
    tiny = Variable(3e-200, 1e-200) / Variable(2e-200, 1e-200)
    assert tiny.grad == pytest.approx(-0.25, rel=1e-15)
    rows = Variable(np.full(2, 3e200), 1e200) / Variable(np.full(2, 2e200), 1e200)
    np.testing.assert_allclose(rows.grad, [-0.25, -0.25], rtol=1e-15)


@with_each("zero", [0, 0.0, Fraction(0)])
def test_powers_at_zero_have_the_slopes_of_school(zero):
    x = Variable(zero, 1)
    assert [(x**n).grad for n in range(4)] == [0, 1, 0, 0]
    assert [(x**n).value for n in range(4)] == [1, 0, 0, 0]


def test_powers_of_an_array_with_a_zero_have_the_slopes_of_school():
    x = Variable(np.array([0.0, 2.0]), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n, want in enumerate([[0, 0], [1, 1], [0, 4], [0, 12]]):
            np.testing.assert_array_equal(np.broadcast_to((x**n).grad, 2), want)


def test_a_power_zero_is_flat_where_the_exponent_is_an_array():
    x = Variable(np.array([0.0, 0.0, 0.0, 3.0]), 1)
    got = x ** np.array([0, 1, 2, 2])
    assert got.value.tolist() == [1.0, 0.0, 0.0, 9.0]
    assert got.grad.tolist() == [0.0, 1.0, 0.0, 6.0]


def test_a_root_at_zero_has_no_slope_but_a_constant_needs_none():
    with pytest.raises(ZeroDivisionError):
        Variable(0.0, 1) ** 0.5
    assert pair(Variable(0.0) ** 0.5) == (0.0, 0)
    still = Variable(np.array([0.0, 4.0]), np.zeros(2)) ** 0.5
    assert still.value.tolist() == [0.0, 2.0] and not np.any(still.grad)


@with_each("x", [0.3, 1.0, 2, Fraction(5, 3), 7.5])
@with_each("n", [-2, -0.5, 0, 1, 2, 3.7, Fraction(1, 3)])
def test_a_moving_exponent_adds_the_logarithm(x, n):
    got = Variable(x, 0.7) ** Variable(n, -1.3)
    base, power = exact(x), exact(n)
    want = power * base ** (power - 1) * 0.7 - base**power * mpmath.log(base) * 1.3
    assert got.grad == pytest.approx(float(want), rel=1e-13, abs=1e-15)


def test_an_exponential_function_has_only_the_exponent_moving():
    # 2**x at 3: 8 log 2, not x 2**(x - 1) = 12
    assert (2 ** Variable(3, 1)).grad == pytest.approx(8 * float(mpmath.log(2)))
    got = np.array([0.5, 2.0]) ** Variable(3.0, 1)
    want = [float(mpmath.mpf(a) ** 3 * mpmath.log(a)) for a in (0.5, 2)]
    np.testing.assert_allclose(got.grad, want, rtol=1e-14)


@with_each("n", [0.25, 0.5, 1, 2, 3.5])
def test_a_moving_exponent_at_base_zero_has_slope_zero(n):
    got = Variable(0.0) ** Variable(n, 1)
    assert pair(got) == (0.0, 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = np.array([0.0, 4.0]) ** Variable(n, 1)
    assert rows.grad[0] == 0.0
    assert rows.grad[1] == pytest.approx(4**n * float(mpmath.log(4)))


@with_each("base", [-2.0, -2, Fraction(-1, 2), np.array([1.0, -2.0])])
def test_a_negative_base_with_a_moving_exponent_is_refused(base):
    said = message_of(ValueError, lambda: Variable(base, 1) ** Variable(2, 1))
    assert "the exponent moves" in said and "plain number" in said
    message_of(ValueError, lambda: base ** Variable(2, 1))
    np.testing.assert_array_equal((Variable(base, 1) ** Variable(2, 0)).grad, 2 * base)


def test_a_negative_base_where_its_own_exponent_rests_is_allowed():
    x = Variable(np.array([-3.0, 2.0]), 1)
    got = x ** Variable(np.array([2.0, 2.0]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(got.grad, [-6.0, 4.0 + 4.0 * np.log(2.0)], rtol=1e-15)


def test_a_complex_power_is_a_type_error_that_says_why():
    said = message_of(TypeError, lambda: Variable(-8.0, 1) ** 0.5)
    assert "complex" in said and "negative base" in said
    message_of(TypeError, lambda: Variable(-8.0) ** Fraction(1, 3))


def test_division_by_zero_is_pythons_own_error():
    with pytest.raises(ZeroDivisionError):
        Variable(1.0, 1) / Variable(0.0)


# What is refused

BAD = {
    "None": None,
    "text": "2",
    "a list": [1.0],
    "a tuple": (1.0,),
    "a complex number": 2j,
    "NumPy's complex number": np.complex128(2j),
    "an array of objects": np.array([1.0, None]),
    "an array of text": np.array(["1"]),
    "a complex array": np.array([1j]),
    "a masked array": np.ma.array([1.0, 2.0], mask=[0, 1]),
    "a date": np.datetime64("2020-01-01"),
    "a class": Variable,
    "a function": np.sin,
    "a dict": {"m": 1.0},
}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    BAD["a matrix"] = np.matrix([[1.0]])


@with_each("bad", BAD.values(), ids=BAD)
@with_each("place", ["value", "grad"])
def test_what_is_not_real_is_refused_as_value_and_as_grad(bad, place):
    held = {"value": 1.0, "grad": 1.0, place: bad}
    said = message_of(TypeError, lambda: Variable(**held))
    assert said.startswith(f"the {place} of a Variable must be a real number or")
    assert "got " in said and said.endswith(".")
    message_of(TypeError, lambda: Variable(np.ones(2)) + bad)
    message_of(TypeError, lambda: Variable(1.0) * bad)


@with_each("bad", [None, "2", [1.0], {"m": 1.0}, 2j])
@with_each("symbol", ["+", "-", "*", "/", "**"])
def test_what_is_not_real_is_refused_on_both_sides_of_every_operator(bad, symbol):
    for program in [(symbol, "v", "bad"), (symbol, "bad", "v")]:
        inputs = {"v": Variable(2.0, 1), "bad": bad}
        message_of(TypeError, evaluate, program, inputs, {})


UNFIT = [
    ((3,), (4,)),
    ((3,), (2, 4)),
    ((3,), (2, 2, 3)),
    ((), (2, 3)),
    ((), (2, 1, 3)),
    ((2, 3), (2,)),
    ((2, 3), (3, 2)),
    ((2, 3), (4, 3, 3)),
    ((2, 1), (2,)),
    ((1,), (3, 3)),
    ((3,), (0,)),
]


@with_each(("shape", "unfit"), UNFIT)
def test_a_grad_that_does_not_fit_is_a_value_error_with_both_shapes(shape, unfit):
    said = message_of(ValueError, Variable, np.ones(shape), np.ones(unfit))
    assert str(unfit) in said and str(shape) in said and "directions" in said


@with_each(("shape", "unfit"), UNFIT)
def test_a_nested_grad_that_does_not_fit_is_a_value_error(shape, unfit):
    message_of(ValueError, Variable, Variable(np.ones(shape), 1), np.ones(unfit))
    message_of(ValueError, Variable, np.ones(shape), Variable(np.ones(unfit), 1))


FITTING = [
    ((3,), ()),
    ((3,), (1,)),
    ((3,), (3,)),
    ((3,), (5, 3)),
    ((3,), (5, 1)),
    ((3,), (5, 1, 3)),
    ((), (5,)),
    ((), (5, 1)),
    ((), (5, 1, 1)),
    ((2, 3), (3,)),
    ((2, 3), (2, 1)),
    ((2, 3), (5, 2, 3)),
    ((2, 3), (5, 1, 1)),
    ((0,), (0,)),
    ((0,), (1,)),
]


@with_each(("shape", "fitting"), FITTING)
def test_a_grad_that_broadcasts_or_holds_directions_is_kept_as_it_is(shape, fitting):
    grad = np.arange(1.0, 1.0 + np.prod(fitting)).reshape(fitting)
    np.testing.assert_array_equal(Variable(np.ones(shape), grad).grad, grad)


def test_shapes_of_values_that_do_not_meet_are_a_value_error():
    message_of(ValueError, lambda: Variable(np.ones(2), 1) + Variable(np.ones(3), 1))


def test_a_class_of_ones_own_can_be_nested_but_not_its_bare_class():
    class Dual:
        def __init__(self, value, grad=0.0):
            self.value, self.grad = value, grad

    v = Variable(Dual(2.0, 1.0), 1.0)
    assert isinstance(v.grad, Dual) and v.grad.value == 1.0
    message_of(TypeError, Variable, Dual)


@with_each(
    ("grad", "answer"),
    [
        (0, False),
        (0.0, False),
        (-0.0, False),
        (np.zeros(2), False),
        (float("nan"), True),
        (1e-300, True),
        (np.array([0.0, 1.0]), True),
        (Fraction(0), False),
        (Variable(0.0, 0.0), False),
        (Variable(0.0, 1.0), True),
        (Variable(Variable(0, 0), Variable(0, 1)), True),
    ],
)
def test_moves_tells_whether_any_part_of_a_grad_is_not_zero(grad, answer):
    assert moves(grad) is answer


# Random programs

SMOOTH = ["sin", "cos", "tanh", "sigmoid", "softplus"]
OWN = {name: getattr(course, name) for name in [*SMOOTH, "exp"]}
PRECISE = {
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": mpmath.tanh,
    "exp": mpmath.exp,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
}
HALF = mpmath.mpf(10) ** -25


def precise(program, point, along):
    """Return value and slope along a direction, to about 40 digits."""

    def shifted(step):
        moved = {name: mpmath.mpf(x) + step * along[name] for name, x in point.items()}
        return mpmath.mpf(evaluate(program, moved, PRECISE))

    with mpmath.workdps(60):
        slope = (shifted(HALF) - shifted(-HALF)) / (2 * HALF)
        return float(shifted(mpmath.mpf(0))), float(slope)


def tame_programs(count, seed):
    """Yield random programs, a point and a direction, none near a pole."""
    rng = np.random.default_rng(seed)
    while count:
        program = draw_program(rng, ["a", "b", "c"], SMOOTH, depth=5)
        point = dict(zip("abc", rng.uniform(-2, 2, 3).tolist(), strict=True))
        along = dict(zip("abc", rng.uniform(-1, 1, 3).tolist(), strict=True))
        if isinstance(program, tuple):
            try:
                value, slope = precise(program, point, along)
            except ZeroDivisionError:
                continue
            if 1e-3 < abs(value) < 1e3 and abs(slope) < 1e4:
                count -= 1
                yield program, point, along, value, slope


def test_random_programs_agree_with_sixty_digits():
    for program, point, along, value, slope in tame_programs(200, seed=1):
        inputs = {name: Variable(x, along[name]) for name, x in point.items()}
        got = evaluate(program, inputs, OWN)
        assert got.value == pytest.approx(value, rel=1e-9, abs=1e-11), program
        assert got.grad == pytest.approx(slope, rel=1e-8, abs=1e-9), program


def test_random_programs_on_arrays_agree_with_one_number_after_the_other():
    rng = np.random.default_rng(2)
    for program, *_ in tame_programs(150, seed=3):
        values, grads = rng.uniform(0.5, 2, (3, 4)), rng.normal(size=(3, 4))
        held = dict(zip("abc", map(Variable, values, grads), strict=True))
        got = evaluate(program, held, OWN)
        for i in range(4):
            numbers = map(Variable, values[:, i].tolist(), grads[:, i].tolist())
            one = evaluate(program, dict(zip("abc", numbers, strict=True)), OWN)
            close = {"rtol": 1e-9, "atol": 1e-9, "err_msg": str(program)}
            np.testing.assert_allclose(got.value[i], one.value, **close)
            np.testing.assert_allclose(got.grad[i], one.grad, **close)


@calm
@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_the_grad_is_linear_in_the_seed(x, scale):
    def program(v):
        return course.sin(v) * v / (1 + v * v)

    once, scaled = program(Variable(x, 1.0)), program(Variable(x, scale))
    assert scaled.grad == pytest.approx(scale * once.grad, rel=1e-12, abs=1e-12)

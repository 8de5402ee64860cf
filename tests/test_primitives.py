"""Each primitive: its value, its slope, its domain, its edges."""

import math
import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

import autodiff_course as course
from autodiff_course import Primitive, Variable, cos, exp, log, relu, sigmoid, sin
from autodiff_course.losses import surprisal
from autodiff_course.primitives import bounded_exp

with_each = pytest.mark.parametrize
NAMES = ["log", "exp", "sigmoid", "tanh", "relu", "sin", "cos", "sqrt", "softplus"]
ALL = [*(getattr(course, name) for name in NAMES), surprisal, bounded_exp]
each_primitive = with_each("primitive", ALL, ids=lambda p: p.name)
X = sympy.Symbol("x", real=True)


@pytest.fixture
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def formula(primitive):
    """Return the formula as SymPy reads it."""
    return sympy.sympify(primitive.formula, locals={"x": X})


def points(primitive, count=25):
    """Return numbers spread over the stretch that is shown, none at a kink."""
    low, high = primitive.shown
    rng = np.random.default_rng(5)
    return rng.uniform(low, high, count).tolist()


def slope_at(primitive, x):
    """Return the declared slope at one number."""
    return primitive.slope(primitive(x), x)


@each_primitive
def test_the_value_is_the_formula(primitive, no_warnings):
    for x in points(primitive):
        want = float(formula(primitive).subs(X, sympy.Float(x, 40)).evalf(30))
        assert primitive(x) == pytest.approx(want, rel=1e-14, abs=1e-16)


@each_primitive
def test_the_slope_is_the_formulas_symbolic_derivative(primitive, no_warnings):
    derivative = sympy.diff(formula(primitive), X)
    for x in points(primitive):
        want = float(derivative.subs(X, sympy.Float(x, 40)).evalf(30))
        assert slope_at(primitive, x) == pytest.approx(want, rel=1e-12, abs=1e-14)


def measured(primitive, x):
    """Return the slope by central differences, right to about nine digits."""
    step = 6e-6 * max(1.0, abs(x))
    return (primitive(x + step) - primitive(x - step)) / (2 * step)


def agrees(primitive, x, rel=1e-5):
    """Tell whether the grad that is pushed forward is the measured slope."""
    got = primitive(Variable(x, 3.0)).grad
    return math.isclose(got, 3.0 * measured(primitive, x), rel_tol=rel, abs_tol=1e-9)


@each_primitive
def test_forward_mode_agrees_with_measured_slopes(primitive):
    assert all(agrees(primitive, x) for x in points(primitive))


@each_primitive
def test_a_slope_one_percent_wrong_is_caught(primitive):
    wrong = Primitive(
        primitive.function,
        slope=lambda out, x: 1.01 * primitive.slope(out, x),
        formula=primitive.formula,
        name="wrong",
    )
    assert not all(agrees(wrong, x) for x in points(primitive))


@each_primitive
def test_the_grad_is_the_slope_times_the_incoming_grad(primitive):
    # Inside another function and with a node used twice.
    x = 0.7 * sum(primitive.shown)  # a generic point of the stretch
    x = min(max(x, primitive.shown[0] + 0.123), primitive.shown[1] - 0.123)
    v = Variable(x, -1.7)
    got = primitive(v) * v
    want = (slope_at(primitive, x) * x + primitive(x)) * -1.7
    assert got.grad == pytest.approx(want, rel=1e-14)


@each_primitive
def test_arrays_give_what_their_numbers_give(primitive, no_warnings):
    xs = np.array(points(primitive, 12)).reshape(3, 4)
    out = primitive(xs)
    assert type(out) is np.ndarray and out.shape == (3, 4)
    moved = primitive(Variable(xs, 2.0))
    for index in np.ndindex(3, 4):
        x = float(xs[index])
        assert out[index] == pytest.approx(primitive(x), rel=1e-15)
        assert moved.grad[index] == pytest.approx(2 * slope_at(primitive, x), rel=1e-14)


@each_primitive
@with_each(
    "number",
    [1, True, np.float64(1), np.float32(1), np.int8(1), np.True_, Fraction(1), 1.0],
)
def test_every_kind_of_number_gives_a_python_float(primitive, number):
    assert type(primitive(number)) is float
    assert primitive(number) == primitive(1.0)


@each_primitive
@with_each("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64])
def test_integer_arrays_are_computed_as_floats(primitive, dtype, no_warnings):
    ones = np.array([1, 1], dtype=dtype)
    assert primitive(ones).dtype == np.float64
    np.testing.assert_array_equal(primitive(ones), primitive(np.array([1.0, 1.0])))


@each_primitive
def test_an_array_is_never_changed(primitive):
    xs = np.array([0.25, 0.5])
    primitive(xs)
    primitive(Variable(xs, 1))
    assert xs.tolist() == [0.25, 0.5]


@each_primitive
def test_an_array_without_entries_stays_one(primitive, no_warnings):
    assert primitive(np.zeros((0, 2))).shape == (0, 2)
    assert primitive(Variable(np.zeros(0), 1)).value.shape == (0,)


@each_primitive
def test_an_array_without_axes_gives_its_number(primitive):
    assert primitive(np.array(0.5)) == pytest.approx(primitive(0.5), rel=1e-15)
    assert type(primitive(Variable(np.array(0.5), 1)).value) is float


@each_primitive
def test_nan_is_passed_on(primitive, no_warnings):
    assert math.isnan(primitive(math.nan))
    assert np.isnan(primitive(np.array([math.nan, 0.5]))).tolist() == [True, False]
    assert math.isnan(primitive(Variable(math.nan, 1)).value)


@with_each(
    ("name", "at", "want"),
    [
        ("log", math.inf, math.inf),
        ("exp", math.inf, math.inf),
        ("exp", -math.inf, 0.0),
        ("sigmoid", math.inf, 1.0),
        ("sigmoid", -math.inf, 0.0),
        ("softplus", math.inf, math.inf),
        ("softplus", -math.inf, 0.0),
        ("tanh", math.inf, 1.0),
        ("tanh", -math.inf, -1.0),
        ("relu", math.inf, math.inf),
        ("relu", -math.inf, 0.0),
        ("sqrt", math.inf, math.inf),
    ],
)
def test_infinity_gives_the_limit(name, at, want, no_warnings):
    primitive = getattr(course, name)
    assert primitive(at) == want and primitive(np.array([at])).tolist() == [want]


@each_primitive
@with_each("bad", ["1", None, [1.0], (1.0,), 1j, np.array([1j]), np.array(["1"]), {}])
def test_what_is_not_a_number_is_a_type_error_that_names_the_primitive(primitive, bad):
    with pytest.raises(TypeError) as caught:
        primitive(bad)
    said = str(caught.value)
    assert said.startswith(f"what {primitive.name} takes must be a real number")
    assert "got " in said and ("np.array([1.0])" in said) == (bad == [1.0])


def test_anything_with_chain_goes_through_a_primitive():
    class Own:
        def __init__(self, value):
            self.value = value

        def chain(self, primitive):
            return Own([primitive.name, primitive(self.value)])

    assert log(Own(1.0)).value == ["log", 0.0]


# Accuracy at both ends

EXTREMES = np.concatenate(
    [
        [0.0, 1e6, 999.9, 745.2, 709.8, 700.0, 40.0, 36.8, 20.0, 1e-3, 1e-8, 1e-300],
        np.geomspace(1e-10, 700, 300),
        np.random.default_rng(6).uniform(0, 40, 300),
    ]
)
EXACT = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "tanh": mpmath.tanh,
}


@with_each("name", EXACT)
@with_each("sign", [1.0, -1.0])
def test_values_are_within_two_units_in_the_last_place(name, sign, no_warnings):
    primitive, xs = getattr(course, name), sign * EXTREMES
    with mpmath.workdps(60):
        want = [exact_value(name, x) for x in xs.tolist()]
    for got in (primitive(xs), [primitive(x) for x in xs.tolist()]):
        for x, have, right in zip(xs, got, want, strict=True):
            assert abs(have - right) <= 2 * math.ulp(right), (name, x)


def exact_value(name, x):
    """Return the nearest float to the exact value, for x as small as -1e6."""
    if name != "tanh" and x < -100:
        return float(mpmath.exp(x))  # off by one part in exp(100)
    return float(EXACT[name](mpmath.mpf(x)))


@with_each("name", ["sigmoid", "softplus", "tanh", "relu", "sin", "cos"])
@with_each("x", [1e6, -1e6, 800.0, -800.0, 36.9, -36.9, 0.0])
def test_slopes_at_the_ends_are_finite_and_right(name, x, no_warnings):
    primitive = getattr(course, name)
    with mpmath.workdps(40):
        right = {
            "sigmoid": lambda t: mpmath.sech(t / 2) ** 2 / 4,
            "softplus": lambda t: 1 / (1 + mpmath.exp(-t)),
            "tanh": lambda t: mpmath.sech(t) ** 2,
            "relu": lambda t: mpmath.mpf(t > 0),
            "sin": mpmath.cos,
            "cos": lambda t: -mpmath.sin(t),
        }[name](mpmath.mpf(x))
    for got in (
        primitive(Variable(x, 1)).grad,
        primitive(Variable(np.array([x]), 1)).grad[0],
    ):
        assert math.isfinite(got)
        # 1 - out * out keeps the digits of 1, not its own; the others keep theirs.
        abs_error = 1e-15 if name == "tanh" else 1e-300
        assert got == pytest.approx(float(right), rel=1e-12, abs=abs_error)


def test_a_sigmoid_that_is_small_keeps_its_digits_where_the_short_one_is_zero():
    assert sigmoid(-40.0) == pytest.approx(math.exp(-40), rel=1e-15)
    assert 0.5 * (1 + math.tanh(-20)) == 0.0


# Kinks and domains


def test_relu_at_its_kink_uses_the_slope_from_the_left():
    assert relu(Variable(0.0, 1)).grad == 0.0
    assert relu(Variable(np.array([-1.0, 0.0, 1e-300]), 1)).grad.tolist() == [0, 0, 1]
    assert "the slope used is 0" in relu.__doc__


@with_each("x", [0.0, -0.0, -0.3, -math.inf, -5e-324])
def test_the_logarithm_of_a_float_outside_its_domain_is_a_value_error(x):
    for argument in (x, np.float64(x), Variable(x, 1)):
        with pytest.raises(ValueError) as caught:
            log(argument)
        assert str(caught.value).startswith(f"log got {x}") and "takes" in str(caught)


@with_each("x", [-1e-300, -4.0, -math.inf])
def test_the_root_of_a_negative_float_is_a_value_error(x):
    with pytest.raises(ValueError, match=r"sqrt got -"):
        course.sqrt(x)


def test_domains_include_their_ends():
    assert course.sqrt(0.0) == 0.0
    assert log(5e-324) == pytest.approx(-744.4400719, abs=1e-7)


@with_each("primitive", [log, course.sqrt])
def test_an_array_outside_the_domain_gives_nan_with_numpys_warning(primitive):
    with pytest.warns(RuntimeWarning, match="invalid value"):
        out = primitive(np.array([-1.0, 4.0]))
    assert np.isnan(out).tolist() == [True, False]


def test_a_root_at_zero_has_no_slope():
    with pytest.raises(ZeroDivisionError):
        course.sqrt(Variable(0.0, 1))
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert course.sqrt(Variable(np.array([0.0, 4.0]), 1)).grad.tolist() == [
            math.inf,
            0.25,
        ]


# The declaration


def test_a_primitive_of_ones_own_needs_one_declaration():
    cube = Primitive(
        lambda x: x * x * x, slope=lambda out, x: 3 * x * x, formula="x**3", name="cube"
    )
    assert cube(2) == 8.0 and cube(Variable(2.0, 5)).grad == 60.0
    assert cube(Variable(Variable(2.0, 1.0), 1.0)).grad.grad == 12.0
    assert repr(cube) == "<cube(x) = x**3>" and "cube(x) = x**3" in cube.__doc__


def test_a_second_declaration_of_a_name_changes_nothing_else():
    mine = Primitive(
        np.cos, slope=lambda out, x: 0 * x, formula="cos(x)", name="cos", domain=(0, 1)
    )
    assert mine(Variable(0.5, 1)).grad == 0.0
    assert sin(Variable(0.5, 1)).grad == math.cos(0.5) and cos(2.0) == math.cos(2.0)


def test_a_primitive_takes_its_name_from_its_function():
    assert [p.name for p in ALL] == [*NAMES, "surprisal", "bounded_exp"]


@each_primitive
def test_push_and_pull_are_the_slope_times_the_grad(primitive):
    out = primitive(0.5)
    want = primitive.slope(out, 0.5) * 3.0
    assert primitive.push(out, 0.5, 3.0) == primitive.pull(out, 0.5, 3.0) == want


def test_exp_reuses_its_value_as_its_slope():
    v = exp(Variable(2.0, 1))
    assert v.grad == v.value

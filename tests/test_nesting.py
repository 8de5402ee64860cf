"""A Variable inside a Variable: second derivatives."""

import operator

import numpy as np
import pytest
import sympy
from programs import draw_program, evaluate

import autodiff_course as course
from autodiff_course import (
    Variable,
    logistic_loss,
    logloss,
    mean,
    mse,
    sigmoid,
    sin,
    total,
)

with_each = pytest.mark.parametrize
X = sympy.Symbol("x", real=True)
PRIMITIVES = ["log", "exp", "sigmoid", "tanh", "sin", "cos", "sqrt", "softplus"]
IN_SYMPY = {
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
}


def twice(x, outer=1.0, inner=1.0):
    """Return a number or an array that moves in both passes."""
    return Variable(Variable(x, inner), outer)


def second(v):
    """Return the second derivative, 0 where it is a plain number."""
    return v.grad.grad


def by_sympy(expression, at, order=2):
    """Return a derivative of an expression in x at a point."""
    return float(sympy.diff(expression, X, order).subs(X, at).evalf(30))


@with_each("name", PRIMITIVES)
@with_each("x", [0.3, 1.7, 3.1])
def test_second_derivatives_of_primitives_are_sympys(name, x):
    formula = IN_SYMPY.get(name, getattr(sympy, name, None))(X)
    got = getattr(course, name)(twice(x))
    assert got.value.value == pytest.approx(by_sympy(formula, x, 0), rel=1e-14)
    assert got.grad.value == pytest.approx(by_sympy(formula, x, 1), rel=1e-13)
    assert got.value.grad == got.grad.value
    assert second(got) == pytest.approx(by_sympy(formula, x), rel=1e-12)


@with_each("name", PRIMITIVES)
def test_second_derivatives_of_primitives_of_arrays_are_those_of_numbers(name):
    xs = np.array([[0.3, 1.7], [3.1, 0.9]])
    function = getattr(course, name)
    got = function(twice(xs))
    for index in np.ndindex(2, 2):
        one = function(twice(float(xs[index])))
        assert got.grad.grad[index] == pytest.approx(second(one), rel=1e-13)


@with_each("x", [-2.0, 0.5, 3.0])
def test_relu_is_straight_on_both_sides(x):
    assert second(course.relu(twice(x))) == 0
    assert course.relu(twice(x)).grad.value == (x > 0)


RULES = {
    "3 x + 1": lambda x: 3 * x + 1,
    "2 - x": lambda x: 2 - x,
    "-x": lambda x: -x,
    "x x x": lambda x: x * x * x,
    "1 / x": lambda x: 1 / x,
    "x / (x + 2)": lambda x: x / (x + 2),
    "(x + 1) / x": lambda x: (x + 1) / x,
    "x**1": lambda x: x**1,
    "x**3": lambda x: x**3,
    "x**-2": lambda x: x**-2,
    "x**0.5": lambda x: x**0.5,
    "2**x": lambda x: 2**x,
    "x**x": lambda x: x**x,
    "(x**2)**(x + 1)": lambda x: (x**2) ** (x + 1),
}


@with_each("rule", RULES.values(), ids=RULES)
@with_each("x", [0.4, 1.7])
def test_second_derivatives_of_the_rules_are_sympys(rule, x):
    assert second(rule(twice(x))) == pytest.approx(
        by_sympy(sympy.sympify(rule(X)), x), rel=1e-12, abs=1e-14
    )


@with_each("line", [lambda x: x, lambda x: 3 * x - 2, lambda x: x / 4, lambda x: x**1])
def test_a_straight_line_has_second_derivative_zero_and_says_so(line):
    got = line(twice(1.3))
    assert got.grad.value == pytest.approx(line(2.3) - line(1.3))
    assert second(got) == 0


@with_each("flat", [lambda x: x * 0 + 7, lambda x: x**0, lambda x: x - x])
def test_a_constant_has_both_derivatives_zero(flat):
    got = flat(twice(1.3))
    assert got.grad.value == 0 and second(got) == 0


def test_plain_seeds_are_lifted_into_the_inner_pass():
    x = Variable(Variable(1.3, 1.0), 1.0)
    assert isinstance(x.grad, Variable)
    assert (x.grad.value, x.grad.grad) == (1.0, 0)
    assert isinstance(Variable(1.3, Variable(1.0)).value, Variable)


def test_the_third_derivative_takes_a_third_pass():
    x = Variable(Variable(Variable(2.0, 1.0), 1.0), 1.0)
    assert (x**4).grad.grad.grad == 24 * 2.0
    assert course.sin(x).grad.grad.grad == pytest.approx(-np.cos(2.0), rel=1e-15)


def test_mixed_partials_come_out_the_same_in_either_order():
    def surface(a, b):
        return course.exp(a * b) + a**3 / b

    a, b = 0.7, 1.9
    want = (1 + a * b) * np.exp(a * b) - 3 * a**2 / b**2
    ab = surface(Variable(Variable(a, 1.0), 0.0), Variable(Variable(b, 0.0), 1.0))
    ba = surface(Variable(Variable(a, 0.0), 1.0), Variable(Variable(b, 1.0), 0.0))
    assert second(ab) == pytest.approx(want, rel=1e-13)
    assert second(ba) == pytest.approx(want, rel=1e-13)


def test_random_programs_have_sympys_second_derivative():
    rng = np.random.default_rng(4)
    names = ["sin", "cos", "tanh"]
    own = {name: getattr(course, name) for name in names}
    theirs = {name: getattr(sympy, name) for name in names}
    tried = 0
    while tried < 25:
        program = draw_program(rng, ["x"], names, depth=3)
        x = float(rng.uniform(0.3, 2))
        exact = sympy.sympify(evaluate(program, {"x": X}, theirs))
        if not isinstance(program, tuple) or exact.has(sympy.zoo, sympy.nan):
            continue
        try:
            got = evaluate(program, {"x": twice(x)}, own)
        except ZeroDivisionError:
            continue
        want = by_sympy(exact, x)
        assert second(got) == pytest.approx(want, rel=1e-8, abs=1e-9), program
        tried += 1


def test_the_mean_of_a_nested_array_has_the_mean_second_derivative():
    xs = np.array([0.5, 1.5, 2.5])
    got = mean(twice(xs) ** 3)
    assert got.value.value == pytest.approx(np.mean(xs**3), rel=1e-15)
    assert got.grad.value == pytest.approx(np.mean(3 * xs**2), rel=1e-15)
    assert second(got) == pytest.approx(np.mean(6 * xs), rel=1e-15)
    assert second(total(twice(xs) ** 3)) == pytest.approx(np.sum(6 * xs), rel=1e-15)


def test_a_second_derivative_of_a_line_through_points_counts_every_point():
    x = np.array([1.0, 2.0, 4.0])
    m = twice(0.5)
    assert second(mean(mse(np.zeros(3), m * x))) == pytest.approx(2 * np.mean(x**2))
    assert second(total(m * np.ones(3) + x)) == 0


def hessian_of_the_logistic_loss(m, b, x):
    """Return the mean of p (1 - p) times the outer square of (x, 1)."""
    p = 1 / (1 + np.exp(-(m * x + b)))
    rows = np.stack([x, np.ones_like(x)], axis=1)
    return (rows.T * (p * (1 - p))) @ rows / len(x)


POINT = (0.8, -0.4)


@with_each("loss", ["logistic_loss", "logloss"])
def test_the_hessian_of_the_mean_logistic_loss_is_the_formula(loss):
    x, y = course.coin_labels(n=40)
    want = hessian_of_the_logistic_loss(*POINT, x)
    for i, j in np.ndindex(2, 2):
        m, b = (
            Variable(Variable(at, float(i == k)), float(j == k))
            for k, at in enumerate(POINT)
        )
        z = m * x + b
        each = (
            logistic_loss(y, z) if loss == "logistic_loss" else logloss(y, sigmoid(z))
        )
        assert second(mean(each)) == pytest.approx(want[i, j], rel=1e-11)


def test_a_row_of_the_hessian_comes_from_directions_in_the_outer_pass():
    x, y = course.coin_labels(n=40)
    want = hessian_of_the_logistic_loss(*POINT, x)
    for i in range(2):
        m, b = (
            Variable(Variable(at, float(i == k)), np.eye(2)[:, [k]])
            for k, at in enumerate(POINT)
        )
        out = mean(logistic_loss(y, m * x + b))
        assert np.shape(out.grad.value) == np.shape(out.grad.grad) == (2, 1)
        np.testing.assert_allclose(out.grad.grad[:, 0], want[i], rtol=1e-11)


def test_a_nested_label_without_grad_is_a_label():
    q = twice(0.3)
    for target in [1, Variable(1.0), Variable(Variable(1.0), 0)]:
        assert second(logloss(target, q)) == pytest.approx(1 / 0.3**2, rel=1e-14)
    with pytest.raises(ValueError, match="a label does not move"):
        logloss(Variable(Variable(1.0, 1.0), 0), q)


def test_unrelated_passes_share_a_slot_as_lesson_10_shows():
    # d/dx [x d/dy (x + y)] is 1; numbers without tags say 2.
    x = Variable(1.0, 1.0)
    inner = (x + Variable(1.0, 1.0)).grad
    assert (x * inner).grad == 2.0


SHAPES = [(), (3,), (2,), (1, 3), (3, 3), (2, 3)]
PROGRAMS = {
    "product": lambda x, y: y * x,
    "quotient": lambda x, y: y / x - x,
    "power": lambda x, y: y**x + x**2 * y,
    "curve": lambda x, y: sigmoid(x * y) * y,
    "mean": lambda x, y: mean(x * y * x) + 0.1 * x,
    "mean and data": lambda x, y: y * mean(x * y),
    "matrix product": lambda x, y: ((x * y) @ y) * x,
    "losses": lambda x, y: total(logloss(1, sigmoid(x * y)) * y) * x,
}


def grads_of(out):
    """Return value and grad of the outer grad: first and second derivatives."""
    return out.grad.value, out.grad.grad


def along(numbers, i, shape):
    """Return the numbers of direction i in the shape of the value."""
    wide = np.asarray(numbers)
    if wide.ndim > len(shape):
        wide = wide[i if len(wide) > 1 else 0]
    while wide.ndim > len(shape):
        wide = wide[0]
    return np.broadcast_to(wide, shape)


@with_each("program", PROGRAMS)
@with_each("data", SHAPES)
@with_each("shape", SHAPES)
@with_each("ones", [0, 1, 2])
def test_outer_directions_give_what_one_at_a_time_gives_or_are_refused(
    program, data, shape, ones
):
    function, rng = PROGRAMS[program], np.random.default_rng(0)
    x, y = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, data)
    x, speed = (x, rng.normal(size=shape)) if shape else (float(x), 0.3)
    seeds = rng.normal(size=(3, *(1,) * ones, *shape))
    try:
        got = function(Variable(Variable(x, speed), seeds), y)
    except (ValueError, TypeError):
        return  # refused, or shapes that do not fit at all
    for i, seed in enumerate(seeds.reshape(3, *shape)):
        alone = function(Variable(Variable(x, speed), seed), y)
        for many, one in zip(grads_of(got), grads_of(alone), strict=True):
            wide = np.shape(got.value.value)
            np.testing.assert_allclose(along(many, i, wide), along(one, 0, wide))


@with_each("act", [operator.mul, operator.add, operator.sub, operator.pow])
def test_outer_directions_that_meet_data_are_refused(act):
    x = Variable(Variable(0.7, 1.0), np.array([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match=r"directions have met data.*\(k, 1\)"):
        act(x, np.array([1.0, 2.0, 3.0]))


@with_each("turned", [False, True])
def test_outer_directions_that_meet_a_batch_are_refused(turned):
    seeds, batch = np.eye(3)[:2], np.arange(24.0).reshape(2, 3, 4)
    x = Variable(Variable(np.ones(3), 1.0), Variable(seeds, 0.0))
    with pytest.raises(ValueError, match="directions have met data"):
        batch.swapaxes(1, 2) @ x if turned else x @ batch


def test_outer_directions_with_an_axis_of_their_own_pass_data():
    y = np.array([1.0, 2.0, 3.0])
    seeds = np.array([[1.0], [10.0]])
    cube = mean(Variable(Variable(0.7, 1.0), seeds) ** 3 * y)
    assert cube.grad.value == pytest.approx(3 * 0.49 * 2 * seeds)
    assert cube.grad.grad == pytest.approx(6 * 0.7 * 2 * seeds)


def test_what_a_nested_pass_hands_out_can_be_computed_with():
    x = np.array([1.0, 2.0, 3.0])
    slopes = total(Variable(Variable(x, 1.0), np.eye(3)) ** 3).grad.value
    assert np.allclose(slopes, 3 * x[:, None] ** 2)
    assert (x - 0.1 * slopes.ravel()).tolist() == pytest.approx([0.7, 0.8, 0.3])


@with_each(
    ("function", "third"),
    [
        (lambda x: x + 2, 0.0),
        (lambda x: 2 - x, 0.0),
        (lambda x: x * x * x, 6.0),
        (lambda x: sigmoid(x) * 3 + x, None),
    ],
)
def test_three_nested_passes_give_the_third_derivative(function, third):
    deep = function(Variable(Variable(Variable(1.3, 1.0), 1.0), 1.0))
    if third is None:
        third = 3 * by_sympy(1 / (1 + sympy.exp(-X)), 1.3, order=3)
    assert deep.grad.grad.grad == pytest.approx(third, rel=1e-12)


@with_each("base", [-2.0, np.array([-2.0, 1.0])])
def test_a_nested_negative_base_with_a_moving_exponent_is_a_value_error(base):
    with pytest.raises(ValueError, match="the base is negative"):
        Variable(Variable(base, 1.0), 1.0) ** Variable(Variable(2.0, 0.0), 1.0)


def test_a_nested_exponent_that_stands_still_takes_a_negative_base():
    still = Variable(Variable(3.0, 0.0), 0.0)
    assert second(twice(-2.0) ** still) == 6 * -2.0


def test_outermost_directions_pass_two_nested_passes():
    seeds = np.array([[1.0], [10.0]])
    x = Variable(Variable(Variable(2.0, 1.0), 1.0), seeds)
    np.testing.assert_array_equal((x**4 * x).grad.grad.grad, 60 * 2.0**2 * seeds)


POINTS = np.array([1.0, 2.0, 3.0])


@with_each(
    "mix",
    [
        lambda m, x: m * x,
        lambda m, x: x * m,
        lambda m, x: m + x,
        lambda m, x: x - m,
        lambda m, x: m / x,
        lambda m, x: x / m,
        lambda m, x: x**m,
    ],
)
def test_directions_beside_a_nested_variable_are_no_data(mix):
    m, x = Variable(2.0, POINTS), Variable(Variable(POINTS, 1.0), 1.0)
    with pytest.raises(ValueError, match="directions have met data"):
        mix(m, x)


def test_a_batch_of_products_does_not_take_directions_of_another_level_for_data():
    moving = Variable(np.array([1.0, 2.0]), np.eye(2))
    with pytest.raises(ValueError, match="directions have met data"):
        moving @ Variable(Variable(np.ones((2, 2, 2)), 1.0), 1.0)


def test_a_product_keeps_its_second_derivative_where_the_first_is_zero():
    s, ones = Variable(Variable(0.0, 1.0), 1.0), np.ones((2, 2))
    # (1 + s**2) summed over two entries of a row: the second derivative is 2 + 2.
    assert ((ones + s * s) @ ones).grad.grad.tolist() == [[4.0, 4.0], [4.0, 4.0]]
    out = total(sin(ones @ (s * s + np.ones(2))))
    # Twice sin(2 + 2 s**2): at 0 the second derivative is 2 * 4 * cos(2).
    assert out.grad.grad == pytest.approx(8 * np.cos(2.0), rel=1e-14)

"""Many directions on one leading axis: as many passes at once, or a ValueError."""

from contextlib import suppress
from itertools import product

import numpy as np
import pytest
from programs import draw_program, evaluate

import autodiff_course as course
from autodiff_course import Variable, logistic_loss, logloss, mean, mse, total
from autodiff_course.operators import Clash

with_each = pytest.mark.parametrize
ELEMENTWISE = ["sin", "cos", "tanh", "sigmoid", "softplus"]
FUNCTIONS = {name: getattr(course, name) for name in [*ELEMENTWISE, "mean", "total"]}


def is_many(seed, value):
    """Tell whether a seed holds directions, as the contract counts axes."""
    return np.ndim(seed) > np.ndim(value)


def alone(seed, value, j):
    """Return the seed of direction j, in no more axes than its value has."""
    if not is_many(seed, value):
        return seed
    one = np.asarray(seed)[j if len(seed) > 1 else 0]
    while one.ndim > np.ndim(value):
        one = one[0]
    return one


def part(out, j):
    """Return the grad of direction j, written out over the result's value."""
    grad = np.asarray(out.grad)
    if is_many(grad, out.value):
        grad = grad[j if len(grad) > 1 else 0]
        while grad.ndim > np.ndim(out.value):
            assert len(grad) == 1, f"grad {np.shape(out.grad)}"
            grad = grad[0]
    return np.broadcast_to(grad, np.shape(out.value))


def agreement(function, values, seeds):
    """Compare all directions at once with one pass each; None where refused."""
    many = [len(s) for s, v in zip(seeds, values, strict=True) if is_many(s, v)]
    try:
        out = function(*map(Variable, values, seeds))
    except ValueError:
        return None
    for j in range(max(many, default=1)):
        lone = [alone(s, v, j) for s, v in zip(seeds, values, strict=True)]
        once = function(*map(Variable, values, lone))
        want = np.broadcast_to(once.grad, np.shape(once.value))
        if not np.allclose(part(out, j), want, rtol=1e-10, atol=1e-12):
            return False
    return True


def layouts(shape, k, rng):
    """Return seeds of every layout that fits a value: data alone, or directions."""
    axes = len(shape)
    shapes = [(), shape, shape[1:], (1,) * axes]
    for lead in [(k,), (k, 1), (k, 1, 1)]:
        shapes += [lead + shape, lead + (1,) * axes]
    fitting = [np.ones(each) for each in dict.fromkeys(shapes)]
    return [rng.uniform(0.5, 2, np.shape(each)) for each in fitting]


TWO_INPUTS = {
    "a + b": lambda a, b: a + b,
    "a * b": lambda a, b: a * b,
    "a / b": lambda a, b: a / b,
    "a ** b": lambda a, b: a**b,
    "mean(mse)": lambda a, b: mean(mse(np.full(np.shape(a.value), 0.3), a * b)),
    "mean(a) + b**2": lambda a, b: mean(a * a) + 0.1 * b**2,
    "sin(a) b + total(b)": lambda a, b: course.sin(a) * b + total(b),
    "logloss": lambda a, b: logloss(1, course.sigmoid(a - b)),
    "a x + b": lambda a, b: course.tanh(a * np.array([0.4, 0.9]) + b) * a,
    "a matrix": lambda a, b: mean(logistic_loss(0, a * np.ones((2, 2)) - b)),
}
# Two of everything, so that each axis can be taken for any other.
SMALL = [(), (1,), (2,), (1, 2), (2, 1), (2, 2)]


@with_each("function", TWO_INPUTS.values(), ids=TWO_INPUTS)
def test_two_directions_over_any_small_shapes_are_right_or_refused(function):
    rng = np.random.default_rng(0)
    seen = {True: 0, None: 0}
    for shapes in product(SMALL, repeat=2):
        values = [rng.uniform(0.5, 2, shape) for shape in shapes]
        for seeds in product(*(layouts(shape, 2, rng) for shape in shapes)):
            verdict = agreement(function, values, seeds)
            told = f"{shapes} seeded with {[np.shape(s) for s in seeds]}"
            assert verdict is not False, f"a wrong number: {told}"
            seen[verdict] += 1
    assert seen[True] > 500 and seen[None] > 100


def seed_of_the_contract(shape, k, axes, rng):
    """Return directions in 1 + axes axes: first k, singletons, then the data."""
    ones = (1,) * (axes - len(shape))
    return rng.normal(size=(k, *ones, *shape))


@with_each("k", [1, 2, 3, 5])
@with_each("axes", [1, 2])
def test_random_programs_in_the_contracts_layout_are_never_refused(k, axes):
    rng = np.random.default_rng(10 * k + axes)
    shapes = {"p": (), "q": (), "x": (3,), "w": (2, 3) if axes == 2 else (1,)}
    for _ in range(40):
        program = draw_program(rng, list(shapes), list(FUNCTIONS), depth=4)
        values = {name: rng.uniform(0.5, 2, shape) for name, shape in shapes.items()}
        seeds = [seed_of_the_contract(s, k, axes, rng) for s in shapes.values()]

        def run(*held, program=program):
            out = evaluate(program, dict(zip("pqxw", held, strict=True)), FUNCTIONS)
            return Variable(1.0) * out

        with np.errstate(all="ignore"), suppress(ZeroDivisionError):
            out = run(*map(Variable, values.values(), seeds))
            if np.all(np.isfinite(out.value)) and np.all(np.isfinite(out.grad)):
                assert agreement(run, list(values.values()), seeds), program


def test_as_many_directions_as_points_are_right_in_the_contracts_layout():
    x, y = course.course_data(n=3)
    seeds = np.eye(3)[:, :, None]
    m, b, c = (Variable(0.5, seeds[i]) for i in range(3))
    loss = mean(mse(y, m * x + b)) + 0.1 * m**2 + c * b
    error = 0.5 * x + 0.5 - y
    want = [np.mean(2 * error * x) + 0.1 * 2 * 0.5, np.mean(2 * error) + 0.5, 0.5]
    assert np.shape(loss.grad) == (3, 1)
    np.testing.assert_allclose(loss.grad[:, 0], want, rtol=1e-14)


@with_each(
    "lay",
    [
        lambda m, x: m * x,
        lambda m, x: x * m,
        lambda m, x: m * np.array([2.0, 3.0, 4.0]),
        lambda m, x: x ** (m + 1),
        lambda m, x: m / x,
        lambda m, x: course.exp(m) - course.log(x),
        lambda m, x: mse(x, m),
        lambda m, x: mean(m * x),
        lambda m, x: mean(x * x) + (m * np.ones(3)),
        lambda m, x: logistic_loss(np.array([0, 1, 0]), m),
        lambda m, x: logloss(np.array([0, 1, 0]), course.sigmoid(m)),
    ],
)
def test_three_directions_of_one_number_do_not_meet_three_points(lay):
    m, x = Variable(0.7, np.array([1.0, 2.0, 3.0])), Variable(np.array([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="directions have met data") as caught:
        lay(m, x)
    assert "(k, 1)" in str(caught.value)


def test_a_mean_and_a_number_seeded_without_room_are_refused_with_k_equal_to_n():
    x = Variable(np.array([1.0, 2.0]), np.eye(2))
    m = Variable(0.5, np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="directions"):
        mean(x * x) + 0.1 * m**2
    roomy = Variable(0.5, np.array([[1.0], [2.0]]))
    got = mean(x * x) + 0.1 * roomy**2
    np.testing.assert_allclose(got.grad, [[1.0 + 0.1], [2.0 + 0.2]], rtol=1e-15)


@with_each(
    ("value", "grad", "want"),
    [
        ((3,), (5, 3), (5, 1)),
        ((3,), (5, 1), (5, 1)),
        ((3,), (5, 1, 3), (5, 1, 1)),
        ((2, 3), (5, 2, 3), (5, 1, 1)),
        ((2, 3), (5, 1, 3), (5, 1, 1)),
        ((2, 3), (5, 1, 1), (5, 1, 1)),
        ((), (5, 1), (5, 1)),
        ((), (5,), (5,)),
        ((1,), (5, 1), (5, 1)),
    ],
)
@with_each("reduce", [mean, total])
def test_reductions_keep_the_directions_and_singletons_for_data(
    reduce, value, grad, want
):
    seeds = np.random.default_rng(3).normal(size=grad)
    out = reduce(Variable(np.ones(value), seeds))
    assert type(out.value) is float and np.shape(out.grad) == want
    written_out = np.broadcast_to(seeds, (*grad[: len(grad) - len(value)], *value))
    data = tuple(range(len(grad) - len(value), len(grad)))
    sums = written_out.sum(axis=data).reshape(want)
    divisor = np.prod(value) if reduce is mean else 1
    np.testing.assert_allclose(out.grad, sums / divisor, rtol=1e-14)


def test_grads_of_directions_can_be_used_like_any_array():
    x = np.array([1.0, 2.0, 3.0])
    grad = (Variable(2.0, np.array([[1.0], [0.0]])) * x).grad
    assert np.allclose(grad, [[1, 2, 3], [0, 0, 0]])
    assert np.array_equal(grad, np.array([x, 0 * x]))
    assert np.all(grad - np.array([x, 0 * x]) == 0)
    assert grad[0].tolist() == x.tolist() and grad.shape == (2, 3)
    assert float(grad.sum()) == 6.0 and np.linalg.norm(grad[0]) == np.sqrt(14)
    assert grad.tolist() == [[1, 2, 3], [0, 0, 0]]


@with_each("take", [lambda g: g[:, 0], lambda g: g.ravel(), lambda g: g.reshape(2)])
def test_a_step_along_the_grads_gives_numbers_that_can_be_used_again(take):
    w = np.array([0.5, -1.0])
    x = Variable(w, np.eye(2))
    after = w - 0.1 * take(mean(x * x).grad)
    again = mean(Variable(after, np.eye(2)) * np.array([3.0, 4.0]))
    np.testing.assert_allclose(again.grad, [[1.5], [2.0]])
    row = Variable(after) * w
    assert type(row.value) is np.ndarray


def test_one_direction_picked_out_seeds_a_new_pass():
    x = Variable(np.array([1.0, 2.0, 3.0]), np.eye(3))
    again = Variable(x.value, x.grad[1]) * 2
    assert again.grad.tolist() == [0.0, 2.0, 0.0]


def test_directions_of_arrays_and_numbers_can_rest_beside_one_that_moves_alone():
    x = Variable(np.array([1.0, 2.0]), np.array([1.0, 0.0]))  # no directions
    m = Variable(3.0, np.array([[1.0], [2.0], [0.0]]))
    want = [x.value + 3.0 * x.grad, 2 * x.value + 3.0 * x.grad, 3.0 * x.grad]
    np.testing.assert_array_equal((m * x).grad, want)


def test_different_numbers_of_directions_are_a_value_error():
    with pytest.raises(ValueError):
        Variable(1.0, np.ones((2, 1))) * Variable(1.0, np.ones((3, 1)))


def test_a_clash_is_never_a_grad():
    with pytest.raises(ValueError, match="directions have met data"):
        Variable(np.ones(2), np.ones((2, 2)).view(Clash))

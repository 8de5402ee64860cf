"""One evaluation as a straight-line program: the same gradients, and its limits."""

import gc
import operator
import weakref

import numpy as np
import pytest
from programs import draw_program, evaluate

import autodiff_course as course
from autodiff_course import (
    compiled,
    course_data,
    cross_entropy,
    cut_labels,
    logistic_loss,
    logloss,
    mean,
    mse,
    network_start,
    reverse,
    sigmoid,
    softmax,
    tanh,
    total,
)

with_each = pytest.mark.parametrize
PRIMITIVES = ["exp", "sigmoid", "tanh", "relu", "sin", "cos", "softplus", "log", "sqrt"]
FUNCTIONS = {name: getattr(course, name) for name in [*PRIMITIVES, "mean", "total"]}
X, Y = course_data(n=40)
LABELS = cut_labels(n=40)[1]
RNG = np.random.default_rng(0)


PAIR = {"a": X, "b": X + 0.0, "c": Y}


def line(p):
    return mean(mse(Y, p["m"] * X + p["b"]))


def network(p):
    hidden_0 = p["m0_0"] * X + p["b0_0"]
    hidden_1 = p["m0_1"] * X + p["b0_1"]
    logit = hidden_0 * p["m1_0"] + hidden_1 * p["m1_1"] + p["b1"]
    return mean(logloss(LABELS, sigmoid(logit)))


def layers(p):
    hidden = tanh(X[:, None] @ p["w"] + p["b"])
    return mean(cross_entropy(LABELS.astype(int), hidden @ p["v"])) * p["s"]


def two_products(p):
    """Return a loss in which grads wait as views of buffers that others would like."""
    twice = p["a"] * 2.0
    return (twice @ (p["b"] * 3.0)) * (twice @ (p["b"] + 1.0))


LAYERS = {
    "w": RNG.normal(size=(1, 4)),
    "b": RNG.normal(size=4),
    "v": RNG.normal(size=(4, 3)),
    "s": 0.5,
}
LOSSES = {
    "line": (line, {"m": 0.3, "b": -0.2}),
    "network": (network, network_start(160)),
    "layers": (layers, LAYERS),
    "logistic": (
        lambda p: mean(logistic_loss(LABELS, p["m"] * X + p["b"])),
        {"m": 0.3, "b": -0.2},
    ),
    "vectors": (lambda p: p["v"] @ p["v"] + total(p["v"] / (p["v"] + 3.0)), {"v": X}),
    "softmax": (lambda p: total(softmax(p["w"]) ** 2), {"w": RNG.normal(size=(3, 4))}),
    "exponent": (lambda p: total(np.exp(X) ** p["n"]) / 2 ** p["n"], {"n": 1.3}),
    "one entry": (lambda p: p["w"] ** 2 @ np.ones((2, 1)), {"w": np.ones((1, 2))}),
    "numbers": (
        lambda p: p["a"] ** 3 / (1 - p["b"]) - sigmoid(p["a"]),
        {"a": 2, "b": 3},
    ),
    "views": (two_products, {"a": RNG.normal(size=5), "b": RNG.normal(size=5)}),
    "a leaf": (lambda p: p["a"], {"a": 2.0}),
}
each_loss = with_each(("loss", "params"), LOSSES.values(), ids=LOSSES)


def agree(loss, params, program, rel=1e-12):
    """Compare a program with reverse mode: value, names, shapes and numbers."""
    value, grads = program(params)
    want_value, want = reverse(loss, params)
    assert type(value) is float and value == pytest.approx(want_value, rel=rel)
    assert list(grads) == list(want)
    for name, grad in want.items():
        assert type(grads[name]) is type(grad)
        assert np.shape(grads[name]) == np.shape(grad)
        np.testing.assert_allclose(grads[name], grad, rtol=rel, atol=1e-14)


def elsewhere(params, seed):
    """Return other params of the same names and shapes."""
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.5, 2, np.shape(held)) for name, held in params.items()}


@each_loss
def test_a_program_gives_what_reverse_gives_there_and_elsewhere(loss, params):
    program = compiled(loss, params)
    agree(loss, params, program)
    for seed in range(3):
        agree(loss, elsewhere(params, seed), program)
    agree(loss, params, program)


def test_random_programs_give_what_reverse_gives():
    rng = np.random.default_rng(5)
    shapes = {"p": (), "q": (), "x": (3,), "w": (2, 3)}
    tried = 0
    while tried < 60:
        drawn = draw_program(rng, list(shapes), list(FUNCTIONS), depth=5)

        def loss(p, drawn=drawn):
            return mean(evaluate(drawn, p, FUNCTIONS) * p["p"])

        params, other = (
            elsewhere({k: np.ones(s) for k, s in shapes.items()}, tried + s)
            for s in (0, 1000)
        )
        with np.errstate(all="ignore"):
            try:
                found = [reverse(loss, each)[1] for each in (params, other)]
            except (ZeroDivisionError, OverflowError, ValueError):
                continue
            if all(np.all(np.abs(g) < 1e6) for f in found for g in f.values()):
                program = compiled(loss, params)
                agree(loss, params, program)
                agree(loss, other, program)
                tried += 1


@with_each("name", PRIMITIVES)
def test_every_primitive_is_written_out(name):
    primitive = getattr(course, name)
    low, high = primitive.shown
    at = RNG.uniform(low, high, (2, 3))

    def loss(p):
        return mean(primitive(p["x"]) * p["x"]) + primitive(p["s"])

    program = compiled(loss, {"x": at, "s": 0.7})
    agree(loss, {"x": at[::-1], "s": 1.1}, program)
    assert "np." in program.source


def body_of(loss, params):
    """Return the lines of a program between its first two and its last."""
    lines = compiled(loss, params).source.splitlines()
    compile("\n".join(lines), "program", "exec")
    assert lines[0] == "def program(params):"
    assert lines[1] == "    params = matching(params, shapes)"
    assert lines[-1].startswith("    return ")
    return [each.strip() for each in lines[2:-1]]


def test_the_program_of_a_line_is_the_gradient_derived_by_hand():
    errors, value, *slopes = body_of(line, {"m": 0.3, "b": -0.2})
    assert errors == "v1 = array * params['m'] + params['b'] - array1"
    assert value == "v2 = inner(v1, v1) / 40"
    assert sorted(each[5:] for each in slopes) == [
        "float(np.add.reduce(v1, axis=None)) * 0.05",
        "inner(v1, array) * 0.05",
    ]


def test_what_is_used_twice_is_worked_out_once():
    body = body_of(network, network_start(160))
    rights = [each.split(" = ")[1] for each in body]
    assert len(rights) == len(set(rights))
    assert "".join(body).count("np.log(") == 1
    assert "".join(body).count("inner(") == 4


def test_what_is_used_once_stands_where_it_is_used():
    body = body_of(lambda p: mean(tanh(p["w"] + 1.0) * p["w"]), {"w": X})
    assert body[0] == "v1 = np.tanh(params['w'] + 1.0)"
    assert len(body) == 3  # with the value and the slopes


def test_a_long_chain_is_no_line_too_deep_for_python():
    def loss(p):
        out = p["m"]
        for _ in range(2000):
            out = sigmoid(out) + 1.0
        return out

    agree(loss, {"m": 0.4}, compiled(loss, {"m": 0.3}))


def test_numbers_leave_the_sums_that_they_stand_in():
    def loss(p):
        return mean(tanh(p["w"]) * 3.0 * p["s"] * X)

    value, slope = body_of(loss, {"w": X, "s": 2.0})[1:3]
    assert value == "v2 = inner(v1, array) * (params['s'] * 3.0) / 40"
    assert slope == "v3 = inner(array1, v1) * 3.0"
    agree(loss, {"w": Y, "s": 0.5}, compiled(loss, {"w": X, "s": 2.0}))


def test_a_number_outside_a_domain_is_a_value_error_as_in_reverse():
    program = compiled(lambda p: course.log(p["m"]), {"m": 1.0})
    with pytest.raises(ValueError, match="log got -1"):
        program({"m": -1.0})


def test_equal_grads_have_memory_of_their_own():
    program = compiled(lambda p: p["a"] @ p["b"] + total(p["c"] * X), PAIR)
    grads = program(PAIR)[1].values()
    for grad in grads:
        others = [*PAIR.values(), X, *(each for each in grads if each is not grad)]
        assert not any(np.shares_memory(grad, each) for each in others)


def test_masks_are_counted_as_numbers():
    def loss(p):
        return total(course.relu(course.relu(X + p["b"])))

    program = compiled(loss, {"b": 0.1})
    assert program({"b": 0.2})[1] == {"b": np.count_nonzero(X + 0.2 > 0)}


def test_what_nothing_depends_on_is_left_out():
    def wasteful(p):
        p["m"] * np.ones(7) + course.exp(p["m"])
        return p["m"] ** 2

    assert "exp" not in compiled(wasteful, {"m": 1.0}).source


def test_a_softmax_of_larger_numbers_than_recorded_does_not_overflow():
    program = compiled(
        lambda p: mean(cross_entropy([0], p["z"])), {"z": np.zeros((1, 2))}
    )
    with np.errstate(all="raise", under="ignore"):
        value, grads = program({"z": np.array([[1000.0, 0.0]])})
    assert value == 0.0 and grads["z"].tolist() == [[0.0, 0.0]]


COMPARING = {
    "a branch": lambda p: p["m"] * 2 if p["m"] > 0 else p["m"],
    "an inner branch": lambda p: p["m"] * 2 if p["m"] * p["m"] <= 0 else p["m"],
    "an inequality": lambda p: p["m"] * 2 if p["m"].value != 0 else p["m"],
    "a mask of unequals": lambda p: total((p["w"].value != 0) * p["w"]),
    "a maximum": lambda p: max(p["m"], p["b"]) * 1.0,
    "a mask": lambda p: total((p["w"] > 0) * p["w"]),
    "beside an array": lambda p: total((np.zeros(3) < p["w"]) * p["w"]),
    "a loop": lambda p: next(p["m"] * i for i in range(9) if p["m"] * i >= 1),
}


@with_each("loss", COMPARING.values(), ids=COMPARING)
def test_comparing_a_node_while_it_records_is_an_error(loss):
    params = {"m": 1.0, "b": 2.0, "w": np.ones(3)}
    reverse(loss, params)
    with pytest.raises(TypeError, match="branches are baked in"):
        compiled(loss, params)


def test_a_branch_on_plain_numbers_is_no_error():
    def loss(p, rounds=3):
        out = p["m"]
        for i in range(rounds):
            out = out * p["m"] if i > 0 else out + 1
        return out

    agree(loss, {"m": 2.0}, compiled(loss, {"m": 1.0}))


@with_each(
    "params",
    [
        {"m": 1.0},
        {"m": 1.0, "b": np.ones(2)},
        {"m": 1.0, "c": 1.0},
        {"m": 1.0, "b": 1.0, "c": 1.0},
    ],
)
def test_params_of_other_names_or_shapes_are_a_value_error(params):
    program = compiled(line, {"m": 0.3, "b": -0.2})
    with pytest.raises(ValueError, match="recorded for names and shapes"):
        program(params)


def test_params_that_are_no_numbers_are_a_type_error():
    program = compiled(line, {"m": 0.3, "b": -0.2})
    for bad in (None, {"m": None, "b": 1.0}):
        with pytest.raises(TypeError):
            program(bad)


def test_a_program_may_hold_infinity_and_nan():
    program = compiled(lambda p: p["m"] * float("inf") + 1.0, {"m": 1.0})
    assert program({"m": 2.0}) == (float("inf"), {"m": float("inf")})
    program = compiled(lambda p: p["m"] + float("nan"), {"m": 1.0})
    assert np.isnan(program({"m": 2.0})[0])


def test_params_in_another_order_are_the_same_params():
    program = compiled(line, {"m": 0.3, "b": -0.2})
    assert program({"b": -0.2, "m": 0.3})[1] == program({"m": 0.3, "b": -0.2})[1]


def test_a_loss_that_lost_its_slopes_is_a_type_error():
    with pytest.raises(TypeError, match="return the Node itself"):
        compiled(lambda p: 3.0, {"m": 1.0})
    with pytest.raises(ValueError, match="one number"):
        compiled(lambda p: p["m"] * X, {"m": 1.0})


def test_a_parameter_that_is_not_used_has_grad_zero():
    program = compiled(lambda p: p["m"] ** 2, {"m": 1.0, "idle": 2.0, "w": np.ones(2)})
    _, grads = program({"m": 3.0, "idle": 2.0, "w": np.ones(2)})
    assert grads["m"] == 6.0 and grads["idle"] == 0.0
    assert grads["w"].tolist() == [0.0, 0.0]


def test_grads_are_handed_out_and_params_are_left_alone():
    params = {"w": np.array([1.0, 2.0])}
    program = compiled(lambda p: total(p["w"] ** 2), params)
    first = program(params)[1]["w"]
    second = program({"w": np.array([5.0, 5.0])})[1]["w"]
    assert first.tolist() == [2.0, 4.0] and second.tolist() == [10.0, 10.0]
    first[:] = 99.0
    assert params["w"].tolist() == [1.0, 2.0]
    assert program(params)[1]["w"].tolist() == [2.0, 4.0]


def test_a_dropped_program_is_freed_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        program = compiled(line, {"m": 1.0, "b": 2.0})
        program({"m": 2.0, "b": 2.0})
        held = weakref.ref(program)
        del program
        assert held() is None and gc.collect() == 0
    finally:
        gc.enable()


def assert_like_reverse(loss, recorded, called=None):
    """Compile at one place, call at another, and compare with reverse there."""
    called = recorded if called is None else called
    value, grads = compiled(loss, recorded)(called)
    want, slopes = reverse(loss, called)
    assert value == pytest.approx(want, rel=1e-12)
    for name in slopes:
        np.testing.assert_allclose(grads[name], slopes[name], rtol=1e-12)


@with_each("n", [3, 20_000])
@with_each("shape", [(1, 1), (1, 4), ("n", 1)])
def test_a_sum_of_products_that_were_broadcast_is_right(n, shape):
    wide = RNG.normal(size=(n, 4))
    narrow = RNG.normal(size=[n if size == "n" else size for size in shape])
    for loss in (lambda p: total(p["a"] * p["b"]), lambda p: mean(p["a"] * wide)):
        assert_like_reverse(loss, {"a": narrow, "b": wide})


def test_a_moving_exponent_keeps_its_edges():
    power = {"x": np.array([2.0, 1.0]), "n": 3.0}
    assert_like_reverse(
        lambda p: total(p["x"] ** p["n"]), power, {**power, "x": np.array([0.0, 1.0])}
    )
    assert_like_reverse(
        lambda p: p["x"] ** p["n"], {"x": 2.0, "n": 3.0}, {"x": 0.0, "n": 3.0}
    )
    with pytest.raises(ValueError, match="the base is negative"):
        compiled(lambda p: total(p["x"] ** p["n"]), power)(
            {**power, "x": np.array([-1.0, 1.0])}
        )


def test_a_complex_number_never_comes_out():
    root = compiled(lambda p: p["x"] ** 0.5, {"x": 2.0})
    with pytest.raises(TypeError, match="negative base has no real root"):
        root({"x": -2.0})


def test_a_negative_base_keeps_its_sign():
    assert_like_reverse(lambda p: p["y"] * (-2.0) ** p["x"].value, {"x": 2.0, "y": 1.0})


def test_data_that_change_afterwards_change_no_program():
    points, labels = np.arange(3.0), np.array([0.0, 1.0, 1.0])

    def loss(p):
        return mean(logistic_loss(labels, p["m"] * points))

    program, before = compiled(loss, {"m": 1.0}), reverse(loss, {"m": 1.0})[0]
    points[:], labels[:] = [5.0, 6.0, 7.0], [1.0, 0.0, 0.0]
    assert program({"m": 1.0})[0] == pytest.approx(before, rel=1e-14)


def test_an_array_that_is_filled_anew_stands_for_what_it_held():
    held = np.empty(2)

    def loss(p):
        out = 0.0
        for row in ([1.0, 2.0], [3.0, 4.0]):
            held[:] = row
            out = out + total(p["w"] * held)
        return out

    assert compiled(loss, {"w": np.ones(2)})({"w": np.ones(2)})[0] == 10.0


NAMES = ["float", "params", "program", "lambda", "<lambda>", "number", "v1"]


@with_each("name", NAMES)
def test_a_primitive_of_any_name_can_be_compiled(name):
    cube = course.Primitive(
        lambda x: x * x * x, lambda out, x: 3 * x * x, "x**3", name=name
    )
    assert_like_reverse(
        lambda p: cube(p["w"]) + total(p["a"]), {"w": 2.0, "a": np.ones(3)}
    )


def test_a_primitive_may_choose_between_the_entries_of_an_array():
    leaky = course.Primitive(
        lambda x: np.where(x > 0, x, 0.1 * x),
        lambda out, x: 0.1 + 0.9 * (x > 0),
        "Max(x, x / 10)",
        name="leaky",
    )
    there, elsewhere = np.array([1.0, -2.0, 3.0]), np.array([-1.0, 2.0, -3.0])
    assert_like_reverse(lambda p: mean(leaky(p["x"])), {"x": there}, {"x": elsewhere})


def test_numpy_beyond_its_first_floor_is_found_again():
    length = course.Primitive(
        lambda x: x / np.linalg.norm(x), lambda out, x: out * 0.0, "x", name="length"
    )
    x = {"x": np.array([3.0, 4.0])}
    assert compiled(lambda p: total(length(p["x"])), x)(x)[0] == pytest.approx(1.4)


OPERATIONS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


@with_each("operation", OPERATIONS)
def test_a_value_that_is_held_fast_may_stand_left_of_a_node(operation):
    assert_like_reverse(
        lambda p: total(operation(p["x"].value, p["x"])), {"x": np.array([1.5, 2.5])}
    )

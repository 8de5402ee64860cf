"""Node: rules, the walk back, broadcasting, long chains, memory, refusals."""

import gc
import operator
import platform
import subprocess
import sys
import tracemalloc
import weakref
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from programs import draw_program, evaluate

import autodiff_course as course
from autodiff_course import Node, Variable, exp, mean, mse, one_at_a_time, sin, total
from autodiff_course import reverse as gradient
from autodiff_course.reverse import pulled
from autodiff_course.shapes import PIECE

with_each = pytest.mark.parametrize
RULES = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
ORDER = [operator.lt, operator.le, operator.gt, operator.ge]
PRIMITIVES = ["log", "exp", "sigmoid", "tanh", "relu", "sin", "cos", "sqrt", "softplus"]
FUNCTIONS = {name: getattr(course, name) for name in [*PRIMITIVES, "mean", "total"]}
SHAPES = [(), (1,), (3,), (2, 1), (1, 3), (2, 3), (1, 1), (4, 1, 3), (4, 2, 1)]


def agree(loss, params, rel=1e-12):
    """Compare reverse mode with forward mode, value, names, shapes and numbers."""
    value, grads = gradient(loss, params)
    forward_value, forward = one_at_a_time(loss, params)
    assert value == pytest.approx(forward_value, rel=1e-15, nan_ok=True)
    assert list(grads) == list(params)
    for name, held in params.items():
        assert np.shape(grads[name]) == np.shape(held)
        assert type(grads[name]) is (np.ndarray if np.ndim(held) else float)
        np.testing.assert_allclose(grads[name], forward[name], rtol=rel, atol=1e-13)


def test_a_node_used_twice_adds_both_pulls():
    x = Node(3.0)
    (x * x).backward()
    assert x.grad == 6.0
    y = Node(2.0)
    (y + y).backward()
    assert y.grad == 2.0


def test_a_node_used_a_thousand_times_adds_a_thousand_pulls():
    x = Node(1.5)
    sum(i * x for i in range(1000)).backward()
    assert x.grad == 999 * 1000 / 2
    row = Node(np.array([1.0, 2.0]))
    total(sum(row * row for _ in range(1000))).backward()
    assert row.grad.tolist() == [2000.0, 4000.0]


def test_a_node_hands_on_when_all_who_used_it_have_handed_in():
    # b = a + a, c = b + b: a walk down every path, or one too early, gives 8 or 2.
    a = Node(1.0)
    b = a + a
    c = b + b
    c.backward()
    assert (a.grad, b.grad, c.grad) == (4.0, 2.0, 1.0)
    # A short way and a long way to the same node.
    x = Node(0.7)
    (x * sin(sin(sin(x)))).backward()
    step = 1e-6
    ends = [(0.7 + s) * np.sin(np.sin(np.sin(0.7 + s))) for s in (step, -step)]
    assert x.grad == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-9)


@with_each("times", [1, 2, 5])
def test_backward_again_gives_the_same_as_once(times):
    x = Node(np.array([0.5, -1.0]))
    half = x * x
    out = mean(half * half) + total(half)
    for _ in range(times):
        out.backward()
    np.testing.assert_allclose(x.grad, 4 * x.value**3 / 2 + 2 * x.value)
    np.testing.assert_allclose(half.grad, 2 * half.value / 2 + 1)


def test_two_results_of_one_graph_replace_each_others_grads():
    x = Node(2.0)
    square, cube = x**2, x**3
    square.backward()
    assert x.grad == 4.0
    cube.backward()
    assert x.grad == 12.0
    square.backward()
    assert x.grad == 4.0


def test_grads_have_the_shape_of_each_value_and_memory_of_their_own():
    a, b = Node(np.ones((2, 3))), Node(np.ones((2, 3)))
    c = Node(2.0)
    both = a + b
    total(both * c).backward()
    for node in (a, b, both):
        assert node.grad.shape == (2, 3) and np.all(node.grad == 2.0)
    assert type(c.grad) is float and c.grad == 12.0
    a.grad[0, 0] = 99.0
    assert np.all(b.grad == 2.0) and np.all(both.grad == 2.0)


@with_each("value", [3.0, np.array([3.0]), np.array([[3.0]])])
def test_a_result_of_one_entry_can_be_a_leaf(value):
    x = Node(value)
    x.backward()
    assert np.shape(x.grad) == np.shape(value) and np.all(x.grad == 1.0)


@with_each("shape", [(2,), (0,), (3, 1)])
def test_backward_from_many_numbers_is_a_value_error(shape):
    with pytest.raises(ValueError, match="backward starts from one number, got shape"):
        (Node(np.ones(shape)) * 2).backward()


def test_a_constant_gets_no_node():
    x = Node(2.0)
    array = np.array([1.0, 2.0])
    for make in [
        lambda: 3 * x + 1 - x / 2,
        lambda: 3 - 2 / x + 2**x,
        lambda: total(array * x - array / x + array**x),
        lambda: total(np.ones((3, 2)) @ (array + x)),
    ]:
        leaves = [node for node, _ in pulled(make()) if not node.made_from]
        assert leaves == [x]


@with_each("rule", RULES)
@with_each("number", [3, 2.5, np.float64(2.5), np.float32(2.5), np.int64(3), True])
def test_a_plain_number_stands_on_either_side(rule, number):
    agree(lambda p: rule(number, p["x"]), {"x": 1.7})
    agree(lambda p: rule(p["x"], number), {"x": 1.7})
    agree(lambda p: total(rule(number, p["x"])), {"x": np.array([1.7, 0.4])})


@with_each("rule", RULES)
@with_each("dtype", [float, np.float32, int, np.uint8])
def test_a_plain_array_stands_on_either_side(rule, dtype):
    array = np.array([3, 1, 2]).astype(dtype)
    for value in (1.7, np.array([1.7, 0.4, 2.2])):
        agree(lambda p: mean(rule(array, p["x"])), {"x": value}, rel=1e-6)
        agree(lambda p: mean(rule(p["x"], array)), {"x": value}, rel=1e-6)


@with_each("rule", RULES)
@with_each("shapes", list(product(SHAPES, repeat=2)), ids=str)
def test_broadcasting_is_undone(rule, shapes):
    try:
        together = np.broadcast_shapes(*shapes)
    except ValueError:
        return
    rng = np.random.default_rng(0)
    params = {
        name: rng.uniform(0.5, 2, s) for name, s in zip("ab", shapes, strict=True)
    }
    params = {name: v if np.ndim(v) else float(v) for name, v in params.items()}
    params["c"] = 0.3
    weights = rng.normal(size=together)
    agree(lambda p: total(rule(p["a"], p["b"])) + p["c"], params)
    agree(lambda p: total(weights * rule(p["a"], p["b"]) * p["c"]), params)
    agree(lambda p: total(sin(rule(p["a"], p["b"])) * rule(p["b"], p["a"])), params)


@with_each("size", [PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])
def test_sums_in_pieces_lose_nothing(size):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, size))
    agree(lambda p: mean(mse(y, p["m"] * x + p["b"])), {"m": 0.5, "b": 0.1})
    matrix = x[: size // 2 * 2].reshape(2, -1)
    agree(lambda p: mean(sin(p["m"] * matrix.T)), {"m": 0.5}, rel=1e-10)


@with_each("name", PRIMITIVES)
def test_every_primitive_pulls_what_it_pushes(name):
    primitive = getattr(course, name)
    rng = np.random.default_rng(2)
    low, high = primitive.shown
    agree(lambda p: primitive(p["x"]) * p["x"], {"x": float(rng.uniform(low, high))})
    agree(lambda p: mean(primitive(p["x"]) * p["x"]), {"x": rng.uniform(low, high, 7)})
    agree(lambda p: total(primitive(p["x"])), {"x": rng.uniform(low, high, (2, 3))})


@with_each("n", [0, 1, 2, 3, -1, 0.5, -2.5, 2.0])
def test_fixed_exponents(n):
    agree(lambda p: p["x"] ** n, {"x": 1.3})
    agree(lambda p: total(p["x"] ** n), {"x": np.array([0.4, 1.3])})


def test_a_power_is_flat_where_its_exponent_is_zero():
    agree(lambda p: p["x"] ** 0, {"x": 0.0})
    agree(lambda p: total(p["x"] ** np.array([0, 1, 2])), {"x": np.zeros(3)})


def test_a_moving_exponent_over_zero_is_flat():
    agree(lambda p: total(np.array([0.0, 2.0]) ** p["n"]), {"n": 1.5})


@with_each("base", [-2.0, np.array([1.0, -2.0]), Node(-2.0)])
def test_a_moving_exponent_over_a_negative_base_is_a_value_error(base):
    with pytest.raises(ValueError, match="the base is negative"):
        base ** Node(2.0)


def test_random_programs_are_the_same_in_both_modes():
    rng = np.random.default_rng(3)
    shapes = {"p": (), "q": (), "x": (3,), "w": (2, 3)}
    functions = [name for name in FUNCTIONS if name not in ("log", "sqrt")]
    tried = 0
    while tried < 150:
        program = draw_program(rng, list(shapes), functions, depth=5)
        params = {name: rng.uniform(0.5, 2, shape) for name, shape in shapes.items()}

        def loss(p, program=program):
            return mean(evaluate(program, p, FUNCTIONS) * p["p"])

        with np.errstate(all="ignore"):
            try:
                value, grads = one_at_a_time(loss, params)
            except (ZeroDivisionError, OverflowError):
                continue
            if all(np.all(np.abs(g) < 1e6) for g in [value, *grads.values()]):
                agree(loss, params, rel=1e-10)
                tried += 1


def test_reverse_is_the_transpose_of_forward():
    rng = np.random.default_rng(4)
    x, direction = rng.normal(size=(2, 5))

    def program(v):
        return exp(sin(v) * v) / (1 + v * v)

    forward = program(Variable(x, direction)).grad
    weights = rng.normal(size=5)
    node = Node(x)
    total(weights * program(node)).backward()
    assert weights @ forward == pytest.approx(node.grad @ direction, rel=1e-13)


def test_a_parameter_that_is_not_used_has_grad_zero():
    _, grads = gradient(
        lambda p: p["a"] ** 2, {"a": 1.0, "b": 2.0, "w": np.ones((2, 2))}
    )
    assert grads["b"] == 0.0 and grads["w"].tolist() == [[0, 0], [0, 0]]
    assert gradient(lambda p: Node(3.0), {"a": 1.0}) == (3.0, {"a": 0.0})


def test_grads_that_are_handed_out_share_no_memory():
    params = {"a": np.ones(3), "b": np.ones(3)}
    _, grads = gradient(lambda p: total((p["a"] + p["b"]) ** 2), params)
    grads["a"][0] = 99.0
    assert grads["b"].tolist() == [4.0, 4.0, 4.0]


# Long chains and memory


def long_chain(x, length):
    """Return x after a chain of operations that neither grows nor shrinks it much."""
    out = x
    for _ in range(length // 2):
        out = (out + 1e-6) * 1.0
    return out


@with_each("value", [1.0, np.ones(2)])
def test_a_chain_of_a_hundred_thousand_operations_works(value):
    x = Node(value)
    total(long_chain(x, 100_000)).backward()
    assert np.all(x.grad == 1.0)


@with_each(
    "make", [long_chain, lambda x, length: [x := exp(x - x) for _ in range(length)][-1]]
)
def test_a_long_chain_is_freed_on_drop_without_the_collector(make):
    gc.collect()
    gc.disable()
    try:
        x = Node(1.0)
        out = make(x, 100_000)
        out.backward()
        first = weakref.ref(x)
        del x, out
        assert first() is None
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_dropped_result_frees_everything_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        w = Node(np.ones((3, 2)))
        rows = np.ones((4, 3)) @ w
        out = (
            mean(sin(rows) ** 2 / (rows + 3.0)) - total(w @ np.ones(2)) ** w.value[0, 0]
        )
        del rows
        out.backward()
        gradient(lambda p: mean(p["x"] / p["x"]) ** p["y"], {"x": np.ones(3), "y": 2.0})
        inner = [weakref.ref(node) for node, _ in pulled(out) if node is not w]
        del out
        assert not any(ref() for ref in inner)
        assert gc.collect() == 0
    finally:
        gc.enable()


FAULTS = """
import resource
from autodiff_course import course_data, mean, mse, reverse
x, y = course_data(n=100_000)
loss = lambda p: mean(mse(y, p["m"] * x + p["b"]))
def faults():
    reverse(loss, {"m": 0.5, "b": 0.1})
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
before = [faults() for _ in range(5)][-1]
print([faults() for _ in range(10)][-1] - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc keeps memory")
def test_large_arrays_are_not_faulted_in_anew():
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    # Anew, every array of 100 000 numbers would be 196 pages, in each gradient.
    assert int(done.stdout) < 500


# What is refused


@with_each("rule", [*RULES, operator.matmul])
def test_nodes_and_variables_cannot_be_mixed(rule):
    node, variable = Node(np.ones(1)), Variable(np.ones(1))
    for left, right in [(node, variable), (variable, node)]:
        with pytest.raises(TypeError, match="Variables and Nodes cannot be mixed"):
            rule(left, right)


def test_neither_is_a_value_of_the_other():
    for mix in (lambda: Variable(Node(1.0)), lambda: Node(Variable(1.0))):
        with pytest.raises(TypeError, match="cannot be mixed"):
            mix()
    with pytest.raises(TypeError, match="cannot be mixed"):
        Variable(1.0, Node(1.0))
    with pytest.raises(TypeError):
        Node(Node(1.0))


@with_each("bad", [None, "1", [1.0], 1j, np.array([1j]), np.array([None]), object()])
def test_what_is_not_real_is_a_type_error(bad):
    with pytest.raises(TypeError, match="must be a real number or a NumPy array"):
        Node(bad)
    for rule in RULES:
        with pytest.raises(TypeError):
            rule(Node(1.0), bad)


def test_a_complex_result_is_a_type_error():
    with pytest.raises(TypeError, match="complex"):
        Node(-8.0) ** (1 / 3)


@with_each("kind", [int, bool, np.uint8])
def test_integer_arrays_become_floats(kind):
    assert Node(np.array([0, 1]).astype(kind)).value.dtype == float


@with_each(("function", "own"), [(np.exp, "exp"), (np.mean, "mean"), (np.sum, "total")])
def test_numpys_functions_name_the_courses_own(function, own):
    with pytest.raises(TypeError, match=f"got a Node .*use {own} from autodiff_course"):
        function(Node(np.ones(2)))


def test_a_node_is_neither_true_nor_a_float():
    for ask in (bool, float):
        with pytest.raises(TypeError, match="Node"):
            ask(Node(1.0))


@with_each("order", ORDER)
def test_order_compares_values(order):
    node = Node(2.0)
    assert order(node, 3.0) == order(2.0, 3.0) and order(node, Node(1.0)) == order(2, 1)
    assert node == node and node != Node(2.0) and len({node, node}) == 1


@with_each("plain", [3.0, np.float64(1.0), Variable(1.0)])
def test_a_loss_without_a_slope_is_a_type_error(plain):
    with pytest.raises(TypeError, match="return the Node itself"):
        gradient(lambda p: plain, {"m": 1.0})


def test_grads_on_the_way_are_let_go():
    def long_chain(p):
        x = p["x"]
        for _ in range(50):
            x = sin(x)
        return total(x)

    tracemalloc.start()
    gradient(long_chain, {"x": np.ones(10_000)})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The values have to stay, 50 arrays; of the grads a few at a time are enough.
    assert most < 60 * np.ones(10_000).nbytes


def test_a_node_shows_its_value_and_its_grad():
    assert repr(Node(4.0)) == "Node(4.0, grad=0.0)"


def test_a_fraction_beside_an_array_makes_no_array_of_objects():
    half, row = Fraction(1, 2), np.array([1.0, 3.0])
    for out in (Node(row) * half, half * Node(row), Node(half) * row):
        assert out.value.dtype == float and out.value.tolist() == [0.5, 1.5]


def test_directions_are_data_in_a_node():
    v = Variable(2.0, np.ones((2, 1)))
    assert type(Node(v.grad).value) is type((Node(1.0) * v.grad).value) is np.ndarray


def test_the_grad_of_a_number_is_a_python_float():
    careless = course.Primitive(np.sin, lambda out, x: np.cos(x), formula="sin(x)")
    x = Node(2.0)
    careless(x).backward()
    assert type(x.grad) is float and x.grad == np.cos(2.0)

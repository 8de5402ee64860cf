"""The rows of an evaluation, for the course's class and for a learner's own."""

import sys
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest

import autodiff_course as course
from autodiff_course import Row, Variable, exp, log, mean, sigmoid, sin, trace

with_each = pytest.mark.parametrize


class Dual:
    """A learner's class: both operands must carry a grad, nothing is checked."""

    def __init__(self, value, grad=0):
        self.value = value
        self.grad = grad

    def __add__(self, v):
        return Dual(self.value + v.value, self.grad + v.grad)

    def __sub__(self, v):
        return Dual(self.value - v.value, self.grad - v.grad)

    def __mul__(self, v):
        return Dual(self.value * v.value, v.value * self.grad + v.grad * self.value)

    def __truediv__(self, v):
        slope = v.value * self.grad - v.grad * self.value
        return Dual(self.value / v.value, slope / v.value**2)

    def __pow__(self, v):
        assert v.grad == 0, "a moving exponent is not taught yet"
        slope = v.value * self.value ** (v.value - 1)
        return Dual(self.value**v.value, slope * self.grad)


class Logarithm:
    """A learner's primitive: a class that is called."""

    def __call__(self, v):
        return Dual(np.log(v.value), v.grad / v.value)


def logistic(v):
    """A learner's primitive as a plain function."""
    out = 1 / (1 + np.exp(-v.value))
    return Dual(out, out * (1 - out) * v.grad)


class Composed(Dual):
    """A class whose operations are made of its other operations."""

    def __neg__(self):
        return Composed(-self.value, -self.grad)

    def __add__(self, v):
        return Composed(self.value + v.value, self.grad + v.grad)

    def __sub__(self, v):
        return self + (-v)

    def square(self):
        return Composed(self.value**2, 2 * self.value * self.grad)

    @classmethod
    def constant(cls, number):
        return cls(number)

    @staticmethod
    def doubled(v):
        return v + v


def table(rows):
    """Return what a reader looks at first."""
    return [(row.name, row.operation, row.operands, row.value) for row in rows]


def balanced(rows):
    """Tell whether in every row grad is the sum of slope times the operand's grad."""
    grads = {row.name: row.grad for row in rows}
    for row in rows:
        if row.operands:
            known = [
                slope * grads[name]
                for slope, name in zip(row.slopes, row.operands, strict=True)
                if slope is not None
            ]
            if not np.allclose(sum(known), row.grad, rtol=1e-12):
                return False
    return len(grads) == len(rows)


def test_three_x_at_four_has_three_rows():
    assert trace(lambda x: 3 * x, Variable(4, 1)) == [
        Row("x", "input", (), 4, (), 1),
        Row("3", "constant", (), 3, (), 0),
        Row("v1", "*", ("x", "3"), 12, (3.0, 4.0), 3),
    ]


def test_rows_come_in_order_with_names_operations_and_values():
    def program(x, y):
        return sin(x * y) + x / 4

    rows = trace(program, Variable(2.0, 1), Variable(3.0))
    assert table(rows) == [
        ("x", "input", (), 2.0),
        ("y", "input", (), 3.0),
        ("v1", "*", ("x", "y"), 6.0),
        ("v2", "sin", ("v1",), np.sin(6.0)),
        ("4", "constant", (), 4),
        ("v3", "/", ("x", "4"), 0.5),
        ("v4", "+", ("v2", "v3"), np.sin(6.0) + 0.5),
    ]
    assert rows[2].slopes == (3.0, 2.0) and rows[3].slopes == (np.cos(6.0),)
    assert rows[-1].grad == pytest.approx(3 * np.cos(6.0) + 0.25)
    assert balanced(rows)


@with_each(
    ("program", "symbols"),
    [
        (lambda x: 2 + x, ["+"]),
        (lambda x: x - 2, ["-"]),
        (lambda x: 2 - x, ["-"]),
        (lambda x: 2 * x, ["*"]),
        (lambda x: 2 / x, ["/"]),
        (lambda x: x**3, ["**"]),
        (lambda x: 2**x, ["**"]),
        (lambda x: -x, ["*"]),
        (lambda x: exp(x) * sigmoid(x), ["exp", "sigmoid", "*"]),
        (lambda x: course.mse(1.0, x), ["-", "**"]),
        (lambda x: course.logistic_loss(1, x), ["*", "softplus"]),
        (lambda x: mean(x * x), ["*", "mean"]),
        (lambda x: log(x) + log(x), ["log", "log", "+"]),
        (lambda x: sum([x, x, x]), ["+", "+", "+"]),
        (lambda x: max(x, x * x), ["*"]),
        (lambda x: x, []),
        (lambda x: 7.0, []),
    ],
)
def test_operations_are_named_as_they_are_written(program, symbols):
    rows = trace(program, Variable(1.7, 0.3))
    made = [row for row in rows if row.operands]
    assert [row.operation for row in made] == symbols
    assert [row.name for row in made] == [f"v{i + 1}" for i in range(len(made))]
    assert balanced(rows)


def test_a_node_used_again_keeps_its_row():
    def program(x):
        y = x * x
        return y * y + y

    rows = trace(program, Variable(3.0, 1))
    assert [(row.name, row.operands) for row in rows] == [
        ("x", ()),
        ("v1", ("x", "x")),
        ("v2", ("v1", "v1")),
        ("v3", ("v2", "v1")),
    ]
    assert rows[1].slopes == (3.0, 3.0) and rows[2].slopes == (9.0, 9.0)
    assert rows[-1].grad == 4 * 27 + 6 and balanced(rows)


def test_equal_constants_share_a_row_and_different_ones_do_not():
    a, b = np.array([1.0, 2.0]), np.array([5.0, 6.0])
    rows = trace(lambda x: 2 * x + 2 * x * a + x * b + x * 2.0000001, Variable(3.0, 1))
    constants = {row.name: row.value for row in rows if row.operation == "constant"}
    assert list(constants) == ["2", "array", "array (2)", "2 (2)"]
    assert constants["array"] is not constants["array (2)"]
    np.testing.assert_array_equal(constants["array (2)"], b)
    assert constants["2 (2)"] == 2.0000001 and balanced(rows)


def test_a_constant_and_a_variable_of_the_same_value_have_rows_of_their_own():
    outside, moving = Variable(3.0), Variable(3.0, 1.0)
    rows = trace(lambda x: x * outside + x * moving, Variable(2.0, 1))
    assert [row.name for row in rows] == ["x", "3", "v1", "3 (2)", "v2", "v3"]
    assert [row.grad for row in rows[:4]] == [1, 0, 3.0, 1.0] and balanced(rows)


@with_each("program", [lambda v1: v1 * 2 + 1, lambda v2: v2 * v2 * 2])
def test_an_input_may_be_called_like_an_operation(program):
    rows = trace(program, Variable(3.0, 1))
    assert len({row.name for row in rows}) == len(rows) and balanced(rows)


def test_plain_numbers_are_inputs_without_grad():
    rows = trace(lambda a, b: a * b, 2, Variable(3.0, 1))
    assert [(row.name, row.operation, row.grad) for row in rows] == [
        ("a", "input", 0),
        ("b", "input", 1),
        ("v1", "*", 2.0),
    ]


def test_inputs_without_a_name_are_counted():
    rows = trace(lambda *inputs: inputs[0] + inputs[1], Variable(1.0), Variable(2.0))
    assert [row.name for row in rows][1:] == ["x2", "v1"]
    assert len({row.name for row in rows}) == 3
    assert trace(exp, Variable(1.0, 1))[0].operation == "input"


def test_one_object_may_be_two_inputs():
    v = Variable(3.0, 1)
    rows = trace(lambda a, b: a * b, v, v)
    assert [row.name for row in rows] == ["a", "b", "v1"] and balanced(rows)
    assert rows[-1].grad == 6.0


def test_closures_and_functions_in_functions_are_followed():
    weight = Variable(0.5, 1)

    def neuron(x, shift):
        def line(z):
            return weight * z + shift

        return sigmoid(line(x))

    rows = trace(lambda x: neuron(x, 2.0), Variable(1.5))
    assert [row.operation for row in rows if row.operands] == ["*", "+", "sigmoid"]
    s = 1 / (1 + np.exp(-2.75))
    assert rows[-1].grad == pytest.approx(s * (1 - s) * 1.5) and balanced(rows)


def test_loops_and_branches_show_what_was_run():
    def power(x, n):
        out = x
        for _ in range(n - 1):
            out = out * x
        return out if out > 0 else -out

    rows = trace(lambda x: power(x, 3), Variable(-2.0, 1))
    assert [row.operation for row in rows if row.operands] == ["*", "*", "*"]
    assert rows[-1].value == 8.0 and rows[-1].grad == -12.0 and balanced(rows)


def test_arrays_have_slopes_for_each_entry():
    x = np.array([1.0, 2.0, 3.0])
    rows = trace(lambda m: sin(m * x), Variable(0.5, 1))
    np.testing.assert_allclose(rows[-1].grad, np.cos(0.5 * x) * x, rtol=1e-15)
    assert balanced(rows)


def test_a_slope_that_a_rule_refuses_is_none():
    rows = trace(lambda x: x**2, Variable(-3.0, 1))
    assert rows[-1].slopes == (-6.0, None) and balanced(rows)


# A learner's own class


def test_a_learners_class_is_traced_with_its_own_rules():
    def program(x, y):
        return Logarithm()(x / y) + logistic(x * y) - x ** Dual(2)

    x, y = Dual(1.7, 1), Dual(0.6, -0.5)
    rows = trace(program, x, y)
    assert [(row.name, row.operation, row.operands) for row in rows] == [
        ("x", "input", ()),
        ("y", "input", ()),
        ("v1", "/", ("x", "y")),
        ("v2", "logarithm", ("v1",)),
        ("v3", "*", ("x", "y")),
        ("v4", "logistic", ("v3",)),
        ("v5", "+", ("v2", "v4")),
        ("2", "constant", ()),
        ("v6", "**", ("x", "2")),
        ("v7", "-", ("v5", "v6")),
    ]
    assert rows[8].slopes == (2 * 1.7, None)  # the assertion in its rule
    assert rows[-1].grad == program(x, y).grad and balanced(rows)


def test_a_wrong_rule_shows_its_wrong_slopes():
    class Wrong(Dual):
        def __mul__(self, v):
            return Wrong(self.value * v.value, self.grad * v.grad)

    rows = trace(lambda x: x * x, Wrong(3.0, 1))
    assert rows[-1].grad == 1.0 and rows[-1].slopes == (0.0, 0.0)
    assert not balanced(rows)


def test_operations_made_of_others_show_the_others():
    def program(x):
        return Composed.doubled(x - Composed.constant(0.5)).square()

    rows = trace(program, Composed(2.0, 1))
    assert [row.operation for row in rows if row.operands] == ["-", "+", "+", "square"]
    assert [row.name for row in rows if row.operation == "constant"] == ["0.5"]
    assert rows[-1].value == 9.0 and rows[-1].grad == 12.0 and balanced(rows)


def test_a_class_that_lifts_plain_numbers_shows_them_as_constants():
    class Lifting(Dual):
        def __mul__(self, other):
            other = other if isinstance(other, Dual) else Lifting(other)
            grad = self.grad * other.value + self.value * other.grad
            return Lifting(self.value * other.value, grad)

        __rmul__ = __mul__

    rows = trace(lambda x: 3 * x, Lifting(4.0, 1))
    assert table(rows)[1:] == [("3", "constant", (), 3), ("v1", "*", ("x", "3"), 12.0)]
    assert rows[-1].slopes == (3.0, 4.0)


def test_a_learners_function_shows_the_numbers_that_it_was_given():
    def leaky(v, low):
        return Dual(max(v.value, low * v.value), (1 if v.value > 0 else low) * v.grad)

    rows = trace(lambda x: leaky(x, 0.25), Dual(-2.0, 1))
    assert table(rows)[1:] == [
        ("0.25", "constant", (), 0.25),
        ("v1", "leaky", ("x", "0.25"), -0.5),
    ]
    assert rows[-1].slopes == (0.25, None) and balanced(rows)


def test_a_constant_that_is_not_a_number_has_one_row():
    rows = trace(lambda x: x * float("nan") + 1, Variable(2.0, 1))
    assert [row.name for row in rows] == ["x", "nan", "v1", "1", "v2"]


def test_a_function_without_a_signature_is_traced():
    rows = trace(max, Variable(1.0, 1), Variable(2.0))
    assert [row.name for row in rows] == ["x1", "x2"]


def test_slots_and_class_attributes_do_not_confuse_the_trace():
    class Slotted:
        __slots__ = ("grad", "value")

        def __init__(self, value, grad=0.0):
            self.value, self.grad = value, grad

        @classmethod
        def lift(cls, thing):
            return thing if isinstance(thing, cls) else cls(thing)

        def __add__(self, other):
            other = self.kind().lift(other)
            return Slotted(self.value + other.value, self.grad + other.grad)

        def kind(self):
            return type(self)

    rows = trace(lambda x: x + 2.0, Slotted(1.0, 1.0))
    assert [(row.name, row.operation) for row in rows] == [
        ("x", "input"),
        ("2", "constant"),
        ("v1", "+"),
    ]


def test_a_method_of_ones_own_called_chain_is_no_trouble():
    class Own(Dual):
        def chain(self, factor):
            return Own(factor * self.value, factor * self.grad)

    rows = trace(lambda x: x.chain(3.0), Own(2.0, 1))
    assert rows[-1].operation == "chain" and rows[-1].grad == 3.0


# The hook


def test_tracing_changes_neither_the_inputs_nor_the_outcome():
    x = Variable(np.array([1.0, 2.0]), np.array([0.5, 0.25]))
    trace(lambda x: exp(x) * x, x)
    assert x.value.tolist() == [1.0, 2.0] and x.grad.tolist() == [0.5, 0.25]


@with_each("hook", [None, lambda frame, event, returned: None])
def test_the_profile_hook_is_put_back(hook):
    before = sys.getprofile()
    try:
        sys.setprofile(hook)
        trace(lambda x: x * x, Variable(3.0, 1))
        assert sys.getprofile() is hook
        with pytest.raises(ZeroDivisionError):
            trace(lambda x: x / 0, Variable(3.0, 1))
        assert sys.getprofile() is hook
    finally:
        sys.setprofile(before)


def test_an_error_inside_the_function_arrives_as_it_is():
    def program(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        trace(program, Variable(1.0))


def test_an_operation_that_fails_and_is_caught_leaves_no_row():
    def program(x):
        try:
            return log(x - 5)
        except ValueError:
            return x * 2

    rows = trace(program, Variable(3.0, 1))
    assert [row.operation for row in rows if row.operands] == ["-", "*"]


def test_a_trace_inside_a_traced_function_keeps_to_itself():
    inner = []

    def program(x):
        inner.extend(trace(lambda z: z * z, Variable(2.0, 1)))
        return x + 1

    rows = trace(program, Variable(3.0, 1))
    assert [row.operation for row in inner] == ["input", "*"]
    assert rows[-1].operation == "+" and rows[-1].value == 4.0


def test_the_same_program_gives_the_same_rows():
    def program(x):
        return sin(x) * x + 2

    v = Variable(1.3, 1)
    assert trace(program, v) == trace(program, v)


def test_a_long_program_is_traced_in_the_end():
    def program(x):
        for _ in range(2000):
            x = x * 0.999 + 0.001
        return x

    rows = trace(program, Variable(2.0, 1))
    assert len(rows) == 1 + 2 + 4000
    assert rows[-1].grad == pytest.approx(0.999**2000) and balanced(rows)


def clipped(v):
    """A learner's function that gives its result the name of what it took."""
    if v.value < 0:
        v = Dual(0.0, 0.0)
    return v


def cubed(v):
    v = Dual(v.value**3, 3 * v.value**2 * v.grad)
    return v


def added(*each):
    return Dual(sum(v.value for v in each), sum(v.grad for v in each))


def test_a_result_with_the_name_of_an_operand_hides_neither():
    rows = trace(lambda x, y: clipped(x * y), Dual(2.0, 1.0), Dual(-1.0))
    assert table(rows)[-1][1:4] == ("clipped", ("v1",), 0.0)
    assert rows[-1].slopes == (0.0,)
    assert trace(cubed, Dual(2.0, 1.0))[-1].slopes == (12.0,)


def test_any_number_of_operands_is_shown():
    rows = trace(lambda x, y: added(x, y, x), Dual(2.0, 1.0), Dual(5.0))
    assert rows[-1].operands == ("x", "y", "x") and rows[-1].value == 9.0


@dataclass(frozen=True)
class Frozen:
    value: float
    grad: float = 0.0

    def __mul__(self, v):
        return Frozen(self.value * v.value, self.grad * v.value + self.value * v.grad)


def test_a_frozen_class_can_be_traced():
    rows = trace(lambda x, y: x * y, Frozen(2.0, 1.0), Frozen(5.0))
    assert rows[-1].slopes == (5.0, 2.0) and rows[-1].grad == 5.0


def test_constants_of_any_kind_have_a_row():
    deep = Variable(Variable(2.0, 1.0), 1.0)
    assert trace(lambda x: x * Variable(Variable(3.0)), deep)[-1].value.value == 6.0
    third = trace(lambda x: x * Fraction(1, 3), Variable(3.0, 1))
    assert third[-1].value == 1.0 and third[1].operation == "constant"


def made(value, grad):
    return Helped(value, grad)


class Helped:
    """A class whose operations leave the making to a function of their own."""

    def __init__(self, value, grad=0):
        self.value, self.grad = value, grad

    def __mul__(self, v):
        return made(self.value * v.value, self.grad * v.value + self.value * v.grad)


class Tupled(NamedTuple):
    """A class whose grad cannot be set."""

    value: float
    grad: float = 0

    def __mul__(self, v):
        return Tupled(self.value * v.value, self.grad * v.value + self.value * v.grad)


class Asked(Helped):
    """A class that cannot be copied without being told what it holds."""

    __slots__ = ()

    def __new__(cls, value, grad=0):
        return super().__new__(cls)

    def __mul__(self, v):
        return Asked(self.value * v.value, self.grad * v.value + self.value * v.grad)

    def __reduce_ex__(self, protocol):
        return Asked, ()


@with_each("kind", [Helped, Tupled, Asked])
def test_a_class_may_make_its_results_in_its_own_way(kind):
    rows = trace(lambda a, b: a * b * a, kind(2.0, 1.0), kind(3.0))
    assert [row.operation for row in rows] == ["input", "input", "*", "*"]
    assert [row.slopes for row in rows[2:]] == [(3.0, 2.0), (2.0, 6.0)]
    assert rows[-1].grad == 12.0  # of 3 a**2 at 2


def test_a_constant_that_a_helper_makes_is_a_constant():
    rows = trace(lambda a: a * made(3.0, 0), Helped(2.0, 1.0))
    assert [row.operation for row in rows] == ["input", "constant", "*"]

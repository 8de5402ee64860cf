"""The closed boxes of lesson 11: what is planted in each, and what a case shows."""

import ast
import inspect
import itertools
import math
import re

import numpy as np
import pytest
from lessons import NOTEBOOKS, Lesson, text_of, tree

from autodiff_course import (
    cos,
    exp,
    log,
    logloss,
    one_at_a_time,
    relu,
    sigmoid,
    sin,
    sqrt,
    tanh,
)
from autodiff_course.exercises import lesson_11, suspects
from autodiff_course.exercises.evidence import (
    INNOCENT,
    LACKS,
    LEAST,
    SHOWN,
    Finding,
    examine,
    examine_all,
    operations,
    remark,
)
from autodiff_course.exercises.misconceptions import BELIEFS
from autodiff_course.exercises.suspects import ENGINES, PLANTED, natural

RIGHT = sorted(set(ENGINES) - set(PLANTED))


def twice(b):
    return b + b


# What each belief gives, worked out by hand: engine, expression, point, slopes.
WORKED_OUT = [
    ("a", lambda x: x * x, (3,), (3,)),
    ("a", lambda x, y: x * y, (3, 4), (4, 0)),
    ("b", lambda x: x * x, (3,), (3,)),
    ("b", lambda x: x + x, (3,), (1,)),
    ("c", lambda x: (2 * x) ** 3, (3,), (108,)),
    ("d", lambda x, y: x * y, (3, 4), (4, 7)),
    ("d", lambda x, y, z: x + 4 * y + 9 * z, (1, 2, 3), (1, 5, 14)),
    ("f", lambda x: exp(2 * x), (0.7,), (2,)),
    ("g", lambda x: logloss(1, sigmoid(x)), (-36,), (-math.exp(-36) / 1e-15,)),
    ("h", lambda x: 1 - x, (3,), (1,)),
    ("i", lambda x: twice(x + x), (3,), (8,)),
    ("j", lambda x, y: x**y, (3, 2), (6, 0)),
    ("k", lambda x: x + x + x, (3,), (4,)),
    ("l", lambda x: sigmoid(x), (-800,), (math.nan,)),
    ("m", lambda x: exp(x * x), (2,), (4 * math.exp(2),)),
]
# Right in every box: what each mistake needs is not there.
TAME = [
    (lambda x: (x**3 - 5) / 4, (1.7,)),
    (lambda x: exp(x) - 3, (0.7,)),
    (lambda x: 2 / (x / 3 + 1) - sqrt(4), (1.7,)),
]


@pytest.mark.parametrize("case", WORKED_OUT, ids=lambda case: case[0])
def test_a_planted_mistake_gives_what_its_belief_gives(case):
    name, expression, point, slopes = case
    said = ENGINES[name](expression, *point)
    assert said == pytest.approx(slopes, rel=1e-9, nan_ok=True)
    assert examine((expression, point), name) == SHOWN


@pytest.mark.parametrize("name", ENGINES)
def test_every_box_is_right_about_a_tame_expression(name):
    for expression, point in TAME:
        right = one_by_one(expression, point)
        assert ENGINES[name](expression, *point) == pytest.approx(right, rel=1e-12)


def one_by_one(expression, point):
    """Return the slopes by the course's Variable."""
    named = dict(zip("xyz", map(float, point), strict=False))
    _, grads = one_at_a_time(lambda w: expression(*w.values()), named)
    return tuple(grads.values())


UNARY = (exp, sin, cos, tanh, sigmoid, lambda x: sqrt(x * x + 2), lambda x: x**3)
UNARY += (lambda x: 3 - x, lambda x: 2 * x, lambda x: log(x * x + 1), lambda x: 1.5**x)
BINARY = (
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (y * y + 1),
)


def random_case(rng):
    """Return a random expression of x and y, and a point."""
    steps = [
        (rng.integers(2), rng.integers(20), rng.integers(99), rng.integers(99))
        for _ in range(rng.integers(1, 7))
    ]

    def expression(x, y):
        held = [x, y]
        for kind, which, first, second in steps:
            one, other = held[-1 - first % 2], held[second % len(held)]
            if kind:
                held.append(tanh(UNARY[which % len(UNARY)](one)))
            else:
                held.append(BINARY[which % len(BINARY)](one, other))
        return held[-1]

    return expression, tuple(rng.uniform(-2, 2, size=2).tolist())


def random_cases(count=150):
    rng = np.random.default_rng(0)
    return [random_case(rng) for _ in range(count)]


def test_every_twin_agrees_with_the_course_on_random_expressions():
    for expression, point in random_cases():
        right = one_by_one(expression, point)
        for engine in (*ENGINES.values(), natural):
            said = engine.right(expression, point)
            assert said == pytest.approx(right, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", RIGHT)
def test_the_innocent_box_is_right_on_random_expressions(name):
    for expression, point in random_cases():
        right = one_by_one(expression, point)
        assert ENGINES[name](expression, *point) == pytest.approx(right, abs=1e-9)


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_called_unable_to_show_a_mistake_is_unable(name):
    words = set()
    for expression, point in random_cases():
        found = examine((expression, point), name)
        words.add(found)
        said = ENGINES[name](expression, *point)
        twin = ENGINES[name].right(expression, point)
        if found != SHOWN and found.split()[1] in LACKS[name]:
            assert said == pytest.approx(twin, rel=1e-9, abs=1e-9), found
        elif found != SHOWN:
            assert said == pytest.approx(one_by_one(expression, point), abs=2e-6)
    assert len(words) > 1 or name in "dgl"


# What a case lacks, and beside it a case in which one part of two has it.
LACKING = [
    ("a", "never", lambda x: x**3 + exp(x)),
    ("a", "still", lambda x: 2 * x + x * 3),
    ("a", "blind", lambda x: 2 * x + x * x),
    ("b", "once", lambda x: exp(2 * x) - 1),
    ("b", "blind", lambda x: x * x),
    ("c", "never", lambda x: x * x),
    ("c", "speed", lambda x: x**3 + (x - 2) ** 2),
    ("c", "blind", lambda x: x**3 + (2 * x) ** 3),
    ("d", "alone", lambda x: x * x),
    ("d", "blind", lambda x, y: x * x + y),
    ("f", "never", lambda x: exp(x)),
    ("f", "last", lambda x: 2 * x + x * x),
    ("f", "blind", lambda x: 2 * x + exp(x * x + 1)),
    ("g", "never", lambda x: sigmoid(x)),
    ("g", "inside", lambda x: logloss(1, sigmoid(x))),
    ("h", "never", lambda x: x + 1),
    ("h", "right", lambda x: x - 1),
    ("h", "blind", lambda x: 1 - x * x),
    ("i", "once", lambda x: exp(2 * x)),
    ("i", "inputs", lambda x: x * x),
    ("i", "blind", lambda x: x + twice(x * x)),
    ("j", "never", lambda x: x * x),
    ("j", "fixed", lambda x: x**3),
    ("j", "blind", lambda x: x**3 + 1**x),
    ("k", "never", lambda x: x * x),
    ("k", "once", lambda x: 2 * x + 1),
    ("k", "blind", lambda x: x + x),
    ("l", "never", lambda x: exp(x)),
    ("l", "inside", lambda x: sigmoid(x)),
    ("m", "never", lambda x: x**3),
    ("m", "inputs", lambda x: exp(x) * sin(x)),
    ("m", "blind", lambda x: exp(x) + sin(2 * x)),
]


@pytest.mark.parametrize("lacking", LACKING, ids=lambda each: "-".join(each[:2]))
def test_a_case_at_zero_is_told_what_it_lacks(lacking):
    name, word, expression = lacking
    point = (0,) * len(inspect.signature(expression).parameters)
    assert examine((expression, point), name) == f"{name}: {word}"


def test_seven_stand_in_the_lesson_and_one_of_them_is_innocent():
    assert [engine.name for engine in suspects.LINE_UP] == list("abcdefg")
    assert [engine.name for engine in suspects.FURTHER] == list("hijklm")
    assert RIGHT == ["e"]
    assert len(set(PLANTED.values())) == 12
    assert set(PLANTED.values()) <= set(BELIEFS)
    for name, engine in ENGINES.items():
        assert getattr(suspects, f"engine_{name}") is engine


def test_no_name_gives_a_mistake_away():
    def found_out(x):
        raise AssertionError(type(x).__name__, repr(type(x)))

    seen = set()
    for name, engine in ENGINES.items():
        assert repr(engine) == f"<engine {name}>"
        with pytest.raises(AssertionError) as caught:
            engine(found_out, 1.7)
        seen |= set(caught.value.args[:1])
        told = re.findall(r"\w+", caught.value.args[1])
        assert set(told) <= {"class", "autodiff_course", "exercises", "suspects"} | {
            "Number",
            "Node",
            "Forward",
            "reverse",
        }
    assert seen <= {"Number", "Node", "Forward"}


def test_a_box_refuses_what_is_no_point_and_no_expression():
    for engine in ENGINES.values():
        assert engine(lambda x, y: 5, 1.7, 2) == (0.0, 0.0)
        assert engine(lambda x, y: x - y, (1.7, 2)) == (1.0, -1.0) or engine.name == "d"
        with pytest.raises(TypeError, match="it takes one plain number for each"):
            engine(lambda x: x, "here")
        with pytest.raises(TypeError, match="it takes one plain number for each"):
            engine(lambda x: x)
        with pytest.raises(TypeError, match="it should return one number"):
            engine(lambda x: None, 1.7)


def test_a_case_against_the_innocent_is_refused_even_where_rounding_is_all_there_is():
    def cancelling(x):
        return (x + 0) + x * 1e17 - x * 1e17

    # 1 is added to 1e17 before it is taken off again, or after.
    assert one_by_one(cancelling, (10,)) == (0.0,)
    assert ENGINES["e"](cancelling, 10) == (1.0,)
    assert examine((cancelling, 10), "e") == "e: nothing"
    assert examine((lambda x: relu(x), 0), "e") == "e: kink"
    assert examine(INNOCENT, "e") == SHOWN
    assert examine(INNOCENT, "b") == "b: acquitted"


def test_an_expression_that_changes_from_call_to_call_is_no_witness():
    calls = itertools.count(1)
    for name in "ae":
        with pytest.raises(ValueError, match="another slope each time"):
            examine((lambda x: x * next(calls), 1.7), name)


def test_a_step_of_the_judge_that_leaves_the_domain_is_no_error():
    assert examine((lambda p: logloss(1, p), 1e-16), "e") == "e: kink"


def test_a_belief_is_a_number_and_its_box_is_named():
    with pytest.raises(TypeError, match="box a has 'six'; give a number"):
        lesson_11.names_belief({"a": "six"}, "a")
    with pytest.raises(TypeError, match="box a is missing"):
        lesson_11.names_belief({}, "a")
    with pytest.raises(TypeError, match="the boxes are e"):
        examine_all({"E": (lambda x: x, 1.7)}, ["e"])


def test_rounding_is_no_evidence_against_the_guilty():
    assert examine((lambda x: x * (x * 1e-12), 1.7), "a") == "a: rounding"
    assert examine((lambda x: x * x, 1.7), "a") == SHOWN


def test_a_line_up_tells_of_every_box_and_of_the_first_that_fails():
    product = (lambda x: x * x, 1.7)
    found = examine_all({"b": product, "c": product, "d": ...}, "bcd")
    assert found == "c: never"
    assert repr(found) == "b shown, 3.4 from box c where 3.4 is right, d still open"
    assert examine_all({"b": product}, "bcd") == "open"
    assert examine_all({"b": (lambda x: ..., ...)}, "bcd") is ...
    assert examine_all({"b": product, "e": "innocent"}, "be") == SHOWN
    with pytest.raises(TypeError, match="give a dictionary"):
        examine_all([product], "b")
    with pytest.raises(TypeError, match="a case is an expression and a point"):
        examine(("x * x", 1.7), "b")


def test_a_finding_is_its_key_and_shows_its_words():
    found = Finding("b: once", "in b both say 3")
    assert found == "b: once" and repr(found) == "in b both say 3"


def lesson(number):
    return Lesson(next(NOTEBOOKS.glob(f"{number}_*.ipynb")))


@pytest.mark.parametrize("result", suspects.RESULTS, ids=lambda each: each.lesson)
def test_a_result_says_numbers_that_stand_in_its_lesson(result):
    cells = [cell for _, cell in lesson(result.lesson).cells]
    outputs = [text_of(each) for cell in cells for each in cell.get("outputs", [])]
    words = "\n".join([cell.source for cell in cells] + outputs)
    for number in re.findall(r"\d+\.\d+|\d{3,}|1e-\d+", result.words):
        assert number in words, number


def test_there_is_one_result_of_each_lesson_and_two_of_03_and_04():
    lessons = [f"{number:02}" for number in range(1, 11)] + ["03", "04"]
    assert sorted(each.lesson for each in suspects.RESULTS) == sorted(lessons)


@pytest.mark.parametrize("name", ["measured", "agrees"])
def test_the_judge_of_the_check_is_that_of_the_lesson(name):
    taught = [
        node
        for _, cell in lesson("11").code
        for node in ast.walk(tree(cell))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    (shown,) = taught
    shown.body = shown.body[1:]  # its docstring
    (used,) = ast.parse(inspect.getsource(getattr(lesson_11, name))).body
    assert ast.unparse(shown) == ast.unparse(used)


SHORTEST = {
    "a": (lambda x: x * x, 1.7),
    "b": (lambda x: x + x, 1.7),
    "c": (lambda x, y: x**y, (1.7, 2.3)),
    "d": (lambda x, y: x, (3, 4)),
    "f": (lambda x: exp(2 * x), 0.7),
    "g": (lambda x: logloss(1, x), 1e-16),
}
SINGLE = [
    *(exp, log, sin, cos, sqrt, tanh, sigmoid, relu),
    lambda x: x**-1,
    lambda x: x**3,
    lambda x: x * 3,
    lambda x: 3 / x,
    lambda x: x * x,
    lambda x: x + x,
    lambda x: x / x,
    lambda x: x - x,
]


@pytest.mark.parametrize("name", SHORTEST)
def test_so_many_operations_show_a_box(name):
    assert examine(SHORTEST[name], name) == SHOWN
    assert operations(SHORTEST[name]) == LEAST[name]


@pytest.mark.parametrize("name", [name for name in LEAST if LEAST[name] == 2])
@pytest.mark.parametrize("point", [0.7, 1.7, 1e-16])
def test_no_single_operation_shows_a_box_that_needs_two(name, point):
    assert all(examine((one, point), name) != SHOWN for one in SINGLE)


def test_a_right_answer_hears_how_short_it_could_be():
    long = {**SHORTEST, "a": (lambda x: 5 - x * x, 1.7), "c": SHORTEST["c"]}
    assert remark(SHORTEST) == "No case needs fewer operations."
    assert remark(long) == "Counted in operations: a has 2, where 1 would do."


@pytest.mark.parametrize("answer", [lambda x: x * x, 3, ()])
def test_a_case_without_a_point_is_told_what_a_case_is(answer):
    with pytest.raises(TypeError, match="a case is an expression and a point"):
        examine(answer, "b")

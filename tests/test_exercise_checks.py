"""What a check says of answers of every kind, and that it never raises."""

import json
import math
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction

import numpy as np
import pytest

import autodiff_course
from autodiff_course import Variable, check, differences, hint, quiz, solution
from autodiff_course.exercises import (
    catalogue,
    guard,
    lesson_02,
    lesson_08,
    logbook,
    recognise,
)
from autodiff_course.exercises.judging import judge
from autodiff_course.exercises.mutants import mutants
from autodiff_course.exercises.outcomes import compare_word, plain
from autodiff_course.exercises.quiz_widget import QuizBox
from autodiff_course.exercises.quizzes import QuizText, right_option
from autodiff_course.exercises.records import Option, Quiz, Trial

BOX, MINE = catalogue.find("02.1"), catalogue.find("02.5")
NAMES, BELIEVES, EPOCH, ACCUSE = (
    catalogue.find(id).solution for id in ("05.1", "05.3", "09.3", "11.5")
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Keep what a check writes out of the course."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def right(u, v, w):
    return (
        u.grad * v.value * w.value
        + u.value * v.grad * w.value
        + u.value * v.value * w.grad
    )


def loops(u, v, w):
    while True:
        pass


def loops_and_prints(u, v, w):
    while True:
        print("again")


def loops_past_exceptions(u, v, w):
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            continue


def sleeps(u, v, w):
    time.sleep(60)


def raises(u, v, w):
    return u.grd


def leaves(u, v, w):
    sys.exit(1)


def interrupts(u, v, w):
    raise KeyboardInterrupt


def recurses(u, v, w):
    return recurses(u, v, w)


def prints(u, v, w):
    print(u.grad * v.value * w.value)


def forgets(u, v, w):
    grad = u.grad * v.value * w.value
    grad += u.value * v.grad * w.value


def gives_text(u, v, w):
    return "3"


def gives_many(u, v, w):
    return [u.grad, v.grad, w.grad]


def gives_variable(u, v, w):
    return Variable(u.value * v.value * w.value, right(u, v, w))


def gives_function(u, v, w):
    return lambda: right(u, v, w)


def changes(u, v, w):
    u.grad *= v.value
    return u.grad * w.value


def takes_two(u, v):
    return 1.0


class Hostile:
    def __float__(self):
        while True:
            pass

    def __repr__(self):
        raise ValueError("no")

    def __eq__(self, other):
        raise ValueError("no")

    __hash__ = None


# Each of these is waited for; one of them is enough for a quick run.
ENDLESS = [
    (loops_and_prints, "looped", "Kernel, Restart"),
    (loops_past_exceptions, "looped", "a loop whose end is never reached"),
    (sleeps, "looped", "still running"),
]
SENTENCES = [
    *(pytest.param(*each, marks=pytest.mark.slow) for each in ENDLESS),
    (loops, "looped", "still running after 2 seconds"),
    (raises, "raised", "AttributeError: 'Variable' object has no attribute 'grd'"),
    (leaves, "raised", "SystemExit"),
    (interrupts, "raised", "KeyboardInterrupt"),
    (recurses, "raised", "calls itself too deep, or without end"),
    (takes_two, "raised", "takes 2 positional arguments but 3 were given"),
    (prints, "printed", "Write return in the place of print"),
    (forgets, "type", "ends without return"),
    (gives_text, "type", "another kind of thing: str"),
    (gives_variable, "type", "an object with .value and .grad; ask it for"),
    (gives_many, "shape", "another shape: too many"),
    (gives_function, "uncalled", "call it"),
    (changes, "mutated", "changed what it was given"),
    (lambda u, v, w: Hostile(), "raised", "ValueError: no"),
    (lambda u, v, w: math.nan, "wrong", "it gave nan"),
    (right(*map(Variable, (1, 2, 3))), "type", "the function itself"),
    (None, "type", "None"),
    (Hostile(), "type", "the function itself"),
]


@pytest.mark.parametrize(("answer", "status", "words"), SENTENCES)
def test_every_misbehaviour_has_a_sentence_within_three_seconds(answer, status, words):
    begun = time.monotonic()
    verdict = check("02.1", answer)
    assert time.monotonic() - begun < 3
    assert not verdict.passed
    assert verdict.status == status, verdict.text
    assert words in verdict.text


def test_a_function_is_no_value_and_the_text_says_to_call_it():
    verdict = check("00.1", right)
    assert verdict.status == "uncalled" and "`right(...)`" in verdict.text


def test_the_line_that_raised_is_shown():
    assert "`return u.grd`" in check("02.1", raises).text


def test_an_error_is_quoted_with_one_full_stop():
    # From a text there is no line of the learner's to quote behind the error.
    answer = eval("lambda u, v, w: logloss(1, 7.0)", dict(vars(autodiff_course)))
    assert judge(BOX, answer).text.endswith("else apply sigmoid first.")


def test_a_right_answer_that_prints_is_right_and_hears_of_it():
    def prints_too(u, v, w):
        print("u", u.value)
        return right(u, v, w)

    verdict = check("02.1", prints_too)
    assert verdict.passed and "also prints" in verdict.text


@pytest.mark.parametrize("off", [1.01, 0.99])
def test_a_rule_that_is_one_percent_wrong_fails(off):
    assert not judge(BOX, lambda u, v, w: off * right(u, v, w)).passed


def test_one_percent_in_one_term_fails():
    def rule(u, v, w):
        return right(u, v, w) + 0.01 * u.value * v.value * w.grad

    assert not judge(BOX, rule).passed


@pytest.mark.parametrize(
    "kind", [np.float32, np.float64, np.asarray, float, complex, np.complex64]
)
def test_the_kind_of_number_is_no_matter(kind):
    def rule(u, v, w):
        u, v, w = ((kind(each.value), kind(each.grad)) for each in (u, v, w))
        first = u[1] * v[0] * w[0] + u[0] * v[1] * w[0]
        return first + u[0] * v[0] * w[1]

    assert judge(BOX, rule).passed


def test_arrays_are_real_whose_imaginary_parts_are_all_zero():
    # As eigenvalues are from NumPy 2.5 on.
    assert np.array_equal(plain(np.array([1 + 0j, 2])), [1.0, 2.0])
    assert plain(np.array([1 + 0j, 2j])) != (1.0, 2.0)
    assert judge(BOX, lambda u, v, w: right(u, v, w) + 1j).status == "type"


def test_a_measured_slope_is_no_rule_on_fractions():
    def measured(u, v, w):
        def volume(t):
            sides = (each.value + t * each.grad for each in (u, v, w))
            return math.prod(map(float, sides))

        return (volume(1e-5) - volume(-1e-5)) / 2e-5

    verdict = judge(BOX, measured)
    assert not verdict.passed and "exact" in verdict.text
    assert "sign" not in verdict.text


def test_the_notebook_may_have_redefined_variable():
    names = {"Variable": None}
    source = "class Reflected:\n"
    source += "    def __rsub__(self, other):\n"
    source += "        return Variable(other - self.value, -self.grad)\n"
    source += "    def __rtruediv__(self, other):\n"
    source += "        grad = -other * self.grad / self.value**2\n"
    source += "        return Variable(other / self.value, grad)\n"
    exec(source, names)
    assert check("02.3", names["Reflected"]).passed


UNSEEN = [
    ("02.1", lambda a, b, c: math.prod(each.grad for each in (c, b, a)), "M01"),
    ("02.1", lambda a, b, c: c.value * (b.value * a.grad), "M02"),
    ("01.3", lambda t: -6 * t * t * math.sin(t + t), "M01"),
    ("01.4", lambda u, v: np.divide(u, v), "M03"),
    ("01.1", lambda f, a, d: (f(a + d) - f(a)) * (1 / d), "M101"),
    ("02.2", lambda f, x, y: [f(Variable(x, 1), Variable(y, 1)).grad] * 2, "M22"),
    ("02.4", (lambda x: (x - 7) ** 5, 4.2), "M06"),
    ("02.4", (lambda x: 7 / x, 4.2), "M71"),
]


@pytest.mark.parametrize(("id", "answer", "belief"), UNSEEN)
def test_a_belief_is_recognised_in_another_spelling(id, answer, belief):
    assert check(id, answer).misconception == belief


class Doubtful(MINE.wrong[0].answer):
    """Two mistakes at once: grads multiplied in `*`, and no reflected minus."""

    def __rsub__(self, other):
        return self - other


def test_two_mistakes_at_once_are_met_by_one_of_them():
    assert check("02.5", Doubtful).misconception in ("M01", "M15")


class Mirrored(MINE.wrong[1].answer):
    """Only the first factor moves, and a number on the left is put on the right."""

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self.lift(self.value)


def test_a_belief_is_told_from_the_first_thing_that_fails():
    assert MINE.wrong[1].misconception == "M02"
    verdict = check("02.5", Mirrored)
    assert "`x * y`" in verdict.text and verdict.misconception == "M02"
    assert MINE.wrong[1].sentence in verdict.text


GENERIC = [
    (lambda u, v, w: -right(u, v, w), "sign is turned"),
    (lambda u, v, w: 2 * right(u, v, w), "2 times what it should be"),
    (lambda u, v, w: right(u, v, w) + 0.5, "0.5 too large"),
    (lambda u, v, w: 0.0, "gives 0 everywhere"),
    (
        lambda u, v, w: (
            (u.grad * v.value - u.value * v.grad) * w.value + u.value * v.value * w.grad
        ),
        "sign is turned",
    ),
    (
        lambda u, v, w: (
            u.grad * v.value * w.value + u.value * v.grad * w.value + u.value * w.grad
        ),
        "factor is missing",
    ),
]


@pytest.mark.parametrize(("answer", "words"), GENERIC)
def test_an_unknown_mistake_is_described(answer, words):
    verdict = judge(BOX, answer)
    assert verdict.misconception is None and words in verdict.text


def test_a_wrong_answer_hears_where_what_and_what_was_expected():
    text = judge(BOX, lambda u, v, w: 5.0).text
    assert "u = 1.7 (grad 1)" in text and "gave 5" in text and "expected -6.67" in text


def test_the_value_of_a_prediction_is_not_given_away():
    assert "6" not in check("00.1", 7).text.replace("00.1", "")
    for answer in (None, (None, 81.0), (120.0, None), (None, None)):
        text = check("08.1", answer).text
        assert "120" not in text and "expected" not in text


def test_an_error_that_names_the_ellipsis_is_no_blank():
    verdict = judge(catalogue.find("07.1"), lambda shares, measure, i: shares[i / 1])
    assert verdict.status == "raised" and "IndexError" in verdict.text


def test_what_still_carries_a_grad_is_no_wrong_shape():
    def both(function, x, y):
        return function(Variable(x, 1), Variable(y)), function(x, Variable(y, 1))

    assert ".value and .grad; ask it" in judge(catalogue.find("02.2"), both).text


def test_an_input_that_is_changed_by_a_crumb_is_changed():
    def nudges(loss, params, grads):
        for name in params:
            params[name] += 1e-5
        return True

    assert judge(catalogue.find("05.3"), nudges).status == "mutated"


def test_what_is_too_small_is_not_called_negatively_too_large():
    text = judge(BOX, lambda u, v, w: right(u, v, w) - 2.5).text
    assert "2.5 too small" in text


def test_the_quoted_line_is_never_one_of_a_library():
    answer = eval("lambda s, m, i: np.stack([s[0], s[0, :1]])", {"np": np})
    verdict = judge(catalogue.find("07.1"), answer)
    assert verdict.status == "raised" and "in the line" not in verdict.text


def test_what_came_is_quoted_in_short():
    assert len(judge(BOX, lambda u, v, w: "x" * 10**6).text) < 1000


def test_a_missing_attribute_is_not_taken_for_a_missing_operator():
    def made(self, value, made_from=()):
        self.value, self.made_from = value, made_from

    verdict = judge(catalogue.find("08.4"), lesson_08.broken(__init__=made))
    assert verdict.status == "raised" and verdict.misconception != "M16", verdict.text


def means_by_name(rounds, names=["m", "b"]):  # noqa: B006
    means = []
    for pairs in rounds:
        held = {name: [] for name in names}
        for slope_m, slope_b in pairs:
            held["m"].append(slope_m)
            held["b"].append(slope_b)
        means.append([sum(held[name]) / len(held[name]) for name in names])
    return means


def sorted_copy(difference, steps, points):
    def errors(h):
        return np.mean((difference(np.sin, points, h) - np.cos(points)) ** 2)

    ranked = steps.copy()
    ranked.sort(key=errors)
    return ranked[0]


def by_the_last_point(difference, steps, points):
    lowest = math.inf
    for h in steps:
        for x in points:
            error = abs(difference(np.sin, x, h) - np.cos(x))
        if error < lowest:
            lowest, best = error, h
    return best


def half_measured(function, x, y):
    def steeper(h):
        return (function(x, y + h) - function(x, y - h)) / (2 * h)

    return function(Variable(x, 1), Variable(y)).grad, steeper(6e-6)


def thousand_rounds(function, x, rate):
    for _ in range(1000):
        yield x
        x = x - rate * function(Variable(x, 1)).grad


class AlwaysCubed(lesson_02.Engine):
    def __pow__(self, n):
        return type(self)(self.value**n, 3 * self.value**2 * self.grad)


def paired_by_place(loss, params, grads):
    measured = differences(loss, params)[1].values()
    return bool(np.allclose(list(grads.values()), list(measured), rtol=1e-4))


def test_an_integer_beyond_all_floats_is_infinite():
    assert "gave -inf" in judge(BOX, lambda u, v, w: -(10**5000)).text


def test_an_empty_dictionary_is_shown():
    assert "gave {}" in judge(BOX, lambda u, v, w: {}).text


@pytest.mark.parametrize("fixed", [None, 0])
def test_an_epoch_whose_order_its_seed_does_not_decide_fails(fixed):
    def epoch(slope, x, rows, rate, keep, batch, seed):
        return EPOCH(slope, x, rows, rate, keep, batch, fixed)

    verdict = judge(catalogue.find("09.3"), epoch)
    assert not verdict.passed and "the seed does not decide" in verdict.text


# Answers that are right by a narrow margin, and such as look right.
NARROW = [
    ("01.2", sorted_copy, True),
    ("01.2", by_the_last_point, False),
    ("02.2", half_measured, False),
    ("02.5", AlwaysCubed, False),
    ("03.3", thousand_rounds, False),
    ("05.1", lambda hidden: np.array(sorted(NAMES(hidden))), True),
    ("05.1", lambda hidden: " ".join(sorted(NAMES(hidden))), False),
    ("05.2", means_by_name, True),
    ("05.3", lambda *given: int(BELIEVES(*given)), True),
    ("05.3", lambda *given: "believed" if BELIEVES(*given) else "refused", False),
    ("05.3", paired_by_place, False),
    ("06.3", (np.array([1e9, 2e9]), np.array([[1.0, 0.0], [5.0, 2.0]])), True),
    ("06.3", (np.array([1.0, np.nan]), np.array([[1.0, 2.0], [3.0, 4.0]])), False),
    ("07.2", lambda a, b: 6000 * (a * a + b * b - 3 * a * b), True),
    ("07.2", lambda a, b: a * a + 9 * b * b - 6.001 * a * b, True),
    ("07.2", lambda a, b: a * a + b * b - 1e6 * a * a * b * b, False),
    ("07.2", lambda a, b: abs(a) + abs(b) - 3 * a * b, False),
    ("11.5", lambda engine: "accused" if ACCUSE(engine) else "let go", False),
]


@pytest.mark.parametrize(("id", "answer", "passes"), NARROW)
def test_a_narrow_answer_is_judged_by_what_it_is(id, answer, passes):
    assert judge(catalogue.find(id), answer).passed == passes


@pytest.mark.parametrize("threshold", [1e-2, 1e-3, 1e-5])
def test_a_threshold_that_is_not_the_asked_one_fails(threshold):
    def diagnose(gap):
        if gap(1e-7) > threshold:
            return "mistake"
        return "kink" if gap(1e-3) > threshold else "right"

    assert not judge(catalogue.find("09.2"), diagnose).passed


def test_words_are_no_end_of_a_walk_over_rows():
    right_words = "each row once, in random order, by steps that keep their share"
    assert not judge(catalogue.find("09.3"), lambda *given: right_words).passed


@pytest.mark.parametrize("id", ["02.9", "2.1", "", "box", 3, None, ["02.1"]])
def test_an_unknown_id_is_a_key_error_that_names_the_nearest(id):
    for call in (lambda: check(id, 1), lambda: hint(id), lambda: quiz(id)):
        with pytest.raises(KeyError, match=r"the nearest is"):
            call()


def test_dots_that_are_left_are_no_attempt(own_folder):
    answers = {
        "00.1": ...,
        "02.1": lambda u, v, w: ...,
        "02.2": lambda function, x, y: (1.0, ...),
        "01.3": lambda x: 3 * x**2 + ...,
        "02.4": (lambda x: x**3, ...),
    }
    for id, answer in answers.items():
        verdict = check(id, answer)
        assert verdict.status == "unattempted" and "not attempted yet" in verdict.text
    assert list(own_folder.iterdir()) == []


def test_a_broken_check_is_still_no_exception():
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError

    assert not check("00.1", Broken()).passed
    assert not check("02.5", type("Empty", (), {})).passed


def test_an_interrupt_from_outside_ends_the_check():
    def interrupted(u, v, w):
        signal.raise_signal(signal.SIGINT)
        return right(u, v, w)

    with pytest.raises(KeyboardInterrupt):
        check("02.1", interrupted)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_loop_leaves_no_handler_and_no_signal_behind():
    trial = Trial("", 1, act=lambda answer: answer())

    def endless():
        while True:
            pass

    outcomes, _ = guard.observe([trial], endless, seconds=0.1)
    assert [each.kind for each in outcomes] == ["looped"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    time.sleep(0.2)


def test_an_answer_in_another_thread_is_judged_too():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(judge(BOX, right)))
    thread.start()
    thread.join(20)
    assert verdicts[0].passed


def test_mutants_cover_every_kind_of_mistake():
    kinds = {mutant.kind for mutant in mutants(summed)}
    assert kinds == {"sign", "swapped", "term", "factor", "constant", "assigned"}
    assert {"sign", "term"} <= set(recognise.SENTENCES)
    changes = [mutant.change for mutant in mutants(summed)]
    assert "total += 2 * x - 1 -> total = 2 * x - 1" in changes
    assert "2 -> 2.02" in changes and "2 * x - 1 -> 2 * x" in changes


def summed(numbers):
    total = 0
    for x in numbers:
        total += 2 * x - 1
    return -total


def test_the_hints_come_one_after_the_other_and_then_stay():
    words = [hint("01.4").words for _ in range(4)]
    hints = catalogue.find("01.4").hints
    assert words[0] == hints[0] and words[1] == hints[1]
    assert words[2] == words[3] and hints[2] in words[2] and "solution" in words[2]


def test_the_solution_is_shown_folded_and_as_text():
    note = solution("01.1")
    bundle = note._repr_mimebundle_()
    assert "def backward(function, x, h):" in bundle["text/plain"]
    assert bundle["text/html"].startswith("<details>")


def test_a_verdict_is_text_and_html(capsys):
    verdict = check("02.1", lambda u, v, w: u.grad * v.grad * w.grad)
    printed = capsys.readouterr().out
    bundle = verdict._repr_mimebundle_()
    assert printed == f"{verdict.text}\n" and bundle["text/plain"] == verdict.text
    assert "<strong>02.1: Not yet.</strong>" in bundle["text/html"]


def test_what_a_learner_wrote_cannot_become_html():
    html = check("00.1", "<script>")._repr_mimebundle_()["text/html"]
    assert "<script>" not in html


@pytest.mark.slow
def test_all_output_is_ascii(capsys):
    for id, record in catalogue.all_items().items():
        answers = getattr(record, "wrong", None)
        for answer in [each.answer for each in answers] if answers else "abc":
            check(id, answer)
    assert capsys.readouterr().out.isascii()


@pytest.mark.parametrize("id", [quiz.id for quiz in catalogue.quizzes()])
def test_a_quiz_is_answered_by_clicks(id):
    box = quiz(id)
    assert isinstance(box, QuizBox) and box.button.disabled
    record = catalogue.find(id)
    for letter, option in zip("abcdefgh", record.options, strict=False):
        box.choices.value = letter
        assert not box.button.disabled
        box.button.click()
        assert box.verdict.passed == (option is right_option(record))
        assert box.verdict.html() in box.feedback.value


def test_a_double_click_is_one_attempt_and_a_new_choice_clears_the_verdict(own_folder):
    box = quiz("02.q2")
    box.choices.value = "a"
    box.button.click()
    box.button.click()
    assert len(logbook.read(own_folder / logbook.NAME)) == 1
    assert box.feedback.value
    box.choices.value = "b"
    assert box.feedback.value == ""
    box.button.click()
    assert len(logbook.read(own_folder / logbook.NAME)) == 2


def test_an_answer_that_cannot_be_shown_is_none_of_the_options():
    verdict = check("02.q2", Hostile())
    assert not verdict.passed
    said = "a Hostile whose repr raises ValueError is none of the options"
    assert said in verdict.text


def test_a_quiz_is_a_text_as_well():
    text = repr(quiz("02.q2"))
    assert "  a) 2\n" in text and 'Answer with quiz("02.q2", "a").' in text
    assert QuizText(catalogue.find("02.q2")).text == text
    bundle = quiz("02.q2")._repr_mimebundle_()
    assert bundle["text/plain"] == text and "<li>" in bundle["text/html"]


def test_a_choice_by_letter_or_by_words_is_judged():
    assert quiz("02.q2", "c").passed and check("02.q2", " C) ").passed
    assert quiz("02.q2", "5").passed
    assert quiz("02.q2", "a").misconception == "M203"
    for choice in ("z", 3, [], ""):
        assert quiz("02.q2", choice).status == "type"
    assert check("02.q2", ...).status == "unattempted"


def test_a_quiz_with_no_or_two_right_options_is_refused():
    options = (Option("one", 1, "No."), Option("also", 1, "No."), Option("2", 2, "No."))
    for value in (1, 3):
        twofold = Quiz("99.q1", "", "", "", options, lambda value=value: value)
        with pytest.raises(ValueError, match=r"99\.q1"):
            right_option(twofold)


def run(source):
    """Run a program in a fresh Python and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_package_loads_no_exercise():
    source = "import sys, autodiff_course as a\n"
    source += "print([m for m in sys.modules if 'exercises' in m])\n"
    source += "a.check, a.hint, a.solution, a.progress, a.quiz\n"
    source += "print('matplotlib' in sys.modules, 'ipywidgets' in sys.modules)"
    assert run(source).split("\n")[:2] == ["[]", "False False"]
    with pytest.raises(AttributeError):
        _ = autodiff_course.checks


def test_without_ipywidgets_a_quiz_is_its_text():
    source = "import sys; sys.modules['ipywidgets'] = None\n"
    source += "from autodiff_course import quiz\nprint(repr(quiz('02.q2')))"
    assert run(source).startswith("02.q2: In a trace")


def test_jupyter_shows_a_verdict_once_and_again_when_asked():
    source = """
import json
from IPython.core.interactiveshell import InteractiveShell
from autodiff_course.exercises import verdicts
shell = InteractiveShell.instance()
shown = []
verdicts.publish = lambda bundle: shown.append(bundle)
for cell in ("from autodiff_course import check", "v = check('00.1', 12)\\nv", "v"):
    shell.run_cell(cell, store_history=True)
print("\\n" + json.dumps([len(shown), sorted(shown[0])]))
"""
    counted = json.loads(run(source).splitlines()[-1])
    assert counted == [2, ["text/html", "text/plain"]]


def test_fractions_are_exact_and_floats_nearly():
    third = Trial("", Fraction(1, 3), act=lambda answer: answer, exact=True)
    outcomes, _ = guard.observe([third], Fraction(1, 3))
    assert recognise.judge_all([third], outcomes) == [""]
    for near in (1 / 3 + 1e-9, Fraction(333333, 1000000)):
        outcomes, _ = guard.observe([third], near)
        assert recognise.judge_all([third], outcomes) == ["differs"]


@pytest.mark.parametrize("got, difference", [(True, ""), (False, "differs"), (1, "")])
def test_a_bool_is_compared_and_not_waved_through(got, difference):
    assert compare_word(got, True) == difference


def test_a_fixed_number_in_the_place_of_the_dots_is_an_attempt():
    def backward(function, x, h):
        """Return the slope of the secant from x - h to x."""
        return 1.5

    assert judge(catalogue.find("01.1"), backward).status == "wrong"


def test_what_arrived_is_named_in_the_words_of_a_learner():
    assert "What arrived is None." in judge(BOX, None).text
    assert "What arrived is an int." in judge(BOX, 3).text
    assert "What arrived is a float." in judge(BOX, 3.0).text


def test_a_number_of_many_digits_is_quoted_in_short():
    assert "0" * 30 not in judge(BOX, lambda u, v, w: 10**250).text


def test_jupyter_shows_a_verdict_once_in_its_own_cell_and_once_in_a_later_one():
    source = """
import json
from IPython.core.interactiveshell import InteractiveShell
from autodiff_course.exercises import verdicts
shell = InteractiveShell.instance()
shown, counts = [], []
verdicts.publish = shown.append
for cell in ("from autodiff_course import check", "v = check('00.1', 12)\\nv", "v"):
    shell.run_cell(cell, store_history=True)
    counts.append(len(shown))
print("\\n" + json.dumps(counts))
"""
    assert json.loads(run(source).splitlines()[-1]) == [0, 1, 2]


def test_an_error_behind_a_click_is_told_beneath_the_button():
    def conclude(verdict):
        raise ValueError("what <went> wrong")

    box = QuizBox(catalogue.find("02.q2"), conclude)
    box.choices.value = "a"
    box.button.click()
    assert "ValueError: what &lt;went&gt; wrong" in box.feedback.value


def test_a_class_that_changes_an_operand_hears_of_it():
    class Overwriting(lesson_02.Engine):
        def __mul__(self, other):
            made = super().__mul__(other)
            self.value, self.grad = made.value, made.grad
            return made

    verdict = judge(MINE, Overwriting)
    assert verdict.status == "mutated" and "(x)" in verdict.text


@pytest.mark.parametrize("kind", [bool, np.bool_, np.array])
def test_the_kind_of_a_yes_or_no_is_no_matter(kind):
    exercise = catalogue.find("05.3")
    assert judge(exercise, lambda *given: kind(BELIEVES(*given))).passed


def test_a_word_may_be_written_large_and_with_blanks_around_it():
    exercise = catalogue.find("09.2")
    assert judge(exercise, lambda gap: f" {exercise.solution(gap).title()} ").passed


def test_the_search_for_a_belief_stops_when_its_time_is_up():
    outcomes, _ = guard.observe(recognise.trials_of(BOX), BOX.wrong[0].answer)
    now = time.monotonic()
    assert recognise.listed(BOX, outcomes, now + 60) is BOX.wrong[0]
    assert recognise.listed(BOX, outcomes, now - 1) is None


def test_numbers_that_make_no_array_are_of_another_shape():
    exercise = catalogue.find("02.2")
    assert judge(exercise, lambda f, x, y: ((1.0, 2.0), 3.0)).status == "shape"

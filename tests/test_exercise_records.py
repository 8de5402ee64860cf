"""Every exercise proves itself: solution, stub, wrong and right answers, mutants."""

import ast
import importlib
import re
from itertools import pairwise
from types import SimpleNamespace

import pytest
from lessons import (
    NOTEBOOKS,
    ROOT,
    Lesson,
    code,
    expect_none,
    headings,
    planted,
    text,
    text_of,
    tree,
)

from autodiff_course.exercises import catalogue, pages
from autodiff_course.exercises.judging import judge
from autodiff_course.exercises.misconceptions import BELIEFS
from autodiff_course.exercises.mutants import mutants
from autodiff_course.exercises.quizzes import judge_choice, lettered, right_option
from autodiff_course.exercises.records import Exercise
from autodiff_course.house import refresh

CAN = "After this lesson you can"


def each(name, records):
    return pytest.mark.parametrize(name, records, ids=lambda record: record.id)


each_exercise = each("exercise", catalogue.exercises())
each_quiz = each("quiz", catalogue.quizzes())
each_item = each("record", list(catalogue.all_items().values()))
each_lesson = pytest.mark.parametrize("number", catalogue.lessons())


def lesson_of(number):
    """Return the notebook of a lesson."""
    return Lesson(next(NOTEBOOKS.glob(f"{number}_*.ipynb")))


def sections(lesson):
    """Return (heading, cell) for each cell, under the last heading of level 2."""
    heading, found = "", []
    for _, cell in lesson.cells:
        if cell.cell_type == "markdown":
            own = [words for marks, words in headings(cell) if marks == 2]
            heading = own[-1] if own else heading
        found.append((heading, cell))
    return found


def objectives(lesson):
    """Return the objectives of a lesson's first cell, without the commas."""
    listed = lesson.notebook.cells[0].source.partition(CAN)[2]
    return [
        " ".join(words.split()).rstrip(",.")
        for words in re.findall(r"^- (.*(?:\n  .*)*)", listed, re.MULTILINE)
    ]


@each_exercise
def test_the_solution_is_right(exercise):
    verdict = judge(exercise, exercise.model)
    assert verdict.passed, verdict.text
    assert exercise.shown in verdict.text


@each_exercise
def test_an_untouched_stub_is_no_attempt(exercise):
    given = []
    names = vars(
        importlib.import_module(f"{catalogue.FOLDER}.lesson_{exercise.id[:2]}")
    )
    exec(exercise.stub, {**names, "check": lambda *arguments: given.append(arguments)})
    ((id, answer),) = given
    assert id == exercise.id
    assert judge(exercise, answer).status == "unattempted"


@each_exercise
def test_every_wrong_answer_is_refused_under_its_own_misconception(exercise):
    assert len(exercise.wrong) >= 3
    for number, wrong in enumerate(exercise.wrong):
        verdict = judge(exercise, wrong.answer)
        assert not verdict.passed, f"wrong answer {number} passes"
        assert verdict.misconception == wrong.misconception, verdict.text
        assert wrong.sentence in verdict.text


@each_exercise
def test_right_answers_by_other_routes_pass(exercise):
    assert len(exercise.right) >= 3
    for number, answer in enumerate(exercise.right):
        verdict = judge(exercise, answer)
        assert verdict.passed, f"right answer {number}: {verdict.text}"


@pytest.mark.slow
@each_exercise
def test_every_mutant_of_the_solution_is_refused_or_explained(exercise):
    accepted = set()
    for mutant in mutants(exercise.solution):
        try:
            answer = mutant.answer() if exercise.form == "value" else mutant.answer
        except Exception:  # of a value that cannot be computed there is no answer
            continue
        if judge(exercise, answer, explain=False).passed:
            accepted.add(mutant.change)
    assert accepted == set(exercise.equivalent)
    assert all(exercise.equivalent.values())


@each_exercise
def test_a_record_has_what_a_learner_reads(exercise):
    assert len(exercise.hints) == len(set(exercise.hints)) == 3
    assert exercise.prompt.startswith(f"**Exercise {exercise.id}.** ")
    assert exercise.stub.rpartition("\n")[2].startswith(f'check("{exercise.id}", ')
    assert exercise.form in ("value", "function", "class")
    assert exercise.solution.__name__ != "<lambda>" and not exercise.solution.__doc__
    assert exercise.shown.endswith(".")
    for wrong in exercise.wrong:
        assert wrong.sentence.endswith(".")


@each_quiz
def test_exactly_one_option_is_right_and_each_has_feedback(quiz):
    right = right_option(quiz)
    assert len(quiz.options) >= 3
    for letter, option in lettered(quiz):
        verdict = judge_choice(quiz, letter)
        assert verdict.passed == (option is right)
        assert option.feedback in verdict.text and option.feedback
        if not verdict.passed:
            assert verdict.misconception == option.misconception
    assert right.misconception is None


@each_item
def test_an_id_says_the_lesson_and_beliefs_are_known(record):
    kind = r"\d+" if isinstance(record, Exercise) else r"q\d+"
    assert re.fullmatch(rf"\d\d\.{kind}", record.id)
    assert set(pages.beliefs_met(record)) <= set(BELIEFS)


@each_lesson
def test_every_objective_of_a_lesson_has_an_item(number):
    tested = {record.objective for record in catalogue.items(number).values()}
    assert tested == set(objectives(lesson_of(number)))


@each_lesson
def test_every_heading_that_a_record_names_is_in_the_lesson(number):
    cells = [cell for _, cell in lesson_of(number).prose]
    known = {words for cell in cells for marks, words in headings(cell) if marks == 2}
    for record in catalogue.items(number).values():
        named = {record.place}
        if isinstance(record, Exercise):
            named |= {wrong.reread for wrong in record.wrong} - {""}
        assert named <= known, record.id


def test_every_belief_is_met():
    for id, belief in BELIEFS.items():
        assert pages.items_that_meet(id), f"{id}: {belief.words}"


@pytest.mark.parametrize("name", pages.PAGES)
def test_the_pages_in_docs_are_those_of_the_records(name):
    stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert stored == pages.PAGES[name](), (
        "run `python -m autodiff_course.exercises.pages`"
    )


def test_no_row_of_the_matrix_is_empty():
    page = pages.matrix_page()
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len(rows) > len(BELIEFS) + len(catalogue.all_items())
    assert not [line for line in rows if re.search(r"\|\s*\|", line)]


def called_with(cell, name):
    """Return the first argument of the call of a name in a cell, or None."""
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            return getattr(node.args[0], "value", None) if node.args else None
    return None


def stub_faults(lesson, items):
    """Yield cells that differ from their record; where one is used, all have to be."""
    used = []
    cells = sections(lesson)
    for (heading, before), (_, cell) in pairwise(cells):
        if cell.cell_type != "code":
            continue
        id = called_with(cell, "check") or called_with(cell, "quiz")
        if id is None:
            continue
        used.append(id)
        record = items.get(id)
        if record is None:
            yield f"{id}: there is no such record."
        elif heading != record.place:
            yield f'{id}: it stands under "{heading}", its place is "{record.place}".'
        elif isinstance(record, Exercise):
            if cell.source != record.stub:
                yield f"{id}: the cell is not the stub of the record."
            if not before.source.endswith(record.prompt):
                yield f"{id}: the cell before it does not end with the record's words."
        elif cell.source != f'quiz("{id}")':
            yield f'{id}: the cell should be quiz("{id}") and nothing else.'
    if used:
        for id in items:
            if used.count(id) != 1:
                yield f"{id}: it stands {used.count(id)} times in the lesson, not once."


@each_lesson
def test_the_stubs_in_a_lesson_are_those_of_the_records(number):
    expect_none(stub_faults(lesson_of(number), catalogue.items(number)))


def test_a_stub_that_differs_is_found():
    record = catalogue.find("01.1")
    items = {record.id: record}
    place, prompt = f"## {record.place}", text(record.prompt)
    sound = [text(place), prompt, code(record.stub)]
    assert not list(stub_faults(planted(*sound), items))
    wrong = [
        [text(place), prompt, code(record.stub.replace("...", "1"))],
        [text(place), text("Something else."), code(record.stub)],
        [text("## Another place."), prompt, code(record.stub)],
        [*sound, text(record.prompt), code(record.stub)],
        [*sound, code('quiz("01.q9")')],
    ]
    for cells in wrong:
        assert list(stub_faults(planted(*cells), items))
    both = {**items, "01.q1": SimpleNamespace(id="01.q1", place=record.place)}
    assert list(stub_faults(planted(*sound), both))
    assert not list(stub_faults(planted(*sound, code('quiz("01.q1")')), both))


def test_a_missing_objective_is_found():
    first = f"# 01 A\n\n{CAN}\n\n- add one,\n- subtract\n  two.\n"
    assert objectives(planted(text(first))) == ["add one", "subtract two"]


@pytest.mark.slow
def test_all_stubs_run_in_a_kernel_and_leave_nothing_behind(tmp_path):
    records = catalogue.all_items().values()
    imports = "import math\nfrom autodiff_course import *\n"
    imports += "from autodiff_course import check, quiz"
    exercises = [each.stub for each in records if isinstance(each, Exercise)]
    asked = [f'quiz("{quiz.id}")' for quiz in catalogue.quizzes()]
    runs = []
    for _ in range(2):
        lesson = planted(code(imports), *map(code, [*exercises, *asked]))
        refresh.execute(lesson.notebook, tmp_path)
        outputs = [cell.outputs for _, cell in lesson.code[1:]]
        assert all(len(each) == 1 for each in outputs)
        runs.append([text_of(each[0]) for each in outputs])
    assert runs[0] == runs[1]
    assert all("not attempted yet" in told for told in runs[0][: len(exercises)])
    assert list(tmp_path.iterdir()) == []

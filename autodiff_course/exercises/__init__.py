"""Exercises and quizzes whose checks know what went wrong.

`check` judges an answer, `hint` helps, `solution` shows, `quiz` asks, `progress`
draws what is done. An exercise is one record in the module of its lesson.
"""

import inspect
import textwrap
from itertools import count

from autodiff_course.exercises import catalogue, logbook
from autodiff_course.exercises.judging import judge
from autodiff_course.exercises.logbook import export_progress, import_progress
from autodiff_course.exercises.quizzes import QuizText, judge_choice, live_quiz
from autodiff_course.exercises.records import Exercise, Quiz
from autodiff_course.exercises.verdicts import Note

__all__ = [
    "check",
    "export_progress",
    "hint",
    "import_progress",
    "progress",
    "quiz",
    "solution",
]

# How many hints of each exercise this kernel has given.
HINTS_GIVEN = {}


def check(id, answer):
    """Judge an answer, show the verdict and return it.

    The verdict has `.passed`, `.misconception` (an id or None) and `.text`. Attempts
    are kept in `progress.jsonl`. KeyError for an id that does not exist; whatever the
    answer is or does, nothing is raised for it.
    """
    record = catalogue.find(id)
    judged = judge_choice if isinstance(record, Quiz) else judge
    return concluded(judged(record, answer))


def concluded(verdict):
    """Keep a verdict in the log, show it and return it."""
    return kept(verdict).show()


def kept(verdict):
    """Keep a verdict in the log and return it; the quiz shows it itself."""
    if verdict.attempted and not logbook.note(verdict):
        verdict.words += f"\n{logbook.UNWRITTEN}"
    return verdict


def hint(id):
    """Show and return the next of an exercise's three hints."""
    exercise = catalogue.find(id, Exercise)
    hints = exercise.hints
    number = min(next(HINTS_GIVEN.setdefault(id, count(1))), len(hints))
    words = hints[number - 1]
    if number == len(hints):
        words += f'\nThis is the last hint. `solution("{id}")` shows the solution.'
    return Note(f"{id}: hint {number} of {len(hints)}.", words).show()


def solution(id):
    """Show and return the solution of an exercise, folded."""
    exercise = catalogue.find(id, Exercise)
    return Note(f"{id}: the solution.", code=source_of(exercise.solution)).show()


def source_of(function):
    return textwrap.dedent(inspect.getsource(function)).strip()


def progress():
    """Return a picture of what is solved, tried and open."""
    from autodiff_course.exercises.pictures import draw_progress

    return draw_progress(list(catalogue.all_items()), logbook.read(logbook.log_path()))


def quiz(id, choice=None):
    """Return a quiz to answer by a click, or judge a choice such as "b".

    Where ipywidgets is not installed, it is a text with lettered options.
    """
    record = catalogue.find(id, Quiz)
    if choice is not None:
        return check(id, choice)
    try:
        return live_quiz(record, kept)
    except ModuleNotFoundError as error:
        if error.name != "ipywidgets":
            raise
        return QuizText(record)

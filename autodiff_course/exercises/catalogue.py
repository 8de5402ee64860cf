"""Find an exercise or a quiz by its id; lessons load when they are asked for."""

import difflib
import importlib
import pkgutil
from functools import cache

from autodiff_course.exercises.records import Exercise, Quiz

FOLDER = __name__.rpartition(".")[0]


@cache
def lessons():
    """Return the numbers of the lessons that have exercises, as "02"."""
    package = importlib.import_module(FOLDER)
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return sorted(name[-2:] for name in names if name.startswith("lesson_"))


@cache
def items(lesson):
    """Return the exercises and quizzes of a lesson, by id, in their order."""
    module = importlib.import_module(f"{FOLDER}.lesson_{lesson}")
    records = (*module.EXERCISES, *module.QUIZZES)
    return {record.id: record for record in records}


def all_items():
    """Return every exercise and quiz of the course, by id."""
    return {id: record for lesson in lessons() for id, record in items(lesson).items()}


def find(id, kind=(Exercise, Quiz)):
    """Return the record of an id; KeyError that names the nearest one there is."""
    lesson = str(id)[:2]
    known = items(lesson) if lesson in lessons() else {}
    if isinstance(id, str) and isinstance(known.get(id), kind):
        return known[id]
    fitting = [key for key, record in all_items().items() if isinstance(record, kind)]
    near = difflib.get_close_matches(str(id), fitting, n=1, cutoff=0.0)[0]
    raise KeyError(f'there is no "{id}"; the nearest is "{near}".')


def exercises():
    return [record for record in all_items().values() if isinstance(record, Exercise)]


def quizzes():
    return [record for record in all_items().values() if isinstance(record, Quiz)]

"""The pages about exercises, written from their records.

    python -m autodiff_course.exercises.pages

writes `docs/exercises.md`, which objective is tested by what and which beliefs are
met, and `docs/solutions.md`. A test compares both with the records.
"""

import sys
from pathlib import Path

from autodiff_course.exercises import catalogue, source_of
from autodiff_course.exercises.misconceptions import BELIEFS
from autodiff_course.exercises.quizzes import right_option
from autodiff_course.exercises.recognise import trials_of
from autodiff_course.exercises.records import Exercise

DOCS = Path(__file__).resolve().parents[2] / "docs"
MARK = (
    "<!-- Written by python -m autodiff_course.exercises.pages from the records in "
    "autodiff_course/exercises; edit those. -->"
)
HOW_TO_READ = (
    "An item is a lesson and a number; `q` marks a quiz. *Check* says what is tried, "
    "*misconceptions* which wrong beliefs the item recognises; the end of the page "
    "lists them.",
)


def beliefs_met(record):
    """Return the misconceptions that an item can recognise, each once, sorted."""
    if isinstance(record, Exercise):
        ids = {wrong.misconception for wrong in record.wrong}
    else:
        ids = {option.misconception for option in record.options}
    return sorted(ids - {None}, key=by_number)


def by_number(id):
    """Return a key that sorts M9 before M10, and M40 before M40b."""
    digits = id.strip("Mabc")
    return int(digits), id


def what_is_checked(record):
    """Say in a line what an item asks and what its check tries."""
    if not isinstance(record, Exercise):
        return f"Question: {record.question}"
    count = len(trials_of(record))
    return f"{count} {'trial' if count == 1 else 'trials'}. {record.shown}"


def matrix_page():
    """Return the page of objectives, items, checks and misconceptions."""
    lines = [MARK, "", "# What the exercises test", "", *HOW_TO_READ, ""]
    for lesson in catalogue.lessons():
        lines += [f"## Lesson {lesson}", ""]
        lines += table("objective", "item", "check", "misconceptions")
        for record in by_objective(catalogue.items(lesson).values()):
            met = ", ".join(beliefs_met(record)) or "none"
            checked = what_is_checked(record)
            lines.append(row(record.objective, record.id, checked, met))
        lines.append("")
    return "\n".join([*lines, *belief_lines()]) + "\n"


def by_objective(records):
    """Return the records with those of one objective together, in their order."""
    first = {}
    for record in records:
        first.setdefault(record.objective, len(first))
    return sorted(records, key=lambda record: first[record.objective])


def belief_lines():
    """Return the table of misconceptions and the items that meet each."""
    lines = ["## Misconceptions", "", *table("id", "belief", "met by")]
    for id, belief in BELIEFS.items():
        lines.append(row(id, belief.words, ", ".join(items_that_meet(id))))
    return lines


def items_that_meet(id):
    return [
        name
        for name, record in catalogue.all_items().items()
        if id in beliefs_met(record)
    ]


def table(*heads):
    return [row(*heads), row(*["---"] * len(heads))]


def row(*cells):
    """Return a row of a table; a bar or a line end in a cell would end it."""
    cleaned = [" ".join(cell.split()).replace("|", r"\|") for cell in cells]
    return f"| {' | '.join(cleaned)} |"


def solutions_page():
    """Return the page of all solutions, and what wrong answers are told."""
    lines = [MARK, "", "# Solutions", ""]
    for lesson in catalogue.lessons():
        lines += [f"## Lesson {lesson}", ""]
        for record in catalogue.items(lesson).values():
            lines += [f"### {record.id}", ""]
            solved = isinstance(record, Exercise)
            lines += exercise_lines(record) if solved else quiz_lines(record)
    return "\n".join(lines).rstrip("\n") + "\n"


def exercise_lines(exercise):
    told = [f"- {wrong.misconception}: {wrong.sentence}" for wrong in exercise.wrong]
    code = ["```python", source_of(exercise.solution), "```"]
    heading = "What typical wrong answers are told:"
    return [exercise.prompt, "", *code, "", heading, "", *told, ""]


def quiz_lines(quiz):
    right = right_option(quiz)
    told = [
        f"- {'**' if option is right else ''}{option.text}"
        f"{'**' if option is right else ''}: {option.feedback}"
        for option in quiz.options
    ]
    return [quiz.question, "", *told, ""]


PAGES = {"exercises.md": matrix_page, "solutions.md": solutions_page}


def main(folder=DOCS):
    """Write the pages."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8", newline="\n")
        print(f"docs/{name}: written.")


if __name__ == "__main__":
    sys.exit(main())

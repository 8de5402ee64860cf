"""What a class has solved and what it believes: `python3 course.py report FOLDER`.

Reads every `.jsonl` in a folder, one learner each, and writes `report.html` and
`report.csv` beside them. Nobody is named: the report is about the exercises.
"""

import base64
import csv
import sys
from collections import Counter
from html import escape
from pathlib import Path
from statistics import median
from typing import NamedTuple

from autodiff_course.exercises import catalogue, logbook
from autodiff_course.exercises.misconceptions import BELIEFS
from autodiff_course.exercises.pictures import draw_class

HEADS = ("id", "objective", "tried", "solved", "attempts", "median attempts to solve")
STYLE = (
    "body{font-family:sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}"
    "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
    "img{max-width:100%}"
)


class Row(NamedTuple):
    """One exercise or quiz: how many learners tried and solved it, and how.

    `attempts` counts those up to each learner's first right answer, `to_solve` is the
    median of them over those who solved it; `held` counts learners by misconception.
    """

    id: str
    objective: str
    tried: int
    solved: int
    attempts: int
    to_solve: float | None
    held: Counter


def read_class(folder):
    """Return the attempts of each learner, by file; a line that stands twice is one."""
    paths = sorted(Path(folder).rglob("*.jsonl"))
    found = {path: list(dict.fromkeys(logbook.read(path))) for path in paths}
    return {path: attempts for path, attempts in found.items() if attempts}


def up_to_solved(attempts):
    """Return a learner's attempts at one item, up to the first right one."""
    passed = [attempt.passed for attempt in attempts]
    return attempts[: passed.index(True) + 1] if True in passed else attempts


def row_of(id, objective, learners):
    """Return the row of one item over a class."""
    series = []
    for attempts in learners:
        own = [attempt for attempt in attempts if attempt.exercise == id]
        if own:
            series.append(up_to_solved(own))
    solving = [len(each) for each in series if each[-1].passed]
    held = Counter(belief for each in series for belief in beliefs_in(each))
    return Row(
        id=id,
        objective=objective,
        tried=len(series),
        solved=len(solving),
        attempts=sum(map(len, series)),
        to_solve=median(solving) if solving else None,
        held=held,
    )


def beliefs_in(attempts):
    """Return the misconceptions that a learner's attempts show, each once."""
    return {attempt.misconception for attempt in attempts} - {None}


def rows_of(learners):
    """Return a row for each item of the course that somebody tried."""
    items = catalogue.all_items()
    rows = [row_of(id, each.objective, learners) for id, each in items.items()]
    return [row for row in rows if row.tried]


def held_in_class(rows, learners):
    """Return how many learners showed each misconception, the commonest first."""
    held = Counter()
    for attempts in learners:
        shown = set()
        for row in rows:
            own = [attempt for attempt in attempts if attempt.exercise == row.id]
            shown |= beliefs_in(up_to_solved(own))
        held.update(shown)
    return dict(sorted(held.items(), key=lambda pair: (-pair[1], pair[0])))


def beliefs_told(held):
    """Return counts as text, the commonest first."""
    ordered = sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))
    return "; ".join(f"{id}: {count}" for id, count in ordered)


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADS, "misconceptions: learners"])
        for row in rows:
            to_solve = "" if row.to_solve is None else f"{row.to_solve:g}"
            writer.writerow([*row[:5], to_solve, beliefs_told(row.held)])


def page(rows, held, learners):
    """Return the report as one page of HTML that needs no other file."""
    picture = draw_class(
        {row.id: row.solved for row in rows},
        {row.id: row.tried for row in rows},
        held,
        learners,
    )
    data = base64.b64encode(picture.png()).decode("ascii")
    image = f'<img src="data:image/png;base64,{data}" alt="{escape(picture.alt)}">'
    items = [(*row[:5], told(row.to_solve), beliefs_told(row.held)) for row in rows]
    beliefs = [(id, belief_words(id), count) for id, count in held.items()]
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
            f"<title>Report of a class</title><style>{STYLE}</style></head><body>",
            f"<h1>A class of {learners}</h1><p>{image}</p>",
            "<h2>Exercises and quizzes</h2>",
            html_table([*HEADS, "misconceptions: learners"], items),
            "<h2>Misconceptions</h2>",
            html_table(["id", "belief", "learners"], beliefs),
            "</body></html>\n",
        ]
    )


def told(number):
    return "" if number is None else f"{number:g}"


def belief_words(id):
    return BELIEFS[id].words if id in BELIEFS else ""


def html_table(heads, rows):
    """Return a table with a row of heads."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    lines = [f"<tr>{head}</tr>"]
    for row in rows:
        cells = "".join(f"<td>{escape(str(cell))}</td>" for cell in row)
        lines.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"


def write_report(folder):
    """Read a folder of logs, write both files and return their paths.

    FileNotFoundError where no file in the folder holds an attempt.
    """
    learners = list(read_class(folder).values())
    if not learners:
        raise FileNotFoundError(
            f"{folder} holds no attempts; collect the learners' {logbook.NAME} there, "
            "each under a name of its own that ends in .jsonl."
        )
    rows = rows_of(learners)
    paths = [Path(folder) / "report.html", Path(folder) / "report.csv"]
    text = page(rows, held_in_class(rows, learners), len(learners))
    paths[0].write_text(text, encoding="utf-8", newline="\n")
    write_csv(paths[1], rows)
    return paths


def main(folder):
    """Write the report and say where it is, or why it could not be written."""
    try:
        for path in write_report(folder):
            print(in_ascii(f"{path}: written."))
    except OSError as error:
        sys.exit(in_ascii(f"No report: {error}"))


def in_ascii(text):
    """Return a text that any terminal can show."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


if __name__ == "__main__":
    main(sys.argv[1])

"""A planted class: the report holds exactly what was planted."""

import csv
import html
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
from copies import ROOT, load_course

from autodiff_course.exercises.misconceptions import BELIEFS
from autodiff_course.house import report

LEARNERS = 30
# For each item: its wrong beliefs, how many tried, how many of them solved it.
PLAN = {
    "00.1": (["M001", "M21"], 30, 28),
    "01.4": (["M03", "M05", None], 25, 11),
    "02.1": (["M01", "M02"], 20, 20),
    "02.5": (["M02", None], 9, 0),
    "02.q1": (["M22"], 12, 7),
}


def line(id, passed, belief, second):
    return json.dumps(
        {
            "exercise": id,
            "passed": passed,
            "status": "right" if passed else "wrong",
            "misconception": belief,
            "time": f"2025-01-01T00:{second // 60:02d}:{second % 60:02d}+00:00",
        }
    )


def plant(folder, seed=0):
    """Write a class's files and return what was planted, as the report should say.

    Each who tries makes some wrong attempts first, then solves it or gives up; after
    solving, some try once more, which counts for nothing.
    """
    rng = np.random.default_rng(seed)
    files = [[] for _ in range(LEARNERS)]
    planted, held = {}, {}
    for id, (beliefs, tried, solved) in PLAN.items():
        attempts, to_solve, own = 0, [], {}
        for learner in range(tried):
            wrong = int(rng.integers(learner >= solved, 4))
            shown = [beliefs[int(rng.integers(len(beliefs)))] for _ in range(wrong)]
            lines = [(id, False, belief) for belief in shown]
            if learner < solved:
                lines.append((id, True, None))
                to_solve.append(wrong + 1)
            attempts += len(lines)
            if learner < solved and rng.uniform() < 0.3:
                lines.append((id, False, "M05"))
            for belief in set(shown) - {None}:
                own[belief] = own.get(belief, 0) + 1
                held.setdefault(belief, set()).add(learner)
            files[learner] += lines
        planted[id] = (tried, solved, attempts, to_solve, own)
    for learner, lines in enumerate(files):
        write(folder / f"learner {learner:02d}.jsonl", lines)
    return planted, {belief: len(who) for belief, who in held.items()}


def write(path, lines):
    text = [line(*held, second) for second, held in enumerate(lines)]
    text += ["torn {", json.dumps({"else": 1}), line("99.9", False, "M01", 9)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def told(counts):
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return "; ".join(f"{id}: {count}" for id, count in ordered)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_report_of_a_planted_class_is_what_was_planted(tmp_path, seed):
    planted, held = plant(tmp_path, seed)
    page, table = report.write_report(tmp_path)
    with open(table, encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert list(rows) == list(PLAN)
    for id, (tried, solved, attempts, to_solve, own) in planted.items():
        row = rows[id]
        counts = (int(row["tried"]), int(row["solved"]), int(row["attempts"]))
        assert counts == (tried, solved, attempts)
        middle = f"{np.median(to_solve):g}" if to_solve else ""
        assert row["median attempts to solve"] == middle
        assert row["misconceptions: learners"] == told(own)
    words = page.read_text(encoding="utf-8")
    beliefs = re.search("<h2>Misconceptions</h2>(.*)", words, re.DOTALL)[1]
    found = re.findall(r"<td>(M\w+)</td><td>(.*?)</td><td>(\d+)</td>", beliefs)
    assert {id: int(count) for id, _, count in found} == held
    for id, belief, _ in found:
        assert html.unescape(belief) == BELIEFS[id].words


def test_the_page_stands_alone_and_its_picture_has_words(tmp_path):
    planted, held = plant(tmp_path)
    page, _ = report.write_report(tmp_path)
    words = page.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!data:)", words)
    alt = html.unescape(re.search(r'alt="([^"]*)"', words)[1])
    assert alt.startswith(f"A class of {LEARNERS}.")
    for id, (tried, solved, *_) in planted.items():
        assert f"{id} {solved} of {tried}" in alt
    for belief, count in held.items():
        assert f"{belief} {count}" in alt


def test_nobody_is_named_and_no_file_is_changed(tmp_path):
    plant(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    page, table = report.write_report(tmp_path)
    for path in (page, table):
        assert "learner 0" not in path.read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in before} == before


def test_a_file_in_a_folder_of_its_own_is_a_learner_and_a_doubled_line_is_one(tmp_path):
    for name in ("ana", "bo"):
        (tmp_path / name).mkdir()
        lines = [("00.1", False, "M21")]
        write(tmp_path / name / "progress.jsonl", lines)
    path = tmp_path / "ana" / "progress.jsonl"
    path.write_text(path.read_text() * 2)
    learners = list(report.read_class(tmp_path).values())
    (row,) = report.rows_of(learners)
    assert row[2:] == (2, 0, 2, None, {"M21": 2})


def test_a_folder_without_attempts_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no attempts"):
        report.write_report(tmp_path)
    with pytest.raises(SystemExit, match="No report"):
        report.main(str(tmp_path / "missing"))


def test_course_py_hands_a_folder_over(monkeypatch, tmp_path):
    course = load_course()
    commands = []

    def hand_over(command):
        commands.append(command)
        raise SystemExit

    monkeypatch.setattr(course, "hand_over", hand_over)
    monkeypatch.setattr(course, "prepare", lambda word: f"python of {word}")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        course.main(["report", "a class"])
    module = "autodiff_course.house.report"
    folder = os.path.join(str(tmp_path), "a class")
    assert commands == [["python of open", "-m", module, folder]]


def test_the_command_writes_both_files_and_says_so(tmp_path):
    plant(tmp_path)
    command = [sys.executable, "-m", "autodiff_course.house.report", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.isascii()
    for name in ("report.html", "report.csv"):
        assert (tmp_path / name).exists() and name in done.stdout

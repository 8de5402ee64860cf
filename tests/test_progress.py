"""The log of attempts: appended, never rewritten, and read whatever it holds."""

import json
import os
import subprocess
import sys

import pytest

from autodiff_course import check, progress, quiz
from autodiff_course.exercises import (
    catalogue,
    export_progress,
    import_progress,
    logbook,
)
from autodiff_course.exercises.pictures import draw_progress
from autodiff_course.exercises.verdicts import Verdict


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder, as a learner works beside the notebooks."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def attempt(id="00.1", passed=True, belief=None, second=0):
    status = "right" if passed else "wrong"
    moment = f"2025-01-01T00:00:{second:02d}+00:00"
    return logbook.Attempt(id, passed, status, belief, moment)


def stored(*attempts):
    return "".join(json.dumps(each._asdict()) + "\n" for each in attempts)


def test_an_attempt_is_one_line_with_exercise_verdict_and_misconception(folder):
    check("00.1", 18)
    check("00.1", 6)
    first, second = map(json.loads, lines(folder / logbook.NAME))
    assert (first["exercise"], first["passed"]) == ("00.1", False)
    assert (first["status"], first["misconception"]) == ("wrong", "M001")
    assert (second["status"], second["misconception"]) == ("right", None)


def test_what_is_written_is_never_rewritten(folder):
    path = folder / logbook.NAME
    seen = b""
    for answer in (12, 0, 6, 6):
        check("00.1", answer)
        now = path.read_bytes()
        assert now.startswith(seen) and len(now) > len(seen)
        seen = now


def test_an_untouched_stub_and_a_bare_quiz_write_nothing(folder):
    check("00.1", ...)
    quiz("00.q1")
    progress()
    assert list(folder.iterdir()) == []


def test_torn_and_foreign_lines_are_skipped_and_kept(folder):
    path = folder / logbook.NAME
    foreign = ["[1]", "{}", '{"exercise": 3}', "\x00\xff", "null", '"text"']
    foreign += ["[" * 900, '{"exercise": "00.1", "passed": true}', "x" * 5000]
    text = "\n".join(foreign) + "\n" + stored(attempt())
    path.write_text(text + stored(attempt())[:20], encoding="utf-8")
    check("00.1", 18)
    assert path.read_text(encoding="utf-8").startswith(text)
    assert [each.passed for each in logbook.read(path)] == [True, False]


def test_bytes_of_no_encoding_are_skipped(folder):
    path = folder / logbook.NAME
    path.write_bytes(b"\xff\xfe\x00\n" + stored(attempt()).encode())
    assert logbook.read(path) == [attempt()]


def test_the_log_lies_beside_the_notebooks(folder):
    assert logbook.log_path() == folder / logbook.NAME
    (folder / "notebooks").mkdir()
    assert logbook.log_path() == folder / logbook.NAME
    (folder / "notebooks" / "00_start_here.ipynb").touch()
    assert logbook.log_path() == folder / "notebooks" / logbook.NAME
    assert logbook.log_path(folder / "notebooks").parent == folder / "notebooks"


def test_two_notebooks_at_once_lose_nothing(folder):
    source = (
        "from autodiff_course.exercises import logbook, verdicts\n"
        "for n in range(200):\n"
        "    logbook.note(verdicts.Verdict('00.1', 'wrong', '', 'M21' * 20))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", source]) for _ in range(2)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    # One may take the other's half-written line for torn, and begin with an empty one.
    assert len(list(filter(None, lines(folder / logbook.NAME)))) == 400
    assert len(logbook.read(folder / logbook.NAME)) == 400


def test_a_folder_that_cannot_be_written_is_told_and_the_verdict_stands(
    monkeypatch, capsys
):
    def refuse(*arguments):
        raise PermissionError("read-only")

    monkeypatch.setattr(os, "open", refuse)
    verdict = check("00.1", 6)
    assert verdict.passed and "cannot be written" in capsys.readouterr().out


def test_an_export_is_a_copy_and_an_import_appends_what_is_new(folder):
    path = folder / logbook.NAME
    path.write_text(stored(attempt(second=1), attempt(second=2)), encoding="utf-8")
    (folder / "kept").mkdir()
    copy = export_progress(folder / "kept")
    assert copy.read_bytes() == path.read_bytes()
    path.write_text(stored(attempt(second=2), attempt(second=3)), encoding="utf-8")
    before = path.read_bytes()
    assert import_progress(copy) == 1
    assert path.read_bytes() == before + stored(attempt(second=1)).encode()
    assert import_progress(copy) == 0


def test_an_export_onto_the_log_itself_is_refused(folder):
    with pytest.raises(ValueError, match="name another"):
        export_progress(folder)


def test_an_export_of_nothing_is_an_empty_file(folder):
    assert export_progress(folder / "copy.jsonl").read_bytes() == b""


def test_progress_draws_what_is_solved_tried_and_open(folder):
    check("00.1", 18)
    check("00.1", 6)
    check("00.q1", "a")
    picture = progress()
    solved, tried, still_open = picture.axes[0].lines
    total = len(catalogue.all_items())
    assert (len(solved.get_xdata()), len(tried.get_xdata())) == (1, 1)
    assert len(still_open.get_xdata()) == total - 2
    assert picture.alt == (
        f"Progress: 1 of {total} solved. Solved: 00.1. Tried: 00.q1."
    )


def test_a_solved_exercise_stays_solved():
    attempts = [attempt(passed=True), attempt(passed=False)]
    assert "Solved: 00.1." in draw_progress(["00.1"], attempts).alt


def test_progress_of_nobody_is_a_picture_too():
    picture = progress()
    assert "Solved: none. Tried: none." in picture.alt and picture.png()


def test_a_verdict_of_a_strange_kind_is_stored_whole(folder):
    logbook.note(Verdict("00.1", "raised", "with\nlines", None))
    assert len(lines(folder / logbook.NAME)) == 1


def test_a_line_with_one_field_of_another_kind_is_skipped(folder):
    path, whole = folder / logbook.NAME, attempt()._asdict()
    for field, held in (("exercise", ["00.1"]), ("passed", "no"), ("time", None)):
        path.write_text(json.dumps(whole | {field: held}) + "\n", encoding="utf-8")
        assert logbook.read(path) == []


def test_every_mark_of_the_progress_has_the_number_of_its_exercise():
    axes = draw_progress(["00.1", "00.q1", "01.2"], [attempt()]).axes[0]
    written = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert written == {"1": 0, "q1": 0, "2": 1}

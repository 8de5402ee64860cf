"""`progress.jsonl`: one line an attempt, appended and never rewritten."""

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

NAME = "progress.jsonl"
LONGEST_LINE = 1000
UNWRITTEN = "(This folder cannot be written to, so the attempt is not kept.)"


class Attempt(NamedTuple):
    """One line of the log."""

    exercise: str
    passed: bool
    status: str
    misconception: str | None
    time: str


def log_path(folder=None):
    """Return where attempts are kept: beside the notebooks."""
    folder = Path(folder or Path.cwd())
    below = folder / "notebooks"
    if not any(folder.glob("*.ipynb")) and any(below.glob("*.ipynb")):
        folder = below
    return folder / NAME


def note(verdict, path=None):
    """Append a verdict to the log; return whether it could be written."""
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    attempt = Attempt(
        verdict.id, verdict.passed, verdict.status, verdict.misconception, now
    )
    line = json.dumps(attempt._asdict())
    try:
        append(line, path or log_path())
    except OSError:
        return False
    return True


def append(lines, path):
    """Write whole lines at the end of a file in one piece.

    The system puts appended pieces one after the other, so two notebooks can write at
    once. After a line that a crash has torn, a new one begins.
    """
    text = f"{lines}\n"
    if is_torn(path):
        text = f"\n{text}"
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o644)
    try:
        os.write(handle, text.encode("utf-8"))
        os.fsync(handle)
    finally:
        os.close(handle)


def is_torn(path):
    """Tell whether a file ends within a line."""
    try:
        with open(path, "rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        return False


def read(path):
    """Return the attempts in a file; lines that are torn or foreign are skipped."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            attempts = [attempt_of(line) for line in file]
    except OSError:
        return []
    return [attempt for attempt in attempts if attempt]


def attempt_of(line):
    """Return the attempt that a line holds, or None."""
    try:
        held = json.loads(line) if len(line) <= LONGEST_LINE else None
        attempt = Attempt(**held)
    except (ValueError, TypeError, RecursionError):
        return None
    kinds = (str, bool, str, (str, type(None)), str)
    pairs = zip(attempt, kinds, strict=True)
    return attempt if all(isinstance(each, kind) for each, kind in pairs) else None


def export_progress(target, path=None):
    """Copy the log to a file or into a folder, and return the file's path."""
    target, path = Path(target), path or log_path()
    if target.is_dir():
        target = target / NAME
    if target.resolve() == Path(path).resolve():
        raise ValueError(f"{target} is the log itself; name another file or folder.")
    target.write_bytes(Path(path).read_bytes() if Path(path).exists() else b"")
    return target


def import_progress(source, path=None):
    """Append what another log holds and this one does not; return how many lines."""
    path = path or log_path()
    known = set(read(path))
    new = [attempt for attempt in dict.fromkeys(read(source)) if attempt not in known]
    if new:
        append("\n".join(json.dumps(attempt._asdict()) for attempt in new), path)
    return len(new)

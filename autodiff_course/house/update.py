"""Fetch the newest course and keep a learner's own work: `python3 course.py update`.

A file that only the learner changed stays as it is. One that both sides changed is
taken new, and the learner's version is kept beside it, under a name of its own.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class UpdateError(Exception):
    """What stood in the way and what to do, in words for the person at the keyboard."""


def git(folder, *words):
    """Return what git says; UpdateError, with git's own last words, where it fails."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, encoding="utf-8"
        )
    except FileNotFoundError:
        raise UpdateError(
            "There is no git on this machine; install it from git-scm.com."
        ) from None
    if done.returncode:
        raise UpdateError(f"git {words[0]} failed and said:\n{done.stderr.strip()}")
    return done.stdout


def paths(folder, *words):
    """Return the paths that a git command lists, seen from the folder."""
    return set(filter(None, git(folder, *words, "-z").split("\0")))


def refuse_what_is_no_clone(folder):
    """Raise UpdateError where git cannot tell what is new and what is the learner's."""
    if not (folder / ".git").exists():
        raise UpdateError(
            "This folder was not made by git clone. Download the course into another "
            "folder, and copy your notebooks and progress.jsonl into its notebooks."
        )
    git(folder, "fetch")
    if git(folder, "rev-list", "@{upstream}..HEAD").strip():
        raise UpdateError("You have commits of your own here; update with git itself.")


def free_name(path):
    """Return a path beside one that exists, for the learner's version of it."""
    number, kept = 1, path.with_stem(f"my_{path.stem}")
    while kept.exists():
        number += 1
        kept = path.with_stem(f"my_{path.stem}_{number}")
    return kept


def set_aside(folder, names):
    """Copy the learner's version of each file; return the copies by the name."""
    held = {name: folder / name for name in sorted(names)}
    held = {name: path for name, path in held.items() if path.is_file()}
    return {name: shutil.copy2(path, free_name(path)) for name, path in held.items()}


def update(folder):
    """Take the newest course and return the copies of the learner's own versions."""
    refuse_what_is_no_clone(folder)
    new = paths(folder, "diff", "--name-only", "HEAD", "@{upstream}")
    changed = new & paths(folder, "diff", "--name-only", "HEAD")
    added = new & paths(folder, "ls-files", "--others")
    kept = set_aside(folder, changed | added)
    try:
        for name in changed:
            git(folder, "checkout", "HEAD", "--", name)
        for name in added:
            (folder / name).unlink()
        git(folder, "merge", "--ff-only", "@{upstream}")
    except (OSError, UpdateError):
        for name, copy in kept.items():
            shutil.move(copy, folder / name)
        raise
    return list(kept.values())


def main():
    """Update the course and say which files were kept under another name."""
    try:
        before = git(ROOT, "rev-parse", "HEAD")
        kept = update(ROOT)
    except UpdateError as error:
        return f"{error}\nNothing was changed."
    for path in kept:
        print(f"Your version is now {path.relative_to(ROOT).as_posix()}")
    same = git(ROOT, "rev-parse", "HEAD") == before
    print("The course was up to date." if same else "The course is up to date now.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

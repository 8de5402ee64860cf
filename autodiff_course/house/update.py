"""Fetch the newest course and keep a learner's own work: `python3 course.py update`.

A file that only the learner changed stays as it is. One that both sides changed is
taken new, and the learner's version is kept beside it, under a name of its own. It
needs Python and git, and nothing that the course installs.
"""

import os
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
            ["git", *words],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",  # a name on the disk may be no UTF-8
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


def fetch(folder):
    """Fetch what is new; UpdateError where git cannot tell it from the learner's."""
    if not (folder / ".git").exists():
        raise UpdateError(
            "This folder was not made by git clone. Download the course into another "
            "folder, and copy your notebooks and progress.jsonl into its notebooks."
        )
    try:
        git(folder, "rev-parse", "@{upstream}")
    except UpdateError as error:
        raise UpdateError(
            f"{error}\nThis folder is not on a branch of the course. Type git branch "
            "-a, then git checkout with the course's branch, and update again."
        ) from None
    git(folder, "fetch")
    if git(folder, "rev-list", "@{upstream}..HEAD").strip():
        raise UpdateError(
            "This folder holds commits that the course does not have: your own, or old "
            "ones that were replaced. Clone the course into another folder and copy "
            "your notebooks there, or update with git itself."
        )


def free_name(path):
    """Return a path beside one that exists, for the learner's version of it."""
    # A module under its own ending could still be imported.
    suffix, number = path.suffix + ".txt" * (path.suffix == ".py"), 1
    kept = path.with_name(f"my_{path.stem}{suffix}")
    while os.path.lexists(kept):
        number += 1
        kept = path.with_name(f"my_{path.stem}_{number}{suffix}")
    return kept


def update(folder):
    """Take the newest course; return the learner's own versions, now beside it."""
    fetch(folder)
    new = paths(folder, "diff", "--no-renames", "--name-only", "HEAD", "@{upstream}")
    git(folder, "status")  # after it, what was only touched does not count as changed
    changed = new & paths(folder, "diff-index", "--name-only", "HEAD")
    kept = {}
    try:
        for name in sorted(changed | new & paths(folder, "ls-files", "--others")):
            path = folder / name
            if path.is_file() or path.is_symlink():
                kept[name] = path.rename(free_name(path))
        if changed:  # what was staged as well
            git(folder, "reset", "--quiet", "--", *changed)
        git(folder, "merge", "--ff-only", "--no-overwrite-ignore", "@{upstream}")
    except BaseException:  # Ctrl-C as well
        for name, path in kept.items():
            path.replace(folder / name)
        raise
    return list(kept.values())


def main():
    """Update the course and say which files were kept under another name."""
    print("Looking for a newer course ...", flush=True)
    try:
        kept = update(ROOT)
    except (OSError, UpdateError) as error:
        return f"{error}\nNothing was changed."
    for path in kept:
        name = path.relative_to(ROOT).as_posix()
        print(f"Your version is now {ascii(name)[1:-1]}")
    print("The course is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Every text of the repository: the course alone, in UTF-8 with LF."""

import re
import shutil
import subprocess

import pytest
from lessons import (
    ROOT,
    code,
    each_lesson,
    expect_none,
    planted,
    printed,
    text,
    text_of,
)

# Written so that no pattern matches its own source.
UNWANTED = {
    "a path of one machine": r"(?<![\w.~])/(?:work|home|root|Users)(?:/|\b(?!\w))"
    r"|(?<![\w.~])/tm[p]/(?!ipykernel_)|\b[A-Z]:\\+Users\b",
    "the host of a package registry": r"\b(?:pypi|npmjs|pythonhosted|anaconda)\.org\b"
    r"|\b(?:registry|artifactory|nexus|devpi|index)\.[a-z]+\.(?:com|org|net|local)\b",
    "what is known only outside": r"(?i)\bco[-]authored[-]by\b|\bissue[ ]#?\d",
    "an emoji": "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d]",
    "a merge marker": r"(?m)^\s*\"?(?:<{7}|>{7}) ",
}
BINARY = (".png", ".ico", ".gif", ".jpg", ".pdf", ".woff2")
PAYLOAD = re.compile(r"[A-Za-z0-9+/=]{200,}")


def text_faults(name, content):
    """Yield what does not belong into a text of the course, with its line."""
    content = PAYLOAD.sub("", content)
    for what, pattern in UNWANTED.items():
        for found in re.finditer(pattern, content):
            line = content.count("\n", 0, found.start()) + 1
            yield f"{name}, line {line}: {what}, {found[0].strip()!r}; take it out."


def file_faults(name, content):
    """Yield what is wrong with the bytes of a file, then with its text."""
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield f"{name}: not UTF-8 at byte {error.start}; store it as UTF-8."
        return
    if words.startswith("\ufeff"):
        yield f"{name}: begins with a byte order mark; store it without."
    if "\r" in words:
        yield f"{name}: has line ends with CR; store it with LF."
    if words and not words.endswith("\n"):
        yield f"{name}: has no line end at its end; add one."
    yield from text_faults(name, words)


def tracked_files():
    """Return the files that git keeps; skip where there is no repository."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("There is no git repository here to list.")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = listed.stdout.decode("utf-8").split("\0")
    paths = [ROOT / name for name in names if name]
    return [path for path in paths if path.is_file() and path.suffix not in BINARY]


def test_every_file_speaks_of_the_course_alone():
    faults = []
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        faults += file_faults(name, path.read_bytes())
    expect_none(faults)


def lesson_faults(lesson):
    """Yield the same of a lesson, its outputs included, cell by cell."""
    for n, cell in lesson.cells:
        parts = [cell.source, *map(text_of, cell.get("outputs", []))]
        parts += [str(each.get("metadata", "")) for each in cell.get("outputs", [])]
        for fault in text_faults("", "\n".join(parts)):
            yield lesson.fault(n, fault.partition(": ")[2])


@each_lesson
def test_a_lesson_speaks_of_the_course_alone(lesson):
    expect_none(lesson_faults(lesson))


def spelled(*parts):
    """Put together what this file must not contain in one piece."""
    return "".join(parts)


WRONG = [
    spelled("see /wo", "rk/course"),
    spelled("in '/ho", "me/ana/course'"),
    spelled("/ro", "ot"),
    spelled("/tm", "p/x.png"),
    spelled("C:\\Us", "ers\\ana"),
    spelled("from py", "pi.org"),
    spelled("https://files.python", "hosted.org/x"),
    spelled("Co-authored", "-by: somebody"),
    spelled("see issue", " 12"),
    "good \U0001f600",
    spelled("<<<<", "<<< HEAD"),
    spelled(">>>>", ">>> main"),
]
FINE = [
    "the framework/home page of a/root-finder",
    "/tmp/ipykernel_12/34.py",
    "the issue is 12 numbers long",
    "https://docs.python.org/3/",
    "=======\n>>> 1 + 1",
    "x \u2192 3 \u00d7 x",
]


@pytest.mark.parametrize("words", WRONG, ids=range(len(WRONG)))
def test_what_does_not_belong_is_found(words):
    assert list(text_faults("a.py", f"one\n{words}\n"))
    assert "line 2" in next(text_faults("a.py", f"one\n{words}\n"))
    assert list(lesson_faults(planted(text(words))))
    assert list(lesson_faults(planted(code("1", printed(words)))))


@pytest.mark.parametrize("words", FINE, ids=range(len(FINE)))
def test_ordinary_text_is_left_alone(words):
    assert not list(text_faults("a.py", words))


def test_the_letters_of_a_picture_are_not_read():
    picture = spelled("/ro", "ot/") * 50
    assert not list(text_faults("a.ipynb", f'"image/png": "{picture}"'))


def test_other_encodings_and_line_ends_are_found():
    assert list(file_faults("a.md", "caf\u00e9\n".encode("latin-1")))
    assert list(file_faults("a.md", b"one\r\ntwo\r\n"))
    assert list(file_faults("a.md", b"\xef\xbb\xbfone\n"))
    assert list(file_faults("a.md", b"no end"))
    assert not list(file_faults("a.md", "caf\u00e9\n".encode()))
    assert not list(file_faults("empty.py", b""))

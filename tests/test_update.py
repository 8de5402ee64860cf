"""A newer course arrives, and a learner's work is still there."""

import contextlib
import shutil

import pytest

from autodiff_course.house import update as house
from autodiff_course.house.update import UpdateError, git, update

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="There is no git here.")
LESSON, OTHER, NEW = "notebooks/02_a.ipynb", "notebooks/03_b.ipynb", "notes.md"


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(folder, **files):
    """Commit a version of the course, with these texts in these files."""
    names = {"lesson": LESSON, "other": OTHER, "new": NEW}
    for key, text in files.items():
        write(folder, names[key], text)
    git(folder, "add", "--all")
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    git(folder, *author, "commit", "--quiet", "-m", "A version")


@pytest.fixture
def course(tmp_path):
    """Return the folder where the course is made."""
    (tmp_path / "the course").mkdir()
    git(tmp_path / "the course", "init", "--quiet")
    commit(tmp_path / "the course", lesson="old 02", other="old 03")
    return tmp_path / "the course"


@pytest.fixture
def learner(course):
    """Return a learner's clone of the course."""
    git(course.parent, "clone", "--quiet", str(course), "my folder")
    return course.parent / "my folder"


def everything(folder):
    """Return the text of every file in a folder, by its name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {k: v.read_text("utf-8") for k, v in named.items() if ".git/" not in k}


def test_a_lesson_that_both_changed_is_new_and_the_learners_is_kept(course, learner):
    write(learner, LESSON, "my answers")
    commit(course, lesson="new 02")
    assert [path.name for path in update(learner)] == ["my_02_a.ipynb"]
    assert (learner / LESSON).read_text("utf-8") == "new 02"
    assert (learner / "notebooks/my_02_a.ipynb").read_text("utf-8") == "my answers"


def test_a_lesson_that_only_the_learner_changed_stays(course, learner):
    write(learner, OTHER, "my answers")
    write(learner, "notebooks/progress.jsonl", "{}")
    commit(course, lesson="new 02")
    assert update(learner) == []
    assert everything(learner) == {
        LESSON: "new 02",
        OTHER: "my answers",
        "notebooks/progress.jsonl": "{}",
    }


def test_a_kept_version_is_never_written_over(course, learner):
    for count in (1, 2, 3):
        write(learner, LESSON, f"answers {count}")
        commit(course, lesson=f"new {count}")
        update(learner)
    kept = {k: v for k, v in everything(learner).items() if "my_" in k}
    assert sorted(kept.values()) == ["answers 1", "answers 2", "answers 3"]


def test_a_learners_own_file_gives_way_to_a_new_one_of_that_name(course, learner):
    write(learner, NEW, "my notes")
    commit(course, new="their notes")
    update(learner)
    assert everything(learner)[NEW] == "their notes"
    assert everything(learner)["my_notes.md"] == "my notes"


def test_a_lesson_that_the_course_renamed_leaves_the_learners_version(course, learner):
    write(learner, LESSON, "my answers")
    (course / LESSON).rename(course / "notebooks/02_c.ipynb")
    commit(course)
    update(learner)
    found = everything(learner)
    assert found["notebooks/02_c.ipynb"] == "old 02" and LESSON not in found
    assert found["notebooks/my_02_a.ipynb"] == "my answers"


def test_line_ends_of_another_system_do_not_stop_an_update(course, learner):
    write(course, ".gitattributes", "* text=auto eol=lf\n")
    commit(course, lesson="old\nlines\n")
    update(learner)
    (learner / LESSON).write_bytes(b"old\r\nlines\r\n")
    commit(course, lesson="new\nlines\n")
    update(learner)
    assert everything(learner)[LESSON] == "new\nlines\n"


def test_what_the_learner_has_staged_is_kept_as_well(course, learner):
    write(learner, NEW, "my notes")
    write(learner, LESSON, "my answers")
    git(learner, "add", "--all")
    commit(course, lesson="new 02", new="their notes")
    update(learner)
    found = everything(learner)
    assert (found[LESSON], found[NEW]) == ("new 02", "their notes")
    assert (found["notebooks/my_02_a.ipynb"], found["my_notes.md"]) == (
        "my answers",
        "my notes",
    )


def test_a_folder_in_the_place_of_a_file_is_not_deleted(course, learner):
    (learner / LESSON).unlink()
    (learner / LESSON).mkdir()
    write(learner, f"{LESSON}/mine.txt", "my answers")
    commit(course, lesson="new 02")
    before = everything(learner)
    with pytest.raises(UpdateError):
        update(learner)
    assert everything(learner) == before


@pytest.mark.parametrize("name", [NEW, f"{NEW}/mine.txt"])
def test_what_git_ignores_is_not_written_over(course, learner, name):
    (learner / ".git/info/exclude").write_text("mine.txt\nnotes.md\n")
    (learner / name).parent.mkdir(exist_ok=True)
    write(learner, name, "my notes")
    commit(course, new="their notes")
    with contextlib.suppress(UpdateError):
        update(learner)
    assert "my notes" in everything(learner).values()


def test_a_kept_module_cannot_be_imported(course, learner):
    write(course, "engine.py", "old = 1")
    commit(course)
    update(learner)
    write(learner, "engine.py", "mine = 1")
    write(course, "engine.py", "new = 1")
    commit(course)
    assert [path.name for path in update(learner)] == ["my_engine.py.txt"]


def test_a_head_on_no_branch_says_what_to_type(course, learner):
    git(learner, "checkout", "--quiet", "--detach")
    with pytest.raises(UpdateError, match="git checkout with the course's branch"):
        update(learner)


def test_a_course_with_another_past_is_told_apart_from_own_commits(course, learner):
    git(course, "update-ref", "-d", "HEAD")
    commit(course, lesson="all new")
    with pytest.raises(UpdateError, match="old ones that were replaced"):
        update(learner)


def test_a_lesson_that_the_learner_deleted_comes_back(course, learner):
    (learner / LESSON).unlink()
    commit(course, lesson="new 02")
    assert update(learner) == []
    assert (learner / LESSON).read_text("utf-8") == "new 02"


def test_without_news_nothing_is_touched(learner):
    write(learner, LESSON, "my answers")
    before = everything(learner)
    assert update(learner) == []
    assert everything(learner) == before


def test_where_git_stops_everything_is_as_before(course, learner):
    write(learner, LESSON, "my answers")
    commit(course, lesson="new 02", new="their notes")
    (learner / NEW).mkdir()
    write(learner, f"{NEW}/mine.txt", "in the way")
    before = everything(learner)
    with pytest.raises(UpdateError, match="git merge failed and said"):
        update(learner)
    assert everything(learner) == before


def test_own_commits_are_left_to_git(course, learner):
    commit(learner, other="my answers")
    commit(course, lesson="new 02")
    with pytest.raises(UpdateError, match="your own, or"):
        update(learner)
    assert everything(learner)[LESSON] == "old 02"


def test_a_folder_that_was_downloaded_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(house, "ROOT", tmp_path)
    assert "copy your notebooks" in house.main()


def test_the_command_names_what_it_kept(course, learner, monkeypatch, capsys):
    write(learner, "notebooks/a b \u00fc.txt", "mine")
    write(course, "notebooks/a b \u00fc.txt", "theirs")
    commit(course)
    monkeypatch.setattr(house, "ROOT", learner)
    assert house.main() == 0
    assert r"my_a b \xfc.txt" in capsys.readouterr().out


def test_without_a_way_to_the_course_nothing_is_touched(course, learner):
    write(learner, LESSON, "my answers")
    commit(course, lesson="new 02")
    course.rename(course.parent / "gone")
    with pytest.raises(UpdateError, match="git fetch failed and said"):
        update(learner)
    assert everything(learner)[LESSON] == "my answers"

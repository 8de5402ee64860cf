"""The one command: what it makes, what it repairs, what it refuses and says."""

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import psutil
import pytest
from copies import (
    PYTHON,
    ROOT,
    alone,
    borrow_environment,
    copy_course,
    finish_set_up,
    load_course,
    run_course,
)

from autodiff_course.house import lessons_in

pytestmark = pytest.mark.skipif(os.name == "nt", reason="borrows packages by a symlink")


@pytest.fixture
def course():
    return load_course()


@pytest.fixture
def folder(tmp_path):
    return copy_course(tmp_path / "a course")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def without_network(folder):
    """Return variables with which pip knows one package index, which is not there."""
    index = f"http://127.0.0.1:{free_port()}/simple"
    variables = alone(folder, PIP_INDEX_URL=index, PIP_RETRIES="0")
    del variables["PIP_NO_INDEX"], variables["PIP_NO_BUILD_ISOLATION"]
    return variables


def changes(folder):
    """Return what git says has changed in the folder."""
    status = ["git", "status", "--porcelain"]
    return subprocess.run(status, cwd=folder, capture_output=True, text=True).stdout


# What it refuses, and in which words.


def test_the_file_parses_on_an_old_python():
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))


def old_pythons():
    """Return the Pythons below 3.10 that pyenv has put on this machine, if any."""
    versions = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    return sorted(versions.glob("3.[6-9].*/bin/python"))


@pytest.mark.parametrize("python", old_pythons(), ids=lambda path: path.parts[-3])
def test_a_real_old_python_is_told_which_one_is_needed(python):
    command = [str(python), str(ROOT / "course.py")]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 1
    assert "the course needs 3.10 or newer" in told.stdout
    assert told.stderr == ""


def test_an_old_python_is_refused(course, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 6))
    with pytest.raises(course.SetupError, match=r"needs 3\.10 or newer"):
        course.check_python()


def test_a_long_path_is_refused_on_windows_alone(course):
    fitting = "C:\\" + "a" * 87
    course.check_folder(fitting, "nt")
    course.check_folder(fitting + "a", "posix")
    with pytest.raises(course.SetupError, match="91 characters"):
        course.check_folder(fitting + "a", "nt")


def test_a_full_disk_is_named(course):
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(course.SetupError, match="disk is full"):
        course.explain(f"ERROR: Could not install packages due to an OSError: {error}")


def test_a_python_without_fitting_packages_is_named(course):
    with pytest.raises(course.SetupError, match="another Python"):
        course.explain("ERROR: No matching distribution found for numpy==2.4.6")


def test_an_unknown_word_is_refused_before_anything_is_made(folder):
    code, said = run_course(folder, "rest", variables=alone(folder.parent))
    assert code == 2
    assert "'rest'" in said
    assert not (folder / ".venv").exists()


def test_the_help_gives_each_word_one_line(folder):
    code, said = run_course(folder, "--help", variables=alone(folder.parent))
    assert code == 0
    for word in ("test", "refresh", "--no-browser"):
        assert len(re.findall(rf"^ +{word} +\S", said, re.MULTILINE)) == 1
    assert said.isascii()


def test_no_token_is_set(course):
    assert "token" not in " ".join(course.lab_command("python", True)).lower()


# The stamp.


def test_the_stamp_follows_what_is_installed(folder):
    course = load_course(folder)
    before = course.fingerprint("open", "3.12")
    for file, old, new in (
        ("requirements.txt", "numpy>=2.0", "numpy>=2.1"),
        ("pyproject.toml", '"pytest>=8.2"', '"pytest>=8.3"'),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        assert course.fingerprint("open", "3.12") != before
        (folder / file).write_text(text, encoding="utf-8")
        assert course.fingerprint("open", "3.12") == before


def test_the_stamp_follows_the_python_and_the_folder(course, folder):
    before = course.fingerprint("open", "3.12")
    assert course.fingerprint("open", "3.13") != before
    assert load_course(folder).fingerprint("open", "3.12") != before


def test_the_stamp_does_not_follow_the_settings_of_tools(folder):
    course = load_course(folder)
    before = course.fingerprint("open", "3.12")
    file = folder / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace("line-length = 88", "line-length = 87")
    file.write_text(changed, encoding="utf-8")
    assert changed != text
    assert course.fingerprint("open", "3.12") == before


# Set-ups that fail, and what the next run makes of them.


def test_without_network_it_says_so_and_leaves_no_stamp(folder):
    borrow_environment(folder / ".venv")
    code, said = run_course(folder, variables=without_network(folder.parent))
    assert code == 1
    assert "no network" in said
    assert "the next run goes on from there" in said
    assert not list(folder.glob(".venv/*stamp"))


def test_a_python_without_venv_names_the_package_to_install(folder):
    broken = folder.parent / "broken"
    broken.mkdir()
    (broken / "venv.py").write_text("raise SystemExit('ensurepip is not available')\n")
    variables = alone(folder.parent, PYTHONPATH=str(broken))
    code, said = run_course(folder, variables=variables)
    assert code == 1
    assert "sudo apt install python3-venv" in said


@pytest.mark.slow
def test_an_environment_without_pip_is_given_one(folder):
    environment = folder / ".venv"
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True)
    _, said = run_course(folder, variables=without_network(folder.parent))
    assert "no network" in said
    assert load_course(folder).probe(environment)[1] == [
        "jupyterlab",
        "autodiff_course",
    ]
    assert not list(folder.glob(".venv-broken-*"))


@pytest.mark.slow
def test_an_environment_that_does_not_start_is_moved_aside(folder):
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("no program", encoding="utf-8")
    (folder / ".venv-broken-1").mkdir()
    _, said = run_course(folder, variables=without_network(folder.parent))
    assert ".venv does not start; it is now .venv-broken-2" in said
    moved = folder / ".venv-broken-2" / "bin" / "python"
    assert moved.read_text(encoding="utf-8") == "no program"
    assert "Making .venv" in said


def test_a_link_to_the_systems_python_is_no_environment(folder):
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    assert load_course(folder).probe(folder / ".venv") is None


@pytest.mark.slow
def test_a_pip_torn_by_a_kill_is_not_taken_for_a_whole_one(folder):
    subprocess.run([sys.executable, "-m", "venv", str(folder / ".venv")], check=True)
    (internal,) = (folder / ".venv").glob("lib/*/site-packages/pip/_internal/cli")
    shutil.rmtree(internal)
    code, said = run_course(folder, variables=without_network(folder.parent))
    assert code != 0 and "no network" in said


@pytest.mark.slow
def test_a_set_up_killed_at_any_moment_is_finished_by_a_later_run(folder):
    variables = without_network(folder.parent)
    for seconds in (0.05, 0.3, 1.0, 2.0):
        process = subprocess.Popen(
            [sys.executable, "course.py"],
            cwd=folder,
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _, said = run_course(folder, variables=variables)
    assert "no network" in said
    assert "pip" not in load_course(folder).probe(folder / ".venv")[1]


# JupyterLab, really opened.


class Lab:
    """JupyterLab as course.py starts it, from the moment it answers."""

    def __init__(self, folder):
        self.said, start = "", time.monotonic()
        # Started by Python, since a shell's background job ignores Ctrl-C.
        self.process = subprocess.Popen(
            [sys.executable, "course.py", "--no-browser"],
            cwd=folder,
            env=alone(folder.parent),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        found = None
        while not found:
            line = self.process.stdout.readline()
            assert line, f"no address was printed:\n{self.said}"
            self.said += line
            found = re.search(r"(http://\S+?)/lab\S*\?token=(\w+)", line)
        self.address, self.token = found.groups()
        self.wait_until_it_answers()
        self.seconds = time.monotonic() - start

    def wait_until_it_answers(self):
        """Wait for the moment between the printed address and the first answer."""
        for _ in range(100):
            try:
                return self.ask("status")
            except urllib.error.URLError:
                time.sleep(0.1)
        raise AssertionError(f"no answer within 10 seconds:\n{self.said}")

    def ask(self, path, token=None, method="GET", model=None):
        """Return the server's status and answer."""
        headers = {"Authorization": f"token {token}"} if token else {}
        address, data = f"{self.address}/api/{path}", None
        if model:
            data = json.dumps(model).encode("utf-8")
        request = urllib.request.Request(address, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, None

    def end(self):
        """Press Ctrl-C; return the status and the processes that outlive it."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        self.said += self.process.communicate(timeout=30)[0]
        _, alive = psutil.wait_procs(family, timeout=10)
        return self.process.returncode, family, alive


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    """Open the course twice; return the first JupyterLab, ended, and the second."""
    folder = copy_course(tmp_path_factory.mktemp("above") / "a course")
    borrow_environment(folder / ".venv")
    first = Lab(folder)
    first.end()
    second = Lab(folder)
    second.folder = folder
    yield first, second
    second.end()


@pytest.mark.slow
def test_a_set_up_without_its_stamp_is_finished(labs):
    first, second = labs
    assert "Installing into .venv" in first.said
    assert "Successfully installed autodiff-course" in first.said
    assert (second.folder / ".venv" / "course-open-stamp").is_file()


@pytest.mark.slow
def test_a_second_run_installs_nothing_and_opens_within_10_seconds(labs):
    _, second = labs
    assert "Installing" not in second.said
    assert second.seconds < 10


@pytest.mark.slow
def test_the_printed_address_leads_to_the_first_lesson(labs):
    _, second = labs
    assert "/lab/tree/notebooks/00_start_here.ipynb?token=" in second.said
    code, served = second.ask("contents", second.token)
    assert code == 200
    assert {"notebooks", "course.py"} <= {file["name"] for file in served["content"]}


@pytest.mark.slow
def test_without_the_token_the_server_refuses(labs):
    _, second = labs
    assert second.ask("contents")[0] == 403
    assert second.ask("contents", "0" * 48)[0] == 403
    assert len(second.token) >= 32


@pytest.mark.slow
def test_a_taken_port_leads_to_the_next_and_ctrl_c_leaves_no_process(labs):
    _, second = labs
    third = Lab(second.folder)
    assert third.address != second.address
    assert third.ask("kernels", third.token, "POST")[0] == 201
    code, family, alive = third.end()
    assert code == 0
    assert family
    assert alive == []


@pytest.mark.slow
def test_git_sees_no_change_after_the_course_was_opened(labs):
    _, second = labs
    assert changes(second.folder) == ""


@pytest.mark.slow
def test_a_lesson_saved_as_it_was_read_counts_as_unchanged(labs):
    _, second = labs
    lessons = lessons_in(second.folder / "notebooks")
    # JupyterLab does this to what it opens, two minutes later, by itself.
    path = f"contents/notebooks/{lessons[0].name}"
    model = second.ask(path, second.token)[1]
    model["content"]["metadata"]["language_info"]["version"] = "3.11.7"
    assert second.ask(path, second.token, "PUT", model)[0] == 200
    assert changes(second.folder) == ""


# The other words.


def test_an_update_needs_no_environment(course, monkeypatch):
    monkeypatch.chdir(Path.cwd())  # the command goes to its own folder
    monkeypatch.setattr(course, "hand_over", sys.exit)
    with pytest.raises(SystemExit) as handed:
        course.main(["update"])
    python, file = handed.value.code
    script = f"import runpy; runpy.run_path({file!r})"
    assert python == sys.executable
    assert subprocess.run([python, "-S", "-c", script], cwd=ROOT).returncode == 0


@pytest.mark.parametrize(
    ("words", "module", "rest"),
    [
        (["test"], "check", []),
        (["report", "class"], "report", [os.path.abspath("class")]),
        (["site"], "site", []),
        (["refresh"], "refresh", []),
        (["refresh", "01", "03"], "refresh", ["01", "03"]),
    ],
)
def test_a_word_is_handed_over_with_what_follows_it(
    course, monkeypatch, words, module, rest
):
    handed = []
    monkeypatch.chdir(Path.cwd())  # the command goes to its own folder
    monkeypatch.setattr(course, "prepare", lambda word: "python")
    monkeypatch.setattr(course, "hand_over", handed.append)
    course.main(words)
    name = f"autodiff_course.house.{module}"
    assert importlib.util.find_spec(name)
    assert handed == [["python", "-m", name, *rest]]


@pytest.mark.slow
def test_the_test_command_runs_all_and_fails_when_one_thing_fails(folder):
    borrow_environment(folder / ".venv")
    finish_set_up(folder)
    for part in ("autodiff_course", "notebooks", "tests"):
        shutil.rmtree(folder / part, ignore_errors=True)
        (folder / part).mkdir()
    house = Path("autodiff_course", "house")
    (folder / house).mkdir()
    for name in ("__init__.py", "check.py"):
        shutil.copy(ROOT / house / name, folder / house)
    for name in ("conftest.py", "nbval.cfg"):
        shutil.copy(ROOT / "tests" / name, folder / "tests")
    (folder / "tests" / "test_one.py").write_text("import nothing_of_this_name\n")
    (folder / "tests" / "test_two.py").write_text("def test_two():\n    pass\n")
    cell = nbformat.v4.new_code_cell("x = 1 + 1", execution_count=1)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.write(notebook, folder / "notebooks" / "01_sum.ipynb")
    code, said = run_course(folder, "test", variables=alone(folder.parent))
    assert code == 1
    assert "2 passed, 1 error" in said.splitlines()[-1]


@pytest.mark.slow
def test_refresh_refuses_other_versions_than_the_pins(folder):
    pins = folder / "binder" / "requirements.txt"
    pins.write_text("-e .\nnumpy==0.0.1\n", encoding="utf-8")
    borrow_environment(folder / ".venv-pins")
    finish_set_up(folder, ".venv-pins", ["refresh"])
    code, said = run_course(folder, "refresh", variables=alone(folder.parent))
    assert code == 1
    assert re.search(r"numpy is \S+, the pin is 0\.0\.1", said)
    assert "python3 course.py refresh" in said


def test_what_is_installed_once_is_installed_anew_where_the_stamp_is_old(
    folder, monkeypatch
):
    course, installed = load_course(folder), []
    (folder / ".venv").mkdir()
    monkeypatch.setattr(course, "ensure_environment", lambda _: (PYTHON, []))
    monkeypatch.setattr(course, "install", lambda _, words: installed.append(words))
    for word in ("test", "open", "test"):
        course.prepare(word)
    assert installed == [["-e", ".[test]"]]
    (folder / "requirements.txt").write_text("numpy>=2.1\n", encoding="utf-8")
    course.prepare("open")
    assert installed[1:] == [["-e", "."]]


@pytest.mark.parametrize("version", [PYTHON, "3.99"])
def test_an_environment_of_another_python_is_kept_and_told_of(
    folder, monkeypatch, capsys, version
):
    course = load_course(folder)
    (folder / ".venv").mkdir()
    monkeypatch.setattr(course, "ensure_environment", lambda _: (version, []))
    monkeypatch.setattr(course, "install", lambda *_: None)
    course.prepare("open")
    said = capsys.readouterr().out
    assert (f"keeps its Python {version}" in said) == (version != PYTHON)

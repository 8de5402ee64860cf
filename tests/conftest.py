"""What all tests share: which of them run, a browser, and a copy of the course."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = (".git", ".venv*", "__pycache__", ".*_cache", "*.egg-info", ".ipynb_*")


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="also run the slow tests")
    parser.addoption(
        "--refresh", action="store_true", help="also execute every lesson twice"
    )


def pytest_collection_modifyitems(config, items):
    """Skip what was not asked for, so that a plain run stays under a minute."""
    wants = {"slow": "--all", "browser": "--all", "refresh": "--refresh"}
    for item in items:
        for marker, option in wants.items():
            if item.get_closest_marker(marker) and not config.getoption(option):
                item.add_marker(pytest.mark.skip(reason=f"runs with {option}"))


@pytest.fixture(scope="session")
def chromium():
    """Return the path of Chromium; without it skip, or fail where CI is set."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail("CI is set, so the browser tests must run: install chromium.")
    pytest.skip("There is no Chromium here; install chromium to run this.")


def copy_course(folder):
    """Copy the course, committed to a repository of its own, into a new folder."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "Copy"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def borrow_environment(folder):
    """Make an environment that borrows the packages of the running Python.

    pip can install into it and cannot touch what it borrows.
    """
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True)
    version = "python{}.{}".format(*sys.version_info)
    packages = folder / "lib" / version / "site-packages"
    lent = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (packages / "borrowed.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    # JupyterLab's pages and the kernel's description lie beside the packages.
    (folder / "share").symlink_to(Path(sys.prefix) / "share")


@pytest.fixture
def course_copy(tmp_path):
    """Return a copy of the course in a folder with a space in its name."""
    return copy_course(tmp_path / "a course")

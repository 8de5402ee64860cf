"""Copies of the course, with an environment that costs no installation."""

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib import util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = (".git", ".venv*", "__pycache__", ".*_cache", "*.egg-info", ".ipynb_*")
PYTHON = "{}.{}".format(*sys.version_info)


def load_course(folder=ROOT):
    """Return the folder's course.py as a module, which takes that folder as root."""
    spec = util.spec_from_file_location("course", folder / "course.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copy_course(folder):
    """Copy the course into a new folder, committed to a repository of its own."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    author = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "Copy"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def borrow_environment(folder):
    """Make an environment that borrows the packages of the running Python.

    pip can install into it and cannot touch what it borrows.
    """
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True)
    packages = folder / "lib" / f"python{PYTHON}" / "site-packages"
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "borrowed.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    # JupyterLab's pages and the kernel's description lie beside the packages.
    (folder / "share").symlink_to(Path(sys.prefix) / "share")


def finish_set_up(folder, environment=".venv", words=("open", "test")):
    """Leave in an environment what a set-up of this folder leaves that ended."""
    packages = folder / environment / "lib" / f"python{PYTHON}" / "site-packages"
    (packages / "course.pth").write_text(f"{folder}\n", encoding="utf-8")
    course = load_course(folder)
    for word in words:
        stamp = folder / environment / f"course-{word}-stamp"
        stamp.write_bytes(course.fingerprint(word, PYTHON).encode("ascii"))


def alone(folder, **changes):
    """Return variables that keep the tester's own settings and any network out."""
    strangers = ("PIP_", "JUPYTER", "PYTEST_", "PYTHON", "COV_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(strangers)}
    private = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    private += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")
    kept |= {name: str(folder / "private" / name.lower()) for name in private}
    # pip can install the course itself, with the tools at hand, and fetch nothing.
    kept |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    return kept | {"PIP_NO_BUILD_ISOLATION": "off"} | changes


def run_course(folder, *words, variables):
    """Run course.py to its end; return its status and all that it said."""
    finished = subprocess.run(
        [sys.executable, "course.py", *words],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    return finished.returncode, finished.stdout

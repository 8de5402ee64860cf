"""The one command of the course; on Windows `py course.py`.

    python3 course.py                 make .venv if need be and open JupyterLab
    python3 course.py test            check the package, the course, every output
    python3 course.py update          fetch the newest course, keep your own work
    python3 course.py report FOLDER   read a class's progress, write one page
    python3 course.py site            write the course as web pages
    python3 course.py refresh 01 03   execute lessons and store their outputs

Needs nothing but Python, and parses on an old one, to say which one is needed.
"""

import argparse
import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NEEDED = (3, 10)
LONGEST_WINDOWS_FOLDER = 90

# Each word's environment, what pip installs there, and the file that names it.
PINS = "binder/requirements.txt"
PARTS = {
    "open": (".venv", ["-e", "."], "requirements.txt"),
    "test": (".venv", ["-e", ".[test]"], "requirements.txt"),
    "refresh": (".venv-pins", ["-r", PINS], PINS),
}

# Run by an environment's own Python; fails where that is no environment at all.
PROBE = """
import importlib.util, sys
print(*sys.version_info[:2], sep=".")
print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name) is None])
sys.exit(sys.prefix == sys.base_prefix)
"""
# The first import of pyplot also makes Matplotlib's list of fonts, here and once.
IMPORTS = "import autodiff_course, ipywidgets, jupyterlab, sklearn, matplotlib.pyplot"

FULL_DISK = rf"Errno {errno.ENOSPC}\b|No space left"
NO_NETWORK = "NewConnectionError|Timeout|timed out|ProxyError|NameResolution|SSLError"
NO_NETWORK += "|from versions: none"
NO_PACKAGE = r"No matching distribution|requires a different Python"
STAYS = "What is installed stays, and the next run goes on from there."
DISK_IS_FULL = f"The disk is full. Free 2 GB and run again.\n{STAYS}"


class SetupError(Exception):
    """What happened and what to do, in words for the person at the keyboard."""


def say(text):
    """Print in ASCII: a folder's name may hold what the terminal cannot show."""
    print(text.encode("ascii", "backslashreplace").decode("ascii"), flush=True)


def check_python():
    """Refuse a Python that is too old, and name a newer one where there is one."""
    if sys.version_info >= NEEDED:
        return
    names = [f"python3.{minor}" for minor in range(16, NEEDED[1] - 1, -1)]
    newer = next((name for name in names if shutil.which(name)), None)
    raise SetupError(
        f"This is Python {sys.version.split()[0]}; the course needs 3.10 or newer.\n"
        + (f"Run: {newer} course.py" if newer else "Get it from www.python.org.")
    )


def check_folder(folder, system):
    """Refuse a folder so deep that Windows could not write the packages' files."""
    length = len(str(folder))
    if system == "nt" and length > LONGEST_WINDOWS_FOLDER:
        raise SetupError(
            f"This folder's path has {length} characters; on Windows the course "
            f"needs {LONGEST_WINDOWS_FOLDER} or fewer.\n"
            "Move the folder, for example to C:\\course, and run again."
        )


def python_of(environment):
    """Return the path of the environment's Python."""
    place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    return str(environment / place)


def probe(environment):
    """Return (version, missing modules) of an environment, None if it is broken."""
    command = [python_of(environment), "-I", "-c", PROBE]
    command += ["pip", "jupyterlab", "autodiff_course"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    if answer.returncode:
        return None
    version, missing = answer.stdout.splitlines()
    return version, missing.split()


def set_aside(environment):
    """Rename an environment that does not start; deleting is for its owner."""
    number = 1
    while os.path.lexists(f"{environment}-broken-{number}"):
        number += 1
    new_name = f"{environment.name}-broken-{number}"
    environment.rename(environment.with_name(new_name))
    say(f"{environment.name} does not start; it is now {new_name}, yours to delete.")


def create(environment):
    """Make an environment that holds pip and nothing else."""
    say(f"Making {environment.name} with Python {sys.version.split()[0]} ...")
    if subprocess.run([sys.executable, "-m", "venv", str(environment)]).returncode:
        raise SetupError(
            "Python could not make an environment; what it said is above.\n"
            "On Debian and Ubuntu run: sudo apt install python3-venv\n"
            "Elsewhere install Python from www.python.org; a full disk, or a folder\n"
            "that you may not write to, stops it too. Then run again."
        )


def lacks_pip(environment, found):
    """Tell whether pip is missing, or was torn by a kill in the first set-up."""
    if "pip" in found[1] or any(environment.glob("course-*-stamp")):
        return "pip" in found[1]
    command = [python_of(environment), "-m", "pip", "--version"]
    return subprocess.run(command, capture_output=True).returncode != 0


def ensure_environment(environment):
    """Return what `probe` says of an environment that starts and holds pip."""
    found = probe(environment)
    if found and lacks_pip(environment, found):
        # A set-up that was killed early; the environment's own Python mends it.
        command = [python_of(environment), "-m", "ensurepip", "--default-pip"]
        subprocess.run(command, stdout=subprocess.DEVNULL)
        found = probe(environment)
    if not found or lacks_pip(environment, found):
        if os.path.lexists(str(environment)):
            set_aside(environment)
        create(environment)
        found = probe(environment)
    if not found:
        raise SetupError(f"The new {environment.name} does not start. Run again.")
    return found


def fingerprint(word, version):
    """Return the stamp that fits: what is installed, the Python, the folder."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    requirements = (ROOT / PARTS[word][2]).read_text(encoding="utf-8")
    # The settings of tools, from [tool.ruff] on, change nothing that is installed.
    installed = project.split("[tool.ruff]")[0] + requirements
    digest = hashlib.sha256(installed.encode("utf-8")).hexdigest()
    return f"{digest}\nPython {version}\n{str(ROOT)!a}\n"


def stamp_fits(path, fingerprint):
    """Tell whether the set-up that wrote this stamp ended, and was this one."""
    return path.is_file() and path.read_bytes() == fingerprint.encode("ascii")


def run_pip(python, arguments):
    """Run pip, show all that it says, and return its status and its errors."""
    command = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    lines = []
    with subprocess.Popen(command + arguments, stderr=subprocess.PIPE) as pip:
        for line in pip.stderr:
            lines.append(line)
            sys.stderr.buffer.write(line)
            sys.stderr.flush()
    return pip.returncode, b"".join(lines).decode("utf-8", "replace")


def explain(errors):
    """Raise where pip stopped for a reason that a second try would not mend."""
    if re.search(FULL_DISK, errors):
        raise SetupError(DISK_IS_FULL)
    if re.search(NO_NETWORK, errors):
        raise SetupError(
            "pip cannot reach the package index: no network, or a proxy or firewall "
            f"in between.\nConnect and run again. {STAYS}"
        )
    if re.search(NO_PACKAGE, errors):
        raise SetupError(
            "pip found no package that fits this Python; its message is above.\n"
            "Rename the environment and run again with another Python, 3.11 or newer."
        )


def install(environment, arguments):
    """Let pip install, and see that the packages can be imported."""
    python = python_of(environment)
    # A package torn by a kill counts as installed; the second try writes it anew.
    for further in ([], ["--ignore-installed"]):
        status, errors = run_pip(python, arguments + further)
        if status:
            explain(errors)
        elif subprocess.run([python, "-c", IMPORTS]).returncode == 0:
            return
    raise SetupError(
        f"Setting up {environment.name} failed; the messages above say where.\n"
        f"Rename {environment.name} and run again; if that fails too, report them."
    )


def prepare(word):
    """Return the Python of the word's environment, made and mended where needed."""
    name, arguments, _ = PARTS[word]
    environment = ROOT / name
    version, missing = ensure_environment(environment)
    if version != "{}.{}".format(*sys.version_info):
        say(f"{name} keeps its Python {version} (rename {name} to change that).")
    stamp = environment / f"course-{word}-stamp"
    if missing or not stamp_fits(stamp, fingerprint(word, version)):
        say(f"Installing into {name} (a few minutes the first time) ...")
        install(environment, arguments)
        # What the tests need includes what the course needs.
        for part in ["open", word] if word == "test" else [word]:
            text = fingerprint(part, version)
            (environment / f"course-{part}-stamp").write_bytes(text.encode("ascii"))
    return python_of(environment)


def hand_over(command):
    """Become the command; on Windows, which cannot, wait for it."""
    if os.name != "nt":
        os.execv(command[0], command)
    child = subprocess.Popen(command)
    while child.poll() is None:
        try:
            child.wait()
        except KeyboardInterrupt:
            continue
    sys.exit(child.returncode)


def lab_command(python, no_browser):
    """Return the command line of JupyterLab, whose token stays its own."""
    start = "/lab/tree/notebooks/00_start_here.ipynb"
    command = [python, "-m", "jupyterlab", "-y", f"--LabApp.default_url={start}"]
    # Without this hook a lesson that is opened and only read counts as changed.
    hook = "autodiff_course.house.saving.forget_version"
    command.append(f"--ContentsManager.pre_save_hook={hook}")
    if no_browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        say("You are root, so JupyterLab is started with --allow-root.")
        command.append("--allow-root")
    say("Opening JupyterLab. The address below holds its key; Ctrl-C here ends it.")
    return command


def parse(arguments):
    """Return the word and its options."""
    parser = argparse.ArgumentParser(
        prog="course.py", description="Without a word: open the course in JupyterLab."
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    words = parser.add_subparsers(dest="word", metavar="word")
    words.add_parser("test", help="check the package, the course and every output")
    words.add_parser("update", help="fetch the newest course, keep your own work")
    report = words.add_parser("report", help="sum up a folder of progress.jsonl files")
    report.add_argument(
        "rest",
        metavar="folder",
        nargs=1,
        type=os.path.abspath,
        help="one file a learner",
    )
    words.add_parser("site", help="write the course as web pages into site/")
    refresh = words.add_parser("refresh", help="execute lessons, store their outputs")
    refresh.add_argument(
        "rest", metavar="lesson", nargs="*", help="such as 01; none: all"
    )
    parser.set_defaults(rest=[])
    return parser.parse_args(arguments)


def main(arguments):
    """Make what the word needs and hand over to it."""
    check_python()
    options = parse(arguments)
    check_folder(ROOT, os.name)
    os.chdir(str(ROOT))
    if options.word == "update":  # it needs no environment, and may mend one
        hand_over(
            [sys.executable, os.path.join("autodiff_course", "house", "update.py")]
        )
    python = prepare(options.word if options.word in PARTS else "open")
    if not options.word:
        hand_over(lab_command(python, options.no_browser))
    module = "check" if options.word == "test" else options.word
    hand_over([python, "-m", f"autodiff_course.house.{module}", *options.rest])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetupError as error:
        sys.exit(say(f"\n{error}") or 1)
    except KeyboardInterrupt:
        sys.exit(say(f"\nStopped. {STAYS}") or 130)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(say(f"\n{DISK_IS_FULL}") or 1)

"""Run an answer so that nothing it does can hurt: loop, print, raise, change inputs."""

import _thread
import copy
import io
import os
import signal
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from contextlib import redirect_stdout
from pathlib import Path

from autodiff_course.exercises.outcomes import Outcome, plain, same_value, short

SECONDS = 2.0
MOST_HEARD = 2000
AGAIN, TIMES = 0.05, 15
OURS = str(Path(__file__).resolve().parents[1])
LIBRARIES = tuple(map(sysconfig.get_path, ("stdlib", "purelib", "platlib")))
NOT_THEIRS = (OURS, "<string>", *LIBRARIES)
STUCK = (
    "check: your answer is still running and cannot be stopped from here "
    "(one long call, or an `except:` that catches everything). "
    "Choose Kernel, Restart Kernel."
)


class TooLong(BaseException):
    """The answer's time is up. No `except Exception` of a learner catches it."""


class InterruptedByUser(KeyboardInterrupt):
    """A true interrupt, as by Jupyter's stop button: it ends the check as well."""


class MutatedError(Exception):
    """Raised by an act that found an input changed; the text names the input."""


class WrongKindError(Exception):
    """Raised by an act that got something else than it can go on with."""

    def __init__(self, got):
        super().__init__()
        self.got = got


class Alarm:
    """Interrupts the main thread after some seconds, unless it is stopped before.

    A thread sends SIGINT to the main thread: that ends loops, prints and sleeps. In
    any other thread than the main one nothing can be interrupted.
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self.finished = threading.Event()
        self.active = self.sent = self.received = False
        self.earlier = None

    def start(self):
        if threading.current_thread() is not threading.main_thread():
            return
        self.earlier = signal.signal(signal.SIGINT, self.ring)
        self.active = True
        self.screen = sys.stdout
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        """Wait, then send; an `except:` in a loop may need more than one."""
        if self.finished.wait(self.seconds):
            return
        for _ in range(TIMES):
            self.sent = True
            interrupt_main_thread()
            if self.finished.wait(AGAIN):
                return
        print(STUCK, file=self.screen, flush=True)

    def ring(self, number, frame):
        if self.sent:
            self.received = True
            if self.active:
                raise TooLong
        else:
            raise InterruptedByUser

    def stop(self):
        self.active = False
        self.finished.set()
        if self.earlier is None:
            return
        # A signal that is under way must not meet the earlier handler.
        for _ in range(20):
            if self.received or not self.sent:
                break
            time.sleep(0.005)
        signal.signal(signal.SIGINT, self.earlier)


def interrupt_main_thread():
    if os.name == "nt":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)


class Muffled(io.TextIOBase):
    """A stream that keeps the beginning of what is printed, and forgets the rest."""

    def __init__(self):
        self.heard = ""

    def writable(self):
        return True

    def write(self, text):
        if len(self.heard) < MOST_HEARD:
            self.heard += text[:MOST_HEARD]
        return len(text)


def within(seconds, action):
    """Run an action unheard; return whether it ended in time, and what it printed."""
    muffled, alarm = Muffled(), Alarm(seconds)
    ended = False
    try:
        alarm.start()
        with redirect_stdout(muffled), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            action()
        ended = True
    except TooLong:
        pass
    finally:
        alarm.stop()
    return ended, muffled.heard.strip()


def observe(trials, answer, seconds=SECONDS):
    """Return the outcome of each trial, up to one that looped, and what was printed."""
    outcomes = []

    def try_all():
        for trial in trials:
            outcomes.append(run(trial, answer))

    ended, heard = within(seconds, try_all)
    return outcomes if ended else [*outcomes, Outcome("looped")], heard


def run(trial, answer):
    """Return the outcome of one trial; only TooLong and an interrupt come through."""
    try:
        inputs = copy.deepcopy(trial.inputs)
        value = plain(trial.act(answer, *inputs))
        for before, after in zip(trial.inputs, inputs, strict=True):
            if not same_value(plain(before), plain(after), 0.0):
                return Outcome("mutated", words=short(repr(before)))
    except MutatedError as error:
        return Outcome("mutated", words=str(error))
    except WrongKindError as error:
        return Outcome("gave", plain(error.got))
    except (TooLong, InterruptedByUser):
        raise
    except BaseException as error:
        return Outcome("raised", type(error).__name__, told(error))
    return Outcome("gave", value)


def told(error):
    """Return an error's words, and the learner's line that it came from."""
    try:
        words = short(str(error), 200)
        frames = traceback.extract_tb(error.__traceback__)
    except Exception:  # even an error can refuse to be read
        return ""
    theirs = [f for f in frames if not f.filename.startswith(NOT_THEIRS)]
    # The last line of the answer's own cell, not of what it calls elsewhere.
    own = [f.line for f in theirs if f.filename == theirs[0].filename]
    line = own[-1] if own and len(frames) > 1 else ""
    return ", ".join(
        part for part in (words, line and f"in the line `{short(line, 80)}`") if part
    )

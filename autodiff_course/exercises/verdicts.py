"""What a check says, as text everywhere and with a coloured edge in Jupyter."""

import re
import sys
from html import escape

BLUE, GREEN, RED, GRAY = "#0072B2", "#009E73", "#D55E00", "#666666"


class Shown:
    """Something to read: `text` anywhere, `html()` in Jupyter, shown once."""

    text = ""
    moment = None

    def html(self):
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text, "text/html": self.html()}

    def _ipython_display_(self):
        # A cell whose last line made this has shown it already.
        if self.moment is None or self.moment != this_moment():
            publish(self._repr_mimebundle_())

    def show(self):
        """Show it now and return it."""
        publish(self._repr_mimebundle_())
        self.moment = this_moment()
        return self


class Verdict(Shown):
    """The judgement of one answer.

    `status` is right, unattempted, wrong, raised, printed, looped, type, shape,
    mutated or uncalled; `misconception` is an id or None; `text` is what to read.
    """

    def __init__(self, id, status, words="", misconception=None):
        self.id, self.status, self.words = id, status, words
        self.misconception = misconception

    @property
    def passed(self):
        return self.status == "right"

    @property
    def attempted(self):
        return self.status != "unattempted"

    @property
    def headline(self):
        looks = {"right": "Right", "unattempted": "not attempted yet"}
        return f"{self.id}: {looks.get(self.status, 'Not yet')}."

    @property
    def text(self):
        return f"{self.headline} {self.words}".strip()

    def html(self):
        # The word in the headline is the cue; the colour only repeats it.
        looks = {"right": GREEN, "unattempted": GRAY}
        return framed(self.headline, self.words, looks.get(self.status, RED))

    def __repr__(self):
        return f"<Verdict {self.id}: {self.status}>"


class Note(Shown):
    """A titled text; `code` is folded away beneath its title."""

    def __init__(self, title, words="", code=""):
        self.title, self.words, self.code = title, words, code

    @property
    def text(self):
        parts = (self.title, self.words, self.code)
        return "\n".join(part for part in parts if part)

    def html(self):
        if not self.code:
            return framed(self.title, self.words, BLUE)
        return (
            f"<details><summary>{escape(self.title)}</summary>"
            f"<pre><code>{escape(self.code)}</code></pre></details>"
        )

    def __repr__(self):
        return f"<Note: {self.title}>"


def framed(title, words, colour):
    """Return a title and paragraphs beside a coloured edge."""
    lines = "".join(f"<p>{marked_up(line)}</p>" for line in words.splitlines() if line)
    return (
        f'<div style="border-left: 4px solid {colour}; padding-left: 12px">'
        f"<p><strong>{escape(title)}</strong></p>{lines}</div>"
    )


def marked_up(line):
    """Return a line as HTML; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line, quote=False))


def shell():
    """Return the running IPython, or None; it is not imported for the question."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def this_moment():
    """Return the number of the running cell, None outside of IPython."""
    running = shell()
    return running.execution_count if running else None


def publish(bundle):
    """Show a bundle in Jupyter, and print its text elsewhere."""
    if shell() is None:
        print(bundle["text/plain"])
    else:
        from IPython.display import display

        display(bundle, raw=True)

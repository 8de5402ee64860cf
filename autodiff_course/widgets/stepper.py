"""The stepper: buttons and a slider over a stream of frozen states."""

import base64
from html import escape
from typing import ClassVar
from weakref import WeakSet

import ipywidgets

TICK = 60  # milliseconds between two steps of a run, paced by the browser
FAR = 1_000_000
# ipywidgets gives the handle of a slider no name that a screen reader could say.
NAME_SLIDERS = (
    "for (const slider of this.closest('.widget-vbox')"
    "?.querySelectorAll('.widget-slider') ?? []) slider.querySelector('.noUi-handle')"
    ".setAttribute('aria-label', slider.querySelector('.widget-label').textContent)"
)
# Room for two lines, so that a longer sentence moves nothing below it.
ROOM = 'style="margin: 0; line-height: 1.4; min-height: 2.8em"'
WRAPPED = {"flex_flow": "row wrap", "align_items": "center"}


class Stepper(ipywidgets.VBox):
    """Steps forth and back through what `source` yields, shown by `view`.

    `source(last)` returns an iterator over the states that follow `last`, or over all
    of them, the start first, if `last` is None; where it ends, the value it returns
    says why. `view.show(states)` moves `view.picture` to the last of the states and
    returns the sentence that is its alt text. `controls` are further widgets, placed
    beneath the buttons. With `known` all states are made at once, so that the slider
    reaches to the end from the start.
    """

    # All there are: the page does not tell when one goes out of sight.
    made: ClassVar[WeakSet] = WeakSet()

    def __init__(self, source, view, controls=(), known=False):
        self.source, self.view, self.known = source, view, known
        self.running = False
        self.frame = ipywidgets.HTML()
        self.sentence = ipywidgets.HTML()
        self.trouble = ipywidgets.HTML()
        self.slider = ipywidgets.IntSlider(
            0, 0, 0, description="history", layout={"width": "300px"}
        )
        # Only a Play that is in the box ticks, and it stops when the page is closed.
        self.play = ipywidgets.Play(max=FAR, interval=TICK, layout={"display": "none"})
        rows = [self.make_buttons(), controls, [self.slider]]
        boxes = [ipywidgets.HBox(list(row), layout=WRAPPED) for row in rows if row]
        shown = [self.frame, self.sentence, self.trouble, self.play]
        super().__init__([*boxes, *shown])
        self.slider.observe(
            lambda change: self.attempt(self.go_to, change.new), "value"
        )
        # Ticks still arrive after a pause: they must not wipe out what was said.
        self.play.observe(lambda _: self.running and self.attempt(self.step), "value")
        self.reset()
        # One whose cell was run anew is out of sight, and would run for ever.
        for other in self.made:
            other.pause()
        self.made.add(self)

    def make_buttons(self):
        """Return the buttons; each tries one action."""
        actions = {
            "Step": self.step,
            "10 steps": self.step_ten,
            "Run": self.run,
            "Pause": self.pause,
            "Back": self.back,
            "Reset": self.reset,
        }
        self.buttons = {
            text: ipywidgets.Button(description=text, layout={"width": "86px"})
            for text in actions
        }
        for text, button in self.buttons.items():
            button.on_click(lambda _, action=actions[text]: self.attempt(action))
        return self.buttons.values()

    def attempt(self, action, *arguments):
        """Run an action; an error is shown in the widget instead of being lost."""
        try:
            action(*arguments)
            self.trouble.value = ""
        except Exception as error:
            self.pause()
            words = escape(f"{type(error).__name__}: {error}")
            self.trouble.value = f'<p role="alert">{words}</p>'

    def reset(self):
        """Start anew, with whatever the controls say now."""
        self.pause()
        stream = self.source(None)
        history = list(stream) if self.known else [next(stream)]
        self.stream, self.history, self.position, self.ending = stream, history, 0, ""
        self.refresh()

    def step(self):
        """Go one state on: to the next one kept, or to a new one."""
        self.advance()
        self.refresh()

    def step_ten(self):
        """Go ten states on, and draw the last."""
        try:
            for _ in range(10):
                self.advance()
        finally:
            self.refresh()

    def advance(self):
        if self.position < len(self.history) - 1:
            self.position += 1
            return
        if self.ending:
            self.pause()
            return
        try:
            self.history.append(next(self.stream))
            self.position += 1
        except StopIteration as end:
            self.pause()
            self.ending = end.value or "This is the last step."
        except Exception:  # a generator that has raised is spent
            self.stream = self.source(self.history[-1])
            raise

    def back(self):
        self.go_to(max(self.position - 1, 0))

    def go_to(self, position):
        """Show a state of the history."""
        if position != self.position:
            self.pause()
            self.position = position
            self.refresh()

    def branch(self):
        """Forget what came after the state shown; the next step is made anew."""
        del self.history[self.position + 1 :]
        self.stream = self.source(self.history[-1])
        self.ending = ""
        self.refresh()

    def run(self):
        self.running = True
        self.play.playing = False  # else a page loaded anew would hear of no change
        self.play.playing = True

    def pause(self):
        self.running = False
        self.play.playing = False

    def refresh(self):
        """Show the state at the position: picture, alt text, sentence and slider."""
        told = self.tell(self.history[: self.position + 1])
        at_end = self.ending and self.position == len(self.history) - 1
        told = f"{told} {self.ending}" if at_end else told
        self.view.picture.alt = told
        # The picture goes first: each of these is a message of its own to the page.
        self.frame.value = self.image(told)
        self.sentence.value = f'<p role="status" {ROOM}>{escape(told)}</p>'
        self.slider.max = len(self.history) - 1
        self.slider.value = self.position

    def tell(self, states):
        """Show the states and say what there is to see; a subclass may say more."""
        return self.view.show(states)

    def image(self, told):
        """Return the picture as an image element of fixed size."""
        picture = self.view.picture
        width, height = picture.canvas.get_width_height()
        data = base64.b64encode(picture.live_png()).decode("ascii")
        return (
            f'<img src="data:image/png;base64,{data}" alt="{escape(told)}" '
            f'width="{width}" height="{height}" style="max-width: 100%; height: auto" '
            f'onload="{NAME_SLIDERS}">'
        )

    def __repr__(self):
        return f"<{type(self).__name__}: {self.view.picture.alt}>"

    def _repr_mimebundle_(self, **options):
        """Return the widget and, for viewers without a kernel, a still picture."""
        data = super()._repr_mimebundle_(**options) or {}
        still, metadata = self.view.picture._repr_mimebundle_()
        return {**data, **still, "text/plain": repr(self)}, metadata

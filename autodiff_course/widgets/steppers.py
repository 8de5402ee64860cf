"""The steppers of the lessons: each joins states, a view and its own controls."""

from html import escape
from math import ceil, floor, inf, log10

import ipywidgets

from autodiff_course.figures.graphs import formula_of, shown
from autodiff_course.models import PARAMETERS
from autodiff_course.widgets import states
from autodiff_course.widgets.stepper import Stepper

SLIDER = {"width": "268px"}
NOTCH = 0.05
ALL = "all seven"
HEADS = ("now", "operation", "value", "slopes", "grad")


def rate_slider(rate):
    """Return a slider for the learning rate, a hundredth of a decade a notch."""
    if not 0 < rate < inf:
        raise ValueError(
            f"rate must be one positive and finite number, got {rate}; try rate=0.1."
        )
    low, high = min(-3, floor(log10(rate))), max(1, ceil(log10(rate)))
    return ipywidgets.FloatLogSlider(
        rate, min=low, max=high, step=0.01, description="rate", layout=SLIDER
    )


def number_slider(name, number, reach):
    """Return a slider for a start or a point; `reach` is widened to hold it.

    Where the number is none of the slider's notches, there are none: the page would
    move it to the nearest.
    """
    low, high = min(reach[0], number), max(reach[1], number)
    notch = (number - low) / NOTCH
    step = NOTCH if abs(notch - round(notch)) < 1e-9 else None
    return ipywidgets.FloatSlider(
        number, min=low, max=high, step=step, description=name, layout=SLIDER
    )


class DescentStepper(Stepper):
    """Steps the two parameters of a loss; the rate may change on the way."""

    def __init__(self, view, loss, start, rate, remark, reach):
        self.loss, self.remark = loss, remark
        self.rate = rate_slider(rate)
        self.start = {
            name: number_slider(f"start {name}", number, ends)
            for (name, number), ends in zip(start.items(), reach, strict=True)
        }
        super().__init__(self.steps, view, [self.rate, *self.start.values()])
        self.rate.observe(lambda _: self.attempt(self.branch), "value")
        for slider in self.start.values():
            slider.observe(lambda _: self.attempt(self.reset), "value")

    def steps(self, last):
        start = {name: slider.value for name, slider in self.start.items()}
        return states.descent_steps(self.loss, start, self.rate.value, last)

    def tell(self, steps):
        return f"{super().tell(steps)} {self.remark(self.rate.value)}"


class NetworkStepper(Stepper):
    """Steps the seven numbers, all or one of them, with right or faulty gradients."""

    def __init__(self, view, loss, start, rate):
        self.loss, self.start = loss, start
        self.rate = rate_slider(rate)
        self.moved = ipywidgets.Dropdown(
            options=[ALL, *PARAMETERS], description="move", layout={"width": "200px"}
        )
        self.faulty = ipywidgets.Checkbox(
            description="faulty bookkeeping", indent=False, layout={"width": "180px"}
        )
        super().__init__(self.steps, view, [self.rate, self.moved, self.faulty])
        for control in (self.rate, self.moved):
            control.observe(lambda _: self.attempt(self.branch), "value")
        # The faulty loop differs by what it remembers, so it has to begin anew.
        self.faulty.observe(lambda _: self.attempt(self.reset), "value")

    def steps(self, last):
        moved = PARAMETERS if self.moved.value == ALL else (self.moved.value,)
        return states.network_steps(
            self.loss, self.start, self.rate.value, moved, self.faulty.value, last
        )

    def tell(self, steps):
        faulty = self.faulty.value
        kind = "the mean of all gradients so far" if faulty else "the last gradient"
        return f"{super().tell(steps)} Steps by {kind}, rate {self.rate.value:.3g}."


class BoundaryStepper(Stepper):
    """Trains a network of two inputs, from one of several starts."""

    def __init__(self, view, loss, starts, rate):
        self.loss, self.starts = loss, starts
        self.rate = rate_slider(rate)
        self.start = ipywidgets.Dropdown(
            options=list(starts), description="start", layout={"width": "260px"}
        )
        super().__init__(self.steps, view, [self.rate, self.start])
        self.rate.observe(lambda _: self.attempt(self.branch), "value")
        self.start.observe(lambda change: self.attempt(self.begin, change.old), "value")

    def begin(self, old):
        """Begin at the start chosen, or stay at the old one where that fails."""
        try:
            self.reset()
        except Exception:
            self.start.value = old
            raise

    def steps(self, last):
        return states.descent_steps(
            self.loss,
            self.starts[self.start.value],
            self.rate.value,
            last,
            "all_directions",
        )

    def tell(self, steps):
        told = f"Start: {self.start.value}. Rate: {self.rate.value:.3g}."
        return f"{super().tell(steps)} {told}"


class SecantStepper(Stepper):
    """Shrinks the step of a secant; its slider is the logarithm of the step."""

    def __init__(self, view, reach):
        self.point = number_slider("point x", view.x, reach)
        super().__init__(states.shrinking_steps, view, [self.point], known=True)
        self.slider.description = "shrink h"
        self.point.observe(lambda change: self.attempt(self.move, change.new), "value")

    def move(self, x):
        self.view.x = x
        self.refresh()


class TraceStepper(Stepper):
    """Walks the rows of a trace, with a table beneath the graph."""

    def __init__(self, view):
        self.table = ipywidgets.HTML()
        count = len(view.graph.moments)
        super().__init__(lambda _: iter(range(count)), view, known=True)
        self.slider.description = "row" if count == len(view.graph.rows) else "step"
        self.children = [*self.children, self.table]

    def tell(self, numbers):
        graph = self.view.graph
        self.table.value = html_table(graph.rows, graph.moments[numbers[-1]])
        return super().tell(numbers)


def html_table(rows, moment):
    """Return all rows as a table: an arrow at the marked one, what is to come blank."""
    heads = "".join(f"<th scope='col'>{head}</th>" for head in HEADS)
    lines = [
        html_row(row, moment.shows(number, row), number == moment.row, moment.back)
        for number, row in enumerate(rows)
    ]
    return f"<table style='line-height:1.5'><tr>{heads}</tr>{''.join(lines)}</table>"


def html_row(row, known, marked, back):
    """Return a row of the table; `known` tells of its value, then of its grad."""
    cells = ["", escape(formula_of(row)), "", "", ""]
    valued, graded = known
    if valued:
        slopes = ", ".join("none" if s is None else shown(s) for s in row.slopes)
        cells[2:] = [shown(row.value), slopes, shown(row.grad) if graded else ""]
    mark = ""
    if marked:
        cells[0] = "&larr;" if back else "&rarr;"
        mark = " aria-current='step' style='font-weight:bold'"
    filled = "".join(f"<td style='padding:0 10px'>{cell}</td>" for cell in cells)
    return f"<tr{mark}>{filled}</tr>"

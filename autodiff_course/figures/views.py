"""What a widget shows: one persistent picture, whose artists follow the states.

A view has a `picture`, and `show(states)` moves its artists to the last of the states
and returns the sentence that says what there is to see.
"""

import numpy as np
from matplotlib.ticker import NullFormatter

from autodiff_course.figures.boundaries import (
    add_boundary,
    furnish_boundary,
    move_boundary,
)
from autodiff_course.figures.chances import furnish_chances, move_chances
from autodiff_course.figures.descent import (
    add_line,
    add_path,
    furnish_fit,
    furnish_surface,
    move_line,
    move_path,
)
from autodiff_course.figures.graphs import TraceGraph, formula_of, shown
from autodiff_course.figures.networks import NetworkDrawing
from autodiff_course.figures.picture import BLUE, RED, Picture, course_style
from autodiff_course.figures.slopes import (
    furnish_secant,
    place_secant,
    secant_artists,
    tell_secant,
)
from autodiff_course.primitives import sigmoid

ROOM = 50  # rounds that a history has room for at first; it doubles when full
LOWEST, HIGHEST = 1e-33, 1e99  # of what a history can draw


class History:
    """Numbers of each state against the round, in axes that grow now and then.

    `picks` maps a label to a function from a state to a number.
    """

    def __init__(self, axes, picks, title, ylabel, yscale="linear"):
        self.axes, self.picks, self.log = axes, picks, yscale == "log"
        looks = ({"color": BLUE}, {"color": RED, "linestyle": "--"})
        # A dot at the end, on the axis too: one round alone would draw no line.
        dot = {"marker": "o", "markevery": slice(-1, None), "markersize": 5}
        free = {"clip_on": False, "in_layout": False}
        self.lines = [
            axes.plot([], [], label=label, **dot, **free, **look)[0]
            for label, look in zip(picks, looks, strict=False)
        ]
        axes.set(title=title, xlabel="round", ylabel=ylabel, yscale=yscale)
        if self.log:  # within one decade these would push the label aside
            axes.yaxis.set_minor_formatter(NullFormatter())
        if len(picks) > 1:
            axes.legend(loc="upper left")

    def move(self, states):
        """Draw the states so far; tell whether the axes had to grow."""
        rounds = [state.index for state in states]
        heights = [
            self.drawn([pick(s) for s in states]) for pick in self.picks.values()
        ]
        for line, height in zip(self.lines, heights, strict=True):
            line.set_data(rounds, height)
        before = self.axes.axis()
        self.axes.set_xlim(
            0, ROOM * 2 ** max(0, np.ceil(np.log2(rounds[-1] / ROOM or 1)))
        )
        self.axes.set_ylim(*self.reach(np.concatenate(heights)))
        return self.axes.axis() != before

    def drawn(self, heights):
        return np.clip(heights, LOWEST if self.log else -HIGHEST, HIGHEST)

    def reach(self, heights):
        """Return round limits that hold the heights: powers of ten, or of two."""
        low, high = float(np.min(heights)), float(np.max(heights))
        if self.log:
            low, high = np.log10(low), np.log10(high)
            return 10 ** np.floor(low), 10 ** (np.floor(high) + 1)
        return -power_of_two(-low), power_of_two(high) or 1.0


def power_of_two(height):
    """Return the least power of two above a height, and 0 for one below 0."""
    return 2.0 ** np.ceil(np.log2(1.05 * height)) if height > 0 else 0.0


class LineView:
    """A line among its points, the loss so far, and the path on the loss surface."""

    def __init__(self, x, y, loss, reach):
        with course_style():
            self.picture = Picture(9.0, 3.4)
            fit, history, surface = self.picture.subplots(1, 3)
            furnish_fit(fit, x, y, "the line")
            furnish_surface(surface, loss, reach, "where it is")
            self.line = add_line(fit)
            self.path = add_path(surface, color=RED, linestyle="-", marker="o")
            picks = {"loss": lambda step: step.loss}
            self.history = History(history, picks, "the loss so far", "loss", "log")
        self.picture.arrange([self.line, *self.history.lines, *self.path])

    def show(self, steps):
        last = steps[-1]
        m, b = last.params["m"], last.params["b"]
        move_line(self.line, m, b)
        move_path(self.path, [[s.params["m"], s.params["b"]] for s in steps])
        if self.history.move(steps):
            self.picture.settle()
        return f"Round {last.index}: m = {m:.4g}, b = {b:.4g}, loss = {last.loss:.4g}."


class ChanceView:
    """The chance curve over its labels, the loss so far, and the weights so far."""

    def __init__(self, x, labels):
        with course_style():
            self.picture = Picture(9.0, 3.4)
            chances, loss, weights = self.picture.subplots(1, 3)
            furnish_chances(chances, x, labels)
            chances.set(title="the curve", xlim=chances.get_xlim())
            self.curve = chances.plot([], [], color=BLUE)[0]
            picks = {"loss": lambda step: step.loss}
            self.loss = History(loss, picks, "the loss so far", "mean log-loss")
            picks = {"m": lambda step: step.params["m"], "b": lambda s: s.params["b"]}
            self.weights = History(weights, picks, "the weights so far", "weight")
        self.picture.arrange([self.curve, *self.loss.lines, *self.weights.lines])

    def show(self, steps):
        last = steps[-1]
        m, b = last.params["m"], last.params["b"]
        move_chances(self.curve, m, b)
        if any([self.loss.move(steps), self.weights.move(steps)]):
            self.picture.settle()
        return f"Round {last.index}: m = {m:.4g}, b = {b:.4g}, loss = {last.loss:.4g}."


def draw_training(x, labels, steps):
    """Draw the last of some steps with weights m and b as a `ChanceView` does."""
    view = ChanceView(x, labels)
    view.picture.alt = f"Three panels: curve, loss, weights. {view.show(steps)}"
    return view.picture


class NetworkView:
    """The seven numbers as lines, the chance curve that they make, the loss so far."""

    def __init__(self, x, labels):
        with course_style():
            self.picture = Picture(9.0, 4.2)
            network, chances, loss = self.picture.subplots(
                1, 3, width_ratios=(2.7, 1, 1)
            )
            self.network = NetworkDrawing(network)
            network.set_title("the network")
            furnish_chances(chances, x, labels)
            chances.set(title="the curve", xlim=chances.get_xlim())
            self.curve = chances.plot([], [], color=BLUE)[0]
            picks = {"loss": lambda step: step.loss}
            self.loss = History(loss, picks, "the loss so far", "mean log-loss")
        lines = [*self.network.artists, *self.network.nodes]
        self.picture.arrange([*lines, self.curve, *self.loss.lines])

    def show(self, steps):
        last = steps[-1]
        p = last.params
        self.network.move(p)
        x = np.linspace(*self.curve.axes.get_xlim(), 101)
        hidden = [p[f"m0_{node}"] * x + p[f"b0_{node}"] for node in (0, 1)]
        logit = hidden[0] * p["m1_0"] + hidden[1] * p["m1_1"] + p["b1"]
        self.curve.set_data(x, sigmoid(logit))
        if self.loss.move(steps):
            self.picture.settle()
        numbers = ", ".join(f"{name} = {number:.3g}" for name, number in p.items())
        return f"Round {last.index}: {numbers}, loss = {last.loss:.4g}."


class SecantView:
    """A curve, its tangent at a point, and a secant whose step shrinks."""

    def __init__(self, function, derivative, x, shown):
        self.function, self.derivative, self.x = function, derivative, x
        with course_style():
            self.picture = Picture(7.0, 4.0)
            axes = self.picture.subplots()
            furnish_secant(axes, function, shown)
            self.artists = secant_artists(axes)
            axes.legend(loc="lower center", ncols=3)
        self.picture.arrange(self.artists.values())

    def show(self, secants):
        h = secants[-1].h
        place_secant(self.artists, self.function, self.derivative, self.x, h)
        return tell_secant(self.function, self.derivative, self.x, h)


class TraceView:
    """The graph of a calculation, walked row by row; pulled rows also walked back."""

    def __init__(self, rows):
        self.graph = TraceGraph(rows)
        self.picture = self.graph.picture

    def show(self, numbers):
        rows, moment = self.graph.rows, self.graph.moments[numbers[-1]]
        row = rows[moment.row]
        self.graph.show(numbers[-1])
        self.picture.settle()
        place = f"Row {moment.row + 1} of {len(rows)}"
        if moment.back:
            return f"Back at row {moment.row + 1}, {row.name}: {pull_of(row, rows)}."
        later = "no grad is asked for" if row.grad is None else "its grad comes later"
        rule = later if row.back else rule_of(row, rows)
        return f"{place}: {formula_of(row)}, value {shown(row.value)}; {rule}."


def factor(number):
    """Return a number as it stands in a product: a negative one in brackets."""
    text = shown(number)
    return f"({text})" if text.startswith("-") else text


def rule_of(row, rows):
    """Return how the grad of a row came about, with the numbers put in.

    For a product, `grad = 2 * 4 + 3 * 1 = 11`: slope times grad for each operand.
    """
    if not row.operands:
        seed = "the seed" if row.operation == "input" else "a constant does not move"
        return f"grad = {shown(row.grad)} ({seed})"
    grads = {each.name: each.grad for each in rows}
    terms = [
        f"{factor(slope)} * {factor(grads[name])}"
        for name, slope in zip(row.operands, row.slopes, strict=True)
        if slope is not None
    ]
    if not terms:
        return f"grad = {shown(row.grad)} (its rule could not be repeated)"
    return f"grad = {' + '.join(terms)} = {shown(row.grad)}"


def pull_of(row, rows):
    """Return how the grad of a pulled row came back, with the numbers put in.

    For each row that used it, slope times grad: `used by v1, v3; grad = 3 * 1 + 4 * 2`.
    """
    uses = [
        (each.name, f"{factor(slope)} * {factor(each.grad)}")
        for each in rows
        for name, slope in zip(each.operands, each.slopes, strict=True)
        if name == row.name and slope is not None
    ]
    if not uses:
        seed = "the seed" if row is rows[-1] else "nothing was made of it"
        return f"grad = {shown(row.grad)} ({seed})"
    names = ", ".join(dict.fromkeys(name for name, _ in uses))
    terms = " + ".join(term for _, term in uses)
    return f"used by {names}; grad = {terms} = {shown(row.grad)}"


class BoundaryView:
    """Points of two inputs over the chances of a network, and the loss so far.

    `logits(params, places)` takes places `(m, 2)` and returns a logit for each.
    """

    def __init__(self, points, labels, logits):
        self.points, self.labels, self.logits = points, np.ravel(labels), logits
        with course_style():
            self.picture = Picture(9.0, 3.9)
            plane, loss = self.picture.subplots(1, 2)
            dots = furnish_boundary(plane, points, self.labels, "the boundary")
            self.boundary = add_boundary(plane)
            picks = {"loss": lambda step: step.loss}
            self.loss = History(loss, picks, "the loss so far", "mean log-loss")
            named = plane.get_legend_handles_labels()
            self.picture.legend(*named, loc="outside lower center", ncols=5)
        # Room at the right for the longer labels of later rounds.
        self.picture.get_layout_engine().set(rect=(0.0, 0.0, 0.98, 1.0))
        self.picture.arrange([*self.boundary, *dots, *self.loss.lines])

    def show(self, steps):
        last = steps[-1]
        move_boundary(self.boundary, lambda places: self.chance(last.params, places))
        if self.loss.move(steps):
            self.picture.settle()
        sides = (self.chance(last.params, self.points) > 0.5) == (self.labels == 1)
        largest = max(np.max(np.abs(held)) for held in last.params.values())
        return (
            f"Round {last.index}: loss = {last.loss:.4g}, {np.sum(sides)} of "
            f"{len(sides)} points on their own side of p = 0.5; of "
            f"{sum(map(np.size, last.params.values()))} numbers the largest is "
            f"{largest:.3g} in size."
        )

    def chance(self, params, places):
        """Return the chance of label 1 at places `(m, 2)`, of shape `(m,)`."""
        return sigmoid(np.ravel(self.logits(params, places)))

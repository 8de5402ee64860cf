"""The seven-number network as nodes and lines, and strips one below the other."""

from itertools import cycle

import numpy as np

from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    GRAY,
    INK,
    RED,
    Picture,
    course_style,
)
from autodiff_course.models import PARAMETERS, refuse_unknown

NODES = {"x": (0.0, 0.0), "h0": (1.2, 0.75), "h1": (1.2, -0.75), "z": (2.4, 0.0)}
# An intercept is the weight of an input that is always 1; each gets a 1 of its own.
ONES = {"b0_0": (1.2, 1.75), "b0_1": (1.2, -1.75), "b1": (2.4, 1.0)}
ENDS = {
    "m0_0": (NODES["x"], NODES["h0"]),
    "m0_1": (NODES["x"], NODES["h1"]),
    "b0_0": (ONES["b0_0"], NODES["h0"]),
    "b0_1": (ONES["b0_1"], NODES["h1"]),
    "m1_0": (NODES["h0"], NODES["z"]),
    "m1_1": (NODES["h1"], NODES["z"]),
    "b1": (ONES["b1"], NODES["z"]),
}
THINNEST, POINTS_PER_UNIT, THICKEST = 0.5, 2.5, 16.0
SOLID, DASHED = "-", (0, (1.6, 0.8))


def line_look(number):
    """Return width in points, colour and dash: size as width, sign as colour and dash.

    A width is 2.5 points for each unit, and stays between 0.5 and 16 points.
    """
    width = float(np.clip(POINTS_PER_UNIT * abs(number), THINNEST, THICKEST))
    return (width, RED, DASHED) if number < 0 else (width, BLUE, SOLID)


class NetworkDrawing:
    """The network on `axes`: furniture drawn once, and seven lines that `move`.

    `lines` and `labels` map the seven names to the artists that change. `nodes` lie
    over them, and are to be drawn again where a line may have grown thick.
    """

    def __init__(self, axes):
        furnish(axes)
        self.nodes = [*axes.lines, *axes.texts]
        self.lines, self.labels = {}, {}
        for name, (start, end) in ENDS.items():
            xs, ys = zip(*between(start, end), strict=True)
            self.lines[name] = axes.plot(xs, ys, zorder=1, label=f"_{name}")[0]
            self.labels[name] = label_at(axes, *middle(name, start, end))
        self.move({})

    def move(self, params):
        """Give every line the look of its number; one left out is 0.

        ValueError for a name that the network does not have.
        """
        refuse_unknown(params)
        for name in PARAMETERS:
            number = params.get(name, 0.0)
            width, colour, dash = line_look(number)
            self.lines[name].set(linewidth=width, color=colour, linestyle=dash)
            self.labels[name].set_text(f"{name}\n{number:+.2f}")

    @property
    def artists(self):
        """Return what `move` changes, in the order in which it is drawn."""
        return [*self.lines.values(), *self.labels.values()]


def middle(name, start, end):
    """Return the point for a label: on a weight's line, to the right of the others."""
    x, y = np.mean([start, end], axis=0)
    return (x, y) if name.startswith("m") else (x + 0.27, y)


def label_at(axes, x, y):
    """Return an empty label on a white patch, which keeps it readable on its line."""
    patch = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    return axes.text(
        x, y, "", ha="center", va="center", fontsize=9.5, bbox=patch, zorder=2
    )


def between(start, end, gap=0.17):
    """Return the ends of a line that leaves and arrives outside the nodes."""
    start, end = np.array(start), np.array(end)
    step = gap * (end - start) / np.hypot(*(end - start))
    return start + step, end - step


def furnish(axes):
    """Draw what no step changes: nodes, the three ones, the way out, the legend."""
    for name, place in NODES.items():
        draw_node(axes, name, place, marker="o", size=31)
    for place in ONES.values():
        draw_node(axes, "1", place, marker="s", size=17)
    arrow = {"arrowstyle": "->", "color": GRAY, "linewidth": 1.5}
    axes.annotate("", (3.02, 0.0), (2.4, 0.0), arrowprops=arrow, zorder=1)
    axes.text(3.08, 0.0, "p = sigmoid(z)", va="center")
    axes.plot([], [], color=BLUE, linewidth=4, label="positive: solid")
    axes.plot(
        [], [], color=RED, linewidth=4, linestyle=DASHED, label="negative: dashed"
    )
    axes.legend(loc="lower right", title="wide: a large number")
    axes.set(xlim=(-0.3, 4.0), ylim=(-2.05, 2.05))
    axes.set_axis_off()


def draw_node(axes, name, place, marker, size):
    """Draw one node with its name inside."""
    axes.plot(
        *place,
        marker,
        color="white",
        markeredgecolor=INK,
        markeredgewidth=1.5,
        markersize=size,
        zorder=3,
    )
    axes.text(*place, name, ha="center", va="center", zorder=4)


def draw_network(params, title="The network", alt=None):
    """Draw the seven-number network: a line for each number of `params`.

    `params` maps the names of the network to numbers; one left out is 0.
    """
    with course_style():
        picture = Picture(7.0, 4.0, alt=alt or told_network(params, title))
        axes = picture.subplots()
        NetworkDrawing(axes).move(params)
        axes.set_title(title)
    return picture


def told_network(params, title):
    """Return alt text: how the nodes are joined, then the seven numbers."""
    numbers = ", ".join(f"{name} {params.get(name, 0.0):+.2f}" for name in PARAMETERS)
    return (
        f"{title}. From x two lines lead to the nodes h0 and h1, from these two lines "
        f"to z, and from z an arrow to p = sigmoid(z). h0, h1 and z each have a line "
        f"from a 1. Wide lines are large numbers, dashed ones negative: {numbers}."
    )


def draw_strips(rows, marked, title, xlabel, label="the post", alt=None):
    """Draw one strip of short strokes for each entry of `rows`, and mark one number.

    `rows` maps a label to values `(n,)`; `marked` is the number to find among them.
    """
    rows = {name: np.asarray(held, dtype=float) for name, held in rows.items()}
    places = np.arange(len(rows), 0.0, -1.0)
    with course_style():
        picture = Picture(7.0, 1.0 + 0.75 * len(rows))
        picture.alt = alt or told_strips(rows, marked, title, label)
        axes = picture.subplots()
        looks = zip(rows.values(), places, cycle(COLOURS[::2]), strict=False)
        for held, place, colour in looks:
            spread = {"lineoffsets": place, "linelengths": 0.7, "linewidths": 0.8}
            axes.eventplot(held, colors=colour, alpha=0.6, **spread)
            axes.plot(np.median(held), place, "o", color=colour, markeredgecolor=INK)
        top = len(rows) + 0.42
        axes.plot([marked, marked], [0.5, top], color=RED, linestyle="--")
        # Towards the middle, so that the words stay inside.
        left = marked < np.mean(axes.get_xlim())
        side = {"ha": "left" if left else "right", "color": RED}
        axes.text(marked, top + 0.08, f"{label}: {marked:.4g}", **side)
        axes.set(title=title, xlabel=xlabel, ylim=(0.5, len(rows) + 0.9))
        axes.set_yticks(places, list(rows))
        axes.grid(False)
    return picture


def told_strips(rows, marked, title, label):
    """Return alt text: the spread of each strip, and how many lie below the mark."""
    spreads = [
        f"{name}: {len(held)} strokes from {held.min():.4g} to {held.max():.4g}, "
        f"median {np.median(held):.4g}, {np.sum(held < marked)} below the mark"
        for name, held in rows.items()
    ]
    return f"{title}. {'; '.join(spreads)}. {label} is marked at {marked:.4g}."

"""A calculation drawn: the graph of its trace, and the rectangle of a product."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.patches import FancyBboxPatch, Rectangle

from autodiff_course.figures.layout import laid_out
from autodiff_course.figures.picture import (
    BLUE,
    GRAY,
    INK,
    ORANGE,
    RED,
    Picture,
    course_style,
)

MOST_ROWS = 40
BOX = (1.04, 0.6)  # width and height of a row's box, in inches like all that follows
GAP = 0.58  # between two columns, for the edges and their slopes
BETWEEN_BANDS = 0.3
SIDE = 0.12
TOP, BOTTOM = 0.6, 0.42  # for the title, and for the line that explains the shapes
BETWEEN = "+-*/@"
READING = "square: input; dashed: constant; round: operation; on an arrow: its slope"
CUT = "; a short arrow comes from further up"
THERE = "Each box: its value, and how fast it grows"
BACK = "Values go to the right, grads come back from the end"


class Box(NamedTuple):
    """What stands for one row: its outline and its three lines of text."""

    outline: FancyBboxPatch
    formula: Artist
    value: Artist
    grad: Artist


class Edge(NamedTuple):
    """The line from one row into another, and the slope written on it."""

    operand: int
    row: int
    line: Artist
    slope: Artist


class Moment(NamedTuple):
    """How far a walk has come: to which row, and whether it is on its way back."""

    row: int
    back: bool = False

    def shows(self, number, row):
        """Tell whether a row's value is known by now, and whether its grad is."""
        if self.back:
            return True, number >= self.row and row.grad is not None
        return number <= self.row, number <= self.row and not row.back


def moments(rows):
    """Return the moments of a walk; pulled rows are visited again, from the end."""
    there = [Moment(number) for number in range(len(rows))]
    asked = [n for n, row in enumerate(rows) if row.back and row.grad is not None]
    return there + [Moment(number, back=True) for number in reversed(asked)]


def draw_trace(rows, active=None):
    """Draw every intermediate value and slope of a trace as a graph, left to right.

    `rows` are those of `trace`, at most 40, else ValueError. `active` is the number
    of one row, from 0: it is framed and pointed at, and what comes later is blank.
    With pulled rows the numbers go on, back from the end.
    """
    graph = TraceGraph(rows)
    graph.show(active)
    return graph.picture


class TraceGraph:
    """The graph of a trace with its artists kept, so that a walk need not redraw.

    `picture` is the one figure; `show(active)` moves the mark and blanks what is
    still to come.
    """

    def __init__(self, rows):
        self.rows = checked_rows(rows)
        self.moments = moments(self.rows)
        layout = laid_out(self.rows)
        numbers = {row.name: number for number, row in enumerate(self.rows)}
        with course_style():
            self.picture, axes = graph_paper(layout, BACK if rows[-1].back else THERE)
            points = {
                key: inches(place, layout) for key, place in layout.places.items()
            }
            self.edges = [
                draw_edge(
                    axes,
                    (numbers[row.operands[operand]], number),
                    way_into(row, operand, points, layout),
                    slope_text(row, operand),
                )
                for number, row in enumerate(self.rows)
                for operand in range(len(row.operands))
            ]
            self.boxes = [draw_box(axes, row, points[row.name]) for row in self.rows]
            (self.pointer,) = axes.plot(
                [], [], "v", color=RED, markersize=10, clip_on=False, zorder=6
            )
        self.tops = [points[row.name] - (0, BOX[1] / 2 + 0.1) for row in self.rows]

    def show(self, active=None):
        """Mark moment `active` and blank the later ones; None shows all rows alike."""
        if active is not None and not 0 <= active < len(self.moments):
            raise ValueError(
                f"active must be None or a row from 0 to {len(self.moments) - 1}, "
                f"got {active}; there are {len(self.rows)} rows."
            )
        moment = self.moments[-1 if active is None else active]
        marked = None if active is None else moment.row
        for number, (row, box) in enumerate(zip(self.rows, self.boxes, strict=True)):
            fill_box(box, row, moment.shows(number, row), marked=number == marked)
        for edge in self.edges:
            fill_edge(edge, moment, marked)
        top = self.tops[moment.row]
        self.pointer.set_data([top[0]], [top[1]])
        self.pointer.set_visible(active is not None)
        told = told_walk if self.rows[-1].back else told_graph
        self.picture.alt = told(self.rows, None if active is None else moment)


def checked_rows(rows):
    """Return the rows as a list, or say why they cannot be drawn."""
    rows = list(rows)
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValueError(
            f"draw_trace got {len(rows)} rows and stays readable from 1 to "
            f"{MOST_ROWS}; trace a smaller piece of the calculation, or print the rows "
            "as a table."
        )
    return rows


def graph_paper(layout, title):
    """Return a picture and its axes, one unit of which is an inch, y downwards."""
    width = max(margin(layout) + layout.columns * (BOX[0] + GAP) - GAP + SIDE, 5.6)
    tall = sum(layout.heights) + BETWEEN_BANDS * (len(layout.heights) - 1)
    height = tall + TOP + BOTTOM
    picture = Picture(width, height, layout=None)
    axes = picture.add_axes([0, BOTTOM / height, 1, tall / height])
    axes.set(xlim=(0, width), ylim=(tall, 0), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_title(title, x=SIDE / width)
    reading = READING if len(layout.heights) == 1 else READING + CUT
    axes.set_xlabel(reading, fontsize=8.5, color=GRAY)
    return picture, axes


def margin(layout):
    """Return the space at the left: below the first band, cut edges arrive there."""
    return SIDE if len(layout.heights) == 1 else SIDE + GAP


def inches(place, layout):
    """Return the middle of a place, `(2,)` in inches."""
    band, column, y = place
    above = sum(layout.heights[:band]) + BETWEEN_BANDS * band
    left = margin(layout) + column * (BOX[0] + GAP)
    return np.array([left + BOX[0] / 2, above + y])


def way_into(row, operand, points, layout):
    """Return points `(n, 2)` from an operand to its port at the left of a row's box."""
    keys = layout.routes[row.name, operand]
    half = np.array([BOX[0] / 2, 0])
    port = points[row.name] - half + (0, port_height(row, operand, points, layout))
    stops = [points[keys[0]] + half] if len(keys) > 1 else [port - (0.8 * GAP, 0)]
    for waypoint in keys[1:-1]:
        stops += [points[waypoint] - half, points[waypoint] + half]
    stops += [port - (0.05, 0)]
    return np.concatenate([swung(*pair) for pair in pairwise(stops)])


def port_height(row, operand, points, layout):
    """Return how far below a box's middle an edge arrives, so that few edges cross."""
    came_from = []
    for number in range(len(row.operands)):
        keys = layout.routes[row.name, number]
        before = keys[-2] if len(keys) > 1 else row.name
        came_from.append((points[before][1], number))
    rank = [number for _, number in sorted(came_from)].index(operand)
    last = len(came_from) - 1
    return 0.3 * (rank / last - 0.5) if last else 0.0


def swung(start, end):
    """Return points `(n, 2)` on a smooth way that leaves and arrives level."""
    part = np.linspace(0, 1, 20)[:, None]
    return start + (end - start) * np.hstack([part, part**2 * (3 - 2 * part)])


def draw_edge(axes, numbers, way, slope):
    """Draw the way between two rows with an arrow, and its slope at the end."""
    (line,) = axes.plot(
        *way.T, "-", marker=">", markevery=[-1], markersize=5, zorder=1, clip_on=False
    )
    label = axes.text(
        *(way[-1] - (0.07, 0.02)),
        slope,
        ha="right",
        va="center",
        fontsize=8,
        zorder=3,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )
    return Edge(*numbers, line, label)


def draw_box(axes, row, middle):
    """Draw an empty outline with room for three lines; inputs have corners."""
    round_ = bool(row.operands)
    outline = FancyBboxPatch(
        middle - np.array(BOX) / 2,
        *BOX,
        boxstyle="round,pad=0,rounding_size=0.14" if round_ else "square,pad=0",
        linestyle="--" if row.operation == "constant" else "-",
        clip_on=False,
        zorder=2,
    )
    axes.add_patch(outline)
    formula = formula_of(row)
    x, y = middle
    middled = {"ha": "center", "va": "center", "fontsize": 8, "zorder": 4}
    lines = [axes.text(x, y + down, "", **middled) for down in (-0.18, 0.01, 0.19)]
    lines[0].set(text=formula, fontweight="bold")
    lines[0].set_fontsize(8 if len(formula) < 14 else 6.6)
    return Box(outline, *lines)


def fill_box(box, row, known, marked):
    """Show what a row holds, or that it is still to come, and whether it is marked.

    `known` are two answers: is the value known by now, and is the grad?
    """
    valued, graded = known
    speed = "seed" if row.operation == "input" and not row.back else "grad"
    box.value.set_text(f"value {shown(row.value)}" if valued else "...")
    box.grad.set_text(f"{speed} {shown(row.grad)}" if graded else "")
    box.grad.set_color(BLUE)
    box.formula.set_color(INK if valued else GRAY)
    box.outline.set_linewidth(3.0 if marked else 1.1)
    box.outline.set_edgecolor(RED if marked else GRAY)
    box.outline.set_facecolor("#FFF3E8" if marked else "white")


def fill_edge(edge, moment, marked):
    """Show a slope, or that it is still to come, and whether its row is marked.

    On the way back the arrow turns round once it has brought a grad.
    """
    known = moment.back or edge.row <= moment.row
    brings = moment.back and edge.slope.get_text() != ""  # nothing, to a constant
    turned = brings and edge.operand >= moment.row
    marked = (edge.operand if moment.back else edge.row) == marked
    edge.line.set_marker("<" if turned else ">")
    edge.line.set_markevery([2] if turned else [-1])
    edge.line.set_color(RED if marked else GRAY)
    edge.line.set_linewidth(2.4 if marked else 1.0)
    edge.line.set_linestyle("-" if known else ":")
    edge.slope.set_visible(known and edge.slope.get_text() != "")
    edge.slope.set_fontweight("bold" if marked else "normal")


def formula_of(row):
    """Return how a row was made, as the learner wrote it: `v2 = v1 - y`."""
    if not row.operands:
        return clipped(row.name)
    if len(row.operands) == 2 and set(row.operation) <= set(BETWEEN):
        made = f" {row.operation} ".join(row.operands)
    else:
        made = f"{row.operation}({', '.join(row.operands)})"
    return clipped(f"{row.name} = {made}")


def clipped(text, length=18):
    """Return text that fits a box."""
    return text if len(text) <= length else text[: length - 3] + "..."


def slope_text(row, operand):
    """Return the slope towards an operand; nothing where the rule has none."""
    slope = row.slopes[operand]
    text = "" if slope is None else shown(slope)
    return f"{slope:.1e}" if "e" in text and text[-1].isdigit() else text


def shown(quantity):
    """Return a number with four digits, and of anything larger its shape or kind."""
    if isinstance(quantity, (int, float, np.integer, np.floating)):
        return f"{quantity + 0:.4g}"  # + 0, because -0.0 would be shown as -0
    shape = np.shape(quantity) if isinstance(quantity, np.ndarray) else None
    return type(quantity).__name__ if shape is None else f"{shape}"


def told_graph(rows, moment):
    """Return alt text: from which inputs to which end, and the marked row."""
    inputs = ", ".join(
        f"{row.name} = {shown(row.value)} with seed {shown(row.grad)}"
        for row in rows
        if row.operation == "input"
    )
    marked = rows[-1 if moment is None else moment.row]
    where = "last row" if moment is None else f"row {moment.row + 1} is marked"
    return (
        f"Graph of {len(rows)} rows, read from left to right, from "
        f"{inputs or 'no input'}; {where}: {formula_of(marked)}, "
        f"value {shown(marked.value)}, grad {shown(marked.grad)}."
    )


def told_walk(rows, moment):
    """Return alt text of pulled rows: the inputs and their grads, or what is marked."""
    told = f"Graph of {len(rows)} rows, values from left to right, grads from the end"
    if moment is None:
        inputs = ", ".join(
            f"{row.name} = {shown(row.value)} has grad {shown(row.grad)}"
            for row in rows
            if row.operation == "input"
        )
        return f"{told}; {inputs or 'no input'}; last row: {formula_of(rows[-1])}."
    row = rows[moment.row]
    grad = f"grad {shown(row.grad)}" if moment.back else "its grad still to come"
    way = "on the way back " if moment.back else ""
    return (
        f"{told}; {way}row {moment.row + 1} is marked: {formula_of(row)}, value "
        f"{shown(row.value)}, {grad}."
    )


def draw_rectangle(u, v, du, dv):
    """Draw the area u v of a rectangle, and what it gains when both sides grow.

    All four are lengths above 0, else ValueError.
    """
    if min(u, v, du, dv) <= 0:
        raise ValueError(
            f"draw_rectangle got u, v, du, dv = {u}, {v}, {du}, {dv} and draws lengths "
            "above 0; choose positive sides and growths."
        )
    areas = f"v du = {v * du:.4g}", f"u dv = {u * dv:.4g}", f"du dv = {du * dv:.4g}"
    with course_style():
        picture = Picture(6.2, 4.2)
        axes = picture.subplots()
        draw_parts(axes, u, v, du, dv)
        name_parts(axes, u, v, du, dv, areas)
        axes.grid(False)
    picture.alt = (
        f"A rectangle of sides u = {u:.4g} and v = {v:.4g}, area {u * v:.4g}. It gains "
        f"a strip at the right, {areas[0]}, a strip on top, {areas[1]}, and in the "
        f"corner a small rectangle, {areas[2]}."
    )
    return picture


def draw_parts(axes, u, v, du, dv):
    """Draw the rectangle, its two strips and its corner, each with its own hatch."""
    parts = [
        ((0, 0), u, v, "", "#EEEEEE"),
        ((u, 0), du, v, "//", BLUE),
        ((0, v), u, dv, "\\\\", ORANGE),
        ((u, v), du, dv, "xx", RED),
    ]
    for corner, width, height, hatch, colour in parts:
        axes.add_patch(
            Rectangle(
                corner, width, height, facecolor=colour, edgecolor="white", hatch=hatch
            )
        )


def name_parts(axes, u, v, du, dv, areas):
    """Write each area inside its part or beside it, and name the sides."""
    axes.set(
        title="The area gains two strips, and a corner",
        xlabel="side u, then u + du",
        ylabel="side v, then v + dv",
        xticks=[0, u, u + du],
        yticks=[0, v, v + dv],
        xlim=(0, 1.5 * (u + du)),
        ylim=(0, 1.12 * (v + dv)),
        aspect="equal",
    )
    axes.text(u / 2, v / 2, f"u v = {u * v:.4g}", ha="center", va="center")
    axes.text(u / 2, 1.02 * (v + dv), areas[1], ha="center", va="bottom")
    for text, height in ((areas[0], v / 2), (areas[2], v + dv / 2)):
        axes.annotate(
            text,
            (u + du / 2, height),
            (1.06 * (u + du), height),
            va="center",
            arrowprops={"arrowstyle": "-", "color": INK},
        )

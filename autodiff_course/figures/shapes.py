"""Axes of arrays as boxes that line up at the right, and rows times columns."""

import numpy as np
from matplotlib.patches import Rectangle

from autodiff_course.figures.picture import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PURPLE,
    RED,
    SKY,
    Picture,
    course_style,
)

BOX_WIDTH, BOX_HEIGHT, GAP = 1.5, 0.5, 0.16  # of an axis, in inches
USUAL = ("directions", "points")
AXIS_COLOURS = (BLUE, GREEN, ORANGE, PURPLE, SKY, GRAY)
HATCHES = ("//", "", "..", "xx", "\\\\", "--")
LETTER = 0.092  # how much room a letter of a name takes, in inches
CENTRED = {"ha": "center", "va": "center"}


def draw_shapes(rows, title, alt=None):
    """Draw one line of boxes for each array, lined up as NumPy does it: at the right.

    `rows` maps the name of an array to its axes, from left to right, each a name and
    a size: `{"x": {"points": 100}}`. An axis of length 1 is empty and dashed. Where
    two different axes longer than 1 stand in one column, a frame says so. Six names
    have looks of their own.
    """
    met = meetings(rows)
    tall = len(rows) * (BOX_HEIGHT + GAP)
    rights = right_edges(rows)
    with course_style():
        picture = Picture(max(rights[0], 6.5), tall + (1.0 if met else 0.6), None)
        picture.alt = alt or told_shapes(rows, met, title)
        axes = inches_of(picture)
        axes.text(0.1, 0.25, title, fontsize=12, va="center")
        looks = looks_of(rows)
        for number, (name, sizes) in enumerate(rows.items()):
            y = 0.5 + number * (BOX_HEIGHT + GAP)
            axes.text(0.1, y + BOX_HEIGHT / 2, name, va="center")
            for right, (axis, size) in zip(rights, from_right(sizes), strict=False):
                draw_axis(axes, right - BOX_WIDTH - GAP, y, axis, size, looks[axis])
        for place in met:
            frame_column(axes, rights[place], tall)
    return picture


def from_right(sizes):
    """Return the axes of one array, the last first, as (name, size)."""
    return list(sizes.items())[::-1]


def right_edges(rows):
    """Return where each column of boxes ends, in inches, the rightmost first."""
    columns = max(map(len, rows.values()))
    left = 0.5 + LETTER * max(map(len, rows))
    return [left + (columns - place) * (BOX_WIDTH + GAP) for place in range(columns)]


def inches_of(picture):
    """Return axes over the whole picture, measured in inches from its upper left."""
    axes = picture.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, picture.get_figwidth()), ylim=(picture.get_figheight(), 0))
    axes.set_axis_off()
    return axes


def looks_of(rows):
    """Return a colour and a hatch for each axis name, the usual names always theirs."""
    names = [*USUAL, *(axis for sizes in rows.values() for axis in sizes)]
    looks = zip(AXIS_COLOURS, HATCHES, strict=True)
    return dict(zip(dict.fromkeys(names), looks, strict=False))


def meetings(rows):
    """Return the places, from the right, where different axes longer than 1 meet."""
    found = []
    for place in range(max(map(len, rows.values()))):
        stacked = [from_right(sizes)[place:] for sizes in rows.values()]
        here = [axes[0] for axes in stacked if axes]
        if len({axis for axis, size in here if size != 1}) > 1:
            found.append(place)
    return found


def draw_axis(axes, x, y, name, size, look):
    """Draw one axis: coloured and hatched, or empty and dashed if its length is 1."""
    colour, hatch = look
    box = Rectangle((x, y), BOX_WIDTH, BOX_HEIGHT, edgecolor=GRAY, facecolor="white")
    axes.add_patch(box)
    words = axes.text(x + BOX_WIDTH / 2, y + BOX_HEIGHT / 2, f"{size} {name}")
    words.set(**CENTRED)
    if size == 1:
        box.set(linestyle="--")
        words.set(text="1", color=GRAY)
    else:
        box.set(edgecolor=colour, hatch=hatch, facecolor=f"{colour}26")
        words.set(bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none"})


def frame_column(axes, right, height):
    """Draw a frame round a column in which two axes have been laid over one another."""
    corner = (right - BOX_WIDTH - 1.5 * GAP, 0.5 - GAP / 2)
    look = {"fill": False, "edgecolor": RED, "linewidth": 3, "zorder": 3}
    axes.add_patch(Rectangle(corner, BOX_WIDTH + GAP, height, **look))
    below = 0.5 + height + 0.15
    axes.text(
        right - GAP,
        below,
        "two meanings in one column",
        color=RED,
        ha="right",
        va="top",
    )


def told_shapes(rows, met, title):
    """Return alt text: the axes of each array, and where two of them meet."""
    shapes = [
        f"{name}: {', '.join(map(told_axis, sizes, sizes.values()))}"
        for name, sizes in rows.items()
    ]
    places = " and ".join(str(place + 1) for place in met)
    warning = f" In column {places} from the right two meanings meet." if met else ""
    return (
        f"{title}. Axes as boxes, lined up at the right. {'; '.join(shapes)}.{warning}"
    )


def told_axis(name, size):
    return "1" if size == 1 else f"{size} {name}"


def draw_product(left, right, row, column, title="One row times one column"):
    """Draw `left @ right` with one row, one column and the entry where they cross.

    `left` is `(n, m)`, `right` `(m, p)`. The right one stands above the product, so
    that its columns run down into it as the rows of the left run across.
    """
    left, right = np.asarray(left), np.asarray(right)
    (n, m), p = left.shape, right.shape[1]
    pairs = zip(left[row], right[:, column], strict=True)
    crossing = " + ".join(f"{a:g} * {b:g}" for a, b in pairs)
    crossing += f" = {(left @ right)[row, column]:g}"
    with course_style():
        picture = Picture(6.0, 0.5 * (m + n) + 1.0)
        axes = picture.subplots()
        axes.set(xlim=(-0.1, m + p + 5.0), ylim=(m + n + 1.1, -0.1))
        axes.set(aspect="equal", anchor="W")
        axes.set_title(title)
        axes.set_axis_off()
        draw_matrix(axes, right, (m + 0.5, 0), "right", columns=[column])
        draw_matrix(axes, left, (0, m + 0.5), "left", rows=[row])
        corner = (m + 0.5, m + 0.5)
        draw_matrix(axes, left @ right, corner, "left @ right", [row], [column])
        axes.text(m + p + 0.8, m + 0.5 + row + 0.5, crossing, va="center", color=RED)
    picture.alt = (
        f"{title}. Left {left.shape} stands beside, right {right.shape} above the "
        f"product {n, p}. Row {row} and column {column} cross at {crossing}."
    )
    return picture


def draw_matrix(axes, matrix, corner, name, rows=(), columns=()):
    """Draw the entries in cells, rows and columns of these numbers marked."""
    x, y = corner
    for (i, j), entry in np.ndenumerate(matrix):
        cell = Rectangle((x + j, y + i), 1, 1, facecolor="white", edgecolor=GRAY)
        if i in rows and j in columns:
            cell.set(facecolor=f"{RED}40", edgecolor=RED, linewidth=2.5, zorder=2)
        elif i in rows and not len(columns):
            cell.set(facecolor=f"{BLUE}26", hatch="//", edgecolor=BLUE)
        elif j in columns and not len(rows):
            cell.set(facecolor=f"{GREEN}26", hatch="\\\\", edgecolor=GREEN)
        axes.add_patch(cell)
        patch = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"}
        words = axes.text(x + j + 0.5, y + i + 0.5, f"{entry:g}", bbox=patch, zorder=3)
        words.set(**CENTRED)
    above = name == "right"
    place = (
        (x + matrix.shape[1] + 0.2, y + 0.5) if above else (x, y + len(matrix) + 0.35)
    )
    axes.text(*place, name, va="center", color=GRAY)

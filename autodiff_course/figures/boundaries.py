"""Two-input labels with the boundary that a network draws, and a saddle from above.

Each `draw_...` fixes its axes by a `furnish_...`, adds artists by an `add_...` and
places them by a `move_...`, so that a stepper can keep the axes and move the artists.
"""

import numpy as np
from contourpy import contour_generator
from matplotlib.colors import LinearSegmentedColormap

from autodiff_course.figures.descent import add_path, move_path
from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    DASHES,
    INK,
    MARKERS,
    RED,
    Picture,
    course_style,
)

GRID = 81  # places along each side at which a chance or a loss is asked for
SURE = (0.1, 0.5, 0.9)  # the chances that get a line
HEIGHTS = 5  # contours on each side of a saddle
# Ten shades, because flat ones are packed faster than a ramp; on the darkest, near
# chance 1, black squares still stand out.
SHADES = LinearSegmentedColormap.from_list("chance", ["#FFFFFF", "#7DB2DA"], N=10)


def furnish_boundary(axes, points, labels, title):
    """Fix the axes around points `(n, 2)`, and return the artists for the points.

    Label 0 is a hollow circle, label 1 a filled square.
    """
    reach = 1.2 * float(np.max(np.abs(points)))
    looks = ((0, "o", "white"), (1, "s", INK))
    artists = [
        axes.plot(
            *points[labels == label].T,
            marker,
            color=INK,
            markerfacecolor=fill,
            markersize=4,
            markeredgewidth=0.8,
            label=f"label {label}",
            zorder=3,
        )[0]
        for label, marker, fill in looks
    ]
    axes.set(title=title, xlabel="first input", ylabel="second input")
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.grid(False)
    return artists


def add_boundary(axes):
    """Return artists for the chances: a shaded surface, and a line for each of SURE."""
    extent = (*axes.get_xlim(), *axes.get_ylim())
    look = {"extent": extent, "origin": "lower", "interpolation": "bilinear"}
    surface = axes.imshow(np.zeros((2, 2)), SHADES, vmin=0.0, vmax=1.0, **look)
    looks = {0.1: (0.8, ":"), 0.5: (2.0, "-"), 0.9: (0.8, "--")}
    lines = [
        axes.plot([], [], color=INK, linewidth=width, linestyle=dash, label=f"p = {p}")
        for p, (width, dash) in looks.items()
    ]
    return [surface, *(line for (line,) in lines)]


def move_boundary(artists, chance):
    """Show a chance, a function of places `(m, 2)` that returns m numbers."""
    surface, *lines = artists
    left, right, low, high = surface.get_extent()
    across, up = np.linspace(left, right, GRID), np.linspace(low, high, GRID)
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    heights = np.asarray(chance(places), dtype=float).reshape(GRID, GRID)
    surface.set_data(heights)
    contours = contour_generator(across, up, heights)
    for line, level in zip(lines, SURE, strict=True):
        line.set_data(*joined(contours.lines(level)).T)


def joined(pieces):
    """Return pieces of a line, each `(k, 2)`, as one with gaps of nan between them."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([np.concatenate([piece, gap]) for piece in pieces] or [gap])


def draw_boundaries(points, labels, frames, title, folds=None):
    """Draw labelled points once for each entry of `frames`, with its boundary.

    `points` is `(n, 2)`, `labels` n zeros and ones. `frames` maps a panel's title to
    a chance, a function of places `(m, 2)` that returns m numbers. `folds` maps such a
    title to weights `(2, h)` and intercepts `(h,)`: where a hidden node gives 0.
    """
    labels = np.ravel(labels)
    with course_style():
        picture = Picture(max(6.4, 2.3 * len(frames)), 3.8)
        row = picture.subplots(1, len(frames), sharey=True, squeeze=False)[0]
        for axes, (name, chance) in zip(row, frames.items(), strict=True):
            furnish_boundary(axes, points, labels, name)
            move_boundary(add_boundary(axes), chance)
            if folds:
                add_folds(axes, *folds[name])
            axes.label_outer()
        kinds = dict(zip(*row[0].get_legend_handles_labels()[::-1], strict=True))
        columns = 3 if len(frames) < 3 else 6
        picture.legend(kinds.values(), kinds, loc="outside lower center", ncols=columns)
        picture.suptitle(title, x=0.01, ha="left", fontsize=12)
    picture.alt = told_boundaries(points, labels, frames, title)
    return picture


def add_folds(axes, weights, intercepts):
    """Draw the line on which each hidden node gives 0: `(2, h)` and `(h,)`."""
    reach = 1e3  # far outside, along the line both ways
    for weight, intercept in zip(weights.T, intercepts, strict=True):
        size = np.hypot(*weight)
        if size == 0:
            continue  # the same everywhere: it has no such line
        nearest = -intercept * weight / size**2
        along = reach * np.array([-weight[1], weight[0]]) / size
        ends = np.array([nearest - along, nearest + along])
        look = {"color": RED, "linestyle": "-.", "linewidth": 1.2}
        axes.plot(*ends.T, label="a hidden node is 0", **look)


def told_boundaries(points, labels, frames, title):
    """Return alt text: how many points stand on their own side in each frame."""
    sides = {
        name: int(np.sum((np.ravel(chance(points)) > 0.5) == (labels == 1)))
        for name, chance in frames.items()
    }
    said = "; ".join(
        f"{name}: {right} of {len(labels)} points on their own side of p = 0.5"
        for name, right in sides.items()
    )
    return (
        f"{title}. Two-input points, {int(np.sum(labels))} filled squares with label "
        f"1 among hollow circles with label 0, over the chance of label 1. {said}."
    )


def draw_saddle(loss, reach, paths, title, names):
    """Draw contours of a loss of two numbers around the origin, above it and below.

    `loss` is a function of two floats, drawn from `-reach` to `reach` both ways;
    `paths` maps a label to the places `(k, 2)` that a descent visits.
    """
    with course_style():
        picture = Picture(5.6, 4.6)
        axes = picture.subplots()
        furnish_saddle(axes, loss, reach, names)
        looks = zip(paths.items(), COLOURS[2:], DASHES, MARKERS, strict=False)
        for (label, path), colour, dash, marker in looks:
            look = {"color": colour, "linestyle": dash, "marker": marker}
            move_path(add_path(axes, label, **look), path)
        picture.legend(loc="outside lower center", ncols=3)
        picture.suptitle(title, x=0.01, ha="left", fontsize=12)
    said = "; ".join(
        f"{label}: loss from {loss(*path[0]):.4f} to {loss(*path[-1]):.4f}"
        for label, path in paths.items()
    )
    picture.alt = (
        f"{title}. Contours of the loss over {' and '.join(names)}. It is "
        f"{loss(0.0, 0.0):.4f} at the origin, {loss(reach, reach):.4f} in the upper "
        f"right corner, {loss(reach, -reach):.4f} in the lower right. {said}."
    )
    return picture


def furnish_saddle(axes, loss, reach, names):
    """Draw contours above the loss at the origin solid, below it dashed."""
    along = np.linspace(-reach, reach, GRID)
    heights = np.array([[loss(a, b) for a in along.tolist()] for b in along.tolist()])
    middle = loss(0.0, 0.0)
    shares = np.arange(1, HEIGHTS + 1) / (HEIGHTS + 1)
    above = middle + (heights.max() - middle) * shares
    below = middle + (heights.min() - middle) * shares[::-1]
    for levels, colour, dash, told in (
        (above, RED, "-", "higher than the origin"),
        (below, BLUE, "--", "lower"),
    ):
        look = {"colors": colour, "linestyles": dash, "linewidths": 1}
        rings = axes.contour(along, along, heights, levels, **look)
        axes.clabel(rings, levels[::2], fmt="%.3f", fontsize=8)
        axes.plot([], [], color=colour, linestyle=dash, linewidth=1, label=told)
    axes.plot([0.0], [0.0], "X", color=INK, markersize=10, zorder=4, label="origin")
    axes.set(xlabel=names[0], ylabel=names[1])
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.grid(False)

"""Gradient descent in pictures: the line, the parabola, the path on the surface.

Each `draw_...` fixes its axes by a `furnish_...`, adds artists by an `add_...` and
places them by a `move_...`, so that a stepper can keep the axes and move the artists.
"""

import numpy as np

from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    DASHES,
    GRAY,
    INK,
    MARKERS,
    RED,
    Picture,
    course_style,
)

GRID = 61  # points along each side of a loss surface
LEVELS = 6  # contours on it
BEYOND = 1e9  # where a diverging path is cut, since Matplotlib cannot draw 1e300


def looks(named):
    """Pair each name and entry with a colour, a dash and a marker of its own."""
    return zip(named.items(), COLOURS, DASHES, MARKERS, strict=False)


def draw_fit(x, y, lines, title, xlabel="x", ylabel="y"):
    """Draw points, both `(n,)`, and lines: `lines` maps a label to `(m, b)`."""
    with course_style():
        picture = Picture(6.4, 3.4)
        axes = picture.subplots()
        furnish_fit(axes, x, y, title, xlabel, ylabel)
        for (label, (m, b)), colour, dash, _ in looks(lines):
            move_line(add_line(axes, label, colour, dash), m, b)
        axes.legend()
    said = "; ".join(f"{label}: {line_told(m, b)}" for label, (m, b) in lines.items())
    picture.alt = f"{title}. {len(x)} points, {ylabel} against {xlabel}. {said}."
    return picture


def line_told(m, b):
    """Return a line as words, such as `3 x - 2`."""
    return f"{m:.4g} x {'-' if b < 0 else '+'} {abs(b):.4g}"


def furnish_fit(axes, x, y, title, xlabel="x", ylabel="y"):
    """Draw the points and fix the axes, so that no line can change them."""
    axes.plot(x, y, "o", color=GRAY, markersize=3.5, alpha=0.7, label="data")
    axes.set(title=title, xlabel=xlabel, ylabel=ylabel)
    axes.set(xlim=padded(x), ylim=padded(y))


def add_line(axes, label="line", colour=BLUE, dash="-"):
    """Return an artist for a line across the axes; `move_line` places it."""
    return axes.plot([], [], color=colour, linestyle=dash, label=label)[0]


def move_line(artist, m, b):
    """Place an artist of `add_line` on y = m x + b."""
    ends = np.array(artist.axes.get_xlim())
    artist.set_data(ends, drawable(m * ends + b))


def draw_parabola(loss, walks, title, reach, xlabel="m", ylabel="loss"):
    """Draw a loss of one number, and on it the positions that each walk visits.

    `loss` is a function of one float, `walks` maps a label to positions `(k,)`, `reach`
    is the stretch `(low, high)` that is drawn. Walks stand in panels of their own.
    """
    with course_style():
        picture = Picture(8.4, 3.0)
        panels = np.atleast_1d(picture.subplots(1, len(walks), sharey=True))
        for axes, ((label, walk), colour, dash, marker) in zip(
            panels, looks(walks), strict=True
        ):
            furnish_parabola(axes, loss, reach, label, xlabel)
            look = {"color": colour, "linestyle": dash, "marker": marker}
            move_walk(add_walk(axes, **look), loss, walk)
        panels[0].set_ylabel(ylabel)
        picture.suptitle(title, x=0.01, ha="left", fontsize=12)
    said = "; ".join(
        f"{label}: {', '.join(f'{m:.3g}' for m in walk)}"
        for label, walk in walks.items()
    )
    picture.alt = f"{title}. {ylabel} against {xlabel}. Positions visited: {said}."
    return picture


def furnish_parabola(axes, loss, reach, title, xlabel="m"):
    """Draw a loss of one number over a stretch, and fix the axes."""
    at = np.linspace(*reach, 4 * GRID)
    heights = np.array([loss(m) for m in at.tolist()])
    axes.plot(at, heights, color=GRAY, linestyle="-", linewidth=1.5)
    axes.set(title=title, xlabel=xlabel, xlim=reach, ylim=padded(heights))


def add_walk(axes, **look):
    """Return artists for a walk on a curve: its jumps, and its start."""
    jumps = axes.plot([], [], linewidth=1.2, markersize=5, **look)[0]
    start = axes.plot([], [], "o", color=INK, markersize=11, fillstyle="none")[0]
    name = axes.annotate("start", (0, 0), (-38, -13), textcoords="offset points")
    return jumps, start, name


def move_walk(artists, loss, walk):
    """Place the artists of `add_walk` on the positions visited so far."""
    jumps, start, name = artists
    walk = drawable(walk)
    heights = drawable([loss(m) for m in walk.tolist()])
    jumps.set_data(walk, heights)
    start.set_data(walk[:1], heights[:1])
    name.xy = (walk[0], heights[0])


def draw_path(loss, paths, title, reach=None, names=("m", "b"), numbered=()):
    """Draw contours of a loss of two numbers, and on them where each path went.

    `loss` is a function of two floats, `paths` maps a label to `(k, 2)`, a dot for each
    round. `reach` is ((low, high), (low, high)); left out, it holds all paths. The
    rounds of the paths whose labels are in `numbered` get their numbers.
    """
    paths = {label: np.asarray(path, dtype=float) for label, path in paths.items()}
    reach = reach or around(*paths.values())
    with course_style():
        picture = Picture(5.4, 4.2)
        axes = picture.subplots()
        furnish_surface(axes, loss, reach, title, names)
        for (label, path), colour, dash, marker in looks(paths):
            look = {"color": colour, "linestyle": dash, "marker": marker}
            artists = add_path(axes, label, **look)
            artists[2].set(markerfacecolor=colour, markersize=14)
            move_path(artists, path)
            if label in numbered:
                number_rounds(axes, path, colour)
        picture.legend(loc="outside lower center", ncols=len(paths))
    said = "; ".join(
        f"{label}: {len(path) - 1} rounds from {pair(path[0])} to {pair(path[-1])}"
        for label, path in paths.items()
    )
    picture.alt = f"{title}. Contours of the loss over {' and '.join(names)}. {said}."
    return picture


def furnish_surface(axes, loss, reach, title, names=("m", "b")):
    """Draw contours of a loss of two numbers, each with its height, and fix the axes.

    The heights grow as squares do, so that a bowl has evenly spaced rings.
    """
    across, up = (np.linspace(*side, GRID) for side in reach)
    heights = np.array([[loss(m, b) for m in across.tolist()] for b in up.tolist()])
    low, high = heights.min(), heights.max()
    levels = low + (high - low) * (np.arange(1, LEVELS) / LEVELS) ** 2
    rings = axes.contour(across, up, heights, levels, colors=GRAY, linewidths=0.8)
    axes.clabel(rings, fmt=two_digits, fontsize=8)
    axes.set(title=title, xlabel=names[0], ylabel=names[1])
    axes.set(xlim=reach[0], ylim=reach[1], aspect="equal")
    axes.grid(False)


def add_path(axes, label="path", **look):
    """Return artists for a path on a surface: its rounds, its start, its end."""
    rounds = axes.plot([], [], label=label, linewidth=1.4, markersize=4, **look)[0]
    start = axes.plot([], [], "o", color=INK, markersize=11, fillstyle="none")[0]
    end = axes.plot([], [], "*", color=INK, markersize=12)[0]
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    name = axes.annotate("start", (0, 0), (9, 5), textcoords="offset points", bbox=box)
    return rounds, start, end, name


def move_path(artists, path):
    """Place the artists of `add_path` on the rounds so far, `(k, 2)`."""
    rounds, start, end, name = artists
    path = drawable(path)
    rounds.set_data(path[:, 0], path[:, 1])
    start.set_data(path[:1, 0], path[:1, 1])
    end.set_data(path[-1:, 0], path[-1:, 1])
    name.xy = tuple(path[0])


def number_rounds(axes, path, colour):
    """Write the number of each round that is inside the axes beside its place."""
    for index, place in enumerate(drawable(path)):
        if index:
            look = {"color": colour, "fontsize": 10, "annotation_clip": True}
            axes.annotate(
                str(index), place, (6, -12), textcoords="offset points", **look
            )


def draw_descent(x, y, loss, path, reach):
    """Draw where a path `(k, 2)` has led: the line, the losses and the path itself.

    `x`, `y` are the points, `loss` and `reach` as in `draw_path`.
    """
    losses = [loss(m, b) for m, b in drawable(path).tolist()]
    with course_style():
        picture = Picture(9.0, 3.2)
        fit, curve, surface = picture.subplots(1, 3)
        furnish_fit(fit, x, y, "The line")
        move_line(add_line(fit), *path[-1])
        curve.plot(losses, "-", marker=".", color=BLUE)
        curve.set(title="The loss", xlabel="round", ylabel="loss", yscale="log")
        furnish_surface(surface, loss, reach, "Where it went")
        move_path(add_path(surface, color=RED, linestyle="-", marker="o"), path)
    picture.alt = (
        f"Gradient descent after {len(path) - 1} rounds, in three panels. The line "
        f"{line_told(*path[-1])} among the points; the loss "
        f"from {losses[0]:.4g} to {losses[-1]:.4g}; the path on the loss surface."
    )
    return picture


def draw_spreads(rows, title):
    """Draw rows of many values as strokes, each with one number marked.

    `rows` maps a label to `(values, marked)`, values of shape `(n,)`, one per seed.
    """
    with course_style():
        picture = Picture(6.4, 0.8 + 0.95 * len(rows))
        panels = np.atleast_1d(picture.subplots(len(rows), 1))
        for axes, (label, (values, marked)) in zip(panels, rows.items(), strict=True):
            furnish_strip(axes, values, marked, label)
        picture.suptitle(title, x=0.01, ha="left", fontsize=12)
    said = "; ".join(
        f"{label}: {len(values)} values from {min(values):.5g} to {max(values):.5g}, "
        f"marked {marked:.5g}"
        for label, (values, marked) in rows.items()
    )
    picture.alt = f"{title}. {said}."
    return picture


def furnish_strip(axes, values, marked, label):
    """Draw values as strokes on one axis, and one number as a dashed line and a tip."""
    axes.eventplot(values, colors=BLUE, linewidths=0.8, alpha=0.6, linelengths=0.8)
    axes.plot([marked, marked], [0.55, 1.45], color=RED, linestyle="--")
    axes.plot([marked], [1.5], "v", color=RED, markersize=9, clip_on=False)
    axes.set(xlabel=label, yticks=[], ylim=(0.5, 1.6))
    axes.grid(False)
    axes.spines.left.set_visible(False)


def padded(values, share=0.05):
    """Return the least and greatest value, moved apart by a share of the distance."""
    low, high = float(np.min(values)), float(np.max(values))
    return low - share * (high - low), high + share * (high - low)


def around(*paths):
    """Return the two stretches that hold all of the paths, each `(k, 2)`."""
    visited = np.concatenate(paths)
    return padded(visited[:, 0], 0.25), padded(visited[:, 1], 0.25)


def drawable(positions):
    """Return positions as an array, those too far out put at the limit of drawing."""
    return np.clip(np.asarray(positions, dtype=float), -BEYOND, BEYOND)


def two_digits(height):
    """Return the height of a contour as text with two digits that count."""
    return f"{float(f'{height:.2g}'):g}"


def pair(position):
    """Return a position as text."""
    return f"({position[0]:.3g}, {position[1]:.3g})"

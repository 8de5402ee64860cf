"""Curves against one axis, and one number marked inside the spread of many."""

import numpy as np

from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    DASHES,
    GRAY,
    RED,
    Picture,
    course_style,
)


def draw_curves(
    curves,
    title,
    xlabel,
    ylabel,
    *,
    xscale="linear",
    yscale="linear",
    points=None,
    alt=None,
    size=(7.0, 3.6),
):
    """Draw one line per entry of `curves`, which maps a label to `(x, y)`.

    `points` is an `(x, y)` drawn as dots beneath. Scales are Matplotlib's names.
    """
    with course_style():
        picture = Picture(*size, alt=alt or told(title, curves, xlabel, ylabel))
        axes = picture.subplots()
        if points is not None:
            axes.plot(*points, "o", color=GRAY, markersize=3.5, alpha=0.7, label="data")
        looks = zip(COLOURS, DASHES, strict=True)
        for (label, (x, y)), (colour, dash) in zip(curves.items(), looks, strict=False):
            axes.plot(x, y, color=colour, linestyle=dash, label=label)
        axes.set(
            title=title, xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale
        )
        if len(curves) > 1 or points is not None:
            axes.legend()
    return picture


def told(title, curves, xlabel, ylabel):
    """Return alt text: the title, then where each curve starts and ends."""
    ends = [
        f"{label}: from {np.asarray(y)[0]:.4g} to {np.asarray(y)[-1]:.4g}"
        for label, (_, y) in curves.items()
    ]
    return f"{title}. {ylabel} against {xlabel}. {'; '.join(ends)}."


def draw_strip(values, marked, title, xlabel, label="the post", alt=None):
    """Draw each of many values as a short stroke on one axis, and mark one number.

    `values` is `(n,)`, one for each seed; `marked` the number to find among them.
    """
    values = np.asarray(values, dtype=float)
    low, middle, high = np.quantile(values, [0.0, 0.5, 1.0])
    with course_style():
        picture = Picture(7.0, 1.9)
        picture.alt = alt or (
            f"{title}. {len(values)} strokes from {low:.4g} to {high:.4g}, median "
            f"{middle:.4g}; {label} is marked at {marked:.4g}."
        )
        axes = picture.subplots()
        axes.eventplot(values, colors=BLUE, linewidths=0.8, alpha=0.6, linelengths=0.8)
        axes.plot([marked], [1.0], "v", color=RED, markersize=11, clip_on=False)
        axes.plot([marked, marked], [0.55, 1.45], color=RED, linestyle="--")
        axes.annotate(f"{label}: {marked:.6g}", (marked, 1.6), color=RED, ha="center")
        axes.set(title=title, xlabel=xlabel, yticks=[], ylim=(0.4, 2.0))
        axes.grid(False)
        axes.spines.left.set_visible(False)
    return picture

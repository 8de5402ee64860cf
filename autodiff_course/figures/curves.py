"""Curves against one axis."""

import numpy as np

from autodiff_course.figures.picture import (
    COLOURS,
    DASHES,
    GRAY,
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

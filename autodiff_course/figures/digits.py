"""Images of digits with captions, what was taken for what, and curves by epoch."""

import math

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from autodiff_course.figures.curves import draw_curves
from autodiff_course.figures.picture import (
    BLUE,
    GRAY,
    INK,
    ORANGE,
    RED,
    Picture,
    course_style,
)

SIDE = 8  # pixels along each side of an image
BESIDE, ABOVE = 2.0, 4.0  # the gap to the next image, and the room of a caption
WIDEST, LARGEST = 7.3, 0.13  # a picture and the side of a pixel, in inches
MOST_TOLD = 4  # mistakes that the alt text counts one by one


def draw_digits(images, captions, title, columns=10):
    """Draw images `(n, 64)` from 0 (white) to 1 (black), a caption above each."""
    images = np.reshape(images, (-1, SIDE, SIDE))
    wide = columns * (SIDE + BESIDE) + BESIDE
    tall = math.ceil(len(images) / columns) * (SIDE + ABOVE) + 1.0
    inches = min(WIDEST / wide, LARGEST)
    with course_style():
        picture = Picture(inches * wide, inches * tall + 0.4)
        picture.alt = told_digits(captions, title, columns)
        axes = picture.subplots()
        for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
            row, column = divmod(number, columns)
            left = BESIDE + column * (SIDE + BESIDE)
            add_digit(axes, image, caption, left, ABOVE + row * (SIDE + ABOVE))
        axes.set(title=title, xlim=(0, wide), ylim=(tall, 0), aspect="equal")
        axes.set_axis_off()
    return picture


def add_digit(axes, image, caption, left, top):
    """Add one image with its upper left corner at a place, framed and captioned."""
    extent = (left, left + SIDE, top + SIDE, top)
    look = {"vmin": 0.0, "vmax": 1.0, "interpolation": "nearest"}
    axes.imshow(image, "gray_r", extent=extent, **look)
    frame = {"fill": False, "edgecolor": GRAY, "linewidth": 0.6}
    axes.add_patch(Rectangle((left, top), SIDE, SIDE, **frame))
    words = {"ha": "center", "va": "bottom", "fontsize": 9}
    axes.text(left + SIDE / 2, top - 0.5, caption, **words)


def told_digits(captions, title, columns):
    """Return alt text: how many images there are, and their captions."""
    return (
        f"{title}. {len(captions)} images of {SIDE} by {SIDE} gray squares, at most "
        f"{columns} in a row, captioned: {', '.join(map(str, captions))}."
    )


def draw_confusion(counts, title):
    """Draw a table `(c, c)` of counts: what it is by row, what was said by column.

    Right answers are shaded blue. A mistake is orange, framed and in bold; a pair that
    never occurred is left empty.
    """
    counts = np.asarray(counts)
    classes = range(len(counts))
    with course_style():
        picture = Picture(5.4, 5.0, alt=told_confusion(counts, title))
        axes = picture.subplots()
        for true, said in np.argwhere(counts).tolist():
            add_count(axes, true, said, int(counts[true, said]))
        axes.set(title=title, xlabel="what was said", ylabel="what it is")
        axes.set(xticks=classes, yticks=classes, aspect="equal")
        axes.set(xlim=(-0.5, len(counts) - 0.5), ylim=(len(counts) - 0.5, -0.5))
        axes.set_xticks(np.arange(len(counts)) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(counts)) - 0.5, minor=True)
        axes.tick_params(which="both", length=0)
        axes.grid(False)
        axes.grid(which="minor")
    return picture


def add_count(axes, true, said, count):
    """Add one cell of the table, with its number."""
    right = true == said
    box = Rectangle((said - 0.5, true - 0.5), 1, 1, facecolor=f"{BLUE}55", zorder=2)
    if not right:
        inset = {"xy": (said - 0.45, true - 0.45), "width": 0.9, "height": 0.9}
        box.set(facecolor=f"{ORANGE}66", edgecolor=RED, linewidth=1.8, **inset)
    axes.add_patch(box)
    weight = "normal" if right else "bold"
    axes.text(
        said, true, count, ha="center", va="center", color=INK, weight=weight, zorder=3
    )


def told_confusion(counts, title):
    """Return alt text: how many were right, and the commonest mistakes."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_TOLD]
    places = [divmod(int(place), len(counts)) for place in order]
    worst = [
        f"{true} taken for {said}, {wrong[true, said]} of {counts[true].sum()}"
        for true, said in places
        if wrong[true, said]
    ]
    told = f" Commonest mistakes: {'; '.join(worst)}." if worst else ""
    return (
        f"{title}. A table of {len(counts)} by {len(counts)} counts, what it is "
        f"against what was said: {np.trace(counts)} of {np.sum(counts)} on the "
        f"diagonal, {np.sum(wrong)} beside it.{told}"
    )


def draw_epochs(curves, title, ylabel):
    """Draw one line per entry of `curves`: a number for each epoch, the first at 1."""
    numbered = {
        name: (np.arange(1, len(held) + 1), held) for name, held in curves.items()
    }
    picture = draw_curves(numbered, title, "epoch", ylabel, yscale="log")
    picture.axes[0].xaxis.set_major_locator(
        MaxNLocator(integer=True, steps=[1, 2, 5, 10])
    )
    return picture

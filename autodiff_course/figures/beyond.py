"""Newton's steps, the digits that engines share, and shards as wide as their rows."""

import numpy as np

from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    DASHES,
    GRAY,
    MARKERS,
    RED,
    Picture,
    course_style,
)

PRECISIONS = ("float32", "float64")
STROKE = {"color": GRAY, "linewidth": 5, "solid_capstyle": "butt"}
ABOVE = {"textcoords": "offset points", "ha": "center"}
EQUAL = 1e-17  # where a difference of zero is drawn, on an axis that has no zero


def draw_newton(distances, growths, title, ylabel="m"):
    """Draw how far walks are from their end, and beside it how far others have gone.

    Both map a label to one number for each step, `(k,)`. Distances stand on a log
    axis, a distance of zero at the lowest that is shown.
    """
    with course_style():
        picture = Picture(9.0, 3.6)
        near, far = picture.subplots(1, 2)
        for axes, walks in ((near, distances), (far, growths)):
            looks = zip(walks.items(), COLOURS, DASHES, MARKERS, strict=False)
            for (label, walk), colour, dash, marker in looks:
                axes.plot(
                    walk, dash, color=colour, marker=marker, markersize=4, label=label
                )
            axes.set(xlabel="step")
            axes.legend()
        near.set(title="By the coin", ylabel="distance to the end", yscale="log")
        far.set(title="By the cut", ylabel=ylabel)
        picture.suptitle(title, x=0.01, ha="left", fontsize=12)
    picture.alt = f"{title}. By the coin, distance to the end: {told(distances)}. "
    picture.alt += f"By the cut, {ylabel}: {told(growths)}."
    return picture


def told(walks):
    """Return where each walk starts and ends, as words."""
    return "; ".join(
        f"{label} from {walk[0]:.3g} to {walk[-1]:.3g} in {len(walk) - 1} steps"
        for label, walk in walks.items()
    )


def draw_agreement(differences, title):
    """Draw relative differences on a log axis, a row for each framework.

    `differences` maps a label to `{"float32": number, "float64": number}`, of which
    one may be missing. Dashed lines mark the spacing of both kinds of float at 1.
    """
    with course_style():
        picture = Picture(7.4, 0.6 * len(differences) + 1.6)
        axes = picture.subplots()
        for name, colour, marker in zip(PRECISIONS, (RED, BLUE), "so", strict=True):
            found = [
                (max(each[name], EQUAL), row)
                for row, each in enumerate(differences.values())
                if name in each
            ]
            axes.plot(*zip(*found, strict=True), marker, color=colour, label=name)
            spacing = np.finfo(name).eps
            axes.axvline(spacing, color=colour, linestyle="--", linewidth=1.2)
            axes.text(spacing, -0.62, f" {spacing:.1e}", color=colour, fontsize=9)
        furnish_agreement(axes, list(differences), title)
        axes.legend(loc="lower center")
    said = "; ".join(
        f"{label}: " + ", ".join(f"{name} {size(each[name])}" for name in each)
        for label, each in differences.items()
    )
    picture.alt = f"{title}. Relative differences from ours. {said}."
    return picture


def furnish_agreement(axes, labels, title):
    """Give a row to each label, and a log axis that begins with no difference."""
    axes.set(title=title, xlabel="relative difference from ours", xscale="log")
    axes.set(xlim=(EQUAL / 3, 1e-5), ylim=(len(labels) - 0.4, -0.9))
    axes.set_yticks(range(len(labels)), labels)
    ticks = {EQUAL: "equal", 1e-15: "1e-15", 1e-12: "1e-12", 1e-9: "1e-9", 1e-6: "1e-6"}
    axes.set_xticks(list(ticks), list(ticks.values()))


def size(difference):
    """Return a difference as words; what is left in the last digit has no number."""
    return f"{difference:.1e}" if difference > 1e-15 else "at most 1e-15"


def draw_shards(sizes, means, title, ylabel):
    """Draw each shard as a stroke as long as its rows, at its mean, and two means.

    `sizes` and `means` are `(k,)`. A solid line marks the mean of all rows, a dashed
    one the mean of the means.
    """
    sizes, means = np.asarray(sizes), np.asarray(means)
    ends = np.cumsum(sizes)
    whole, plain = float(sizes @ means / ends[-1]), float(np.mean(means))
    with course_style():
        picture = Picture(7.4, 3.4)
        axes = picture.subplots()
        for end, size, each in zip(ends, sizes, means, strict=True):
            axes.plot([end - size, end], [each, each], "-", **STROKE)
            axes.annotate(f"{size} rows", (end - size / 2, each), (0, 5), **ABOVE)
        wide = [0, ends[-1]]
        axes.plot(wide, [whole] * 2, "-", color=BLUE, label="mean of all rows")
        axes.plot(wide, [plain] * 2, "--", color=RED, label="mean of the means")
        axes.set(
            title=title, xlabel="rows", ylabel=ylabel, xlim=wide, xticks=[0, *ends]
        )
        axes.margins(y=0.2)
        picture.legend(loc="outside lower center", ncols=2)
    picture.alt = (
        f"{title}. {len(sizes)} strokes, each as long as its shard has rows: "
        f"{', '.join(map(str, sizes.tolist()))}. The mean of all rows is {whole:.6g}, "
        f"the mean of the means {plain:.6g}."
    )
    return picture

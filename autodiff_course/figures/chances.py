"""Pictures of lesson 04: primitives, rates that multiply, chances, a clip."""

import numpy as np

from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    DASHES,
    GRAY,
    INK,
    RED,
    Picture,
    course_style,
)
from autodiff_course.primitives import sigmoid


def looks(named):
    """Pair each name and entry with a colour and a dash of its own."""
    return zip(named.items(), COLOURS, DASHES, strict=False)


def draw_primitive(primitive, points=3):
    """Draw a primitive over its `shown` stretch, with tangents, and its slope below.

    The tangents stand at `points` places; the lower panel marks the same places.
    """
    low, high = primitive.shown
    x = np.linspace(low, high, 201)
    touched = np.linspace(low, high, points + 2)[1:-1]
    out, there = primitive(x), primitive(touched)
    slope, steep = primitive.slope(out, x), primitive.slope(there, touched)
    with course_style():
        picture = Picture(6.4, 4.2)
        above, below = picture.subplots(2, 1, sharex=True)
        above.plot(x, out, color=BLUE)
        half = (high - low) / 16
        for at, value, rise in zip(touched, there, steep, strict=True):
            ends = np.array([-half, half])
            above.plot(at + ends, value + rise * ends, color=RED, linestyle="-")
        below.plot(x, slope, color=RED, linestyle="--")
        for axes, heights in ((above, there), (below, steep)):
            axes.plot(touched, heights, "o", color=INK, markersize=5)
        title = f"{primitive.name}: a tangent above is a height below"
        above.set(title=title, ylabel=f"{primitive.name}(x)")
        below.set(xlabel="x", ylabel="slope")
    picture.alt = (
        f"The function {primitive.name} from x = {low:g} to {high:g} and its slope "
        f"below; at x = {listed(touched)} the slope is {listed(steep)}."
    )
    return picture


def listed(numbers):
    """Return numbers as text, separated by commas."""
    return ", ".join(f"{number:.4g}" for number in numbers)


def draw_rates(stages, slopes, title):
    """Draw a chain of boxes with the slopes that multiply on the arrows.

    `stages` is a list of (name, value, grad), one more than there are `slopes`.
    """
    with course_style():
        picture = Picture(7.0, 1.7)
        axes = picture.subplots()
        for place, (name, value, grad) in enumerate(stages):
            axes.text(
                place,
                0,
                f"{name}\nvalue {value:.4g}\ngrad {grad:.4g}",
                ha="center",
                va="center",
                bbox={"boxstyle": "round,pad=0.5", "facecolor": "white", "ec": BLUE},
            )
        look = {"arrowstyle": "-|>", "color": RED, "lw": 2}
        for place, slope in enumerate(slopes):
            ends = {"xy": (place + 0.68, 0), "xytext": (place + 0.32, 0)}
            axes.annotate("", **ends, arrowprops=look)
            label = f"times {slope:.4g}"
            axes.text(place + 0.5, 0.25, label, color=RED, ha="center")
        axes.set(title=title, xlim=(-0.4, len(slopes) + 0.4), ylim=(-1, 1))
        axes.set_axis_off()
    walk = "; ".join(f"{name} has grad {grad:.4g}" for name, _, grad in stages)
    factors = ", ".join(f"{slope:.4g}" for slope in slopes)
    picture.alt = f"{title}. {walk}. The arrows between them multiply by {factors}."
    return picture


def furnish_chances(axes, x, labels):
    """Draw what stays: the points at 0 and 1, the line of even chances, the words."""
    x, labels = np.asarray(x), np.asarray(labels)
    for label, marker, colour in ((0, "o", GRAY), (1, "s", INK)):
        axes.plot(
            x[labels == label],
            labels[labels == label],
            marker,
            color=colour,
            markersize=4,
            alpha=0.5,
            label=f"label {label}",
        )
    axes.axhline(0.5, color=GRAY, linewidth=0.8, linestyle=":")
    axes.set(xlabel="x", ylabel="chance of label 1", ylim=(-0.07, 1.07))
    return axes


def move_chances(artist, m, b):
    """Lay a line of its axes along sigmoid(m x + b)."""
    along = np.linspace(*artist.axes.get_xlim(), 301)
    artist.set_data(along, sigmoid(m * along + b))


def draw_chances(x, labels, curves, title):
    """Draw labels against x, and sigmoid(m x + b) for each entry of `curves`.

    `x` and `labels` are `(n,)`; `curves` maps a name to `(m, b)`.
    """
    with course_style():
        picture = Picture(7.0, 3.6)
        axes = furnish_chances(picture.subplots(), x, labels)
        axes.set(title=title, xlim=axes.get_xlim())
        for (name, (m, b)), colour, dash in looks(curves):
            line = axes.plot([], [], color=colour, linestyle=dash, label=name)[0]
            move_chances(line, m, b)
        axes.legend(loc="center left")
    told = [f"{len(x)} points, {int(np.sum(labels))} with label 1."]
    for name, (m, b) in curves.items():
        if m:
            told.append(
                f"The curve '{name}' crosses one half at x = {-b / m + 0.0:.4g}, where "
                f"its slope is {m / 4:.4g}."
            )
    picture.alt = f"{title.rstrip('.?')}. {' '.join(told)}"
    return picture


def draw_edge(z, losses, slopes, at):
    """Draw losses and their slopes against the logit z, and mark one logit.

    `losses` and `slopes` map a name to numbers of the shape of z, `(n,)`; `slopes`
    holds three names, one for each opinion on the slope.
    """
    with course_style():
        picture = Picture(9.0, 3.6)
        panels = picture.subplots(1, 2)
        for axes, curves in zip(panels, (losses, slopes), strict=True):
            for (name, heights), colour, dash in looks(curves):
                axes.plot(z, heights, color=colour, linestyle=dash, label=name)
            axes.axvline(at, color=GRAY, linewidth=0.8, linestyle=":")
            axes.set(xlabel="logit z, label 1")
            axes.legend()
        panels[0].set(title="One clip, a flat loss", ylabel="log-loss")
        panels[1].set(title="Three opinions on its slope", ylabel="slope")
    nearest = int(np.argmin(np.abs(np.asarray(z) - at)))
    heights = "; ".join(f"{name} {loss[nearest]:.3g}" for name, loss in losses.items())
    steepness = "; ".join(
        f"{name} {slope[nearest] + 0.0:.3g}" for name, slope in slopes.items()
    )
    picture.alt = (
        f"Log-loss against the logit on the left, its slopes on the right. At z = "
        f"{at:g} the losses are: {heights}; the slopes: {steepness}."
    )
    return picture

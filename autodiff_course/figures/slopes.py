"""Secants that become tangents, floats one by one, and errors against the step."""

import numpy as np

from autodiff_course.figures.picture import (
    BLUE,
    COLOURS,
    DASHES,
    GRAY,
    GREEN,
    MARKERS,
    RED,
    Picture,
    course_style,
)


def draw_secants(function, derivative, x, steps, shown, name="f(x)", title=None):
    """Draw a panel for each step: a curve, its tangent, the secant from x to x + step.

    `function` and `derivative` take arrays; `shown` is the stretch `(low, high)`.
    """
    width = 7.0 if len(steps) == 1 else 1.4 + 2.6 * len(steps)
    with course_style():
        picture = Picture(width, 3.8)
        row = picture.subplots(1, len(steps), sharey=True, squeeze=False)[0]
        for axes, h in zip(row, steps, strict=True):
            furnish_secant(axes, function, shown)
            artists = secant_artists(axes)
            place_secant(artists, function, derivative, x, h)
        row[0].set_ylabel(name)
        lines, labels = row[0].get_legend_handles_labels()
        picture.legend(lines, labels, loc="outside lower center", ncols=len(lines))
        title = title or "The smaller the step, the closer the secant to the tangent"
        picture.suptitle(title, x=0.01, ha="left", fontsize=12)
    told = " ".join(tell_secant(function, derivative, x, h) for h in steps)
    picture.alt = f"{title}. {name} from {shown[0]:g} to {shown[1]:g}. {told}"
    return picture


def furnish_secant(axes, function, shown):
    """Draw what stays when the step moves: the curve, the labels, the limits."""
    x = np.linspace(*shown, 200)
    y = np.broadcast_to(function(x), x.shape)
    if not np.isfinite(y).all():
        raise ValueError(
            f"the curve has no height at some places from {shown[0]} to {shown[1]}; "
            "choose another reach, such as reach=(0.5, 3.0)."
        )
    margin = 0.15 * (np.max(y) - np.min(y)) or 1.0
    axes.plot(x, y, color=BLUE, label="curve")
    axes.set(xlabel="x", xlim=shown, ylim=(np.min(y) - margin, np.max(y) + margin))


def secant_artists(axes):
    """Return the artists that move with the step, by name, not yet placed."""
    looks = {
        "tangent": {"color": GREEN, "linestyle": "-.", "label": "tangent"},
        "secant": {"color": RED, "linestyle": "--", "label": "secant"},
        "legs": {"color": GRAY, "linestyle": ":", "label": "run h, then rise"},
        "points": {"color": RED, "linestyle": "none", "marker": "o", "zorder": 3},
    }
    artists = {name: axes.plot([], [], **look)[0] for name, look in looks.items()}
    artists["title"] = axes.set_title(" ")
    return artists


def place_secant(artists, function, derivative, x, h):
    """Move the artists to the point x and the step h."""
    low, high = artists["secant"].axes.get_xlim()
    start, end = float(function(x)), float(function(x + h))
    slope, true = (end - start) / h, float(derivative(x))
    ends = np.array([low, high])
    artists["secant"].set_data(ends, start + slope * (ends - x))
    artists["tangent"].set_data(ends, start + true * (ends - x))
    artists["legs"].set_data([x, x + h, x + h], [start, start, end])
    artists["points"].set_data([x, x + h], [start, end])
    artists["title"].set_text(f"h = {h:g}, slope {slope:.3f}")


def tell_secant(function, derivative, x, h):
    """Return one sentence with the step, both slopes and the error."""
    slope = (float(function(x + h)) - float(function(x))) / h
    true = float(derivative(x))
    return (
        f"At x = {x:g} with step {h:g} the secant has slope {slope:.6g}, the tangent "
        f"{true:.6g}; the error is {abs(slope - true):.1e}."
    )


def draw_floats(offsets, rises, slope, step):
    """Draw a curve as the floats know it: one dot for each float beside a point.

    `offsets` and `rises` are `(n,)`, steps to the right and what the curve then rises
    by; `slope` is the true one, `step` the one that was asked for.
    """
    offsets, rises = 1e16 * np.asarray(offsets), 1e16 * np.asarray(rises)
    asked, taken = 1e16 * step, np.argmin(np.abs(offsets - 1e16 * step))
    ends = np.array([offsets[0], offsets[-1]])
    title = f"Asked for a step of {step:g}, given the float beside it"
    with course_style():
        picture = Picture(7.0, 4.0)
        axes = picture.subplots()
        axes.plot(ends, slope * ends, "-.", color=GREEN, label="true slope")
        axes.plot([0, asked], [0, rises[taken]], "--", color=RED, label="secant")
        axes.plot(offsets, rises, "o", color=BLUE, label="each float and its rise")
        axes.plot(offsets[taken], rises[taken], "s", color=RED, label="float given")
        axes.axvline(asked, color=GRAY, linestyle=":", label="step asked for")
        axes.set(title=title, xlabel="step, in units of 1e-16")
        axes.set_ylabel("rise, in units of 1e-16")
        axes.legend()
    picture.alt = (
        f"{title}. {len(offsets)} dots scatter about the straight line of slope "
        f"{slope:.4g}. The step asked for is {asked:.4g} units, the nearest dot stands "
        f"at {offsets[taken]:.4g} and is {rises[taken]:.4g} high."
    )
    return picture


def draw_step_errors(steps, errors, guides=(), title="", ylabel="error"):
    """Draw errors against the step on logarithmic axes, the lowest of each marked.

    `steps` is `(n,)`, rising; `errors` maps a label to `(n,)`. A guide is
    `(label, step, slope)`: beside the curve of that label, at that step, a straight
    line of that slope, named truncation where it rises with the step, else rounding.
    """
    steps = np.asarray(steps, dtype=float)
    errors = {label: np.asarray(error, dtype=float) for label, error in errors.items()}
    with course_style():
        picture = Picture(7.0, 4.6)
        axes = picture.subplots()
        axes.set(xscale="log", yscale="log", title=title, ylabel=ylabel)
        axes.set(xlabel="step h", xlim=(steps[0] / 4, steps[-1] * 30))
        looks = zip(COLOURS, DASHES, MARKERS, strict=True)
        for (label, error), look in zip(errors.items(), looks, strict=False):
            mark_lowest(axes, steps, error, label, look)
        for label, step, slope in guides:
            here = {key: np.interp(step, steps, error) for key, error in errors.items()}
            above = here[label] == max(here.values())
            lay_guide(axes, step, here[label], slope, above)
        axes.legend(loc="lower left")
    picture.alt = tell_step_errors(steps, errors, guides, title)
    return picture


def mark_lowest(axes, steps, error, label, look):
    """Draw one error curve and a large marker where it is lowest."""
    colour, dash, marker = look
    best = np.argmin(error)
    axes.plot(steps, error, color=colour, linestyle=dash, label=label)
    named = f"lowest at {steps[best]:.1e}"
    axes.plot(steps[best], error[best], marker, color=colour, markersize=9, label=named)


def lay_guide(axes, step, error, slope, above):
    """Draw a straight line of that slope, above or below the curve, and name it."""
    middle = error * (8.0 if above else 1 / 8.0)
    ends = step * np.array([10**-1.5, 10**1.5])
    axes.plot(ends, middle * (ends / step) ** slope, ":", color=GRAY)
    on_the_left = above == (slope > 0)
    axes.annotate(
        f"{'truncation' if slope > 0 else 'rounding'},\nslope {slope:+d}",
        (step, middle),
        xytext=(-8 if on_the_left else 8, 6 if above else -6),
        textcoords="offset points",
        ha="right" if on_the_left else "left",
        va="bottom" if above else "top",
        color=GRAY,
    )


def tell_step_errors(steps, errors, guides, title):
    """Return alt text: where each curve is lowest, and the slopes of the guides."""
    lows = "; ".join(
        f"{label}: lowest {np.min(error):.1e} at step {steps[np.argmin(error)]:.1e}"
        for label, error in errors.items()
    )
    slopes = ", ".join(f"{slope:+d}" for _, _, slope in guides)
    beside = f" Straight lines of slope {slopes} run beside the branches."
    return f"{title}. {lows}.{beside if guides else ''}"

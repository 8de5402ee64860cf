"""What a gradient costs against the number of inputs, by each way to it."""

import numpy as np

from autodiff_course.figures.picture import (
    COLOURS,
    DASHES,
    MARKERS,
    Picture,
    course_style,
)


def draw_costs(sizes, panels):
    """Draw costs against the number of inputs, on log axes, one panel beside another.

    `sizes` is `(k,)`. `panels` maps a title to a dict of ways, and a way to its costs
    `(k,)`, in evaluations. ValueError for costs that are not positive or not k.
    """
    check_costs(sizes, panels)
    with course_style():
        picture = Picture(9.0, 4.2)
        for axes, (title, ways) in zip(
            picture.subplots(1, len(panels), sharey=True, squeeze=False)[0],
            panels.items(),
            strict=True,
        ):
            draw_ways(axes, sizes, ways)
            axes.set_title(title)
        picture.axes[0].set_ylabel("cost of a gradient, in evaluations")
        named = picture.axes[0].get_legend_handles_labels()
        picture.legend(*named, loc="outside lower center", ncols=4)
    picture.alt = " ".join(told(*panel, sizes) for panel in panels.items())
    return picture


def check_costs(sizes, panels):
    """Raise ValueError unless each way has one positive cost for each size."""
    for title, ways in panels.items():
        for way, costs in ways.items():
            if len(costs) != len(sizes) or min(costs) <= 0:
                raise ValueError(
                    f"{title!r}, {way}: got {len(costs)} costs, the least "
                    f"{min(costs)}, for {len(sizes)} sizes; give one positive number "
                    "for each size."
                )


def draw_ways(axes, sizes, ways):
    """Draw one line for each way, told apart by colour, dash and marker."""
    looks = zip(COLOURS, DASHES, MARKERS, strict=True)
    for (way, costs), (colour, dash, marker) in zip(ways.items(), looks, strict=False):
        axes.plot(
            sizes,
            costs,
            color=colour,
            linestyle=dash,
            marker=marker,
            markersize=5,
            label=way,
        )
    axes.set(xscale="log", yscale="log", xlabel="number of inputs n")


def told(title, ways, sizes):
    """Return a sentence: what each way costs at the fewest and at the most inputs."""
    ends = [
        f"{way} from {rounded(costs[0])} to {rounded(costs[-1])}"
        for way, costs in ways.items()
    ]
    span = f"evaluations for {np.min(sizes)} to {np.max(sizes)} inputs"
    return f"{title}, {span}: {', '.join(ends)}."


def rounded(cost):
    """Return a cost with three digits, or as a whole number where it has more."""
    return f"{cost:.0f}" if cost >= 1000 else f"{cost:.3g}"

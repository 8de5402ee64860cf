"""Widgets that step through frozen states, each a call in a lesson.

Where ipywidgets is not installed, the calls return a still picture of the start.
"""

import numpy as np

from autodiff_course.figures import views
from autodiff_course.models import PARAMETERS
from autodiff_course.tracing import trace
from autodiff_course.widgets import states


def step_secant(function, derivative, x=1.0, reach=(0.0, 3.0)):
    """Return a widget that shrinks the step of a secant beside the tangent.

    `function` and `derivative` take floats and arrays; `reach` is the stretch shown.
    """
    view = views.SecantView(function, derivative, x, reach)
    return live("SecantStepper", view, states.shrinking_steps(), reach)


def walk_trace(function, *inputs):
    """Return a widget that walks through `trace(function, *inputs)`, row by row.

    It works with any class that has `.value` and `.grad`. ValueError over 40 rows.
    """
    view = views.TraceView(trace(function, *inputs))
    return live("TraceStepper", view, iter([0]))


def step_line(x, y, rate=0.1, start=(0.0, 0.0)):
    """Return a widget that fits a line to x and y, both `(n,)`, by gradient descent."""
    x, y = rows(x, y)
    loss, limit = states.line_loss(x, y), states.rate_limit(x)
    best = np.polyfit(x, y, 1)
    half = 1.3 * max(4.0, *np.abs(best - start))
    reach = tuple((centre - half, centre + half) for centre in best)
    view = views.LineView(x, y, lambda m, b: loss({"m": m, "b": b}), reach)

    def remark(rate):
        return f"Rate {rate:.3g} is {rate / limit:.2f} of the limit {limit:.3g}."

    # A start beyond the map would not be seen. Ends are halves, so that 0 is a notch.
    ends = [(np.ceil(2 * low) / 2, np.floor(2 * high) / 2) for low, high in reach]
    return live_descent(view, loss, start, rate, remark, ends)


def step_chances(x, labels, rate=0.1, start=(0.0, 0.0)):
    """Return a widget that fits chances to labels 0 and 1, both `(n,)`."""
    x, labels = rows(x, labels)
    view, loss = views.ChanceView(x, labels), states.chance_loss(x, labels)
    told = "Here no cut parts the labels, so there is a minimum."
    if states.separable(x, labels):
        told = "Here one cut parts the labels, so there is no minimum: "
        told += "the weights grow for ever."
    return live_descent(view, loss, start, rate, lambda rate: told, 2 * [(-6.0, 6.0)])


def step_network(x, labels, start, rate=0.1):
    """Return a widget that trains the seven-number network from a start.

    `x` and `labels` are `(n,)`, `start` maps the names of the network to numbers.
    """
    x, labels = rows(x, labels)
    if absent := [name for name in PARAMETERS if name not in start]:
        raise ValueError(
            f"the start lacks {', '.join(absent)}; give a number for each name, as "
            "network_start(0) does."
        )
    view, loss = views.NetworkView(x, labels), states.network_loss(x, labels)
    steps = states.network_steps(loss, start, rate)
    return live("NetworkStepper", view, steps, loss, start, rate)


def step_boundary(points, labels, logits, starts, rate=1.0):
    """Return a widget that trains a network of two inputs, its boundary in view.

    `points` is `(n, 2)`, `labels` holds n zeros and ones. `logits(params, points)`
    returns a logit for each point, of Variables too. `starts` maps the name of a
    start to its params, a dict of numbers and arrays.
    """
    if not starts:
        raise ValueError("there is no start; give one: {'start 0': params}.")
    view = views.BoundaryView(points, labels, logits)
    loss = states.boundary_loss(points, labels, logits)
    steps = states.descent_steps(loss, next(iter(starts.values())), rate)
    return live("BoundaryStepper", view, steps, loss, starts, rate)


def rows(x, y):
    """Return both as rows of floats; ValueError unless finite and equally long."""
    x, y = (np.asarray(each, dtype=float) for each in (x, y))
    if x.ndim != 1 or x.shape != y.shape or not x.size or not np.isfinite([x, y]).all():
        raise ValueError(
            "what is fitted must be two rows of finite numbers, equally long, got "
            f"shapes {x.shape} and {y.shape}; look for nan, and use np.ravel."
        )
    return x, y


def live_descent(view, loss, start, rate, remark, reach):
    """Return a `DescentStepper` for m and b, whose starts may be in the reach."""
    start = dict(zip(("m", "b"), map(float, start), strict=True))
    steps = states.descent_steps(loss, start, rate)
    return live("DescentStepper", view, steps, loss, start, rate, remark, reach)


def live(name, view, steps, *arguments):
    """Return the named stepper over a view, or a still picture without ipywidgets."""
    try:
        from autodiff_course.widgets import steppers
    except ModuleNotFoundError as error:
        if error.name != "ipywidgets":
            raise
        view.picture.alt = view.show([next(steps)])
        return view.picture
    return getattr(steppers, name)(view, *arguments)

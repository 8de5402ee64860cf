"""Automatic differentiation from scratch, as the course builds it.

The engine needs NumPy alone; figures, widgets and exercises load where they are used.
"""

from importlib import import_module

from autodiff_course.compiling import compiled
from autodiff_course.data import coin_labels, course_data, cut_labels
from autodiff_course.descent import (
    Step,
    all_directions,
    descend,
    differences,
    one_at_a_time,
    reverse,
    value_and_grad,
)
from autodiff_course.losses import cross_entropy, logistic_loss, logloss, mse, softmax
from autodiff_course.models import PARAMETERS, deep_model, network_start
from autodiff_course.primitives import (
    Primitive,
    cos,
    exp,
    log,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
)
from autodiff_course.reductions import mean, total
from autodiff_course.reverse import Node
from autodiff_course.tracing import Row, trace
from autodiff_course.variable import Variable

__all__ = [
    "PARAMETERS",
    "Node",
    "Primitive",
    "Row",
    "Step",
    "Variable",
    "all_directions",
    "check",
    "coin_labels",
    "compiled",
    "cos",
    "course_data",
    "cross_entropy",
    "cut_labels",
    "deep_model",
    "descend",
    "differences",
    "exp",
    "hint",
    "log",
    "logistic_loss",
    "logloss",
    "mean",
    "mse",
    "network_start",
    "one_at_a_time",
    "progress",
    "quiz",
    "relu",
    "reverse",
    "sigmoid",
    "sin",
    "softmax",
    "softplus",
    "solution",
    "sqrt",
    "tanh",
    "total",
    "trace",
    "value_and_grad",
]

# These need more than NumPy, so they load where they are used.
LAZY = ("check", "hint", "progress", "quiz", "solution")


def __getattr__(name):
    """Load the exercises when one of their names is asked for, and not before."""
    if name not in LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("autodiff_course.exercises"), name)


def __dir__():
    """Return every name, those that are not loaded yet as well, for the Tab key."""
    return sorted({*globals(), *LAZY})

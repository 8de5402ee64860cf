"""Automatic differentiation from scratch, as the course builds it.

The engine needs NumPy alone; figures, widgets and exercises load where they are used.
"""

from autodiff_course.data import coin_labels, course_data, cut_labels
from autodiff_course.descent import (
    Step,
    descend,
    differences,
    one_at_a_time,
    value_and_grad,
)
from autodiff_course.losses import logistic_loss, logloss, mse
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
from autodiff_course.tracing import Row, trace
from autodiff_course.variable import Variable

__all__ = [
    "PARAMETERS",
    "Primitive",
    "Row",
    "Step",
    "Variable",
    "coin_labels",
    "cos",
    "course_data",
    "cut_labels",
    "deep_model",
    "descend",
    "differences",
    "exp",
    "log",
    "logistic_loss",
    "logloss",
    "mean",
    "mse",
    "network_start",
    "one_at_a_time",
    "relu",
    "sigmoid",
    "sin",
    "softplus",
    "sqrt",
    "tanh",
    "total",
    "trace",
    "value_and_grad",
]
__version__ = "1.0.0"

"""What the widgets step through: generators of frozen states that draw nothing.

With `last=None` they begin at the start; else they yield what follows that state.
"""

from dataclasses import dataclass, replace

import numpy as np

from autodiff_course.descent import Step, descend, value_and_grad
from autodiff_course.losses import logistic_loss, logloss, mse
from autodiff_course.models import PARAMETERS
from autodiff_course.primitives import sigmoid
from autodiff_course.reductions import mean
from autodiff_course.shapes import shape_of

TOO_FAR = 1e6  # a loss this many times its start will not come back


def line_loss(x, y):
    """Return the mean squared error of `m x + b` as a function of params."""
    return lambda params: mean(mse(y, params["m"] * x + params["b"]))


def chance_loss(x, labels):
    """Return the mean log-loss of `sigmoid(m x + b)` as a function of params."""
    return lambda params: mean(logistic_loss(labels, params["m"] * x + params["b"]))


def network_loss(x, labels):
    """Return the mean log-loss of the seven-number network as a function of params."""

    def loss(p):
        hidden_0 = p["m0_0"] * x + p["b0_0"]
        hidden_1 = p["m0_1"] * x + p["b0_1"]
        logit = hidden_0 * p["m1_0"] + hidden_1 * p["m1_1"] + p["b1"]
        return mean(logloss(labels, sigmoid(logit)))

    return loss


def boundary_loss(points, labels, logits):
    """Return the mean log-loss of `logits(params, points)` as a function of params.

    `points` is `(n, 2)`; labels and logits hold n numbers, in a row or in a column.
    """

    def loss(params):
        logit = logits(params, points)
        return mean(logistic_loss(np.reshape(labels, shape_of(logit)), logit))

    return loss


def rate_limit(x):
    """Return the largest rate at which descent on `line_loss` still arrives.

    It is 2 over the largest curvature, the greater eigenvalue of the second
    derivatives of the loss, which are the same everywhere.
    """
    x = np.asarray(x, dtype=float)
    columns = np.stack([x, np.ones_like(x)])
    return 2 / np.linalg.eigvalsh(2 * columns @ columns.T / len(x)).max()


def separable(x, labels):
    """Tell whether one cut on the x axis parts the labels without an error."""
    zeros, ones = x[labels == 0], x[labels == 1]
    if not len(zeros) or not len(ones):
        return True
    parted = zeros.max() <= ones.min() or ones.max() <= zeros.min()
    return bool(parted and np.ptp(x))


def descent_steps(loss, start, rate, last=None, method="one_at_a_time"):
    """Yield steps of gradient descent from a start, or those that follow a last one.

    They end with a sentence when the loss has grown to a million times its start.
    """
    far = TOO_FAR * value_and_grad(loss, start, method)[0]
    index, here = (0, start) if last is None else (last.index, last.params)
    for step in descend(loss, here, rate, method):
        if step.loss > far:
            return f"Stopped: at round {index} the loss is a million times its start."
        if last is None or index > last.index:
            yield replace(step, index=index)
        index += 1


@dataclass(frozen=True)
class Secant:
    """A step h to the right of a point; `index` counts how often it has shrunk."""

    index: int
    h: float


def shrinking_steps(last=None):
    """Yield secants whose step shrinks from 1 to 1e-7, by the square root of ten."""
    for index in range(0 if last is None else last.index + 1, 15):
        yield Secant(index, 10 ** (-index / 2))


def network_steps(loss, start, rate, moved=PARAMETERS, faulty=False, last=None):
    """Yield steps of the network in which only the names in `moved` change.

    `faulty` uses the mean of all gradients so far in place of the last one, which is
    what a dictionary of lists does when it is copied but not emptied.
    """
    while True:
        index, params = 0, dict(start)
        if last is not None:
            index, params = last.index + 1, dict(last.params)
            params.update({n: params[n] - rate * last.grads[n] for n in moved})
        value, grads = value_and_grad(loss, params)
        if faulty and last is not None:  # the last mean, and one gradient more
            old = last.grads
            grads = {n: old[n] + (grads[n] - old[n]) / (index + 1) for n in old}
        last = Step(index, params, value, grads)
        yield last

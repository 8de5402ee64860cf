"""Losses for each point, target first. Floor 2.

The mean over points is taken outside, by `mean` or by a loop. Targets are numbers,
arrays, or Variables without grad.
"""

import numpy as np

from autodiff_course.operators import PLAIN, Operators, real
from autodiff_course.primitives import Primitive, softplus
from autodiff_course.variable import moves

# Below this probability the log-loss is cut off, so that one point cannot outweigh all.
FLOOR = 1e-15


def mse(target, prediction):
    """Return the squared error of each point.

    >>> mse(1.0, 3.0)
    4.0
    """
    return (prediction - target) ** 2


def cut_surprisal(q):
    """Return -log(q), or -log(1e-15) where q is smaller."""
    return 0.0 - np.log(np.maximum(q, FLOOR))


# Where it is cut off the loss is flat, so its slope is 0; adding True to q keeps the
# division away from 0 there.
surprisal = Primitive(
    cut_surprisal,
    slope=lambda out, q: -1.0 * (q > FLOOR) / (q + (q <= FLOOR)),
    formula="-log(Max(x, 1e-15))",
    shown=(0.01, 1.0),
    name="surprisal",
)


def logloss(target, prediction):
    """Return -log(max(q, 1e-15)) for each point, q being the true label's probability.

    Targets are 0 or 1, predictions probabilities in [0, 1], else a ValueError. The
    slope is 0 where the loss is cut off. From a logit, use `logistic_loss`.

    >>> round(logloss(1, 0.5), 6)
    0.693147
    """
    target = labels(target)
    probabilities(prediction)
    return surprisal(1 - target + (2 * target - 1) * prediction)


def logistic_loss(target, logit):
    """Return the log-loss of sigmoid(logit) for each point, exact for every logit.

    Targets are 0 or 1, else a ValueError. The slope is sigmoid(logit) - target.

    >>> round(logistic_loss(0, 1000.0), 6)
    1000.0
    """
    return softplus((1 - 2 * labels(target)) * logit)


def labels(target):
    """Return the labels as plain numbers; ValueError unless all are 0 or 1."""
    if isinstance(target, Operators):
        if moves(target.grad):
            raise ValueError(
                f"a label does not move, and this one has grad {target.grad!r:.40}; "
                "give the target first, the prediction second."
            )
        return labels(target.value)
    # As floats: in an array of unsigned bytes, 1 - 2 * target would be 255.
    plain = real(target, "a label")
    if isinstance(plain, np.ndarray):
        wrong = plain[(plain != 0) & (plain != 1)]
    else:
        wrong = [] if plain in (0, 1) else [plain]
    if len(wrong):
        raise ValueError(
            f"labels must be 0 or 1, got {wrong[0]}; recode them, for example with "
            "(y > 0) * 1.0."
        )
    return plain


def probabilities(prediction):
    """Raise ValueError unless every prediction lies in [0, 1]."""
    plain = prediction
    while isinstance(plain, Operators):
        plain = plain.value
    if type(plain) in PLAIN:
        inside = 0 <= plain <= 1
    else:
        plain = real(plain, "a prediction")
        inside = np.all((plain >= 0) & (plain <= 1))
    if not inside:
        raise ValueError(
            f"logloss takes probabilities between 0 and 1, got {plain!r:.40}; if this "
            "is a logit, use logistic_loss(target, logit), else apply sigmoid first."
        )

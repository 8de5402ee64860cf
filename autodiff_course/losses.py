"""Losses for each point, target first.

The mean over points is taken outside, by `mean` or by a loop. Targets are numbers,
arrays, or Variables without grad.
"""

import numpy as np

from autodiff_course.operators import Operators, real
from autodiff_course.primitives import Primitive, exp, softplus
from autodiff_course.shapes import innermost, product, shape_of
from autodiff_course.variable import moves

# Below this probability the log-loss is cut off, so that one point cannot outweigh all.
FLOOR = 1e-15


def mse(target, prediction):
    """Return the squared error of each point.

    >>> mse(1.0, 3.0)
    4.0
    """
    return (prediction - target) ** 2


def cut_surprisal(gap):
    """Return -log of the size of a gap, and -log(1e-15) below 1e-15."""
    return 0.0 - np.log(np.maximum(np.abs(gap), FLOOR))  # not -0.0 for a gap of 1


def surprisal_slope(out, gap):
    """Return -1 / gap, and 0 where the loss is cut off."""
    seen = gap * gap > FLOOR * FLOOR  # squares: a Variable has no abs
    return seen / (seen - 1.0 - gap)


surprisal = Primitive(
    cut_surprisal,
    slope=surprisal_slope,
    formula="-log(Max(Abs(x), 1e-15))",
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
    wrong = 1.0 - labels(target)
    refuse_outside(prediction)
    # How far the prediction is from the wrong label is what the true one is given.
    return surprisal(prediction - wrong)


def logistic_loss(target, logit):
    """Return the log-loss of sigmoid(logit) for each point, exact for every logit.

    Targets are 0 or 1, else a ValueError. The slope is sigmoid(logit) - target.

    >>> round(logistic_loss(0, 1000.0), 6)
    1000.0
    """
    return softplus((1.0 - 2.0 * labels(target)) * logit)


def labels(target):
    """Return the labels as plain numbers; ValueError unless all are 0 or 1."""
    # As floats: in an array of unsigned bytes, 1 - 2 * target would be 255.
    plain = real(resting(target), "a label")
    known = (plain == 0.0) | (plain == 1.0)
    if not everywhere(known):
        raise ValueError(
            f"labels must be 0 or 1, got {np.extract(np.logical_not(known), plain)[0]};"
            " recode them, for example with (y > 0) * 1.0."
        )
    return plain


def refuse_outside(prediction):
    """Raise ValueError unless every prediction lies in [0, 1]."""
    plain = real(innermost(prediction), "a prediction")
    within = (plain >= 0.0) & (plain <= 1.0)
    if not everywhere(within):
        raise ValueError(
            "logloss takes probabilities between 0 and 1, got "
            f"{np.extract(np.logical_not(within), plain)[0]}; if this is a logit, use "
            "logistic_loss(target, logit), else apply sigmoid first."
        )


def everywhere(condition):
    """Tell whether it holds at every entry, sooner than `np.all` does."""
    return condition is True or np.count_nonzero(condition) == np.size(condition)


def highest_of(rows):
    """Return the highest number of each row, `(n,)`; the longer axis goes faster."""
    return np.maximum.reduce(np.ascontiguousarray(rows.T))


class CrossEntropy:
    """The log-loss of rows of logits, whose true classes are given by their numbers."""

    name = "cross_entropy"

    def __init__(self, labels):
        self.labels = class_numbers(labels)

    def __call__(self, logits):
        if hasattr(logits, "chain"):
            return logits.chain(self)
        rows = self.rows(logits)
        highest = highest_of(rows)
        powers = np.exp(rows - highest[:, None])
        over = highest - rows[np.arange(len(rows)), self.labels]
        return over + np.log(np.add.reduce(powers, axis=1))

    def push(self, out, x, grad):
        """Return the grad of each row's loss: its slopes times their grads, summed."""
        shapes = shape_of(x), shape_of(x)[1:]
        return product(self.slope(out, x) * grad, np.ones(shapes[1]), shapes)

    def pull(self, out, x, grad):
        """Return the grad of the logits: the slopes of each row times its grad."""
        if hasattr(x, "tape"):
            return x.tape.record(self.pull, (out, x, grad), {})
        powers = np.exp(x - highest_of(x)[:, None])
        slopes = powers / np.add.reduce(powers, axis=1)[:, None]
        slopes[np.arange(len(x)), self.labels] -= 1.0
        return slopes * (grad[:, None] if np.ndim(grad) else grad)

    def slope(self, out, x):
        """Return the probabilities of each row, less 1 for its true class."""
        return softmax(x) - (self.labels[:, None] == np.arange(shape_of(x)[1]))

    def rows(self, logits):
        """Return the logits as an array; ValueError unless the labels fit them."""
        rows = real(logits, "logits")
        if np.ndim(rows) != 2 or not 0 < len(rows) == len(self.labels):
            raise ValueError(
                f"cross_entropy got {len(self.labels)} labels and logits of shape "
                f"{np.shape(rows)}; give labels (n,) first, then logits (n, classes)."
            )
        if self.labels.max() >= rows.shape[1]:
            raise ValueError(
                f"cross_entropy got the label {self.labels.max()} and logits for "
                f"{rows.shape[1]} classes; number the classes from 0."
            )
        return rows


def cross_entropy(labels, logits):
    """Return -log(softmax(logits)) of the true class, for each row.

    Labels are whole numbers from 0, of shape `(n,)`; logits have shape `(n, classes)`;
    else a ValueError. The slope is softmax(logits), less 1 for the true class.

    >>> cross_entropy(np.array([1]), np.array([[0.0, 1000.0]])).tolist()
    [0.0]
    """
    return CrossEntropy(labels)(logits)


def softmax(logits):
    """Return the probabilities of each row of logits, without overflow.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    highest = logits
    while hasattr(highest, "grad"):  # not `innermost`: what is recorded stays so
        highest = highest.value
    # What is taken off a whole row changes no probability.
    top = np.maximum.reduce(highest, axis=-1, dtype="d", keepdims=True)
    powers = exp(logits - top)
    return powers / (powers @ np.ones((*shape_of(powers)[-1:], 1)))


def class_numbers(labels):
    """Return labels as an array of integers; ValueError unless they number classes."""
    labels = resting(labels)
    whole = type(labels) is np.ndarray and labels.dtype.kind in "iu"
    if whole and labels.ndim == 1 and np.minimum.reduce(labels, initial=0) == 0:
        return labels.copy()
    plain = real(np.asarray(labels), "labels")
    if np.ndim(plain) != 1 or not np.all((plain >= 0) & (plain % 1 == 0)):
        raise ValueError(
            f"labels must be whole numbers from 0, of shape (n,), got {plain!r:.60}; "
            "number the classes 0, 1, 2, ..."
        )
    return plain.astype(int)


def resting(label):
    """Return the value of a label; ValueError for one that moves, or a Node."""
    while isinstance(label, Operators):
        if hasattr(label, "backward") or moves(label.grad):
            raise ValueError(
                f"a label does not move, got {label!r:.60}; give the target first, as "
                "plain numbers, and the prediction second."
            )
        label = label.value
    return label

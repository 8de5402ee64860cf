"""The data sets of the course, each drawn from a seed."""

import numpy as np


def course_data(seed=0, n=100):
    """Return x and y = 3 x - 2 + noise, both of shape `(n,)`.

    x is standard normal, the noise normal with standard deviation 0.01.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    return x, 3 * x - 2 + rng.normal(size=n) / 100


def cut_labels(seed=0, n=100):
    """Return the x of `course_data` and label 1 where its y is positive, else 0."""
    x, y = course_data(seed, n)
    return x, (y > 0) * 1.0


def coin_labels(seed=0, n=100):
    """Return the x of `course_data` and labels that are 1 with a chance.

    The chance is sigmoid(3 x - 2), thrown after x and the noise of `course_data`.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    rng.normal(size=n)
    chance = 1 / (1 + np.exp(2 - 3 * x))
    return x, (rng.uniform(size=n) < chance) * 1.0

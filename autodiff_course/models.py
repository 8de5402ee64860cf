"""Models: functions of parameters that return a prediction or a loss."""

from difflib import SequenceMatcher

import numpy as np

from autodiff_course.losses import logloss
from autodiff_course.primitives import sigmoid
from autodiff_course.variable import Variable

# Weights m{layer}_{node} and intercepts b{layer}_{node} of the seven-number network.
PARAMETERS = ("m0_0", "m0_1", "b0_0", "b0_1", "m1_0", "m1_1", "b1")


def network_start(seed):
    """Return seven standard normal numbers under the names of the network."""
    numbers = np.random.default_rng(seed).normal(size=len(PARAMETERS))
    return dict(zip(PARAMETERS, numbers.tolist(), strict=True))


def deep_model(x, y, param_config, learn_config=None):
    """Return the log-loss of one point and its grad along the seeds.

    The network has two hidden nodes without bend and one sigmoid at the end.
    `param_config` maps names to values, `learn_config` names to seeds; one left out
    is 0. ValueError for a name that the network does not have.

    >>> deep_model(0.5, 1, {"b1": 0.0}, {"b1": 1})[1]
    -0.5
    """
    seeds = learn_config or {}
    refuse_unknown([*param_config, *seeds])
    w = {
        name: Variable(param_config.get(name, 0), seeds.get(name, 0))
        for name in PARAMETERS
    }
    hidden_0 = w["m0_0"] * x + w["b0_0"]
    hidden_1 = w["m0_1"] * x + w["b0_1"]
    logit = hidden_0 * w["m1_0"] + hidden_1 * w["m1_1"] + w["b1"]
    loss = logloss(y, sigmoid(logit))
    return loss.value, loss.grad


def refuse_unknown(names, known=PARAMETERS):
    """Raise ValueError for the first unknown name, and name the nearest known one."""
    for name in names:
        if name not in known:
            nearest = max(
                known, key=lambda each: SequenceMatcher(None, str(name), each).ratio()
            )
            raise ValueError(
                f"unknown parameter {name!r}; the network has {', '.join(known)}. "
                f"Did you mean {nearest!r}?"
            )

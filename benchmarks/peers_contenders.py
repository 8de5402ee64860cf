"""The three losses, written for every contender of `peers.py`.

A contender is a function of a row's data that returns a function of params, which gives
the loss and its gradient. All compute in float64 and on the same numbers.
"""

import numpy as np

NETWORK = ("m0_0", "m0_1", "b0_0", "b0_1", "m1_0", "m1_1", "b1")


def data_of(row, n):
    """Return inputs, targets and start of a row, the same in every process."""
    rng = np.random.default_rng(0)
    if row == "digits":
        weights = {"w": (64, 32), "b": (32,), "v": (32, 10), "c": (10,)}
        x, y = rng.uniform(0, 1, size=(n, 64)), rng.integers(0, 10, n)
        return x, y, {k: rng.normal(size=s) / 6 for k, s in weights.items()}
    x = rng.normal(size=n)
    y = 3 * x - 2 + rng.normal(size=n) / 100
    if row == "line":
        return x, y, {"m": 0.5, "b": 0.25}
    start = dict(zip(NETWORK, rng.normal(size=7).tolist(), strict=True))
    return x, (y > 0) * 1.0, start


class Tools:
    """The functions that the losses need, in the words of one library."""

    def __init__(self, mean, sigmoid, tanh, log_loss, cross_entropy):
        self.mean = mean
        self.sigmoid = sigmoid
        self.tanh = tanh
        self.log_loss = log_loss
        self.cross_entropy = cross_entropy


def loss_of(row, x, y, tools):
    """Return the loss of a row as a function of params."""

    def line(p):
        error = p["m"] * x + p["b"] - y
        return tools.mean(error**2)

    def network(p):
        hidden_0 = p["m0_0"] * x + p["b0_0"]
        hidden_1 = p["m0_1"] * x + p["b0_1"]
        logit = hidden_0 * p["m1_0"] + hidden_1 * p["m1_1"] + p["b1"]
        return tools.mean(tools.log_loss(y, tools.sigmoid(logit)))

    def digits(p):
        hidden = tools.tanh(x @ p["w"] + p["b"])
        return tools.mean(tools.cross_entropy(y, hidden @ p["v"] + p["c"]))

    return {"line": line, "network": network, "digits": digits}[row]


def by_hand(row, x, y, start):
    """The gradient derived on paper, in NumPy, with every trick that we know."""
    np.empty(4_100_000)  # as the course does: what is freed is kept by the process
    return {"line": hand_line, "network": hand_network, "digits": hand_digits}[row](
        x, y
    )


def hand_line(x, y):
    n = len(x)

    def gradient(p):
        error = p["m"] * x + p["b"] - y
        pull = 2 / n * error
        return error @ error / n, {"m": pull @ x, "b": pull.sum()}

    return gradient


def hand_network(x, y):
    n = len(x)

    def gradient(p):
        hidden_0 = p["m0_0"] * x + p["b0_0"]
        hidden_1 = p["m0_1"] * x + p["b0_1"]
        logit = hidden_0 * p["m1_0"] + hidden_1 * p["m1_1"] + p["b1"]
        chance = 1 / (1 + np.exp(-logit))
        value = -np.mean(np.log(np.where(y == 1, chance, 1 - chance)))
        pull = (chance - y) / n
        along, whole = pull @ x, pull.sum()
        return value, {
            "m0_0": p["m1_0"] * along,
            "m0_1": p["m1_1"] * along,
            "b0_0": p["m1_0"] * whole,
            "b0_1": p["m1_1"] * whole,
            "m1_0": pull @ hidden_0,
            "m1_1": pull @ hidden_1,
            "b1": whole,
        }

    return gradient


def hand_digits(x, y):
    n, rows = len(x), np.arange(len(x))

    def gradient(p):
        hidden = np.tanh(x @ p["w"] + p["b"])
        logits = hidden @ p["v"] + p["c"]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        value = -np.mean(np.log(shares[rows, y]))
        shares[rows, y] -= 1
        pull = shares / n
        inner = pull @ p["v"].T * (1 - hidden * hidden)
        return value, {
            "w": x.T @ inner,
            "b": inner.sum(axis=0),
            "v": hidden.T @ pull,
            "c": pull.sum(axis=0),
        }

    return gradient


def plain(row, x, y, start):
    """The gradient derived on paper, in NumPy as it is usually written."""
    return {"line": plain_line, "network": plain_network, "digits": plain_digits}[row](
        x, y
    )


def plain_line(x, y):
    def gradient(p):
        error = p["m"] * x + p["b"] - y
        grads = {"m": np.mean(2 * error * x), "b": np.mean(2 * error)}
        return np.mean(error**2), grads

    return gradient


def plain_network(x, y):
    def gradient(p):
        hidden_0 = p["m0_0"] * x + p["b0_0"]
        hidden_1 = p["m0_1"] * x + p["b0_1"]
        logit = p["m1_0"] * hidden_0 + p["m1_1"] * hidden_1 + p["b1"]
        chance = 1 / (1 + np.exp(-logit))
        value = -np.mean(y * np.log(chance) + (1 - y) * np.log(1 - chance))
        pull = chance - y
        return value, {
            "m0_0": np.mean(pull * p["m1_0"] * x),
            "m0_1": np.mean(pull * p["m1_1"] * x),
            "b0_0": np.mean(pull * p["m1_0"]),
            "b0_1": np.mean(pull * p["m1_1"]),
            "m1_0": np.mean(pull * hidden_0),
            "m1_1": np.mean(pull * hidden_1),
            "b1": np.mean(pull),
        }

    return gradient


def plain_digits(x, y):
    def gradient(p):
        hidden = np.tanh(x @ p["w"] + p["b"])
        logits = hidden @ p["v"] + p["c"]
        powers = np.exp(logits - np.max(logits, axis=1, keepdims=True))
        chances = powers / np.sum(powers, axis=1, keepdims=True)
        value = -np.mean(np.log(chances[np.arange(len(y)), y]))
        pull = (chances - np.eye(10)[y]) / len(y)
        inner = pull @ p["v"].T * (1 - hidden**2)
        return value, {
            "w": x.T @ inner,
            "b": np.sum(inner, axis=0),
            "v": hidden.T @ pull,
            "c": np.sum(pull, axis=0),
        }

    return gradient


def our_tools():
    import autodiff_course as ours

    return Tools(ours.mean, ours.sigmoid, ours.tanh, ours.logloss, ours.cross_entropy)


def ours(row, x, y, start):
    """`reverse` of the course."""
    from autodiff_course import reverse

    loss = loss_of(row, x, y, our_tools())
    return lambda params: reverse(loss, params)


def ours_compiled(row, x, y, start):
    """`compiled` of the course."""
    from autodiff_course import compiled

    return compiled(loss_of(row, x, y, our_tools()), start)


def autograd(row, x, y, start):
    """HIPS autograd."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    def cross_entropy(labels, logits):
        shifted = logits - anp.max(logits, axis=1, keepdims=True)
        sums = anp.log(anp.sum(anp.exp(shifted), axis=1))
        return sums - shifted[np.arange(len(labels)), labels]

    tools = Tools(
        anp.mean,
        lambda z: 1 / (1 + anp.exp(-z)),
        anp.tanh,
        lambda y, p: -anp.log(anp.where(y == 1, p, 1 - p)),
        cross_entropy,
    )
    return value_and_grad(loss_of(row, x, y, tools))


def pytorch(row, x, y, start):
    """PyTorch, eager."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(1)
    tools = Tools(
        torch.mean,
        torch.sigmoid,
        torch.tanh,
        lambda y, p: functional.binary_cross_entropy(p, y, reduction="none"),
        lambda labels, z: functional.cross_entropy(z, labels, reduction="none"),
    )
    loss = loss_of(row, torch.tensor(x), torch.tensor(y), tools)
    leaves = {
        name: torch.tensor(held, dtype=torch.float64, requires_grad=True)
        for name, held in start.items()
    }

    def gradient(params):
        for leaf in leaves.values():
            leaf.grad = None
        out = loss(leaves)
        out.backward()
        return out.item(), {name: leaf.grad for name, leaf in leaves.items()}

    return gradient


def jax_jit(row, x, y, start):
    """JAX, compiled by jit."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def cross_entropy(labels, logits):
        sums = jax.scipy.special.logsumexp(logits, axis=1)
        return sums - logits[jnp.arange(len(labels)), labels]

    tools = Tools(
        jnp.mean,
        jax.nn.sigmoid,
        jnp.tanh,
        lambda y, p: -jnp.log(jnp.where(y == 1, p, 1 - p)),
        cross_entropy,
    )
    loss = loss_of(row, jnp.asarray(x), jnp.asarray(y), tools)
    compiled = jax.jit(jax.value_and_grad(loss))
    return lambda params: jax.block_until_ready(compiled(params))


def micrograd(row, x, y, start):
    """micrograd, whose numbers are scalars; it has no logarithm and no arrays."""
    if row != "line" or len(x) > 100:
        raise NotImplementedError
    from micrograd.engine import Value

    points = list(zip(x.tolist(), y.tolist(), strict=True))

    def gradient(params):
        m, b = Value(params["m"]), Value(params["b"])
        out = sum((m * x + b - y) ** 2 for x, y in points) / len(points)
        out.backward()
        return out.data, {"m": m.grad, "b": b.grad}

    return gradient


CONTENDERS = {
    "by hand": by_hand,
    "plain": plain,
    "reverse": ours,
    "compiled": ours_compiled,
    "JAX jit": jax_jit,
    "PyTorch": pytorch,
    "autograd": autograd,
    "micrograd": micrograd,
}

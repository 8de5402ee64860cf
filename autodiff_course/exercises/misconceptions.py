"""What learners believe, by id; ids are never reused.

A further belief gets an id that begins with the number of its lesson: M301 in
lesson 03. Each is met by a wrong answer or a distractor, or listed with the reason
why not.
"""

from typing import NamedTuple


class Belief(NamedTuple):
    """A misconception in the learner's words, and the lesson that meets it."""

    words: str
    lesson: str


BELIEFS = {
    "M01": Belief("(uv)' = u'v'", "02"),
    "M02": Belief("only one factor varies", "02"),
    "M03": Belief("(u/v)' = u'/v'", "01"),
    "M04": Belief("quotient numerator swapped", "01"),
    "M05": Belief("denominator not squared", "01"),
    "M06": Belief("power rule needs no inner derivative", "02"),
    "M07": Belief("exponent not lowered", "02"),
    "M08": Belief("a^x is a power", "04"),
    "M09": Belief("exponent that is a Variable is a constant", "04"),
    "M10": Belief('exp\' is x*exp(x-1), or "input times gradient"', "04"),
    "M11": Belief(
        "log' ignores the incoming gradient (right by luck when a negation follows)",
        "08",
    ),
    "M12": Belief("sigmoid' = x(1-x) with x the *input*", "04"),
    "M13": Belief("outer derivative taken at x, not at g(x)", "01"),
    "M14": Belief("chain rule adds", "04"),
    "M15": Belief("`c - x` keeps the sign", "02"),
    "M16": Belief("reflected operators come free", "02"),
    "M17": Belief("a constant has derivative 1", "02"),
    "M18": Belief("at a kink any slope is a bug", "04"),
    "M19": Belief("`if x == 0: return 1` protects sin(x)/x", "04"),
    "M20": Belief("`math.exp(v)` / `np.exp(v)` works", "04"),
    "M21": Belief("gradients appear by themselves", "02"),
    "M22": Belief('seed every input with 1 and read "the gradient"', "02"),
    "M23": Belief("one forward pass gives all partials", "03"),
    "M24": Belief("old seeds do no harm", "02"),
    "M25": Belief("the seed is the step size h", "02"),
    "M26": Belief("eps is a tiny number, so dual numbers are approximate", "01"),
    "M27": Belief("updating with Variable arithmetic is harmless", "05"),
    "M28": Belief("nesting forward passes just works", "10"),
    "M29": Belief("assign, do not add", "08"),
    "M30": Belief("each backward starts clean", "08"),
    "M31": Belief("zero after backward, before step", "08"),
    "M32": Belief("backward twice = double", "08"),
    "M33": Belief("plain recursion is enough", "08"),
    "M34": Belief("output gradient is 0 at the start", "08"),
    "M35": Belief("local derivative is enough", "08"),
    "M36": Belief("`+=` on arrays is safe", "06"),
    "M37": Belief("`.data` may be edited before backward", "08"),
    "M38": Belief("`==` on Values is fine", "08"),
    "M39": Belief("any length of sum is fine", "08"),
    "M40": Belief("a node sends its gradient back through one use only", "08"),
    "M40b": Belief("the gradient goes to the result", "08"),
    "M40c": Belief("a new operator needs only a forward", "08"),
    "M41": Belief("inner nodes must be zeroed too, each step", "08"),
    "M42": Belief("sum and mean differ only in scale", "03"),
    "M43": Belief("average again to be safe", "03"),
    "M44": Belief(
        "divide by the number of parameters, or keep only the last sample's gradient",
        "03",
    ),
    "M45": Belief("sign of the step", "03"),
    "M46": Belief("log-loss takes logits", "04"),
    "M47": Belief("probabilities may go through sigmoid once more", "04"),
    "M48": Belief("any labels work", "04"),
    "M49": Belief("1-p is never 0", "04"),
    "M50": Belief('overflow in exp is "just a warning"', "04"),
    "M51": Belief("clip p and all is well", "04"),
    "M52": Belief("decide at z > 0.5", "04"),
    "M53": Belief("train on accuracy", "04"),
    "M54": Belief("a loss that explodes is a bug in the gradient", "03"),
    "M55": Belief("flat loss = converged", "03"),
    "M56": Belief("scale of inputs does not matter", "03"),
    "M57": Belief("depth alone gives power", "05"),
    "M58": Belief("start all weights at zero", "07"),
    "M59": Belief("sigmoids can be stacked freely", "07"),
    "M60": Belief("`[Neuron()]*3`, `[[0]*2]*2`, `def f(a=[])` make new objects", "05"),
    "M61": Belief("lambdas in a loop remember i", "05"),
    "M62": Belief("integer arrays can be stepped", "06"),
    "M63": Belief("re-running the training cell repeats the experiment", "00"),
    "M64": Belief(
        "updating w first and then b with the new w is gradient descent",
        "03",
    ),
    "M65": Belief("smaller h is always better", "01"),
    "M66": Belief("one-sided is as good as central", "01"),
    "M67": Belief("AD is finite differences", "01"),
    "M68": Belief("AD is symbolic algebra", "01"),
    "M69": Belief("reverse mode is always cheaper", "08"),
    "M70": Belief("reverse mode is free in memory", "08"),
    "M71": Belief("a passed gradient check proves the rule", "02"),
    "M72": Belief("AD differentiates what I meant", "10"),
    "M73": Belief("a lower loss proves a right gradient", "05"),
    "M74": Belief("a gradient of zero means a minimum", "07"),
    "M75": Belief("longer training always arrives", "04"),
    "M76": Belief("test accuracy is a property of the network", "09"),
    "M77": Belief("the mean of means is the mean", "10"),
    "M78": Belief("`where` protects the slope", "07"),
    "M79": Belief("short and smooth is accurate", "04"),
    "M80": Belief("it converged for 100 rounds, so the rate is safe", "03"),
    "M81": Belief("the library's number is the right number", "04"),
    "M82": Belief("a slope check that uses every node once proves `+=`", "08"),
    "M001": Belief("the value is the slope", "00"),
    "M101": Belief("the secant to the left is the one to the right", "01"),
    "M102": Belief("the rise is the slope, whatever the run", "01"),
    "M103": Belief("the order in a difference does not matter", "01"),
    "M104": Belief("the run of every difference is 2h", "01"),
    "M105": Belief("one point shows the best step", "01"),
    "M106": Belief("errors may be averaged with their signs", "01"),
    "M107": Belief("the lowest error is the step that was asked for", "01"),
    "M108": Belief("the chain rule needs no slope of the inner function", "01"),
    "M109": Belief("the slope of cos is sin", "01"),
    "M110": Belief("a quotient follows the product rule", "01"),
    "M111": Belief("a better measure is the one that was asked for", "01"),
    "M112": Belief("a division reaches over the whole line", "01"),
    "M113": Belief("value and slope come in any order", "01"),
    "M205": Belief("each side meets one other side only", "02"),
    "M201": Belief("the slope of a product is the sum of the slopes", "02"),
    "M202": Belief("any point will do for a test", "02"),
    "M203": Belief("a grad is the sum of the slopes beside it", "02"),
    "M204": Belief("the partial derivatives come in any order", "02"),
}


def named(id, heading):
    """Say which belief leads to an answer, and what to read again."""
    belief = (
        f"The belief behind it: {BELIEFS[id].words} ({id}). " if id in BELIEFS else ""
    )
    return f'{belief}Reread "{heading}"'


# Beliefs that no wrong answer and no distractor can show, with the reason.
NOT_ASKED = {}

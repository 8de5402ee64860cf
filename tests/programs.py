"""Random programs: one expression, to be run by any kind of number.

A program is a nested tuple such as `("*", "a", ("sin", "b"))`. It holds no numbers of
its own but the constants that are written in it, so the same program can be run on
Variables, on arrays, on mpmath's numbers and by SymPy.
"""

import operator

OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


def draw_program(rng, names, functions, depth):
    """Return a random program over the names that grows no larger than depth."""
    if depth == 0 or rng.uniform() < 0.1:
        return str(rng.choice(names))
    kind = rng.choice(["binary", "binary", "function", "constant", "power"])
    inner = draw_program(rng, names, functions, depth - 1)
    if kind == "function":
        return (str(rng.choice(functions)), inner)
    if kind == "power":
        return ("**", inner, int(rng.integers(0, 4)))
    symbol = str(rng.choice(["+", "-", "*", "/"]))
    if kind == "constant":
        number = round(float(rng.uniform(0.5, 3.0)), 3)
        return (
            (symbol, number, inner) if rng.uniform() < 0.5 else (symbol, inner, number)
        )
    return (symbol, inner, draw_program(rng, names, functions, depth - 1))


def evaluate(program, inputs, functions):
    """Run a program on named inputs with the given functions."""
    if isinstance(program, str):
        return inputs[program]
    if not isinstance(program, tuple):
        return program
    head, *arguments = program
    held = [evaluate(each, inputs, functions) for each in arguments]
    return (OPERATORS.get(head) or functions[head])(*held)

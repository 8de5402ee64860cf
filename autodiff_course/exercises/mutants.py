"""Small mistakes made by machine in a right solution, one at a time.

They serve twice: a check must refuse each of them, and an answer that behaves like
one of them has probably made that mistake.
"""

import ast
import copy
import inspect
import textwrap
from typing import NamedTuple

SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}
FLIPS = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
FLIPS |= {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}


class Mutant(NamedTuple):
    """A solution with one mistake: what was done, and to which piece of code."""

    kind: str
    change: str
    answer: object


def mutants(solution):
    """Yield a `Mutant` for every single mistake that can be made in a solution."""
    source = textwrap.dedent(inspect.getsource(solution))
    tree = ast.parse(source)
    number = 0
    for place, node in enumerate(ast.walk(tree)):
        for kind, mistaken in mistakes(node):
            number += 1
            mutated = replaced(tree, place, mistaken)
            change = f"{ast.unparse(node)} -> {ast.unparse(mistaken)}"
            name = f"<mutant {number} of {solution.__name__}>"
            yield Mutant(kind, change, compiled(mutated, name, solution))


def mistakes(node):
    """Yield (kind, node) for each mistake that one piece of code can hold."""
    if isinstance(node, ast.BinOp):
        yield from operator_mistakes(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", node.operand
    elif isinstance(node, ast.Return) and node.value is not None:
        if not isinstance(node.value, (ast.Tuple, ast.Dict, ast.List, ast.Lambda)):
            yield "sign", ast.Return(ast.UnaryOp(ast.USub(), node.value))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "constant", ast.Constant(node.value * 1.01 if node.value else 0.01)
    elif isinstance(node, ast.AugAssign):
        yield "assigned", ast.Assign([node.target], node.value, lineno=node.lineno)
        swap = SWAPS.get(type(node.op))
        if swap:
            yield "swapped", ast.AugAssign(node.target, swap(), node.value)
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in FLIPS:
        flipped = [FLIPS[type(node.ops[0])](), *node.ops[1:]]
        yield "swapped", ast.Compare(node.left, flipped, node.comparators)


def operator_mistakes(node):
    """Yield another operator, and each operand alone."""
    swap = SWAPS.get(type(node.op))
    if swap:
        kind = "sign" if isinstance(node.op, (ast.Add, ast.Sub)) else "swapped"
        yield kind, ast.BinOp(node.left, swap(), node.right)
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield "term", node.left
        yield "term", node.right
    elif isinstance(node.op, (ast.Mult, ast.Div, ast.MatMult)):
        yield "factor", node.left
        yield "factor", node.right


def replaced(tree, place, mistaken):
    """Return a copy of a tree whose node at a place of the walk is another one."""
    tree = copy.deepcopy(tree)
    target = next(node for i, node in enumerate(ast.walk(tree)) if i == place)

    class Swap(ast.NodeTransformer):
        def visit(self, node):
            return mistaken if node is target else self.generic_visit(node)

    return ast.fix_missing_locations(Swap().visit(tree))


def compiled(tree, filename, solution):
    """Return the function or class that a tree defines, in the solution's module."""
    module = inspect.getmodule(solution)
    names = dict(vars(module))
    exec(compile(tree, filename, "exec"), names)
    return names[solution.__name__]

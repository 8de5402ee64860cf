"""Small mistakes made by machine in a right solution.

They serve twice: a check must refuse each of them, and an answer that behaves like
one of them has probably made that mistake.
"""

import ast
import inspect
import textwrap
from contextlib import contextmanager
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
PARTNERS = {"value": "grad", "grad": "value"}


class Mutant(NamedTuple):
    """A solution with a mistake: what was done, and to which piece of code."""

    kind: str
    change: str
    answer: object


class Site(NamedTuple):
    """A place in a tree: the field of a parent, and the index where that is a list."""

    parent: ast.AST
    field: str
    index: int | None

    @property
    def node(self):
        held = getattr(self.parent, self.field)
        return held if self.index is None else held[self.index]

    def put(self, node):
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants(solution):
    """Yield a `Mutant` for every single mistake that can be made in a solution."""
    tree = tree_of(solution)
    for site in list(sites(tree)):
        for kind, mistaken in mistakes(site.node):
            with made(site, mistaken) as change:
                yield Mutant(kind, change, compiled(tree, solution))


def confusions(solution):
    """Yield mutants in which one name or index stands where another belongs."""
    tree = tree_of(solution)
    names = sorted({node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)})
    for site in list(sites(tree)):
        for mistaken in mistaken_names(site, names):
            with made(site, mistaken) as change:
                yield Mutant("name", change, compiled(tree, solution))


def double_mutants(solution):
    """Yield mutants with two mistakes, the kinds of both joined by a blank."""
    tree = tree_of(solution)
    for number, site in enumerate(list(sites(tree))):
        for kind, mistaken in mistakes(site.node):
            with made(site, mistaken) as change:
                for other in list(sites(tree))[number:]:
                    for further, node in mistakes(other.node):
                        with made(other, node) as second:
                            answer = compiled(tree, solution)
                            yield Mutant(f"{kind} {further}", change + second, answer)


def tree_of(solution):
    return ast.parse(textwrap.dedent(inspect.getsource(solution)))


def sites(tree):
    """Yield the place of every node of a tree but its root, parents first."""
    for parent in ast.walk(tree):
        for field, held in ast.iter_fields(parent):
            if isinstance(held, list):
                pairs = [(i, each) for i, each in enumerate(held)]
            else:
                pairs = [(None, held)]
            for index, each in pairs:
                if isinstance(each, ast.AST):
                    yield Site(parent, field, index)


@contextmanager
def made(site, mistaken):
    """Put a mistake into a tree, say what it is, and take it out again."""
    right = site.node
    site.put(mistaken)
    try:
        yield f"{ast.unparse(right)} -> {ast.unparse(mistaken)}"
    finally:
        site.put(right)


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
        yield "assigned", ast.Assign([node.target], node.value, lineno=1)
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


def mistaken_names(site, names):
    """Yield what could stand by mistake for a name, a .value or an index."""
    node = site.node
    if isinstance(node, ast.Name) and node.id in names:
        for other in names:
            if other not in (node.id, "self"):
                yield ast.Name(other, node.ctx)
    elif isinstance(node, ast.Attribute) and node.attr in PARTNERS:
        yield ast.Attribute(node.value, PARTNERS[node.attr], node.ctx)
    elif isinstance(site.parent, ast.Subscript) and getattr(node, "value", 2) in (0, 1):
        yield ast.Constant(1 - node.value)


def compiled(tree, solution):
    """Return the function or class that a tree defines, in the solution's module."""
    names = dict(vars(inspect.getmodule(solution)))
    filename = f"<mutant of {solution.__name__}>"
    exec(compile(ast.fix_missing_locations(tree), filename, "exec"), names)
    return names[solution.__name__]

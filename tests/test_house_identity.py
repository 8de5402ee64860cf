"""What is taught is what runs: a lesson's definitions are those of the package."""

import ast
import copy
from difflib import unified_diff
from functools import cache
from typing import NamedTuple

from lessons import (
    ROOT,
    code,
    each_lesson,
    expect_none,
    planted,
    stored_lessons,
    tags,
    text,
    tree,
)

import autodiff_course

PACKAGE = ROOT / "autodiff_course"
NOT_ENGINE = ("__init__", "figures", "widgets")
MOST_DRAFTS = 3

# The lesson that builds each taught definition. A method is built with its class
# unless it has a line of its own.
PLAN = {
    "Variable": 2,
    "mse": 3,
    "differences": 3,
    "one_at_a_time": 3,
    "value_and_grad": 3,
    "Step": 3,
    "descend": 3,
    "steps_from": 3,
    "Primitive": 4,
    "Variable.chain": 4,
    "Variable.__pow__": 4,
    "moves": 4,
    "exponent_slope": 4,
    "log": 4,
    "exp": 4,
    "sigmoid": 4,
    "softplus": 4,
    "surprisal": 4,
    "logloss": 4,
    "logistic_loss": 4,
    "deep_model": 5,
    "Operators": 6,
    "checked": 6,
    "Variable.__matmul__": 6,
    "product": 6,
    "all_directions": 6,
    "mean": 6,
    "total": 6,
    "tanh": 7,
    "relu": 7,
    "softmax": 9,
    "CrossEntropy": 9,
    "cross_entropy": 9,
    "sin": 7,
    "cos": 7,
    "sqrt": 7,
    "Node": 8,
    "pulled": 8,
    "reverse": 8,
    "compiled": 10,
}
# What lessons use without having built it.
TOOLS = {
    "PARAMETERS",
    "Row",
    "coin_labels",
    "course_data",
    "cut_labels",
    "network_start",
    "trace",
}


class Definition(NamedTuple):
    """A function, class or instance of a lesson; a method has its class as owner."""

    name: str
    node: ast.AST
    cell: int
    owner: str = ""

    @property
    def qualified(self):
        return f"{self.owner}.{self.name}" if self.owner else self.name


@cache
def package_definitions():
    """Return the syntax trees of what the engine defines, by name."""
    found = {}
    for path in sorted(PACKAGE.glob("*.py")):
        if path.stem not in NOT_ENGINE:
            for statement in ast.parse(path.read_text(encoding="utf-8")).body:
                found |= dict(named(statement))
    return found


def named(statement):
    """Yield (name, node) of a function, a class, an instance or a constant."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name, statement
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        plain = (ast.Call, ast.Constant, ast.Tuple)
        if isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if isinstance(statement.value, plain):
                yield name, statement.value


def lineage(class_name):
    """Yield a package class and then the classes of the package it inherits from."""
    node = package_definitions().get(class_name)
    if isinstance(node, ast.ClassDef):
        yield node
        for base in node.bases:
            yield from lineage(getattr(base, "id", ""))


def package_member(class_name, member):
    """Return a method or class-level value of a package class, or None."""
    for node in lineage(class_name):
        members = {}
        for statement in node.body:
            members |= dict(named(statement))
        if member in members:
            return members[member]
    return None


def own_methods(class_name):
    body = package_definitions()[class_name].body
    return [each.name for each in body if isinstance(each, ast.FunctionDef)]


def bare(node):
    """Return a copy without docstrings, and without the helper that adds a method."""
    node = copy.deepcopy(node)
    for each in ast.walk(node):
        if isinstance(each, (ast.FunctionDef, ast.ClassDef)):
            if ast.get_docstring(each, clean=False) is not None:
                each.body = each.body[1:]
            helpers = [mark for mark in each.decorator_list if added_to(mark)]
            each.decorator_list = [m for m in each.decorator_list if m not in helpers]
    return node


def added_to(decorator):
    """Return the package class named in `@add_to(Class)`, else an empty string."""
    if isinstance(decorator, ast.Call) and len(decorator.args) == 1:
        name = getattr(decorator.args[0], "id", "")
        if any(lineage(name)):
            return name
    return ""


def flattened(statements):
    """Yield statements and those inside loops, branches and `with`, not functions."""
    for statement in statements:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            for part in ("body", "orelse", "finalbody"):
                yield from flattened(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from flattened(handler.body)


def definitions(lesson):
    """Return what a lesson defines, drafts aside, methods also one by one."""
    functions, found = {}, []
    for n, cell in lesson.code:
        if "draft" in tags(cell):
            continue
        for statement in flattened(tree(cell).body):
            if isinstance(statement, ast.FunctionDef):
                functions[statement.name] = statement
                found.append(function_definition(statement, n))
            elif isinstance(statement, ast.ClassDef):
                found += class_definitions(statement, n)
            elif isinstance(statement, ast.Assign):
                found += assigned_definitions(statement, n, functions)
    return found


def function_definition(statement, n):
    owners = [added_to(decorator) for decorator in statement.decorator_list]
    owner = next((name for name in owners if name), "")
    return Definition(statement.name, statement, n, owner)


def class_definitions(statement, n):
    members = [pair for each in statement.body for pair in named(each)]
    yield Definition(statement.name, statement, n)
    for name, node in members:
        yield Definition(name, node, n, statement.name)


def assigned_definitions(statement, n, functions):
    """Yield instances, and methods that are set as in `Variable.__mul__ = times`."""
    target, value = statement.targets[0], statement.value
    if isinstance(target, ast.Name):
        package = package_definitions().get(target.id)
        if package and not isinstance(package, (ast.FunctionDef, ast.ClassDef)):
            yield Definition(target.id, value, n)
    elif isinstance(target, ast.Attribute) and any(lineage(owner_name(target))):
        method = copy.deepcopy(functions.get(getattr(value, "id", ""), value))
        if isinstance(method, ast.Lambda):
            method = written_out(method)
        if isinstance(method, ast.FunctionDef):
            method.name = target.attr
        yield Definition(target.attr, method, n, owner_name(target))


def owner_name(target):
    return getattr(target.value, "id", "")


def written_out(function):
    """Return a lambda as the function that it is short for."""
    source = f"def name({ast.unparse(function.args)}): return 0"
    definition = ast.parse(source).body[0]
    definition.body[0].value = function.body
    return definition


def identity_faults(lesson):
    """Yield what a lesson defines otherwise than the package does."""
    for found in definitions(lesson):
        if found.owner:
            if not any(lineage(found.owner)):
                continue
            package = package_member(found.owner, found.name)
            if package is None:
                yield lesson.fault(
                    found.cell,
                    f"the package's {found.owner} has no {found.name}; leave it out, "
                    "give the class another name, or tag the cell draft.",
                )
                continue
        else:
            package = package_definitions().get(found.name)
            if package is None:
                continue
        yield from difference(lesson, found, package)


def difference(lesson, found, package):
    """Yield a fault with both versions where two definitions are not the same."""
    ours, theirs = bare(package), bare(found.node)
    if lesson.number < PLAN["reverse"]:
        ours = before_reverse(ours)
    if isinstance(ours, ast.ClassDef) and isinstance(theirs, ast.ClassDef):
        # Methods are compared one by one, for a class may grow over lessons; bases
        # are not, for what they give is opened later.
        ours, theirs = shell(ours), shell(theirs)
    if ast.dump(ours) != ast.dump(theirs):
        lines = [ast.unparse(each).splitlines() for each in (ours, theirs)]
        shown = "\n    ".join(unified_diff(*lines, "package", "lesson", lineterm=""))
        yield lesson.fault(
            found.cell,
            f"{found.qualified} is not what the package holds; copy the package's "
            "code, choose another name, or tag the cell draft if the lesson replaces "
            f"it.\n    {shown}",
        )


def before_reverse(node):
    """Return a definition with the default method that there is before reverse mode."""
    for each in ast.walk(node):
        for default in getattr(getattr(each, "args", None), "defaults", []):
            if getattr(default, "value", None) == "reverse":
                default.value = "one_at_a_time"
    return node


def shell(node):
    """Return a class with its decorators and its declared fields alone."""
    fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    return ast.ClassDef(
        name=node.name,
        bases=[],
        keywords=[],
        body=fields or [ast.Pass()],
        decorator_list=node.decorator_list,
        type_params=[],
    )


def draft_faults(lesson):
    """Yield a fault where more than three cells are shown and then replaced."""
    drafts = [n for n, cell in lesson.code if "draft" in tags(cell)]
    if len(drafts) > MOST_DRAFTS:
        yield lesson.fault(
            drafts[-1],
            f"{len(drafts)} cells are tagged draft, and at most {MOST_DRAFTS} may be; "
            "show fewer versions, or give them names of their own.",
        )


def built_in(lesson):
    """Return the cell in which each name is first built, by qualified name."""
    built = {}
    for found in definitions(lesson):
        built.setdefault(found.qualified, found.cell)
    return built


def lesson_for(name):
    """Return the number of the lesson that builds a name, or None for no plan."""
    return PLAN.get(name, PLAN.get(name.split(".")[0]) if "." in name else None)


def planned_for(number):
    """Return what one lesson has to have built by its end."""
    names = [name for name in PLAN if "." not in name]
    for owner in ("Variable", "Node"):
        names += [f"{owner}.{method}" for method in own_methods(owner)]
    return [name for name in names if lesson_for(name) == number]


def unbuilt_faults(lesson, earlier=()):
    """Yield what the plan expects of a lesson and no lesson up to it builds."""
    built = set().union(*map(built_in, [lesson, *earlier]))
    for name in planned_for(lesson.number):
        if name not in built:
            yield (
                f"{lesson.path.name}: {name} is to be built here, and is not; build "
                "it, in a cell that is no draft, or change PLAN in this test."
            )


def imports(lesson):
    """Yield (name, cell) for everything that is taken from the package."""
    modules = set()
    for n, cell in lesson.code:
        for node in ast.walk(tree(cell)):
            if isinstance(node, ast.Import):
                modules |= {a.asname or "autodiff_course" for a in ours(node.names)}
            elif isinstance(node, ast.ImportFrom) and ours([node], "module"):
                for alias in node.names:
                    if (PACKAGE / f"{alias.name}.py").exists():
                        modules.add(alias.asname or alias.name)
                    yield alias.name, n
            elif isinstance(node, ast.Attribute) and root_of(node) in modules:
                yield node.attr, n


def ours(nodes, attribute="name"):
    """Return the nodes that name the package or a module of it."""
    names = [(node, getattr(node, attribute) or "") for node in nodes]
    return [node for node, name in names if name.split(".")[0] == PACKAGE.name]


def root_of(attribute):
    return ast.unparse(attribute.value).split(".")[0]


def announced(lesson, name, number):
    """Tell whether one cell of prose names it and the lesson that builds it."""
    sources = [cell.source for _, cell in lesson.prose]
    return any(f"`{name}" in s and f"lesson {number:02d}" in s for s in sources)


def import_faults(lesson, earlier=()):
    """Yield what a lesson imports before any lesson has built it, without saying so."""
    before = set().union(*map(built_in, earlier))
    here = built_in(lesson)
    for name, n in imports(lesson):
        number = lesson_for(name)
        if name == "*":
            yield lesson.fault(n, "import names, not *, so that a reader sees them.")
        elif number is None or number < lesson.number or name in before:
            continue
        elif here.get(name, n) >= n and not announced(lesson, name, number):
            yield lesson.fault(
                n,
                f"{name} is imported, and lesson {number:02d} builds it; write it "
                f"without it, or say in one cell what `{name}` does and that lesson "
                f"{number:02d} builds it.",
            )


def earlier_than(lesson):
    return [each for each in stored_lessons() if each.number < lesson.number]


@each_lesson
def test_what_a_lesson_defines_is_what_the_package_holds(lesson):
    expect_none(identity_faults(lesson))


@each_lesson
def test_at_most_three_cells_are_drafts(lesson):
    expect_none(draft_faults(lesson))


@each_lesson
def test_a_lesson_builds_what_the_plan_expects_of_it(lesson):
    expect_none(unbuilt_faults(lesson, earlier_than(lesson)))


@each_lesson
def test_nothing_taught_is_imported_before_it_is_built(lesson):
    expect_none(import_faults(lesson, earlier_than(lesson)))


def test_every_public_name_of_the_engine_is_planned_or_a_tool():
    public = set(autodiff_course.__all__) & set(package_definitions())
    assert public - set(PLAN) <= TOOLS
    assert set(package_definitions()) >= TOOLS
    assert not TOOLS & set(PLAN)


def test_everything_planned_exists():
    methods = {name for name in PLAN if "." in name}
    assert set(PLAN) - methods <= set(package_definitions())
    for kind, _, name in (each.partition(".") for each in methods):
        assert name in own_methods(kind)


def test_no_two_modules_of_the_engine_define_the_same_taught_name():
    names = []
    for path in PACKAGE.glob("*.py"):
        if path.stem not in NOT_ENGINE:
            body = ast.parse(path.read_text(encoding="utf-8")).body
            names += [name for each in body for name, _ in named(each)]
    assert sorted(names) == sorted(set(names))


RIGHT = '''
def mse(target, prediction):
    """Another docstring."""
    return (prediction - target) ** 2
'''
WRONG = "def mse(target, prediction):\n    return (target - prediction) ** 2"
TIMES = """
@add_to(Variable)
def __mul__(self, other):
    if not isinstance(other, Variable):
        other = Variable(other)
    grad = self.grad * other.value + self.value * other.grad
    return Variable(self.value * other.value, grad)
"""
REPR = """
class Variable:
    def __repr__(self):
        return f'Variable({self.value!r}, grad={self.grad!r})'
"""
LOG = """
log = Primitive(
    np.log,
    slope=lambda out, x: 1 / x,
    formula='log(x)',
    domain=(np.nextafter(0.0, 1.0), inf),
    shown=(0.1, 8.0),
)
"""
STEP = """
@dataclass(frozen=True)
class Step:
    index: int
    params: dict
    loss: float
    grads: dict
"""


def found_in(*sources, tags=()):
    return list(identity_faults(planted(*(code(s, tags=tags) for s in sources))))


def test_the_same_code_with_other_words_and_quotes_is_the_same():
    assert not found_in(RIGHT, REPR, TIMES, LOG, STEP)


def test_a_function_that_differs_is_found_and_shown():
    (fault,) = found_in(WRONG)
    assert "mse" in fault and "+    return (target - prediction) ** 2" in fault


def test_a_function_that_differs_inside_a_branch_is_found():
    assert found_in("if True:\n    " + WRONG.replace("\n", "\n    "))


def test_a_method_that_differs_is_found_however_it_is_added():
    assert found_in(TIMES.replace("+", "-"))
    assert found_in(REPR.replace("Variable(", "Var("))
    body = TIMES.replace("@add_to(Variable)\n", "").replace("__mul__", "times")
    assert not found_in(body, "Variable.__mul__ = times")
    assert found_in(body.replace("+", "-"), "Variable.__mul__ = times")
    assert found_in(body, "Variable.__add__ = times")


def test_an_inherited_method_is_compared_with_the_class_that_has_it():
    assert not found_in("Variable.__radd__ = lambda self, other: self + other")
    assert found_in("Variable.__radd__ = lambda self, other: other + self")
    assert found_in("Variable.__radd__ = Variable.__add__")


def test_a_method_that_the_package_does_not_have_is_found():
    (fault,) = found_in("class Variable:\n    def double(self):\n        return 2")
    assert "has no double" in fault


def test_an_instance_that_differs_is_found():
    assert found_in(LOG.replace("1 / x", "2 / x"))
    assert found_in("total = 0")


def test_a_field_that_differs_is_found():
    assert found_in(STEP.replace("    loss: float\n", ""))
    assert found_in(STEP.replace("(frozen=True)", ""))


def test_class_level_values_are_compared_where_present():
    slots = "class Variable:\n    __slots__ = ('grad', 'value')"
    assert not found_in(slots)
    assert found_in(slots.replace("'grad', ", ""))


def test_a_draft_is_not_compared_and_the_fourth_is_found():
    assert not found_in(WRONG, tags=["draft"])
    cells = [code(WRONG, tags=["draft"]) for _ in range(4)]
    assert list(draft_faults(planted(*cells)))
    assert not list(draft_faults(planted(*cells[:3])))


def test_a_taught_definition_that_no_lesson_builds_is_found():
    faults = "\n".join(unbuilt_faults(planted(code(RIGHT))))
    assert "descend is to be built here" in faults and "mse" not in faults


def test_a_method_of_variable_that_no_lesson_builds_is_found():
    lesson = planted(code(REPR), code(TIMES), name="02_planted.ipynb")
    faults = "\n".join(unbuilt_faults(lesson))
    assert "Variable.__add__" in faults and "Variable.__truediv__" in faults
    assert "__mul__" not in faults and "__pow__" not in faults
    later = planted(name="04_planted.ipynb")
    assert any("Variable.__pow__" in each for each in unbuilt_faults(later))


def test_a_definition_in_a_draft_does_not_count_as_built():
    lesson = planted(code(RIGHT, tags=["draft"]))
    assert any(": mse is" in fault for fault in unbuilt_faults(lesson))


def test_an_import_before_the_lesson_that_builds_it_is_found():
    lines = [
        "from autodiff_course import logloss",
        "from autodiff_course.losses import logloss as loss",
        "import autodiff_course\nautodiff_course.logloss(1, 0.5)",
        "import autodiff_course as course\ncourse.losses.logloss(1, 0.5)",
        "from autodiff_course import losses\nlosses.logloss(1, 0.5)",
        "from autodiff_course import *",
    ]
    for line in lines:
        assert list(import_faults(planted(code(line)))), line
        if "*" not in line:
            assert not list(import_faults(planted(code(line), name="05_planted.ipynb")))


def test_an_early_import_is_fine_where_the_lesson_says_so_or_has_built_it():
    line = code("from autodiff_course import mse")
    said = text("`mse` is the squared error; lesson 03 builds it.")
    early = "00_planted.ipynb"
    assert list(import_faults(planted(line, name=early)))
    assert list(import_faults(planted(line)))
    assert not list(import_faults(planted(line, said, name=early)))
    assert not list(import_faults(planted(code(RIGHT), line)))
    assert list(import_faults(planted(line, code(RIGHT))))

"""Exercises of lesson 02: rules, seeds, reflected operators and tests that can fail."""

import numpy as np

from autodiff_course.exercises.engines import Bare, Engine, engine_with, meaning
from autodiff_course.exercises.outcomes import Carried
from autodiff_course.exercises.records import Exercise, Option, Quiz, Trial, Wrong
from autodiff_course.exercises.trials import FRACTIONS, called, slopes
from autodiff_course.tracing import trace
from autodiff_course.variable import Variable

RECTANGLE = "A rectangle grows along two sides."
QUOTIENT = "The quotient follows from the product."
POWER = "A power keeps the slope of its base."
CHOICE = "You choose which input moves."
DIRECTION = "Seeds are a direction."
LEFT = "The plain number may stand on the left."
LAID_OPEN = "Every step can be laid open."
AGREE = "Three ways agree."
SEED = "The seed says which number moves."
ONE_METHOD = "It learns one method at a time."

OPERATORS = "give a class of your own the operators `+ - * / **`"
FROM_RECTANGLE = (
    "derive the product rule from a rectangle and the quotient rule from the product "
    "rule"
)
ONE_PASS = "seed an input and read one partial derivative from one pass"
SEVERAL = "say what a pass with several seeded inputs means"
READ = "read a trace: every intermediate value, slope and grad"
CATCH = "catch a wrong rule by measuring it with another function inside"


# 02.1: a box grows along three sides


def box_grad(u, v, w):
    two = u.grad * v.value + u.value * v.grad
    return two * w.value + u.value * v.value * w.grad


def written_out(u, v, w):
    return (
        u.grad * v.value * w.value
        + u.value * v.grad * w.value
        + u.value * v.value * w.grad
    )


def try_box():
    one, other = FRACTIONS
    u, v, w = Bare(1.7, 1.0), Bare(-2.3), Bare(2.9)
    side = Bare(-0.6, 2.0)
    yield from called(
        written_out,
        (u, v, w),
        (v, u, w),
        (v, w, u),
        (Bare(1.7, 0.7), Bare(-2.3, -0.6), Bare(2.9, 2.0)),
        (side, side, Bare(2.9, 0.4)),
    )
    thirds = (Bare(one, 2), Bare(other, -3), Bare(one + other, 5))
    yield from called(written_out, thirds, exact=True)


BOX = Exercise(
    id="02.1",
    form="function",
    objective=FROM_RECTANGLE,
    place=RECTANGLE,
    prompt=(
        "**Exercise 02.1.** A box has three edge lengths, u, v and w, and all may "
        "move. What is the grad of its volume, u v w? Think of the faces on which it "
        "grows, and write the rule with `.value` and `.grad` alone."
    ),
    stub=(
        "def box_grad(u, v, w):\n"
        '    """Return the grad of u * v * w; each has .value and .grad."""\n'
        "    return ...\n"
        "\n"
        "\n"
        'check("02.1", box_grad)'
    ),
    solution=box_grad,
    check=try_box,
    shown="Each side moves while the other two stand still: three faces, three terms.",
    hints=(
        "If only u moves, the box gains a slab on one face. How large is that face?",
        "One term for each side that moves: its grad times the values of the other "
        "two.",
        "For two sides it is `u.grad * v.value + u.value * v.grad`.",
    ),
    wrong=(
        Wrong(
            lambda u, v, w: (u * v * w).grad,
            "M21",
            "That leaves the rule to the class. Here u, v and w have only `.value` and "
            "`.grad`: write the rule itself.",
        ),
        Wrong(
            lambda u, v, w: v.value * w.value + u.value * w.value + u.value * v.value,
            "M204",
            "Those are the faces. Each counts as fast as its own side grows: times "
            "that grad.",
        ),
        Wrong(
            lambda u, v, w: u.grad * v.grad * w.grad,
            "M01",
            "The product of the grads is the small corner, which fades away. The box "
            "grows on its faces.",
        ),
        Wrong(
            lambda u, v, w: (
                u.grad * v.grad * w.value
                + u.grad * v.value * w.grad
                + u.value * v.grad * w.grad
            ),
            "M01",
            "Two grads in one term are an edge, where two sides grow at once. Edges "
            "fade away like the corner of the rectangle; the faces remain.",
        ),
        Wrong(
            lambda u, v, w: u.grad * v.value + u.value * v.grad,
            "M205",
            "That is the grad of the rectangle u v. A face of the box has two sides, "
            "so each term has two values.",
        ),
        Wrong(
            lambda u, v, w: u.grad * v.value + v.grad * w.value + w.grad * u.value,
            "M205",
            "Each grad meets one other side there. A face of the box has two sides, so "
            "each term has two values.",
        ),
        Wrong(
            lambda u, v, w: u.value * v.grad * w.value,
            "M02",
            "There only v moves. u and w may move as well, and each adds a term.",
        ),
        Wrong(
            lambda u, v, w: (u.grad + v.grad + w.grad) * u.value * v.value * w.value,
            "M201",
            "The sum of the grads is multiplied by the volume. Each grad has a face of "
            "its own, made of the other two sides.",
        ),
        Wrong(
            lambda u, v, w: u.grad * v.value * w.value,
            "M02",
            "There only u moves. v and w may move as well, and each adds a term.",
        ),
        Wrong(
            lambda u, v, w: u.value * v.value * w.grad,
            "M02",
            "There only w moves. u and v may move as well, and each adds a term.",
        ),
        Wrong(
            lambda u, v, w: (u.grad * v.value + u.value * v.grad) * w.value,
            "M02",
            "There w stands still. It may move as well, and adds a third term.",
        ),
        Wrong(
            lambda u, v, w: u.grad + v.grad + w.grad,
            "M201",
            "Grads are added when values are added. In a product each is weighted by "
            "the values of the other sides.",
        ),
        Wrong(
            lambda u, v, w: u.value * v.value * w.value,
            "M001",
            "That is the volume. Its grad says how fast the volume changes.",
        ),
    ),
    right=(
        written_out,
        lambda u, v, w: (Engine(u.value, u.grad) * v * w).grad,
        lambda u, v, w: (
            u.grad * (v.value * w.value)
            + u.value * (v.grad * w.value + v.value * w.grad)
        ),
        lambda *sides: sum(
            sides[i].grad * sides[i - 1].value * sides[i - 2].value for i in range(3)
        ),
    ),
)


# 02.2: both partial derivatives


def partials(function, x, y):
    along_x = function(Variable(x, 1), Variable(y, 0)).grad
    along_y = function(Variable(x, 0), Variable(y, 1)).grad
    return along_x, along_y


def hill(x, y):
    return x * x * y - y * 3


def share(x, y):
    return x / (x + y * y)


def tried_partials(answer, function, x, y):
    """Call an answer in which Variable is the course's, whatever the notebook has."""
    return meaning(answer, Variable=Variable)(function, x, y)


def is_seen(answer, x, y):
    """Say what an answer hands to the function: Variables, or numbers."""
    kinds = []

    def watched(u, v):
        kinds.append({type(u), type(v)})
        return u * v

    meaning(answer, Variable=Variable)(watched, x, y)
    plain = {float, int, np.float64}
    return "numbers" if any(each <= plain for each in kinds) else "Variables"


def try_partials():
    for x, y in ((1.7, -2.3), (-0.6, 2.9)):
        below = (x + y * y) ** 2
        for function, expected in (
            (hill, (2 * x * y, x * x - 3)),
            (share, (y * y / below, -2 * x * y / below)),
        ):
            formula = "x * x * y - y * 3" if function is hill else "x / (x + y * y)"
            place = f"on `{formula}` at x = {x}, y = {y}"
            yield Trial(place, expected, (function, x, y), tried_partials)
    yield Trial(
        "looking at what the function receives", "Variables", (1.7, 2.9), is_seen
    )


def with_old_seed(function, x, y):
    x, y = Variable(x, 1), Variable(y, 0)
    along_x = function(x, y).grad
    y.grad = 1
    return along_x, function(x, y).grad


PARTIALS = Exercise(
    id="02.2",
    form="function",
    objective=ONE_PASS,
    place=CHOICE,
    prompt=(
        "**Exercise 02.2.** Write the function that returns both partial derivatives "
        "of any function of two inputs, first that towards x, then that towards y."
    ),
    stub=(
        "def partials(function, x, y):\n"
        '    """Return both partial derivatives at the numbers x and y."""\n'
        "    ...\n"
        "\n"
        "\n"
        'check("02.2", partials)'
    ),
    solution=partials,
    check=try_partials,
    shown="One pass for each input, with that input alone seeded.",
    hints=(
        "How many passes does it take, and what is different between them?",
        "In the first pass use `Variable(x, 1)` and `Variable(y, 0)`. Read .grad of "
        "what `function` returns.",
        'The cell with `area` prints both: "x moves" and "y moves". Return the two '
        "grads instead, with a comma.",
    ),
    wrong=(
        Wrong(
            lambda f, x, y: (
                (f(x + 1e-5, y) - f(x - 1e-5, y)) / 2e-5,
                (f(x, y + 1e-5) - f(x, y - 1e-5)) / 2e-5,
            ),
            "M67",
            "That measures. Here let Variable do it: one pass for each input, seeded.",
        ),
        Wrong(
            lambda f, x, y: (f(x, y).grad, f(x, y).grad),
            "M21",
            "x and y are plain numbers. Make Variables of them, with seeds.",
            SEED,
        ),
        Wrong(
            lambda f, x, y: (f(Variable(x, 1), Variable(y, 1)).grad,) * 2,
            "M22",
            "Both inputs are seeded at once. That gives the slope along (1, 1), which "
            "is the sum of the two partial derivatives.",
        ),
        Wrong(
            lambda f, x, y: f(Variable(x, 1), Variable(y, 1)).grad,
            "M22",
            "One pass with both inputs seeded gives one number: the slope along (1, "
            "1), the sum of the two partial derivatives.",
        ),
        Wrong(
            lambda f, x, y: (f(Variable(x, 1), Variable(y, 1)).value,) * 2,
            "M001",
            "That is the value of the function. The derivatives stand in .grad.",
        ),
        Wrong(
            lambda f, x, y: (f(Variable(x), Variable(y)).grad,) * 2,
            "M21",
            "Nothing is seeded, so nothing moves and every grad is 0. Nobody sets the "
            "seed for you.",
            SEED,
        ),
        Wrong(
            lambda f, x, y: (
                f(Variable(x, 1e-5), Variable(y)).grad,
                f(Variable(x), Variable(y, 1e-5)).grad,
            ),
            "M25",
            "The seed is a speed, not a step. Nothing is divided by it: seed with 1, "
            "and grad is the derivative.",
            SEED,
        ),
        Wrong(
            with_old_seed,
            "M24",
            "In the second pass x still carries its seed from the first, so both move. "
            "Make new Variables for each pass.",
        ),
        Wrong(
            lambda f, x, y: partials(f, x, y)[::-1],
            "M204",
            "The two are right but in the wrong order: first the one in whose pass x "
            "moves.",
        ),
    ),
    right=(
        lambda f, x, y: [
            f(Variable(x, a), Variable(y, b)).grad for a, b in ((1, 0), (0, 1))
        ],
        lambda f, x, y: (
            f(Engine(x, 1), Engine(y)).grad,
            f(Engine(x), Engine(y, 1)).grad,
        ),
        lambda f, x, y: (
            f(Variable(x, 2), Variable(y)).grad / 2,
            f(Variable(x, 1), Variable(y, 1)).grad
            - f(Variable(x, 1), Variable(y)).grad,
        ),
    ),
)


# 02.3: numbers on the left, by their own rules


class Reflected:
    def __rsub__(self, other):
        return Variable(other - self.value, -self.grad)

    def __rtruediv__(self, other):
        return Variable(other / self.value, -other * self.grad / self.value**2)


def with_reflections(answer):
    """Return an engine that has the two methods of an answer."""
    return engine_with(__rsub__=answer.__rsub__, __rtruediv__=answer.__rtruediv__)


def by_hand(method, value, grad, other):
    """Call an answer on a value and a grad that know no operator."""
    return meaning(method, Variable=Bare)(Bare(value, grad), other)


def try_reflected():
    yield from slopes(
        with_reflections,
        "5 - x",
        "3 / x",
        "3 / (5 - x)",
        "(5 - x) * (3 / x)",
        "x * (7 - x) / (2 / x + y)",
    )
    place = "without any operator of Variable"
    for name, expected in (
        ("__rsub__", Carried(3.3, -2.0)),
        ("__rtruediv__", Carried(5 / 1.7, -10 / 1.7**2)),
    ):
        yield Trial(
            f"`{name}` {place}",
            expected,
            (1.7, 2.0, 5),
            lambda answer, *inputs, name=name: by_hand(getattr(answer, name), *inputs),
        )


def itself(answer):
    return answer


def reflected(minus=Reflected.__rsub__, over=Reflected.__rtruediv__):
    """Return a class with these two methods."""
    return type("Reflected", (), {"__rsub__": minus, "__rtruediv__": over})


REFLECTED = Exercise(
    id="02.3",
    form="class",
    objective=OPERATORS,
    place=LEFT,
    prompt=(
        "**Exercise 02.3.** Lifting the number first costs an object. Write both "
        "methods below without lifting: work out value and grad of `other - self` "
        "and of `other / self` directly, `other` being a plain number. (They stand in "
        "a class of their own here, so that yours stays as it is.)"
    ),
    stub=(
        "class Reflected:\n"
        "    def __rsub__(self, other):\n"
        '        """Return other - self."""\n'
        "        return Variable(..., ...)\n"
        "\n"
        "    def __rtruediv__(self, other):\n"
        '        """Return other / self."""\n'
        "        return Variable(..., ...)\n"
        "\n"
        "\n"
        'check("02.3", Reflected)'
    ),
    solution=Reflected,
    check=try_reflected,
    shown="A constant does not move; subtracting or dividing by x reverses the motion.",
    hints=(
        "A plain number does not move. When x grows, do 5 - x and 3 / x grow or fall?",
        "`5 - x` has the grad of x with its sign reversed. For `3 / x` put u' = 0 into "
        "the quotient rule.",
        "For `x / 3` it would be `Variable(self.value / 3, self.grad / 3)`.",
    ),
    wrong=(
        Wrong(
            reflected(
                lambda self, other: Variable(other) - self,
                lambda self, other: Variable(other) / self,
            ),
            "M16",
            "That lifts the number, as the cell above does. Here value and grad are "
            "worked out directly, without `-` and `/` of Variables.",
        ),
        Wrong(
            reflected(minus=lambda self, other: Variable(other) - self),
            "M16",
            "What `__rsub__` gives is right, but operators of Variable do the work. "
            "Here value and grad are worked out directly, from `self.value` and "
            "`self.grad`.",
        ),
        Wrong(
            reflected(over=lambda self, other: Variable(other) / self),
            "M16",
            "What `__rtruediv__` gives is right, but operators of Variable do the "
            "work. Here value and grad are worked out directly, from `self.value` and "
            "`self.grad`.",
        ),
        Wrong(
            reflected(minus=lambda self, other: Variable(other - self.value, -1)),
            "M06",
            "x itself may move at another speed than 1: the grad is `-self.grad`.",
        ),
        Wrong(
            reflected(
                over=lambda self, other: Variable(
                    other / self.value, -self.grad / self.value**2
                )
            ),
            "M02",
            "That is the slope of 1 / x. The number on top, `other`, is missing as a "
            "factor.",
            QUOTIENT,
        ),
        Wrong(
            reflected(minus=lambda self, other: self - other),
            "M15",
            "`5 - x` is not `x - 5`: value and grad both have the wrong sign.",
        ),
        Wrong(
            reflected(
                minus=lambda self, other: Variable(other - self.value, self.grad)
            ),
            "M15",
            "The value of `5 - x` is right. It falls when x grows, so its grad is that "
            "of x with the sign reversed.",
        ),
        Wrong(
            reflected(
                over=lambda self, other: Variable(self.value / other, self.grad / other)
            ),
            "M15",
            "`3 / x` is worked out as `x / 3`. The plain number, `other`, is on top.",
        ),
        Wrong(
            reflected(
                over=lambda self, other: Variable(
                    other / self.value, other / self.grad if self.grad else 0.0
                )
            ),
            "M03",
            "`3 / x` is treated as if its slope were 3 / (slope of x). A quotient has "
            "a rule of its own.",
            QUOTIENT,
        ),
        Wrong(
            reflected(minus=lambda self, other: Variable(other, 1) - self),
            "M17",
            "The plain number is given a grad of 1. A constant does not move: its grad "
            "is 0.",
        ),
        Wrong(
            reflected(
                over=lambda self, other: Variable(
                    other / self.value, other * self.grad / self.value**2
                )
            ),
            "M04",
            "In `__rtruediv__` the sign of the grad is reversed. `3 / x` falls when a "
            "positive x grows.",
            QUOTIENT,
        ),
        Wrong(
            reflected(
                over=lambda self, other: Variable(
                    other / self.value, -other * self.grad / self.value
                )
            ),
            "M05",
            "The denominator is the square of the value. Put u' = 0 into (u' - y v') / "
            "v, with y = u / v.",
            QUOTIENT,
        ),
        Wrong(
            reflected(
                over=lambda self, other: Variable(
                    other / self.value, -other / self.value**2
                )
            ),
            "M06",
            "The slope of the operation is there; the grad of x, which says how fast x "
            "itself moves, is missing as a factor.",
            POWER,
        ),
    ),
    right=(
        reflected(
            lambda self, other: Variable(other - self.value, 0 - self.grad),
            lambda self, other: Variable(
                other / self.value, other * -self.grad / (self.value * self.value)
            ),
        ),
        reflected(
            lambda self, other: type(self)(-self.value + other, self.grad * -1),
            lambda self, other: Variable(
                other / self.value, (0 - other / self.value * self.grad) / self.value
            ),
        ),
        reflected(
            lambda self, other: Engine(other - self.value, -self.grad),
            lambda self, other: Engine(
                other / self.value, -(other / self.value) / self.value * self.grad
            ),
        ),
    ),
)


# 02.4: a test that catches a wrong power rule


class Suspect(Engine):
    """A power rule without its last factor; it notes the bases that it meets."""

    bases = ()

    def __pow__(self, n):
        type(self).bases += (self,)
        return type(self)(self.value**n, n * self.value ** (n - 1))


def what_shows(answer):
    """Say whether a test parts the suspect from a right rule, or why it does not."""
    function, at = answer
    suspect = type("Suspect", (Suspect,), {})
    wrong = function(suspect(at, 1.0)).grad
    right = function(Variable(at, 1.0)).grad
    slopes = [base.grad for base in suspect.bases]
    if not slopes:
        return "no power at all"
    if all(slope == 1 for slope in slopes):
        return "a base whose slope is 1"
    suspect.bases = ()
    function(suspect(at + 0.37, 1.0))
    if abs(wrong - right) > 0.01 * abs(right):
        bent = slopes != [base.grad for base in suspect.bases]
        return "the rule shown wrong" if bent else "a base that is a straight line"
    if at == 0:
        return "the same slope by both rules"
    return "two slopes within one percent"


def caught():
    def expression(x):
        return (x * x + 1) ** 2

    return expression, 1.3


COUNTER = Exercise(
    id="02.4",
    form="value",
    objective=CATCH,
    place=POWER,
    prompt=(
        "**Exercise 02.4.** A friend's class has `n * self.value ** (n - 1)` as the "
        "grad of a power, without the last factor, and passes the test `x**3`. Find a "
        "test that it does not pass: an expression in x, with a base that is not a "
        "straight line in x, and a point where its slope is off by one percent or "
        "more."
    ),
    stub=(
        "def expression(x):\n"
        "    return ...\n"
        "\n"
        "\n"
        "point = ...\n"
        "\n"
        'check("02.4", (expression, point))'
    ),
    solution=caught,
    check=lambda: [
        Trial(
            "your expression at your point",
            "the rule shown wrong",
            act=lambda answer: what_shows(answer),
        )
    ],
    shown="With a base that moves at another speed, the missing factor shows.",
    hints=(
        "What is the missing factor when the base is x itself?",
        "The factor is the grad of the base. Choose a base whose grad is not 1.",
        "A rule for `exp` that forgot the same factor is caught by `exp(5 * x)`.",
    ),
    wrong=(
        Wrong(
            (lambda x: x**3, 1.7),
            "M06",
            "The base moves at speed 1 at this point, as x does: the missing factor is "
            "1. Give the power a base that moves at another speed.",
        ),
        Wrong(
            (lambda x: x * x + 3 * x, 1.7),
            "M71",
            "The wrong rule is never used there. A test that passes without reaching "
            "the mistake proves nothing.",
        ),
        Wrong(
            (lambda x: (2 * x) ** 3, 1.3),
            "M71",
            "The wrong rule fails there, but the base is a straight line in x, as in "
            "the lesson's `(2 * x)**3`. Find a base that bends.",
        ),
        Wrong(
            (lambda x: (x * x) ** 2, 0),
            "M202",
            "At 0 both rules give the same slope. Some points are blind: take one that "
            "is not 0 or 1.",
        ),
    ),
    right=(
        (lambda x: (x * x + 1) ** 2, -0.7),
        [lambda x: 5 / (3 - 1 / x) ** 2, 1.3],
        (lambda x: (x**2) ** 3 + x, 2.0),
    ),
    equivalent={
        "return (x * x + 1) ** 2 -> return -(x * x + 1) ** 2": "A sign hides nothing.",
        "x * x + 1 -> x * x - 1": "The base still bends.",
        "x * x + 1 -> x * x": "The base still bends.",
        "1 -> 1.01": "The base still bends.",
        "2 -> 2.02": "Any exponent will do.",
        "1.3 -> 1.3130000000000002": "Almost any point will do.",
    },
)


# 02.5: the whole class from memory


class Mine:
    def __init__(self, value, grad=0):
        self.value = value
        self.grad = grad

    def lift(self, other):
        return other if isinstance(other, Mine) else Mine(other)

    def __add__(self, other):
        other = self.lift(other)
        return Mine(self.value + other.value, self.grad + other.grad)

    def __sub__(self, other):
        other = self.lift(other)
        return Mine(self.value - other.value, self.grad - other.grad)

    def __mul__(self, other):
        other = self.lift(other)
        grad = self.grad * other.value + self.value * other.grad
        return Mine(self.value * other.value, grad)

    def __truediv__(self, other):
        other = self.lift(other)
        out = self.value / other.value
        return Mine(out, (self.grad - out * other.grad) / other.value)

    def __pow__(self, n):
        return Mine(self.value**n, n * self.value ** (n - 1) * self.grad)

    def __radd__(self, other):
        return Mine(other) + self

    def __rsub__(self, other):
        return Mine(other) - self

    def __rmul__(self, other):
        return Mine(other) * self

    def __rtruediv__(self, other):
        return Mine(other) / self


def changed(grad, symbol="__mul__"):
    """Return an engine in which one operator's grad is `grad(u, v)`."""

    def method(self, other):
        other = self.lift(other)
        out = getattr(Engine, symbol)(self, other)
        return type(self)(out.value, grad(self, other))

    return type("Mine", (Engine,), {symbol: method})


def powered(grad):
    """Return an engine in which the grad of a power is `grad(u, n)`."""
    return type(
        "Mine",
        (Engine,),
        {"__pow__": lambda u, n: type(u)(u.value**n, grad(u, n))},
    )


class NotReflected(Engine):
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = None


class Copied(Engine):
    __rsub__ = Engine.__sub__


class CopiedGrad(Engine):
    def __rsub__(self, other):
        return type(self)(other - self.value, self.grad)


class Unseeded(Engine):
    def __init__(self, value, grad=1):
        super().__init__(value, grad)


DIVIDE = "__truediv__"
MINE = Exercise(
    id="02.5",
    form="class",
    objective=OPERATORS,
    place=AGREE,
    prompt=(
        "**Exercise 02.5.** Close the lesson and write it from memory: a class with "
        "`+ - * /` between two of its kind and with a plain number on either side, and "
        "`**` with a fixed exponent."
    ),
    stub=(
        "class Mine:\n"
        "    def __init__(self, value, grad=0):\n"
        "        self.value = value\n"
        "        self.grad = grad\n"
        "\n"
        "    # Your methods go here.\n"
        "\n"
        "\n"
        'check("02.5", Mine)'
    ),
    solution=Mine,
    check=lambda: slopes(
        itself,
        "x + y",
        "x - y",
        "x * y",
        "x / y",
        "x ** 3",
        "x + 5",
        "x - 5",
        "x * 5",
        "x / 5",
        "5 + x",
        "5 - x",
        "5 * x",
        "5 / x",
        "x * x",
        "x / (x * y)",
        "(2 * x - y) ** 2",
        "(x * y - 3 / x) * (7 - x) / (y * y + 2)",
    ),
    shown="Five rules and four reflections: alone, nested, with one number used twice.",
    hints=(
        "Begin with `__add__` and let the check tell you what comes next.",
        "Lift a plain number to `Mine(number)` first; then each rule meets two values "
        "and two grads. A number on the left calls `__radd__`, `__rsub__`, `__rmul__`, "
        "`__rtruediv__`.",
        "`__mul__` returns `Mine(self.value * other.value, self.grad * other.value + "
        "self.value * other.grad)`.",
    ),
    wrong=(
        Wrong(
            changed(lambda u, v: u.grad * v.grad),
            "M01",
            "In `*` the grads are multiplied. The product grows along two sides: two "
            "terms, each with one grad and one value.",
            RECTANGLE,
        ),
        Wrong(
            changed(lambda u, v: u.grad * v.value),
            "M02",
            "In `*` only the first factor moves. `x * 5` is right by luck, `5 * x` is "
            "flat.",
            RECTANGLE,
        ),
        Wrong(
            changed(lambda u, v: u.value * v.grad),
            "M02",
            "In `*` only the second factor moves. `5 * x` is right by luck, `x * 5` is "
            "flat.",
            RECTANGLE,
        ),
        Wrong(
            changed(lambda u, v: u.grad + v.grad),
            "M201",
            "In `*` the grads are added as if it were `+`. Each has to be weighted by "
            "the value of the other factor.",
            RECTANGLE,
        ),
        Wrong(
            changed(lambda u, v: u.grad / v.grad if v.grad else 0.0, DIVIDE),
            "M03",
            "In `/` the grads are divided. A quotient has a rule of its own.",
            QUOTIENT,
        ),
        Wrong(
            changed(lambda u, v: u.grad / v.grad, DIVIDE),
            "M03",
            "In `/` the grads are divided, and by 0 where the denominator stands "
            "still. A quotient has a rule of its own.",
            QUOTIENT,
        ),
        Wrong(
            changed(
                lambda u, v: (u.value * v.grad - u.grad * v.value) / v.value**2, DIVIDE
            ),
            "M04",
            "In `/` the two terms are exchanged. With v = 1 the quotient is u: the "
            "term with u' has the plus.",
            QUOTIENT,
        ),
        Wrong(
            changed(
                lambda u, v: (u.grad * v.value - u.value * v.grad) / v.value, DIVIDE
            ),
            "M05",
            "In `/` the denominator is not squared. In (u' v - u v') / v**2 it is; in "
            "(u' - y v') / v one v has been cancelled.",
            QUOTIENT,
        ),
        Wrong(
            changed(lambda u, v: u.grad / v.value, DIVIDE),
            "M02",
            "In `/` only the numerator moves. The denominator v moves too, and when it "
            "grows, 1 / v falls.",
            QUOTIENT,
        ),
        Wrong(
            changed(
                lambda u, v: (u.grad * v.value + u.value * v.grad) / v.value**2, DIVIDE
            ),
            "M110",
            "In `/` the terms are added, as in a product. When the denominator v "
            "grows, 1 / v falls.",
            QUOTIENT,
        ),
        Wrong(
            powered(lambda u, n: n * u.value ** (n - 1)),
            "M06",
            "In `**` the grad of the base is missing as a factor.",
            POWER,
        ),
        Wrong(
            powered(lambda u, n: n * u.value**n * u.grad),
            "M07",
            "In `**` the exponent is not lowered by one.",
            POWER,
        ),
        Wrong(
            powered(lambda u, n: n * u.value ** (n - 1) * u.value),
            "M06",
            "In `**` the last factor is the base itself. It should be the grad of the "
            "base: a prime is missing.",
            POWER,
        ),
        Wrong(
            Copied,
            "M15",
            "`5 - x` is worked out as `x - 5`. Lift the number, then subtract in the "
            "right order.",
            LEFT,
        ),
        Wrong(
            CopiedGrad,
            "M15",
            "The value of `5 - x` is right, but its grad is that of x. `5 - x` falls "
            "when x grows: the sign has to change.",
            LEFT,
        ),
        Wrong(
            type(
                "Mine",
                (Engine,),
                {
                    "__rtruediv__": lambda u, n: type(u)(
                        n / u.value, n * u.grad / u.value**2
                    )
                },
            ),
            "M04",
            "The value of `5 / x` is right, but its grad has the wrong sign: `5 / x` "
            "falls when x grows.",
            LEFT,
        ),
        Wrong(
            NotReflected,
            "M16",
            "With a plain number on the left Python calls another method, such as "
            "`__rsub__`, and none comes free.",
            LEFT,
        ),
        Wrong(
            Unseeded,
            "M17",
            "A plain number that is lifted has grad 1 there, as if it moved. A "
            "constant has grad 0.",
            SEED,
        ),
    ),
    right=(
        Engine,
        Variable,
        type(
            "Float32",
            (Engine,),
            {
                "__mul__": lambda u, v: type(u)(
                    u.value * getattr(v, "value", v),
                    u.grad * getattr(v, "value", v) + u.value * getattr(v, "grad", 0),
                ),
                "__truediv__": lambda u, v: u * u.lift(v) ** -1,
            },
        ),
    ),
)


# Quizzes

SEEDED = Quiz(
    id="02.q1",
    objective=SEVERAL,
    place=DIRECTION,
    question=(
        "`area(Variable(5, 1), Variable(2, 1))`: both sides of the rectangle are "
        "seeded with 1. What is grad?"
    ),
    options=(
        Option(
            "2, the slope towards x",
            2,
            "That is the answer if x alone is seeded. Here y moves as well.",
            "M22",
        ),
        Option(
            "7, how fast the area grows if both sides grow at speed 1",
            7,
            "2 from x and 5 from y. It is the slope along (1, 1), and neither of the "
            "two partial derivatives.",
        ),
        Option(
            "3.5, the mean of the two slopes",
            3.5,
            "Nothing is averaged. Both sides move at once, so both gains are added.",
            "M22",
        ),
        Option(
            "1, because both seeds are 1",
            1,
            "1 times 1 is the corner of the rectangle, which fades away. The two "
            "strips remain.",
            "M01",
        ),
    ),
    compute=lambda: (Variable(5, 1) * Variable(2, 1)).grad,
)

TRACE = Quiz(
    id="02.q2",
    objective=READ,
    place=LAID_OPEN,
    question=(
        "In a trace you see `v1 = x * y` with slopes 4 and 3, then `v2 = v1 + x` with "
        "slopes 1 and 1. x is 3 with grad 1, y is 4 with grad 0. What is the grad of "
        "v2?"
    ),
    options=(
        Option(
            "2",
            2,
            "That is the sum of the slopes. Each slope is first multiplied by the grad "
            "of the box it comes from, and v1 has grad 4.",
            "M203",
        ),
        Option(
            "4",
            4,
            "That is the grad of v1. x goes into v2 once more, directly, and adds 1.",
        ),
        Option(
            "5",
            5,
            "v1 has grad 4 times 1 plus 3 times 0. Then v2 has 1 times 4 plus 1 times "
            "1.",
        ),
        Option(
            "15",
            15,
            "That is the value. The grad says how fast it changes.",
            "M001",
        ),
    ),
    compute=lambda: trace(lambda x, y: x * y + x, Variable(3, 1), Variable(4))[-1].grad,
)


def blind_point():
    """Return the point at which n * x**n equals the slope of x**3."""
    found = [x for x in (0.7, 1, 2, 3) if 3 * x**3 == 3 * x**2]
    return found[0] if len(found) == 1 else None


BLIND = Quiz(
    id="02.q3",
    objective=CATCH,
    place=POWER,
    question=(
        "Somebody's power rule does not lower the exponent: `n * x**n`. At which point "
        "does a test of `x**3` not notice?"
    ),
    options=(
        Option(
            "at 1",
            1,
            "There every power is 1, so both rules say 3. Points such as 0 and 1 are "
            "blind, and they are the first that come to mind.",
        ),
        Option(
            "at 2",
            2,
            "There the rule says 24 and 12 is right. This test notices.",
            "M07",
        ),
        Option(
            "at 3",
            3,
            "There the rule says 81 and 27 is right. This test notices.",
            "M07",
        ),
        Option(
            "nowhere: a passed test is a proof",
            "nowhere",
            "A passed test proves nothing unless it could have failed. At one of these "
            "points it could not.",
            "M71",
        ),
    ),
    compute=blind_point,
)

EXERCISES = (BOX, PARTIALS, REFLECTED, COUNTER, MINE)

AT_SPEED = Quiz(
    id="02.q4",
    objective=OPERATORS,
    place=ONE_METHOD,
    question="What is the grad of `Variable(7, 2) + Variable(10, 3) + 4`?",
    options=(
        Option(
            "5",
            5,
            "2 from the first, 3 from the second. The 4 stands still.",
        ),
        Option(
            "21",
            21,
            "That is the value, 7 + 10 + 4. The grad says how fast it changes.",
        ),
        Option(
            "6, because the 4 moves as well",
            6,
            "A constant does not move, so it adds nothing to the speed.",
            "M17",
        ),
    ),
    compute=lambda: (Variable(7, 2) + Variable(10, 3) + 4).grad,
)

QUIZZES = (SEEDED, TRACE, BLIND, AT_SPEED)

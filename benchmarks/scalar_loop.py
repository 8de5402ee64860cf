"""The price of checking: the scalar loop with `Variable` and with the barest class.

The loop is that of the naive regression: the squared error of one point after the
other, with a moving slope. The barest class has two attributes, the four methods that
the loop needs and no checks; it is measured with `__slots__`, as `Variable` has them,
and without. A round times all three in turn, so that a slow moment of the machine
meets them all; the median over the rounds' ratios is printed. Last comes what the
import of the course takes beyond NumPy's own.

    python benchmarks/scalar_loop.py         # 501 rounds on this Python
    python benchmarks/scalar_loop.py 2001    # more rounds
"""

import subprocess
import sys
from platform import python_version
from statistics import median
from time import perf_counter

from autodiff_course import Variable, course_data

LIMIT = 1.4  # above it, checks would cost the naive loops of the lessons too much
IMPORT = (
    "import numpy; from time import perf_counter as now; start = now();"
    "import autodiff_course; print(now() - start)"
)


class Slotted:
    """Two attributes in slots, four methods, no checks."""

    __slots__ = ("grad", "value")

    def __init__(self, value, grad=0):
        self.value = value
        self.grad = grad

    def __add__(self, other):
        return Slotted(self.value + other.value, self.grad + other.grad)

    def __sub__(self, other):
        return Slotted(self.value - other.value, self.grad - other.grad)

    def __mul__(self, other):
        grad = self.grad * other.value + self.value * other.grad
        return Slotted(self.value * other.value, grad)

    def __pow__(self, other):
        grad = other.value * self.value ** (other.value - 1) * self.grad
        return Slotted(self.value**other.value, grad)


class Open:
    """Two attributes in a dictionary, four methods, no checks."""

    def __init__(self, value, grad=0):
        self.value = value
        self.grad = grad

    def __add__(self, other):
        return Open(self.value + other.value, self.grad + other.grad)

    def __sub__(self, other):
        return Open(self.value - other.value, self.grad - other.grad)

    def __mul__(self, other):
        grad = self.grad * other.value + self.value * other.grad
        return Open(self.value * other.value, grad)

    def __pow__(self, other):
        grad = other.value * self.value ** (other.value - 1) * self.grad
        return Open(self.value**other.value, grad)


def slopes(number, points, m=0.5, b=-0.25):
    """Return the slope of the squared error towards m at every point."""
    return [
        ((number(y) - (number(m, 1) * number(x) + number(b))) ** number(2, 0)).grad
        for x, y in points
    ]


def seconds(number, points):
    """Return how long one pass over the points takes."""
    start = perf_counter()
    slopes(number, points)
    return perf_counter() - start


def ratios(points, rounds):
    """Return the median ratio of Variable's time to that of each barest class."""
    taken = {number: [] for number in (Variable, Slotted, Open)}
    for _ in range(rounds):
        for number, times in taken.items():
            times.append(seconds(number, points))
    ours = taken.pop(Variable)
    return {
        number.__name__: median(a / b for a, b in zip(ours, times, strict=True))
        for number, times in taken.items()
    }


def import_seconds(times=5):
    """Return the shortest time of the import in a Python of its own."""
    command = [sys.executable, "-c", IMPORT]
    return min(float(subprocess.check_output(command)) for _ in range(times))


def main(rounds=501):
    """Print the ratios as a table, for Python's floats and for numbers of an array."""
    x, y = course_data(n=200)
    loops = {
        "floats": list(zip(x.tolist(), y.tolist(), strict=True)),
        "numbers of an array": list(zip(x, y, strict=True)),
    }
    print("| Python | loop over | with slots | without slots | limit |")
    print("| --- | --- | --- | --- | --- |")
    for name, points in loops.items():
        ours = slopes(Variable, points)
        assert ours == slopes(Slotted, points) == slopes(Open, points)
        found = ratios(points, rounds)
        print(
            f"| {python_version()} | {name} | {found['Slotted']:.2f} "
            f"| {found['Open']:.2f} | {LIMIT} |"
        )
    print(f"import beyond NumPy: {import_seconds():.3f} s, limit 0.1 s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

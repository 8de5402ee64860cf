"""The course beside its peers: loss and gradient together, as multiples of by hand.

Each contender has a process of its own with one thread, because in one process their
pools of threads fight and the figures lie. In every round each takes its turn, so that
a slow moment of the machine meets them all; the table holds the median over the rounds'
ratios to the gradient that was derived by hand and written in NumPy.

    python -m pip install -r benchmarks/peers_requirements.txt   # each is optional
    python benchmarks/peers.py         # 401 rounds; writes docs/benchmarks.md and .png
    python benchmarks/peers.py 5       # fewer rounds

Where a peer is not installed the table is printed, and the page stays as it is.
"""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from platform import machine, python_version
from statistics import median
from time import perf_counter

import numpy as np
from peers_contenders import CONTENDERS, data_of

DOCS = Path(__file__).resolve().parents[1] / "docs"
DRAWN = [name for name in CONTENDERS if name not in ("by hand", "plain")]
ROWS = [
    *(("line", n) for n in (100, 10_000, 100_000)),
    *(("network", n) for n in (100, 10_000, 100_000)),
    *(("digits", n) for n in (100, 1797)),
]
# The multiples of by hand that the course aims at, row by row; main prints the misses.
AIMS = {
    "reverse": (2.5, 2.2, 2.0, 3.0, 2.2, 2.0, 2.2, 1.4),
    "compiled": (1.3, 1.3, 1.3, 1.3, 1.3, 1.3, np.inf, np.inf),
}
PEERS = ("jax", "torch", "autograd", "micrograd")
SECONDS = 0.004  # how long one turn lasts, roughly
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def serve(name):
    """Answer in a process of one contender: take up a row, or time some gradients."""
    for order in map(json.loads, sys.stdin):
        if "row" in order:
            x, y, start = data_of(order["row"], order["n"])
            try:
                gradient = CONTENDERS[name](order["row"], x, y, start)
                value, grads = gradient(start)
                numbers = np.concatenate([np.ravel(grads[key]) for key in start])
                answer = [float(value), *numbers.tolist()]
            except (ImportError, NotImplementedError):
                answer = None
        else:
            begin = perf_counter()
            for _ in range(order["times"]):
                gradient(start)
            answer = (perf_counter() - begin) / order["times"]
        print(json.dumps(answer), flush=True)


class Worker:
    """The process of one contender."""

    def __init__(self, name):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **ONE_THREAD},
        )

    def ask(self, **order):
        """Send an order and return the answer."""
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def measured(workers, row, n, rounds):
    """Return seconds by hand, and the median ratio of each contender on one row."""
    answers = {name: worker.ask(row=row, n=n) for name, worker in workers.items()}
    present = [name for name, answer in answers.items() if answer is not None]
    for name in present:
        np.testing.assert_allclose(answers[name], answers["by hand"], rtol=1e-9)
    times = {}
    for name in present:
        once = workers[name].ask(times=3)
        times[name] = max(1, round(SECONDS / once))
    taken = {name: [] for name in present}
    for _ in range(rounds):
        for name in present:
            taken[name].append(workers[name].ask(times=times[name]))
    hand = taken["by hand"]
    ratios = {
        name: median(a / b for a, b in zip(each, hand, strict=True))
        for name, each in taken.items()
    }
    return median(hand), ratios


def table(results):
    """Return the results as rows of Markdown."""
    names = [name for name in CONTENDERS if name != "by hand"]
    lines = [
        f"| loss | n | by hand, \u00b5s | {' | '.join(names)} |",
        f"| --- | ---: | ---: | {' | '.join('---:' for _ in names)} |",
    ]
    for (row, n), (hand, ratios) in results.items():
        cells = [f"{ratios[name]:.2f}" if name in ratios else "-" for name in names]
        lines.append(f"| {row} | {n} | {hand * 1e6:.1f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def draw(results):
    """Return a picture of the table: one line a contender, over the rows."""
    from autodiff_course.figures.picture import (
        COLOURS,
        DASHES,
        MARKERS,
        Picture,
        course_style,
    )

    labels = [f"{row}\n{n}" for row, n in results]
    with course_style():
        picture = Picture(9.0, 4.6)
        axes = picture.subplots()
        styles = zip(DRAWN, COLOURS, DASHES, MARKERS, strict=True)
        for name, colour, dash, marker in styles:
            heights = [ratios.get(name, np.nan) for _, ratios in results.values()]
            look = {"linestyle": dash, "color": colour, "marker": marker}
            axes.plot(labels, heights, label=name, **look)
        axes.axhline(1, color="#222222", linewidth=1)
        axes.set_yscale("log")
        axes.set_ylabel("multiples of the gradient by hand")
        axes.set_title("What a gradient costs, in multiples of the one derived by hand")
        axes.legend(loc="upper right", ncols=3)
    return picture


def told(results):
    """Return the picture's alternative text."""
    said = []
    for name in DRAWN:
        found = [ratios[name] for _, ratios in results.values() if name in ratios]
        if len(found) > 1:
            said.append(f"{name} from {min(found):.1f} to {max(found):.1f}")
    return (
        "Lines over the eight rows of the table, on a logarithmic axis, in multiples "
        f"of the gradient by hand: {'; '.join(said)}."
    )


def helmholtz(n):
    """Return the free energy of n fluids as a loss, and where to take its gradient."""
    from autodiff_course import log, total

    rng = np.random.default_rng(0)
    mixing, volumes = rng.uniform(0.1, 1, size=(n, n)), rng.uniform(0.1, 1, size=n) / n
    root = 2**0.5

    def loss(p):
        x, filled = p["x"], volumes @ p["x"]
        ideal = total(log(x / (1 - filled)))
        ratio = (1 + (1 + root) * filled) / (1 + (1 - root) * filled)
        return ideal - x @ (mixing @ x) / (8**0.5 * filled) * log(ratio)

    return loss, {"x": rng.uniform(0.1, 1, size=n)}


def seconds(function, *arguments):
    """Return the shortest time of a call, of some that last a fifth of a second."""
    times, end = [], perf_counter() + 0.2
    while not times or perf_counter() < end:
        start = perf_counter()
        function(*arguments)
        times.append(perf_counter() - start)
    return min(times)


def growth(sizes=(1, 10, 100, 1000)):
    """Return what the gradient of the free energy costs at each size, in Markdown."""
    from autodiff_course import all_directions, compiled, differences, reverse

    lines = ["| n | differences | all_directions | reverse | compiled |"]
    lines.append("| ---: | ---: | ---: | ---: | ---: |")
    for n in sizes:
        loss, params = helmholtz(n)
        once = seconds(loss, params)
        ways = [(way, loss) for way in (differences, all_directions, reverse)]
        ways.append((lambda program, p: program(p), compiled(loss, params)))
        costs = [seconds(way, first, params) / once for way, first in ways]
        lines.append(f"| {n} | " + " | ".join(f"{cost:.1f}" for cost in costs) + " |")
    return "\n".join(lines)


def processor():
    """Return the processor's name where Linux tells it, else the machine's kind."""
    listed = Path("/proc/cpuinfo")
    told = listed.read_text(encoding="utf-8") if listed.exists() else ""
    names = re.findall(r"model name\s*: (.+)", told)
    return names[0].strip() if names else machine()


def write(results, rounds):
    """Write the table and the picture to docs/."""
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    picture = draw(results)
    picture.savefig(DOCS / "benchmarks.png", metadata={"Software": None})
    text = f"""# Benchmarks

Loss and gradient together, in float64, as multiples of the gradient that was derived
by hand and written in NumPy with every trick that we know: shared terms, dot products
for means, freed memory kept (third column). `plain` is the same gradient by hand as it
is usually written. `reverse` and `compiled` are the course's.
Every contender ran in a process of its own with one thread; in each of {rounds} rounds
all took turns, and the table holds the median of the rounds' ratios. A dash: not able
to. Python {python_version()}, NumPy {np.__version__}, {peers}; {processor()}.

{table(results)}

![{told(results)}](benchmarks.png)

The line has two parameters, the network seven, the digits network 64-32-10 has 2 410.
micrograd knows scalars only, and neither a logarithm nor arrays. The losses are in
`benchmarks/peers_contenders.py`; `python benchmarks/peers.py` measures again and
writes this page. Beside it, `scalar_loop.py` measures what the checks of `Variable`
cost in a loop, `widgets.py` how soon a click is answered, and `shards_dask.py` spreads
a gradient over a cluster.

## What a gradient costs as inputs grow

The Helmholtz free energy of n fluids, a standard test of the field (Baydin et al.,
2018), in multiples of one evaluation on plain arrays, one thread.

{growth()}
"""
    (DOCS / "benchmarks.md").write_text(text, encoding="utf-8")


def main(rounds=401):
    """Measure every row and write docs/, or print where a peer is not installed."""
    workers = {name: Worker(name) for name in CONTENDERS}
    results = {}
    for index, (row, n) in enumerate(ROWS):
        results[row, n] = measured(workers, row, n, rounds)
        ratios = results[row, n][1]
        print(row, n, {name: round(ratio, 2) for name, ratio in ratios.items()})
        for name, aims in AIMS.items():
            if ratios[name] > aims[index]:
                print(f"  {name}: {ratios[name]:.2f}, the aim is {aims[index]}")
    for worker in workers.values():
        worker.end()
    absent = CONTENDERS.keys() - set().union(*(each for _, each in results.values()))
    if absent:
        print(table(results))
        sys.exit(f"Not installed: {', '.join(absent)}; docs/ stays as it is.")
    write(results, rounds)


if __name__ == "__main__":
    os.environ.update(ONE_THREAD)
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main(*map(int, sys.argv[1:]))

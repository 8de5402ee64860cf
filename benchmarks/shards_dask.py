"""The gradient over shards, on one process, on joblib's own workers and on dask's.

A real dask cluster is started on this machine, two workers with a process each. The
gradients of all ways are compared; then each is timed in turns and the median printed.
What the workers need is `autodiff_course`, which has to be importable where they run.

    pip install -r benchmarks/shards_requirements.txt
    python benchmarks/shards_dask.py          # 20 rounds
    python benchmarks/shards_dask.py 100      # more
"""

import sys
from contextlib import nullcontext
from platform import python_version
from statistics import median
from time import perf_counter

import numpy as np
from dask.distributed import Client, LocalCluster
from joblib import Parallel, delayed, parallel_config

from autodiff_course import coin_labels, logistic_loss, mean, reverse

PLACE = {"m": 1.0, "b": -1.0}
SIZES = (4_000, 400_000)


def chance_loss(x, labels):
    """Return the mean logistic loss of m x + b on these points."""
    return lambda w: mean(logistic_loss(labels, w["m"] * x + w["b"]))


def on_shard(loss_on, params, shard):
    """Return how many rows a shard has, and the gradient of its mean loss."""
    return len(shard[0]), reverse(loss_on(*shard), params)[1]


def weighted_by_rows(parts):
    """Return the gradients of all shards joined, each counted as often as its rows."""
    rows, names = sum(count for count, _ in parts), parts[0][1]
    return {name: sum(n * grads[name] for n, grads in parts) / rows for name in names}


def over_workers(loss_on, params, shards):
    """Return the gradient over all shards, each computed by one of two processes."""
    calls = [delayed(on_shard)(loss_on, params, shard) for shard in shards]
    return weighted_by_rows(Parallel(n_jobs=2)(calls))


def unequal_shards(columns):
    """Return four shards of one column set, the last one shorter than the rest."""
    size = len(columns[0]) * 3 // 10
    ends = [size, 2 * size, 3 * size]
    parts = (np.split(column, ends) for column in columns)
    return list(zip(*parts, strict=True))


def seconds(way):
    """Return how long one call takes."""
    begin = perf_counter()
    way()
    return perf_counter() - begin


def measured(n, rounds):
    """Return the median time of each way on n points, their gradients being equal."""
    columns = coin_labels(n=n)
    shards = unequal_shards(columns)

    def over(backend):
        with parallel_config(backend=backend) if backend else nullcontext():
            return over_workers(chance_loss, PLACE, shards)

    ways = {
        "one process": lambda: reverse(chance_loss(*columns), PLACE)[1],
        "joblib": lambda: over(None),
        "dask": lambda: over("dask"),
    }
    right = ways["one process"]()
    for name, way in ways.items():
        found = way()
        for key in PLACE:
            assert np.isclose(found[key], right[key], rtol=1e-12), (name, key)
    taken = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(seconds(way))
    return {name: 1000 * median(times) for name, times in taken.items()}


def main(rounds=20):
    """Print a row of medians for each number of points."""
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, Client(cluster) as client:
        workers = len(client.scheduler_info()["workers"])
        print(f"Python {python_version()}, {workers} dask workers, {rounds} rounds")
        print("| points | one process, ms | joblib, ms | dask, ms |")
        print("| --- | --- | --- | --- |")
        for n in SIZES:
            times = measured(n, rounds).values()
            print(f"| {n} |", " | ".join(f"{time:.2f}" for time in times), "|")
    print("The gradients are equal to 1e-12.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

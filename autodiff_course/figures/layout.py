"""Where the rows of a trace go on paper: columns by depth, then few crossings.

The end stands at the right and every other row one column left of its first use. An
edge that crosses columns gets a waypoint in each, and edges that leave the same row
share them. After `COLUMNS` columns the drawing goes on below, as text does, and an
edge from above is cut down to its last stretch. The method is that of Sugiyama,
Tagawa and Toda, "Methods for visual understanding of hierarchical system structures",
1981.
"""

from itertools import pairwise
from typing import NamedTuple

COLUMNS = 6
ROOM = 0.86  # the height that a row needs, in inches
THIN = 0.3  # the height that a waypoint needs
SWEEPS = 12


class Layout(NamedTuple):
    """`places` maps a row's name or a waypoint to `(band, column, y)`, y downwards.

    `routes` has for each `(row name, operand number)` the keys from operand to row;
    the row alone, where the operand stands in another band. `heights` holds each
    band's height in inches, `columns` is their greatest width.
    """

    places: dict
    routes: dict
    heights: list
    columns: int


def laid_out(rows):
    """Return the `Layout` of trace rows."""
    depth = depths(rows)
    routes = {
        (row.name, number): route(operand, row.name, depth)
        for row in rows
        for number, operand in enumerate(row.operands)
    }
    columns = [[] for _ in range(max(depth.values()) + 1)]
    for row in rows:
        columns[depth[row.name]].append(row.name)
    for waypoint in dict.fromkeys(key for keys in routes.values() for key in keys):
        if isinstance(waypoint, tuple):
            columns[waypoint[1]].append(waypoint)
    return banded(columns, settled(columns, routes), routes)


def depths(rows):
    """Return the column of each row, from 0."""
    depth = {}
    for row in rows:
        depth[row.name] = 1 + max((depth[name] for name in row.operands), default=-1)
    # From the end, so that each row's users already stand where they will stay.
    for row in reversed(rows):
        uses = [depth[other.name] for other in rows if row.name in other.operands]
        depth[row.name] = min(uses, default=depth[row.name] + 1) - 1
    return depth


def route(operand, name, depth):
    """Return the keys from an operand to a row: both, and the waypoints between."""
    if depth[operand] // COLUMNS != depth[name] // COLUMNS:
        return [name]
    between = range(depth[operand] + 1, depth[name])
    return [operand, *((operand, column) for column in between), name]


def settled(columns, routes):
    """Return the y of every key, drawn towards its neighbours, none overlapping."""
    left, right = {}, {}
    for keys in routes.values():
        for before, after in pairwise(keys):
            right.setdefault(before, set()).add(after)
            left.setdefault(after, set()).add(before)
    y = {}
    for column in columns:
        y.update(spread({key: 0.0 for key in column}))
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        sides = (left,) if forward else (right,)
        if sweep >= SWEEPS - 2:
            sides = (left, right)
        for column in columns if forward else reversed(columns):
            y.update(spread({key: wish(key, sides, y) for key in column}))
    return y


def wish(key, sides, y):
    """Return where a key would like to stand: the mean of its neighbours."""
    # Sorted, because the order of a set and so the last digit of its sum may vary.
    near = sorted(y[other] for side in sides for other in side.get(key, ()))
    return sum(near) / len(near) if near else y[key]


def spread(wishes):
    """Return places near the wishes, in their order, with room for each."""
    placed, edge = {}, None
    for key, wanted in sorted(wishes.items(), key=lambda item: item[1]):
        half = (THIN if isinstance(key, tuple) else ROOM) / 2
        placed[key] = wanted if edge is None else max(wanted, edge + half)
        edge = placed[key] + half
    # Pushing only downwards has moved the column as a whole: move it back.
    drift = sum(placed[key] - wishes[key] for key in placed) / max(len(placed), 1)
    return {key: place - drift for key, place in placed.items()}


def banded(columns, heights, routes):
    """Return the `Layout` with columns folded into bands, each counted from its top."""
    places, tall = {}, []
    for first in range(0, len(columns), COLUMNS):
        band = columns[first : first + COLUMNS]
        ys = [heights[key] for column in band for key in column]
        for number, column in enumerate(band):
            for key in column:
                y = heights[key] - min(ys) + ROOM / 2
                places[key] = (len(tall), number, y)
        tall.append(max(ys) - min(ys) + ROOM)
    return Layout(places, routes, tall, min(len(columns), COLUMNS))

"""What a report says of layers that have the weights of others."""

from collections import Counter
from collections.abc import Iterable, Sequence

from ..core import PARAMETERS, Node, Row
from ..errors import listed
from .lines import Line
from .report import Report

_NAMED = 6  # of the names in a list, and of the lists in a sentence


def holders(rows: Iterable[Row]) -> list[str]:
    """The layers that hold the parameters which some rows share with them."""
    return list(dict.fromkeys(path for row in rows for path in row.shares.values()))


def wholly_shared(line: Line) -> list[str]:
    """The layers that hold all the parameters of a line; none where it has some of its own."""
    held = (PARAMETERS.get(name[0]) for row in line.rows for name in row.work.parameters)
    return holders(line.rows) if any(held) and not line.cost.params else []


def shared_notes(report: Report) -> tuple[str, ...]:
    """Who has whose weights, and that they count once; of a part, also those from outside of it."""
    whole = report.network.whole
    by_layer = report.grain == "layer" or len(report.network.modules) == 1
    nodes = (whole or report.network).nodes
    modules = {node.path: node.module for node in nodes}
    again = _called_again(report.rows, nodes)
    rows = [row for row in report.rows if row.node.path not in again]
    inside = _pairs(rows, modules, by_layer=by_layer)
    said = [f"weights that are shared count once: {_have(inside)}"] if inside else []
    if again:
        calls = Counter(again.values())
        names = [f"{path} ({count + 1} times)" for path, count in calls.items()]
        said.append(f"called more than once, with weights that count once: {some(names)}")
    if whole:
        own = {row.node.path for row in report.rows}
        held = {path for row in report.rows for path in row.shares.values()}
        first = [row for row in whole.rows if row.node.path in own and _outside(row, own)]
        outside = _pairs(first, modules, by_layer=by_layer)
        outside = {name: holder for name, holder in outside.items() if name not in held}
        outside = {name: holder for name, holder in outside.items() if name not in inside}
        if outside:
            said.append(f"weights of layers outside of this part count here: {_have(outside)}")
    return tuple(said)


def _called_again(rows: Iterable[Row], nodes: Iterable[Node]) -> dict[str, str]:
    """Of a model the further calls of a module, each with the path of the first."""
    scopes = {node.path: node.scope for node in nodes if node.call}
    found: dict[str, str] = {}
    for row in rows:
        holders = {*row.shares.values()}
        if len(holders) == 1 and row.node.call and scopes[min(holders)] == row.node.scope:
            found[row.node.path] = min(holders)
    return found


def _outside(row: Row, own: set[str]) -> bool:
    return any(path not in own for path in row.shares.values())


def _pairs(rows: Iterable[Row], modules: dict[str, str], *, by_layer: bool) -> dict[str, list[str]]:
    """For each layer that shares, or its module, those that hold what it shares."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for path in row.shares.values():
            pair = (row.node.path, path)
            name, holder = pair if by_layer else (modules[at] for at in pair)
            if name == holder:  # within a module: of its layers
                name, holder = pair
            known = found.setdefault(name, [])
            if holder not in known:
                known.append(holder)
    return found


def _have(pairs: dict[str, list[str]]) -> str:
    """Each holder once, with all that have its weights."""
    named: dict[str, list[str]] = {}
    for name, holders_ in pairs.items():
        named.setdefault(some(holders_), []).append(name)
    said = [
        f"{some(names)} {'has' if len(names) == 1 else 'have'} those of {held}"
        for held, names in named.items()
    ]
    more = [f"and {len(said) - _NAMED:,} more"] if len(said) > _NAMED else []
    return ", ".join((*said[:_NAMED], *more))


def some(names: Sequence[str], most: int = _NAMED) -> str:
    """Some names, at `most` so many, and how many more there are.

    >>> some(["a", "b"]), some(list("abcdefgh"))
    ('a and b', 'a, b, c, d, e, f and 2 more')
    """
    more = len(names) - most
    return listed([*names[:most], f"{more:,} more"] if more > 0 else names)

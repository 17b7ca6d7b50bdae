"""The report of a model, its layers grouped by modules at a depth that a picture has room for."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ..analysis import Report
from ..analysis.repeats import repeats
from ..core import Network, Node, Row, Scope
from ..records import dataclass, field, fields, replace

MOST_PARTS = 40  # modules side by side, each repeat once: bars that are told apart
_LARGEST = 2  # the largest module has at most one in so many of the multiplies, where it has parts


@dataclass(frozen=True)
class Grouped(Report):
    """The report of a model with its modules `at` a depth; `source` has them as they are nested."""

    source: Report = field(kw_only=True)
    at: int = field(kw_only=True)
    bare: Mapping[str, Row] = field(default_factory=dict)

    @cached_property
    def naive(self) -> Mapping[str, Row]:
        """Each layer's row in the naive reading, in these modules."""
        return self.bare


def is_model(network: Network) -> bool:
    """Whether it was read from a model, whose modules have modules in them."""
    return bool(network.reader)


def depth_of(rows: Iterable[Row]) -> int:
    """How deep the deepest module of some layers lies."""
    return max((len(row.node.scope) for row in rows), default=1)


def grouped(report: Report, depth: int | None = None) -> Report:
    """A report by its modules at a `depth`, where one is given or was asked for.

    A table's stays as it is else. A model's is at the least depth at which no module is most of the
    whole, if there are not too many modules then. What is in such a module is its branch, where it
    is a module of several layers.

    >>> import flopcount as fc
    >>> report = fc.analyze("googlenet")
    >>> grouped(report) is report
    True
    """
    if depth or report.depth > 1:
        return at_depth(report, depth or report.depth)
    if not is_model(report.network):
        return report
    best = at_depth(report, 1)
    for deeper in range(2, depth_of(report.rows) + 1):
        if _told_apart(best):
            break
        tried = at_depth(report, deeper)
        if len(repeats(tried)) > MOST_PARTS:
            break
        best = tried
    return best


def _told_apart(report: Report) -> bool:
    """Whether no module is most of the multiplies, however many there are."""
    if len(report.network.modules) < 2:
        return False
    counts: dict[str, int] = {}
    for row in report.rows:
        module = row.node.module
        counts[module] = counts.get(module, 0) + int(row.count("multiplies") or 0)
    return _LARGEST * max(counts.values(), default=0) <= sum(counts.values())


def at_depth(report: Report, depth: int) -> Grouped:
    """The report with so many names of the way to a layer as its module, the next as its branch."""
    network = report.network
    several = _several(row.node for row in report.rows if _counts(row))

    def moved(node: Node) -> Node:
        return replace(node, scope=scope_at(node.scope, depth, several))

    def moved_rows(rows: Mapping[str, Row]) -> dict[str, Row]:
        return {path: row._replace(node=moved(row.node)) for path, row in rows.items()}

    def of(given: Network) -> Network:
        return replace(given, nodes=tuple(map(moved, given.nodes)))

    rows = moved_rows({row.node.path: row for row in report.rows})
    same = all(report.naive.get(row.node.path) is row for row in report.rows)
    moved_network = replace(of(network), whole=network.whole and of(network.whole))
    return Grouped(
        **like(report, network=moved_network, rows=tuple(rows.values()), depth=1),
        source=report,
        at=depth,
        bare=rows if same else moved_rows(report.naive),
    )


def like(report: Report, **others: Any) -> dict[str, Any]:
    """What a report is made of, some of it other than it is."""
    return {own.name: getattr(report, own.name) for own in fields(Report)} | others


def scope_at(
    scope: Sequence[Scope], depth: int, several: Mapping[tuple[Scope, ...], int]
) -> tuple[Scope, ...]:
    """A module's name at a depth, and the next one where it is one of `several` layers."""
    module = Scope("/".join(step.name for step in scope[:depth]), scope[:depth][-1].kind)
    inner = tuple(scope[: depth + 1])
    branches = len(scope) > depth and several.get(inner, 0) > 1
    return (module, scope[depth]) if branches else (module,)


def _counts(row: Row) -> bool:
    """Whether a layer multiplies or has parameters."""
    return bool(row.count("multiplies") or row.count("params"))


def _several(nodes: Iterable[Node]) -> dict[tuple[Scope, ...], int]:
    """How many of some layers are in each module, by the way to it."""
    found: dict[tuple[Scope, ...], int] = {}
    for node in nodes:
        for end in range(1, len(node.scope) + 1):
            way = node.scope[:end]
            found[way] = found.get(way, 0) + 1
    return found

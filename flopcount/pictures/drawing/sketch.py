"""A model as it is drawn: what moves and computes nothing is a line, a tail is its layer's.

A run of a model has many steps that a drawing of it has not: copies, pads and parameters that are
added. What they read goes on to what reads them. A norm, an activation or a factor rides on the
layer before it, as in the notation, where nothing else reads that one. Where there are still too
many boxes, a box is a module.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby

from ...analysis import Report
from ...analysis.repeats import repeats
from ...core import PARAMETERS, Row, Scope
from ...records import dataclass, field, replace
from ...sizes import product
from ..grouped import depth_of, is_model, like, scope_at
from .units import Unit, joined, moves, units_of

MOST_BOXES, MOST_LINKS = 120, 240  # of a drawing that can be read
_NORMS = {"norm_params", "norm_stats"}
_Joins = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Sketch(Report):
    """A report as it is drawn, each of its rows a unit; `units` has them by their path.

    `source` is the report.
    """

    units: Mapping[str, Unit] = field(default_factory=dict)
    source: Report | None = None

    @cached_property
    def naive(self) -> Mapping[str, Row]:
        """The units without the reductions: of one that is bypassed, nothing."""
        rows = self.source.naive if self.source else {}
        found = {row.node.path: (self.units[row.node.path].among(rows), row) for row in self.rows}
        return {path: unit.row(row.node.scope) for path, (unit, row) in found.items() if unit}


def sketched(report: Report, depth: int | None = None) -> Report:
    """The report as a drawing shows it; of a network that was not read from a model as it is.

    Modules stand at the `depth` at which most of them repeat each other, unless it is given.

    >>> import flopcount as fc
    >>> report = fc.analyze("googlenet")
    >>> sketched(report) is report
    True
    """
    return sketch(report, depth) if is_model(report.network) else report


def sketch(report: Report, depth: int | None = None) -> Sketch:
    """The report of a model as a drawing shows it, likewise."""
    units = units_of(report.rows)
    units = joined(units, _plain_modules(units))
    units = joined(units, _riding(units))
    deepest = depth_of(report.rows)
    if depth is None and report.depth > 1:
        depth = report.depth
    at = depth or min(
        range(1, deepest + 1), key=lambda at: (_boxes(_placed(report, units, at)), at)
    )
    best = _placed(report, units, at)
    for boxes in range(deepest, 0, -1):
        if _boxes(best) <= MOST_BOXES and _links(best) <= MOST_LINKS:
            break
        best = _placed(report, joined(units, _modules(units, boxes)), min(at, boxes))
    return best


def _plain_modules(units: Sequence[Unit]) -> _Joins:
    """The steps of modules that multiply nothing and have no others in them, such as a norm's."""
    above = {unit.scope[:end] for unit in units for end in range(1, len(unit.scope))}
    found: _Joins = {}
    for scope, run in groupby(units, key=lambda unit: unit.scope):
        steps = list(run)
        if len(steps) > 1 and scope not in above and all(step.is_plain for step in steps):
            path = steps[0].path
            found |= {step.path: (path, scope[-1].kind or scope[-1].name) for step in steps}
    return found


def _riding(units: Sequence[Unit]) -> _Joins:
    """What rides on the one before it, in one module: it alone reads that, and nothing else."""
    readers = Counter(source for unit in units for source in unit.reads)
    by_path = {unit.path: unit for unit in units}
    on: dict[str, str] = {}
    for unit in units:
        if len(unit.reads) != 1 or not unit.is_plain or moves(unit.rows[0]):
            continue
        (source,) = unit.reads
        before = by_path.get(source)
        if before is None or readers[source] > 1 or product(before.output) != product(unit.output):
            continue
        base = by_path[on.get(source, source)]
        home = _home(base)
        if unit.scope[: len(home)] == home and (not _is_norm(unit) or base.multiplies):
            on[unit.path] = base.path
    return {path: (base, by_path[base].text) for path, base in on.items()}


def _home(unit: Unit) -> tuple[Scope, ...]:
    """The module whose code calls it: what is called elsewhere is no tail of it."""
    is_module = unit.path == "/".join(step.name for step in unit.scope)
    return unit.scope[:-1] if is_module else unit.scope


def _is_norm(unit: Unit) -> bool:
    kinds = (PARAMETERS[capital[0]] for row in unit.rows for capital in row.node.weights)
    return not _NORMS.isdisjoint(kinds)


def _modules(units: Sequence[Unit], depth: int) -> _Joins:
    """A box for each run of units in one module at a depth, with its name and its class."""

    def place(unit: Unit) -> object:
        return unit.scope[:depth] if len(unit.scope) >= depth else unit.path

    found: _Joins = {}
    taken: Counter[str] = Counter()
    for _, run in groupby(units, key=place):
        inner = list(run)
        if len(inner) > 1:
            scope = inner[0].scope[:depth]
            name = "/".join(step.name for step in scope)
            taken[name] += 1
            path = name if taken[name] == 1 else f"{name}.{taken[name]}"
            text = f"{scope[-1].name} {scope[-1].kind}".strip()
            found |= {unit.path: (path, text) for unit in inner}
    return found


def _placed(report: Report, units: Sequence[Unit], depth: int) -> Sketch:
    """The units as the rows of a report, in modules at a depth, each run of one as one."""
    rows: list[Row] = []
    taken: Counter[str] = Counter()
    for _, run in groupby(units, key=lambda unit: unit.scope[:depth]):
        inner = list(run)
        (name, *_) = scope_at(inner[0].scope, depth, {})
        taken[name.name] += 1
        if taken[name.name] > 1:
            name = Scope(f"{name.name}.{taken[name.name]}", name.kind)
        rows += [unit.row((name,)) for unit in inner]
    network = replace(report.network, nodes=tuple(row.node for row in rows), whole=None)
    given = like(report, network=network, rows=tuple(rows), depth=1)
    return Sketch(**given, units={unit.path: unit for unit in units}, source=report)


def _drawn(report: Report) -> Iterator[tuple[str, int]]:
    """The modules that are drawn, one of each repeat, with their boxes and links."""
    once = {repeat.modules[0] for repeat in repeats(report)}
    return (
        (row.node.module, len(row.node.inputs)) for row in report.rows if row.node.module in once
    )


def _boxes(report: Report) -> int:
    return sum(1 for _ in _drawn(report))


def _links(report: Report) -> int:
    return sum(links for _, links in _drawn(report))

"""Rows → layers, branches, modules, operations and the total, beside the naive reading.

What MACs and FLOPs are is said here and nowhere else; how a number is printed, in writing/sheet.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..core import COUNTS, Counts, Network, Row
from ..errors import FlopcountError, one_of, plural, quote, visible
from ..notation import Given, as_network
from ..rewrites import READINGS, naive_rows, of_branch, place_of, selected, with_part
from ..sizes import Shape, as_size
from ..writing.sheet import Convention

GRAINS = ("layer", "branch", "module", "op")
# What a unit's number is, as a multiple of the multiplies; 1 MAC = 1 multiply and 1 add.
UNITS = {"multiplies": 1, "macs": 1, "flops": 2}
UNIT_NAMES = {"multiplies": "multiplies", "macs": "MACs", "flops": "FLOPs"}
CONVENTION = COUNTS["multiplies"].says
BRIEFLY = "multiplies of conv and dense, padding included"  # the same on a terminal
ASK = "--conventions tells more"
OF_ONE_SAMPLE = Convention(f"counts: {CONVENTION}; one sample", f"{BRIEFLY}; {ASK}")


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the network: its rows, what they cost, and the same in the naive reading.

    `module`, `branch`, `layer` and `op` are set as far as the grain goes.
    """

    rows: Sequence[Row]
    cost: Counts
    naive_rows: Sequence[Row]
    naive: Counts
    module: str | None = None
    branch: str | None = None
    layer: str | None = None
    op: str | None = None

    @property
    def output(self) -> Shape:
        """The shape of what comes out last."""
        return self.rows[-1].output

    @property
    def multiplies(self) -> int:
        """Its multiplies, of the whole batch."""
        return int(self.cost.multiplies)

    @property
    def params(self) -> int:
        """Its parameters that train."""
        return int(self.cost.params)

    @property
    def saved(self) -> float | None:
        """Naive multiplies ÷ multiplies; None where nothing changes or one of them is zero."""
        built, before = self.cost.multiplies, self.naive.multiplies
        return before / built if built and before and before != built else None

    def __repr__(self) -> str:
        """Name and counts: what it is made of would fill a screen."""
        place = "/".join(filter(None, (self.module, self.branch)))
        name = self.layer or place or self.op or "total"
        counts = f"{self.multiplies:,} multiplies, {plural(self.params, 'parameter')}"
        return f"<Line {visible(name)}: {counts}>"


@dataclass(frozen=True)
class Report:
    """What a network, or some of its modules, costs: the data of `flopcount.Report`.

    Counts are of `batch` samples; parameters are of the network.
    """

    network: Network
    rows: tuple[Row, ...]
    batch: int = 1
    reading: str = "reduce"
    unit: str = "multiplies"
    grain: str = "module"
    columns: tuple[str, ...] = ()  # the counts that are shown, where they were chosen

    def by(self, grain: str) -> "Report":
        """The same report at another grain: layer, branch, module or op."""
        if grain not in GRAINS:
            raise FlopcountError(one_of(grain, GRAINS, "grain"))
        return replace(self, grain=grain)

    @cached_property
    def naive(self) -> Mapping[str, Row]:
        """Each layer's row in the naive reading, by path; a bypassed layer has none."""
        whole = self.network.whole or self.network
        rows = whole.rows if self.network.whole else self.rows
        return naive_rows(whole, rows, self.reading)

    @cached_property
    def lines(self) -> list[Line]:
        """The parts at this report's grain, in the network's order."""
        return self.grouped(self.grain)

    @cached_property
    def total(self) -> Line:
        """All that is reported, as one line."""
        return self._line(self.rows)

    def grouped(self, grain: str) -> list[Line]:
        """The parts at a grain; layers outside the branches of a module come last in it.

        Raises `FlopcountError` for an unknown grain.
        """
        if grain not in GRAINS:
            raise FlopcountError(one_of(grain, GRAINS, "grain"))
        groups: dict[tuple[str | None, ...], list[Row]] = {}
        order = {module: place for place, module in enumerate(self.network.modules)}
        for row in self.rows:
            groups.setdefault(_key(row, grain), []).append(row)
        keys = list(groups)
        if grain == "branch":
            keys.sort(key=lambda key: (order[str(key[0])], key[1] is None))
        names = {
            "layer": ("module", "branch", "layer", "op"),
            "branch": ("module", "branch"),
            "module": ("module",),
            "op": ("op",),
        }[grain]
        return [self._line(groups[key], **dict(zip(names, key, strict=True))) for key in keys]

    def _line(self, rows: Sequence[Row], **named: str | None) -> Line:
        paths = (row.node.path for row in rows)
        before = [self.naive[path] for path in paths if path in self.naive]
        return Line(rows, self._sum(rows), before, self._sum(before), **named)

    def _sum(self, rows: Sequence[Row]) -> Counts:
        return Counts(rows, self.batch)

    @property
    def cost(self) -> Counts:
        """The total's counts alone, without looking at the naive reading."""
        return self._sum(self.rows)

    @property
    def multiplies(self) -> int:
        """The total's multiplies, of the whole batch."""
        return int(self.cost.multiplies)

    @property
    def macs(self) -> int:
        """Multiply-accumulates: one for each multiply."""
        return self.multiplies * UNITS["macs"]

    @property
    def flops(self) -> int:
        """Floating-point operations of those: 2 × MACs, a multiply and an add."""
        return self.multiplies * UNITS["flops"]

    @property
    def params(self) -> int:
        """The total's parameters that train: of the network, whatever the batch."""
        return int(self.cost.params)

    def __getitem__(self, name: str) -> Line:
        """The line of a name: as it stands in the table, or at another grain.

        A module's (``3a``), a branch's (``3a/5x5``; ``5x5`` where no other has that), a layer's
        (``3a/5x5/2``), an op's (``conv``), or ``total``. Raises `FlopcountError` for a name that
        no line has, or several.
        """
        from .naming import line_named

        return line_named(self, name)

    def __iter__(self) -> Iterator[Line]:
        """The lines, without the total."""
        return iter(self.lines)

    def __len__(self) -> int:
        """How many lines there are, without the total."""
        return len(self.lines)

    def __bool__(self) -> bool:
        """A report is there, however few lines it has."""
        return True

    def __contains__(self, name: object) -> bool:
        """Whether ``report[name]`` is a line; of a line, whether it is one of the report's."""
        if isinstance(name, Line):
            return name in self.lines
        with suppress(FlopcountError):
            return isinstance(name, str) and bool(self[name])
        return False

    def index(self, grain: str, *, short: bool) -> Mapping[str, list[tuple[str, Line]]]:
        """The lines of a grain by their names, worked out once: see naming.py."""
        if (grain, short) not in self._indices:
            from .naming import index

            self._indices[grain, short] = index(self, grain, short=short)
        return self._indices[grain, short]

    @cached_property
    def _indices(self) -> dict[tuple[str, bool], dict[str, list[tuple[str, Line]]]]:
        return {}

    def __repr__(self) -> str:
        """Name, grain and total."""
        return (
            f"<Report of {visible(with_part(self.network))} by {self.grain}: "
            f"{self.multiplies:,} multiplies, {self.params:,} parameters>"
        )


def _key(row: Row, grain: str) -> tuple[str | None, ...]:
    node = row.node
    if grain == "layer":
        return (node.module, node.branch, node.path, node.op.word)
    if grain == "branch":
        return (node.module, node.branch)
    return (node.module,) if grain == "module" else (node.op.word,)


def counts(line: Line) -> dict[str, Any]:
    """A line's counts under the names of the JSON schema, as plain integers: built and naive."""
    naive = {f"naive_{name}": int(line.naive[name]) for name in ("multiplies", "params")}
    return built_counts(line) | naive


def built_counts(line: Line) -> dict[str, Any]:
    """The same without the naive reading's."""
    plain: dict[str, Any] = {}
    for name in COUNTS:
        group, dot, kind = name.rpartition(".")
        (plain.setdefault(group, {}) if dot else plain)[kind] = int(line.cost[name])
    return plain


def analyze(  # noqa: PLR0913  the options of a report
    network: Given,
    *,
    modules: Sequence[str] = (),
    branch: str | None = None,
    batch: int = 1,
    naive: str = "reduce",
    unit: str = "multiplies",
    by: str | None = None,
    columns: Sequence[str] = (),
) -> Report:
    """Price a network: the arguments and errors are those of `flopcount.analyze`."""
    network = as_network(network)
    for name, known, what in ((naive, READINGS, "naive reading"), (unit, UNITS, "unit")):
        if not isinstance(name, str) or name not in known:
            raise FlopcountError(one_of(name, known, what))
    if not isinstance(modules, Iterable):
        raise FlopcountError(f"modules: expected names of modules, not {quote(modules)}")
    if modules:
        network = selected(network, [modules] if isinstance(modules, str) else modules)
    if branch is not None:
        network = of_branch(network, branch)
    if network.whole:
        own = {node.path for node in network.nodes}
        rows = tuple(row for row in network.whole.rows if row.node.path in own)
    else:
        rows = network.rows
    one = len(network.modules) == 1
    several = place_of(network) == (network.modules, None)  # branches, if there are any
    alone = "branch" if several and any(node.branch for node in network.nodes) else "layer"
    grain = by or (alone if one else "module")
    report = Report(network, rows, as_size(batch, "batch"), naive, unit, grain, _known(columns))
    if report.columns and unit != "multiplies":
        raise FlopcountError("columns show counts as they are; a unit is of the usual columns")
    return report.by(grain)


def _known(columns: Sequence[str]) -> tuple[str, ...]:
    """The names of counts that were asked for, each once; a text has commas between them."""
    if not isinstance(columns, Iterable):
        raise FlopcountError(f"columns: expected names of counts, not {quote(columns)}")
    names: list[str] = []
    for given in columns.split(",") if isinstance(columns, str) else columns:
        name = given.strip() if isinstance(given, str) else given
        if not isinstance(name, str) or name not in COUNTS:
            raise FlopcountError(f"columns: {one_of(name, COUNTS, 'count')}")
        if name in names:
            raise FlopcountError(f"columns: {name} is named twice")
        names.append(name)
    return tuple(names)

"""Rows → layers, branches, modules, operations and the total, beside the naive reading.

What MACs and FLOPs are is said in core/counts.py; how a number is printed, in writing/.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property

from ..core import UNITS, Counts, FirstUses, Network, Row
from ..errors import FlopcountError, one_of, visible
from ..notation import Given, as_network, with_batch
from ..records import dataclass, replace
from ..rewrites import READINGS, changes, naive_rows, with_part
from ..sizes import as_size
from ..writing.scale import EXACT, Scale
from .conventions import Families, families
from .count_names import counts_named
from .lines import GRAINS, Line, in_order, key_of
from .scopes import grain_asked, part_asked, read_depth
from .units import Measure, read_measure

UNCHANGED = "the same as built, for it bypasses no layer here"  # a naive reading


@dataclass(frozen=True)
class Report:
    """What a network, or some of its modules, costs: the data of `flopcount.Report`.

    Counts are of `batch` samples; parameters are of the network. A model's are of its input as it
    was read, its batch included, and `batch` is 1. `scale` and `params_scale` say how
    multiplies, in the `unit`, and parameters are printed; the report itself is exact.
    """

    network: Network
    rows: tuple[Row, ...]
    batch: int = 1
    reading: str = "reduce"
    unit: str = "multiplies"
    grain: str = "module"
    columns: tuple[str, ...] = ()  # the counts that are shown, where they were chosen
    scale: Scale = EXACT
    params_scale: Scale = EXACT
    asked: bool = False  # whether the naive reading was: it is named then, whatever it changes
    depth: int = 1  # by module: so many names of the way to a layer are its module's

    def by(self, grain: str, depth: int | None = None) -> "Report":
        """The same report at another grain: layer, branch, module or op.

        Modules are named by the first name of the way to a layer or, with `depth`, by so many:
        ``layer1/0`` at a depth of 2. What a module does itself is then a line beside its parts.
        Raises `FlopcountError` for another grain, and a depth of another grain than modules.

        >>> import flopcount as fc
        >>> [line.module for line in fc.analyze("googlenet").by("module", depth=2)][4:9]
        ['3a/1x1', '3a/3x3', '3a/5x5', '3a/pool', '3a']
        """
        if grain not in GRAINS:
            raise FlopcountError(one_of(grain, GRAINS, "grain"))
        return replace(self, grain=grain, depth=read_depth(depth, grain))

    @property
    def measure(self) -> Measure:
        """The unit, and how its numbers and those of parameters are printed."""
        return Measure(self.unit, self.scale, self.params_scale)

    @cached_property
    def naive(self) -> Mapping[str, Row]:
        """Each layer's row in the naive reading, by path; a bypassed layer has none."""
        whole = self.network.whole or self.network
        rows = whole.rows if self.network.whole else self.rows
        naive = naive_rows(whole, rows, self.reading)
        if not self.network.whole:
            return naive
        own = (naive[row.node.path] for row in self.rows if row.node.path in naive)
        return naive | {row.node.path: row for row in FirstUses().rows(own)}

    @cached_property
    def bypasses(self) -> bool:
        """Whether the naive reading changes anything of what is reported."""
        return any(changes(row, self.naive.get(row.node.path)) for row in self.rows)

    @cached_property
    def families(self) -> Families:
        """What there is in it beside convolutions and dense layers, for what a heading says."""
        return families(self.rows)

    @cached_property
    def lines(self) -> list[Line]:
        """The parts at this report's grain, in the network's order."""
        return self.grouped(self.grain, self.depth)

    @cached_property
    def total(self) -> Line:
        """All that is reported, as one line."""
        return self.line_of(self.rows)

    def grouped(self, grain: str, depth: int = 1) -> list[Line]:
        """The parts at a grain; layers outside the branches of a module come last in it.

        So does what a module does itself where modules are named at a `depth`. Raises
        `FlopcountError` for an unknown grain.
        """
        if grain not in GRAINS:
            raise FlopcountError(one_of(grain, GRAINS, "grain"))
        groups: dict[tuple[str | None, ...], list[Row]] = {}
        order = {module: place for place, module in enumerate(self.network.modules)}
        for row in self.rows:
            groups.setdefault(key_of(row, grain, depth), []).append(row)
        keys = in_order(list(groups)) if depth > 1 else list(groups)
        if grain == "branch":
            keys.sort(key=lambda key: (order[str(key[0])], key[1] is None))
        names = {
            "layer": ("module", "branch", "layer", "op"),
            "branch": ("module", "branch"),
            "module": ("module",),
            "op": ("op",),
        }[grain]
        return [self.line_of(groups[key], **dict(zip(names, key, strict=True))) for key in keys]

    def line_of(self, rows: Sequence[Row], **named: str | None) -> Line:
        """Some of the rows as one line, under these names."""
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
    def complete(self) -> bool:
        """Whether it is known of each layer what it computes: else the counts are at least so."""
        return self.cost.complete

    @property
    def multiplies(self) -> int:
        """The total's multiplies, of the whole batch; of what is known, where not all is."""
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
        (``3a/5x5/2``), an operation's (``conv 3x3``; ``conv`` for all its kernels), or ``total``.
        Raises `FlopcountError` for a name that no line has, or several.
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
            f"{'' if self.complete else 'at least '}{self.multiplies:,} multiplies, "
            f"{self.params:,} parameters>"
        )


def analyze(  # noqa: PLR0913  the options of a report
    network: Given,
    *,
    modules: Sequence[str] = (),
    branch: str | None = None,
    layers: Sequence[str] = (),
    batch: int = 1,
    naive: str | None = None,
    unit: str = "multiplies",
    digits: int | None = None,
    by: str | None = None,
    depth: int | None = None,
    columns: Sequence[str] = (),
) -> Report:
    """Price a network: the arguments and errors are those of `flopcount.analyze`."""
    network = as_network(network)
    reading = "reduce" if naive is None else naive
    if not isinstance(reading, str) or reading not in READINGS:
        raise FlopcountError(one_of(reading, READINGS, "naive reading"))
    measure = read_measure(unit, digits)
    size, asked = as_size(batch, "batch"), naive is not None
    if network.reader:  # of a model the batch is in its shapes, and so in all counts
        network, size = with_batch(network, size) if size != 1 else network, 1
    network = part_asked(network, modules, branch, layers)
    if network.whole:
        own = {node.path for node in network.nodes}
        rows = tuple(FirstUses().rows(row for row in network.whole.rows if row.node.path in own))
    else:
        rows = network.rows
    grain, deep = grain_asked(network, by, depth, layers)
    shown = counts_named(columns)
    if shown and measure.unit != "multiplies":
        raise FlopcountError(
            f"columns are counts by their names, so name {measure.unit} among them; "
            "a unit of K, M, G, T or P scales those of multiplies"
        )
    scales = measure.scale, measure.params
    return Report(network, rows, size, reading, measure.unit, grain, shown, *scales, asked).by(
        grain, deep
    )

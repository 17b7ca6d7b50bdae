"""What a check of a model found, part by part, as a sheet and as JSON: alike for all readers.

A reader's check makes the lines, and says in a `Beside` with what it compared them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...core import Network
from ...errors import plural, visible
from ...records import dataclass, field
from ...writing.cells import number, shape_text
from ...writing.records import json_document
from ...writing.sheet import Column, Sheet, Verdict
from ..timing import Times


@dataclass(frozen=True)
class Checked:
    """A layer, or a node, beside its own software: numbers, and what of them differs.

    `numbers` are by the names of the columns; `explained` says why some are others than ours for a
    reason that is known; `unknown` are operations that nobody priced; `skipped` says why it was
    not compared.
    """

    name: str
    kind: str
    numbers: Mapping[str, Any]
    differs: tuple[str, ...] = ()
    explained: str = ""
    unknown: Mapping[str, int] = field(default_factory=dict)
    skipped: str = ""

    @property
    def verdict(self) -> Verdict:
        """What a sheet says of it."""
        if self.differs:
            more = f" ({self.explained})" if self.explained else ""
            return Verdict(f"differs: {'; '.join(self.differs)}{more}", fine=False)
        if self.skipped:
            return Verdict(f"not compared: {self.skipped}")
        said = f"explained: {self.explained}" if self.explained else "equal"
        if self.unknown:
            said += f", without {', '.join(self.unknown)}, which nobody priced"
        return Verdict(said)


class Kind(NamedTuple):
    """Operations of one name and one setting: where the first stands, how many, what came of it.

    `skipped` says why it was not run; one that only moves numbers has no `lines`.
    """

    operation: str
    path: str
    uses: int
    lines: int = 0
    differs: str = ""
    skipped: str = ""


@dataclass(frozen=True)
class Beside:
    """With what lines were compared: the software, what they are called, the columns of numbers.

    `compared` and `run` are sentences for the notes, the second of what was run on small numbers;
    `never` is what nothing is compared with.
    """

    software: str
    part: str
    columns: tuple[Column, ...]
    compared: str
    run: str = ""
    never: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a check found, line by line, and of each kind of operation; and on what it ran."""

    network: Network
    device: str
    versions: Mapping[str, str]
    layers: tuple[Checked, ...]
    beside: Beside
    kinds: tuple[Kind, ...] = ()

    @property
    def differing(self) -> tuple[Checked, ...]:
        """The lines of which anything differs."""
        return tuple(line for line in self.layers if line.differs)

    @property
    def explained(self) -> tuple[Checked, ...]:
        """Those that have other numbers for a reason that is known."""
        return tuple(line for line in self.layers if line.explained and not line.differs)

    @property
    def skipped(self) -> tuple[Checked, ...]:
        """Those that nothing was compared with."""
        return tuple(line for line in self.layers if line.skipped and not line.differs)

    @property
    def kinds_differing(self) -> tuple[Kind, ...]:
        """The kinds of operations whose nests put out other numbers than the software."""
        return tuple(kind for kind in self.kinds if kind.differs)

    @property
    def equal(self) -> bool:
        """Whether nothing differs, but for what is explained."""
        return not self.differing and not self.kinds_differing

    def sheet(self, *, quiet: bool = False) -> Sheet:
        """The table that `flopcount check` prints; `quiet`: of what differs alone."""
        part = self.beside.part
        columns = (Column(part, part, key=True), Column("class", "class"), *self.beside.columns)
        names = [column.name for column in self.beside.columns]
        shown = self.differing if quiet else self.layers
        rows: list[list[Any]] = [
            [line.name, line.kind, *map(line.numbers.get, names), line.verdict] for line in shown
        ]
        for kind in self.kinds_differing:
            said = f"differs: {kind.operation} on small tensors: {kind.differs}"
            blank = [None] * len(names)
            rows.append([kind.path, kind.operation, *blank, Verdict(said, fine=False)])
        given = " and ".join(shape_text(shape) for shape in self.network.inputs.values())
        notes = (*self.network.notes, self.beside.compared, self.beside.run)
        return Sheet(
            columns=(*columns, Column("result", "result", key=True)),
            rows=rows,
            heading=(f"{self.network.name} on {given}, beside {self.beside.software}",),
            notes=tuple(filter(None, notes)),
            footer=self._footer(),
        )

    def _footer(self) -> tuple[str, ...]:
        differing, explained = len(self.differing), len(self.explained)
        compared = len(self.layers) - len(self.skipped)
        how_many = number(differing) if differing else "none"
        first = f"{plural(compared, self.beside.part)} compared, {how_many} differing"
        if differing:
            first += f", the first of them {self.differing[0].name}"
        if explained:
            first += f", {number(explained)} explained"
        lines = [first]
        if run := [kind for kind in self.kinds if not kind.skipped]:
            wrong = len(self.kinds_differing)
            lines.append(
                f"{plural(len(run), 'kind')} of operation run on small tensors, "
                f"{number(wrong) if wrong else 'none'} differing"
            )
        if said := self.not_compared():
            lines.append(f"not compared: {'; '.join(said)}")
        uses = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        return (*lines, f"values on {self.device}; {uses}")

    def not_compared(self) -> tuple[str, ...]:
        """What nothing was compared with, each with the reason."""
        found = []
        skipped: dict[str, list[Kind]] = {}
        for kind in self.kinds:
            if kind.skipped:
                skipped.setdefault(kind.operation, []).append(kind)
        for operation, kinds in skipped.items():
            uses = plural(sum(kind.uses for kind in kinds), "use")
            where = f"{operation} ({uses}, the first {kinds[0].path})"
            found.append(f"values of {where}: {kinds[0].skipped}")
        return (*found, *self.beside.never)

    def to_json(self, timed: Sequence[Any] = (), *, quiet: bool = False) -> str:
        """Schema 1 of the JSON; with times, under ``time``, where they were asked for.

        `quiet`: of the lines that differ alone.
        """
        shown = self.differing if quiet else self.layers
        kinds = self.kinds_differing if quiet else self.kinds
        part = self.beside.part
        document = {
            "schema": 1,
            "network": self.network.name,
            "device": self.device,
            "versions": dict(self.versions),
            "compared": len(self.layers) - len(self.skipped),
            "differing": len(self.differing),
            "explained": len(self.explained),
            "skipped": len(self.skipped),
            f"{part}s": [
                {
                    part: line.name,
                    "class": line.kind,
                    **line.numbers,
                    "complete": not line.unknown,
                    "unknown": dict(line.unknown),
                    "explained": line.explained,
                    "skipped": line.skipped,
                    "differs": list(line.differs),
                }
                for line in shown
            ],
            "operations": [_kind_dict(kind) for kind in kinds],
            "operations_differing": len(self.kinds_differing),
            "not_compared": list(self.not_compared()),
        }
        times = {"time": [line.as_dict() for line in timed]} if timed else {}
        return json_document(document | times)

    def __str__(self) -> str:
        """What the terminal shows."""
        return str(self.sheet())

    def __repr__(self) -> str:
        """What was checked, and how much of it differs."""
        what, lines = visible(self.network.name), plural(len(self.layers), self.beside.part)
        differing = len(self.differing) + len(self.kinds_differing)
        return f"<Check of {what}: {lines}, {differing or 'none'} differing>"

    def _repr_markdown_(self) -> str:
        return self.sheet()._repr_markdown_()

    def _repr_html_(self) -> str:
        return self.sheet()._repr_html_()


def _kind_dict(kind: Kind) -> dict[str, Any]:
    return {
        "operation": kind.operation,
        "first": kind.path,
        "uses": kind.uses,
        "lines": kind.lines,
        "differs": kind.differs,
        "skipped": kind.skipped,
    }


@dataclass(frozen=True)
class Timed:
    """A layer, and how long a call of it takes."""

    name: str
    kind: str
    times: Times
    part: str = "layer"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {self.part: self.name, "class": self.kind, **self.times.as_dict()}


def time_sheet(timed: Sequence[Timed], device: str, part: str = "layer") -> Sheet:
    """One line a layer: time, quartiles, multiplies per second."""
    return Sheet(
        columns=(
            Column(part, part, key=True),
            Column("class", "class"),
            Column("ms", "ms", "figure", key=True),
            Column("quartiles_ms", "quartiles", "figure"),
            Column("gmultiplies_per_s", "10⁹ mul/s", "figure"),
        ),
        rows=[
            [line.name, line.kind, t.milliseconds, t.quartiles, t.giga]
            for line in timed
            for t in (line.times,)
        ],
        heading=(f"time on {device}: warm, synchronised, median of repeated runs",),
        notes=(f"each {part} by itself, compiled, on random numbers",),
    )

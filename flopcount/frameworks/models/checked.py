"""What a check of a model found, part by part, as a sheet and as JSON: alike for all readers.

A reader's check makes the lines, and says in a `Beside` with what it compared them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ...core import Network
from ...errors import plural, visible
from ...records import dataclass, field
from ...writing.cells import number, shape_text
from ...writing.records import json_document
from ...writing.sheet import Column, Sheet, Verdict

# What is gone through, and what is done to it: the same again, while something shows how far.
Progress = Callable[[Sequence[Any], str], Iterable[Any]]


@dataclass(frozen=True)
class Checked:
    """A layer, or a node, beside its own software: numbers, and what of them differs.

    `numbers` are by their names in columns and in JSON; `explained` says why some are others than
    ours for a reason that is known; `unknown` are operations that nobody priced; `skipped` says why
    it was not compared.
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

    def as_dict(self, part: str) -> dict[str, Any]:
        """For JSON."""
        return {
            part: self.name,
            "class": self.kind,
            **self.numbers,
            "complete": not self.unknown,
            "unknown": dict(self.unknown),
            "explained": self.explained,
            "skipped": self.skipped,
            "differs": list(self.differs),
        }


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

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "operation": self.operation,
            "first": self.path,
            "uses": self.uses,
            "lines": self.lines,
            "differs": self.differs,
            "skipped": self.skipped,
        }


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
    def modules(self) -> tuple[Checked, ...]:
        """The lines, by what a model has in the place of layers."""
        return self.layers

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
    def compared(self) -> int:
        """How many lines something was compared with."""
        return len(self.layers) - len(self.skipped)

    def summary(self) -> dict[str, int]:
        """How many lines there are of each sort, for JSON."""
        return {
            "compared": self.compared,
            "differing": len(self.differing),
            "explained": len(self.explained),
            "skipped": len(self.skipped),
        }

    def remarks(self) -> tuple[str, ...]:
        """What a reader's check says beneath its table besides."""
        return ()

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
        how_many = number(differing) if differing else "none"
        first = f"{plural(self.compared, self.beside.part)} compared, {how_many} differing"
        if differing:
            first += f", the first of them {self.differing[0].name}"
        if explained:
            first += f", {number(explained)} explained"
        lines = [first, *self.remarks()]
        if self.beside.run:
            run = [kind for kind in self.kinds if not kind.skipped]
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
            **self.summary(),
            f"{part}s": [line.as_dict(part) for line in shown],
            "operations": [kind.as_dict() for kind in kinds],
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

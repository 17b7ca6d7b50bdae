"""Layers that are drawn as one box: what they read, what comes out, what they multiply."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...analysis.layer_text import op_text
from ...core import Node, Op, Row, Scope, family_of
from ...core.graph import Held, layer_of
from ...core.op import Work
from ...records import dataclass, field
from ...sizes import Shape

_Layer = tuple[Op, tuple[Shape, ...]]


class Read(NamedTuple):
    """What is read: its shape, and the layer that reads it, with the number of the input there."""

    shape: Shape
    path: str
    place: int


@dataclass(frozen=True)
class Whole:
    """Layers as one box: its `text`, the costliest of them, and what each of them does."""

    text: str
    main: Op
    inside: tuple[_Layer, ...] = field(repr=False)
    word = "module"

    def nests(self, *inputs: Shape) -> Work:
        """None of its own: `Unit.row` has what its layers hold."""
        raise NotImplementedError


@dataclass
class Unit:
    """Layers that are one box, named by its `path`, and what they read, each thing once.

    `reads` has the path of a unit, or of what comes from outside, as it is read first. Of several
    layers that are a module's, `text` says which.
    """

    path: str
    scope: tuple[Scope, ...]
    rows: list[Row]
    reads: dict[str, Read]
    text: str = ""

    @property
    def multiplies(self) -> int | None:
        """Of all of them, for one sample; None where it is known of none that multiplies."""
        counts = [row.count("multiplies") for row in self.rows]
        total = sum(int(count) for count in counts if count is not None)
        return None if None in counts and not total else total

    @property
    def is_plain(self) -> bool:
        """Whether it is known to multiply nothing, and to look nothing up."""
        return all(
            row.held.known and not row.count("multiplies") and not family_of(row.node.op)
            for row in self.rows
        )

    @property
    def output(self) -> Shape:
        """The shape of what comes out of it last."""
        return self.rows[-1].output

    @property
    def main(self) -> Row:
        """The layer that multiplies most, the first where none does."""
        return max(self.rows, key=lambda row: row.count("multiplies") or 0)

    def among(self, rows: Mapping[str, Row]) -> "Unit | None":
        """The same of other rows by their path, as without reductions; None if it has none."""
        own = [rows[row.node.path] for row in self.rows if row.node.path in rows]
        reads = {
            source: read._replace(shape=rows[read.path].inputs[read.place])
            if read.path in rows
            else read
            for source, read in self.reads.items()
        }
        return Unit(self.path, self.scope, own, reads, self.text) if own else None

    def row(self, module: tuple[Scope, ...]) -> Row:
        """The unit as one row, in a module."""
        op = self.main.node.op
        if len(self.rows) > 1:
            inside = tuple((row.node.op, row.inputs) for row in self.rows)
            op = Whole(self.text or op_text(op), op, inside)
        node = Node(self.path, op, tuple(self.reads), module)
        known = all(row.held.known for row in self.rows)
        held = Held((self.output,), known, counted={"multiplies": self.multiplies})
        return Row(node, tuple(read.shape for read in self.reads.values()), held)


def units_of(rows: Sequence[Row]) -> list[Unit]:
    """The layers, each alone, without those that move what they read and compute nothing.

    What reads such a layer reads what that one does. Parameters, and what follows from parameters
    and constants alone, are left out, but for what has weights, multiplies, or is not known.
    """
    own = {row.node.path for row in rows}
    stands_for: dict[str, str | None] = {}  # what each layer's output is in the drawing, if it is
    found = []
    for row in rows:
        path = row.node.path
        reads: dict[str, Read] = {}
        for place, (port, shape) in enumerate(zip(row.node.inputs, row.inputs, strict=True)):
            before = layer_of(port)
            source = stands_for.get(before) if before in own else before
            if source is not None:
                reads.setdefault(source, Read(shape, path, place))
        if not reads and _is_constant(row):
            stands_for[path] = None
        elif len(row.node.inputs) == 1 and moves(row):
            stands_for[path] = next(iter(reads), None)
        else:
            stands_for[path] = path
            found.append(Unit(path, row.node.scope, [row], reads))
    return found


def _is_constant(row: Row) -> bool:
    """Whether what reads nothing that flows is no more than a parameter or a mask."""
    if not row.held.known or row.count("multiplies"):
        return False
    return row.node.call == "parameter" or not row.node.weights


def moves(row: Row) -> bool:
    """Whether numbers go through it as they are."""
    return row.held.known and not row.work.nests


def joined(units: list[Unit], groups: Mapping[str, tuple[str, str]]) -> list[Unit]:
    """Some units as one: `groups` has by its path the path and the text of what it becomes.

    The units of one group stand one after the other, or each reads one before it.
    """
    now = {unit.path: groups.get(unit.path, (unit.path, ""))[0] for unit in units}
    found: dict[str, Unit] = {}
    for unit in units:
        path, text = groups.get(unit.path, (unit.path, unit.text))
        whole = found.setdefault(path, Unit(path, unit.scope, [], {}, text))
        whole.rows += unit.rows
        for source, read in unit.reads.items():
            at = now.get(source, source)
            if at != path:
                whole.reads.setdefault(at, read)
    return list(found.values())

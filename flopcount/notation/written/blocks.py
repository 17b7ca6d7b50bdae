"""Chains of one form → a block: what differs among them stands in columns of their rows."""

from collections.abc import Mapping, Sequence
from operator import eq

from ...records import dataclass
from ..trees import Column, Multiple, Spec
from .chains import Chain
from .forms import Slot, Written, filled, slots_of

_MOST_TIMES = 8  # a width that is so many times another, or less, is written as that
_LETTERS = {"kernel": "k", "stride": "s", "groups": "g", "dilation": "d", "pad": "p", "to": "n"}
_LETTERS |= {"heads": "h", "times": "t", "width": "c", "gate": "r"}
Cell = int | str


@dataclass(frozen=True)
class Block:
    """A block of a table: what it is, and what each of the chains that it stands for has.

    `columns` has, by the name of each, a cell for each chain.
    """

    name: str
    spec: Spec
    columns: Mapping[str, tuple[Cell, ...]]

    def cells(self, instance: int) -> dict[str, Cell]:
        """What one of the chains has in each column."""
        return {name: cells[instance] for name, cells in self.columns.items()}


def block_of(
    name: str, chains: Sequence[Chain], head: Mapping[str, Sequence[Cell | None]]
) -> Block:
    """The block that chains of one form are.

    `head` are the columns of the block that stands before it in its rows: for each chain what its
    row has there, or None where no such block is in its row.
    """
    found = _Columns(head)
    by_slot = list(zip(*map(slots_of, chains), strict=True))
    written = [found.written(slots) for slots in by_slot]
    return Block(name, filled(chains[0], written, set()), found.columns)


class _Columns:
    """The columns of a block as they are found, each with a cell for each of its chains."""

    def __init__(self, head: Mapping[str, Sequence[Cell | None]]) -> None:
        self.columns: dict[str, tuple[Cell, ...]] = {}
        self._head = head

    def written(self, slots: Sequence[Slot]) -> Written:
        """What stands in a slot: the number that all have, a part of another width, a column."""
        values = [slot.value for slot in slots]
        if len(set(values)) == 1:
            return values[0]
        what, cells = slots[0].what, tuple(map(_cell, values))
        if what == "width":
            return self._width(slots, cells)
        column = Column(self._named(cells) or self._new(what, cells))
        whole = what in ("kernel", "stride") and any(isinstance(cell, str) for cell in cells)
        return (column,) if whole else column

    def _width(self, slots: Sequence[Slot], cells: tuple[Cell, ...]) -> Written:
        """A width by what comes in, by another column, by how many times what comes in it is."""
        channels = [slot.channels for slot in slots]
        if all(map(eq, cells, channels)):
            return "in"
        if name := self._named(cells):
            return Column(name)
        for name in [*self.columns, *self._head]:
            if ratio := self._ratio_to(name, cells):
                return _multiple(Column(name), ratio)
        if ratio := _ratio(cells, channels):
            return _multiple("in", ratio)
        times = _times(cells, channels)
        what = "gate" if slots[0].gate else "width"
        name = self._named(times or cells) or self._new("times" if times else what, times or cells)
        return Multiple((Column(name), "in")) if times else Column(name)

    def _ratio_to(self, name: str, cells: tuple[Cell, ...]) -> tuple[int, int] | None:
        """How many times a column the cells are; one of the block before it becomes its own."""
        if name in self.columns:
            return _ratio(cells, self.columns[name])
        others = self._head[name]
        ratio = _ratio(cells, [cell for cell in others if cell is not None])
        if ratio:
            self.columns[name] = tuple([cell for cell in others if cell is not None])
        return ratio

    def _named(self, cells: tuple[Cell, ...]) -> str:
        """The column that has these cells: this block's, or that of the one before it."""
        for name, others in self.columns.items():
            if others == cells:
                return name
        for name, given in self._head.items():
            known = [(a, b) for a, b in zip(given, cells, strict=True) if a is not None]
            if name not in self.columns and known and all(a == b for a, b in known):
                self.columns[name] = cells
                return name
        return ""

    def _new(self, what: str, cells: tuple[Cell, ...]) -> str:
        letter = _LETTERS.get(what, what[0])
        taken = {*self.columns, *self._head}
        name = letter
        number = 2
        while name in taken:
            name, number = f"{letter}{number}", number + 1
        self.columns[name] = cells
        return name


def _cell(value: int | str | tuple[int, ...]) -> Cell:
    """What stands in a cell: one number where all axes have the same."""
    if isinstance(value, tuple):
        return value[0] if len(set(value)) == 1 else "x".join(map(str, value))
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _ratio(ones: Sequence[object], others: Sequence[object]) -> tuple[int, int] | None:
    """How many times, or which part of, the others all ones are: small whole numbers, or None."""
    found = set()
    if len(ones) != len(others):
        return None
    for one, other in zip(ones, others, strict=True):
        if not isinstance(one, int) or not isinstance(other, int) or not other:
            return None
        if one % other == 0 and one // other <= _MOST_TIMES:
            found.add((one // other, 1))
        elif other % one == 0 and other // one <= _MOST_TIMES:
            found.add((1, other // one))
        else:
            return None
    return found.pop() if len(found) == 1 else None


def _times(cells: Sequence[Cell], channels: Sequence[object]) -> tuple[Cell, ...]:
    """How many times the channels that come in the widths are, where all are small numbers."""
    ratios = [_ratio([cell], [enters]) for cell, enters in zip(cells, channels, strict=True)]
    times = tuple([ratio[0] for ratio in ratios if ratio and ratio[1] == 1])
    return times if len(times) == len(cells) else ()


def _multiple(of: str | Column, ratio: tuple[int, int]) -> Written:
    times, over = ratio
    if over != 1:
        return Multiple((of,), over)
    return Multiple((times, of)) if times != 1 else of

"""Units → the rows of a table: what stands in one line, and how often."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .chains import Chain, Step, steps_of
from .forms import Form, slots_of
from .segments import Unit

_MOST_LAYERS = 6  # of a row that has no blocks
_MOST_PARTS = 3  # of a row of blocks: the first, and those that follow


class Part(NamedTuple):
    """Some units that are alike, one after the other: so many `times` the same."""

    units: tuple[Unit, ...]
    period: int = 1

    @property
    def times(self) -> int:
        """How often the first `period` of them stand there."""
        return len(self.units) // self.period


class Row(NamedTuple):
    """A row: the way to what it is of, and its parts, one after the other.

    Where it `reads` another port than the row before it puts out, that is named; others read it at
    the port where it `ends`.
    """

    path: tuple[str, ...]
    parts: tuple[Part, ...]
    reads: str = ""
    ends: str = ""

    @property
    def units(self) -> list[Unit]:
        """All units in it."""
        return [unit for part in self.parts for unit in part.units]

    def apart(self) -> list["Row"]:
        """Each of its parts in a row of its own."""
        apart = [Row(part.units[0].path, (part,)) for part in self.parts]
        return between(apart, self.reads, self.ends)


def between(rows: list[Row], reads: str, ends: str) -> list[Row]:
    """The rows, which lead from one port to another."""
    rows[0] = rows[0]._replace(reads=reads)
    rows[-1] = rows[-1]._replace(ends=ends)
    return rows


def rows_of(units: Sequence[Unit]) -> list[Row]:
    """The rows of a chain, in its order."""
    rows: list[Row] = []
    for parent, group in groupby(units, lambda unit: unit.parent):
        together = list(group)
        found = [row for kind in _by_kind(together) for row in kind]
        if len(found) == 1 and parent:
            found = [found[0]._replace(path=parent)]
        rows += found
    return _with_light(rows)


def _with_light(rows: Sequence[Row]) -> list[Row]:
    """The rows, those of layers that only pass on what comes in joined to what stands beside."""
    joined: list[Row] = []
    for row in rows:
        before = joined[-1] if joined else None
        if before and _is_plain(row) and all(map(_is_light, before.units)) and _is_plain(before):
            joined[-1] = row._replace(parts=(*before.parts, *row.parts))
        elif before and _is_plain(before) and all(map(_is_light, row.units)) and not _flattens(row):
            joined[-1] = before._replace(parts=(*before.parts, *row.parts))
        else:
            joined.append(row)
    return joined


def _is_plain(row: Row) -> bool:
    """Whether it has layers alone, and no block."""
    return not any(unit.again for unit in row.units)


def _flattens(row: Row) -> bool:
    return any(_last(unit.chain) == "flatten" for unit in row.units)


def _by_kind(units: Sequence[Unit]) -> Iterator[list[Row]]:
    for again, group in groupby(units, lambda unit: unit.again):
        together = list(group)
        yield _of_blocks(together) if again else _of_layers(together)


def _of_blocks(units: Sequence[Unit]) -> list[Row]:
    """Rows of blocks: all in one where a few words say it, else the first with those like it."""
    whole = _repeats(units)
    if len(whole) <= _MOST_PARTS and _is_one_row(whole) and units[0].parent:
        return [Row(units[0].path, tuple(whole))]
    rows = []
    runs = _repeats(units, most=1)
    while runs:
        taken = [runs.pop(0)]
        if runs and len(taken[0].units) == 1 and _follows(taken[0], runs):
            taken.append(runs.pop(0))
        rows.append(Row(taken[0].units[0].path, tuple(taken)))
    return rows


def _follows(first: Part, runs: Sequence[Part]) -> bool:
    """Whether what comes next belongs to a first block: another block, once or more often."""
    one, following = first.units[0], runs[0].units[0]
    if not one.parent or one.form == following.form:
        return False
    ends = len(runs) == 1 or runs[1].units[0].form == one.form
    return (runs[0].times > 1 or ends) and _is_one_row([first, runs[0]])


def _is_one_row(parts: Sequence[Part]) -> bool:
    """Whether each block in it has the same numbers wherever it stands, as a row's columns have."""
    numbers: dict[Form, object] = {}
    for part in parts:
        for unit in part.units:
            if numbers.setdefault(unit.form, _numbers(unit)) != _numbers(unit):
                return False
    return True


def _numbers(unit: Unit) -> tuple[object, ...]:
    return tuple([slot.value for slot in slots_of(unit.chain)])


def _key(unit: Unit) -> tuple[object, ...]:
    return (unit.form, _numbers(unit))


def _repeats(units: Sequence[Unit], most: int = 2) -> list[Part]:
    """What repeats, one unit or `most` of them again and again, as parts."""
    keys = [_key(unit) for unit in units]
    parts: list[Part] = []
    place = 0
    while place < len(units):
        best = Part((units[place],))
        for period in range(1, most + 1):
            end = place + period
            while keys[end : end + period] == keys[place : place + period] and end < len(units):
                end += period
            if end - place > max(len(best.units), period):
                best = Part(tuple(units[place:end]), period)
        parts.append(best)
        place += len(best.units)
    return parts


def _of_layers(units: Sequence[Unit]) -> list[Row]:
    """Rows of layers: of the network itself each in its own, of a module until a grid ends."""
    rows: list[list[Unit]] = []
    for unit in units:
        if rows and _goes_on(rows[-1], unit):
            rows[-1].append(unit)
        else:
            rows.append([unit])
    return [Row(_named_by(row), tuple(_repeats(row, most=1))) for row in rows]


def _named_by(units: Sequence[Unit]) -> tuple[str, ...]:
    heavy = [unit for unit in units if not _is_light(unit)]
    return (heavy or units)[0].path


def _goes_on(row: Sequence[Unit], unit: Unit) -> bool:
    if _is_light(unit):
        return _last(unit.chain) != "flatten"
    if all(map(_is_light, row)):
        return True
    if _key(unit) == _key(row[-1]) and not _ends(unit):  # it is counted, and takes no words
        return True
    heavy = sum(not _is_light(run[0]) for run in _runs(row))
    return bool(unit.parent) and heavy < _MOST_LAYERS and not _ends(row[-1])


def _is_light(unit: Unit) -> bool:
    """Whether it is a layer that has no window and no weights that give it its width."""
    return len(unit.chain) == 1 and all(
        step.layer.width is None and step.layer.kernel is None and "pool" not in step.layer.op
        for step in steps_of([unit.chain])
    )


def _runs(row: Sequence[Unit]) -> list[list[Unit]]:
    """The units of a row, equal ones that follow each other together."""
    return [list(run) for _, run in groupby(row, _key)]


def _last(chain: Chain) -> str:
    return chain[-1].layer.op if isinstance(chain[-1], Step) else ""


def _ends(unit: Unit) -> bool:
    """Whether a grid ends with it: a pool, or a layer with a stride."""
    return "pool" in _last(unit.chain)

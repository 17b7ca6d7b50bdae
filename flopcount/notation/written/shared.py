"""The blocks of all rows: which there are, what they are called, and the columns of each."""

from collections.abc import Sequence
from itertools import combinations

from .blocks import Block, Cell, block_of
from .forms import Form
from .named import block_name, told_apart
from .rows import Row
from .segments import Unit


def with_blocks(rows: Sequence[Row]) -> tuple[Sequence[Row], "Blocks"]:
    """The rows and their blocks.

    Two blocks stand in one row where the one has the columns of the other, or has no other rows.
    """
    blocks = Blocks(rows)
    while any(map(blocks.lacks, range(len(rows)))):
        rows = [
            part
            for place, row in enumerate(rows)
            for part in (row.apart() if blocks.is_mixed(place) else [row])
        ]
        blocks = Blocks(rows)
    return rows, blocks


class Blocks:
    """The blocks of a table's rows, by their form; and of each row its cells, by their column."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        units: dict[Form, list[tuple[int, Unit]]] = {}
        for place, row in enumerate(rows):
            for unit in row.units:
                if unit.again:
                    units.setdefault(unit.form, []).append((place, unit))
        names = told_apart(_named(form, found, rows) for form, found in units.items())
        self.of: dict[Form, Block] = {}
        self.cells: list[dict[str, Cell]] = [{} for _ in rows]
        self._order: list[str] = []
        for (form, found), name in zip(units.items(), names, strict=True):
            self._add(form, name, found)

    def _add(self, form: Form, name: str, found: Sequence[tuple[int, Unit]]) -> None:
        known = dict.fromkeys(column for place, _ in found for column in self.cells[place])
        head = {column: [self.cells[place].get(column) for place, _ in found] for column in known}
        block = block_of(name, [unit.chain for _, unit in found], head)
        self.of[form] = block
        self._order += [column for column in block.columns if column not in self._order]
        for instance, (place, _) in enumerate(found):
            self.cells[place] |= block.cells(instance)

    def declared(self, form: Form) -> list[str]:
        """The columns that a block lists, in one order for all blocks of the table.

        Those of others that stand in rows with it are among them, where it lacks some and they
        lack some of its own.
        """
        own = {*self.of[form].columns}
        for row in self._rows:
            forms = [unit.form for unit in row.units if unit.again]
            if form in forms:
                for other in forms:
                    theirs = {*self.of[other].columns}
                    if not theirs <= own and not own <= theirs:
                        own |= theirs
        return [column for column in self._order if column in own]

    def lacks(self, place: int) -> bool:
        """Whether a row has nothing for some column of its blocks."""
        forms = {unit.form for unit in self._rows[place].units if unit.again}
        return any(name not in self.cells[place] for f in forms for name in self.declared(f))

    def is_mixed(self, place: int) -> bool:
        """Whether a row has two blocks of which neither has all columns of the other."""
        own = [{*self.of[u.form].columns} for u in self._rows[place].units if u.again]
        return any(not (a <= b or b <= a) for a, b in combinations(own, 2))

    def row_cells(self, place: int) -> list[Cell]:
        """What stands in the columns of a row, in the order of its blocks."""
        forms = {unit.form for unit in self._rows[place].units if unit.again}
        columns = max((self.declared(form) for form in forms), key=len, default=[])
        return [self.cells[place][column] for column in columns]


def _named(form: Form, found: Sequence[tuple[int, Unit]], rows: Sequence[Row]) -> str:
    """By the class of the module; of what stands only at the start of rows, the first of them."""
    name = block_name(found[0][1].kind)
    leads = all(
        rows[place].units[0] is unit and rows[place].units[-1].form != form for place, unit in found
    )
    return f"{name}-first" if leads else name

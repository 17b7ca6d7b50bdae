"""A sweep over measured designs: the rows of a table, priced, filtered and put in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ...analysis.count_names import counts_named, known_as, scaled
from ...core import NAMED, Row
from ...errors import FlopcountError, one_of
from ...notation import Given
from ...records import dataclass
from ..chosen import Key, read_key
from ..grid.filters import Filter, parse_filter
from ..pricing import SHOWN
from .columns import NETWORK, count_column, own_column
from .rows import Rows
from .tables import in_grid, read_table
from .typed import Typed

if TYPE_CHECKING:
    import pandas as pd

    from ..grid.factors import Array

_LEAST = Key("multiplies")  # what the first are by, unless a key is chosen


class Asked(NamedTuple):
    """Which designs stay, and what is shown of them, in names and texts: see `sweep`."""

    keep: Sequence[str] = ()
    pareto: Sequence[str] = ()
    sort: str | None = None
    top: int | None = None
    columns: Sequence[str] = ()
    also: Sequence[str] = ()  # counts that are needed besides


@dataclass(frozen=True)
class MeasuredSweep:
    """Measured designs that are priced; `rows` has all of a table, `among` those that are meant.

    `shown` are the columns: what varies, a user's own, and counts. `layers` are those of one design
    of each network, `notes` what is said of models.
    """

    name: str
    typed: Typed
    rows: Rows
    among: "Array"
    shown: tuple[str, ...]
    layers: Sequence[Row]
    modules: tuple[str, ...] = ()
    keep: tuple[Filter, ...] = ()
    pareto: tuple[Key, ...] = ()
    sort: Key | None = None
    top: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many designs are meant."""
        return len(self.among)

    def chosen(self) -> "Array":
        """The rows of the designs that stay, in order."""
        among = self.among
        for condition in self.keep:
            among = among[self.rows.keeps(condition)[among]]
        if self.pareto:
            among = self.rows.front(among, self.pareto)
        if self.sort or (self.top is not None and not self.pareto):
            among = self.rows.ordered(among, self.sort or _LEAST)
        return among[: self.top]

    def unknown(self) -> Iterator[tuple[str, int]]:
        """A user's own names that decide what stays, and how many designs have no number there."""
        asked = [*(key.name for key in self.pareto)]
        asked += [name for condition in self.keep for name in condition.names]
        for name in dict.fromkeys(asked):
            lacking = self.size - int(self.rows.are_known([name])[self.among].sum())
            if lacking:
                yield name, lacking

    def columns(self, among: "Array") -> dict[str, Sequence[Any]]:
        """The columns of some designs by name: a user's numbers as they were typed."""
        return {name: self.rows.cells(name, among) for name in self.shown}

    def frame(self) -> "pd.DataFrame":
        """The designs that stay as a DataFrame: counts as int64, a user's numbers as float64."""
        import numpy as np
        import pandas as pd

        columns: dict[str, Any] = {}
        for name, cells in self.columns(self.chosen()).items():
            if name in self.rows.own:
                values = [np.nan if cell is None else float(cell) for cell in cells]
                columns[name] = np.array(values, dtype=np.float64)
            elif name == NETWORK:
                columns[name] = cells
            else:
                columns[name] = np.array(cells, dtype=np.int64)
        return pd.DataFrame(columns)


def plan_measured(
    measured: Any,
    given: Given | None,
    vary: Mapping[str, str | Iterable[int]],
    asked: Asked,
    modules: Sequence[str] = (),
    **options: Any,
) -> MeasuredSweep:
    """Read a table of measured designs and price them; the options are those of `load`.

    Raises `FlopcountError`, with the line of the file, for what cannot be read or does not fit.
    """
    table = read_table(measured, given, modules, options)
    among = in_grid(table.typed, table.varied, vary)
    own = {name: own_column(table.typed, name) for name in table.kinds.own}
    names = [*table.varied, *own, *NAMED]
    keep = tuple(parse_filter(text, names, decimals=True) for text in asked.keep)
    pareto = tuple(read_key(text, names, "--pareto") for text in asked.pareto)
    sort = read_key(asked.sort, names, "--sort") if asked.sort is not None else None
    columns = _columns(asked.columns, [*own])
    columns = columns or [*own, *dict.fromkeys([*SHOWN, *table.kinds.counts])]
    keys = [key.name for key in (*pareto, sort or _LEAST)]
    needed = {*columns, *keys, *table.kinds.counts, *asked.also}
    needed = needed.union(*(condition.names for condition in keep))
    priced = table.priced([name for name in NAMED if name in needed], among)
    rows = Rows(table.typed.size, table.varied, own, priced.counts, table.networks)
    _check_counts(table.typed, rows, table.kinds.counts, among)
    return MeasuredSweep(
        table.name,
        table.typed,
        rows,
        among,
        (*((NETWORK,) if table.networks else ()), *table.varied, *columns),
        priced.rows,
        priced.modules,
        keep,
        pareto,
        sort,
        asked.top,
        priced.notes,
    )


def _columns(given: Iterable[str], own: Sequence[str]) -> list[str]:
    """The columns that were asked for: a user's own, and counts, in this order."""
    found: list[str] = []
    for text in given:
        name = text.strip() if isinstance(text, str) else text
        if name not in own:
            if not isinstance(name, str) or not (known_as(name) or scaled(name)):
                raise FlopcountError(f"columns: {one_of(name, [*own, *NAMED], 'column')}")
            (name,) = counts_named([name])
        if name in found:
            raise FlopcountError(f"columns: {name} is named twice")
        found.append(name)
    return found


def _check_counts(typed: Typed, rows: Rows, counts: Iterable[str], among: "Array") -> None:
    """Raise `FlopcountError` where a table says another number of a count than there is."""
    for name in counts:
        said, found = count_column(typed, name), rows.counts[name].tolist()
        for row in among.tolist():
            if said[row] not in (None, found[row]):
                raise FlopcountError(
                    f"{typed.at(row, name)}: the file has {said[row]:,}, and this design has "
                    f"{found[row]:,} {name}; a column of your own needs another name"
                )

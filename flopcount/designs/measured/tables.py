"""A table of measured designs that was read: its networks, what varies, and what that costs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import FlopcountError, listed, plural, quote
from ...notation import Given
from ...records import dataclass
from ..grid.axes import read_values
from .columns import NETWORK, Kinds, kinds_of, whole_column
from .networks import Group, axes_of, groups_of
from .points import Points, Priced
from .typed import Typed, read_typed

if TYPE_CHECKING:
    from ..grid.factors import Array


@dataclass(frozen=True)
class Table:
    """Measured designs: their networks, and the values of each varied name."""

    typed: Typed
    groups: Sequence[Group]
    kinds: Kinds
    varied: "Mapping[str, Array]"

    @property
    def networks(self) -> Sequence[str]:
        """The network of each row, where rows name them."""
        return self.typed.columns.get(NETWORK, ())

    @property
    def name(self) -> str:
        """The network, or how many."""
        if self.networks:
            return plural(len(self.groups), "network")
        return self.groups[0].draft.name

    def priced(self, names: Sequence[str], among: "Array") -> Priced:
        """The named counts of some rows; 0 stands in the others.

        Raises `FlopcountError` for the first row of a network that does not fit.
        """
        import numpy as np

        counts = {name: np.zeros(self.typed.size, dtype=np.int64) for name in names}
        priced = []
        for whole in self.groups:
            group = whole._replace(rows=whole.rows[np.isin(whole.rows, among)])
            if len(group.rows):
                priced.append(self._points(group).priced(names, group.modules))
                for name, values in priced[-1].counts.items():
                    counts[name][group.rows] = values
        layers = [row for one in priced for row in one.rows]
        notes = dict.fromkeys(note for one in priced for note in one.notes)
        named = dict.fromkeys(module for one in priced for module in one.modules)
        return Priced(counts, layers, tuple(named), tuple(notes))

    def _points(self, group: Group) -> Points:
        axes = axes_of(self.typed, group, self.varied)
        columns = [self.varied[axis.name][group.rows] for axis in axes]
        size = len(group.rows)
        return Points(
            group.draft, axes, columns, size, lambda row: self.typed.at(int(group.rows[row]))
        )


def read_table(
    measured: Any, given: Given | None, modules: Sequence[str], options: Mapping[str, Any]
) -> Table:
    """Read a table of designs of one network that is given, or of those that its rows name.

    Raises `FlopcountError` for what cannot be read, and for a design that is there twice.
    """
    typed = read_typed(measured)
    groups = groups_of(typed, given, modules, options)
    known = list(dict.fromkeys(one for group in groups for one in group.draft.variables()))
    kinds = kinds_of(typed, known, groups[0].modules)
    found = Table(typed, groups, kinds, {name: whole_column(typed, name) for name in kinds.varied})
    if not kinds.varied and not found.networks:
        raise FlopcountError(
            f"{typed.place} has no column of what varies in {found.name}, such as input; its "
            f"columns are {listed([*map(quote, typed.columns)])}"
        )
    _check_once(found)
    return found


def in_grid(
    typed: Typed, varied: "Mapping[str, Array]", vary: Mapping[str, str | Iterable[int]]
) -> "Array":
    """The rows whose values lie in ranges of their varied names.

    Raises `FlopcountError` for another name, and where no row lies there.
    """
    import numpy as np

    if not isinstance(vary, Mapping):
        raise FlopcountError(f"vary is {quote(vary)}, not the values of each name")
    stays = np.ones(typed.size, dtype=bool)
    for name, values in vary.items():
        if name not in varied:
            there = ", ".join(varied) or "nothing"
            raise FlopcountError(
                f"--vary {name}: {typed.name} has no such column; a range tells which of its rows "
                f"are meant (what varies there: {there})"
            )
        stays &= np.isin(varied[name], np.array(read_values(values, name), dtype=np.int64))
    if not stays.any():
        raise FlopcountError(f"{typed.place}: no row lies in the ranges of --vary")
    return np.flatnonzero(stays)


def _check_once(table: Table) -> None:
    """Raise `FlopcountError` where two rows are the same design."""
    import numpy as np

    numbers = {name: number for number, name in enumerate(dict.fromkeys(table.networks))}
    columns = [*table.varied.values()]
    if numbers:
        columns.append(np.array([numbers[name] for name in table.networks]))
    order = np.lexsort(columns)
    same = np.logical_and.reduce([np.diff(column[order]) == 0 for column in columns])
    twice = np.flatnonzero(same)
    if len(twice):
        later, first = min((int(order[at + 1]), int(order[at])) for at in twice)
        typed = table.typed
        raise FlopcountError(
            f"{typed.at(later)}: this is the design of {typed.unit} {typed.lines[first]} again"
        )

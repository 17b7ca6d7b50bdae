"""What any designs of one network cost, exactly: not a grid, but rows of a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ...core import Row
from ...errors import FlopcountError
from ...notation import Draft, Variable, as_model
from ...records import dataclass, replace
from ...sizes.bounds import most
from ...sizes.condition import Condition
from ...sizes.polynomial import Space
from ...sizes.values import value
from ..costs import Costs, costs_of
from ..grid.axes import Axis, design_at, of_design
from ..grid.factors import Factors, TooLargeError
from ..grid.filters import MOST
from ..grid.misfits import first_misfit_of
from ..pricing import Pricing, costs_of_grid, misfit_of
from ..readings import MOST_READ
from ..shapes import MAX_SHAPES, is_closed, shared_modules, with_cells

if TYPE_CHECKING:
    from ...sizes import Size
    from ..grid.factors import Array

_FEW = 2  # designs: walking each is quicker than a walk with open sizes


@dataclass(frozen=True)
class Priced:
    """The counts of some designs, an int64 array for each name; `rows` are layers of one of them.

    `modules` are those that were named, `notes` what is said of a model.
    """

    counts: "Mapping[str, Array]"
    rows: Sequence[Row]
    modules: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """Designs of a draft: each of `axes` has its values in order, `columns` its value in each.

    `where` says where in a table a design stands.
    """

    draft: Draft
    axes: Sequence[Axis]
    columns: "Sequence[Array]"
    size: int
    where: Callable[[int], str]

    def priced(self, names: Sequence[str], modules: Sequence[str]) -> Priced:
        """The named counts: by one walk with open sizes, or, of a few designs, one by one.

        Raises `FlopcountError` for the first design that does not fit, or that has more than
        2**63 - 1 of a count.
        """
        closed = [place for place, axis in enumerate(self.axes) if is_closed(axis.variables)]
        if closed:
            return self._by_shape(closed, names, modules)
        is_model = as_model(self.draft) is not None
        if not self.axes or self.size <= (MOST_READ if is_model else _FEW):
            return self._one_by_one(names, modules)
        try:
            costs = costs_of_grid(self.draft, self.axes, modules)
        except FlopcountError as error:
            if self.size <= MOST_READ:
                return self._one_by_one(names, modules)
            raise self._refused(0, error) from None
        self._check_fits([*costs.conditions, *self._limits(names)])
        return Priced(self._counted(costs, names), costs.rows, costs.modules, costs.notes)

    def _by_shape(
        self, closed: Sequence[int], names: Sequence[str], modules: Sequence[str]
    ) -> Priced:
        """The same, where some axes make another network of each value: each by itself."""
        import numpy as np

        shapes, firsts, of_row = np.unique(
            np.stack([self.columns[place] for place in closed]),
            axis=1,
            return_index=True,
            return_inverse=True,
        )
        if shapes.shape[1] > MAX_SHAPES:
            raise FlopcountError(
                f"{self.where(0)}: {shapes.shape[1]:,} networks to be built one by one, by "
                f"{', '.join(self.axes[place].name for place in closed)}; the limit is "
                f"{MAX_SHAPES:,}"
            )
        counts = {name: np.empty(self.size, dtype=np.int64) for name in names}
        rest = [place for place in range(len(self.axes)) if place not in closed]
        parts = []
        for number in firsts.argsort().tolist():  # in the order of the table
            values = shapes[:, number].tolist()
            rows = np.flatnonzero(of_row.ravel() == number)
            cells = design_at([self.axes[place] for place in closed], values)
            columns = [self.columns[place][rows] for place in rest]
            axes = [
                replace(self.axes[place], points=np.unique(column).tolist())
                for place, column in zip(rest, columns, strict=True)
            ]
            part = Points(
                with_cells(self.draft, cells), axes, columns, len(rows), self._where(rows)
            ).priced(names, modules)
            for name, found in part.counts.items():
                counts[name][rows] = found
            parts.append(part)
        named = shared_modules(modules, (part.modules for part in parts))
        return replace(parts[0], counts=counts, modules=named)

    def _where(self, rows: "Array") -> Callable[[int], str]:
        return lambda row: self.where(int(rows[row]))

    def _point(self, row: int) -> list[int]:
        return [int(column[row]) for column in self.columns]

    def _refused(self, row: int, limit: FlopcountError | Condition) -> FlopcountError:
        error = misfit_of(Pricing(self.draft), self.axes, self._point(row), limit)
        return FlopcountError(f"{self.where(row)}: {error}")

    def _one_by_one(self, names: Sequence[str], modules: Sequence[str]) -> Priced:
        import numpy as np

        counts: dict[str, list[int]] = {name: [] for name in names}
        for row in range(self.size):
            point = self._point(row)
            try:
                found = costs_of(self.draft.build(design_at(self.axes, point)), Space(), modules)
                for name in names:
                    counts[name].append(_fitting(name, int(found.count(name))))
            except FlopcountError as error:
                of = of_design(self.axes, point, error) if self.axes else error
                raise FlopcountError(f"{self.where(row)}: {of}") from None
        arrays = {name: np.array(values, dtype=np.int64) for name, values in counts.items()}
        return Priced(arrays, found.rows, found.modules, found.notes)

    def _limits(self, names: Sequence[str]) -> Iterator[Condition]:
        """Where a model's formula of one of these counts is not what the model comes to."""
        model = as_model(self.draft)
        if model is None:
            return
        space = Space()
        sizes: dict[Variable, Size] = {}
        for axis in self.axes:
            low, high = axis.points[0], axis.points[-1]
            size = low if low == high else space.name(axis.name, low, high)
            sizes |= dict.fromkeys(axis.variables, size)
        for name in names:
            yield from (one for one in model.misfits(name, sizes) if one.decided() is not False)

    def _check_fits(self, conditions: Sequence[Condition]) -> None:
        names = [axis.name for axis in self.axes]
        points = dict(zip(names, self.columns, strict=True))
        misfits: list[tuple[int, int]] = []
        for number, condition in enumerate(conditions):
            first = first_misfit_of(condition, points, self.size)
            misfits += [(first, number)] if first is not None else []
        if misfits:
            row, number = min(misfits)
            raise self._refused(row, conditions[number])

    def _counted(self, costs: Costs, names: Sequence[str]) -> "dict[str, Array]":
        import numpy as np

        factors = Factors([axis.name for axis in self.axes], tuple(a.points for a in self.axes))
        indices = [
            np.searchsorted(along, column)
            for along, column in zip(factors.axes, self.columns, strict=True)
        ]
        found: dict[str, Array] = {}
        for name in names:
            count = costs.count(name)
            try:
                if most(count) > MOST:
                    raise TooLargeError
                values = factors.products(count).at(indices)
            except TooLargeError:
                values = self._exactly(name, count)
            found[name] = np.broadcast_to(values, self.size)
        return found

    def _exactly(self, name: str, count: "Size") -> "Array":
        """A count in Python's integers, where arrays would be too large or int64 too small."""
        import numpy as np

        pairs = zip(self.axes, self.columns, strict=True)
        values = np.array(value(count, {a.name: column.astype(object) for a, column in pairs}))
        row = int(values.argmax())
        try:
            _fitting(name, int(values.ravel()[row]))
        except FlopcountError as error:
            of = of_design(self.axes, self._point(row), error)
            raise FlopcountError(f"{self.where(row)}: {of}") from None
        found: Array = values.astype(np.int64)
        return found


def _fitting(name: str, count: int) -> int:
    if count > MOST:
        raise FlopcountError(f"{name} is {count:,}; a sweep counts to 2**63 - 1")
    return count

"""The best measured design within budgets, and what was passed over."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...analysis.conventions import families, of_one_sample
from ...analysis.count_names import known_as, restated
from ...core import NAMED
from ...errors import BudgetError, FlopcountError, plural
from ...notation import Given
from ...records import dataclass, replace
from ...writing.cells import number
from ...writing.sheet import Column, Sheet
from ..chosen import Key, read_key
from .bounds import Bounds, Exact, given_limits, read_limits
from .columns import NETWORK
from .printed import columns_of, heading_of, notes_of, rows_of
from .sweeps import Asked, MeasuredSweep, plan_measured

if TYPE_CHECKING:
    import pandas as pd

    from ..grid.factors import Array


@dataclass(frozen=True)
class BestMeasured:
    """The best measured design by a `key` within `bounds`, a row of the table that `sweep` priced.

    `within` of `size` designs are within the bounds, `equal` of them as good as this one; `better`
    are rows that are better, and are not within.
    """

    sweep: MeasuredSweep
    bounds: Bounds
    key: Key
    row: int
    within: int
    equal: int
    better: "Array"

    @property
    def network(self) -> str:
        """The network, also where each row names its own."""
        cells = self._cells()
        return str(cells.get(NETWORK, self.sweep.name))

    @property
    def maximize(self) -> str:
        """What there is the most of; empty where that is the least."""
        return self.key.name if self.key.descending else ""

    @property
    def minimize(self) -> str:
        """What there is the least of; empty where that is the most."""
        return "" if self.key.descending else self.key.name

    @property
    def size(self) -> int:
        """How many designs were looked at."""
        return self.sweep.size

    @property
    def values(self) -> dict[str, int]:
        """What varies."""
        return {
            name: cell for name, cell in self._cells().items() if name in self.sweep.rows.varied
        }

    @property
    def measured(self) -> dict[str, Fraction | None]:
        """The table's own numbers, exact; None where there is none."""
        own = {name: cell for name, cell in self._cells().items() if name in self.sweep.rows.own}
        return {name: None if cell is None else Fraction(cell) for name, cell in own.items()}

    @property
    def counts(self) -> dict[str, int]:
        """The counts of the design."""
        return {name: cell for name, cell in self._cells().items() if name in NAMED}

    @property
    def goal(self) -> Exact:
        """What it has of what is sought."""
        found = self.sweep.rows.numbers(self.key.name).at(self.row)
        return int(found) if found.denominator == 1 else found

    def _cells(self) -> dict[str, Any]:
        import numpy as np

        columns = self.sweep.columns(np.array([self.row]))
        return {name: cells[0] for name, cells in columns.items()}

    def sheet(self) -> Sheet:
        """The design, and of those that are better and not within the best, as it is printed."""
        import numpy as np

        rows = [("best", self.row)]
        if len(self.better):
            rows.append(("not within", int(self.sweep.rows.ordered(self.better, *self._keys())[0])))
        cells = rows_of(self.sweep, np.array([row for _, row in rows]))
        limits = {**self.bounds.least, **self.bounds.most}
        titles = {name: "of budget" if len(limits) == 1 else f"of {name}" for name in limits}
        there = families(self.sweep.layers)
        most = "most" if self.key.descending else "least"
        counts = [name for name in self.sweep.shown if name in NAMED]
        return Sheet(
            (
                Column("design", "design", key=True),
                *columns_of(self.sweep, {*self.bounds.names, self.key.name}),
                *(Column(f"{name}_share_percent", titles[name], "share") for name in limits),
            ),
            [
                (label, *row, *(self._share(place, *limit) for limit in limits.items()))
                for (label, place), row in zip(rows, cells, strict=True)
            ],
            heading=(f"{heading_of(self.sweep)}: the {most} {self.key.name} with {self.bounds}",),
            convention=of_one_sample(there),
            notes=(*restated(counts, there), *notes_of(self.sweep), *self.sweep.notes),
            footer=self._footer(),
        )

    def to_frame(self) -> "pd.DataFrame":
        """The same as a pandas DataFrame."""
        return self.sheet().to_frame()

    def _keys(self) -> list[Key]:
        """What decides: of equal designs the least of the first budget, of the next …."""
        return [self.key, *(Key(name) for name in self.bounds.most)]

    def _footer(self) -> tuple[str, ...]:
        name, of = self.key.name, f"{plural(self.size, 'design')} of {self.sweep.typed.name}"
        within = "within the budget" if len(self.bounds.names) == 1 else "within all budgets"
        lines = [f"{self.within:,} of {of} {'is' if self.within == 1 else 'are'} {within}"]
        if self.equal > 1:
            least = next(iter(self.bounds.most), "")
            one = f"of the least {least} the first" if least else "the first"
            lines.append(f"{self.equal:,} of them have this {name}: {one} is shown")
        if len(self.better):
            side = "more" if self.key.descending else "less"
            others = plural(len(self.better), "design")
            are = "is" if len(self.better) == 1 else "are"
            lines.append(f"{others} with {side} {name} {are} not within")
        known = self.sweep.rows.are_known([name, *self.bounds.names])[self.sweep.among]
        if lacking := self.size - int(known.sum()):
            lines.append(f"left out: {plural(lacking, 'design')} not measured")
        return tuple(lines)

    def _share(self, row: int, name: str, limit: Exact) -> int:
        """Tenths of a percent of a limit, rounded down."""
        return int(1000 * self.sweep.rows.numbers(name).at(row) // limit)


def best_measured(  # noqa: PLR0913  what `fit` takes
    measured: Any,
    given: Given | None,
    budget: Mapping[str, Any],
    *,
    at_least: Mapping[str, Any] | None = None,
    maximize: str | None = None,
    minimize: str | None = None,
    vary: Mapping[str, str | Iterable[int]] | None = None,
    modules: Sequence[str] = (),
    **options: Any,
) -> BestMeasured:
    """Find the design of a table that has the most of a name, or the least, within a `budget`.

    Names are counts, what varies, and the table's own columns. Of designs that are equal the one
    with the least of the first budget, then of the next; then the first of the table. Raises
    `BudgetError` where no design is within, and `FlopcountError` as `plan_measured`.
    """
    if maximize is not None and minimize is not None:
        raise FlopcountError("--maximize and --minimize: give one of them")
    sought = minimize if maximize is None else maximize
    if sought is None:
        raise FlopcountError(
            "of measured designs, say what is sought: --maximize accuracy or --minimize latency_ms"
        )
    least = given_limits({} if at_least is None else at_least)
    counts = [known_as(name) for name in (*given_limits(budget), *least, sought)]
    asked = Asked(also=[name for name in counts if name])
    sweep = plan_measured(measured, given, vary or {}, asked, modules, **options)
    own = [*sweep.rows.varied, *sweep.rows.own]
    most = read_limits(budget, own, "--budget")
    bounds = Bounds(most, read_limits(least, own, "--at-least"))
    if not bounds.names:
        raise FlopcountError("there is no budget; name one, as in --budget multiplies=1e9")
    option = "--minimize" if maximize is None else "--maximize"
    key = read_key(sought, [*own, *NAMED], option)
    if key.descending:
        raise FlopcountError(f"{option}: {sought} has a sign; --maximize or --minimize says which")
    key = key._replace(descending=maximize is not None)
    shown = dict.fromkeys([*sweep.shown, *bounds.names, key.name])
    return _best(replace(sweep, shown=tuple(shown)), bounds, key)


def _best(sweep: MeasuredSweep, bounds: Bounds, key: Key) -> BestMeasured:
    rows, among = sweep.rows, sweep.among
    fits = rows.are_known(bounds.names)
    for name, limit in bounds.most.items():
        fits &= rows.numbers(name) <= limit
    for name, limit in bounds.least.items():
        fits &= rows.numbers(name) >= limit
    known, ranks = rows.are_known([key.name]), rows.ranks(key)
    within, best = among[fits[among]], among[(fits & known)[among]]
    if not len(best):
        raise _none_within(sweep, bounds, key, len(within))
    best = rows.ordered(best, key, *(Key(name) for name in bounds.most))
    rank = ranks[best[0]]
    past = among[(~fits & known & rows.are_known(bounds.names))[among]]
    equal = int((ranks[best] == rank).sum())
    better = past[ranks[past] < rank]
    return BestMeasured(sweep, bounds, key, int(best[0]), len(within), equal, better)


def _none_within(sweep: MeasuredSweep, bounds: Bounds, key: Key, within: int) -> BudgetError:
    """Say why no design is found: by what is possible of each bound, or that none was measured."""
    if within:
        meet = "meets" if within == 1 else "meet"
        return BudgetError(
            f"{plural(within, 'design')} of {sweep.typed.name} {meet} {bounds}, and none has a "
            f"number of {key.name}"
        )
    possible = []
    for word, limits in (("least", bounds.most), ("most", bounds.least)):
        for name in limits:
            known = sweep.among[sweep.rows.are_known([name])[sweep.among]]
            if len(known):
                first = sweep.rows.ordered(known, Key(name, word == "most"))[:1]
                (cell,) = sweep.rows.cells(name, first)
                shown = cell if isinstance(cell, str) else number(cell)
                possible.append(f"the {word} of {sweep.typed.name} is {shown} {name}")
    each = "" if len(possible) < 2 else ", each alone"
    return BudgetError(f"nothing meets {bounds}: {', '.join(possible) or 'none is known'}{each}")

"""Many designs at once: the cost of every design of a grid, from the same formulas as one design.

The network is walked with polynomials in the varied names (costs.py), and what does not fit is
looked for (grid/misfits.py). What then remains to be asked is plain data (question.py), of the
whole grid or tile by tile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

from ..core import COUNTS, NAMED
from ..errors import FlopcountError
from ..notation import Draft, Variable, as_model
from ..reading import few_layers
from ..records import dataclass
from ..sizes import is_open
from ..sizes.bounds import most
from ..sizes.condition import Condition
from ..sizes.polynomial import Space
from . import compiled
from .chosen import Choice, Every, Histogram, Key, Pareto, Part, Tally, Top, designs_of, in_order
from .costs import Costs, costs, costs_of
from .device import is_gpu
from .grid.axes import Axis, design_at, of_design
from .grid.factors import Factors, TooLargeError
from .grid.filters import MOST, Filter, Range
from .grid.misfits import first_misfit
from .question import Question
from .readings import LIMIT, Readings, not_for
from .spread import Spread, designs, merged

if TYPE_CHECKING:
    from ..sizes import Size
    from .grid.factors import Array

SHOWN = ("multiplies", "multiplies_unpadded", "params", "activations")
_LEAST = Key("multiplies")  # what the first are by, unless a key is chosen


@dataclass(frozen=True)
class Pricing:
    """A draft, or some of its modules, to be priced at any whole numbers."""

    draft: Draft
    modules: tuple[str, ...] = ()

    def counts(self, values: Mapping[Variable, int], names: Iterable[str]) -> dict[str, int]:
        """The named counts with these sizes: those of the report's total."""
        return costs(self.draft, values, Space(), self.modules).counts(names)


@dataclass(frozen=True)
class Sweep:
    """A sweep that was checked: its axes, its filters, which designs stay, and in what order.

    `columns` are those of its designs: the varied names as typed, then the counts that are `shown`.
    The `device` is that of a compiled pass: ``cpu``, ``gpu`` or ``auto``.
    """

    pricing: Pricing
    axes: tuple[Axis, ...]
    costs: Costs | Readings
    keep: tuple[Filter, ...] = ()
    pareto: tuple[Key, ...] = ()
    sort: Key | None = None
    top: int | None = None
    shown: tuple[str, ...] = SHOWN
    spread: Spread = Spread()
    device: str = "cpu"
    count: bool = False  # how many stay, instead of which: with the ranges of `columns` …
    histograms: tuple[tuple[str, int], ...] = ()  # … or with bins of these names, at most so many

    @property
    def size(self) -> int:
        """How many designs the grid has."""
        return prod(len(axis.points) for axis in self.axes)

    @property
    def columns(self) -> list[str]:
        """The columns of what `batches` yields."""
        return [*(axis.name for axis in self.axes), *self.shown]

    @property
    def tallies(self) -> bool:
        """Whether designs are counted, and none is shown."""
        return self.count or bool(self.histograms)

    @property
    def choice(self) -> Choice:
        """Which designs stay."""
        if self.histograms:
            ranges = self.ranges
            histograms = [Histogram(name, *ranges[name], bins) for name, bins in self.histograms]
            return Tally(tuple([name for name, _ in self.histograms]), tuple(histograms))
        if self.count:
            return Tally(tuple(self.columns))
        if self.pareto:
            return Pareto(self.pareto)
        if self.top is not None:
            return Top(self.top, self.sort or _LEAST)
        return Every()

    @property
    def question(self) -> Question:
        """What is asked of each tile of the grid; its columns are `columns`, and what orders them.

        That is plain data: it knows no network.
        """
        sort = [self.sort.name] if self.sort and self.pareto else []
        return Question(
            tuple([axis.name for axis in self.axes]),
            tuple([axis.points for axis in self.axes]),
            self.costs.counts(self.needed),
            self.keep,
            self.choice,
            tuple(dict.fromkeys([*self.columns, *sort])),
            self.costs.of_counts(self.needed) if isinstance(self.costs, Readings) else None,
            self.device,
        )

    def batches(self, progress: Callable[[int], None] | None = None) -> "Iterator[Array]":
        """The designs that stay, some at a time: int64, a row for each, its `columns`.

        In the order of the grid, the last varied name changing first; those of `top` and `pareto`
        in the order of their keys. `progress` is told how many designs have been priced. Raises
        `FlopcountError` for the first design that does not fit.
        """
        question = self.question
        if not isinstance(question.choice, Every):
            last = designs_of(self.answer(progress))
            if self.pareto and self.sort:
                last = in_order(last, question.columns, self.sort)
            if len(last):
                yield last[: self.top, : len(self.columns)]
            return
        self.check_fits()
        if self.spread.is_by_tile:
            yield from designs(question, self.spread, progress)
            return
        selection = question.choice.selection(question.columns)
        for piece in question.pieces(question.box, 0, selection, progress):
            yield piece.designs

    def answer(self, progress: Callable[[int], None] | None = None) -> Part:
        """What stays of the whole grid, in one: of each choice but `Every`, which is too large.

        That of a tally has no designs. Otherwise as `batches`.
        """
        self.check_fits()
        question = self.question
        if self.spread.is_by_tile:
            part = merged(question, self.spread, progress)
        else:
            part = question.part(question.box, 0, done=progress)
        return question.choice.finished(part)

    def collect(
        self, most: int, holder: str, progress: Callable[[int], None] | None = None
    ) -> "Array":
        """All designs that stay, at most so many: what a `holder` such as "a DataFrame holds"."""
        import numpy as np

        batches = [np.empty((0, len(self.columns)), dtype=np.int64)]
        count = 0
        for batch in self.batches(progress):
            batches.append(batch)
            count += len(batch)
            if count > most:
                raise FlopcountError(
                    f"more than {most:,} designs stay, and {holder} no more; "
                    "narrow them with --keep or --top, or write them to a file with -o"
                )
        return np.concatenate(batches)

    @property
    def needed(self) -> list[str]:
        """The counts that are shown, filtered, ordered or sorted into bins by."""
        keys = [*self.pareto, self.sort or _LEAST]
        names = dict(self.histograms) if self.tallies else [key.name for key in keys]
        asked = {*self.shown, *names}.union(*(kept.names for kept in self.keep))
        return [name for name in NAMED if name in asked]

    def check_fits(self, among: Sequence[Condition] = ()) -> None:
        """Raise `FlopcountError` for the first design of the grid that does not fit.

        `among` are conditions besides those of the network.
        """
        names, box = [axis.name for axis in self.axes], tuple(axis.points for axis in self.axes)
        factors = Factors(names, box)
        misfits: list[tuple[tuple[int, ...], int, Condition]] = []
        for condition in (*self.costs.conditions, *among):
            try:
                first = factors.first(condition)
            except TooLargeError:
                first = first_misfit(condition, names, box)
            misfits += [(first, len(misfits), condition)] if first is not None else []
        if misfits:
            index, _, condition = min(misfits)
            point = [points[place] for points, place in zip(box, index, strict=True)]
            raise misfit_of(self.pricing, self.axes, point, condition)

    def idle(self) -> list[str]:
        """The varied names that change no count: what they set a rewrite took out, or a module."""
        if isinstance(self.costs, Readings):
            return self.costs.idle(self.axes)
        names = [axis.name for axis in self.axes]
        counts = self.costs.counts(COUNTS).values()
        try:
            factors = Factors(names, tuple(axis.points for axis in self.axes))
            reached = {names[axis] for count in counts for axis in factors.products(count).axes}
        except TooLargeError:
            reached = {name for count in counts if is_open(count) for name in count.names}
        return [axis.name for axis in self.axes if axis.name not in reached and axis.varies]

    def check(self) -> None:
        """Prove that all counts, and what a filter makes of them, fit into int64.

        Raises `FlopcountError` where they may not: by the largest design, where that one does not
        fit. Also where a GPU is asked for, and this process has none, or nothing for it.
        """
        for name, count in self.costs.counts(self.needed).items():
            if most(count) > MOST:
                raise self._too_large(name)
        for condition in self.keep:
            condition.check(self.ranges)
        if self.device == "gpu":
            self._check_gpu()

    def _check_gpu(self) -> None:
        if isinstance(self.costs, Readings):
            raise FlopcountError("--device gpu: nothing to look for: each design is priced alone")
        compiled.check_asked(self.keep, self.choice.selection(()).cuts, chosen=not self.tallies)
        if not self.spread.is_far:
            is_gpu(self.device)

    @property
    def ranges(self) -> dict[str, Range]:
        """What each count that is `needed`, and each varied name, lies between: proved."""
        found = {name: self.costs.range(name) for name in self.needed}
        return found | {axis.name: (min(axis.points), max(axis.points)) for axis in self.axes}

    def _too_large(self, name: str) -> FlopcountError:
        """Say that a count may be: that of the largest design, where it is."""
        if isinstance(self.costs, Readings):
            return of_design(self.axes, *self.costs.too_large(name, self.axes))
        corner = [max(axis.points) for axis in self.axes]
        try:
            count = self.pricing.counts(design_at(self.axes, corner), [name])[name]
            if count > MOST:
                raise FlopcountError(f"{name} is {count:,}; {LIMIT}")
        except FlopcountError as error:
            return of_design(self.axes, corner, error)
        return FlopcountError(f"{name} may be {most(self.costs.count(name)):,}; {LIMIT}")


def costs_of_grid(draft: Draft, axes: Sequence[Axis], modules: Sequence[str]) -> Costs:
    """The costs of all designs of a grid, in the names of its axes: one walk.

    Raises `FlopcountError` for the first design where none fits, and for a module that is not
    there.
    """
    space = Space()
    values: dict[Variable, Size] = {}
    for axis in axes:
        low, high = min(axis.points), max(axis.points)
        size = low if low == high else space.name(axis.name, low, high)
        values |= dict.fromkeys(axis.variables, size)
    try:
        network = draft.build(values)
        few_layers(len(network.nodes), "a sweep takes", of_modules=False)
        network.rows  # noqa: B018  walks it
    except FlopcountError as error:
        point = [axis.points[0] for axis in axes]
        raise misfit_of(Pricing(draft), axes, point, error) from None
    return costs_of(network, space, modules)


def misfit_of(
    pricing: Pricing,
    axes: Sequence[Axis],
    point: Sequence[int],
    limit: FlopcountError | Condition,
) -> FlopcountError:
    """Say why a design does not fit: priced in whole numbers, it says so itself.

    Where it does fit, all of them together passed a `limit`, or a model's formula has a condition.
    """
    try:
        pricing.counts(design_at(axes, point), SHOWN)
    except FlopcountError as error:
        return of_design(axes, point, error)
    if isinstance(limit, FlopcountError):
        return limit
    if as_model(pricing.draft) is None:
        raise AssertionError(point)
    return of_design(axes, point, not_for(limit))

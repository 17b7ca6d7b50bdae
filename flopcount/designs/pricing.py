"""Many designs at once: the cost of every design of a grid, from the same formulas as one design.

The network is walked with polynomials in the varied names (sizes/polynomials.py), worked out chunk
by chunk (chunks.py); what the filters keep goes to a selection (selection.py). Memory does not grow
with the grid.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from ..core import COUNTS, walk
from ..errors import FlopcountError
from ..notation import Draft, Variable
from ..sizes.polynomials import Space, TooLargeError
from .chunks import chunks
from .filters import MOST, Filter
from .grids import Axis, Box, split
from .selection import All, Key, Pareto, Selection, Top

if TYPE_CHECKING:
    from ..sizes import Size
    from ..sizes.polynomials import Array

SHOWN = ("multiplies", "multiplies_unpadded", "params", "activations")


@dataclass(frozen=True, slots=True)
class Pricing:
    """A draft, or some of its modules, to be priced at any sizes."""

    draft: Draft
    modules: tuple[str, ...] = ()

    def counts(self, values: "Mapping[Variable, Size]", names: Iterable[str]) -> "dict[str, Size]":
        """The named counts with these sizes: those of the report's total."""
        rows = walk(self.draft.build(values))
        if self.modules:
            rows = [row for row in rows if row.node.module in self.modules]
        return {name: sum(row.count(name) for row in rows) for name in names}


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep that was checked: its axes, its filters, which designs stay, and in what order.

    `columns` are those of its designs: the varied names as typed, then `SHOWN`.
    """

    pricing: Pricing
    axes: tuple[Axis, ...]
    keep: tuple[Filter, ...] = ()
    pareto: tuple[Key, ...] = ()
    sort: Key | None = None
    top: int | None = None

    @property
    def size(self) -> int:
        """How many designs the grid has."""
        return prod(len(axis.points) for axis in self.axes)

    @property
    def columns(self) -> list[str]:
        """The columns of what `batches` yields."""
        return [*(axis.name for axis in self.axes), *SHOWN]

    def batches(self, progress: Callable[[int], None] | None = None) -> "Iterator[Array]":
        """The designs that stay, some at a time: int64, a row for each, its `columns`.

        In the order of the grid, the last varied name changing first; those of `top` and `pareto`
        in the order of their keys. `progress` is told how many designs have been priced. Raises
        `FlopcountError` for the first design that does not fit.
        """
        selection = self._selection()
        done = 0
        box: Box = tuple(axis.points for axis in self.axes)
        numbers = {axis.name: number for number, axis in enumerate(self.axes)}
        for space, counts in self._boxes(box):
            for chunk in chunks(space, counts, numbers):
                kept = None
                for condition in self.keep:
                    holds = condition.holds(chunk.values)
                    kept = holds if kept is None else kept & holds
                batch = selection.add(chunk, kept)
                done += prod(chunk.shape)
                if batch is not None:
                    yield batch
                if progress is not None:
                    progress(done)
        last = selection.end()
        if last is not None and len(last):
            yield self._ordered(last)[:, : len(self.columns)]

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

    def _selection(self) -> Selection:
        sort = [self.sort.name] if self.sort else []
        names = list(dict.fromkeys([*self.columns, *sort]))
        if self.pareto:
            return Pareto(names, self.pareto)
        if self.top is not None:
            return Top(names, self.top, self.sort or Key("multiplies"))
        return All(self.columns)

    def _ordered(self, designs: "Array") -> "Array":
        """The front in the order that is asked for; the best are in theirs."""
        import numpy as np

        if self.pareto and self.sort:
            names = list(dict.fromkeys([*self.columns, self.sort.name]))
            keys = self.sort.of(designs[:, names.index(self.sort.name)])
            designs = designs[np.argsort(keys, kind="stable")]
        return designs[: self.top]

    def _needed(self) -> list[str]:
        """The counts that are shown, filtered or ordered by."""
        keys = [*self.pareto, *([self.sort] if self.sort else [])]
        asked = {*SHOWN, *(key.name for key in keys)}.union(*(kept.names for kept in self.keep))
        return [name for name in COUNTS if name in asked]

    def _boxes(self, box: Box) -> "Iterator[tuple[Space, dict[str, Size]]]":
        """The counts over the grid; over its parts, in order, where one array would be too large.

        Raises `FlopcountError` for the first design of the grid that does not fit.
        """
        waiting = [box]
        while waiting:
            part = waiting.pop()
            try:
                priced = self._price(part)
            except TooLargeError:
                waiting += reversed(split(part))
                continue
            except FlopcountError as error:
                raise self._blame(part, error) from None
            yield priced

    def _price(self, box: Box) -> "tuple[Space, dict[str, Size]]":
        space = Space(box)
        values = {
            variable: space.variable(number)
            for number, axis in enumerate(self.axes)
            for variable in axis.variables
        }
        return space, self.pricing.counts(values, self._needed())

    def _blame(self, box: Box, error: FlopcountError) -> FlopcountError:
        """Find the first design of a box that does not fit, and say what it is."""
        while prod(map(len, box)) > 1:
            first, second = split(box)
            try:
                self._price(first)
            except FlopcountError:
                box = first
            except TooLargeError:
                box = first
            else:
                box = second
        try:
            self.pricing.counts(self._design(values[0] for values in box), SHOWN)
        except FlopcountError as exact:
            error = exact
        return self._at((values[0] for values in box), error)

    def _design(self, point: Iterable[int]) -> dict[Variable, int]:
        return {
            variable: value
            for axis, value in zip(self.axes, point, strict=True)
            for variable in axis.variables
        }

    def _at(self, point: Iterable[int], error: FlopcountError) -> FlopcountError:
        pairs = zip(self.axes, point, strict=True)
        design = ", ".join(f"{axis.name}={value}" for axis, value in pairs)
        return FlopcountError(f"{design}: {error}")

    def _corner(self) -> list[int]:
        return [max(axis.points) for axis in self.axes]

    def selected(self, modules: Sequence[str]) -> Pricing:
        """Find the named modules, whose cost alone is meant."""
        try:
            network = self.pricing.draft.build(self._design(self._corner()))
            return replace(self.pricing, modules=network.select(modules).modules)
        except FlopcountError as error:
            raise self._at(self._corner(), error) from None

    def idle(self) -> list[str]:
        """The varied names that change no count: what they set a rewrite took out, or a module.

        Counts grow with a size, so that what its ends leave alone, nothing between them changes.
        """
        corner = self._corner()
        most = self.pricing.counts(self._design(corner), COUNTS)
        idle = []
        for number, axis in enumerate(self.axes):
            point = [*corner[:number], min(axis.points), *corner[number + 1 :]]
            same = most == self.pricing.counts(self._design(point), COUNTS)
            idle += [axis.name] if same and len(axis.points) > 1 else []
        return idle

    def check(self) -> None:
        """Price the largest corner in Python's integers.

        Raises `FlopcountError` where it, or what a filter makes of it, does not fit into int64.
        """
        corner = self._corner()
        try:
            counts = self.pricing.counts(self._design(corner), self._needed())
            for name, count in counts.items():
                if count > MOST:
                    raise FlopcountError(f"{name} is {count:,}; a sweep counts to 2**63 - 1")
        except FlopcountError as error:
            raise self._at(corner, error) from None
        ranges = {name: (0, count) for name, count in counts.items()}
        ranges |= {axis.name: (min(axis.points), max(axis.points)) for axis in self.axes}
        for condition in self.keep:
            condition.check(ranges)

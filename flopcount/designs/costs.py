"""What a network costs over open sizes: walked once, its counts are polynomials."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..core import FirstUses, Network, Row
from ..notation import Draft, Variable
from ..reading import MAX_SIZE
from ..records import dataclass, field
from ..sizes import Size, is_open
from ..sizes.bounds import least, most
from ..sizes.condition import Condition
from ..sizes.polynomial import Space, total


@dataclass(frozen=True)
class Costs:
    """The rows that are meant of a network over the names of a space; counts are for one sample.

    `conditions` are those that no proof decided: where one of them holds, the network cannot be
    built.
    """

    rows: Sequence[Row]
    conditions: Sequence[Condition]
    modules: tuple[str, ...]  # those that were named
    notes: tuple[str, ...] = ()  # of a model: what its formulas were checked at, or fitted on
    _counted: dict[str, Size] = field(default_factory=dict, compare=False, repr=False)

    def count(self, name: str) -> Size:
        """A count of the registry, of all rows: a number where no name reaches it."""
        if name not in self._counted:
            self._counted[name] = total(row.known(name) for row in self.rows)
        return self._counted[name]

    def range(self, name: str) -> tuple[int, int]:
        """What a count is at least and at most, as far as that is proved; it has to be bounded."""
        count = self.count(name)
        return int(max(least(count), 0)), int(most(count))

    def counts(self, names: Iterable[str]) -> dict[str, Size]:
        """Several."""
        return {name: self.count(name) for name in names}


def costs(
    draft: Draft, values: Mapping[Variable, Size], space: Space, modules: Sequence[str] = ()
) -> Costs:
    """Walk a draft with sizes of a space; `modules` alone are meant, where some are named.

    Raises `FlopcountError` for a module that is not there, and for what fits no size.
    """
    return costs_of(draft.build(values), space, modules)


def costs_of(network: Network, space: Space, modules: Sequence[str] = ()) -> Costs:
    """The same of a network that is built."""
    rows = network.rows
    named = network.select(modules).modules if modules else ()
    conditions = dict.fromkeys([*space.conditions, *_limits(rows)])
    meant = FirstUses().rows(row for row in rows if row.node.module in named) if named else rows
    notes = network.notes if network.reader else ()
    return Costs(meant, tuple(conditions), named, notes)


def _limits(rows: Iterable[Row]) -> Iterator[Condition]:
    """That each size that is put out lies from 1 to 2**31, where that is not proved.

    The walk asks it of whole numbers alone: a formula holds beyond the limit too.
    """
    for row in {id(row.held): row for row in rows}.values():
        for size in (size for shape in row.held.outputs for size in shape if is_open(size)):
            if size.low < 1:
                yield Condition(size - 1, "<")
            if size.high > MAX_SIZE:
                yield Condition(MAX_SIZE - size, "<")

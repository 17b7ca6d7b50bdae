"""Measured designs with all that is known of each, and which of them stay, in what order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...records import dataclass
from ..chosen import Key
from ..chosen.fronts import front
from ..grid.filters import Filter
from .columns import Own
from .decimals import Decimals

if TYPE_CHECKING:
    from ..grid.factors import Array


@dataclass(frozen=True)
class Rows:
    """Designs in the order of their table: what varies, a user's own numbers, and counts.

    `networks` names that of each, where a table has several.
    """

    size: int
    varied: "Mapping[str, Array]"
    own: Mapping[str, Own]
    counts: "Mapping[str, Array]"
    networks: Sequence[str] = ()

    def numbers(self, name: str) -> Decimals:
        """A column, exact; 0 stands where a user has no number."""
        if name in self.own:
            return self.own[name].numbers
        return Decimals(self.varied[name] if name in self.varied else self.counts[name])

    def are_known(self, names: Iterable[str]) -> "Array":
        """Where a design has a number of each of these."""
        import numpy as np

        known = np.ones(self.size, dtype=bool)
        for name in names:
            if name in self.own:
                known &= self.own[name].known
        return known

    def keeps(self, condition: Filter) -> "Array":
        """Where a filter holds: nowhere where a number is not known that it asks for."""
        holds: Array = self.are_known(condition.names) & condition.holds(self.numbers)
        return holds

    def ranks(self, key: Key) -> "Array":
        """The order of the designs by a key, the best first: equal numbers have equal ranks."""
        import numpy as np

        _, ranks = np.unique(self.numbers(key.name).whole, return_inverse=True)
        found: Array = key.of(ranks.astype(np.int64).reshape(-1))
        return found

    def front(self, among: "Array", keys: Sequence[Key]) -> "Array":
        """Those that no other one dominates, in the order of the keys; of equal ones the first.

        One without a number of a key is none of them.
        """
        import numpy as np

        among = among[self.are_known(key.name for key in keys)[among]]
        points = np.stack([self.ranks(key)[among] for key in keys], axis=1)
        return among[front(points)] if len(among) else among

    def ordered(self, among: "Array", *keys: Key) -> "Array":
        """In the order of some keys, the first first; last those without a number of one.

        Of equal designs the first of the table.
        """
        import numpy as np

        by: list[Array] = []
        for key in keys:
            by += [~self.are_known([key.name])[among], self.ranks(key)[among]]
        found: Array = among[np.lexsort(by[::-1])]
        return found

    def cells(self, name: str, rows: "Array") -> Sequence[Any]:
        """A column of some designs: a user's numbers as they were typed, None for none."""
        if name in self.own:
            texts = self.own[name].texts
            return [texts[row] or None for row in rows.tolist()]
        if name in self.varied or name in self.counts:
            column = self.varied[name] if name in self.varied else self.counts[name]
            whole: list[int] = column[rows].tolist()
            return whole
        return [self.networks[row] for row in rows.tolist()]

"""The designs of a box priced whole: which are within the budgets, and the best of them."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ....sizes.bounds import least, most
from ....sizes.condition import RELATIONS, Condition
from ....sizes.polynomial import Number
from ....sizes.values import value
from ...grid.factors import Factors, Products, TooLargeError, reach
from ...grid.filters import MOST
from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...grid.axes import Box
    from ...grid.factors import Array


class Best(NamedTuple):
    """A design: its indices along the axes, and what it has of the goal."""

    place: tuple[int, ...]
    goal: int


class Leaves:
    """Prices boxes of a problem's grid, which are given as indices along its axes, ascending."""

    def __init__(self, problem: Problem) -> None:
        import numpy as np

        self._names, self._box = problem.axes, problem.box
        self._values = [np.array(values, dtype=np.int64) for values in problem.box]
        factors = Factors(self._names, self._box)
        self._goal = _Count(problem.goal, factors)
        self._budgets = [(_Count(one.count, factors), one.most) for one in problem.budgets]
        self._conditions = [
            (one, np.int64 if reach(one.value) <= MOST else object) for one in problem.conditions
        ]

    def best(self, indices: "Sequence[Array]") -> Best | None:
        """The first of the best designs within the budgets; None where none is."""
        import numpy as np

        fits, _ = self._fitting(indices)
        (positions,) = np.nonzero(np.broadcast_to(fits, self._shape(indices)).ravel())
        if not len(positions):
            return None
        goals = np.broadcast_to(self._of(self._goal, indices), self._shape(indices)).ravel()
        return self._at(indices, int(positions[int(goals[positions].argmax())]), goals)

    def nearest(self, indices: "Sequence[Array]") -> tuple[Best, bool]:
        """The best design within the budgets or else the nearest to them, and whether it fits."""
        import numpy as np

        found = self.best(indices)
        if found is not None:
            return found, True
        shape = self._shape(indices)
        goals = np.broadcast_to(self._of(self._goal, indices), shape).ravel()
        _, beyond = self._fitting(indices)
        beyond = np.broadcast_to(beyond, shape).ravel()
        return self._at(indices, int(beyond.argmin()), goals), False

    def _at(self, indices: "Sequence[Array]", position: int, goals: "Array") -> Best:
        import numpy as np

        along = np.unravel_index(position, self._shape(indices))
        place = [int(index[one]) for index, one in zip(indices, along, strict=True)]
        return Best(tuple(place), int(goals[position]))

    @staticmethod
    def _shape(indices: "Sequence[Array]") -> tuple[int, ...]:
        return tuple(map(len, indices))

    def _fitting(self, indices: "Sequence[Array]") -> tuple[Any, Any]:
        """Which designs fit, and how far each is beyond the budgets, 1 for a whole budget."""
        fits: Any = True
        beyond: Any = 0.0
        for count, limit in self._budgets:
            found = self._of(count, indices)
            fits = fits & (found <= min(limit, MOST))
            over = found.astype(float) - limit
            beyond = beyond + over * (over > 0) / max(abs(limit), 1)
        for condition, number in self._conditions:
            misfit = self._misfits(condition, indices, number)
            fits, beyond = fits & ~misfit, beyond + misfit
        return fits, beyond

    def _misfits(self, condition: Condition, indices: "Sequence[Array]", number: type) -> "Array":
        import numpy as np

        grid = np.ix_(*indices)
        names: dict[str, Array] = {
            name: values[index].astype(number)
            for name, values, index in zip(self._names, self._values, grid, strict=True)
        }
        found = RELATIONS[condition.relation](value(condition.value, names), 0)
        return np.asarray(found, dtype=bool)

    def _of(self, count: "_Count", indices: "Sequence[Array]") -> "Array":
        import numpy as np

        if count.products is not None:
            return count.sign * count.products.at(np.ix_(*indices))
        box: Box = tuple(
            [values[index].tolist() for values, index in zip(self._values, indices, strict=True)]
        )
        products = Factors(self._names, box).products(count.number)
        return count.sign * products.at(np.ix_(*(np.arange(len(index)) for index in indices)))


class _Count:
    """A count over the whole grid as a sum of products, where that is small enough."""

    def __init__(self, number: Number, factors: Factors) -> None:
        # what has more below 0 than above is priced the other way round: what is proved not to
        # pass int64 is the most of what is priced
        self.sign = -1 if -least(number) > most(number) else 1
        self.number = number * self.sign
        self.products: Products | None = None
        with suppress(TooLargeError):
            self.products = factors.products(self.number)

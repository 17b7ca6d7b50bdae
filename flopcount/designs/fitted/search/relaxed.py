"""Bounds of a count over a box that are proved, and add up what each axis comes to by itself.

A count is a sum of products of functions of one name each, f = Σ c·φ₁(x₁)·φ₂(x₂)·…. From the middle
m of a box to x, one name after the other, a product changes by c·φ₁(x₁)·…·(φᵢ(xᵢ)−φᵢ(mᵢ))·…·φₙ(mₙ)
for each name i; what stands before that lies in an interval. So f is at most f(m) plus a function
of each name alone; the error falls with the square of the box's sides. A product in which a part
depends on several names at once is bounded by its interval.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ....sizes.atoms import Atom, Sum
from ....sizes.polynomial import Number, Polynomial, terms_of
from .intervals import Known, Whole, ends

if TYPE_CHECKING:
    from ...grid.factors import Array, Factors

_ROUNDING = 2.0**-52


class Relaxed(NamedTuple):
    """A count over a box is at most `high`, and at most `base` plus what `parts` has of each axis.

    `margin` is more than all that rounding can have cost these floats.
    """

    base: float
    parts: "list[Array]"
    high: float
    margin: float


class Relaxation:
    """A count over the axes of `factors`, each of whose values are in ascending order."""

    def __init__(self, number: Number, factors: "Factors", names: Sequence[str]) -> None:
        import numpy as np

        self._names = names
        if isinstance(number, Polynomial) and any(map(_is_wide, number.atoms)):
            number = number.mapped(lambda atom: atom.parts[0] if _is_wide(atom) else None)
        lengths = factors.lengths
        known: list[dict[object, int]] = [{} for _ in lengths]  # of each axis: factors → their row
        rows: list[list[Array]] = [[np.ones(length)] for length in lengths]
        counts: list[Fraction] = []
        which: list[list[int]] = []
        apart = {}
        for monomial, count in terms_of(number).items():
            if any(len(atom.names) > 1 for atom, _ in monomial):
                apart[monomial] = count
                continue
            times = Fraction(count)
            of_axes: dict[int, Array] = {}
            keys: dict[int, list[tuple[int, int]]] = {}
            for atom, power in sorted(monomial, key=lambda pair: pair[0].spelling):
                scale, factor = factors.factor(atom)
                times *= scale**power
                if factor is None:
                    continue
                (axis,) = factor.axes
                values = factor.values.astype(np.float64) ** power
                of_axes[axis] = of_axes[axis] * values if axis in of_axes else values
                keys.setdefault(axis, []).append((id(factor), power))
            counts.append(times)
            which.append([0] * len(lengths))
            for axis, values in of_axes.items():
                key = tuple(sorted(keys[axis]))
                if key not in known[axis]:
                    known[axis][key] = len(rows[axis])
                    rows[axis].append(values)
                which[-1][axis] = known[axis][key]
        self._apart = number.space.sum(apart) if isinstance(number, Polynomial) and apart else 0
        self._counts = np.array([float(count) for count in counts], dtype=np.float64)
        self._rows = [np.array(some) for some in rows]
        self._grow = [bool((np.diff(some, axis=1) >= 0).all()) for some in self._rows]
        self._which = np.array(which, dtype=np.intp).reshape(len(counts), len(lengths))
        operations = len(counts) + sum(map(len, rows)) + 8 * len(lengths) + 16
        self._rounding = _ROUNDING * operations * (2 * len(lengths) + 2)

    def over(self, box: Sequence[range], of_names: "dict[str, Whole]", known: Known) -> Relaxed:
        """Over a box of indices, whose names lie between the ends in `of_names`."""
        import numpy as np

        middles = [indices[len(indices) // 2] for indices in box]
        after: list[Array] = [np.ones(len(self._counts))]  # at the middle, of the axes behind
        for axis in range(len(box) - 1, -1, -1):
            after.append(after[-1] * self._rows[axis][self._which[:, axis], middles[axis]])
        after.reverse()
        base = float((self._counts * after[0]).sum())
        low = high = self._counts  # of the product of the axes before
        parts: list[Array] = []
        for axis, indices in enumerate(box):
            which = self._which[:, axis]
            rows = self._rows[axis][:, indices.start : indices.stop]
            if len(indices) == 1:
                parts.append(np.zeros(1))
                least = most = rows[:, 0][which]
            else:
                one, other = low * after[axis + 1], high * after[axis + 1]
                least_times = np.bincount(which, np.minimum(one, other), len(rows))
                most_times = np.bincount(which, np.maximum(one, other), len(rows))
                change = rows[1:] - self._rows[axis][1:, middles[axis], None]
                bounds = (change * least_times[1:, None], change * most_times[1:, None])
                parts.append(np.maximum(*bounds).sum(axis=0))
                if self._grow[axis]:
                    least, most = rows[:, 0][which], rows[:, -1][which]
                else:
                    least, most = rows.min(axis=1)[which], rows.max(axis=1)[which]
            corners = (low * least, low * most, high * least, high * most)
            low = np.minimum(np.minimum(*corners[:2]), np.minimum(*corners[2:]))
            high = np.maximum(np.maximum(*corners[:2]), np.maximum(*corners[2:]))
        reach = float(np.maximum(np.abs(low), np.abs(high)).sum())
        rest = 0.0
        if not isinstance(self._apart, int):
            lows, highs = ends(self._apart, of_names, known)
            rest, reach = float(highs), reach + max(abs(float(lows)), abs(float(highs)))
        total = float(high.sum()) + rest
        return Relaxed(base + rest, parts, total, reach * self._rounding + reach * _ROUNDING)


def _is_wide(atom: Atom) -> bool:
    return isinstance(atom, Sum) and len(atom.names) > 1

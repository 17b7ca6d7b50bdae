"""A network in open sizes, fitted to networks at whole numbers: number by number, exactly.

For what the tracer cannot follow. Each number of a layer is a polynomial of the sizes, of degree 2
(and 1 of a batch), found by as many runs as it has terms; further runs check it (formulas.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product as pairs
from operator import mul
from typing import Any

from ....core import Network
from ....errors import FlopcountError, listed
from ....records import dataclass, field, fields, replace
from ....sizes import Size
from ....sizes.condition import Condition
from ....sizes.polynomial import total
from ..model import Model

_DEGREE = 2
_OTHER_WAYS = "its code takes other ways at other sizes"


@dataclass(frozen=True)
class Fitted:
    """Networks at whole numbers, and the powers of the names that fit them."""

    networks: tuple[Network, ...]
    names: tuple[str, ...]
    powers: tuple[tuple[int, ...], ...]
    inverse: tuple[tuple[Fraction, ...], ...]
    steps: Mapping[str, int]
    notes: tuple[str, ...]
    points: tuple[Mapping[str, int], ...]  # the sizes of the networks
    fixed: Mapping[str, int] = field(default_factory=dict)

    def misfits(self, values: Mapping[str, Size]) -> Iterator[Condition]:
        """The sizes that it is not for."""
        for name, step in self.steps.items():
            if step > 1:
                yield Condition(values[name] % step, "≠")

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes. Raises `FlopcountError` where the runs are not alike."""
        units = [values[name].over(self.steps.get(name, 1)) for name in self.names]
        terms = [_monomial(units, powers) for powers in self.powers]

        def fitted(numbers: tuple[int, ...]) -> Size:
            counts = [sum(map(mul, line, numbers)) for line in self.inverse]
            return total(term * count for term, count in zip(terms, counts, strict=True) if count)

        first = self.networks[0]
        kept = ("nodes", "inputs", "views")
        parts = {name: _merged([getattr(n, name) for n in self.networks], fitted) for name in kept}
        return replace(first, **parts)


def _monomial(units: Sequence[Size], powers: Sequence[int]) -> Size:
    """A product of sizes, each to its power."""
    factors = [unit for unit, power in zip(units, powers, strict=True) for _ in range(power)]
    return reduce(mul, factors, 1)


def _merged(parts: list[Any], fitted: Callable[[tuple[int, ...]], Size]) -> Any:
    """The same thing of several networks, as one: its whole numbers fitted."""
    first = parts[0]
    if all(part is first for part in parts):
        return first
    if len({type(part) for part in parts}) > 1:
        raise FlopcountError(_OTHER_WAYS)
    if type(first) is int:
        return first if len(set(parts)) == 1 else fitted(tuple(parts))
    if isinstance(first, Mapping):
        if len({tuple(part) for part in parts}) > 1:
            raise FlopcountError(_OTHER_WAYS)
        return {key: _merged([part[key] for part in parts], fitted) for key in first}
    if isinstance(first, list | tuple):
        if len({len(part) for part in parts}) > 1:
            raise FlopcountError("the number of its operations depends on the size")
        merged = [_merged(list(each), fitted) for each in zip(*parts, strict=True)]
        return type(first)(*merged) if hasattr(first, "_fields") else type(first)(merged)
    if not isinstance(first, type) and (own := [one.name for one in fields(first) if one.init]):
        return replace(first, **{n: _merged([getattr(p, n) for p in parts], fitted) for n in own})
    if any(part != first for part in parts):
        raise FlopcountError(_OTHER_WAYS)
    return first


def fit(
    model: Model, names: tuple[str, ...], given: Mapping[str, int], steps: Mapping[str, int]
) -> Fitted:
    """Read a model at as many sizes as a polynomial of them needs.

    Raises what the model raises at one of them.
    """
    powers = [
        each
        for each in pairs(range(_DEGREE + 1), repeat=len(names))
        if sum(n for name, n in zip(names, each, strict=True) if name != "B") <= _DEGREE
        and all(n < 2 for name, n in zip(names, each, strict=True) if name == "B")
    ]
    at = [tuple(n + 2 for n in each) for each in powers]  # as many as powers, and they are enough
    matrix = [[int(_monomial(point, each)) for each in powers] for point in at]
    sizes = [
        {**given, **{n: k * steps.get(n, 1) for n, k in zip(names, point, strict=True)}}
        for point in at
    ]
    networks = tuple(model.read(size) for size in sizes)
    note = f"fitted on {listed(list(map(model.shown, sizes)))}"
    inverse = _inverse(matrix)
    return Fitted(networks, names, tuple(powers), inverse, dict(steps), (note,), tuple(sizes))


def _inverse(matrix: list[list[int]]) -> tuple[tuple[Fraction, ...], ...]:
    """The inverse of a matrix, exact, by Gauss and Jordan."""
    n = len(matrix)
    rows = [
        [*map(Fraction, line), *(Fraction(i == j) for j in range(n))]
        for i, line in enumerate(matrix)
    ]
    for column in range(n):
        pivot = next(i for i in range(column, n) if rows[i][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for i in range(n):
            if i != column and (times := rows[i][column]):
                rows[i] = [a - times * b for a, b in zip(rows[i], rows[column], strict=True)]
    return tuple(tuple(line[n:]) for line in rows)

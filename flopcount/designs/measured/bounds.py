"""The most and the least that counts, and a table's own numbers, may be."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from ...analysis.count_names import count_named, known_as, scaled
from ...core import NAMED
from ...errors import FlopcountError, one_of, quote
from ...reading import exact_decimal
from ...writing.cells import number

Exact: TypeAlias = int | Fraction


class Bounds(NamedTuple):
    """The most, and the least, that counts and a table's own numbers may be."""

    most: Mapping[str, Exact]
    least: Mapping[str, Exact]

    @property
    def names(self) -> list[str]:
        """All that have any."""
        return list(dict.fromkeys([*self.most, *self.least]))

    def __str__(self) -> str:
        """As a heading has them: multiplies ≤ 1,000,000, accuracy ≥ 0.7."""
        texts = [f"{name} ≤ {_shown(limit)}" for name, limit in self.most.items()]
        return ", ".join(
            texts + [f"{name} ≥ {_shown(limit)}" for name, limit in self.least.items()]
        )


def given_limits(given: object) -> Mapping[str, Any]:
    """Limits by name, as they were given. Raises `FlopcountError` for what is none."""
    if not isinstance(given, Mapping):
        raise FlopcountError(
            f"budget is {quote(given)}, not the most of each count: {{'multiplies': 10**9}}"
        )
    return given


def read_limits(given: Mapping[str, Any], own: Sequence[str], option: str) -> dict[str, Exact]:
    """Limits as people type them, 1e9 or 12.5, exact; of counts, and of these `own` columns.

    Raises `FlopcountError` for another name, and for what is no number above 0.
    """
    limits: dict[str, Exact] = {}
    for typed, limit in given.items():
        if typed not in own and not known_as(typed) and not scaled(typed):
            raise FlopcountError(f"{option}: {one_of(typed, [*own, *NAMED], 'count or column')}")
        name = typed if typed in own else count_named(typed, option).name
        if name in limits:
            raise FlopcountError(f"{option}: {name} is named twice")
        try:
            limits[name] = exact_decimal(limit if isinstance(limit, str) else str(limit))
        except FlopcountError:
            limits[name] = 0
        if limits[name] <= 0:
            raise FlopcountError(f"{option} {name}: {quote(limit)} is not a number above 0")
    return limits


def _shown(limit: Exact) -> str:
    if limit.denominator == 1:
        return number(limit)
    return f"{Decimal(limit.numerator) / Decimal(limit.denominator):f}"

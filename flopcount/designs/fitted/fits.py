"""The largest design within a budget: exact, by bisection over the formula."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm

from ...analysis.conventions import NONE, Families, families, of_one_sample
from ...analysis.count_names import restated
from ...core import NAMED, UNITS, factors_of
from ...errors import BudgetError, FlopcountError
from ...notation import Plan
from ...records import dataclass
from ...writing.cells import number
from ...writing.sheet import Column, Sheet
from ..pricing import SHOWN
from .read_fits import ReadPrice, as_read, price_of
from .scaling import Price, Scaled, scale_of, shown

_TRIES = 64  # values looked through for one that fits, where groups ask for no more …
_MOST_TRIES = 5_000  # … and at most this
_FEW_TRIES = 4  # where each is a reading


@dataclass(frozen=True)
class Fit:
    """The largest value within a budget: `value` and its `counts`; the `next` value and its.

    A value is a whole number, or, of ``width``, a multiple of 1/1000. `next` is None where nothing
    larger fits.
    """

    network: str
    scale: str
    budget: Mapping[str, int]
    value: int | Fraction
    counts: Mapping[str, int]
    next: int | Fraction | None = None
    next_counts: Mapping[str, int] | None = None
    multiple: int | None = None  # of what the widths are multiples
    families: Families = NONE  # of its layers, for what a heading says
    notes: tuple[str, ...] = ()  # of a model: what its formula was checked at

    def sheet(self) -> Sheet:
        """The value and the next larger one, as they are printed."""
        counts = list(self.counts)
        rows = [("within", self.value, self.counts)]
        if self.next is not None and self.next_counts is not None:
            rows.append(("next larger", self.next, self.next_counts))
        limits = ", ".join(f"{name} ≤ {number(limit)}" for name, limit in self.budget.items())
        rounded = f", rounded to multiples of {self.multiple}," if self.multiple else ""
        share = Column("share_percent", "of budget", "share")
        return Sheet(
            (
                Column("budget", "budget"),
                Column("value", self.scale, key=True),
                *(
                    Column(
                        name,
                        NAMED[name].title,
                        "count",
                        key=name in self.budget,
                        counted=name in UNITS,
                    )
                    for name in counts
                ),
                share,
            ),
            [
                (label, shown(value), *(row[name] for name in counts), self._share(row))
                for label, value, row in rows
            ],
            heading=(f"{self.network}: the largest {self.scale}{rounded} with {limits}",),
            convention=of_one_sample(self.families),
            notes=(*restated(counts, self.families), *self.notes),
        )

    def _share(self, counts: Mapping[str, int]) -> int:
        """Tenths of a percent of the budget that is used most, rounded down."""
        return max(1000 * counts[name] // limit for name, limit in self.budget.items())


class _Search:
    """Looks for the largest value, in whole steps, whose counts are within the limits.

    Counts grow with the value. Some values do not fit: those too small or too large, and those
    that groups do not divide; the latter are stepped over, as many as `tries`.
    """

    def __init__(
        self, price: Callable[[int], Mapping[str, int]], budget: Mapping[str, int], tries: int
    ) -> None:
        self.price = price
        self.budget = budget
        self.tries = tries

    def within(self, counts: Mapping[str, int]) -> bool:
        return all(counts[name] <= limit for name, limit in self.budget.items())

    def fitting(self, values: range) -> tuple[int, Mapping[str, int]] | None:
        """The first of these values that fits, and its counts."""
        for value in values[: self.tries]:
            try:
                return value, self.price(value)
            except FlopcountError:
                continue
        return None

    def largest(self, start: int, most: int) -> tuple[int | None, int]:
        """The largest value within, and the least known not to be, given one that fits.

        The first is None where nothing is within; the second is past `most` where all are.
        """
        best = start if self.within(self.price(start)) else None
        low, high = (start, most + 1) if best is not None else (0, start)
        reach = 2 * start
        while high - low > 1:
            middle = min((low + high) // 2, reach) if best is not None else (low + high) // 2
            reach *= 2
            priced = self.fitting(range(middle, low, -1))
            if priced is None:  # too small, or too large
                low, high = (middle, high) if middle < start else (low, middle)
            elif self.within(priced[1]):
                best = priced[0]
                low = middle
            else:
                high = priced[0]
        return best, high


def largest(
    plan: Plan,
    most: Mapping[str, int],
    scale: str,
    modules: Sequence[str],
    multiple: int | None,
) -> Fit:
    """The largest value of one name, and the next; see `fit`.

    Raises `BudgetError` where no value is within the budget, and `FlopcountError` where all are.
    """
    names = [name for name in NAMED if name in SHOWN or name in most]
    scaled = scale_of(plan, scale, modules, multiple)
    price = price_of(scaled, names, modules, [*most])
    search = _Search(price, most, _tries(scaled, price))
    best, over = search.largest(price.start, scaled.most)
    limits = ", ".join(f"{name} ≤ {number(limit)}" for name, limit in most.items())
    if best is None:
        least = ", ".join(f"{price(over)[name]:,} {name}" for name in most)
        raise BudgetError(
            f"nothing meets {limits}: the smallest possible, {scale}={scaled.shown(over)}, "
            f"still has {least}"
        )
    larger = search.fitting(range(best + 1, scaled.most + 1))
    while larger is not None and search.within(larger[1]):
        best = larger[0]
        larger = search.fitting(range(best + 1, scaled.most + 1))
    if larger is None:
        raise FlopcountError(
            f"{limits} sets no bound to {scale}: the largest possible, "
            f"{scale}={scaled.shown(best)}, is within it"
        )
    within, beyond = (as_read(price, scaled, size, modules, [*most]) for size in (best, larger[0]))
    numbers = scaled.number(best), within, scaled.number(larger[0]), beyond
    there = families(scaled.build(best).rows)
    return Fit(plan.draft.name, scale, most, *numbers, multiple, there, price.notes)


def _tries(scaled: Scaled, price: Price | ReadPrice) -> int:
    """How many values to look through for one whose widths the groups and divisors divide.

    From one such width to the next there are as many channels as their least common multiple;
    ``width`` changes several widths at once, each by less than a channel a step.
    """
    if isinstance(price, ReadPrice):
        return _FEW_TRIES
    nodes = scaled.build(price.start).nodes
    groups = lcm(*(factors_of(node.op)["groups"] for node in nodes), *price.divisors)
    if not scaled.variables and groups > 1:
        return _MOST_TRIES
    return min(max(_TRIES, 2 * groups), _MOST_TRIES)

"""Bounds: what is proved of a polynomial; that it is true is in test_polynomial.py."""

from itertools import product
from math import inf
from typing import Any

import pytest

from flopcount.sizes import as_factor, maximum, split
from flopcount.sizes import bounds as bounds_of
from flopcount.sizes.bounds import least, most
from flopcount.sizes.polynomial import MAX_DEPTH, Number, Polynomial, Space
from flopcount.sizes.simplest import taps
from flopcount.sizes.size import ceil_div, common_divisor, minimum

SPACE = Space()
n, m, few, any_ = (
    SPACE.name("n"),
    SPACE.name("m", 3),
    SPACE.name("few", 2, 5),
    SPACE.name("any", -(2**40), 2**40),
)
EXACT: list[tuple[Number, float, float]] = [
    (7, 7, 7),
    (n, 1, inf),
    (-n, -inf, -1),
    (n - 1, 0, inf),
    (few * few, 4, 25),
    (3 - few, -2, 1),
    (n * as_factor(few - 5), -inf, 0),  # multiplied out, each term would lose it
    (n % 4, 0, 3),
    (any_ % 4, 0, 3),
    (2 * ceil_div(n, 2) - n, 0, 1),  # what same padding leaves over
    (7 * ceil_div(n, 7) - n, 0, 6),
    (n - 2 * (n // 2), 0, 1),
    (ceil_div(n, 2) - n // 2, 0, 1),
    (ceil_div(n, 4) - ceil_div(n, 8) * 2, -1, 0),  # one of two floors inside the other
    (maximum(n, m), 3, inf),
    (minimum(few, 4 * n), 2, 5),
    (common_divisor(n, 12), 1, 12),
    (few // 2, 1, 2),
    (ceil_div(few, 3), 1, 2),
    (split(few * (few + 1), 2), 3, 15),
    (taps(few, few, 2, 7, 2, 1), 0, 35),
    (2**70 * n, 2**70, inf),  # exact, and no float
]


@pytest.mark.parametrize(("size", "low", "high"), EXACT, ids=str)
def test_what_is_proved(size: Number, low: float, high: float) -> None:
    assert (least(size), most(size)) == (low, high)
    for bound in (least(size), most(size)):
        assert type(bound) is int or abs(bound) == inf


def test_numbers_that_are_too_large_for_a_float() -> None:
    huge = 10**400
    assert (n + huge).low == huge + 1  # type: ignore[union-attr]
    assert (huge - n // 2).high == huge  # type: ignore[union-attr]
    assert ((n - huge * few).low, (n - huge * few).high) == (1 - 5 * huge, inf)  # type: ignore[union-attr]


def test_a_deep_chain_of_floors_is_not_followed_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cuts = []
    right = bounds_of._without  # noqa: SLF001  what is counted

    def counted(*given: Any) -> Any:
        cuts.append(given)
        return right(*given)

    size: Number = Space().name("n")
    for _ in range(MAX_DEPTH - 1):  # twice as large, then a third: the floors do not merge
        size = (2 * size + 1) // 3 + 1
        assert least(size) >= 1
    monkeypatch.setattr(bounds_of, "_without", counted)
    assert least(size + 1) >= 2
    assert 0 < len(cuts) <= bounds_of._CUTS < MAX_DEPTH  # noqa: SLF001


def test_a_larger_least_proves_more() -> None:
    for low in (1, 2, 10, 75):
        one = Space().name("n", low)
        assert least(one - low) == 0
        assert least(as_factor((one - low) // 2) * as_factor(one + 1)) == 0
        assert least(one * one - 3) == low * low - 3


def test_a_floor_that_is_one_number_at_both_ends_is_that_number() -> None:
    for by, low, more in product((2, 3, 5), range(1, 12), range(6)):
        found = Space().name("n", low, low + more) // by
        alone = low // by == (low + more) // by
        assert found == low // by if alone else isinstance(found, Polynomial)

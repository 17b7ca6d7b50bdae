"""Multiples: each fits, none below is enough, and a floor over what divides is its fraction."""

from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.sizes.condition import Condition, unequal
from flopcount.sizes.domain import domain
from flopcount.sizes.multiples import divided, divisor, enough, multiples
from flopcount.sizes.polynomial import Polynomial, Space
from flopcount.sizes.size import ceil_div
from flopcount.sizes.values import holds, value

STEPS = st.lists(st.tuples(st.integers(1, 4), st.integers(2, 6), st.booleans()), max_size=2)
NUMBERS = range(1, 120)


def asked(steps: list[tuple[int, int, bool]]) -> list[Condition]:
    """That by each step's second number a side divides, rounded over all first ones so far."""
    side, found = Space().name("H"), []
    for over, by, up in steps:
        side = ceil_div(side, over) if up else side // over
        one = unequal(side % by, 0)
        assert isinstance(one, Condition)
        found.append(one)
    return found


def fit(conditions: list[Condition], number: int) -> bool:
    return not any(holds(one, {"H": number}) for one in conditions)


@settings(max_examples=12)
@given(STEPS)
def test_a_multiple_is_enough_and_what_has_to_divide_divides(
    steps: list[tuple[int, int, bool]],
) -> None:
    conditions = asked(steps)
    fitting = [number for number in NUMBERS if fit(conditions, number)]
    by = multiples(conditions).get("H", 1)
    assert all(number % by == 0 for number in fitting)
    found = enough(conditions)
    assert ("H" in found) == bool(steps)  # whatever is rounded and has to divide has a multiple
    most = found.get("H", 1)
    assert most % by == 0
    assert all(fit(conditions, most * number) for number in (1, 2, 3, 7))
    for part in (part for part in range(1, most) if most % part == 0):
        assert not all(fit(conditions, part * number) for number in range(1, most + 1))


@settings(max_examples=12)
@given(STEPS)
def test_the_domain_says_the_same_at_each_number(steps: list[tuple[int, int, bool]]) -> None:
    conditions = asked(steps)
    found, _ = domain(conditions, Space())
    least = found.least.get("H", 1)
    for number in NUMBERS:
        here = number >= least and fit(found.conditions, number)
        assert here == fit(conditions, number)


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(-50, 50), st.integers(1, 9))
def test_a_floor_over_what_divides_has_its_value(by: int, over: int, plus: int, k: int) -> None:
    space = Space()
    side = space.name("H", 60)
    size = 3 * ((k * side + plus) // over) ** 2 + side
    found = divided(size, {"H": by})
    for number in range(1, 9):
        assert value(found, {"H": by * number}) == value(size, {"H": by * number})
    if k * by % over == 0:
        assert "⌊" not in str(found)
        assert "⌈" not in str(found)
    elif gcd(k, over) == 1:
        assert found == size


def test_a_name_of_which_no_multiple_fits_has_none() -> None:
    side, other = Space().name("H"), Space().name("W")
    odd = unequal((side + 1) % 4, 0)
    assert isinstance(odd, Condition)
    even = unequal(side % 2, 0)
    assert isinstance(even, Condition)
    both = unequal((side + other) % 2, 0)
    assert isinstance(both, Condition)
    assert enough([odd]) == enough([odd, even]) == enough([both]) == {}
    assert multiples([odd, even, both]) == {"H": 2, "W": 2}


@pytest.mark.parametrize(("over", "by"), [(1, 16), (4, 56), (16, 2), (3, 3)])
def test_what_divides_a_rounded_size_is_read_both_ways(over: int, by: int) -> None:
    side = Space().name("H")
    for size in (side // over, ceil_div(side, over)):
        condition = unequal(size % by, 0)
        assert isinstance(condition, Condition)
        assert divisor(condition) == (size, by)
        upward = unequal(ceil_div(size, by) * by, size)
        assert isinstance(upward, Condition)
        assert isinstance(size, Polynomial)
        assert divisor(upward) in ((size, by), (size + by - 1, by), (side, over * by))

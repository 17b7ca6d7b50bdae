"""Meets: the closed forms of how many pairs land, against looking at each pair."""

from itertools import product

import pytest

from flopcount.sizes import meets
from flopcount.sizes.meets import Placed, Ragged, Slide
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import value
from tests.sizes.counted import landed

# --- adaptive pools


def wrong_pools() -> list[tuple[int, int]]:
    return [
        (n, cells)
        for n, cells in product(range(1, 40), range(1, 14))
        # no cell of them is longer than ⌈n/m⌉ + 1
        if Ragged(n, cells).full != landed(Ragged(n, cells), cells, -(-n // cells) + 1)
        or Ragged(n, cells).inside != Ragged(n, cells).full
    ]


def test_all_small_adaptive_pools() -> None:
    assert wrong_pools() == []


def test_an_adaptive_pool_over_a_name() -> None:
    n = Space().name("n")
    assert str(Ragged(n, 6).full) == "(n − gcd(n, 6) + 6)"
    assert Ragged(6 * n, 6).full == 6 * n
    for cells in range(1, 14):
        for size in range(1, 40):
            expected = landed(Ragged(size, cells), cells, -(-size // cells) + 1)
            assert value(Ragged(n, cells).full, {"n": size}) == expected
            half = Ragged(-(-n // 2), cells).full
            assert value(half, {"n": 2 * size}) == value(half, {"n": 2 * size - 1}) == expected


# --- windows


def test_a_slide_over_a_name() -> None:
    space = Space()
    n, m = space.name("n"), space.name("m")
    for k, s, d, before in product((1, 3, 4), (1, 2, 5), (1, 2), (-1, 0, 2)):
        slide = Slide(n, m, k, s, d, before)
        for size, outputs in product((1, 2, 7, 12), (1, 2, 5)):
            here = Slide(size, outputs, k, s, d, before)
            expected = landed(here, outputs, k)
            assert here.inside == expected
            assert value(slide.inside, {"n": size, "m": outputs}) == expected
            assert value(slide.full, {"n": size, "m": outputs}) == outputs * k


# --- one place for each


def wrong_places() -> list[tuple[int, int, int, bool]]:
    """Axes, outputs, steps on and directions where outputs share a place, or leave out their own.

    Each lies `by` places behind the last one's start, round the end, and backwards if turned.
    """
    cases = [
        (n, outputs, by, turned)
        for n, by, turned in product(range(1, 7), range(7), (False, True))
        for outputs in range(1, n + 1)
    ]
    return [
        case
        for case in cases
        if [Placed(*case).lands(o, 0) for o in range(case[1])] != expected_places(*case)
        or {Placed(*case).full, Placed(*case).inside} != {landed(Placed(*case), case[1], 1)}
    ]


def expected_places(n: int, outputs: int, by: int, turned: bool) -> list[int]:  # noqa: FBT001
    axis = [*range(n)]
    rolled = axis[by % n :] + axis[: by % n]
    return rolled[:outputs][::-1] if turned else rolled[:outputs]


def test_all_small_places() -> None:
    assert wrong_places() == []


def test_places_of_names_are_as_many_as_outputs() -> None:
    space = Space()
    T, past = space.name("T"), space.name("past", 0)  # noqa: N806  as papers call it
    for meet in (Placed(T + 1, T, 1), Placed(T + past, T, past), Placed(T, T, turned=True)):
        assert (meet.full, meet.inside) == (T, T)


# --- the tests find what they are there to find


def test_pools_that_forget_what_neighbours_share_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meets, "common_divisor", lambda _, cells: cells)
    assert wrong_pools()


def test_places_that_do_not_go_round_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Placed, "lands", lambda place, o, t: min(o + t + place.by, place.n - 1))
    assert wrong_places()

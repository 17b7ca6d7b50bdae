"""Meets: the closed forms of how many pairs land, against looking at each pair."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.sizes import meets
from flopcount.sizes.masks import Causal
from flopcount.sizes.meets import Meet, Ragged, Slide
from flopcount.sizes.polynomial import Number, Space
from flopcount.sizes.values import Substitution, value


def landed(meet: Meet, outputs: int, taps: int) -> int:
    """The pairs that land; where they do, it is on the axis."""
    places = [meet.lands(o, t) for o, t in product(range(outputs), range(taps))]
    on_axis = [place for place in places if place is not None]
    assert {*on_axis} <= {*range(meet.n)}
    return len(on_axis)


# --- masks


def wrong_masks() -> list[Any]:
    """Queries, keys and windows that the closed form counts wrongly."""
    cases = product(range(1, 9), range(9), (None, 1, 2, 3, 5, 12))
    return [
        (queries, cache, window)
        for queries, cache, window in cases
        if (mask := Causal(queries, queries + cache, window)).inside
        != landed(mask, queries, queries + cache)
        or mask.full != queries * (queries + cache)
    ]


def test_all_small_masks() -> None:
    assert wrong_masks() == []


def test_a_causal_triangle_is_a_polynomial() -> None:
    T = Space().name("T")  # noqa: N806  as papers call it
    assert Causal(T, T).inside == (T * (T + 1)).over(2)
    assert str(Causal(T, T).inside) == "T²/2 + T/2"
    assert str(Causal(T, T).full) == "T²"
    q, n = Space().name("q"), Space().name("n", 0)
    # each of q sees what is cached, and the triangle
    assert Causal(q, q + n).inside == q * n + (q * (q + 1)).over(2)


def test_a_sliding_window_over_a_name() -> None:
    space = Space()
    T, w = space.name("T"), space.name("w")  # noqa: N806  likewise
    both = Causal(T, T, window=w).inside
    for size, seen in product(range(1, 12), range(1, 9)):
        expected = landed(Causal(size, size, seen), size, size)
        v = min(size, seen)
        assert v * size - v * (v - 1) // 2 == expected
        assert value(both, {"T": size, "w": seen}) == expected
        assert value(Causal(T, T, window=seen).inside, {"T": size}) == expected
        assert value(Causal(size, size, window=w).inside, {"w": seen}) == expected
        assert Substitution({"T": size, "w": seen}).of(both) == expected
    long = space.name("T", 4)  # v is w from here on
    assert str(Causal(long, long, window=4).inside) == "4·T − 6"


@given(
    factors=st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(0, 5)),
    by=st.integers(1, 4),
    window=st.one_of(st.none(), st.integers(1, 9)),
    sizes=st.lists(st.integers(1, 24), min_size=2, max_size=4),
)
def test_masks_of_any_sequence(
    factors: tuple[int, int, int], by: int, window: int | None, sizes: list[int]
) -> None:
    """⌈a·n/b⌉ queries, and b·n + c more keys in a cache."""
    n = Space().name("n")

    def mask(n: Number) -> Causal:
        queries = -(-factors[0] * n // by)
        return Causal(queries, queries + factors[1] * n + factors[2], window)

    for size in sizes:
        here = mask(size)
        expected = landed(here, here.queries, here.keys)
        assert here.inside == expected
        assert value(mask(n).inside, {"n": size}) == expected
        assert value(mask(n).full, {"n": size}) == here.full


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


# --- the tests find what they are there to find


def test_a_wrong_triangle_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meets, "split", lambda size, _: size // 3)
    assert wrong_masks()


def test_pools_that_forget_what_neighbours_share_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meets, "common_divisor", lambda _, cells: cells)
    assert wrong_pools()

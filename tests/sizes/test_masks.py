"""Masks: the closed forms of how many pairs count, against looking at each pair."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.sizes import masks
from flopcount.sizes.masks import Blocks, Causal, Near
from flopcount.sizes.polynomial import Number, Space
from flopcount.sizes.values import Substitution, value
from tests.sizes.counted import landed

# --- causal masks


def wrong_causal() -> list[Any]:
    """Queries, keys and windows that the closed form counts wrongly."""
    cases = product(range(1, 9), range(9), (None, 1, 2, 3, 5, 12))
    return [
        (queries, cache, window)
        for queries, cache, window in cases
        if (mask := Causal(queries, queries + cache, window)).inside
        != landed(mask, queries, queries + cache)
        or mask.full != queries * (queries + cache)
    ]


def test_all_small_causal_masks() -> None:
    assert wrong_causal() == []


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


# --- a window around each token


def wrong_near() -> list[tuple[int, int]]:
    """Tokens and reaches that the closed form counts wrongly."""
    return [
        (n, reach)
        for n, reach in product(range(1, 12), range(14))
        if Near(n, reach).inside != landed(Near(n, reach), n, n)
        or Near(n, reach).inside != sum(abs(s - t) <= reach for s in range(n) for t in range(n))
        or Near(n, reach).full != n * n
    ]


def test_all_small_windows_around_a_token() -> None:
    assert wrong_near() == []


def test_a_window_around_each_of_named_tokens() -> None:
    space = Space()
    T = space.name("T")  # noqa: N806  as papers call it
    for size, reach in product(range(1, 12), range(14)):
        expected = landed(Near(size, reach), size, size)
        assert value(Near(T, reach).inside, {"T": size}) == expected
        assert Substitution({"T": size}).of(Near(T, reach).inside) == expected
    assert str(Near(space.name("long", 4), 3).inside) == "7·long − 12"
    assert str(Near(T, 3).full) == "T²"


# --- an axis cut into blocks


def seen_in_blocks(n: int, size: int, shift: int) -> int:
    """Pairs in one block of the axis rolled by a shift, and in one part of it.

    As the code of Liu et al., arXiv:2103.14030, masks them: the rolled axis has three regions, up
    to the last block, of that what was there, and what came round; one block is not shifted.
    """
    shift = shift if n > size else 0
    region = [0 if i < n - size else 1 if i < n - shift else 2 for i in range(n)]
    pairs = product(range(n), repeat=2)
    return sum(a // size == b // size and region[a] == region[b] for a, b in pairs)


def blocks() -> list[tuple[int, int, int]]:
    """Axes, sizes of blocks that divide them, and shifts below these."""
    sizes = product(range(1, 6), range(1, 6))
    return [(size * many, size, shift) for size, many in sizes for shift in range(size)]


def wrong_blocks() -> list[tuple[int, int, int]]:
    return [
        case
        for case in blocks()
        if Blocks(*case).inside != landed(Blocks(*case), *case[:2])
        or Blocks(*case).inside != seen_in_blocks(*case)
        or Blocks(*case).full != case[0] * case[1]
    ]


def test_all_small_blocks() -> None:
    assert wrong_blocks() == []


def test_a_place_meets_those_of_its_block_once() -> None:
    for n, size, shift in blocks():
        for o in range(n):
            met = [Blocks(n, size, shift).lands(o, t) for t in range(size)]
            there = [place for place in met if place is not None]
            assert o in there
            assert len({*there}) == len(there)
            if not shift:
                assert there == [*range(o // size * size, o // size * size + size)]


def test_blocks_of_a_named_axis() -> None:
    n = Space().name("n")
    for size, shift in ((s, shift) for s in range(1, 6) for shift in range(s)):
        cut = Blocks(n, size, shift)
        for many in range(1, 6):
            sizes = {"n": size * many}
            assert value(cut.inside, sizes) == seen_in_blocks(size * many, size, shift)
            assert Substitution(sizes).of(cut.full) == size * many * size
        whole = Blocks(size * n, size, shift)
        assert value(whole.inside, {"n": 3}) == seen_in_blocks(3 * size, size, shift)
    assert str(Blocks(7 * n, 7).inside) == "49·n"


# --- the tests find what they are there to find


def test_a_wrong_triangle_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "split", lambda size, _: size // 3)
    assert wrong_causal()


def test_a_border_that_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "minimum", lambda _, reach: reach)
    assert wrong_near()
    assert wrong_blocks()  # one block alone, shifted


def test_a_shift_that_is_not_masked_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Blocks, "inside", Blocks.full)
    assert wrong_blocks()
    monkeypatch.undo()
    monkeypatch.setattr(Blocks, "lands", lambda cut, o, t: o // cut.size * cut.size + t)
    assert wrong_blocks()

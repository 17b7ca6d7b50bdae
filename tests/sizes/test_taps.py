"""Taps inside an axis and floor sums: against counting, for numbers, arrays and open names."""

from itertools import product
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.sizes import bounds, simplest
from flopcount.sizes import taps as closed
from flopcount.sizes.polynomial import Number, Polynomial, Space
from flopcount.sizes.simplest import taps
from flopcount.sizes.taps import floor_sum, taps_inside
from flopcount.sizes.values import Substitution, value


def counted(n: int, m: int, p: int, k: int, s: int, d: int) -> int:  # noqa: PLR0917
    """The definition: each pair of an output and a tap is looked at."""
    return sum(0 <= o * s + t * d - p < n for o in range(m) for t in range(k))


def summed(n: int, m: int, a: int, b: int) -> int:
    return sum((a * i + b) // m for i in range(n))


# --- numbers and arrays


def wrong_taps() -> list[tuple[int, ...]]:
    """All small axes, outputs, paddings and kernels whose taps are counted wrongly."""
    axes = product(range(7), range(5), range(-3, 6), range(1, 5), range(1, 5), range(1, 4))
    return [case for case in axes if closed.taps_inside(*case) != counted(*case)]


def test_all_small_taps() -> None:
    assert wrong_taps() == []


def test_all_small_floor_sums() -> None:
    cases = product(range(7), range(1, 7), range(8), range(-9, 10))
    assert [case for case in cases if floor_sum(*case) != summed(*case)] == []


KERNELS = (st.integers(1, 40), st.integers(1, 30), st.integers(1, 20))


@given(
    n=st.integers(0, 300),
    m=st.integers(0, 120),
    p=st.integers(-60, 200),
    kernel=st.tuples(*KERNELS),
)
def test_larger_taps(n: int, m: int, p: int, kernel: tuple[int, int, int]) -> None:
    assert taps_inside(n, m, p, *kernel) == counted(n, m, p, *kernel)


@given(n=st.integers(0, 200), m=st.integers(1, 90), a=st.integers(0, 200), b=st.integers(-500, 500))
def test_larger_floor_sums(n: int, m: int, a: int, b: int) -> None:
    assert floor_sum(n, m, a, b) == summed(n, m, a, b)


@given(
    axes=st.lists(
        st.tuples(st.integers(0, 90), st.integers(0, 50), st.integers(-20, 60)), min_size=1
    ),
    kernel=st.tuples(*KERNELS),
)
def test_taps_of_arrays(axes: list[tuple[int, int, int]], kernel: tuple[int, int, int]) -> None:
    n, m, p = np.array(axes, dtype=np.int64).T
    found = taps_inside(n, m, p, *kernel)
    assert found.dtype == np.int64
    assert found.tolist() == [counted(*axis, *kernel) for axis in axes]
    some = taps_inside(n, 7, p, *kernel)  # numbers beside arrays
    assert some.tolist() == [counted(one[0], 7, one[2], *kernel) for one in axes]


def test_floor_sums_of_arrays() -> None:
    n, b = np.arange(20, dtype=np.int64), np.arange(-10, 10, dtype=np.int64)
    assert floor_sum(n, 7, 5, b).tolist() == [
        summed(*one) for one in zip(range(20), [7] * 20, [5] * 20, range(-10, 10), strict=True)
    ]


@pytest.mark.parametrize("large", [10**6, 10**9])
def test_a_large_kernel_or_stride_is_no_loop(large: int) -> None:
    # 'same', stride 1, odd kernel, a long axis: k·n − (k² − 1)/4
    k, n = large + 1, 5 * large
    assert taps_inside(n, n, k // 2, k, 1, 1) == k * n - (k * k - 1) // 4
    assert taps_inside(n, 3, 0, 7, large, 1) == 3 * 7  # outputs far apart, all inside
    assert taps_inside(n, 1, 0, k, 1, large) == 5  # one output, taps far apart: 0, 1, 2, 3 and 4
    found = taps(Space().name("n", k), Space().name("m"), 0, k, 3, 1)
    assert value(found, {"n": n, "m": 4}) == 4 * k
    assert value(found, {"n": k, "m": 2}) == 2 * k - 3


# --- open names


def slid(n: Number, k: int, s: int, d: int, padding: str) -> tuple[Number, Number, Number]:
    """An axis, its outputs and its padding, as windows have them."""
    span = (k - 1) * d + 1
    if padding == "same":
        outputs = -(-n // s)
        return n, outputs, max(span - s, 0) // 2 if s == 1 else (outputs * s - n + span - s) // 2
    before = int(padding)
    return n, (n + 2 * before - span) // s + 1, before


def wrong_closed_forms(kernels: Any) -> list[tuple[object, ...]]:
    """Where taps over a name, put in 32n or read with a larger least, are not those counted."""
    wrong: list[tuple[object, ...]] = []
    for (k, s, d), padding in product(kernels, ("same", "0", "1", "3")):
        span = (k - 1) * d + 1
        if padding == "same" and s > span:
            continue
        least = max(1, span - 2 * int(padding)) if padding != "same" else 1
        space = Space()
        for low in (least, least + 1, least + 7):
            n = space.name("n", low)
            axis, outputs, before = slid(n, k, s, d, padding)
            found = taps(axis, outputs, before, k, s, d)
            later = Substitution({"n": space.name("n", low + 9)}).of(found)
            factor = Substitution({"n": low * space.name("m")}).of(found)
            for size in range(low, low + 40):
                here = counted(*slid(size, k, s, d, padding), k, s, d)  # type: ignore[arg-type]
                ways = [value(found, {"n": size})]
                ways += [value(later, {"n": size})] if size >= low + 9 else []
                ways += [value(factor, {"m": size // low})] if size % low == 0 else []
                if ways != [here] * len(ways):
                    wrong.append((k, s, d, padding, low, size, here, ways))
    return wrong


SMALL = [*product((1, 2, 3, 5), (1, 2, 3), (1, 2)), (7, 2, 1), (4, 5, 3), (6, 4, 2)]


def test_closed_forms_over_a_name() -> None:
    assert wrong_closed_forms(SMALL) == []


@pytest.mark.parametrize(
    ("kernel", "before", "beyond", "least", "closed_form"),
    [
        ((3, 1, 1), 1, 0, 1, "(3·m − 2)"),
        ((7, 2, 1), 3, 0, 2, "(7·m − 6)"),  # the first two outputs miss 3 and 1, the last 2
        ((5, 3, 1), 4, -1, 2, "(5·m − 5)"),
        ((11, 4, 1), 5, 2, 2, "(11·m − 6)"),
        ((3, 1, 4), 4, 0, 4, "(3·m − 8)"),
        ((3, 1, 1), 1, 5, 1, "(3·m − 1)"),  # nothing is missed at the end
    ],
)
def test_a_form_is_closed_from_as_many_outputs_as_either_end_takes(
    kernel: tuple[int, int, int], before: int, beyond: int, least: int, closed_form: str
) -> None:
    for low in range(1, 9):
        m = Space().name("m", low)
        found = str(taps(m * kernel[1] + beyond, m, before, *kernel))
        assert (found == closed_form) == (low >= least)
        assert found.startswith("taps(") == (low < least)


def test_all_taps_are_inside_from_an_image_that_the_last_window_fits() -> None:
    for kernel in ((3, 2, 1), (5, 1, 1), (2, 3, 4)):
        k, s, d = kernel
        for more, before in ((-1, 0), (0, 0), (1, 0), (0, -1), (1, -1), (1, 1)):
            space = Space()
            m, x = space.name("m"), space.name("x")
            found = taps((m - 1) * s + (k - 1) * d + x + more, m, before, k, s, d)
            fits = before <= 0 <= more + before
            assert (str(found) == f"{k}·m") == fits, (kernel, more, before)


@given(
    lows=st.tuples(*[st.integers(0, 9)] * 3),
    kernel=st.tuples(st.integers(1, 9), st.integers(1, 6), st.integers(1, 4)),
    factors=st.tuples(*[st.integers(0, 3)] * 3),
    mores=st.tuples(*[st.integers(-4, 6)] * 3),
    shares=st.lists(st.integers(0, 30), min_size=3, max_size=6),
)
def test_taps_of_whatever_axes(
    lows: tuple[int, int, int],
    kernel: tuple[int, int, int],
    factors: tuple[int, int, int],
    mores: tuple[int, int, int],
    shares: list[int],
) -> None:
    """n, m and p are any sums of one name or of three, with n and m not negative."""
    for names in (("a", "b", "c"), ("a", "a", "a")):
        space, low = Space(), dict(zip(names, lows, strict=True))
        sizes: list[Number] = [
            factor * space.name(name, low[name]) + max(more, place < 2 and -factor * low[name])
            for place, (name, factor, more) in enumerate(zip(names, factors, mores, strict=True))
        ]
        found = taps(*sizes, *kernel)  # type: ignore[misc]
        for place, share in enumerate(shares):
            point = {name: low[name] + (share + at * place) % 31 for at, name in enumerate(names)}
            n, m, p = (value(size, point) for size in sizes)
            here = counted(n, m, p, *kernel)
            assert value(found, point) == here
            assert bounds.least(found) <= here <= bounds.most(found)


def test_what_is_written_out() -> None:
    space = Space()
    n, far = space.name("n", 1), space.name("n", 2)
    assert str(taps(far, far, 2, 5, 1, 1)) == "(5·n − 6)"  # 2 + 1 at each end
    assert str(taps(n, n, 2, 5, 1, 1)) == "taps(n, n; 5, 1, 1, 2)"  # of n = 1 one tap is inside
    assert str(taps(n + 2, n, 0, 3, 1, 1)) == "3·n"  # 'valid': all
    put = Substitution({"n": 32 * space.name("n")})
    assert str(put.of(taps(n, n, 2, 5, 1, 1))) == "(160·n − 6)"


# --- the tests find what they are there to find


def test_a_sum_that_forgets_the_clamp_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def unclamped(x: Any, k: int, s: int, d: int) -> Any:
        return closed.floor_sum(k, s, d, x - (k - 1) * d + s - 1)

    monkeypatch.setattr(closed, "_below", unclamped)
    assert wrong_taps()


def test_a_closed_form_that_is_used_too_early_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def sure(number: Number) -> float:  # as if every axis were long enough
        return inf if isinstance(number, Polynomial) else number

    assert wrong_closed_forms([(5, 1, 1)]) == []
    monkeypatch.setattr(simplest, "least", sure)
    assert wrong_closed_forms([(5, 1, 1)])

"""Polynomials over a box are what they are in Python's integers, to the ends of int64."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from flopcount.designs.grid import chunks
from flopcount.designs.grid.factors import Factors, Products
from flopcount.designs.grid.filters import MOST
from flopcount.designs.sweeps import sweep
from flopcount.sizes.bounds import least, most
from flopcount.sizes.condition import Condition
from flopcount.sizes.polynomial import Number, Space
from flopcount.sizes.simplest import greatest_divisor, larger, smaller, taps
from flopcount.sizes.values import holds, value

HUGE = 2**31
NAMES = ("a", "b", "c")

starts = st.sampled_from([1, 2, 7, 1000, 2**16, HUGE - 40])
axes = st.tuples(starts, st.integers(1, 4), st.integers(1, 6)).map(
    lambda ends: range(ends[0], ends[0] + ends[1] * ends[2], ends[2])
)
boxes = st.tuples(axes, axes, axes)
numbers = st.sampled_from([1, 2, 3, 5, 8, 1000, HUGE - 1])


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.tuples(st.just("+"), inner, inner),
        st.tuples(st.just("-"), inner, inner),
        st.tuples(st.just("*"), inner, inner),
        st.tuples(st.just("//"), inner, numbers),
        st.tuples(st.just("%"), inner, numbers),
        st.tuples(st.just("max"), inner, inner),
        st.tuples(st.just("min"), inner, inner),
        st.tuples(st.just("gcd"), inner, numbers),
        st.tuples(st.just("factor"), inner),
        st.tuples(st.just("sixth"), inner),
        st.tuples(st.just("taps"), inner, inner, numbers, numbers, numbers),
    )


trees = st.recursive(st.sampled_from(NAMES) | numbers, grown, max_leaves=7)


def made(tree: Any, names: dict[str, Number]) -> Number:  # noqa: PLR0911, C901
    """The polynomial of a tree over some names."""
    if not isinstance(tree, tuple):
        return names[tree] if isinstance(tree, str) else tree
    kind, first, *rest = tree
    one = made(first, names)
    match kind:
        case "+":
            return one + made(rest[0], names)
        case "-":
            return one - made(rest[0], names)
        case "*":
            return one * made(rest[0], names)
        case "//":
            return one // rest[0]
        case "%":
            return one % rest[0]
        case "max":
            return larger(one, made(rest[0], names))
        case "min":
            return smaller(one, made(rest[0], names))
        case "gcd":
            return greatest_divisor(one, rest[0])
        case "factor":
            return one if isinstance(one, int) else one.as_factor()
        case "sixth":  # n(n + 1)(n + 2)/6 is whole, and its terms are not
            product = one * (one + 1) * (one + 2)
            return product // 6 if isinstance(product, int) else product.over(6)
    n, m = larger(one, 0), larger(made(rest[0], names), 0)
    return taps(n, m, 0, *rest[1:])


def over(box: tuple[range, ...]) -> dict[str, Number]:
    """Names with the bounds of a box."""
    space = Space()
    return {
        name: space.name(name, min(values), max(values))
        for name, values in zip(NAMES, box, strict=True)
    }


def at_all(products: Products, box: tuple[range, ...]) -> list[int]:
    """Its values at every design of a box, in order."""
    lengths = tuple(map(len, box))
    indices = list(np.ix_(*map(range, lengths)))
    return np.broadcast_to(products.at(indices), lengths).ravel().tolist()  # type: ignore[no-any-return]


LARGE = (range(HUGE - 9, HUGE, 4),) * 3
SMALL = (range(1, 9, 3),) * 3


@pytest.mark.slow
@given(trees, boxes)
@example(("sixth", "a"), SMALL)  # an odd divisor
@example(("*", ("sixth", "a"), ("sixth", ("+", "b", 1))), SMALL)
@example(("%", ("*", ("*", "a", "b"), "c"), 7), LARGE)  # what is divided passes 2⁹²
@example(("//", ("//", ("*", ("*", "a", "b"), "c"), HUGE - 1), HUGE - 1), LARGE)
def test_any_polynomial_over_any_box(tree: Any, box: tuple[range, ...]) -> None:
    number = made(tree, over(box))
    assume(max(abs(least(number)), abs(most(number))) <= MOST)
    expected = [
        value(number, dict(zip(NAMES, point, strict=True))) for point in itertools.product(*box)
    ]
    factors = Factors(NAMES, box)
    products = factors.products(number)
    assert at_all(products, box) == expected
    for size in (1, 4, 64):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(chunks, "CHUNK_SIZE", size)
            patch.setattr(chunks, "_WIDTH", size)
            table = chunks.Table(factors, {"it": products}, {})
            found = [
                np.broadcast_to(one.values("it"), one.shape).copy()
                for one in table.chunks(range(table.matrix.height))
            ]
        assert np.concatenate(found).ravel().tolist() == expected


@pytest.mark.slow
@given(trees, boxes, st.sampled_from("<≠"), st.integers(-5, 5))
def test_the_first_design_for_which_a_condition_holds(
    tree: Any, box: tuple[range, ...], relation: str, offset: int
) -> None:
    number = made(tree, over(box))
    assume(not isinstance(number, int))
    middle = value(number, {name: values[-1] for name, values in zip(NAMES, box, strict=True)})
    condition = Condition(number - middle + offset, relation)
    assume(not isinstance(condition.value, int))
    first = next(
        (
            indices
            for indices in itertools.product(*map(range, map(len, box)))
            if holds(
                condition,
                {
                    name: values[index]
                    for name, values, index in zip(NAMES, box, indices, strict=True)
                },
            )
        ),
        None,
    )
    assert Factors(NAMES, box).first(condition) == first


@pytest.mark.slow
@given(boxes, numbers, numbers, numbers, numbers, numbers)
@example(LARGE, 1, HUGE - 1, 1, 1, HUGE // 2)  # the last output starts past 2⁹²
def test_taps_of_any_window(  # noqa: PLR0917
    box: tuple[range, ...], k: int, s: int, d: int, n: int, m: int
) -> None:
    names = over(box)
    number = taps(names["a"] * n, names["b"] * m, names["c"], k, s, d)
    assume(most(number) <= MOST)
    expected = [taps(a * n, b * m, c, k, s, d) for a, b, c in itertools.product(*box)]
    assert at_all(Factors(NAMES, box).products(number), box) == expected


@pytest.mark.parametrize("parity", [0, 1])
def test_halves_of_what_only_just_fits(parity: int) -> None:
    # (a + b)/2·c: neither half is whole where a and b are odd, and twice the count passes 2⁶³
    ends = range(HUGE - 10 + parity, HUGE, 2)
    box = (ends, ends, range(2**32 - 4, 2**32 - 1))
    names = over(box)
    number = (names["a"] + names["b"]).over(2) * names["c"]
    assert 2 * most(number) > MOST >= most(number)
    products = Factors(NAMES, box).products(number)
    assert products.exact is bool(parity)
    assert at_all(products, box) == [(a + b) // 2 * c for a, b, c in itertools.product(*box)]


SPECS = [
    # windows whose taps times their distance pass 2³¹, and whose floor sums pass 2⁶³
    (
        "HxWx1 > conv 1x3 8 valid dilation=100000 nobias linear",
        {"H": [1], "W": [300_000, 2**31 - 1]},
    ),
    ("HxWx1 > conv 1x3 1 dilation=2147483647 nobias linear", {"H": [1], "W": [1, 5, 2**31 - 1]}),
    ("HxWx1 > conv 1x60000 1 nobias linear", {"H": [1, 2], "W": [1, 59_999, 2**31 - 1]}),
    ("HxWx1 > conv 1x65535/65521 3 nobias linear", {"H": [1, 2], "W": [1, 65_536, 2**31 - 1]}),
    # groups: c_in·c_out/groups, near 2⁶³
    (
        "HxWxa > conv 1x1 b groups=2 nobias linear",
        {"input": [1, 2], "a": [2**31 - 2], "b": [2, 2**31 - 4]},
    ),
    (
        "HxWx4 > [x: conv 1x1 a | y: conv 1x1 b] > conv 1x1 4 groups=2 nobias linear",
        {"input": [1, 30_000], "a": [3, 1_000_001], "b": [5, 999_999, 1_000_003]},
    ),
]


@pytest.mark.parametrize(("spec", "vary"), SPECS)
def test_specs_of_extreme_sizes(spec: str, vary: dict[str, list[int]]) -> None:
    designs = sweep(spec, vary)
    for row, point in zip(
        designs.to_dict("records"), itertools.product(*vary.values()), strict=True
    ):
        alone = sweep(spec, {name: [number] for name, number in zip(vary, point, strict=True)})
        assert alone.to_dict("records") == [row]

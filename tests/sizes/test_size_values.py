"""Sizes: the same helpers for numbers and for polynomials, and what may be a size."""

from math import gcd

import numpy as np
import pandas as pd
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from flopcount.errors import FlopcountError
from flopcount.reading import MAX_SIZE
from flopcount.sizes.polynomial import Polynomial, Space
from flopcount.sizes.size import (
    Size,
    as_factor,
    as_size,
    ceil_div,
    certainly,
    common_divisor,
    differ,
    is_open,
    maximum,
    minimum,
    product,
    split,
)
from flopcount.sizes.values import value

# --- the helpers, of numbers and of names for them

WHOLE = st.integers(-(2**40), 2**40)


def named(*numbers: int) -> tuple[list[Polynomial], dict[str, int]]:
    """Names that may be any whole number, and these as their values."""
    space = Space()
    names = [f"n{place}" for place in range(len(numbers))]
    return [space.name(name, -(2**41), 2**41) for name in names], dict(
        zip(names, numbers, strict=True)
    )


@given(a=WHOLE, b=st.integers(1, 2**20))
def test_ceil_div(a: int, b: int) -> None:
    quotient = ceil_div(a, b)
    assert (quotient - 1) * b < a <= quotient * b  # the definition of ⌈a / b⌉
    (n,), at = named(a)
    assert value(ceil_div(n, b), at) == quotient


@given(a=WHOLE, b=WHOLE)
def test_maximum_and_minimum(a: int, b: int) -> None:
    assert (maximum(a, b), minimum(a, b)) == (max(a, b), min(a, b))
    (n, m), at = named(a, b)
    for one, other in ((n, m), (n, b), (a, m)):
        assert value(maximum(one, other), at) == max(a, b)
        assert value(minimum(one, other), at) == min(a, b)
    ends = Space().name("n", a)  # where one is never the larger, no maximum is written
    assert maximum(ends, a - 1) == ends == maximum(ends, a)
    assert minimum(ends, a - 1) == a - 1


@given(a=WHOLE, b=st.integers(1, 2**20))
def test_common_divisor(a: int, b: int) -> None:
    assert common_divisor(a, b) == gcd(a, b)
    (n,), at = named(a)
    assert value(common_divisor(n, b), at) == gcd(a, b)
    assert common_divisor(n * b, b) == b
    disguised = as_factor(n + a) - n  # nothing but a, which is seen once the factor is open
    assert common_divisor(disguised, b) == gcd(a, b)
    assert (value(disguised // b, at), value(disguised % b, at)) == divmod(a, b)


@given(sizes=st.lists(st.integers(1, 99), min_size=1, max_size=4), parts=st.integers(1, 9))
def test_products_and_what_is_split(sizes: list[int], parts: int) -> None:
    names, at = named(*sizes)
    whole = product(sizes)
    assert value(product(names), at) == whole
    assert split(parts * whole, parts) == whole
    assert value(split(parts * product(names), parts), at) == whole
    triangle = split(names[0] * (names[0] + 1), 2)
    assert value(triangle, at) == sizes[0] * (sizes[0] + 1) // 2
    assert product(()) == 1
    factor = as_factor(names[0] + 3)
    assert value(factor * factor, at) == (sizes[0] + 3) ** 2
    assert len(factor.terms) == 1
    assert as_factor(7) == 7


def test_certainly_is_what_is_proved() -> None:
    space = Space()
    n = space.name("n", 3)
    assert certainly(3 > 2)  # noqa: PLR0133
    assert not certainly(3 < 2)  # noqa: PLR0133
    assert certainly(n > 2)
    assert not certainly(n < 3)
    assert space.conditions == []
    assert not certainly(n < 5)
    assert not certainly(n > 5)
    assert [str(one.value) for one in space.conditions] == ["n − 5", "−n + 5"]


def test_differ_is_what_is_proved() -> None:
    space = Space()
    n, m = space.name("n", 3), space.name("m", 1)
    assert differ(28, 14)
    assert not differ(28, 28)
    assert not differ(n, n)
    assert differ(n, n + 1)
    assert differ(n + m, 3)
    assert space.conditions == []
    assert not differ(n, m)
    assert not differ(28, m)
    assert not differ(m, 28)
    assert [(str(one.value), one.relation) for one in space.conditions] == [
        ("n − m", "≠"),
        ("−m + 28", "≠"),
        ("m − 28", "≠"),
    ]


def test_what_is_open() -> None:
    n = Space().name("n")
    assert is_open(n)
    assert is_open(n // 2)
    for number in (28, n - n, as_size(np.int64(28), "width")):
        assert not is_open(number)


# --- what may be a size


@pytest.mark.parametrize("value", [1, 28, 2**31 - 1, MAX_SIZE])
def test_whole_numbers_are_let_in(value: int) -> None:
    assert as_size(value, "width") == value
    assert type(as_size(value, "width")) is int
    assert type(as_size(np.int64(value), "width")) is int


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        2**31 + 1,
        2**63,
        2**64,
        10**5000,
        -(10**5000),
        True,
        False,
        28.0,
        0.5,
        float("nan"),
        float("inf"),
        "28",
        "",
        b"28",
        None,
        [28],
        (28,),
        {},
        28 + 0j,
        np.True_,
        np.float64(28),
        np.uint8(28),
        np.int64(0),
        np.array([28]),
        np.array([1, 28]),
        np.array([1, 0]),
        np.array([1, -1]),
        np.array([1, 2**31 + 1]),
        np.array([1, 2], dtype="uint32"),
        np.array([1, 2], dtype="uint64"),
        np.array([1.0, 2.0]),
        np.array([True, False]),
        np.array(["1"]),
        np.array([1, 2], dtype=object),
        np.array([1, 2], dtype="datetime64[D]"),
        pd.Series([28]),
        pd.Series([1.0, 2.0]),
        sympy.Integer(28),
        sympy.Integer(0),
        sympy.Integer(-3),
        sympy.Integer(2**31 + 1),
        sympy.Rational(1, 2),
        sympy.Float(28),
        sympy.Symbol("x"),
        sympy.Symbol("x", integer=True),
        sympy.Symbol("x", positive=True),
        sympy.Symbol("x", integer=True, negative=True),
        sympy.Symbol("x", integer=True, positive=True),
        sympy.oo,
        sympy.pi,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_size(value: object) -> None:
    with pytest.raises(FlopcountError, match=r"^width is ") as error:
        as_size(value, "width")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64"])
def test_one_number_of_numpy_comes_out_as_python_s(dtype: str) -> None:
    let_in = as_size(np.array(28, dtype=dtype)[()], "width")
    assert let_in == 28
    assert type(let_in) is int
    assert type(as_size(np.array(28, dtype=dtype), "width")) is int


def test_a_polynomial_must_be_at_least_1() -> None:
    space = Space()
    n, low = space.name("H"), space.name("low", 0)
    larger: list[Size] = [
        n,
        2 * n + 1,
        2 * n - 1,
        -(-n // 2),
        n * n,
        low + 1,
        split(n * (n + 1), 2),
    ]
    for size in larger:
        assert as_size(size, "height") is size
    for size in (n - 1, n // 2, low, -n, 3 - n, n * low):
        with pytest.raises(FlopcountError, match=r"^height is .*, which may be less than 1$"):
            as_size(size, "height")
    assert space.conditions == []

"""Sizes: the same helpers for numbers, arrays and symbols, and what may be a size."""

import numpy as np
import pandas as pd
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from flopcount.errors import FlopcountError
from flopcount.reading import MAX_SIZE
from flopcount.sizes.size import as_size, ceil_div, certainly, maximum, minimum

# --- the helpers, in the three number systems

WHOLE = st.integers(-(2**40), 2**40)
N, M = sympy.symbols("N M", integer=True)
LARGER, SMALLER = maximum(N, M), minimum(N, M)


@given(a=WHOLE, b=st.integers(1, 2**20))
def test_ceil_div(a: int, b: int) -> None:
    quotient = ceil_div(a, b)
    assert (quotient - 1) * b < a <= quotient * b  # the definition of ⌈a / b⌉
    assert ceil_div(np.array([a, a + 1]), b).tolist() == [quotient, ceil_div(a + 1, b)]
    assert ceil_div(N, b).subs(N, a) == quotient


@given(a=WHOLE, b=WHOLE)
def test_maximum_and_minimum(a: int, b: int) -> None:
    assert (maximum(a, b), minimum(a, b)) == (max(a, b), min(a, b))
    arrays = np.array([a, b, a]), np.array([b, a, a])
    assert maximum(*arrays).tolist() == [max(a, b), max(a, b), a]
    assert minimum(*arrays).tolist() == [min(a, b), min(a, b), a]
    assert maximum(np.array([a]), b).tolist() == [max(a, b)]
    assert LARGER.subs({N: a, M: b}) == max(a, b)
    assert SMALLER.subs({N: a, M: b}) == min(a, b)


def test_certainly() -> None:
    positive = sympy.Symbol("P", integer=True, positive=True)
    assert certainly(3 > 2)  # noqa: PLR0133
    assert not certainly(3 < 2)  # noqa: PLR0133
    assert certainly(np.array([False, True]))
    assert not certainly(np.array([False, False]))
    assert certainly(positive > 0)
    assert not certainly(positive > 5)
    assert not certainly(positive < 0)
    assert type(certainly(np.int64(3) > 2)) is bool


# --- what may be a size


@pytest.mark.parametrize("value", [1, 28, 2**31 - 1, MAX_SIZE])
def test_whole_numbers_are_let_in(value: int) -> None:
    assert as_size(value, "width") == value
    assert type(as_size(value, "width")) is int
    assert as_size(sympy.Integer(value), "width") == value
    assert type(as_size(sympy.Integer(value), "width")) is int
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
        sympy.Integer(0),
        sympy.Integer(-3),
        sympy.Integer(2**31 + 1),
        sympy.Rational(1, 2),
        sympy.Float(28),
        sympy.Symbol("x"),
        sympy.Symbol("x", integer=True),
        sympy.Symbol("x", positive=True),
        sympy.Symbol("x", integer=True, negative=True),
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
def test_signed_columns_come_out_as_int64(dtype: str) -> None:
    let_in = as_size(np.array([1, 28, 112], dtype=dtype), "width")
    assert let_in.dtype == np.int64
    assert let_in.tolist() == [1, 28, 112]


def test_a_data_frame_column_of_floats_is_refused() -> None:
    with pytest.raises(FlopcountError, match="width is"):
        as_size(pd.Series([1.0, 2.0]), "width")
    assert as_size(pd.Series([1, 2], dtype="int32"), "width").dtype == np.int64


def test_a_symbol_must_be_a_positive_integer() -> None:
    symbol = sympy.Symbol("H", integer=True, positive=True)
    assert as_size(symbol, "height") is symbol
    assert as_size(2 * symbol + 1, "height") == 2 * symbol + 1
    with pytest.raises(FlopcountError, match="not a positive integer symbol"):
        as_size(symbol - 1, "height")

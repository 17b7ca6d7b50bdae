"""Expressions of rules: what they come to, how they split into terms, what is refused."""

import ast
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.calls import FACTS
from flopcount.counters.expressions import Expression, Term
from flopcount.errors import FlopcountError

SIZES = {"in": 12, "out": 6, "macs": 240, "bias": 6, "affine": 1, "kernel": 9, "rows": 0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2*out", 12),
        ("macs + bias", 246),
        ("in * (kernel - 1) // 5", 19),
        ("-out + in % 5", -4),
        ("2*out if affine else out", 12),
        ("out if not affine else 4*out", 24),
        ("min(in, out) + max(in, 7)", 18),
        ("in > out and bias == 6", 1),
        ("in < out or kernel != 9", 0),
        ("7", 7),
    ],
)
def test_what_one_comes_to(text: str, value: int) -> None:
    assert Expression.read(text).value(SIZES) == value


def test_terms_are_what_is_added() -> None:
    read = Expression.read("2*(macs + bias) - 3*in + in if affine else 0")
    assert read.terms(SIZES) == (Term(2, "macs", 240), Term(2, "bias", 6), Term(-2, "in", 12))


def test_what_comes_to_nothing_is_no_term() -> None:
    assert Expression.read("rows + 0*in + out").terms(SIZES) == (Term(1, "out", 6),)


_LEAVES = st.sampled_from(["in", "out", "macs", "bias", "affine", "kernel", "2", "3", "0"])


def _grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(parts, st.sampled_from("+-*"), parts).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        parts.map("(-{})".format),
        st.tuples(parts, parts, parts).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        st.tuples(parts, parts).map(lambda t: f"max({t[0]}, {t[1]})"),
        st.tuples(parts, st.sampled_from(["//", "%"])).map(lambda t: f"({t[0]} {t[1]} 5)"),
    )


@settings(max_examples=60)
@given(
    st.recursive(_LEAVES, _grown, max_leaves=8),
    st.fixed_dictionaries({name: st.integers(0, 99) for name in SIZES}),
)
def test_terms_sum_to_the_value_and_that_is_pythons(text: str, sizes: dict[str, int]) -> None:
    read = Expression.read(text)
    own: dict[str, Any] = {name if name != "in" else "in_": n for name, n in sizes.items()}
    tree = ast.parse(re.sub(r"\bin\b", "in_", text), mode="eval")
    expected = eval(compile(tree, "", "eval"), {"max": max, "min": min}, own)  # noqa: S307
    terms = read.terms(sizes)
    assert read.value(sizes) == expected
    assert sum(term.times * term.value for term in terms) == expected
    assert all(term.times and term.value for term in terms)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2*", "is no expression"),
        ("", "is no expression"),
        ("macs biases", "is no expression"),
        ("mcas", "did you mean 'macs'"),
        ("weights", "unknown size of a call 'weights'"),
        ("2.5*out", "'2.5' is not taken"),
        ("out / 2", "'out / 2' is not taken"),
        ("out ** 2", "'out ** 2' is not taken"),
        ("'out'", "is not taken"),
        ("True", "is not taken"),
        ("f(out)", "is not taken"),
        ("min()", "is not taken"),
        ("max(out, key=in)", "is not taken"),
        ("out.real", "is not taken"),
        ("[out][0]", "is not taken"),
        ("__import__('os')", "is not taken"),
        ("in < out < 3", "is not taken"),
        ("lambda: out", "is not taken"),
        ("99999999999", "is not taken"),
        ("out\0", "is no expression"),
        ("(" * 150 + "out" + ")" * 150 + "+" * 150, "of at most 400 characters"),
        ("(" * 199 + "out" + ")" * 198, "is no expression"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(FlopcountError) as raised:
        Expression.read(text)
    assert said in str(raised.value)


def test_a_size_that_a_call_has_not_and_a_division_by_nothing() -> None:
    with pytest.raises(FlopcountError, match="this call has no size 'stride'"):
        Expression.read("macs + stride").terms(SIZES)
    with pytest.raises(FlopcountError, match="'macs // rows' divides by 0"):
        Expression.read("macs // rows").value(SIZES)


def test_every_size_can_be_named() -> None:
    for name in FACTS:
        assert Expression.read(name).names == (name,)

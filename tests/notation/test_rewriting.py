"""Rewrites in a reference: the text is read once, into what a rewrite takes."""

import re
from fractions import Fraction

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.references import draft
from flopcount.notation.rewriting import REWRITES, Rewrite, read_rewrite
from flopcount.rewrites import mark_reductions
from flopcount.rewrites.convolutions import asymmetric, factorize, separable
from flopcount.rewrites.naive import without_reductions
from flopcount.rewrites.widths import scale_widths

GOOGLENET = fc.load("googlenet")


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("naive", without_reductions(GOOGLENET, "reduce")),
        ("naive=chained", without_reductions(GOOGLENET, "chained")),
        ("factorize=5x5:3x3", factorize(GOOGLENET, (5, 5), (3, 3))),
        ("factorize=5:3", factorize(GOOGLENET, (5,), (3,))),
        ("factorize=nxn", asymmetric(GOOGLENET)),
        ("separable", separable(GOOGLENET)),
        ("reduce=conv2/1", mark_reductions(GOOGLENET, "conv2/1")),
        ("width=0.5", scale_widths(GOOGLENET, Fraction(1, 2))),
    ],
)
def test_a_text_is_the_typed_values(text: str, network: fc.Network) -> None:
    name, equals, value = text.partition("=")
    rewrite = read_rewrite(name, value if equals else None)
    assert str(rewrite) == text
    assert rewrite.apply(GOOGLENET) == network
    loaded = fc.load(f"googlenet@{text}")
    assert (loaded.nodes, loaded.notes) == (network.nodes, network.notes)


def test_every_rewrite_is_read() -> None:
    known = {"naive", "reduce", "factorize", "separable", "width", "kv", "window"}
    assert set(REWRITES) == known


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("factorize", None, "'@factorize': expected factorize=5x5:3x3 or factorize=nxn"),
        ("factorize", "5-3", "'@factorize=5-3': read '5-3', expected factorize=5x5:3x3 or"),
        ("factorize", "5x5:0x3", "'@factorize=5x5:0x3': kernel is '0', not a whole number from 1"),
        ("separable", "3", "'@separable=3': read '3'; separable takes no value"),
        ("width", None, "'@width': expected a factor such as width=0.5"),
        ("width", "half", "'@width=half': read 'half', expected a factor such as width=0.5"),
        ("width", "0.0", "'@width=0.0': read '0.0', expected a factor above 0 and at most 1000"),
    ],
)
def test_a_text_that_does_not_fit(name: str, text: str | None, message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)):
        read_rewrite(name, text)


def test_the_network_is_looked_for_before_a_rewrite_is_read() -> None:
    with pytest.raises(FlopcountError, match="unknown network 'googlnet'"):
        draft("googlnet@width=half")
    with pytest.raises(FlopcountError, match="unknown variant or rewrite 'torch'"):
        draft("googlenet@width=half@torch")
    with pytest.raises(FlopcountError, match="'@width=half': read 'half'"):
        draft("googlenet@width=half")


def test_a_text_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str | None] = []
    right = REWRITES["width"]

    def counting(text: str | None) -> object:
        texts.append(text)
        return right(text)

    monkeypatch.setitem(REWRITES, "width", counting)  # type: ignore[arg-type]
    fc.sweep("googlenet@width=0.5", {"3a.r5": [8, 16]})
    assert texts == ["0.5"]


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (Fraction(1, 2), "0.5"),
        (Fraction(3), "3"),
        (Fraction(100), "100"),
        (Fraction("1000"), "1000"),
        (Fraction("999.123456789"), "999.123456789"),
        (Fraction(1, 3), "1/3"),
    ],
)
def test_the_heading_has_the_exact_factor(factor: Fraction, text: str) -> None:
    note = scale_widths(GOOGLENET, factor).notes[-1]
    assert note == f"rewritten: widths × {text}, rounded half up, but those of the result"


def test_equal_rewrites() -> None:
    first, second = (read_rewrite("width", "0.5") for _ in range(2))
    assert first == second
    assert isinstance(first, Rewrite)

"""Attention with fewer heads of keys, and with a window."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError

GPT = (
    "32 > embed 50 24 > position > (identity + norm=layer > attention 4 causal) > "
    "(identity + norm=layer > dense 4*in gelu > dense in) > dense tied=embed nobias"
)


def multiplies(spec: str) -> tuple[int, int]:
    total = fc.analyze(spec).cost
    return total.multiplies, total.multiplies_unpadded


@pytest.mark.parametrize(
    ("rewritten", "written"),
    [
        ("64x96 > attention 12@kv=4", "64x96 > attention 12 kv=4"),
        ("64x96 > attention 12 kv=6@kv=12", "64x96 > attention 12 kv=12"),
        ("64x96 > attention 12 headdim=16@kv=1", "64x96 > attention 12 kv=1 headdim=16"),
        ("64x96 > attention 12 causal@window=8", "64x96 > attention 12 causal window=8"),
        ("64x96 > attention 12@window=8", "64x96 > attention 12 window=8"),
        ("64x96 > attention 12 window=3@window=8", "64x96 > attention 12 window=8"),
        ("28x28x96 > attention 3@window=7x7", "28x28x96 > attention 3 window=7"),
        (
            "28x28x96 > attention 3 window=14 shift=3@window=7x7",
            "28x28x96 > attention 3 window=7 shift=3",
        ),
        (GPT + "@kv=2@window=8", GPT.replace("4 causal", "4 kv=2 causal window=8")),
        (GPT + "@width=0.5@kv=2", GPT.replace("4 causal", "4 kv=2 causal").replace("24", "12")),
    ],
)
def test_as_it_would_be_written(rewritten: str, written: str) -> None:
    made, meant = fc.load(rewritten), fc.load(written)
    assert [node.path for node in made.nodes] == [node.path for node in meant.nodes]
    for row, other in zip(made.rows, meant.rows, strict=True):
        assert (row.inputs, row.output, row.work) == (other.inputs, other.output, other.work)


def test_the_arithmetic() -> None:
    t, c, heads, kv, window = 64, 96, 12, 4, 8
    projections = 2 * t * c * c + 2 * t * c * (c // heads * kv)
    assert multiplies("64x96 > attention 12 causal@kv=4@window=8") == (
        projections + 2 * t * t * c,
        projections + 2 * c * (window * t - window * (window - 1) // 2),
    )


def test_what_stays_is_said(tmp_path: Path) -> None:
    file = tmp_path / "crossed.toml"
    file.write_text(
        'input = "32x8"\n[rows]\na = "attention 2"\nb = "dense 8"\nc = "attention 2 from a"\n'
    )
    network = fc.load(f"{file}@window=4")
    assert network.notes[-1] == (
        "rewritten: window = 4 in each self-attention over tokens; 1 layer; 1 left as built "
        "(cross-attention)"
    )
    assert [getattr(node.op, "window_size", None) for node in network.nodes] == [(4,), None, ()]
    assert fc.load("32x8 > attention 2 dot > attention 4@kv=2").notes[-1] == (
        "rewritten: kv = 2 in each attention; 1 layer; 1 left as built "
        "(the two products alone, whose keys have their heads)"
    )


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("8x24 > attention 12@kv=5", "'@kv=5': spec/1: kv=5 does not divide 12 heads; 4 and 6"),
        ("8x24 > attention 12@kv=24", "'@kv=24': spec/1: kv=24 does not divide 12 heads"),
        ("8x24 > attention 12@kv", "'@kv': expected a number of heads, such as kv=8"),
        ("8x24 > attention 12@kv=", "'@kv=': expected a number of heads, such as kv=8"),
        ("8x24 > attention 12@kv=0", "'@kv=0': kv is '0', not a whole number from 1"),
        ("8x24 > attention 12@kv=2x2", "'@kv=2x2': kv is '2x2', not a whole number"),
        ("8x24 > attention 12@gqa=2", "past, no-aux); did you mean 'kv='?"),
        ("8x24 > attention 12@seq-len=2", "past, no-aux); did you mean 'input='?"),
        ("8x24 > attention 12@window", "'@window': expected a number of tokens, such as window="),
        ("8x24 > attention 12@window=0", "'@window=0': window is '0', not a whole number from 1"),
        (
            "28x28x3 > conv 3x3 8@kv=2",
            "'@kv=2': the network has no attention that it applies to (kv = 2 in each attention)",
        ),
        (
            "8x24 > attention 12@window=7x7",
            (
                "'@window=7x7': the network has no attention that it applies to (window = 7x7 in "
                "each self-attention over a grid); 1 left as built (over tokens); of tokens it is "
                "window=7"
            ),
        ),
        (
            "28x28x24 > attention 12@window=512",
            (
                "'@window=512': the network has no attention that it applies to (window = 512 in "
                "each self-attention over tokens); 1 left as built (over a grid of 2 axes); of a "
                "grid it is window=512x512"
            ),
        ),
        (
            "28x28x96 > attention 3@window=5x5",
            "spec/1: window=5 does not divide a side of 28; 4 and 7 would do",
        ),
    ],
)
def test_what_does_not_apply(spec: str, message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.analyze(spec)

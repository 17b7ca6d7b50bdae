"""All widths of a network of tokens scaled: what follows them, what stays, what must divide."""

import re

import pytest

import flopcount as fc
from flopcount import FlopcountError

BLOCK = (
    "(identity + norm=layer > attention 4 {}) > (identity + norm=rms > dense 4*in gelu > dense in)"
)


@pytest.mark.parametrize(
    ("spec", "half"),
    [
        (
            (
                f"64 > embed 100 {{}} > position 64 > {BLOCK.format('causal rotary')} > "
                "norm=layer > dense tied=embed nobias"
            ),
            (96,),
        ),
        (f"64 > embed 100 {{}} > position > {BLOCK.format('headdim=16')} > dense 7", (96,)),
        (
            (
                "64x8 > dense {} > experts 8 top=2 [dense {} silu > dense in] > attention 4 kv=2 > "
                "dense 10"
            ),
            (32, 64),
        ),
        (
            "32x32x3 > tokens 8 {} class > position > attention 4 > select first > dense 10",
            (96,),
        ),
        (
            "20 > embed 50 {} > lstm {} both projection={} > select last > dense 10",
            (32, 64, 16),
        ),
        ("20 > embed 50 {} > gru {} layers=2 last > dense 10", (32, 64)),
        (f"64 > embed 100 {{}} > position > {BLOCK.format('')} > norm=layer", (96,)),
    ],
)
def test_as_if_written_with_half_of_all_widths(spec: str, half: tuple[int, ...]) -> None:
    scaled = fc.load(spec.format(*half) + "@width=0.5")
    written = fc.load(spec.format(*(width // 2 for width in half)))
    for row, other in zip(scaled.rows, written.rows, strict=True):
        assert (row.inputs, row.output) == (other.inputs, other.output), row.node.path
        assert row.work.nests == other.work.nests, row.node.path


ENCODER = "32 > embed 50 48 > (identity + attention 12) > (identity + dense {} > dense {})"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "16 > embed 10 768 > attention 12 > dense 5@width=0.3",
            "228 and 240 channels would do, or 10 and 23 heads; @width=0.3@multiple=12 fits",
        ),
        (
            "16 > embed 10 768 > attention 12 rotary > dense 5@width=0.3",
            "228 and 240 channels would do, or 10 and 23 heads; @width=0.3@multiple=24 fits",
        ),
        (
            "16 > embed 10 60 > attention 12 > attention 10 > dense 5@width=0.9",
            "48 and 60 channels would do, or 9 and 18 heads; @width=0.9@multiple=12 fits",
        ),
        (
            f"{ENCODER.format(192, 48)}@width=0.5",
            (
                "branches that do not fit an add (shapes must be equal): 32x24, 32x48; the width "
                "of the result (spec/3/2/2) stays: write 'in' where it is what comes in"
            ),
        ),
        (
            "16x8 > attention 2@width=0.5",
            "'@width=0.5': the network has no width to scale but that of its result",
        ),
    ],
)
def test_what_does_not_fit_is_told_what_would(spec: str, message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.load(spec)


def test_an_encoder_without_a_head_is_scaled_as_a_whole() -> None:
    network = fc.load(f"{ENCODER.format('4*in', 'in')}@width=0.5")
    assert {row.output for row in network.rows} == {(32, 24), (32, 96)}


def test_what_a_rewrite_says_it_chose_fits() -> None:
    assert fc.analyze("16 > embed 10 768 > attention 12 > dense 5@width=0.3@multiple=12").cost

"""Reductions of which other layers than convolutions read: bypassed where those work by channel."""

import pytest

import flopcount as fc
from flopcount.rewrites import READINGS

SIZE = "9x9x12"


@pytest.mark.parametrize(
    "after",
    [
        "transposed 3x3/2 8",
        "transposed 4x4/2 8 pad=1 groups=4",
        "upsample 2 > conv 3x3 8",
        "upsample 2 bilinear > conv 3x3 8",
        "pad 1 > conv 3x3/2 8 valid",
        "crop to=5x5 > conv 3x3 8",
        "norm=instance > prelu > conv 3x3 8",
        "norm > pad 1 > mish > [conv 3x3 8 | transposed 1x1 8]",
    ],
)
def test_what_follows_reads_what_the_reduction_read(after: str) -> None:
    network = fc.parse(f"{SIZE} > conv 1x1 4 reduce norm=group:2 > {after}")
    bare = fc.analyze(f"{SIZE} > {after}")
    assert fc.analyze(network).total.naive == bare.total.cost
    assert fc.analyze(fc.load(f"{network.name}@naive")).total.cost == bare.total.cost


@pytest.mark.parametrize(
    ("arms", "bare"),
    [
        ("split [{} | identity]", "split [conv 3x3 8 | identity]"),
        ("split ({} + conv 1x1 8)", "split (conv 3x3 8 + conv 1x1 8)"),
        ("({} * avgpool global > conv 1x1 8)", "(conv 3x3 8 * avgpool global > conv 1x1 8)"),
    ],
)
def test_an_arm_of_a_split_or_a_gate_is_bypassed(arms: str, bare: str) -> None:
    network = fc.parse(f"{SIZE} > {arms.format('conv 1x1 4 reduce > conv 3x3 8')}")
    expected = fc.analyze(f"{SIZE} > {bare}").total.cost
    for reading in READINGS:
        assert fc.analyze(network, naive=reading).total.naive == expected


@pytest.mark.parametrize(
    ("after", "reader"),
    [
        ("norm=layer > conv 3x3 8", "spec/2, no convolution (norm)"),
        ("norm=group:2 > conv 3x3 8", "spec/2, no convolution (norm)"),
        ("split [identity | conv 3x3 8]", "spec/2, no convolution (split)"),
        ("shuffle groups=2 > conv 3x3 8", "spec/2, no convolution (shuffle)"),
        ("pixelshuffle 2 > conv 3x3 8", "spec/2, no convolution (pixelshuffle)"),
        ("glu > conv 3x3 8", "spec/2, no convolution (glu)"),
        ("(conv 3x3 4 * identity > relu)", "spec/2, no convolution (multiply)"),
    ],
)
def test_what_mixes_channels_is_one_clear_line(after: str, reader: str) -> None:
    network = fc.parse(f"{SIZE} > conv 1x1 4 reduce > {after}")
    for reading in READINGS:
        with pytest.raises(fc.FlopcountError) as caught:
            _ = fc.analyze(network, naive=reading).total
        assert f"spec/1: marked reduce, but {reader}, reads it; drop the word" in str(caught.value)

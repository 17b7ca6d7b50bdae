"""Layers of images and volumes, written in the notation: exact costs, each with its arithmetic."""

from typing import NamedTuple

import pytest

import flopcount as fc
from flopcount import FlopcountError
from tests.notation.one_line import one_line


class Case(NamedTuple):
    """A spec, its multiplies, parameters and output."""

    spec: str
    multiplies: int
    params: int
    output: tuple[int, ...]


MBCONV = (
    "56x56x24 > conv 1x1 144 norm nobias silu > depthwise 5x5/2 norm nobias silu > "
    "(identity * avgpool global > dense 6 silu > dense in sigmoid) > "
    "conv 1x1 40 norm nobias linear"
)
CASES = [
    # each of the h·w positions that come in is multiplied with the whole kernel
    Case("1x1x32 > transposed 3x3 1", 3**2 * 32, 3**2 * 32 + 1, (3, 3, 1)),
    Case("2x2x3 > transposed 2x2/2 1", 2**2 * 2**2 * 3, 2**2 * 3 + 1, (4, 4, 1)),
    Case("8x8x4 > transposed 4x4/2 6 pad=1", 8**2 * 4**2 * 4 * 6, 4**2 * 4 * 6 + 6, (16, 16, 6)),
    Case(
        "8x8x4 > transposed 3x3/2 4 pad=1 outpad=1 groups=4", 8**2 * 3**2 * 4, 36 + 4, (16, 16, 4)
    ),
    Case(
        "28x28x1024 > transposed 2x2/2 512",
        1_644_167_168,
        2**2 * 1024 * 512 + 512,
        (56, 56, 512),
    ),
    Case("9x9x4 > transposed 3x3/2 5 same", 9**2 * 3**2 * 4 * 5, 3**2 * 4 * 5 + 5, (18, 18, 5)),
    Case("7x3 > transposed 4/2 5 pad=1", 7 * 4 * 3 * 5, 4 * 3 * 5 + 5, (14, 5)),
    Case("2x3x4x2 > transposed 2/2 5", 24 * 2**3 * 2 * 5, 2**3 * 2 * 5 + 5, (4, 6, 8, 5)),
    Case("8x56x56x16 > conv 3x3x3 32 nobias", 346_816_512, 13_824, (8, 56, 56, 32)),
    Case("30x4 > conv 7/2 16 > maxpool 2/2", 15 * 7 * 4 * 16, 7 * 4 * 16 + 16, (8, 16)),
    # 56²·24·144 + 28²·5²·144 + 144·6 + 6·144 + 28²·144·40; the gate's own products are elementwise
    Case(MBCONV, 18_177_984, 15_350, (28, 28, 40)),
    Case(
        "14x14x48 > split [identity | conv 1x1 24 > depthwise 3x3 > conv 1x1 24]",
        14**2 * (24**2 + 3**2 * 24 + 24**2),
        2 * (24**2 + 24) + 3**2 * 24 + 24,
        (14, 14, 48),
    ),
    Case("13x13x8 > upsample 2", 0, 0, (26, 26, 8)),
    Case("13x13x8 > upsample to=25x26 bilinear", 0, 0, (25, 26, 8)),
    Case("6x4x8 > pixelshuffle 2", 0, 0, (12, 8, 2)),
    Case("6x4x8 > pixelunshuffle 2x1", 0, 0, (3, 4, 16)),
    Case("6x4x8 > pad 1x2 > pad before=1 after=0x3", 0, 0, (9, 12, 8)),
    Case("9x11x8 > crop 1x2 > crop before=1 after=0x3 > crop to=5x2", 0, 0, (5, 2, 8)),
    Case("6x4x8 > norm=layer > norm=rms", 0, 2 * 8 + 8, (6, 4, 8)),
    Case("6x4x8 > norm=group:4 > norm=instance:shift", 0, 2 * 8 + 8, (6, 4, 8)),
    Case("6x4x8 > prelu > mish > selu > softplus", 0, 8, (6, 4, 8)),
    Case("6x4x8 > conv 1x1 4 prelu", 6 * 4 * 8 * 4, 8 * 4 + 4 + 4, (6, 4, 4)),
    *(Case(f"6x4x8 > {gate}", 0, 0, (6, 4, 4)) for gate in ("glu", "reglu", "geglu", "swiglu")),
    Case("6x4x8 > split (identity * sigmoid)", 0, 0, (6, 4, 4)),
    # attention of positions: a grid of one channel spreads over the others
    Case("6x4x8 > (identity * conv 7x7 1 sigmoid)", 6 * 4 * 49 * 8, 49 * 8 + 1, (6, 4, 8)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_a_layer_costs_what_its_arithmetic_says(case: Case) -> None:
    report = fc.analyze(case.spec)
    total = report.total.cost
    assert (total.multiplies, total.params) == (case.multiplies, case.params)
    assert report.rows[-1].output == case.output


def test_what_a_transposed_convolution_crops_is_told_apart() -> None:
    # along each axis 8 positions of 4 taps; of the first and the last one tap each is cropped
    cost = fc.analyze("8x8x4 > transposed 4x4/2 6 pad=1").total.cost
    assert cost.multiplies_unpadded == (8 * 4 - 2) ** 2 * 4 * 6
    # with an even output, n·s numbers, the last tap of the last position falls off
    cost = fc.analyze("9x9x4 > transposed 3x3/2 5 same").total.cost
    assert cost.multiplies_unpadded == (9 * 3 - 1) ** 2 * 4 * 5


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        ("3x3x4 > transposed 2x2/2 8 pad=4", "4 of padding on both sides leave nothing of 3"),
        ("3x3x4 > transposed 3x3/2 8 outpad=2", "outpad=2 is not less than the stride 2"),
        ("3x3x4 > transposed 3x3/2 8 same outpad=1", "outpad= goes with valid or pad="),
        ("3x3x4 > transposed 3x3/2 8 groups=3", "groups=3 does not divide 4 input and 8 output"),
        ("8x8x4 > upsample to=4x4", "upsample to=4 makes 8 smaller, to 4"),
        ("8x8x6 > pixelshuffle 2", "takes 4 channels for each that it puts out"),
        ("8x7x6 > pixelunshuffle 2", "pixelunshuffle 2 does not divide a side of 7"),
        ("8x8x6 > crop 4", "a side of 8 is not long enough to be cropped so"),
        ("8x8x6 > crop to=9", "a side of 8 is not long enough to be cropped so"),
        ("8x8x7 > split [identity | identity]", "7 channels do not divide among 2 arms"),
        ("8x8x7 > glu", "glu halves the channels, and 7 is odd"),
        ("8x8x7 > shuffle groups=2", "groups=2 does not divide 7 channels"),
        ("8x8x7 > shuffle", "shuffle wants its groups: shuffle groups=2"),
        ("8x8x7 > norm=group:2", "norm=group:2 does not divide 7 channels"),
        ("8x8x7 > conv 3x3 9 norm=group:2", "norm=group:2 does not divide 9 channels"),
        ("8x8x7 > (identity * maxpool 3x3/2)", "do not fit a multiply (an axis must be equal"),
        ("8x8x7 > pad 1x1x1", "the margin 1x1x1 has 3 numbers, but the grid 2 axes"),
        ("8x8x7 > upsample 2x2x2", "the factor 2x2x2 has 3 numbers, but the grid 2 axes"),
        ("8x8x7 > pad before=1x1x1", "before=1x1x1 has 3 numbers, but the grid 2 axes"),
        ("8x8x7 > upsample 2147483648", "puts out a size of 17179869184; the limit is 2**31"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(spec: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.analyze(spec)
    assert phrase in one_line(error.value)

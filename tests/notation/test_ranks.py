"""Sequences, images and volumes: kernels, strides and the like follow the rank of the input."""

import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from tests.notation.one_line import one_line


def rows(spec: str) -> list[tuple[tuple[int, ...], int, int]]:
    """Each layer's output, multiplies and parameters."""
    report = fc.analyze(fc.parse(spec))
    return [(row.output, row.count("multiplies"), row.count("params")) for row in report.rows]


@pytest.mark.parametrize(
    ("spec", "output", "multiplies", "params"),
    [
        # 3³·16·32 on 8·56·56 positions
        ("8x56x56x16 > conv 3x3x3 32 nobias", (8, 56, 56, 32), 346_816_512, 13_824),
        # 7·3·16 on ⌈250/2⌉ positions; 16 biases
        ("250x3 > conv 7/2 16", (125, 16), 42_000, 352),
        ("128x768 > dense 3072", (128, 3072), 128 * 768 * 3072, 768 * 3072 + 3072),
        ("128x768 > depthwise 3", (128, 768), 128 * 3 * 768, 3 * 768 + 768),
        ("9x9x9x4 > conv 3x1x3/2x1x3 6 pad=1x0x1", (5, 9, 3, 6), 135 * 9 * 4 * 6, 222),
        ("9x4 > conv 3 6 valid dilation=2 groups=2", (5, 6), 5 * 3 * 2 * 6, 3 * 2 * 6 + 6),
        ("16x8 > conv 4/2 8 pad=1", (8, 8), 8 * 4 * 8 * 8, 4 * 8 * 8 + 8),
        ("9x8x7x6 > separable 3 5", (9, 8, 7, 5), 504 * 27 * 6 + 504 * 6 * 5, 27 * 6 + 6 * 5 + 5),
    ],
)
def test_the_arithmetic(spec: str, output: tuple[int, ...], multiplies: int, params: int) -> None:
    found = rows(spec)
    assert found[-1][0] == output
    assert sum(row[1] for row in found) == multiplies
    assert sum(row[2] for row in found) == params


@pytest.mark.parametrize(
    ("spec", "output"),
    [
        ("9x4 > maxpool 2/2", (5, 4)),
        ("9x4 > maxpool 2/2 valid", (4, 4)),
        ("9x4 > maxpool 3/2 pad=1 ceil", (5, 4)),
        ("8x9x10x4 > avgpool 2/2 valid", (4, 4, 5, 4)),
        ("8x9x10x4 > avgpool 2x2x2/1x2x2", (8, 5, 5, 4)),
        ("9x4 > avgpool to=3", (3, 4)),
        ("8x9x10x4 > maxpool to=2x3x5", (2, 3, 5, 4)),
        ("9x4 > avgpool global", (1, 4)),
        ("8x9x10x4 > avgpool global", (1, 1, 1, 4)),
        ("9x4 > [identity | conv 1 8]", (9, 12)),
        ("9x4 > (identity + conv 3 in)", (9, 4)),
        ("9x4 > lrn > norm > relu > softmax > scale > dropout", (9, 4)),
    ],
)
def test_the_output(spec: str, output: tuple[int, ...]) -> None:
    assert rows(spec)[-1][0] == output


@pytest.mark.parametrize(
    ("brief", "long"),
    [
        ("28x28x3 > conv 5/2 8", "28x28x3 > conv 5x5/2x2 8"),
        ("28x28x3 > depthwise 3 dilation=2 pad=2", "28x28x3 > depthwise 3x3 dilation=2x2 pad=2x2"),
        ("28x28x3 > maxpool 2/2 > avgpool to=7", "28x28x3 > maxpool 2x2/2 > avgpool to=7x7"),
        ("8x8x8x3 > conv 3/2 4", "8x8x8x3 > conv 3x3x3/2x2x2 4"),
    ],
)
def test_one_number_holds_for_each_axis(brief: str, long: str) -> None:
    assert fc.parse(brief).nodes == fc.parse(long).nodes
    assert rows(brief) == rows(long)


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        (
            "28x28 > conv 3x3 64",
            "'conv 3x3 64': the kernel 3x3 has 2 numbers, but the grid 1 axis (a",
        ),
        ("28x28 > maxpool 2x2/2", "a size ends with its channels: 28x28x3, say"),
        ("28x28 > maxpool 2/2x1", "the stride 2x1 has 2 numbers, but the grid 1 axis"),
        (
            "8x28x28x3 > conv 3x3 64",
            "has 2 numbers, but the grid 3 axes (three of them, as in 3x3x3",
        ),
        ("28x28x3 > conv 3x3x3 64", "the kernel 3x3x3 has 3 numbers, but the grid 2 axes"),
        ("28x28x3 > conv 3 64 pad=1x1x2", "pad=1x1x2 has 3 numbers, but the grid 2 axes"),
        ("28x3 > conv 3 64 dilation=1x2", "dilation=1x2 has 2 numbers, but the grid 1 axis"),
        ("28x3 > avgpool to=7x7", "to=7x7 has 2 numbers, but the grid 1 axis"),
        # equal numbers are as many as they are
        ("8x9x9x3 > conv 3/2x2 4", "the stride 2x2 has 2 numbers, but the grid 3 axes"),
        ("8x9x9x3 > conv 3x3x3/2x2 4", "the stride 2x2 has 2 numbers, but the grid 3 axes"),
        ("9x3 > conv 3/1x1 4", "the stride 1x1 has 2 numbers, but the grid 1 axis"),
        ("9x9x3 > conv 3 4 pad=1x1x1", "pad=1x1x1 has 3 numbers, but the grid 2 axes"),
        ("8x9x9x3 > conv 3 4 dilation=2x2", "dilation=2x2 has 2 numbers, but the grid 3 axes"),
        ("28x3 > (conv 3 8 + conv 1 9)", "spec/1: branches that do not fit an add"),
        ("3x3 > conv 5 4 valid", "the 5 kernel does not fit a length of 3"),
        ("2x9x9x3 > conv 3 4 valid", "the 3×3×3 kernel does not fit a depth of 2"),
    ],
)
def test_what_does_not_fit_the_rank(spec: str, phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.analyze(fc.parse(spec))
    assert phrase in one_line(error.value)


def test_rewrites_of_sequences_and_volumes() -> None:
    def cost(reference: str) -> tuple[int, int]:
        report = fc.analyze(fc.load(reference))
        return report.cost.multiplies, report.cost.multiplies_unpadded

    assert cost("64x8 > conv 5 16@factorize=5:3") == cost("64x8 > conv 3 16 > conv 3 16")
    volume = "9x9x9x8 > conv 5 16"
    for rewrite in ("factorize=5:3", "factorize=5x5x5:3x3x3"):
        assert cost(f"{volume}@{rewrite}") == cost("9x9x9x8 > conv 3 16 > conv 3 16")
    assert cost("64x8 > conv 5 16@separable") == cost("64x8 > separable 5 16")
    naive = cost("64x8 > conv 1 4 reduce > conv 5 16@naive")
    assert naive == cost("64x8 > conv 5 16")
    with pytest.raises(FlopcountError, match="no convolution that it applies to"):
        fc.load("64x8 > conv 5 16@factorize=nxn")
    with pytest.raises(FlopcountError, match=re.escape("3x3 kernels do not stack up to a 5x5x5")):
        fc.load(f"{volume}@factorize=5x5x5:3x3")


def test_formulas_sweeps_and_budgets_of_a_sequence() -> None:
    spec = "250x3 > conv 7/2 16 > conv 3 8"
    assert fc.formula(spec).text() == "720·⌈L/2⌉"  # 7·3·16 + 3·16·8
    swept = fc.sweep(spec, vary={"L": "9:11"})
    assert swept["multiplies"].tolist() == [720 * 5, 720 * 5, 720 * 6]
    for scale in ("input", "L"):
        assert fc.fit(spec, budget={"multiplies": 720 * 80}, scale=scale).value == 160


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["savings", "modules", "layers", "tree"])
@pytest.mark.parametrize("spec", ["250x3 > conv 7/2 16 > conv 1 4", "8x9x9x3 > conv 3 4"])
def test_pictures_of_a_sequence_and_a_volume(spec: str, kind: str, tmp_path: Path) -> None:
    assert main(["plot", spec, "--kind", kind, "-o", str(tmp_path / "p.svg")]) == 0
    assert (tmp_path / "p.svg").stat().st_size > 1000

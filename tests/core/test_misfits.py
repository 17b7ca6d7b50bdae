"""Every layer: what does not fit it, said in one line with its place."""

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core.graph import walk


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        ("8x8x6 > conv 3x3 8 groups=4", "groups=4 does not divide 6 input and 8 output channels"),
        ("8x8x8 > conv 3x3 6 groups=4", "groups=4 does not divide 8 input and 6 output channels"),
        ("8x8x6 > conv 9x9 8 valid", "kernel does not fit a height of 8"),
        ("9x8x6 > conv 9x9 8 valid", "kernel does not fit a width of 8"),
        ("4x4x6 > conv 3x3 8 valid > conv 3x3 8 valid", "spec/2: .*does not fit a height of 2"),
        ("4x4x6 > avgpool 7x7 valid", "kernel does not fit a height of 4"),
        ("4x4x6 > maxpool 7x7/2 valid ceil", "kernel does not fit a height of 4"),
        ("4x4x6 > depthwise 7x7 pad=1", "does not fit a height of 4 with 1 of padding"),
        (
            "8x8x6 > [conv 1x1 8 | conv 3x3 8 valid]",
            r"branches that do not fit a concat .*: 8x8x8, 6x6x8",
        ),
        ("8x8x6 > [conv 1x1 8 | conv 1x3 8 valid]", r"fit a concat .*: 8x8x8, 8x6x8"),
        ("8x8x6 > [conv 1x1 8 | conv 3x1 8 valid]", r"fit a concat .*: 8x8x8, 6x8x8"),
        ("8x8x6 > [relu | relu | maxpool 1x1/1x2]", r"fit a concat .*: 8x8x6, 8x4x6"),
        ("8x8x6 > (relu + maxpool 1x1/1x2)", r"do not fit an add .*: 8x8x6, 8x4x6"),
        ("8x8x6 > (identity + conv 1x1 8)", r"branches that do not fit an add .*: 8x8x6, 8x8x8"),
        ("8x8x6 > (identity + maxpool 2x2/2)", r"do not fit an add .*: 8x8x6, 4x4x6"),
        ("4x2x6 > dense 8", "reads channels, and these lie on a grid of 4×2; 'flatten > dense 8'"),
    ],
)
def test_what_does_not_fit(spec: str, phrase: str) -> None:
    with pytest.raises(FlopcountError, match=phrase) as error:
        walk(fc.parse(spec))
    assert "\n" not in str(error.value)


def test_a_size_past_the_limit_names_its_layer() -> None:
    with pytest.raises(FlopcountError, match=r"spec/1: puts out a size of 8589934592") as error:
        walk(fc.parse("65536x65536x2 > flatten"))
    assert "the limit is 2**31" in str(error.value)


def test_a_dense_layer_on_a_grid_names_both_readings() -> None:
    with pytest.raises(FlopcountError) as error:
        walk(fc.parse("196x1x96 > dense 384"))
    said = str(error.value)
    assert "'flatten > dense 384' reads all of it, 'conv 1x1 384' each position" in said
    params = {
        text: fc.analyze(fc.parse(f"196x1x96 > {text}")).cost.params
        for text in said.split("'")[1::2]
    }
    assert params == {"flatten > dense 384": 7_225_728, "conv 1x1 384": 37_248}
    assert fc.analyze(fc.parse("196x96 > dense 384")).cost.params == 37_248  # a sequence
    assert fc.analyze(fc.parse("1x1x96 > dense 384")).cost.params == 37_248


def test_a_dense_layer_on_an_open_grid_is_refused() -> None:
    # H·W·192·10 is the cost of flattening first; unflattened, the layer fits a grid of 1×1 alone
    with pytest.raises(FlopcountError, match=r"grid of H×W; 'flatten > dense 10' reads all of it"):
        fc.formula("HxWx192 > dense 10")
    assert fc.formula("HxWx192 > flatten > dense 10").text() == "1920·H·W"
    assert fc.formula("HxWx192 > avgpool global > dense 10").text() == "1920"

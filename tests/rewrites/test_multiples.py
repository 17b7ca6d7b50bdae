"""Widths rounded to multiples, as mobile networks do; and what does not divide once scaled."""

from fractions import Fraction
from math import floor
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core import width_of
from flopcount.designs import fit
from flopcount.sizes import scaled_width
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import value
from tests.page.running import counted, of, shown


def rule(width: int, factor: Fraction, divisor: int) -> int:
    """``_make_divisible`` as the MobileNets' code has it, without its floats."""
    v = width * factor
    new = max(divisor, floor(v + Fraction(divisor, 2)) // divisor * divisor)
    return new + divisor if new < Fraction(9, 10) * v else new


# MobileNetV2's widths: of its first convolution, and of each row of its table 2 (1801.04381); of
# each α what its authors' code has, and Keras'
@pytest.mark.parametrize(
    ("factor", "widths"),
    [
        ("0.35", [16, 8, 8, 16, 24, 32, 56, 112]),
        ("0.5", [16, 8, 16, 16, 32, 48, 80, 160]),
        ("0.75", [24, 16, 24, 24, 48, 72, 120, 240]),
        ("1.3", [40, 24, 32, 40, 80, 128, 208, 416]),
        ("1.4", [48, 24, 32, 48, 88, 136, 224, 448]),
    ],
)
def test_mobilenet_v2_has_its_published_widths(factor: str, widths: list[int]) -> None:
    spec = " > ".join(f"conv 1x1 {n}" for n in (32, 16, 24, 32, 64, 96, 160, 320, 1000))
    network = fc.load(f"9x9x3 > {spec}@width={factor}@multiple=8")
    assert [width_of(node.op) for node in network.nodes] == [*widths, 1000]
    assert network.notes[-1] == (
        f"rewritten: widths × {factor}, rounded to multiples of 8, as mobile networks do, "
        "but those of the result"
    )


def test_the_rule_is_exact() -> None:
    for divisor in (2, 3, 8, 16):
        for thousandths in (1, 99, 350, 500, 749, 750, 1000, 1400, 2999):
            factor = Fraction(thousandths, 1000)
            for width in range(1, 120):
                found = scaled_width(width, factor.numerator, factor.denominator, divisor)
                assert found == rule(width, factor, divisor)


def test_it_holds_for_open_sizes() -> None:
    space = Space()
    width, thousandths = space.name("w", 1, 2**31), space.name("x", 1, 10**6)
    of_width, of_factor = scaled_width(width, 7, 20, 8), scaled_width(24, thousandths, 1000, 8)
    for number in (1, 5, 16, 24, 25, 26, 96, 160, 1000):
        assert value(of_width, {"w": number}, {}) == rule(number, Fraction(7, 20), 8)
        assert value(of_factor, {"x": number}, {}) == rule(24, Fraction(number, 1000), 8)


def test_formulas_and_sweeps_agree_with_the_network() -> None:
    reference = "googlenet@width=0.35@multiple=8"
    printed: dict[str, Any] = {}
    exec(fc.formula(reference, module="3a", free=["r5"]).python(), printed)  # noqa: S102
    swept = fc.sweep(reference, {"r5": "8:64:8"}, modules=["3a"])
    for r5, multiplies in zip(swept["r5"], swept["multiplies"], strict=True):
        network = fc.load(reference, set={"3a.r5": int(r5)})
        assert printed["multiplies"](int(r5)) == multiplies == fc.analyze(network["3a"]).multiplies


def test_a_pages_script_has_them_too() -> None:
    spec = "9x9x12 > conv 3x3 64 > conv 1x1 30 > conv 1x1 8@width=0.35@multiple=8"
    page = of(spec)
    for width, factor in ((64, 100), (40, 50), (9, 85)):
        values = {"spec/1": width, "width": factor}
        expected = counted(f"{spec}@width={factor / 100}", set={"spec/1": width})
        assert shown(page, values) == expected


def test_fit_scales_to_multiples() -> None:
    best = fit("googlenet", {"multiplies": 5 * 10**8}, "width", multiple=8)
    for found, counts in ((best.value, best.counts), (best.next, best.next_counts)):
        network = fc.load(f"googlenet@width={float(found or 0)}@multiple=8")
        assert counts is not None
        assert fc.analyze(network).multiplies == counts["multiplies"]
    assert best.counts["multiplies"] <= 5 * 10**8 < (best.next_counts or {})["multiplies"]
    assert "the largest width, rounded to multiples of 8, with" in best.sheet().heading[0]


# -- what does not divide says what would


@pytest.mark.parametrize(
    ("layers", "cause", "multiple"),
    [
        (
            "conv 3x3 40 > conv 3x3 64 groups=4",
            (
                "spec/2: groups=4 does not divide 12 input and 19 output channels; "
                "16 and 20 output channels would do"
            ),
            2,
        ),
        (
            "conv 3x3 64 norm=group:32",
            "spec/1: norm=group:32 does not divide 19 channels; 32 would do",
            16,
        ),
        (
            "conv 3x3 64 > split [identity | conv 1x1 24]",
            "spec/2: 19 channels do not divide among 2 arms; 18 and 20 would do",
            2,
        ),
        (
            "conv 3x3 64 > shuffle groups=8",
            "spec/2: groups=8 does not divide 19 channels; 16 and 24 would do",
            8,
        ),
        (
            "conv 3x3 64 > pixelshuffle 2",
            (
                "spec/2: pixelshuffle 2 takes 4 channels for each that it puts out, which does not "
                "divide 19; 16 and 20 would do"
            ),
            2,
        ),
        (
            "conv 3x3 64 > glu",
            "spec/2: glu halves the channels, and 19 is odd; 18 and 20 would do",
            2,
        ),
        (
            "transposed 3x3/2 64 groups=4",
            (
                "spec/1: groups=4 does not divide 12 input and 19 output channels; "
                "16 and 20 output channels would do"
            ),
            2,
        ),
    ],
)
def test_what_does_not_divide_says_which_width_would(
    layers: str, cause: str, multiple: int
) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        fc.load(f"9x9x12 > {layers} > conv 1x1 7@width=0.3")
    offered = f"@width=0.3@multiple={multiple}"
    assert str(caught.value) == f"'@width=0.3': {cause}; {offered} fits"
    assert fc.analyze(fc.load(f"9x9x12 > {layers} > conv 1x1 7{offered}")).multiplies


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("googlenet@multiple=8", "'@multiple=8': it goes behind @width: @width=0.5@multiple=8"),
        ("googlenet@naive@multiple=8", "it goes behind @width: @width=0.5@multiple=8"),
        ("googlenet@width=0.5@multiple=1", "multiple is '1', not a whole number from 2 to 65536"),
        ("googlenet@width=0.5@multiple=70000", "multiple is '70000', not a whole number from 2 to"),
        ("googlenet@width=0.5@multiple=²", "multiple is '²', not a whole number from 2 to 65536"),
        ("googlenet@width=0.5@multiple", "multiple is '', not a whole number"),
        ("googlenet@width@multiple=8", "expected a factor such as width=0.5"),
        ("googlenet@width=0.5@multiple=8@multiple=8", "multiple stands twice behind one @width"),
        ("9x9x64 > (identity + conv 3x3 64) > conv 1x1 8@width=0.3", "equal): 9x9x64, 9x9x19"),
        ("9x9x3 > conv 3x3 8 groups=2 > conv 3x3 4@width=0.5", "does not divide 3 input"),
    ],
)
def test_what_is_refused(reference: str, message: str) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        fc.analyze(reference)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "fits" not in str(caught.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--scale", "input", "--multiple", "8"], "--multiple says how widths are rounded"),
        (["--scale", "width", "--multiple", "8.5"], "--multiple is '8.5', not a whole number from"),
        (["--scale", "width", "--multiple", "-8"], "--multiple is '-8', not a whole number from"),
    ],
)
def test_what_fit_refuses(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "googlenet", "--budget", "multiplies=5e8", *words]) == 2
    assert message in capsys.readouterr().err
    with pytest.raises(fc.FlopcountError, match="multiple is 1, not a whole number from 2"):
        fit("googlenet", {"multiplies": 5 * 10**8}, "width", multiple=1)


# -- transposed convolutions stay


@pytest.mark.parametrize("rewrite", ["factorize=5x5:3x3", "factorize=nxn", "separable"])
def test_transposed_convolutions_stay_and_the_heading_says_so(rewrite: str) -> None:
    network = fc.load(f"9x9x12 > transposed 5x5/2 8 > conv 5x5 8@{rewrite}")
    assert network.notes[-1].endswith("1 convolution; 1 left as built (transposed)")
    built = fc.load("9x9x12 > transposed 5x5/2 8")
    assert network.nodes[0].op == built.nodes[0].op
    with pytest.raises(fc.FlopcountError, match=r"applies to .*; 1 left as built \(transposed\)"):
        fc.load(f"9x9x12 > transposed 5x5/2 8@{rewrite}")

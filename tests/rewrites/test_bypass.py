"""Which layers a naive network leaves out, which stay, and which cannot be left out."""

import tomllib
from dataclasses import replace

import pytest

import flopcount as fc
import flopcount.rewrites.naive
from flopcount import FlopcountError
from flopcount.core.graph import walk
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.rewrites.naive import READINGS, bypass, naive


def test_a_network_without_reductions_is_its_own_naive_one() -> None:
    for reading in READINGS:
        report = fc.analyze(
            fc.parse("28x28x3 > conv 3x3 64 > maxpool 3x3/2 > flatten > dense 10"), naive=reading
        )
        assert report.total.naive == report.total.cost
        assert report.total.saved is None


def test_a_reduction_that_widens_costs() -> None:
    # 3 → 64 before a 3×3 of 32: 32²·3·64 + 9·32²·64·32 against 9·32²·3·32
    report = fc.analyze(fc.parse("32x32x3 > conv 1x1 64 reduce > conv 3x3 32"))
    built, before = 32**2 * 3 * 64 + 9 * 32**2 * 64 * 32, 9 * 32**2 * 3 * 32
    assert (report.total.cost.multiplies, report.total.naive.multiplies) == (built, before)
    assert report.total.saved == before / built < 0.05
    assert "0.05×" in report.to_text()


def test_cifar_is_told_what_its_first_reductions_cost() -> None:
    report = fc.analyze(fc.load("cifar10-inception"))
    worse = [line for line in report.by("branch").lines if line.saved and line.saved < 1]
    assert worse
    for line in worse:
        assert f"{line.saved:,.2f}×" in report.by("branch").to_text()


@pytest.mark.parametrize(
    ("spec", "phrase"),
    [
        ("conv 1x1/2 8 reduce > conv 3x3 8", "spec/1: marked reduce, but only a 1×1 of stride 1"),
        ("conv 3x3 8 reduce > conv 3x3 8", "spec/1: marked reduce, but only a 1×1 of stride 1"),
        ("conv 1x1 8 reduce", "spec/1: marked reduce, but no convolution follows it"),
        ("conv 1x1 8 reduce > relu", "spec/1: marked reduce, but no convolution follows it"),
        (
            "conv 1x1 8 reduce > maxpool 3x3",
            "spec/1: marked reduce, but spec/2, no convolution (maxpool), reads it; drop the word",
        ),
        (
            "conv 1x1 8 reduce > flatten > dense 3",
            "spec/1: marked reduce, but spec/2, no convolution (flatten), reads it",
        ),
        (
            "maxpool global > conv 1x1 8 reduce > dense 3",
            "spec/2: marked reduce, but spec/3, no convolution (dense), reads it",
        ),
        (
            "[conv 1x1 8 reduce | conv 3x3 8]",
            "spec/1/1: marked reduce, but spec/1, no convolution (concat), reads it",
        ),
        ("conv 1x1 8 reduce > norm > relu", "spec/1: marked reduce, but no convolution follows it"),
        (
            "conv 1x1 8 reduce > norm > maxpool 3x3 > conv 3x3 8",
            "spec/1: marked reduce, but spec/3, no convolution (maxpool), reads it",
        ),
        (
            "conv 1x1 8 reduce > (identity + conv 3x3 in)",
            "spec/1: marked reduce, but spec/2, no convolution (add), reads it",
        ),
        # one that does follow is no reason to leave it out
        (
            "conv 1x1 8 reduce > relu > [conv 3x3 8 | lrn]",
            "spec/1: marked reduce, but spec/3/2, no convolution (lrn), reads it",
        ),
    ],
)
def test_what_cannot_be_bypassed(spec: str, phrase: str) -> None:
    network = fc.parse(f"8x8x16 > {spec}")
    for reading in READINGS:
        with pytest.raises(FlopcountError) as error:
            _ = fc.analyze(network, naive=reading).total
        assert phrase in str(error.value)
        assert "drop the word" in str(error.value)


def test_a_projection_with_a_stride_stays_in_reduce() -> None:
    network = fc.parse("8x8x16 > maxpool 3x3 > conv 1x1/2 8 project > relu")
    assert fc.analyze(network, naive="reduce").total.saved is None
    with pytest.raises(FlopcountError, match="spec/2: marked project, but only a 1×1 of stride 1"):
        _ = fc.analyze(network, naive="chained").total


def test_reductions_in_a_row_and_shared_ones() -> None:
    network = fc.parse("8x8x64 > conv 1x1 32 reduce > conv 1x1 16 reduce > conv 3x3 8")
    found = {row.node.path: row.inputs for row in walk(naive(network, "reduce"))}
    assert found == {"spec/3": ((8, 8, 64),)}
    shared = fc.parse("8x8x64 > conv 1x1 16 reduce > [conv 3x3 8 | depthwise 3x3]")
    inputs = {row.node.path: row.inputs[0] for row in walk(naive(shared, "reduce"))}
    assert inputs["spec/2/1"] == inputs["spec/2/2"] == (8, 8, 64)


@pytest.mark.slow
@pytest.mark.parametrize(
    "between", ["norm", "norm=shift > relu", "identity", "dropout > gelu", "relu > scale > norm"]
)
def test_a_reduction_is_looked_for_through_layers_of_single_channels(between: str) -> None:
    spec = f"28x28x192 > conv 1x1 128 reduce > {between} > [conv 3x3 32 | depthwise 3x3]"
    report = fc.analyze(fc.parse(spec))
    # what stood after the 1×1 stays, on the 192 channels that it read
    assert report.total.cost.multiplies == 784 * (192 * 128 + 9 * 128 * 32 + 9 * 128)
    assert report.total.naive.multiplies == 784 * (9 * 192 * 32 + 9 * 192)
    bare = fc.parse(spec.replace("conv 1x1 128 reduce > ", ""))
    assert report.total.naive == fc.analyze(bare).total.cost
    rewritten = fc.analyze(fc.load(f"{spec}@naive"))
    assert rewritten.total.cost == report.total.naive


DENSENET = """
input = "224x224x3"
classes = 1000
[defaults]
conv = "pad=1 nobias nonorm linear"
maxpool = "pad=1"
avgpool = "valid"
[block.layer]
as = "[identity | norm > relu > conv 1x1 128 valid reduce > norm > relu > conv 3x3 32]"
[rows]
stem = "conv 7x7/2 64 pad=3 > norm > relu > maxpool 3x3/2"
d1 = "6 * layer"
t1 = "norm > relu > conv 1x1 128 valid > avgpool 2x2/2"
d2 = "12 * layer"
t2 = "norm > relu > conv 1x1 256 valid > avgpool 2x2/2"
d3 = "24 * layer"
t3 = "norm > relu > conv 1x1 512 valid > avgpool 2x2/2"
d4 = "16 * layer"
head = "norm > relu > avgpool global > dense classes"
"""


def test_densenet_121_without_its_bottlenecks() -> None:
    # arXiv:1608.06993, table 1; torchvision 0.28's model has 2,834,161,664 by torch's own counter
    report = fc.analyze(build(parse_table(tomllib.loads(DENSENET)), "t", Options()))
    assert report.total.cost.multiplies == 2_834_161_664
    assert report.total.cost.params == 7_978_856
    # each 3×3 reads all channels before it: 9·c·32 in the place of c·128 + 9·128·32
    difference = 0
    for start, layers, side in ((64, 6, 56), (128, 12, 28), (256, 24, 14), (512, 16, 7)):
        for c in range(start, start + 32 * layers, 32):
            difference += side**2 * (9 * c * 32 - c * 128 - 9 * 128 * 32)
    assert report.total.naive.multiplies == 2_834_161_664 + difference == 3_046_506_496


def test_in_follows_a_bypassed_layer() -> None:
    text = """
    input = "8x8x64"
    [rows]
    a = "conv 1x1 16 reduce > (conv 3x3 in + conv 5x5 in)"
    """
    network = build(parse_table(tomllib.loads(text)), "t", Options())
    assert walk(network)[-1].output == (8, 8, 16)
    assert walk(naive(network, "reduce"))[-1].output == (8, 8, 64)


RESIDUAL = """
input = "8x8x16"
[block.r]
as    = "(identity + branches > conv 1x1 {width} linear)"
"1x1" = "conv 1x1 4"
"3x3" = "conv 1x1 4 reduce > conv 3x3 8"
"p"   = "maxpool 3x3 > conv 1x1 8 project"
[rows]
stem = "[conv 1x1 8 | maxpool 3x3 > conv 1x1 8 project]"
a = "2 * r"
"""


def test_chained_needs_residual_widths_as_in() -> None:
    written_in = build(
        parse_table(tomllib.loads(RESIDUAL.replace("{width}", "in"))), "t", Options()
    )
    assert fc.analyze(written_in, naive="chained").total.naive.multiplies > 0
    typed = build(parse_table(tomllib.loads(RESIDUAL.replace("{width}", "16"))), "t", Options())
    assert fc.analyze(typed, naive="reduce").total.saved
    with pytest.raises(FlopcountError, match="branches that do not fit an add") as caught:
        _ = fc.analyze(typed, naive="chained").total
    assert "drop the word" not in str(caught.value)  # that cures the reading reduce alone


def test_the_output_may_itself_be_bypassed() -> None:
    network = fc.parse("8x8x16 > maxpool 3x3 > conv 1x1 8 project")
    chained = naive(network, "chained")
    assert chained.output == "spec/1"
    assert repr(chained)
    assert fc.analyze(network, naive="chained").total.naive.multiplies == 0


def test_a_network_of_which_nothing_is_left() -> None:
    reference = "8x8x16 > conv 1x1 8 project@naive=chained"
    with pytest.raises(FlopcountError) as error:
        fc.analyze(fc.load(reference)).to_text()
    assert "\n" not in str(error.value)


def test_a_bypass_of_no_role_changes_nothing() -> None:
    network = fc.load("googlenet")
    assert bypass(network, ()).nodes == network.nodes
    assert replace(bypass(network, ()), nodes=()) == replace(network, nodes=())


def test_a_reduction_that_cannot_be_left_out_is_named_with_the_cure() -> None:
    spec = "9x9x6 > conv 1x1 16 reduce > conv 3x3 16 groups=4"
    with pytest.raises(fc.FlopcountError) as caught:
        _ = fc.analyze(fc.parse(spec)).total
    assert "naive (reduce): " in str(caught.value)
    assert "groups=4 does not divide 6 input" in str(caught.value)
    assert str(caught.value).endswith("drop the word reduce from a 1×1 that cannot be left out")
    assert fc.analyze(fc.parse(spec.replace(" reduce", ""))).total.cost.multiplies

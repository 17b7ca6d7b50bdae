"""The Inception family in its naive readings, recomputed by hand."""

import re

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.rewrites.naive import READINGS
from tests.facts.implementations import TABLES, Patch, conv
from tests.shipped import INCEPTION_AND_VARIANTS

NAIVE = {
    # reference: whole network in the readings reduce, figure, chained
    "googlenet": (4_426_547_200, 4_359_913_472, 12_568_061_056),
    "googlenet@torchvision": (3_281_731_584, 3_215_097_856, 9_022_825_600),
    "bn-inception": (4_010_688_512, 3_921_375_232, 9_482_868_992),
    "bn-inception@tf-slim": (3_870_797_824, 3_789_713_408, 9_398_874_368),
    "cifar10-inception": (9_699_328, 9_502_720, 8_878_080),
    # No pool projection anywhere: the three readings are one.
    "inception-resnet-v1": (9_276_807_264,) * 3,
    "inception-resnet-v1@facenet": (2_079_192_928,) * 3,
    "inception-resnet-v2": (22_586_640_480, 22_571_587_680, 25_960_798_304),
    "inception-resnet-v2@timm": (22_586_640_480, 22_571_587_680, 25_960_798_304),
    "inception-resnet-v2@paper": (15_377_439_584,) * 3,
    "inception-v2": (9_439_038_560, 9_117_332_576, 22_195_567_456),
    "inception-v3": (9_827_687_520, 9_566_157_920, 20_928_787_040),
    "inception-v3@torchvision": (9_827_687_520, 9_566_157_920, 20_928_787_040),
    "inception-v4": (20_518_157_408, 19_996_867_680, 63_375_754_336),
    "inception-v4@timm": (20_518_157_408, 19_996_867_680, 63_375_754_336),
}


@pytest.mark.parametrize("reference", INCEPTION_AND_VARIANTS)
def test_naive(reference: str) -> None:
    network = fc.load(reference)
    found = [fc.analyze(network, naive=reading).total.naive.multiplies for reading in READINGS]
    assert dict(zip(READINGS, found, strict=True)) == dict(
        zip(("reduce", "figure", "chained"), NAIVE[reference], strict=True)
    )


@pytest.mark.parametrize("reference", INCEPTION_AND_VARIANTS)
def test_the_naive_network_itself(reference: str) -> None:
    for reading, exact in (("reduce", NAIVE[reference][0]), ("chained", NAIVE[reference][2])):
        assert fc.analyze(fc.load(f"{reference}@naive={reading}")).total.cost.multiplies == exact


def naive_v3(reading: str) -> int:
    """Inception v3 by hand without its reductions, module by module.

    The width that a naive module reads is that of the module before it as built, but in chained.
    """
    kept, chained = reading == "reduce", reading == "chained"
    total = 19_181_664 + conv(3, 3, 32, 32, 147, 147) + conv(3, 3, 32, 64, 147, 147)
    total += conv(1, 1, 64, 80, 73, 73) + conv(3, 3, 80, 192, 71, 71)
    c = 192
    for proj in (32, 64, 64):  # 64 | 5×5 64 | 3×3 96, 3×3 96 | projection
        total += 35**2 * (c * 64 + 25 * c * 64 + 9 * (c * 96 + 96 * 96) + kept * c * proj)
        c = 64 + 64 + 96 + (c if chained else proj)
    total += 17**2 * 9 * (c * 384 + 96 * 96) + 35**2 * 9 * c * 96
    c = 384 + 96 + c
    for c7 in (128, 160, 160, 192):  # 192 | 1×7 c7, 7×1 192 | 7×1, 1×7, 7×1 c7, 1×7 192
        wide = c * c7 + c7 * 192
        total += 17**2 * (c * 192 + 7 * (wide + wide + 2 * c7 * c7) + kept * c * 192)
        c = 3 * 192 + (c if chained else 192)
    total += 8**2 * 9 * (c * 320 + 192 * 192) + 17**2 * 7 * (c * 192 + 192 * 192)
    c = 320 + 192 + c
    for _ in "bc":  # 320 | [1×3 384 | 3×1 384] | 3×3 384, [1×3 384 | 3×1 384] | projection
        total += 8**2 * (c * 320 + 2 * 3 * c * 384 + 9 * c * 384 + 2 * 3 * 384 * 384)
        total += 8**2 * kept * c * 192
        c = 320 + 2 * 768 + (c if chained else 192)
    return total + c * 1000


def naive_resnet_v2(reading: str) -> int:
    """Inception-ResNet v2 likewise: only mixed has a projection; chained widens what follows."""
    total = 19_181_664 + conv(3, 3, 32, 32, 147, 147) + conv(3, 3, 32, 64, 147, 147)
    total += conv(1, 1, 64, 80, 73, 73) + conv(3, 3, 80, 192, 71, 71)
    c = 192
    total += 35**2 * (c * 96 + 25 * c * 64 + 9 * (c * 96 + 96 * 96))
    total += 35**2 * c * 64 if reading == "reduce" else 0
    c = 96 + 64 + 96 + (c if reading == "chained" else 64)
    total += 10 * 35**2 * (c * 32 + 9 * c * 32 + 9 * (c * 48 + 48 * 64) + 128 * c)
    total += 17**2 * 9 * (c * 384 + 256 * 384) + 35**2 * 9 * c * 256
    c = 384 + 384 + c
    total += 20 * 17**2 * (c * 192 + 7 * (c * 160 + 160 * 192) + 384 * c)
    total += 8**2 * 9 * (c * 384 + c * 288 + 288 * 320) + 17**2 * 9 * c * 288
    c = 384 + 288 + 320 + c
    total += 10 * 8**2 * (c * 192 + 3 * (c * 224 + 224 * 256) + 448 * c)
    return total + 8**2 * c * 1536 + 1536 * 1000


def naive_cifar10(reading: str) -> int:
    """64 | 3×3 64 | 5×5 64 | pool, on 3 channels; then the dense layer on all that comes out."""
    module = 32**2 * (3 * 64 + 9 * 3 * 64 + 25 * 3 * 64 + 3 * 64 * (reading == "reduce"))
    return module + 32**2 * (3 * 64 + (3 if reading == "chained" else 64)) * 10


@pytest.mark.parametrize("reading", READINGS)
def test_naive_by_arithmetic(reading: str) -> None:
    place = list(READINGS).index(reading)
    assert naive_v3(reading) == NAIVE["inception-v3"][place]
    assert naive_resnet_v2(reading) == NAIVE["inception-resnet-v2"][place]
    assert naive_cifar10(reading) == NAIVE["cifar10-inception"][place]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("reference", INCEPTION_AND_VARIANTS)
def test_where_nothing_changes_the_ratio_is_a_dash(reference: str, reading: str) -> None:
    network = fc.load(reference)
    roles = {
        module: {getattr(node.op, "role", None) for node in network.nodes if node.module == module}
        for module in network.modules
    }
    report = fc.analyze(network, naive=reading)
    bypassed = {"reduce"} if reading == "reduce" else {"reduce", "project"}
    before = 0
    changed = False
    for line in report.lines:
        marked = bool(roles[str(line.module)] & bypassed)
        changed |= marked
        if not (marked or (reading == "chained" and changed)):  # what follows reads other widths
            assert line.saved is None
            assert line.naive.multiplies == line.cost.multiplies
        assert line.saved != 1
        assert (line.saved is not None) == (line.naive.multiplies != line.cost.multiplies)
        before += line.naive.multiplies
    assert before == report.total.naive.multiplies
    shown = report.to_markdown()
    assert "| 1.00× " not in shown
    assert ("–" in shown) or all(line.saved for line in report.lines)


def test_a_reduction_that_widens_costs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cifar10-inception"]) == 0
    (total,) = re.findall(r"(?m)^total .*×$", capsys.readouterr().out)
    assert total.split()[-2:] == ["9,699,328", "0.07×"]
    line = fc.analyze(fc.load("cifar10-inception")).lines[0]
    assert line.saved is not None
    assert line.cost.multiplies == 32**2 * (4 * 3 * 64 + (9 + 25) * 64 * 64)
    assert line.naive.multiplies == 7_077_888


def test_strided_modules_without_their_reductions() -> None:
    modules = {line.module: line for line in fc.analyze(fc.load("bn-inception")).lines}
    # 3c reads 28×28×320: 3×3/2 160 | 3×3 96, 3×3/2 96 | pool
    naive = 14**2 * 9 * (320 * 160 + 96 * 96) + 28**2 * 9 * 320 * 96
    assert modules["3c"].naive.multiplies == naive
    # 4e reads 14×14×608: 3×3/2 192 | 3×3 256, 3×3/2 256 | pool
    naive = 7**2 * 9 * (608 * 192 + 256 * 256) + 14**2 * 9 * 608 * 256
    assert modules["4e"].naive.multiplies == naive


def test_a_strided_1x1_cannot_be_bypassed(patched: Patch) -> None:
    # The stride moved from the 3×3 to the 1×1 before it: the grids are the same.
    old, new = (
        "conv 1x1 {r3} reduce > conv 3x3/2 {n3} pad=1",
        "conv 1x1/2 {r3} reduce > conv 3x3 {n3}",
    )
    strided = patched("bn-inception", (old, new))
    report = fc.analyze(fc.load(strided))
    with pytest.raises(fc.FlopcountError, match=r"3c/3x3/1: marked reduce, but only a 1×1 of str"):
        _ = report.total


def test_chained_needs_the_residual_width_in(patched: Patch) -> None:
    text = (TABLES / "inception-resnet-v2.toml").read_text()
    assert text.count("> conv 1x1 in linear") == 4  # a, b, c, c-last
    # A's width typed, 320, is right as built; but the naive mixed hands on 448.
    block = text[text.index("[block.a]") : text.index("[block.reduction-a]")]
    typed = block.replace("> conv 1x1 in linear", "> conv 1x1 320 linear")
    fixed = patched("inception-resnet-v2", (block, typed))
    report = fc.analyze(fc.load(fixed), naive="chained")
    assert fc.analyze(fc.load(fixed)).total.cost.multiplies == 13_155_794_016
    with pytest.raises(fc.FlopcountError, match=r"A\.1/.*35x35x448.*35x35x320"):
        _ = report.total

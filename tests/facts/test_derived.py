"""The networks that nobody has published: derived, and recomputed by hand."""

from collections import Counter

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core.graph import walk
from flopcount.core.ops.elementwise import Scale
from flopcount.core.ops.joining import Add
from tests.facts.implementations import Layer, conv, difference, layers_of, read_facts


def test_inception_resnet_v1_is_facenet_at_299_but_for_its_end() -> None:
    facts = read_facts("inception-resnet-v1-facenet-299")
    eight = {"grid": "8x8", "output": "8x8"}
    one = Layer("conv", "1x1", "1x1", 1, 1792, 192, "8x8", "8x8", 1792 * 192, 0, 192, 384, 0)
    sixth = Counter({
        one: 2,  # the 1×1 branch, and the reduction of the other
        one._replace(kernel="1x3", channels=192, weights=3 * 192 * 192): 1,
        one._replace(kernel="3x1", channels=192, weights=3 * 192 * 192): 1,
        Layer("conv", "1x1", "1x1", 1, 384, 1792, *eight.values(), 384 * 1792, 1792, 0, 0, 0): 1,
    })  # fmt: skip
    end = Layer("dense", "1x1", "1x1", 1, 1792, 128, "1x1", "1x1", 1792 * 128, 0, 128, 256, 0)
    classifier = end._replace(width=1000, weights=1_792_000, biases=1000)
    classifier = classifier._replace(norm_params=0, norm_stats=0)
    assert sixth + Counter([end]) <= facts.layers
    theirs = facts.layers - sixth - Counter([end]) + Counter([classifier])
    assert difference(layers_of(fc.load("inception-resnet-v1")), theirs) == ""
    assert 6_307_035_232 - 102_236_160 - 1792 * 128 + 1792 * 1000 == 6_206_361_696
    assert 2 * conv(1, 1, 1792, 192, 8, 8) + 2 * conv(1, 3, 192, 192, 8, 8) + conv(
        1, 1, 384, 1792, 8, 8
    ) == 102_236_160  # fmt: skip


def test_the_papers_inception_resnet_v2() -> None:
    report = fc.analyze(fc.load("inception-resnet-v2@paper"))
    modules = {line.module: line.cost.multiplies for line in report.lines}
    v4 = {line.module: line.cost.multiplies for line in fc.analyze(fc.load("inception-v4")).lines}
    stem = ["conv1", "conv2", "conv3", "stem.1", "stem.2", "stem.3"]
    assert [modules[module] for module in stem] == [v4[module] for module in stem]
    # Figure 16 on 35×35×384: 32 | 32 32 | 32 48 64, up from 128
    a = 35**2 * (3 * 384 * 32 + 9 * (32 * 32 + 32 * 48 + 48 * 64) + 128 * 384)
    # Figure 7 with k, l, m, n = 256, 256, 384, 384 of Table 1
    reduction_a = 17**2 * 9 * (384 * 384 + 256 * 384) + 35**2 * (384 * 256 + 9 * 256 * 256)
    # Figure 17 on 17×17×1152: 192 | 128 160 192, up from 384
    b = 17**2 * (1152 * (192 + 128) + 7 * (128 * 160 + 160 * 192) + 384 * 1152)
    # Figure 18: 256 384 | 256 288 | 256 288 320
    reduction_b = 17**2 * (3 * 1152 * 256 + 9 * 256 * 288)
    reduction_b += 8**2 * 9 * (256 * 384 + 256 * 288 + 288 * 320)
    # Figure 19 on 8×8×2144: 192 | 192 224 256, up from 448
    c = 8**2 * (2144 * (192 + 192) + 3 * (192 * 224 + 224 * 256) + 448 * 2144)
    found = [modules[m] for m in ("A.1", "reduction-A", "B.1", "reduction-B", "C.5", "linear")]
    assert found == [a, reduction_a, b, reduction_b, c, 2144 * 1000]
    body = 5 * a + reduction_a + 10 * b + reduction_b + 5 * c + 2_144_000
    assert sum(v4[module] for module in stem) + body == report.total.cost.multiplies


def test_inception_v2_stem_and_grids_are_table_1s() -> None:
    network = fc.load("inception-v2")
    rows = walk(network)
    first = {row.node.module: row for row in reversed(rows)}
    # 1512.00567, Table 1: input size of each row
    printed = {
        "conv1": (299, 299, 3), "conv2": (149, 149, 32), "conv3": (147, 147, 32),
        "pool1": (147, 147, 64), "conv4": (73, 73, 64), "conv5": (71, 71, 80),
        "conv6": (35, 35, 192), "A.1": (35, 35, 288), "B.1": (17, 17, 768), "C.1": (8, 8, 1280),
        "avgpool": (8, 8, 2048), "linear": (1, 1, 2048),
    }  # fmt: skip
    assert {module: first[module].inputs[0] for module in printed} == printed
    stem = sum(row.count("multiplies") for row in rows if row.node.module.startswith("conv"))
    assert stem == 1_627_898_976
    assert stem == sum([
        conv(3, 3, 3, 32, 149, 149), conv(3, 3, 32, 32, 147, 147), conv(3, 3, 32, 64, 147, 147),
        conv(3, 3, 64, 80, 71, 71), conv(3, 3, 80, 192, 35, 35), conv(3, 3, 192, 288, 35, 35),
    ])  # fmt: skip
    counts = Counter(module.rpartition(".")[0] for module in network.modules)
    assert (counts["A"], counts["B"], counts["C"]) == (3, 5, 2)  # 3×, 5×, 2× Inception


def test_inception_v2_by_arithmetic() -> None:
    # The stem, then 3 × figure 5, a reduction, 5 × figure 6, a reduction, 2 × figure 7.
    total = 1_627_898_976 + 2048 * 1000
    total += 3 * 35**2 * (288 * (64 + 48 + 64 + 64) + 9 * (48 * 64 + 64 * 96 + 96 * 96))
    total += 35**2 * (288 * 64 + 9 * 64 * 96) + 17**2 * 9 * (288 * 384 + 96 * 96)
    seven = 128 * 128 + 128 * 192  # 1×7 and 7×1; then twice that with 128 between
    total += 5 * 17**2 * (768 * (192 + 128 + 128 + 192) + 7 * (seven + seven + 2 * 128 * 128))
    total += 17**2 * (768 * 2 * 192 + 7 * 2 * 192 * 192) + 8**2 * 9 * (192 * 320 + 192 * 192)
    for channels in (1280, 2048):
        total += 8**2 * (channels * (320 + 384 + 448 + 192) + 9 * 448 * 384 + 4 * 3 * 384 * 384)
    assert fc.analyze(fc.load("inception-v2")).total.cost.multiplies == total


def test_inception_v2_says_that_its_widths_are_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inception-v2"]) == 0
    heading = capsys.readouterr().out.partition("\n\n")[0]
    assert "contains assumed widths, which its source does not print" in heading
    assert main(["inception-v3"]) == 0
    assert "assumed" not in capsys.readouterr().out


def test_where_a_5x5_is_left() -> None:
    kernels = {ref: Counter[str]() for ref in ("inception-v2", "inception-v3")}
    for reference, found in kernels.items():
        for layer, times in layers_of(fc.load(reference)).items():
            found[layer.kernel] += times if layer.weights else 0
    assert kernels["inception-v2"]["5x5"] == 0
    assert kernels["inception-v3"]["5x5"] == 3


def test_the_residual_sums_are_scaled_but_for_the_last_of_the_release() -> None:
    def residual(reference: str) -> tuple[int, int]:
        ops = [row.node.op for row in walk(fc.load(reference))]
        return sum(isinstance(op, Add) for op in ops), sum(isinstance(op, Scale) for op in ops)

    # tf-slim and facenet: block35, block17, block8, and a last block8 with activation_fn=None
    # and scale 1.0
    assert residual("inception-resnet-v2") == (10 + 20 + 9 + 1, 10 + 20 + 9)
    assert residual("inception-resnet-v1@facenet") == (5 + 10 + 5 + 1, 5 + 10 + 5)
    assert residual("inception-resnet-v1") == (5 + 10 + 5, 5 + 10 + 5)
    assert residual("inception-resnet-v2@paper") == (5 + 10 + 5, 5 + 10 + 5)

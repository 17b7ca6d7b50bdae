"""Rewrites: what the article says they save, what they leave alone, and how widths scale."""

from fractions import Fraction
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.core.counts import Counts
from flopcount.core.graph import walk
from flopcount.core.ops.convolution import Conv
from flopcount.rewrites import convolutions, widths
from flopcount.sizes import scaled_width
from tests.rewrites.measured import cost, rows, shape_of
from tests.shipped import SAMPLE

NINE = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]


# -- what the article says


def test_a_5x5_is_2_78_times_a_3x3() -> None:
    five, three = (cost(f"17x17x64 > conv {k} 96 nobias") for k in ("5x5", "3x3"))
    assert Fraction(five.multiplies, three.multiplies) == Fraction(five.params, three.params)
    assert Fraction(five.multiplies, three.multiplies) == Fraction(25, 9)
    assert f"{25 / 9:.2f}" == "2.78"


def test_two_3x3_for_a_5x5_save_28_percent_at_equal_widths() -> None:
    spec = "17x17x64 > conv 5x5 64 nobias"
    before, after = cost(spec), cost(f"{spec}@factorize=5x5:3x3")
    for count in ("multiplies", "weights"):
        saved = 1 - Fraction(getattr(after, count), getattr(before, count))
        assert saved == 1 - Fraction(9 + 9, 25) == Fraction(28, 100)


def test_1xn_and_nx1_are_33_percent_cheaper_for_3x3() -> None:
    spec = "17x17x64 > conv 3x3 64 nobias"
    before, after = cost(spec), cost(f"{spec}@factorize=nxn")
    for count in ("multiplies", "weights"):
        saved = 1 - Fraction(getattr(after, count), getattr(before, count))
        assert saved == 1 - Fraction(3 + 3, 9)
    assert f"{100 * (1 - 6 / 9):.0f} %" == "33 %"


def test_googlenet_s_reductions_save_3_58_over_the_nine_modules() -> None:
    naive, built = (cost(name, NINE).multiplies for name in ("googlenet@naive", "googlenet"))
    assert (naive, built) == (3_947_847_680, 1_103_972_352)
    assert f"{naive / built:.2f}" == "3.58"


@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_separable_costs_1_over_f_plus_1_over_k_squared(kernel: int) -> None:
    spec = f"14x14x32 > conv {kernel}x{kernel} 48 nobias"
    before, after = cost(spec), cost(f"{spec}@separable")
    ratio = Fraction(1, 48) + Fraction(1, kernel**2)  # 1704.04861, section 3.1
    assert Fraction(after.multiplies, before.multiplies) == ratio
    assert Fraction(after.weights, before.weights) == ratio


@pytest.mark.parametrize(
    ("large", "small", "note"),
    [
        ("1x7", "1x3", "1×7 → 3 of 1×3"),
        ("7x1", "3x1", "7×1 → 3 of 3×1"),
        ("3x5", "2x3", "3×5 → 2 of 2×3"),
    ],
)
def test_kernels_that_are_not_square_stack_up(large: str, small: str, note: str) -> None:
    factorized = f"17x17x8 > conv {large} 16@factorize={large}:{small}"
    count = int(note[6])
    assert cost(factorized) == cost(f"17x17x8 > {count} * conv {small} 16")
    assert fc.load(factorized).notes[-1] == f"rewritten: {note}; 1 convolution"


# -- what stays


@pytest.mark.parametrize(
    "rewrite", ["factorize=5x5:3x3", "factorize=nxn", "separable", "factorize=3x3:2x2"]
)
@pytest.mark.parametrize("name", ["googlenet", "inception-v3", "googlenet@torchvision"])
def test_names_and_outputs_stay(name: str, rewrite: str) -> None:
    try:
        after = rows(f"{name}@{rewrite}")
    except FlopcountError:  # no 5×5 in torchvision's, no 3×3 to halve in VALID stems
        assert (name, rewrite) == ("googlenet@torchvision", "factorize=5x5:3x3")
        return
    before = rows(name)
    assert [path for path in after if path in before] == list(before)
    for path, row in before.items():
        assert after[path].output == row.output, path
        assert after[path].node.module == row.node.module
        assert after[path].node.branch == row.node.branch
        assert getattr(after[path].node.op, "width", None) == getattr(row.node.op, "width", None)
    assert all(path.rpartition("/")[0] in before for path in after if path not in before)


@pytest.mark.parametrize("size", [(9, 9), (12, 17), (31, 20)])
@pytest.mark.parametrize(
    "words",
    ["", "/2", "/3", " valid", "/2 valid", " pad=2", "/2 pad=2", "/2x3 pad=4x2", "/3x1 valid"],
)
@pytest.mark.parametrize("rewrite", ["factorize=5x5:3x3", "factorize=nxn", "separable"])
def test_the_output_grid_stays(size: tuple[int, int], words: str, rewrite: str) -> None:
    stride, _, padding = words.partition(" ")
    spec = f"{size[0]}x{size[1]}x6 > conv 5x5{stride} 8 {padding}"
    assert shape_of(f"{spec}@{rewrite}") == shape_of(spec)


def test_one_by_n_alone() -> None:
    before, after = rows("17x17x8 > conv 7x7/2 16"), rows("17x17x8 > conv 7x7/2 16@factorize=nxn")
    across, down = after["spec/1/1x7"], after["spec/1"]
    assert (across.node.op.window.kernel, across.node.op.window.stride) == ((1, 7), (1, 2))
    assert (down.node.op.window.kernel, down.node.op.window.stride) == ((7, 1), (2, 1))
    assert across.output == (17, 9, 16)
    assert down.output == before["spec/1"].output == (9, 9, 16)


def test_bias_norm_and_activation_are_carried() -> None:
    layer = "conv 5x5 16 nobias norm=shift relu6"
    for row in rows(f"9x9x8 > {layer}@factorize=5x5:3x3").values():
        op = row.node.op
        assert (op.tail.bias, op.tail.activation) == (False, "relu6")
        assert row.count("norm_params") == 16
    spread, point = rows(f"9x9x8 > {layer}@separable").values()
    assert spread.node.op.word == "depthwise"
    assert spread.count("params") == 25 * 8
    assert point.count("params") == 8 * 16 + 16


def test_what_is_not_rewritten_costs_the_same() -> None:
    before, after = rows("googlenet"), rows("googlenet@factorize=5x5:3x3")
    changed = {path for path, row in before.items() if Counts([after[path]]) != Counts([row])}
    assert changed == {f"{module}/5x5/2" for module in NINE}
    for path in changed:
        f = before[path].node.op.width
        r = before[path].inputs[0][2]
        grid = before[path].output[0]
        both = after[path].count("multiplies") + after[f"{path}/1"].count("multiplies")
        assert both == grid**2 * 9 * (r * f + f * f)


def test_separable_leaves_1x1_and_grouped_ones() -> None:
    spec = "9x9x8 > conv 3x3 16 groups=2 > conv 1x1 8 > conv 3x3 4"
    after = rows(f"{spec}@separable")
    assert list(after) == ["spec/1", "spec/2", "spec/3/depthwise", "spec/3"]
    (note,) = [note for note in fc.load(f"{spec}@separable").notes if "rewritten" in note]
    assert note.endswith("1 convolution; 1 left as built (grouped)")


def test_dilated_ones_stay() -> None:
    spec = "20x20x8 > conv 3x3 8 dilation=2 > conv 3x3 8"
    for rewrite in ("factorize=nxn", "factorize=3x3:2x2"):
        network = fc.load(f"{spec}@{rewrite}")
        assert "spec/1" in {node.path for node in network.nodes}
        assert any("1 left as built (dilated)" in note for note in network.notes)


def test_the_heading_says_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["googlenet@factorize=5x5:3x3", "--module", "3a"]) == 0
    seen = capsys.readouterr().out
    assert "googlenet@factorize=5x5:3x3, module 3a" in seen
    assert "rewritten: 5×5 → 2 of 3×3; 9 convolutions" in seen


# -- widths


def test_widths_are_rounded_half_up_and_at_least_1() -> None:
    half = Fraction(1, 2)
    assert [scaled_width(width, 1, 2) for width in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3]
    for factor in (Fraction(1, 10), Fraction(1, 3), half, Fraction(3, 4), Fraction(7, 2)):
        for width in range(1, 200):
            exact = width * factor
            rounded = scaled_width(width, factor.numerator, factor.denominator)
            assert rounded == max(1, (exact + half).__floor__())


def test_every_width_but_the_classes_is_halved() -> None:
    before, after = rows("googlenet"), rows("googlenet@width=0.5")
    assert list(after) == list(before)
    for path, row in before.items():
        if isinstance(row.node.op, Conv):
            assert after[path].node.op.width == row.node.op.width // 2
    assert after["linear/1"].output == (1, 1, 1000)
    assert after["5b/concat"].output == (7, 7, 512)
    # 7²·3·32 on 112²: half of conv1; a quarter of what lies between two halved widths
    assert after["conv1/1"].count("multiplies") * 2 == before["conv1/1"].count("multiplies")
    assert after["3a/5x5/2"].count("multiplies") * 4 == before["3a/5x5/2"].count("multiplies")


@pytest.mark.parametrize("name", SAMPLE)
def test_width_1_changes_nothing(name: str) -> None:
    assert cost(f"{name}@width=1") == cost(name)
    assert cost(f"{name}@width=1.0") == cost(name)


def test_residual_widths_follow() -> None:
    spec = "8x8x16 > conv 3x3 32 > (identity + conv 1x1 8 > conv 3x3 in) > flatten > dense 10"
    assert shape_of(f"{spec}@width=0.5") == (1, 1, 10)
    assert rows(f"{spec}@width=0.5")["spec/2"].output == (8, 8, 16)


def test_every_head_keeps_its_classes() -> None:
    after = fc.load("googlenet@width=0.25", aux=True)
    outputs = [row.output for row in walk(after) if row.output[2] == 1000 and row.count("params")]
    assert len(outputs) == 3


# -- the tests find what they are there to find


def test_a_stride_in_the_wrong_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = convolutions.Window

    def shifted(kernel: Any, stride: Any = (1, 1), **words: Any) -> Any:
        return right(kernel, (2, 2) if kernel == (1, 5) else stride, **words)

    monkeypatch.setattr(convolutions, "Window", shifted)
    spec = "12x17x6 > conv 5x5/2 8"
    assert shape_of(f"{spec}@factorize=nxn") != shape_of(spec)


def test_a_width_rounded_down_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widths, "scaled_width", lambda width, p, q, _: max(1, width * p // q))
    once = rows("8x8x16 > conv 3x3 5 > conv 3x3 5@width=0.5@width=0.5")
    assert once["spec/1"].output != (8, 8, 2)

"""Rewrites in a network's name: what they change, what they must not, what the article says."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.core.counts import Counts
from flopcount.core.graph import Row, walk
from flopcount.core.ops.convolution import Conv
from flopcount.rewrites import convolutions, widths
from flopcount.rewrites.widths import scaled_width

NINE = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]


def cost(reference: str, modules: Any = (), **options: Any) -> Any:
    return fc.analyze(fc.load(reference, **options), modules=modules).total.cost


def rows(reference: str) -> dict[str, Row]:
    return {row.node.path: row for row in walk(fc.load(reference))}


def shape_of(reference: str) -> Any:
    """What a network puts out: height, width, channels."""
    network = fc.load(reference)
    return {row.node.path: row.output for row in walk(network)}[network.output]


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


@pytest.mark.parametrize("name", fc.names())
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


# -- options


@pytest.mark.parametrize(
    ("modifier", "options"),
    [
        ("@input=299x299", {"input": "299x299"}),
        ("@input=96x128x3", {"input": "96x128x3"}),
        ("@classes=10", {"classes": 10}),
        ("@set=3a.r5:24", {"set": {"3a.r5": 24}}),
        ("@set=3a.r5:24@set=4e.n3:7", {"set": {"3a.r5": 24, "4e.n3": 7}}),
        (
            "@set=3a.r5:24@classes=7@input=64x64",
            {"set": {"3a.r5": 24}, "classes": 7, "input": "64x64"},
        ),
    ],
)
def test_modifiers_equal_the_options(modifier: str, options: dict[str, Any]) -> None:
    assert cost(f"googlenet{modifier}") == cost("googlenet", **options) != cost("googlenet")
    also = f"googlenet@torchvision{modifier}"
    assert cost(also) == cost("googlenet@torchvision", **options)


def test_no_aux_takes_the_heads_away() -> None:
    assert cost("googlenet@no-aux", aux=True) == cost("googlenet")
    assert cost("googlenet", aux=True) != cost("googlenet")
    assert cost("googlenet", aux=True).params == 13_378_280


# -- one after the other


@pytest.mark.parametrize(
    "reference",
    [
        "googlenet@naive@factorize=5x5:3x3",
        "googlenet@factorize=5x5:3x3@naive",
        "googlenet@factorize=5x5:3x3@factorize=nxn@separable",
        "googlenet@torchvision@width=0.5@naive=chained@input=128x128",
        "inception-v3@factorize=5x5:3x3@width=0.75",
    ],
)
def test_chains(reference: str) -> None:
    network = fc.load(reference)
    assert network.name == reference
    assert shape_of(reference) == shape_of(reference.partition("@")[0])
    assert sum("rewritten" in note for note in network.notes) == sum(
        reference.count(f"@{word}") for word in ("naive", "factorize", "separable", "width")
    )


def test_a_chain_is_applied_in_its_order() -> None:
    spec = "8x8x16 > conv 5x5 5"
    assert list(rows(f"{spec}@factorize=5x5:3x3@factorize=nxn")) == [
        *("spec/1/1/1x3", "spec/1/1", "spec/1/1x3", "spec/1"),
    ]
    once = rows("8x8x16 > conv 3x3 5 > conv 3x3 5@width=0.5@width=0.5")
    assert once["spec/1"].output == (8, 8, 2)  # 5 → 3 → 2, where a quarter of 5 is 1
    assert rows("8x8x16 > conv 3x3 5 > conv 3x3 5@width=0.25")["spec/1"].output == (8, 8, 1)


def test_naive_modifier_is_the_naive_column() -> None:
    for reading in ("reduce", "chained"):
        column = fc.analyze(fc.load("googlenet"), naive=reading).total.naive
        assert cost(f"googlenet@naive={reading}") == column
    assert cost("googlenet@naive") == cost("googlenet@naive=reduce")


# -- what is refused


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("googlenet@naive=figure", "'figure' prices each module alone and is not one network"),
        ("googlenet@naive=figur", "unknown naive reading 'figur'"),
        ("googlenet@naiv", "unknown variant or rewrite 'naiv' (known: torchvision, naive, "),
        ("googlenet@facotrize=nxn", "unknown variant or rewrite 'facotrize'"),
        ("28x28x3 > conv 3x3 4@torchvision", "a spec has no variants: unknown rewrite"),
        ("googlenet@factorize", "'@factorize': expected factorize=5x5:3x3 or factorize=nxn"),
        ("googlenet@factorize=5:3", "read '5:3', expected factorize=5x5:3x3 or factorize=nxn"),
        ("googlenet@factorize=5x5:4x4", "4x4 kernels do not stack up to a 5x5"),
        ("googlenet@factorize=5x5:5x5", "5x5 kernels do not stack up to a 5x5"),
        ("googlenet@factorize=5x5:1x1", "1x1 kernels do not stack up to a 5x5"),
        ("googlenet@factorize=3x3:5x5", "5x5 kernels do not stack up to a 3x3"),
        ("googlenet@factorize=9x9:3x3", "no convolution that it applies to (9×9 → 4 of 3×3)"),
        ("googlenet@factorize=0x0:3x3", "'@factorize=0x0:3x3'"),
        ("9x9x3 > conv 5x5 4 pad=1@factorize=5x5:3x3", "1 left as built (the padding cannot be"),
        ("9x9x3 > maxpool 3x3@separable", "the network has no convolution that it applies to"),
        ("9x9x3 > conv 1x1 4@factorize=nxn", "the network has no convolution that it applies to"),
        ("googlenet@separable=3", "read '3'; separable takes no value"),
        ("9x9x3 > maxpool 3x3@width=2", "the network has no width to scale but that of its result"),
        ("9x9x3 > conv 3x3 4@width=2", "the network has no width to scale but that of its result"),
        ("9x9x3 > conv 3x3 4@naive", "'@naive': the network has no reductions to bypass"),
        ("googlenet@width", "'@width': expected a factor such as width=0.5"),
        ("googlenet@width=", "'@width=': read '', expected a factor such as width=0.5"),
        ("googlenet@width=half", "read 'half', expected a factor such as width=0.5"),
        ("googlenet@width=-1", "read '-1', expected a factor such as width=0.5"),
        ("googlenet@width=1e99999999", "expected a factor such as width=0.5"),
        ("googlenet@width=0", "expected a factor above 0 and at most 1000"),
        ("googlenet@width=1000.5", "expected a factor above 0 and at most 1000"),
        ("googlenet@input=big", "'@input=big': input 'big'"),
        ("googlenet@classes=none", "'@classes=none': classes"),
        ("googlenet@set=3a.r5", "expected NAME:N, as in @set=3a.r5:24"),
        ("googlenet@set=3a.r6:4", "unknown column 'r6'"),
        ("9x9x3 > conv 3x3 4@classes=4", "a spec has no classes, columns or auxiliary heads"),
        ("10x10x3 > conv 3x3 4@input=1x1@factorize=9x9:3x3", "no convolution that it applies to"),
    ],
)
def test_one_line_says_why(
    reference: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([reference]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert message in seen.err
    assert seen.err.count("\n") == 1


@pytest.mark.parametrize("name", ["naive", "factorize", "separable", "width", "input", "no-aux"])
def test_no_variant_is_named_like_a_rewrite(name: str, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(
        f'input = "8x8x3"\n[rows]\na = "conv 3x3 4"\n[variant.{name}]\nrows.a = "conv 1x1 4"\n',
        encoding="utf-8",
    )
    with pytest.raises(FlopcountError, match=f"no variant may be named '{name}': it is a rewrite"):
        fc.load(file)


def test_a_user_s_table_is_rewritten_too(tmp_path: Path) -> None:
    file = tmp_path / "own@home.toml"
    file.write_text('input = "8x8x3"\n[rows]\na = "conv 5x5 4 > relu"\n', encoding="utf-8")
    folder = tmp_path / "a@b"
    folder.mkdir()
    moved = folder / "own.toml"
    moved.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert cost(f"{moved}@factorize=5x5:3x3").multiplies == 64 * 9 * (3 * 4 + 4 * 4)


# -- the tests find what they are there to find


def test_a_stride_in_the_wrong_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = convolutions.Window

    def shifted(kernel: Any, stride: Any = (1, 1), **words: Any) -> Any:
        return right(kernel, (2, 2) if kernel == (1, 5) else stride, **words)

    monkeypatch.setattr(convolutions, "Window", shifted)
    spec = "12x17x6 > conv 5x5/2 8"
    assert shape_of(f"{spec}@factorize=nxn") != shape_of(spec)


def test_a_width_rounded_down_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widths, "scaled_width", lambda width, p, q: max(1, width * p // q))
    once = rows("8x8x16 > conv 3x3 5 > conv 3x3 5@width=0.5@width=0.5")
    assert once["spec/1"].output != (8, 8, 2)

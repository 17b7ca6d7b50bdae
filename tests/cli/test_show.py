"""The command line: the main job's figures, and each option that changes them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.lines import Cli, line_of


def test_the_5x5_branch_costs_a_tenth_of_the_naive_one(cli: Cli) -> None:
    # 5²·28²·192·32 = 120,422,400; 1²·28²·192·16 + 5²·28²·16·32 = 12,443,648
    assert 5**2 * 28**2 * 192 * 32 == 120_422_400
    assert 1**2 * 28**2 * 192 * 16 + 5**2 * 28**2 * 16 * 32 == 12_443_648
    words = line_of(cli("googlenet", "--module", "3a"), "5x5")
    assert words[:6] == ["5x5", "1×1", "16", "→", "5×5", "32"]
    assert words[6:8] == ["28×28×32", "12,443,648"]
    params = 1 * 192 * 16 + 16 + 25 * 16 * 32 + 32
    assert words[-3:] == [f"{params:,}", "120,422,400", "9.68×"]


def test_the_heading_says_what_is_counted_and_compared(cli: Cli) -> None:
    heading, _, _ = cli("googlenet", "--module", "3a").partition("\n\n")
    for phrase in (
        "GoogLeNet",
        "googlenet, module 3a, 28×28×192 → 28×28×256",
        "arXiv:1409.4842",
        "\nmultiplies of conv and dense, padding included; --conventions tells more\n",
        "naive (reduce): every 1×1 marked reduce is bypassed",
    ):
        assert phrase in heading


def test_the_footer_names_macs_and_flops(cli: Cli) -> None:
    text = cli("googlenet", "--module", "3a")
    assert "128,049,152 MACs (a multiply and an add each) = 256,098,304 FLOPs (2 × MACs)" in text
    assert "163,696 parameters: 163,328 weights + 368 biases" in text


def test_the_whole_network_by_module(cli: Cli) -> None:
    text = cli("googlenet")
    assert "224×224×3 → 1×1×1000" in text
    assert line_of(text, "3a")[-3:] == ["163,696", "308,281,344", "2.41×"]
    assert "1,504,618,240 of the multiplies inside the image" in text
    assert "6,998,552 parameters: 6,990,272 weights + 8,280 biases" in text
    assert "1,582,671,872" in text


@pytest.mark.parametrize(
    ("grain", "rows"),
    [
        # stem 4 rows, pools 2, tail 4, nine modules; a module has 4 branches (its join is free)
        ("module", 4 + 2 + 4 + 9),
        ("branch", 4 + 2 + 4 + 9 * 4),
        # conv1, pool + LRN, conv + conv + LRN, pool; 2 pools; 4; a module: 1 + 2 + 2 + 2 + concat
        ("layer", 1 + 2 + 3 + 1 + 2 + 4 + 9 * 8),
        # convolutions of 1×1, 3×3, 5×5 and 7×7; a 3×3 pool, LRN, concat, and the tail's four
        ("op", 4 + 3 + 4),
    ],
)
def test_each_grain_has_its_rows(cli: Cli, grain: str, rows: int) -> None:
    lines = cli("googlenet", "--by", grain, "--format", "csv").splitlines()
    assert len(lines) == 1 + rows + 1


def test_moving_statistics_are_told_apart_and_in_a_total(cli: Cli) -> None:
    # kernels 3²·3·8 and 6²·8·10, biases of both, γ and β, mean and variance of 8 channels
    trained, stored = 3**2 * 3 * 8 + 6**2 * 8 * 10 + 8 + 10 + 2 * 8, 2 * 8
    text = cli("6x6x3 > conv 3x3 8 norm > flatten > dense 10")
    assert text.endswith(
        f"\n{trained:,} parameters: 3,096 weights + 18 biases + 16 of batch norm; "
        f"{trained + stored:,} with 16 moving statistics (Keras' total params)\n"
    )
    assert "moving" not in cli("6x6x3 > conv 3x3 8")
    assert "moving" not in cli("googlenet")


@pytest.mark.parametrize(
    ("unit", "title", "scale"), [("multiplies", "multiplies", 1), ("macs", "MACs", 1)]
)
def test_a_unit_of_one_multiply_relabels(cli: Cli, unit: str, title: str, scale: int) -> None:
    text = cli("googlenet", "--module", "3a", "--unit", unit)
    assert f"naive {title}" in text
    assert line_of(text, "5x5")[-2] == f"{120_422_400 * scale:,}"


def test_flops_are_two_a_multiply(cli: Cli) -> None:
    text = cli("googlenet", "--module", "3a", "--unit", "flops")
    assert "FLOPs = 2 × multiplies" in text
    words = line_of(text, "5x5")
    assert words[7] == f"{2 * 12_443_648:,}"
    assert words[-2:] == [f"{2 * 120_422_400:,}", "9.68×"]


def test_explain_prints_the_arithmetic(cli: Cli) -> None:
    text = cli("googlenet", "--module", "3a", "--explain")
    assert "5²·28²·192·32 = 120,422,400" in text
    assert "1²·28²·192·16 + 5²·28²·16·32 = 2,408,448 + 10,035,200 = 12,443,648" in text
    assert "120,422,400 ÷ 12,443,648 = 9.68×" in text


@pytest.mark.parametrize("module", ["3a", "4e", "conv1", "conv2", "linear"])
@pytest.mark.parametrize("extra", [[], ["--batch", "3"], ["--unit", "flops"]])
def test_the_arithmetic_is_true(cli: Cli, module: str, extra: list[str]) -> None:
    seen = cli("googlenet", "--module", module, "--explain", "--format", "json", *extra)
    for name, sums in json.loads(seen)["arithmetic"].items():
        for what, text in sums.items():
            for side, value in sides(text):
                assert side == pytest.approx(value, rel=0.006), (name, what, text)
                if what not in ("saved", "share"):
                    assert side == value, (name, what, text)


def sides(text: str) -> list[tuple[float, float]]:
    """Evaluate a sum such as ``5²·3 + 1 = 76 = 76``: each side of it, and the result."""
    parts = [part.replace(",", "").strip() for part in text.split("=")]
    scale = 0.01 if parts[-1].endswith("%") else 1
    result = float(parts[-1].rstrip("%× ")) * scale
    return [(value_of(part), result) for part in parts[:-1]]


def value_of(text: str) -> float:
    """Evaluate products of ``·`` and ``²``, sums, and one ``÷``, without eval."""
    if "÷" in text:
        above, below = text.split("÷")
        return value_of(above) / value_of(below)
    total = 0
    for product in text.replace("(", "").replace(")", "").split("+"):
        value = 1
        for factor in product.strip().split("·"):
            number = int(factor.removesuffix("²"))
            value *= number**2 if factor.endswith("²") else number
        total += value
    return total


def test_a_batch_multiplies_all_but_the_parameters(
    cli: Cli, total: Callable[..., dict[str, Any]]
) -> None:
    one, eight = total("googlenet"), total("googlenet", "--batch", "8")
    for key in ("multiplies", "multiplies_unpadded", "activations", "naive_multiplies", "flops"):
        assert eight[key] == 8 * one[key]
    for key in ("params", "weights", "biases", "naive_params"):
        assert eight[key] == one[key]
    assert {kind: 8 * count for kind, count in one["elementwise"].items()} == eight["elementwise"]
    assert "a batch of 8 samples" in cli("googlenet", "--batch", "8")


def test_set_changes_a_column(total: Callable[..., dict[str, Any]]) -> None:
    changed = total("googlenet", "--module", "3a", "--set", "3a.r5=24", "--set", "3a.n5=40")
    five = 28**2 * 192 * 24 + 25 * 28**2 * 24 * 40
    assert changed["multiplies"] == 128_049_152 - 12_443_648 + five
    # what follows reads the wider output: 3b has 264 channels in
    three_b = total("googlenet", "--module", "3b", "--set", "3a.n5=40")
    pieces = 28**2 * 264 * (128 + 128 + 32 + 64) + 28**2 * (9 * 128 * 192 + 25 * 32 * 96)
    assert three_b["multiplies"] == pieces


def test_another_input_size(cli: Cli, total: Callable[..., dict[str, Any]]) -> None:
    document = json.loads(cli("googlenet", "--input", "299x299", "--format", "json"))
    assert document["input"] == [299, 299, 3]
    conv1 = document["layers"][0]
    assert conv1["output"] == [150, 150, 64]
    assert conv1["multiplies"] == 7 * 7 * 3 * 64 * 150 * 150
    assert total("googlenet", "--input", "299×299x3") == document["total"]
    grey = total("googlenet", "--input", "224x224x1")
    assert total("googlenet")["weights"] - grey["weights"] == 7 * 7 * 2 * 64


def test_another_number_of_classes(total: Callable[..., dict[str, Any]]) -> None:
    ten = total("googlenet", "--classes", "10")
    assert ten["multiplies"] == 1_582_671_872 - 1024 * 990
    assert ten["params"] == 6_998_552 - 1025 * 990


def test_auxiliary_heads_count_only_when_asked(
    cli: Cli, total: Callable[..., dict[str, Any]]
) -> None:
    def head(channels: int) -> int:
        # 14×14 average-pooled 5×5/3 VALID is 4×4; 1×1 128; dense 1024; dense 1000
        return 16 * channels * 128 + 16 * 128 * 1024 + 1024 * 1000

    plain, aux = total("googlenet"), total("googlenet", "--aux")
    assert aux["multiplies"] - plain["multiplies"] == head(512) + head(528)
    text = cli("googlenet", "--aux")
    (note,) = [line for line in text.splitlines() if line.startswith("auxiliary heads")]
    assert "aux1" in note
    assert "aux2" in note
    assert "aux1" not in cli("googlenet")
    # the heads take nothing from the network's own output
    assert "224×224×3 → 1×1×1000" in text


@pytest.mark.parametrize(
    ("reading", "whole"),
    [("reduce", 4_426_547_200), ("figure", 4_359_913_472), ("chained", 12_568_061_056)],
)
def test_each_naive_reading_is_named_and_priced(cli: Cli, reading: str, whole: int) -> None:
    text = cli("googlenet", "--naive", reading)
    assert f"naive ({reading}):" in text
    (last,) = [line.split() for line in text.splitlines() if line.startswith("total  ")]
    assert last[3] == "1,582,671,872"
    assert last[-2:] == [f"{whole:,}", f"{whole / 1_582_671_872:.2f}×"]


@pytest.mark.parametrize(
    ("reading", "nine"),
    [("reduce", 3_947_847_680), ("figure", 3_881_213_952), ("chained", 12_085_441_536)],
)
def test_the_nine_modules_alone(
    total: Callable[..., dict[str, Any]], reading: str, nine: int
) -> None:
    modules = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
    named = [word for module in modules for word in ("--module", module)]
    found = total("googlenet", "--naive", reading, *named)
    assert found["multiplies"] == 1_103_972_352
    assert found["naive_multiplies"] == nine


# --- a branch alone


def test_a_branch_alone_is_shown_by_layer(cli: Cli) -> None:
    text = cli("googlenet", "--module", "3a", "--branch", "5x5")
    assert "googlenet, module 3a, branch 5x5, 28×28×192 → 28×28×32\n" in text
    assert line_of(text, "3a/5x5/2")[-3:] == ["12,832", "120,422,400", "12.00×"]
    assert "12,443,648  100.0 %  15,920       120,422,400   9.68×\n\n" in text  # the total


def test_a_branch_of_all_modules(cli: Cli) -> None:
    text = cli("googlenet", "--branch", "5x5", "--module", "3a", "--module", "3b")
    assert "googlenet, modules 3a, 3b, branch 5x5, " in text
    assert [line_of(text, module)[0] for module in ("3a", "3b")] == ["3a", "3b"]
    every = [line for line in cli("googlenet", "--branch", "5x5").splitlines() if "28×28" in line]
    assert len(every) == 3  # the heading, and the two modules on 28×28


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ("googlenet --module 3a --branch 5x", "unknown branch '5x' (known: 1x1, 3x3, 5x5, pool)"),
        ("googlenet --branch 5x", "did you mean '5x5'?"),
        ("googlenet --branch=", "unknown branch ''"),
        ("googlenet --module conv1 --branch 5x5", "googlenet: there are no branches"),
    ],
)
def test_a_branch_that_is_not_there(words: str, phrase: str, refused: Callable[..., str]) -> None:
    assert phrase in refused(*words.split())

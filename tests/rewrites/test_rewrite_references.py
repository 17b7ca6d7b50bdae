"""Rewrites in a network's name: the options they stand for, their order, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from tests.rewrites.measured import cost, rows, shape_of

# -- options


@pytest.mark.slow
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
        ("googlenet@factorize=5-3", "read '5-3', expected factorize=5x5:3x3 or factorize=nxn"),
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
        ("googlenet@input=64x64@input=32x32", "'@input=32x32': input is said twice"),
        ("googlenet@set=3a.r5:8@set=3a.r5:9", "'@set=3a.r5:9': 3a.r5 is said twice"),
        ("whisper-base@input=text=9@input=text=8", "'@input=text=8': text is said twice"),
        ("googlenet@classes=9@classes=8", "'@classes=8': classes is said twice"),
        ("gpt-2@past=9@past=8", "'@past=8': past is said twice"),
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

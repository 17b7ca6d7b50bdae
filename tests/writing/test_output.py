"""Every column that has a total sums to it, read back out of every format."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import flopcount as fc
from flopcount.analysis import document, layout
from flopcount.cli.main import main
from flopcount.writing import cells as render
from tests.writing.read_back import READERS, check_json, check_sums

GRAINS = ("layer", "branch", "module", "op")
FORMATS = ("table", "markdown", "csv", "latex")
MODULES = fc.load("googlenet").modules
QUICK = (["googlenet"], ["own.toml"])  # the others are modules, readings and inputs of these
TABLE = """\
title = "Groups & <signs> | 100 % _of_ $them$ #1 ~ ^"
input = "17x23x6"
[block.wide]
columns = ["a"]
"x_1" = "conv 1x1 {a} reduce > depthwise 3x3 multiplier=2 > conv 3x3/2 10 norm"
"y"   = "maxpool 3x3/2 > conv 1x1 {a} project nobias"
[rows]
r_1 = ["wide", 3]
r-2 = ["2 * wide", 5]
end = "avgpool global > dense 7 > softmax"
"""


@pytest.fixture
def printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text(TABLE, encoding="utf-8")

    def run(*argv: str) -> str:
        assert main(list(argv)) == 0
        return capsys.readouterr().out

    return run


TARGETS = [
    ["googlenet"],
    *(["googlenet", "--module", module] for module in MODULES),
    ["googlenet", "--module", "3a", "--module", "4e", "--module", "linear"],
    ["googlenet", "--aux"],
    ["googlenet", "--input", "97x131"],
    ["googlenet", "--batch", "1000003"],
    ["googlenet", "--naive", "figure"],
    ["googlenet", "--naive", "chained"],
    ["own.toml"],
    ["own.toml", "--module", "r-2"],
    ["8x8x3 > 7 * conv 3x3 5"],
    ["8x8x3 > [a: conv 1x1 3 reduce > conv 5x5 4 | b_1: conv 1x1 2] > maxpool 2x2"],
    ["8x8x3 > maxpool 2x2"],
    ["2147483648x2147483648x3 > conv 3x3 2147483648"],
]


@pytest.mark.parametrize(
    ("argv", "grain"),
    [
        pytest.param(
            *(argv, grain),
            id=" ".join((*argv, "by", grain)),
            marks=[pytest.mark.slow] * (argv not in QUICK),
        )
        for argv in TARGETS
        for grain in GRAINS
    ],
)
def test_rows_sum_to_totals_in_every_format(
    argv: list[str], grain: str, printed: Callable[..., str]
) -> None:
    layers = pd.read_csv(io.StringIO(printed(*argv, "--by", "layer", "--format", "csv")))
    bypasses = bool((layers["multiplies"] != layers["naive_multiplies"]).any())
    found = {
        form: check_sums(printed(*argv, "--by", grain, "--format", form), form, bypasses=bypasses)
        for form in FORMATS
    }
    exact = found["csv"]
    total = check_json(json.loads(printed(*argv, "--format", "json")))
    assert exact["multiplies"] == total["multiplies"]
    assert exact["naive"] == total["naive_multiplies"]
    assert exact["params"] == total["params"]
    for form, sums in found.items():
        gone = set() if bypasses or form == "csv" else {"naive"}
        assert sums == {name: count for name, count in exact.items() if name not in gone}


@pytest.mark.parametrize("unit", ["macs", "flops"])
@pytest.mark.parametrize("form", FORMATS)
def test_other_units_sum_too(unit: str, form: str, printed: Callable[..., str]) -> None:
    scale = {"macs": 1, "flops": 2}[unit]
    for argv in (["googlenet"], ["googlenet", "--module", "3a"]):
        one = check_sums(printed(*argv, "--format", form), form)
        seen = check_sums(printed(*argv, "--format", form, "--unit", unit), form, unit)
        assert seen["multiplies"] == scale * one["multiplies"]
        assert seen["naive"] == scale * one["naive"]
        assert seen["params"] == one["params"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_arithmetic_below_does_not_disturb_the_table(
    form: str, printed: Callable[..., str]
) -> None:
    argv = ["googlenet", "--module", "3a", "--format", form]
    plain = READERS[form](printed(*argv))
    explained = READERS[form](printed(*argv, "--explain"))
    width = len(plain.columns)
    assert [row[:width] for row in explained.rows] == plain.rows
    assert explained.total[:width] == plain.total


@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_integers_are_whole_with_separators(form: str, printed: Callable[..., str]) -> None:
    read = READERS[form](printed("googlenet", "--format", form))
    for place, title in enumerate(read.columns):
        if title in ("layers", "multiplies", "params", "naive multiplies"):
            for row in [*read.rows, read.total]:
                assert re.fullmatch(r"\d{1,3}(,\d{3})*", row[place]), (title, row)


def test_numbers_are_aligned_right(printed: Callable[..., str]) -> None:
    lines = printed("googlenet").split("\n\n")[1].splitlines()
    assert len({len(line) for line in lines}) == 1  # the last column ends in one place
    ends = [match.end() for match in re.finditer("─+", lines[1])]
    for line in [lines[0], *lines[2:]]:
        assert line[ends[1] - 1] != " "
        assert all(line[end - 1] != " " for end in ends[3:])
    markdown = printed("googlenet", "--format", "markdown").splitlines()
    (rule,) = [line for line in markdown if set(line) == set("|:-")]
    right = [cell.endswith(":") for cell in rule.strip("|").split("|")]
    assert right == [False, True, False, *[True] * 5]
    assert r"\begin{tabular}{@{}lrlrrrrr@{}}" in printed("googlenet", "--format", "latex")


def test_csv_has_plain_integers_that_pandas_reads(printed: Callable[..., str]) -> None:
    frame = pd.read_csv(io.StringIO(printed("googlenet", "--by", "branch", "--format", "csv")))
    for name in ("multiplies", "params", "naive_multiplies"):
        assert frame[name].dtype == "int64"
    assert list(frame["module"])[-1] == "total"
    by_hand = frame[(frame["module"] == "3a") & (frame["branch"] == "5x5")]
    assert int(by_hand["multiplies"].iloc[0]) == 12_443_648
    assert float(by_hand["saved"].iloc[0]) == 9.68


def test_signs_of_a_format_are_escaped(printed: Callable[..., str]) -> None:
    markdown = printed("own.toml", "--format", "markdown")
    assert r"Groups & \<signs\> \| 100 % \_of\_" in markdown
    assert r"r\_1" in markdown
    latex = printed("own.toml", "--format", "latex")
    assert r"r\_1" in latex
    table_lines = [line for line in latex.splitlines() if not line.startswith("%")]
    assert not re.search(r"(?<!\\)[%#_~^]", "\n".join(table_lines))
    assert fc.analyze(fc.load("own.toml"))._repr_html_().count("&lt;signs&gt;") == 1


# -- the helpers find what they are there to find


def test_a_wrong_number_in_a_row_is_found(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[..., str]
) -> None:
    for formatter, wrong in (
        ("PRINTED", lambda n: f"{n + (n == 12_443_648):,}"),
        ("PLAIN", lambda n: n + (n == 12_443_648)),
    ):
        monkeypatch.setitem(getattr(render, formatter), "count", wrong)
    for form in FORMATS:
        text = printed("googlenet", "--module", "3a", "--format", form)
        with pytest.raises(AssertionError, match=f"multiplies in {form}"):
            check_sums(text, form)


def test_a_rounded_share_is_found(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[..., str]
) -> None:
    monkeypatch.setattr(
        layout, "shares", lambda parts: [round(1000 * part / sum(parts)) for part in parts]
    )
    with pytest.raises(AssertionError, match="share in table"):
        check_sums(printed("googlenet"), "table")


def test_a_wrong_count_in_json_is_found(
    monkeypatch: pytest.MonkeyPatch, printed: Callable[..., str]
) -> None:
    real = document.counts

    def wrong(line: Any) -> dict[str, Any]:
        counts = real(line)
        return counts | {"biases": counts["biases"] + (line.branch == "5x5")}

    monkeypatch.setattr(document, "counts", wrong)
    with pytest.raises(AssertionError, match="biases"):
        check_json(json.loads(printed("googlenet", "--format", "json")))


# -- all of it is seen by reading: no part of the output depends on the run


@pytest.mark.slow
def test_the_same_command_prints_the_same(printed: Callable[..., str]) -> None:
    for form in (*FORMATS, "json"):
        argv = ["googlenet", "--explain", "--format", form]
        assert printed(*argv) == printed(*argv)


def test_a_link_is_written_in_the_format_of_its_own_ending(tmp_path: Path) -> None:
    (tmp_path / "out.csv").symlink_to(tmp_path / "data.bin")
    assert main(["list", "-o", str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "data.bin").read_text().startswith("name,title,input")

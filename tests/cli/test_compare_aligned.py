"""`flopcount compare` says whether networks are equal, and in what they differ."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import html5lib
import pytest

import flopcount as fc
from flopcount.cli.main import main, run
from flopcount.core import Counts

SPECS = ["32x32x8 > conv 3x3 16 > conv 1x1 16", "32x32x8 > conv 3x3 16 > conv 1x1 16 nobias norm"]
CHANGED = ["32x32x8 > conv 3x3 16 > conv 1x1 16", "32x32x8 > conv 5x5 16 > conv 1x1 16"]


def printed(*argv: str) -> str:
    return run(["compare", *argv])[0]


def document(*argv: str) -> Any:
    return json.loads(printed(*argv, "--format", "json"))


def test_equal_networks_are_said_to_be_equal() -> None:
    assert "\nequal, 2 of 2 layers\n" in printed(*SPECS)
    same = printed(SPECS[0], SPECS[0])
    assert "\nequal, 2 of 2 layers; every other count is equal\n" in same
    assert "how much more" not in same


def test_the_first_difference_has_both_paths() -> None:
    said = (
        "first difference: spec/1 (3×3 16, 1,179,648 multiplies) beside "
        "spec/1 (5×5 16, 3,276,800 multiplies): kernel 3×3 → 5×5; 1 of 2 layers equal, 1 changed"
    )
    assert said in printed(*CHANGED)
    gone = printed(CHANGED[0], "32x32x8 > conv 3x3 16")
    assert "spec/2 (1×1 16, 262,144 multiplies) has nothing beside it in the second" in gone
    assert "1 of 2 layers equal, 1 only in the first" in gone


def test_what_has_no_multiplies_is_not_called_equal_layers() -> None:
    found = printed("8x8x3 > maxpool 2x2/2", "8x8x3 > avgpool 2x2/2")
    assert "neither has a layer with multiplies" in found


def test_each_of_several_is_held_against_the_first() -> None:
    found = printed("googlenet", "googlenet@torchvision", "googlenet@naive")
    assert "googlenet@torchvision beside googlenet: first difference: 3a/5x5/2 " in found
    assert "googlenet@naive beside googlenet: first difference: 3a/3x3/1 " in found
    assert found.count("how much more ") == 2


def test_json_keeps_its_keys_and_has_what_was_found() -> None:
    plain, aligned = document(*CHANGED), document(*CHANGED, "--align")
    assert plain["schema"] == aligned["schema"] == 1
    assert list(plain) == [
        *("schema", "heading", "rows", "total", "footer", "more"),
        *("verdicts", "differences"),
    ]
    assert plain["rows"] == aligned["rows"]
    assert plain["total"] == aligned["total"]
    (verdict,) = plain["verdicts"]
    assert verdict["equal"] is False
    assert verdict["layers"] == 2
    assert verdict["counts"] == {
        **dict.fromkeys(verdict["counts"], 0),
        "equal": 1,
        "changed": 1,
    }
    assert "only_in_the_first" in verdict["counts"]
    assert verdict["first_difference"]["first"]["layers"] == ["spec/1"]
    (more,) = plain["differences"]
    a, b = (Counts(fc.parse(spec).rows) for spec in CHANGED)
    assert {name: sum(kinds.values()) for name, kinds in more["more"].items()} == {
        name: b[name] - a[name] for name in ("multiplies", "multiplies_unpadded", "weights")
    }
    assert [pair["verdict"] for pair in aligned["pairs"]] == ["changed", "equal"]


def test_csv_is_one_table_and_with_align_the_pairs() -> None:
    rows = [*csv.DictReader(io.StringIO(printed(*CHANGED, "--format", "csv")))]
    assert [row["module"] for row in rows] == ["spec", "total"]
    pairs = [*csv.DictReader(io.StringIO(printed(*CHANGED, "--align", "--format", "csv")))]
    assert [(row["first"], row["second"], row["verdict"]) for row in pairs] == [
        ("spec/1", "spec/1", "changed"),
        ("spec/2", "spec/2", "equal"),
        ("total", "", ""),
    ]
    total = fc.analyze(CHANGED[1]).total.cost
    assert (pairs[-1]["second_multiplies"], pairs[-1]["second_weights"]) == (
        str(total.multiplies),
        str(total.weights),
    )
    several = printed(SPECS[0], *CHANGED, "--align", "--format", "csv").splitlines()
    assert several[0].startswith("network,first,second,layer")
    assert len(several) == 1 + 2 * 2


@pytest.mark.parametrize("form", ["markdown", "latex", "table"])
def test_pairs_stand_in_every_format(form: str) -> None:
    found = printed(*CHANGED, "--align", "--format", form)
    assert "changed" in found
    assert found.count("spec/2") >= 2


def test_a_unit_is_that_of_the_pairs_too() -> None:
    found = printed(*CHANGED, "--align", "--unit", "flops", "--format", "csv")
    assert next(csv.DictReader(io.StringIO(found)))["first_flops"] == str(2 * 1_179_648)


@pytest.mark.slow
def test_the_page_has_verdict_differences_and_pairs(tmp_path: Path) -> None:
    made = tmp_path / "beside.html"
    assert main(["compare", *CHANGED, "-o", str(made)]) == 0
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(made.read_text(encoding="utf-8"))
    tables = [one for one in tree.iter("table") if one.get("class") == "sheet"]
    texts = ["".join(one.itertext()) for one in tables]
    assert "how much more" in texts[0]
    assert "+2,097,152" in texts[0]
    rows = [row for row in tables[1].iter("tr") if row.get("class") == "differs"]
    assert ["".join(row.itertext())[:6] for row in rows] == ["spec/1"]
    verdict = next(one for one in tree.iter("p") if one.get("class") == "verdict")
    assert "".join(verdict.itertext()).startswith("first difference: spec/1 ")


@pytest.mark.slow
def test_a_page_of_many_layers_shows_those_that_differ() -> None:
    long = "8x8x4 > " + " > ".join(["conv 3x3 4"] * 1_200)
    other = long.replace("conv 3x3 4", "conv 5x5 4", 1)
    page = fc.compare([long, other]).to_page()
    assert "1,200 pairs of layers; shown are 1 of the 1 that differ" in page

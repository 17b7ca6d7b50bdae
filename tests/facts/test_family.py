"""The Inception family in every verb and format, and its tables as they are written."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.notation.library import read_table
from flopcount.notation.shipped import families, names
from flopcount.rewrites.naive import READINGS
from tests.facts.implementations import REFERENCES, TABLES

SOME = ("googlenet", "inception-v3")  # of which all formats are quick
# A plain one, a variant, one with residuals, one of another paper; the others are printed as these.
SUMMED = ("googlenet", "googlenet@torchvision", "inception-resnet-v2", "bn-inception")
SAMPLED = [
    pytest.param(name, marks=[pytest.mark.slow] * (name not in SUMMED)) for name in REFERENCES
]


def documents() -> dict[str, dict[str, Any]]:
    return {name: read_table(name).document for name in names()}


def test_no_two_networks_share_a_name() -> None:
    every = names()
    every += [
        other for one in families().values() for names in one.also.values() for other in names
    ]
    folded = [re.sub(r"[-_]", "", name.casefold()) for name in every]
    assert len(folded) == len(set(folded))
    titles = [fc.load(reference).title for reference in REFERENCES]
    assert len(titles) == len(set(titles))


# Every verb, every format


def printed_numbers(text: str) -> list[list[int]]:
    """The whole numbers of each row of a CSV, the last row its total."""
    rows = list(csv.DictReader(text.splitlines()))
    counts = ("multiplies", "params", "naive_multiplies")
    return [[int(row[count]) for count in counts] for row in rows]


@pytest.mark.parametrize("grain", ["layer", "branch", "module", "op"])
@pytest.mark.parametrize("reference", SAMPLED)
def test_the_printed_rows_add_up(
    capsys: pytest.CaptureFixture[str], reference: str, grain: str
) -> None:
    for reading in READINGS:
        argv = [reference, "--by", grain, "--aux", "--naive", reading, "--format", "csv"]
        assert main(argv) == 0
        *rows, total = printed_numbers(capsys.readouterr().out)
        assert [sum(column) for column in zip(*rows, strict=True)] == total


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param(name, marks=[pytest.mark.slow] * (name not in SOME))
        for name in REFERENCES  # the others are printed as these are
    ],
)
def test_show_in_every_format(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str
) -> None:
    total = fc.analyze(fc.load(reference)).total.cost.multiplies
    for form in ("table", "markdown", "csv", "json", "latex"):
        assert main([reference, "--format", form, "--explain"]) == 0
        seen = capsys.readouterr()
        assert seen.err == ""
        grouped = "{,}" if form == "latex" else ","
        shown = {f"{total:,}", f"{total:,}".replace(",", grouped), str(total)}
        assert any(number in seen.out for number in shown)
    files = [tmp_path / f"report.{ending}" for ending in ("csv", "md", "json", "tex", "png", "svg")]
    assert main([reference, *(word for path in files for word in ("-o", str(path)))]) == 0
    assert [path.stat().st_size > 200 for path in files] == [True] * len(files)
    assert json.loads(files[2].read_text())["network"] == reference


def test_list_shows_every_network_and_variant(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("table", "markdown", "csv", "json", "latex"):
        assert main(["list", "--format", form]) == 0
        out = capsys.readouterr().out
        assert [reference for reference in REFERENCES if reference not in out] == []
    assert main(["list", "--format", "csv"]) == 0
    rows = {row["name"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert list(rows) == REFERENCES
    for reference, row in rows.items():
        cost = fc.analyze(fc.load(reference)).total.cost
        assert (int(row["multiplies"]), int(row["params"])) == (cost.multiplies, cost.params)
        assert row["source"]


@pytest.mark.parametrize("reference", SAMPLED)
def test_paper_of_every_network(capsys: pytest.CaptureFixture[str], reference: str) -> None:
    """Printed, exact, verdict, why; a variant that nothing is printed of says so in one line."""
    for form in ("table", "markdown", "csv", "json", "latex"):
        code = main(["paper", reference, "--format", form])
        seen = capsys.readouterr()
        if "@" in reference and code == 2:
            (line,) = seen.err.splitlines()
            assert line.startswith("flopcount: ")
            continue
        assert (code, seen.err) == (0, "")
        assert re.search("true|agrees|false|differ", seen.out)


# The tables themselves


@pytest.mark.parametrize("name", names())
def test_a_table_can_be_checked_by_eye(name: str) -> None:
    lines = (TABLES / f"{name}.toml").read_text().splitlines()
    assert len(lines) <= 100


def test_googlenet_is_about_thirty_lines_of_rows_and_blocks() -> None:
    text = (TABLES / "googlenet.toml").read_text()
    start, end = text.index("[block."), text.index("[aux]")
    lines = [line for line in text[start:end].splitlines() if line.split("#")[0].strip()]
    assert 25 <= len(lines) <= 35


@pytest.mark.parametrize("name", names())
def test_every_part_of_a_table_says_where_it_is_from(name: str) -> None:
    """A comment on the section's line, above it, or inside; a variant's sections share its own."""
    document = documents()[name]
    assert re.search(r"arXiv:\d{4}\.\d{5}|arXiv:1409\.4842|\(20\d\d-", document["source"])
    assert all(variant.get("source") for variant in document.get("variant", {}).values())
    head, *sections = re.split(
        r"(?m)^(?=(?:#.*\n)*\[(?!variant\.[\w-]+\.|paper\.))",
        (TABLES / f"{name}.toml").read_text(),
    )
    assert "source" in head
    named = [re.search(r"(?m)^\[(.+?)\]", section) for section in sections]
    uncited = [
        found[1]
        for found, section in zip(named, sections, strict=True)
        if found and found[1] != "defaults" and "#" not in section and "source" not in section
    ]
    assert uncited == []
    assert {found[1].split(".")[0] for found in named if found} >= {"defaults", "block", "rows"}


@pytest.mark.parametrize("name", names())
def test_repeated_blocks_are_written_once(name: str) -> None:
    for row, value in documents()[name]["rows"].items():
        words = re.findall(r"[\w-]+", value[0] if isinstance(value, list) else value)
        blocks = [word for word in words if word in documents()[name]["block"]]
        assert len(blocks) == len(set(blocks)), row

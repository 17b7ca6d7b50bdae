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
from flopcount.rewrites.naive import READINGS
from tests.facts.implementations import TABLES
from tests.shipped import INCEPTION, INCEPTION_AND_VARIANTS

# A plain one, a variant, one with residuals, one of another paper; the others are printed as these.
SUMMED = ("googlenet", "googlenet@torchvision", "inception-resnet-v2", "bn-inception")
SAMPLED = [
    pytest.param(name, marks=[pytest.mark.slow] * (name not in SUMMED))
    for name in INCEPTION_AND_VARIANTS
]


def document(name: str) -> dict[str, Any]:
    return read_table(name).document


# Every verb, every format


def printed_numbers(text: str) -> list[list[int]]:
    """The whole numbers of each row of a CSV, the last row its total."""
    rows = list(csv.DictReader(text.splitlines()))
    counts = ("multiplies", "params", "naive_multiplies")
    return [[int(row[count]) for count in counts] for row in rows]


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("reference", INCEPTION_AND_VARIANTS)  # the others are printed as these
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


@pytest.mark.slow
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


def test_googlenet_is_about_thirty_lines_of_rows_and_blocks() -> None:
    text = (TABLES / "googlenet.toml").read_text()
    start, end = text.index("[block."), text.index("[aux]")
    lines = [line for line in text[start:end].splitlines() if line.split("#")[0].strip()]
    assert 25 <= len(lines) <= 35


@pytest.mark.parametrize("name", INCEPTION)
def test_every_part_of_a_table_says_where_it_is_from(name: str) -> None:
    """A comment on the section's line, above it, or inside; a variant's sections share its own."""
    table = document(name)
    assert re.search(r"arXiv:\d{4}\.\d{5}|arXiv:1409\.4842|\(20\d\d-", table["source"])
    assert all(variant.get("source") for variant in table.get("variant", {}).values())
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


@pytest.mark.parametrize("name", INCEPTION)
def test_repeated_blocks_are_written_once(name: str) -> None:
    for row, value in document(name)["rows"].items():
        words = re.findall(r"[\w-]+", value[0] if isinstance(value, list) else value)
        blocks = [word for word in words if word in document(name)["block"]]
        assert len(blocks) == len(set(blocks)), row

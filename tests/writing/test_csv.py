"""CSV as a spreadsheet reads it: numbers are numbers, and no text is run."""

import csv
import io
import re
from pathlib import Path

import pytest

from flopcount.errors import visible
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet
from tests.writing.exported import TABLES, printed_by


@pytest.mark.parametrize("argv", TABLES.values(), ids=TABLES)
def test_numbers_are_numbers_in_a_spreadsheet(argv: list[str]) -> None:
    text = printed_by(argv, "csv")
    assert text.isascii() or not text.startswith("\ufeff")  # a mark at the start would be a name's
    names, *rows = csv.reader(io.StringIO(text))
    assert all(len(row) == len(names) for row in rows)
    counts = ("multiplies", "params", "naive_multiplies", "weights", "flops", "naive_flops")
    for name in {*counts} & {*names}:
        cells = [row[names.index(name)] for row in rows]
        assert all(re.fullmatch(r"\d*", cell) for cell in cells), name
        assert any(cells)
        assert all(f'"{cell}"' not in text for cell in cells if cell)
    for name in {"share_percent", "saved", "weights_difference", "part_percent"} & {*names}:
        cells = [row[names.index(name)] for row in rows]
        assert all(re.fullmatch(r"(-?\d+(\.\d+)?)?", cell) for cell in cells), name


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_run_by_a_spreadsheet(text: str) -> None:
    table = Sheet((Column(text, "a"), Column("n", "n", "count")), [(text, -5), ("a-b", 5)])
    assert list(csv.reader(io.StringIO(render(table, "csv"), newline=""))) == [
        [visible(f"'{text}"), "n"],
        [visible(f"'{text}"), "-5"],
        ["a-b", "5"],
    ]


@pytest.mark.parametrize("text", ["-5", "+0.1", "-70.6 %", "1x1", "–"])
def test_a_figure_with_a_sign_stays_one(text: str) -> None:
    table = Sheet((Column("a", "a", "figure"),), [(text,)])
    assert render(table, "csv") == f"a\n{text}\n"


def test_a_table_named_like_a_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "=1+1.toml").write_text('input = "8x8x3"\n[rows]\na = "conv 1x1 4"\n')
    header = printed_by(["compare", "=1+1.toml", "googlenet"], "csv").splitlines()[0]
    assert header.split(",")[1].startswith("'=")

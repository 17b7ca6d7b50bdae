"""Rows under titles: where people read them a title stands above its rows, programs have none."""

import csv
import json

import pytest

from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet
from flopcount.writing.terminal import Screen, text

SHEET = Sheet(
    (Column("name", "name"), Column("multiplies", "multiplies", "count")),
    [("a", 1), ("b", 2), ("c", 3)],
    total=("total", 6),
    sections={0: "the first & <b>", 2: "the *second*"},
)


def test_on_a_terminal() -> None:
    assert render(SHEET, "table").splitlines() == [
        "name   multiplies",
        "─────  ──────────",
        "the first & <b>",
        "a               1",
        "b               2",
        "",
        "the *second*",
        "c               3",
        "─────  ──────────",
        "total           6",
    ]
    assert "\033[1mthe first & <b>\033[0m\na " in text(SHEET, Screen(colour=True))
    assert "the first &\n  <b>\na\n" in text(SHEET, Screen(width=12))


def test_in_markdown() -> None:
    assert render(SHEET, "markdown").splitlines()[2:] == [
        "| **the first & \\<b\\>** | |",
        "| a      |            1 |",
        "| b      |            2 |",
        "| **the \\*second\\*** | |",
        "| c      |            3 |",
        "| total  |            6 |",
    ]


def test_in_html() -> None:
    page = render(SHEET, "html")
    title = '<tr><th colspan="2" style="text-align: left;">the first &amp; &lt;b&gt;</th></tr>'
    assert page.index(title) < page.index(">a ") < page.index("the *second*") < page.index(">c ")


def test_in_latex() -> None:
    lines = render(SHEET, "latex").splitlines()
    at = next(place for place, line in enumerate(lines) if r"\textbf{the first" in line)
    assert lines[at] == (
        r"\multicolumn{2}{@{}l@{}}{\textbf{the first \& \textless{}b\textgreater{}}}\\"
    )
    assert lines[at - 1] == r"\midrule"
    assert lines[at + 1].split()[0] == "a"
    assert lines[at + 3 : at + 5] == [
        r"\addlinespace",
        r"\multicolumn{2}{@{}l@{}}{\textbf{the {*}second{*}}}\\",
    ]


def test_programs_have_the_rows_alone() -> None:
    rows = list(csv.DictReader(render(SHEET, "csv").splitlines()))
    assert [row["name"] for row in rows] == ["a", "b", "c", "total"]
    document = json.loads(render(SHEET, "json"))
    assert [row["name"] for row in document["rows"]] == ["a", "b", "c"]


@pytest.mark.parametrize("form", ["table", "markdown", "html", "latex"])
def test_chosen_rows_have_no_titles(form: str) -> None:
    assert "second" not in render(SHEET.choose("name", multiplies=lambda count: count > 1), form)

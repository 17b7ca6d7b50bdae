"""How numbers, shapes and tables are written."""

import csv
import io
import json
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.analysis.layer_text import chain_text
from flopcount.analysis.layout import shares
from flopcount.errors import visible
from flopcount.writing.cells import number, shape_text
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Convention, Sheet

FORMATS = ("table", "markdown", "csv", "json", "latex", "html")
COLUMNS = (
    Column("name", "name"),
    Column("count", "count", "count"),
    Column("share", "share", "share"),
    Column("saved", "saved", "ratio"),
    Column("change", "change", "change"),
    Column("shape", "shape", "shape"),
)
TABLE = Sheet(
    COLUMNS,
    [("a", 1234567, 333, 9.677, -0.0694, (28, 28, 192)), ("b", 0, None, None, None, None)],
    ("total", 1234567, 1000, 0.0678, 0.0, (1, 1, 1000)),
    ("heading",),
    ("footer",),
)


@pytest.mark.parametrize("value", [120_422_400, np.int64(120_422_400), sympy.Integer(120_422_400)])
def test_a_number_of_any_system_is_written_whole(value: object) -> None:
    assert number(value) == "120,422,400"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10**43, f"{10**43:,}"),
        (10**300, "10³⁰⁰"),
        (15 * 10**299, "15·10²⁹⁹"),
        (10**300 + 1, f"{10**300 + 1:,}"),
    ],
)
def test_a_number_is_exact_however_large(value: int, text: str) -> None:
    assert number(value) == text


def test_shapes() -> None:
    assert shape_text((28, 28, 192)) == "28×28×192"


def test_the_terminal() -> None:
    assert render(TABLE, "table") == (
        "heading\n\n"
        "name       count    share  saved  change  shape\n"
        "─────  ─────────  ───────  ─────  ──────  ─────────\n"
        "a      1,234,567   33.3 %  9.68×  -6.9 %  28×28×192\n"
        "b              0        –      –       –  –\n"
        "─────  ─────────  ───────  ─────  ──────  ─────────\n"
        "total  1,234,567  100.0 %  0.07×  +0.0 %  1×1×1000\n"
        "\n"
        "footer\n"
    )


def test_csv_is_plain() -> None:
    rows = list(csv.reader(io.StringIO(render(TABLE, "csv"))))
    assert rows == [
        ["name", "count", "share", "saved", "change", "shape"],
        ["a", "1234567", "33.3", "9.68", "-0.0694", "28x28x192"],
        ["b", "0", "", "", "", ""],
        ["total", "1234567", "100.0", "0.07", "0.0", "1x1x1000"],
    ]


def test_json_has_null_where_nothing_is() -> None:
    document = json.loads(render(TABLE, "json"))
    assert document["rows"][1] == {
        "name": "b",
        "count": 0,
        "share": None,
        "saved": None,
        "change": None,
        "shape": None,
    }
    assert document["heading"] == ["heading"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_ends_and_has_no_trailing_blanks(form: str) -> None:
    text = render(TABLE, form)
    assert text.strip()
    if form in ("table", "markdown", "csv", "json", "latex"):
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
    if form == "table":
        assert not re.search(r" $", text, re.MULTILINE)


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(fc.FlopcountError, match="did you mean 'latex'"):
        render(TABLE, "latx")


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        *((9.677, "9.68×"), (1234.5, "1,234.50×"), (1.0, "1.00×"), (0.07, "0.07×"), (0.0, "0.00×")),
        *((0.0004, "0.0004×"), (0.00043, "0.00043×"), (0.0000014, "0.0000014×")),
    ],
)
def test_ratios(ratio: float, text: str) -> None:
    table = Sheet((Column("saved", "saved", "ratio"),), [(ratio,)])
    assert render(table, "table").splitlines()[2] == text
    plain = render(table, "csv").splitlines()[1]
    assert float(plain) == pytest.approx(ratio, rel=0.05)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)


def inert(text: str) -> str:
    """As CSV has it: no formula, and what does not print as an escape."""
    figure = re.fullmatch("[-+][0-9.,]+ ?[%×KMB]?", text)
    return visible(f"'{text}" if text[:1] in [*"=+@-"] and not figure else text)


@pytest.mark.slow
@given(TEXTS)
def test_any_text_in_a_cell_keeps_the_table_whole(text: str) -> None:
    table = Sheet((Column("a", "a"), Column("n", "n", "count")), [(text, 5)], ("total", 5))
    assert list(csv.reader(io.StringIO(render(table, "csv"))))[1] == [inert(text), "5"]
    lines = render(table, "markdown").splitlines()
    for line in lines:
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3, line
    body = render(table, "latex").partition(r"\midrule")[2]
    row = body.strip().splitlines()[0]
    assert len(re.findall(r"(?<!\\)&", row)) == 1
    assert not re.search(r"(?<!\\)[%#_~^]", re.sub(r"\$[_^]\d\$", "", row))
    assert render(table, "table").splitlines()[2].endswith("5")


@given(st.lists(st.integers(0, 10**15), max_size=60))
def test_shares_sum_to_all_and_are_the_nearest_tenths(parts: list[int]) -> None:
    found = shares(parts)
    assert len(found) == len(parts)
    if not sum(parts):
        assert found == [None] * len(parts)
        return
    assert sum(share for share in found if share is not None) == 1000
    for part, share in zip(parts, found, strict=True):
        assert share is not None
        assert abs(Fraction(1000 * part, sum(parts)) - share) < 1


def test_equal_parts_with_equal_remainders_go_in_order() -> None:
    assert shares([1, 1, 1]) == [334, 333, 333]
    assert shares([0, 0]) == [None, None]
    assert shares([5, 0]) == [1000, 0]
    assert shares([]) == []


def test_the_text_of_a_chain() -> None:
    lines = fc.analyze(fc.load("googlenet")["3a"]).lines
    assert chain_text(lines[2].rows) == "1×1 16 → 5×5 32"
    many = fc.analyze(fc.parse("8x8x3" + " > conv 3x3 4" * 7)).by("module").lines
    assert chain_text(many[0].rows) == "7 layers"
    side = fc.analyze(fc.parse("8x8x3 > [conv 1x1 2 | conv 3x3 2]")).by("module").lines
    assert chain_text(side[0].rows) == "3 layers"


COUNTED = Sheet(
    (
        Column("name", "layer"),
        Column("cost", "multiplies", "count", counted=True),
        Column("saved", "saved", "ratio"),
    ),
    [("a", 3, 1.5), ("b", 4, None), ("a", 5, 2.0)],
    ("total", 12, 1.2),
    heading=("a title",),
    footer=("all of it",),
    convention=Convention("what is counted"),
    notes=("a note",),
)


def test_columns_are_chosen_in_the_order_asked_for() -> None:
    chosen = COUNTED.choose("saved", "name", "saved")
    assert [column.name for column in chosen.columns] == ["saved", "name"]
    assert list(chosen.rows) == [(1.5, "a"), (None, "b"), (2.0, "a")]
    assert chosen.total == (1.2, "total")
    assert chosen.above == ("a title", "a note"), "nothing that is counted is left"
    assert COUNTED.choose("cost").above == COUNTED.above
    assert chosen.footer == ()


def test_rows_are_chosen_by_what_stands_in_a_column() -> None:
    chosen = COUNTED.choose(name="a")
    assert list(chosen.rows) == [("a", 3, 1.5), ("a", 5, 2.0)]
    assert chosen.total is None, "it would not be their sum"
    assert list(COUNTED.choose("cost", name="a", cost=lambda cost: cost > 3).rows) == [(5,)]
    assert COUNTED.choose(name="c").rows == []
    assert "| a " in COUNTED.choose(name="a")._repr_markdown_()


@pytest.mark.parametrize("call", [{"nmae": "a"}, ["nmae"]])
def test_a_column_that_is_not_there(call: Any) -> None:
    columns, wanted = ((), call) if isinstance(call, dict) else (call, {})
    with pytest.raises(fc.FlopcountError, match=r"unknown column 'nmae' .*did you mean 'name'"):
        COUNTED.choose(*columns, **wanted)


def test_a_frame_of_plain_numbers() -> None:
    frame = COUNTED.to_frame()
    assert list(frame.columns) == ["name", "cost", "saved"]
    assert frame["cost"].tolist() == [3, 4, 5]
    assert frame["saved"].isna().tolist() == [False, True, False]
    assert list(COUNTED.choose(name="c").to_frame().columns) == ["name", "cost", "saved"]


def test_columns_in_a_list_are_refused_in_one_line() -> None:
    with pytest.raises(fc.FlopcountError, match=r"unknown column \['name', 'cost'\]"):
        COUNTED.choose(["name", "cost"])  # type: ignore[arg-type]

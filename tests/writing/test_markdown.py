"""Markdown by a Markdown parser: every cell is read back, and a user's text stays text."""

import csv
import io
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from flopcount.analysis.conventions import CONVENTION
from flopcount.writing.cells import number
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Convention, Sheet, printed
from tests.writing.exported import HOSTILE, MODULE, TABLES, hostile, printed_by

# -- Markdown


@dataclass
class Read:
    """What a parser finds in Markdown, as plain text."""

    headings: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    other: set[str] = field(default_factory=set)


def read(text: str) -> Read:
    """Parse Markdown as GitHub does: CommonMark with tables, strikethrough and footnotes."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = parser.use(footnote_plugin).parse(text)
    found = Read()
    inside: list[str] = []
    for token in tokens:
        if token.type == "footnote_open":
            found.notes[token.meta["label"]] = ""
        if token.nesting == 1:
            inside.append(token.type.removesuffix("_open"))
        elif token.nesting == -1:
            inside.pop()
        elif token.type == "inline":
            parts = [
                child.meta["label"] if child.type == "footnote_ref" else child.content
                for child in token.children or []
            ]
            found.references += [
                child.meta["label"]
                for child in token.children or []
                if child.type == "footnote_ref"
            ]
            found.other |= {child.type for child in token.children or []}
            place(found, inside, "".join(parts))
        else:
            found.other.add(token.type)
        if token.type == "table_open":
            found.tables.append([])
        if token.type == "tr_open":
            found.tables[-1].append([])
    return found


def place(found: Read, inside: list[str], text: str) -> None:
    if "heading" in inside:
        found.headings.append(text)
    elif inside[-1] in ("th", "td"):
        found.tables[-1][-1].append(text)
    elif "footnote" in inside:
        found.notes[list(found.notes)[-1]] += text
    elif "list_item" in inside:
        found.items.append(text)
    else:
        assert inside == ["paragraph"], inside
        found.paragraphs.append(text)


def test_a_report_in_markdown() -> None:
    found = read(printed_by([*MODULE, "--explain"], "markdown"))
    assert found.headings == [
        "GoogLeNet (Inception v1): googlenet, module 3a, 28×28×192 → 28×28×256",
        "Arithmetic",
    ]
    (table,) = found.tables
    assert table[0][3] == "multipliesconvention"
    assert table[3] == [
        *("5x5", "1×1 16 → 5×5 32", "28×28×32"),
        *("12,443,648", "9.7 %", "15,920", "120,422,400", "9.68×"),
    ]
    assert [row[0] for row in table] == ["branch", "1x1", "3x3", "5x5", "pool", "total"]
    assert found.references == ["convention"]
    assert found.notes == {"convention": f"counts: {CONVENTION}; one sample"}
    assert found.paragraphs[0].endswith("arXiv:1409.4842, Table 1")
    assert found.items[0].startswith("total 128,049,152 MACs")
    assert "3a/5x5 naive: 5²·28²·192·32 = 120,422,400" in found.items
    assert found.other <= {"text", "text_special", "footnote_ref", "footnote_anchor", "code_inline"}


@pytest.mark.slow
@pytest.mark.parametrize("argv", TABLES.values(), ids=TABLES)
def test_every_table_is_one_in_markdown_with_all_its_cells(argv: list[str]) -> None:
    found = read(printed_by(argv, "markdown"))
    (first, *others) = found.tables
    first = [row for row in first if any(row[1:])]  # a title has no other cells
    if argv[0] == "compare":  # whose differences are no lines of its CSV
        assert [table[0][0] for table in others] == ["kind"] * (len(others) or 1)
        others = []
    rows = csv.reader(io.StringIO(printed_by(argv, "csv")))
    names = next(rows)
    assert len(first) + sum(len(table) - 1 for table in others) == 1 + len(list(rows))
    assert len({len(row) for row in first}) == 1
    assert len(first[0]) <= len(names)
    titles = {"strong_open", "strong_close"} if argv[0] == "list" else set()
    plain = {"text", "text_special", "footnote_ref", "footnote_anchor", "code_inline"}
    assert found.other <= plain | titles
    shown = found.paragraphs if argv[0] == "breakeven" else found.notes.values()
    said = [text for text in shown if CONVENTION in text]
    assert len(said) == (argv[0] != "check")  # which compares, and counts nothing itself
    assert set(found.references) == set(found.notes)
    assert len(found.headings) == len(found.tables) + ("--explain" in argv)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_users_text_stays_text_in_markdown(text: str) -> None:
    table = hostile(text)
    document = render(table, "markdown")
    found = read(document)
    shown = printed(table)[1][0][0]
    assert [row[0].strip() for row in found.tables[0][1:]] == [shown.strip(), "plain", "total"]
    assert [row[2].strip() for row in found.tables[0][1:]] == [
        shown.strip(),
        "plain",
        shown.strip(),
    ]
    assert found.headings[0].strip() == f"title {shown}".strip()
    assert found.other <= {"text", "text_special", "footnote_ref", "footnote_anchor", "code_inline"}
    assert squeezed(" ".join(found.paragraphs)) == squeezed(shown)
    assert squeezed(found.notes["convention"]) == squeezed(f"counts: {shown}")
    assert squeezed(found.items[0]) == "first"
    if shown.strip():
        assert squeezed(found.items[1]) == squeezed(shown)
    assert found.references == ["convention"]


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.slow
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_text_is_read_back_from_a_markdown_table(text: str) -> None:
    table = hostile(text)
    shown = printed(table)[1][0][0]
    found = read(render(table, "markdown"))
    assert squeezed(found.tables[0][1][0]) == squeezed(shown)
    assert squeezed(" ".join(found.paragraphs)) == squeezed(shown)


def test_numbers_of_the_markdown_are_those_of_the_csv() -> None:
    (table,) = read(printed_by(MODULE, "markdown")).tables
    rows = list(csv.DictReader(io.StringIO(printed_by(MODULE, "csv"))))
    assert [row[3] for row in table[1:]] == [number(row["multiplies"]) for row in rows]


# -- what a sheet's maker says of it, and nothing that its texts look like


def test_the_convention_is_a_footnote_because_it_is_said_to_be_one() -> None:
    column = Column("work", "work", "count", counted=True)
    said = Sheet((column,), [(1,)], heading=("title",), convention=Convention("whole numbers"))
    found = read(render(said, "markdown"))
    assert found.notes == {"convention": "whole numbers"}
    assert found.tables[0][0] == ["workconvention"]
    looks_like_it = replace(said, convention=Convention(), notes=("counts: nothing",))
    found = read(render(looks_like_it, "markdown"))
    assert (found.notes, found.paragraphs) == ({}, ["counts: nothing"])
    of_nothing = replace(said, columns=(Column("multiplies", "multiplies", "count"),))
    found = read(render(of_nothing, "markdown"))
    assert (found.notes, found.paragraphs) == ({}, ["whole numbers"])


@pytest.mark.parametrize("form", ["table", "markdown", "json", "latex", "html"])
def test_title_source_convention_and_notes_stand_in_this_order(form: str) -> None:
    lines = ("the title", "its source", "what is counted", "one note", "another")
    heading, (convention, *notes) = lines[:2], lines[2:]
    table = Sheet(
        (Column("a", "a"),),
        [("x",)],
        None,
        heading,
        convention=Convention(convention),
        notes=tuple(notes),
    )
    text = render(table, form)
    assert list(lines) == sorted(lines, key=text.index)
    assert table.above == lines

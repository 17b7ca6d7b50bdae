"""Markdown by a Markdown parser, LaTeX by LaTeX, CSV as a spreadsheet reads it."""

import csv
import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from flopcount.analysis.report import CONVENTION
from flopcount.cli.main import run
from flopcount.errors import visible
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet, number, printed

MODULE = ["googlenet", "--module", "3a"]
TABLES = {
    "module": MODULE,
    "explain": [*MODULE, "--explain"],
    "whole": ["googlenet"],
    "flops": ["googlenet", "--by", "op", "--unit", "flops"],
    "changed": ["googlenet", "--set", "3a.r5=24", "--batch", "8"],
    "list": ["list"],
    "paper": ["paper", "googlenet"],
    "compare": ["compare", "googlenet", "googlenet@torchvision", "googlenet@naive"],
    "breakeven": ["breakeven", "googlenet"],
    "fit": ["fit", "googlenet", "--budget", "multiplies=1e9", "--scale", "input"],
    "sweep": ["sweep", "googlenet", "--vary", "3a.r5=8:24:8"],
}
LONG = [
    ["googlenet", "--by", "layer"],
    ["googlenet", "--by", "branch"],
    ["inception-resnet-v2", "--by", "branch"],
    ["inception-v4", "--by", "layer"],
    ["breakeven", "inception-v3"],
    ["paper", "inception-v3"],
]
HOSTILE = [
    "a | b || c \\| d \\",
    "<script>alert(1)</script> <!-- x --> <b>",
    "`code` ``x`` *a* _b_ **c** __d__ ~~e~~ ~f~",
    "[link](http://x.test) ![image](x) [^convention] [^1]: x",
    "one\ntwo\r\n\n# three\n- four",
    "1. one",
    "- one",
    "+ one",
    "> one",
    "# one #",
    "=== ",
    "---",
    "    indented",
    "&lt; &amp; &#60; & $x^2$ $$y$$",
    "% & _ # $ { } ~ ^ \\ \"q\" 'q' `q` -- ---",
    "× → ² · ÷ – — … − ≤ ≥ ≈ β γ ½ é ß ł Ą",
    "日本 🙂 e\u0301 \u202e \u200b \x1b[31m \x00",
    "[x] *y* \\input{/etc/passwd} \\\\ \\end{tabular}",
    "=1+1",
    "",
]


def printed_by(argv: list[str], form: str) -> str:
    """What the program prints in a format."""
    text, code = run([*argv, "--format", form])
    assert code == 0
    return text


def hostile(text: str) -> Sheet:
    """Build a table that has a text wherever there is one."""
    return Sheet(
        (
            Column("name", "name"),
            Column("multiplies", text, "count", counted=True),
            Column("why", "why"),
        ),
        [(text, 1, text), ("plain", 2, "plain")],
        ("total", 3, text),
        ("title " + text, text),
        ("first", text),
        [(text, {"sum": "1 + 1 = 2"})],
        convention="counts: " + text,
    )


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


@pytest.mark.parametrize("argv", TABLES.values(), ids=TABLES)
def test_every_table_is_one_in_markdown_with_all_its_cells(argv: list[str]) -> None:
    found = read(printed_by(argv, "markdown"))
    (first, *others) = found.tables
    rows = csv.reader(io.StringIO(printed_by(argv, "csv")))
    names = next(rows)
    assert len(first) + sum(len(table) - 1 for table in others) == 1 + len(list(rows))
    assert len({len(row) for row in first}) == 1
    assert len(first[0]) <= len(names)
    assert found.other <= {"text", "text_special", "footnote_ref", "footnote_anchor", "code_inline"}
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


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_any_text_is_read_back_from_a_markdown_table(text: str) -> None:
    table = hostile(text)
    shown = printed(table)[1][0][0]
    found = read(render(table, "markdown"))
    assert squeezed(found.tables[0][1][0]) == squeezed(shown)
    assert squeezed(" ".join(found.paragraphs)) == squeezed(shown)


# -- LaTeX


@pytest.fixture(scope="session")
def latex_program(installed: Callable[[str, str], str]) -> str:
    return installed("pdflatex", "texlive-latex-recommended")


def compiled(program: str, table: str, folder: Path, options: str = "") -> str:
    """Compile a table within an article; LaTeX's own account of it.

    The packages are those that the table says it needs.
    """
    needs = [line.partition(" needs the packages ")[2] for line in table.splitlines()]
    packages = sorted(set(", ".join(filter(None, needs)).split(", ")))
    (folder / "table.tex").write_text(table, encoding="utf-8")
    (folder / "article.tex").write_text(
        f"\\documentclass[{options}]{{article}}\n\\usepackage[T1]{{fontenc}}\n"
        f"\\usepackage{{{','.join(packages)}}}\n"
        "\\begin{document}\nA paper.\n\n\\input{table}\n\n\\end{document}\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "article.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    log = (folder / "article.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[log.find("\n!") :][:1000]
    assert (folder / "article.pdf").stat().st_size > 1000
    assert "Missing character" not in log
    return log


@pytest.mark.slow
@pytest.mark.parametrize("argv", TABLES.values(), ids=TABLES)
def test_every_table_compiles(argv: list[str], latex_program: str, tmp_path: Path) -> None:
    log = compiled(latex_program, printed_by(argv, "latex"), tmp_path)
    assert "Overfull" not in log


@pytest.mark.slow
@pytest.mark.parametrize("argv", [MODULE, *LONG, TABLES["compare"]], ids=" ".join)
def test_a_table_stays_on_the_page(argv: list[str], latex_program: str, tmp_path: Path) -> None:
    text = printed_by(argv, "latex")
    options = ["", "11pt,a4paper"] if "longtable" in text else ["", "11pt,a4paper", "twocolumn"]
    for option in options:
        assert "Overfull" not in compiled(latex_program, text, tmp_path, option)


@pytest.mark.slow
def test_any_text_compiles(latex_program: str, tmp_path: Path) -> None:
    tables = [hostile(text) for text in HOSTILE]
    log = compiled(latex_program, "\n\n".join(render(table, "latex") for table in tables), tmp_path)
    assert "/etc/passwd" not in re.findall(r"\(([^\s()]+)", log)


def test_only_known_signs_are_in_latex() -> None:
    for text in HOSTILE:
        body = render(hostile(text), "latex").partition(r"\toprule")[2]
        assert all(sign <= "\u017f" for sign in body), text


def test_latex_itself_makes_a_table_as_narrow_as_the_line() -> None:
    narrow = Sheet((Column("a", "a"), Column("n", "number", "count")), [("x", 10**9)])
    lines = render(narrow, "latex").splitlines()
    assert lines[0] == "% needs the packages booktabs, array, graphicx"
    assert lines[1].startswith(r"\noindent\resizebox{\ifdim\width>\linewidth\linewidth\else")
    assert lines[2] == r"{\begin{tabular}{@{}lr@{}}"
    assert lines[-1] == r"\end{tabular}}\par"


def test_a_long_text_is_a_paragraph_and_a_wide_title_has_two_lines() -> None:
    columns = (Column("a", "a"), Column("b", "b"), Column("n", "naive multiplies", "count"))
    text = render(Sheet(columns, [("x" * 99, "many words " * 9, 10**9)]), "latex")
    spec = r"{@{}l>{\raggedright\arraybackslash}p{16em}r@{}}"  # 99 characters in 3 lines, 2 an em
    assert rf"\begin{{tabular}}{spec}" in text
    assert r"\shortstack[r]{naive\\multiplies}" in text
    assert r"\shortstack" not in render(Sheet(columns, [("x", "y", 10**12)]), "latex")


def test_a_table_longer_than_a_page_breaks_and_repeats_its_titles() -> None:
    columns = (Column("a", "a"), Column("n", "number", "count"))
    rows = [("x", number) for number in range(41)]
    text = render(Sheet(columns, rows), "latex")
    assert "% needs the packages booktabs, array, longtable\n" in text
    head, body = text.split("\\endfoot\n")
    assert re.search(r"\\toprule\n a .*\n\\midrule\n\\endhead\n\\bottomrule\n$", head)
    assert body.count(r"\\") == 41
    assert "longtable" not in render(Sheet(columns, rows[:40]), "latex")


def test_a_table_without_rows_is_one_in_latex() -> None:
    lines = render(Sheet((Column("a", "a"),), []), "latex").splitlines()
    assert [line.strip() for line in lines[3:-1]] == [
        *(r"\toprule", r"a   \\", r"\midrule", r"\bottomrule")
    ]


# -- CSV


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


def test_numbers_of_the_markdown_are_those_of_the_csv() -> None:
    (table,) = read(printed_by(MODULE, "markdown")).tables
    rows = list(csv.DictReader(io.StringIO(printed_by(MODULE, "csv"))))
    assert [row[3] for row in table[1:]] == [number(row["multiplies"]) for row in rows]


# -- what a sheet's maker says of it, and nothing that its texts look like


def test_the_convention_is_a_footnote_because_it_is_said_to_be_one() -> None:
    column = Column("work", "work", "count", counted=True)
    said = Sheet((column,), [(1,)], heading=("title",), convention="whole numbers")
    found = read(render(said, "markdown"))
    assert found.notes == {"convention": "whole numbers"}
    assert found.tables[0][0] == ["workconvention"]
    looks_like_it = replace(said, convention="", notes=("counts: nothing",))
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
        (Column("a", "a"),), [("x",)], None, heading, convention=convention, notes=tuple(notes)
    )
    text = render(table, form)
    assert list(lines) == sorted(lines, key=text.index)
    assert table.above == lines

"""LaTeX by LaTeX: every table compiles, stays on its page, and holds known signs alone."""

import re
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet
from tests.writing.exported import HOSTILE, MODULE, TABLES, hostile, printed_by

LONG = [
    ["googlenet", "--by", "layer"],
    ["googlenet", "--by", "branch"],
    ["inception-resnet-v2", "--by", "branch"],
    ["inception-v4", "--by", "layer"],
    ["breakeven", "inception-v3"],
    ["paper", "inception-v3"],
]


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
    letters = "".join(map(chr, range(0x20, 0x250)))
    tables = [hostile(text) for text in (*HOSTILE, *textwrap.wrap(letters, 50))]
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

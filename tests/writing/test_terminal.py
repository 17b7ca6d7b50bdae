"""Tables on a terminal: they fit, what is left out is named, numbers stay whole, also in colour."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.analysis.report import CONVENTION
from flopcount.cli.main import main, run
from flopcount.frameworks.keras.time import time_sheet
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet, Verdict
from flopcount.writing.terminal import Screen, text
from flopcount.writing.wrap import wrap

MODULE = ["googlenet", "--module", "3a"]
COLOUR = re.compile(r"\033\[[0-9;]*m")
TABLES = [
    MODULE,
    [*MODULE, "--explain"],
    ["googlenet"],
    ["googlenet", "--by", "layer"],
    ["googlenet", "--by", "branch"],
    ["googlenet", "--by", "op"],
    ["list"],
    ["paper", "googlenet"],
    ["compare", "googlenet", "googlenet@torchvision", "googlenet@naive"],
    ["compare", "googlenet", "googlenet@width=0.5", "bn-inception", "inception-v3"],
    ["breakeven", "googlenet"],
    ["fit", "googlenet", "--budget", "multiplies=1e9", "--scale", "input"],
    ["sweep", "googlenet", "--vary", "3a.r5=8:24:8", "--vary", "input=128:224:32"],
    ["sweep", "googlenet", *(f"--vary={row}.r{of}=8,16" for row in ("3a", "4a") for of in (3, 5))],
]


def printed(*argv: str) -> list[str]:
    """The lines that a command prints."""
    text, code = run(argv)
    assert code == 0
    return text.splitlines()


def shown(argv: list[str], columns: int, **environment: str) -> str:
    """Run the program on a terminal of so many columns; what it writes there."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("NO_COLOR", "COLUMNS", "LINES", "TERM")
    }
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "flopcount", *argv]
    process = subprocess.Popen(
        command, stdout=slave, stderr=slave, env={**inherited, "TERM": "xterm", **environment}
    )
    os.close(slave)
    written = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(master)
    process.wait()
    return written.decode().replace("\r\n", "\n")


# -- widths


@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("argv", TABLES, ids=" ".join)
def test_every_table_fits(argv: list[str], width: int) -> None:
    assert max(map(len, printed(*argv, "--width", str(width)))) <= width


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100])
@pytest.mark.parametrize("argv", TABLES, ids=" ".join)
def test_no_number_is_cut_and_what_is_left_out_is_named(argv: list[str], width: int) -> None:
    whole, fitted = printed(*argv), printed(*argv, "--width", str(width))
    known = set(re.findall(r"\d[\d,.]*\d", "\n".join(whole)))
    assert set(re.findall(r"\d[\d,.]*\d", "\n".join(fitted))) <= known
    text = re.sub(r"\s+", " ", " ".join(fitted))
    gone = iter(re.findall(r"left out at this width: (.*?) \(--width 0 shows all\)", text))
    for titles, seen in zip(headers(whole), headers(fitted), strict=True):
        assert seen[0] == titles[0]
        missing = {title for title in titles if title not in seen}
        named = next(gone).split(", ") if len(seen) < len(titles) else []
        assert missing == {name for name in named if " of " not in name}
    assert next(gone, None) is None


def headers(lines: list[str]) -> list[list[str]]:
    """Each table's titles, by the places of the rule below them; a title may take two lines."""
    found = []
    start = 0
    for place, line in enumerate(lines):
        if not line:
            start = place + 1
        elif line.startswith("─") and all(
            not above.startswith("─") for above in lines[start:place]
        ):
            spans = [match.span() for match in re.finditer("─+", line)]
            above = lines[start:place]
            found.append([" ".join(part[a:b].strip() for part in above).strip() for a, b in spans])
    return found


@pytest.mark.parametrize("width", [80, 70, 60, 50, 40, 30])
def test_the_columns_that_stay_are_as_they_were(width: int) -> None:
    whole, fitted = printed(*MODULE), printed(*MODULE, "--width", str(width))
    (titles,), (seen,) = headers(whole), headers(fitted)
    for title in seen:
        column = cells(whole, titles.index(title))
        assert [tight(cell) for cell in cells(fitted, seen.index(title))] == [*map(tight, column)]


def cells(lines: list[str], place: int) -> list[str]:
    rules = [number for number, line in enumerate(lines) if line.startswith("─")]
    start, end = [match.span() for match in re.finditer("─+", lines[rules[0]])][place]
    return [
        line[start:end].strip() for line in (*lines[rules[0] + 1 : rules[1]], lines[rules[1] + 1])
    ]


def tight(cell: str) -> str:
    return cell.replace(" → ", "→")


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (95, "branch layers output multiplies share params naive-multiplies saved"),
        (94, "branch layers output multiplies share params naive-multiplies saved"),
        (80, "branch layers output multiplies params naive-multiplies saved"),
        (60, "branch output multiplies params naive-multiplies saved"),
        (40, "branch multiplies params saved"),
        (20, "branch multiplies params"),
    ],
)
def test_the_order_in_which_columns_are_left_out(width: int, columns: str) -> None:
    (seen,) = headers(printed(*MODULE, "--width", str(width)))
    assert [title.replace(" ", "-") for title in seen] == columns.split()


@pytest.mark.parametrize(
    ("argv", "titles"),
    [
        ("googlenet --by branch --width 60", "module branch multiplies share params saved"),
        (
            "fit googlenet --budget multiplies=1e9 --scale input --width 30",
            "budget input multiplies",
        ),
        (
            "breakeven googlenet --module 3a --width 60",
            "reduction count width pays-up-to module-without of-the-possible",
        ),
        ("breakeven googlenet --module 3a --width 30", "reduction count pays-up-to"),
        (
            "sweep googlenet --vary 3a.r5=8:16:8 --vary input=200,224 --vary 4a.r3=8 --width 30",
            "3a.r5 input 4a.r3 multiplies params",
        ),
        (
            "compare googlenet inception-v3 inception-v4 --width 78",
            (
                "module googlenet-multiplies inception-v3-multiplies ratio "
                "inception-v4-multiplies ratio"
            ),
        ),
        (
            "compare googlenet googlenet@width=0.5 bn-inception --width 60",
            "module googlenet-multiplies googlenet@width=0.5-multiplies bn-inception-multiplies",
        ),
        (
            "compare googlenet googlenet@width=0.5 bn-inception --width 52",
            "module googlenet-multiplies googlenet@width=0.5-multiplies ratio",
        ),
        ("paper googlenet --width 60", "row printed-weights exact difference verdict"),
        ("paper googlenet --width 40", "row printed-weights exact verdict"),
    ],
)
def test_what_says_what_a_row_is_and_what_was_asked_stay(argv: str, titles: str) -> None:
    seen = headers(printed(*argv.split()))[0]
    assert [title.replace(" ", "-") for title in seen] == titles.split()


def test_what_is_left_out_of_one_network_alone_says_of_which() -> None:
    lines = printed("compare", "googlenet", "googlenet@width=0.5", "bn-inception", "--width", "52")
    note = "params, bn-inception multiplies, ratio of bn-inception (--width 0"
    assert f"left out at this width: {note}" in " ".join(" ".join(lines).split())


def every_table(argv: list[str], monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """The tables that a command prints."""
    found: list[Sheet] = []

    def kept(table: Sheet, _: Screen) -> str:
        found.extend([replace(table, more=()), *table.more])
        return ""

    monkeypatch.setattr("flopcount.writing.terminal.text", kept)
    assert main(argv) == 0
    return found


def columns_shown(table: Sheet, lines: list[str]) -> list[Column]:
    """Which columns the lines hold, as the titles and the note below the table tell it."""
    (seen,) = headers(lines)
    spaced = " ".join(" ".join(lines).split())
    note = re.search(r"left out at this width: (.*?) \(--width 0 shows all\)", spaced)
    gone = f", {note[1]}, " if note else ""
    found = [
        column
        for column in table.columns
        if f", {column.title}, " not in gone and f", {column.title} of {column.group}, " not in gone
    ]
    assert [column.title for column in found] == seen
    return found


def assert_plain_at_every_width(table: Sheet) -> None:
    """Keys stay, no column stands without its group's keys, and no two look the same."""
    groups = [column.group for column in table.columns if column.key and column.group]
    for width in range(20, 121):
        lines = text(table, Screen(width)).splitlines()
        shown = columns_shown(table, lines)
        whole = {"", *groups[:1], *(column.group for column in shown)}
        kept = [column for column in table.columns if column.key and column.group in whole]
        assert set(kept) <= set(shown), width
        assert shown[0] == table.columns[0]
        titles = [(column.title, column.group) for column in shown]
        assert len(set(titles)) == len(titles)
        for column in shown:
            if sum(other.title == column.title for other in shown) > 1:
                assert column.group, width  # whose key columns, left of it, tell them apart
        if max(map(len, lines)) > width:
            assert {column.key for column in shown[1:]} <= {True}, width


@pytest.mark.parametrize("argv", TABLES, ids=" ".join)
def test_at_every_width_a_table_can_be_read(
    argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in every_table(argv, monkeypatch):
        assert_plain_at_every_width(table)


def test_at_every_width_times_can_be_read() -> None:
    assert_plain_at_every_width(replace(time_sheet((), "a machine"), heading=(), notes=()))


def test_a_table_whose_keys_have_no_place_is_wider_than_the_screen() -> None:
    lines = printed("compare", "inception-v3", "inception-v4", "--width", "20")
    assert headers(lines) == [["module", "inception-v3 multiplies"]]
    assert max(map(len, lines)) > 20


@pytest.mark.parametrize("argv", TABLES, ids=" ".join)
def test_headings_fit_in_forty_columns(argv: list[str]) -> None:
    lines = printed(*argv, "--width", "40")
    assert max(map(len, lines[: lines.index("")])) <= 40


@pytest.mark.parametrize("width", range(18, 60))
def test_a_product_breaks_at_its_dots_and_nothing_is_lost(width: int) -> None:
    lines = wrap(CONVENTION, width, 2)
    assert max(map(len, lines)) <= width
    assert " ".join(line.strip() for line in lines).replace("· ", "·") == CONVENTION


def test_a_round_number_is_no_product() -> None:
    assert wrap("counts 123456789012·10²⁹⁹", 14, 2) == ["counts", "  123456789012·10²⁹⁹"]


def test_no_width_and_no_terminal_is_as_wide_as_it_is() -> None:
    assert printed(*MODULE, "--width", "0") == printed(*MODULE)
    assert printed(*MODULE, "--width", "10000") == printed(*MODULE)
    assert printed(*MODULE, "--width", "0200") == printed(*MODULE, "--width", "200")


def test_columns_is_for_terminals_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = printed(*MODULE)
    monkeypatch.setenv("COLUMNS", "40")
    assert printed(*MODULE) == whole


@pytest.mark.parametrize("width", ["19", "1", "-1", "x", "", "1e3", "80.0", "10001", "9" * 5000])
def test_a_width_that_is_none(width: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*MODULE, "--width", width]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--width" in captured.err
    assert captured.err.count("\n") == 1
    assert captured.err.endswith(", not a whole number from 20 to 10000\n")
    assert "--width (0: any) is" in captured.err


@pytest.mark.parametrize("more", [["--format", "csv"], ["-o", "a.md"], ["--format", "markdown"]])
def test_a_width_is_for_the_table_alone(
    more: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*MODULE, *more, "--width", "80"]) == 2
    assert "--width is for the table on standard output" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_formula_has_no_width(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "googlenet", "--width", "80"]) == 2
    assert "unexpected '--width'" in capsys.readouterr().err


# -- any table


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
COLUMNS = (
    Column("name", "the name"),
    Column("layers", "layers"),
    Column("shape", "shape", "shape"),
    Column("multiplies", "multiplies", "count", key=True),
    Column("naive", "naive multiplies", "count"),
    Column("nothing", "nothing at all", "count"),
    Column("saved", "saved", "ratio"),
)


@given(
    st.lists(st.tuples(NAMES, NAMES, st.integers(0, 10**18)), min_size=1, max_size=5),
    st.integers(1, 120),
    st.sampled_from([Screen(colour=False), Screen(colour=True)]),
)
def test_whatever_is_in_it_numbers_are_whole_and_nothing_moves_the_terminal(
    rows: list[tuple[str, str, int]], width: int, screen: Screen
) -> None:
    found = [
        (name, layers, (28, 28, 192), count, 2 * count, None, 2.0) for name, layers, count in rows
    ]
    table = Sheet(COLUMNS, found, found[0], heading=(rows[0][0], rows[0][1]), footer=("end",))
    fitted = text(table, replace(screen, width=width))
    assert COLOUR.sub("", fitted) == text(table, Screen(width))
    assert COLOUR.sub("", fitted).replace("\n", "").isprintable()
    for *_, count in rows:
        assert f"{count:,}" in fitted


def test_what_is_empty_goes_first() -> None:
    table = Sheet(COLUMNS, [("a", "b", (1, 1, 1), 10**9, 10**9, None, 1.0)])
    assert "left out at this width: nothing at all (" in text(table, Screen(60))


def test_a_word_that_is_very_long_is_cut_in_its_middle() -> None:
    name = "a" * 60 + "b" * 60
    lines = text(Sheet(COLUMNS[:1] + COLUMNS[3:4], [(name, 5)]), Screen(60)).splitlines()
    assert lines[2] == f"{'a' * 24}…{'b' * 23}{'5':>12}"


def test_wide_signs_take_two_columns_and_those_that_combine_none() -> None:
    rows = [("日本語", 1), ("e\u0301", 2), ("🙂", 3), ("plain", 4)]
    lines = text(Sheet((Column("name", "name"), Column("n", "n", "count")), rows)).splitlines()
    assert lines[2:] == ["日本語  1", "e\u0301       2", "🙂      3", "plain   4"]


def test_escape_sequences_of_a_title_are_shown_and_not_sent() -> None:
    hostile = "\033[31mred\033[0m \x9b2J \r over \u202e \n two"
    table = Sheet(
        (Column("name", hostile), Column("n", "n", "count")),
        [(hostile, 1)],
        heading=(hostile,),
        footer=(hostile,),
        arithmetic=[(hostile, {"sum": hostile})],
    )
    for form in ("table", "markdown", "latex", "html"):
        seen = render(table, form)
        assert seen.replace("\n", "").isprintable(), form
        assert "[31mred" in seen.replace("\\", "").replace("{[}", "[")


def test_a_spec_with_an_escape_sequence() -> None:
    assert main(["28x28x3 > conv 1x1 4\033[31m"]) == 2
    assert printed("28x28x3 > conv 1x1\t4")[0].startswith("28x28x3 > conv 1x1")


# -- a real terminal


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_on_a_terminal_the_table_fits_and_has_colours(columns: int) -> None:
    seen = shown(MODULE, columns)
    assert COLOUR.sub("", seen).splitlines() == printed(*MODULE, "--width", str(columns))
    assert seen.startswith("\033[1mGoogLeNet")
    assert "\033[32m9.68×\033[0m" in seen


def test_colour_only_where_it_is_wanted() -> None:
    plain = printed(*MODULE, "--width", "80")
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}):
        assert shown(MODULE, 80, **environment).splitlines() == plain, environment
    assert "\033[" in shown(MODULE, 80, NO_COLOR="")  # no-color.org: when not an empty string


def test_columns_says_how_wide_a_terminal_is() -> None:
    seen = shown(MODULE, 200, COLUMNS="60", NO_COLOR="1").splitlines()
    assert seen == printed(*MODULE, "--width", "60")
    narrow = shown(MODULE, 200, COLUMNS="5", NO_COLOR="1").splitlines()
    assert narrow == printed(*MODULE, "--width", "20")
    assert shown([*MODULE, "--width", "0"], 60, NO_COLOR="1").splitlines() == printed(*MODULE)


@pytest.mark.parametrize("form", ["csv", "json", "markdown", "latex"])
def test_formats_that_programs_read_have_no_colour(form: str) -> None:
    argv = [*MODULE, "--format", form]
    assert shown(argv, 80).splitlines() == printed(*argv)


def test_an_error_is_marked_on_a_terminal() -> None:
    assert shown(["googlnet"], 80).startswith("\033[1;31mflopcount:\033[0m unknown network")
    assert shown(["googlnet"], 80, NO_COLOR="1").startswith("flopcount: unknown network")


def test_what_costs_more_than_it_saves_and_what_differs_is_red() -> None:
    screen = Screen(80, colour=True)
    saving = Column("saved", "saved", "ratio", tone="saving")
    saved = Sheet((Column("a", "a"), saving), [("x", 0.07), ("y", None)])
    assert "\033[31m0.07×\033[0m" in text(saved, screen)
    rows = [("x", Verdict("differs: bias", fine=False)), ("y", Verdict("equal", fine=True))]
    judged = text(Sheet((Column("a", "a"), Column("result", "result")), rows), screen)
    assert "\033[31mdiffers: bias\033[0m" in judged
    assert judged.count("\033[31m") == 1
    of_others = Sheet((Column("a", "a"), Column("b_ratio", "ratio", "ratio")), [("x", 2.0)])
    assert "\033[3" not in text(of_others, screen)


def test_a_verdict_is_its_text_and_keeps_its_colour_in_a_copy() -> None:
    wrong = Verdict("false of it", fine=False)
    assert wrong == "false of it"
    assert not deepcopy(wrong).fine
    screen = Screen(80, colour=True)
    looks_wrong = Sheet((Column("verdict", "verdict"),), [("false, differs",)])
    assert "\033[31m" not in text(looks_wrong, screen)
    assert "\033[31mfalse of it" in text(replace(looks_wrong, rows=[(wrong,)]), screen)


def test_no_pager_is_started() -> None:
    whole = shown(["googlenet", "--by", "layer"], 100, PAGER="false", NO_COLOR="1")
    assert len(whole.splitlines()) > 80


def test_a_title_of_two_lines_is_bold_in_both() -> None:
    table = Sheet((Column("name", "name"),), [("a",)], heading=("a title " * 6, "what follows"))
    lines = text(table, Screen(30, colour=True)).splitlines()
    assert [line.startswith("\033[1m") for line in lines[:3]] == [True, True, False]
    assert lines[2] == "\033[2mwhat follows\033[0m"

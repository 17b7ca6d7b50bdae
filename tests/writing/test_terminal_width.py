"""Tables on a terminal: they fit, what is left out is named, numbers stay whole."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flopcount.analysis.conventions import CONVENTION
from flopcount.cli.main import main
from flopcount.frameworks.keras.time import Timed, Times, time_sheet
from flopcount.writing.sheet import Column, Sheet
from flopcount.writing.terminal import Screen, text
from flopcount.writing.wrap import wrap
from tests.writing.terminals import MODULE, printed

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


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 100, 120, 200])
@pytest.mark.parametrize("argv", TABLES, ids=" ".join)
def test_every_table_fits(argv: list[str], width: int) -> None:
    assert max(map(len, printed(*argv, "--width", str(width)))) <= width


@pytest.mark.slow
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
        found.extend(one.for_print() for one in (replace(table, more=()), *table.more))
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


@pytest.mark.slow
@pytest.mark.parametrize("argv", TABLES, ids=" ".join)
def test_at_every_width_a_table_can_be_read(
    argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in every_table(argv, monkeypatch):
        # a name may be a longer word
        assert_plain_at_every_width(replace(table.for_print(), heading=(), sections={}))


def test_at_every_width_times_can_be_read() -> None:
    once = Times(0.25, 0.2, 0.3, runs=7, multiplies=1_000)
    for naive in (once, None):  # without reductions nothing is beside
        sheet = time_sheet([Timed("3a", "5x5", once, naive)], "a machine").for_print()
        assert len(sheet.columns) == (10 if naive else 5)
        assert_plain_at_every_width(replace(sheet, heading=(), notes=()))


def test_a_table_whose_keys_have_no_place_is_wider_than_the_screen() -> None:
    lines = printed("compare", "inception-v3", "inception-v4", "--width", "20")
    assert headers(lines) == [["module", "inception-v3 multiplies"], ["kind"]]
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

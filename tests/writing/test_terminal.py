"""A real terminal: the table fits it, and is in colour where that is wanted."""

from copy import deepcopy
from dataclasses import replace

import pytest

from flopcount.writing.sheet import Column, Sheet, Verdict
from flopcount.writing.terminal import Screen, text
from tests.writing.terminals import COLOUR, MODULE, printed, shown


@pytest.mark.slow
@pytest.mark.parametrize("columns", [40, 80, 100])
def test_on_a_terminal_the_table_fits_and_has_colours(columns: int) -> None:
    seen = shown(MODULE, columns)
    assert COLOUR.sub("", seen).splitlines() == printed(*MODULE, "--width", str(columns))
    assert seen.startswith("\033[1mGoogLeNet")
    assert "\033[32m9.68×\033[0m" in seen


@pytest.mark.slow
def test_colour_only_where_it_is_wanted() -> None:
    plain = printed(*MODULE, "--width", "80")
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}):
        assert shown(MODULE, 80, **environment).splitlines() == plain, environment
    assert "\033[" in shown(MODULE, 80, NO_COLOR="")  # no-color.org: when not an empty string


@pytest.mark.slow
def test_columns_says_how_wide_a_terminal_is() -> None:
    seen = shown(MODULE, 200, COLUMNS="60", NO_COLOR="1").splitlines()
    assert seen == printed(*MODULE, "--width", "60")
    narrow = shown(MODULE, 200, COLUMNS="5", NO_COLOR="1").splitlines()
    assert narrow == printed(*MODULE, "--width", "20")
    assert shown([*MODULE, "--width", "0"], 60, NO_COLOR="1").splitlines() == printed(*MODULE)


@pytest.mark.slow
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

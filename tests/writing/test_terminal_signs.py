"""Any table on a terminal: whatever is in it, numbers are whole and nothing moves the terminal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.cli.main import main
from flopcount.writing.formats import render
from flopcount.writing.sheet import Column, Sheet
from flopcount.writing.terminal import Screen, text
from tests.writing.terminals import COLOUR, printed

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


@pytest.mark.slow
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


def test_a_korean_syllable_in_parts_takes_the_room_of_one() -> None:
    """As the C library counts it; macOS writes the names of files in parts."""
    parts = "\u1112\u1161\u11ab\u1100\u1173\u11af"
    rows = [(parts, 1), ("한글", 2), ("plain", 3)]
    lines = text(Sheet((Column("name", "name"), Column("n", "n", "count")), rows)).splitlines()
    assert lines[2:] == [f"{parts}   1", "한글   2", "plain  3"]


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

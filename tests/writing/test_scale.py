"""Counts in K, M, G: rounded as the exact fraction is, in what people read and nowhere else."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.reading import POWERS
from flopcount.writing.formats import render
from flopcount.writing.scale import MOST_DIGITS, Scale
from flopcount.writing.sheet import Column, Convention, Sheet


@pytest.mark.parametrize(
    ("scale", "count", "text"),
    [
        (Scale("G"), 1_582_671_872, "1.58"),
        (Scale("G", 5), 1_582_671_872, "1.5827"),
        (Scale("G", 1), 1_582_671_872, "2"),
        (Scale("G", 15), 1_582_671_872, "1.58267187200000"),
        (Scale("M"), 1_582_671_872, "1,580"),
        (Scale("M", 6), 1_582_671_872, "1,582.67"),
        (Scale("K"), 1_582_671_872, "1,580,000"),
        (Scale("G"), 123_000, "0.000123"),
        (Scale("T"), 1, "0.00000000000100"),
        (Scale("G"), 999_500_000, "1.00"),
        (Scale("G"), 999_499_999, "0.999"),
        (Scale("G"), 1_005_000_000, "1.01"),  # a half goes up
        (Scale("G"), 0, "0"),
        (Scale("K"), 12, "0.0120"),
        (Scale("K"), -1_500, "-1.50"),
        (Scale("G"), 15 * 10**299, "15·10²⁹⁰"),
        (Scale(), 1_582_671_872, "1,582,671,872"),
    ],
)
def test_a_count_as_it_is_printed(scale: Scale, count: int, text: str) -> None:
    assert scale.text(count) == text


@given(
    st.sampled_from(sorted(set(POWERS) - {""})),
    st.integers(1, MOST_DIGITS),
    st.integers(1, 10**40) | st.integers(1, 10**6),
)
def test_it_is_within_half_of_its_last_digit(prefix: str, digits: int, count: int) -> None:
    text = Scale(prefix, digits).text(count).replace(",", "")
    exact = Fraction(count, 10 ** POWERS[prefix])
    shown = text.replace(".", "").lstrip("0")
    assert len(shown) >= digits
    assert set(shown[digits:]) <= {"0"}
    size = Fraction(text)
    last = Fraction(10) ** (len(str(count)) - digits - POWERS[prefix])
    assert abs(size - exact) <= last / 2
    assert size > 0


@pytest.mark.parametrize(
    ("prefix", "name", "after", "above"),
    [
        ("G", "FLOPs", "GFLOPs", "GFLOPs"),
        ("M", "naive MACs", None, "naive MMACs"),
        ("G", "multiplies", "G multiplies", "multiplies (G)"),
        ("M", "params", "M params", "params (M)"),
        ("K", "my net v2 FLOPs", None, "my net v2 KFLOPs"),
        ("", "naive multiplies", "naive multiplies", "naive multiplies"),
    ],
)
def test_a_prefix_stands_where_people_write_it(
    prefix: str, name: str, after: str | None, above: str
) -> None:
    scale = Scale(prefix)
    assert scale.heading(name) == above
    assert after is None or scale.of(name) == after


SHEET = Sheet(
    (Column("name", "name"), Column("flops", "GFLOPs", "count", counted=True, scale=Scale("G"))),
    [("a", 1_234_567_890), ("b", 1), ("c", None)],
    ("total", 1_234_567_891),
    ("Some networks",),
    convention=Convention("counts: FLOPs", "FLOPs, G = 10⁹", "G = 10⁹, rounded"),
)


@pytest.mark.parametrize("form", ["table", "markdown", "latex", "html"])
def test_what_people_read_is_scaled_and_says_so(form: str) -> None:
    text = render(SHEET, form)
    assert "1.23" in text
    assert "0.00000000100" in text
    assert "234" not in text
    assert "G = 10⁹" in text
    assert "GFLOPs" in text


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_programs_read_is_exact_and_says_nothing_of_rounding(form: str) -> None:
    text = render(SHEET, form)
    assert "1234567890" in text
    assert "1234567891" in text
    assert "flops" in text
    assert "GFLOPs" not in text
    assert "10⁹" not in text


def test_a_part_of_a_table_says_what_its_rounded_columns_are() -> None:
    columns = (*SHEET.columns, Column("params", "params (M)", "count", scale=Scale("M")))
    sheet = Sheet(columns, [("a", 1, 2)], convention=SHEET.convention)
    assert sheet.choose("params").above == ("G = 10⁹, rounded",)
    assert sheet.choose("name").above == ()
    assert sheet.choose("flops").above == ("counts: FLOPs; G = 10⁹, rounded",)

"""A number as people have it: what it says, what fits it, and what is said of what is none."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.counters.printed.number import read_asked
from flopcount.errors import FlopcountError

COUNTS = st.integers(min_value=1, max_value=10**15)
SIGNS = "0123456789.,_ ~kKMGTBe+-×^acdFLOPsrm/'"
FITS = ("exactly", "rounded", "cut off")
POWERS = {"K": 3, "M": 6, "G": 9, "B": 9, "T": 12}


@pytest.mark.parametrize(
    ("typed", "value", "step", "unit"),
    [
        ("4.14 G", 4_140_000_000, 10**7, ""),
        ("4.14G", 4_140_000_000, 10**7, ""),
        ("4.14 GFLOPs", 4_140_000_000, 10**7, "FLOP"),
        ("3.8 GFLOPS", 3_800_000_000, 10**8, "FLOP"),
        ("65.86 BFLOPS", 65_860_000_000, 10**7, "FLOP"),  # as darknet prints
        ("0.72 TFLOPs", 720_000_000_000, 10**10, "FLOP"),
        ("3.8 × 10^9 FLOPs", 3_800_000_000, 10**8, "FLOP"),
        ("4.1 GMac", 4_100_000_000, 10**8, "MAC"),  # as ptflops prints
        ("300.77 MMac", 300_770_000, 10**4, "MAC"),
        ("569 MAdds", 569_000_000, 10**6, "MAC"),
        ("569M MAdds", 569_000_000, 10**6, "MAC"),
        ("1.5 billion multiply-adds", 1_500_000_000, 10**8, "MAC"),
        ("25.6M params", 25_600_000, 10**5, "parameters"),
        ("60.2 million parameters", 60_200_000, 10**5, "parameters"),
        ("1.58 GOPs", 1_580_000_000, 10**7, ""),  # operations: of either
        ("1.5B", 1_500_000_000, 10**8, ""),
        ("11.69 M", 11_690_000, 10**4, ""),
        ("1.8e9", 1_800_000_000, 10**8, ""),
        ("~ 4.1 G", 4_100_000_000, 10**8, ""),
        ("1,814,073,344", 1_814_073_344, 1, ""),
        ("1_814_073_344 MACs", 1_814_073_344, 1, "MAC"),
        ("1.814073344 G", 1_814_073_344, 1, ""),
        (1_814_073_344, 1_814_073_344, 1, ""),
    ],
)
def test_a_number_is_read_with_its_scale_and_its_word(
    typed: object, value: int, step: int, unit: str
) -> None:
    asked = read_asked(typed)
    assert (asked.value, asked.step, asked.unit) == (value, step, unit)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("4.14 apples", "expected a number such as 4.14 G"),
        ("", "expected a number"),
        ("G", "expected a number"),
        ("params", "expected a number"),
        ("-4.1 G", "expected a number"),
        ("nan", "expected a number"),
        ("inf", "expected a number"),
        ("1e9999", "expected a number"),
        ("9" * 100, "expected a number"),
        ("４.１４ G", "expected a number"),  # full-width
        ("٣.٨ G", "expected a number"),  # other digits
        ("4.14\x1b[31m G", "expected a number"),
        ("4.1\nG", "expected a number"),
        (None, "expected a number"),
        (True, "expected a number"),
        (-1, "expected a number"),
        (3.8e9, "expected a number"),
        ("0", "nothing costs that"),
        ("0.00 G", "nothing costs that"),
        ("4.14", "Expected its scale too: 4.14 G, or 4.14 M"),
        ("4.14 FLOPs", "Expected its scale too"),
        ("1.8140733441 G", "no count has parts of one"),
        ("4,14 G", "with a point it is 4.14"),
        ("4,1 GFLOPs", "with a point it is 4.1"),
        ("1.814.073.344", "points between thousands are not taken: 1,814,073,344"),
        ("312 TFLOP/s", "a speed"),
        ("312 TFLOPs per second", "a speed"),
        ("44.7 MB", "a size in bytes; of parameters in float32 it is 11.2M params"),
        ("44.7 MiB", "a size in bytes; of parameters in float32 it is 11.7M params"),
        ("512 bytes", "a size in bytes"),
    ],
)
def test_what_is_no_such_number_is_said_on_one_line(typed: object, says: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(says)) as raised:
        read_asked(typed, "--printed")
    message = str(raised.value)
    assert message.startswith("--printed ")
    assert "\n" not in message
    assert "\x1b" not in message


def test_a_comma_that_may_be_a_decimal_is_read_as_thousands_and_said() -> None:
    asked = read_asked("4,145 G")
    assert asked.value == 4_145 * 10**9
    assert asked.notes() == (
        "4,145 is read with a comma between thousands; with a point it is 4.145",
    )
    assert read_asked("4,145").notes() == read_asked("1,582,671 K").notes() == ()


@pytest.mark.parametrize(
    ("typed", "count", "says"),
    [
        ("4.14 G", 4_135_000_000, "rounded"),  # half a step down and up, both ends
        ("4.14 G", 4_145_000_000, "rounded"),
        ("4.14 G", 4_134_999_999, None),
        ("4.14 G", 4_145_000_001, "cut off"),
        ("4.14 G", 4_149_999_999, "cut off"),
        ("4.14 G", 4_150_000_000, None),
        ("4.14 G", 4_140_000_000, "exactly"),
        ("300M", 300_774_272, "cut off"),
        ("300M", 298_774_272, "rounded to 2 digits"),
        ("300M", 294_999_999, None),  # one digit is none
        ("1500M", 1_549_000_000, "rounded to 2 digits"),
        ("1500M", 1_503_000_000, "rounded to 3 digits"),
        ("1,814,073,344", 1_814_073_344, "exactly"),
        ("1,814,073,344", 1_814_073_345, None),
    ],
)
def test_what_fits_a_number(typed: str, count: int, says: str | None) -> None:
    fit = read_asked(typed).fit(count)
    assert (fit.says if fit else None) == says


@given(count=COUNTS, prefix=st.sampled_from(sorted(POWERS)), digits=st.integers(0, 6))
def test_what_is_printed_of_a_count_fits_it(count: int, prefix: str, digits: int) -> None:
    scaled = Fraction(count, 10 ** POWERS[prefix])
    rounded, cut = round(scaled * 10**digits), scaled * 10**digits // 1
    for printed, fits in ((rounded, ("exactly", "rounded")), (cut, FITS)):
        if printed and digits <= POWERS[prefix]:
            whole, decimals = divmod(int(printed), 10**digits)
            text = f"{whole}.{decimals:0{digits}}{prefix}" if digits else f"{whole}{prefix}"
            fit = read_asked(text).fit(count)
            assert fit is not None
            assert fit.says in fits


@given(count=COUNTS, other=COUNTS)
def test_a_whole_number_is_exact(count: int, other: int) -> None:
    asked = read_asked(f"{count:,}")
    fit = asked.fit(count)
    assert fit is not None
    assert fit.says == "exactly"
    found = asked.fit(other)
    assert (found is not None and found.says == "exactly") == (other == count)


@pytest.mark.slow
@given(
    text=st.one_of(
        st.text(max_size=40), st.text("0123456789.,_ ~kKMGTBe+-×^acdFLOPsrm/'", max_size=12)
    )
)
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        asked = read_asked(text)
    except FlopcountError as error:
        message = str(error)
        assert message.isprintable()
        return
    assert asked.value > 0
    assert asked.says().isprintable()

"""Figures as papers print them: what each way of writing one says, and what says nothing."""

from pathlib import Path

import pytest

from flopcount.cli.main import main
from flopcount.errors import FlopcountError
from flopcount.writing.figures import read_printed, summed

THIN, UNBROKEN = "\u2009", "\u00a0"


@pytest.mark.parametrize(
    ("written", "number", "step"),
    [
        ("1.5G", 1_500_000_000, 10**8),
        ("1.50 G", 1_500_000_000, 10**7),
        ("4.1B", 4_100_000_000, 10**8),
        ("4.1 billion", 4_100_000_000, 10**8),
        ("0.9k", 900, 100),
        ("0.9K", 900, 100),
        ("10.8 M", 10_800_000, 10**5),
        (f"10.8{THIN}M", 10_800_000, 10**5),
        (f"24{UNBROKEN}m", 24_000_000, 10**6),
        ("24 Million", 24_000_000, 10**6),
        ("1.2T", 1_200_000_000_000, 10**11),
        ("1.58e9", 1_580_000_000, 10**7),
        ("1.580E+9", 1_580_000_000, 10**6),
        ("3.8×10^9", 3_800_000_000, 10**8),
        ("3.8 x 10^9", 3_800_000_000, 10**8),
        ("3.8 · 10⁹", 3_800_000_000, 10**8),
        ("3.8*10^{10}", 38_000_000_000, 10**9),
        ("1,582,671,872", 1_582_671_872, 1),
        (f"1{THIN}582{THIN}671{THIN}872", 1_582_671_872, 1),
        ("1 582 671 872", 1_582_671_872, 1),
        ("1,582.7M", 1_582_700_000, 10**5),
        ("159000", 159_000, 1),
        (159_000, 159_000, 1),
        (0, 0, 1),
        (" 64 ", 64, 1),
    ],
)
def test_a_figure_is_its_number_to_the_last_digit(written: object, number: int, step: int) -> None:
    printed = read_printed(written, "here", 1000)
    assert printed.number * printed.unit == number
    # rounded, or cut off: from half a step below to just under a step above
    assert printed.fits(number)
    assert printed.fits(number + step - 1)
    assert not printed.fits(number + step)
    assert number < step or printed.fits(number - step // 2)
    assert number < step or not printed.fits(number - step // 2 - 1)


def test_k_is_the_papers_and_the_others_are_not() -> None:
    assert read_printed("159k", "", 1024).unit == 1024
    assert read_printed("1.5 thousand", "", 1024).unit == 1000
    assert read_printed("2.5M", "", 1024).unit == 10**6


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "M", "1.5 X", "1.5 KB", "1,58M", "1,5824", "15,82,671", "1.5.2", ".5M", "5.M"),
        *("-1.5M", "+1.5M", "~1.5G", "<0.5MB", "1e", "1e-9", "1e999", "1.5e3M", "10^9", "3×9"),
        *("3×10^", "3×10^{9", "3×10^9}", "1,582 671", "½M", "１.５G", "nan", "inf", "0x10"),
        *("1.5\u212a", "1 thou\u017fand"),  # kelvin, a long s
        *("1\n5", "9" * 61, -1, True, None, [], {}, ["1M"], 10**61),
    ],
    ids=repr,
)
def test_what_no_paper_prints_is_refused_in_a_line(written: object) -> None:
    with pytest.raises(FlopcountError, match=r"^3a: read .*, expected a figure such as 159K") as no:
        read_printed(written, "3a", 1000)
    assert "\n" not in str(no.value)


@pytest.mark.parametrize("written", [1.58e9, 1.5, float("nan"), float("inf")])
def test_a_float_has_lost_its_last_digit(written: float) -> None:
    with pytest.raises(FlopcountError, match=r'3a: read .* expected quotes around it, as in "1.5'):
        read_printed(written, "3a", 1000)


def test_a_sum_has_the_digits_and_the_suffix_of_its_figures() -> None:
    def total(*written: str) -> str | None:
        found = summed(read_printed(figure, "", 1000) for figure in written)
        return found.text if found else None

    assert total("2.7K", "112K") == "114.7K"
    assert total("0.5 M", "1.25 M", "0.25m") == "2.00 M"
    assert total("1.5G", "2.5B") == "4.0G"
    assert total("1.5e9", "2e9") == "3.5e9"
    assert total("1,500", "64") == "1,564"
    assert total("1.5M", "200K") is None


TABLE = """
title = "Printed"
input = "28x28x192"
[rows]
reduce5 = "conv 1x1 16"
conv5 = "conv 5x5 32"
[paper]
counts = {counts}
reduce5 = {first}
conv5 = {second}
"""


def shown(
    folder: Path, capsys: pytest.CaptureFixture[str], counts: str, first: str, second: str
) -> tuple[int, str]:
    path = folder / "printed.toml"
    path.write_text(TABLE.format(counts=counts, first=first, second=second), encoding="utf-8")
    code = main(["paper", str(path), "--width", "0"])
    seen = capsys.readouterr()
    return code, seen.out or seen.err


def test_a_paper_that_prints_flops_is_compared_in_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = shown(
        tmp_path, capsys, '["MACs", "FLOPs"]', '["2.41e6", 4816896]', '["10.0 M", "0.0201G"]'
    )
    assert code == 0
    assert "FLOPs: 2 × multiplies, for a multiply and an add each" in text
    assert "exact: MACs and FLOPs; M = 1,000,000, G = B = 1,000,000,000\n" in text
    rows = {line.split()[0]: line.split() for line in text.splitlines() if line.strip()}
    # 28·28·192·16 = 2,408,448 and 28·28·5·5·16·32 = 10,035,200, twice as many FLOPs
    assert rows["reduce5"][1:3] == ["2.41e6", "2,408,448"]
    assert rows["reduce5"][5:7] == ["4816896", "4,816,896"]
    assert rows["reduce5"][-1] == rows["conv5"][-1] == "agrees"
    assert "10.0 M" in text
    assert "20,070,400" in text


@pytest.mark.parametrize(
    ("counts", "first", "said"),
    [
        ('["params"]', '["1,58M"]', "paper: reduce5: read '1,58M', expected a figure such as"),
        ('["params"]', "[1.5]", "paper: reduce5: read 1.5, expected quotes around it"),
        ('["gflops"]', '["1.5"]', "paper: counts: 'gflops' is no count: write flops, and 4e9"),
        ('["macs", "MACs"]', '["1M", "1M"]', "paper: counts: macs is named twice"),
        ('[["macs"]]', '["1M"]', "paper: counts: unknown count ['macs']"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    counts: str, first: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = shown(tmp_path, capsys, counts, first, first)
    assert code == 2
    assert said in text
    assert text.count("\n") == 1

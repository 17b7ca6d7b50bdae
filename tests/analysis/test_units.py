"""Units as people type them, and reports that are printed in them."""

import csv
import io
import json
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis.units import MULTIPLIES, SCALED, Measure, read_measure
from flopcount.cli.main import main
from flopcount.writing.scale import EXACT, Scale

TOTAL, PARAMS = 1_582_671_872, 6_998_552  # GoogLeNet


@pytest.mark.parametrize(
    ("typed", "read", "name"),
    [
        ("multiplies", MULTIPLIES, "multiplies"),
        ("MACs", Measure("macs"), "MACs"),
        ("G", Measure("multiplies", Scale("G")), "G multiplies"),
        ("g", Measure("multiplies", Scale("G")), "G multiplies"),
        ("B", Measure("multiplies", Scale("G")), "G multiplies"),
        ("GFLOPs", Measure("flops", Scale("G")), "GFLOPs"),
        ("gflops", Measure("flops", Scale("G")), "GFLOPs"),
        ("BFLOPs", Measure("flops", Scale("G")), "GFLOPs"),
        ("TFLOPS", Measure("flops", Scale("T")), "TFLOPs"),
        ("KFLOPs", Measure("flops", Scale("K")), "KFLOPs"),
        ("MMACs", Measure("macs", Scale("M")), "MMACs"),
        ("G MACs", Measure("macs", Scale("G")), "GMACs"),
        ("Mmultiplies", Measure("multiplies", Scale("M")), "M multiplies"),
        ("GMACs,Mparams", Measure("macs", Scale("G"), Scale("M")), "GMACs"),
        ("M params, flops", Measure("flops", EXACT, Scale("M")), "FLOPs"),
        ("Mparams", Measure("multiplies", EXACT, Scale("M")), "multiplies"),
    ],
)
def test_a_unit_as_it_is_typed(typed: str, read: Measure, name: str) -> None:
    assert read_measure(typed) == read
    assert read.name == name


def test_each_unit_that_completion_offers_is_one() -> None:
    for unit in SCALED:
        assert read_measure(unit).scale


@pytest.mark.parametrize(
    ("unit", "digits", "said"),
    [
        ("", None, "unknown unit '' (known: multiplies, macs or flops, with K, M, G, T or P"),
        ("GB", None, "unknown unit 'GB'"),
        ("GFLOPS/s", None, "did you mean 'GFLOPs'?"),
        ("KiFLOPs", None, "unknown unit 'KiFLOPs'"),
        ("GFLOP", None, "did you mean 'GFLOPs'?"),
        ("flop", None, "did you mean 'flops'?"),
        ("\u212aMACs", None, "unknown unit 'KMACs'".replace("K", "\u212a")),  # kelvin
        ("Gflop\u017f", None, "unknown unit 'Gflop"),  # a long s
        ("GG", None, "unknown unit 'GG'"),
        ("params", None, "unknown unit 'params'"),
        ("activations", None, "unknown unit 'activations'"),
        ("G,M", None, "unit 'G,M': expected one, or two as in GMACs,Mparams"),
        ("Mparams,Kparams", None, "expected one, or two as in GMACs,Mparams"),
        ("G,", None, "unknown unit ''"),
        (None, None, "unknown unit None"),
        (["G"], None, "unknown unit ['G']"),
        (9, None, "unknown unit 9"),
        ("G", 0, "digits is 0, not a whole number from 1 to 15"),
        ("G", 16, "digits is 16, not"),
        ("G", 2.5, "digits is 2.5, not"),
        ("G", "3", "digits is '3', not"),
        ("G", True, "digits is True, not"),
        ("flops", 3, "digits are of a unit that is scaled, such as G or GFLOPs"),
        ("multiplies", 3, "digits are of a unit that is scaled"),
    ],
)
def test_what_is_no_unit(unit: Any, digits: Any, said: str) -> None:
    for call in (fc.analyze, lambda name, **given: fc.compare([name, name], **given)):
        with pytest.raises(fc.FlopcountError) as no:
            call("googlenet", unit=unit, digits=digits)
        assert said in str(no.value)


def test_another_prefix_is_not_offered() -> None:
    with pytest.raises(fc.FlopcountError, match=r"unknown unit 'EFLOPs' \(.*: GFLOPs, G\)$"):
        fc.analyze("googlenet", unit="EFLOPs")


def test_a_report_is_exact_and_prints_rounded() -> None:
    report = fc.analyze("googlenet", unit="GFLOPs", digits=4)
    plain = fc.analyze("googlenet", unit="flops")
    assert (report.unit, report.scale, report.flops) == ("flops", Scale("G", 4), 2 * TOTAL)
    assert report.to_json() == plain.to_json()
    assert report.to_csv() == plain.to_csv()
    assert report.explain("3a/5x5") == plain.explain("3a/5x5")
    assert report.to_frame().equals(plain.to_frame())
    (total,) = [line for line in str(report).splitlines() if line.startswith("total  ")]
    assert total.split()[2:] == ["1×1×1000", "3.165", "100.0", "%", "6,998,552", "8.853", "2.80×"]
    assert "G = 10⁹, rounded to 4 significant digits" in str(report)
    assert "FLOPs = 2 × multiplies" in str(report)
    assert f"total {TOTAL:,} MACs" in str(report)
    rounded = "one sample; G = 10⁹, rounded to 4 significant digits"
    for form in (report.to_markdown(), report.to_latex(), report.to_text(conventions=True)):
        assert "naive GFLOPs" in form.replace(r"\shortstack[r]{naive\\GFLOPs}", "naive GFLOPs")
        assert rounded in form


def test_parameters_are_scaled_where_they_are_asked_for() -> None:
    exact = fc.analyze("googlenet", unit="GMACs").sheet()
    both = fc.analyze("googlenet", unit="GMACs,Mparams").sheet()
    assert [column.title for column in exact.columns][3:] == [
        *("GMACs", "share", "params", "naive GMACs", "saved"),
    ]
    assert [column.title for column in both.columns][5] == "params (M)"
    assert "G = 10⁹, M = 10⁶, rounded to 3 significant digits" in both.convention.rounded
    assert exact.rows == both.rows
    assert "  7.00  " in str(both).splitlines()[-5]
    assert f"{PARAMS:,}" in str(exact)


def test_the_counts_that_are_chosen_are_scaled_by_what_they_count() -> None:
    names = ["flops", "multiplies_unpadded", "params", "activations"]
    report = fc.analyze("googlenet", columns=names, unit="G,Mparams", by="op")
    titles = [column.title for column in report.sheet().columns][2:]
    assert titles == ["GFLOPs", "multiplies unpadded (G)", "params (M)", "activations"]
    assert "counts of one sample; G = 10⁹, M = 10⁶, rounded to 3" in str(report)
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    assert rows[-1]["flops"] == str(2 * TOTAL)
    with pytest.raises(fc.FlopcountError, match="so name flops among them"):
        fc.analyze("googlenet", columns=names, unit="GFLOPs")


def test_networks_side_by_side() -> None:
    pair = ["googlenet", "googlenet@torchvision"]
    sheet = fc.compare(pair, unit="GFLOPs,Mparams")
    assert [column.title for column in sheet.columns][1:3] == ["googlenet GFLOPs", "params (M)"]
    assert [column.name for column in sheet.columns][1] == "googlenet_flops"
    exact = fc.compare(pair)
    assert sheet.total
    assert exact.total
    assert sheet.total[1] == 2 * exact.total[1]
    assert sheet.total[2:3] + sheet.total[5:] == exact.total[2:3] + exact.total[5:]
    assert "total                3.17        7.00" in str(sheet)
    document = json.loads(str(sheet.written("json")))
    assert document["total"]["googlenet_flops"] == 2 * TOTAL
    assert not any("10⁹" in line for line in document["heading"])


@pytest.mark.slow
def test_a_page_is_whole_in_the_unit() -> None:
    pages = [fc.analyze("8x8x4 > conv 3x3 4", unit=unit).to_page() for unit in ("GFLOPs", "flops")]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["googlenet", "--digits", "3"], "digits are of a unit that is scaled"),
        (["googlenet", "--unit", "G", "--digits", "0"], "--digits is '0', not a whole number"),
        (["googlenet", "--unit", "G", "--digits", "x"], "--digits is 'x', not a whole number"),
        (["googlenet", "--unit", "GPLOFs"], "unknown unit 'GPLOFs'"),
        (["compare", "googlenet", "vgg16", "--unit", "X"], "unknown unit 'X'"),
        (["plot", "googlenet", "--kind", "layers", "--digits", "3", "-o", "x.png"], "--digits is"),
    ],
)
def test_on_the_command_line(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1

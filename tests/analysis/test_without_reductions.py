"""Where no layer is bypassed print has nothing naive, and programs have what they always had."""

import csv
import io
import json
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.analysis import GRAINS
from flopcount.analysis.report import UNCHANGED
from flopcount.cli.main import run
from flopcount.rewrites import READINGS
from flopcount.writing.formats import FORMATS

PLAIN = "8x8x4 > [a: conv 3x3 4 norm | b: conv 1x1 8 > conv 3x3 4] > maxpool 2x2/2"
REDUCED = PLAIN.replace("conv 1x1 8", "conv 1x1 8 reduce")
NAIVE = ["naive", "saved", "bypassed"]
PRINT = [form for form in FORMATS if form not in ("csv", "json")]


def said(text: str) -> list[str]:
    return [word for word in NAIVE if word in text]


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("form", PRINT)
def test_print_has_nothing_naive(form: str, grain: str) -> None:
    assert said(fc.analyze(PLAIN, by=grain).to_format(form, explain=True)) == []
    assert said(fc.analyze(REDUCED, by=grain).to_format(form, explain=True)) == NAIVE
    bare = fc.analyze(f"{REDUCED}@naive", by=grain)
    assert "saved" not in bare.to_format(form)
    assert [line for line in bare.sheet().notes if "naive" in line] == [bare.network.notes[-1]]


def test_programs_have_the_naive_columns() -> None:
    report = fc.analyze(PLAIN, by="layer")
    for row in csv.DictReader(io.StringIO(report.to_csv())):
        assert (row["naive_multiplies"], row["saved"]) == (row["multiplies"], "")
    frame = report.to_frame()
    assert list(frame["naive_multiplies"]) == list(frame["multiplies"])
    total = json.loads(report.to_json())["total"]
    assert total["naive_multiplies"] == total["multiplies"]
    assert list(report.sheet().to_frame()["naive_multiplies"]) == list(frame["multiplies"])


def test_a_part_that_is_left_as_it_is_has_none_either() -> None:
    network = fc.load("googlenet")
    assert not fc.analyze(network, modules=["conv1"]).bypasses
    assert not fc.analyze(network, modules=["3a"], branch="1x1").bypasses
    assert fc.analyze(network, modules=["3a"], branch="5x5").bypasses
    for reading, changed in (("reduce", False), ("figure", True), ("chained", True)):
        pool = fc.analyze(network, modules=["3a"], branch="pool", naive=reading)
        assert pool.bypasses == changed
    # the classifier has no reduction, and reads more channels where the modules before have none
    for reading, changed in (("reduce", False), ("figure", False), ("chained", True)):
        assert fc.analyze(network, modules=["linear"], naive=reading).bypasses == changed


def test_reductions_that_save_nothing_are_shown() -> None:
    # 4·2 + 2·4 multiplies a place as built, and 4·4 without the reduction
    same = fc.analyze("8x8x4 > [a: conv 1x1 2 reduce > conv 1x1 4 | b: conv 1x1 4]")
    assert (same["a"].multiplies, int(same["a"].naive.multiplies)) == (8**2 * 16, 8**2 * 16)
    assert same.bypasses
    assert "naive (reduce)" in str(same)


@pytest.mark.parametrize("reading", READINGS)
def test_who_asks_for_a_reading_is_told_in_a_line(reading: str) -> None:
    text = run([PLAIN, "--naive", reading])[0]
    assert f"\nnaive ({reading}): {UNCHANGED}\n" in text
    assert said(text.replace(f"naive ({reading}): {UNCHANGED}", "")) == []
    assert f"naive ({reading}): {UNCHANGED}" not in run([REDUCED, "--naive", reading])[0]
    assert "naive" not in run([PLAIN, "--naive", reading, "--columns", "params"])[0]
    figure = fc.analyze(PLAIN, naive=reading).plot("savings")
    assert UNCHANGED in " ".join(text.get_text() for text in figure.texts).replace("\n", " ")


def test_a_picture_says_nothing_naive_unasked() -> None:
    figure = fc.analyze(PLAIN).plot("savings")
    texts = [*figure.texts, *figure.axes[0].texts]
    assert said(" ".join(text.get_text() for text in texts)) == []


@pytest.mark.slow
def test_a_page_has_neither_columns_nor_a_switch(tmp_path: Path) -> None:
    for spec, there in ((PLAIN, False), (REDUCED, True)):
        path = tmp_path / "page.html"
        run([spec, "-o", str(path)])
        text = path.read_text(encoding="utf-8")
        body = text.partition("<body>")[2].partition("<script")[0]
        for words in ("naive multiplies", ">saved<", "naive and as built", "the naive columns"):
            assert (words in body) == there, words
        assert f'"bypasses":{str(there).lower()}' in text.replace(" ", "")


def test_columns_that_are_chosen_are_printed() -> None:
    sheet = fc.analyze(PLAIN).sheet()
    assert "naive" not in str(sheet)
    assert "naive multiplies" in str(sheet.choose("branch", "naive_multiplies"))
    assert "naive" not in str(sheet.choose(branch="a"))

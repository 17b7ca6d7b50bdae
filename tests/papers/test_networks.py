"""What a table says that papers print of whole networks: its own, and those that are shipped."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.papers import measured
from flopcount.papers.paper import compare_with_paper

NET = """
title = "Two layers"
input = "32x32x3"
classes = 10
[rows]
stem = "conv 3x3 8"
head = "avgpool global > dense classes"
[variant.wide]
rows.stem = "conv 3x3 16"
"""
# 32·32·27·8 + 80 and 27·8 + 8 + 90; 16 channels; a grid of 16·16
STEM = 32 * 32 * 27 * 8
PRINTED = """
[[paper]]
source = "a paper, Table 1"
counts = ["multiplies", "params"]
[paper.networks]
two = ["221K", "314"]
"two@wide" = ["443K", "0.7K"]
"two@input=16x16" = ["55K", "314"]
"GoogLeNet@torchvision" = ["1.5G", "6.6M"]
[paper.notes]
params = {established = "with biases"}
"two@wide" = {established = "0.6 K, rounded", guess = "a slip"}
[paper.readings]
"two@wide" = ["two", "two@width=2"]
[[paper]]
source = "a paper, Table 2"
counts = ["weights"]
stem = ["216"]
"""


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], str]:
    """A file of the network with a section of printed figures."""

    def write(paper: str) -> str:
        path = tmp_path / "two.toml"
        path.write_text(f"{NET}{paper}", encoding="utf-8")
        return str(path)

    return write


def refused(reference: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["paper", reference]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert seen.err.count("\n") == 1
    return seen.err


def test_networks_stand_beside_what_they_cost(table: Callable[[str], str]) -> None:
    sheet = compare_with_paper(table(PRINTED))
    assert sheet.heading == ("Two layers, printed and exact", "a paper, Table 1")
    rows = {row[0]: row[1:] for row in sheet.rows}
    assert rows["two"][1] == STEM + 80
    assert rows["two"][4] == 27 * 8 + 8 + 8 * 10 + 10
    assert rows["two@wide"][1] == 2 * STEM + 160
    assert rows["two@wide"][4] == 27 * 16 + 16 + 16 * 10 + 10
    assert rows["two@input=16x16"][1] == STEM // 4 + 80
    torchvision = fc.analyze(fc.load("googlenet@torchvision")).total.cost
    assert rows["GoogLeNet@torchvision"][1] == torchvision.multiplies
    verdicts = [str(row[6]) for row in rows.values()]
    assert verdicts == ["agrees", "params differ", "agrees", "agrees"]
    assert sheet.total is None
    assert list(sheet.footer) == [
        "params: established: with biases",
        "two@wide: established: 0.6 K, rounded",
        "two@wide: guess: a slip",
        f"two@wide as 'two': {STEM + 80:,} multiplies and 314 params",
        f"two@wide as 'two@width=2': {2 * STEM + 160:,} multiplies and 618 params",
    ]


def test_a_second_table_of_the_paper_has_the_rows_of_the_network(
    table: Callable[[str], str],
) -> None:
    (second,) = compare_with_paper(table(PRINTED)).more
    assert second.heading == ("Two layers: two, printed and exact", "a paper, Table 2")
    assert [row[:3] for row in second.rows] == [["stem", "216", 216]]
    assert second.total is not None


def test_what_stands_above_is_said_once(table: Callable[[str], str]) -> None:
    text = str(compare_with_paper(table(PRINTED)))
    assert text.count("difference: printed ÷ exact − 1") == 1
    assert text.count("multiplies of conv and dense") == 1


def test_parameters_alone_need_no_word_on_multiplies(table: Callable[[str], str]) -> None:
    text = str(
        compare_with_paper(table('[paper]\ncounts = ["params"]\nnetworks = {two = ["314"]}'))
    )
    assert "multiplies" not in text
    assert "exact: params\n" in text


def test_the_formats_tell_the_tables_apart(
    table: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(PRINTED)
    assert main(["paper", path, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["network"], row["row"], row["source"][-1:]) for row in rows] == [
        *(("two", "", "1"), ("two@wide", "", "1"), ("two@input=16x16", "", "1")),
        *(("GoogLeNet@torchvision", "", "1"), ("", "stem", "2")),
    ]
    assert main(["paper", path, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["rows"][0] == {
        "network": "two",
        "printed_multiplies": "221K",
        "multiplies": STEM + 80,
        "multiplies_difference": pytest.approx(221_000 / (STEM + 80) - 1, abs=1e-6),
        "printed_params": "314",
        "params": 314,
        "params_difference": 0.0,
        "verdict": "agrees",
        "source": "a paper, Table 1",
    }
    assert document["more"][0][0]["source"] == "a paper, Table 2"
    for form in ("markdown", "latex"):
        assert main(["paper", path, "--format", form]) == 0
        shown = capsys.readouterr().out
        assert "wide" in shown
        assert "Table 2" in shown


def test_a_variant_of_the_table_has_the_same_networks(table: Callable[[str], str]) -> None:
    path = table(PRINTED)
    base, wide = (compare_with_paper(reference) for reference in (path, f"{path}@wide"))
    assert [row[:-1] for row in wide.rows] == [row[:-1] for row in base.rows]
    (second,) = wide.more
    assert second.rows[0][2] == 27 * 16  # the rows of one network are the variant's


def test_a_table_on_standard_input_calls_itself_stdin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'{NET}[paper]\ncounts = ["params"]\nnetworks = {{stdin = ["314"], two = ["314"]}}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert "this table's own, 'stdin', or one that" in refused("-", capsys)
    text = text.replace(', two = ["314"]', "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["paper", "-"]) == 0
    assert "agrees" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ('networks = {tow = ["1"]}', "networks: 'tow' is no network; did you mean 'two'?"),
        ('networks = {"" = ["1"]}', "networks: '' is no network (expected this table's own, 'two'"),
        ('networks = {"../two.toml" = ["1"]}', "networks: '../two.toml' is no network"),
        ('networks = {"torchvision:resnet18" = ["1"]}', "'torchvision:resnet18' is no network"),
        ('networks = {"8x8x3 > relu" = ["1"]}', "'8x8x3 > relu' is no network"),
        ('networks = {"two@widde" = ["1"]}', "did you mean 'wide'?"),
        ('networks = {"two@input=0x0" = ["1"]}', "networks: 'two@input=0x0': "),
        ('networks = {two = ["1", "2"]}', "two: read ['1', '2'], expected a list of 1 figure"),
        ('networks = {two = ["some"]}', "two: read 'some', expected a figure such as"),
        ("networks = 3", "networks: read 3, expected a section"),
        ('networks = {two = ["1"]}\nstem = ["1"]', "'stem' beside networks: rows of one network"),
        ('networks = {two = ["1"]}\nnotes = {tow = {guess = "x"}}', "notes: unknown row 'tow'"),
        (
            'networks = {two = ["1"]}\nreadings = {tow = ["two"]}',
            "readings.tow: expected a",
        ),
        (
            'networks = {two = ["1"]}\nreadings = {two = [3]}',
            "readings.two: read 3, expected",
        ),
        ('networks = {two = ["1"]}\nreadings = {two = ["x.pt"]}', "readings.two: networks: 'x.pt'"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(
    section: str, said: str, table: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(table(f'[paper]\ncounts = ["params"]\n{section}'), capsys)
    assert message.startswith("flopcount: two.toml: paper: ")
    assert said in message


def test_one_of_several_that_is_no_section(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "two.toml"
    path.write_text(f"paper = [3]\n{NET}", encoding="utf-8")
    assert "paper: read 3, expected a section" in refused(str(path), capsys)
    path.write_text(f"paper = 3\n{NET}", encoding="utf-8")
    assert "paper: read 3, expected a section" in refused(str(path), capsys)


def test_a_rewrite_is_not_what_a_paper_prints(capsys: pytest.CaptureFixture[str]) -> None:
    for rewrite in ("input=192x192", "naive", "classes=10", "width=0.5@multiple=8"):
        message = refused(f"googlenet@{rewrite}", capsys)
        assert f"'@{rewrite.partition('@')[0]}': a network is compared as it is printed" in message
        assert "flopcount paper googlenet has all" in message


def test_there_are_limits(
    table: Callable[[str], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = [f'"two@input={size}x{size}" = ["1"]' for size in range(4, 10)]
    path = table("\n".join(['[paper]\ncounts = ["params"]\n[paper.networks]', *sizes]))
    compare_with_paper(path)
    monkeypatch.setattr(measured, "MOST_NETWORKS", 5)
    assert "'two@input=9x9': more than 5 networks or 4 MiB" in refused(path, capsys)
    monkeypatch.setattr(measured, "MOST_NETWORKS", 100)
    monkeypatch.setattr(measured, "MOST_NETWORK_LAYERS", 17)
    assert "'two@input=9x9': more than 17 layers in all" in refused(path, capsys)
    monkeypatch.setattr(measured, "MOST_NETWORK_LAYERS", 18)
    compare_with_paper(path)


def test_a_network_that_stands_twice_is_priced_once(
    table: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measured, "MOST_NETWORKS", 1)
    again = (
        '[[paper]]\ncounts = ["params"]\nnetworks = {two = ["314"]}\nreadings = {two = ["two"]}\n'
    )
    assert len(compare_with_paper(table(again * 3)).more) == 2


@given(
    width=st.integers(1, 300),
    size=st.integers(1, 40),
    digits=st.integers(0, 3),
    half=st.sampled_from([0.0, 0.5]),
)
@settings(max_examples=25, deadline=None)
def test_a_figure_that_was_rounded_or_cut_off_agrees(
    width: int, size: int, digits: int, half: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    exact = size * size * 27 * width
    thousandths = exact * 10**digits / 1000
    printed = int(thousandths + half)
    text = f"{printed / 10**digits:.{digits}f}K"
    path = tmp_path_factory.mktemp("printed") / "net.toml"
    path.write_text(
        f'input = "{size}x{size}x3"\n[rows]\na = "conv 3x3 {width}"\n'
        f'[paper]\ncounts = ["macs"]\nnetworks = {{net = ["{text}"]}}\n',
        encoding="utf-8",
    )
    (row,) = compare_with_paper(str(path)).rows
    assert row[2] == exact
    assert str(row[4]) == "agrees"

"""Measured designs on the terminal and in files: numbers as they were typed, and as numbers."""

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.measured import printed

TEXT = "network,input,top1,ms\nresnet-18,224,0.7130,+8.0\n16x16x3 > conv 3x3 4,32,1e-7,\n"
TYPED = "input,a,b\n224,0.7130,12345678901234567890\n160,-5.,\n128,+3,1e-3\n96,0.10,0\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(TYPED)
    Path("n.csv").write_text(TEXT)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["sweep", *words]) == 0
    return capsys.readouterr().out


def test_as_typed_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "resnet-18", "--measured", "a.csv", "--columns", "b,params,a")
    params = f"{fc.analyze('resnet-18').total.cost.params:,}"
    rows = [line.split() for line in out.splitlines()][-7:-2]
    assert rows[1:] == [
        ["224", "12345678901234567890", params, "0.7130"],
        ["160", "–", params, "-5."],
        ["128", "1e-3", params, "+3"],
        ["96", "0", params, "0.10"],
    ]
    assert out.endswith("\n4 of 4 designs\n")


def test_as_numbers_in_files(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("resnet-18", "--measured", "a.csv", "--columns", "a,b,params")
    run(capsys, *words, "-o", "x.csv", "-o", "x.parquet")
    rows = [*csv.reader(Path("x.csv").read_text().splitlines())]
    assert run(capsys, *words, "--format", "csv") == Path("x.csv").read_text()
    params = str(fc.analyze("resnet-18").total.cost.params)
    assert rows == [
        ["input", "a", "b", "params"],
        ["224", "0.713", "12345678901234567890", params],
        ["160", "-5.0", "", params],
        ["128", "3", "0.001", params],
        ["96", "0.1", "0", params],
    ]
    found = json.loads(run(capsys, *words, "--format", "json"))["rows"]
    assert [row["a"] for row in found] == [0.713, -5.0, 3, 0.1]
    assert [row["b"] for row in found] == [12345678901234567890, None, 0.001, 0]
    table = parquet.read_table("x.parquet")
    assert table.column("a").to_pylist() == [0.713, -5.0, 3.0, 0.1]
    assert table.column("b").to_pylist() == [1.2345678901234567e19, None, 0.001, 0.0]
    assert table.column("params").to_pylist() == [int(params)] * 4
    assert table.to_pandas().equals(fc.sweep("resnet-18", measured="a.csv", columns="a,b,params"))


def test_networks_in_files(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "--measured", "n.csv", "-o", "x.parquet", "-o", "x.csv", "--format", "json")
    rows = json.loads(out)["rows"]
    assert [row["network"] for row in rows] == ["resnet-18", "16x16x3 > conv 3x3 4"]
    assert [(row["top1"], row["ms"]) for row in rows] == [(0.713, 8.0), (1e-7, None)]
    assert [row["network"] for row in csv.DictReader(Path("x.csv").read_text().splitlines())] == [
        row["network"] for row in rows
    ]
    assert parquet.read_table("x.parquet").to_pylist() == rows


def test_a_file_may_have_more_than_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printed, "_LINES", 3)
    monkeypatch.setattr("flopcount.cli.verbs.sweep.MAX_PRINTED", 3)
    assert main(["sweep", "resnet-18", "--measured", "a.csv"]) == 2
    assert "4 designs stay, and standard output shows at most 3" in capsys.readouterr().err
    run(capsys, "resnet-18", "--measured", "a.csv", "-o", "x.csv")
    assert len(Path("x.csv").read_text().splitlines()) == 5


def test_what_is_said_above(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("resnet-18", "--measured", "a.csv", "--vary", "input=96:200", "--columns", "macs,b")
    out = run(capsys, *words, "--pareto", "-b", "--keep", "a > -6", "--top", "2").splitlines()
    assert out[0] == "resnet-18: 3 designs of a.csv"
    assert out[3:8] == [
        "in the ranges: 3 of 4 designs",
        "keep a > -6",
        "Pareto front of -b: no other design is as good by all, better by one",
        "the first 2",
        "left out: 1 design without a number of b",
    ]
    assert out[-1] == "1 of 3 designs"

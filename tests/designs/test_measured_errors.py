"""What is wrong with a table of measured designs is said in one line, with its place."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.designs.measured import typed

GOOD = "3a.r5,input,accuracy\n16,224,0.713\n24,192,0.70\n"


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    def message(data: str | bytes, network: str | None = "googlenet", **options: Any) -> str:
        path = tmp_path / "a.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        with pytest.raises(FlopcountError) as caught:
            fc.sweep(network, measured=str(path), **options)
        said = str(caught.value)
        assert said.isprintable()
        return said

    return message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a heading and a row for each design"),
        ("3a.r5,accuracy\n", "expected a heading and a row for each design"),
        ("16,224,0.7\n24,192,0.7\n", "line 1: expected a heading such as 3a.r5,input,accuracy"),
        ("3a.r5,a,a\n1,2,3\n", "line 1: two columns are called 'a'"),
        (",3a.r5,a\n1,2,3\n", "line 1: column 1 has no name"),
        ("3a.r5,and\n1,2\n", "line 1: a column is called 'and'"),
        ("3a.r5,=a\n1,2\n", "line 1: a column is called '=a'"),
        ("3a.r5,input,a\n16,224\n", "line 2: expected 3 cells, read 2"),
        ("3a.r5,a\n16,1,2\n", "line 2: expected 2 cells, read 3"),
        ("3a.r5,a\n16,x\n", "line 2, column 'a': 'x' is not a number such as 0.713"),
        ("3a.r5,a\n16,nan\n", "'nan' is not a number"),
        ("3a.r5,a\n16,=1+1\n", "'=1+1' is not a number"),
        ("3a.r5,a\n16,1\n17,70%\n", "line 3, column 'a': '70%' is not a number"),
        ("3a.r5,a\n16,٣\n", "'٣' is not a number"),
        ("3a.r5,a\n16.5,1\n", "line 2, column '3a.r5': '16.5' is not a whole number"),
        ("3a.r5,a\n16,1\n\n-4,1\n", "line 4, column '3a.r5': '-4' is not a whole number"),
        ("3a.r5,a\n0,1\n", "'0' is not a whole number from 1 to 2**31"),
        ("3a.r5,a\n,1\n", "an empty cell is not a whole number"),
        ("3a.r55,input,a\n16,224,1\n", "unknown name to vary '3a.r55'; did you mean '3a.r5'?"),
        ("r5,a\n16,1\n", "unknown name to vary 'r5' (which row's? 3a.r5"),
        ("input,width,a\n224,0.5,1\n", "'width' is the factor of all widths; name the networks in"),
        ("3a/5x5/1,a\n16,1\n", "unknown name to vary '3a/5x5/1'"),
        ("9z.r5,input,a\n16,224,1\n", "'9z.r5' is nothing that varies here"),
        ("foo,a\n16,1\n", "has no column of what varies in googlenet, such as input"),
        ("input,name,a\n16,abc,1\n", "column 'name': 'abc' is not a number"),
        ("input,H,a\n16,16,1\n", "input and H both vary H"),
        (GOOD + "16,224,0.8\n", "line 4: this is the design of line 2 again"),
        (GOOD.replace(",", ";"), "line 1: semicolons stand between the cells"),
        (GOOD.replace(",", "\t"), "line 1: tabs stand between the cells"),
        (GOOD.encode("utf-16"), "is not UTF-8 (byte 0); it may be UTF-16"),
        (b"PK\x03\x04\x14\0", "is a spreadsheet or an archive; save it as CSV"),
        (b"input,a\n1\0,2\n", "is not text: it has a byte 0 (byte 9)"),
        (b"\x89PNG\r\n\x1a\n\0", "is not UTF-8 (byte 0)"),
        ('input,a\n"16,1\n', "line 2: unexpected end of data"),
        ("input,a\n224,1\n2147483649,1\n", "line 3, column 'input': '2147483649' is not a whole"),
        ("input,multiplies,a\n224,1582671872,1\n64,1,1\n", "line 3, column 'multiplies': the file"),
        ("input,params,a\n224,7e6,1\n", "line 2, column 'params': '7e6' is not a whole number"),
    ],
)
def test_what_cannot_be_read(text: str | bytes, message: str, refused: Callable[..., str]) -> None:
    said = refused(text)
    assert "a.csv'" in said
    assert message in said


def test_spreadsheets_and_their_ways_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    good = "\ufeff" + GOOD.replace("\n", ",,\r\n") + "\r\n , ,\r\n"
    path.write_bytes(good.encode().replace(b"16,", b' "16.0" ,', 1).replace(b' "16.0" ', b'"16.0"'))
    found = fc.sweep("googlenet", measured=path)
    assert found.iloc[:, :3].to_numpy().tolist() == [[16, 224, 0.713], [24, 192, 0.7]]


@pytest.mark.parametrize("rows", [2, 7, 40])
def test_a_design_that_does_not_fit_is_named_with_its_line(
    rows: int, refused: Callable[..., str]
) -> None:
    lines = "".join(f"{300 + n},{n}\n" for n in range(rows))
    said = refused(f"input,a\n{lines}60,0.5\n61,0.5\n", "inception-v3")
    assert f"line {rows + 2}: input=60: inception-v3: 7a/3x3/2: the 3×3 kernel does not" in said


def test_all_that_do_not_fit(refused: Callable[..., str]) -> None:
    said = refused("input,a\n" + "".join(f"{n},1\n" for n in range(60, 20, -1)), "inception-v3")
    assert "line 2: input=60: inception-v3: " in said


def test_a_count_past_64_bits(refused: Callable[..., str]) -> None:
    text = "a,b,x\n" + "1,2,0\n3,4,0\n2000000000,2000000000,0\n5,6,0\n"
    said = refused(text, "8x8x3 > conv 9x9 a > conv 9x9 b")
    assert "line 4: a=2000000000, b=2000000000: multiplies is " in said
    assert "a sweep counts to 2**63 - 1" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": "acuracy > 1"}, "unknown name 'acuracy'"),
        ({"keep": "accuracy > 0.1.2"}, "unknown name '0.1.2'"),
        ({"keep": "accuracy"}, "expected a comparison"),
        ({"pareto": "acuracy"}, "unknown count or varied name 'acuracy'"),
        ({"pareto": "a,b,c,d"}, "--pareto takes at most 3 names"),
        ({"sort": "accurac"}, "--sort: unknown"),
        ({"columns": "acc"}, "unknown column 'acc'"),
        ({"columns": "accuracy,accuracy"}, "accuracy is named twice"),
        ({"columns": "gflops"}, "write flops"),
        ({"top": 0}, "--top is 0"),
        ({"workers": 2}, "--workers is for a grid, not for the designs of --measured"),
        ({"count": True}, "--count is for a grid"),
        ({"resume": "x"}, "--resume is for a grid"),
        ({"histogram": "params"}, "--histogram is for a grid"),
        ({"vary": {"3a.n3": "1:9"}}, "--vary 3a.n3: a.csv has no such column"),
        ({"vary": {"input": "1:9"}}, "no row lies in the ranges of --vary"),
        ({"vary": {"input": "9:1"}}, "the range is empty"),
        ({"vary": [3]}, "not the values of each name"),
        ({"set": {"3a.r5": 3}}, "3a.r5 is both set and a column of --measured "),
        ({"input": "200x200"}, "input is both set and a column of --measured "),
        ({"modules": ["zz"]}, "unknown module 'zz'"),
        ({"network": None}, "no column called network; name the network of all rows too"),
        ({"network": "nope"}, "unknown network 'nope'"),
        ({"network": "resnet-18"}, "'3a.r5' is nothing that varies here"),
    ],
)
def test_what_is_asked_for_wrongly(
    options: dict[str, Any], message: str, refused: Callable[..., str]
) -> None:
    assert message in refused(GOOD, **options)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("", "'' names no network"),
        ("-", "'-' names no network"),
        ("-@naive", "'-@naive' names no network"),
        ("nope", "unknown network 'nope'"),
        ("nope.toml", "cannot read 'nope.toml'"),
        ("torchvision:resnet18", "is a model, and to read one may run code"),
        ("model.py:Net", "unknown network"),
        ("model.pt2", "is a model, and to read one may run code"),
        ("model.keras@naive", "is a model, and to read one may run code"),
    ],
)
def test_a_cell_that_names_no_network(cell: str, message: str, refused: Callable[..., str]) -> None:
    said = refused(f"network,a\ngooglenet,1\n{cell},2\n", None)
    assert "line 3, column 'network': " in said
    assert message in said


def test_networks_and_what_they_lack(refused: Callable[..., str]) -> None:
    assert "each row names its own" in refused("network,a\ngooglenet,1\n")
    twice = refused("network,input,a\nvgg-16,224,1\nvgg-16,64,1\nvgg-16,224,3\n", None)
    assert "line 4: this is the design of line 2 again" in twice
    other = refused("network,3a.r5,a\ngooglenet,9,1\nvgg-16,8,1\n", None)
    assert "line 3: unknown name to vary '3a.r5'" in other
    both = refused("network,input,a\nvgg-16,64,1\nvgg-16@input=96x96,64,2\n", None)
    assert "input is both set and a column of" in both
    assert "line 3" in both
    small = refused("network,input,a\ngooglenet,224,1\nvgg-16,64,2\nvgg-16,7,3\n", None)
    assert "line 4: input=7: vgg-16: " in small
    assert "--trust is for a model's file" in refused("network,a\ngooglenet,1\n", None, trust=True)


@pytest.mark.parametrize("path", ["", "nowhere.csv", ".", "a\0b", os.devnull])
def test_a_file_that_is_not_there(path: str) -> None:
    with pytest.raises(FlopcountError, match="--measured"):
        fc.sweep("googlenet", measured=path)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (5, "expected the path of a CSV file, or a DataFrame, not 5"),
        (pd.DataFrame({"input": []}), "expected a row for each design"),
        (pd.DataFrame({3: [1]}), "a column is called 3, which is no text"),
        (pd.DataFrame({"input": [64], "a": ["x"]}), "measured, row 0, column 'a': 'x' is not"),
        (pd.DataFrame({"input": [64, None], "a": 1}), "row 1, column 'input': an empty cell"),
        (pd.DataFrame({"input": [64], "a": [True]}), "'True' is not a number"),
        (pd.DataFrame({"input": [64], "a": [float("inf")]}), "'inf' is not a number"),
    ],
)
def test_what_is_no_table(given: Any, message: str) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)):
        fc.sweep("resnet-18", measured=given)


def test_too_many_rows(refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "MAX_ROWS", 3)
    assert "has more than 3 rows, the limit" in refused("input\n64\n65\n66\n67\n", "resnet-18")
    monkeypatch.setattr(typed, "MOST_BYTES", 9)
    assert "is over 9 bytes, the limit" in refused("input\n64\n65\n", "resnet-18")


def test_nothing_is_written_where_it_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("input,a\n224,x\n")
    words = ["sweep", "googlenet", "--measured", "a.csv"]
    assert main([*words, "-o", "x.csv"]) == 2
    assert main(["sweep"]) == main(["sweep", "--vary", "input=64"]) == main(["fit"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert "line 2, column 'a'" in err[0]
    assert all("the following arguments are required: NETWORK" in line for line in err[1:3])
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]

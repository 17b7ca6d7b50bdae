"""What was measured of networks is read from a file and drawn on an axis."""

import os
import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.pictures.compare import scatter
from flopcount.pictures.measured import MOST_BYTES, Measured, read_measured
from tests.pictures.drawn import REPORT, texts
from tests.pictures.test_plot import check

NAMES = [["googlenet", "googlenet", "GoogLeNet (Inception v1)"], ["my.toml", "my", ""]]
GOOD = "network,top1\ngooglenet,69.8\nmy.toml,77\n"


def read(text: str | bytes, folder: Path, column: str = "") -> Measured:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_measured(f"{path}{column}", NAMES)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (GOOD, ""),
        (GOOD, ":top1"),
        ("\ufeff" + GOOD.replace("\n", "\r\n\r\n"), ""),
        ("net,top5,top1\nmy,,77\nother,x y,\n'googlenet',1,2\ngooglenet, 1 , 69.8\n", ":top1"),
        ('n,"top1"\nGoogLeNet (Inception v1),6.98e1\nmy.toml,77\nunused,1\n', ""),
    ],
)
def test_what_is_read(text: str, column: str, tmp_path: Path) -> None:
    assert read(text, tmp_path, column) == ("top1", [69.8, 77.0])


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", "", "expected a heading and a row for each network"),
        ("network,top1\n", "", "expected a heading and a row for each network"),
        ("googlenet,69.8\nmy,77\n", "", "line 1: expected a heading such as network,accuracy"),
        ("network\ngooglenet\n", "", "line 1: expected a heading such as network,accuracy"),
        ("n,a,b\ngooglenet,1,2\n", "", "has 2 columns; choose one: FILE:a"),
        ("n,a,b\ngooglenet,1,2\n", ":aa", "unknown column 'aa' (known: a, b)"),
        ("n,a,a\ngooglenet,1,2\n", ":a", "two columns are called 'a'"),
        (GOOD + "googlenet,3\n", "", "line 4: 'googlenet' is there twice"),
        (GOOD + ",3\n", "", "line 4: the first column names no network"),
        ("n,a\ngooglenet,69.8\nmi.toml,1\n", "", "no 'my.toml'; did you mean 'mi.toml'?"),
        ("n,a\ngooglenet,\nmy,1\n", "", "has no number for 'googlenet'"),
        ("n,a\ngooglenet,nan\n", "", "line 2: 'nan' is not a number such as 74.9"),
        ("n,a\ngooglenet,1e999\n", "", "line 2: '1e999' is not a number"),
        ("n,a\ngooglenet,٣\n", "", "line 2: '٣' is not a number"),
        ("n,a\ngooglenet,69.8%\n", "", "line 2: '69.8%' is not a number"),
        ('n,a\n"goo\n', "", "line 2: unexpected end of data"),
        (b"\xff\xfe", "", "is not UTF-8 (byte 0)"),
        (b" " * (MOST_BYTES + 1), "", "is over 1,000,000 bytes, the limit"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    text: str | bytes, column: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FlopcountError, match=re.escape(message)) as caught:
        read(text, tmp_path, column)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "nowhere.csv", "nowhere.csv:top1", ":", "a\0b"])
def test_a_file_that_is_not_there(path: str) -> None:
    with pytest.raises(FlopcountError, match="--measured"):
        read_measured(path, NAMES)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(FlopcountError, match="is not a regular file"):
            read_measured(str(path), NAMES)


def test_it_stands_on_an_axis() -> None:
    reports = [REPORT, fc.analyze(fc.load("inception-v3"))]
    figure = scatter(reports, Measured("top1, %", [69.8, 77.9]))
    (axes,) = figure.axes
    (points,) = (line for line in axes.lines if line.get_marker() == "o")
    assert list(points.get_ydata()) == [69.8, 77.9]
    assert list(points.get_xdata()) == [report.cost.multiplies for report in reports]
    assert (axes.get_ylabel(), axes.get_xscale(), axes.get_yscale()) == ("top1, %", "log", "linear")
    assert "2 networks: top1, % against multiplies" in texts(figure)
    check(figure)


@pytest.mark.slow
@pytest.mark.parametrize("value", [0.0, -3.0, 1e99])
def test_any_number_has_room(value: float) -> None:
    check(scatter([REPORT, REPORT, REPORT], Measured("it", [value, value, value])))


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("n,top1\ngooglenet,1\n")
    words = ["plot", "googlenet", "inception-v3", "--kind", "compare", "--measured"]
    out = tmp_path / "x.png"
    assert main([*words, str(tmp_path / "a.csv"), "-o", str(out)]) == 2
    assert "has no 'inception-v3'" in capsys.readouterr().err
    assert not out.exists()

"""`flopcount plot`: each kind as a file, the same bytes each time; mistakes in one line."""

import io
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.pictures import KINDS
from flopcount.pictures.style import picture

FORMS = ("png", "svg", "pdf")
WORDS = {
    "drawing": ["googlenet", "--module", "3a", "--beside", "naive", "--size", "5in"],
    "savings": ["googlenet", "--module", "3a", "--naive", "figure"],
    "modules": ["googlenet", "--batch", "8", "--unit", "flops"],
    "layers": ["googlenet", "--module", "3a", "--module", "3b"],
    "breakeven": ["googlenet", "--module", "3a", "--branch", "5x5"],
    "compare": ["googlenet", "googlenet@torchvision"],
    "tree": ["googlenet", "--input", "299x299", "--set", "3a.r5=24", "--aux", "--classes", "10"],
    "counters": ["googlenet", "--input", "299x299", "--set", "3a.r5=24", "--aux"],
}


def test_every_kind_is_tried() -> None:
    assert list(WORDS) == list(KINDS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    KINDS,
)
def test_each_kind_is_the_same_bytes_each_time(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []
    for place in range(2):
        files = [tmp_path / f"{place}.{form}" for form in FORMS]
        outs = [word for file in files for word in ("-o", str(file))]
        assert main(["plot", *WORDS[kind], "--kind", kind, *outs]) == 0
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]
    for data, magic in zip(made[0], (b"\x89PNG", b"<?xml", b"%PDF"), strict=True):
        assert data.startswith(magic)
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_savings_are_drawn_where_no_kind_is_named(tmp_path: Path) -> None:
    for words in (["googlenet"], ["plot", "googlenet"], ["plot", "googlenet", "--kind", "savings"]):
        assert main([*words, "-o", str(tmp_path / f"{len(words)}.png")]) == 0
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


@pytest.mark.slow
def test_what_if_and_unit_reach_the_picture(tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    words = ["plot", "googlenet", "--set", "3a.r5=24", "--unit", "flops", "--batch", "2"]
    assert main([*words, "--kind", "modules", "-o", str(out)]) == 0
    report = fc.analyze(fc.load("googlenet", set={"3a.r5": 24}), unit="flops", batch=2)
    assert f"{report.flops:,} in all" in out.read_text(encoding="utf-8")
    assert "changed: 3a.r5 = 24" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["googlenet", "--kind", "breakevn"],
            "unknown kind of picture 'breakevn' (known: drawing, savings",
        ),
        (["googlenet", "--kind", "breakevn"], "did you mean 'breakeven'?"),
        (["googlenet", "inception-v3"], "--kind savings shows one network; compare shows several"),
        (["googlenet", "bn-inception", "--kind", "tree"], "--kind tree shows one network"),
        (["tree", "googlenet"], "'tree' is a kind of picture, no network; write --kind tree"),
        (["googlenet", "--kind", "compare"], "name at least two networks to compare"),
        (["googlenet", "--kind", "breakeven", "--module", "conv1"], "no layer marked reduce"),
        (["googlenet", "--kind", "breakeven", "--branch", "9x9"], "unknown branch '9x9'"),
        (["googlenet", "--branch", "5x5"], "--branch is for --kind breakeven, not savings"),
        (
            ["googlenet", "--kind", "layers", "--unit", "flops"],
            "--unit is for --kind drawing, savings, modules, compare or tree, not layers",
        ),
        (
            ["googlenet", "bn-inception", "--kind", "compare", "--module", "3a"],
            "--module is for --kind drawing, savings, modules, layers, breakeven, tree or counters",
        ),
        (["googlenet", "--kind", "tree", "--naive", "figure"], "--naive is for --kind savings"),
        (["googlenet", "--naive", "figur"], "did you mean 'figure'?"),
        (["googlenet", "--unit", "flop"], "unknown unit 'flop'"),
        (["googlenet", "--batch", "0"], "batch"),
        (["googlenet", "--batch", ""], "--batch"),
        (["googlenet", "--naive", ""], "unknown naive reading ''"),
        (["googlenet", "--unit", ""], "unknown unit ''"),
        (["googlenet", "--branch", ""], "--branch is for --kind breakeven, not savings"),
        (["8x8x3 > relu"], "nothing to draw: no layer multiplies"),
        (["8x8x3 > relu", "--kind", "tree"], "nothing to draw: no layer multiplies"),
        (["8x8x3 > relu", "--kind", "layers"], "nothing to draw: no layer has multiplies or param"),
        (["googlnet"], "unknown network 'googlnet'"),
    ],
)
def test_bad_input(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plot", *words, "-o", str(tmp_path / "x.png")]) == 2
    seen = capsys.readouterr()
    assert message in seen.err
    assert seen.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", [["8x8x3 > relu"], ["compare", "8x8x3 > relu", "4x4x3 > relu"]])
def test_nothing_is_drawn_of_no_cost_by_other_commands_either(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "-o", str(tmp_path / "x.png")]) == 2
    seen = capsys.readouterr()
    assert "nothing to draw: no layer multiplies" in seen.err
    assert seen.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_picture_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "googlenet"]) == 2
    assert "name a file for it: -o FILE" in capsys.readouterr().err


def test_the_help_says_what_each_kind_shows(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["plot", "--help"])
    shown = capsys.readouterr().out
    for kind, what in KINDS.items():
        assert re.search(rf"^  {kind} +{re.escape(what)}$", shown, re.MULTILINE)


# -- the files


@pytest.mark.slow
def test_a_png_is_whole_and_of_the_figures_size() -> None:
    figure = fc.analyze(fc.load("googlenet")).plot()
    data = picture(figure, "png")
    assert data.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == tuple(int(150 * side) for side in figure.get_size_inches())


@pytest.mark.slow
def test_text_in_an_svg_is_text() -> None:
    data = picture(fc.analyze(fc.load("googlenet")["3a"]).plot(), "svg")
    root = ET.parse(io.BytesIO(data)).getroot()  # noqa: S314  this program's own file
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.attrib["width"].removesuffix("pt")) == 8 * 72
    said = {text for text in root.itertext() if text.strip()}
    assert {
        "12,443,648, 9.68× fewer",
        "5x5",
        "100 M",
        "multiplies per sample, taps on padding included",
    } <= said


@pytest.mark.slow
def test_text_in_a_pdf_is_text() -> None:
    data = picture(fc.analyze(fc.load("googlenet")["3a"]).plot(), "pdf")
    assert data.rstrip().endswith(b"%%EOF")
    assert re.search(rb"/MediaBox \[ 0 0 576 ", data)
    assert b"/Subtype /Type0" in data or b"/Subtype /TrueType" in data  # no shapes of letters
    assert b"/Type3" not in data


@pytest.mark.slow
def test_a_picture_is_the_same_bytes_in_each_process(tmp_path: Path) -> None:
    home = str(Path(fc.__file__).parent.parent)
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        files = [word for form in FORMS for word in ("-o", f"x.{form}")]
        subprocess.run(
            [sys.executable, "-m", "flopcount", "plot", "googlenet", "--kind", "tree", *files],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": home, "PYTHONHASHSEED": seed},
            check=True,
        )
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    assert sorted(made[0]) == ["x.pdf", "x.png", "x.svg"]


@pytest.mark.slow
def test_settings_of_matplotlib_neither_change_nor_matter() -> None:
    import matplotlib as mpl

    report = fc.analyze(fc.load("googlenet"))
    plain = picture(report.plot(), "svg")
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "text.color": "white"}):
        before = dict(mpl.rcParams)
        assert picture(report.plot(), "svg") == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.slow
def test_a_name_that_is_mathtext_is_not_read_as_it(tmp_path: Path) -> None:
    table = tmp_path / "$x^2$ and \\frac.toml"
    table.write_text('input = "8x8x3"\n[rows]\na = "conv 3x3 4"\n', encoding="utf-8")
    out = tmp_path / "x.svg"
    assert main(["plot", str(table), "-o", str(out)]) == 0
    assert "$x^2$ and \\frac" in out.read_text(encoding="utf-8")

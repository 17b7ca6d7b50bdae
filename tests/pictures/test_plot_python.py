"""Pictures as Python asks for them: `flopcount.plot`, and `Report.plot` for one report."""

from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import flopcount as fc
from flopcount.cli.main import main
from flopcount.pictures.style import picture

NET = fc.load("googlenet")
FAMILY = ["googlenet", "inception-v3"]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


@pytest.mark.slow
def test_one_network_however_it_is_given() -> None:
    spec = "8x8x4 > conv 1x1 2 reduce > conv 3x3 8"
    network = fc.parse(spec)
    first = picture(fc.plot(spec, dpi=50), "png")
    for same in (network, fc.analyze(network), [spec], (network,)):
        assert picture(fc.plot(same, dpi=50), "png") == first
    assert picture(fc.analyze(spec).plot(dpi=50), "png") == first


@pytest.mark.slow
def test_several_networks_are_compared_as_the_command_does(tmp_path: Path) -> None:
    main(["plot", *FAMILY, "--kind", "compare", "--dpi", "50", "-o", str(tmp_path / "a.png")])
    reports = [fc.analyze(name) for name in FAMILY]
    for same in (FAMILY, map(fc.load, FAMILY), reports):
        figure = fc.plot(same, "compare", dpi=50)
        assert picture(figure, "png") == (tmp_path / "a.png").read_bytes()


def test_parts_of_a_network_are_told_apart() -> None:
    shown = words(fc.plot([NET["3a"], NET["3b"]], "compare"))
    assert {"googlenet, module 3a, 28×28×192", "googlenet, module 3b, 28×28×256"} <= {*shown}


def test_a_measured_column(tmp_path: Path) -> None:
    file = tmp_path / "accuracy.csv"
    file.write_text("network,top1,top5\ngooglenet,69.8,89.5\nInception v3,77.3,93.4\n")
    shown = words(fc.plot(FAMILY, "compare", measured=f"{file}:top1"))
    assert any(text.startswith("2 networks: top1 against multiplies") for text in shown)
    with pytest.raises(fc.FlopcountError, match="has 2 columns; choose one"):
        fc.plot(FAMILY, "compare", measured=file)


@pytest.mark.slow
def test_the_reductions_of_a_branch(tmp_path: Path) -> None:
    words_ = ["plot", "googlenet", "--kind", "breakeven", "--module", "3a", "--branch", "5x5"]
    main([*words_, "-o", str(tmp_path / "a.png")])
    expected = (tmp_path / "a.png").read_bytes()
    report = fc.analyze("googlenet", modules=["3a"])
    assert picture(report.plot("breakeven", branch="5x5"), "png") == expected
    assert picture(fc.plot(NET["3a"], "breakeven", branch="5x5"), "png") == expected


def test_a_drawing_beside_another_network() -> None:
    shown = words(fc.plot(NET["3a"], "drawing", beside=fc.load("googlenet", set={"3a.r5": 24})))
    assert {"12,443,648 multiplies"}.isdisjoint(shown)
    assert any("128,049,152" in text for text in shown)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fc.plot(FAMILY), "--kind savings shows one network; compare shows several"),
        (lambda: fc.plot("googlenet", "compare"), "name at least two networks"),
        (lambda: fc.plot([]), "name at least one network"),
        (lambda: fc.plot(3), r"expected a network \(a name, .*\), or a list of them; not 3"),
        (lambda: fc.plot([3]), "expected a network: a name, a path, a spec, or a Network; not 3"),
        (lambda: fc.plot("googlnet"), "did you mean 'googlenet'"),
        (lambda: fc.plot("googlenet", "pie"), "unknown kind of picture 'pie'"),
        (lambda: fc.plot("googlenet", None), "unknown kind of picture None"),
        (lambda: fc.plot("googlenet", ["tree"]), r"unknown kind of picture \['tree'\]"),
        (lambda: fc.plot(NET, "tree", branch="5x5"), "branch is for the kind breakeven, not tree"),
        (lambda: fc.plot(NET, beside="naive"), "beside is for the kind drawing, not savings"),
        (lambda: fc.plot(NET, "tree", measured="x"), "measured is for the kind compare, not tree"),
        (lambda: fc.plot(NET, "breakeven", branch="9x9"), "9x9"),
        (lambda: fc.plot(FAMILY, "compare", measured=3), "expected the path of a CSV file, not 3"),
        (lambda: fc.plot(FAMILY, "compare", measured="no.csv"), "No such file"),
        (
            lambda: fc.plot([NET, fc.analyze(NET, batch=8)], "compare"),
            "differ in their unit or batch",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(call: Any, message: str) -> None:
    with pytest.raises(fc.FlopcountError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)

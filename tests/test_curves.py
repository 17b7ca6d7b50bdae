"""Pictures of several designs: every word inside the frame, and the points where they belong."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli import main
from flopcount.curves import MOST_CURVES, breakeven_curve, comparison
from flopcount.plot import MOST_BARS, picture
from flopcount.tables import Options, build


def curve(network: fc.Network, **where: Any) -> Figure:
    return breakeven_curve(network, fc.reductions(network, counts=["multiplies"], **where))


def rows(count: int, name: str = "m{}") -> fc.Network:
    """Build a network of so many modules, each with one reduction."""
    lines = [
        f'"{name.format(place)}" = "conv 1x1 {2 + place} reduce > conv 5x5 {8 + place % 5}"'
        for place in range(count)
    ]
    text = 'input = "32x32x16"\n[rows]\n' + "\n".join(lines)
    return build(tomllib.loads(text), "own", Options())


def dollars() -> fc.Network:
    text = '[rows]\na = "conv 1x1 2 reduce > conv 3x3 4"\n'
    return build(tomllib.loads(f'input = "8x8x3"\n{text}'), "$x$ and $", Options())


def check_inside(figure: Figure) -> None:
    """Nothing touches the edge of the picture, and every text that is drawn lies inside it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    edge = [pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]]
    assert all((side == 255).all() for side in edge), "something is cut off at the edge"
    for text in words(figure):
        box = text.get_window_extent()
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text


def words(figure: Figure) -> list[Text]:
    """Every text but the ticks' that lie outside the axes and are not drawn."""
    (axes,) = figure.axes
    ticks = {
        label
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
    }
    found = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    return [text for text in found if text.get_text() and text not in ticks]


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


GOOGLENET = fc.load("googlenet")
CURVES = {
    "5x5 of 3a": (GOOGLENET, {"modules": ["3a"], "branch": "5x5"}),
    "3a": (GOOGLENET, {"modules": ["3a"]}),
    "four": (GOOGLENET, {"modules": ["3a", "4a"]}),
    "googlenet": (GOOGLENET, {}),
    "reductions that cost": (fc.load("cifar10-inception"), {}),
    "most": (rows(MOST_CURVES), {}),
    "long names": (rows(6, "w" * 55 + "{}"), {}),
    "a spec": (fc.parse("28x28x192 > conv 1x1 16 reduce > conv 5x5 32"), {}),
    "dollars": (dollars(), {}),
    "chosen near the end": (fc.load("googlenet", set={"3a.r5": 150}), {"modules": ["3a"]}),
    "chosen beyond": (fc.load("googlenet", set={"3a.r5": 4000}), {"modules": ["3a"]}),
}


@pytest.mark.parametrize("what", CURVES)
def test_every_word_of_a_curve_is_inside(what: str) -> None:
    network, where = CURVES[what]
    check_inside(curve(network, **where))


def test_the_curve_of_the_5x5_of_3a() -> None:
    figure = curve(GOOGLENET, modules=["3a"], branch="5x5")
    (axes,) = figure.axes
    line, thin, chosen, even = axes.lines
    # 777,728 = 28²·(192 + 25·32) a channel, on 115,605,504 of the rest of the module
    slope, rest = 28**2 * (192 + 25 * 32), 115_605_504
    assert list(line.get_ydata()) == [rest + slope * x for x in line.get_xdata()]
    without = 128_049_152 + 107_978_752
    assert list(thin.get_ydata()) == [without, without]
    assert (chosen.get_xdata()[0], chosen.get_ydata()[0]) == (16, 128_049_152)
    assert (even.get_xdata()[0], even.get_ydata()[0]) == (153_600 / 992, without)
    assert even.get_ydata()[0] == pytest.approx(rest + slope * even.get_xdata()[0], rel=1e-12)
    assert {"chosen 16", "break-even 154.8"} <= set(texts(figure))


def test_labels_do_not_cover_each_other() -> None:
    for what in ("5x5 of 3a", "3a", "googlenet", "chosen near the end"):
        network, where = CURVES[what]
        figure = curve(network, **where)
        figure.draw_without_rendering()
        boxes = [
            text.get_window_extent()
            for text in words(figure)
            if "chosen" not in text.get_text() or "break-even" not in text.get_text()
        ]
        for place, one in enumerate(boxes):
            assert not any(one.overlaps(other) for other in boxes[place + 1 :]), what


def test_many_are_told_apart_and_named_in_the_legend() -> None:
    figure = curve(GOOGLENET)
    (axes,) = figure.axes
    looks = {
        (line.get_color(), line.get_linestyle())
        for line in axes.lines
        if line.get_label()[0] != "_"
    }
    assert len(looks) == 18
    assert "3a/5x5/1: chosen 16, break-even 154.8" in texts(figure)
    most = curve(rows(MOST_CURVES)).axes[0]
    looks = {
        (line.get_color(), line.get_linestyle())
        for line in most.lines
        if not line.get_label().startswith("_")
    }
    assert len(looks) == MOST_CURVES


def test_too_many_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(FlopcountError, match=r"own: 25 reductions; a picture shows at most 24"):
        curve(rows(MOST_CURVES + 1))
    words = ["plot", "inception-resnet-v2", "--kind", "breakeven", "-o", str(tmp_path / "x.png")]
    assert main(words) == 2
    assert "choose with --module or --branch" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


COMPARISONS = {
    "two": ("googlenet", "googlenet@torchvision"),
    "the family": ("inception-v3", "inception-v4", "inception-resnet-v2@timm"),
    "six": ("googlenet", *(f"googlenet@width=0.{part}" for part in (9, 7, 5, 3, 1))),
    "no partner": ("googlenet", "28x28x192 > conv 3x3 64"),
    "nothing": ("28x28x192 > maxpool 3x3", "28x28x192 > relu"),
    "long": (f"8x8x3{' > conv 3x3 4' * 40}", f"8x8x3{' > conv 3x3 5' * 40}"),
}


@pytest.mark.parametrize("what", COMPARISONS)
def test_every_word_of_a_comparison_is_inside(what: str) -> None:
    check_inside(comparison([fc.load(name) for name in COMPARISONS[what]]))


def test_other_comparisons_are_inside() -> None:
    check_inside(comparison([rows(200), rows(200)]))
    check_inside(comparison([dollars(), rows(3, "w" * 56 + "{}")]))
    check_inside(comparison([fc.load("googlenet")]))


@pytest.mark.parametrize("what", COMPARISONS)
def test_bars_sum_to_the_totals(what: str) -> None:
    networks = [fc.load(name) for name in COMPARISONS[what]]
    (axes,) = (figure := comparison(networks)).axes
    assert len(axes.containers) == len(networks)
    for network, bars in zip(networks, axes.containers, strict=True):
        total = fc.analyze(network).total.cost.multiplies
        assert sum(int(bar.get_width()) for bar in bars) == total
        assert any(text.endswith(f": {total:,}") for text in texts(figure))


def test_past_the_most_the_smallest_are_one() -> None:
    networks = [rows(200), rows(200)]
    (axes,) = comparison(networks).axes
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert len(labels) == MOST_BARS
    assert labels[-1] == f"{200 - MOST_BARS + 1} others"
    for network, bars in zip(networks, axes.containers, strict=True):
        total = fc.analyze(network).total.cost.multiplies
        assert sum(int(bar.get_width()) for bar in bars) == total


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_bytes_each_time(form: str) -> None:
    for make in (
        lambda: curve(GOOGLENET, modules=["3a"]),
        lambda: comparison([GOOGLENET, fc.load("googlenet@naive")]),
    ):
        assert picture(make(), form) == picture(make(), form)


KINDS = {
    "savings": ["googlenet", "--module", "3a"],
    "breakeven": ["googlenet", "--module", "3a", "--branch", "5x5"],
    "compare": ["googlenet", "googlenet@torchvision"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_verb_makes_each_kind(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"x.{ending}" for ending in ("png", "svg", "pdf")]
    outs = [word for file in files for word in ("-o", str(file))]
    assert main(["plot", *KINDS[kind], "--kind", kind, *outs]) == 0
    assert capsys.readouterr().out == ""
    for file, magic in zip(files, (b"\x89PNG", b"<?xml", b"%PDF"), strict=True):
        assert file.read_bytes().startswith(magic)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["googlenet", "--kind", "breakevn"], "unknown kind of picture 'breakevn'"),
        (["googlenet", "inception-v3"], "--kind savings shows one network; compare shows several"),
        (["googlenet", "--kind", "breakeven", "--module", "conv1"], "no layer marked reduce"),
        (["googlenet", "--kind", "breakeven", "--branch", "9x9"], "unknown branch '9x9'"),
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


def test_a_picture_needs_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "googlenet"]) == 2
    assert "name a file for it: -o FILE" in capsys.readouterr().err


# -- the helper finds what it is there to find


def test_a_label_that_is_cut_off_is_found() -> None:
    figure = curve(GOOGLENET, modules=["3a"])
    figure.axes[0].annotate("far out " * 40, (0, 1))
    figure.set_layout_engine("none")
    with pytest.raises(AssertionError):
        check_inside(figure)

"""The picture of the saving: whole files, the same each time, with every word inside the frame."""

import io
import itertools
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import flopcount as fc
from flopcount.plot import MOST_BARS, picture

FORMS = ("png", "svg", "pdf")


def rows(count: int, *, name: str = "m{}", size: int = 32) -> fc.Network:
    """Build a network of so many modules, each with one reduction."""
    lines = [
        f'"{name.format(place)}" = "conv 1x1 {2 + place % 7} reduce > conv 5x5 {8 + place % 5}"'
        for place in range(count)
    ]
    return table(f'input = "{size}x{size}x16"\n[rows]\n' + "\n".join(lines))


def table(text: str) -> fc.Network:
    import tomllib

    from flopcount.tables import Options, build

    return build(tomllib.loads(text), "own", Options())


def drawn(figure: Figure) -> np.ndarray:
    """Draw a figure; its pixels, height × width × RGBA."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def check_inside(figure: Figure) -> None:
    """Nothing touches the edge of the picture, and every text lies inside it."""
    pixels = drawn(figure)
    edge = [pixels[:2], pixels[-2:], pixels[:, :2], pixels[:, -2:]]
    assert all((side == 255).all() for side in edge), "something is cut off at the edge"
    for text in words(figure):
        box = text.get_window_extent()
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text


def words(figure: Figure) -> list[Text]:
    """Every text that is drawn; of the ticks those of the bars, since others may lie outside."""
    axes = figure.axes[0]
    ticks = [
        label
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
    ]
    found = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    return [
        *(text for text in found if text.get_text() and text not in ticks),
        *axes.get_yticklabels(),
    ]


def bars(figure: Figure) -> int:
    """Count the bars of each of the two kinds."""
    naive, built = figure.axes[0].containers
    assert len(naive) == len(built)
    return len(naive)


REPORTS = {
    "1 bar": (rows(1), "module", 1),
    "4 bars": (fc.load("googlenet")["3a"], "branch", 4),
    "12 bars": (rows(12), "module", 12),
    "60 bars": (rows(60), "module", 60),
    "300 bars": (rows(300), "module", MOST_BARS),
    "googlenet": (fc.load("googlenet"), "module", 12),  # nine modules, conv1, conv2, linear
    "layers of 3a": (fc.load("googlenet")["3a"], "layer", 6),
    "operations": (fc.load("googlenet"), "op", 2),
    "long names": (rows(5, name="w" * 56 + "{}"), "module", 5),
    "large numbers": (rows(5, size=2**31), "module", 5),
    "a spec": (fc.parse("28x28x192 > conv 1x1 16 reduce > conv 5x5 32"), "branch", 1),
    "a long spec": (fc.parse("8x8x3" + " > conv 3x3 4" * 40), "layer", 40),
    "a reduction that costs": (fc.parse("8x8x3 > conv 1x1 64 reduce > conv 1x1 4"), "branch", 1),
    "no multiplies": (fc.parse("8x8x3 > maxpool 2x2"), "layer", 0),
    "a module of nothing": (fc.load("googlenet")["dropout"], "layer", 0),
    "dollars in the title": (
        table('title = "$x$ and $"\ninput = "8x8x3"\n[rows]\na = "conv 3x3 4"'),
        "module",
        1,
    ),
}


@pytest.mark.parametrize("what", REPORTS)
def test_every_word_is_inside_the_picture(what: str) -> None:
    network, grain, _ = REPORTS[what]
    check_inside(fc.analyze(network).by(grain).plot())


@pytest.mark.parametrize("what", REPORTS)
def test_the_number_of_bars(what: str) -> None:
    network, grain, count = REPORTS[what]
    assert bars(fc.analyze(network).by(grain).plot()) == count


@pytest.mark.parametrize("unit", ["multiplies", "macs", "flops"])
@pytest.mark.parametrize("batch", [1, 1_000_000])
def test_units_and_batches_fit_too(unit: str, batch: int) -> None:
    figure = fc.analyze(fc.load("googlenet"), unit=unit, batch=batch).plot()
    check_inside(figure)
    name = {"multiplies": "multiplies", "macs": "MACs", "flops": "FLOPs"}[unit]
    assert name in figure.axes[0].get_xlabel()
    assert ("1,000,000 samples" in figure.axes[0].get_xlabel()) == (batch > 1)


def texts(figure: Figure) -> list[str]:
    return [found.get_text() for found in figure.findobj(Text) if isinstance(found, Text)]


def test_the_bars_of_module_3a() -> None:
    figure = fc.analyze(fc.load("googlenet"), modules=["3a"]).plot()
    (axes,) = figure.axes
    naive, built = axes.containers
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1x1", "3x3", "5x5", "pool"]
    assert [patch.get_width() for patch in naive][2] == 120_422_400
    assert [patch.get_width() for patch in built][2] == 12_443_648
    assert [word for word in texts(figure) if word.endswith("×")] == ["1.71×", "9.68×"]
    assert axes.get_xlabel() == "multiplies per sample, taps on padding included"
    (legend,) = figure.legends
    assert [entry.get_text() for entry in legend.get_texts()] == ["naive", "as built"]
    assert "module 3a" in axes.get_title(loc="left")
    assert "naive reading: reduce" in axes.get_title(loc="left")


def test_the_bars_of_the_network_are_its_modules() -> None:
    figure = fc.analyze(fc.load("googlenet")).plot()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[2:-1] == ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
    assert sum(word.endswith("×") for word in texts(figure)) == 9


def test_bars_of_one_shortened_name_and_size_count_once() -> None:
    report = fc.analyze(rows(100, name="w" * 20 + "{:03}" + "w" * 20))
    naive, built = report.plot().axes[0].containers
    assert len(built) == MOST_BARS
    assert sum(patch.get_width() for patch in naive) == report.total.naive.multiplies
    assert sum(patch.get_width() for patch in built) == report.total.cost.multiplies


def test_past_the_most_bars_the_smallest_are_one() -> None:
    report = fc.analyze(rows(300))
    figure = report.plot()
    naive, built = figure.axes[0].containers
    assert f"{300 - MOST_BARS + 1} others" in texts(figure)
    assert sum(patch.get_width() for patch in naive) == report.total.naive.multiplies
    assert sum(patch.get_width() for patch in built) == report.total.cost.multiplies


def test_the_two_kinds_are_told_apart_in_grey() -> None:
    naive, built = fc.analyze(fc.load("googlenet")).plot().axes[0].containers

    def lightness(container: object) -> float:
        red, green, blue = to_rgb(container[0].get_facecolor())  # type: ignore[index]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert abs(lightness(naive) - lightness(built)) > 0.4


@pytest.mark.parametrize("what", ["4 bars", "12 bars", "60 bars", "googlenet", "layers of 3a"])
def test_no_word_lies_on_another(what: str) -> None:
    network, grain, _ = REPORTS[what]
    figure = fc.analyze(network).by(grain).plot()
    drawn(figure)
    boxes = [text.get_window_extent() for text in words(figure)]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


# -- the files


def test_a_png_is_whole_and_of_the_figures_size() -> None:
    figure = fc.analyze(fc.load("googlenet")).plot()
    data = picture(figure, "png")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.endswith(b"IEND\xaeB`\x82")
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == tuple(int(150 * side) for side in figure.get_size_inches())


def test_an_svg_is_well_formed() -> None:
    data = picture(fc.analyze(fc.load("googlenet")).plot(), "svg")
    root = ET.parse(io.BytesIO(data)).getroot()  # noqa: S314  this program's own file
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.attrib["width"].removesuffix("pt")) == 8 * 72


def test_a_pdf_is_whole() -> None:
    data = picture(fc.analyze(fc.load("googlenet")).plot(), "pdf")
    assert data.startswith(b"%PDF-1.")
    assert data.rstrip().endswith(b"%%EOF")
    assert re.search(rb"/MediaBox \[ 0 0 576 ", data)


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_the_same_bytes_each_time(form: str) -> None:
    report = fc.analyze(fc.load("googlenet"))
    figure = report.plot()
    assert picture(figure, form) == picture(report.plot(), form)


def test_a_picture_is_the_same_bytes_in_each_process(tmp_path: Path) -> None:
    home = str(Path(fc.__file__).parent.parent)
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        files = [word for form in FORMS for word in ("-o", f"x.{form}")]
        subprocess.run(
            [sys.executable, "-m", "flopcount", "googlenet", "--module", "3a", *files],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": home, "PYTHONHASHSEED": seed},
            check=True,
        )
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
    assert sorted(made[0]) == ["x.pdf", "x.png", "x.svg"]


def test_no_global_state_of_matplotlib_is_touched() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    picture(fc.analyze(fc.load("googlenet")).plot(), "svg")
    assert dict(mpl.rcParams) == before


# -- the helper finds what it is there to find


def test_a_label_that_is_cut_off_is_found() -> None:
    figure = fc.analyze(rows(4)).plot()
    figure.axes[0].annotate("far out " * 30, (0, 1))
    figure.set_layout_engine("none")
    with pytest.raises(AssertionError):
        check_inside(figure)

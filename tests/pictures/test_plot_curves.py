"""The curves of pictures: the sums of the sorted layers, and a cost over a width."""

import itertools

import pytest

import flopcount as fc
from flopcount.pictures.breakeven import breakeven
from flopcount.pictures.layers import layers
from tests.pictures.drawn import GOOGLENET, REPORT, SAMPLED, texts


@pytest.mark.parametrize("name", SAMPLED)
def test_the_curves_are_the_sorted_layers(name: str) -> None:
    report = fc.analyze(fc.load(name))
    figure = layers(report)
    curves = figure.axes[0].lines
    for line, count in zip(curves, ("multiplies", "params"), strict=True):
        total = getattr(report.cost, count)
        sizes = sorted((row.count(count) for row in report.rows), reverse=True)
        sums = list(itertools.accumulate(size for size in sizes if size))
        assert list(line.get_ydata()) == [0, *(100 * part / total for part in sums)]
        for mark, percent in zip(line.get_markevery(), (50, 90), strict=True):
            assert line.get_ydata()[mark] >= percent > line.get_ydata()[mark - 1]


def test_how_many_layers_make_most_of_googlenet() -> None:
    said = texts(layers(REPORT))
    assert "multiplies: of 58 layers 5 make 50 %, 30 make 90 %" in said
    assert any("conv2/2  21.9 %" in text and "linear/1  14.6 %" in text for text in said)


def test_an_exact_half_is_half() -> None:
    report = fc.analyze(fc.parse("8x8x4 > conv 1x1 4 > conv 1x1 4"))
    assert "multiplies: of 2 layers 1 makes 50 %, 2 make 90 %" in texts(layers(report))


def test_the_curve_of_the_5x5_of_3a() -> None:
    found = fc.reductions(GOOGLENET, modules=["3a"], branch="5x5", counts=["multiplies"])
    figure = breakeven(GOOGLENET, found)
    line, bypassed, chosen, even = figure.axes[0].lines
    # 777,728 = 28²·(192 + 25·32) a channel, on 115,605,504 of the rest of the module
    slope, rest = 28**2 * (192 + 25 * 32), 115_605_504
    assert list(line.get_ydata()) == [rest + slope * x for x in line.get_xdata()]
    without = 128_049_152 + 107_978_752
    assert list(bypassed.get_ydata()) == [without, without]
    assert (chosen.get_xdata()[0], chosen.get_ydata()[0]) == (16, 128_049_152)
    assert (even.get_xdata()[0], even.get_ydata()[0]) == (153_600 / 992, without)
    assert {"as built: 16", "pays up to 154.8"} <= set(texts(figure))

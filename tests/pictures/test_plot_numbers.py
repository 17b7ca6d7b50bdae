"""What a picture shows are the report's numbers, exactly."""

import itertools

import pytest

import flopcount as fc
from flopcount.pictures.axes import MOST_BARS, MOST_SERIES
from flopcount.pictures.breakeven import breakeven
from flopcount.pictures.layers import layers
from flopcount.pictures.modules import OTHERS, OUTSIDE, modules
from flopcount.pictures.savings import savings
from tests.pictures.drawn import GOOGLENET, REPORT, SHIPPED, chain, texts

# -- savings


def test_the_saving_of_module_3a() -> None:
    figure = savings(fc.analyze(GOOGLENET, modules=["3a"]))
    (axes,) = figure.axes
    naive, built = axes.containers
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1x1", "3x3", "5x5", "pool"]
    assert [bar.get_width() for bar in naive][2] == 120_422_400
    assert [bar.get_width() for bar in built][2] == 12_443_648
    assert [text for text in texts(figure) if text.endswith("×")] == ["1.71×", "9.68×"]
    (legend,) = figure.legends
    assert [entry.get_text() for entry in legend.get_texts()] == [
        "naive: 308,281,344",
        "as built: 128,049,152 (2.41×)",
    ]
    assert legend.get_title().get_text() == "googlenet, module 3a\n28×28×192; naive reading: reduce"


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(("unit", "times"), [("multiplies", 1), ("flops", 2)])
def test_the_bars_of_the_saving_are_the_modules(name: str, unit: str, times: int) -> None:
    report = fc.analyze(fc.load(name), unit=unit, batch=3)
    naive, built = savings(report).axes[0].containers
    lines = [line for line in report.grouped("module") if line.naive.multiplies]
    assert [bar.get_width() for bar in naive] == [times * line.naive.multiplies for line in lines]
    assert [bar.get_width() for bar in built] == [times * line.cost.multiplies for line in lines]


def test_another_reading_is_drawn_and_named() -> None:
    report = fc.analyze(GOOGLENET, naive="chained")
    figure = savings(report)
    assert sum(bar.get_width() for bar in figure.axes[0].containers[0]) == 12_568_061_056
    assert any("naive reading: chained" in text for text in texts(figure))


def test_past_the_most_bars_the_smallest_are_summed_in_words() -> None:
    report = fc.analyze(chain(MOST_BARS + 40)).by("layer")
    figure = savings(report)
    naive, built = figure.axes[0].containers
    assert len(naive) == len(built) == MOST_BARS - 1
    rest = report.total.cost.multiplies - sum(bar.get_width() for bar in built)
    smallest = sorted(line.cost.multiplies for line in report.lines)[:41]
    # 8²·3² times 3·3, 3·4, 4·5, … 42·43
    assert rest == sum(smallest) == 64 * 9 * (9 + sum(n * (n + 1) for n in range(3, 43)))
    assert rest == 15_257_664
    assert "  together: naive 15.3 M, as built 15.3 M" in texts(figure)
    assert figure.axes[0].get_yticklabels()[-1].get_text() == "41 others"


def test_as_many_as_fit_are_all_drawn() -> None:
    report = fc.analyze(chain(MOST_BARS)).by("layer")
    figure = savings(report)
    assert len(figure.axes[0].containers[0]) == MOST_BARS
    assert not any("others" in text for text in texts(figure))


# -- modules


@pytest.mark.parametrize("name", SHIPPED)
def test_the_stacks_are_the_branches(name: str) -> None:
    report = fc.analyze(fc.load(name))
    panels = modules(report).axes
    names = [line.module for line in report.lines if line.cost.multiplies or line.cost.params]
    assert [label.get_text() for label in panels[1].get_xticklabels()] == names
    for axes, count in zip(panels, ("multiplies", "params"), strict=True):
        found = {
            (names[round(bar.get_x() + 0.4)], bars.get_label()[1:]): bar.get_height()
            for bars in axes.containers
            for bar in bars
        }
        assert found == {
            (line.module, line.branch or OUTSIDE): getattr(line.cost, count)
            for line in report.grouped("branch")
            if getattr(line.cost, count)
        }
        total = getattr(report.cost, count)
        assert axes.get_title(loc="right") == f"{total:,} in all"
        ends = {}
        for bars in axes.containers:  # each piece begins where the one below it ends
            for bar in bars:
                assert bar.get_y() == ends.get(bar.get_x(), 0)
                ends[bar.get_x()] = bar.get_y() + bar.get_height()


def test_past_the_most_series_the_smallest_branches_share_one() -> None:
    arms = " | ".join(f"b{place}: conv 1x1 {place + 1}" for place in range(MOST_SERIES + 5))
    report = fc.analyze(fc.parse(f"8x8x3 > [{arms}]"))
    upper = modules(report).axes[0]
    sizes = {bars.get_label()[1:]: bars[0].get_height() for bars in upper.containers}
    assert len(sizes) == MOST_SERIES
    assert sizes[OTHERS] == 64 * 3 * sum(range(1, 7))
    assert sum(sizes.values()) == report.cost.multiplies


def test_parameters_without_multiplies_are_shown() -> None:
    upper, lower = modules(fc.analyze(fc.parse("8x8x3 > norm"))).axes
    assert not upper.containers
    assert lower.containers[0][0].get_height() == 6  # γ and β of 3 channels


# -- layers


@pytest.mark.parametrize("name", SHIPPED)
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


# -- break-even


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
    assert {"chosen 16", "break-even 154.8"} <= set(texts(figure))


@pytest.mark.parametrize("name", SHIPPED)
def test_each_reduction_is_in_a_row(name: str) -> None:
    network = fc.load(name)
    found = fc.reductions(network, counts=["multiplies"])
    figure = breakeven(network, found)
    (axes,) = figure.axes
    rows = len(axes.get_yticklabels())
    assert len(axes.lines) == 3 * rows
    seen = {(line.get_xdata()[0], line.get_xdata()[1]) for line in axes.lines[::3]}
    assert seen == {(one.width, float(one.breakeven)) for one in found}
    each = [int(text.split("each of ")[1]) for text in texts(figure) if "each of" in text]
    assert sum(each) + rows - len(each) == len(found)


def test_repeats_are_named_as_a_range_only_where_they_are_one() -> None:
    network = fc.load("inception-v4")
    found = fc.reductions(network, counts=["multiplies"])
    names = [label.get_text() for label in breakeven(network, found).axes[0].get_yticklabels()]
    assert "A.1…A.4/3x3/1" in names
    found = [one for one in found if one.module not in ("A.2", "A.3")]
    names = [label.get_text() for label in breakeven(network, found).axes[0].get_yticklabels()]
    assert "A.1, A.4/3x3/1" in names


def test_what_a_reduction_saves_or_costs_is_written() -> None:
    figure = breakeven(GOOGLENET, fc.reductions(GOOGLENET, counts=["multiplies"]))
    assert "saves 108 M" in texts(figure)  # 107,978,752
    cifar = fc.load("cifar10-inception")
    figure = breakeven(cifar, fc.reductions(cifar, counts=["multiplies"]))
    assert {"costs 36.2 M", "costs 100 M"} <= set(texts(figure))  # 36,175,872 and 100,139,008


def test_past_the_most_rows_the_heading_says_what_is_left_out() -> None:
    # no two with the same numbers: 8²·(3 + 9·(9 + p)) a channel, p = 0 … 69
    arms = " | ".join(
        f"b{place}: conv 1x1 2 reduce > conv 3x3 {9 + place}" for place in range(MOST_BARS + 10)
    )
    network = fc.parse(f"8x8x30 > [{arms}]")
    found = fc.reductions(network, counts=["multiplies"])
    figure = breakeven(network, found)
    shown = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    saved = sorted(found, key=lambda one: one.saved(one.width))
    assert len(shown) == MOST_BARS
    assert set(shown) == {one.path for one in saved[10:]}
    assert any("60 of 70 reductions, those that save or cost most" in it for it in texts(figure))

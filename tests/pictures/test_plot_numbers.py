"""What a picture shows are the report's numbers, exactly."""

import pytest
from matplotlib.figure import Figure

import flopcount as fc
from flopcount.analysis.repeats import repeats
from flopcount.analysis.units import read_measure
from flopcount.pictures.bars import MOST_BARS
from flopcount.pictures.breakeven import breakeven
from flopcount.pictures.kernels import kernel_of
from flopcount.pictures.matched import by_module
from flopcount.pictures.modules import modules
from flopcount.pictures.parts import OUTSIDE, parts_of
from flopcount.pictures.savings import savings
from flopcount.pictures.tree import tree
from tests.pictures.drawn import GOOGLENET, REPORT, SAMPLED, chain, texts

# -- savings


def bars(figure: Figure) -> tuple[dict[str, float], dict[str, float]]:
    """The naive bars and those as built, by the names of their rows."""
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    naive, built, alone = (
        {
            names[round(bar.get_y() + bar.get_height() / 2 + shift)]: bar.get_width()
            for bar in container
        }
        for container, shift in zip(axes.containers, (0.2, -0.2, 0), strict=True)
    )
    return alone | naive, alone | built


def test_the_saving_of_module_3a() -> None:
    figure = savings(fc.analyze(GOOGLENET, modules=["3a"]))
    naive, built = bars(figure)
    assert naive == {"1x1": 9_633_792, "3x3": 173_408_256, "5x5": 120_422_400, "pool": 4_816_896}
    assert built == {"1x1": 9_633_792, "3x3": 101_154_816, "5x5": 12_443_648, "pool": 4_816_896}
    assert {
        *("9,633,792", "173,408,256", "101,154,816, 1.71× fewer", "120,422,400"),
        *("12,443,648, 9.68× fewer", "4,816,896"),
    } <= set(texts(figure))
    (legend,) = figure.legends
    assert [entry.get_text() for entry in legend.get_texts()] == [
        "naive: 308,281,344",
        "as built: 128,049,152, 2.41× fewer",
    ]
    assert [text.get_text() for text in figure.texts] == [
        "What the 1×1 reductions save in module 3a of GoogLeNet (Inception v1)",
        "googlenet, input 28×28×192; naive: the same without its 1×1 reductions",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
@pytest.mark.parametrize(("unit", "times"), [("multiplies", 1), ("flops", 2)])
def test_the_bars_of_the_saving_are_the_modules(name: str, unit: str, times: int) -> None:
    report = fc.analyze(fc.load(name), unit=unit, batch=3)
    naive, built = bars(savings(report))
    sums: dict[str, list[int]] = {}
    lines = {line.module: line for line in report.grouped("module")}
    for repeat in repeats(report):
        own = [lines[module] for module in repeat.modules]
        sums[repeat.name] = [
            times * sum(line.naive.multiplies for line in own),
            times * sum(line.cost.multiplies for line in own),
        ]
    sums = {name: both for name, both in sums.items() if any(both)}
    assert naive == {name: both[0] for name, both in sums.items()}
    assert built == {name: both[1] for name, both in sums.items()}
    assert sum(built.values()) == times * report.total.cost.multiplies


@pytest.mark.slow
def test_a_bar_of_repeats_is_all_of_them() -> None:
    report = fc.analyze(fc.load("inception-resnet-v2"))
    figure = savings(report)
    lines = {line.module: line.cost.multiplies for line in report.lines}
    assert bars(figure)[1]["B × 20"] == 20 * lines["B.1"]
    assert any("A × 10 is all 10 together" in text for text in texts(figure))


def test_without_reductions_each_part_has_one_bar() -> None:
    figure = savings(fc.analyze(fc.parse("9x9x4 > conv 3x3 8 > conv 5x5 2")))
    naive, built, alone = figure.axes[0].containers
    # 9²·3²·4·8 and 9²·5²·8·2
    assert [bar.get_width() for bar in alone] == [81 * 9 * 32, 81 * 25 * 16]
    assert not naive
    assert not built
    assert not figure.legends
    assert "Multiplies of 9x9x4 > conv 3x3 8 > conv 5x5 2, by layer" in texts(figure)


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "counts"), [("GFLOPs", "FLOPs"), ("macs", "MACs")])
def test_titles_name_what_the_bars_count(unit: str, counts: str) -> None:
    spec = "9x9x4 > conv 3x3 8 > conv 5x5 2"
    report = fc.analyze(spec, unit=unit)
    assert f"{counts} of {spec}, by layer" in texts(savings(report))
    assert f"{counts} and parameters of {spec}, by layer" in texts(modules(report))
    assert f"Where the {counts} of {spec} go" in texts(tree(report))
    both = by_module([fc.parse(spec), fc.parse(f"{spec} > relu")], read_measure(unit))
    assert any(text.startswith(f"{counts} of {spec} and") for text in texts(both))


def test_what_costs_more_is_said_so() -> None:
    figure = savings(fc.analyze(fc.load("cifar10-inception")))
    said = " ".join(texts(figure))
    assert "What the 1×1 reductions cost in" in said
    assert "more" in said
    assert "fewer" not in said


@pytest.mark.slow
def test_another_reading_is_drawn_and_named() -> None:
    report = fc.analyze(GOOGLENET, naive="chained")
    figure = savings(report)
    assert sum(bars(figure)[0].values()) == 12_568_061_056
    assert any("what the naive one before puts out" in text for text in texts(figure))


@pytest.mark.slow
def test_past_the_most_bars_the_smallest_are_summed_in_words() -> None:
    report = fc.analyze(chain(MOST_BARS + 40)).by("layer")
    figure = savings(report)
    _, built = bars(figure)
    assert len(built) == MOST_BARS - 1
    rest = report.total.cost.multiplies - sum(built.values())
    smallest = sorted(line.cost.multiplies for line in report.lines)[:41]
    # 8²·3² times 3·3, 3·4, 4·5, … 42·43
    assert rest == sum(smallest) == 64 * 9 * (9 + sum(n * (n + 1) for n in range(3, 43)))
    assert rest == 15_257_664
    assert " sum: 15.3 M" in texts(figure)
    assert figure.axes[0].get_yticklabels()[-1].get_text() == "41 others"


@pytest.mark.slow
def test_as_many_as_fit_are_all_drawn() -> None:
    figure = savings(fc.analyze(chain(MOST_BARS)).by("layer"))
    assert len(bars(figure)[1]) == MOST_BARS
    assert not any("others" in text for text in texts(figure))


# -- modules


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_the_stacks_are_the_kernels(name: str) -> None:
    report = fc.analyze(fc.load(name))
    panels = modules(report).axes
    names = [label.get_text() for label in panels[0].get_yticklabels()]
    _, parts = parts_of(report)
    for axes, count in zip(panels, ("multiplies", "params"), strict=True):
        found = {
            (names[round(bar.get_y() + 0.36)], bars.get_label()[1:]): bar.get_width()
            for bars in axes.containers
            for bar in bars
        }
        sums: dict[tuple[str, str], int] = {}
        for part in parts:
            for row in part.rows:
                key = (part.name, kernel_of(row.node.op).word)
                sums[key] = sums.get(key, 0) + row.count(count)
        assert found == {key: size for key, size in sums.items() if size}
        total = getattr(report.cost, count)
        assert sum(found.values()) == total
        assert axes.get_title(loc="left") == f"{total:,} in all"
        ends: dict[float, float] = {}
        for bars in axes.containers:  # each piece begins where the one before it ends
            for bar in bars:
                row = round(bar.get_y() + 0.36)
                assert bar.get_x() == ends.get(row, 0)
                ends[row] = bar.get_x() + bar.get_width()


@pytest.mark.slow
def test_one_module_stands_by_its_branches() -> None:
    figure = modules(fc.analyze(fc.load("inception-resnet-v1"), modules=["A.1"]))
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names == ["1x1", "3x3", "double-3x3", OUTSIDE]


@pytest.mark.slow
def test_the_end_of_a_bar_says_its_sum() -> None:
    said = texts(modules(REPORT))
    assert {"360 M", "128 M", "1.02 M", "115 k", "1.44 M"} <= set(said)


@pytest.mark.slow
def test_past_the_most_bars_the_rest_of_both_is_summed_in_words() -> None:
    report = fc.analyze(chain(MOST_BARS + 40)).by("layer")
    upper, lower = modules(report).axes
    assert len(upper.get_yticklabels()) == MOST_BARS
    for axes, count in ((upper, "multiplies"), (lower, "params")):
        shown = sum(bar.get_width() for bars in axes.containers for bar in bars)
        assert shown < getattr(report.cost, count)
        assert any(text.get_text().startswith(" sum: ") for text in axes.texts)


def test_parameters_without_multiplies_are_shown() -> None:
    left, right = modules(fc.analyze(fc.parse("8x8x3 > norm"))).axes
    assert not left.containers
    assert right.containers[0][0].get_width() == 6  # γ and β of 3 channels


# -- break-even


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_each_reduction_is_in_a_row(name: str) -> None:
    network = fc.load(name)
    found = fc.reductions(network, counts=["multiplies"])
    figure = breakeven(network, found)
    (axes,) = figure.axes
    rows = len(axes.get_yticklabels())
    assert len(axes.lines) == 3 * rows
    seen = {(line.get_xdata()[0], line.get_xdata()[1]) for line in axes.lines[::3]}
    assert seen == {(one.width, float(one.breakeven)) for one in found}
    names = [label.get_text().partition(" × ") for label in axes.get_yticklabels()]
    assert sum(int(times or 1) for _, _, times in names) == len(found)
    each = [text for text in texts(figure) if text.startswith(("saves ", "costs "))]
    assert [text.endswith(" each") for text in each] == [bool(times) for _, _, times in names]


@pytest.mark.slow
def test_repeats_are_one_row_only_where_all_of_them_are_shown() -> None:
    network = fc.load("inception-v4")
    found = fc.reductions(network, counts=["multiplies"])
    names = [label.get_text() for label in breakeven(network, found).axes[0].get_yticklabels()]
    assert "A/3x3/1 × 4" in names
    found = [one for one in found if one.module not in ("A.2", "A.3")]
    names = [label.get_text() for label in breakeven(network, found).axes[0].get_yticklabels()]
    assert {"A.1/3x3/1", "A.4/3x3/1"} <= set(names)


@pytest.mark.slow
def test_what_a_reduction_saves_or_costs_is_written() -> None:
    figure = breakeven(GOOGLENET, fc.reductions(GOOGLENET, counts=["multiplies"]))
    assert "saves 108 M" in texts(figure)  # 107,978,752
    cifar = fc.load("cifar10-inception")
    figure = breakeven(cifar, fc.reductions(cifar, counts=["multiplies"]))
    assert {"costs 36.2 M", "costs 100 M"} <= set(texts(figure))  # 36,175,872 and 100,139,008


@pytest.mark.slow
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

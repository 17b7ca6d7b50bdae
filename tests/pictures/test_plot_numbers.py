"""What a picture shows are the report's numbers, exactly."""

import itertools
import math
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.pictures.breakeven import breakeven
from flopcount.pictures.compare import MOST_POINTS, by_module, scatter
from flopcount.pictures.labels import OTHER, OWN, STEP, placed
from flopcount.pictures.layers import layers
from flopcount.pictures.modules import OTHERS, OUTSIDE, branch_looks, modules
from flopcount.pictures.savings import savings
from flopcount.pictures.style import (
    HATCHES,
    MOST_BARS,
    MOST_SERIES,
    NAIVE,
    PALETTE,
    apart,
    fitted,
    lightness,
    look,
    width,
)
from flopcount.pictures.tree import Box, pieces, squarified, tree

GOOGLENET = fc.load("googlenet")
REPORT = fc.analyze(GOOGLENET)
SHIPPED = (
    *("bn-inception", "cifar10-inception", "googlenet", "inception-resnet-v1"),
    *("inception-resnet-v2", "inception-v2", "inception-v3", "inception-v4"),
)
NOTHING = fc.parse("8x8x3 > maxpool 2x2")


def texts(figure: Figure) -> list[str]:
    return [found.get_text() for found in figure.findobj(Text) if isinstance(found, Text)]


def chain(count: int) -> fc.Network:
    """Build a spec of so many 3×3 convolutions, the widths growing."""
    return fc.parse("8x8x3" + "".join(f" > conv 3x3 {3 + place}" for place in range(count)))


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


# -- compare


@pytest.mark.parametrize("unit", ["multiplies", "flops"])
def test_points_are_the_totals(unit: str) -> None:
    reports = [fc.analyze(fc.load(name), unit=unit, batch=2) for name in SHIPPED]
    figure = scatter(reports)
    (points,) = figure.axes[0].lines
    times = 4 if unit == "flops" else 2
    assert list(points.get_xdata()) == [report.cost.params for report in reports]
    assert list(points.get_ydata()) == [times * fc.analyze(r.network).macs for r in reports]
    for report in reports:
        assert any(f"{report.network.name}, " in text for text in texts(figure))


def test_one_input_is_said_once() -> None:
    figure = scatter([REPORT, fc.analyze(fc.load("bn-inception"))])
    assert "input 224×224×3" in texts(figure)
    assert {"googlenet", "bn-inception"} <= set(texts(figure))


@pytest.mark.parametrize(
    ("count", "message"),
    [(1, "at least two networks"), (MOST_POINTS + 1, "41 networks; a picture names at most 40")],
)
def test_too_few_and_too_many_points(count: int, message: str) -> None:
    with pytest.raises(FlopcountError, match=message):
        scatter([REPORT] * count)


def test_networks_at_one_point_share_a_label() -> None:
    same = [REPORT, fc.analyze(fc.load("googlenet@width=1")), REPORT]
    assert "googlenet\ngooglenet@width=1" in texts(scatter(same))


FAMILIES = {
    "two": ("googlenet", "googlenet@torchvision"),
    "the family": ("inception-v3", "inception-v4", "inception-resnet-v2@timm"),
    "six": ("googlenet", *(f"googlenet@width=0.{part}" for part in (9, 7, 5, 3, 1))),
    "no partner": ("googlenet", "28x28x192 > conv 3x3 64"),
}


@pytest.mark.parametrize("what", FAMILIES)
def test_bars_by_module_sum_to_the_totals(what: str) -> None:
    networks = [fc.load(name) for name in FAMILIES[what]]
    (axes,) = (figure := by_module(networks)).axes
    for network, bars in zip(networks, axes.containers, strict=True):
        total = fc.analyze(network).cost.multiplies
        assert sum(int(bar.get_width()) for bar in bars) == total
        assert any(text.endswith(f": {total:,}") for text in texts(figure))


def test_past_the_most_rows_by_module_the_rest_is_summed_in_words() -> None:
    def rows(count: int) -> fc.Network:
        lines = "".join(f"m{place} = 'conv 1x1 {4 + place}'\n" for place in range(count))
        text = f'input = "8x8x3"\n[rows]\n{lines}'
        return build(parse_table(tomllib.loads(text)), "own", Options())

    networks = [rows(MOST_BARS + 5), rows(MOST_BARS + 5)]
    figure = by_module(networks)
    first = figure.axes[0].containers[0]
    assert len(first) == MOST_BARS - 1
    # 8² times 3·4, 4·5, … 8·9
    rest = 64 * sum(n * (n + 1) for n in range(3, 9))
    total = fc.analyze(networks[0]).cost.multiplies
    assert total - sum(bar.get_width() for bar in first) == rest == 14_848
    assert "  together: 14.8 k, 14.8 k" in texts(figure)


def test_too_many_networks_by_module() -> None:
    with pytest.raises(FlopcountError, match="19 networks; a picture by module shows at most 18"):
        by_module([GOOGLENET] * (MOST_SERIES + 1))


# -- tree


@pytest.mark.parametrize("name", SHIPPED)
def test_areas_are_the_layers(name: str) -> None:
    report = fc.analyze(fc.load(name))
    found = list(pieces(report, Box(0, 0, 9, 5)))
    total = report.cost.multiplies
    for part in found:
        assert part.box.wide * part.box.high == pytest.approx(45 * part.multiplies / total)
    sizes = {part.layer: part.multiplies for part in found if part.layer}
    assert sizes == {
        row.node.path: row.count("multiplies") for row in report.rows if row.count("multiplies")
    }
    whole = {part.module: part.multiplies for part in found if part.layer is None}
    assert whole == {
        line.module: line.cost.multiplies for line in report.lines if line.cost.multiplies
    }
    outer = {part.module: part.box for part in found if part.layer is None}
    for part in found:
        assert inside(part.box, outer[part.module])
    drawn = {patch.get_bbox().bounds for patch in tree(report).axes[0].patches}
    assert len(drawn) >= len(sizes)


def inside(one: Box, other: Box) -> bool:
    air = 1e-9
    return (
        one.left >= other.left - air
        and one.top >= other.top - air
        and one.left + one.wide <= other.left + other.wide + air
        and one.top + one.high <= other.top + other.high + air
    )


@given(
    st.lists(st.integers(1, 10**12), min_size=1, max_size=40),
    st.floats(0.1, 20),
    st.floats(0.1, 20),
)
def test_a_cut_rectangle_is_filled_in_proportion(
    sizes: list[int], wide: float, high: float
) -> None:
    sizes = sorted(sizes, reverse=True)
    box = Box(1, 2, wide, high)
    found = squarified(sizes, box)
    assert len(found) == len(sizes)
    for size, one in zip(sizes, found, strict=True):
        assert one.wide * one.high == pytest.approx(wide * high * size / sum(sizes), rel=1e-6)
        assert inside(one, box)
    for one, other in itertools.combinations(found, 2):
        across = min(one.left + one.wide, other.left + other.wide) - max(one.left, other.left)
        down = min(one.top + one.high, other.top + other.high) - max(one.top, other.top)
        assert min(across, down) <= 1e-9 * max(wide, high)


def test_a_layer_too_small_to_see_is_left_out() -> None:
    side = 2**31 - 1
    spec = f"{side}x{side}x3 > conv 3x3 {side} > avgpool global > conv 1x1 1"
    report = fc.analyze(fc.parse(spec))
    (layer, _module) = pieces(report, Box(0, 0, 9, 5))
    assert (layer.layer, layer.multiplies) == ("spec/1", 9 * side**2 * 3 * side)
    assert layer.box == Box(0, 0, 9, 5)
    assert tree(report)


def test_the_example_of_the_paper() -> None:
    # Bruls, Huizing, van Wijk, Squarified Treemaps, Fig. 4: 6, 6, 4, 3, 2, 2, 1 in 6 × 4
    found = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert [(round(box.wide, 6), round(box.high, 6)) for box in found[:4]] == [
        *((3.0, 2.0), (3.0, 2.0)),  # one above the other
        *((round(12 / 7, 6), round(7 / 3, 6)), (round(9 / 7, 6), round(7 / 3, 6))),
    ]


# -- nothing to show


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (modules, "nothing to draw: no layer has multiplies or parameters"),
        (layers, "nothing to draw: no layer has multiplies or parameters"),
        (tree, "nothing to draw: no layer multiplies"),
        (savings, "nothing to draw: no layer multiplies"),
    ],
)
def test_an_empty_picture_is_refused(draw: Any, message: str) -> None:
    with pytest.raises(FlopcountError, match=message):
        draw(fc.analyze(NOTHING))


def test_an_empty_picture_of_networks_is_refused() -> None:
    with pytest.raises(FlopcountError, match="nothing to draw: no layer multiplies"):
        by_module([NOTHING, NOTHING])
    with pytest.raises(FlopcountError, match="no network has multiplies or parameters"):
        scatter([fc.analyze(NOTHING)] * 2)


def test_a_network_of_no_cost_among_others_is_a_whole_point() -> None:
    (points,) = scatter([fc.analyze(NOTHING), REPORT]).axes[0].lines
    assert (points.get_xdata()[0], points.get_ydata()[0]) == (0, 0)
    assert not points.get_clip_on()  # the axes would cut it
    rows = by_module([NOTHING, GOOGLENET]).axes[0].containers
    assert not sum(bar.get_width() for bar in rows[0])


# -- style


def test_neighbours_are_told_apart_in_grey() -> None:
    light = list(map(lightness, PALETTE))
    assert all(after - before > 10 for before, after in itertools.pairwise(light))
    assert lightness(NAIVE) - lightness(PALETTE[0]) > 40
    assert (lightness("#000000"), round(lightness("#ffffff"))) == (0, 100)


def test_no_two_series_look_alike() -> None:
    looks = [tuple(look(place).values()) for place in range(MOST_SERIES)]
    assert len(set(looks)) == MOST_SERIES == len(PALETTE) * len(HATCHES)


@given(st.text(max_size=300), st.floats(0.3, 4))
def test_a_fitted_text_fits(text: str, inches: float) -> None:
    shown = fitted(text, inches)
    assert width(shown) <= inches
    assert "\n" not in shown


def test_a_long_text_keeps_its_ends() -> None:
    shown = fitted(f"first{'w' * 2_000}last", 2)
    assert shown.startswith("first")
    assert shown.endswith("last")
    assert "…" in shown
    assert fitted("3a/5x5/2", 2) == "3a/5x5/2"


def test_names_that_would_look_the_same_get_a_number() -> None:
    long = [f"{'w' * 99}{place}{'w' * 99}" for place in range(12)]
    shown = apart(["3a", *long, long[5], "3a"], 1)
    assert len(set(shown)) == 13
    assert (shown[0], shown[6]) == (shown[-1], shown[-2])
    assert "(" not in shown[1]
    assert all(name.endswith(f" ({place})") for place, name in enumerate(shown[2:13], 2))
    assert all(width(name, 8) <= 1 for name in shown)


@given(st.lists(st.text(max_size=40), max_size=30))
def test_no_two_names_look_the_same(names: list[str]) -> None:
    shown = dict(zip(names, apart(names, 0.6), strict=True))
    assert len(set(shown.values())) == len(set(names))


@pytest.mark.parametrize("draw", [savings, modules])
def test_modules_that_differ_in_the_middle_alone_are_told_apart(draw: Any) -> None:
    lines = "".join(f"{'a' * 27}{place}{'a' * 27} = 'conv 1x1 2'\n" for place in range(3))
    network = build(
        parse_table(tomllib.loads(f'input = "8x8x3"\n[rows]\n{lines}')), "own", Options()
    )
    axes = draw(fc.analyze(network)).axes[-1]
    ticks = axes.get_yticklabels() if draw is savings else axes.get_xticklabels()
    assert len({tick.get_text() for tick in ticks}) == 3


@pytest.mark.parametrize("name", SHIPPED)
def test_a_branch_looks_the_same_in_its_module_and_in_its_network(name: str) -> None:
    network = fc.load(name)
    whole = branch_looks(fc.analyze(network))
    for module in network.modules:
        part = fc.analyze(network, modules=[module])
        assert branch_looks(part) == whole


@pytest.mark.parametrize("name", SHIPPED)
def test_a_layer_is_named_only_where_its_module_is(name: str) -> None:
    report = fc.analyze(fc.load(name))
    (axes,) = tree(report).axes
    named = {text.get_text().split("  ")[0] for text in axes.texts if text.get_va() == "top"}
    assert named
    bounds = axes.get_xlim()[1], axes.get_ylim()[0]
    found = list(pieces(report, Box(0, 0, *bounds)))
    layers = {part.box: part.module for part in found if part.layer is not None}
    for text in axes.texts:
        if text.get_va() == "center":
            x, y = text.get_position()
            (module,) = (
                module
                for box, module in layers.items()
                if box.left < x < box.left + box.wide and box.top < y < box.top + box.high
            )
            assert module in named, text


# -- names of points


def test_labels_are_placed_on_nothing_else() -> None:
    points = [(1 + place / 5, 1.0) for place in range(20)]
    found = placed(points, [(0.8, 0.1)] * 20, (6, 4))
    assert found is not None
    for one, other in itertools.combinations(found, 2):
        assert max(one.left, other.left) > min(one.right, other.right) or (
            max(one.bottom, other.bottom) > min(one.top, other.top)
        )
    assert placed(points, [(0.8, 0.1)] * 20, (1, 1)) is None


@given(
    points=st.lists(st.tuples(st.floats(0, 8), st.floats(0, 5)), min_size=1, max_size=12),
    wide=st.floats(0.2, 2),
)
def test_a_name_is_as_far_from_its_point_on_all_sides_and_farther_from_others(
    points: list[tuple[float, float]], wide: float
) -> None:
    found = placed(points, [(wide, 0.12)] * len(points), (8, 5))
    for place, box in enumerate(found or []):
        away = [math.dist(box.nearest(*point), point) for point in points]
        steps = (away.pop(place) - OWN) / STEP
        assert steps == pytest.approx(round(steps), abs=1e-6)
        assert steps > -1e-6
        assert all(other >= OTHER for other in away)
        assert 0 < box.left < box.right < 8
        assert 0 < box.bottom < box.top < 5


def test_networks_that_look_like_one_point_share_a_label() -> None:
    names = ("inception-v2", "inception-v3", "inception-v4")  # 23.9 M and 23.8 M parameters
    said = texts(scatter([fc.analyze(fc.load(name)) for name in names]))
    assert {"inception-v2\ninception-v3", "inception-v4"} <= set(said)


def test_as_many_networks_as_may_be_find_room_at_one_point() -> None:
    reports = [
        fc.analyze(fc.parse(f"64x64x3 > conv 3x3 {3_000 + place}")) for place in range(MOST_POINTS)
    ]
    said = "\n".join(texts(scatter([*reports[:-1], REPORT]))).splitlines()
    assert {report.network.name + ", 64×64×3" for report in reports[:-1]} <= set(said)


@pytest.mark.parametrize("step", [0.0005, 0.002, 0.005])
def test_networks_that_are_much_alike_find_room(step: float) -> None:
    names = [f"googlenet@width={1 + place * step:.4f}" for place in range(8)]
    said = "\n".join(texts(scatter([fc.analyze(fc.load(name)) for name in names])))
    assert set(names) <= set(said.splitlines())


def test_names_that_find_no_room_are_refused() -> None:
    reports = [
        fc.analyze(fc.parse(f"8x8x3 > conv 1x1 {40 + place}" + " > relu" * 20))
        for place in range(MOST_POINTS)
    ]
    with pytest.raises(FlopcountError, match="too close for their names; compare fewer"):
        scatter(reports)


# -- rectangles


def test_rectangles_are_what_is_drawn() -> None:
    report = fc.analyze(GOOGLENET["3a"])
    filled = [
        patch
        for patch in tree(report).axes[0].patches
        if isinstance(patch, Rectangle) and patch.get_fill()
    ]
    areas = [patch.get_width() * patch.get_height() for patch in filled]
    sizes = [part.multiplies for part in pieces(report, Box(0, 0, 1, 1)) if part.layer]
    assert [area / sum(areas) for area in areas] == pytest.approx(
        [size / sum(sizes) for size in sizes]
    )

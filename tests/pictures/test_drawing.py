"""A drawing says what the report says: the same layers, numbers and activations, however folded."""

import math
from collections import Counter
from pathlib import Path

import pytest
from matplotlib.patches import Rectangle

import flopcount as fc
from flopcount.pictures.drawing.figure import drawing
from flopcount.pictures.drawing.plan import planned
from flopcount.pictures.drawing.scene import Scene, built, naive
from flopcount.writing.cells import number
from tests.pictures.drawn import SHIPPED, chain, of, texts


def elements(shape: tuple[object, ...]) -> int:
    return math.prod(map(int, shape))  # type: ignore[call-overload]


def carried(scene: Scene) -> Counter[int]:
    return Counter(band.activations for band in scene.bands)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_drawn_sums_to_the_report(name: str) -> None:
    report = of(name)
    plan = planned(report, 1.6)
    total = report.total
    for scene, line in ((built(report, plan), total.cost), (naive(report, plan), total.naive)):
        assert scene.total == line.multiplies
        assert sum(card.count for card in scene.cards) == line.multiplies


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_each_band_carries_what_the_layer_below_reads(name: str) -> None:
    network = fc.load(name, aux=True)
    for module in network.modules:
        report = fc.analyze(network[module])
        plan = planned(report, 1.6)
        read = [elements(shape) for row in report.rows for shape in row.inputs]
        assert carried(built(report, plan)) == Counter(read), module
        rows = [report.naive[row.node.path] for row in report.rows if row.node.path in report.naive]
        read = [elements(shape) for row in rows for shape in row.inputs]
        assert carried(naive(report, plan)) == Counter(read), module


@pytest.mark.slow
def test_every_layer_has_one_box_and_those_that_repeat_stand_once() -> None:
    report = of("inception-resnet-v2")
    drawn = {"A.1", "B.1", "C.1", "C.10"}
    repeated = {module for module in report.network.modules if "." in module} - drawn
    expected = {row.node.path for row in report.rows if row.node.module not in repeated}
    assert set(planned(report, 1.6).boxes) == expected
    names = [panel.repeat.name for panel in planned(report, 1.6).panels()]
    assert {"A × 10", "B × 20", "C × 9", "C.10", "aux"} <= set(names)
    assert "20 × 60,370,944" in texts(drawing(report))


@pytest.mark.slow
def test_columns_do_not_overlap_and_read_on() -> None:
    for name in SHIPPED:
        plan = planned(of(name), 1.6)
        ends = [0.0, *(column.x + column.drawing.width for column in plan.columns)]
        assert all(end < column.x for end, column in zip(ends, plan.columns, strict=False))
        paths = [node.path for column in plan.columns for node in column.nodes]
        assert len(paths) == len(set(paths))


def test_a_long_module_and_many_that_read_all_before_are_drawn(tmp_path: Path) -> None:
    widths = " > ".join(f"conv 3x3 {3 + place % 7}" for place in range(60))
    plan = planned(fc.analyze(fc.parse(f"8x8x3 > {widths}")), 1.6)
    assert len(plan.columns) > 2
    assert not list(plan.panels())
    rows = ["r0 = 'conv 3x3 4'", "r1 = 'conv 3x3 4'"]
    for place in range(2, 9):
        arms = " | ".join(f"from r{before}" for before in range(place))
        rows.append(f"r{place} = '[{arms}] > conv 3x3 4'")
    path = tmp_path / "dense.toml"
    path.write_text("input = '8x8x3'\n[rows]\n" + "\n".join(rows), encoding="utf-8")
    report = fc.analyze(fc.load(path))
    scene = built(report, planned(report, 1.6))
    read = [elements(shape) for row in report.rows for shape in row.inputs]
    assert carried(scene) == Counter(read)
    assert scene.total == report.total.cost.multiplies


def test_boxes_say_the_numbers_of_their_layers() -> None:
    report = of("inception-v4", "stem.2")
    cards = {card.name: card for card in built(report, planned(report, 1.6)).cards}
    for row in report.rows:
        said = [number(row.count("multiplies"))] if row.count("multiplies") else []
        assert any(said == list(card.lines[1:]) for card in cards.values()), row.node.path


@pytest.mark.parametrize("reading", ["reduce", "chained"])
def test_a_part_that_reads_a_reduction_outside_of_it_is_drawn_on_what_it_reads_without(
    reading: str,
) -> None:
    net = fc.parse("16x16x4 > conv 1x1 64 reduce > conv 3x3 12")
    report = fc.analyze(net["spec/2"], naive=reading)
    scene = naive(report, planned(report, 1.6))
    assert carried(scene) == Counter([16 * 16 * 4])
    assert [card.name for card in scene.cards] == ["16×16×4", "3×3 12"]
    assert carried(built(report, planned(report, 1.6))) == Counter([16 * 16 * 64])


@pytest.mark.parametrize("reading", ["reduce", "figure", "chained"])
def test_layers_that_are_bypassed_stand_anywhere(reading: str, tmp_path: Path) -> None:
    rows = {
        "a": "maxpool 3x3 > conv 1x1 8 project",
        "b": "conv 1x1 8 project > (identity + conv 1x1 64 reduce > conv 3x3 in linear)",
        "c": "conv 1x1 2 project",
    }
    path = tmp_path / "odd.toml"
    lines = [f"{name} = '{spec}'" for name, spec in rows.items()]
    path.write_text("input = '16x16x8'\n[rows]\n" + "\n".join(lines), encoding="utf-8")
    net = fc.load(path)
    parts = [net, *(net[module] for module in net.modules), *(net[n.path] for n in net.nodes)]
    for part in parts:
        report = fc.analyze(part, naive=reading)
        scene = naive(report, planned(report, 1.6))
        rows_drawn = [report.naive.get(row.node.path) for row in report.rows]
        read = [elements(shape) for row in rows_drawn if row for shape in row.inputs]
        assert carried(scene) == Counter(read)


@pytest.mark.slow
def test_a_box_is_filled_by_its_share_and_one_that_costs_nothing_is_not() -> None:
    report = of("googlenet", "3a")
    figure = drawing(report, "naive")
    fills = [found for found in figure.findobj(Rectangle) if found.get_alpha()]
    whole = report.total.naive.multiplies
    rows = [row for row in (*report.naive.values(), *report.rows) if row.node.module == "3a"]
    costs = [row.count("multiplies") for row in rows]
    expected = [round(136 * cost / whole, 6) for cost in costs if cost]
    found = [round(fill.get_width(), 6) for fill in fills if isinstance(fill, Rectangle)]
    assert sorted(found) == sorted(expected)
    assert all(fill.get_clip_path() for fill in fills)  # by the frame: none reaches out of it


@pytest.mark.slow
def test_the_height_that_is_asked_for_is_the_least_of_all_layouts() -> None:
    report = of("inception-resnet-v2")
    with pytest.raises(fc.FlopcountError, match="in high or more") as refused:
        report.plot("drawing", size="12x4in")
    asked = float(str(refused.value).partition("must be ")[2].partition("in ")[0])
    figure = report.plot("drawing", size=f"12x{asked}in")
    assert tuple(figure.get_size_inches()) == pytest.approx((12, asked))
    with pytest.raises(fc.FlopcountError, match="in high or more"):
        report.plot("drawing", size=f"12x{asked - 0.2:.1f}in")
    assert asked < 15  # in its many columns; in one it would be 24


@pytest.mark.parametrize("aspect", [1.6, 0.9, 0.5, 0.25])
def test_columns_are_as_low_as_so_many_can_be(aspect: float) -> None:
    for count in (25, 47, 60):
        columns = planned(fc.analyze(chain(count)), aspect).columns
        most = max(len(column.nodes) for column in columns)
        assert most == math.ceil(count / len(columns))

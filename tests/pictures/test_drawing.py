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
from flopcount.pictures.drawing.sides import contrast
from flopcount.writing.sheet import number
from tests.pictures.drawn import SHIPPED, chain, texts


def of(name: str, *modules: str, **options: object) -> fc.Report:
    return fc.analyze(fc.load(name, aux=True), modules=modules, **options)  # type: ignore[arg-type]


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


def test_every_layer_has_one_box_and_those_that_repeat_stand_once() -> None:
    report = of("inception-resnet-v2")
    drawn = {"A.1", "B.1", "C.1", "C.10"}
    repeated = {module for module in report.network.modules if "." in module} - drawn
    expected = {row.node.path for row in report.rows if row.node.module not in repeated}
    assert set(planned(report, 1.6).boxes) == expected
    names = [panel.repeat.name for panel in planned(report, 1.6).panels()]
    assert {"A × 10", "B × 20", "C × 9", "C.10", "aux"} <= set(names)
    assert "20 × 60,370,944" in texts(drawing(report))


def test_columns_do_not_overlap_and_read_on() -> None:
    for name in SHIPPED:
        plan = planned(of(name), 1.6)
        ends = [0.0, *(column.x + column.drawing.width for column in plan.columns)]
        assert all(end < column.x for end, column in zip(ends, plan.columns, strict=False))
        paths = [node.path for column in plan.columns for node in column.nodes]
        assert len(paths) == len(set(paths))


def test_the_story_of_the_1x1_is_told_in_numbers() -> None:
    found = contrast(of("googlenet", "3a"), "naive", 1.6)
    assert found.title == "What the 1×1 reductions save in module 3a of GoogLeNet (Inception v1)"
    assert [side.name for side in found.sides] == ["without the 1×1 reductions", "as built"]
    assert [side.scene.total for side in found.sides] == [308_281_344, 128_049_152]
    assert found.ratio == "2.41× fewer"
    assert found.sentence == (
        "The 5×5 branch: 120,422,400 → 2,408,448 + 10,035,200 = 12,443,648 multiplies, 9.68× fewer"
    )
    assert found.accent == ("3a", "5x5")
    said = texts(drawing(of("googlenet", "3a"), "naive"))
    for text in ("5×5 32", "120,422,400", "10,035,200", "2.41×", "308,281,344 multiplies"):
        assert text in said


@pytest.mark.parametrize(
    ("reading", "total"),
    # the table of the three readings in the design of the what-ifs, of the nine modules
    [("reduce", 3_947_847_680), ("figure", 3_881_213_952), ("chained", 12_085_441_536)],
)
def test_each_reading_of_naive_is_drawn(reading: str, total: int) -> None:
    modules = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")
    found = contrast(of("googlenet", *modules), f"naive={reading}", 1.6)
    assert [side.scene.total for side in found.sides] == [total, 1_103_972_352]


def test_a_reduction_that_costs_says_so() -> None:
    found = contrast(of("cifar10-inception", "inception"), "naive", 1.6)
    assert found.title.startswith("What the 1×1 reductions cost in")
    assert [side.name for side in found.sides] == ["as built", "without the 1×1 reductions"]
    built_total, naive_total = (side.scene.total for side in found.sides)
    assert built_total > naive_total
    assert "× more" in found.sentence


@pytest.mark.parametrize("beside", ["separable", "width=0.5", "factorize=5x5:3x3"])
def test_a_rewrite_stands_beside_what_is_built(beside: str) -> None:
    found = contrast(of("googlenet", "3a", unit="flops", batch=2), beside, 1.6)
    totals = {side.name: side.scene.total for side in found.sides}
    other = of(f"googlenet@{beside}", "3a").total.cost.multiplies
    assert totals == {"as built": 4 * 128_049_152, f"with @{beside}": 4 * other}


def test_another_network_stands_beside_it() -> None:
    for beside in ("googlenet@torchvision", fc.load("googlenet@torchvision")):
        found = contrast(of("googlenet", "3a"), beside, 1.6)
        names = ["GoogLeNet (Inception v1)", "GoogLeNet (torchvision)"]
        assert [side.name for side in found.sides] == names
        expected = of("googlenet@torchvision", "3a").total.cost.multiplies
        assert found.sides[1].scene.total == expected


@pytest.mark.parametrize(
    ("network", "beside", "said"),
    [
        ("googlenet", "nosuchnet", "unknown network 'nosuchnet'"),
        ("googlenet", "naive=chain", "did you mean .chained.?"),
        ("googlenet", "width=0", "expected a factor"),
        ("googlenet", "NAIVE", "did you mean .naive.?"),
        ("googlenet", "seperable", "did you mean .separable.?"),
        ("googlenet", "width=1", "what stands beside it is the same"),
        ("googlenet", "googlenet", "what stands beside it is the same"),
        ("8x8x3 > conv 3x3 4", "naive", "nothing to set beside it"),
        ("googlenet", 5, "a network is named by a text or a path"),
        ("googlenet", "28x28x3 > conv 9x9 4 valid >", "column"),
    ],
)
def test_what_cannot_stand_beside_it_is_said(network: str, beside: object, said: str) -> None:
    with pytest.raises(fc.FlopcountError, match=said.replace("?", r"\?")):
        contrast(fc.analyze(fc.load(network)), beside, 1.6)


def test_a_small_size_stacks_the_sides_and_too_small_a_one_is_refused() -> None:
    report = of("googlenet", "3a")
    wide = report.plot("drawing", beside="naive", size="12in").get_size_inches()
    narrow = report.plot("drawing", beside="naive", size="3.3in").get_size_inches()
    assert wide[0] == 12
    assert narrow[0] == 3.3
    assert narrow[1] > 2 * narrow[0] > wide[1]
    with pytest.raises(fc.FlopcountError, match=r"must be \d+\.\din wide or more"):
        report.plot("drawing", beside="naive", size="1.6in")


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


def test_a_branch_stands_beside_its_own_rewrite_and_a_spec_beside_a_module() -> None:
    net = fc.load("googlenet")
    branch = fc.analyze(net["3a"]["5x5"])
    assert contrast(branch, "naive", 1.6).ratio == "9.68× fewer"
    separable = fc.load("googlenet@separable")["3a"]["5x5"]
    found = contrast(branch, "separable", 1.6)
    assert found.sides[1].scene.total == fc.analyze(separable).multiplies
    found = contrast(branch, "28x28x192 > conv 5x5 32", 1.6)
    assert [side.scene.total for side in found.sides] == [120_422_400, 12_443_648]
    names = [side.name for side in contrast(branch, net["3b"], 1.6).sides]
    assert names == ["module 3b", "module 3a, branch 5x5"]
    with pytest.raises(fc.FlopcountError, match="beside layer 3a/5x5/2 stands nothing but naive"):
        contrast(fc.analyze(net["3a/5x5/2"]), "separable", 1.6)


@pytest.mark.parametrize("size", [None, "3.3in"])
def test_long_names_of_two_sides_stay_apart(size: str | None) -> None:
    reduced = "17x17x768 > conv 1x1 128"
    pair = fc.parse(f"{reduced} > conv 1x7 128 > conv 7x1 192")
    check(fc.plot(f"{reduced} > conv 7x7 192", "drawing", beside=pair, size=size))


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


def test_what_a_narrow_drawing_says_is_whole() -> None:
    for name, module in (("inception-resnet-v2", "B.1"), ("bn-inception", "3b")):
        report = of(name, module, unit="flops", batch=64)
        sentence = contrast(report, "naive", 1.6).sentence
        said = " ".join(texts(report.plot("drawing", beside="naive", size="3.3in")))
        assert sentence in said
        assert report.network.source in said


@pytest.mark.parametrize(
    ("changed", "beside", "names"),
    [
        ({}, "googlenet@separable", ["googlenet", "googlenet@separable"]),
        ({"set": {"3a.r5": 24}}, "googlenet", ["changed: 3a.r5 = 24", "as built"]),
        ({"input": "299x299"}, "googlenet", ["input 299×299×3", "input 224×224×3"]),
    ],
)
def test_two_networks_of_one_title_are_told_apart(
    changed: dict[str, object], beside: str, names: list[str]
) -> None:
    found = contrast(fc.analyze(fc.load("googlenet", **changed)), beside, 1.6)  # type: ignore[arg-type]
    assert [side.name for side in found.sides] == names
    assert found.title == f"GoogLeNet (Inception v1): {names[0]} and {names[1]}"


def test_a_height_that_leaves_room_side_by_side_alone_is_enough() -> None:
    report = of("googlenet", "3a")
    assert tuple(report.plot("drawing", beside="naive", size="7x4in").get_size_inches()) == (7, 4)


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


def test_a_network_that_goes_on_where_another_ends_is_not_the_same() -> None:
    short, long = "8x8x3 > conv 3x3 4", "8x8x3 > conv 3x3 4 > conv 3x3 4"
    for one, other in ((short, long), (long, short)):
        totals = [
            side.scene.total for side in contrast(fc.analyze(fc.parse(one)), other, 1.6).sides
        ]
        assert totals == [6912 + 9216, 6912]

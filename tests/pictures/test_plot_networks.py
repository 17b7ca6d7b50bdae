"""A picture of networks shows their totals, and each name stands at its own point alone."""

import itertools
import math
import re
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import flopcount as fc
from flopcount import FlopcountError
from flopcount.notation.networks import Options, build
from flopcount.notation.tables import parse_table
from flopcount.pictures.bars import MOST_BARS
from flopcount.pictures.compare import MOST_POINTS, scatter
from flopcount.pictures.labels import OTHER, OWN, STEP, placed
from flopcount.pictures.matched import MOST_SERIES, by_module
from flopcount.writing.cells import shape_text
from tests.pictures.drawn import GOOGLENET, NOTHING, REPORT, SHIPPED, texts

# -- compare


def dots(figure: Figure) -> Line2D:
    (points,) = (line for line in figure.axes[0].lines if line.get_marker() == "o")
    return points


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["multiplies", "flops"])
def test_points_are_the_totals(unit: str) -> None:
    reports = [fc.analyze(fc.load(name), unit=unit, batch=2) for name in SHIPPED]
    figure = scatter(reports)
    points = dots(figure)
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


@pytest.mark.slow
def test_networks_of_one_name_are_told_apart() -> None:
    named = [replace(fc.load(name), name=shown) for name, shown in ALIKE]
    labels = "\n".join(texts(scatter([fc.analyze(network) for network in named])))
    legend = texts(by_module(named))
    for network, name in zip(named, ("a", "a (3)", "a (2)"), strict=True):
        assert re.search(
            rf"^{re.escape(name)}, {shape_text(network.inputs['input'])}$", labels, re.MULTILINE
        )
        assert f"{name}: {fc.analyze(network).cost.multiplies:,}" in legend


ALIKE = [("googlenet", "a"), ("inception-v3", "a"), ("inception-v4", "a (2)")]
FAMILIES = {
    "two": ("googlenet", "googlenet@torchvision"),
    "the family": ("inception-v3", "inception-v4", "inception-resnet-v2@timm"),
    "six": ("googlenet", *(f"googlenet@width=0.{part}" for part in (9, 7, 5, 3, 1))),
    "no partner": ("googlenet", "28x28x192 > conv 3x3 64"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", FAMILIES)
def test_bars_by_module_sum_to_the_totals(what: str) -> None:
    networks = [fc.load(name) for name in FAMILIES[what]]
    (axes,) = (figure := by_module(networks)).axes
    for network, bars in zip(networks, axes.containers, strict=True):
        total = fc.analyze(network).cost.multiplies
        assert sum(int(bar.get_width()) for bar in bars) == total
        assert any(text.endswith(f": {total:,}") for text in texts(figure))


@pytest.mark.slow
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
    assert " sum: 14.8 k, 14.8 k" in texts(figure)


def test_too_many_networks_by_module() -> None:
    with pytest.raises(FlopcountError, match="19 networks; a picture by module shows at most 18"):
        by_module([GOOGLENET] * (MOST_SERIES + 1))


def test_an_empty_picture_of_networks_is_refused() -> None:
    with pytest.raises(FlopcountError, match="nothing to draw: no layer multiplies"):
        by_module([NOTHING, NOTHING])
    with pytest.raises(FlopcountError, match="no network has multiplies or parameters"):
        scatter([fc.analyze(NOTHING)] * 2)


@pytest.mark.slow
def test_a_network_of_no_cost_among_others_is_a_whole_point() -> None:
    points = dots(scatter([fc.analyze(NOTHING), REPORT]))
    assert (points.get_xdata()[0], points.get_ydata()[0]) == (0, 0)
    assert not points.get_clip_on()  # the axes would cut it
    rows = by_module([NOTHING, GOOGLENET]).axes[0].containers
    assert not sum(bar.get_width() for bar in rows[0])


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_as_many_networks_as_may_be_find_room_at_one_point() -> None:
    reports = [
        fc.analyze(fc.parse(f"64x64x3 > conv 3x3 {3_000 + place}")) for place in range(MOST_POINTS)
    ]
    said = "\n".join(texts(scatter([*reports[:-1], REPORT]))).splitlines()
    assert {report.network.name + ", 64×64×3" for report in reports[:-1]} <= set(said)


@pytest.mark.slow
@pytest.mark.parametrize("step", [0.0005, 0.002, 0.005])
def test_networks_that_are_much_alike_find_room(step: float) -> None:
    names = [f"googlenet@width={1 + place * step:.4f}" for place in range(8)]
    said = "\n".join(texts(scatter([fc.analyze(fc.load(name)) for name in names])))
    assert set(names) <= set(said.splitlines())


@pytest.mark.slow
def test_names_that_find_no_room_are_refused() -> None:
    reports = [
        fc.analyze(fc.parse(f"8x8x3 > conv 1x1 {4000 + 20 * place}" + " > relu" * 20))
        for place in range(MOST_POINTS)
    ]
    with pytest.raises(FlopcountError, match="too close for their names; compare fewer"):
        scatter(reports)


@pytest.mark.slow
def test_bars_by_module_are_titled_by_what_tells_the_networks_apart() -> None:
    variants = texts(by_module([GOOGLENET, fc.load("googlenet@width=0.5")]))
    assert "Multiplies of googlenet and googlenet@width=0.5, by module" in variants
    others = texts(by_module([GOOGLENET, fc.load("bn-inception")]))
    assert "Multiplies of GoogLeNet (Inception v1) and BN-Inception, by module" in others


@pytest.mark.slow
def test_modules_that_all_networks_repeat_are_one_row() -> None:
    networks = [fc.load("inception-v4"), fc.load("inception-v4@timm")]
    axes = by_module(networks).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert {"A × 4", "B × 7", "C × 3"} <= set(names)
    own = {line.module: line.cost.multiplies for line in fc.analyze(networks[0]).lines}
    assert axes.containers[0][names.index("B × 7")].get_width() == 7 * own["B.1"]

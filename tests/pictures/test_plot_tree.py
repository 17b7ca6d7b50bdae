"""The picture of a tree: areas are the layers, and what is cut off is left out."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

import flopcount as fc
from flopcount.analysis.repeats import repeats
from flopcount.pictures.kernels import kernel_of
from flopcount.pictures.tree import tree
from flopcount.pictures.treemap import Box, pieces, sliced, squarified
from tests.pictures.drawn import GOOGLENET, SAMPLED, texts
from tests.pictures.models import residual

# -- tree


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_areas_are_the_layers(name: str) -> None:
    report = fc.analyze(fc.load(name))
    found = list(pieces(report, Box(0, 0, 9, 5)))
    total = report.cost.multiplies
    for part in found:
        assert part.box.wide * part.box.high == pytest.approx(45 * part.multiplies / total)
    sizes = {(part.module, part.layer): part.multiplies for part in found if part.layer}
    times = {repeat.name: len(repeat.modules) for repeat in repeats(report)}
    name_of = {repeat.modules[0]: repeat.name for repeat in repeats(report)}
    expected = {
        (name_of[row.node.module], row.node.path.removeprefix(f"{row.node.module}/")): row
        for row in report.rows
        if row.node.module in name_of and row.count("multiplies")
    }
    assert len(sizes) == len(expected)
    for (module, layer), row in expected.items():
        label = row.node.path if layer.isdecimal() else layer  # a number alone names nothing
        assert sizes[module, label] == times[module] * row.count("multiplies")
    whole = {part.module: part.multiplies for part in found if part.layer is None}
    assert sum(whole.values()) == total
    assert set(whole) == {module for module, _ in expected}
    outer = {part.module: part.box for part in found if part.layer is None}
    for part in found:
        assert inside(part.box, outer[part.module])
    looks = {part.look for part in found if part.layer}
    assert looks == {kernel_of(row.node.op)[1:] for row in expected.values()}
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


def test_a_branch_is_a_column_its_layers_below_each_other() -> None:
    found = [part for part in pieces(fc.analyze(GOOGLENET["3a"]), Box(0, 0, 9, 5)) if part.layer]
    assert [part.layer for part in found] == [
        *("1x1/1", "3x3/1", "3x3/2", "5x5/1", "5x5/2", "pool/2")
    ]
    reduces, serves = (part.box for part in found[1:3])
    assert (reduces.left, reduces.wide) == (serves.left, serves.wide)
    assert serves.top == reduces.top + reduces.high
    lefts = [part.box.left for part in found]
    assert lefts == sorted(lefts)


@pytest.mark.slow
@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=30), st.booleans())
def test_slices_fill_a_rectangle_in_order(sizes: list[int], down: bool) -> None:  # noqa: FBT001
    box = Box(1, 2, 4, 3)
    found = sliced(sizes, box, down=down)
    for size, one in zip(sizes, found, strict=True):
        assert one.wide * one.high == pytest.approx(12 * size / sum(sizes), rel=1e-6)
        assert inside(one, box)
    if len(sizes) <= 12:
        assert found == sorted(found, key=lambda one: one.top if down else one.left)


@pytest.mark.slow
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


def test_a_module_of_one_layer_is_named_once() -> None:
    report = fc.analyze(residual())  # of a model, whose stem is a layer itself
    names = [text.partition("\n")[0].partition("  ")[0] for text in texts(tree(report))]
    assert names.count("stem") == 1

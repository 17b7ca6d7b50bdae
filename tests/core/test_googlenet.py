"""GoogLeNet by arithmetic, from the columns of the paper's Table 1."""

from typing import Any

import pytest

import flopcount as fc
from flopcount import Network
from flopcount.core.counts import Counts
from flopcount.core.graph import walk
from flopcount.sizes.meets import Slide
from tests.facts.googlenet_widths import GRIDS, WIDTHS

NINE = 1_103_972_352


def channels_in() -> dict[str, int]:
    """Each module sees what the one before it puts out."""
    puts_out = [n1 + n3 + n5 + proj for n1, _, n3, _, n5, proj in WIDTHS.values()]
    return dict(zip(WIDTHS, [192, *puts_out[:-1]], strict=True))


def as_built(module: str) -> int:
    n1, r3, n3, r5, n5, proj = WIDTHS[module]
    c, n = channels_in()[module], GRIDS[module[0]]
    return n**2 * (c * n1 + c * r3 + 9 * r3 * n3 + c * r5 + 25 * r5 * n5 + c * proj)


def total(network: Network) -> Counts:
    return Counts(walk(network))


def test_googlenet_by_arithmetic() -> None:
    found = {module: total(fc.load("googlenet")[module]).multiplies for module in WIDTHS}
    assert found == {module: as_built(module) for module in WIDTHS}
    assert found["3a"] == 128_049_152
    assert sum(found.values()) == NINE


def test_the_whole_of_googlenet() -> None:
    cost = total(fc.load("googlenet"))
    stem = 7**2 * 112**2 * 3 * 64 + 56**2 * 64 * 64 + 3**2 * 56**2 * 64 * 192
    linear = 1024 * 1000
    assert cost.multiplies == stem + NINE + linear == 1_582_671_872  # issue 2
    assert cost.multiplies_unpadded == 1_504_618_240  # issue 2
    weights = 7**2 * 3 * 64 + 64 * 64 + 3**2 * 64 * 192 + linear
    weights += sum(as_built(module) // GRIDS[module[0]] ** 2 for module in WIDTHS)
    assert cost.weights == weights == 6_990_272  # issue 2
    biases = 64 + 64 + 192 + 1000 + sum(sum(widths) for widths in WIDTHS.values())
    assert cost.biases == biases
    assert cost.params == weights + biases == 6_998_552  # issue 2
    assert cost.norm_params == cost.norm_stats == 0


def test_the_multiplies_inside_the_image_by_arithmetic() -> None:
    def inside(k: int, n: int) -> int:  # stride 1, SAME, odd k: k·n − (k² − 1)/4 an axis
        return (k * n - (k * k - 1) // 4) ** 2

    # 7/2 SAME on 224: 7·112 − 6, as counted in tests/sizes/test_windows.py
    expected = 778**2 * 3 * 64 + 56**2 * 64 * 64 + inside(3, 56) * 64 * 192 + 1024 * 1000
    for module, (n1, r3, n3, r5, n5, proj) in WIDTHS.items():
        c, n = channels_in()[module], GRIDS[module[0]]
        expected += n**2 * c * (n1 + r3 + r5 + proj)
        expected += inside(3, n) * r3 * n3 + inside(5, n) * r5 * n5
    assert total(fc.load("googlenet")).multiplies_unpadded == expected == 1_504_618_240


def test_shapes_along_googlenet() -> None:
    shapes = {row.node.path: row.output for row in walk(fc.load("googlenet"))}
    ends = {module: shapes[f"{module}/concat"] for module in WIDTHS}
    outputs = {module: n1 + n3 + n5 + p for module, (n1, _, n3, _, n5, p) in WIDTHS.items()}
    assert ends == {m: (GRIDS[m[0]], GRIDS[m[0]], outputs[m]) for m in WIDTHS}
    assert [shapes[path][0] for path in ("conv1/1", "pool1/1", "pool2/1")] == [112, 56, 28]
    assert shapes["avgpool/1"] == (1, 1, 1024)
    assert shapes["softmax/1"] == (1, 1, 1000)


def test_googlenet_notices_a_wrong_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(slide: Slide) -> Any:
        return slide.n * slide.taps  # not the output's

    monkeypatch.setattr(Slide, "full", property(wrong))
    with pytest.raises(AssertionError):
        test_the_whole_of_googlenet()

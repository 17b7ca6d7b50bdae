"""Multiplies and parameters against their arithmetic: convolutions carried out, sums by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.core.graph import INPUT, Network, Node, Row, Scope, walk
from flopcount.core.nest import Nest, Sizes
from flopcount.core.op import Op
from flopcount.core.ops import convolution
from flopcount.core.ops.convolution import Conv
from flopcount.sizes.window import Window


def row_of(op: Op, shape: tuple[int, int, int]) -> Row:
    """An op on an image of this shape."""
    (row,) = walk(Network("t", (Node("m/1", op, (INPUT,), (Scope("m"),)),), {INPUT: shape}, "m/1"))
    return row


def kernel_of(row: Row) -> tuple[int, int, int]:
    """Multiplies, those inside the image, and weights."""
    return row.count("multiplies"), row.count("multiplies_unpadded"), row.count("weights")


def convolved(
    shape: tuple[int, int, int], conv: Window, width: int, groups: int
) -> tuple[int, int, int]:
    """Multiplies, those inside the image, and weights of a SAME convolution carried out."""
    height, breadth, channels = shape
    (k_h, k_w), (s_h, s_w), (d_h, d_w) = conv.kernel, conv.stride, conv.dilation

    def before(n: int, k: int, s: int, d: int) -> int:  # TensorFlow's SAME
        covers = (k - 1) * d + 1
        return max(covers - s if n % s == 0 else covers - n % s, 0) // 2

    top, left = before(height, k_h, s_h, d_h), before(breadth, k_w, s_w, d_w)
    multiplies = inside = 0
    weights = set()
    for y in range(0, height, s_h):
        for x in range(0, breadth, s_w):
            for out in range(width):
                group = out // (width // groups)
                for c in range(group * (channels // groups), (group + 1) * (channels // groups)):
                    for i in range(k_h):
                        for j in range(k_w):
                            multiplies += 1
                            row, column = y - top + i * d_h, x - left + j * d_w
                            inside += 0 <= row < height and 0 <= column < breadth
                            weights.add((i, j, c, out))
    return multiplies, inside, len(weights)


SMALL = st.integers(1, 5)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(
    size=st.tuples(SMALL, SMALL),
    channels=st.integers(1, 2),
    width=st.integers(1, 2),
    groups=st.integers(1, 3),
    window=st.builds(Window, PAIRS, PAIRS, PAIRS),
)
def test_a_convolution_carried_out(
    size: tuple[int, int], channels: int, width: int, groups: int, window: Window
) -> None:
    shape = (*size, channels * groups)
    row = row_of(Conv(window, width * groups, groups), shape)
    assert kernel_of(row) == convolved(shape, window, width * groups, groups)
    assert (row.count("biases"), row.output[2]) == (width * groups, width * groups)


@given(
    size=st.tuples(SMALL, SMALL),
    channels=st.integers(1, 4),
    multiplier=st.integers(1, 3),
    window=st.builds(Window, PAIRS, PAIRS, PAIRS),
)
def test_a_depthwise_convolution_is_one_of_as_many_groups(
    size: tuple[int, int], channels: int, multiplier: int, window: Window
) -> None:
    shape = (*size, channels)
    row = row_of(Conv(window, multiplier=multiplier), shape)
    assert (row.node.op.word, row.output[2]) == ("depthwise", channels * multiplier)
    assert kernel_of(row) == convolved(shape, window, channels * multiplier, channels)


def test_carrying_it_out_notices_a_forgotten_group(monkeypatch: pytest.MonkeyPatch) -> None:
    def ungrouped(text: str, sizes: Sizes, *meets: Any) -> Nest:  # all channels read by each
        return Nest(text, {**sizes, "c": sizes["c"] * sizes["g"]}, *meets)

    def shared(text: str, sizes: Sizes, *meets: Any) -> Nest:  # one kernel for all groups
        return Nest(text.replace("W[t* g c k]", "W[t* c k]"), sizes, *meets)

    shape = (4, 4, 4)
    conv = Conv(Window((3, 3)), 4, groups=2)
    expected = convolved(shape, conv.window, 4, 2)
    assert kernel_of(row_of(conv, shape)) == expected
    monkeypatch.setattr(convolution, "Nest", ungrouped)
    assert all(a != b for a, b in zip(kernel_of(row_of(conv, shape)), expected, strict=True))
    monkeypatch.setattr(convolution, "Nest", shared)
    assert kernel_of(row_of(conv, shape))[:2] == expected[:2]
    assert kernel_of(row_of(conv, shape))[2] != expected[2]


@pytest.mark.parametrize(
    ("spec", "multiplies", "inside", "params"),
    [
        # The article's 5×5 branch, naive and reduced: arXiv:1409.4842, Table 1, row 3a
        ("28x28x192 > conv 5x5 32", 5**2 * 28**2 * 192 * 32, 134**2 * 192 * 32, 153_632),
        (
            "28x28x192 > conv 1x1 16 reduce > conv 5x5 32",
            12_443_648,  # 1²·28²·192·16 + 5²·28²·16·32
            28**2 * 192 * 16 + 9_193_472,  # 5·28 − 6 = 134 taps an axis: 134²·16·32
            192 * 16 + 16 + 5**2 * 16 * 32 + 32,
        ),
        # The stem: arXiv:1409.4842 Table 1 prints 7×7/2; 7·112 − 6 = 778 taps an axis
        ("224x224x3 > conv 7x7/2 64", 7**2 * 112**2 * 3 * 64, 116_214_528, 7**2 * 3 * 64 + 64),
        ("28x28x16 > conv 3x3 32 dilation=2", 3**2 * 28**2 * 16 * 32, 3_276_800, 4_640),
        ("28x28x32 > depthwise 3x3", 3**2 * 28**2 * 32, 215_168, 3**2 * 32 + 32),
        ("8x8x4 > depthwise 3x3 nobias", 3**2 * 8**2 * 4, 22**2 * 4, 3**2 * 4),
        ("8x8x4 > depthwise 3x3 nobias norm", 3**2 * 8**2 * 4, 22**2 * 4, 3**2 * 4 + 2 * 4),
        # bias or norm once, after the 1×1
        ("8x8x4 > separable 3x3 6 nobias", 8**2 * (9 * 4 + 4 * 6), 22**2 * 4 + 8**2 * 24, 60),
        ("8x8x4 > separable 3x3 6 nobias norm", 8**2 * 60, 22**2 * 4 + 8**2 * 24, 60 + 2 * 6),
        ("28x28x16 > conv 3x3 32 groups=4", 3**2 * 28**2 * 4 * 32, 860_672, 3**2 * 4 * 32 + 32),
        # k_h·k_w·c_in·m·h·w + c_in·m·c_out·h·w: Howard et al. arXiv:1704.04861, section 3.1, m = 8
        (
            "224x224x3 > separable 7x7/2 64 multiplier=8",
            7**2 * 3 * 8 * 112**2 + 3 * 8 * 64 * 112**2,  # 34,019,328
            778**2 * 3 * 8 + 3 * 8 * 64 * 112**2,
            7**2 * 3 * 8 + 3 * 8 * 64 + 64,  # 2,712 weights; the depthwise has no bias
        ),
        ("7x7x1024 > flatten > dense 1000", 7**2 * 1024 * 1000, 7**2 * 1024 * 1000, 50_177_000),
        ("1x1x1024 > dense 1000", 1024 * 1000, 1024 * 1000, 1024 * 1000 + 1000),
        ("8x8x4 > conv 3x1 6 nobias norm", 3 * 8**2 * 4 * 6, 22 * 8 * 4 * 6, 3 * 4 * 6 + 2 * 6),
        ("8x8x4 > conv 1x1 6 nobias norm=shift", 8**2 * 4 * 6, 8**2 * 4 * 6, 4 * 6 + 6),
    ],
)
def test_multiplies_and_parameters_as_arithmetic(
    spec: str, multiplies: int, inside: int, params: int
) -> None:
    cost = fc.analyze(fc.parse(spec)).total.cost
    assert cost.multiplies == multiplies
    assert cost.multiplies_unpadded == inside
    assert cost.params == params


def test_the_figures_that_people_know() -> None:
    def multiplies(spec: str) -> int:
        return fc.analyze(fc.parse(spec)).total.cost.multiplies

    assert multiplies("28x28x192 > conv 5x5 32") == 120_422_400
    assert multiplies("28x28x192 > conv 1x1 16 reduce > conv 5x5 32") == 12_443_648
    assert multiplies("224x224x3 > conv 7x7/2 64") == 118_013_952
    assert multiplies("224x224x3 > separable 7x7/2 64 multiplier=8") == 34_019_328


@pytest.mark.parametrize(
    ("kind", "params"),
    [("norm", 2 * 64), ("norm=shift", 64), ("norm=scale", 64), ("norm=stats", 0)],
)
def test_batch_norm_counts_what_exists(kind: str, params: int) -> None:
    # γ and β trained, where they exist; moving mean and variance apart: arXiv:1502.03167, Alg. 2
    for spec in (f"28x28x64 > {kind}", f"28x28x3 > conv 1x1 64 nobias {kind}"):
        cost = fc.analyze(fc.parse(spec)).total.cost
        assert (cost.norm_params, cost.norm_stats, cost.biases) == (params, 2 * 64, 0)
    assert cost.params == 3 * 64 + params

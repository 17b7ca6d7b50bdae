"""Layers in a few signs, as reports have them."""

import pytest

import flopcount as fc
from flopcount.analysis.layer_text import op_text


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("24x24x8 > conv 3x3 8", "3×3 8"),
        ("24x24x8 > conv 5x3/2x1 8 dilation=2x1", "5×3/2×1 8 dilation=2×1"),
        ("24x24x8 > conv 3x3/2 8 dilation=3 groups=4", "3×3/2 8 dilation=3 groups=4"),
        ("24x24x8 > depthwise 3x3 multiplier=3", "depthwise 3×3 multiplier=3"),
        ("24x24x8 > maxpool 2x2/2", "maxpool 2×2/2"),
        ("24x24x8 > avgpool global", "avgpool global"),
        ("24x24x8 > avgpool to=3x1", "avgpool to=3×1"),
        ("24x8 > conv 7/2 16", "conv 7/2 16"),
        ("24x8 > dense 16", "dense 16"),
        ("24x24x8 > lrn", "lrn"),
    ],
)
def test_a_layer_is_its_kernel_its_width_and_what_is_not_usual(spec: str, text: str) -> None:
    (node,) = fc.parse(spec).nodes
    assert op_text(node.op) == text

"""Layers in a few signs, as people write them."""

from collections.abc import Sequence
from itertools import pairwise

from ..core import Op, Row, extent_of, factors_of, width_of, window_of
from ..reading import axes_text

_UNSAID = "conv"  # what is meant where a kernel has no word before it


def op_text(op: Op) -> str:
    """A layer without what it carries; a convolution by kernel and width.

    >>> import flopcount as fc
    >>> [op_text(node.op) for node in fc.parse("9x9x4 > conv 5x5/2 32 > maxpool 3x3").nodes]
    ['5×5/2 32', 'maxpool 3×3']
    >>> op_text(fc.parse("9x4 > conv 7 16").nodes[0].op)
    'conv 7 16'
    """
    window, extent = window_of(op), extent_of(op)
    unsaid = op.word == _UNSAID and window is not None and len(window.kernel) > 1
    parts = [] if unsaid else [op.word]
    if window:
        stride = "" if set(window.stride) == {1} else f"/{axes_text(window.stride, '×')}"
        parts.append("×".join(map(str, window.kernel)) + stride)
    if extent:
        parts.append("global" if set(extent) == {1} else f"to={'×'.join(map(str, extent))}")
    if width_of(op) is not None:
        parts.append(str(width_of(op)))
    if window and set(window.dilation) != {1}:
        parts.append(f"dilation={axes_text(window.dilation, '×')}")
    parts += [f"{name}={factor}" for name, factor in factors_of(op).items() if factor != 1]
    return " ".join(parts)


def layer_text(row: Row) -> str:
    """A row's layer, likewise."""
    return op_text(row.node.op)


def chain_text(rows: Sequence[Row]) -> str:
    """Layers one after the other as a reader writes them, or how many there are.

    >>> import flopcount as fc
    >>> chain_text(fc.analyze(fc.load("googlenet")["3a"]).lines[2].rows)
    '1×1 16 → 5×5 32'
    """
    series = all(later.node.inputs == (earlier.node.path,) for earlier, later in pairwise(rows))
    if len(rows) > 1 and (not series or len(rows) > 6):
        return f"{len(rows)} layers"
    return " → ".join(layer_text(row) for row in rows)

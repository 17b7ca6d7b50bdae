"""Layers in a few signs, as people write them."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ..core import Op, Row, extent_of, factors_of, role_of, text_of, width_of, window_of
from ..reading import axes_text
from ..writing.cells import kernel_text

_ACROSS = re.compile(r"(?<=[0-9])x(?=[0-9])")  # between the numbers of axes
_UNSAID = "conv"  # what is meant where a kernel has no word before it


def kernel_word(op: Op) -> str:
    """What kind of layer it is: its word and its kernel, and whether it is a 1×1 that reduces.

    >>> import flopcount as fc
    >>> spec = "9x9x4 > conv 1x1 2 reduce > conv 5x5/2 32 > depthwise 3x3 > avgpool global"
    >>> [kernel_word(node.op) for node in fc.parse(spec).nodes]
    ['1×1 reduce', '5×5', 'depthwise 3×3', 'avgpool']
    """
    return " ".join([*_kind(op), *(["reduce"] if role_of(op) == "reduce" else [])])


def op_kind(op: Op) -> tuple[str | int, ...]:
    """A layer's word and the sizes of its kernel, whatever its stride, groups and dilation.

    >>> import flopcount as fc
    >>> spec = "9x9x4 > conv 1x1 2 reduce > depthwise 3x3/2 > avgpool global > dense 10"
    >>> [op_kind(node.op) for node in fc.parse(spec).nodes]
    [('conv', 1, 1), ('depthwise', 3, 3), ('avgpool',), ('dense',)]
    """
    window = window_of(op)
    return (op.word, *(window.kernel if window else ()))


def op_key(op: Op) -> str:
    """The same as files have it: ``conv 3x3``."""
    return kernel_text(op_kind(op), "x")


def op_title(rows: Sequence[Row], op: str | None) -> str | None:
    """What is printed of the line that has these `rows` and is an `op`: ``conv 3×3``."""
    first = rows[0].node.op if rows else None
    return kernel_text(op_kind(first)) if first and op == op_key(first) else op


def _kind(op: Op, stride: str = "") -> list[str]:
    """The word, unless a kernel says it, and the kernel."""
    window, unsaid = window_of(op), _is_unsaid(op)
    kernel = ["×".join(map(str, window.kernel)) + stride] if window else []
    return [*([] if unsaid else [op.word]), *kernel]


def _is_unsaid(op: Op) -> bool:
    """Whether its kernel alone says what it is: that of a convolution of two axes or three."""
    window = window_of(op)
    return op.word == _UNSAID and window is not None and len(window.kernel) > 1


def action_text(op: Op) -> str:
    """What a layer does with a grid: its word and its window, or what stands behind the word.

    >>> import flopcount as fc
    >>> spec = "9x9x4 > conv 5x5/2 32 > maxpool 3x3 > avgpool global > crop to=1x1"
    >>> [action_text(node.op) for node in fc.parse(spec).nodes]
    ['5×5/2', 'maxpool 3×3', 'avgpool global', 'crop to=1']
    """
    written = text_of(op)
    if written:
        return _ACROSS.sub("×", written)
    window, extent = window_of(op), extent_of(op)
    strides = window is not None and set(window.stride) != {1}
    parts = _kind(op, f"/{axes_text(window.stride, '×')}" if window and strides else "")
    if extent:
        parts.append("global" if set(extent) == {1} else f"to={'×'.join(map(str, extent))}")
    return " ".join(parts)


def op_text(op: Op) -> str:
    """A layer without what it carries; a convolution by kernel and width.

    >>> import flopcount as fc
    >>> [op_text(node.op) for node in fc.parse("9x9x4 > conv 5x5/2 32 > maxpool 3x3").nodes]
    ['5×5/2 32', 'maxpool 3×3']
    >>> op_text(fc.parse("9x4 > conv 7 16").nodes[0].op)
    'conv 7 16'
    >>> op_text(fc.parse("9x9x4 > upsample 2 bilinear").nodes[0].op)
    'upsample 2 bilinear'
    >>> op_text(fc.parse("9x9x4 > pixelshuffle 1x2").nodes[0].op)
    'pixelshuffle 1×2'
    >>> op_text(fc.parse("100x32 > lstm 64 bias=2 back last").nodes[0].op)
    'lstm 64 bias=2 back last'
    """
    if text_of(op):
        return action_text(op)
    window, parts = window_of(op), [action_text(op)]
    if width_of(op) is not None:
        parts.append(str(width_of(op)))
    if window and set(window.dilation) != {1}:
        parts.append(f"dilation={axes_text(window.dilation, '×')}")
    parts += [f"{name}={factor}" for name, factor in factors_of(op).items() if factor != 1]
    return " ".join(parts)


def layer_text(row: Row) -> str:
    """A row's layer, likewise; in a model, where most have a word, a convolution has it too."""
    return _in_full(row, op_text(row.node.op))


def does_text(row: Row) -> str:
    """What a row's layer does with a grid, likewise."""
    return _in_full(row, action_text(row.node.op))


def _in_full(row: Row, text: str) -> str:
    return f"{_UNSAID} {text}" if row.node.call and _is_unsaid(row.node.op) else text


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

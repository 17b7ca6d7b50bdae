"""Convolutions and pooling: a window over a grid."""

from ....core import Row
from ....core.ops.convolution import Conv
from ....core.ops.pooling import AdaptivePool, Pool
from ....core.ops.tensors import (
    FirstAdaptivePool,
    FirstConv,
    FirstPool,
    LastAdaptivePool,
    LastConv,
    LastPool,
)
from ....errors import FlopcountError
from ..lifting import Lifting, ints
from ..table import rule
from ..values import Value, first, last


def _grid(lifting: Lifting, row: Row, axes: int) -> Value:
    is_last = bool(getattr(row.node.op, "channels_last", False))
    return lifting.grid(row.node.inputs[0], -1 if is_last else -axes - 1)


def _given(lifting: Lifting, row: Row, at: str) -> None:
    """The row puts out a grid, as its op has it."""
    is_last = bool(getattr(row.node.op, "channels_last", False))
    sizes = ints(row.output)[1:]
    shape = sizes if is_last else (*sizes[1:], sizes[0])
    lay = last if is_last else first
    lifting.gives(row, lay(Value(at, shape, ())))


@rule(FirstConv, LastConv)
def _conv(lifting: Lifting, row: Row) -> None:
    op: FirstConv | LastConv = row.node.op  # type: ignore[assignment]
    if op.computed:
        raise FlopcountError("its weights come in, computed, and are not held")
    value = _grid(lifting, row, len(op.window.kernel))
    multiplier = op.multiplier
    made = Conv(op.window, op.width, op.groups, op.tail, multiplier=multiplier)
    _given(lifting, row, lifting.put(row, made, (value.port,)))


@rule(FirstPool, LastPool)
def _pool(lifting: Lifting, row: Row) -> None:
    op: FirstPool | LastPool = row.node.op  # type: ignore[assignment]
    value = _grid(lifting, row, len(op.window.kernel))
    _given(lifting, row, lifting.put(row, Pool(op.kind, op.window), (value.port,)))


@rule(FirstAdaptivePool, LastAdaptivePool)
def _adaptive(lifting: Lifting, row: Row) -> None:
    op: FirstAdaptivePool | LastAdaptivePool = row.node.op  # type: ignore[assignment]
    value = _grid(lifting, row, len(op.to))
    _given(lifting, row, lifting.put(row, AdaptivePool(op.kind, op.to), (value.port,)))

"""Convolutions, and transposed ones."""

from ....core import Row, is_channels_last, is_positionwise
from ....core.ops.convolution import Conv
from ....core.ops.tensors import FirstConv, FirstTransposed, LastConv, LastTransposed
from ....core.ops.transposed import Transposed
from ....errors import FlopcountError
from ....sizes import Window
from ..grids import given, grid_of, writable
from ..lifting import Lifting, ints
from ..table import rule


@rule(FirstConv, LastConv)
def _conv(lifting: Lifting, row: Row) -> None:
    op: FirstConv | LastConv = row.node.op  # type: ignore[assignment]
    if row.node.path not in lifting.worked_out:
        _check_held(op.computed)
    if is_positionwise(op) and op.groups == 1 and op.width is not None:
        _at_each_place(lifting, row, op)
        return
    value = grid_of(lifting, row, len(op.window.kernel))
    window = writable(op.window, value.shape[:-1])
    channels, width = ints(value.shape)[-1], op.width
    made = Conv(window, width, op.groups, op.tail, multiplier=op.multiplier)
    if width is not None and op.groups == channels > 1:
        made = Conv(window, tail=op.tail, multiplier=int(width) // channels)
    at = lifting.put(row, made, (value.port,))
    _take_weights(lifting, row)
    given(lifting, row, at)


def _take_weights(lifting: Lifting, row: Row) -> None:
    """Let a row's node stand for the rows, too, that its weights are worked out of."""
    if paths := lifting.worked_out.get(row.node.path):
        lifting.stands_for[row.node.path] += paths
        lifting.because(row.node.path, "weights that are worked out each time")


def _at_each_place(lifting: Lifting, row: Row, op: FirstConv | LastConv) -> None:
    """A 1×1, in whatever order a tensor has the places."""
    value = lifting.read(row.node.inputs[0])
    axis = (-1 if is_channels_last(op) else -len(op.window.kernel) - 1) % len(value.axes)
    value = lifting.straight(value, axis)
    ones = (1,) * (len(value.shape) - 1)
    made = Conv(Window(ones, padding=(0,) * len(ones)), op.width, tail=op.tail)
    at = lifting.put(row, made, (value.port,))
    _take_weights(lifting, row)
    lifting.gives(row, value.of_channels(at, int(op.width or 0), axis))


@rule(FirstTransposed, LastTransposed)
def _transposed(lifting: Lifting, row: Row) -> None:
    op: FirstTransposed | LastTransposed = row.node.op  # type: ignore[assignment]
    _check_held(op.computed)
    value = grid_of(lifting, row, len(op.window.kernel))
    if op.window.after:
        raise FlopcountError("a transposed convolution padded otherwise before and behind")
    made = Transposed(op.window, op.width, op.groups, op.tail, op.outpad)
    given(lifting, row, lifting.put(row, made, (value.port,)))


def _check_held(computed: str) -> None:
    if computed:
        raise FlopcountError("its weights come in, computed, and are not held")

"""What only moves numbers: branches side by side, copies."""

from ....core import Row
from ....core.ops.joining import Concat
from ....core.ops.tensors import Move
from ....errors import FlopcountError
from ..lifting import Lifting, ints
from ..table import MOVES, rule
from ..values import CHANNELS, Axis, Value


@rule(Move)
def _move(lifting: Lifting, row: Row) -> None:
    op: Move = row.node.op  # type: ignore[assignment]
    if op.word in MOVES:
        MOVES[op.word](lifting, row)
        return
    value = lifting.read(row.node.inputs[0])
    if len(row.node.inputs) == 1 and len(op.outputs) == 1 and ints(row.output) == value.sizes:
        lifting.moves(row, value)
        return
    raise FlopcountError("numbers put elsewhere in a way that the notation has no word for")


def concat(lifting: Lifting, row: Row) -> None:
    """Branches side by side, their channels one after the other."""
    output = ints(row.output)
    values = [lifting.read(at) for at in row.node.inputs]
    if len(values) == 1:
        lifting.moves(row, values[0])
        return
    across = [
        axis
        for axis in range(len(output))
        if sum(value.sizes[axis] for value in values) == output[axis]
        and all(_others(value.sizes, axis) == _others(output, axis) for value in values)
    ]
    if len(across) != 1:
        raise FlopcountError("a concat along an axis that its shapes do not tell")
    (axis,) = across
    values = [lifting.straight(value, axis) for value in values]
    rest = [_others(value.axes, axis) for value in values]
    if any(other != rest[0] for other in rest[1:]):
        raise FlopcountError("a concat of tensors whose axes lie differently")
    shape = (*values[0].shape[:-1], output[axis])
    at = lifting.put(row, Concat(), [value.port for value in values])
    made = Value(at, shape, ())
    axes: list[Axis] = [*values[0].axes]
    axes[axis] = made.whole(CHANNELS)
    lifting.gives(row, made.seen(axes))


def _others(axes: tuple[object, ...], axis: int) -> tuple[object, ...]:
    return (*axes[:axis], *axes[axis + 1 :])

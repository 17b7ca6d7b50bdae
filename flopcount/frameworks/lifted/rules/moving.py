"""What only moves numbers: branches side by side, copies."""

from math import prod

from ....core import Row
from ....core.ops.joining import Concat
from ....core.ops.tensors import Move
from ....errors import FlopcountError
from ..lifting import Lifting, ints
from ..table import MOVES, rule
from ..values import CHANNELS, Axis, Value, viewed


@rule(Move)
def _move(lifting: Lifting, row: Row) -> None:
    op: Move = row.node.op  # type: ignore[assignment]
    if op.word in MOVES:
        MOVES[op.word](lifting, row)
        return
    raise FlopcountError("it puts numbers elsewhere in a way that the notation has no word for")


def _moved(lifting: Lifting, row: Row) -> None:
    """The same numbers, in another order of the axes perhaps: a table has nothing there."""
    value = lifting.read(row.node.inputs[0])
    to = ints(row.output)
    if prod(to) != prod(value.sizes):
        raise FlopcountError("it puts out another number of elements than it reads")
    lifting.moves(row, value.seen(viewed(value.axes, to)))


def _concat(lifting: Lifting, row: Row) -> None:
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
    given = tuple(value.port for value in values)
    values = _with_earlier(lifting, values, axis)
    rest = [_others(value.axes, axis) for value in values]
    if any(other != rest[0] for other in rest[1:]):
        raise FlopcountError("a concat of tensors whose axes lie differently")
    shape = (*values[0].shape[:-1], output[axis])
    at = lifting.put(row, Concat(), [value.port for value in values])
    lifting.concats.setdefault(given, at)
    made = Value(at, shape, ())
    axes: list[Axis] = [*values[0].axes]
    axes[axis] = made.whole(CHANNELS)
    lifting.gives(row, made.seen(axes))


def _with_earlier(lifting: Lifting, values: list[Value], axis: int) -> list[Value]:
    """The same, the first of them together where an earlier concat has them so.

    A concat of a, b and c where there is one of a and b reads that and c: as in a DenseNet, whose
    layers each read all those before.
    """
    for many in range(len(values) - 1, 1, -1):
        first = values[:many]
        at = lifting.concats.get(tuple(value.port for value in first))
        if at is not None:
            channels = sum(ints(value.shape)[-1] for value in first)
            joined = Value(at, (*first[0].shape[:-1], channels), ())
            axes = [*first[0].axes]
            axes[axis] = joined.whole(CHANNELS)
            return [joined.seen(axes), *values[many:]]
    return values


def _others(axes: tuple[object, ...], axis: int) -> tuple[object, ...]:
    return (*axes[:axis], *axes[axis + 1 :])


MOVES["concat"] = _concat
MOVES |= dict.fromkeys(("copy", "cast", "dropout", "transpose"), _moved)

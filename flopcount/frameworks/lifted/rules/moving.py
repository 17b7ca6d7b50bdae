"""What only moves numbers: branches side by side, copies."""

from math import prod

from ....core import Row
from ....core.ops.joining import Concat, Split
from ....core.ops.tensors import Move
from ....errors import FlopcountError
from ..lifting import Lifting, ints
from ..slices import equal_parts
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


def _rolled(lifting: Lifting, row: Row) -> None:
    """Numbers moved along an axis, round its end: a table has them where they were."""
    lifting.note("numbers that are rolled along an axis stay where they were")
    _moved(lifting, row)


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


def _split(lifting: Lifting, row: Row) -> None:
    """Equal parts of the channels, each an output."""
    value = lifting.read(row.node.inputs[0])
    shapes = [ints(shape) for shape in row.held.outputs]
    if len({*shapes}) > 1:
        raise FlopcountError("it gives parts that differ: the notation has equal ones alone")
    axis, parts = equal_parts(value, shapes[0], len(shapes))
    whole = lifting.straight(value, axis)
    made = lifting.put(row, Split(parts), (whole.port,))
    lifting.parted(made, whole, axis, [*row.ports])


def _slice(lifting: Lifting, row: Row) -> None:
    """One of the equal parts of the channels, where all of them are such slices."""
    path, read, to = row.node.path, row.node.inputs[0], row.output
    rows = lifting.network.rows
    alike = [other for other in rows if other.node.inputs[:1] == (read,) and other.output == to]
    siblings = [other.node.path for other in alike if other.node.op == row.node.op]
    if path in lifting.values:
        lifting.absorb(row, lifting.values[path].port)
        return
    value = lifting.read(read)
    axis, parts = equal_parts(value, ints(to), len(siblings))
    whole = lifting.straight(value, axis)
    made = lifting.put(row, Split(parts), (whole.port,))
    lifting.parted(made, whole, axis, siblings)


MOVES |= {"concat": concat, "split": _split, "slice": _slice}
MOVES |= dict.fromkeys(("copy", "cast", "dropout", "transpose"), _moved)
MOVES["roll"] = _rolled

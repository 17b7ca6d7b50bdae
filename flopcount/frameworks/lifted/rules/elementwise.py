"""Activations, sums and products of branches, norms, means over a grid."""

from ....core import Op, Row
from ....core.ops.joining import Add, Multiply
from ....core.ops.norm import NORMS
from ....core.ops.pooling import AdaptivePool
from ....core.ops.tensors import BatchNorm, Elementwise, Reduction
from ....errors import FlopcountError
from ..lifting import Lifting
from ..table import rule
from ..tails import activated, named, normed
from ..values import Value

_HELD = {"GS": "norm", "S": "shift", "G": "scale", "": "stats"}


@rule(BatchNorm)
def _batch_norm(lifting: Lifting, row: Row) -> None:
    op: BatchNorm = row.node.op  # type: ignore[assignment]
    if op.own or _HELD.get(op.parameters) not in NORMS:
        raise FlopcountError("a batch norm by the mean of the batch, or whose γ and β come in")
    value = lifting.read(row.node.inputs[0])
    value = lifting.straight(value, op.axis % len(value.axes))
    lifting.gives(row, normed(lifting, row, value, _HELD[op.parameters]))


@rule(Elementwise)
def _elementwise(lifting: Lifting, row: Row) -> None:
    op: Elementwise = row.node.op  # type: ignore[assignment]
    inputs = row.node.inputs
    if any(op.given):
        raise FlopcountError(f"it reads numbers that no layer puts out: {'; '.join(op.steps)}")
    if len(inputs) == 1:
        kind = named(op.steps)
        if kind is None:
            raise FlopcountError(f"the notation has no such function: {'; '.join(op.steps)}")
        value = lifting.read(inputs[0])
        lifting.gives(row, activated(lifting, row, value, kind, inputs[0]))
        return
    signs: dict[str, Op] = {" + ": Add(), " * ": Multiply()}
    names = ["x", *(f"x{place}" for place in range(1, len(inputs)))]
    made = next((op_ for s, op_ in signs.items() if op.steps == (f"y = {s.join(names)}",)), None)
    if made is None:
        raise FlopcountError(f"the notation has no such function: {'; '.join(op.steps)}")
    values = [lifting.read(at) for at in inputs]
    widest = max(values, key=_elements)
    for value in values:
        _check_aligned(value, widest)
    at = lifting.put(row, made, [value.port for value in values])
    lifting.gives(row, widest.at(at))


def _elements(value: Value) -> int:
    total = 1
    for size in value.sizes:
        total *= size
    return total


def _check_aligned(value: Value, widest: Value) -> None:
    """Raise `FlopcountError` unless a tensor has on each axis what the other has, or 1."""
    if len(value.axes) > len(widest.axes) or len(value.shape) != len(widest.shape):
        raise FlopcountError("it reads tensors of different rank")
    for own, other in zip(reversed(value.axes), reversed(widest.axes), strict=False):
        if own and own != other:
            raise FlopcountError("it reads tensors whose axes lie differently")


@rule(Reduction)
def _mean(lifting: Lifting, row: Row) -> None:
    op: Reduction = row.node.op  # type: ignore[assignment]
    kinds = {"mean": "avg", "max": "max"}
    value = lifting.read(row.node.inputs[0])
    over = {axis % len(value.axes) for axis in op.axes}
    summed = [value.axes[axis] for axis in sorted(over) if value.axes[axis]]
    atoms = [atom for axis in summed for atom in axis]
    grid = [atom for axis in value.grid for atom in axis]
    if op.kind not in kinds or not value.grid or atoms != grid:
        named_axes = ", ".join(map(str, op.axes))
        raise FlopcountError(
            f"a {op.kind} over the axes {named_axes}, which are not the whole grid"
        )
    made = AdaptivePool(kinds[op.kind], (1,) * len(value.grid))
    at = lifting.put(row, made, (value.port,))
    pooled = Value(at, (*(1 for _ in value.grid), value.shape[-1]), ())
    axes = [() if place in over else axis for place, axis in enumerate(value.axes)]
    if not op.keep:
        axes = [axis for place, axis in enumerate(axes) if place not in over]
    lifting.gives(row, pooled.seen(axes))

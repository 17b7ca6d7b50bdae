"""Pooling: windows, cells, the mean or the largest of a whole grid."""

from ....core import Row
from ....core.ops.pooling import AdaptivePool, Pool
from ....core.ops.tensors import (
    FirstAdaptivePool,
    FirstPool,
    LastAdaptivePool,
    LastPool,
    Reduction,
)
from ....errors import FlopcountError
from ..grids import given, grid_of, writable
from ..lifting import Lifting
from ..table import rule
from ..values import Value


@rule(FirstPool, LastPool)
def _pool(lifting: Lifting, row: Row) -> None:
    op: FirstPool | LastPool = row.node.op  # type: ignore[assignment]
    value = grid_of(lifting, row, len(op.window.kernel))
    if {*op.window.dilation} != {1}:
        raise FlopcountError("a pooling whose window is spread: a table's has no dilation")
    window = writable(op.window, value.shape[:-1])
    given(lifting, row, lifting.put(row, Pool(op.kind, window), (value.port,)))


@rule(FirstAdaptivePool, LastAdaptivePool)
def _adaptive(lifting: Lifting, row: Row) -> None:
    op: FirstAdaptivePool | LastAdaptivePool = row.node.op  # type: ignore[assignment]
    value = grid_of(lifting, row, len(op.to))
    given(lifting, row, lifting.put(row, AdaptivePool(op.kind, op.to), (value.port,)))


@rule(Reduction)
def _reduction(lifting: Lifting, row: Row) -> None:
    """The mean, or the largest, of a whole grid."""
    op: Reduction = row.node.op  # type: ignore[assignment]
    kinds = {"mean": "avg", "max": "max"}
    value = lifting.read(row.node.inputs[0])
    over = {axis % len(value.axes) for axis in op.axes}
    atoms = [atom for place in sorted(over) for atom in value.axes[place]]
    grid = [atom for axis in value.grid for atom in axis]
    if op.kind not in kinds or len(value.shape) < 2 or atoms != grid:
        named = ", ".join(map(str, op.axes))
        raise FlopcountError(f"a {op.kind} over the axes {named}, and they are not the whole grid")
    made = AdaptivePool(kinds[op.kind], (1,) * len(value.grid))
    at = lifting.put(row, made, (value.port,))
    pooled = Value(at, (*(1 for _ in value.grid), value.shape[-1]), ())
    axes = [() if place in over else axis for place, axis in enumerate(value.axes)]
    if not op.keep:
        axes = [axis for place, axis in enumerate(axes) if place not in over]
    lifting.gives(row, pooled.seen(axes))

"""Norms: by held statistics, over channels at each position, over groups of channels."""

from ....core import Row
from ....core.ops.norm import LRN, NORMS
from ....core.ops.tensors import BatchNorm, FirstLRN, GroupNorm, LayerNorm, Standardized
from ....errors import FlopcountError
from ..lifting import Lifting
from ..sequences import upright
from ..table import rule
from ..tails import normed
from ..values import CHANNELS

_HELD = {"GS": "norm", "S": "shift", "G": "scale", "": "stats"}


def _kind(over: str, parameters: str) -> str:
    """A kind of norm as ``norm=`` has it. Raises `FlopcountError` where γ and β come in."""
    if parameters not in _HELD:
        raise FlopcountError("a norm whose γ or β comes in, computed, and is not held")
    which = _HELD[parameters]
    plain = "scale" if over == "rms" else "norm"
    return over if which == plain else f"{over}:{which}"


@rule(BatchNorm)
def _batch_norm(lifting: Lifting, row: Row) -> None:
    op: BatchNorm = row.node.op  # type: ignore[assignment]
    value = lifting.read(row.node.inputs[0])
    value = lifting.straight(value, op.axis % len(value.axes))
    kind = _kind("instance", op.parameters) if op.own else _HELD.get(op.parameters, "")
    if not op.own and kind not in NORMS:
        raise FlopcountError("a norm whose γ or β comes in, computed, and is not held")
    lifting.gives(row, normed(lifting, row, value, kind))


@rule(LayerNorm)
def _layer_norm(lifting: Lifting, row: Row) -> None:
    op: LayerNorm = row.node.op  # type: ignore[assignment]
    value = upright(lifting, lifting.read(row.node.inputs[0]))
    rank = len(value.axes)
    over = {axis % rank for axis in op.over or range(rank - op.axes, rank)}
    if len(over) == 1 and value.axes[min(over)]:
        value = lifting.straight(value, min(over))
    found = [axis for place, axis in enumerate(value.axes) if place in over and axis]
    if found != [value.whole(CHANNELS)] or CHANNELS in _names(value.axes, over):
        raise FlopcountError("a norm over other axes than the channels")
    kind = _kind("layer" if op.centred else "rms", op.parameters)
    lifting.gives(row, normed(lifting, row, value, kind))


def _names(axes: tuple[tuple[object, ...], ...], left_out: set[int]) -> set[object]:
    """What lies on the axes that are not left out."""
    return {
        getattr(atom, "name", "")
        for place, axis in enumerate(axes)
        if place not in left_out
        for atom in axis
    }


@rule(GroupNorm)
def _group_norm(lifting: Lifting, row: Row) -> None:
    op: GroupNorm = row.node.op  # type: ignore[assignment]
    if op.by_group:
        raise FlopcountError("a norm that has γ and β for each group")
    value = lifting.read(row.node.inputs[0])
    value = lifting.straight(value, op.axis % len(value.axes))
    kind = _kind(f"group:{op.groups}", op.parameters)
    lifting.gives(row, normed(lifting, row, value, kind))


@rule(Standardized)
def _standardized(lifting: Lifting, row: Row) -> None:
    op: Standardized = row.node.op  # type: ignore[assignment]
    value = lifting.read(row.node.inputs[0])
    axes = [value.axes[axis % len(value.axes)] for axis in op.axes]
    if op.inverted or axes != [value.whole(CHANNELS)]:
        raise FlopcountError("measured statistics that are not one for each channel")
    lifting.gives(row, normed(lifting, row, value, "stats"))


@rule(FirstLRN)
def _lrn(lifting: Lifting, row: Row) -> None:
    op: FirstLRN = row.node.op  # type: ignore[assignment]
    value = lifting.read(row.node.inputs[0])
    value = lifting.straight(value, 1)
    lifting.gives(row, value.at(lifting.put(row, LRN(int(op.size)), (value.port,))))

"""Norms: over batches, the last axes, groups of channels, any axes."""

from ....core.ops.tensors import (
    AxesNorm,
    BatchNorm,
    Calibrated,
    GroupNorm,
    LayerNorm,
    Move,
    Unknown,
)
from ....errors import FlopcountError
from ....sizes import Shape
from ...models.operands import Made, Operand, own
from .table import Called, Result, Several, rule


@rule("BatchNormalization")
def _batch_norm(a: Called) -> Result:
    """At inference by statistics that are held; in training by those of the batch."""
    x, scale, shift = a.x, a.needed(1), a.needed(2)
    mean, variance = a.needed(3), a.needed(4)
    letters, weights, flows = own(G=scale, S=shift)
    training = a.get("training_mode", 0) if a.opset >= 14 else a.outputs > 1
    if training:
        norm = Made(BatchNorm(letters, own=True), (x, *flows), weights)
        return _with_statistics(norm, x, mean.shape, a.outputs)
    every = (scale, shift, mean, variance)
    if all(o.is_weights and o.shape == x.shape[1:2] for o in every):
        return Made(BatchNorm(letters), (x,), {**weights, "M": mean, "V": variance})
    return _by_elements(a, x, every)


def _with_statistics(norm: Made, x: Operand, shape: Shape, outputs: int) -> Result:
    """In training: what the moving statistics become is not priced."""
    if outputs < 2:
        return norm
    more = [Made(Unknown("statistics", (shape,)), (x,)) for _ in range(outputs - 1)]
    return Several((norm, *more), tuple(range(outputs)))


def _by_elements(a: Called, x: Operand, every: tuple[Operand, ...]) -> Made:
    """With what comes in, or (opset 7, not `spatial`) one for each number of a sample."""
    scale, shift, mean, variance = every
    letters, weights, flows = own(V=variance, M=mean, G=scale, S=shift)
    ones = (1,) * (len(x.shape) - 2)
    ordered = (variance, mean, scale, shift)
    spread = [o.shape if len(o.shape) > 1 else (*o.shape, *ones) for o in ordered]
    v, m, g, s = [*letters]
    # how much it is scaled by is worked out once, where the variance is held
    steps = (
        f"r = 1 / pow({v} + {a.get('epsilon', 1e-5)}, 0.5)",
        f"y = (x - {m}) * r * {g} + {s}",
    )
    parameters = (*zip(letters, spread, strict=True), ("r", spread[0]))
    return Made(Calibrated("norm", steps, parameters), (x, *flows), weights)


@rule("InstanceNormalization")
def _instance_norm(a: Called) -> Made:
    letters, weights, flows = own(G=a.needed(1), S=a.needed(2))
    channels = a.x.shape[1]
    if not isinstance(channels, int):
        raise FlopcountError("how many channels it has is open")
    return Made(GroupNorm(channels, letters), (a.x, *flows), weights)


@rule("GroupNormalization")
def _group_norm(a: Called) -> Made:
    """Before opset 21 with a factor for each group, then for each channel."""
    letters, weights, flows = own(G=a.needed(1), S=a.needed(2))
    by_group = a.opset < 21
    return Made(GroupNorm(a.get("num_groups"), letters, by_group=by_group), (a.x, *flows), weights)


@rule("LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization")
def _layer_norm(a: Called) -> Result:
    """The mean and the inverse deviation come out too where they are asked for."""
    norm = layer_norm(a, a.x, a.operand(1), a.operand(2))
    if a.outputs < 2:
        return norm
    axis = a.get("axis", -1) % len(a.x.shape)
    shape = (*a.x.shape[:axis], *(1,) * (len(a.x.shape) - axis))
    more = [Made(Move("statistics", (shape,)), (a.x,)) for _ in range(a.outputs - 1)]
    return Several((norm, *more), tuple(range(a.outputs)))


def layer_norm(
    a: Called,
    x: Operand,
    scale: Operand | None,
    shift: Operand | None,
    *,
    centred: bool | None = None,
) -> Made:
    """A norm over the axes from `axis` on, with the factors that there are.

    Those of another shape than these axes are spread, and are read as what flows.
    """
    axis = a.get("axis", -1) % len(x.shape)
    letters, weights, flows = own(G=scale, S=shift)
    if centred is None:
        centred = a.name == "LayerNormalization"
    op = LayerNorm(len(x.shape) - axis, letters, centred)
    return Made(op, (x, *flows), weights)


@rule("MeanVarianceNormalization")
def _mean_variance_norm(a: Called) -> Made:
    return Made(AxesNorm(tuple(a.get("axes") or (0, 2, 3))), (a.x,))


@rule("LpNormalization")
def _norm(a: Called) -> Made:
    return Made(AxesNorm((a.get("axis", -1),), centred=False, power=a.get("p", 2)), (a.x,))

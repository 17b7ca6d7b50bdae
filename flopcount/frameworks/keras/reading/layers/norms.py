"""Norms: by moving statistics, over axes, groups of channels; by what was measured beforehand."""

from .....core.ops import tensors as ops
from .....core.ops.elementwise import LayerScale
from .....errors import FlopcountError
from ....models.operands import Operand
from .table import Call, layer


def _affine(call: Call, *shape: object) -> dict[str, Operand]:
    """γ and β, those that the layer has."""
    held = {}
    if call.layer.flag("scale", default=True):
        held["G"] = call.held("gamma", *shape)
    if call.layer.flag("center", default=True):
        held["S"] = call.held("beta", *shape)
    return held


@layer("BatchNormalization", "SyncBatchNormalization")
def _batch_norm(call: Call) -> Operand:
    x = call.x
    (axis,) = call.layer.axes("axis", len(x.shape))
    channels = x.shape[axis]
    held = _affine(call, channels)
    letters = "".join(held)
    held["M"] = call.held("moving_mean", channels, trains=False)
    held["V"] = call.held("moving_variance", channels, trains=False)
    found = call.add(ops.BatchNorm(letters, axis=axis), x, **held)
    if call.layer.flag("renorm", default=False):  # used in training alone
        for name in ("renorm_mean", "renorm_stddev"):
            call.within(name, "").add(
                ops.Parameter((channels,), "M"), M=call.held(name, channels, trains=False)
            )
    return found


@layer("LayerNormalization")
def _layer_norm(call: Call) -> Operand:
    x, rank = call.x, len(call.x.shape)
    axes = call.layer.axes("axis", rank)
    shape = tuple(x.shape[axis] for axis in axes)
    if call.layer.flag("rms_scaling", default=False):
        return call.add(_over(axes, rank, "G", centred=False), x, G=call.held("gamma", *shape))
    held = _affine(call, *shape)
    return call.add(_over(axes, rank, "".join(held)), x, **held)


@layer("RMSNormalization")
def _rms_norm(call: Call) -> Operand:
    x, rank = call.x, len(call.x.shape)
    axes = call.layer.axes("axis", rank)
    gamma = call.held("scale", *[x.shape[axis] for axis in axes])
    return call.add(_over(axes, rank, "G", centred=False), x, G=gamma)


def _over(
    axes: tuple[int, ...], rank: int, letters: str, *, centred: bool = True
) -> "ops.LayerNorm":
    if axes == tuple(range(rank - len(axes), rank)):
        return ops.LayerNorm(len(axes), letters, centred)
    return ops.LayerNorm(0, letters, centred, axes)


@layer("GroupNormalization")
def _group_norm(call: Call) -> Operand:
    """−1 groups are as many as channels: an instance norm."""
    x = call.x
    (axis,) = call.layer.axes("axis", len(x.shape))
    groups = call.layer.whole("groups", 32, least=-1)
    held = _affine(call, x.shape[axis])
    count = x.shape[axis] if groups == -1 else groups
    if not isinstance(count, int) or count < 1:
        raise FlopcountError(f"groups is {count}: expected a whole number from 1 on")
    return call.add(ops.GroupNorm(count, "".join(held), axis), x, **held)


@layer("UnitNormalization")
def _unit_norm(call: Call) -> Operand:
    """X / √max(Σx², 1e-12)."""
    x = call.x
    axes = call.layer.axes("axis", len(x.shape))
    square = call.add(ops.Elementwise("square", ("y = x * x",)), x)
    total = call.add(ops.Reduction("sum", "sum", axes, keep=True), square)
    root = call.add(ops.Elementwise("rsqrt", ("y = pow(max(x, 1e-12), -0.5)",)), total)
    return call.add(ops.Elementwise("multiply", ("y = x * x1",)), x, root)


@layer("Normalization")
def _normalization(call: Call) -> Operand:
    """By a mean and a variance that were measured, or are written in the config."""
    one, x = call.layer, call.x
    axes = one.axes("axis", len(x.shape)) if one.get("axis", -1) is not None else ()
    inverted = one.flag("invert", default=False)
    shape = tuple(x.shape[axis] for axis in axes)
    if one.get("mean") is not None:
        spread = tuple(n if axis in axes else 1 for axis, n in enumerate(x.shape))
        text = "y = x1 + x * x2" if inverted else "y = (x - x1) / x2"
        op = ops.Elementwise("norm", (text,), (None, spread, spread))
        return call.add(op, x, Operand(spread), Operand(spread))
    held = {"M": call.held("mean", *shape, trains=False)}
    held["V"] = call.held("variance", *shape, trains=False)
    found = call.add(ops.Standardized(axes, inverted), x, **held)
    count = call.held("count", trains=False)  # of what was measured
    call.within("count", "").add(ops.Parameter((), "M"), M=count)
    return found


@layer("LayerScale")
def _layer_scale(call: Call) -> Operand:
    """A trained factor for each channel, as in keras.applications' ConvNeXt."""
    gamma = call.held("variable", call.layer.whole("projection_dim"))
    return call.add(LayerScale(), call.x, A=gamma)

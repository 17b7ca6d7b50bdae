"""Norms: over batches, the last axes, groups of channels; of weights; softmax."""

from ....core.ops.tensors import BatchNorm, GroupNorm, LayerNorm, Softmax, WeightNorm
from ...models.operands import Made, given_one, own
from .arguments import Arguments
from .table import rule


@rule(
    "native_batch_norm",
    "_native_batch_norm_legit_no_training",
    "_native_batch_norm_legit",
    "_batch_norm_no_update",
    "cudnn_batch_norm",
)
def _batch_norm(a: Arguments) -> Made:
    letters, weights, flows = own(G=a["weight"], S=a["bias"])
    mean, variance = a.get("running_mean"), a.get("running_var")
    trains = bool(a.get("training")) or mean is None
    if not trains:
        weights |= {"M": mean, "V": variance}
    return Made(BatchNorm(letters, own=trains), (a["input"], *flows), weights)


@rule("native_layer_norm", "_fused_rms_norm")
def _layer_norm(a: Arguments) -> Made:
    letters, weights, flows = own(G=a["weight"], S=a.get("bias"))
    centred = a.name == "aten.native_layer_norm"
    op = LayerNorm(len(a["normalized_shape"]), letters, centred)
    return Made(op, (a["input"], *flows), weights)


@rule("native_group_norm")
def _group_norm(a: Arguments) -> Made:
    letters, weights, flows = own(G=a["weight"], S=a["bias"])
    return Made(GroupNorm(a["group"], letters), (a["input"], *flows), weights)


@rule("_weight_norm_interface")
def _weight_norm(a: Arguments) -> Made:
    return Made(WeightNorm(a["dim"]), (a["v"], a["g"]))


@rule("_softmax", "_safe_softmax", "_log_softmax", "softmax", "log_softmax")
def _softmax(a: Arguments) -> Made:
    x = a["self"]
    return Made(Softmax(a["dim"], "log" in a.name, given_one(x)), (x,))

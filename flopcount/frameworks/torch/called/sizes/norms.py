"""The sizes of norms, and of what works along an axis."""

from math import prod

from .table import Operator, rule


@rule("batch_norm", "native_batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm")
def _batch(a: Operator) -> dict[str, int]:
    x = a.shape("input")
    return _affine(a) | {"channels_in": x[1], "groups": 1, "folded": 0}


@rule("instance_norm")
def _instance(a: Operator) -> dict[str, int]:
    x = a.shape("input")
    return _affine(a) | {"features": prod(x[2:]), "channels_in": x[1], "groups": x[1]}


@rule("group_norm", "native_group_norm")
def _group(a: Operator) -> dict[str, int]:
    x, groups = a.shape("input"), a.get("num_groups", a.get("group"))
    features = prod(x[1:]) // groups
    return _affine(a) | {"features": features, "channels_in": x[1], "groups": groups}


@rule("layer_norm", "native_layer_norm", "rms_norm", "_fused_rms_norm")
def _layer(a: Operator) -> dict[str, int]:
    return _affine(a) | {"features": prod(a["normalized_shape"])}


def _affine(a: Operator) -> dict[str, int]:
    return {
        "affine": int(a.get("weight") is not None),
        "biased": int(a.get("bias") is not None),
    }


@rule("softmax", "log_softmax", "_softmax", "_log_softmax", "softmin", "_safe_softmax")
def _softmax(a: Operator) -> dict[str, int]:
    """As many rows as there are numbers along the other axes."""
    x = a.shape("self")
    length = x[a["dim"]] if x else 1
    return {"length": length, "rows": prod(x) // length if length else 0}


@rule("gelu")
def _gelu(a: Operator) -> dict[str, int]:
    return {"tanh": int(a.get("approximate") == "tanh")}

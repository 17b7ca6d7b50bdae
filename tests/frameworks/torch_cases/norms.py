"""Norms over batches, axes, groups and weights; softmax."""

import math
from typing import Any

from .draws import Call, Draw, call, case


def _affine(d: Draw, *shape: int) -> tuple[Any, Any, tuple[str, ...]]:
    """γ and β, those that there are, and whether they are parameters."""
    gamma = d.tensor(*shape) if d.yes() else None
    beta = d.tensor(*shape) if d.yes() else None
    return gamma, beta, d.one_of(("weight", "bias"), ("weight", "bias"), ())


_BATCH = "native_batch_norm _native_batch_norm_legit"


@case(*_BATCH.split(), "_native_batch_norm_legit_no_training", "_batch_norm_no_update")
def batch_norm(d: Draw) -> Call:
    channels = d.size(1, 3)
    x = d.tensor(d.size(2, 3), channels, *d.sizes(d.size(0, 2), 1, 3))
    gamma, beta, held = _affine(d, channels)
    mean, variance = d.tensor(channels), d.above(channels)
    own = d.name == "native_batch_norm" and d.yes()
    held += ("running_mean", "running_var")
    if d.name in ("_native_batch_norm_legit_no_training", "_batch_norm_no_update"):
        return call(
            "default", x, gamma, beta, mean, variance, 0.1, EPS(held, gamma, beta), held=held
        )
    if d.name == "_native_batch_norm_legit":
        return call("no_stats", x, gamma, beta, training=True, momentum=0.1, eps=1e-5, held=held)
    eps = 1e-5 if own else EPS(held, gamma, beta)
    return call("default", x, gamma, beta, mean, variance, own, 0.1, eps, held=held)


def EPS(held: tuple[str, ...], *affine: Any) -> float:  # noqa: N802  a number
    """As our formulas have it: what is folded into one factor has Keras' own."""
    computed = "weight" not in held and any(part is not None for part in affine)
    return 1e-5 if computed else 1e-3


@case("native_layer_norm")
def layer_norm(d: Draw) -> Call:
    axes = d.size(1, 2)
    shape = d.sizes(axes + d.size(0, 2), 2, 3)
    gamma, beta, held = _affine(d, *shape[-axes:])
    return call("default", d.tensor(*shape), shape[-axes:], gamma, beta, 1e-5, held=held)


@case("_fused_rms_norm")
def rms_norm(d: Draw) -> Call:
    shape = d.sizes(3, 2, 3)
    gamma, _, held = _affine(d, shape[-1])
    return call("default", d.tensor(*shape), shape[-1:], gamma, 1e-5, held=held)


@case("native_group_norm")
def group_norm(d: Draw) -> Call:
    groups, each = d.size(1, 3), d.size(1, 2)
    channels = groups * each
    x = d.tensor(2, channels, *d.sizes(d.size(0, 2), 2, 3))
    gamma, beta, held = _affine(d, channels)
    grid = math.prod(x.shape[2:])
    return call("default", x, gamma, beta, 2, channels, grid, groups, 1e-5, held=held)


@case("_weight_norm_interface")
def weight_norm(d: Draw) -> Call:
    shape = d.sizes(3, 1, 3)
    axis = d.one_of(0, 2)
    own = [n if place == axis else 1 for place, n in enumerate(shape)]
    return call("default", d.tensor(*shape), d.tensor(*own), axis)


@case("_softmax", "_log_softmax")
def softmax(d: Draw) -> Call:
    shape = d.shape()
    return call("default", d.tensor(*shape), d.axis(len(shape)), half_to_float=False)


@case("_safe_softmax", "softmax", "log_softmax")
def softmax_of_any_type(d: Draw) -> Call:
    shape = d.shape()
    form = "default" if d.name == "_safe_softmax" else "int"
    return call(form, d.tensor(*shape), d.axis(len(shape)))

"""The sizes that counters of modules ask of one: from its attributes, and what it was given."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import ceil, prod
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from ..run.trace import tensors_in

Sizes = dict[str, int]
Shape = tuple[int, ...]


class _Ran(NamedTuple):
    """A module that ran: with what, and the shapes of the first tensors in and out."""

    part: Any
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    x: Shape
    y: Shape


def places_of(root: nn.Module) -> Mapping[nn.Module, int]:
    """At how many places of a module's tree each module stands: more than 1 where it is shared."""
    found: Counter[nn.Module] = Counter()

    def visit(module: nn.Module) -> None:
        found[module] += 1
        for child in module.children():
            visit(child)

    visit(root)
    return found


def of_own(part: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any], out: Any) -> Sizes:
    """The facts of a module that no operator in it has."""
    outs = [tuple(one.shape) for one in tensors_in(out)]
    shape = outs[0] if outs else ()
    own = dict(part.named_parameters(recurse=False))
    exact = sum(one.numel() for name, one in own.items() if name in ("weight", "bias"))
    like = sum(one.numel() for name, one in own.items() if "weight" in name or "bias" in name)
    first, second, *_ = (*shape, 1, 1)
    facts = {
        # a container without modules is false, and torchinfo and torchscan ask just that
        "leaf": int(not any(part.children())),
        "named": exact,
        "named_like": like - exact,
        "first_out": first,
        "second_out": second,
    }
    shapes = [tuple(one.shape) for one in tensors_in([args, kwargs])]
    facts["last_other"] = shapes[1][-1] if len(shapes) > 1 and shapes[1] else 1
    if not shapes or not outs:
        return facts
    ran = _Ran(part, args, kwargs, shapes[0], shape)
    for kind, sizes in _OF:
        if isinstance(part, kind):
            facts |= sizes(ran)
    if type(part).__module__ == "torchvision.ops.deform_conv":
        facts |= _deformable(ran)
    return facts


def _each(value: Any, axes: int) -> Shape:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes


def _convolution(ran: _Ran) -> Sizes:
    axes = len(ran.part.kernel_size)
    return {
        "channels_in": ran.part.in_channels,
        "channels_out": ran.part.out_channels,
        "kernel": prod(ran.part.kernel_size),
        "axes": axes,
        "positions": prod(ran.y[-axes:]),
        "positions_in": prod(ran.x[-axes:]),
    }


def _deformable(ran: _Ran) -> Sizes:
    macs = prod(ran.y) * (ran.part.in_channels // ran.part.groups) * prod(ran.part.kernel_size)
    return _convolution(ran) | {
        "macs": macs,
        "bias": 0 if ran.part.bias is None else prod(ran.y),
        "groups": ran.part.groups,
    }


def _pool(ran: _Ran) -> Sizes:
    axes = _axes_of(ran.part)
    kernel, given = _each(ran.part.kernel_size, axes), ran.part.kernel_size
    facts = {
        "axes": axes,
        "kernel": prod(kernel),
        "kernel_given": prod(given) if isinstance(given, (tuple, list)) else given,
        "positions": prod(ran.y[-axes:]),
        "positions_in": prod(ran.x[-axes:]),
    }
    if isinstance(ran.part, nn.modules.pooling._AvgPoolNd):
        stride, padding = _each(ran.part.stride, axes), _each(ran.part.padding, axes)
        grid = zip(ran.x[-axes:], ran.y[-axes:], kernel, stride, padding, strict=True)
        windows = 1
        for size, many, k, step, pad in grid:
            low, high = (-pad, size + pad) if ran.part.count_include_pad else (0, size)
            starts = [number * step - pad for number in range(many)]
            windows *= sum(max(min(one + k, high) - max(one, low), 0) for one in starts)
        facts["averaged"] = prod(ran.x[:-axes]) * windows
    return facts


def _axes_of(part: nn.Module) -> int:
    """The axes of a module's grid, which the name of its class of torch.nn says: MaxPool2d."""
    names = (kind.__name__ for kind in type(part).__mro__ if kind.__module__.startswith("torch.nn"))
    return next(int(name[-2]) for name in names if name[-2:] in ("1d", "2d", "3d"))


def _adaptive(ran: _Ran) -> Sizes:
    axes = _axes_of(ran.part)
    sides = list(zip(ran.x[-axes:], ran.y[-axes:], strict=True))
    windows = [
        sum(ceil((j + 1) * size / many) - j * size // many for j in range(many))
        for size, many in sides
    ]
    quotient = 1.0
    for size, many in zip(ran.x[2:], ran.y[2:], strict=True):
        quotient *= size / many
    return {
        "axes": axes,
        "positions": prod(ran.y[-axes:]),
        "positions_in": prod(ran.x[-axes:]),
        "averaged": prod(ran.x[:-axes]) * prod(windows),
        "floors": prod(size // many for size, many in sides),
        "ratio": prod(
            size // many if size % many == 0 else size % many + 1 for size, many in sides
        ),
        "floored": int((quotient + 1) * prod(ran.y)),
    }


def _upsampling(ran: _Ran) -> Sizes:
    return {
        "axes": len(ran.x) - 2,
        "nearest": int(ran.part.mode == "nearest"),
        "exact": int(ran.part.mode == "nearest-exact"),
        "linear": int(ran.part.mode in ("linear", "bilinear", "trilinear")),
        "cubic": int(ran.part.mode == "bicubic"),
    }


def _softmax(ran: _Ran) -> Sizes:
    axis = -3 if isinstance(ran.part, nn.Softmax2d) else ran.part.dim
    if axis is None:
        axis = 0 if len(ran.x) in (0, 1, 3) else 1
    length = ran.x[axis] if ran.x else 1
    return {"length": length, "rows": prod(ran.x) // length if length else 0}


def _recurrent(ran: _Ran) -> Sizes:
    """Of a recurrence, or of one step of it: a cell has one layer, and takes one step."""
    cell = isinstance(ran.part, nn.RNNCellBase)
    own = dict(ran.part.named_parameters(recurse=False))
    first: Any = next(iter([*ran.args, *ran.kwargs.values()]), None)
    packed = isinstance(first, PackedSequence)
    if packed:
        steps = len(first.batch_sizes)
    else:
        steps = 1 if cell else ran.x[0] if len(ran.x) == 2 or not ran.part.batch_first else ran.x[1]
    forward = {
        name: one.numel()
        for name, one in own.items()
        if not name.endswith("_reverse") and not name.startswith("weight_hr")
    }
    return {
        "steps": steps,
        "packed": int(packed),
        "samples": _longest(first) if packed else prod(ran.x[:-1]) // steps if steps else 0,
        "layers": 1 if cell else ran.part.num_layers,
        "directions": 1 if cell else 1 + ran.part.bidirectional,
        "hidden": ran.part.hidden_size,
        "biased": int(ran.part.bias),
        "forward_params": sum(forward.values()),
        "unprojected": _unprojected(ran.part, own),
    }


def _longest(packed: PackedSequence) -> int:
    """The samples of a packed sequence: all of them have a first step."""
    if packed.sorted_indices is not None:
        return len(packed.sorted_indices)
    with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():  # nobody's call
        return int(packed.batch_sizes[0])


def _unprojected(part: Any, own: Mapping[str, Any]) -> int:
    """What the parameters would be if the state were not projected."""
    params = sum(int(one.numel()) for one in own.values())
    less = int(getattr(part, "proj_size", 0))
    if not less:
        return params
    hidden, layers = int(part.hidden_size), int(part.num_layers)
    directions = 1 + bool(part.bidirectional)
    read = directions * (layers + directions * (layers - 1))  # of states
    return params + 4 * hidden * (hidden - less) * read - directions * layers * less * hidden


def _attention(ran: _Ran) -> Sizes:
    given = dict(zip(("query", "key", "value"), ran.args, strict=False)) | dict(ran.kwargs)
    query, key = given["query"], given["key"]
    whole = query.dim() == 2
    axis = 0 if whole or not ran.part.batch_first else 1
    samples = 1 if whole else query.shape[1 - axis]
    queries, keys = query.shape[axis], key.shape[axis]
    seen = keys + (ran.part.bias_k is not None) + bool(ran.part.add_zero_attn)
    return {
        "samples": samples,
        "queries": queries,
        "keys": keys,
        "heads": ran.part.num_heads,
        "embed": ran.part.embed_dim,
        "embed_keys": ran.part.kdim,
        "embed_values": ran.part.vdim,
        "scores": samples * ran.part.num_heads * queries * seen,
        "biased": int(ran.part.in_proj_bias is not None),
        "asked": int(bool(_fifth(ran.args, ran.kwargs))),
    }


def _fifth(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Whether the weights of attention are asked for: its fifth argument, and so by default."""
    return args[4] if len(args) > 4 else kwargs.get("need_weights", True)


def _heads(ran: _Ran) -> Sizes:
    """Of any module that says how many heads it has, and how long each is."""
    heads, length = getattr(ran.part, "num_heads", None), getattr(ran.part, "head_dim", None)
    if isinstance(ran.part, nn.MultiheadAttention) or not type(heads) is type(length) is int:
        return {}
    return {"heads": heads, "embed": heads * length}


_POOLS = nn.modules.pooling
_OF: tuple[tuple[Any, Callable[..., Sizes]], ...] = (
    (nn.modules.conv._ConvNd, _convolution),
    ((_POOLS._MaxPoolNd, _POOLS._AvgPoolNd), _pool),
    ((_POOLS._AdaptiveAvgPoolNd, _POOLS._AdaptiveMaxPoolNd), _adaptive),
    (nn.Upsample, _upsampling),
    ((nn.Softmax, nn.LogSoftmax, nn.Softmin, nn.Softmax2d), _softmax),
    ((nn.RNNBase, nn.RNNCellBase), _recurrent),
    (nn.MultiheadAttention, _attention),
    (nn.Module, _heads),
)

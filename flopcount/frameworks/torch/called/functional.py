"""What a function was called with, as code wrote it: an operator has less of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from math import prod
from typing import Any

from ..run.trace import tensors_in


def of_arguments(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, int]:
    """The facts of a function that its arguments alone have, by its name."""
    shapes = [tuple(one.shape) for one in tensors_in([args, kwargs])]
    first, second = (*shapes, (), ())[:2]
    facts = {
        "first": prod(first),
        "tensors": len(shapes),
        "last_other": second[-1] if second else 1,
        "aligned_left": prod(max(pair) for pair in zip_longest(first, second, fillvalue=1)),
    }
    own = _OF.get(name) or (_pool if _POOL.search(name) else None)
    return facts | own(args, kwargs) if own else facts


_POOL = re.compile(r"^(F|torch)\.(max|avg)_pool")


def _pool(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, int]:
    """One number for all axes is not multiplied out."""
    kernel = kwargs.get("kernel_size", args[1] if len(args) > 1 else None)
    named = {"kernel_named": int("kernel_size" in kwargs)}
    return named | ({"kernel_given": kernel} if isinstance(kernel, int) else {})


def _power_pool(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, int]:
    """Likewise; what its kernel is called by does not reach the pool inside."""
    kernel = kwargs.get("kernel_size", args[2] if len(args) > 2 else 1)
    return {"kernel_given": kernel if isinstance(kernel, int) else prod(kernel)}


def _resampling(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, int]:
    """The size and the scale as they were given, each 0 where it was not."""
    names = ("input", "size", "scale_factor")
    given = dict(zip(names, args, strict=False)) | dict(kwargs)
    x, size, scale = given["input"], given.get("size"), given.get("scale_factor")
    axes = x.dim() - 2
    whole = size if isinstance(size, (tuple, list)) else (size,) * axes
    scales = scale if isinstance(scale, (tuple, list)) else (scale,) * axes
    whole_scales = tuple(map(int, scale)) if scales is scale and scale else scales
    return {
        "size": 0 if size is None else int(prod(whole)),
        "size_given": 0 if size is None else int(prod(size) if whole is size else size),
        "scaled": 0 if scale is None else int(x.numel() * prod(scales)),
        "scaled_whole": 0 if scale is None else int(x.numel() * prod(whole_scales)),
    }


def _heads(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, int]:
    """Attention as nn.MultiheadAttention calls it: the steps come first."""
    names = [
        "query",
        "key",
        "value",
        "embed",
        "heads",
        "weight",
        "bias",
        "bias_k",
        "bias_v",
        "zeros",
    ]
    called = {"embed_dim_to_check": "embed", "num_heads": "heads", "add_zero_attn": "zeros"}
    given = dict(zip(names, args, strict=False))
    given |= {called.get(name, name): value for name, value in kwargs.items()}
    query, key = given["query"], given["key"]
    samples = query.shape[1] if query.dim() == 3 else 1
    queries, keys, heads = query.shape[0], key.shape[0], given["heads"]
    seen = keys + (given.get("bias_k") is not None) + bool(given.get("zeros"))
    return {
        "samples": samples,
        "queries": queries,
        "keys": keys,
        "heads": heads,
        "embed": given["embed"],
        "embed_keys": key.shape[-1],
        "embed_values": given["value"].shape[-1],
        "scores": samples * heads * queries * seen,
    }


def _einsum(args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, int]:
    """All its factors are operands, parameters too."""
    return {"operands": len(list(tensors_in([args, kwargs])))}


_OF: dict[str, Callable[[Sequence[Any], Mapping[str, Any]], dict[str, int]]] = {
    "torch.einsum": _einsum,
    "F.interpolate": _resampling,
    "F.upsample": _resampling,
    **{f"F.lp_pool{axes}d": _power_pool for axes in (1, 2, 3)},
    "F.multi_head_attention_forward": _heads,
}

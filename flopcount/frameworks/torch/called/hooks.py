"""Notes the modules that run, by their classes."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from ....calls import MODULE
from ....calls.kinds import KINDS, kind_of
from .log import Log, Made
from .modules import of_own


@contextmanager
def followed(log: Log, standing: Mapping[torch.nn.Module, int]) -> Iterator[None]:
    """Note each module that runs; `standing`: at how many places of the tree each stands."""
    from torch.nn.modules import module as modules

    running: list[tuple[int, Made]] = []

    def enter(part: torch.nn.Module, args: Any) -> None:  # what has a name comes at its end
        made = log.begin(MODULE, name_of(type(part)), args)
        made.bases = bases_of(type(part))
        if made.kind == made.name:
            kinds = (kind_of(MODULE, base) for base in made.bases)
            made.kind = next((kind for kind in kinds if kind in KINDS), made.name)
        running.append((id(part), made))

    def leave(part: torch.nn.Module, args: Any, kwargs: Any, out: Any) -> None:
        while running:  # those in it that an error ended are not seen to end
            key, made = running.pop()
            if key == id(part) and out is None and sys.exception() is not None:
                log.close(made)
                break
            if key == id(part):
                if not made.inputs:
                    log.given(made, [args, kwargs])
                made.facts |= {"places": standing.get(part, 1)}
                made.said = of_own(part, args, kwargs, out) | _of(part, args, kwargs)
                log.end(made, out)
                break

    first = modules.register_module_forward_pre_hook(enter)
    last = modules.register_module_forward_hook(leave, with_kwargs=True, always_call=True)
    try:
        yield
    finally:
        first.remove()
        last.remove()


def name_of(kind: type) -> str:
    """How a class is called: one of torch.nn's by its name, another with its module's path.

    >>> name_of(torch.nn.Conv2d), name_of(torch.nn.Module)
    ('Conv2d', 'Module')
    """
    if kind.__module__.startswith("torch.nn."):
        return kind.__name__
    return f"{kind.__module__}.{kind.__qualname__}"


def bases_of(kind: type) -> tuple[str, ...]:
    """The classes of torch.nn that a class is one of, its own first."""
    return tuple(one.__name__ for one in kind.__mro__ if one.__module__.startswith("torch.nn."))


def _of(part: torch.nn.Module, args: Any, kwargs: Any) -> dict[str, int]:
    """What a module says of itself."""
    facts = {
        "params": sum(one.numel() for one in part.parameters(recurse=False)),
    }
    affine = getattr(part, "affine", getattr(part, "elementwise_affine", None))
    if isinstance(affine, bool | int):
        facts["affine"] = int(affine)
    if isinstance(part, torch.nn.MultiheadAttention):
        facts["fast"] = int(_fast_attention(part, args, kwargs))
    elif isinstance(part, torch.nn.TransformerEncoderLayer):
        facts["fast"] = int(_fast_encoder(part, args, kwargs))
    return facts


def _given(part: torch.nn.Module, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments of a module's forward by their names."""
    bound = inspect.signature(part.forward).bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.arguments


def _fast_attention(part: Any, args: Any, kwargs: Any) -> bool:
    """Whether PyTorch computes it in one piece where gradients are off (torch.nn's own test)."""
    given = _given(part, args, kwargs)
    query, masks = given["query"], (given["attn_mask"], given["key_padding_mask"])
    floats = [mask is not None and mask.is_floating_point() for mask in masks]
    return bool(
        query.dim() == 3
        and query is given["key"]
        and query is given["value"]
        and not any(floats)
        and _fits(part, query)
        and part.bias_k is None
        and part.bias_v is None
        and not part.add_zero_attn
        and not (query.is_nested and any(mask is not None for mask in masks))
    )


def _fits(part: Any, query: Any) -> bool:
    """What an encoder's layer asks of its attention, too."""
    held = (part.in_proj_weight, part.in_proj_bias)
    return bool(
        part._qkv_same_embed_dim
        and all(one is None or one.dtype == query.dtype for one in held)
        and part.num_heads % 2 == 0
        and part.batch_first
    )


def _fast_encoder(part: Any, args: Any, kwargs: Any) -> bool:
    """Likewise of a whole layer of an encoder."""
    given = _given(part, args, kwargs)
    source, attention = given["src"], part.self_attn
    return bool(
        source.dim() == 3
        and _fits(attention, source)
        and attention.in_proj_bias is not None
        and part.activation_relu_or_gelu
        and part.norm1.eps == part.norm2.eps
    )

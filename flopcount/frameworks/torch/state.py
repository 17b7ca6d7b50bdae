"""A module, and PyTorch, left as they were found: modes, attributes, random state."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


def _copied(value: Any) -> Any:
    return value.copy() if type(value) in (dict, list, set) else value


@contextmanager
def left_as_found(module: torch.nn.Module) -> Iterator[None]:
    """Run with every module of it in evaluation; put back what its code changes, on errors too."""
    before = [
        (part, part.__dict__.copy(), {k: _copied(v) for k, v in part.__dict__.items()})
        for part in module.modules()
    ]
    dtype, random_state, generator = (
        torch.get_default_dtype(),
        torch.random.get_rng_state(),
        random.getstate(),
    )
    fastpath = torch.backends.mha.get_fastpath_enabled()
    backends = (
        torch.backends.cuda.flash_sdp_enabled(),
        torch.backends.cuda.mem_efficient_sdp_enabled(),
        torch.backends.cuda.cudnn_sdp_enabled(),
        torch.backends.cuda.math_sdp_enabled(),
    )
    try:
        for part, _, _ in before:
            part.training = False
        torch.backends.mha.set_fastpath_enabled(False)
        _set_attention(False, False, False, True)
        yield
    finally:
        _set_attention(*backends)
        torch.backends.mha.set_fastpath_enabled(fastpath)
        torch.set_default_dtype(dtype)
        torch.random.set_rng_state(random_state)
        random.setstate(generator)
        for part, attributes, contents in before:
            for name, value in attributes.items():
                if type(value) is dict:
                    value.clear()
                    value.update(contents[name])
                elif type(value) is list:
                    value[:] = contents[name]
                elif type(value) is set:
                    value.clear()
                    value |= contents[name]
            part.__dict__.clear()
            part.__dict__.update(attributes)


def _set_attention(flash: bool, efficient: bool, cudnn: bool, math: bool) -> None:  # noqa: FBT001
    torch.backends.cuda.enable_flash_sdp(flash)
    torch.backends.cuda.enable_mem_efficient_sdp(efficient)
    torch.backends.cuda.enable_cudnn_sdp(cudnn)
    torch.backends.cuda.enable_math_sdp(math)

"""PyTorch, and a module, left as they were found: modes, flags, hooks, attributes, random state."""

import logging
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from functools import partial
from typing import Any

import torch

from .snapshot import Found


@contextmanager
def left_as_found(module: torch.nn.Module) -> Iterator[None]:
    """Run with every module of it in evaluation; put back what its code changes, on errors too."""
    found = Found(module)
    with framework_as_found():
        try:
            for part in module.modules():
                part.training = False
            torch.backends.mha.set_fastpath_enabled(False)
            _set_attention((False, False, False, True))
            yield
        finally:
            found.put_back()


@contextmanager
def framework_as_found() -> Iterator[None]:
    """Put back what code may change in PyTorch, and random states, on errors too.

    What it prints goes to standard error: a report stands alone on standard output. Its warnings,
    which are of a run on numbers, are not shown.
    """
    states = [(put, get()) for get, put in _STATES]
    modes = (torch._C._len_torch_function_stack(), torch._C._len_torch_dispatch_stack())
    hooks = [(names, names.copy()) for names in _global_hooks()]
    patched = [(owner, dict(vars(owner))) for owner in _patchable()]
    numpy = sys.modules.get("numpy")
    numpy_random = numpy.random.get_state() if numpy else None
    try:
        with redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        while torch._C._len_torch_function_stack() > modes[0]:
            torch._C._pop_torch_function_stack()
        while torch._C._len_torch_dispatch_stack() > modes[1]:
            torch._C._pop_torch_dispatch_stack(None)
        for put, state in states:
            with suppress(Exception):
                put(state)
        for names, before in hooks:
            names.clear()
            names.update(before)
        for owner, own in patched:
            for name, value in own.items():
                if vars(owner).get(name) is not value:
                    setattr(owner, name, value)
        if numpy:
            numpy.random.set_state(numpy_random)


def _global_hooks() -> list[dict[int, Any]]:
    """The hooks that run in every module."""
    from torch.nn.modules import module

    return [value for name, value in vars(module).items() if _is_hooks(name, value)]


def _is_hooks(name: str, value: Any) -> bool:
    return name.startswith("_global_") and isinstance(value, dict)


def _patchable() -> list[Any]:
    """What a careless forward may patch."""
    return [torch, torch.nn.functional, torch.Tensor, torch.nn.Module]


def _attention() -> tuple[bool, ...]:
    cuda = torch.backends.cuda
    return (
        cuda.flash_sdp_enabled(),
        cuda.mem_efficient_sdp_enabled(),
        cuda.cudnn_sdp_enabled(),
        cuda.math_sdp_enabled(),
    )


def _set_attention(flags: tuple[bool, ...]) -> None:
    cuda = torch.backends.cuda
    cuda.enable_flash_sdp(flags[0])
    cuda.enable_mem_efficient_sdp(flags[1])
    cuda.enable_cudnn_sdp(flags[2])
    cuda.enable_math_sdp(flags[3])


def _deterministic() -> tuple[bool, bool]:
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )


def _set_deterministic(state: tuple[bool, bool]) -> None:
    torch.use_deterministic_algorithms(state[0], warn_only=state[1])


def _autocast() -> list[tuple[str, bool, Any]]:
    return [
        (kind, torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind))
        for kind in ("cpu", "cuda")
    ]


def _set_autocast(state: list[tuple[str, bool, Any]]) -> None:
    for kind, enabled, dtype in state:
        torch.set_autocast_enabled(kind, enabled)
        torch.set_autocast_dtype(kind, dtype)


def _device() -> Any:
    return getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)


def _set_device(before: Any) -> None:
    if _device() is not before:
        torch.set_default_device(None if before is None else before.device)


def _cuda() -> Any:
    return torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None


def _set_cuda(state: Any) -> None:
    if state is not None:
        torch.cuda.set_rng_state_all(state)


def _environment() -> dict[str, str]:
    return dict(os.environ)


def _set_environment(before: dict[str, str]) -> None:
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


def _quiet() -> bool:
    """Let PyTorch's own log of tensors without numbers say nothing: a message of ours does."""
    logger = logging.getLogger("torch._subclasses.fake_tensor")
    before, logger.disabled = logger.disabled, True
    return before


def _set_quiet(before: bool) -> None:  # noqa: FBT001
    logging.getLogger("torch._subclasses.fake_tensor").disabled = before


def _set_path(before: list[str]) -> None:
    sys.path[:] = before


def _set_threads(before: int) -> None:
    if torch.get_num_threads() != before:
        torch.set_num_threads(before)


def _flag(owner: Any, name: str) -> tuple[Callable[[], Any], Callable[[Any], None]]:
    return partial(getattr, owner, name), partial(_set_flag, owner, name)


def _set_flag(owner: Any, name: str, value: Any) -> None:
    if getattr(owner, name) != value:
        setattr(owner, name, value)


_STATES: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (_device, _set_device),
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.random.get_rng_state, torch.random.set_rng_state),
    (_cuda, _set_cuda),
    (random.getstate, random.setstate),
    (torch.is_grad_enabled, torch.set_grad_enabled),
    (torch.is_anomaly_enabled, torch.set_anomaly_enabled),
    (torch.backends.mha.get_fastpath_enabled, torch.backends.mha.set_fastpath_enabled),
    (_attention, _set_attention),
    (_deterministic, _set_deterministic),
    (_autocast, _set_autocast),
    (torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.get_num_threads, _set_threads),
    *(_flag(torch.backends.cudnn, name) for name in ("enabled", "benchmark", "deterministic")),
    _flag(torch.backends.mkldnn, "enabled"),
    (_quiet, _set_quiet),
    (_environment, _set_environment),
    (os.getcwd, os.chdir),
    (lambda: list(sys.path), _set_path),
]

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

from .snapshot import Snapshot


@contextmanager
def left_as_found(module: torch.nn.Module) -> Iterator[None]:
    """Run with every module of it in evaluation; put back what its code changes, on errors too."""
    found = Snapshot(module)
    with framework_as_found():
        try:
            for part in module.modules():
                part.training = False
            set_attention((False, False, False, False, True))  # in pieces, each a call
            yield
        finally:
            found.put_back()


@contextmanager
def framework_as_found() -> Iterator[None]:
    """Put back what code may change in PyTorch, and random states, on errors too.

    What it prints goes to standard error: a report stands alone on standard output. Its warnings,
    which are of a run on numbers, are not shown.
    """
    states = [(get, put, get()) for get, put in _STATES]
    modes = (torch._C._len_torch_function_stack(), torch._C._len_torch_dispatch_stack())
    hooks = [(names, names.copy()) for names in _global_hooks()]
    patched = [(owner, dict(vars(owner))) for owner in _PATCHABLE]
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
        for get, put, state in states:
            with suppress(Exception):
                if _differs(get, state):
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


def _differs(get: Callable[[], Any], before: Any) -> bool:
    """Whether a state is another one now; what cannot be compared is."""
    try:
        return bool(get() != before)
    except Exception:  # noqa: BLE001  tensors, which random numbers have; a folder that is gone
        return True


_PATCHABLE: list[Any] = [torch, torch.nn.functional, torch.Tensor, torch.nn.Module]
_KERNELS = ("flash", "mem_efficient", "cudnn", "math")  # of attention


def _global_hooks() -> list[dict[int, Any]]:
    """The hooks that run in every module."""
    from torch.nn.modules import module

    names = [name for name in vars(module) if name.startswith("_global_")]
    return [value for name in names if isinstance(value := getattr(module, name), dict)]


def attention() -> tuple[bool, ...]:
    """How PyTorch is set to compute attention: the fast path, and each kernel."""
    cuda = torch.backends.cuda
    kernels = (getattr(cuda, f"{name}_sdp_enabled")() for name in _KERNELS)
    return torch.backends.mha.get_fastpath_enabled(), *kernels


def set_attention(flags: tuple[bool, ...]) -> None:
    """Set it."""
    torch.backends.mha.set_fastpath_enabled(flags[0])
    for name, flag in zip(_KERNELS, flags[1:], strict=True):
        getattr(torch.backends.cuda, f"enable_{name}_sdp")(flag)


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
    torch.set_default_device(None if before is None else before.device)


def _cuda() -> Any:
    return torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None


def _environment() -> dict[str, str]:
    return dict(os.environ)


def _set_environment(before: dict[str, str]) -> None:
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


def _flag(owner: Any, name: str) -> tuple[Callable[[], Any], Callable[[Any], None]]:
    return partial(getattr, owner, name), partial(setattr, owner, name)


_STATES: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (_device, _set_device),
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.random.get_rng_state, torch.random.set_rng_state),
    (_cuda, torch.cuda.set_rng_state_all),
    (random.getstate, random.setstate),
    (torch.is_grad_enabled, torch.set_grad_enabled),
    (torch.is_anomaly_enabled, torch.set_anomaly_enabled),
    (attention, set_attention),
    (_deterministic, _set_deterministic),
    (_autocast, _set_autocast),
    (torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.get_num_threads, torch.set_num_threads),
    *(_flag(torch.backends.cudnn, name) for name in ("enabled", "benchmark", "deterministic")),
    _flag(torch.backends.mkldnn, "enabled"),
    (_quiet, _set_quiet),
    (_environment, _set_environment),
    (os.getcwd, os.chdir),
    (lambda: list(sys.path), _set_path),
]

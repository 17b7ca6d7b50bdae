"""Modules that do what a forward should not, and a deep comparison of what they leave behind."""

import functools
import os
import random
import sys
import warnings
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules import module as hooks_of_all

CACHE: dict[str, Any] = {}  # of this Python module, which a forward writes into
SEEN: list[Any] = []


@functools.lru_cache
def positions(n: int) -> Any:
    return torch.arange(n)


class Base(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4)
        self.log = [1]
        self.plain = torch.zeros(4)

    def forward(self, x: Any) -> Any:
        return self.norm(self.dense(x))


class SetsAttributes(Base):
    calls = 0

    def forward(self, x: Any) -> Any:
        self.last = super().forward(x)
        self.log.append(x)
        self.dense.extra = {"of": self.last}
        type(self).calls += 1
        type(self).newest = x
        return self.last


class WritesBuffers(Base):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros(1))

    def forward(self, x: Any) -> Any:
        self.count += 1
        self.norm.running_mean.zero_()
        self.dense.weight.data.mul_(2)
        self.plain[1] = 3
        self.register_buffer("late", x)
        self.dense.bias.requires_grad_(False)
        return super().forward(x)


class KeepsCaches(Base):
    def forward(self, x: Any) -> Any:
        CACHE["last"] = x
        SEEN.append(x)
        self.__dict__.setdefault("cache", {})[0] = x
        return super().forward(x) + positions(4)


class ChangesTorch(Base):
    def forward(self, x: Any) -> Any:
        torch.set_default_dtype(torch.float64)
        torch.manual_seed(3)
        random.seed(3)
        np.random.seed(3)  # noqa: NPY002  the global state is what is tested
        torch.set_grad_enabled(True)
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = not torch.backends.cudnn.benchmark
        torch.set_float32_matmul_precision("medium")
        torch.backends.cuda.enable_flash_sdp(False)
        torch.set_default_device("cpu")
        torch.set_autocast_enabled("cpu", True)
        torch.nn.functional.relu = torch.sigmoid
        os.environ["FLOPCOUNT_HOSTILE"] = "1"
        sys.path.append("nowhere")
        warnings.simplefilter("always")
        return super().forward(x) + torch.rand(4)


class RegistersHooks(Base):
    def forward(self, x: Any) -> Any:
        self.dense.register_forward_hook(lambda *_: None)
        hooks_of_all.register_module_forward_hook(lambda *_: None)
        self.dense.weight.register_hook(lambda grad: grad)
        return super().forward(x)


class ReplacesParts(Base):
    def forward(self, x: Any) -> Any:
        y = super().forward(x)
        self.dense = nn.Linear(4, 4)
        self.added = nn.ReLU()
        del self.norm
        self.train()
        return y


class Raises(Base):
    def forward(self, x: Any) -> Any:
        self.log.append(2)
        torch.set_default_dtype(torch.float64)
        super().forward(x)
        raise ValueError("no")


class Branches(Base):
    def forward(self, x: Any) -> Any:
        self.log.append(3)
        self.norm.running_var.fill_(3)
        y = super().forward(x)
        return y * 2 if y.sum() > 0 else y


class Swallows(Base):
    def forward(self, x: Any) -> Any:
        try:
            return self.dense(x.reshape(-1)) + int(x[0, 0])
        except Exception:  # noqa: BLE001  this is what is tested
            return super().forward(x)


class EntersModes(Base):
    def forward(self, x: Any) -> Any:
        torch.inference_mode().__enter__()
        torch.device("cpu").__enter__()
        return super().forward(x)


def observed() -> Base:
    """With a user's own hook, which keeps what it sees, in training, its gradients there."""
    module, kept = Base(), []
    module.dense.register_forward_hook(lambda _m, _i, out: kept.append(out))
    module.kept = kept  # type: ignore[assignment]
    module.dense.weight.grad = torch.ones(4, 4)
    module.norm.eval()
    return module


KINDS = [
    *(
        Base,
        SetsAttributes,
        WritesBuffers,
        KeepsCaches,
        ChangesTorch,
        RegistersHooks,
        ReplacesParts,
    ),
    *(Raises, Branches, Swallows, EntersModes, observed),
]


def state_of_torch() -> list[Any]:
    """All that is global, as values that compare."""
    return [
        torch.get_default_dtype(),
        torch.get_default_device(),
        torch.get_rng_state().tolist(),
        random.getstate(),
        np.random.get_state()[1].tolist(),  # noqa: NPY002
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.are_deterministic_algorithms_enabled(),
        torch.backends.cudnn.benchmark,
        torch.get_float32_matmul_precision(),
        torch.backends.cuda.flash_sdp_enabled(),
        torch.backends.cuda.mem_efficient_sdp_enabled(),
        torch.backends.cuda.math_sdp_enabled(),
        torch.backends.mha.get_fastpath_enabled(),
        torch._C._len_torch_function_stack(),
        torch._C._len_torch_dispatch_stack(),
        {key: dict(value) for key, value in vars(hooks_of_all).items() if _are_hooks(key, value)},
        [dict(vars(owner)) for owner in (nn.functional, nn.Module, torch.Tensor)],
        dict(os.environ),
        list(sys.path),
        list(warnings.filters),
        (sys.stdout, sys.stderr),
        dict(CACHE),
        list(SEEN),
        positions.cache_info().currsize,
    ]


def _are_hooks(name: str, value: Any) -> bool:
    return name.startswith("_global_") and isinstance(value, dict)


def state_of(value: Any, seen: tuple[int, ...] = ()) -> Any:
    """A module and all in it: what is the same object, and what it holds."""
    if id(value) in seen:
        return id(value)
    seen = (*seen, id(value))
    if torch.nn.parameter.is_lazy(value):
        return (id(value), type(value))
    if isinstance(value, torch.Tensor):
        numbers = None if value.device.type == "meta" else value.detach().tolist()
        grad = value.grad.tolist() if value.is_leaf and value.grad is not None else None
        return (
            id(value),
            type(value),
            str(numbers),
            str(grad),
            value.requires_grad,
            len(vars(value)),
        )
    if isinstance(value, nn.Module):
        kind = {key: id(part) for key, part in vars(type(value)).items()}
        return (id(value), type(value), kind, state_of(vars(value), seen))
    if isinstance(value, dict):
        return (id(value), [(key, state_of(part, seen)) for key, part in value.items()])
    if isinstance(value, list | tuple):
        value = [id(value), *(state_of(part, seen) for part in value)]
    return (type(value), value if isinstance(value, int | str | float | set | list) else id(value))

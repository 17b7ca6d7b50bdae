"""What the modules of a model take in time: each as it is called in a run, on random numbers."""

import copy
from collections.abc import Sequence
from typing import Any

import torch

from ....errors import FlopcountError
from ...models.checked import Progress, Result
from ...models.timed import Timed
from ...timing import measure
from ..model import TorchModel
from ..run.places import slots
from ..run.state import left_as_found
from .check import find_device
from .report import name_of
from .values import random_tensor

PART = "module"
HOW = "each module as it is called first in a run of the model, on random numbers"


def time_modules(
    model: TorchModel,
    result: Result,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> tuple[Timed, ...]:
    """Time the named modules of a model that was checked, or the whole and the modules in it.

    Each is called with what it takes in one run of the model, on random numbers, its own parameters
    random, too. Raises `FlopcountError` where the device's memory does not hold that.
    """
    where, _ = find_device(device)
    named = [name.replace("/", ".") for name in modules]
    lines = {line.name: line for line in result.layers if not line.skipped}
    wanted = {
        path: lines[name_of(path)]
        for path, _ in model.module.named_modules()
        if name_of(path) in lines and (path in named if named else path.count(".") == 0)
    }
    own = _with_numbers(model.module, where)
    taken: dict[str, tuple[Any, Any]] = {}
    with left_as_found(own), torch.no_grad():
        try:
            _run(own, model, wanted, taken, where)
            found = []
            for path in progress([path for path in wanted if path in taken], "timing"):
                part, (args, kwargs) = own.get_submodule(path), taken[path]

                def once(part: Any = part, args: Any = args, kwargs: Any = kwargs) -> None:
                    part(*args, **kwargs)
                    if where == "cuda":
                        torch.cuda.synchronize()

                (times,) = measure([(once, wanted[path].numbers["multiplies"])])
                found.append(Timed(wanted[path].name, wanted[path].kind, times, PART))
        except (RuntimeError, MemoryError) as error:
            said = str(error).partition("\n")[0]
            raise FlopcountError(f"--time: the model does not run on {where}: {said}") from None
    return tuple(found)


def _with_numbers(module: torch.nn.Module, device: str) -> torch.nn.Module:
    """A copy of a module on a device, random numbers in what holds none, ties kept."""
    own = copy.deepcopy(module)
    if not any(tensor.is_meta for *_, tensor in slots(own)):
        return own.to(device)
    filled: dict[int, Any] = {}
    for held, name, tensor in slots(own):
        if id(tensor) not in filled:
            filled[id(tensor)] = (_filled(tensor, name, device), tensor)
        held[name] = filled[id(tensor)][0]
    return own


def _filled(tensor: Any, name: str, device: str) -> Any:
    if tensor.device.type != "meta":
        new = tensor.detach().to(device)
    elif not tensor.is_floating_point():
        new = torch.zeros(tensor.shape, dtype=tensor.dtype, device=device)
    elif "var" in name:
        new = torch.ones(tensor.shape, dtype=tensor.dtype, device=device)
    else:
        new = 0.02 * torch.randn(tensor.shape, dtype=tensor.dtype, device=device)
    is_parameter = isinstance(tensor, torch.nn.Parameter)
    return torch.nn.Parameter(new, requires_grad=False) if is_parameter else new


def _run(
    own: torch.nn.Module,
    model: TorchModel,
    wanted: Any,
    taken: dict[str, tuple[Any, Any]],
    device: str,
) -> None:
    """Run the model once, and keep what the modules take that are wanted, the first time."""
    hooks = []
    for path in wanted:

        def keep(_: Any, args: Any, kwargs: Any, path: str = path) -> None:
            taken.setdefault(path, (args, kwargs))

        hooks.append(own.get_submodule(path).register_forward_pre_hook(keep, with_kwargs=True))
    try:
        args, kwargs = model.inputs.mapped(lambda _, spec: _input(spec, device))
        own(*args, **kwargs)
    finally:
        for hook in hooks:
            hook.remove()


def _input(spec: Any, device: str) -> Any:
    return random_tensor(spec.shape, spec.dtype).to(device, getattr(torch, spec.dtype))

"""One run of a module: on tensors without numbers, or, where its code asks for some, on a copy."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from ....errors import FlopcountError
from ...models.inputs import Inputs, Tensor
from .failures import line_of, message, said
from .limits import MOST_BYTES
from .places import Place, slots
from .state import framework_as_found
from .trace import Failed, Trace, trace

SEED = 0  # of the numbers that a run is given


def run(  # noqa: PLR0913  what is run, on what, and how
    module: torch.nn.Module,
    inputs: Inputs,
    make: Callable[[str, Tensor], Any],
    fake: Any,
    *,
    again: Callable[[], torch.nn.Module] | None = None,
    is_open: bool = False,
) -> tuple[Trace, str]:
    """What a module does on some inputs, and a note where that depends on what numbers they hold.

    `make` makes an input in the mode `fake`; `again` builds the module anew, with numbers in it.
    Where sizes are open (`is_open`) there is no run on numbers. Raises `FlopcountError`.
    """
    try:
        parts = list(module.modules())
    except RecursionError:
        name = type(module).__name__
        raise FlopcountError(f"{name} has modules too deep within one another") from None
    if any(is_lazy(tensor) for *_, tensor in slots(module)):
        module = first_run(module, inputs)
    if any(isinstance(part, torch.jit.ScriptModule) for part in parts):
        where = f"{type(module).__name__} holds code of TorchScript, which has no module paths"
    else:
        try:
            return trace(module, lambda: inputs.mapped(make), fake), ""
        except Failed as failed:
            if failed.asked is None:
                raise message(failed, module, inputs) from None
            where = where_asked(failed, module)
    if is_open:
        raise FlopcountError(f"{where}: no size of it is open")
    own = with_own_numbers(module, again, where)
    try:
        taken = trace(own, lambda: inputs.mapped(numbers_of(inputs.values)))
    except Failed as failed:
        raise message(failed, own, inputs) from None
    return taken, f"{where}: read from one run on {_what(inputs)}, as it went there"


def where_asked(failed: Failed, module: torch.nn.Module) -> str:
    """Where code asks for numbers, and that it does."""
    path = failed.place.path
    name = f"{path} ({failed.place.classes[-1]})" if path else type(module).__name__
    line = line_of(failed.error)
    return f"{name} depends on the data{f' (at {line})' if line else ''}"


def _what(inputs: Inputs) -> str:
    return "the numbers given" if inputs.values else f"random numbers (seed {SEED}; whole ones 0)"


def first_run(module: torch.nn.Module, inputs: Inputs) -> torch.nn.Module:
    """A copy of a module whose parameters have the shapes that its inputs give them."""
    where = f"{type(module).__name__} has parameters whose shapes a first run decides"
    own = with_own_numbers(module, None, where).eval()
    with framework_as_found(), torch.no_grad():
        args, kwargs = inputs.mapped(numbers_of(inputs.values))
        try:
            own(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  it is a user's code
            raise message(Failed(error, Place("", ()), asked=None), module, inputs) from None
    return own


def with_own_numbers(
    module: torch.nn.Module, again: Callable[[], torch.nn.Module] | None, where: str
) -> torch.nn.Module:
    """A copy of a module, on the CPU, that holds numbers. Raises `FlopcountError`."""
    held = [t for t in (*module.parameters(), *module.buffers()) if not is_lazy(t)]
    size = sum(tensor.numel() * tensor.element_size() for tensor in held)
    if size > MOST_BYTES:
        raise FlopcountError(
            f"{where}, and a copy to run would take {size / (1 << 30):.1f} GiB; "
            f"the limit is {MOST_BYTES >> 30}"
        )
    if any(tensor.device.type == "meta" for tensor in held):
        if again is None:
            raise FlopcountError(
                f"{where}, and on the device meta it has none: build it on the CPU"
            )
        with framework_as_found():
            torch.manual_seed(SEED)
            return again()
    try:
        with framework_as_found(), torch.no_grad():
            own = copy.deepcopy(module, _apart(module))
            return own.cpu() if any(tensor.device.type != "cpu" for tensor in held) else own
    except Exception as error:  # noqa: BLE001  a copy runs the module's own code
        raise FlopcountError(f"{where}, and it cannot be copied to be run: {said(error)}") from None


def _apart(module: torch.nn.Module) -> dict[int, Any]:
    """Copies of the tensors that hang on a computation, which cannot be copied with it."""
    return {
        id(value): value.detach().clone()
        for part in module.modules()
        for value in vars(part).values()
        if isinstance(value, torch.Tensor) and not value.is_leaf
    }


def numbers_of(values: Mapping[str, Any]) -> Callable[[str, Tensor], Any]:
    """Makes an input's numbers: those that were given, where they fit, else random ones."""
    generator = torch.Generator().manual_seed(SEED)
    torch.manual_seed(SEED)

    def make(name: str, spec: Tensor) -> Any:
        given = values.get(name)
        if given is not None and tuple(given.shape) == tuple(spec.shape):
            return given.detach().cpu().clone()
        shape: Sequence[int] = spec.shape
        dtype = getattr(torch, spec.dtype)
        if dtype.is_floating_point:
            return torch.randn(shape, generator=generator).to(dtype)
        return torch.zeros(shape, dtype=dtype)

    return make


def empty(_: str, spec: Tensor) -> Any:
    """Makes an input without numbers, in the mode in force."""
    return torch.empty(spec.shape, dtype=getattr(torch, spec.dtype), device="cpu")

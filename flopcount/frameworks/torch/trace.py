"""Run a module once on tensors that hold no numbers, and write down each operation that it calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from torch._dispatch.python import enable_python_dispatcher
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .state import left_as_found

OPERATOR, FUNCTION, MODULE = "operator", "function", "module"


class Place(NamedTuple):
    """A module that is being run: its path (``layer1.0.conv1``), the classes on the way to it.

    `builtin`: whether its class is PyTorch's own.
    """

    path: str
    classes: tuple[str, ...]
    builtin: bool = False


class Call(NamedTuple):
    """An operation as PyTorch dispatched it: by what, with what, and what came out."""

    name: str  # aten.convolution
    bound: Mapping[str, Any]  # its arguments by their names
    outputs: tuple[Any, ...]  # the tensors that came out, in order
    place: Place
    called: str  # a module, a function or an operator
    view: bool
    written: Any  # the tensor that it wrote its result into


class Held(NamedTuple):
    """A tensor that a module holds, and where: a parameter or a buffer."""

    tensor: Any
    place: Place
    is_parameter: bool


class Trace(NamedTuple):
    """What a run did: its calls, the tensors that came in, by name, and those that came out.

    `held` are the parameters and buffers, by their first name.
    """

    calls: Sequence[Call]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    held: Mapping[str, Held]


# Operations that give what came in, in other words: PyTorch does not say so of these itself.
_VIEWS = {"aten._unsafe_view", "aten.lift_fresh", "aten.lift", "aten.detach_", "aten._reshape_alias"}
# What asks about a tensor and computes nothing.
_ASKED = ("prim.", "aten.sym_", "aten.is_", "aten.size", "aten.stride", "aten.dim")


class _Calls(TorchDispatchMode):
    """Writes down what is dispatched, outermost of all modes."""

    def __init__(self, where: Callable[[], tuple[Place, str]]) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._where = where

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        name = str(func._schema.name).replace("::", ".")
        if not name.startswith(_ASKED):
            self.write(name, func, args, kwargs or {}, out)
        return out

    def write(self, name: str, func: Any, args: Any, kwargs: Any, out: Any) -> None:
        """Write down a call."""
        schema = func._schema.arguments
        bound = {argument.name: argument.default_value for argument in schema}
        bound |= dict(zip((argument.name for argument in schema), args, strict=False)) | kwargs
        outputs = tuple(tensors_in(out))
        first = schema[0] if schema else None
        writes = first is not None and first.alias_info and first.alias_info.is_write
        place, called = self._where()
        view = func.is_view or name in _VIEWS
        written = args[0] if writes and args else None
        self.calls.append(Call(name, bound, outputs, place, called, view, written))


class _Functions(TorchFunctionMode):
    """Knows which function, or operator, of PyTorch's was called last."""

    last = ""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        before, self.last = self.last, getattr(func, "__name__", "")
        try:
            return func(*args, **(kwargs or {}))
        finally:
            self.last = before


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value, through lists, dicts and what has fields."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from tensors_in(part)
    elif isinstance(value, list | tuple | set):
        for part in value:
            yield from tensors_in(part)
    elif hasattr(value, "__dataclass_fields__"):
        yield from tensors_in(list(vars(value).values()))


def _known(module: torch.nn.Module) -> dict[int, Place]:
    """The place of each module, by its identity: the first path that leads to it."""
    known: dict[int, Place] = {}
    classes: dict[str, tuple[str, ...]] = {"": ()}
    for path, part in module.named_modules():
        if path:
            classes[path] = (*classes[path.rpartition(".")[0]], type(part).__name__)
        builtin = type(part).__module__.startswith("torch.nn.")
        known[id(part)] = Place(path, classes[path], builtin)
    return known


@contextmanager
def _places(known: Mapping[int, Place]) -> Iterator[list[Place]]:
    """The modules that are being run, the innermost last."""
    from torch.nn.modules.module import (
        register_module_forward_hook,
        register_module_forward_pre_hook,
    )

    stack = [Place("", ())]

    def enter(part: torch.nn.Module, _: Any) -> None:
        stack.append(known.get(id(part), stack[-1]))

    def leave(_part: torch.nn.Module, _args: Any, _out: Any) -> None:
        stack.pop()

    first = register_module_forward_pre_hook(enter)
    last = register_module_forward_hook(leave, always_call=True)
    try:
        yield stack
    finally:
        first.remove()
        last.remove()


def _with_storage(module: torch.nn.Module) -> None:
    """Put tensors of the mode in force in the place of those without storage, keeping ties."""
    made: dict[int, Any] = {}
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):
            for name, tensor in tensors.items():
                if tensor is None or tensor.device.type != "meta":
                    continue
                if id(tensor) not in made:
                    new = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype)
                    is_parameter = isinstance(tensor, torch.nn.Parameter)
                    own = torch.nn.Parameter(new, requires_grad=False) if is_parameter else new
                    made[id(tensor)] = (own, tensor)  # which lives as long as its identity is used
                tensors[name] = made[id(tensor)][0]


def _held(module: torch.nn.Module, known: Mapping[int, Place]) -> dict[str, Held]:
    parts = dict(module.named_modules(remove_duplicate=False))
    found: dict[str, Held] = {}
    for tensors, is_parameter in ((module.named_parameters(), True), (module.named_buffers(), False)):
        for name, tensor in tensors:
            place = known[id(parts[name.rpartition(".")[0]])]
            found[name] = Held(tensor, place, is_parameter)
    return found


def trace(
    module: torch.nn.Module, make: Callable[[], tuple[Sequence[Any], Mapping[str, Any]]], fake: Any
) -> Trace:
    """Run a module on inputs that `make` makes, and leave all as it was found.

    `fake` is the mode of tensors that hold no numbers, in which both happen.
    """
    known = _known(module)
    with ExitStack() as stack:
        stack.enter_context(left_as_found(module))
        stack.enter_context(torch.no_grad())
        stack.enter_context(fake)
        stack.enter_context(enable_python_dispatcher())  # open sizes need it; all runs are alike
        _with_storage(module)
        held = _held(module, known)
        args, kwargs = make()
        given = dict(_named(args, kwargs))
        places = stack.enter_context(_places(known))
        functions = stack.enter_context(_Functions())

        def where() -> tuple[Place, str]:
            operator = functions.last.startswith("__")
            place = places[-1]
            called = OPERATOR if operator else MODULE if place.builtin else FUNCTION
            return place, called

        calls = stack.enter_context(_Calls(where))
        out = module(*args, **kwargs)
    return Trace(calls.calls, given, dict(_numbered("y", tensors_in(out))), held)


def _named(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The tensors that come in: a keyword's by its name, the others as x, x1, x2, …."""
    yield from _numbered("x", tensors_in(list(args)))
    for name, value in kwargs.items():
        yield from _numbered(name, tensors_in(value))


def _numbered(name: str, tensors: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    for number, tensor in enumerate(tensors):
        yield f"{name}{number or ''}", tensor

"""Run a module once on tensors that hold no numbers, and write down each operation that it calls."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .state import left_as_found

OPERATOR, FUNCTION, MODULE = "operator", "function", "module"


class Place(NamedTuple):
    """A module that is being run: its path (``layer1.0.conv1``), the classes on the way, its call."""

    path: str
    classes: tuple[str, ...]
    children: bool = True
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


class Trace(NamedTuple):
    """What a run did: its calls, the tensors that came in, by name, and those that came out."""

    calls: Sequence[Call]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


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


@contextmanager
def _places(module: torch.nn.Module) -> Iterator[list[Place]]:
    """The modules that are being run, the innermost last."""
    known: dict[int, Place] = {}
    classes: dict[str, tuple[str, ...]] = {}
    for path, part in module.named_modules():
        above = classes[path.rpartition(".")[0]] if path else ()
        classes[path] = (*above, type(part).__name__) if path else ()
        builtin = type(part).__module__.startswith("torch.nn.")
        known[id(part)] = Place(path, classes[path], any(True for _ in part.children()), builtin)
    stack = [Place("", ())]

    def enter(part: torch.nn.Module, _: Any) -> None:
        stack.append(known.get(id(part), stack[-1]))

    def leave(_part: torch.nn.Module, _args: Any, _out: Any) -> None:
        stack.pop()

    from torch.nn.modules.module import (
        register_module_forward_hook,
        register_module_forward_pre_hook,
    )

    first = register_module_forward_pre_hook(enter)
    last = register_module_forward_hook(leave, always_call=True)
    try:
        yield stack
    finally:
        first.remove()
        last.remove()


def trace(
    module: torch.nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any], fake: Any
) -> Trace:
    """Run a module on inputs that the mode `fake` made, and leave all as it was found."""
    with ExitStack() as stack:
        stack.enter_context(left_as_found(module))
        stack.enter_context(torch.no_grad())
        stack.enter_context(fake)
        places = stack.enter_context(_places(module))
        functions = stack.enter_context(_Functions())

        def where() -> tuple[Place, str]:
            operator = functions.last.startswith("__")
            place = places[-1]
            called = OPERATOR if operator else MODULE if place.builtin else FUNCTION
            return place, called

        calls = stack.enter_context(_Calls(where))
        out = module(*args, **kwargs)
    given = _named("", [*args, *kwargs.items()])
    return Trace(calls.calls, given, dict(_numbered("out", tensors_in(out))))


def _named(_: str, given: Sequence[Any]) -> dict[str, Any]:
    """The tensors that come in: a keyword's by its name, the others as x, x1, x2, …."""
    named: dict[str, Any] = {}
    for value in given:
        keyword = isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)
        name, held = value if keyword else ("x", value)
        for tensor in tensors_in(held):
            number = sum(known.rstrip("0123456789") == name for known in named)
            named[f"{name}{number or ''}"] = tensor
    return named


def _numbered(name: str, tensors: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    for number, tensor in enumerate(tensors):
        yield f"{name}{number or ''}", tensor

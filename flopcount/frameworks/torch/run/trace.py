"""Run a module once on tensors that hold no numbers; write down each operation that it calls."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, NamedTuple

import torch
from torch._dispatch.python import enable_python_dispatcher, no_python_dispatcher
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from ...models.code import text_of
from .groups import grouped
from .limits import Limits, asks_for_numbers, check_types
from .places import Place, Places, known_places
from .recurrence import RECURRENCES, recurrence
from .stand_ins import StandIns, with_storage
from .state import left_as_found

OPERATOR, FUNCTION, MODULE = "operator", "function", "module"


class Call(NamedTuple):
    """An operation as PyTorch dispatched it: by what, with what, and what came out."""

    name: str  # aten.convolution
    bound: Mapping[str, Any]  # its arguments by their names
    outputs: tuple[Any, ...]  # the tensors that came out, in order
    place: Place
    called: str  # a module, a function or an operator
    view: bool
    written: Any  # the tensor that it wrote its result into
    shapes: tuple[Any, ...]  # of the outputs, before anything turns one of them in place


class Held(NamedTuple):
    """A tensor that a module holds, and where: a parameter or a buffer."""

    tensor: Any
    place: Place
    is_parameter: bool


class Failed(Exception):  # noqa: N818  what went wrong, before a message is made of it
    """What a module raised, and where; `asked`: the error of code that wants numbers."""

    def __init__(self, error: BaseException, place: Place, asked: Any) -> None:
        super().__init__(text_of(error))
        self.error = error
        self.place = place
        self.asked = asked or None


class Trace(NamedTuple):
    """What a run did: its calls, the tensors that came in, by name, and those that came out.

    `held` are the parameters and buffers, by their first name.
    """

    calls: Sequence[Call]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    held: Mapping[str, Held]


# Operations that give what came in, in other words: PyTorch does not say so of these itself.
_VIEWS = {
    "aten._unsafe_view",
    "aten.unsafe_split",
    "aten.unsafe_split_with_sizes",
    "aten.lift_fresh",
    "aten.lift",
    "aten.detach_",
    "aten._reshape_alias",
}
OUTSIDE = "numpy"  # in the place of an operation: what is computed of a tensor outside PyTorch
# What asks about a tensor and computes nothing.
_ASKED = ("prim.", "aten.sym_", "aten.is_", "aten.size", "aten.stride", "aten.dim")


class _Calls(TorchDispatchMode):
    """Writes down what is dispatched, outermost of all modes."""

    def __init__(
        self, where: Callable[[], tuple[Place, str]], stand_ins: StandIns, limits: Limits
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Call] = []
        self.paused = False
        self.asked: BaseException | None = None  # the first error of code that asks for numbers
        self._where = where
        self._stand_ins = stand_ins
        self._limits = limits

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._limits.check(len(self.calls))
        try:
            check_types(func, args)
            if torch.is_inference_mode_enabled() and func.namespace != "prim":
                # in it PyTorch takes nothing apart before this
                with self:
                    out = func.decompose(*args, **(kwargs or {}))
                if out is not NotImplemented:
                    return out
            out = grouped(func, args)
            out = func(*args, **(kwargs or {})) if out is None else out
        except Exception as error:
            if self.asked is None and asks_for_numbers(error):
                self.asked = error
            raise
        name = str(func._schema.name).replace("::", ".")
        if not self.paused and not name.startswith(_ASKED):
            self.write(name, func, args, kwargs or {}, out)
        return out

    def recurrent(self, name: str, func: Any, args: Any, kwargs: Any) -> tuple[Any, ...]:
        """Write down a recurrent layer whole, and what comes out: its steps are not followed."""
        self.paused = True
        bound, outputs = recurrence(args)
        if self._limits.numbers:
            outputs = func(*args, **(kwargs or {}))
        self.paused = False
        self._note(name, bound, outputs)
        return outputs

    def leaves(self, tensor: Any) -> None:
        """Write down that a tensor's numbers leave PyTorch: nobody sees what is done with them."""
        self._note(OUTSIDE, {"self": tensor}, (torch.empty_like(tensor, device="meta"),))

    def _note(self, name: str, bound: Mapping[str, Any], outputs: tuple[Any, ...]) -> None:
        bound = {key: self._stand_ins.of(value) for key, value in bound.items()}
        outputs = tuple(map(self._stand_ins.of, outputs))
        shapes = tuple([tuple(tensor.shape) for tensor in outputs])
        place, called = self._where()
        self.calls.append(Call(name, bound, outputs, place, called, False, None, shapes))  # noqa: FBT003

    def write(self, name: str, func: Any, args: Any, kwargs: Any, out: Any) -> None:
        """Write down a call."""
        schema = func._schema.arguments
        bound = {argument.name: argument.default_value for argument in schema}
        bound |= dict(zip((argument.name for argument in schema), args, strict=False)) | kwargs
        if self._stand_ins:
            bound = {name: self._stand_ins.of(value) for name, value in bound.items()}
            out = self._stand_ins.of(out)
        outputs = tuple(tensors_in(out))
        first = schema[0] if schema else None
        writes = first is not None and first.alias_info and first.alias_info.is_write
        place, called = self._where()
        view = func.is_view or name in _VIEWS or torch.Tag.inplace_view in func.tags
        written = bound[first.name] if first is not None and writes and args else None
        shapes = tuple([tuple(tensor.shape) for tensor in outputs])
        self.calls.append(Call(name, bound, outputs, place, called, view, written, shapes))


class _Functions(TorchFunctionMode):
    """Knows which function, or operator, of PyTorch's was called last."""

    last = ""
    calls: _Calls

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        before, self.last = self.last, getattr(func, "__name__", "")
        try:
            name = f"torch.{self.last.partition('.')[0]}"
            if name in RECURRENCES:
                return self.calls.recurrent(name, func, args, kwargs)
            with no_python_dispatcher() if _is_whole(self.last) else nullcontext():
                out = func(*args, **(kwargs or {}))
            if self.last in ("numpy", "__array__"):
                self.calls.leaves(args[0])
            return out
        finally:
            self.last = before


def _is_whole(function: str) -> bool:
    """Whether the Python dispatcher takes a function apart for which operations/ has a rule."""
    return function.lstrip("_").startswith(("interpolate", "upsample", "hardshrink", "softshrink"))


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


def _check_ran(out: Any) -> None:
    """Raise for what comes out of a forward whose code has not run yet."""
    if inspect.isgenerator(out) or inspect.iscoroutine(out):
        out.close()
        kind = "generator" if inspect.isgenerator(out) else "coroutine"
        raise RuntimeError(f"it gives a {kind}, whose code has not run: let it give tensors")


def _held(module: torch.nn.Module, known: Mapping[int, Place]) -> dict[str, Held]:
    parts = dict(module.named_modules(remove_duplicate=False))
    found: dict[str, Held] = {}
    for tensors, is_parameter in (
        (module.named_parameters(), True),
        (module.named_buffers(), False),
    ):
        for name, tensor in tensors:
            place = known[id(parts[name.rpartition(".")[0]])]
            found[name] = Held(tensor, place, is_parameter)
    return found


def trace(
    module: torch.nn.Module,
    make: Callable[[], tuple[Sequence[Any], Mapping[str, Any]]],
    fake: Any = None,
) -> Trace:
    """Run a module on inputs that `make` makes, and leave all as it was found.

    `fake` is the mode of tensors that hold no numbers, in which both happen; without one they hold
    numbers. Raises `Failed` for what the module raises, with the module where it did.
    """
    places = Places(known_places(module))
    functions, limits = _Functions(), Limits(numbers=fake is None)
    out: Any = None
    calls: _Calls | None = None
    failing = told(places, lambda: calls and calls.asked, is_fake=fake is not None)
    with failing, ExitStack() as stack:
        stack.enter_context(left_as_found(module))
        stack.enter_context(torch.no_grad())
        stand_ins = StandIns(twins=fake is None)
        if fake is not None:
            stack.enter_context(fake)
            stack.enter_context(enable_python_dispatcher())  # open sizes need it
            with_storage(module, stand_ins)
        held = _held(module, places.known)
        args, kwargs = make()
        named: dict[int, tuple[str, Any]] = {}  # one that is given twice has its first name
        for name, x in _named(args, kwargs):
            named.setdefault(id(x), (name, stand_ins.of(x)))
        given = dict(named.values())
        stack.enter_context(places.followed())
        stack.enter_context(functions)

        def where() -> tuple[Place, str]:
            operator = functions.last.startswith("__")
            called = OPERATOR if operator else MODULE if places.now.builtin else FUNCTION
            return places.now, called

        calls = functions.calls = stack.enter_context(_Calls(where, stand_ins, limits))
        follow: Any = getattr(module, "follow_places", None)
        if follow is not None:  # a graph, which knows what its operations are from
            follow(places)
        out = module(*args, **kwargs)
        _check_ran(out)
        results = dict(_numbered("y", tensors_in(stand_ins.of(out))))
        held = {name: one._replace(tensor=stand_ins.of(one.tensor)) for name, one in held.items()}
    return Trace(calls.calls, given, results, held)


@contextmanager
def told(places: Places, asked: Callable[[], Any], *, is_fake: bool) -> Iterator[None]:
    """Raise `Failed` for what the code of a run raises, or went on after without an answer.

    `asked` gives the first error of code that asked for numbers; a run that `is_fake` has none.
    """
    try:
        yield
    except Exception as error:
        first = asked()
        if is_fake and first is None and asks_for_numbers(error):
            first = error
        raise Failed(error, places.at(error), asked=first) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also what is no Exception: it ends the run, not the program
        raise Failed(error, places.now, asked=None) from error
    if (first := asked()) is not None:
        raise Failed(first, places.at(first), asked=first) from first


def _named(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The tensors that come in: a keyword's by its name, the others as x, x1, x2, …."""
    yield from _numbered("x", tensors_in(list(args)))
    for name, value in kwargs.items():
        yield from _numbered(name, tensors_in(value))


def _numbered(name: str, tensors: Iterator[Any]) -> Iterator[tuple[str, Any]]:
    for number, tensor in enumerate(tensors):
        yield f"{name}{number or ''}", tensor

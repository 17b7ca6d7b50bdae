"""A graph of torch.export as a module: it runs its operations, each under its module's path."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from ....errors import FlopcountError, quote
from ..run.places import Place, Places

# The numbers by which an archive names a type (PyTorch's export schema).
DTYPES = {
    1: "uint8",
    2: "int8",
    3: "int16",
    4: "int32",
    5: "int64",
    6: "float16",
    7: "float32",
    8: "float64",
    10: "complex64",
    11: "complex128",
    12: "bool",
    13: "bfloat16",
}
_FORMATS = {1: "contiguous_format", 2: "channels_last", 3: "channels_last_3d", 4: "preserve_format"}
# What a graph calls besides operations: on whole numbers, which are sizes.
_ON_NUMBERS: dict[str, Callable[..., Any]] = {
    **{
        f"_operator.{name}": getattr(operator, name)
        for name in (
            *("add", "sub", "mul", "floordiv", "truediv", "mod", "neg", "pow", "getitem"),
            *("eq", "ne", "lt", "le", "gt", "ge", "and_", "or_"),
        )
    },
    "math.ceil": math.ceil,
    "math.floor": math.floor,
    "math.trunc": math.trunc,
    "torch.sym_int": int,
    "torch.sym_float": float,
    "torch.sym_max": max,
    "torch.sym_min": min,
    "torch.sym_not": operator.not_,
}
_NAMESPACES = ("aten", "prims", "quantized_decomposed", "torchvision")
# Of what the export noted of the data, which is no part of the network.
_SKIPPED = ("aten._assert", "aten.sym_constrain", "aten._guards")


def at_hand(size: Mapping[str, Any]) -> int:
    """A size as it was when the graph was exported."""
    if "as_int" in size:
        return int(size["as_int"])
    return int(size["as_expr"]["hint"]["as_int"])


class Exported(torch.nn.Module):
    """A graph's parameters and buffers, without numbers, and its operations in order."""

    def __init__(self, graph_module: Any, weights: Mapping[str, tuple[Any, str]]) -> None:
        super().__init__()
        self._places: Places | None = None  # where to say which module runs: while it is traced
        self._graph = graph_module["graph"]
        self._held: dict[str, str] = {}  # what a name in the graph is of the module
        self._constants: dict[str, Any] = {}
        self._tied: dict[str, Any] = {}  # by where its numbers are, and its shape
        self.names: list[str] = []
        for spec in graph_module["signature"]["input_specs"]:
            ((kind, what),) = spec.items()
            if kind in ("parameter", "buffer", "tensor_constant"):
                path = (
                    what.get("parameter_name")
                    or what.get("buffer_name")
                    or what["tensor_constant_name"]
                )
                name = what["arg"]["name"]
                meta, stored = weights.get(path) or (None, "")
                meta = meta or self._graph["tensor_values"][name]
                self._hold(path, meta, stored, parameter=kind == "parameter")
                self._held[name] = path
            elif kind == "user_input" and "as_tensor" in what["arg"]:
                self.names.append(what["arg"]["as_tensor"]["name"])
            elif kind == "constant_input":
                self._constants[what["name"]] = next(iter(what["value"].values()))
            elif kind != "user_input":
                raise FlopcountError(f"its graph takes {quote(kind)}, which is not read")
            elif "as_none" not in what["arg"] and "as_string" not in what["arg"]:
                raise FlopcountError(
                    "its graph takes a number that is no tensor, which is not read"
                )
        outputs = graph_module["signature"]["output_specs"]
        self._results = [
            out
            for out, spec in zip(self._graph["outputs"], outputs, strict=True)
            if "user_output" in spec
        ]
        self._steps = [_Step(node) for node in self._graph["nodes"]]

    def _hold(self, path: str, meta: Any, stored: str, *, parameter: bool) -> None:
        """Hold a tensor of this shape; the same where another has its numbers, as tied ones do."""
        owner, name = self._owner(path)
        key = f"{parameter} {stored} {meta}" if stored else path
        if key not in self._tied:
            shape = [at_hand(size) for size in meta["sizes"]]
            dtype = getattr(torch, DTYPES[meta["dtype"]])
            tensor: Any = torch.empty(shape, dtype=dtype, device="meta")
            self._tied[key] = (
                torch.nn.Parameter(tensor, requires_grad=False) if parameter else tensor
            )
        if parameter:
            owner.register_parameter(name, self._tied[key])
        else:
            owner.register_buffer(name, self._tied[key])

    def _owner(self, path: str) -> tuple[torch.nn.Module, str]:
        """The module that a path leads to, made where there is none, and the last name of it."""
        owner: torch.nn.Module = self
        *steps, name = path.split(".")
        for step in steps:
            if step not in owner._modules:
                owner.add_module(step, torch.nn.Module())
            owner = owner._modules[step]  # type: ignore[assignment]
        return owner, name

    def follow_places(self, places: Places) -> None:
        """Say in `places` which module each operation is of."""
        self._places = places

    def forward(self, **inputs: Any) -> list[Any]:
        """Run it. Raises `FlopcountError` for an operation that is none of PyTorch's."""
        values: dict[str, Any] = {**self._constants, **inputs}
        for name, path in self._held.items():
            owner, last = self._owner(path)
            values[name] = getattr(owner, last)
        for step in self._steps:
            if self._places is not None:
                self._places.running[-1] = (0, step.place)
            step.run(values)
        return [_value(out, values) for out in self._results]


class _Step:
    """An operation of a graph: what is called, with what, what comes out, and in which module."""

    def __init__(self, node: Mapping[str, Any]) -> None:
        self.target = str(node["target"])
        self.inputs = node["inputs"]
        self.outputs = node["outputs"]
        self.place = _place(node.get("metadata", {}).get("nn_module_stack") or "")
        self.call = _callable(self.target)

    def run(self, values: dict[str, Any]) -> None:
        """Call it, and note what comes out by name."""
        if self.call is None:
            return
        args = [_value(one["arg"], values) for one in self.inputs if one.get("kind", 1) != 2]
        kwargs = {
            one["name"]: _value(one["arg"], values) for one in self.inputs if one.get("kind") == 2
        }
        out = self.call(*args, **kwargs)
        if len(self.outputs) == 1:
            ((kind, what),) = self.outputs[0].items()
            if kind == "as_tensors":
                out = dict(zip((one["name"] for one in what), out, strict=True))
            else:
                out = {_name(what): out}
        else:
            names = [_name(next(iter(one.values()))) for one in self.outputs]
            out = dict(zip(names, out, strict=False))
        values.update(out)


def _name(what: Any) -> str:
    if not isinstance(what, Mapping):
        return ""
    return str(what.get("name") or what.get("as_name") or "")


def _is_of_tensors(operation: Any) -> bool:
    """Whether it is dispatched, as TorchScript's own are not, and opens no file."""
    names = {argument.name for argument in operation._schema.arguments}
    return torch._C._dispatch_has_kernel(operation.name()) and "filename" not in names


def _callable(target: str) -> Callable[..., Any] | None:
    """What a graph's text names: an operation of PyTorch's, or arithmetic on sizes."""
    if target in _ON_NUMBERS:
        return _ON_NUMBERS[target]
    words = target.split(".")
    if words[:2] == ["torch", "ops"] and len(words) == 5 and words[2] in _NAMESPACES:
        if ".".join(words[2:4]).startswith(_SKIPPED):
            return None
        packet = getattr(getattr(torch.ops, words[2]), words[3], None)
        if packet is not None and words[4] in packet.overloads():
            operation = getattr(packet, words[4])
            if _is_of_tensors(operation):
                return operation  # type: ignore[no-any-return]
    raise FlopcountError(f"its graph calls {quote(target)}, which is not read")


_PLAIN = frozenset(
    f"as_{word}"
    for word in ("int", "float", "bool", "string", "ints", "floats", "bools", "strings")
)
_READ: dict[str, Callable[[Any], Any]] = {
    "as_scalar_type": lambda what: getattr(torch, DTYPES[what]),
    "as_memory_format": lambda what: getattr(torch, _FORMATS[what]),
    "as_layout": lambda _: torch.strided,
    "as_device": lambda _: torch.device("cpu"),
    "as_complex": lambda what: complex(what["real"], what["imag"]),
    "as_int_lists": lambda what: [list(one) for one in what],
    "as_none": lambda _: None,
}
_NAMED = frozenset(f"as_{word}" for word in ("tensor", "sym_int", "sym_bool", "sym_float"))


def _value(argument: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """What an argument stands for."""
    ((kind, what),) = argument.items()
    if kind in _PLAIN:
        return what
    if kind in _NAMED:
        return _number(what, values)
    if kind.removesuffix("s") in _NAMED:
        return [_number(one, values) for one in what]
    if kind in ("as_optional_tensor", "as_optional_tensors"):
        several = kind.endswith("s")
        return [_value(one, values) for one in what] if several else _value(what, values)
    if kind in _READ:
        return _READ[kind](what)
    raise FlopcountError(f"its graph has a value {quote(kind)}, which is not read")


def _number(what: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """A tensor or a size by its name, or a whole number."""
    if "name" in what:
        return values[what["name"]]
    ((kind, number),) = what.items()
    return values[number] if kind == "as_name" else number


def _place(stack: str) -> Place:
    """The module of an operation: of ``key,path,class;…`` the last, with the classes before it."""
    steps: Sequence[str] = [step for step in stack.split(";") if step.count(",") >= 2]
    last, classes = "", {}
    for step in steps:
        _, path, kind = step.split(",")[:3]
        path = path.removeprefix("L['self'].").partition("@")[0]
        classes[path] = kind
        last = path
    if not last or last.startswith("_empty"):
        return Place("", ())
    names = last.split(".")
    ways = [".".join(names[: n + 1]) for n in range(len(names))]
    words = tuple(classes.get(way, "").rpartition(".")[2] or "Module" for way in ways)
    return Place(last, words, classes[last].startswith("torch.nn."))

"""The kinds of operations of a model's run, each on small tensors beside its nests."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from ...errors import shorten
from ...writing.cells import shape_text
from .inputs import Inputs
from .reader import Graph
from .sizes import Sizes
from .smaller import Spec, smaller
from .trace import Call, trace
from .values import Beside, TooLargeError, beside, overload, random_tensor

Progress = Callable[[Sequence[Any], str], Any]


class Kind(NamedTuple):
    """Operations of one name and one setting: where the first stands, how many, what came of it.

    `skipped` says why it was not run; one that only moves numbers has no `lines`.
    """

    operation: str
    path: str
    uses: int
    lines: int = 0
    differs: str = ""
    skipped: str = ""


class _Used(NamedTuple):
    name: str
    bound: dict[str, Any]
    held: frozenset[str]
    node: int


class _Graph(Graph):
    """A graph that writes down which operations became nodes, and what they took."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.calls: list[_Used] = []

    def add(self, call: Call) -> None:
        before = len(self.nodes)
        held = frozenset(
            key
            for key, value in call.bound.items()
            if isinstance(value, torch.Tensor) and self.value(value).is_weights
        )
        bound = {key: self._spec(value) for key, value in call.bound.items()}
        super().add(call)
        if len(self.nodes) > before:
            self.calls.append(_Used(call.name, bound, held, len(self.nodes) - 1))

    def _spec(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            kind, turned = str(value.dtype).removeprefix("torch."), self.value(value).turned
            return Spec(tuple(map(int, value.shape)), kind, turned)
        if isinstance(value, list | tuple):
            return [self._spec(part) for part in value]
        return int(value) if isinstance(value, torch.SymInt) else value


class Looked(NamedTuple):
    """A model's kinds of operations, and the layers of another shape than ours, by their path."""

    kinds: tuple[Kind, ...]
    misshapen: Mapping[str, str]


def look(
    module: torch.nn.Module,
    inputs: Inputs,
    *,
    device: str = "cpu",
    within: Callable[[str], bool] = lambda _: True,
    progress: Progress = lambda items, _: items,
) -> Looked:
    """Run each kind of operation of a model's run on small random tensors, beside its nests.

    Of those alone whose path is `within` what is looked at. PyTorch computes on the `device`.
    """
    fake = FakeTensorMode(allow_non_fake_inputs=True)
    graph = _Graph(trace(module, lambda: inputs.mapped(_empty), fake), Sizes())
    rows = graph.network().rows
    found: dict[Any, list[_Used]] = {}
    misshapen = {}
    for used in graph.calls:
        row, traced = rows[used.node], graph.traced[f"#{used.node}"]
        if not within(row.node.path):
            continue
        if row.output != traced[0]:
            ours, theirs = shape_text(row.output), shape_text(traced[0])
            misshapen[row.node.path] = f"output {ours}, in PyTorch {theirs}"
        small = next(iter(smaller(used.name, used.bound)))
        found.setdefault((used.name, used.held, repr(small)), []).append(used)
    run = [
        _kind(used[0], rows[used[0].node].node.path, len(used), device)
        for used in progress(list(found.values()), "running small operations")
    ]
    return Looked(tuple(run), misshapen)


def _empty(_: str, spec: Any) -> Any:
    return torch.empty(spec.shape, dtype=getattr(torch, spec.dtype))


def _kind(used: _Used, path: str, uses: int, device: str) -> Kind:
    """A kind, run as small as it runs."""
    said = ""
    for small in smaller(used.name, used.bound):
        try:
            ran = _run(used, small, device)
        except TooLargeError as error:
            said = str(error)
            continue
        except (RuntimeError, ValueError, IndexError, TypeError, KeyError) as error:
            said = said or shorten(str(error).partition("\n")[0])
            continue
        return Kind(used.name, path, uses, ran.lines, ran.differs, ran.skipped)
    return Kind(used.name, path, uses, skipped=said)


def _run(used: _Used, small: Mapping[str, Any], device: str) -> Beside:
    """Run it on random numbers; where these have no result, as of a root, on others above 0."""
    small = {**small, **CONSTANTS.get(used.name, {})}
    for above_zero in (False, True):
        bound = {
            key: _numbers(value, n, above_zero=above_zero)
            for n, (key, value) in enumerate(small.items())
        }
        function = overload(used.name, bound)
        try:
            ran = beside(used.name, function, bound, used.held, device)
        except (ValueError, OverflowError, ZeroDivisionError, TypeError):
            if above_zero:
                raise
            continue
        if ran.finite and not ran.differs:
            return ran
    return ran


# The numbers of settings that our formulas have; another number is no other operation.
CONSTANTS: Mapping[str, Mapping[str, Any]] = {
    "aten.native_batch_norm": {"eps": 0.001},
    "aten.native_layer_norm": {"eps": 0.00001},
    "aten.native_group_norm": {"eps": 0.00001},
}


def _numbers(value: Any, seed: int, *, above_zero: bool) -> Any:
    if isinstance(value, Spec):
        tensor = random_tensor(
            value.shape[::-1] if value.turned else value.shape, value.dtype, seed=seed
        )
        if above_zero and tensor.is_floating_point():
            tensor = tensor.abs() + 0.1
        return tensor.t() if value.turned else tensor
    if isinstance(value, list):
        return [_numbers(part, seed + 9 * n, above_zero=above_zero) for n, part in enumerate(value)]
    if isinstance(value, torch.dtype) and value.is_floating_point:
        return torch.float64
    return value

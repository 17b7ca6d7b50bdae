"""The kinds of operations of a model's run, each on small tensors beside its nests."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, NamedTuple

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from ....errors import shorten
from ...models.checked import Kind, Progress
from ..graph.reader import Graph
from ..graph.sizes import Sizes
from ..model import TorchModel
from ..operations import OPERATIONS, RECURRENT
from ..run.forward import empty, run
from ..run.trace import Call
from .smaller import Spec, smaller
from .values import Beside, TooLargeError, beside, overload, random_tensor


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
        held = frozenset(key for key, value in call.bound.items() if self._is_held(value))
        bound = {key: self._spec(value) for key, value in call.bound.items()}
        super().add(call)
        if len(self.nodes) > before:
            self.calls.append(_Used(call.name, bound, held, len(self.nodes) - 1))

    def _is_held(self, value: Any) -> bool:
        if isinstance(value, list | tuple):
            return bool(value) and all(map(self._is_held, value))
        return isinstance(value, torch.Tensor) and self.value(value).is_weights

    def _spec(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            operand = self.value(value)
            kind = str(value.dtype).removeprefix("torch.")
            return Spec(tuple(map(int, operand.shape)), kind, operand.order)
        if isinstance(value, list | tuple):
            return [self._spec(part) for part in value]
        return int(value) if isinstance(value, torch.SymInt) else value


def look(
    model: TorchModel,
    *,
    device: str = "cpu",
    within: Callable[[str], bool] = lambda _: True,
    progress: Progress = lambda items, _: items,
) -> tuple[tuple[Kind, ...], str]:
    """Run each kind of operation of a model's run on small random tensors, beside its nests.

    Of those alone whose path is `within` what is looked at. PyTorch computes on the `device`. With
    them a note, where the run depends on the numbers that the inputs hold.
    """
    fake = FakeTensorMode(allow_non_fake_inputs=True)
    taken, note = run(model.module, model.inputs, empty, fake, again=model.again)
    graph = _Graph(taken, Sizes())
    rows = graph.network().rows
    found: dict[Any, list[_Used]] = {}
    for used in graph.calls:
        if not within(rows[used.node].node.path):
            continue
        small = next(iter(smaller(used.name, used.bound)))
        found.setdefault((used.name, used.held, repr(small)), []).append(used)
    kinds = tuple(
        _kind(used[0], rows[used[0].node].node.path, len(used), device)
        for used in progress(list(found.values()), "running small operations")
    )
    return kinds, note


def _kind(used: _Used, path: str, uses: int, device: str) -> Kind:
    """A kind, run as small as it runs; one without a rule is not run."""
    if used.name not in OPERATIONS and used.name not in RECURRENT:
        return Kind(used.name, path, uses, skipped="no rule")
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
    ran = None
    for above_zero, eps in product((False, True), EPS if "eps" in small else (None,)):
        bound = {
            key: _numbers(value, n, above_zero=above_zero)
            for n, (key, value) in enumerate(small.items())
        }
        if eps is not None:
            bound["eps"] = eps
        if "embedding_bag" in used.name:
            bound["offsets"] = _bags(bound)
        function = overload(used.name, bound)
        try:
            ran = beside(used.name, function, bound, used.held)
            if device != "cpu":  # after that: a place that is not there ends all work of a GPU
                ran = beside(used.name, function, bound, used.held, device)
        except (ValueError, OverflowError, ZeroDivisionError, TypeError, IndexError):
            if above_zero:
                raise
            continue
        if ran.finite and not ran.differs:
            return ran
    if ran is None:
        raise ValueError("no random numbers have a result")
    return ran


EPS = (0.001, 0.00001)  # what our formulas of norms add: another one is no other operation


def _bags(bound: Mapping[str, Any]) -> Any:
    """Where each of the bags begins, one as large as another, in which all tokens are."""
    tokens, begins = len(bound["indices"]), len(bound["offsets"])
    bags = begins - 1 if bound.get("include_last_offset") else begins
    if bags < 1 or tokens % bags:
        raise ValueError(f"{tokens} tokens fall in no {bags} bags of one size")
    return torch.arange(begins) * (tokens // bags)


def _numbers(value: Any, seed: int, *, above_zero: bool) -> Any:
    """Random numbers for each tensor, its axes lying in memory as they did."""
    if isinstance(value, Spec):
        order = value.order or tuple(range(len(value.shape)))
        most = 1 if above_zero else 2  # of whole numbers, which may be places: the first is there
        shape = [value.shape[axis] for axis in order]
        held = random_tensor(shape, value.dtype, seed=seed, most=most)
        if above_zero and held.is_floating_point():
            held = held.abs() + 0.1
        return held.permute([order.index(axis) for axis in range(len(order))])
    if isinstance(value, list):
        return [_numbers(part, seed + 9 * n, above_zero=above_zero) for n, part in enumerate(value)]
    if isinstance(value, torch.dtype) and value.is_floating_point:
        return torch.float64
    return value

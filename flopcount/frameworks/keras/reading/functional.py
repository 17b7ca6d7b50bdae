"""A functional model's config: its layers, their calls, and in what order these can be made."""

import heapq
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ....core import Scope
from ....errors import FlopcountError, listed, quote
from ...models.operands import Operand
from .config import Constant, Layer, Reference, leaves, references, revived

if TYPE_CHECKING:
    from .graph import Graph


class Functional:
    """A functional model's config: its layers, and each call of each, by what it reads."""

    def __init__(self, model: Layer) -> None:
        self.layers = model.layers
        self.by_name = {layer.name: layer for layer in self.layers}
        self.inputs = leaves(model.get("input_layers"))
        self.outputs = model.get("output_layers")
        self.called: dict[tuple[str, int], tuple[list[Any], dict[str, Any]]] = {}
        legacy = False
        for layer in self.layers:
            for number, node in enumerate(layer.inbound):
                legacy = legacy or isinstance(node, list)
                self.called[layer.name, number] = _arguments(node)
        # Keras 2 counts a nested model's own making as its first call, Keras 3 does for outputs
        self.shift = {
            layer.name: (int(legacy), int(legacy or layer.kind != "Sequential"))
            for layer in self.layers
            if layer.is_model
        }

    def run(self, graph: "Graph", scope: tuple[Scope, ...], args: Sequence[Any]) -> Any:
        """What comes out. Raises `FlopcountError` for what is read and never made."""
        values: dict[tuple[str, int], list[Operand]] = {}
        for (name, _, _), x in zip(self.inputs.values(), self._bound(args), strict=True):
            values[name, 0] = [x]
        for key in self._order(values):
            layer, (positional, keywords) = self.by_name[key[0]], self.called[key]
            found = graph.call(
                layer, scope, self._filled(positional, values), self._filled(keywords, values)
            )
            values[key] = flattened(found)
        return self._filled(_referred(self.outputs), values, is_output=True)

    def _bound(self, args: Sequence[Any]) -> list[Operand]:
        """The tensors that it is called with, in the order of its inputs."""
        given = args[0] if len(args) == 1 else args
        if isinstance(given, Mapping) and set(given) == set(self.inputs):
            given = [given[name] for name in self.inputs]
        found = flattened(given)
        if len(found) != len(self.inputs):
            raise FlopcountError(f"{len(found)} tensors for {listed([*self.inputs])}")
        return found

    def _at(self, one: Reference, *, is_output: bool = False) -> tuple[str, int]:
        """Which call of which layer a tensor is of."""
        name, number, _ = one
        if name not in self.by_name:
            raise FlopcountError(f"{quote(name)} is read, and no layer has that name")
        shift = self.shift.get(name, (0, 0))[is_output]
        return name, max(number - shift, 0)

    def _order(self, there: Mapping[tuple[str, int], Any]) -> list[tuple[str, int]]:
        """The calls in an order in which each reads what is there, else that of the layers."""
        place = {layer.name: number for number, layer in enumerate(self.layers)}
        calls = [key for key in self.called if key not in there]
        waits: dict[tuple[str, int], int] = {}
        readers: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for key in calls:
            needed = {self._at(one) for one in references(self.called[key])}
            needed = {one for one in needed if one not in there}
            waits[key] = len(needed)
            for one in needed:
                readers.setdefault(one, []).append(key)
        ready = [(place[key[0]], key[1], key) for key in calls if not waits[key]]
        heapq.heapify(ready)
        order = []
        while ready:
            *_, key = heapq.heappop(ready)
            order.append(key)
            for reader in readers.get(key, ()):
                waits[reader] -= 1
                if not waits[reader]:
                    heapq.heappush(ready, (place[reader[0]], reader[1], reader))
        if len(order) < len(calls):
            left = sorted({key[0] for key in calls} - {key[0] for key in order}) or [calls[0][0]]
            raise FlopcountError(f"{quote(left[0])} waits for itself, or for what nobody puts out")
        return order

    def _filled(self, value: Any, values: Mapping[Any, list[Operand]], **at: bool) -> Any:
        """Arguments with the tensors in their places."""
        if isinstance(value, Reference):
            key = self._at(value, **at)
            outputs = values.get(key, ())
            if value[2] >= len(outputs):
                raise FlopcountError(f"{quote(value[0])} has no output {value[2]}, which is read")
            return outputs[value[2]]
        if isinstance(value, Constant):
            return Operand(value.shape)
        if isinstance(value, Mapping):
            return {key: self._filled(part, values, **at) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(part, values, **at) for part in value]
        return value


def _arguments(node: Any) -> tuple[list[Any], dict[str, Any]]:
    """What a layer is called with. Raises `FlopcountError`.

    Keras 3 writes arguments, Keras 2 a list of tensors, each with keywords behind it.
    """
    if isinstance(node, Mapping):
        args, kwargs = revived(node.get("args", [])), revived(node.get("kwargs", {}))
        if isinstance(args, list) and isinstance(kwargs, dict):
            return args, kwargs
    elif isinstance(node, list | tuple) and node:
        if isinstance(node[0], str):
            node = [node]
        found = [Reference((one[0], one[1], one[2])) for one in node if _is_legacy(one)]
        if len(found) == len(node):
            kwargs = {}
            for one in node:
                if len(one) > 3 and isinstance(one[3], Mapping):
                    kwargs |= {key: _legacy(part) for key, part in one[3].items()}
            return [found[0] if len(found) == 1 else found], kwargs
    raise FlopcountError("a call that cannot be read")


def _is_legacy(one: Any) -> bool:
    return (
        isinstance(one, list | tuple)
        and len(one) >= 3
        and isinstance(one[0], str)
        and all(isinstance(n, int) and n >= 0 for n in one[1:3])
    )


def _legacy(value: Any) -> Any:
    """A keyword of a call in Keras 2: a tensor is a list of three."""
    return Reference(value[:3]) if _is_legacy(value) and len(value) == 3 else revived(value)


def _referred(value: Any) -> Any:
    """A structure of outputs, each leaf as a `Reference`."""
    if _is_legacy(value):
        return Reference(value[:3])
    if isinstance(value, Mapping):
        return {key: _referred(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_referred(part) for part in value]
    raise FlopcountError("its outputs cannot be read")


def flattened(value: Any) -> list[Operand]:
    """All tensors of a structure in order; of a dict by its keys'. Raises for anything else."""
    if isinstance(value, Operand):
        return [value]
    if isinstance(value, Mapping):
        return [one for key in sorted(value, key=str) for one in flattened(value[key])]
    if isinstance(value, list | tuple):
        return [one for part in value for one in flattened(part)]
    raise FlopcountError("what is no tensor where one is read")

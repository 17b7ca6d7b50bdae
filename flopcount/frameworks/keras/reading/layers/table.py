"""The table itself, how a rule gets into it, and what a rule reads and does."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .....core import Op, Scope
from .....core.ops import tensors as ops
from .....errors import FlopcountError
from .....sizes import Shape
from ....models.operands import Made, Operand
from ....models.rules import registered
from ..config import Layer

if TYPE_CHECKING:
    from ..graph import Graph

Rule: TypeAlias = Callable[["Call"], Any]
LAYERS: dict[str, Rule] = {}
OPERATIONS: dict[str, Rule] = {}


def layer(*names: str, table: dict[str, Rule] = LAYERS) -> Callable[[Rule], Rule]:
    """Register a rule for classes of these names. Raises `ValueError` for one that has one."""
    return registered(table, *names)


def operation(*names: str) -> Callable[[Rule], Rule]:
    """Likewise, for operations of ``keras.ops``."""
    return layer(*names, table=OPERATIONS)


class Call:
    """A call of a layer: its settings, what it is called with, and where it stands in the graph."""

    def __init__(
        self,
        graph: "Graph",
        layer: Layer,
        scope: tuple[Scope, ...],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.graph, self.layer, self.scope = graph, layer, scope
        self.args, self.kwargs = args, kwargs or {}

    def argument(self, place: int, *names: str) -> Any:
        """What it is called with at a place, or by one of some names; None where it is left out."""
        if place < len(self.args):
            return self.args[place]
        return next((self.kwargs[name] for name in names if name in self.kwargs), None)

    def tensors(self, place: int = 0, *names: str) -> list[Operand]:
        """The tensors that one argument is a list of. Raises `FlopcountError` where it is none."""
        value = self.argument(place, *(names or ("inputs", "xs", "x")))
        found = value if isinstance(value, list | tuple) and not _is_one(value) else [value]
        if not all(map(_is_one, found)):
            raise FlopcountError("it is called with what is no tensor")
        return list(found)

    def tensor(self, place: int, *names: str) -> Operand:
        """An argument that is a tensor. Raises `FlopcountError` where it is none."""
        value = self.argument(place, *names)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Operand):
            raise FlopcountError("it is called without the tensor that it reads")
        return value

    @property
    def x(self) -> Operand:
        """The first argument, a tensor."""
        first = next((v for v in self.kwargs.values() if isinstance(v, Operand)), None)
        if not self.args and first is not None:
            return first
        return self.tensor(0)

    @property
    def is_first(self) -> bool:
        """Whether its channels come before the grid."""
        return self.layer.text("data_format", "channels_last") == "channels_first"

    def held(self, name: str, *shape: Any, trains: bool = True) -> Operand:
        """A weight of the layer's: its name in Keras, its shape; `trains`: not measured."""
        return self.graph.weight(
            self.scope, name, tuple(shape), trained=trains, trains=self.layer.trains
        )

    def add(self, op: Op, *reads: Operand, **weights: Operand) -> Operand:
        """Add a node; gives its first output. Weights by their capitals."""
        return self.several(op, *reads, **weights)[0]

    def several(self, op: Op, *reads: Operand, **weights: Operand) -> list[Operand]:
        """Likewise, all of its outputs."""
        return self.graph.put(self.scope, Made(op, reads, weights))

    def view(self, x: Operand, shape: Shape) -> Operand:
        """The same numbers, or some of them, under another shape: no node."""
        return self.graph.under(x, shape)

    def move(self, word: str, shape: Shape, *reads: Operand) -> Operand:
        """A node that moves numbers and computes nothing."""
        return self.add(ops.Move(word, (tuple(shape),)), *reads)

    def within(self, name: str, kind: str) -> "Call":
        """A call of a layer within this one, by its name and class; its settings are these."""
        return Call(
            self.graph, self.layer, (*self.scope, Scope(name, kind)), self.args, self.kwargs
        )

    def inner(self, layer: Layer, args: Sequence[Any], kwargs: dict[str, Any] | None = None) -> Any:
        """Call a layer that this one holds, under its own name."""
        return self.graph.call(layer, self.scope, args, kwargs or {})


def _is_one(value: Any) -> bool:
    return isinstance(value, Operand)

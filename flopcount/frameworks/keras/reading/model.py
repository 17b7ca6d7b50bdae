"""A Keras model of known layers that can be read at whatever sizes, by its config alone."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ....core import Network
from ....errors import FlopcountError, quote
from ....records import dataclass, field
from ....sizes import Shape, Size
from ...models.inputs import Inputs
from ...models.model import Model, Source
from .config import Layer
from .graph import Graph

if TYPE_CHECKING:
    from ....sizes.condition import Condition


@dataclass(frozen=True)
class Opened:
    """A model with names for some axes of its inputs: its layers take them as they take numbers."""

    model: "KerasModel"
    axes: Mapping[str, tuple[Any, ...]]
    steps: Mapping[str, int] = field(default_factory=dict)
    fixed: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes."""
        return self.model.network(
            {
                name: tuple([values[n] if isinstance(n, str) else n for n in shape])
                for name, shape in self.axes.items()
            }
        )

    def misfits(self, values: Mapping[str, Size]) -> "Iterator[Condition]":  # noqa: ARG002
        """None but those that its layers ask for as they are read."""
        return iter(())


@dataclass(kw_only=True)
class KerasModel(Model):
    """What a config says; `declared` are its inputs' shapes there, None where a size is free.

    `free` has the axes that nobody gave a size, each with what asks for it. `frozen` are the
    weights that do not train because their layer is not to, by their keys.
    """

    config: Mapping[str, Any]
    layer: Layer
    declared: Mapping[str, tuple[int | None, ...]]
    free: Mapping[tuple[str, int], str] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()
    reader: ClassVar[str] = "keras"
    framework: ClassVar[str] = "Keras"
    channels_last: ClassVar[bool] = True
    _weights: Mapping[str, Shape] | None = field(default=None, init=False, repr=False)

    def read(self, sizes: Mapping[str, int] | None = None) -> Network:
        """The network, with these sizes for some of the names.

        Raises `FlopcountError` for a model that cannot be read, and where a size is left free.
        """
        self.check_given(sizes or {})
        return super().read(sizes)

    def check_given(self, names: Collection[str]) -> None:  # noqa: D102
        for name, places in self.symbols.items():
            if name not in names and (free := [place for place in places if place in self.free]):
                raise FlopcountError(f"{quote(self.name)}: {self.free[free[0]]}")

    def read_at(self, inputs: Inputs) -> Network:  # noqa: D102
        shapes = {name: tensor.shape for name, tensor in inputs.tensors().items()}
        return self.network(shapes)

    def network(self, shapes: Mapping[str, Shape]) -> Network:
        """The network of these shapes. Raises `FlopcountError` where the model is not for them."""
        if self._weights is None:
            own = {name: _own(self.declared[name], shape) for name, shape in shapes.items()}
            if own != dict(shapes):
                self._network(own)  # the weights' shapes are those of the config's own sizes
        return self._network(shapes)

    def _network(self, shapes: Mapping[str, Any]) -> Network:
        graph = Graph(self._weights)
        network = graph.network(self.layer, shapes)
        if self._weights is None:
            self._weights = {key: held.shape for key, held in graph.held.items()}
            self.frozen = frozenset(graph.frozen)
        return network

    def open(  # noqa: D102
        self,
        inputs: Inputs,
        hints: Mapping[str, int],  # noqa: ARG002  no number has to stand for a name
        steps: Mapping[str, int],
    ) -> Source:
        if steps:
            raise FlopcountError("its layers are read at any size at once")
        axes = {name: tensor.shape for name, tensor in inputs.tensors().items()}
        return Opened(self, axes)


def _own(declared: tuple[int | None, ...], given: Shape) -> Shape:
    """An input's shape as the config has it; where that leaves a size free, as it is given."""
    if len(declared) != len(given):
        return given
    return (1, *[g if n is None else n for n, g in zip(declared[1:], given[1:], strict=True)])

"""A Keras model that was read, layer by layer beside Keras and XLA: variables, shapes, products."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import keras

from .....core import Network, Row
from .....errors import FlopcountError
from .....sizes import product
from .....writing.cells import shape_text
from .....writing.sheet import Column
from ....jax.checking import sides
from ....jax.checking.kinds import look
from ....jax.checking.noting import Noting
from ....jax.checking.products import Counter, Flops
from ....jax.checking.sides import Names, Ours
from ....jax.devices import find_device, versions
from ....models.checked import Beside, Checked, Progress, Result
from ....models.inputs import Inputs
from ....models.model import Model
from ..called import takes
from ..loading import built
from ..program import KerasGraph
from ..scopes import Scopes, layers_of
from ..traced import TracedKeras
from ..tracing import ready
from ..variables import Variable

BESIDE = Beside(
    software="Keras",
    part="layer",
    columns=(
        Column("trainable", "trainable", "count"),
        Column("non_trainable", "not trainable", "count"),
        *sides.COLUMNS,
    ),
    compared=(
        "compared, layer by layer: each variable with Keras' own, the shapes that come out with "
        f"Keras' own, and {sides.COMPARED}"
    ),
    run=sides.RUN,
    never=sides.NEVER,
)


class NotedKeras(Noting, KerasGraph):
    """The graph of a Keras model's program, which writes down what each node is of."""


def check(
    model: Model,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> Result:
    """Compare a model with Keras and XLA, each layer, or those of some names alone.

    A model that was read from its settings is built by Keras of the same settings. Raises
    `FlopcountError` for a layer or a device that is not there, and where Keras runs on another
    backend than JAX.
    """
    where, name = find_device(device)
    network, traced = model.read(), as_traced(model)
    calls = Calls()
    with ready(traced.module, traced.inputs, traced.pack):
        run, variables, scopes = traced.program(traced.inputs, watch=calls)
        meant = sides.named(scopes.layers, modules, "layer")

        def within(way: Names) -> bool:
            return any(way[: len(above)] == above for above in meant)

        own, noted = NotedKeras(run).noted_network()
        looked = [used for used in noted if within(_way(own.nodes[used.place]))]
        kinds = look(looked, own, device=where, progress=progress)
        counts = Counter().of(progress(list(noted), "counting with XLA"))
        xla = sides.theirs(own.rows, noted, counts)
        comparison = _Comparison(network, scopes, variables, xla, calls)
        ways: dict[Names, Any] = {(): traced.module, **scopes.layers}
        lines = [comparison.of(way, layer) for way, layer in ways.items() if within(way)]
    uses = versions(keras=keras.__version__)
    return Result(network, name, uses, tuple(filter(None, lines)), BESIDE, kinds)


def as_traced(model: Model) -> TracedKeras:
    """A model as Keras has it, to be traced: of one that was read from settings, built of them."""
    if isinstance(model, TracedKeras):
        return model
    config = getattr(model, "config", None)
    if config is None:
        raise FlopcountError(f"{model.name}: Keras has nothing that it could be compared with")
    module = built(config, model.name, trust=False)
    wanted = takes(module)
    given = model.inputs.tensors()
    if len(wanted.tensors) != len(given):
        raise FlopcountError(f"{model.name}: Keras builds it with other inputs")
    inputs = Inputs(kwargs=dict(zip(wanted.tensors, given.values(), strict=True)))
    return TracedKeras(name=model.name, inputs=inputs, module=module, pack=wanted.pack)


def _way(node: Any) -> Names:
    return tuple(step.name for step in node.scope)


class Calls:
    """What was seen of layers as they were called: the first call of each."""

    def __init__(self) -> None:
        self.outputs: dict[int, list[tuple[int, ...]]] = {}
        self.arguments: dict[int, tuple[Any, Any]] = {}

    def __call__(self, layer: Any, args: Any, kwargs: Any, found: Any) -> None:
        """Note a call of a layer."""
        shapes = [tuple(one.shape) for one in _arrays(found)]
        if id(layer) not in self.outputs:
            self.outputs[id(layer)] = shapes
            self.arguments[id(layer)] = keras.tree.map_structure(_struct, (args, kwargs))


def _arrays(found: Any) -> Iterable[Any]:
    return [one for one in keras.tree.flatten(found) if hasattr(one, "shape")]


def _struct(value: Any) -> Any:
    """What stands for an array that was traced; anything else as it is."""
    import jax

    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return jax.ShapeDtypeStruct(tuple(value.shape), value.dtype)
    return value


class _Comparison:
    """The rows of a network, by the layers that they are in, beside what Keras has."""

    def __init__(
        self,
        network: Network,
        scopes: Scopes,
        variables: Sequence[Variable],
        xla: Mapping[Names, Flops],
        calls: Calls,
    ) -> None:
        self.scopes, self.xla, self.calls = scopes, xla, calls
        self.ours = sides.below(network.rows)
        self.by_id = {id(variable.value): variable for variable in variables}
        self.held: dict[str, int] = {}
        self.put_out: dict[Names, set[tuple[int, ...]]] = {}
        self.views: dict[str, set[tuple[int, ...]]] = {}
        for at, shape in network.views.items():
            self.views.setdefault(at.partition(":")[0], set()).add(tuple(map(int, shape)))
        for row in network.rows:
            self._note(row)

    def _note(self, row: Row) -> None:
        sizes: dict[str, int] = {}
        for capital, key in row.node.weights.items():  # a gate each, of one parameter
            sizes[key] = sizes.get(key, 0) + int(row.work.parameters[capital])
        self.held |= sizes
        shapes = {tuple(map(int, shape)) for shape in row.held.outputs}
        shapes |= self.views.get(row.node.path, set())
        for way in sides.ways(row):
            self.put_out.setdefault(way, set()).update(shapes)

    def of(self, way: Names, layer: Any) -> Checked | None:
        """A layer beside Keras'; None of one that is not called and holds nothing."""
        called = not way or id(layer) in self.calls.outputs
        below = self._below(layer)
        if not called and not below:
            return None
        ours = self.ours.get(way, Ours(0, 0, {}))
        xla = self.xla.get(way, Flops())
        differs, explained = sides.compared(ours, xla)
        if differs and (within := self._recurrent(way)):
            differs, explained = [], f"Keras computes its products in {'/'.join(within)}"
        differs += self._variables(layer)
        if called and way:
            differs += self._shapes(way, layer)
        numbers = {
            "trainable": sum(product(v.shape) for v in below if v.trainable),
            "non_trainable": sum(product(v.shape) for v in below if not v.trainable),
            "multiplies": ours.multiplies,
            "multiplies_unpadded": ours.unpadded,
            "xla": None if xla.lacks else xla.multiplies,
        }
        name = "/".join(way) or "(all)"
        kind = type(layer).__name__
        return Checked(name, kind, numbers, tuple(differs), explained, ours.unknown)

    def _recurrent(self, way: Names) -> Names:
        """The recurrent layer above a cell, where both sides agree on all that is in it."""
        for end in range(len(way) - 1, 0, -1):
            above = way[:end]
            if isinstance(self.scopes.layer(above), keras.layers.RNN):
                ours, xla = self.ours.get(above), self.xla.get(above)
                return above if ours and xla and xla.agrees(ours.unpadded) else ()
        return ()

    def _below(self, layer: Any) -> list[Variable]:
        """The weights at or below a layer, each once; states of seeds and metrics are none."""
        found = [self.by_id.get(id(weight)) for weight in getattr(layer, "weights", ())]
        return [variable for variable in found if variable is not None]

    def _variables(self, layer: Any) -> list[str]:
        """Where our ops hold more or fewer numbers than a variable of the layer's own has."""
        said = []
        inside = {id(w) for part in layers_of(layer) for w in getattr(part, "weights", ())}
        for variable in self._below(layer):
            ours, size = self.held.get(variable.key, 0), product(variable.shape)
            if id(variable.value) not in inside and ours != size:
                said.append(f"{variable.value.name} {ours:,}, in Keras {size:,}")
        return said

    def _shapes(self, way: Names, layer: Any) -> list[str]:
        """What Keras puts out that we do not."""
        ours = self.put_out.get(way)
        if not ours:
            return []  # nothing of it is computed, or it is a view
        found = [shape for shape in self.calls.outputs[id(layer)] if shape not in ours]
        sizes = {product(shape) for shape in ours}
        wrong = [shape for shape in found if product(shape) not in sizes]
        return [f"Keras puts out {shape_text(shape)}" for shape in wrong[:1]]

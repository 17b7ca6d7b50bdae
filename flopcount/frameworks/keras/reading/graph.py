"""A config's layers → our graph: each call of each layer, once what it reads is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from ....core import Network, Scope
from ....errors import FlopcountError, quote
from ....sizes import Shape, differ, is_open, product
from ...models import graph as models
from ...models.graph import Held
from ...models.operands import Made, Operand
from .config import Layer, NotPlainError, leaves, read_layer
from .functional import flattened
from .layers import LAYERS, OPERATIONS
from .layers.table import Call, Rule

Scopes = tuple[Scope, ...]
MOST_CALLS = 100_000  # of layers, those of nested models each time
# What comes of a setting that is something else than it should be.
WRONG = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


class LayerError(FlopcountError):
    """What is wrong with a layer, which its message names."""


def rule_of(layer: Layer) -> Rule | None:
    """The rule of a layer or operation; None of one that nobody knows."""
    if not layer.is_known:
        return None
    # an old file does not say where a class is from; a layer says at least whether it trains
    unsaid = not layer.module and "trainable" not in layer.settings and layer.kind in OPERATIONS
    return (OPERATIONS if layer.is_operation or unsaid else LAYERS).get(layer.kind)


class Graph(models.Graph):
    """A graph as it grows, call by call; weights have the `declared` shapes where that is known."""

    def __init__(self, declared: Mapping[str, Shape] | None = None) -> None:
        super().__init__({})
        self.held: dict[str, Held] = {}
        self.declared = declared
        self.frozen: set[str] = set()  # weights that would train, and are not to
        self.calls = 0

    def network(self, model: Layer, inputs: Mapping[str, Shape]) -> Network:
        """The network of a model, with these shapes for its inputs by their names."""
        args = [Operand(shape, port=name) for name, shape in inputs.items()]
        results = self.named_results(model, self.model(model, (), args))
        outputs = {name: one.port for name, one in results.items() if one.port is not None}
        return self.finished(inputs, outputs, {"name": "keras"})

    @staticmethod
    def named_results(model: Layer, found: Any) -> dict[str, Operand]:
        """What comes out of a model, by name."""
        flat = flattened(found)
        names = [str(n) for n in range(len(flat))]
        if model.kind != "Sequential":
            names = list(leaves(model.get("output_layers")))
        return dict(zip(names, flat, strict=False))

    # calls

    def call(self, layer: Layer, scope: Scopes, args: Sequence[Any], kwargs: Any) -> Any:
        """What comes out of a layer. Raises `FlopcountError`, with its name."""
        own = (*scope, Scope(layer.name, layer.kind))
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise FlopcountError(f"more than {MOST_CALLS:,} calls of layers")
        path = "/".join(step.name for step in own)
        try:
            if layer.is_model:
                return self.model(layer, own, args)
            known = rule_of(layer)
            if known is None:
                raise NotPlainError(quote(layer.kind))
            return known(Call(self, layer, own, args, kwargs))
        except (NotPlainError, LayerError):
            raise
        except FlopcountError as error:
            raise LayerError(f"{path}: {error}") from None
        except WRONG as error:
            cause = f"{type(error).__name__}: {error}".partition("\n")[0][:120]
            raise LayerError(f"{path}: its settings as {layer.kind} do not fit ({cause})") from None

    def model(self, model: Layer, scope: Scopes, args: Sequence[Any]) -> Any:
        """What comes out of a model, nested or not."""
        if model.kind == "Sequential":
            (x,) = flattened(args) if len(flattened(args)) == 1 else (None,)
            if x is None:
                raise FlopcountError("a Sequential model reads one tensor")
            for layer in model.layers:
                if layer.kind != "InputLayer":
                    x = self.call(layer, scope, [x], {})
            return x
        return model.functional.run(self, scope, args)

    # what rules add

    def put(self, scope: Scopes, made: Made) -> list[Operand]:
        """Add a node; gives what it puts out."""
        called = "function" if scope and scope[-1].kind in OPERATIONS else "module"
        path = self.node(scope, called, made)
        return [
            self.output(path, number, shape) for number, shape in enumerate(self.given.shapes(made))
        ]

    def under(self, x: Operand, shape: Shape) -> Operand:
        """A value, or a part of it, under another shape."""
        shape = tuple(shape)
        if shape == x.shape:
            return x
        whole = x.whole and product(shape) == product(x.shape)
        value = x._replace(shape=shape, whole=whole)
        return self.seen(value) if x.port is not None else value

    def weight(
        self, scope: Scopes, name: str, shape: Shape, *, trained: bool, trains: bool
    ) -> Operand:
        """A weight by its name in Keras, the same at each use.

        Raises `FlopcountError` where the model has it in another shape.
        """
        key = "/".join([*(step.name for step in scope), name])
        before = self.held[key].shape if key in self.held else None
        if before is None and self.declared is not None:
            before = self.declared.get(key)
        if before is not None and (len(before) != len(shape) or any(map(differ, before, shape))):
            sides = [("×".join(map(str, one)) or "one number") for one in (shape, before)]
            raise FlopcountError(
                f"{name} would be {sides[0]}, and the model has {sides[1]}: the model is for "
                "inputs of another size"
            )
        if any(map(is_open, shape)):
            raise FlopcountError(f"{name} has as many numbers as the size of the input says")
        if key not in self.held:
            self.held[key] = Held(shape, scope, trained)
            if trained and not trains:
                self.frozen.add(key)
        return Operand(shape, held=key, is_parameter=trained)


def unknown_in(model: Layer) -> list[str]:
    """The classes in a model that nobody knows, each once.

    Raises `FlopcountError` where it cannot be read.
    """
    found: dict[str, None] = {}

    def look(layer: Layer) -> None:
        if layer.is_model:
            for one in layer.layers:
                look(one)
            return
        if layer.kind != "InputLayer" and rule_of(layer) is None:
            found[layer.kind] = None
            return
        for name in ("layer", "backward_layer"):  # of cells the rule knows which
            inside = layer.get(name)
            if isinstance(inside, Mapping):
                look(read_layer(inside))

    look(model)
    return list(found)

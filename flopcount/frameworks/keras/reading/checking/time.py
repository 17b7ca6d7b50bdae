"""What the layers of a Keras model take in time: each compiled by itself, on random numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras

from .....errors import FlopcountError, shorten
from ....jax.checking.arrays import filled, random_array
from ....jax.checking.sides import named
from ....jax.devices import find_device
from ....models.checked import Checked, Progress, Result
from ....models.model import Model
from ....models.timed import Timed
from ....timing import measure
from ..loading import without_numbers
from ..traced import TracedKeras
from ..tracing import ready, structs
from ..variables import Variable
from .check import Calls, as_traced

PART, HOW = "layer", "each layer by itself, compiled, on random numbers"


def time_modules(
    model: Model,
    result: Result,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> tuple[Timed, ...]:
    """Time the named layers of a model that was checked, or the whole and the layers right in it.

    Each is called with what it takes first in a run of the model, on random numbers, its variables
    random, too. Raises `FlopcountError` where the device's memory does not hold that.
    """
    where, name = find_device(device)
    traced = as_traced(model)
    calls = Calls()
    with ready(traced.module, traced.inputs, traced.pack):
        _, variables, scopes = traced.program(traced.inputs, watch=calls)
        part = _Part(traced, variables, calls)
        top = [(), *(way for way in scopes.layers if len(way) == 1)]
        ways = named(scopes.layers, modules, PART) if modules else top
        lines = {line.name: line for line in result.layers}
        timed = []
        for way in progress(ways, "timing"):
            line = lines.get("/".join(way) or "(all)")
            layer = scopes.layers.get(way)
            if line is None or (way and id(layer) not in calls.arguments):
                continue
            try:
                timed.append(_timed(line, part.call(layer), where))
            except Exception as error:  # noqa: BLE001  whatever XLA or a layer raises
                said = shorten(str(error).partition("\n")[0])
                text = f"--time: {line.name} does not run on {name}: {said}"
                raise FlopcountError(text) from None
    return tuple(timed)


class _Part:
    """What calls a layer of a model, or the whole, as a function of variables and arguments."""

    def __init__(self, model: TracedKeras, variables: Sequence[Variable], calls: Calls) -> None:
        self.model, self.variables, self.calls = model, variables, calls

    def call(self, layer: Any) -> tuple[Callable[..., Any], list[Any], Any]:
        """A function, the shapes of its variables, and its arguments."""
        held = {id(v) for v in (layer or self.model.module).variables}
        own = [v for v in self.variables if id(v.value) in held]
        given = self.calls.arguments[id(layer)] if layer is not None else None

        def function(values: Sequence[Any], arrays: Any) -> Any:
            mapping = [(v.value, value) for v, value in zip(own, values, strict=True)]
            with keras.StatelessScope(mapping, initialize_variables=False):
                if layer is None:
                    args, kwargs = self.model.pack(arrays)
                    return self.model.module.call(*args, **kwargs)
                args, kwargs = arrays
                return layer.call(*args, **kwargs)

        return function, [v.struct for v in own], given or structs(self.model.inputs)


def _timed(line: Checked, part: tuple[Callable[..., Any], list[Any], Any], device: Any) -> Timed:
    """A layer, compiled and run."""
    function, variables, arguments = part
    values = [random_array(struct, device, n) for n, struct in enumerate(variables)]
    arrays = filled(arguments, device)
    is_array = [hasattr(one, "shape") for one in jax.tree_util.tree_leaves(arrays)]
    leaves, tree = jax.tree_util.tree_flatten(arrays)
    fixed = [None if one else leaf for leaf, one in zip(leaves, is_array, strict=True)]

    def of_arrays(values: Sequence[Any], flowing: Sequence[Any]) -> Any:
        rest = iter(flowing)
        every = [next(rest) if one else leaf for leaf, one in zip(fixed, is_array, strict=True)]
        return function(values, jax.tree_util.tree_unflatten(tree, every))

    flowing = [leaf for leaf, one in zip(leaves, is_array, strict=True) if one]
    with without_numbers():
        compiled = jax.jit(of_arrays).lower(values, flowing).compile()

    def once() -> None:
        jax.block_until_ready(compiled(values, flowing))

    (times,) = measure([(once, line.numbers["multiplies"])])
    return Timed(line.name, line.kind, times, PART)

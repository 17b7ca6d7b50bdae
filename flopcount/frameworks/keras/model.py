"""The rows of a network, called one after the other in Keras: as a model, or on arrays."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...core import Network, Port, Row, walk
from ...core.graph import port
from ...core.ops.lookup import Embed
from ...errors import FlopcountError
from ...sizes import product
from .backend import naming
from .build import Layers
from .parts import layer_name, ones, placed, zeros

Progress = Callable[[Sequence[Row], str], Iterable[Row]]  # the rows again, and what is done to them
Seen = Callable[[Row, list[Any], list[Any]], None]  # a row, what went in, what came out


# By which of Keras' settings a layer's own initializer goes; of all others as it is.
_INITIALIZERS = {
    "kernel_initializer": "glorot_uniform",
    "depthwise_initializer": "glorot_uniform",
    "recurrent_initializer": "orthogonal",
    "embeddings_initializer": "uniform",
}


def unseen(_row: Row, _taken: list[Any], _given: list[Any]) -> None:
    """Look away."""


def quiet(rows: Sequence[Row], what: str) -> Iterable[Row]:  # noqa: ARG001  as `Progress`
    """No progress at all."""
    return rows


def built_rows(network: Network) -> list[Row]:
    """Price a network whose sizes are all known. Raises `FlopcountError` where one is a name."""
    rows = walk(network)
    for row in rows:
        if any(type(size) is not int for size in row.output):
            shape = "×".join(map(str, row.output))
            raise FlopcountError(f"{row.node.path}: Keras builds whole numbers only, not {shape}")
    return rows


def outputs(network: Network, rows: Sequence[Row]) -> list[Port]:
    """What the model gives: the network's results, then all else that no layer reads."""
    read = {at for row in rows for at in row.node.inputs}
    given = [at for row in rows for at in _given(row)]
    last = (at for at in given if at not in read)
    return list(dict.fromkeys([*network.results.values(), *last]))


def inputs(network: Network) -> list[str]:
    """What the model takes: what comes from outside and is read."""
    read = {path for node in network.nodes for path in node.inputs}
    return [path for path in network.inputs if path in read]


def run(  # noqa: PLR0913, PLR0917  one loop for symbols and arrays
    network: Network,
    rows: Sequence[Row],
    layers: Layers,
    tensors: Mapping[str, Any],
    seen: Seen = unseen,
    progress: Progress = quiet,
    what: str = "building",
) -> dict[str, Any]:
    """Call every row on what it reads; `seen` gets the row, what went in and what came out.

    A tensor is dropped after its last reader; what is left are the network's outputs.
    """
    held: dict[Port, Any] = dict(tensors)
    ends = outputs(network, rows)
    kept = set(ends)
    readers: Counter[Port] = Counter(path for row in rows for path in row.node.inputs)
    for row in progress(rows, what):
        taken = [held[path] for path in row.node.inputs]
        output = layers(row, taken)
        given = output if isinstance(output, list) else [output]
        held |= {port(row.node.path, n): tensor for n, tensor in enumerate(given)}
        seen(row, taken, given)
        for path in row.node.inputs:
            readers[path] -= 1
            if not readers[path] and path not in kept:
                del held[path]
    return {at: held[at] for at in ends}


def build(
    network: Network, layers: Layers, progress: Progress = quiet, seen: Seen = unseen
) -> tuple[list[Row], list[Any], list[Any]]:
    """Build a network's Keras layers on symbols: its rows, what it takes and what it gives.

    A part of a network takes what the part reads. Raises `FlopcountError`, with the layer's path,
    for what Keras refuses.
    """
    rows = built_rows(network)
    fits_in_memory(rows, running=False)
    taken, counted = {}, vocabularies(network, rows)
    for path in inputs(network):
        with naming(path):
            dtype = "int32" if path in counted else None
            shape = network.inputs[path]
            taken[path] = layers.keras.Input(shape, dtype=dtype, name=layer_name(path))
    given = run(network, rows, layers, taken, seen, progress)
    return rows, list(taken.values()), list(given.values())


def _alone(tensors: list[Any]) -> Any:
    """A list, or, as Keras users have it, a single tensor by itself."""
    return tensors if len(tensors) > 1 else tensors[0]


def stateless(
    network: Network,
    rows: Sequence[Row],
    layers: Layers,
    seen: Seen = unseen,
    progress: Progress = quiet,
) -> tuple[Callable[[Sequence[Any], Mapping[str, Any]], dict[str, Any]], list[Any]]:
    """A network that was built, as a function of its variables' values and its inputs, for JAX.

    The values come beside it. As arguments they are no constants for the compiler to fold.
    """
    variables = [variable for layer in layers.made() for variable in layer.variables]

    def forward(values: Sequence[Any], arrays: Mapping[str, Any]) -> dict[str, Any]:
        with layers.keras.StatelessScope(list(zip(variables, values, strict=True))):
            return run(network, rows, layers, arrays, seen, progress, "tracing")

    return forward, [variable.value for variable in variables]


def vocabularies(network: Network, rows: Sequence[Row]) -> dict[str, int]:
    """The inputs that are tokens' numbers, each with the smallest table that is looked up in.

    An embedding reads them, or what only moves numbers before it.
    """
    found: dict[Port, int] = {}
    for row in reversed(rows):
        if isinstance(row.node.op, Embed):
            most = row.node.op.vocabulary
        elif row.work.operations or row.work.parameters or row.count("multiplies"):
            continue
        else:
            most = min((found[at] for at in _given(row) if at in found), default=0)
        for at in row.node.inputs if most else ():
            found[at] = min(most, found.get(at, most))
    return {path: most for path, most in found.items() if path in network.inputs}


def _given(row: Row) -> list[Port]:
    return [port(row.node.path, n) for n, _ in enumerate(row.held.outputs)]


def random_images(network: Network, rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """One normal sample of each input of the model; of tokens, numbers below their vocabulary."""
    import keras
    import numpy as np

    rng = np.random.default_rng(seed)
    counted = vocabularies(network, rows)

    def drawn(path: str) -> Any:
        shape = (1, *network.inputs[path])
        if path in counted:
            return rng.integers(counted[path], size=shape, dtype=np.int32)
        return rng.standard_normal(shape, dtype=np.float32)

    with naming("the input"):
        return {path: keras.ops.convert_to_tensor(drawn(path)) for path in inputs(network)}


def random_kernels(seed: int) -> Callable[..., Any]:
    """Kernels that keep what flows through them near 1: normal, with He's √(2 / fan-in)."""
    import numpy as np

    rng = np.random.default_rng(seed)

    def draw(shape: tuple[int, ...], dtype: Any = None) -> Any:  # noqa: ARG001  Keras asks so
        drawn = rng.standard_normal(shape, dtype=np.float32)
        drawn *= np.float32((2 / np.prod(shape[:-1])) ** 0.5)
        return placed(drawn)

    return draw


def to_keras(network: Network, weights: str = "zeros") -> Any:
    """The network as a `keras.Model`; see `Network.to_keras`."""
    from .backend import import_keras

    keras = import_keras()
    if weights == "zeros":
        kernel: Any = zeros
    else:
        try:
            kernel = keras.initializers.get(weights)
        except (ValueError, TypeError):
            raise FlopcountError(f"Keras has no initializer {weights!r}") from None
    layers = Layers(kernel)
    _, taken, given = build(network, layers)
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", network.name).strip("-.")
    with naming(network.output):
        model = keras.Model(_alone(taken), _alone(given), name=name)
    for made in layers.made():  # a copy of the model then starts as Keras' own layers do
        for layer in made._flatten_layers():  # noqa: SLF001  also those within, such as a cell
            for name, value in vars(layer).items():
                filling = getattr(value, "fill", value)
                if filling is zeros or filling is ones:
                    own = _INITIALIZERS.get(name.strip("_"), filling.__name__)
                    setattr(layer, name, keras.initializers.get(own))
    return model


def fits_in_memory(rows: Sequence[Row], *, running: bool) -> None:
    """Raise `FlopcountError` at the first layer that this machine's memory has no room for.

    That is for the weights up to there and, `running`, for what the layer reads and puts out. A
    system may promise memory that it has not, and then end the process without a word.
    """
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on every system
        return
    numbers = 0
    for row in rows:
        numbers += row.known("params") + row.known("norm_stats")
        arrays = (*row.inputs, row.output) if running else ()
        need = 4 * (numbers + sum(product(shape) for shape in arrays))
        if need > memory:
            raise FlopcountError(
                f"{row.node.path}: out of memory: with the weights up to here it takes "
                f"{-(-need // 2**30):,} GiB, the machine has {memory // 2**30:,}"
            )

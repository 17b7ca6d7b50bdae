"""A network's rows beside what Keras and XLA say of the same layers, each number by itself."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ...core import Network, Row, has_weights, walk
from ...errors import FlopcountError
from ...sizes import product
from ...writing.sheet import number, shape_text
from .backend import find_device, import_keras, naming, versions
from .build import Layers
from .model import (
    Progress,
    Seen,
    build,
    fits_in_memory,
    quiet,
    random_images,
    random_kernels,
    run,
    stateless,
)
from .xla import agreement, lowered_flops

# Keras' variables by the count of ours that they are part of.
VARIABLES = {
    "weights": ("kernel",),
    "biases": ("bias",),
    "norm_params": ("gamma", "beta"),
    "norm_stats": ("moving_mean", "moving_variance"),
}
# Those of batch norm by the capital of their parameter in our nests.
_BATCH_NORM = {"gamma": "G", "beta": "S", "moving_mean": "M", "moving_variance": "V"}
KINDS = tuple(name for names in VARIABLES.values() for name in names)


@dataclass(frozen=True, slots=True)
class Checked:
    """A row and what was found: Keras' shape, the size of each variable, XLA's count.

    `flops` is None where the compiler was not asked; `agreement` says how its count was equal
    (``exact``, ``float32``); `differs` has a sentence for each difference.
    """

    row: Row
    layers: tuple[str, ...]
    output: tuple[int, ...]
    variables: Mapping[str, tuple[int, ...]]
    flops: float | None
    agreement: str | None
    differs: tuple[str, ...]

    def size(self, name: str) -> int:
        """How many numbers a variable holds; 0 where it does not exist."""
        return product(self.variables[name]) if name in self.variables else 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found, layer by layer, and on what it ran."""

    network: Network
    backend: str
    device: str
    versions: Mapping[str, str]
    layers: tuple[Checked, ...]

    @property
    def differing(self) -> tuple[Checked, ...]:
        """The layers of which anything differs."""
        return tuple(layer for layer in self.layers if layer.differs)

    def counted(self, agreement: str | None = None) -> int:
        """How many layers' multiplies were compared with the compiler's; equal in a given way."""
        return sum(
            layer.flops is not None and agreement in (None, layer.agreement)
            for layer in self.layers
        )

    @property
    def skipped(self) -> int:
        """Layers with multiplies that no compiler's count was compared with."""
        return sum(
            layer.row.count("multiplies") > 0 and layer.flops is None and not layer.differs
            for layer in self.layers
        )


def check(
    network: Network,
    *,
    backend: str | None = None,
    device: str = "auto",
    progress: Progress = quiet,
) -> Result:
    """Build a network in Keras, run it on random input, and compare it layer by layer.

    Shapes are compared twice, of Keras' symbols and of the arrays that come out; parameters
    variable by variable; multiplies, on JAX, with XLA's count of the bare layer. Raises
    `FlopcountError` where Keras or the device is missing or Keras cannot build or run a layer.
    """
    keras = import_keras(backend)
    backend = str(keras.backend.backend())
    scope, name = find_device(device)
    with scope, _uncollected():
        layers = Layers(random_kernels(seed=0))
        symbols: dict[str, tuple[int, ...]] = {}

        def note(row: Row, _taken: list[Any], output: Any) -> None:
            symbols[row.node.path] = tuple(output.shape[1:])

        try:
            rows, _, _ = build(network, layers, progress, note)
        except FlopcountError as error:
            found = _misshapen(network, symbols, str(error))
            if not found:
                raise
            return Result(network, backend, name, versions(backend), found)
        computed = _forward(network, rows, layers, progress)
        found = tuple(
            _compare(row, layers, symbols, computed, counting=backend == "jax")
            for row in progress(rows, "comparing")
        )
    return Result(network, backend, name, versions(backend), found)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector out: JAX's callback in it would swallow an interruption."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _misshapen(
    network: Network, symbols: Mapping[str, tuple[int, ...]], error: str
) -> tuple[Checked, ...]:
    """The layers of other shapes than ours before the one that Keras could not build for it."""
    found = []
    for row in walk(network):
        shape = _shape(symbols.get(row.node.path, row.output))
        if shape != row.output:
            said = f"output {shape_text(row.output)}, Keras {shape_text(shape)}; then {error}"
            found.append(Checked(row, (), shape, {}, None, None, (said,)))
    return tuple(found)


@dataclass(slots=True)
class _Computed:
    """What came of the arrays: each row's input and output shape, and outputs not all finite."""

    taken: dict[str, tuple[int, ...]]
    output: dict[str, tuple[int, ...]]
    not_finite: set[str]


def _forward(
    network: Network, rows: Sequence[Row], layers: Layers, progress: Progress
) -> _Computed:
    """Run the network on one random sample, layer by layer."""
    import numpy as np

    computed = _Computed({}, {}, set())

    def note(row: Row, taken: list[Any], output: Any) -> None:
        computed.taken[row.node.path] = tuple(taken[0].shape[1:])
        computed.output[row.node.path] = tuple(output.shape[1:])

    fits_in_memory(rows, running=True)
    images = random_images(network, seed=1)
    ends = _run(network, rows, layers, images, note, progress)
    for path, value in ends.items():
        with naming(path):
            if not np.isfinite(layers.keras.ops.convert_to_numpy(value)).all():
                computed.not_finite.add(path)
    return computed


def _run(  # noqa: PLR0913, PLR0917  as `run`
    network: Network,
    rows: Sequence[Row],
    layers: Layers,
    images: Mapping[str, Any],
    note: Seen,
    progress: Progress,
) -> dict[str, Any]:
    """Run the network on arrays: on JAX compiled as a whole, which takes a third of the time.

    There the shapes are those of JAX's tracers, which compute them as the arrays would.
    """
    if layers.keras.backend.backend() != "jax":
        return run(network, rows, layers, images, note, progress, "running")
    import jax

    forward, values = stateless(network, rows, layers, note, progress)
    widest = max(rows, key=lambda row: row.count("activations"))
    with naming(f"the forward pass (largest output: {widest.node.path})"):
        return dict(jax.block_until_ready(jax.jit(forward)(values, images)))


def _compare(
    row: Row,
    layers: Layers,
    symbols: Mapping[str, tuple[int, ...]],
    computed: _Computed,
    *,
    counting: bool,
) -> Checked:
    path, parts = row.node.path, layers.of[row.node.path]
    differs: list[str] = []
    for what, shape in (("Keras", symbols[path]), ("Keras computes", computed.output[path])):
        if _shape(shape) != row.output and not differs:
            differs.append(f"output {shape_text(row.output)}, {what} {shape_text(_shape(shape))}")
    variables, problems = _variables(parts)
    differs += problems
    for count, names in VARIABLES.items():
        sizes = [product(variables[name]) for name in names if name in variables]
        ours = row.count(count)
        if ours != sum(sizes):
            differs.append(f"{count.replace('_', ' ')} {number(ours)}, Keras {number(sum(sizes))}")
    for name, ours in _batch_norm(row).items():
        keras = product(variables[name]) if name in variables else 0
        if ours != keras and not differs:
            differs.append(f"{name.replace('_', ' ')} {number(ours)}, Keras {number(keras)}")
    flops, equal = None, None
    if counting:
        flops, equal, problems = _count(row, parts, _shape(computed.taken[path]))
        differs += problems
    if path in computed.not_finite:
        differs.append("the output is not finite")
    names = tuple(layer.name for layer in parts.values())
    output = _shape(computed.output[path])
    return Checked(row, names, output, variables, flops, equal, tuple(differs))


def _batch_norm(row: Row) -> dict[str, int]:
    """What our row has of each variable of batch norm, of which `VARIABLES` compares the sums."""
    sizes = row.work.parameters
    return {name: int(sizes.get(capital, 0)) for name, capital in _BATCH_NORM.items()}


def _count(
    row: Row, parts: Mapping[str, Any], shape: tuple[int, ...]
) -> tuple[float | None, str | None, list[str]]:
    """XLA's count of a row, how it is equal to ours, and what is wrong with it."""
    if not has_weights(row.node.op):
        unknown = f"no count of XLA is known for the multiplies of {row.node.op.word}"
        return None, None, [unknown] if row.count("multiplies") else []
    with naming(row.node.path):
        try:
            flops = lowered_flops(parts, shape)
        except FlopcountError as error:
            return None, None, [str(error)]
    expected = 2 * row.count("multiplies_unpadded")
    equal = agreement(expected, flops)
    if equal:
        return flops, equal, []
    return flops, None, [f"2 × unpadded multiplies {number(expected)}, XLA {number(flops)}"]


def _shape(found: tuple[int, ...]) -> tuple[int, ...]:
    """A Keras shape as ours: a flat layer puts out 1×1×n."""
    return (*(1,) * (3 - len(found)), *found)


def _variables(parts: Mapping[str, Any]) -> tuple[dict[str, tuple[int, ...]], list[str]]:
    """The variables of a row's Keras layers by kind, and those that no kind is known for."""
    found: dict[str, tuple[int, ...]] = {}
    problems = []
    for layer in parts.values():
        for variable in layer.weights:
            if variable.name in KINDS and variable.name not in found:
                found[variable.name] = tuple(int(size) for size in variable.shape)
            else:
                problems.append(f"Keras has a variable {variable.name!r} that is not counted")
    return found, problems

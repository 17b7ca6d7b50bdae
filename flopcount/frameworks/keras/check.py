"""A network's rows beside what Keras and XLA say of the same layers, each number by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...core import Counts, Network, Row, walk
from ...core.graph import layer_of
from ...errors import FlopcountError, plural, visible
from ...garbage import Uncollected
from ...reading import few_layers
from ...records import dataclass
from ...rewrites import with_part
from ...writing.sheet import Sheet
from .backend import find_device, import_keras, naming, versions
from .build import Layers
from .compare import Checked, Comparison, Seen, as_ours, differing_shapes
from .model import (
    Progress,
    build,
    fits_in_memory,
    quiet,
    random_images,
    random_kernels,
    run,
    stateless,
)
from .model import Seen as Watcher
from .products import Shapes
from .totals import Reported, Total, compare_totals


@dataclass(frozen=True)
class Result:
    """What a check found, layer by layer, and on what it ran."""

    network: Network
    backend: str
    device: str
    versions: Mapping[str, str]
    layers: tuple[Checked, ...]
    totals: tuple[Total, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs, of no layer and of no total."""
        return not self.differing and not self.total_differs

    @property
    def total_differs(self) -> tuple[str, ...]:
        """A sentence for each total that differs; of a batch only where that of one does not."""
        said = {total.name: total.differs for total in reversed(self.totals) if total.differs}
        return tuple(said.values())

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
            layer.row.known("multiplies") > 0 and layer.flops is None and not layer.differs
            for layer in self.layers
        )

    def sheet(self, *, quiet: bool = False) -> Sheet:
        """The table that `flopcount check` prints; `quiet`: of the layers that differ alone."""
        from .report import check_sheet

        return check_sheet(self, quiet=quiet)

    def __str__(self) -> str:
        """What the terminal shows."""
        return str(self.sheet())

    def __repr__(self) -> str:
        """What was checked, and how many layers differ."""
        what, layers = visible(with_part(self.network)), plural(len(self.layers), "layer")
        differing = f"{len(self.differing):,}" if self.differing else "none"
        also = "" if self.equal or self.differing else "; a total differs"
        return f"<Check of {what}: {layers}, {differing} differing{also}>"

    def _repr_markdown_(self) -> str:
        return self.sheet()._repr_markdown_()

    def _repr_html_(self) -> str:
        return self.sheet()._repr_html_()


def check(
    network: Network,
    *,
    backend: str | None = None,
    device: str = "auto",
    progress: Progress = quiet,
    reported: Reported | None = None,
) -> Result:
    """Build a network in Keras, run it on random input, and compare it layer by layer.

    Shapes are compared twice, of Keras' symbols and of the arrays that come out; parameters
    variable by variable; multiplies with Keras' kernel at each position of its output and, those
    inside the image, on JAX, with XLA's count of the bare layer; all others with a small copy of
    the layer, whose nests are run. The totals, which `reported` gives for so many samples, are
    compared with the sums of all that. Raises `FlopcountError` where Keras or the device is missing
    or Keras cannot build or run a layer.
    """
    few_layers(len(network.nodes), "a check takes")
    keras = import_keras(backend)
    backend = str(keras.backend.backend())
    scope, name = find_device(device)
    with scope, Uncollected():  # in a collection JAX's callback would swallow an interruption
        layers = Layers(random_kernels(seed=0))
        symbols: dict[str, Shapes] = {}

        def note(row: Row, _taken: list[Any], given: list[Any]) -> None:
            symbols[row.node.path] = _shapes(given)

        try:
            rows, _, _ = build(network, layers, progress, note)
        except FlopcountError as error:
            found = _misshapen(network, symbols, str(error))
            if not found:
                raise
            return Result(network, backend, name, versions(backend), found)
        seen = _forward(network, rows, layers, symbols, progress)
        comparison = Comparison(rows, layers, counting=backend == "jax")
        found = tuple(
            comparison.of(row, seen[row.node.path]) for row in progress(rows, "comparing")
        )
    totals = compare_totals(found, reported or (lambda samples: Counts(rows, samples)))
    return Result(network, backend, name, versions(backend), found, totals)


def _shapes(tensors: Sequence[Any]) -> Shapes:
    """Their shapes, without the batch."""
    return tuple(tuple(tensor.shape[1:]) for tensor in tensors)


def _misshapen(network: Network, symbols: Mapping[str, Shapes], error: str) -> tuple[Checked, ...]:
    """The layers of other shapes than ours before the one that Keras could not build for it."""
    found = []
    for row in walk(network):
        given = symbols.get(row.node.path)
        outputs = as_ours(given, row) if given else row.held.outputs
        said = differing_shapes(row, outputs)
        if said:
            differs = (f"{said[0]}; then {error}",)
            found.append(Checked(row, (), outputs[0], {}, None, None, differs, {}, None))
    return tuple(found)


def _forward(
    network: Network,
    rows: Sequence[Row],
    layers: Layers,
    symbols: Mapping[str, Shapes],
    progress: Progress,
) -> dict[str, Seen]:
    """Run the network on one random sample, layer by layer: what was seen of each."""
    import numpy as np

    shapes: dict[str, tuple[Shapes, Shapes]] = {}

    def note(row: Row, taken: list[Any], given: list[Any]) -> None:
        shapes[row.node.path] = (_shapes(taken), _shapes(given))

    fits_in_memory(rows, running=True)
    images = random_images(network, rows, seed=1)
    infinite = set()
    for path, value in _run(network, rows, layers, images, note, progress).items():
        with naming(path):
            if not np.isfinite(layers.keras.ops.convert_to_numpy(value)).all():
                infinite.add(layer_of(path))  # of a layer with several, any
    return {
        path: Seen(taken, symbols[path], computed, path not in infinite)
        for path, (taken, computed) in shapes.items()
    }


def _run(  # noqa: PLR0913, PLR0917  as `run`
    network: Network,
    rows: Sequence[Row],
    layers: Layers,
    images: Mapping[str, Any],
    note: Watcher,
    progress: Progress,
) -> dict[str, Any]:
    """Run the network on arrays: on JAX compiled as a whole, which takes a third of the time.

    There the shapes are those of JAX's tracers, which compute them as the arrays would.
    """
    if layers.keras.backend.backend() != "jax":
        return run(network, rows, layers, images, note, progress, "running")
    import jax

    forward, values = stateless(network, rows, layers, note, progress)
    widest = max(rows, key=lambda row: row.known("activations"))
    with naming(f"the forward pass (largest output: {widest.node.path})"):
        return dict(jax.block_until_ready(jax.jit(forward)(values, images)))

"""A primitive of JAX's on small arrays, beside the nests of what it is read as, run literally."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from flopcount.core import Network, Row
from flopcount.core.ops.tensors import FirstTransposed, LastConv, LastTransposed, Product, Scatter
from flopcount.frameworks import literal
from flopcount.frameworks.jax.primitives import Priced
from flopcount.frameworks.jax.reader import Leaf, program_of
from flopcount.frameworks.jax.reader.graph import Graph
from flopcount.frameworks.models.beside import (
    chosen,
    difference,
    free,
    grouped,
    lines_of,
    miscounted,
    moved,
    named,
    row_of,
    starts_of,
)
from flopcount.frameworks.models.operands import Made, Operand


class Case(NamedTuple):
    """A function of arrays; `held` are the places of those that are parameters."""

    function: Callable[..., Any]
    arrays: tuple[Any, ...]
    held: tuple[int, ...] = ()


class Ran(NamedTuple):
    differs: str
    network: Network
    rows: tuple[Row, ...]
    lines: int = 0
    is_view: bool = False


class Noted(Graph):
    """A graph that knows what each of its nodes was made of."""

    made: list[Made]

    def priced(self, scope: Any, made: Priced, outputs: Any) -> Any:
        self.__dict__.setdefault("made", []).append(made.made)
        return super().priced(scope, made, outputs)


def read(case: Case) -> tuple[Network, list[Made]]:
    """The network of a case, its parameters named by their places."""
    leaves = [
        Leaf(f"w{n}") if n in case.held else ("x" if n == 0 else f"x{n}")
        for n in range(len(case.arrays))
    ]
    graph = Noted(program_of(case.function, case.arrays, leaves=leaves))
    network = graph.network()
    return network, graph.__dict__.get("made", [])


def beside(case: Case) -> Ran:
    """Run a case in JAX, and the nests of the one op that it is read as."""
    network, made = read(case)
    found = jax.tree.leaves(case.function(*case.arrays))
    theirs = np.asarray(found[0])
    rows = tuple(row for row in network.rows if row.node.call == "operator")
    if not made:
        return Ran("", network, rows, is_view=True)
    one = _biased(made[-1], network)
    assert len(made) == 1 or one.op.word == "scatter"
    row = row_of(one)
    wide = [_wide(array) for array in case.arrays]
    if not row.work.nests:
        whole = theirs.dtype.kind in "iub"
        return Ran("" if whole else moved(wide, theirs, software="JAX"), network, rows)
    if isinstance(one.op, Scatter):
        return Ran(miscounted(row), network, rows)
    arrays = _arrays(case, wide, one)
    tensors = _tensors(one, row, arrays) | starts_of(row)
    lines = lines_of(row)
    picks = chosen(one, row, arrays) or grouped(row, arrays)
    ours, _ = literal.run_all(row.work.nests, tensors, chosen=picks)
    said = difference(np.asarray(ours), theirs, software="JAX") if case.arrays else ""
    return Ran(said or miscounted(row), network, rows, lines)


def _wide(array: Any) -> Any:
    array = np.asarray(array)
    return array.astype(float) if array.dtype.kind not in "fc" else array


def _arrays(case: Case, wide: Sequence[Any], made: Made) -> dict[str, Any]:
    """The arrays by the port, or the name of what is held, that an op reads them at."""
    arrays: dict[str, Any] = {}
    for number, array in enumerate(wide):
        key = f"w{number}" if number in case.held else ("x" if number == 0 else f"x{number}")
        arrays[key] = arrays[f"={key}"] = array
    for operand in made.reads:
        if operand.port:
            base = arrays[operand.port.partition(":")[0]]
            arrays[operand.port] = _grouped(base, operand.shape)
    if len(wide) > 2:
        arrays["offs"] = np.cumsum(wide[2])
    return arrays


def _grouped(array: Any, shape: Any) -> Any:
    """Samples in groups as channels in groups, where a convolution reads them so."""
    if array.ndim != 4 or len(shape) != 4 or array.shape[0] == shape[0]:
        return array
    batches = array.shape[0] // shape[0]
    apart = array.reshape(batches, *shape[:-1], array.shape[-1])
    return np.moveaxis(apart, 0, -2).reshape(shape)


def _tensors(made: Made, row: Row, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """What the nests read; a kernel that is held has its axes in another order than a layer's."""
    tensors = named(Made(made.op, made.reads), row, arrays)
    for capital, operand in made.weights.items():
        array = arrays[operand.held]
        if operand.order and not isinstance(made.op, Product):
            array = array.transpose([operand.order.index(n) for n in range(len(operand.order))])
        tensors[capital] = _laid_out(made.op, array) if capital == "W" else array
    if "w" in tensors:
        tensors["w"] = _laid_out(made.op, tensors["w"])
    return tensors


def _laid_out(op: Any, kernel: Any) -> Any:
    """A kernel of JAX's, its outputs in groups, as a nest has it: scattered, it is mirrored."""
    groups, axes = getattr(op, "groups", 1), len(op.window.kernel) if hasattr(op, "window") else 0
    last = isinstance(op, LastConv | LastTransposed)
    if isinstance(op, LastTransposed | FirstTransposed):
        spatial = range(axes) if last else range(2, 2 + axes)
        kernel = np.flip(kernel, tuple(spatial))
    if last and groups > 1:  # t c (g k) → t g c k
        *taps, each, out = kernel.shape
        return np.moveaxis(kernel.reshape(*taps, each, groups, out // groups), -2, axes)
    if isinstance(op, FirstTransposed):  # (g k) c t → g c k t
        out, *rest = kernel.shape
        return kernel.reshape(groups, out // groups, *rest).swapaxes(1, 2)
    return kernel


def _biased(made: Made, network: Network) -> Made:
    """An op as the network has it, where a bias was put to it later."""
    node = next((n for n in network.nodes if n.weights.get("B", "").startswith("w")), None)
    if node is None or (not hasattr(node.op, "window") and not isinstance(node.op, Product)):
        return made
    bias = Operand((), held=node.weights["B"], is_parameter=True)
    return Made(node.op, made.reads, {**made.weights, "B": bias})


__all__ = ["Case", "Ran", "beside", "free", "read"]

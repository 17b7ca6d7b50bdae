"""What a report says of a network that was read from a model: by what, and what is not known."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..core import Network, Row
from ..core.graph import layer_of
from ..errors import plural
from ..sizes import product
from .lines import key_of
from .shared import some

_NEARLY_ALL = 900  # of a thousand multiplies
_TITLES = {"torch": "PyTorch", "jax": "JAX", "keras": "Keras", "onnx": "ONNX"}
HOW = (
    "a model is counted as its code runs in evaluation mode, without gradients, on the whole input "
    "as given, its batch included; attention as the products that it is made of, not fused, over "
    "all pairs of queries and keys, whatever a mask hides; of experts, those that are used"
)


class Unpriced(NamedTuple):
    """An operation of which nobody here knows what it computes, and the layers that it is."""

    op: str
    layers: tuple[str, ...]

    @property
    def uses(self) -> int:
        """How often it is there."""
        return len(self.layers)


def unpriced(rows: Iterable[Row]) -> list[Unpriced]:
    """The operations without a count, in the order in which they come."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if not row.held.known:
            found.setdefault(row.node.op.word, []).append(row.node.path)
    return [Unpriced(op, tuple(paths)) for op, paths in found.items()]


def unknown_note(rows: Iterable[Row]) -> str:
    """The sentence that names them; empty where all is known."""
    said = [
        f"{one.op}, {plural(one.uses, 'use')} ({some(one.layers, 3)})" for one in unpriced(rows)
    ]
    return f"unknown, and in no count and no share: {'; '.join(said)}" if said else ""


def read_with(network: Network) -> str:
    """By what a model was read: ``read with PyTorch 2.14.1``; of a table nothing."""
    if not network.reader:
        return ""
    name = network.reader["name"]
    version = network.reader.get(name, "").partition("+")[0]
    return f"read with {_TITLES.get(name, name)} {version}".rstrip()


def unused_note(network: Network, rows: Iterable[Row]) -> str:
    """The parameters that a model holds and does not use when it is run as it was."""
    whole = network.whole or network
    read = {layer_of(port) for node in whole.nodes for port in node.inputs}
    read |= {layer_of(port) for port in whole.results.values()}
    unused = [row for row in rows if row.node.call == "parameter" and row.node.path not in read]
    if not unused:
        return ""
    held = sum(int(product(row.output)) for row in unused if not row.shares)
    modules = list(dict.fromkeys(row.node.module for row in unused))
    used = "is" if held == 1 else "are"
    return f"{held:,} of the parameters {used} not used in this run: those of {some(modules)}"


def deeper_note(rows: Sequence[Row], depth: int) -> str:
    """Where one module holds nearly all multiplies, how deep they are divided."""
    counts = [int(row.count("multiplies") or 0) for row in rows]
    total = sum(counts)
    deepest = max((len(row.node.scope) for row in rows), default=0)
    name, share = _largest(rows, counts, depth)
    if not total or 1000 * share <= _NEARLY_ALL * total or depth >= deepest:
        return ""
    deeper = next(
        (
            deep
            for deep in range(depth + 1, deepest)
            if 1000 * _largest(rows, counts, deep)[1] <= _NEARLY_ALL * total
        ),
        deepest,
    )
    if _largest(rows, counts, deeper)[1] == share:
        return ""
    percent = "all" if share == total else f"{100 * share / total:.1f} %"
    return f"{name} has {percent} of the multiplies; --depth {deeper} shows what is in it"


def _largest(rows: Sequence[Row], counts: Sequence[int], depth: int) -> tuple[str, int]:
    found: Counter[str] = Counter()
    for row, count in zip(rows, counts, strict=True):
        found[str(key_of(row, "module", depth)[0])] += count
    return max(found.items(), key=lambda one: one[1], default=("", 0))

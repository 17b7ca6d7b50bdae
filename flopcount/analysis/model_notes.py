"""What a report says of a network that was read from a model: by what, and what is not known."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..core import PARAMETERS, Network, Row
from ..core.graph import layer_of
from ..errors import plural
from ..notation import as_model, draft_of
from ..sizes import product
from .lines import key_of
from .shared import some

_NEARLY_ALL = 900  # of a thousand multiplies
_TITLES = {"torch": "PyTorch", "jax": "JAX", "keras": "Keras", "onnx": "ONNX"}
# By what read it: how a model is counted.
_HOW = {
    "torch": "a model is counted as its code runs in evaluation mode, without gradients",
    "keras": "a model is counted as it runs in inference, its layers as they are built",
    "jax": "a function is counted as it is traced, a loop by its rounds",
    "onnx": "a file is counted as its graph has it, and nothing of it runs",
}
_OF_ALL = (
    "on the whole input as given, its batch included; attention as the products that it is made "
    "of, not fused, over all pairs of queries and keys, whatever a mask hides; of experts, those "
    "that are used"
)


def how_counted(*networks: Network) -> str:
    """The sentence on how networks are counted that were read from models; nothing of tables."""
    names = dict.fromkeys(network.reader.get("name", "") for network in networks)
    said = [_HOW[name] for name in names if name in _HOW]
    return ", ".join(["; ".join(said), _OF_ALL]) if said else ""


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
    """By what a model was read: ``read with PyTorch 2.14.1``; of what needed nothing, nothing."""
    if not network.reader:
        return ""
    name = network.reader["name"]
    version = network.reader.get(name, "").partition("+")[0]
    return f"read with {_TITLES.get(name, name)} {version}" if version else ""


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


def trained(network: Network, rows: Iterable[Row]) -> tuple[int, int] | None:
    """How many parameters of a Keras model train, and how many do not, as its summary has them.

    Those that do not are moving statistics, and what a layer holds that is frozen. None of others.
    """
    if network.reader.get("name") != "keras":
        return None
    plan = as_model(draft_of(network))
    frozen: frozenset[str] = getattr(plan.model, "frozen", frozenset()) if plan else frozenset()
    every = fixed = 0
    for row in rows:
        weights = row.node.weights
        for capital, size in row.work.parameters.items() if row.held.known else ():
            if capital in row.shares:
                continue
            key = weights.get(capital) or weights.get(capital[0], "")
            every += int(size)
            fixed += int(size) * (PARAMETERS[capital[0]] == "norm_stats" or key in frozen)
    return every - fixed, fixed


def trained_note(network: Network, rows: Sequence[Row]) -> str:
    """The sentence on them, where something that trains elsewhere is frozen; else empty."""
    found = trained(network, rows)
    statistics = sum(int(row.count("norm_stats") or 0) for row in rows)
    if not found or found[1] == statistics:
        return ""
    return f"{found[0]:,} trainable and {found[1]:,} non-trainable parameters (Keras' summary)"


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

"""What public implementations have, and what we say that they have: layer for layer."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import flopcount as fc
from flopcount.core.counts import Counts
from flopcount.core.graph import Row, walk
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.pooling import AdaptivePool, Pool

TABLES = Path(__file__).parents[2] / "tables"
FACTS = Path(__file__).parent


class Layer(NamedTuple):
    kind: str
    kernel: str
    stride: str
    groups: int
    channels: int
    width: int
    grid: str
    output: str
    weights: int
    biases: int
    norm_params: int
    norm_stats: int
    aux: int


Layers = Counter[Layer]
TOTALS = ("multiplies", "multiplies_unpadded", "weights", "biases", "norm_params", "norm_stats")


class Facts(NamedTuple):
    """A facts file: the totals that its first lines give, then the layers."""

    size: str
    totals: dict[str, int]
    aux_totals: dict[str, int]
    layers: Layers


def read_facts(name: str) -> Facts:
    lines = (FACTS / f"{name}.csv").read_text().splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("#"))
    layers: Layers = Counter()
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        cells = list(row.values())
        texts, numbers = cells[:3] + cells[6:8], [*map(int, cells[3:6] + cells[8:13])]
        kind, kernel, stride, grid, output = texts
        layer = Layer(kind, kernel, stride, *numbers[:3], grid, output, *numbers[3:])
        layers[layer] += int(row["times"])
    totals = {key: numbers_in(head.get(key, "")) for key in head if key.startswith("totals")}
    return Facts(
        head["input"],
        totals["totals"],
        totals.get("totals of the auxiliary heads", dict.fromkeys(TOTALS, 0)),
        layers,
    )


def numbers_in(text: str) -> dict[str, int]:
    return {key: int(number) for key, number in (pair.split("=") for pair in text.split())}


def by_by(pair: tuple[int, ...]) -> str:
    return "x".join(map(str, pair))


def heads(network: fc.Network) -> set[str]:
    """The modules after the one that the network ends with."""
    modules = [node.module for node in network.nodes]
    last = next(node.module for node in network.nodes if node.path == network.output)
    return set(modules[len(modules) - modules[::-1].index(last) :])


def as_layer(row: Row, aux: set[str]) -> Layer | None:
    """Our row as the facts have it; None for what they leave out (activations, joins, …)."""
    op, (x, y, cost) = row.node.op, (row.inputs[0], row.output, Counts([row]))
    grid, output = by_by(x[:2]), by_by(y[:2])
    in_aux = int(row.node.module in aux)
    if isinstance(op, Pool | AdaptivePool):
        sliding = isinstance(op, Pool) and not (op.kind == "avg" and output == "1x1")
        kernel = by_by(op.window.kernel) if isinstance(op, Pool) and sliding else "-"
        stride = by_by(op.window.stride) if isinstance(op, Pool) and sliding else "-"
        return Layer(op.word, kernel, stride, 1, x[2], y[2], grid, output, 0, 0, 0, 0, in_aux)
    if not isinstance(op, Conv | Dense):
        return None
    counts = (cost.weights, cost.biases, cost.norm_params, cost.norm_stats, in_aux)
    point = isinstance(op, Conv) and op.window.kernel == (1, 1) and grid == "1x1"
    if isinstance(op, Dense) or point:
        return Layer("dense", "1x1", "1x1", 1, x[0] * x[1] * x[2], y[2], "1x1", "1x1", *counts)
    kernel, stride = by_by(op.window.kernel), by_by(op.window.stride)
    groups = x[2] if op.width is None else op.groups
    return Layer(op.word, kernel, stride, groups, x[2], y[2], grid, output, *counts)


def layers_of(network: fc.Network) -> Layers:
    aux = heads(network)
    return Counter(layer for row in walk(network) if (layer := as_layer(row, aux)))


def difference(ours: Layers, theirs: Layers) -> str:
    """What only one side has, a line each; nothing where the multisets are equal."""
    found = [(who, layers) for who, layers in (("ours", ours - theirs), ("theirs", theirs - ours))]
    return "\n".join(
        f"only {who}: {times} × {layer.kind} {layer.kernel}/{layer.stride} {layer.width}, groups "
        f"{layer.groups}, {layer.grid}x{layer.channels} → {layer.output}, {layer.weights} weights, "
        f"{layer.biases} biases, batch norm {layer.norm_params} + {layer.norm_stats} statistics"
        f"{', in an auxiliary head' if layer.aux else ''}"
        for who, layers in found
        for layer, times in layers.items()
    )


def compare(reference: str, facts: Facts) -> str:
    network = fc.load(reference, input=facts.size, aux=any(layer.aux for layer in facts.layers))
    return difference(layers_of(network), facts.layers)


Patch = Callable[..., str]


def conv(  # noqa: PLR0917  a convolution is six numbers
    k_h: int, k_w: int, channels: int, width: int, height: int, columns: int
) -> int:
    return k_h * k_w * channels * width * height * columns

"""A network read from the config of a Keras model, its nests run literally on Keras' weights."""

import json
from typing import Any

import numpy as np

from flopcount.core import Network, Node
from flopcount.core.graph import layer_of, output_of
from flopcount.core.ops.tensors import (
    ConvLSTM,
    FirstConv,
    FirstTransposed,
    FirstUpsample,
    LastConv,
    LastTransposed,
    LastUpsample,
    Lookup,
    Move,
    Recurrence,
)
from flopcount.frameworks.keras.reading.model import KerasModel
from flopcount.frameworks.keras.reading.plain import plain_model
from flopcount.frameworks.literal import run_all

GATES = {"lstm": "ifgo", "gru": "zrn", "rnn": "h", "convlstm": "ifgo"}


def read(model: Any, given: str | None = None) -> KerasModel:
    """A model of Keras', read from what it would save."""
    return plain_model(json.loads(model.to_json()), "model", given, "")


def weights_of(model: Any) -> dict[str, Any]:
    """The weights of a model by their paths; the states of random numbers are none."""
    found = {v.path: np.asarray(v) for v in model.variables if "seed_generator" not in v.path}
    own = f"{model.name}/"
    return {key.removeprefix(own): value for key, value in found.items()}


class Moved(Exception):  # noqa: N818  no fault: numbers that only moved are not followed
    """A node of which only the shape is known."""


def values(network: Network, weights: dict[str, Any], inputs: dict[str, Any]) -> dict[str, Any]:
    """What each node puts out, by its port."""
    known = dict(inputs)
    for row in network.rows:
        arrays = [at(port, network, known) for port in row.node.inputs]
        if isinstance(row.node.op, Move):
            known[row.node.path] = moved(row.node.op, arrays)
            continue
        tensors = {f"x{n or ''}": array for n, array in enumerate(arrays)}
        for nest in row.work.nests:
            for read_ in nest.form.reads:
                if read_.is_parameter:
                    key = row.node.weights[read_.name]
                    tensors[read_.name] = laid_out(row.node, read_.name, weights[key], nest)
        if isinstance(row.node.op, Lookup):
            known[row.node.path] = weights[row.node.weights["E"]][arrays[0]]
            continue
        tensors |= beside(row)
        result, _ = run_all(row.work.nests, tensors)
        known[row.node.path] = np.asarray(result).reshape(row.output)
    return known


def at(port: str, network: Network, known: dict[str, Any]) -> Any:
    """The numbers at a port, a view of it under another shape."""
    if port in known:
        return known[port]
    base = known[output_of(port)] if output_of(port) in known else known[layer_of(port)]
    shape = network.views[port]
    if base.size != np.prod(shape):
        raise Moved(port)
    return base.reshape(shape)


def moved(op: Move, arrays: list[Any]) -> Any:
    """What comes out of a concatenation; other moves have too many ways."""
    (shape,) = op.outputs
    if op.word == "concat":
        axis = next(n for n, size in enumerate(shape) if size != arrays[0].shape[n])
        return np.concatenate(arrays, axis)
    raise Moved(op.word)


def laid_out(node: Node, capital: str, array: Any, nest: Any) -> Any:
    """A weight of Keras' in the order in which a nest reads it."""
    op = node.op
    if isinstance(op, Recurrence | ConvLSTM):
        if array.ndim == 2 and capital[0] == "B":  # of what enters, and of the state
            array = array[int(capital[:-1] == "Br")]
        gates = GATES[op.word]
        return np.split(array, len(gates), -1)[gates.index(capital[-1])]
    if capital != "W" or not isinstance(
        op, FirstConv | LastConv | FirstTransposed | LastTransposed
    ):
        return array
    taps = array.shape[:-2]
    axes = range(len(taps))
    n = len(taps)
    if isinstance(op, FirstTransposed | LastTransposed):  # taps × out × in
        order = (n + 1, n) if isinstance(op, FirstTransposed) else (*axes, n + 1, n)
        order = (*order, *axes) if isinstance(op, FirstTransposed) else order
        return array.transpose(order)
    groups = int(nest.sizes["g"])
    if op.width is None:  # taps × channels × multiplier
        apart = array[..., None]  # g k c
        order = (n, n + 1, n + 2, *axes) if isinstance(op, FirstConv) else (*axes, n, n + 2, n + 1)
        return apart.transpose(order)
    apart = array.reshape(*taps, array.shape[-2], groups, array.shape[-1] // groups)  # c g k
    if isinstance(op, FirstConv):
        return apart.transpose(n + 1, n + 2, n, *axes)
    return apart.transpose(*axes, n + 1, n, n + 2)


def beside(row: Any) -> dict[str, Any]:
    """What a nest reads that is known beforehand: by how many a mean divides, how near one is."""
    found = {}
    for nest in row.work.nests:
        names = {read_.name for read_ in nest.form.reads}
        meets = nest.meets.get("o:t", ())
        if "n" in names and "o:t" in row.work.nests[0].meets:
            slides = row.work.nests[0].meets["o:t"]
            found["n"] = _outer(
                [_inside(slide, row.work.nests[0], n) for n, slide in enumerate(slides)]
            )
        if "f" in names and isinstance(row.node.op, FirstUpsample | LastUpsample):
            each = [_near(meet) for meet in meets]
            n = len(each)
            product = each[0] if n == 1 else np.einsum("at,bu->abtu", *each)
            found["f"] = product
    return found


def _outer(each: list[Any]) -> Any:
    product = np.ones(())
    for one in each:
        product = np.multiply.outer(product, one)
    return product


def _inside(meet: Any, nest: Any, axis: int) -> Any:
    outputs, taps = nest.sizes["o"][axis], nest.sizes["t"][axis]
    return [sum(meet.lands(o, t) is not None for t in range(taps)) for o in range(outputs)]


def _near(meet: Any) -> Any:
    """How much of each of two neighbours a mean has."""
    table = []
    for o in range(meet.outputs):
        centre = (o + 0.5) * meet.n / meet.outputs - 0.5
        part = centre - np.floor(centre)
        table.append((1 - part, part))
    return np.array(table)

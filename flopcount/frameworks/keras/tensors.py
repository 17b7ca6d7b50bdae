"""What the nests of sequences read, off Keras' layers: gates, heads, tables, turns and choices."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...core.ops.attention import Attention
from ...core.ops.dense import Dense
from ...core.ops.experts import Route
from ...core.ops.lookup import Embed, Position
from ...core.ops.recurrent import Recurrent
from ...sizes import product
from ..copies import Copy
from ..literal import Chosen
from .variables import NORMS, PROJECTIONS, named_variables

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

# Keras' gates in the order of its kernels, by their letter in our nests.
_GATES = {"lstm": "ifgo", "gru": "zrn", "rnn": "h"}


def parameters(copy: Copy, parts: Mapping[str, Any]) -> "dict[str, Array]":
    """The parameters of attention, recurrences and experts, by their names in the nests."""
    import keras

    op = copy.row.node.op
    if not (isinstance(op, Attention | Recurrent) or _has_experts(op)):
        return {}
    held = {
        name: keras.ops.convert_to_numpy(variable.value)
        for name, variable in named_variables(parts)
    }
    if isinstance(op, Attention):
        return _heads(held)
    if isinstance(op, Recurrent):
        return _gates(op, held)
    return {
        capital: held[name] for capital, name in (("W", "kernel"), ("B", "bias")) if name in held
    }


def _heads(held: "Mapping[str, Array]") -> "dict[str, Array]":
    found = {}
    for letter, projection in zip("qkvo", PROJECTIONS, strict=True):
        for capital, own in (("W", "kernel"), ("B", "bias")):
            if f"{projection}/{own}" in held:
                found[f"{capital}{letter}"] = held[f"{projection}/{own}"]
    for letter, norm in zip("qk", NORMS, strict=True):
        if f"{norm}/gamma" in held:
            found[f"G{letter}"] = held[f"{norm}/gamma"]
    return found | ({"E": held["embeddings"]} if "embeddings" in held else {})


def _gates(op: Recurrent, held: "Mapping[str, Array]") -> "dict[str, Array]":
    """Of each gate its columns; a GRU with two biases has one under the other."""
    import numpy as np

    found = {"Wp": held["projection_kernel"]} if "projection_kernel" in held else {}
    known = {"W": "kernel", "Wr": "recurrent_kernel", "B": "bias", "Br": "recurrent_bias"}
    tensors = {own: held[name] for own, name in known.items() if name in held}
    if "B" in tensors and tensors["B"].ndim > 1:
        tensors["B"], tensors["Br"] = tensors["B"]
    gates = _GATES[op.word]
    for own, tensor in tensors.items():
        columns = np.split(tensor, len(gates), axis=-1)
        found |= {f"{own}{gate}": part for gate, part in zip(gates, columns, strict=True)}
    return found


def _has_experts(op: Any) -> bool:
    return isinstance(op, Dense) and op.experts > 0


def known_beforehand(copy: Copy, parts: Mapping[str, Any]) -> "dict[str, Array]":
    """What is no parameter and no input: the turns of a rotary attention, what its cache has."""
    import numpy as np

    op = copy.row.node.op
    found: dict[str, Array] = {}
    if isinstance(op, Attention) and op.rotary:
        for place, shape in enumerate(copy.row.inputs):
            names = [f"{turn}{place or ''}" for turn in ("cos", "sin")]
            found |= zip(names, parts[""].plan.angles(product(shape[:-1])), strict=True)
    if isinstance(op, Attention) and op.cached:
        found["keys"] = found["values"] = parts[""].plan.held()
    if isinstance(op, Attention) and op.past:
        held = parts[""].plan.held()
        new = np.zeros((copy.row.inputs[-1][0], held.shape[-1]))
        found["keys"] = found["values"] = np.concatenate([held, new])
    return found


def choices(copy: Copy, parts: Mapping[str, Any], image: Any) -> Chosen:
    """What the data chooses: tokens' rows, places, distances, and the experts of each token."""
    import keras

    op = copy.row.node.op
    for kind, choose in _CHOICES.items():
        if isinstance(op, kind):
            return choose(copy, parts, keras.ops.convert_to_numpy(image))
    return {}


def _of_tokens(_: Copy, __: Mapping[str, Any], x: "Array") -> Chosen:
    return {"v": (("...",), x[0])}


def _of_places(copy: Copy, _: Mapping[str, Any], x: "Array") -> Chosen:
    import numpy as np

    op, grid = copy.row.node.op, x.shape[1:-1]
    places = getattr(op, "past", 0) + np.arange(int(np.prod(grid)))
    return {"p": (("...",), places.reshape(grid))}


def _of_distances(copy: Copy, parts: Mapping[str, Any], _: "Array") -> Chosen:
    """Of each place, or its place in a window, and each that it sees: which number of the table."""
    import numpy as np

    op = copy.row.node.op
    if not isinstance(op, Attention) or op.relative is None:
        return {}
    plan = parts[""].plan
    queries, keys = ((None, *shape) for shape in (copy.row.inputs[0], copy.row.inputs[-1]))
    numbers, (_, seen) = plan.numbers(queries, keys), plan.sides(queries, keys)
    window, grid = plan.windows(queries), queries[1:-1]
    if window:
        axes = zip(grid, window, plan.shifts(queries), strict=True)
        within = np.meshgrid(*((np.arange(n) - s) % n % w for n, w, s in axes), indexing="ij")
        numbers = numbers[np.ravel_multi_index(within, window)]
    return {"r": (("s", "t"), numbers.reshape(*grid, *seen))}


def _of_router(_: Copy, parts: Mapping[str, Any], x: "Array") -> Chosen:
    import keras

    return {"e": (("...", "n"), keras.ops.convert_to_numpy(parts[""](x)[-1])[0])}


def _in_turn(_: Copy, parts: Mapping[str, Any], x: "Array") -> Chosen:
    layer = parts[""]
    return {"e": (("...",), layer.in_turn(x.shape))} if hasattr(layer, "in_turn") else {}


_CHOICES: Mapping[type, Callable[[Copy, Mapping[str, Any], Any], Chosen]] = {
    Embed: _of_tokens,
    Position: _of_places,
    Attention: _of_distances,
    Route: _of_router,
    Dense: _in_turn,
}

"""The numbers that nests read: of operands, of parameters, and what is known beforehand."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ....core import Row
from ....core.ops.tensors import (
    FirstUpsample,
    Lookup,
    Product,
    Recurrences,
    Reduction,
    Resize,
    Running,
)
from ... import literal
from ...models.beside import STARTS, free
from ...models.operands import Made
from .calls import Call


def named(made: Made, row: Row, arrays: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """The numbers of what the nests read: parameters by their capitals, all else in order."""
    if isinstance(made.op, Recurrences):
        return gates(made, made.op, row, arrays, call)
    tensors = {}
    for capital, operand in made.weights.items():
        array = arrays[operand.held]
        tensors[capital] = array.transpose(operand.order) if operand.order else array
    names = [name for name in free(row) if name not in ("n", "f")]
    reads = made.reads[1:] if isinstance(made.op, Lookup) else made.reads  # but for the indices
    if isinstance(made.op, Product):  # whose constants, that nothing is known of, come first
        names = names[max(len(names) - len(reads), 0) :]
    for name, operand in zip(names, reads, strict=False):
        tensors[name] = arrays[operand.port or operand.held]
    return tensors


def moved(made: Made, arrays: Mapping[str, Any]) -> Any:
    """What a step between others moves: heads apart, a cache before what is new, a mask padded."""
    shape = made.op.nests().outputs[0]
    own = [np.asarray(arrays[o.port or o.held]).reshape(o.shape) for o in made.reads]
    if made.op.word == "transpose" and len(shape) == 4:
        b, heads, tokens, width = shape
        return own[0].reshape(b, tokens, heads, width).transpose(0, 2, 1, 3)
    if made.op.word == "concat":
        others = (n for n, size in enumerate(shape) if size != own[0].shape[n])
        return np.concatenate(own, next(others))
    if made.op.word == "split":
        ends = np.cumsum([each[-1] for each in made.op.nests().outputs])
        return dict(enumerate(np.split(own[0], ends[:-1], axis=-1)))
    if made.op.word == "pad":
        sizes: tuple[int, ...] = own[0].shape
        more = [(0, to - n) for n, to in zip(sizes, shape, strict=True)]
        return np.pad(own[0].astype(float), more, constant_values=-math.inf)
    return None


def gates(
    made: Made, op: Recurrences, row: Row, arrays: Mapping[str, Any], call: Call
) -> dict[str, Any]:
    """What a recurrence reads: all gates of all directions lie in one tensor each."""
    wide, many = int(op.width), len(op.gates)
    x = made.reads[0]
    tensors = {"x": arrays[x.port or x.held]}
    for nest in row.work.nests:
        for read in nest.form.reads:
            name = read.name.rstrip("23")
            kind = name[:-1].upper()
            if kind not in {"W", "WR", "B", "BR", "A"} or name in ("a", "b"):
                continue
            array = call.arrays[{"W": 1, "WR": 2, "B": 3, "BR": 3, "A": 7}[kind]]
            gate = op.gates.index(name[-1]) + (many if kind == "BR" else 0)
            part = array[1 if read.name[-1] == "2" else 0][gate * wide :][:wide]
            tensors[read.name] = part
    tokens, batch = (int(n) for n in x.shape[:2])
    tokens, batch = (batch, tokens) if op.batch_first else (tokens, batch)
    for place in range(len(op.back)):
        for state, at in (("h", 5), ("c", 6)):
            if len(call.arrays) > at and call.arrays[at] is not None:
                given = call.arrays[at]
                own = np.zeros((tokens + 1, batch, wide))
                own[0] = given[:, place] if op.batch_first else given[place]
                tensors[f"{state}{place + 1 if place else ''}"] = own
    return tensors


def chosen(made: Made, row: Row, arrays: Mapping[str, Any]) -> Any:
    """The indices that the data chooses: what a lookup reads, over all loops but the width."""
    if not isinstance(made.op, Lookup):
        return None
    indices = made.reads[0]
    at = indices.port or indices.held
    tokens = arrays[at].astype(int) if at else np.arange(math.prod(indices.shape))
    tokens = np.where(tokens < 0, tokens + int(made.op.vocabulary), tokens)
    nest = row.work.nests[0]
    over = [loop for loop in nest.form.result.axes if loop != "k"]
    return {"v": (over, tokens.reshape([int(n) for loop in over for n in nest.axis(loop)]))}


def beforehand(made: Made, row: Row, call: Call) -> dict[str, Any]:
    """What nests read beside operands, as seen from what the operator does with ones."""
    op, names = made.op, free(row)
    if isinstance(op, Running):
        summed = next(n for n in row.work.nests if n.form.result.name == "h")
        return {"h": np.full(int(summed.elements(summed.form.result)), STARTS.get(op.word, 0.0))}
    if isinstance(op, Reduction) and op.kind == "prod":
        return {"y": np.ones(math.prod(map(int, row.output)))}
    if "n" in names and "n" not in call.known:
        return {"n": _divisors(row, call)}
    if "f" in names and isinstance(op, FirstUpsample | Resize) and "f" not in call.known:
        return {"f": nearness(row, call)}
    return {}


def _first(call: Call, array: Any) -> Any:
    return call.run([array.astype(call.arrays[0].dtype), *call.arrays[1:]])[0]


def _divisors(row: Row, call: Call) -> Any:
    """Of a mean over a window: by how many numbers it is divided, at each place of the grid."""
    summed = next(nest for nest in row.work.nests if nest.form.reduction)
    ones = np.ones(call.arrays[0].shape)
    sums = literal.run(summed, {"x": ones}).values
    read = next(r for nest in row.work.nests for r in nest.form.reads if r.name == "n")
    nest = next(nest for nest in row.work.nests if read in nest.form.reads)
    axes = sum(len(sizes) for sizes in nest.axes(read))
    each = sums / np.reshape(_first(call, ones), sums.shape)
    return each.reshape(-1, *each.shape[-axes:])[0]


def nearness(row: Row, call: Call) -> Any:
    """Of a resampled grid: by how much each output weighs each of its neighbours.

    What is a neighbour twice, at the border, is weighed the first time. Axes behind the grid are
    of no account.
    """
    nest = row.work.nests[0]
    (pair,) = nest.form.meets
    meets = nest.meets[pair]
    x = np.asarray(call.arrays[0])
    first, last = len(nest.axis("...")), len(nest.axis("...")) + len(meets)
    grid = x.shape[first:last]
    to, taps = (tuple(int(n) for n in nest.axis(loop)) for loop in "ot")
    near = np.zeros((*to, *taps))
    weights = np.zeros((*grid, *to))
    after = (0,) * (x.ndim - last)
    for at in np.ndindex(*grid):
        impulse = np.zeros(x.shape)
        impulse[(0,) * first + at + after] = 1
        put = _first(call, impulse)
        weights[at] = put[(0,) * first + (slice(None),) * len(meets) + after]
    for o in np.ndindex(*to):
        seen = set()
        for t in np.ndindex(*taps):
            at = tuple(m.lands(oo, tt) for m, oo, tt in zip(meets, o, t, strict=True))
            if None not in at and at not in seen:
                seen.add(at)
                near[(*o, *t)] = weights[(*at, *o)]
    return near

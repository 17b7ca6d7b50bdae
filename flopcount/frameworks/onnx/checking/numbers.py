"""The numbers that nests read: of operands, of parameters, and what is known beforehand."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ....core import Row
from ....core.ops.tensors import FirstUpsample, Recurrences, Resize
from ...models.beside import divisors, free, named, nearness, starts_of
from ...models.operands import Made
from .calls import Call


def read(made: Made, row: Row, arrays: Mapping[str, Any], call: Call) -> dict[str, Any]:
    """The numbers of all that the nests read: operands, parameters, what is known beforehand."""
    if isinstance(made.op, Recurrences):
        tensors = gates(made, made.op, row, arrays, call)
    else:
        tensors = named(made, row, arrays)
    return {**tensors, **beforehand(row, call), **call.known}


def move(made: Made, arrays: Mapping[str, Any]) -> Any:
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


def beforehand(row: Row, call: Call) -> dict[str, Any]:
    """What nests read beside operands, as seen from what the operator does with ones."""
    names = [name for name in free(row) if name not in call.known]
    if starts := starts_of(row):
        return starts
    if "n" in names:
        ones = np.ones(call.arrays[0].shape)
        return {"n": divisors(row, ones, _first(call, ones))}
    if "f" in names and isinstance(row.node.op, FirstUpsample | Resize):
        return {"f": nearness(row, _impulses(row, call))}
    return {}


def _first(call: Call, array: Any) -> Any:
    return call.run([array.astype(call.arrays[0].dtype), *call.arrays[1:]])[0]


def _impulses(row: Row, call: Call) -> Any:
    """What a resampling makes of a 1 at each place of its grid, which axes may stand behind."""
    nest = row.work.nests[0]
    (meets,) = nest.meets.values()
    shape = call.arrays[0].shape
    first, last = len(nest.axis("...")), len(nest.axis("...")) + len(meets)
    grid, to = shape[first:last], tuple(int(n) for n in nest.axis("o"))
    after = (0,) * (len(shape) - last)
    weights = np.zeros((*grid, *to))
    for at in np.ndindex(*grid):
        impulse = np.zeros(shape)
        impulse[(0,) * first + at + after] = 1
        put = _first(call, impulse)
        weights[at] = put[(0,) * first + (slice(None),) * len(meets) + after]
    return weights

"""What takes numbers from where the data says, or puts them there."""

from typing import Any

import numpy as np

from ....core.ops.tensors import Lookup, Move, Scatter
from ....errors import FlopcountError
from ....sizes import Shape, is_open, minimum, product
from ...models.operands import Made, given_one, own
from ..values import MOST_NUMBERS, NoNumbersError, Value
from .arithmetic import UndecidedError, true
from .common import flowing, moved, reads, viewed, whole
from .folding import all_followed, array, computed, followed, sizes
from .shapes import stated
from .table import Called, Result, rule


@rule("Gather")
def _gather(a: Called) -> Result:
    """Rows of a table that is held are an embedding; of what flows, numbers elsewhere."""
    data, indices = a.values(2)
    rank = len(data.shape)
    axis = whole(a.get("axis", 0), rank)
    shape = (*data.shape[:axis], *indices.shape, *data.shape[axis + 1 :])
    known = indices.numbers is not None and not any(map(is_open, indices.numbers))
    if known and followed(data) and product(shape) <= MOST_NUMBERS:
        taken = _taken(data, indices, axis)
        return computed(taken, data.dtype)
    if data.operand.port is None and not data.operand.is_constant:
        if known and not indices.shape:
            return viewed(data, shape, part=True)
        if rank == 2 and axis == 0:
            return embedded(data, indices)
    return moved("gather", a, shape, data=2)


def _taken(data: Value, indices: Value, axis: int) -> Any:
    size = int(data.shape[axis])
    places = [int(n) for n in indices.numbers or ()]
    if any(not -size <= n < size for n in places):
        raise FlopcountError(f"axis {axis} has {size} numbers, and it takes number {max(places)}")
    taken = np.take(array(data), [n % max(size, 1) for n in places], axis)
    return taken.reshape((*data.shape[:axis], *indices.shape, *data.shape[axis + 1 :]))


def embedded(table: Value, tokens: Value) -> Made:
    """A row of a table for each whole number."""
    _, weights, flows = own(E=table.operand)
    vocabulary, width = table.shape
    op = Lookup(vocabulary, width, given_one(tokens.operand), computed=not weights)
    return Made(op, (tokens.operand, *flows), weights)


@rule("GatherElements")
def _elements(a: Called) -> Result:
    return moved("gather", a, a.values(2)[1].shape, data=2)


@rule("GatherND")
def _rows(a: Called) -> Result:
    data, indices = a.values(2)
    behind = a.get("batch_dims", 0) + _last(indices.shape)
    if behind > len(data.shape):
        raise FlopcountError(f"it indexes {behind} axes of {len(data.shape)}")
    return moved("gather", a, (*indices.shape[:-1], *data.shape[behind:]), data=2)


def _last(shape: Shape) -> int:
    if not shape or is_open(shape[-1]):
        raise NoNumbersError("how many axes it indexes is not known before the model runs")
    return int(shape[-1])


_BY = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}


@rule("Scatter", "ScatterElements", "ScatterND")
def _scatter(a: Called) -> Result:
    """Numbers written at places that the data says, or put to what is there."""
    data, _, updates = a.values(3)
    by = _BY.get(a.get("reduction", "none"))
    if by is None:
        return moved("scatter", a, data.shape, data=3)
    return Made(Scatter("scatter", updates.shape, data.shape, by), reads(*a.values(3)))


@rule("TensorScatter")
def _cached(a: Called) -> Result:
    """Keys or values written behind those that are kept already."""
    return moved("scatter", a, a.x.shape, data=2)


@rule("TopK")
def _largest(a: Called) -> Result:
    """The largest numbers: how many comparisons that takes, the data says."""
    x = a.values(1)[0]
    axis = whole(a.get("axis", -1), len(x.shape))
    (many,) = stated(a, 1, "k") or (1,)
    shape = (*x.shape[:axis], minimum(many, x.shape[axis]), *x.shape[axis + 1 :])
    return Made(Move("topk", (shape, shape)), (*reads(x), *flowing(a.input(1))))


@rule("NonZero")
def _nonzero(a: Called) -> Result:
    """Where numbers are not 0: how many there are, the data says."""
    if not all_followed(a):
        return None
    x = a.values(1)[0]
    try:
        truths = np.array([true(n) for n in array(x).ravel()], bool).reshape(x.shape)
    except UndecidedError:
        return None
    return computed(np.array(np.nonzero(truths)), "int64")


@rule("Compress")
def _compress(a: Called) -> Result:
    x, condition = a.values(2)
    axis = a.get("axis")
    shape = (product(x.shape),) if axis is None else x.shape
    at = 0 if axis is None else whole(axis, len(x.shape))
    if condition.numbers is None:
        return None
    many = sum(map(true, condition.numbers))
    return moved("gather", a, (*shape[:at], many, *shape[at + 1 :]), data=2)


@rule("OneHot")
def _one_hot(a: Called) -> Result:
    indices, depth, _ = a.values(3)
    (many,) = sizes(depth)
    axis = a.get("axis", -1)
    axis = whole(axis, len(indices.shape) + 1)
    shape = (*indices.shape[:axis], many, *indices.shape[axis:])
    return moved("one_hot", a, shape)


@rule("ArrayFeatureExtractor", domain="ai.onnx.ml")
def _features(a: Called) -> Result:
    x, places = a.values(2)
    before = x.shape[:-1] if len(x.shape) > 1 else (1,)
    return moved("gather", a, (*before, product(places.shape)), data=2)

"""What the nests of an op read, by name: operands, parameters, and what is known beforehand.

No input has a say in that: a mean's divisors, the weights of neighbours, where a sum starts.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from ....core import Row
from ....core.ops.tensors import FirstUpsample, Product
from ...models.beside import divisors, nearness, starts_of
from ...models.operands import Made

Call = Callable[[Any], Any]  # the operation, of its first tensor


def known_beforehand(row: Row, free: list[str], x: Any, call: Call) -> dict[str, Any]:
    """The numbers that an op's nests read beside its operands.

    `x` is the operation's first tensor, and `call` calls it on another one in its place: what it
    divides by, and by how much it weighs each neighbour, is seen from what it does with ones.
    """
    op = row.node.op
    if starts := starts_of(row):
        return starts
    if isinstance(op, Product) and len(op.given) > 1 and op.given[0]:
        return _places(x, call)
    if "n" in free:
        ones = np.ones(tuple(x.shape))
        return {"n": divisors(row, ones, _called(x, call, ones))}
    if "f" in free and isinstance(op, FirstUpsample):
        return {"f": nearness(row, _impulses(row, x, call))}
    return {}


def _called(x: Any, call: Call, array: Any) -> Any:
    """What the operation makes of an array in the place of its first tensor."""
    return call(torch.from_numpy(array).to(x)).cpu().numpy()


def _impulses(row: Row, x: Any, call: Call) -> Any:
    """What a resampling makes of a 1 at each place of its grid."""
    (meets,) = row.work.nests[0].meets.values()
    grid = tuple(int(n) for n in x.shape[-len(meets) :])
    to = row.output[-len(meets) :]
    each = np.eye(math.prod(grid)).reshape(-1, 1, *grid)
    return _called(x, call, each).reshape(*grid, *map(int, to))


def gates(
    made: Made, row: Row, arrays: Mapping[str, Any], letters: str, number: int
) -> dict[str, Any]:
    """What the nests of a recurrent layer read: its input, its state, its weights by gate.

    PyTorch has the weights of all gates in one tensor, outputs × inputs; `arrays` are the tensors
    by the names of the operands. `letters` are the gates in its order, and `number` says which of
    the layers and directions it is.
    """
    x, *reads = made.reads
    tensors = {"x": arrays[str(x.port)]}
    there = {capital: arrays[operand.held] for capital, operand in made.weights.items()}
    if not there:  # they come in, behind the state
        states = 2 if made.op.word == "lstm" else 1
        each = [arrays[str(operand.port)] for operand in reads[states:]]
        reads = reads[:states]
        kinds = ["w", "wr", "b", "br"][: len(each) if len(each) in (2, 4) else len(each) - 1]
        pairs = zip(kinds, each, strict=False)
        there = {f"{kind}{gate}": array for kind, array in pairs for gate in letters}
        if len(kinds) < len(each):
            there["wp"] = each[-1]
    for name, array in there.items():
        own = array
        if name.lower() != "wp":
            place = letters.index(name[-1])
            own = np.split(array, len(letters))[place]
        tensors[name] = own.T
    for name, operand in zip("hc", reads, strict=False):
        nest = next(nest for nest in row.work.nests if nest.form.result.name == name)
        shape = [int(n) for sizes in nest.axes(nest.form.result) for n in sizes]
        tensors[name] = np.zeros(shape)
        tensors[name][:, 0] = arrays[str(operand.port)][number]
    return tensors


def _places(theta: Any, call: Call) -> dict[str, Any]:
    """Of the product that turns a grid: the places of the grid, with a 1 behind each."""
    same = torch.eye(theta.shape[1], theta.shape[2], dtype=theta.dtype, device=theta.device)
    places = call(same.expand_as(theta))[0].cpu().numpy()
    return {"x": np.concatenate([places, np.ones((*places.shape[:-1], 1))], -1)}

"""An op's nests, run literally, beside what its own software computes: what both sides share."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...core import Network, Node, Row, Scope, walk
from ...core.ops.tensors import Lookup, Product, Reduction, Running
from ...sizes import product
from .. import literal
from ..counting import counted
from .operands import Made

TOLERANCE = 1e-4  # of the largest number: recurrences are computed in single precision
MOST_LINES = 60_000  # of one operation: about half a second
NAMES = ("n", "f")  # what numbers known beforehand are called: a mean's divisors, how near


def row_of(made: Made) -> Row:
    """An op as a row on its own. Raises `FlopcountError` where the shapes do not fit it."""
    shapes = [operand.shape for operand in made.reads if not operand.is_constant]
    ports = {f"x{number}": shape for number, shape in enumerate(shapes)}
    node = Node("small", made.op, tuple(ports), (Scope("small"),))
    return walk(Network("small", (node,), ports, "small"))[0]


def lines_of(row: Row) -> int:
    """How many lines a run of a row's nests takes."""
    total = 0
    for nest in row.work.nests:
        loops = {*nest.form.loops, *(one for pair in nest.form.meets for one in pair.split(":"))}
        total += product([n for loop in loops for n in nest.axis(loop)])
    return int(total)


def difference(
    ours: Any, theirs: Any, tolerance: float = TOLERANCE, *, software: str = "PyTorch"
) -> str:
    """The first number that differs, as a sentence; "" where none does."""
    ours, theirs = np.ravel(ours).astype(float), np.ravel(theirs).astype(float)
    if ours.size != theirs.size:
        return f"puts out {ours.size} numbers, {software} {theirs.size}"
    finite = abs(theirs[np.isfinite(theirs)])
    near = tolerance * max(1.0, finite.max(initial=0))
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    with np.errstate(invalid="ignore"):
        wrong = ~(same | (abs(ours - theirs) <= near))
    if not wrong.any():
        return ""
    at = int(wrong.argmax())
    return f"number {at} of its result is {ours[at]:.6g}, {software}'s {theirs[at]:.6g}"


def miscounted(row: Row) -> str:
    """A count of an op that is not what its lines did, as a sentence; "" where all are."""
    if any(" and " in nest.text or " or " in nest.text for nest in row.work.nests):
        return ""  # what stands behind one of these is not always run
    for name, did in counted(row.work).counts.items():
        if row.count(name) != did:
            return f"{name} {row.count(name)}, but its lines do {did}"
    return ""


def moved(arrays: Any, theirs: Any, *, software: str = "PyTorch") -> str:
    """Whether something is there that did not come in; what is padded is 0 or without an end."""
    came = {float(n) for array in arrays for n in np.ravel(array)} | {0.0, -math.inf, math.inf}
    for number in np.ravel(theirs):
        if float(number) not in came and not math.isnan(number):
            said = f"only moves numbers, and {software} puts out {number:.6g}"
            return f"{said}, which did not come in"
    return ""


def free(row: Row) -> list[str]:
    """What its nests read and nothing before them puts out, but for parameters, in order.

    The operands of an elementwise op (x, x1, x2, …) stand in their own order.
    """
    made = {nest.form.result.name for nest in row.work.nests if nest.serial}
    free: list[str] = []
    for nest in row.work.nests:
        for read in nest.form.reads:
            if not read.is_parameter and read.name not in made and read.name not in free:
                free.append(read.name)
        made.add(nest.form.result.name)
    numbered = {f"x{n or ''}": n for n in range(100)}
    return sorted(free, key=lambda name: numbered.get(name, 100))


def named(made: Made, row: Row, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of what the nests read: parameters by their capitals, all else in order."""
    tensors = {}
    for capital, operand in made.weights.items():
        array = arrays[operand.held or str(operand.port)]
        tensors[capital] = array.transpose(operand.order) if operand.order else array
    names = [name for name in free(row) if name not in NAMES]
    reads = made.reads[1:] if isinstance(made.op, Lookup) else made.reads  # but for the indices
    if isinstance(made.op, Product):  # whose constants, that nothing is known of, come first
        names = names[max(len(names) - len(reads), 0) :]
    for name, operand in zip(names, reads, strict=False):
        tensors[name] = arrays[operand.port or operand.held]
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


def grouped(row: Row, arrays: Mapping[str, Any]) -> Any:
    """The group of each row that comes in, where a product has one: it ends as ``offs`` says."""
    for nest in row.work.nests:
        if any("?e" in read.axes for read in nest.form.reads):
            rows = np.arange(int(row.inputs[0][0]))
            return {"e": (["m"], np.searchsorted(arrays["offs"], rows, side="right"))}
    return None


_STARTS = {"cumprod": 1.0, "cummax": -math.inf, "cummin": math.inf, "logcumsumexp": -math.inf}


def starts_of(row: Row) -> dict[str, Any]:
    """What a running sum, or a product, starts from; of any other op nothing."""
    op = row.node.op
    if isinstance(op, Running):
        return {"h": np.full(_elements(row, "h"), _STARTS.get(op.word, 0.0))}
    if isinstance(op, Reduction) and op.kind == "prod":
        return {"y": np.ones(math.prod(map(int, row.output)))}
    return {}


def _elements(row: Row, name: str) -> int:
    nests = [nest for nest in row.work.nests if nest.form.result.name == name]
    return int(nests[0].elements(nests[0].form.result))


def divisors(row: Row, ones: Any, means: Any) -> Any:
    """Of a mean over a window: by how many numbers it is divided, at each place of the grid.

    It is seen from the `means` that the software makes of `ones`: no input has a say in it.
    """
    summed = next(nest for nest in row.work.nests if nest.form.reduction)
    sums = literal.run(summed, {"x": ones}).values
    each = sums / np.reshape(means, sums.shape)
    axes = next(
        sum(len(sizes) for sizes in nest.axes(read))
        for nest in row.work.nests
        for read in nest.form.reads
        if read.name == "n"
    )
    return each.reshape(-1, *each.shape[-axes:])[0]


def nearness(row: Row, weights: Any) -> Any:
    """Of a resampled grid: by how much each output weighs each of its neighbours.

    `weights`, of the grid and of the outputs' one, is what the software makes of a 1 at each place.
    What is a neighbour twice, at the border, is weighed the first time; what it takes from other
    numbers than from the neighbours is nobody's weight here, and so is missing in the result.
    """
    nest = row.work.nests[0]
    (pair,) = nest.form.meets
    meets = nest.meets[pair]
    to, taps = (tuple(int(n) for n in nest.axis(loop)) for loop in "ot")
    near = np.zeros((*to, *taps))
    for o in np.ndindex(*to):
        seen = set()
        for t in np.ndindex(*taps):
            at = tuple(m.lands(oo, tt) for m, oo, tt in zip(meets, o, t, strict=True))
            if None not in at and at not in seen:
                seen.add(at)
                near[(*o, *t)] = weights[(*at, *o)]
    return near

"""A node of ONNX on small arrays, beside the nests of what it is read as, run literally.

`call` says what a node is and what it reads, `beside` runs both: ONNX' own reference evaluator (or
what `expected` says where that has no such operator), and our nests, line by line. Both results are
compared, and the counts of the op with what the lines did.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ....core import Row
from ....core.ops.tensors import (
    DeformConv,
    DynamicQuantize,
    GridSample,
    HeadsAttention,
    Recurrences,
    RoiAlign,
    Unknown,
)
from ... import literal
from ...models.beside import chosen, difference, miscounted, moved, row_of
from ...models.operands import Made, Operand
from ..operations import OPERATIONS
from ..operations.table import STEP, Computed, Several, Viewed, put_out
from .calls import Call, call
from .numbers import move, read

__all__ = ["Beside", "Call", "beside", "call"]

ONNX = "ONNX"
SHAPE_ALONE = (DeformConv, GridSample, RoiAlign)  # they choose by numbers worked out on the way
# What each of several outputs is called in the nests.
RESULTS = {Recurrences: ("y", "yh", "yc"), DynamicQuantize: ("y", "u", "z")}


class Beside(NamedTuple):
    """What came of it: what differs ("" where nothing does), the op, how many lines were run.

    `is_shape_alone`: the numbers were not compared; `skipped` says why nothing was.
    """

    result: Any
    differs: str = ""
    lines: int = 0
    skipped: str = ""
    is_shape_alone: bool = False
    rows: tuple[Row, ...] = ()

    def count(self, name: str) -> int:
        """A count of all that the node is read as."""
        return sum(int(row.count(name) or 0) for row in self.rows)


def beside(call: Call) -> Beside:
    """Run a node and what it is read as."""
    rule = OPERATIONS.get((call.domain, call.op))
    result = rule(call.called()) if rule else None
    if result is None:
        return Beside(None, skipped="unknown")
    theirs = [np.asarray(array) for array in call.run()]
    arrays = {f"in{n}": array for n, array in enumerate(call.arrays) if array is not None}
    if isinstance(result, Viewed):
        return Beside(
            result,
            _same(result.shape, theirs[0]) or moved(arrays.values(), theirs[0], software=ONNX),
        )
    if isinstance(result, Computed):
        ours = [theirs[0]] if result.numbers is None else [np.array(result.numbers)]
        return Beside(
            result, _same(result.shape, theirs[0]) or difference(ours[0], theirs[0], software=ONNX)
        )
    if not isinstance(result, Made | Several):
        return Beside(result, skipped="unknown")
    several = result if isinstance(result, Several) else Several((result,))
    done = _Done(call, arrays, theirs)
    first = several.results[0]
    for place, step in enumerate(several.steps):
        is_first = first in {place, place - len(several.steps)}
        if said := done.step(step, puts_out_first=is_first):
            return Beside(result, said, rows=tuple(done.rows))
    said = _compared(several, done.outputs, theirs)
    rows = tuple(done.rows)
    return Beside(result, said, done.lines, done.skipped, done.is_shape_alone, rows)


class _Done:
    """What the steps of a node have done so far: a step's shapes, its numbers where known."""

    def __init__(self, call: Call, arrays: dict[str, Any], theirs: list[Any]) -> None:
        self.call, self.arrays, self.theirs = call, arrays, theirs
        self.rows: list[Row] = []
        self.outputs: list[tuple[Any, Any]] = []
        self.lines = 0
        self.is_shape_alone = False
        self.skipped = ""

    def step(self, step: Made, *, puts_out_first: bool) -> str:
        """Do one more; what is wrong with it, "" where nothing is."""
        self._put_out()
        made, row = step, row_of(step)
        self.rows.append(row)
        ours, said = None, ""
        if isinstance(made.op, Unknown):
            self.skipped = "unknown"
        elif not row.work.nests:
            first = self.theirs[0]
            is_moved = puts_out_first and first.dtype.kind == "f"
            said = moved(self.arrays.values(), first, software=ONNX) if is_moved else ""
            ours = None if puts_out_first else move(made, self.arrays)
        elif isinstance(made.op, SHAPE_ALONE) or getattr(made.op, "smooth", False):
            self.is_shape_alone = True
        else:
            ours, lines = run(made, row, self.arrays, self.call)
            said = miscounted(row)
            self.lines += lines
        self.outputs.append((row.held.outputs, ours))
        return said

    def _put_out(self) -> None:
        """The numbers of the steps so far, by the ports of what they put out."""
        for place, (shapes, numbers) in enumerate(self.outputs):
            several = numbers if isinstance(numbers, Mapping) else {0: numbers}
            for output, own in several.items():
                empty = np.zeros(shapes[output])
                port = str(put_out(place, (), output).port)
                self.arrays[port] = empty if own is None else np.reshape(own, shapes[output])


def _compared(several: Several, outputs: list[Any], theirs: list[Any]) -> str:
    """Each of what a node puts out, its shape, and its numbers where they are known."""
    results = several.results
    if results == (-1,):  # the last step, with all that it puts out
        last = len(several.steps) - 1
        results = tuple(put_out(last, s, n) for n, s in enumerate(outputs[-1][0]))
    for result, array in zip(results, theirs, strict=False):
        if isinstance(result, int):
            step, output = result % len(several.steps), 0
        elif isinstance(result, Operand) and str(result.port).startswith(STEP):
            number, _, second = str(result.port).removeprefix(STEP).partition(":")
            step, output = int(number), int(second or 0)
        else:
            continue
        shapes, numbers = outputs[step]
        shape = result.shape if isinstance(result, Operand) else shapes[output]
        if said := _same(shape, array):
            return said
        own = numbers.get(output) if isinstance(numbers, Mapping) else numbers
        own = own if isinstance(numbers, Mapping) or output == 0 else None
        if own is not None and (said := difference(own, array, software=ONNX)):
            return said
    return ""


def run(made: Made, row: Row, arrays: Mapping[str, Any], call: Call) -> tuple[Any, int]:
    """What a row's nests put out, by its place where there are several, and the lines it took."""
    tensors = read(made, row, arrays, call)
    with np.errstate(all="ignore"):
        held, ran = literal.run_through(row.work.nests, tensors, chosen=chosen(made, row, arrays))
    lines = sum(done.all_lines for done in ran)
    names: tuple[str, ...] = RESULTS.get(type(made.op), ("y",))
    if isinstance(made.op, HeadsAttention) and made.op.scores:
        names = ("y", made.op.scores)
    if names == ("y",):
        return np.asarray(held["y"], float), lines
    named_so = enumerate(names)
    return {n: np.asarray(held[name], float) for n, name in named_so if name in held}, lines


def _same(shape: Any, theirs: Any) -> str:
    ours = tuple(map(int, shape))
    return "" if ours == theirs.shape else f"puts out {ours}, {ONNX} {theirs.shape}"

"""What the rules of several kinds of operators have in common."""

from math import isfinite
from typing import Any

import numpy as np

from ....core import Op
from ....core.ops.tensors import Elementwise, Move
from ....errors import FlopcountError
from ....sizes import Shape, is_open, product
from ...models.operands import Made, Operand, given, number
from ..values import MOST_NUMBERS, Value
from .arithmetic import cast
from .folding import followed
from .table import Called, Computed, Viewed

MOST_SINGLE = 3.4e38  # what a number of single precision can hold


def whole(axis: int, rank: int) -> int:
    """The place of an axis, counted from the front. Raises `FlopcountError` for one not there."""
    if not -max(rank, 1) <= axis < max(rank, 1):
        raise FlopcountError(f"it has {rank} axes, and axis {axis} is none of them")
    return axis % max(rank, 1)


def tidy(value: Any) -> Any:
    """A number as formulas have it: of single precision as it was meant, a whole one without a dot.

    >>> tidy(0.10000000149011612), tidy(6.0), tidy(0.1)
    (0.1, 6, 0.1)
    """
    if not isinstance(value, float) or not isfinite(value):
        return value
    if value.is_integer() and abs(value) < 2**53:
        return int(value)
    if abs(value) < MOST_SINGLE and float(np.float32(value)) == value:
        return float(str(np.float32(value)))
    return value


def reads(*values: Value | Operand | None) -> tuple[Operand, ...]:
    """What an op reads, of those that there are."""
    operands = (one.operand if isinstance(one, Value) else one for one in values)
    return tuple(operand for operand in operands if operand is not None)


def flowing(*values: Value | None) -> tuple[Operand, ...]:
    """Of inputs that say where or how much, those that another layer computes."""
    return tuple(one.operand for one in values if one is not None and one.operand.port is not None)


def moved(word: str, a: Called, *shapes: Shape, data: int = 1) -> Made | Computed:
    """Numbers put elsewhere: the first `data` inputs, and what says where, if a layer computes it.

    What is made of constants alone is one.
    """
    operands = (*reads(*a.inputs[:data]), *flowing(*a.inputs[data:]))
    if len(shapes) == 1 and all(operand.is_constant for operand in operands):
        return Computed(shapes[0], None, a.inputs[0].dtype if a.inputs and a.inputs[0] else "")
    return Made(Move(word, shapes), operands)


def viewed(
    value: Value, shape: Shape, *, part: bool = False, numbers: tuple[Any, ...] | None = None
) -> Viewed | Computed:
    """An input under another shape, or a `part` of it; of a constant, one."""
    source = value.operand
    if followed(value) or source.is_constant:
        return Computed(shape, numbers, value.dtype)
    turned = source.order not in {(), tuple(range(len(source.order)))}
    all_of_it = source.whole and not part and not (turned and shape != source.shape)
    order = source.order if turned and shape == source.shape else ()
    return Viewed(source, shape, all_of_it, order, numbers, value.dtype)


def single(value: Value) -> bool:
    """Whether it is one known number that nothing trains: a factor in a formula."""
    return value.numbers is not None and len(value.numbers) == 1 and value.operand.is_constant


def only(value: Value) -> Any:
    """The number of a value that has one."""
    return value.numbers[0] if value.numbers else None


def computing(op: Op, *operands: Operand) -> Made | Computed:
    """An op of some operands; of constants alone it is one, worked out before anything comes in."""
    if all(operand.is_constant for operand in operands):
        return Computed(op.nests().outputs[0], None, "")
    return Made(op, operands)


def formula(word: str, text: str, *values: Value, steps: tuple[str, ...] = ()) -> Made | Computed:
    """An elementwise op by its formula, ``{0}``, ``{1}`` … its operands: x, x1 …, or numbers.

    `steps` are written before it.
    """
    rank = max((len(value.shape) for value in values if not single(value)), default=-1)
    operands: list[Operand] = []
    names = []
    for value in values:
        if single(value) and len(value.shape) <= rank:
            names.append(number(tidy(only(value))))
        else:
            names.append(f"x{len(operands) or ''}")
            operands.append(value.operand)
    texts = tuple(step.format(*names) for step in (*steps, f"y = {text}"))
    return computing(Elementwise(word, texts, given(tuple(operands))), *operands)


def filled(shape: Shape, value: Any, dtype: str) -> Computed:
    """A constant of one number; too many of it are not followed."""
    if any(not is_open(size) and size < 0 for size in shape):
        raise FlopcountError(f"its shape is {'×'.join(map(str, shape))}, and a size is below 0")
    many = product(shape)
    few = not any(map(is_open, shape)) and many <= MOST_NUMBERS
    return Computed(shape, (cast(value, dtype),) * many if few else None, dtype)


def size_of(shape: Shape) -> str:
    """A shape as people write it."""
    return "×".join(map(str, shape)) or "a single number"

"""What moves numbers: joins, cuts, repeats, pads, turns round."""

from typing import Any

import numpy as np

from ....core.ops.tensors import Move
from ....errors import FlopcountError
from ....sizes import Shape, Size, differ, is_open, maximum, minimum, product, split
from ....sizes.size import ceil_div
from ...models.operands import Made
from ..values import MOST_NUMBERS, NoNumbersError, Value
from .common import moved, reads, size_of, viewed, whole
from .folding import all_followed, array, computed, followed, sizes
from .shapes import spread_to, stated
from .table import Called, Computed, Result, Several, rule

FAR = 2**31 - 1  # a bound that means: to the end


@rule("Concat")
def _concat(a: Called) -> Result:
    values = a.values(1, more=True)
    rank = len(values[0].shape)
    axis = whole(a.get("axis", 1), rank)
    shape = joined([value.shape for value in values], axis)
    if all_followed(a) and not any(map(is_open, shape)) and product(shape) <= MOST_NUMBERS:
        return computed(np.concatenate([array(value) for value in values], axis), values[0].dtype)
    if len(values) == 1:
        return viewed(values[0], shape)
    return moved("concat", a, shape, data=len(values))


def joined(shapes: list[Shape], axis: int) -> Shape:
    """The shape of tensors one behind the other. Raises `FlopcountError` where they do not fit."""
    first = shapes[0]
    for shape in shapes:
        same = len(shape) == len(first)
        if not same or any(
            differ(n, m)
            for place, (n, m) in enumerate(zip(shape, first, strict=True))
            if place != axis
        ):
            sides = " and ".join(map(size_of, (first, shape)))
            raise FlopcountError(f"shapes that do not join along axis {axis}: {sides}")
    total: Size = 0
    for shape in shapes:
        total = total + shape[axis]
    return (*first[:axis], total, *first[axis + 1 :])


@rule("Split")
def _split(a: Called) -> Result:
    x = a.values(1)[0]
    axis = whole(a.get("axis", 0), len(x.shape))
    parts = parts_of(a, x.shape[axis])
    shapes = tuple((*x.shape[:axis], part, *x.shape[axis + 1 :]) for part in parts)
    if x.operand.port is not None:
        return Made(Move("split", shapes), reads(x))
    known = followed(x) and not any(map(is_open, x.shape))
    numbers: list[Any] = [None] * len(parts)
    if known:
        numbers = np.split(array(x), np.cumsum([int(part) for part in parts])[:-1], axis)
    results = tuple(
        computed(numbers[place], x.dtype) if known else viewed(x, shape, part=True)
        for place, shape in enumerate(shapes)
    )
    return Several((), results)


def parts_of(a: Called, size: Size) -> tuple[Size, ...]:
    """The sizes of the parts: as they are said, or equal, the last smaller where it must be."""
    said = stated(a, 1, "split")
    if said:
        total: Size = 0
        for part in said:
            total = total + part
        if differ(total, size):
            raise FlopcountError(f"parts of {' + '.join(map(str, said))} are not {size}")
        return said
    many = a.get("num_outputs") or a.outputs
    if not 1 <= many <= MOST_NUMBERS:
        raise FlopcountError(f"it has {many:,} parts; the limit is {MOST_NUMBERS:,}")
    if "num_outputs" not in a.attributes:
        if differ(size % many, 0):
            raise FlopcountError(f"{size} has no {many} equal parts")
        return (split(size, many),) * many
    each = ceil_div(size, many)
    return (*(each,) * (many - 1), size - (many - 1) * each)


@rule("Slice")
def _slice(a: Called) -> Result:
    x = a.values(1)[0]
    rank = len(x.shape)
    if a.opset < 10 or "starts" in a.attributes:
        starts, ends, axes, steps = (a.get(key) for key in ("starts", "ends", "axes", "steps"))
    else:
        starts, ends, axes, steps = (stated(a, place) for place in (1, 2, 3, 4))
    if starts is None or ends is None:
        raise FlopcountError("it does not say from where to where")
    axes = tuple(range(len(starts))) if axes is None else tuple(whole(n, rank) for n in axes)
    steps = steps or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise FlopcountError("its starts, ends, axes and steps are not equally many")
    shape = list(x.shape)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        shape[axis] = length(x.shape[axis], start, end, step)
    if all(is_all(*cut) for cut in zip(starts, ends, steps, strict=True)):
        return viewed(x, x.shape, numbers=x.numbers)
    if x.operand.port is not None:
        return moved("slice", a, tuple(shape))
    numbers = None
    if x.numbers is not None and not any(map(is_open, shape)):
        taken = array(x)
        for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
            taken = np.take(taken, _indices(x.shape[axis], start, end, step), axis)
        numbers = tuple(taken.ravel().tolist())
    return viewed(x, tuple(shape), part=True, numbers=numbers)


def is_all(start: Size, end: Size, step: Size) -> bool:
    """Whether a slice takes all of an axis, however long that is."""
    return not any(map(is_open, (start, end, step))) and start == 0 and end >= FAR and step == 1


def _bounded(size: Size, bound: Size, low: Size, high: Size) -> Size:
    """A start or an end, counted from the front, from `low` to `high`."""
    if not is_open(bound):
        if bound >= FAR:
            return high
        if bound < 0:
            return low if bound <= -FAR else minimum(maximum(size + bound, low), high)
        return minimum(bound, high)
    if bound.high < 0:
        return minimum(maximum(size + bound, low), high)
    return minimum(bound, high)


def length(size: Size, start: Size, end: Size, step: int) -> Size:
    """How many numbers a slice has: ⌈(end − start) / step⌉, bounds that lie outside drawn in.

    >>> length(10, 1, -1, 2), length(10, -1, -100, -3), length(5, 7, 9, 1)
    (4, 4, 0)
    """
    if is_open(step):
        raise NoNumbersError("its step is not known before the model runs")
    if step == 0:
        raise FlopcountError("its step is 0")
    if step > 0:
        first, last = _bounded(size, start, 0, size), _bounded(size, end, 0, size)
        return maximum(ceil_div(last - first, step), 0)
    first, last = _bounded(size, start, -1, size - 1), _bounded(size, end, -1, size - 1)
    return maximum(ceil_div(first - last, -step), 0)


def _indices(size: int, start: Size, end: Size, step: int) -> list[int]:
    if any(map(is_open, (size, start, end))):
        raise FlopcountError("where it cuts depends on a size with a name")
    return list(range(size))[slice(start, end if end >= -size or step > 0 else None, step)]


@rule("Tile")
def _tile(a: Called) -> Result:
    x, repeats = a.values(1)[0], sizes(a.input(1))
    if len(repeats) != len(x.shape):
        raise FlopcountError(f"{len(repeats)} repeats for {len(x.shape)} axes")
    shape = tuple(n * m for n, m in zip(x.shape, repeats, strict=True))
    if x.numbers is not None and followed(x) and not any(map(is_open, shape)):
        if product(shape) > MOST_NUMBERS:
            return Computed(shape, None, x.dtype)
        return computed(np.tile(array(x), repeats), x.dtype)
    if all(not is_open(n) and n == 1 for n in repeats):
        return x
    return spread_to(a, x, shape, "repeat")


@rule("Pad")
def _pad(a: Called) -> Result:
    x = a.values(1)[0]
    rank = len(x.shape)
    key = "paddings" if a.opset < 2 else "pads"
    pads = stated(a, 1, key)
    axes = stated(a, 3)
    axes = tuple(range(rank)) if axes is None else tuple(whole(n, rank) for n in axes)
    if pads is None or len(pads) != 2 * len(axes):
        raise FlopcountError(f"it pads {len(axes)} axes, and has {len(pads or ())} numbers for it")
    shape = list(x.shape)
    for place, axis in enumerate(axes):
        shape[axis] = maximum(shape[axis] + pads[place] + pads[place + len(axes)], 0)
    if all(not is_open(pad) and pad == 0 for pad in pads):
        return viewed(x, x.shape, numbers=x.numbers)
    if known := _padded(a, x, pads, axes, tuple(shape)):
        return known
    return moved("pad", a, tuple(shape))


def _padded(a: Called, x: Value, pads: Any, axes: Any, shape: Shape) -> Computed | None:
    """Known numbers, such as a list of pads itself, with a constant around."""
    constant = a.get("mode", "constant") == "constant"
    if not constant or not followed(x) or any(is_open(n) or n < 0 for n in pads):
        return None
    if product(shape) > MOST_NUMBERS:
        return None
    value = a.input(2)
    fill = value.numbers[0] if value is not None and value.numbers else a.get("value", 0)
    around = [(0, 0)] * len(x.shape)
    for place, axis in enumerate(axes):
        around[axis] = (pads[place], pads[place + len(axes)])
    return computed(np.pad(array(x), around, constant_values=fill), x.dtype)


@rule("CenterCropPad")
def _centered(a: Called) -> Result:
    x = a.values(1)[0]
    wanted = stated(a, 1) or ()
    rank = len(x.shape)
    axes = a.get("axes")
    axes = tuple(range(rank)) if axes is None else tuple(whole(n, rank) for n in axes)
    shape = list(x.shape)
    for axis, size in zip(axes, wanted, strict=True):
        shape[axis] = size
    return moved("pad", a, tuple(shape))


@rule("ReverseSequence", "Trilu")
def _in_place(a: Called) -> Result:
    return moved("flip" if a.name == "ReverseSequence" else "triangle", a, a.x.shape)

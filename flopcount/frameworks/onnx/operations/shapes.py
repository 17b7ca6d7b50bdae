"""What gives an input another shape, and what tells a shape."""

from collections.abc import Sequence

import numpy as np

from ....core.ops.tensors import Move
from ....errors import FlopcountError, quote
from ....sizes import Shape, Size, differ, is_open, product
from ...models.operands import Made
from ..constants import dtype_of
from ..values import MOST_NUMBERS, Value
from .arithmetic import UndecidedError, cast
from .common import moved, size_of, viewed, whole
from .folding import array, computed, sizes
from .quotients import divided
from .table import Called, Computed, Result, Viewed, rule


def stated(a: Called, place: int, attribute: str = "") -> tuple[Size, ...] | None:
    """Numbers that an input says, or, in older versions, an attribute; None: it is left out.

    Raises `NoNumbersError` where they are computed from data.
    """
    if attribute and attribute in a.attributes:
        said = a.get(attribute)
        return tuple(said) if isinstance(said, Sequence) else (said,)
    value = a.input(place)
    return None if value is None else sizes(value)


def reshaped(x: Shape, wanted: Sequence[Size], *, keep_zero: bool = False) -> Shape:
    """The shape that a reshape gives: 0 copies a size, one −1 takes what is left.

    Raises `FlopcountError` where the numbers of elements differ.
    """
    target: list[Size] = []
    open_at = None
    for place, size in enumerate(wanted):
        if not is_open(size) and size == -1 and open_at is None:
            open_at = place
            target.append(1)
        elif not is_open(size) and size == 0 and not keep_zero:
            if place >= len(x):
                raise FlopcountError(f"axis {place} of {size_of(x)}, which it copies, is not there")
            target.append(x[place])
        elif not is_open(size) and size < 0:
            raise FlopcountError(f"its shape is {size_of(tuple(wanted))}: {size} is no size")
        else:
            target.append(size)
    if open_at is not None:
        target[open_at] = _left(x, target, tuple(wanted))
    elif differ(product(target), product(x)):
        raise FlopcountError(f"{size_of(x)} has other elements than {size_of(tuple(wanted))}")
    return tuple(target)


def _left(x: Shape, target: Sequence[Size], wanted: Shape) -> Size:
    """What remains for −1: sizes that are on both sides are taken away first."""
    rest, others = list(x), [size for size in target if is_open(size) or size != 1]
    for size in list(others):
        if size in rest:
            rest.remove(size)
            others.remove(size)
    above, below = product(rest), product(others)
    if not is_open(below) and below == 0:
        return 0
    size = divided(above, below)
    if size is not None and is_open(size) and (by := size.denominator) > 1:
        size = None if differ(size * by % by, 0) else size
    if size is None:
        raise FlopcountError(
            f"{size_of(x)} cannot be {size_of(wanted)}: {below} does not divide it"
        )
    return size


@rule("Reshape")
def _reshape(a: Called) -> Result:
    x = a.values(1)[0]
    wanted = stated(a, 1, "shape")
    if wanted is None:
        raise FlopcountError("it has no shape")
    shape = reshaped(x.shape, wanted, keep_zero=bool(a.get("allowzero", 0)))
    return viewed(x, shape, numbers=x.numbers)


@rule("Flatten")
def _flatten(a: Called) -> Result:
    x = a.values(1)[0]
    axis = a.get("axis", 1)
    axis = axis + len(x.shape) if axis < 0 else axis
    if not 0 <= axis <= len(x.shape):
        raise FlopcountError(f"{size_of(x.shape)} has no axis {axis} to flatten at")
    return viewed(x, (product(x.shape[:axis]), product(x.shape[axis:])), numbers=x.numbers)


@rule("Squeeze")
def _squeeze(a: Called) -> Result:
    x = a.values(1)[0]
    axes = stated(a, 1, "axes")
    if axes is None:
        gone = {place for place, size in enumerate(x.shape) if not is_open(size) and size == 1}
    else:
        gone = {whole(axis, len(x.shape)) for axis in axes}
    for place in gone:
        if differ(x.shape[place], 1):
            raise FlopcountError(f"axis {place} of {size_of(x.shape)} is not of size 1")
    shape = tuple(size for place, size in enumerate(x.shape) if place not in gone)
    return viewed(x, shape, numbers=x.numbers)


@rule("Unsqueeze")
def _unsqueeze(a: Called) -> Result:
    x = a.values(1)[0]
    axes = stated(a, 1, "axes") or ()
    rank = len(x.shape) + len(axes)
    new = {whole(axis, rank) for axis in axes}
    if len(new) < len(axes):
        raise FlopcountError(f"axes {', '.join(map(str, axes))} name one twice")
    old = iter(x.shape)
    shape = tuple(1 if place in new else next(old) for place in range(rank))
    return viewed(x, shape, numbers=x.numbers)


@rule("Transpose")
def _transpose(a: Called) -> Result:
    """Of a weight its axes in another order, and nothing done; else numbers are moved.

    Where all but one of the axes are 1 nothing moves; another batch is no other network, though.
    """
    x = a.values(1)[0]
    rank = len(x.shape)
    order = tuple(a.get("perm") or reversed(range(rank)))
    if sorted(order) != list(range(rank)):
        raise FlopcountError(f"{quote(order)} is no order of the axes of {size_of(x.shape)}")
    shape = tuple(x.shape[axis] for axis in order)
    numbers = None
    if x.numbers is not None:
        numbers = tuple(array(x).transpose(order).ravel().tolist())
    if x.operand.is_constant:
        return Computed(shape, numbers, x.dtype)
    if x.operand.port is None:
        lies = x.operand.order or tuple(range(rank))
        lies = tuple(order.index(axis) for axis in lies) if len(lies) == rank else ()
        return Viewed(x.operand, shape, x.operand.whole, lies, numbers, x.dtype)
    if order == tuple(range(rank)):
        return viewed(x, shape)
    return moved("transpose", a, shape)


@rule("Identity")
def _identity(a: Called) -> Result:
    return a.values(1)[0]


@rule("Cast", "CastLike", "BitCast")
def _cast(a: Called) -> Result:
    """A weight in another type is that weight; of what flows each number is written anew."""
    x = a.values(1)[0]
    like = a.input(1)
    dtype = dtype_of(a.get("to", 1)) if like is None else like.dtype
    if x.operand.port is not None:
        return x if x.dtype == dtype else Made(Move("cast", (x.shape,)), (x.operand,))
    numbers = x.numbers
    if numbers is not None:
        try:
            numbers = tuple(cast(number, dtype) for number in numbers)
            numbers = None if a.name == "BitCast" else numbers
        except (UndecidedError, ValueError, OverflowError, TypeError):
            numbers = None
    return x._replace(dtype=dtype, numbers=numbers)


@rule("Shape")
def _shape(a: Called) -> Result:
    shape = a.x.shape[slice(a.get("start", 0), a.get("end"))]
    return Computed((len(shape),), shape, "int64")


@rule("Size")
def _size(a: Called) -> Result:
    return Computed((), (product(a.x.shape),), "int64")


@rule("Expand")
def _expand(a: Called) -> Result:
    x = a.values(1)[0]
    return spread_to(a, x, broadcast(x.shape, sizes(a.input(1))), "expand")


def broadcast(x: Shape, target: Shape) -> Shape:
    """Two shapes together. Raises `FlopcountError` where they do not fit."""
    rank = max(len(x), len(target))
    ours = (*(1,) * (rank - len(x)), *x)
    theirs = (*(1,) * (rank - len(target)), *target)
    shape: list[Size] = []
    for a, b in zip(ours, theirs, strict=True):
        if not is_open(a) and a == 1:
            shape.append(b)
        elif not is_open(b) and b == 1:
            shape.append(a)
        elif differ(a, b):
            raise FlopcountError(f"{size_of(x)} does not spread to {size_of(target)}")
        else:
            shape.append(a)
    return tuple(shape)


def spread_to(a: Called, x: Value, shape: Shape, word: str) -> Result:
    """A tensor repeated along axes; of few known numbers those.

    To where it is already it is a move too: another batch is no other network.
    """
    if not x.operand.is_constant:
        return moved(word, a, shape)
    few = x.numbers is not None and not any(map(is_open, shape)) and product(shape) <= MOST_NUMBERS
    if not few:
        return Computed(shape, None, x.dtype)
    return computed(np.broadcast_to(array(x), shape), x.dtype)

"""Operations of ``keras.ops`` that put numbers elsewhere, or take some: nothing is computed."""

from itertools import pairwise
from typing import Any

from .....core.ops.tensors.written import spread
from .....errors import FlopcountError, quote
from .....sizes import Shape, Size, product
from ....models.operands import Operand
from ..config import plain
from .merging import concatenated
from .reshaping import filled
from .table import Call, operation


@operation("Cast", "SaturateCast", "Copy", "StopGradient", "ConvertToTensor", "View")
def _same(call: Call) -> Any:
    return call.x


@operation("ZerosLike", "OnesLike")
def _like(call: Call) -> Operand:
    return Operand(call.x.shape)


@operation("Reshape")
def _reshape(call: Call) -> Operand:
    return call.view(call.x, filled(call.x.shape, call.layer.get("newshape")))


@operation("Ravel")
def _ravel(call: Call) -> Operand:
    return call.view(call.x, (product(call.x.shape),))


@operation("ExpandDims")
def _expanded(call: Call) -> Operand:
    shape = list(call.x.shape)
    value = plain(call.layer.get("axis"))
    each = value if isinstance(value, list | tuple) else (value,)
    rank = len(shape) + len(each)
    for axis in sorted(int(n) % rank for n in each):
        shape.insert(axis, 1)
    return call.view(call.x, tuple(shape))


@operation("Squeeze")
def _squeezed(call: Call) -> Operand:
    x, one = call.x, call.layer
    axes = [axis for axis, n in enumerate(x.shape) if n == 1]
    if one.get("axis") is not None:
        axes = [*one.axes("axis", len(x.shape))]
    return call.view(x, tuple(n for axis, n in enumerate(x.shape) if axis not in axes))


def _permuted(call: Call, order: Any) -> Operand:
    x = call.x
    rank = len(x.shape)
    if sorted(int(n) % rank for n in order) != list(range(rank)):
        raise FlopcountError(f"{quote(str(order))} is no order of {rank} axes")
    return call.move("permute", tuple(x.shape[int(n) % rank] for n in order), x)


@operation("Transpose")
def _transposed(call: Call) -> Operand:
    axes = plain(call.layer.get("axes"))
    return _permuted(call, axes if axes is not None else range(len(call.x.shape))[::-1])


@operation("Swapaxes")
def _swapped(call: Call) -> Operand:
    rank = len(call.x.shape)
    order = list(range(rank))
    first, second = (call.layer.whole(f"axis{n}", least=-rank) % rank for n in (1, 2))
    order[first], order[second] = order[second], order[first]
    return _permuted(call, order)


@operation("Flip", "Roll", "Tril", "Triu")
def _moved(call: Call) -> Operand:
    return call.move(call.layer.kind.lower(), call.x.shape, call.x)


@operation("BroadcastTo")
def _broadcast(call: Call) -> Operand:
    asked = plain(call.layer.get("shape"))
    shape = spread([call.x.shape, tuple(asked)])
    return call.move("broadcast", shape, call.x)


@operation("Repeat")
def _repeated(call: Call) -> Operand:
    (axis,) = call.layer.axes("axis", len(call.x.shape))
    times = call.layer.whole("repeats")
    shape = tuple(n * times if place == axis else n for place, n in enumerate(call.x.shape))
    return call.move("repeat", shape, call.x)


@operation("Tile")
def _tiled(call: Call) -> Operand:
    times = list(plain(call.layer.get("repeats")))
    x = call.x
    rank = max(len(times), len(x.shape))
    shape = [*(1,) * (rank - len(x.shape)), *x.shape]
    times = [*(1,) * (rank - len(times)), *times]
    return call.move("tile", tuple(n * int(t) for n, t in zip(shape, times, strict=True)), x)


@operation("Pad")
def _padded(call: Call) -> Operand:
    x, value = call.x, plain(call.layer.get("pad_width"))
    rank = len(x.shape)
    if isinstance(value, int):
        value = [value]
    pairs = [(n, n) if isinstance(n, int) else tuple(plain(n)) for n in value]
    if len(value) == 2 and all(isinstance(n, int) for n in value):
        pairs = [tuple(value)]
    pairs = pairs * rank if len(pairs) == 1 else pairs
    if len(pairs) != rank or any(len(pair) != 2 for pair in pairs):
        raise FlopcountError("pad_width: expected two numbers an axis")
    shape = tuple(n + int(p[0]) + int(p[-1]) for n, p in zip(x.shape, pairs, strict=True))
    return call.move("pad", shape, x)


@operation("Concatenate")
def _concatenate(call: Call) -> Operand:
    tensors = call.tensors()
    return concatenated(call, tensors, call.layer.axes("axis", len(tensors[0].shape)))


@operation("Stack")
def _stack(call: Call) -> Operand:
    tensors = call.tensors()
    shape = list(tensors[0].shape)
    (axis,) = call.layer.axes("axis", len(shape) + 1, 0)
    shape.insert(axis, len(tensors))
    return call.move("stack", tuple(shape), *tensors)


@operation("Split")
def _split(call: Call) -> list[Operand]:
    one, x = call.layer, call.x
    (axis,) = one.axes("axis", len(x.shape), 0)
    whole, parts = x.shape[axis], plain(one.get("indices_or_sections"))
    if isinstance(parts, int):
        sizes: list[Size] = [whole // parts] * parts
    else:
        ends: list[Size] = [0, *map(int, parts), whole]
        sizes = [end - start for start, end in pairwise(ends)]
    return [call.view(x, (*x.shape[:axis], n, *x.shape[axis + 1 :])) for n in sizes]


@operation("Unstack")
def _unstacked(call: Call) -> list[Operand]:
    x = call.x
    (axis,) = call.layer.axes("axis", len(x.shape), 0)
    many = x.shape[axis]
    if not isinstance(many, int) or many > 4096:
        raise FlopcountError("it is taken apart into as many tensors as its input says")
    return [call.view(x, (*x.shape[:axis], *x.shape[axis + 1 :])) for _ in range(many)]


@operation("GetItem")
def _item(call: Call) -> Operand:
    """A part of a tensor, as in x[:, 1:, 0]."""
    x, key = call.x, call.argument(1, "key")
    parts = key if isinstance(key, list | tuple) and not isinstance(key, Operand) else [key]
    taken = sum(one is not None and one is not ... for one in parts)
    shape: list[Size] = []
    rest = list(x.shape)
    for one in parts:
        if one is None:
            shape.append(1)
        elif one is ...:
            many = len(rest) - (taken - sum(_takes(done) for done in parts[: parts.index(...)]))
            shape += [rest.pop(0) for _ in range(many)]
        elif isinstance(one, slice):
            shape.append(_sliced(rest.pop(0), one))
        elif isinstance(one, int) and not isinstance(one, bool):
            rest.pop(0)
        else:
            raise FlopcountError("a part that the data chooses")
    return call.view(x, (*shape, *rest))


def _takes(one: Any) -> bool:
    return one is not None and one is not ...


def _sliced(size: Size, part: slice) -> Size:
    """How many numbers a slice has. Raises `FlopcountError` for what only the data says."""
    bounds = (part.start, part.stop, part.step)
    if any(n is not None and not isinstance(n, int) for n in bounds):
        raise FlopcountError("a part that the data chooses")
    if isinstance(size, int):
        return len(range(*part.indices(size)))
    step, start, stop = part.step or 1, part.start or 0, part.stop
    if step < 0 and part.start is None and stop is None:
        return -(-size // -step)
    if step < 1:
        raise FlopcountError("a part read backwards of a size with a name")
    end: Size = size if stop is None else (stop if stop >= 0 else size + stop)
    begin: Size = start if start >= 0 else size + start
    return -((begin - end) // step) if step > 1 else end - begin


@operation("Take")
def _taken(call: Call) -> Operand:
    x, indices = call.x, call.argument(1, "indices")
    (axis,) = call.layer.axes("axis", len(x.shape))
    shape: Shape = (
        indices.shape
        if isinstance(indices, Operand)
        else (() if isinstance(indices, int) else (len(indices),))
    )
    whole = (*x.shape[:axis], *shape, *x.shape[axis + 1 :])
    flowing = [one for one in (x, indices) if isinstance(one, Operand) and not one.is_constant]
    return call.move("take", whole, *flowing)


@operation("OneHot")
def _one_hot(call: Call) -> Operand:
    x, many = call.x, call.layer.whole("num_classes")
    rank = len(x.shape)
    (axis,) = call.layer.axes("axis", rank + 1)
    return call.move("one hot", (*x.shape[:axis], many, *x.shape[axis:]), x)

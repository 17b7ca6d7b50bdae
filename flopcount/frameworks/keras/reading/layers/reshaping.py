"""What puts numbers under another shape, cuts some off, or puts more around; upsampling."""

from typing import Any

from .....core.ops import tensors as ops
from .....errors import FlopcountError, quote
from .....sizes import Shape, Size, differ, is_open, product
from ....models.operands import Operand
from ..config import plain
from .convolution import channels_of
from .table import Call, Rule, layer

_KINDS = {"nearest": "nearest", "bilinear": "linear", "bicubic": "cubic"}


@layer("Flatten")
def _flatten(call: Call) -> Operand:
    """All numbers of a sample in a row; channels last, whichever way they came."""
    x = call.x
    if call.is_first and len(x.shape) > 2 and x.port is not None:
        x = call.move("permute", (x.shape[0], *x.shape[2:], x.shape[1]), x)
    return call.view(x, (x.shape[0], product(x.shape[1:])))


@layer("Reshape")
def _reshape(call: Call) -> Operand:
    x = call.x
    target = plain(call.layer.get("target_shape"))
    if not isinstance(target, list | tuple):
        raise FlopcountError("target_shape: expected the sizes of the axes")
    return call.view(x, (x.shape[0], *filled(x.shape[1:], target)))


def filled(shape: Shape, target: Any) -> Shape:
    """The sizes of a target in which −1, once, stands for what is left.

    Raises `FlopcountError` where the numbers do not fit.
    """
    sizes = [-1 if n is None else n for n in plain(target)]
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= -1 for n in sizes):
        raise FlopcountError(f"{quote(str(target))} is no shape")
    total, known = product(shape), product(n for n in sizes if n != -1)
    if sizes.count(-1) > 1 or (known == 0 and total != 0):
        raise FlopcountError(f"{quote(str(target))}: more than one size is left open")
    if -1 in sizes:
        rest = _divided(total, int(known))
        return tuple(rest if n == -1 else n for n in sizes)
    if differ(total, known):
        raise FlopcountError(f"{total} numbers do not fit into {'×'.join(map(str, sizes))}")
    return tuple(sizes)


def _divided(total: Size, by: int) -> Size:
    if differ(total % by, 0):
        raise FlopcountError(f"{by} does not divide {total} numbers")
    return total // by


@layer("Permute")
def _permute(call: Call) -> Operand:
    x = call.x
    dims = plain(call.layer.get("dims"))
    if not isinstance(dims, list | tuple) or sorted(dims) != list(range(1, len(x.shape))):
        raise FlopcountError(f"dims are {quote(str(dims))}: its input has {len(x.shape)} axes")
    return call.move("permute", (x.shape[0], *(x.shape[axis] for axis in dims)), x)


@layer("RepeatVector")
def _repeat(call: Call) -> Operand:
    x = call.x
    if len(x.shape) != 2:
        raise FlopcountError("it reads a vector for each sample")
    return call.move("repeat", (x.shape[0], call.layer.whole("n"), x.shape[1]), x)


def _margins(call: Call, name: str, axes: int) -> list[tuple[int, int]]:
    """How much stands before and behind each axis: one number for all, one or two an axis."""
    value = plain(call.layer.get(name, 1))
    each = value if isinstance(value, list | tuple) else (value,) * axes
    if axes == 1 and len(each) == 2 and all(isinstance(n, int) for n in each):
        each = (each,)
    pairs = [plain(one) if isinstance(one, list | tuple | dict) else (one, one) for one in each]
    whole = [n for pair in pairs for n in pair]
    if len(pairs) != axes or len(whole) != 2 * axes or not all(_is_margin(n) for n in whole):
        raise FlopcountError(f"{name} is {quote(str(value))}: expected two numbers an axis")
    return [(pair[0], pair[1]) for pair in pairs]


def _is_margin(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _padded(axes: int) -> Rule:
    def rule(call: Call) -> Operand:
        channels_of(call, axes)
        x, first = call.x, 2 if call.is_first else 1
        margins = _margins(call, "padding", axes)
        sizes = list(x.shape)
        for axis, (before, after) in enumerate(margins, first):
            sizes[axis] = sizes[axis] + before + after
        return call.move("pad", tuple(sizes), x)

    return rule


def _cropped(axes: int) -> Rule:
    def rule(call: Call) -> Operand:
        channels_of(call, axes)
        x, first = call.x, 2 if call.is_first else 1
        sizes = list(x.shape)
        for axis, (before, after) in enumerate(_margins(call, "cropping", axes), first):
            sizes[axis] = sizes[axis] - before - after
            if not is_open(sizes[axis]) and int(sizes[axis]) < 1:
                raise FlopcountError(f"nothing is left of {x.shape[axis]}")
        return call.view(x, tuple(sizes))

    return rule


def _enlarged(axes: int) -> Rule:
    def rule(call: Call) -> Operand:
        channels_of(call, axes)
        x, first = call.x, 2 if call.is_first else 1
        times = call.layer.sizes("size", axes, 2)
        to = tuple(n * t for n, t in zip(x.shape[first:], times, strict=False))
        return resized(call, x, to, call.layer.text("interpolation", "nearest"))

    return rule


def resized(call: Call, x: Operand, to: Shape, kind: str) -> Operand:
    """A grid of another size: nearest, or means of neighbours. Other ways are unknown."""
    first = call.is_first
    if kind not in _KINDS:
        shape = (*x.shape[:2], *to) if first else (*x.shape[: -len(to) - 1], *to, x.shape[-1])
        return call.add(ops.Unknown(f"resize {kind}"[:40], (shape,)), x)
    if first:
        return call.add(ops.FirstUpsample(_KINDS[kind], to), x)
    return call.add(ops.LastUpsample(_KINDS[kind], to), x)


for _axes in (1, 2, 3):
    layer(f"ZeroPadding{_axes}D")(_padded(_axes))
    layer(f"Cropping{_axes}D")(_cropped(_axes))
    layer(f"UpSampling{_axes}D")(_enlarged(_axes))

"""Grids made larger, padded, and channels moved onto them."""

from ....core import Op, Row
from ....core.ops.resampling import Crop, Pad, PixelShuffle, Upsample
from ....core.ops.tensors import FirstUpsample, LastUpsample
from ....errors import FlopcountError
from ..lifting import Lifting, ints
from ..table import MOVES, rule
from ..values import CHANNELS, Value, first, last

_SMOOTH = {"nearest": False, "exact": False, "linear": True}


def _regridded(lifting: Lifting, row: Row, made: Op, value: Value) -> None:
    """The row gives the same axes, its grid of another size."""
    at = lifting.put(row, made, (value.port,))
    lifting.gives(row, value.regridded(at, ints(row.output)))


def _whole(lifting: Lifting, row: Row) -> Value:
    """What a row reads first, an axis of the tensor for each of its own."""
    value = lifting.read(row.node.inputs[0])
    known = {value.whole(CHANNELS), *value.grid, ()}
    if any(axis not in known for axis in value.axes):
        raise FlopcountError("it reads a grid whose axes are parted or lie together")
    return value


@rule(FirstUpsample, LastUpsample)
def _upsample(lifting: Lifting, row: Row) -> None:
    op: FirstUpsample | LastUpsample = row.node.op  # type: ignore[assignment]
    if op.kind not in _SMOOTH or getattr(op, "smooth", False):
        how = f"{op.kind}, widened where a grid gets smaller" if op.kind in _SMOOTH else op.kind
        raise FlopcountError(f"a table's upsample is nearest or bilinear, not {how}")
    to, is_last = ints(op.to), isinstance(op, LastUpsample)
    value = lifting.grid(row.node.inputs[0], -1 if is_last else -len(to) - 1)
    grid = ints(value.shape)[:-1]
    smooth = _SMOOTH[op.kind]
    made: Op = Upsample(to=to, smooth=smooth)
    if not any(m % n for n, m in zip(grid, to, strict=True)):
        made = Upsample(tuple(m // n for n, m in zip(grid, to, strict=True)), smooth=smooth)
    new = Value(lifting.put(row, made, (value.port,)), (*to, value.shape[-1]), ())
    lifting.gives(row, last(new) if is_last else first(new))


def _pad(lifting: Lifting, row: Row) -> None:
    """Zeros around a grid; a model says no more than how many there are, and costs no more."""
    value = _whole(lifting, row)
    sizes, now = ints(row.output), value.sizes
    more = {axis: m - n for axis, n, m in zip(value.axes, now, sizes, strict=True) if axis}
    if now == sizes:
        lifting.moves(row, value)
        return
    if any(n == 1 != m for n, m in zip(now, sizes, strict=True)) or more[value.whole(CHANNELS)]:
        raise FlopcountError("it pads something else than the grid")
    wider = [more.get(axis, 0) for axis in value.grid]
    if min(wider) < 0 < max(wider):
        raise FlopcountError("it pads one axis of the grid and crops another")
    before = tuple(abs(n) // 2 for n in wider)
    after = tuple(abs(n) - abs(n) // 2 for n in wider)
    made: Op = Crop(before, after) if min(wider) < 0 else Pad(before, after)
    _regridded(lifting, row, made, value)


def _pixel_shuffle(lifting: Lifting, row: Row) -> None:
    value = _whole(lifting, row)
    channels = value.axes.index(value.whole(CHANNELS))
    pairs = [*zip(value.sizes, ints(row.output), strict=True)]
    back = pairs[channels][1] > pairs[channels][0]
    grid = [pair for axis, pair in zip(value.axes, pairs, strict=True) if axis in value.grid]
    factor = tuple(n // m if back else m // n for n, m in grid)
    _regridded(lifting, row, PixelShuffle(factor, back=back), value)


MOVES |= {"pad": _pad, "pixelshuffle": _pixel_shuffle, "pixelunshuffle": _pixel_shuffle}

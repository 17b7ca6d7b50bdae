"""Slices of a tensor: what of the notation a slice of some shape is."""

from collections.abc import Sequence

from ...core.ops.resampling import Crop
from ...errors import FlopcountError
from .values import CHANNELS, Value, shuffled


def cropped(value: Value, to: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """How a grid is cropped before and behind, if a slice of this shape is that; else None.

    More than half of each side is left, so that no stride can have made it. On which side it was
    cropped a model does not say; an odd number is taken off behind.

    >>> from flopcount.frameworks.lifted.values import last
    >>> cropped(last(Value("x", (112, 112, 32), ())), (1, 111, 111, 32))
    ((0, 0), (1, 1))
    >>> cropped(last(Value("x", (112, 112, 32), ())), (1, 56, 56, 32))
    """
    sizes = value.sizes
    cut = {axis for axis, n, m in zip(value.axes, sizes, to, strict=False) if n != m}
    less = {axis: n - m for axis, n, m in zip(value.axes, sizes, to, strict=False)}
    ample = all(2 * m > n + 1 for n, m in zip(sizes, to, strict=False) if n != m)
    known = {value.whole(CHANNELS), *value.grid, ()}
    if any(axis not in known for axis in value.axes):
        return None
    if len(sizes) != len(to) or not cut or not cut <= {*value.grid} or not ample:
        return None
    margins = [less.get(axis, 0) if axis else 0 for axis in value.grid]
    return tuple(n // 2 for n in margins), tuple(n - n // 2 for n in margins)


def both(one: Crop, other: Crop) -> Crop:
    """Two crops, one after the other, as one.

    >>> both(Crop((0, 0), (1, 0)), Crop((0, 2), (0, 3)))
    Crop(before=(0, 2), after=(1, 3), to=())
    """
    before = tuple(a + b for a, b in zip(one.before, other.before, strict=True))
    return Crop(before, tuple(a + b for a, b in zip(one.after, other.after, strict=True)))


def equal_parts(value: Value, to: Sequence[int], read: int) -> tuple[int, int]:
    """The axis that is cut, and in how many parts, where so many slices of that shape are read.

    Raises `FlopcountError` unless they are all of the equal parts of the channels.
    """
    now = value.sizes
    shapes = " of ".join("×".join(map(str, shape)) for shape in (to, now))
    cut = [axis for axis, (n, m) in enumerate(zip(now, to, strict=False)) if n != m]
    if len(now) != len(to) or len(cut) != 1 or now[cut[0]] % to[cut[0]]:
        raise FlopcountError(f"it reads a slice, {shapes}: the notation has equal parts alone")
    (axis,) = cut
    if value.axes[axis] != value.whole(CHANNELS) and not shuffled(value.axes[axis]):
        raise FlopcountError(f"it reads a slice, {shapes}, of an axis that is not the channels")
    parts = now[axis] // to[axis]
    if read != parts:
        raise FlopcountError(
            f"it reads a slice, {shapes}: {read} of {parts} parts of the channels are read, "
            "and 'split' gives all of them"
        )
    return axis, parts

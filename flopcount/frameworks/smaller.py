"""The settings and the shapes of a layer's small copies: smaller and smaller ones of its kind."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..core import Op, Row, factors_of, is_transposed, width_of, window_of, with_width, without_role
from ..core.ops.elementwise import Gated
from ..core.ops.joining import Split
from ..core.ops.lookup import Tied
from ..core.ops.norm import Norm, read_kind
from ..core.ops.resampling import Crop, Pad, PixelShuffle, Upsample
from ..records import replace
from ..sizes import Ragged, Shape, Slide, Window, product
from .smaller_sequences import SEQUENCES, Key

FEW = 3  # a margin or a factor of a copy, at most


def smaller(row: Row) -> Iterator[Key]:
    """Smaller and smaller copies of an op with the shapes of its inputs.

    Kernel, stride, dilation, padding and what rides on the layer stay. So does a grid over which
    an output is a mean or a maximum: without it the operations that an element takes are others.
    """
    op = without_role(row.node.op)
    if type(op) in SEQUENCES:
        small, shapes = SEQUENCES[type(op)](op, row.inputs)
        yield _with_groups_of_norm(small), shapes
        return
    if type(op) in _MOVING:
        yield _MOVING[type(op)](op, row.inputs[0])
        return
    keeps_grid = _keeps_grid(row)
    window, across = window_of(op), _across(row)
    factors = factors_of(op)
    fewer = {name: min(number, 2) for name, number in factors.items()}
    small = _replaced(op, {name: 2 for name, number in factors.items() if number > 2})
    width = width_of(op)
    several = _normed_in_groups(op, row.output[-1])  # channels in each of two groups of a norm
    if width is not None:
        most = min(2, width // factors["groups"])
        small = with_width(small, fewer["groups"] * most * (1 + several))
    small = _with_groups_of_norm(small)
    for each, part in ((2, 1.0), (1, 1.0), (1, 0.5), (1, 0.0)):
        channels = fewer["groups"] * min(each, row.inputs[0][-1] // factors["groups"])
        channels = max(channels, across if each == 2 else 0) * (1 + (several and width is None))
        inputs = []
        for *grid, last in row.inputs:
            if not keeps_grid:
                grid = _grid(grid, window, part, scatters=is_transposed(op))  # noqa: PLW2901
            inputs.append((*grid, min(channels, last)))
        yield small, tuple(inputs)


def larger(op: Op, inputs: tuple[Shape, ...]) -> Key:
    """A copy of another size along each axis: a step more of the grid, twice the channels."""
    window, width = window_of(op), width_of(op)
    ((*grid, channels),) = inputs
    if isinstance(op, Tied):
        return replace(op, vocabulary=2 * op.vocabulary), inputs
    steps = window.stride if window else [n > 1 for n in grid]  # a dense layer's grid stays 1×1
    grid = [n + step for n, step in zip(grid, steps, strict=True)]
    if width is None:
        return op, ((*grid, 2 * channels),)
    return with_width(op, 2 * width), ((*grid, channels),)


def _replaced(op: Any, changed: Mapping[str, Any]) -> Any:
    return replace(op, **changed) if changed else op


def _with_groups_of_norm(op: Any) -> Any:
    """The same op, its group norm with two groups at most."""
    if isinstance(op, Norm):
        return _replaced(op, {"kind": _fewer_groups(op.kind)})
    tail = getattr(op, "tail", None)
    if tail is None or tail.norm is None:
        return op
    return replace(op, tail=replace(tail, norm=_fewer_groups(tail.norm)))


def _normed_in_groups(op: Any, channels: int) -> bool:
    """Whether a group norm has several groups, and several channels in each."""
    kind = op.kind if isinstance(op, Norm) else getattr(getattr(op, "tail", None), "norm", None)
    groups = read_kind(kind).groups if kind else 1
    return groups > 1 and channels > groups


def _fewer_groups(kind: str) -> str:
    return ":".join(str(min(int(part), 2)) if part.isdigit() else part for part in kind.split(":"))


def _keeps_grid(row: Row) -> bool:
    """Whether a copy keeps the grid."""
    return any(isinstance(m, Ragged) for nest in row.work.nests for m in _meets(nest))


def _meets(nest: Any) -> Iterator[Any]:
    for meets in nest.meets.values():
        yield from meets


def _across(row: Row) -> int:
    """How many channels show where a window over them stands; 0 where there is none."""
    meets = (
        meet
        for nest in row.work.nests
        for pair in nest.meets
        if pair[0] == "c"
        for meet in nest.meets[pair]
    )
    return max((meet.taps + 1 for meet in meets if isinstance(meet, Slide)), default=0)


def _grid(grid: list[int], window: Window | None, part: float, *, scatters: bool) -> list[int]:
    """A small grid: a `part` of the window that slides, of the same remainder by its stride."""
    if window is None:
        return [min(n, 2 + axis) for axis, n in enumerate(grid)]
    if scatters:
        return [min(n, most) for n, most in zip(grid, _scattering(window), strict=True)]
    small = []
    for axis, n in enumerate(grid):
        k, s, d = window.kernel[axis], window.stride[axis], window.dilation[axis]
        span = (k - 1) * d + 1
        if window.padding == "same":
            base = max(round(part * span), 1 + (part > 0))
        elif isinstance(window.padding, str):
            base = span + s if part == 1 else span
        else:
            base = max(round(part * span), span - 2 * window.padding[axis], 1)
        small.append(min(n, base + (n - base) % s))
    return small


def _scattering(window: Window) -> list[int]:
    """A small grid for a transposed convolution: something is left without its padding."""
    small = []
    for axis, (k, s, d) in enumerate(
        zip(window.kernel, window.stride, window.dilation, strict=True)
    ):
        cut = 2 * window.padding[axis] if isinstance(window.padding, tuple) else 0
        small.append(2 + axis + max(cut - (k - 1) * d, 0) // s)
    return small


# -- what only moves numbers: its margins and factors are smaller, too


def _few(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(min(number, FEW) for number in numbers)


def _plane(x: Shape) -> list[Any]:
    return [min(n, 2 + axis) for axis, n in enumerate(x[:-1])]


def _upsample(op: Upsample, x: Shape) -> Key:
    sides = _plane(x)
    if not op.to:
        return replace(op, factor=_few(op.factor)), ((*sides, min(x[-1], 2)),)
    to = [
        n * min(m // whole, FEW) if m % whole == 0 else n + min(m - whole, FEW)
        for n, m, whole in zip(sides, op.to, x, strict=False)
    ]
    return replace(op, to=tuple(to)), ((*sides, min(x[-1], 2)),)


def _pixel_shuffle(op: PixelShuffle, x: Shape) -> Key:
    few = replace(op, factor=_few(op.factor))
    if op.back:
        sides = [
            by * min(n // old, 2) for n, old, by in zip(x, op.factor, few.factor, strict=False)
        ]
        return few, ((*sides, min(x[-1], 2)),)
    each = min(x[-1] // product(op.factor), 2)
    return few, ((*_plane(x), each * product(few.factor)),)


def _pad(op: Pad, x: Shape) -> Key:
    few = replace(op, before=_few(op.before), after=_few(op.after))
    return few, ((*_plane(x), min(x[-1], 2)),)


def _crop(op: Crop, x: Shape) -> Key:
    if op.to:
        to = tuple(min(m, 2 + axis) for axis, m in enumerate(op.to))
        cut = [n - m for n, m in zip(x, op.to, strict=False)]  # odd or even, as it is
        sides = [m + (n if n <= FEW else 2 + n % 2) for m, n in zip(to, cut, strict=True)]
        return replace(op, to=to), ((*sides, min(x[-1], 2)),)
    before, after = _few(op.before), _few(op.after)
    left = [n - a - b for n, a, b in zip(x, op.before, op.after, strict=False)]
    sides = [min(n, 2) + a + b for n, a, b in zip(left, before, after, strict=True)]
    return replace(op, before=before, after=after), ((*sides, min(x[-1], 2)),)


def _split(op: Split, x: Shape) -> Key:
    parts = min(op.parts, FEW)
    return replace(op, parts=parts), ((*_plane(x), parts * min(x[-1] // op.parts, 2)),)


def _gated(op: Gated, x: Shape) -> Key:
    return op, ((*_plane(x), 2 * min(x[-1] // 2, 2)),)


_MOVING: Mapping[type, Callable[[Any, Shape], Key]] = {
    Upsample: _upsample,
    PixelShuffle: _pixel_shuffle,
    Pad: _pad,
    Crop: _crop,
    Split: _split,
    Gated: _gated,
}

"""A small copy of a layer: of its kind in all that it does, and small enough to run literally."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from ..core import (
    INPUT,
    Network,
    Op,
    Row,
    factors_of,
    walk,
    width_of,
    window_of,
    with_width,
    without_role,
)
from ..errors import FlopcountError
from ..sizes import Ragged, Shape, Slide, Window, product
from ..writing.cells import shape_text
from .counting import Counted, counted

FEW_LINES = 2_500  # that a copy takes to run, where it can be made so small
MOST_LINES = 100_000  # that any may take: a second


Key = tuple[Op, tuple[Shape, ...]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A small copy, priced, and what its nests did when they were run."""

    row: Row
    ran: Counted

    @property
    def key(self) -> Key:
        """What it is: two of one key are equal."""
        return self.row.node.op, self.row.inputs

    @property
    def name(self) -> str:
        """The layer and its input, in print: ``conv 3x3/2 2 on 4×4×2``."""
        op = self.row.node.op
        parts, window, width = [op.word], window_of(op), width_of(op)
        if window:
            steps = window.stride[:1] if len({*window.stride}) == 1 else window.stride
            stride = "" if {*steps} == {1} else "/" + "x".join(map(str, steps))
            parts.append("x".join(map(str, window.kernel)) + stride)
        if width is not None:
            parts.append(str(width))
        return f"{' '.join(parts)} on {' and '.join(map(shape_text, self.row.inputs))}"

    def each(self, count: str) -> Fraction:
        """How many operations of a kind an element of the output took."""
        return Fraction(self.ran.counts.get(count, 0), self.ran.elements or 1)


class Copies:
    """The small copies of layers; layers that differ in sizes alone have the same one."""

    def __init__(self) -> None:
        self._known: dict[Key, Copy] = {}

    def of(self, row: Row) -> Copy | None:
        """A row's copy; None where even a small one takes too many lines.

        Raises `FlopcountError` where its nests do not run.
        """
        smallest = None
        for op, inputs in _smaller(row):
            if (op, inputs) in self._known:
                return self._known[op, inputs]
            smallest = _priced(row, op, inputs) or smallest
            if smallest and _lines(smallest) <= FEW_LINES:
                break
        if smallest is None or _lines(smallest) > MOST_LINES:
            return None
        key = (smallest.node.op, smallest.inputs)
        if key not in self._known:
            try:
                self._known[key] = Copy(smallest, counted(smallest.work))
            except (ValueError, LookupError, TypeError) as error:
                path = row.node.path
                raise FlopcountError(f"{path}: a small copy's nests do not run: {error}") from None
        return self._known[key]


def _priced(row: Row, op: Op, inputs: tuple[Shape, ...]) -> Row | None:
    ports = [f"{INPUT}.{place}" for place, _ in enumerate(inputs)]
    node = replace(row.node, op=op, inputs=tuple(ports), like=None, weights={})
    named = dict(zip(ports, inputs, strict=True))
    try:
        return walk(Network(f"a copy of {node.path}", (node,), named, node.path))[0]
    except FlopcountError:  # a grid below what its window needs
        return None


def _lines(row: Row) -> int:
    """The rounds of all loops, by their lengths alone."""
    total = 0
    for nest in row.work.nests:
        loops = {*nest.form.loops, *(one for pair in nest.form.meets for one in pair.split(":"))}
        total += product([n for loop in loops for n in nest.axis(loop)])
    return total


def _smaller(row: Row) -> Iterator[Key]:
    """Smaller and smaller copies of an op with the shapes of its inputs.

    Kernel, stride, dilation, padding and what rides on the layer stay. So do the axes over which
    anything but a sum of products reduces: without them the operations an element takes are others.
    """
    op = without_role(row.node.op)
    keeps_grid, keeps_channels = _kept(row)
    window, across = window_of(op), _across(row)
    factors = factors_of(op)
    fewer = {name: min(number, 2) for name, number in factors.items()}
    changed = {name: 2 for name, number in factors.items() if number > 2}
    small = replace(op, **changed) if changed else op  # type: ignore[type-var]
    width = width_of(op)
    if width is not None:
        small = with_width(small, fewer["groups"] * min(2, width // factors["groups"]))
    for each, part in ((2, 1.0), (1, 1.0), (1, 0.5), (1, 0.0)):
        channels = fewer["groups"] * min(each, row.inputs[0][-1] // factors["groups"])
        channels = max(channels, across if each == 2 else 0)
        inputs = []
        for *grid, last in row.inputs:
            if not keeps_grid:
                grid = _grid(grid, window, part)  # noqa: PLW2901
            inputs.append((*grid, last if keeps_channels else min(channels, last)))
        yield small, tuple(inputs)


def _kept(row: Row) -> tuple[bool, bool]:
    """Whether a copy keeps the grid and the channels."""
    grid = channels = False
    for nest in row.work.nests:
        form = nest.form
        grid = grid or any(isinstance(m, Ragged) for meets in nest.meets.values() for m in meets)
        if form.reduction and not nest.contracts:
            reduced = set(form.loops) - set(form.result.axes)
            grid = grid or "..." in reduced
            channels = channels or bool(reduced - {"..."})
    return grid, channels


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


def _grid(grid: list[int], window: Window | None, part: float) -> list[int]:
    """A small grid: a `part` of the window that slides, of the same remainder by its stride."""
    if window is None:
        return [min(n, 2 + axis) for axis, n in enumerate(grid)]
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

"""What of a layer's nests is what: its products, its bias, its norm, its activation; its shapes."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from math import prod
from typing import NamedTuple

from ...core import Nest, Row, extent_of, is_channels_last, riding, window_of
from ...errors import FlopcountError
from ..facts import common

Shape = tuple[int, ...]


def whole(size: object) -> int:
    """A size as a number. Raises `FlopcountError` where it has a name in it."""
    if not isinstance(size, int):
        raise FlopcountError("its sizes have names in them, and a call has numbers")
    return size


def facts_of_shapes(inputs: Sequence[Shape], outputs: Sequence[Shape]) -> dict[str, int]:
    """The facts that every call has, from the shapes that come in and go out."""
    first, second = (*inputs, (), ())[:2]
    put, after = (*(outputs[0] if outputs else ()), 1, 1)[:2]
    facts = common(inputs, outputs)
    return facts | {
        "first": facts["in"],
        "first_out": put,
        "second_out": after,
        "last_other": second[-1] if second else 1,
        "aligned_left": prod(max(sizes) for sizes in zip_longest(first, second, fillvalue=1)),
        "params": 0,
    }


class Product(NamedTuple):
    """A nest that sums products: how much it reads, holds, sums over and puts out.

    `rows` × `channels_in` × `channels_out` are its multiplies, where it is a dense layer; of a
    product of two tensors `rows` are those of the first.
    """

    macs: int
    inside: int
    read: int
    held: int
    put: int
    rows: int
    channels_in: int
    channels_out: int


class Read:
    """A layer: its shapes as torch has them, with the batch before; its nests, by what they do.

    With a `batch` its shapes are of one sample, channels behind; without one they have the batch in
    them. `params` are the parameters that its nests read, by their capitals.
    """

    def __init__(self, row: Row, batch: int | None) -> None:
        self.row, self.op, self.batch = row, row.node.op, batch or 1
        self.nests = row.work.nests
        self.is_sample = batch is not None
        self._windowed = window_of(self.op) is not None or extent_of(self.op) is not None
        self.inputs = [self._placed(shape) for shape in row.inputs]
        self.outputs = [self._placed(shape) for shape in row.held.outputs]
        tail = len(riding(self.op))
        self.main: Sequence[Nest] = self.nests[: len(self.nests) - tail]
        self.params = {name: whole(size) for name, size in row.work.parameters.items()}

    @property
    def output(self) -> Shape:
        """The shape of what comes out first."""
        return self.outputs[0] if self.outputs else ()

    @property
    def axes(self) -> int:
        """How many axes its grid has."""
        window = window_of(self.op)
        shapes = [*self.inputs[:1], self.output]
        rank = len(window.kernel) if window else max(map(len, shapes)) - 2
        return min(max(rank, 1), 3)

    def common(self) -> dict[str, int]:
        """The facts that every call has."""
        return facts_of_shapes(self.inputs, self.outputs)

    def tail(self, part: str) -> list[Nest]:
        """The nests of a part of the tail: of its norm, its activation, its bias."""
        words = riding(self.op)
        last = self.nests[len(self.nests) - len(words) :]
        return [nest for word, nest in zip(words, last, strict=True) if word == part]

    def held(self, kinds: str, nests: Sequence[Nest] | None = None) -> int:
        """The parameters whose capitals are among these, or those that some nests read."""
        names = dict.fromkeys(
            read.name
            for nest in (self.nests if nests is None else nests)
            for read in nest.form.reads
            if read.is_parameter and read.name[0] in kinds
        )
        return sum(self.params[name] for name in names)

    def products(self) -> list[Product]:
        """Its nests that sum products."""
        return [self.product(nest) for nest in self.nests if nest.contracts]

    def product(self, nest: Nest) -> Product:
        """One that sums products, of the whole batch."""
        form = nest.form
        times = form.operations["multiplies"] * self.batch
        held = next((read for read in form.reads if read.is_parameter), None)
        flowing = [read for read in form.reads if read is not held]
        first = flowing[0] if flowing else form.result
        other = held or flowing[-1]
        summed = _over(nest, _loops(other.axes) - _loops(form.result.axes))
        macs = whole(nest.lines()) * times
        each = max(_over(nest, _loops(other.axes) - _loops(first.axes)), 1)
        return Product(
            macs,
            whole(nest.lines(inside=True)) * times,
            whole(nest.elements(first)) * self.batch,
            whole(nest.elements(held)) if held else 0,
            whole(nest.elements(form.result)) * self.batch,
            macs // max(summed * each, 1),
            summed,
            each,
        )

    def has_bias(self, result: str) -> bool:
        """Whether a bias is added to a tensor of its nests."""
        for nest in self.nests:
            form = nest.form
            if form.result.name == result and not form.reduction:
                names = {read.name[0] for read in form.reads} - {result[0]}
                if names & {"B", "b"}:
                    return True
        return False

    def _placed(self, shape: Sequence[object]) -> Shape:
        """A shape as torch has it: the batch, the channels, the grid."""
        sizes = tuple(map(whole, shape))
        if not self.is_sample:
            behind = is_channels_last(self.op) and self._windowed
            return (sizes[0], sizes[-1], *sizes[1:-1]) if behind else sizes
        *grid, channels = sizes or (1,)
        if len(grid) > 1 and not self._windowed and set(grid) == {1}:
            return (self.batch, channels)
        if len(grid) > 1 or (grid and self._windowed):
            return (self.batch, channels, *grid)
        return (self.batch, *sizes)


def _loops(axes: Sequence[str]) -> set[str]:
    """The loops of a bracket; of two that meet both."""
    return set(_split(axes))


def _split(axes: Sequence[str]) -> Iterator[str]:
    for axis in axes:
        if axis[0] != "?":
            yield from axis.split(":")


def _over(nest: Nest, loops: set[str]) -> int:
    """How many rounds some loops have together."""
    return prod(
        whole(size)
        for loop in loops
        if loop in nest.sizes or loop == "..."
        for size in nest.axis(loop)
    )

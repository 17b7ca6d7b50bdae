"""What is held against each other: the products of a network's layers, one after the other.

A product is a nest that sums products: a convolution, a dense layer, the scores of attention. What
it does is said whatever its names, the order of its axes and the software are.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...core import Nest, Row
from ...sizes import Meet, Slide, product


class Doing(NamedTuple):
    """What a product does, whatever it is called: equal where all of this is equal.

    With a kernel each of `groups` has `channels` that come in and `width` that go out, at so many
    `places`; `windows` are the taps and the outputs of each axis that a window slides along, or,
    `spreads`, the places that it is put down at. Without one, `held` is False: a product of two
    tensors that are both worked out sums `channels` products for each of `places` results.
    """

    windows: tuple[tuple[int, int], ...] = ()
    spreads: bool = False
    groups: int = 1
    channels: int = 1
    width: int = 1
    places: int = 1
    held: bool = True


class Product(NamedTuple):
    """A product: the place of its row in the network, what it is, and what it costs.

    Multiplies are of as many samples as are compared; `weights` are those that no earlier layer
    holds already.
    """

    row: int
    path: str
    doing: Doing
    multiplies: int
    unpadded: int
    weights: int

    @property
    def costs(self) -> tuple[int, int, int]:
        """Its multiplies, those that are not on padding, and its weights."""
        return self.multiplies, self.unpadded, self.weights


def products_of(rows: Sequence[Row], times: int = 1) -> list[Product]:
    """The products of some rows in their order, of so many samples each."""
    known: dict[tuple[int, frozenset[str]], list[tuple[Doing, int, int, int]]] = {}
    found = []
    for place, row in enumerate(rows):
        key = id(row.held), frozenset(row.shares)
        if key not in known:
            known[key] = [*_products(row, times)]
        found += [Product(place, row.node.path, *parts) for parts in known[key]]
    return found


def _products(row: Row, times: int) -> Iterator[tuple[Doing, int, int, int]]:
    held: set[str] = set()
    for nest in row.work.nests:
        if not nest.contracts:
            continue
        weights = 0
        for read in nest.form.reads:
            if read.is_parameter and read.name not in held and read.name not in row.shares:
                held.add(read.name)
                weights += int(nest.elements(read))
        each = nest.form.operations["multiplies"] * times
        multiplies, unpadded = nest.lines() * each, nest.lines(inside=True) * each
        yield doing(nest, times), int(multiplies), int(unpadded), weights


def doing(nest: Nest, times: int = 1) -> Doing:
    """What a product does, of so many samples.

    A 1×1 is a dense layer at each place, and a window whose steps are as long as it is, without
    padding, one of all its taps: a patch.

    >>> doing(Nest("y[m k] += x[m c] * W[k c]", {"m": 9, "c": 3, "k": 4}))
    Doing(windows=(), spreads=False, groups=1, channels=3, width=4, places=9, held=True)
    >>> doing(Nest("a[h s t] += q[h s d] * k[h t d]", {"h": 2, "s": 5, "t": 5, "d": 8}))
    Doing(windows=(), spreads=False, groups=1, channels=8, width=1, places=50, held=False)
    """
    form = nest.form
    windows = [pair.split(":") for pair in form.meets if pair != form.mask]
    reads = [(read, _loops(read.axes)) for read in form.reads]
    kernels = [
        place
        for place, (read, loops) in enumerate(reads)
        if read.is_parameter or any(t in loops and o not in loops for o, t in windows)
    ]
    if len(reads) != 2 or len(kernels) != 1:
        lines, results = int(nest.lines()), int(nest.elements(form.result))
        summed = lines // results if results and lines % results == 0 else lines
        return Doing(held=False, channels=summed, places=results * times)
    kernel, other = reads[kernels[0]][1], reads[1 - kernels[0]][1]
    result = _loops(form.result.axes)
    slid = [(o, t) for o, t in windows if t in kernel and o not in kernel]
    apart = {loop for pair in slid for loop in pair}
    sizes = {
        loop: int(product(nest.axis(loop)))
        for loop in (kernel | other | result) - apart
        if loop in nest.sizes
    }
    groups = _size(sizes, kernel & other & result)
    channels = _size(sizes, (kernel & other) - result)
    width = _size(sizes, (kernel & result) - other)
    places = _size(sizes, (other & result) - kernel) * times
    spreads = any(t in result for _, t in slid)
    axes = [axis for o, t in slid for axis in _axes(nest, o, t)]
    if all(_is_patch(*axis) for axis in axes):
        taps, outputs = (int(product(axis[part] for axis in axes)) for part in (0, 1))
        channels, width = (channels, width * taps) if spreads else (channels * taps, width)
        return Doing(
            (),
            spreads=False,
            groups=groups,
            channels=channels,
            width=width,
            places=places * outputs,
        )
    shown = tuple((taps, outputs) for taps, outputs, _ in axes)
    return Doing(shown, spreads, groups, channels, width, places)


def _loops(axes: Sequence[str]) -> set[str]:
    """The loops that index a tensor; an index that the data chooses is none."""
    return {loop for axis in axes if axis[0] != "?" for loop in axis.split(":")}


def _size(sizes: dict[str, int], loops: set[str]) -> int:
    return int(product(sizes.get(loop, 1) for loop in loops))


def _axes(nest: Nest, o: str, t: str) -> Iterator[tuple[int, int, Meet]]:
    """The taps and the outputs of a window along each axis, and how they meet."""
    pairs = zip(nest.axis(t), nest.axis(o), nest.meets[f"{o}:{t}"], strict=True)
    return ((int(taps), int(outputs), meet) for taps, outputs, meet in pairs)


def _is_patch(taps: int, outputs: int, meet: Meet) -> bool:
    """Whether no number is read twice and none is padding: the window only cuts the axis up."""
    if meet.inside != taps * outputs:
        return False
    if taps == 1 or outputs == 1:
        return True
    return isinstance(meet, Slide) and meet.stride == taps and meet.dilation == 1

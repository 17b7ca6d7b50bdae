"""Meets: two loops on one axis, and how many of their pairs land on it.

A window and an image's row, an adaptive pool's cells, a query and the keys that it may see: in
each, an output `o` and a tap `t` meet at an index of an axis, or miss it. `full` counts all pairs,
`inside` those that land; padding, cropping and masks are the difference.
"""

from typing import NamedTuple, Protocol

from .size import Size, as_factor, ceil_div, common_divisor, minimum, split
from .taps import taps_inside


class Meet(Protocol):
    """Two loops on one axis."""

    @property
    def n(self) -> Size:
        """The length of the axis."""

    @property
    def full(self) -> Size:
        """All pairs of the two loops."""

    @property
    def inside(self) -> Size:
        """The pairs that land on the axis."""

    def lands(self, o: int, t: int) -> int | None:
        """Where a pair lands, None where it misses: the meet itself, for whole numbers."""


class Slide(NamedTuple):
    """A window along an axis of `n`: output o and tap t meet at o·stride + t·dilation − before."""

    n: Size
    outputs: Size
    taps: int
    stride: int = 1
    dilation: int = 1
    before: Size = 0

    @property
    def full(self) -> Size:
        """Every tap of every output, those on the padding included."""
        return self.outputs * self.taps

    @property
    def inside(self) -> Size:
        """The taps that land on the axis and not on its padding.

        The pairs of an output o and a tap t with 0 ≤ o·s + t·d − p < n (taps.py).

        >>> Slide(28, 28, 5, before=2).inside  # 5·28 − 6
        134
        """
        if {type(self.n), type(self.outputs), type(self.before)} == {int}:
            return taps_inside(*self._measures)
        from .simplest import taps

        return taps(*self._measures)

    @property
    def _measures(self) -> tuple[Size, Size, Size, int, int, int]:
        return self.n, self.outputs, self.before, self.taps, self.stride, self.dilation

    def lands(self, o: int, t: int) -> int | None:
        """Where an output and a tap meet."""
        at = o * self.stride + t * self.dilation - int(self.before)
        return at if 0 <= at < self.n else None


class Ragged(NamedTuple):
    """An adaptive pool of `n` to `cells`: cell o runs from ⌊o·n/m⌋ to ⌈(o+1)·n/m⌉, as PyTorch's."""

    n: Size
    cells: int

    @property
    def full(self) -> Size:
        """All numbers in all cells: n + m − gcd(n, m), since neighbours share at most one.

        >>> Ragged(7, 3).full  # 3 + 3 + 3
        9
        """
        return as_factor(self.n + self.cells - common_divisor(self.n, self.cells))

    @property
    def inside(self) -> Size:
        """As many: no cell has padding."""
        return self.full

    def lands(self, o: int, t: int) -> int | None:
        """The t-th number of cell o."""
        at = o * self.n // self.cells + t
        return int(at) if at < ceil_div((o + 1) * self.n, self.cells) else None


class Enlarged(NamedTuple):
    """A grid of `n` made one of `outputs`: each output is the nearest number, or of two neighbours.

    With one tap output o reads ⌊o·n/m⌋; with two those around its centre, (o + ½)·n/m − ½, the
    border's own number where there is none beyond it.
    """

    n: Size
    outputs: Size
    taps: int = 1

    @property
    def full(self) -> Size:
        """Every tap of every output."""
        return self.outputs * self.taps

    @property
    def inside(self) -> Size:
        """As many."""
        return self.full

    def lands(self, o: int, t: int) -> int | None:
        """The number that an output reads.

        >>> [Enlarged(3, 6).lands(o, 0) for o in range(6)]
        [0, 0, 1, 1, 2, 2]
        """
        n, m = int(self.n), int(self.outputs)
        if self.taps == 1:
            return o * n // m
        return min(max(((2 * o + 1) * n - m) // (2 * m) + t, 0), n - 1)


class Causal(NamedTuple):
    """A mask: of `keys`, each of the last `queries` sees those up to itself, `window` at most.

    Query o stands at key o + (keys − queries): what lies in a cache comes before.
    """

    queries: Size
    keys: Size
    window: Size | None = None

    @property
    def n(self) -> Size:
        """The keys."""
        return self.keys

    @property
    def full(self) -> Size:
        """All pairs: a mask is applied after the product."""
        return self.queries * self.keys

    @property
    def inside(self) -> Size:
        """The pairs that count; of T queries on T keys T(T + 1)/2, or v·T − v(v − 1)/2.

        >>> Causal(4, 4).inside, Causal(4, 4, window=2).inside, Causal(1, 9).inside
        (10, 7, 9)
        """

        def seen(last: Size) -> Size:  # by all queries up to the one at this place, from 1
            v = last if self.window is None else minimum(last, self.window)
            return v * last - split(v * (v - 1), 2)

        return seen(self.keys) - seen(self.keys - self.queries)

    def lands(self, o: int, t: int) -> int | None:
        """The key, where the query may see it."""
        place = o + self.keys - self.queries
        least = 0 if self.window is None else place - self.window + 1
        return t if least <= t <= place else None

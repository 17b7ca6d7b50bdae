"""Meets: two loops on one axis, and how many of their pairs land on it.

A window and an image's row, an adaptive pool's cells, a query and the keys that it may see
(masks.py): in each, an output `o` and a tap `t` meet at an index of an axis, or miss it. `full`
counts all pairs, `inside` those that land; padding, cropping and masks are the difference.
"""

from typing import NamedTuple, Protocol

from .size import Size, as_factor, ceil_div, common_divisor
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

    With one tap output o reads ⌊o·n/m⌋, or, `centred`, ⌊(o + ½)·n/m⌋; with two those around its
    centre, (o + ½)·n/m − ½, with more as many on either side, and the border's own number where
    there is none beyond it.
    """

    n: Size
    outputs: Size
    taps: int = 1
    centred: bool = False

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
            return (2 * o + 1) * n // (2 * m) if self.centred else o * n // m
        first = ((2 * o + 1) * n - m) // (2 * m) - (self.taps // 2 - 1)
        return min(max(first + t, 0), n - 1)


class Placed(NamedTuple):
    """Each of so many outputs at one place of an axis of `n`: `by` places on, or round its end.

    Or, `turned`, from the last output to the first: what is read backwards.
    """

    n: Size
    outputs: Size
    by: Size = 0
    turned: bool = False

    @property
    def full(self) -> Size:
        """One for each output."""
        return self.outputs

    @property
    def inside(self) -> Size:
        """As many."""
        return self.outputs

    def lands(self, o: int, t: int) -> int | None:
        """Where an output's number lies.

        >>> [Placed(5, 3, 1).lands(o, 0) for o in range(3)]
        [1, 2, 3]
        >>> [Placed(3, 3, turned=True).lands(o, 0) for o in range(3)]
        [2, 1, 0]
        """
        place = int(self.outputs) - 1 - o if self.turned else o
        return (place + t + int(self.by)) % int(self.n)

"""Masks: which keys a query may see, as a meet of the two.

Every product of a pair is worked out, and a hidden one is then left out of the softmax: `full` is
what is computed, `inside` what counts.
"""

from typing import NamedTuple

from .size import Size, minimum, split


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


class Near(NamedTuple):
    """A mask: each of `n` queries sees the keys at most `reach` before and behind it."""

    n: Size
    reach: int

    @property
    def full(self) -> Size:
        """All pairs: a mask is applied after the product."""
        return self.n * self.n

    @property
    def inside(self) -> Size:
        """The pairs that count, n·(2r + 1) − r·(r + 1) with r = min(reach, n − 1).

        >>> Near(5, 1).inside, Near(5, 9).inside  # 2 + 3 + 3 + 3 + 2, and all
        (13, 25)
        """
        r = minimum(self.n - 1, self.reach)
        return self.n * (2 * r + 1) - r * (r + 1)

    def lands(self, o: int, t: int) -> int | None:
        """The key, where it is near enough."""
        return t if abs(o - t) <= self.reach else None


class Blocks(NamedTuple):
    """An axis of `n` cut into blocks of `size`: place o meets each of the `size` in its block.

    With a `shift` the blocks start so far along the axis, and the last one goes round its end: a
    mask hides what lies on the other side of it (Liu et al., arXiv:2103.14030). One block alone is
    not shifted.
    """

    n: Size
    size: int
    shift: int = 0

    @property
    def full(self) -> Size:
        """All pairs of all blocks."""
        return self.n * self.size

    @property
    def inside(self) -> Size:
        """Those that the mask lets through: the last block has two parts, s and size − s.

        >>> Blocks(8, 4).inside, Blocks(8, 4, 1).inside, Blocks(4, 4, 1).inside  # 16 + 3² + 1²
        (32, 26, 16)
        """
        parted = minimum(self.n // self.size - 1, 1)
        return self.full - 2 * self.shift * (self.size - self.shift) * parted

    def lands(self, o: int, t: int) -> int | None:
        """The t-th place of the block that o is in."""
        n, size = int(self.n), self.size
        shift = self.shift if n > size else 0
        rolled = (o - shift) % n
        other = rolled // size * size + t
        hidden = (rolled >= n - shift) != (other >= n - shift)
        return None if hidden else (other + shift) % n

"""What stays of some tiles of a grid, and what a choice of designs has to know.

A `Choice` is plain data that travels to where tiles are priced. There a `Selection` takes in the
chunks of one tile, and ends in a `Part`: arrays of whole numbers. Parts merge in any order and any
grouping to the same one: of equal designs the first in the grid stays, and a design knows its place
there.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from .keys import Key

if TYPE_CHECKING:
    from ..grid.chunks import Chunk
    from ..grid.factors import Array


class Part(Protocol):
    """What stays of some tiles: a named tuple of int64 arrays."""

    def _asdict(self) -> "dict[str, Array]": ...


class Stay(NamedTuple):
    """Designs that stay, a row for each.

    `points` are what they are chosen by, turned so that the least is the best; `places` where they
    stand in the grid; `designs` their columns.
    """

    points: "Array"
    places: "Array"
    designs: "Array"

    @classmethod
    def none(cls, keys: int, columns: int) -> Self:
        """No design."""
        import numpy as np

        return cls(*(np.empty(shape, dtype=np.int64) for shape in ((0, keys), 0, (0, columns))))

    def at(self, rows: "Array") -> "Stay":
        """Some of them."""
        return Stay(self.points[rows], self.places[rows], self.designs[rows])

    @staticmethod
    def joined(stays: "Sequence[Stay]") -> "Stay":
        """All of several, in the order of their places."""
        import numpy as np

        joined = Stay(*map(np.concatenate, zip(*stays, strict=True)))
        return joined.at(np.argsort(joined.places, kind="stable"))


def designs_of(part: Part) -> "Array":
    """The designs of a part that has some: of each choice but a tally."""
    assert isinstance(part, Stay)  # noqa: S101
    return part.designs


class Selection(Protocol):
    """Gets the chunks of a tile in order, each with where its filters keep a design.

    A design can stay only if, for each of `bounds`, at most `cuts`, one of its `keys`, turned so
    that the least is the best, is not above.
    """

    cuts: int

    @property
    def keys(self) -> Sequence[Key]:
        """What designs are chosen by."""

    def bounds(self) -> "Sequence[Sequence[int]]":
        """The bounds so far, each with a number for each key."""

    def add(self, chunk: "Chunk", kept: Any) -> "Stay | None":
        """Take a chunk in; hand on what can be told already."""

    def end(self) -> "Part":
        """What stays of the tile, besides what was handed on."""


class Choice(Protocol):
    """Which designs stay."""

    @property
    def keys(self) -> Sequence[Key]:
        """What designs are chosen by."""

    def selection(
        self, columns: Sequence[str], known: "Sequence[Sequence[int]]" = ()
    ) -> "Selection":
        """What takes in a tile; the rows of designs have these `columns`.

        `known` are bounds from other tiles: a design that is above by every key does not stay.
        """

    def merged(self, parts: "Sequence[Any]") -> "Part":
        """One part of several, at least one: associative and commutative."""

    def known(self, part: "Any") -> "Sequence[Sequence[int]]":
        """The bounds that what stays so far sets to other tiles."""

    def finished(self, part: "Any") -> "Part":
        """What stays of the whole grid; raises `FlopcountError` where that is too much."""

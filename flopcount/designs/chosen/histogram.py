"""How designs are spread along a count or a varied name: bins of whole numbers.

Nobody knows before where the designs lie that the filters keep, and the bins of all tiles must be
the same. So designs are counted in fine bins, which the proved least and most of the name decide,
and of these the bins are made that are shown.
"""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from ...records import dataclass
from ..grid.filters import MOST

if TYPE_CHECKING:
    from ..grid.factors import Array

BINS = 20  # where no number is asked for
MAX_BINS = 1000
MAX_FINE = 2**16  # fine bins: as many as there are values, or more than MAX_BINS several times over


class Bin(NamedTuple):
    """So many `designs` lie from `first` to `last`, both included."""

    first: int
    last: int
    designs: int


@dataclass(frozen=True)
class Histogram:
    """At most `bins` bins of a name that lies from `least`, 0 or more, to `most`.

    They are 1, 2 or 5 times a power of ten wide, start at multiples of that, and are as narrow as
    is possible for the designs that there are: from the first that has one to the last.
    """

    name: str
    least: int
    most: int
    bins: int = BINS

    @property
    def width(self) -> int:
        """That of the fine bins: a power of ten, such that there are at most `MAX_FINE`."""
        width = 1
        while self.most // width - self.least // width >= MAX_FINE:
            width *= 10
        return width

    @property
    def start(self) -> int:
        """The number of the first fine bin; number 0 starts at 0."""
        return self.least // self.width

    @property
    def fine(self) -> int:
        """How many fine bins there are."""
        return self.most // self.width - self.start + 1

    def shown(self, numbers: "Array", designs: "Array") -> list[Bin]:
        """The bins, of the fine ones with these numbers, in order, and so many designs in each.

        >>> import numpy as np
        >>> spread = Histogram("params", 0, 10**6, bins=3)
        >>> spread.shown(np.array([10, 17, 41]), np.array([2, 1, 5]))  # fine bins are 100 wide
        [Bin(first=0, last=1999, designs=3), Bin(first=2000, last=3999, designs=0), ...]
        """
        import numpy as np

        if not len(numbers):
            return []
        low, high = int(numbers[0]), int(numbers[-1])
        times = next(times for times in _times() if high // times - low // times < self.bins)
        width, first = self.width * times, low // times
        sums = np.zeros(high // times - first + 1, dtype=np.int64)
        np.add.at(sums, numbers // times - first, designs)  # a bincount would weigh with floats
        return [
            Bin(place * width, min((place + 1) * width - 1, MOST), number)
            for place, number in enumerate(sums.tolist(), first)
        ]


def _times() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    for power in count():
        yield from (10**power, 2 * 10**power, 5 * 10**power)

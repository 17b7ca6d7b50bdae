"""How many designs the filters keep, and where they lie along counts and varied names."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from ...records import dataclass
from ..grid.filters import MOST
from .histogram import MAX_FINE, Bin, Histogram
from .keys import Key

if TYPE_CHECKING:
    from ..grid.chunks import Chunk
    from ..grid.factors import Array


class Tallied(NamedTuple):
    """What was counted.

    `kept` is a single number; `least` and `most` have one for each name that is told of: of no
    design the most and the least of int64. `bins` are the fine bins that have a design, those of
    each histogram `MAX_FINE` numbers after those of the one before, and `designs` how many.
    """

    kept: "Array"
    least: "Array"
    most: "Array"
    bins: "Array"
    designs: "Array"


@dataclass(frozen=True)
class Tally:
    """How many designs stay, the least and the most of `names` among them, and `histograms`."""

    names: tuple[str, ...]
    histograms: tuple[Histogram, ...] = ()
    keys: tuple[Key, ...] = ()

    def selection(
        self,
        columns: Sequence[str],  # noqa: ARG002  as every choice has it
        known: Sequence[Sequence[int]] = (),  # noqa: ARG002  likewise
    ) -> "TallyOfTile":
        """See `Choice`; the columns of designs are of no interest."""
        return TallyOfTile(self)

    def merged(self, parts: Sequence[Tallied]) -> Tallied:
        """All together."""
        import numpy as np

        bins, where = np.unique(np.concatenate([part.bins for part in parts]), return_inverse=True)
        designs = np.zeros(len(bins), dtype=np.int64)
        np.add.at(designs, where, np.concatenate([part.designs for part in parts]))
        return Tallied(
            np.add.reduce([part.kept for part in parts]),
            np.minimum.reduce([part.least for part in parts]),
            np.maximum.reduce([part.most for part in parts]),
            bins,
            designs,
        )

    def known(self, part: Tallied) -> Sequence[Sequence[int]]:  # noqa: ARG002  as every choice has it
        """None."""
        return ()

    def finished(self, part: Tallied) -> Tallied:
        """See `Choice`."""
        return part

    def ranges(self, part: Tallied) -> Mapping[str, tuple[int, int] | None]:
        """The least and the most of each name; None where no design stays."""
        ends = zip(part.least.tolist(), part.most.tolist(), strict=True)
        return {
            name: pair if part.kept[0] else None
            for name, pair in zip(self.names, ends, strict=True)
        }

    def bars(self, part: Tallied) -> Mapping[str, list[Bin]]:
        """The bins of each histogram, by its name."""
        bars = {}
        for number, histogram in enumerate(self.histograms):
            own = part.bins // MAX_FINE == number
            fine = part.bins[own] % MAX_FINE + histogram.start
            bars[histogram.name] = histogram.shown(fine, part.designs[own])
        return bars


class TallyOfTile:
    """Counts the designs of a tile."""

    keys: Sequence[Key] = ()
    cuts = 0

    def __init__(self, tally: Tally) -> None:
        import numpy as np

        self.tally = tally
        self._kept = 0
        self._least = dict.fromkeys(tally.names, MOST)
        self._most = dict.fromkeys(tally.names, -MOST - 1)
        self._room = np.empty(0, dtype=np.int64)
        self._fine = {one: np.zeros(one.fine, dtype=np.int64) for one in tally.histograms}

    def bounds(self) -> Sequence[Sequence[int]]:
        """None: every design counts."""
        return ()

    def add(self, chunk: "Chunk", kept: Any) -> None:
        """Count what is kept of a chunk."""
        import numpy as np

        size = prod(chunk.shape)
        kept = None if kept is None else np.broadcast_to(kept, chunk.shape)
        number = size if kept is None else int(np.count_nonzero(kept))
        if not number:
            return
        self._kept += number
        of_kept = {} if number == size else chunk.kept_values(self.tally.names, kept, number)
        for name in self.tally.names:
            # where all are kept, a value of a row or a column alone is looked at once
            values = of_kept[name] if of_kept else chunk.values(name)
            least, most = int(values.min()), int(values.max())
            self._least[name] = min(self._least[name], least)
            self._most[name] = max(self._most[name], most)
            for histogram in self._fine:
                if histogram.name == name:
                    self._sort(values, (least, most), histogram, number // values.size)

    def end(self) -> Tallied:
        """What was counted."""
        import numpy as np

        filled = [np.flatnonzero(fine) for fine in self._fine.values()]
        bins = [places + number * MAX_FINE for number, places in enumerate(filled)]
        found = [fine[places] for fine, places in zip(self._fine.values(), filled, strict=True)]
        return Tallied(
            np.array([self._kept], dtype=np.int64),
            np.array([*self._least.values()], dtype=np.int64),
            np.array([*self._most.values()], dtype=np.int64),
            *(np.concatenate([np.empty(0, dtype=np.int64), *arrays]) for arrays in (bins, found)),
        )

    def _sort(
        self, values: "Array", ends: tuple[int, int], histogram: Histogram, times: int
    ) -> None:
        """Add values, each so many times, whose least and most are `ends`, to the fine bins."""
        import numpy as np

        fine, width = self._fine[histogram], histogram.width
        first, last = (end // width - histogram.start for end in ends)
        if not 0 <= first <= last < len(fine):  # a bound that was proved is wrong
            raise AssertionError((histogram, ends))
        if self._room.size < values.size:
            self._room = np.empty(values.size, dtype=np.int64)  # used for each chunk again
        numbers = self._room[: values.size]
        np.subtract(values, (first + histogram.start) * width, out=numbers.reshape(values.shape))
        if width > 1:
            unsigned = numbers.view(np.uint64)  # none is below 0; divided in half the time
            np.floor_divide(unsigned, np.uint64(width), out=unsigned)
        fine[first : last + 1] += np.bincount(numbers, minlength=last - first + 1) * times

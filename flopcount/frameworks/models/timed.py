"""What the parts of a model take in time, as a sheet and as JSON: alike for all readers."""

from collections.abc import Sequence
from typing import Any

from ...records import dataclass
from ...writing.sheet import Column, Sheet
from ..timing import Times


@dataclass(frozen=True)
class Timed:
    """A layer, and how long a call of it takes."""

    name: str
    kind: str
    times: Times
    part: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {self.part: self.name, "class": self.kind, **self.times.as_dict()}


def time_sheet(timed: Sequence[Timed], device: str, part: str, how: str) -> Sheet:
    """One line a layer: time, quartiles, multiplies per second; `how` it was run, for the note."""
    return Sheet(
        columns=(
            Column(part, part, key=True),
            Column("class", "class"),
            Column("ms", "ms", "figure", key=True),
            Column("quartiles_ms", "quartiles", "figure"),
            Column("gmultiplies_per_s", "10⁹ mul/s", "figure"),
        ),
        rows=[
            [line.name, line.kind, t.milliseconds, t.quartiles, t.giga]
            for line in timed
            for t in (line.times,)
        ],
        heading=(f"time on {device}: warm, synchronised, median of repeated runs",),
        notes=(how,),
    )

"""The totals beside the sums of what the other side has of each layer."""

from collections.abc import Callable, Sequence

from ...core import COUNTS, Counts
from ...records import dataclass
from ...writing.cells import number
from .compare import Checked
from .variables import STORED

SAMPLES = (1, 2)  # of one, and of a batch, which has the parameters of one
Reported = Callable[[int], Counts]  # what is reported of so many samples


@dataclass(frozen=True)
class Total:
    """A total of so many samples, the other side's sum (None: of some layer nothing), its fault."""

    name: str
    samples: int
    ours: int
    theirs: int | None
    differs: str

    @property
    def follows(self) -> bool:
        """Whether it is off by what its layers are off by, and by no more."""
        return self.theirs not in (None, self.ours) and not self.differs


def compare_totals(layers: Sequence[Checked], reported: Reported) -> tuple[Total, ...]:
    """Each count's total of one sample and of two, beside the sum over the other side's layers.

    A total that is off by what its layers are off by was said there. It is a fault of its own
    where it is neither the other side's sum nor that of our rows.
    """
    totals = []
    for samples in SAMPLES:
        counts = reported(samples)
        for name in COUNTS:
            times = 1 if name in STORED else samples
            parts = [layer.theirs.get(name) for layer in layers]
            known = [part for part in parts if part is not None]
            theirs = times * sum(known) if len(known) == len(parts) else None
            rows = times * sum(layer.row.known(name) for layer in layers)
            ours = int(counts[name])
            differs = ""
            if theirs is not None and ours not in (theirs, rows):
                of = "" if samples == 1 else f" of {samples} samples"
                title = COUNTS[name].title
                differs = f"total {title}{of} {number(ours)}, summed over Keras {number(theirs)}"
            totals.append(Total(name, samples, ours, theirs, differs))
    return tuple(totals)

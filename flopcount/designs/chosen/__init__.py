"""Which designs of a sweep stay, tile by tile, and how what stays of several tiles is merged."""

from .every import Every
from .gathered import Gathered
from .histogram import BINS, MAX_BINS, Bin, Histogram
from .keys import Key, in_order, known_name, read_key
from .merging import Merging
from .pareto import MAX_KEYS, Pareto
from .parts import Choice, Part, Selection, Stay, designs_of
from .tally import Tallied, Tally
from .top import MAX_TOP, Top

__all__ = [
    "BINS",
    "MAX_BINS",
    "MAX_KEYS",
    "MAX_TOP",
    "Bin",
    "Choice",
    "Every",
    "Gathered",
    "Histogram",
    "Key",
    "Merging",
    "Pareto",
    "Part",
    "Selection",
    "Stay",
    "Tallied",
    "Tally",
    "Top",
    "designs_of",
    "in_order",
    "known_name",
    "read_key",
]

"""Which designs of a sweep stay, tile by tile, and how what stays of several tiles is merged."""

from .every import Every
from .keys import Key
from .pareto import MAX_KEYS, Pareto
from .parts import Choice, Part, Selection, Stay, designs_of
from .top import MAX_TOP, Top

__all__ = [
    "MAX_KEYS",
    "MAX_TOP",
    "Choice",
    "Every",
    "Key",
    "Pareto",
    "Part",
    "Selection",
    "Stay",
    "Top",
    "designs_of",
]

"""The unit that is asked for: what is counted, and how it is printed: ``GFLOPs``, ``G,Mparams``."""

import re
from operator import index
from typing import NamedTuple, SupportsIndex

from ..core import NAMED, UNITS
from ..errors import FlopcountError, nearest, quote
from ..writing.scale import DIGITS, EXACT, MOST_DIGITS, Scale

UNIT_NAMES = {unit: NAMED[unit].title for unit in UNITS}
SCALED = (  # what completion offers besides
    *("K", "M", "G", "T"),
    *(f"{prefix}{unit}" for unit in ("MACs", "FLOPs") for prefix in "KMGT"),
)
_KNOWN = "multiplies, macs or flops, with K, M, G, T or P before it for thousands and up: GFLOPs, G"
_WORDS = "multiplies|macs|flops|params|parameters|"
_UNIT = re.compile(rf"([kmgbtp]?) ?({_WORDS})", re.IGNORECASE | re.ASCII)


class Measure(NamedTuple):
    """A `unit` of `UNITS`, how its numbers are printed, and how those of parameters are."""

    unit: str = "multiplies"
    scale: Scale = EXACT
    params: Scale = EXACT

    @property
    def times(self) -> int:
        """What its number is of the multiplies."""
        return UNITS[self.unit]

    @property
    def name(self) -> str:
        """After a number: ``FLOPs``, ``GFLOPs``, ``G multiplies``."""
        return self.scale.of(UNIT_NAMES[self.unit])

    def heading(self, *before: str) -> str:
        """Above a column: ``naive GFLOPs``, ``multiplies (G)``."""
        return self.scale.heading(" ".join([*before, UNIT_NAMES[self.unit]]))

    def text(self, count: int) -> str:
        """A count in the unit, as it is printed."""
        return self.scale.text(count)

    def said(self) -> str:
        """A clause for the heading on what is rounded; empty where nothing is."""
        return said(self.scale, self.params)


MULTIPLIES = Measure()


def said(*scales: Scale) -> str:
    """A clause on what the prefixes of some scales are, and to how many digits numbers are rounded.

    >>> said(Scale("G", 4), EXACT, Scale("M", 4))
    'G = 10⁹, M = 10⁶, rounded to 4 significant digits'
    """
    used = [scale for scale in dict.fromkeys(scales) if scale]
    if not used:
        return ""
    return f"{', '.join(scale.says() for scale in used)}, rounded to {used[0].rounding()}"


def read_measure(unit: object, digits: object = None) -> Measure:
    """Read ``macs``, ``GFLOPs``, ``G`` (of multiplies), or with parameters ``GMACs,Mparams``.

    `digits` are printed of what is scaled, by default `DIGITS`. Raises `FlopcountError` for
    another unit, and for digits where nothing is scaled.

    >>> read_measure("GFLOPs").name, read_measure("g").name, read_measure("macs,Mparams").params
    ('GFLOPs', 'G multiplies', Scale(prefix='M', digits=3))
    """
    if digits is not None and (
        isinstance(digits, bool)
        or not isinstance(digits, SupportsIndex)
        or not 1 <= index(digits) <= MOST_DIGITS
    ):
        raise FlopcountError(
            f"digits is {quote(digits)}, not a whole number from 1 to {MOST_DIGITS}"
        )
    shown = DIGITS if digits is None else index(digits)
    read: dict[str, tuple[str, Scale]] = {}
    for part in unit.split(",") if isinstance(unit, str) else [unit]:
        found = _UNIT.fullmatch(part.strip()) if isinstance(part, str) else None
        if not found or found[0].lower() in ("", "params", "parameters"):
            other = str(part)[1:].casefold() in UNITS  # EFLOPs: of a prefix that is none of these
            near = "" if other else nearest(str(part), [*UNITS, *SCALED])
            raise FlopcountError(f"unknown unit {quote(part)} (known: {_KNOWN}){near}")
        prefix, word = found[1].upper().replace("B", "G"), found[2].lower()
        what = "params" if word.startswith("param") else "unit"
        if what in read:
            raise FlopcountError(f"unit {quote(unit)}: expected one, or two as in GMACs,Mparams")
        read[what] = word or "multiplies", Scale(prefix, shown) if prefix else EXACT
    (name, scale), (_, params) = (
        read.get(what, ("multiplies", EXACT)) for what in ("unit", "params")
    )
    if digits is not None and not scale and not params:
        raise FlopcountError("digits are of a unit that is scaled, such as G or GFLOPs")
    return Measure(name, scale, params)

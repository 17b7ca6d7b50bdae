"""Two networks held against each other: their layers in pairs, their differences by kind."""

from .pairs import VERDICTS, Alignment, Pair, Side, align

__all__ = ["VERDICTS", "Alignment", "Pair", "Side", "align"]

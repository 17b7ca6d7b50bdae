"""Rows grouped, compared and explained.

The report stands here; what is made of one, and what few ask for, is a module of its own: layout
and explain, breakeven, comparisons, catalog, formulas.
"""

from ..core import UNITS
from .conventions import OF_ONE_SAMPLE
from .lines import GRAINS, Line
from .report import Report, analyze
from .units import UNIT_NAMES

__all__ = [
    "GRAINS",
    "OF_ONE_SAMPLE",
    "UNITS",
    "UNIT_NAMES",
    "Line",
    "Report",
    "analyze",
]

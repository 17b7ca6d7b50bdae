"""What papers print and claim, judged by the exact figures."""

from .claims import claims_table
from .paper import compare_with_paper

__all__ = ["claims_table", "compare_with_paper"]

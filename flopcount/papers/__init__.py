"""What papers print and claim, judged by the exact figures."""

from .claims import claims_table
from .paper import compare_with_paper
from .printed import printed_of

__all__ = ["claims_table", "compare_with_paper", "printed_of"]

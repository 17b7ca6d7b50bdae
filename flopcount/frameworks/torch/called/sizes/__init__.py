"""The sizes that rules may ask of an operator, of each kind of them: from arguments and results."""

from . import attention, convolution, lookup, norms, pools, products, recurrent, resampling
from .table import Operator, facts_of

__all__ = [
    "Operator",
    "attention",
    "convolution",
    "facts_of",
    "lookup",
    "norms",
    "pools",
    "products",
    "recurrent",
    "resampling",
]

"""What frameworks compute, on tensors as they have them: any rank, any order of the axes, a batch.

Networks that are read from a model are made of these; no word of the notation stands for one.
"""

from .channels_first import (
    FirstAdaptivePool,
    FirstConv,
    FirstPool,
    FirstTransposed,
)
from .elementwise import Elementwise
from .moving import Lookup, Move, Parameter, Unknown
from .norms import BatchNorm, GroupNorm, LayerNorm
from .product import Product
from .reduction import Reduction, Softmax

__all__ = ["BatchNorm", "Elementwise", "FirstAdaptivePool", "FirstConv", "FirstPool"]
__all__ += ["FirstTransposed", "GroupNorm", "LayerNorm", "Lookup", "Move", "Parameter", "Product"]
__all__ += ["Reduction", "Softmax", "Unknown"]

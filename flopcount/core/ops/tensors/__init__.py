"""What frameworks compute, on tensors as they have them: any rank, any order of the axes, a batch.

Networks that are read from a model are made of these; no word of the notation stands for one.
"""

from .channels_first import FirstAdaptivePool, FirstConv, FirstPool, FirstTransposed
from .elementwise import Elementwise, Gated, PReLU
from .moving import Lookup, Move, Parameter, Scatter, Unknown
from .norms import BatchNorm, GroupNorm, LayerNorm, WeightNorm
from .product import Bilinear, Distances, Product, ScaledProducts
from .recurrent import Recurrence
from .reduction import Reduction, Running, Softmax
from .resampling import FirstUpsample, Fold, GridSample

__all__ = [
    "BatchNorm",
    "Bilinear",
    "Distances",
    "Elementwise",
    "FirstAdaptivePool",
    "FirstConv",
    "FirstPool",
]
__all__ += ["FirstTransposed", "FirstUpsample", "Fold", "Gated", "GridSample", "GroupNorm"]
__all__ += ["LayerNorm", "Lookup", "Move", "PReLU", "Parameter", "Product", "Recurrence"]
__all__ += ["Reduction", "Running", "ScaledProducts", "Scatter", "Softmax", "Unknown", "WeightNorm"]

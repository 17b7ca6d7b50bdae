"""What frameworks compute, on tensors as they have them: any rank, any order of the axes, a batch.

Networks that are read from a model are made of these; no word of the notation stands for one.
"""

from .channels_first import FirstAdaptivePool, FirstConv, FirstPool, FirstTransposed
from .channels_last import LastAdaptivePool, LastConv, LastPool, LastTransposed
from .elementwise import Elementwise, Gated, PReLU
from .moving import Lookup, Move, Parameter, Scatter, Unknown
from .norms import BatchNorm, GroupNorm, LayerNorm, WeightNorm
from .product import Bilinear, Distances, Product, ScaledProducts
from .recurrent import Recurrence
from .reduction import Reduction, Running, Softmax
from .resampling import FirstUpsample, Fold
from .sampled import DeformConv, GridSample, RoiAlign

__all__ = [
    "BatchNorm",
    "Bilinear",
    "DeformConv",
    "Distances",
    "Elementwise",
    "FirstAdaptivePool",
    "FirstConv",
    "FirstPool",
    "FirstTransposed",
    "FirstUpsample",
    "Fold",
    "Gated",
    "GridSample",
    "GroupNorm",
    "LastAdaptivePool",
    "LastConv",
    "LastPool",
    "LastTransposed",
    "LayerNorm",
    "Lookup",
    "Move",
    "PReLU",
    "Parameter",
    "Product",
    "Recurrence",
    "Reduction",
    "RoiAlign",
    "Running",
    "ScaledProducts",
    "Scatter",
    "Softmax",
    "Unknown",
    "WeightNorm",
]

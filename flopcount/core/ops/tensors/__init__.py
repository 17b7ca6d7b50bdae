"""What frameworks compute, on tensors as they have them: any rank, any order of the axes, a batch.

Networks that are read from a model are made of these; no word of the notation stands for one. A
module is loaded with the first of its classes that is asked for: a network has few kinds.
"""

from typing import TYPE_CHECKING

from ....lazy import names_later

if TYPE_CHECKING:
    from .attentions import HeadsAttention, Turned
    from .calibrated import Calibrated, DynamicQuantize
    from .channels_first import FirstAdaptivePool, FirstConv, FirstPool, FirstTransposed
    from .channels_last import LastAdaptivePool, LastConv, LastPool, LastTransposed
    from .convolved_state import ConvLSTM
    from .elementwise import Elementwise, Gated, PReLU
    from .moving import Lookup, Move, Parameter, Scatter, Unknown
    from .neighbours import FirstLRN, NormPool
    from .norms import AxesNorm, BatchNorm, GroupNorm, LayerNorm, Standardized, WeightNorm
    from .product import Bilinear, Distances, Product, ScaledProducts, Summed
    from .recurrences import Recurrences
    from .recurrent import Recurrence
    from .reduction import Reduction, Running, Softmax
    from .repeated import Repeated, in_loop
    from .resampling import FirstUpsample, Fold, LastUpsample
    from .resized import Placing, Resize
    from .sampled import DeformConv, GridSample, RoiAlign
    from .scores import AdditiveScores, Factor
    from .windowed import WindowReduction

_ROOMS = {  # the modules, and what of each is known here
    "attentions": "HeadsAttention Turned",
    "calibrated": "Calibrated DynamicQuantize",
    "channels_first": "FirstAdaptivePool FirstConv FirstPool FirstTransposed",
    "channels_last": "LastAdaptivePool LastConv LastPool LastTransposed",
    "convolved_state": "ConvLSTM",
    "elementwise": "Elementwise Gated PReLU",
    "moving": "Lookup Move Parameter Scatter Unknown",
    "neighbours": "FirstLRN NormPool",
    "norms": "AxesNorm BatchNorm GroupNorm LayerNorm Standardized WeightNorm",
    "product": "Bilinear Distances Product ScaledProducts Summed",
    "recurrences": "Recurrences",
    "recurrent": "Recurrence",
    "reduction": "Reduction Running Softmax",
    "repeated": "Repeated in_loop",
    "resampling": "FirstUpsample Fold LastUpsample",
    "resized": "Placing Resize",
    "sampled": "DeformConv GridSample RoiAlign",
    "scores": "AdditiveScores Factor",
    "windowed": "WindowReduction",
}

if not TYPE_CHECKING:  # else a name that is not there would be of any type
    __getattr__ = names_later(__name__, _ROOMS)

__all__ = [
    "AdditiveScores",
    "AxesNorm",
    "BatchNorm",
    "Bilinear",
    "Calibrated",
    "ConvLSTM",
    "DeformConv",
    "Distances",
    "DynamicQuantize",
    "Elementwise",
    "Factor",
    "FirstAdaptivePool",
    "FirstConv",
    "FirstLRN",
    "FirstPool",
    "FirstTransposed",
    "FirstUpsample",
    "Fold",
    "Gated",
    "GridSample",
    "GroupNorm",
    "HeadsAttention",
    "LastAdaptivePool",
    "LastConv",
    "LastPool",
    "LastTransposed",
    "LastUpsample",
    "LayerNorm",
    "Lookup",
    "Move",
    "NormPool",
    "PReLU",
    "Parameter",
    "Placing",
    "Product",
    "Recurrence",
    "Recurrences",
    "Reduction",
    "Repeated",
    "Resize",
    "RoiAlign",
    "Running",
    "ScaledProducts",
    "Scatter",
    "Softmax",
    "Standardized",
    "Summed",
    "Turned",
    "Unknown",
    "WeightNorm",
    "WindowReduction",
    "in_loop",
]

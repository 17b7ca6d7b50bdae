"""A layer is its loop nests: ops, counts, graph. A kind of layer has its file in ops/."""

from .counts import COUNTS, NAMED, PARAMETERS, UNITS, Count, Counts
from .graph import INPUT, Network, Node, Port, Row, Scope, shapes_of, walk
from .nest import Nest
from .op import (
    SINGLE,
    Op,
    Written,
    axes_after,
    extent_of,
    factors_of,
    family_of,
    has_weights,
    is_channelwise,
    is_convolution,
    is_positionwise,
    is_transposed,
    open_sizes,
    role_of,
    separated,
    text_of,
    width_of,
    window_of,
    with_width,
    with_window,
    without_role,
)
from .ops import OPS
from .sharing import FirstUses

__all__ = ["COUNTS", "NAMED", "PARAMETERS", "UNITS", "Count", "Counts"]
__all__ += ["INPUT", "FirstUses", "Network", "Node", "Port", "Row", "Scope", "shapes_of", "walk"]
__all__ += ["OPS", "SINGLE", "axes_after", "is_positionwise"]
__all__ += ["Nest", "Op", "Written", "extent_of", "factors_of", "has_weights", "open_sizes"]
__all__ += [
    "is_channelwise",
    "is_convolution",
    "is_transposed",
    "role_of",
    "separated",
    "width_of",
    "window_of",
]
__all__ += ["family_of"]
__all__ += ["text_of", "with_width", "with_window", "without_role"]

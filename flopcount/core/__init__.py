"""A layer is its loop nests: ops, counts, graph. A kind of layer has its file in ops/."""

from .counts import COUNTS, NAMED, PARAMETERS, UNITS, Count, Counts
from .graph import INPUT, Network, Node, Port, Row, Scope, shapes_of, walk
from .nest import Nest
from .op import SINGLE, Op, Written
from .ops.traits import (
    axes_after,
    computed_of,
    extent_of,
    factors_of,
    family_of,
    has_weights,
    is_bare,
    is_channels_last,
    is_channelwise,
    is_convolution,
    is_patched,
    is_positionwise,
    is_transposed,
    main_of,
    open_sizes,
    riding,
    role_of,
    separated,
    tail_part,
    text_of,
    width_of,
    window_of,
    with_width,
    with_window,
    without_role,
)
from .sharing import FirstUses

__all__ = ["COUNTS", "INPUT", "NAMED", "Count", "Counts", "FirstUses", "Nest", "Network", "Node"]
__all__ += ["PARAMETERS", "SINGLE", "UNITS", "Op", "Port", "Row", "Scope", "Written", "axes_after"]
__all__ += ["computed_of", "extent_of", "factors_of", "family_of", "has_weights", "is_bare"]
__all__ += ["is_channels_last", "is_channelwise", "is_convolution", "is_patched", "is_positionwise"]
__all__ += ["is_transposed", "main_of", "open_sizes", "riding", "role_of", "separated", "shapes_of"]
__all__ += ["tail_part", "text_of", "walk", "width_of", "window_of", "with_width", "with_window"]
__all__ += ["without_role"]

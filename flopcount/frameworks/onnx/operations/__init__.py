"""The table from an operator of ONNX to an op: what each computes, and what shape comes out.

A rule reads a node's inputs and attributes. `OPERATIONS` has one for each that is known, by its
domain and name; whatever is not in it is `Unknown`: a row with its shapes and no counts.
"""

from . import (  # they register
    activations,  # noqa: F401
    attention,  # noqa: F401
    creating,  # noqa: F401
    einsum,  # noqa: F401
    elementwise,  # noqa: F401
    lookups,  # noqa: F401
    microsoft,  # noqa: F401
    microsoft_attention,  # noqa: F401
    microsoft_quantised,  # noqa: F401
    moving,  # noqa: F401
    norms,  # noqa: F401
    pools,  # noqa: F401
    products,  # noqa: F401
    quantised,  # noqa: F401
    recurrent,  # noqa: F401
    reductions,  # noqa: F401
    resampling,  # noqa: F401
    sequences,  # noqa: F401
    shapes,  # noqa: F401
    windows,  # noqa: F401
    written,  # noqa: F401
)
from .table import OPERATIONS

__all__ = ["OPERATIONS"]

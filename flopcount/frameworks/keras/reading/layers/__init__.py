"""The table from a class of Keras' to what it computes.

A rule reads a layer's settings and what it is called with, adds the nodes and gives what comes out.
`LAYERS` has one for each class of ``keras.layers`` that is known, `OPERATIONS` for each of
``keras.ops``; what is in neither is for Keras itself to run.
"""

from . import (  # noqa: F401  they register
    activations,
    attention,
    convolution,
    dense,
    merging,
    moving,
    norms,
    operations,
    pooling,
    preprocessing,
    products,
    recurrent,
    reshaping,
    wrappers,
)
from .table import LAYERS, OPERATIONS

__all__ = ["LAYERS", "OPERATIONS"]

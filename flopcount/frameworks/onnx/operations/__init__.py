"""The table from an operator of ONNX to an op: what each computes, and what shape comes out.

A rule reads a node's inputs and attributes. `OPERATIONS` has one for each that is known, by its
domain and name; whatever is not in it is `Unknown`: a row with its shapes and no counts.
"""

from . import windows  # noqa: F401  they register
from .table import OPERATIONS

__all__ = ["OPERATIONS"]

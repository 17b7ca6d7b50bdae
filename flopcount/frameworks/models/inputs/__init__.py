"""What goes into a model: tensors by their shape and type; how they are typed, and named."""

from .tensors import (
    Inputs,
    Tensor,
    dtype_name,
    inputs,
    is_tensor,
    of_values,
    read_tensor,
)

__all__ = [
    "Inputs",
    "Tensor",
    "dtype_name",
    "inputs",
    "is_tensor",
    "of_values",
    "read_tensor",
]

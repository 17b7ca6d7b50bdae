"""Sizes: whole numbers, or polynomials in open names; windows; how a formula is printed.

The arithmetic and the windows stand here. What only an open size needs is loaded with the first
one: polynomial, atoms, bounds, values, domain, forms; sympy with expression alone.
"""

from .division import check_parts, nearest_divided, nearest_divisors
from .masks import Blocks, Causal, Near
from .meets import Enlarged, Meet, Placed, Ragged, Slide
from .size import (
    NO_SHAPE,
    NoShape,
    Shape,
    Size,
    as_factor,
    as_size,
    certainly,
    differ,
    is_open,
    is_unbounded,
    maximum,
    minimum,
    part_of,
    product,
    scaled_width,
    split,
)
from .window import AXES, Padding, Window

__all__ = [
    "AXES",
    "NO_SHAPE",
    "Blocks",
    "Causal",
    "Enlarged",
    "Meet",
    "Near",
    "NoShape",
    "Padding",
    "Placed",
    "Ragged",
    "Shape",
    "Size",
    "Slide",
    "Window",
    "as_factor",
    "as_size",
    "certainly",
    "check_parts",
    "differ",
    "is_open",
    "is_unbounded",
    "maximum",
    "minimum",
    "nearest_divided",
    "nearest_divisors",
    "part_of",
    "product",
    "scaled_width",
    "split",
]

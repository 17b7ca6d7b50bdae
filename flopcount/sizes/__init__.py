"""Sizes: whole numbers, or what stands for many of them; windows; how a formula is printed.

The arithmetic and the windows stand here; what needs sympy or numpy is a module of its own:
conditions, javascript, mathtext, polynomials.
"""

from .meets import Causal, Meet, Ragged, Slide
from .size import (
    Shape,
    Size,
    Symbolic,
    as_size,
    certainly,
    differ,
    is_open,
    maximum,
    product,
    split,
    symbolic,
)
from .window import Padding, Window

__all__ = [
    "Causal",
    "Meet",
    "Padding",
    "Ragged",
    "Shape",
    "Size",
    "Slide",
    "Symbolic",
    "Window",
    "as_size",
    "certainly",
    "differ",
    "is_open",
    "maximum",
    "product",
    "split",
    "symbolic",
]

"""A function's jaxpr → our graph: nothing is computed, nothing compiled."""

from .program import Leaf, Program, program_of
from .reading import read_function

__all__ = ["Leaf", "Program", "program_of", "read_function"]

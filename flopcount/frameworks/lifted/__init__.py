"""A model that was read, said in the notation's own layers: a network as a table would make it."""

from . import rules  # noqa: F401  the rules register themselves
from .lift import Lifted, lifted

__all__ = ["Lifted", "lifted"]

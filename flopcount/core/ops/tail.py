"""What rides on a layer with weights: bias, batch norm and activation."""

from dataclasses import dataclass
from functools import lru_cache

from ...sizes import Shape
from ..nest import Nest
from ..op import Written
from .elementwise import activation
from .norm import norm

TAKES = ("bias", "norm", "activation")  # the groups of words that a tail is written with


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows the products of a layer, in this order; it works on the layer's own ``y``."""

    bias: bool = True
    norm: str | None = None
    activation: str | None = None

    @classmethod
    def written(cls, layer: Written) -> "Tail":
        """The tail that a layer's words ask for."""
        return cls(*(layer.settings[group] for group in TAKES))

    def nests(self, output: Shape) -> tuple[Nest, ...]:
        """The nests on an output of this shape."""
        sizes = {"...": output[:-1], "k": output[-1]}
        return tuple([Nest(text, sizes) for text in _steps(self)])


PLAIN = Tail()  # a bias alone


@lru_cache(maxsize=256)
def _steps(tail: Tail) -> tuple[str, ...]:
    """The nests' texts."""
    steps = ["y[... k] = y[... k] + B[k]"] if tail.bias else []
    steps += norm(tail.norm, "y") if tail.norm else []
    return (*steps, *(activation(tail.activation, "y", "... k") if tail.activation else ()))

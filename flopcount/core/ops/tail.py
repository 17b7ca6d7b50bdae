"""What rides on a layer with weights: bias, norm and activation."""

from functools import lru_cache

from ...records import dataclass
from ...sizes import Shape
from ..nest import Nest
from ..op import Written
from .elementwise import activation
from .norm import keeps_positions_apart, norm, norm_steps, read_kind

TAKES = ("bias", "norm", "activation")  # the groups of words that a tail is written with


@dataclass(frozen=True)
class Tail:
    """What follows the products of a layer, in this order; it works on the layer's own ``y``."""

    bias: bool = True
    norm: str | None = None
    activation: str | None = None

    @property
    def positionwise(self) -> bool:
        """Whether it works on each position by itself: its norm averages over no others."""
        return self.norm is None or keeps_positions_apart(self.norm)

    @classmethod
    def written(cls, layer: Written) -> "Tail":
        """The tail that a layer's words ask for."""
        return cls(*(layer.settings[group] for group in TAKES))

    @property
    def parts(self) -> tuple[str, ...]:
        """What each of its nests is of: ``bias``, ``batch norm``, ``norm`` or ``activation``."""
        average = "norm" if self.norm is None else read_kind(self.norm).over
        normed = norm_steps(self.norm, "y") if self.norm else ()
        return (
            *["bias"][: self.bias],
            *["batch norm" if average == "batch" else "norm"] * len(normed),
            *["activation"] * len(_activated(self.activation)),
        )

    def nests(self, output: Shape) -> tuple[Nest, ...]:
        """The nests on an output of this shape; raises as `norm` does."""
        sizes = {"...": output[:-1], "k": output[-1]}
        biased = [Nest("y[... k] = y[... k] + B[k]", sizes)] if self.bias else []
        normed = norm(self.norm, "y", output) if self.norm else ()
        return (*biased, *normed, *[Nest(text, sizes) for text in _activated(self.activation)])


PLAIN = Tail()  # a bias alone


@lru_cache(maxsize=64)
def _activated(kind: str | None) -> tuple[str, ...]:
    """The texts of an activation's nests."""
    return tuple(activation(kind, "y")) if kind else ()

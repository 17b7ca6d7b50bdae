"""The fully connected layer."""

from dataclasses import dataclass

from ...errors import FlopcountError
from ...sizes import Shape, Size, differ, is_unbounded
from ..nest import Nest
from ..op import Kind, Work, register
from .tail import PLAIN, TAKES, Tail


@dataclass(frozen=True, slots=True)
class Dense:
    """Fully connected layer on the last axis: c·units multiplies for each position before it.

    Raises `FlopcountError` on a grid above 1×1: what is meant there has to be said.
    """

    width: Size
    tail: Tail = PLAIN
    word = "dense"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*before, channels),) = inputs
        on_grid = len(before) > 1
        if on_grid and (any(map(is_unbounded, before)) or any(differ(n, 1) for n in before)):
            grid, ones = "×".join(map(str, before)), "x".join("1" for _ in before)
            raise FlopcountError(
                f"a dense layer reads channels, and these lie on a grid of {grid}; 'flatten > "
                f"dense {self.width}' reads all of it, 'conv {ones} {self.width}' each position"
            )
        sizes = {"...": tuple(before), "c": channels, "k": self.width}
        output = (*before, self.width)
        product = Nest("y[... k] += x[... c] * W[c k]", sizes)
        return Work((product, *self.tail.nests(output)), (output,))


register(
    "dense",
    Kind(
        lambda layer: (Dense(layer.width, Tail.written(layer)),),
        width=True,
        takes=TAKES,
        default="bias nonorm linear",
    ),
)

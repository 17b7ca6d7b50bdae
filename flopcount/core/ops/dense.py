"""The fully connected layer."""

from ...errors import FlopcountError
from ...records import dataclass, replace
from ...sizes import Shape, Size, differ, is_unbounded
from ..nest import Nest, Sizes
from ..op import Kind, Op, Work, Written, register
from .lookup import Tied
from .tail import PLAIN, TAKES, Tail


@dataclass(frozen=True)
class Dense:
    """Fully connected layer on the last axis: c·units multiplies for each position before it.

    Among `experts` there are weights for each of them, and a token has those of its own. Raises
    `FlopcountError` on a grid above 1×1: what is meant there has to be said.
    """

    width: Size
    tail: Tail = PLAIN
    experts: int = 0
    word = "dense"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return self.tail.positionwise

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {self.width} experts={self.experts}" if self.experts else ""

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*before, channels),) = inputs
        on_grid = len(before) > 1 and not self.experts
        if on_grid and (any(map(is_unbounded, before)) or any(differ(n, 1) for n in before)):
            grid, ones = "×".join(map(str, before)), "x".join("1" for _ in before)
            raise FlopcountError(
                f"a dense layer reads channels, and these lie on a grid of {grid}; 'flatten > "
                f"dense {self.width}' reads all of it, 'conv {ones} {self.width}' each position"
            )
        sizes = {"...": tuple(before), "c": channels, "k": self.width}
        output = (*before, self.width)
        if self.experts:
            return Work(self._of_experts({**sizes, "e": self.experts}, output), (output,))
        product = Nest("y[... k] += x[... c] * W[c k]", sizes)
        return Work((product, *self.tail.nests(output)), (output,))

    def _of_experts(self, sizes: Sizes, output: Shape) -> tuple[Nest, ...]:
        """The product and the bias with weights that the data chooses, then the activation."""
        product = Nest("y[... k] += x[... c] * W[?e c k]", sizes)
        biased = [Nest("y[... k] = y[... k] + B[?e k]", sizes)] if self.tail.bias else []
        return (product, *biased, *replace(self.tail, bias=False).nests(output))


def _dense(layer: Written) -> tuple[Op, ...]:
    kind = Tied if "tied" in layer.settings else Dense
    return (kind(layer.width, Tail.written(layer)),)


register(
    "dense",
    Kind(
        _dense,
        width=True,
        takes=(*TAKES, "tied"),
        default="bias nonorm linear",
    ),
)

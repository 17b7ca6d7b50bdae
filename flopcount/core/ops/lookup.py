"""What is looked up and not computed: embeddings, positions; and the output that shares a table."""

from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape, Size, certainly, product
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register
from .tail import PLAIN, Tail


@dataclass(frozen=True)
class Embed:
    """A table of `vocabulary` × `width` numbers; of each token that comes in its row: 0 multiplies.

    The tokens may lie along any axes; the channels come behind them.
    """

    vocabulary: int
    width: Size
    word = "embed"
    family = "lookup"
    positionwise = True

    @staticmethod
    def axes_after(axes: int) -> int:
        """The tokens' own are those of a grid, once there are channels."""
        return axes + 1

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {self.vocabulary} {self.width}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (tokens,) = inputs
        sizes = {"...": tokens, "v": self.vocabulary, "k": self.width}
        return Work((Nest("y[... k] = E[?v k]", sizes),), ((*tokens, self.width),))


@dataclass(frozen=True)
class Position:
    """A learned number for each channel of each place, added: one add an element.

    The table is as long as there are places, or `length`: what a model was trained for (Gehring et
    al., arXiv:1705.03122). Raises `FlopcountError` where that is too short.
    """

    length: int = 0
    past: Size = 0
    word = "position"
    family = "lookup"
    positionwise = True

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {self.length}" if self.length else self.word

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        if len(x) == 1:
            raise FlopcountError(
                f"position reads tokens × channels, and this is a vector of {x[0]}"
            )
        places = product(x[:-1]) + self.past
        if self.length and certainly(places > self.length):
            raise FlopcountError(
                f"position {self.length} has too few places for {places} tokens; "
                f"position {places} would do"
            )
        sizes = {"...": x[:-1], "p": self.length or places, "k": x[-1]}
        return Work((Nest("y[... k] = x[... k] + E[?p k]", sizes),), (x,))


@dataclass(frozen=True)
class Tied:
    """A dense layer whose weights are an embedding's table (Press & Wolf, arXiv:1608.05859).

    c·v multiplies for each position, and of parameters the bias alone. Raises `FlopcountError`
    where the channels are not the table's width.
    """

    vocabulary: int
    tail: Tail = PLAIN
    word = "dense"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        return self.tail.positionwise

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {self.vocabulary} tied"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*before, channels),) = inputs
        sizes = {"...": tuple(before), "c": channels, "v": self.vocabulary}
        output = (*before, self.vocabulary)
        product_ = Nest("y[... v] += x[... c] * E[v c]", sizes)
        return Work((product_, *self.tail.nests(output)), (output,))


def vocabulary_of(op: Op) -> int | None:
    """How many rows an embedding's table has; None of any other op."""
    return op.vocabulary if isinstance(op, Embed) else None


def _embed(layer: Written) -> tuple[Op, ...]:
    return (Embed((layer.kernel or (1,))[0], layer.width),)


def _position(layer: Written) -> tuple[Op, ...]:
    return (Position((layer.kernel or (0,))[0]),)


register("embed", Kind(_embed, kernel="vocabulary", width=True))
register("position", Kind(_position, kernel="length", optional=("kernel",)))

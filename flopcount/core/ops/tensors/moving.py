"""What computes nothing: parameters as they are held, tables, what moves; and what nobody knows."""

from dataclasses import dataclass

from ....sizes import Shape, Size
from ...nest import Nest
from ...op import Work


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter that layers read as they read each other's outputs: it holds so many numbers.

    `letter` says what kind it is, as `core.PARAMETERS` has them: an E or, a bias, a B.
    """

    shape: Shape
    letter: str = "E"
    word = "parameter"

    def nests(self, *inputs: Shape) -> Work:  # noqa: ARG002, D102  it reads nothing
        held = Nest(f"y[...] = {self.letter}[...]", {"...": self.shape})
        return Work((held,), (self.shape,), view=True)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Of each number that comes in its row of a table, `vocabulary` × `width`: 0 multiplies."""

    vocabulary: int
    width: Size
    given: Shape | None = None
    word = "embed"
    family = "lookup"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        tokens = inputs[0] if self.given is None else self.given
        sizes = {"...": tokens, "v": self.vocabulary, "k": self.width}
        return Work((Nest("y[... k] = E[?v k]", sizes),), ((*tokens, self.width),))


@dataclass(frozen=True, slots=True)
class Move:
    """Numbers put elsewhere, such as a concatenation, a copy or a padding: it computes nothing."""

    word: str
    outputs: tuple[Shape, ...]

    def nests(self, *inputs: Shape) -> Work:  # noqa: ARG002, D102  they come out as they were
        return Work((), self.outputs)


@dataclass(frozen=True, slots=True)
class Unknown:
    """An operation of which nobody here knows what it computes: it has what comes out, no counts."""

    word: str
    outputs: tuple[Shape, ...]

    def nests(self, *inputs: Shape) -> Work:  # noqa: ARG002, D102  as it is
        return Work((), self.outputs, known=False)

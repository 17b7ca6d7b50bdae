"""What computes nothing: parameters as they are held, tables, what moves; and what nobody knows."""

from ....records import dataclass
from ....sizes import Shape, Size, product
from ...nest import Nest
from ...op import Work


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Lookup:
    """Of each number that comes in its row of a table, `vocabulary` × `width`: 0 multiplies.

    `bag` is how the rows along the last axis become one: ``sum``, ``mean``, ``max``, or empty;
    `weighted`: each row is multiplied by a number of its own first.
    """

    vocabulary: Size
    width: Size
    given: Shape | None = None
    bag: str = ""
    weighted: bool = False
    computed: bool = False
    word = "embed"
    family = "lookup"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        tokens = inputs[0] if self.given is None else self.given
        sizes = {"...": tokens, "v": self.vocabulary, "k": self.width}
        table = "e" if self.computed else "E"
        if not self.bag:
            return Work((Nest(f"y[... k] = {table}[?v k]", sizes),), ((*tokens, self.width),))
        sizes |= {"...": tokens[:-1], "n": tokens[-1]}
        by = " * x1[... n]" if self.weighted else ""
        texts = [f"r[... n k] = {table}[?v k]{by}"]
        texts.append(f"y[... k] {'max' if self.bag == 'max' else '+'}= r[... n k]")
        if self.bag == "mean":
            texts.append("y[... k] = y[... k] / |n|")
        output = (*tokens[:-1], self.width)
        return Work(tuple(Nest(text, sizes) for text in texts), (output,))


@dataclass(frozen=True)
class Move:
    """Numbers put elsewhere, such as a concatenation, a copy or a padding: it computes nothing."""

    word: str
    outputs: tuple[Shape, ...]

    def nests(self, *inputs: Shape) -> Work:  # noqa: ARG002, D102  they come out as they were
        return Work((), self.outputs)


# How a number is put to what is there, by what PyTorch calls it.
_PUT = {"sum": "{y} + {s}", "prod": "{y} * {s}", "amax": "max({y}, {s})", "amin": "min({y}, {s})"}


@dataclass(frozen=True)
class Scatter:
    """Each of the `source`'s numbers put to one of the output's, which the data chooses.

    It is added to it, or what `by` says: an operation for each.
    """

    word: str
    source: Shape
    output: Shape
    by: str = "sum"

    def nests(self, *inputs: Shape) -> Work:  # noqa: ARG002, D102
        sizes: dict[str, Size] = {"n": product(self.source), "v": product(self.output)}
        text = "y[?v] = " + _PUT[self.by].format(y="y[?v]", s="s[n]")
        return Work((Nest(text, sizes),), (self.output,))


@dataclass(frozen=True)
class Unknown:
    """An operation of which nobody knows what it computes: it has what comes out, and no counts."""

    word: str
    outputs: tuple[Shape, ...]

    def nests(self, *inputs: Shape) -> Work:  # noqa: ARG002, D102  as it is
        return Work((), self.outputs, known=False)

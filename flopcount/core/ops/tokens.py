"""A grid as tokens, tokens among them, and channels in their place: what only moves numbers."""

from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Placed, Shape, Window, product
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register
from .convolution import Conv
from .resampling import PixelShuffle
from .tail import Tail


@dataclass(frozen=True)
class Tokens:
    """A grid as a sequence, a token a place, behind so many `extra` learned ones.

    As a class token (Devlin et al., arXiv:1810.04805; Dosovitskiy et al., 2010.11929). Raises
    `FlopcountError` where there is no grid.
    """

    extra: int = 0
    word = "tokens"

    @staticmethod
    def axes_after(_axes: int) -> int:
        """That of the sequence alone."""
        return 1

    @property
    def text(self) -> str:  # noqa: D102
        said = {0: "", 1: " class"}.get(self.extra, f" class={self.extra}")
        return f"{self.word}{said}"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        if not grid:
            raise FlopcountError(f"tokens reads a grid, and this is a vector of {channels}")
        places = product(grid)
        output = (places + self.extra, channels)
        if not self.extra:
            return Work((), (output,), view=True)
        sizes = {"o": places, "e": self.extra, "t": 1, "k": channels}
        behind = {"o:t": (Placed(output[0], places, self.extra),)}
        before = {"e:t": (Placed(output[0], self.extra),)}
        nests = (
            Nest("y[e:t k] = E[e k]", sizes, before),
            Nest("y[o:t k] = x[o k]", sizes, behind),
        )
        return Work(nests, (output,))


@dataclass(frozen=True)
class Transpose:
    """Tokens and channels change places: T×c becomes c×T (Tolstikhin et al., arXiv:2105.01601).

    Raises `FlopcountError` for anything but tokens × channels.
    """

    word = "transpose"

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        _check_tokens(self.word, x)
        nest = Nest("y[k s] = x[s k]", {"s": x[0], "k": x[1]})
        return Work((nest,), ((x[1], x[0]),))


@dataclass(frozen=True)
class Select:
    """The ``first`` or the ``last`` token alone: 1×c of T×c.

    Raises `FlopcountError` for anything but tokens × channels.
    """

    which: str
    word = "select"

    @property
    def text(self) -> str:  # noqa: D102
        return f"{self.word} {self.which}"

    @property
    def incremental(self) -> bool:  # noqa: D102
        return self.which == "last"  # the first came before

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        (x,) = inputs
        _check_tokens(self.word, x)
        at = Placed(x[0], 1, 0 if self.which == "first" else x[0] - 1)
        nest = Nest("y[o k] = x[o:t k]", {"o": 1, "t": 1, "k": x[1]}, {"o:t": (at,)})
        return Work((nest,), ((1, x[1]),))


def _check_tokens(word: str, x: Shape) -> None:
    if len(x) != 2:
        shape = "×".join(map(str, x))
        raise FlopcountError(f"{word} reads tokens × channels, such as 196x768, not {shape}")


def _tokens(layer: Written) -> tuple[Op, ...]:
    """A patch of P numbers along each axis becomes a token: moved, or projected to a width."""
    extra = layer.settings.get("class", 0)
    ops: list[Op] = []
    if layer.kernel and layer.width is not None:
        window = Window(layer.kernel, layer.kernel, padding="valid")
        ops.append(Conv(window, layer.width, tail=Tail(layer.settings["bias"]), patches=True))
    elif layer.kernel:
        ops.append(PixelShuffle(layer.kernel, back=True, patches=True))
    return (*ops, Tokens(extra))


def _select(layer: Written) -> tuple[Op, ...]:
    if "which" not in layer.settings:
        raise FlopcountError("select wants which token: select first, or select last")
    return (Select(layer.settings["which"]),)


register(
    "tokens",
    Kind(
        _tokens,
        kernel="patch",
        width=True,
        takes=("class", "bias"),
        default="bias",
        optional=("kernel", "width"),
    ),
)
register("transpose", Kind(lambda _: (Transpose(),)))
register("select", Kind(_select, takes=("which",)))

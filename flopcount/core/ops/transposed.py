"""The transposed convolution, which spreads each position of its input over its output."""

from ...errors import FlopcountError
from ...records import dataclass
from ...sizes import Shape, Size, Window
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register
from .convolution import in_groups
from .tail import PLAIN, TAKES, Tail


@dataclass(frozen=True)
class Transposed:
    """Transposed convolution: k_h·k_w·(c_in/groups)·c_out·h_in·w_in multiplies.

    A convolution with x and y exchanged (Dumoulin & Visin, arXiv:1603.07285, chapter 4): each
    position that comes in is multiplied with the whole kernel; of what falls outside the output,
    on what a convolution's padding was, the multiplies are counted as padding. `outpad` makes the
    output longer by so much at its end. Raises `FlopcountError` where nothing would come out, or
    the groups do not divide the channels.
    """

    window: Window
    width: Size
    groups: int = 1
    tail: Tail = PLAIN
    outpad: tuple[int, ...] = ()
    word = "transposed"
    scatters = True

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        each, out = in_groups(channels, self.width, self.groups)
        slides = self.window.transposed(grid, self.outpad)
        output = (*[slide.n for slide in slides], self.width)
        sizes = {"o": tuple(grid), "t": self.window.kernel, "g": self.groups, "c": each, "k": out}
        product = Nest(
            "y[... o*:t* g k] += x[... o* g c] * W[t* g c k]",
            {"...": (), **sizes},
            {"o:t": slides},
        )
        return Work((product, *self.tail.nests(output)), (output,))


def _transposed(layer: Written) -> tuple[Op, ...]:
    window, outpad = layer.window, layer.settings.get("outpad", ())
    if outpad and window.padding == "same":
        raise FlopcountError("outpad= goes with valid or pad=; with same the output is n·stride")
    for extra, s, d in zip(outpad, window.stride, window.dilation, strict=True) if outpad else ():
        if extra >= max(s, d):
            raise FlopcountError(
                f"outpad={extra} is not less than the stride {s}: nothing would be there"
            )
    groups = layer.settings.get("groups", 1)
    return (Transposed(window, layer.width, groups, Tail.written(layer), outpad),)


register(
    "transposed",
    Kind(
        _transposed,
        kernel="kernel",
        width=True,
        takes=("padding", *TAKES, "dilation", "groups", "outpad"),
        default="valid bias nonorm relu",
    ),
)

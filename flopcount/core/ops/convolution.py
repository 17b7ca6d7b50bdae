"""Convolutions: a window with weights, of any rank, whole, grouped or channel by channel."""

from ...errors import FlopcountError
from ...records import dataclass, replace
from ...sizes import Shape, Size, Window, check_parts, differ, nearest_divided, split
from ..nest import Nest
from ..op import Kind, Op, Work, Written, register
from .tail import PLAIN, TAKES, Tail


def in_groups(channels: Size, width: Size, groups: int) -> tuple[Size, Size]:
    """How many channels of each group come in and go out.

    Raises `FlopcountError` where the groups do not divide them.
    """
    sides = {"input": channels, "output": width}
    if odd := {side: size for side, size in sides.items() if differ(size % groups, 0)}:
        raise FlopcountError(
            f"groups={groups} does not divide {channels} input and {width} output channels"
            + "".join(
                nearest_divided(size, groups, "" if channels == width else f" {side} channels")
                for side, size in (odd if channels != width else {"": channels}).items()
            )
        )
    return split(channels, groups), split(width, groups)


@dataclass(frozen=True)
class Conv:
    """Convolution: k_h·k_w·(c_in/groups)·c_out·h_out·w_out multiplies (GoogLeNet paper's count).

    Without a `width` it is depthwise: each channel that comes in is a group of its own and puts
    out `multiplier` channels. `role` says why a 1×1 exists (``"reduce"``, ``"project"``);
    rewrites read it. Raises `FlopcountError` where the kernel does not fit, the groups do not
    divide the channels, or its windows are `patches` that do not cover the grid.
    """

    window: Window
    width: Size | None = None
    groups: int = 1
    tail: Tail = PLAIN
    role: str | None = None
    multiplier: int = 1
    patches: bool = False

    @property
    def word(self) -> str:  # noqa: D102
        return "depthwise" if self.width is None else "conv"

    @property
    def positionwise(self) -> bool:  # noqa: D102
        window = self.window
        padded = not isinstance(window.padding, str) and any(window.padding)
        alone = {*window.kernel, *window.stride} == {1} and not padded
        return alone and self.tail.positionwise

    def nests(self, *inputs: Shape) -> Work:  # noqa: D102
        ((*grid, channels),) = inputs
        if self.patches:
            check_parts(grid, self.window.kernel, "a patch of")
        width, parts = self.parts(channels)
        slides = self.window.slides(grid)
        output = (*[slide.outputs for slide in slides], width)
        sizes = {"o": output[:-1], "t": self.window.kernel}
        product = Nest(
            "y[... o* g k] += x[... o*:t* g c] * W[t* g c k]",
            {"...": (), **sizes, **parts},
            {"o:t": slides},
        )
        return Work((product, *self.tail.nests(output)), (output,))

    def parts(self, channels: Size) -> tuple[Size, dict[str, Size]]:
        """How many channels come out; the groups, and how many of each come in and go out."""
        if self.width is None:
            return channels * self.multiplier, {"g": channels, "c": 1, "k": self.multiplier}
        each, out = in_groups(channels, self.width, self.groups)
        return self.width, {"g": self.groups, "c": each, "k": out}

    def separated(self) -> "tuple[Conv, Conv]":
        """A depthwise convolution and a 1×1 in its place; the 1×1 carries what this one carries."""
        plain = Tail(bias=False)
        spread = replace(self, width=None, groups=1, tail=plain, role=None, patches=False)
        window = self.window
        padding = "same" if isinstance(window.padding, str) else (0,) * len(window.kernel)
        mix = Window((1,) * len(window.kernel), padding=padding)
        return spread, replace(self, window=mix)


def _conv(layer: Written) -> tuple[Op, ...]:
    settings = layer.settings
    groups, role = settings.get("groups", 1), settings.get("role")
    return (Conv(layer.window, layer.width, groups, Tail.written(layer), role),)


def _depthwise(layer: Written) -> tuple[Op, ...]:
    multiplier = layer.settings.get("multiplier", 1)
    return (Conv(layer.window, tail=Tail.written(layer), multiplier=multiplier),)


def _separable(layer: Written) -> tuple[Op, ...]:
    spread, mix = Conv(layer.window, layer.width, tail=Tail.written(layer)).separated()
    return (replace(spread, multiplier=layer.settings.get("multiplier", 1)), mix)


_DEFAULT = "same bias nonorm relu"
_TAKES = ("padding", *TAKES, "dilation")
_MULTIPLIED = (*_TAKES, "multiplier")
register(
    "conv",
    Kind(_conv, kernel="kernel", width=True, takes=(*_TAKES, "role", "groups"), default=_DEFAULT),
)
register("depthwise", Kind(_depthwise, kernel="kernel", takes=_MULTIPLIED, default=_DEFAULT))
register(
    "separable", Kind(_separable, kernel="kernel", width=True, takes=_MULTIPLIED, default=_DEFAULT)
)

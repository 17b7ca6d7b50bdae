"""What the graph asks of a layer, and what a rewrite may ask: traits, not kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from ..sizes import Shape, Size, Window
from .nest import Nest


@dataclass
class Work:
    """What a layer does with its inputs: its nests, one after the other, and what comes out.

    A layer that moves and computes nothing has no nests. `view`: what comes out is what went in,
    under another shape.
    """

    nests: tuple[Nest, ...]
    outputs: tuple[Shape, ...]
    view: bool = False

    @cached_property
    def parameters(self) -> dict[str, Size]:
        """The parameters by their capital: how many numbers each holds."""
        return {
            tensor.name: nest.elements(tensor)
            for nest in self.nests
            for tensor in nest.form.reads
            if tensor.is_parameter
        }

    @cached_property
    def operations(self) -> dict[str, Size]:
        """The operations by kind, for each sample, beside the products that are summed.

        A nest that reads parameters alone (batch norm's folded scale) is worked out once, before
        any sample comes, and is none of them.
        """
        total: dict[str, Size] = {}
        held: set[str] = set()
        for nest in self.nests:
            form = nest.form
            if all(read.is_parameter or read.name in held for read in form.reads):
                held.add(form.result.name)
                continue
            held.discard(form.result.name)
            for kind, count in nest.operations().items():
                total[kind] = total.get(kind, 0) + count
        return total


class Op(Protocol):
    """A kind of layer, with its settings: a frozen dataclass."""

    @property
    def word(self) -> str:
        """The notation's word for this kind of layer."""

    def nests(self, *inputs: Shape) -> Work:
        """What it does with inputs of these shapes.

        Raises `FlopcountError` where they do not fit.
        """


class Written(NamedTuple):
    """A layer as the notation has it: kernel, stride and width, and the settings by their group."""

    kernel: tuple[int, ...] | None
    stride: tuple[int, ...]
    width: Size
    settings: Mapping[str, Any]

    @property
    def window(self) -> Window:
        """Its window; the parser has seen to it that there is a kernel."""
        if self.kernel is None:
            raise TypeError
        s = self.settings
        spread, ceil = s.get("dilation", ()), s.get("rounding", False)
        return Window(self.kernel, self.stride, spread, s["padding"], ceil)


class Kind(NamedTuple):
    """A word of the notation: what it takes, its defaults, and the ops that it makes.

    `kernel` says what stands behind the word, a number for each axis: a ``"kernel"``, which may
    have a stride, a ``"factor"``, a ``"margin"`` or a ``"patch"``; or a single number, one of
    `SINGLE`. `width` says whether a width does, `optional` which of them may be left out. `takes`
    names the groups of words that may follow, or single words of one; `default` are those that
    hold where neither the layer nor the table says otherwise.
    """

    make: Callable[[Written], tuple[Op, ...]]
    kernel: str = ""
    width: bool = False
    takes: tuple[str, ...] = ()
    default: str = ""
    optional: tuple[str, ...] = ()


SINGLE = ("heads", "vocabulary", "length")  # what is one number, however many axes there are
OPS: dict[str, Kind] = {}  # the words of the notation; core/ops/ fills it


def register(word: str, kind: Kind) -> None:
    """Make a word known to the notation. Raises `ValueError` for one that is."""
    if word in OPS:
        raise ValueError(f"{word} is registered twice")
    OPS[word] = kind


def _trait(name: str, default: Any = None) -> Any:
    """A question to an op: its attribute of a name, where it has one."""
    return lambda op: getattr(op, name, default)


# How many channels an op puts out, where that is a setting of its own; the window that it slides
# over its input; why a 1×1 exists, ``reduce`` or ``project``; the grid that it gives, where that is
# a setting, as an adaptive pool's; and how the notation writes it, where it has more behind its
# word than a window and a width.
width_of: Callable[[Op], Size | None] = _trait("width")
window_of: Callable[[Op], Window | None] = _trait("window")
role_of: Callable[[Op], str | None] = _trait("role")
extent_of: Callable[[Op], tuple[int, ...] | None] = _trait("to")
text_of: Callable[[Op], str | None] = _trait("text")
# Its kind, where a report says more of it: attention, recurrence, lookup or experts.
family_of: Callable[[Op], str] = _trait("family", default="")
# Whether its window slides over what it puts out; whether it works on each channel alone and keeps
# them all, as a crop does; on each position, as a dense layer; whether its windows are patches.
is_transposed: Callable[[Op], bool] = _trait("scatters", default=False)
is_channelwise: Callable[[Op], bool] = _trait("channelwise", default=False)
is_positionwise: Callable[[Op], bool] = _trait("positionwise", default=False)
is_patched: Callable[[Op], bool] = _trait("patches", default=False)


def with_width(op: Op, width: Size) -> Op:
    """The same op with another width."""
    return replace(op, width=width)  # type: ignore[type-var]


def open_sizes(op: Op) -> dict[str, Size]:
    """Those of its settings that are sizes with a name in them, such as its width."""
    settings = {field.name: getattr(op, field.name) for field in fields(op)}  # type: ignore[arg-type]
    return {name: value for name, value in settings.items() if hasattr(value, "space")}


def with_window(op: Op, window: Window) -> Op:
    """The same op with another window."""
    return replace(op, window=window)  # type: ignore[type-var]


def without_role(op: Op) -> Op:
    """The same op, unmarked."""
    return op if role_of(op) is None else replace(op, role=None)  # type: ignore[type-var]


def has_weights(op: Op) -> bool:
    """Whether it has weights that give it its channels: it may carry a bias, a norm and more."""
    return hasattr(op, "tail") or hasattr(op, "width")


def is_convolution(op: Op) -> bool:
    """Whether it slides weights over its input, or, transposed, over its output."""
    return has_weights(op) and window_of(op) is not None


def axes_after(op: Op, axes: int) -> int:
    """How many axes the grid has that it puts out, of one that has so many."""
    change = getattr(op, "axes_after", None)
    return change(axes) if change else axes


def separated(op: Op) -> tuple[Op, Op] | None:
    """A depthwise op and a 1×1 in the place of a convolution; None where it has no such parts."""
    parts = getattr(op, "separated", None)
    return parts() if parts else None


def factors_of(op: Op) -> dict[str, int]:
    """Its groups and its channel multiplier, 1 where it has none."""
    return {name: getattr(op, name, 1) for name in ("groups", "multiplier")}

"""What the graph asks of a layer: what it does with its inputs, and how the notation writes it."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from ..records import dataclass
from ..sizes import Shape, Size, Window
from .nest import Nest


@dataclass
class Work:
    """What a layer does with its inputs: its nests, one after the other, and what comes out.

    A layer that moves and computes nothing has no nests. `view`: what comes out is what went in,
    under another shape. Where it is not `known` what it computes, there are no nests either, and no
    counts but those of what comes out.
    """

    nests: tuple[Nest, ...]
    outputs: tuple[Shape, ...]
    view: bool = False
    known: bool = True

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
        any sample comes, and is none of them; where the data chooses what is read, it is.
        """
        total: dict[str, Size] = {}
        held: set[str] = set()
        for nest in self.nests:
            form = nest.form
            if all(read.is_known or read.name in held for read in form.reads):
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

"""A model that can be read at whatever sizes: its inputs, and which of their axes have a name."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ...core import Network
from ...records import dataclass, field, replace
from ...sizes import Size, is_open
from .inputs import Inputs, Tensor

if TYPE_CHECKING:
    from ...calls import Call
    from ...sizes.condition import Condition

Symbols = Mapping[str, tuple[tuple[str, int], ...]]  # of a name: which axes of which inputs

# By rank, the names of axes where channels come before the grid (PyTorch, ONNX), and behind it.
_FIRST = {1: "B", 2: "BT", 3: "BTL", 4: "B HW", 5: "B DHW"}
_LAST = {1: "B", 2: "BT", 3: "BTL", 4: "BHW ", 5: "BDHW "}


def axes_of(inputs: Inputs, *, channels_last: bool = False) -> Symbols:
    """What is open in some inputs, if the model lets it: an axis by its name.

    B, then H and W of an image, D too of a volume or a film, T of whole numbers: tokens. Of what
    has three axes T is the second and L the last: one of them is the features, which a model
    fixes. One name has one size: a second sequence of another length is T2; rows of numbers are B
    alone.

    >>> axes_of(Inputs((Tensor((1, 3, 224, 224)),)))
    {'B': (('x', 0),), 'H': (('x', 2),), 'W': (('x', 3),)}
    >>> axes_of(Inputs((Tensor((1, 224, 224, 3)),)), channels_last=True)
    {'B': (('x', 0),), 'H': (('x', 1),), 'W': (('x', 2),)}
    """
    found: dict[str, list[tuple[str, int]]] = {}
    sizes: dict[str, int] = {}
    for name, tensor in inputs.tensors().items():
        rank, whole = len(tensor.shape), tensor.dtype.startswith(("int", "uint", "bool"))
        letters = (_LAST if channels_last else _FIRST).get(rank, "")
        letters = {2: letters if whole else "B", 3: "BT" if whole else letters}.get(rank, letters)
        for axis, letter in enumerate(letters):
            size, key = tensor.shape[axis], letter
            if letter == " ":
                continue
            if sizes.setdefault(key, size) != size:
                key = f"{letter}2"
                if letter == "B" or sizes.setdefault(key, size) != size:
                    continue
            found.setdefault(key, []).append((name, axis))
    return {letter: tuple(places) for letter, places in found.items()}


class Source(Protocol):
    """A model with names for some sizes, read once: what gives its network in any of them."""

    @property
    def steps(self) -> Mapping[str, int]:
        """What each size is a multiple of; 1 where there is none."""

    @property
    def fixed(self) -> Mapping[str, int]:
        """At what number the model itself holds a size that was to be open."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of it."""

    def network(self, values: Mapping[str, Size]) -> Network:
        """The network in these sizes."""

    def misfits(self, values: Mapping[str, Size]) -> "Iterator[Condition]":
        """The sizes that it is not for."""


@dataclass
class Model(ABC):
    """A model's name, its inputs, and which of their axes have a name.

    A reader has a class of it, which says how it is read.
    """

    name: str
    inputs: Inputs
    title: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()
    symbols: Symbols = field(default_factory=dict)
    opened: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)  # by open_sizes/
    _read: dict[Any, Network] = field(default_factory=dict, init=False, repr=False)

    reader: ClassVar[str]  # the room of its reader: torch
    framework: ClassVar[str]  # as people write it: PyTorch
    channels_last: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """What is open follows from the inputs, unless it is said: a name without axes, nothing."""
        said = self.symbols or axes_of(self.inputs, channels_last=self.channels_last)
        self.symbols = {name: places for name, places in said.items() if places}

    @abstractmethod
    def read_at(self, inputs: Inputs) -> Network:
        """The network of these inputs. Raises `FlopcountError` where the model does not take them.

        Title, source and notes of the model are put to it by who asks.
        """

    @abstractmethod
    def open(self, inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]) -> Source:
        """The model, an axis of the inputs that is a name open; `hints` may stand for the names.

        With `steps` each is a multiple. Raises `FlopcountError` where that cannot be.
        """

    @cached_property
    def sizes(self) -> dict[str, int]:
        """What each name stands for now."""
        tensors = self.inputs.tensors()
        return {
            name: int(tensors[places[0][0]].shape[places[0][1]])
            for name, places in self.symbols.items()
        }

    def calls(self, sizes: Mapping[str, int]) -> "tuple[Call, ...] | None":  # noqa: ARG002
        """What its code calls at these sizes, in order; None where nobody can watch it run."""
        return None

    def read(self, sizes: Mapping[str, int] | None = None) -> Network:
        """The network, with these sizes for some of the names. Each reading is kept.

        Raises `FlopcountError` for a model that cannot be read.
        """
        sizes = sizes or {}
        key = tuple(sorted({**self.sizes, **sizes}.items()))
        if key not in self._read:
            self._read[key] = self.read_at(self.with_sizes(sizes))
        return self.named(self._read[key])

    def check_given(self, names: Collection[str]) -> None:  # noqa: B027  most are given all
        """Raise `FlopcountError` where a size is left free that is none of these names."""

    def named(self, network: Network) -> Network:
        """A network that was read from it, with what is known of the model."""
        notes = tuple(dict.fromkeys((*self.notes, *network.notes)))
        return replace(network, name=self.name, title=self.title, source=self.source, notes=notes)

    def shown(self, sizes: Mapping[str, int]) -> str:
        """The shape of its first input at some sizes, as people write it."""
        first = next(iter(self.with_sizes(sizes).tensors().values()))
        return "×".join(map(str, first.shape))

    def with_sizes(self, values: Mapping[str, Size]) -> Inputs:
        """The inputs, each axis with a name that varies given its number, or the name itself."""
        at = {place: name for name, places in self.symbols.items() for place in places}

        def sized(name: str, tensor: Tensor) -> Tensor:
            shape = list(tensor.shape)
            for axis in range(len(shape)):
                symbol = at.get((name, axis))
                if symbol is not None and symbol in values:
                    value = values[symbol]
                    shape[axis] = symbol if is_open(value) else int(value)
            return tensor._replace(shape=tuple(shape))

        args, kwargs = self.inputs.mapped(sized)
        return Inputs(tuple(args), kwargs, self.inputs.values)

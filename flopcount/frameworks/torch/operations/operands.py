"""What an operation reads, as the rules of operations/ see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ....core import Op, Port
from ....sizes import Shape


class Operand(NamedTuple):
    """A tensor that an operation reads: its shape, and where it is from.

    `port` is the output that it is, or a view of; `held` the parameter or buffer. It has neither
    where it is a constant that the code made. `whole`: all of what is held, and not a part;
    `order` are its axes as they lie in what is held, the slowest first, where they were permuted.
    """

    shape: Shape
    port: Port | None = None
    held: str = ""
    is_parameter: bool = False
    whole: bool = True
    order: tuple[int, ...] = ()

    @property
    def is_weights(self) -> bool:
        """Whether it is a parameter, all of it: a layer's own weights."""
        return self.is_parameter and self.whole and self.port is None

    @property
    def is_constant(self) -> bool:
        """Whether no layer puts it out and nothing trains it: a buffer, or what the code made."""
        return self.port is None and not self.is_parameter

    def stored(self, loops: str) -> str:
        """The letters of its axes in the order in which what is held has them."""
        letters = loops.split()
        return " ".join(letters[axis] for axis in self.order or range(len(letters)))


@dataclass(frozen=True, slots=True)
class Made:
    """What a rule makes of an operation: the op, what it reads, the parameters by their capital."""

    op: Op
    reads: tuple[Operand, ...] = ()
    weights: Mapping[str, Operand] = field(default_factory=dict)


class Arguments:
    """The arguments of a call by name, each tensor an `Operand`; `outputs` are what came out."""

    def __init__(self, name: str, bound: Mapping[str, Any], outputs: tuple[Shape, ...]) -> None:
        self.name = name
        self._bound = bound
        self.outputs = outputs

    def __getitem__(self, name: str) -> Any:
        """An argument. Raises `KeyError`."""
        return self._bound[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument, or what stands in for one that the operation does not have."""
        return self._bound.get(name, default)

    def items(self) -> Any:
        """The arguments with their names, in order."""
        return self._bound.items()

    @property
    def tensors(self) -> list[Operand]:
        """The tensors among them, in order, those of lists too."""
        found: list[Operand] = []
        for value in self._bound.values():
            if isinstance(value, Operand):
                found.append(value)
            elif isinstance(value, list | tuple):
                found += [part for part in value if isinstance(part, Operand)]
        return found


def given(operands: tuple[Operand, ...]) -> tuple[Shape | None, ...]:
    """The shapes of those that no layer puts out, None for each that one does."""
    shapes = tuple(operand.shape if operand.is_constant else None for operand in operands)
    return shapes if any(shape is not None for shape in shapes) else ()

"""What an operation reads, as the rules of operations/ see it."""

from collections.abc import Mapping
from math import isnan
from typing import Any, NamedTuple

from ...core import Op, Port
from ...records import dataclass, field
from ...sizes import Shape


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


@dataclass(frozen=True)
class Made:
    """What a rule makes of an operation: the op, what it reads, the parameters by their capital."""

    op: Op
    reads: tuple[Operand, ...] = ()
    weights: Mapping[str, Operand] = field(default_factory=dict)


def given(operands: tuple[Operand, ...]) -> tuple[Shape | None, ...]:
    """The shapes of those that no layer puts out, None for each that one does."""
    shapes = tuple(operand.shape if operand.is_constant else None for operand in operands)
    return shapes if any(shape is not None for shape in shapes) else ()


def number(value: Any) -> str:
    """A number as a formula has it; of one that is open, or none, only that it is one counts.

    >>> number(0.5), number(True), number(float("-inf"))
    ('0.5', '1', '-1e999')
    """
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float) and not isnan(value):
        return repr(value).replace("inf", "1e999")
    return "2"


def given_one(operand: Operand) -> Shape | None:
    """The shape of an operand that no layer puts out; None of one that one does."""
    return operand.shape if operand.is_constant else None


class Own(NamedTuple):
    """Parameters that an operation takes: those that are its own, by capital, and what comes in.

    `letters` are the capitals of those that there are, small where one comes in instead.
    """

    letters: str
    weights: dict[str, Operand]
    flows: tuple[Operand, ...]

    @property
    def computed(self) -> str:
        """The capitals of those that come in."""
        return "".join(letter.upper() for letter in self.letters if letter.islower())


def own(**operands: Operand | None) -> Own:
    """The parameters of an operation by their capitals; one that is None is not there."""
    there = {capital: operand for capital, operand in operands.items() if operand is not None}
    weights = {capital: operand for capital, operand in there.items() if operand.is_weights}
    letters = "".join(capital if capital in weights else capital.lower() for capital in there)
    return Own(letters, weights, tuple(o for capital, o in there.items() if capital not in weights))

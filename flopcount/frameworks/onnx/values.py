"""What flows through an ONNX graph: an operand, its numbers where they are few and known."""

from typing import Any, NamedTuple

from ...sizes import Shape, Size, product
from ..models.operands import Operand

MOST_NUMBERS = 4096  # of a value whose numbers are followed: shapes, axes, scales


class Value(NamedTuple):
    """A value: its shape, where it is from, its type, and, of a small one, its numbers.

    `numbers` are those of all elements in order, each a whole number, a float or a size with a
    name; None where they are not followed.
    """

    operand: Operand
    dtype: str = "float32"
    numbers: tuple[Any, ...] | None = None

    @property
    def shape(self) -> Shape:
        """The shape."""
        return self.operand.shape

    @property
    def sizes(self) -> tuple[Size, ...]:
        """Its numbers as sizes: a shape, axes, pads. Raises `TypeError` where they are unknown."""
        if self.numbers is None:
            raise TypeError("its numbers are not known")
        return tuple(int(n) if isinstance(n, float) else n for n in self.numbers)


def known(shape: Shape, numbers: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Numbers of a value of that shape, where they are few enough to be followed."""
    if numbers is None or len(numbers) != product(shape) or len(numbers) > MOST_NUMBERS:
        return None
    return numbers

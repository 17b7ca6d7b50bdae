"""What flows through an ONNX graph: an operand, its numbers where they are few and known."""

from typing import Any, NamedTuple

from ...errors import FlopcountError
from ...sizes import Shape, Size, product
from ..models.operands import Operand

MOST_NUMBERS = 4096  # of a value whose numbers are followed: shapes, axes, scales


class NoNumbersError(FlopcountError):
    """Numbers that a rule needs and that are not known before the model runs."""


class Value(NamedTuple):
    """A value: its shape, where it is from, its type, and, of a small one, its numbers.

    `dtype` as PyTorch calls it (``float32``, ``int64``, ``bool``), also ``string``, ``int4`` and
    the like. `numbers` are those of all elements in order, each a whole number, a bool, a float or
    a size with a name; None where they are not followed. Of a sequence `items` are its members.
    Where nobody knows its shape (``has_shape``) that of the operand is empty.
    """

    operand: Operand
    dtype: str = "float32"
    numbers: tuple[Any, ...] | None = None
    items: "tuple[Value, ...] | None" = None
    has_shape: bool = True

    @property
    def shape(self) -> Shape:
        """The shape."""
        return self.operand.shape

    @property
    def sizes(self) -> tuple[Size, ...]:
        """Its numbers as sizes: a shape, axes, pads.

        Raises `NoNumbersError` where they are unknown: the operation is an unknown one then.
        """
        if self.numbers is None:
            raise NoNumbersError("its numbers are not known before the model runs")
        return tuple(int(n) if isinstance(n, float) else n for n in self.numbers)


def known(shape: Shape, numbers: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Numbers of a value of that shape, where they are few enough to be followed."""
    if numbers is None or len(numbers) > MOST_NUMBERS or len(numbers) != product(shape):
        return None
    return numbers

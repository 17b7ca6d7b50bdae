"""What flows through a jaxpr: an operand, its whole shape, and of a single number its value."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...records import dataclass
from ...sizes import Shape, product
from ..models.operands import Operand


class Value(NamedTuple):
    """A value of a jaxpr.

    The `operand` may have 1 on axes along which it is spread: `shape` is all of it. `number` is
    that of a constant that is one number everywhere, `single` whether one step alone reads it.
    """

    operand: Operand
    shape: Shape
    number: int | float | bool | None = None
    single: bool = False

    @property
    def whole(self) -> Operand:
        """The operand as an array of the whole shape, for what does not spread its operands."""
        if self.operand.shape == self.shape:
            return self.operand
        same = product(self.operand.shape) == product(self.shape)
        return self.operand._replace(shape=self.shape, whole=self.operand.whole and same, order=())

    def seen(self, shape: Shape, spread: Shape | None = None, **changes: Any) -> "Value":
        """The same numbers under another shape; `spread`: with 1 where they are spread."""
        operand = self.operand._replace(shape=shape if spread is None else spread, **changes)
        return Value(operand, shape, self.number)


@dataclass(frozen=True)
class Step:
    """An equation of a jaxpr as the rules of primitives/ see it."""

    name: str
    values: tuple[Value, ...]
    params: Mapping[str, Any]
    outputs: tuple[Shape, ...]
    dtypes: tuple[str, ...]  # of what comes in
    size: Any  # of a dimension of JAX's, ours
    whole: bool = False  # whether all that comes out are whole numbers, or truths

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What it reads, each with its whole shape."""
        return tuple(value.whole for value in self.values)

    def sizes(self, name: str) -> tuple[Any, ...]:
        """A parameter that is several sizes."""
        return tuple(self.size(n) for n in self.params[name])

"""The table itself, how a rule gets into it, and what a rule reads and gives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ....sizes import Shape
from ...models.operands import Made, Operand
from ..values import Value


@dataclass(frozen=True, slots=True)
class Called:
    """A node of a graph as a rule sees it: its operator, its inputs in order, its attributes.

    An input that is left out is None. `opset` is the version of the operator's domain; `outputs`
    how many outputs it has that are named.
    """

    name: str
    inputs: tuple[Value | None, ...]
    attributes: Mapping[str, Any]
    opset: int
    outputs: int = 1

    def input(self, place: int) -> Value | None:
        """An input; None where it is left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    def operand(self, place: int) -> Operand | None:
        """Likewise, as what an op reads."""
        value = self.input(place)
        return None if value is None else value.operand

    @property
    def x(self) -> Operand:
        """The first input. Raises `ValueError` where it is left out."""
        if not self.inputs or self.inputs[0] is None:
            raise ValueError("its first input is missing")
        return self.inputs[0].operand

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute, or what stands for one that is left out."""
        return self.attributes.get(name, default)


@dataclass(frozen=True, slots=True)
class Viewed:
    """What comes out is an input, or a part of it, under another shape: no node.

    `whole`: all of it; `numbers` are its numbers, where they are known.
    """

    source: Operand
    shape: Shape
    whole: bool = True
    order: tuple[int, ...] = ()
    numbers: tuple[Any, ...] | None = None
    dtype: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """What comes out is known without a node: small numbers, such as a shape's."""

    shape: Shape
    numbers: tuple[Any, ...] | None
    dtype: str = "int64"


@dataclass(frozen=True, slots=True)
class Several:
    """Several nodes, the last of which gives the outputs: each may read those before it.

    A step reads an operand with ``held="#0"`` as what the step of that number puts out.
    """

    steps: tuple[Made, ...]
    results: tuple[int, ...] = field(default=(-1,))  # which step gives each of the outputs


Result: TypeAlias = Made | Viewed | Computed | Several | None  # None: unknown in this form
Rule: TypeAlias = Callable[[Called], Result]
OPERATIONS: dict[tuple[str, str], Rule] = {}  # by domain, "" for ONNX' own, and name


def rule(*names: str, domain: str = "") -> Callable[[Rule], Rule]:
    """Register a rule for operators of these names. Raises `ValueError` for one that has one."""

    def register(made: Rule) -> Rule:
        for name in names:
            if (domain, name) in OPERATIONS:
                raise ValueError(f"{name} is registered twice")
            OPERATIONS[domain, name] = made
        return made

    return register


def numbers(value: Sequence[Any] | None, default: Any, axes: int) -> tuple[Any, ...]:
    """One number an axis, or what stands for a list that is left out."""
    return tuple(value) if value else (default,) * axes

"""The table itself, how a rule gets into it, and what a rule reads and gives.

What a rule may take for granted: each input has a shape (a node that reads one without is unknown
and gets to no rule), and attributes are plain: int, float, str, and tuples of them; a tensor that
is an attribute is a `Value`, with numbers where it is small. A rule says no types: the reader has
them from the operators' own schemas (onnx.defs), but of `Computed` and, where it differs from what
went in, `Viewed`. A rule that cannot say what comes out gives None, as does one that asks for
`sizes` which are not known: the node is a row without counts then, and its shape is onnx's own
inference's. What is raised otherwise says that the file's node does not fit its operator.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from ....errors import FlopcountError
from ....records import dataclass, field
from ....sizes import Shape
from ...models.operands import Made, Operand
from ...models.rules import registered
from ..values import Value


@dataclass(frozen=True)
class Called:
    """A node of a graph as a rule sees it: its operator, its inputs in order, its attributes.

    An input that is left out is None. `opset` is the version of the operator's domain; `outputs`
    how many outputs it has, up to the last that is named.
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

    def values(self, least: int, *, more: bool = False) -> tuple[Value, ...]:
        """The first inputs, of which there have to be so many, or `more`: all of them.

        Raises `ValueError` where one is left out.
        """
        there = self.inputs if more else self.inputs[:least]
        values = tuple(value for value in there if value is not None)
        if len(values) < max(least, len(there)):
            raise ValueError("an input that it reads is missing")
        return values

    @property
    def x(self) -> Operand:
        """The first input. Raises `ValueError` where it is left out."""
        return self.values(1)[0].operand

    def needed_value(self, place: int) -> Value:
        """An input that has to be there. Raises `FlopcountError` where it is left out."""
        value = self.input(place)
        if value is None:
            raise FlopcountError(f"its input {place + 1} is missing")
        return value

    def needed(self, place: int) -> Operand:
        """Likewise, as what an op reads."""
        return self.needed_value(place).operand

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute, or what stands for one that is left out."""
        return self.attributes.get(name, default)


@dataclass(frozen=True)
class Viewed:
    """What comes out is an input, or a part of it, under another shape: no node.

    `whole`: all of it; `order` its axes as they lie in what is held, the slowest first, where they
    were permuted; `numbers` are its numbers, where they are known. `dtype` where it has another.
    """

    source: Operand
    shape: Shape
    whole: bool = True
    order: tuple[int, ...] = ()
    numbers: tuple[Any, ...] | None = None
    dtype: str = ""


@dataclass(frozen=True)
class Computed:
    """What comes out is known without a node: small numbers, such as a shape's.

    Or a constant of that shape whose numbers are not followed, such as zeros: None for `numbers`.
    """

    shape: Shape
    numbers: tuple[Any, ...] | None
    dtype: str = "int64"


@dataclass(frozen=True)
class Several:
    """Several nodes, one after the other, each of which may read those before it.

    A step reads what the step of number 0 puts out as ``put_out(0, shape)``; another shape there
    than what it puts out is a view of it. `results` are the node's outputs in order: the number of
    a step, for its first output (-1: the last step), such an operand, or another result, such as
    `Computed`, or None where nobody knows.
    """

    steps: tuple[Made, ...]
    results: "tuple[int | Operand | Viewed | Computed | Listed | None, ...]" = field(default=(-1,))


@dataclass(frozen=True)
class Listed:
    """What comes out is a sequence: its members are values, and it is no node."""

    items: tuple[Value, ...]


STEP = "step#"  # a port of a step's, which no node of a graph has


def put_out(step: int, shape: Shape, output: int = 0) -> Operand:
    """What a step of `Several` puts out, as those after it read it."""
    return Operand(shape, port=f"{STEP}{step}:{output}" if output else f"{STEP}{step}")


class Steps:
    """The steps of `Several` as they are put one behind the other."""

    def __init__(self) -> None:
        self.made: list[Made] = []

    def add(self, made: Made, shape: Shape) -> Operand:
        """One more; what it puts out."""
        self.made.append(made)
        return put_out(len(self.made) - 1, shape)

    def put(self, made: Made) -> Operand:
        """One more, whose own nests say the shape of what it puts out."""
        shapes = [operand.shape for operand in made.reads if not operand.is_constant]
        return self.add(made, made.op.nests(*shapes).outputs[0])


# A value is one of the inputs, or of a sequence's members. None: unknown in this form.
Result: TypeAlias = "Made | Viewed | Computed | Several | Listed | Value | None"
Rule: TypeAlias = Callable[[Called], Result]
OPERATIONS: dict[tuple[str, str], Rule] = {}  # by domain, "" for ONNX' own, and name


def rule(*names: str, domain: str = "") -> Callable[[Rule], Rule]:
    """Register a rule for operators of these names. Raises `ValueError` for one that has one."""
    return registered(OPERATIONS, *((domain, name) for name in names))


def numbers(value: Sequence[Any] | None, default: Any, axes: int) -> tuple[Any, ...]:
    """One number an axis, or what stands for a list that is left out."""
    return tuple(value) if value else (default,) * axes

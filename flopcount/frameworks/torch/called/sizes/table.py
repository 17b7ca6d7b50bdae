"""The rules for an operator's sizes, by its name; the files beside put theirs in."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

from .....records import dataclass
from ...run.trace import tensors_in

Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Operator:
    """An operator that ran: its name, its arguments by their names, the shapes that came out."""

    name: str
    bound: Mapping[str, Any]
    outputs: Sequence[Shape]

    def __getitem__(self, name: str) -> Any:
        """An argument. Raises `KeyError`."""
        return self.bound[name]

    def get(self, name: str, default: Any = None) -> Any:
        """An argument, or what stands in for one that the operator does not have."""
        return self.bound.get(name, default)

    def shape(self, name: str) -> Shape:
        """The shape of an argument that is a tensor."""
        return tuple(self.bound[name].shape)

    def along(self, name: str, axes: int, default: int = 1) -> tuple[int, ...]:
        """An argument that has a number an axis, or one for all."""
        return along(self.bound.get(name), axes, default)

    @property
    def out(self) -> Shape:
        """The shape of the first tensor that came out."""
        return self.outputs[0] if self.outputs else ()


Rule: TypeAlias = Callable[[Operator], dict[str, int]]
_RULES: dict[str, Rule] = {}


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Decorate the sizes of the operators of these names, whose in-place forms have them too."""

    def put(made: Rule) -> Rule:
        _RULES.update(dict.fromkeys(names, made))
        return made

    return put


def facts_of(operator: Operator) -> dict[str, int]:
    """What an operator has of sizes beyond those that every call has."""
    made = _RULES.get(operator.name) or _RULES.get(operator.name.rstrip("_"))
    return made(operator) if made else {}


def along(value: Any, axes: int, default: int = 1) -> tuple[int, ...]:
    """A number an axis, of one for all or of as many as there are."""
    if value is None or (not isinstance(value, int) and not len(value)):
        return (default,) * axes
    if isinstance(value, int):
        return (value,) * axes
    values = tuple(map(int, value))
    return values * axes if len(values) == 1 else values


def tensors(value: Any) -> list[Any]:
    """The tensors in a value."""
    return list(tensors_in(value))


def grids(x: Shape, out: Shape, axes: int) -> dict[str, int]:
    """The positions of what comes in and goes out, along the last axes."""
    return {
        "axes": axes,
        "positions": prod(out[len(out) - axes :]),
        "positions_in": prod(x[len(x) - axes :]),
        "channels_in": x[-axes - 1] if len(x) > axes else 1,
        "channels_out": out[-axes - 1] if len(out) > axes else 1,
    }

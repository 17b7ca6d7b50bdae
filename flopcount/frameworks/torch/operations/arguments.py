"""The arguments of an operation, as the rules see them."""

from collections.abc import Mapping
from typing import Any

from ....sizes import Shape
from ...models.operands import Operand


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

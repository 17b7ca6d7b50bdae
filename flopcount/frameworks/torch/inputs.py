"""What goes into a model: tensors by their shape and type, no numbers in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...errors import FlopcountError, quote


class Tensor(NamedTuple):
    """A tensor that comes in: its shape, and its type as PyTorch calls it (``float32``)."""

    shape: tuple[Any, ...]
    dtype: str = "float32"


@dataclass(frozen=True)
class Inputs:
    """What a model is called with: a `Tensor` in the place of each tensor, all else as it is."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def tensors(self) -> dict[str, Tensor]:
        """The tensors by name: a keyword's by it, the others as x, x1, …."""
        found: dict[str, Tensor] = {}
        for start, value in [("x", list(self.args)), *self.kwargs.items()]:
            for number, tensor in enumerate(_tensors(value)):
                found[f"{start}{number or ''}"] = tensor
        return found

    def mapped(self, make: Callable[[str, Tensor], Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments, with what `make` makes of each tensor, by its name, in its place."""
        names = iter(self.tensors())

        def put(value: Any) -> Any:
            if isinstance(value, Tensor):
                return make(next(names), value)
            if isinstance(value, dict):
                return {key: put(part) for key, part in value.items()}
            if isinstance(value, list | tuple):
                return type(value)([put(part) for part in value])
            return value

        return [put(value) for value in self.args], {k: put(v) for k, v in self.kwargs.items()}


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, Mapping):
        return [tensor for part in value.values() for tensor in _tensors(part)]
    if isinstance(value, list | tuple):
        return [tensor for part in value for tensor in _tensors(part)]
    return []


def inputs(*shape: Any, dtype: str = "float32", **named: Any) -> Inputs:
    """What a model is called with, by shapes alone.

    >>> inputs(1, 3, 224, 224).tensors()
    {'x': Tensor(shape=(1, 3, 224, 224), dtype='float32')}
    >>> inputs((1, 3, 64, 64), (1, 10)).tensors()["x1"].shape
    (1, 10)
    """
    shapes = [shape] if shape and all(isinstance(n, int) for n in shape) else list(shape)
    return Inputs(
        tuple(_tensor(one, dtype) for one in shapes),
        {name: _tensor(value, dtype) for name, value in named.items()},
    )


def _tensor(value: Any, dtype: str) -> Any:
    if isinstance(value, tuple | list) and value and all(isinstance(n, int) for n in value):
        return Tensor(tuple(value), dtype)
    return as_given(value)


def as_given(value: Any) -> Any:
    """A value of a user's, a `Tensor` in the place of each tensor of a framework's."""
    if isinstance(value, Tensor):
        return value
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return Tensor(tuple(value.shape), str(value.dtype).removeprefix("torch."))
    if isinstance(value, Mapping):
        return {key: as_given(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([as_given(part) for part in value])
    return value


def read_input(text: str) -> tuple[int, ...]:
    """A shape as it is typed: ``1x3x224x224``. Raises `FlopcountError` for what is none.

    >>> read_input("1x128")
    (1, 128)
    """
    parts = text.replace("×", "x").split("x")
    if not all(part.isdigit() and int(part) for part in parts):
        raise FlopcountError(f"--input {quote(text)}: expected a shape such as 1x3x224x224")
    return tuple(map(int, parts))

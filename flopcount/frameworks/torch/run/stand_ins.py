"""What stands in for tensors in what is written down of a run."""

from typing import TYPE_CHECKING, Any

import torch

from .places import slots

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class StandIns:
    """A tensor in the place of another, by its identity.

    `twins`: each has a twin without numbers, so that a run's own may go as soon as its code lets
    them; else only parameters and buffers have one that stands in for them.
    """

    def __init__(self, *, twins: bool) -> None:
        self._twins = twins
        self._by: MutableMapping[Any, Any] = {}
        if twins:
            from torch.utils.weak import WeakIdKeyDictionary

            self._by = WeakIdKeyDictionary()

    def __bool__(self) -> bool:
        """Whether any does."""
        return self._twins or bool(self._by)

    def put(self, tensor: Any, other: Any) -> None:
        """Let `other` stand for a tensor, which lives as long as its identity is used."""
        self._by[id(tensor)] = (other, tensor)

    def of(self, value: Any) -> Any:
        """A value, with what stands in for each tensor."""
        if isinstance(value, torch.Tensor):
            return self._twin(value) if self._twins else self._by.get(id(value), (value,))[0]
        if type(value) in (list, tuple):
            return type(value)([self.of(part) for part in value])
        if isinstance(value, dict):
            return {key: self.of(part) for key, part in value.items()}
        fields = getattr(value, "__dataclass_fields__", None)
        if fields is not None and self._twins:
            return [self.of(getattr(value, name)) for name in fields]
        return value

    def _twin(self, tensor: Any) -> Any:
        twin = self._by.get(tensor)
        if twin is None or twin.shape != tensor.shape:
            with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():
                twin = torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
            self._by[tensor] = twin
        return twin


def with_storage(module: torch.nn.Module, stand_ins: StandIns) -> None:
    """Put tensors of the mode in force in the place of parameters and buffers, keeping ties.

    The module's own are not touched by what its code then does with them.
    """
    for held, name, tensor in slots(module):
        if not torch.nn.parameter.is_lazy(tensor):
            held[name] = _without_numbers(tensor, stand_ins)


def _without_numbers(tensor: Any, stand_ins: StandIns) -> Any:
    known = stand_ins.of(tensor)
    if known is not tensor:
        return known
    plain = tensor.layout is torch.strided and not tensor.is_quantized
    if plain and type(tensor) in (torch.Tensor, torch.nn.Parameter):
        made = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="cpu")
    else:
        made = torch.zeros_like(tensor.detach())
    if isinstance(tensor, torch.nn.Parameter):
        made = torch.nn.Parameter(made, requires_grad=False)
    stand_ins.put(tensor, made)
    stand_ins.put(made, made)
    return made

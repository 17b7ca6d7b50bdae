"""Where tensors are from: which are parameters, or views of one, and which a gradient reaches."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import torch

from ..run.places import slots


class _Held(NamedTuple):
    """What a module holds: how many numbers, and whether it learns."""

    numbers: int
    learns: bool


class Origins:
    """What is known of the tensors of a run, by where their numbers lie."""

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}
        self._read: set[int] = set()  # those that something has read
        self._reached: set[int] = set()
        # Tensors that a gradient does not pass, by their identity: each flow has a key of its own.
        self._cut: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no identity is used twice

    def hold(self, tensor: Any, *, learns: bool) -> None:
        """Note a parameter."""
        key = self._key(tensor)
        self._held[key] = _Held(tensor.numel(), learns)
        if learns:
            self._reached.add(key)

    def keys(self, tensors: Iterable[Any]) -> list[int]:
        """Where the numbers of some lie."""
        return list(map(self._key, tensors))

    def is_held(self, tensor: Any) -> bool:
        """Whether it is a parameter, or a view of one."""
        return self._key(tensor) in self._held

    def reached(self, tensor: Any) -> bool:
        """Whether a gradient reaches it: it learns, or was computed from what does."""
        return self.flow(tensor) in self._reached

    def flow(self, tensor: Any) -> int:
        """Where its gradient goes: where its numbers lie, but what is cut off has its own place."""
        return self._cut.get(id(tensor)) or self._key(tensor)

    def made(self, inputs: Sequence[Any], outputs: Iterable[Any], *, off: bool = False) -> None:
        """Note what was made of what; with gradients `off` none passes, but what is in place."""
        given = set(map(id, inputs))
        fresh = [tensor for tensor in outputs if id(tensor) not in given]
        self._kept += outputs
        if off:
            for tensor in fresh:
                self.detached(tensor)
            return
        if self._cut:
            self._views(inputs, fresh)
        if any(map(self.reached, inputs)):
            for tensor in outputs:
                if tensor.is_floating_point() or tensor.is_complex():
                    self._reached.add(self.flow(tensor))

    def detached(self, tensor: Any) -> None:
        """Note one that a gradient does not pass."""
        self._cut[id(tensor)] = -1 - len(self._kept)
        self._kept.append(tensor)

    def _views(self, inputs: Iterable[Any], outputs: Iterable[Any]) -> None:
        """A view of what is cut off is cut off with it."""
        cut = {self._key(one): self._cut[id(one)] for one in inputs if id(one) in self._cut}
        for tensor in outputs if cut else ():
            if id(tensor) not in self._cut and self._key(tensor) in cut:
                self._cut[id(tensor)] = cut[self._key(tensor)]

    def newly_read(self, inputs: Iterable[Any], outputs: Iterable[Any]) -> int:
        """The numbers of all parameters that nothing has read before; a view of one reads none."""
        views = {self._key(tensor) for tensor in outputs}
        found = {self._key(tensor) for tensor in inputs}
        first = [key for key in found & self._held.keys() if key not in self._read | views]
        self._read.update(first)
        return sum(self._held[key].numbers for key in first)

    def first_read(self, buffer: Any) -> int:
        """The numbers of a buffer that nothing has read before."""
        key = None if buffer is None else self._key(buffer)
        if key is None or key in self._read:
            return 0
        self._read.add(key)
        return int(buffer.numel())

    def _key(self, tensor: Any) -> int:
        with torch._C.DisableTorchFunction():
            try:
                storage = tensor.untyped_storage()
            except (NotImplementedError, RuntimeError):  # a sparse tensor has none
                return id(tensor)
        self._kept.append(storage)
        return int(storage._cdata)


def origins_of(module: torch.nn.Module) -> tuple[Origins, list[tuple[Any, str, bool]]]:
    """Nothing known yet, and where each parameter of a module is held, and whether it learns."""
    found = []
    for held, name, tensor in slots(module):
        if isinstance(tensor, torch.nn.Parameter):
            found.append((held, name, bool(tensor.requires_grad)))
    return Origins(), found

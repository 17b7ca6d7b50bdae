"""Tell `x * y` from `x.mul(y)`: PyTorch hands both to a function mode as `Tensor.mul`.

Some counters patch one and not the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

_BOTH = "add sub mul matmul truediv floordiv mod pow and or xor lshift rshift"
_ALONE = "neg invert abs eq ne lt le gt ge"
_OPERATORS = [f"__{way}{name}__" for name in _BOTH.split() for way in ("", "r", "i")]
_OPERATORS += [f"__{name}__" for name in _ALONE.split()]


class Spelled:
    """Which of Python's operators a call was written with, if any."""

    def __init__(self) -> None:
        self._now = ""

    def taken(self) -> str:
        """Its name, ``__mul__``, for the first that asks; empty for what is no operator."""
        name, self._now = self._now, ""
        return name

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Follow the operators of tensors; the class is left as it was found."""
        own = vars(torch.Tensor)
        found = {name: own.get(name) for name in _OPERATORS if hasattr(torch.Tensor, name)}
        try:
            for name in found:
                setattr(torch.Tensor, name, self._wrapped(name, getattr(torch.Tensor, name)))
            yield
        finally:
            for name, before in found.items():
                if before is None:
                    if name in vars(torch.Tensor):
                        delattr(torch.Tensor, name)
                else:
                    setattr(torch.Tensor, name, before)

    def _wrapped(self, name: str, original: Any) -> Any:
        def operator(*args: Any) -> Any:
            self._now = name
            try:
                return original(*args)
            finally:
                self._now = ""

        return operator

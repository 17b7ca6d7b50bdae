"""Notes where a network's own code turns gradients off: no_grad, set_grad_enabled, inference_mode.

A run is made in inference mode, in which nothing is computed for gradients whatever code asks for.
What code asks for is seen in a second run that begins with them on: a tool may have them on or off.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

SWITCH = torch._C._set_grad_enabled


class Gradients:
    """What a network's code asks of gradients; a run begins with them `on` or off."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.switched = False  # some code has turned them on or off
        self._inference = 0  # how many inference modes of the network's own the code is in
        self._made: dict[int, Any] = {}  # in one of these, by their identity

    def facts(self) -> dict[str, int]:
        """What a call has of it."""
        return {"ungraded": int(self.off), "inference": int(self._inference > 0)}

    @property
    def off(self) -> bool:
        """Whether code has turned off those that the run began with."""
        return self.on and not torch.is_grad_enabled()

    @property
    def forced(self) -> bool:
        """Whether code has turned on those that were off."""
        return not self.on and torch.is_grad_enabled()

    def made(self, tensors: list[Any]) -> None:
        """Note what came out of an operator: what an inference mode makes no gradient may read."""
        if self._inference:
            self._made |= {id(one): one for one in tensors}

    def is_barred(self, tensors: list[Any]) -> bool:
        """Whether one of these, read outside of it, was made in an inference mode."""
        return not self._inference and any(id(one) in self._made for one in tensors)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Begin with them on or off, and follow each inference mode of the network's own."""
        kind: Any = torch.inference_mode
        enter, leave = kind.__enter__, kind.__exit__

        def entered(mode: Any) -> None:
            self.switched = True
            self._inference += bool(mode.mode)
            mode.found = torch.is_grad_enabled()
            SWITCH(not mode.mode)

        def left(mode: Any, *_: Any) -> None:
            self._inference -= bool(mode.mode)
            SWITCH(mode.found)

        kind.__enter__, kind.__exit__ = entered, left
        before = torch.is_grad_enabled()
        SWITCH(self.on)
        try:
            yield
        finally:
            SWITCH(before)
            kind.__enter__, kind.__exit__ = enter, leave

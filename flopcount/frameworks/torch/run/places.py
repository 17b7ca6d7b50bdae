"""Where a run stands: the modules that are being run, and in which of them an error was raised."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch


class Place(NamedTuple):
    """A module that is being run: its path (``layer1.0.conv1``), the classes on the way to it.

    `builtin`: whether its class is PyTorch's own.
    """

    path: str
    classes: tuple[str, ...]
    builtin: bool = False


def known_places(module: torch.nn.Module) -> dict[int, Place]:
    """The place of each module, by its identity: the first path that leads to it."""
    known: dict[int, Place] = {}
    classes: dict[str, tuple[str, ...]] = {"": ()}
    for path, part in module.named_modules():
        if path:
            classes[path] = (*classes[path.rpartition(".")[0]], type(part).__name__)
        builtin = type(part).__module__.startswith("torch.nn.")
        known[id(part)] = Place(path, classes[path], builtin)
    return known


def slots(module: torch.nn.Module) -> Iterator[tuple[dict[str, Any], str, torch.Tensor]]:
    """Where each parameter and buffer of some modules is held: in which dict, under which name."""
    for part in module.modules():
        held: tuple[dict[str, Any], ...] = (part._parameters, part._buffers)
        for tensors in held:
            for name, tensor in list(tensors.items()):
                if tensor is not None:
                    yield tensors, name, tensor


class Places:
    """The modules that are being run, and in which of them an error was raised."""

    def __init__(self, known: Mapping[int, Place]) -> None:
        self.known = known
        self.running = [(0, Place("", ()))]
        self.failed: dict[int, tuple[BaseException, Place]] = {}  # by the error's identity

    @property
    def now(self) -> Place:
        """The innermost."""
        return self.running[-1][1]

    def at(self, error: BaseException) -> Place:
        """Where an error was raised, or what it was raised from."""
        return self.failed[id(error)][1] if id(error) in self.failed else self.running[0][1]

    def enter(self, part: torch.nn.Module, _: Any) -> None:
        """Note that a module begins."""
        self.running.append((id(part), self.known.get(id(part), self.now)))

    def leave(self, part: torch.nn.Module, _args: Any, _out: Any) -> None:
        """Note that a module ends, and those in it that an error ended unseen."""
        error = sys.exception()
        if error is not None and _out is None:
            self.failed.setdefault(id(error), (error, self.now))
        while len(self.running) > 1 and self.running.pop()[0] != id(part):
            pass

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Follow all modules that are run."""
        from torch.nn.modules import module

        first = module.register_module_forward_pre_hook(self.enter)
        last = module.register_module_forward_hook(self.leave, always_call=True)
        try:
            yield
        finally:
            first.remove()
            last.remove()

"""A model that was read, compared with the software that it is of: which of the checks does it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ..core import Network
from ..errors import FlopcountError
from ..writing.sheet import Sheet
from .models.model import Model

Progress = Callable[[Sequence[Any], str], Iterable[Any]]


class Result(Protocol):
    """What a check found: whether all is equal, a sheet of it, its JSON."""

    @property
    def network(self) -> Network:
        """What was read."""

    @property
    def device(self) -> str:
        """On what it ran."""

    @property
    def equal(self) -> bool:
        """Whether nothing differs, but for what is explained."""

    def sheet(self, *, quiet: bool = False) -> Sheet:
        """The table that `flopcount check` prints; `quiet`: of what differs alone."""

    def to_json(self, timed: Sequence[Any] = (), *, quiet: bool = False) -> str:
        """The document of ``--format json``."""


def check_model(
    model: Model,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> Result:
    """Compare a model with what its own software says of it, each module or those of some names.

    Raises `FlopcountError` for a module or a device that is not there.
    """
    from importlib import import_module

    if model.reader == "keras":  # which reads settings without it, and checks them with it
        from .keras.backend import import_keras

        import_keras()
    room = _CHECKS[model.reader]
    check: Callable[..., Result] = import_module(room, __package__).check
    return check(model, modules=modules, device=device, progress=progress)


_CHECKS = {
    "torch": ".torch.checking.check",
    "onnx": ".onnx.check",
    "keras": ".keras.reading.check",
    "jax": ".jax.check",
}


def time_model(
    model: Model,
    result: Result,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> tuple[Sequence[Any], Sheet]:
    """How long each module takes, and a table of it. Raises `FlopcountError` where it cannot be."""
    from importlib import import_module

    room = _TIMES.get(model.reader)
    if room is None:
        raise FlopcountError(f"--time runs a model, and {model.framework}'s are only read")
    time = import_module(room, __package__)
    timed = time.time_modules(model, result, modules=modules, device=device, progress=progress)
    return timed, time.time_sheet(timed, result.device)


_TIMES = {
    "torch": ".torch.checking.time",
    "keras": ".keras.reading.time",
    "jax": ".jax.time",
}

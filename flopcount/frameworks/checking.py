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
    if model.reader == "keras":  # which reads settings without it, and checks them with it
        from .keras.backend import import_keras

        import_keras()
    check: Callable[..., Result] = _piece(model.reader, "check").check
    return check(model, modules=modules, device=device, progress=progress)


def _piece(reader: str, name: str) -> Any:
    """The module of a reader's room that checks, or times."""
    from importlib import import_module

    room = "keras.reading" if reader == "keras" else reader
    return import_module(f".{room}.checking.{name}", __package__)


def time_model(
    model: Model,
    result: Result,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> tuple[Sequence[Any], Sheet]:
    """How long each module takes, and a table of it. Raises `FlopcountError` where it cannot be."""
    if model.reader not in _TIMED:
        raise FlopcountError(f"--time runs a model, and {model.framework}'s are only read")
    time = _piece(model.reader, "time")
    timed = time.time_modules(model, result, modules=modules, device=device, progress=progress)
    return timed, time.time_sheet(timed, result.device)


_TIMED = ("torch", "keras", "jax")

"""A function of JAX's that can be read at whatever sizes: itself, and what it is called with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from ...core import Network
from ...records import dataclass, field
from ..models.inputs import Inputs
from ..models.model import Model, Source


class Called(NamedTuple):
    """A function of what is held and of what comes in: ``function(held, *args, **kwargs)``.

    `leaves` says what each array of `held` is, in JAX's order; `known` is what else is known of the
    program (`reader.program.Program`).
    """

    function: Callable[..., Any]
    held: Any
    leaves: Sequence[Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    known: Mapping[str, Any] = {}


Prepare = Callable[[tuple[Any, ...], Mapping[str, Any]], Called]


@dataclass(kw_only=True)
class JaxModel(Model):
    """What is called: `prepare` gives it for arguments of some shapes, parameters as shapes too.

    `takes` are the names of its arguments, `versions` those of packages beside JAX.
    """

    prepare: Prepare
    takes: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    reader: ClassVar[str] = "jax"
    framework: ClassVar[str] = "JAX"
    channels_last: ClassVar[bool] = True

    def read_at(self, inputs: Inputs) -> Network:  # noqa: D102
        from .run import read

        return read(self, inputs)

    def open(  # noqa: D102
        self, inputs: Inputs, hints: Mapping[str, int], steps: Mapping[str, int]
    ) -> Source:
        from .run import opened

        return opened(self, inputs, hints, steps)

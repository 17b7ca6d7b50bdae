"""What a function of JAX's takes in time: the whole of it, compiled, on random numbers."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ....errors import FlopcountError, shorten
from ...models.checked import Progress, Result
from ...models.timed import Timed
from ...timing import measure
from ..devices import find_device
from ..run import program_at
from .arrays import random_array

if TYPE_CHECKING:
    from ..model import JaxModel

PART, HOW = "module", "each module by itself, compiled, on random numbers"


def time_modules(
    model: "JaxModel",
    result: Result,
    *,
    modules: Sequence[str] = (),
    device: str = "auto",
    progress: Progress = lambda items, _: items,
) -> tuple[Timed, ...]:
    """Time the whole function: its modules are names in one program, which XLA fuses.

    Raises `FlopcountError` for a module that is named, and where it does not run.
    """
    import jax
    from jax.extend.core import jaxpr_as_fun

    if modules:
        raise FlopcountError(
            f"--time of {', '.join(modules)}: a function of JAX's is one program, timed whole"
        )
    where, name = find_device(device)
    closed = program_at(model, model.inputs).jaxpr
    whole = result.layers[0]
    try:
        arrays = [random_array(aval, where, n) for n, aval in enumerate(closed.in_avals)]
        compiled = jax.jit(jaxpr_as_fun(closed)).lower(*arrays).compile()
        once = partial(_run, compiled, arrays)
        for _ in progress([whole], "timing"):
            (times,) = measure([(once, whole.numbers["multiplies"])])
    except Exception as error:  # noqa: BLE001  whatever XLA raises
        said = shorten(str(error).partition("\n")[0])
        raise FlopcountError(f"--time: it does not run on {name}: {said}") from None
    return (Timed(whole.name, whole.kind, times, PART),)


def _run(compiled: Any, arrays: Sequence[Any]) -> None:
    import jax

    jax.block_until_ready(compiled(*arrays))

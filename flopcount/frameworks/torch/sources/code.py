"""A module, or what builds one, in code that can be imported: ``torch:package.module:name``."""

from collections.abc import Mapping
from typing import Any

from ....errors import FlopcountError, quote
from ...models.code import from_here, named, place_of
from ...models.inputs import Inputs, of_values
from ...models.inputs.typed import with_typed
from ...models.model import Model
from ..model import TorchModel
from ..run.failures import is_of_gpu, line_of, said
from ..run.state import framework_as_found


def imported(name: str, given: str | Mapping[str, str] | None) -> Model:
    """The module that a name stands for: the code is imported, and run where it is no module yet.

    Folders are looked through as Python does, the current one first. Raises `FlopcountError`.
    """
    import torch

    reference = f"torch:{name}"
    where, what = place_of(
        reference,
        "torch:package.module:name, the name of a module or of a function that builds one",
    )
    with framework_as_found():
        from_here()
        found = named(where, what, reference, _failed)
        ran = not isinstance(found, torch.nn.Module)
        module = _built(found, reference) if ran else found
    if not isinstance(module, torch.nn.Module):
        called = ran and callable(found)
        what = f"{'gives' if called else 'is'} {quote(module)}, no torch.nn.Module"
        raise FlopcountError(f"{quote(reference)} {what}")
    how = f"{where}:{what}() imported and called" if ran else f"{where}:{what} imported"
    return TorchModel(
        reference,
        with_typed(given, _its_own(module), module),
        module=module,
        source=f"{how}: a reading runs its code",
    )


def _built(found: Any, reference: str) -> Any:
    if not callable(found):
        return found
    try:
        return found()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  likewise
        raise _failed(reference, "cannot be called without arguments", error) from None


def _failed(reference: str, what: str, error: BaseException) -> FlopcountError:
    line = line_of(error)
    at = f" (at {line})" if line else ""
    text = said(error) if not isinstance(error, SystemExit) else "it ends the program"
    cure = "; build it on the CPU" if is_of_gpu(error) else ""
    return FlopcountError(f"{quote(reference)} {what}{at}: {text}{cure}")


def _its_own(module: Any) -> Inputs | None:
    """The inputs that a module says itself, by the name that Lightning uses."""
    try:
        example = getattr(module, "example_input_array", None)
    except Exception:  # noqa: BLE001  a property of a user's
        return None
    if isinstance(example, Mapping):
        inputs = of_values((), dict(example))
    else:
        inputs = of_values(tuple(example) if isinstance(example, tuple) else (example,), {})
    return inputs if inputs.tensors() else None

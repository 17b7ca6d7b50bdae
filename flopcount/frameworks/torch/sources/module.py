"""A module that stands in a user's program, and what it is called with, as a model."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ....errors import FlopcountError, quote
from ...models.inputs.given import EXAMPLE, called_with, named_axes
from ...models.inputs.typed import parameters
from ...models.model import Model
from ..model import TorchModel


def is_module(value: Any) -> bool:
    """Whether a value is a module of PyTorch's; nothing is imported to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def given_model(
    module: Any,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    symbols: Mapping[str, Any] | None = None,
    name: str = "",
) -> Model:
    """A module and its inputs as a model.

    Raises `FlopcountError` for what is no module, for inputs that are none, and for symbols of
    axes that the inputs do not have.
    """
    _check(module)
    given = called_with(args, kwargs)
    own = getattr(module, "_orig_mod", None)  # what torch.compile, and DataParallel, run
    own = module.module if own is None and type(module).__name__.endswith("DataParallel") else own
    module = own if is_module(own) else module
    return TorchModel(
        name or type(module).__name__,
        given,
        module=module,
        symbols=named_axes(given, symbols or {}),
    )


def _check(module: Any) -> None:
    if is_module(module):
        return
    torch = sys.modules.get("torch")
    if isinstance(module, type) and torch is not None and issubclass(module, torch.nn.Module):
        raise FlopcountError(
            f"{module.__name__} is a class: give a module of it, {module.__name__}(…)"
        )
    if isinstance(module, str):
        raise FlopcountError(
            f"{quote(module)} is a text, and these inputs are for a torch.nn.Module; the size of a "
            "named network is given to fc.load(…, input=…)"
        )
    what = "a function" if callable(module) and hasattr(module, "__name__") else quote(module)
    raise FlopcountError(f"{what} is no torch.nn.Module")


def wanted(module: Any) -> FlopcountError:
    """The error for a module without inputs."""
    takes = parameters(module)
    what = f" (its forward takes {', '.join(takes[:8])})" if takes else ""
    return FlopcountError(
        f"what goes into this {type(module).__name__}?{what}: give it, as in "
        f"fc.analyze(model, {EXAMPLE})"
    )

"""A module that stands in a user's program, and what it is called with, as a model."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ....errors import FlopcountError, one_of, plural, quote
from ...models.inputs import OTHERS, Inputs, Tensor, inputs, is_tensor, of_values
from ...models.inputs.typed import parameters
from ...models.model import Model, Symbols
from ..model import TorchModel

_INPUTS = "fc.inputs(1, 3, 224, 224)"


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
    given = _inputs(args, kwargs)
    own = getattr(module, "_orig_mod", None)  # what torch.compile, and DataParallel, run
    own = module.module if own is None and type(module).__name__.endswith("DataParallel") else own
    module = own if is_module(own) else module
    return TorchModel(
        name or type(module).__name__,
        given,
        module=module,
        symbols=_symbols(given, symbols or {}),
    )


def _check(module: Any) -> None:
    if is_module(module):
        return
    roots = [kind.__module__.partition(".")[0] for kind in type(module).__mro__]
    known = next((OTHERS[root] for root in roots if root in OTHERS), "")
    if known:
        raise FlopcountError(f"a model of {known} is not read yet: give a torch.nn.Module")
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


def _inputs(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Inputs:
    if len(args) == 1 and isinstance(args[0], Inputs) and not kwargs:
        return args[0]
    if any(isinstance(value, Inputs) for value in (*args, *kwargs.values())):
        raise FlopcountError(
            "what inputs() gives is all that a module is called with: several go into one, as in "
            "fc.inputs((1, 3, 64, 64), (1, 10))"
        )
    return of_values(tuple(args), kwargs)


def as_inputs(module: Any, given: Any) -> Inputs:
    """What `analyze` is given: `Inputs`, a tensor, a shape, several in a tuple, or a dict.

    A dict whose keys are what the module's forward takes is its keyword arguments; any other is
    one argument, as a list is.
    """
    if isinstance(given, Inputs):
        return given
    if isinstance(given, str):
        return inputs(given) if given else inputs()
    if isinstance(given, Mapping):
        takes = parameters(module)
        named = all(isinstance(key, str) and key in takes for key in given)
        return inputs(**given) if named and "dtype" not in given else inputs(dict(given))
    if isinstance(given, tuple) and not hasattr(given, "_fields"):
        return inputs(*given)
    if is_tensor(given) or isinstance(given, list):
        return inputs(given)
    raise FlopcountError(f"{quote(given)} goes into no module: expected a tensor, or {_INPUTS}")


def wanted(module: Any) -> FlopcountError:
    """The error for a module without inputs."""
    takes = parameters(module)
    what = f" (its forward takes {', '.join(takes[:8])})" if takes else ""
    return FlopcountError(
        f"what goes into this {type(module).__name__}?{what}: give it, as in "
        f"fc.analyze(model, {_INPUTS})"
    )


def _symbols(given: Inputs, symbols: Mapping[str, Any]) -> Symbols:
    """The axes behind each name, by the inputs' names."""
    tensors = given.tensors()
    names = list(tensors)
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for name, places in symbols.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise FlopcountError(f"symbols: {quote(name)} is no name of a size")
        several = isinstance(places, list | tuple) and all(
            isinstance(p, list | tuple) for p in places
        )
        found[name] = tuple(
            _place(name, place, tensors, names) for place in (places if several else [places])
        )
    return found


def _place(
    name: str, place: Any, tensors: Mapping[str, Tensor], names: list[str]
) -> tuple[str, int]:
    if not (isinstance(place, list | tuple) and len(place) == 2 and type(place[1]) is int):
        raise FlopcountError(
            f"symbols: {name} is {quote(place)}; expected an input and an axis of it, as in "
            f'{{"{name}": (0, 0)}}'
        )
    which, axis = place
    if isinstance(which, int) and not 0 <= which < len(names):
        raise FlopcountError(
            f"symbols: {name} is of input {which} of {plural(len(names), 'input')}"
        )
    key = names[which] if isinstance(which, int) else which
    if key not in tensors:
        raise FlopcountError(f"symbols: {name}: {one_of(key, names, 'input')}")
    rank = len(tensors[key].shape)
    if not -rank <= axis < rank:
        raise FlopcountError(
            f"symbols: {name} is axis {axis} of {key}, which has {plural(rank, 'axis', 'axes')}"
        )
    return key, axis % rank

"""What is typed for a model's inputs, ``--input 1x3x224x224``, in the place of what it has."""

import inspect
from collections.abc import Mapping
from typing import Any

from ....errors import FlopcountError, listed, nearest, plural, quote
from .images import whole_shape
from .tensors import Inputs, Tensor, read_tensor

FLAGS = {"true": True, "false": False, "none": None}
FORM = "or --input NAME=1x128:int64 for each"


def with_typed(
    given: Any, default: Inputs | None, module: Any, *, example: str = "1x3x224x224"
) -> Inputs:
    """The inputs that a user typed: some of a model's own, by name or in order, or all of them.

    `given` is a text, several shapes in order with commas between them, or texts by name, of which
    ``true``, ``false`` and ``none`` are values. Raises `FlopcountError` for a name or a number of
    axes that the model does not have.
    """
    if given is None:
        if default is None and not _signature(module):
            return Inputs()  # its forward takes nothing
        if default is None:
            raise FlopcountError(
                f"what goes in? --input {example}, {FORM}; it takes {_listed(parameters(module))}"
            )
        return default
    if isinstance(given, str):
        return _in_order(given, default)
    known = default.tensors() if default else {}
    names = parameters(module)
    for name in given:
        if name not in known and name not in names and (default or not _takes_any(module)):
            takes = [*dict.fromkeys([*known, *names])]
            raise FlopcountError(
                f"--input {quote(name)}: it takes {_listed(takes)}{nearest(name, takes)}"
            )
    return _by_name(given, default or Inputs(), known)


def _in_order(text: str, default: Inputs | None) -> Inputs:
    texts = text.split(",")
    if default is None:
        return Inputs(tuple(_read(one, None, "") for one in texts))
    known = default.tensors()
    if len(texts) > len(known):
        raise FlopcountError(
            f"--input {quote(text)}: {plural(len(texts), 'shape')} for {_listed([*known])}"
        )
    return _by_name(dict(zip(known, texts, strict=False)), default, known, named=False)


def _by_name(
    given: Mapping[str, str], default: Inputs, known: Mapping[str, Tensor], *, named: bool = True
) -> Inputs:
    """The inputs with some of them replaced, and what else is given as keywords."""
    new = {
        name: _read(text, known.get(name), f"{name}=" if named else "")
        for name, text in given.items()
    }
    for name, value in new.items():
        if name in known and name not in default.kwargs and not isinstance(value, Tensor):
            example = "x".join(map(str, known[name].shape))
            raise FlopcountError(f"--input {given[name]}: {name} is a tensor, as in {example}")
    args, kwargs = default.mapped(new.pop)
    return Inputs(tuple(args), {**kwargs, **new})


def _read(text: Any, before: Tensor | None, name: str) -> Any:
    """What one text stands for, in the place of what was there."""
    text = str(text).strip()
    if text.casefold() in FLAGS:
        return FLAGS[text.casefold()]
    try:
        tensor = read_tensor(text, before.dtype if before else "float32")
    except FlopcountError as error:
        raise FlopcountError(f"--input {name}{text}: {error}") from None
    if before is not None:
        whole = whole_shape(tensor.shape, before.shape)
        tensor = tensor if whole is None else tensor._replace(shape=whole)
        _compare(tensor, before, name, text)
    return tensor


def _compare(tensor: Tensor, before: Tensor, name: str, text: str) -> None:
    """Raise `FlopcountError` for a tensor of another rank, or kind of numbers, than the model's."""
    example = "x".join(map(str, before.shape))
    if len(tensor.shape) != len(before.shape):
        raise FlopcountError(
            f"--input {name}{text}: {plural(len(tensor.shape), 'axis', 'axes')} where the model "
            f"has {len(before.shape)}, as in {name}{_meant(tensor, before) or example}"
        )
    if len(before.shape) > 3 and tensor.shape[-1] == before.shape[1] != tensor.shape[1]:
        meant = "x".join(map(str, (tensor.shape[0], tensor.shape[-1], *tensor.shape[1:-1])))
        raise FlopcountError(
            f"--input {name}{text}: the model has the channels before the grid, as in {name}{meant}"
        )
    if tensor.dtype.startswith("int") != before.dtype.startswith("int"):
        raise FlopcountError(
            f"--input {name}{text}: {tensor.dtype} where the model has {before.dtype}"
        )


def _meant(tensor: Tensor, before: Tensor) -> str:
    """The shape that is meant by the sides of an image alone, or by a table's ``224x224x3``."""
    rank, missing = len(tensor.shape), len(before.shape) - len(tensor.shape)
    sides = tensor.shape
    if len(before.shape) > 3 and rank == len(before.shape) - 1 and sides[-1] == before.shape[1]:
        sides, missing = sides[:-1], 2
    return "x".join(map(str, (*before.shape[:missing], *sides))) if 0 < missing < 3 else ""


def parameters(module: Any) -> list[str]:
    """What a module's forward, or a function, takes, those that must be given first."""
    found = _signature(module)
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [name for name, parameter in found.items() if parameter.kind in kinds]


def required(module: Any) -> list[str]:
    """Those of them that must be given."""
    found = _signature(module)
    return [name for name in parameters(module) if found[name].default is inspect.Parameter.empty]


def _takes_any(module: Any) -> bool:
    return any(p.kind is inspect.Parameter.VAR_KEYWORD for p in _signature(module).values())


def _signature(module: Any) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(getattr(module, "forward", module)).parameters
    except (TypeError, ValueError):
        return {}


def _listed(names: list[str]) -> str:
    return listed(names[:8]) + (", …" if len(names) > 8 else "") if names else "no names"

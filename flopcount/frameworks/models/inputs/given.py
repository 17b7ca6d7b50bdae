"""What a user's program gives for a model's inputs, and the axes of them that it names."""

from collections.abc import Container, Mapping, Sequence
from typing import Any

from ....errors import FlopcountError, one_of, plural, quote
from .tensors import Inputs, Tensor, inputs, is_tensor, of_values

EXAMPLE = "fc.inputs(1, 3, 224, 224)"


def called_with(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Inputs:
    """What a model is called with: tensors, shapes, or all of it as `inputs` gives it.

    Raises `FlopcountError` where that stands among others.
    """
    if len(args) == 1 and isinstance(args[0], Inputs) and not kwargs:
        return args[0]
    if any(isinstance(value, Inputs) for value in (*args, *kwargs.values())):
        raise FlopcountError(
            "what inputs() gives is all that a module is called with: several go into one, as in "
            "fc.inputs((1, 3, 64, 64), (1, 10))"
        )
    return of_values(tuple(args), kwargs)


def as_inputs(given: Any, takes: Container[str]) -> Inputs:
    """What `analyze` is given: `Inputs`, a tensor, a shape, several in a tuple, or a dict.

    A dict whose keys are among those that the model `takes` is its keyword arguments; any other is
    one argument, as a list is. Raises `FlopcountError` for anything else.
    """
    if isinstance(given, Inputs):
        return given
    if isinstance(given, str):
        return inputs(given) if given else inputs()
    if isinstance(given, Mapping):
        named = all(isinstance(key, str) and key in takes for key in given)
        return inputs(**given) if named and "dtype" not in given else inputs(dict(given))
    if isinstance(given, tuple) and not hasattr(given, "_fields"):
        return inputs(*given)
    if is_tensor(given) or isinstance(given, list):
        return inputs(given)
    raise FlopcountError(f"{quote(given)} goes into no model: expected a tensor, or {EXAMPLE}")


def named_axes(given: Inputs, symbols: Mapping[str, Any]) -> dict[str, tuple[tuple[str, int], ...]]:
    """The axes behind each name, by the inputs' names: of ``{"B": (0, 0)}`` what `Model` takes.

    Raises `FlopcountError` for what is no name, and for an axis that is not there.
    """
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

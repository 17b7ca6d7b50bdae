"""What goes into an ONNX model: the sizes that its file fixes, and those that it leaves free."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ...errors import FlopcountError, listed, quote, shorten
from ..models.inputs import Inputs, Tensor
from ..models.inputs.typed import with_typed
from ..models.model import Symbols, axes_of
from .scopes import plain

if TYPE_CHECKING:
    import onnx

# What stands for a size that the file leaves free, until it is given, by the axis that it may be.
_STANDS = {"B": 1, "H": 224, "W": 224, "D": 16, "T": 128, "L": 128}
_CHANNELS, _LENGTH = 3, 512  # of images; of what has no name, such as sound
Place = tuple[str, int]


class Taken(NamedTuple):
    """The inputs of a model, which axes the file leaves free, by their names in it, and the rest.

    `free` has the axes that were not given either; `changed` are the inputs whose fixed sizes are
    others than the file's. `in_python`: they are not typed, but given to a function.
    """

    inputs: Inputs
    symbols: Symbols
    free: Mapping[Place, str]
    changed: tuple[str, ...] = ()
    in_python: bool = False


def inputs_of(proto: "onnx.ModelProto", given: str | Mapping[str, str] | None) -> Taken:
    """What goes into a model, with what a user typed for it.

    Raises `FlopcountError` for a name that it does not have, or a shape that cannot be its.
    """
    held = {one.name for one in proto.graph.initializer}
    filed: dict[str, tuple[Tensor, dict[int, str]]] = {}
    for one in proto.graph.input:
        if one.name not in held:
            filed[one.name] = _filed(one)
    default = Inputs((), {name: tensor for name, (tensor, _) in filed.items()})
    free = {(name, axis): said for name, (_, axes) in filed.items() for axis, said in axes.items()}
    symbols = _symbols(default, free)
    if given is None:
        return Taken(_standing(default, symbols, free), symbols, free)
    if not isinstance(given, str):  # the colon may be left out
        called = {plain(name): name for name in filed} | {name: name for name in filed}
        given = {called.get(name, name): text for name, text in given.items()}
    inputs = with_typed(given, default, None)
    tensors = {name: _checked(name, value) for name, value in inputs.kwargs.items()}
    names = list(filed)[: len(given.split(","))] if isinstance(given, str) else [*given]
    missing = {place: said for place, said in free.items() if place[0] not in names}
    bound = {
        said: tensors[name].shape[axis]
        for (name, axis), said in free.items()
        if said and name in names
    }
    changed = []
    for name, (tensor, axes) in filed.items():
        shape = list(tensors[name].shape)
        for axis in range(len(shape)):
            if (name, axis) in missing and missing[name, axis] in bound:
                shape[axis] = bound[missing.pop((name, axis))]
        fixed = [n for n in range(len(shape)) if n not in axes]
        tensors[name] = tensors[name]._replace(shape=tuple(shape))
        if any(shape[n] != tensor.shape[n] for n in fixed):
            changed.append(name)
    inputs = Inputs((), tensors)
    symbols = _symbols(inputs, free)
    return Taken(_standing(inputs, symbols, missing), symbols, missing, tuple(changed))


def _filed(one: "onnx.ValueInfoProto") -> tuple[Tensor, dict[int, str]]:
    """An input as the file has it: its tensor, 1 for what is free, and the names of free axes."""
    from .constants import dtype_of

    kind = one.type.tensor_type
    if not one.type.HasField("tensor_type"):
        raise FlopcountError(
            f"its input {quote(one.name)} is no tensor ({one.type.WhichOneof('value')}), and of "
            "another nobody can say a shape"
        )
    dtype = dtype_of(kind.elem_type or 1)
    if not kind.HasField("shape"):
        raise FlopcountError(f"the file says no shape of its input {quote(one.name)}")
    free, sizes = {}, []
    for axis, dim in enumerate(kind.shape.dim):
        if dim.HasField("dim_value") and dim.dim_value > 0:
            sizes.append(int(dim.dim_value))
            continue
        sizes.append(1)
        said = dim.dim_param if dim.HasField("dim_param") else ""
        free[axis] = said if any(map(str.isalnum, said)) else ""  # some write ? for each
    return Tensor(tuple(sizes), dtype), free


def _checked(name: str, value: object) -> Tensor:
    if not isinstance(value, Tensor):
        raise FlopcountError(f"--input {name}: it is a tensor, and is given as its shape")
    return value


def _symbols(inputs: Inputs, free: Mapping[Place, str]) -> Symbols:
    """The names of open axes: B, H, W and the like; one for all axes with one name in the file."""
    letters = axes_of(inputs)
    letter_at = {place: letter for letter, places in letters.items() for place in places}
    named: dict[str, list[Place]] = {}
    for place, said in free.items():
        if said:
            named.setdefault(said, []).append(place)
    found: dict[str, tuple[Place, ...]] = {}
    for said, places in named.items():
        own = [letter_at[place] for place in places if place in letter_at]
        letter = next((one for one in own if one not in found), "")
        if not letter:
            letter = said if said.isidentifier() and said not in found else f"N{len(found)}"
        found[letter] = tuple(places)
    taken = {place for places in found.values() for place in places}
    for letter, lettered in letters.items():
        rest = tuple(place for place in lettered if place not in taken)
        if rest and letter not in found:
            found[letter] = rest
    number = 0
    taken = {place for places in found.values() for place in places}
    for place in free:
        if place not in taken:
            number += 1
            found[f"N{number}"] = (place,)
    order = {name: n for n, name in enumerate(letters)}
    return dict(sorted(found.items(), key=lambda one: order.get(one[0], len(order))))


def _standing(inputs: Inputs, symbols: Symbols, free: Mapping[Place, str]) -> Inputs:
    """The inputs, with a size that may stand for each axis that is free."""
    letter = {place: name for name, places in symbols.items() for place in places}

    def sized(name: str, tensor: Tensor) -> Tensor:
        shape = list(tensor.shape)
        for axis in range(len(shape)):
            if (name, axis) in free:
                other = _CHANNELS if len(shape) > 3 else _LENGTH
                shape[axis] = _STANDS.get(letter.get((name, axis), ""), other if axis else 1)
        return tensor._replace(shape=tuple(shape))

    _, kwargs = inputs.mapped(sized)
    return Inputs((), kwargs)


def asked(name: str, taken: Taken) -> FlopcountError:
    """The error that asks for the sizes that a file leaves free, with an example."""
    places: dict[str, list[str]] = {}
    for (of, axis), said in taken.free.items():
        places.setdefault(of, []).append(shorten(said) or f"axis {axis}")
    tensors = taken.inputs.tensors()
    shown = {shorten(of): (places[of][:4], tensors[of].shape[:8]) for of in [*places][:4]}
    free = listed([f"{listed(axes)} of {of}" for of, (axes, _) in shown.items()])
    example = " ".join(f"--input {of}={'x'.join(map(str, s))}" for of, (_, s) in shown.items())
    where = "in the file"
    if taken.in_python:
        given = {of: "x".join(map(str, s)) for of, (_, s) in shown.items()}
        by_name = ", ".join(f'{of}="{s}"' for of, s in given.items())
        example = f"fc.inputs({by_name if all(map(str.isidentifier, given)) else f'**{given}'})"
        where = "in the model"
    verb = "is" if len(taken.free) == 1 else "are"
    return FlopcountError(f"{name}: {free} {verb} free {where}: give sizes, as in {example}")

"""What a Keras model is called with: its own inputs by their names, or what the user gives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ....errors import FlopcountError, listed, nearest, plural, quote, shorten
from ...models.inputs import Inputs, Tensor, is_tensor, read_tensor
from ...models.inputs.images import whole_shape

Call = tuple[Sequence[Any], Mapping[str, Any]]  # the arguments of a call, positional and by name
Pack = Callable[[Mapping[str, Any]], Call]
FORM = "--input 1x224x224x3, or --input NAME=1x128:int32 for each"
IN_PYTHON = "give it, as in fc.analyze(model, fc.inputs(1, 224, 224, 3))"


class Takes(NamedTuple):
    """The inputs of a model with a shape each, None where any size goes; how it is called.

    `pack` makes the arguments of a call of what goes in, by name. `known`: the model has said what
    goes in; else it is whatever the user says. `functional`: its inputs alone go in.
    """

    tensors: Mapping[str, Tensor]
    pack: Pack
    known: bool = True
    functional: bool = False


def takes(model: Any) -> Takes:
    """What goes into a model: of a functional one its inputs, of another what it was built for."""
    own = _own_inputs(model)
    if own:
        tensors = {_name(one): Tensor(tuple(one.shape), _dtype(one)) for one in own}
        return Takes(tensors, _packed(model, list(tensors)), functional=True)
    shapes = _built_for(model)
    tensors = {name: Tensor(tuple(shape)) for name, shape in shapes.items()}
    if len(tensors) == 1:  # whatever its call has as its first argument
        (only,) = tensors.values()
        return Takes({"x": only}, lambda given: ([given["x"]], {}))
    return Takes(tensors, lambda given: ([], given), known=bool(tensors))


def _own_inputs(model: Any) -> list[Any]:
    try:
        return list(getattr(model, "inputs", None) or ())
    except (AttributeError, TypeError, ValueError):  # how a model that is not built says so
        return []


def _name(tensor: Any) -> str:
    """The name of the layer that an input comes in by, as a config has it."""
    history = getattr(tensor, "_keras_history", None)
    return str(history.operation.name if history else tensor.name)


def _dtype(tensor: Any) -> str:
    return str(getattr(tensor, "dtype", "float32"))


def _packed(model: Any, names: Sequence[str]) -> Pack:
    """How a functional model is called: with one tensor, a list or a dict, as it was made."""

    def pack(given: Mapping[str, Any]) -> Call:
        import keras

        flat = [given[name] for name in names]
        functional = getattr(model, "_functional", None)  # of a Sequential
        struct = getattr(functional or model, "_inputs_struct", None)
        if struct is None:
            return [flat[0] if len(flat) == 1 else flat], {}
        return [keras.tree.pack_sequence_as(struct, flat)], {}

    return pack


def _built_for(model: Any) -> dict[str, Any]:
    """The shapes that another model was built with, by the name of what goes in."""
    shapes = getattr(model, "_build_shapes_dict", None)
    if not isinstance(shapes, Mapping):
        return {}
    flat = {
        str(key).removesuffix("_shape"): shape
        for key, shape in shapes.items()
        if isinstance(shape, tuple | list) and all(n is None or isinstance(n, int) for n in shape)
    }
    return flat if len(flat) == len(shapes) else {}


def typed(given: Any, wanted: Takes, what: str) -> Inputs:
    """The inputs of a model as typed: ``1x28x28x1``, several with commas, or texts by name.

    What is not typed is as the model has it, a batch of 1. Raises `FlopcountError` for an input
    that is not there, a shape that it does not take, and where a size is missing.
    """
    if given is None or given == "":
        texts: dict[str, str] = {}
    elif isinstance(given, str):
        parts = given.split(",")
        names = list(wanted.tensors) if wanted.known else [f"x{n or ''}" for n in range(len(parts))]
        if len(parts) > len(names):
            raise FlopcountError(
                f"--input {quote(given)}: {plural(len(parts), 'shape')} for {listed(names)}"
            )
        texts = dict(zip(names, parts, strict=False))
    else:
        texts = dict(given)
    found = dict(wanted.tensors)
    for name, text in texts.items():
        if wanted.known and name not in found:
            names = list(found)
            if len(texts) == len(found) == 1:
                raise FlopcountError(
                    f"--input {quote(name)}: it takes {names[0]}, as in --input {text}"
                )
            raise FlopcountError(
                f"--input {quote(name)}: it takes {listed(names)}{nearest(name, names)}"
            )
        before = found.get(name)
        found[name] = _fitting(_read(str(text), before, name), before, f"--input {text}")
    return _complete(found, what)


def _read(text: str, before: Tensor | None, name: str) -> Tensor:
    try:
        return read_tensor(text.strip(), before.dtype if before else "float32")
    except FlopcountError as error:
        raise FlopcountError(f"--input {name}={text}: {error}") from None


def _fitting(tensor: Tensor, before: Tensor | None, said: str) -> Tensor:
    """A tensor that goes where another one is, whose fixed sizes it has."""
    if before is None:
        return tensor
    whole = whole_shape(tensor.shape, before.shape, last=True)
    tensor = tensor if whole is None else tensor._replace(shape=whole)
    if len(tensor.shape) != len(before.shape):
        example = shape_text(before)
        raise FlopcountError(
            f"{said}: {plural(len(tensor.shape), 'axis', 'axes')} where the model has "
            f"{len(before.shape)}, as in {example}"
        )
    if meant := channels_behind(tensor.shape, before.shape):
        raise FlopcountError(f"{said}: Keras has the channels behind the grid, as in {meant}")
    for axis, (size, fixed) in enumerate(zip(tensor.shape, before.shape, strict=True)):
        if axis and fixed is not None and size != fixed:
            raise FlopcountError(
                f"{said}: the model fixes its axis {axis} at {fixed}, as in {shape_text(before)}"
            )
    return tensor


def channels_behind(given: Sequence[int], shape: Sequence[int | None]) -> str:
    """The shape that is meant where channels stand before the grid, and not behind it; else "".

    >>> channels_behind((1, 3, 64, 48), (None, None, None, 3))
    '1x64x48x3'
    """
    if len(shape) < 4 or shape[-1] in (None, given[-1]) or given[1] != shape[-1]:
        return ""
    return "x".join(map(str, (given[0], *given[2:], shape[-1])))


def shape_text(tensor: Tensor) -> str:
    """A shape as it would be typed, 1 for a batch and 32 for what may be any size.

    >>> shape_text(Tensor((None, None, 3)))
    '1x32x3'
    """
    first = 1 if tensor.shape and tensor.shape[0] is None else None
    sizes = [first or 32 if n is None else n for n in tensor.shape[:1]]
    sizes += [32 if n is None else n for n in tensor.shape[1:]]
    return "x".join(map(str, sizes))


def _complete(tensors: Mapping[str, Tensor], what: str, *, in_python: bool = False) -> Inputs:
    """Inputs with a size on each axis, the batch 1 where it is open."""
    if not tensors:
        raise FlopcountError(f"{what}: what goes in? {IN_PYTHON if in_python else FORM}")
    found = {}
    for name, tensor in tensors.items():
        shape = tuple(tensor.shape)
        if shape and shape[0] is None:
            shape = (1, *shape[1:])
        if None in shape:
            sides = "×".join("?" if n is None else str(n) for n in tensor.shape)
            which = f"{name}=" if len(tensors) > 1 else ""
            example = f"--input {which}{shape_text(tensor)}"
            if in_python:
                example = f'fc.inputs({which}"{shape_text(tensor)}")'
            raise FlopcountError(
                f"{what}: its input {shorten(name)} is {sides}: say which sizes, as in {example}"
            )
        found[name] = tensor._replace(shape=shape)
    return Inputs(kwargs=found)


def as_given(given: Inputs | None, wanted: Takes, what: str) -> tuple[Inputs, Pack]:
    """What a user's program gives, by the model's own names; how the model is called with it.

    Raises `FlopcountError` as `typed` does.
    """
    if given is None:
        return _complete(wanted.tensors, what, in_python=True), wanted.pack
    if not wanted.known or not wanted.tensors:
        return given, arguments_of(given)
    named = _named(given, wanted)
    if named is None and wanted.functional:
        names = list(wanted.tensors)
        for name in _unknown(given, names):
            raise FlopcountError(
                f"{what}: unknown input {quote(name)}: it takes {listed(names)}"
                f"{nearest(name, names)}"
            )
    if named is None:
        return given, arguments_of(given)
    fitted = {
        name: _fitting(tensor, wanted.tensors[name], f"{what}: {name}")
        for name, tensor in named.items()
    }
    return _complete({**wanted.tensors, **fitted}, what, in_python=True), wanted.pack


def _unknown(given: Inputs, names: Sequence[str]) -> list[str]:
    """The names under which tensors are given that are none of a model's inputs."""
    first = given.args[0] if len(given.args) == 1 else None
    parts = {**(first if isinstance(first, Mapping) else {}), **given.kwargs}
    return [str(key) for key, part in parts.items() if is_tensor(part) and key not in names]


def _named(given: Inputs, wanted: Takes) -> dict[str, Tensor] | None:
    """Tensors by the model's names, in order or by name; None where it is called otherwise."""
    names = list(wanted.tensors)
    if given.kwargs and not given.args:
        parts: Any = given.kwargs
    elif len(given.args) == 1 and isinstance(given.args[0], Mapping) and not given.kwargs:
        parts = given.args[0]
    else:
        flat = list(given.tensors().values())
        return dict(zip(names, flat, strict=True)) if len(flat) == len(names) else None
    if all(is_tensor(part) for part in parts.values()) and set(parts) <= set(names):
        return dict(parts)
    return None


def arguments_of(given: Inputs) -> Pack:
    """How a model is called with just what a user gives."""

    def pack(values: Mapping[str, Any]) -> Call:
        return given.mapped(lambda name, _: values[name])

    return pack

"""A config of layers that are all known, as a model: its inputs, those that are free asked for."""

from collections.abc import Mapping
from typing import Any

from ....errors import FlopcountError, listed, quote, shorten
from ...models.inputs import Inputs, Tensor
from ...models.inputs.images import whole_shape
from ...models.inputs.tensors import DTYPES, read_tensor
from ...models.model import Model
from .called import channels_behind
from .config import Layer, NotPlainError, leaves, plain, read_layer
from .graph import WRONG, unknown_in
from .model import KerasModel

Given = str | Mapping[str, str] | None
_FREE = {1: "1", 2: "1x128", 3: "1x128x{0}", 4: "1x224x224x{0}", 5: "1x16x112x112x{0}"}
_MOST_AXES = 12


def plain_model(config: Mapping[str, Any], name: str, given: Given, source: str) -> KerasModel:
    """The model that a config says; `given` are its inputs as typed.

    Raises `NotPlainError`, naming them, where it has layers that are not Keras' own, and
    `FlopcountError` where it cannot be read, or its inputs are not known.
    """
    layer = read_layer(config)
    if not layer.is_model:
        raise NotPlainError(quote(layer.kind))
    try:
        if unknown := unknown_in(layer):
            raise NotPlainError(listed([quote(kind) for kind in unknown]))
        declared, types = _declared(layer)
        inputs, free = _inputs(declared, types, given)
        model = KerasModel(
            name,
            inputs,
            source=source,
            config=config,
            layer=layer,
            declared=declared,
            free=free,
        )
        _try_out(model)
    except RecursionError:
        raise FlopcountError(f"{quote(name)}: models within models, too deep") from None
    except NotPlainError:
        raise
    except FlopcountError as error:
        head = f"{quote(name)}: "
        raise FlopcountError(
            str(error) if str(error).startswith(head) else head + str(error)
        ) from None
    except WRONG as error:
        cause = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise FlopcountError(f"{quote(name)}: its config cannot be read ({cause})") from None
    return model


def _try_out(model: KerasModel) -> None:
    """Read it, which is kept: what its settings hold shows now.

    Raises `FlopcountError` where a size is free that no formula could have open.
    """
    places = {place for places in model.symbols.values() for place in places}
    for place in model.free.keys() - places:
        raise FlopcountError(model.free[place])
    try:
        Model.read(model)
    except NotPlainError:
        raise
    except FlopcountError:
        for asked in model.free.values():  # what stands for a free size may not do
            raise FlopcountError(asked) from None
        raise


def _declared(model: Layer) -> tuple[dict[str, tuple[int | None, ...]], dict[str, str]]:
    """The shapes of the inputs as the config has them, and their types, by name."""
    shapes: dict[str, tuple[int | None, ...]] = {}
    types: dict[str, str] = {}
    layers = model.layers
    if model.kind == "Sequential":
        first = layers[0] if layers else None
        if first is None:
            raise FlopcountError("a Sequential model without layers")
        shape = model.get("build_input_shape") or _shape_of(first)
        name = first.name if first.kind == "InputLayer" else "x"
        shapes[name], types[name] = _checked(shape), _type(first)
        if first.kind == "Embedding":
            types[name] = "int32"
        return shapes, types
    by_name = {layer.name: layer for layer in layers}
    for name, (of, _, _) in leaves(model.get("input_layers")).items():
        if of not in by_name:
            raise FlopcountError(f"the input {quote(of)} is no layer")
        shapes[name] = _checked(_shape_of(by_name[of]))
        types[name] = _type(by_name[of])
    return shapes, types


def _shape_of(layer: Layer) -> Any:
    """The shape of an input layer, or of a first layer that says its input's."""
    for key in ("batch_shape", "batch_input_shape", "input_shape"):
        shape = plain(layer.get(key))
        if isinstance(shape, list | tuple):
            return [None, *shape] if key == "input_shape" else list(shape)
    if layer.is_model:
        inner = layer.get("build_input_shape")
        if inner is not None:
            return inner
        declared, _ = _declared(layer)
        return list(next(iter(declared.values())))
    return None


def _checked(shape: Any) -> tuple[int | None, ...]:
    if shape is None:
        return ()  # nothing is known of it
    shape = plain(shape)
    if (
        not isinstance(shape, list | tuple)
        or not 1 <= len(shape) <= _MOST_AXES
        or not all(n is None or (type(n) is int and 1 <= n <= 2**31) for n in shape)
    ):
        raise FlopcountError(f"an input of shape {shorten(str(shape))}")
    return tuple(shape)


def _type(layer: Layer) -> str:
    """The type of what an input layer takes; texts and others count as float32."""
    kind = layer.get("dtype")
    if isinstance(kind, Mapping):
        inside = kind.get("config")
        kind = inside.get("name") if isinstance(inside, Mapping) else None
    return kind if isinstance(kind, str) and kind in DTYPES else "float32"


def _inputs(
    declared: Mapping[str, tuple[int | None, ...]],
    types: Mapping[str, str],
    given: Given,
) -> tuple[Inputs, dict[tuple[str, int], str]]:
    """The shapes that go in: as they were typed, the others from the config, a batch of one.

    Where the config leaves sizes free usual ones stand for them; each axis with what asks for it.
    Raises `FlopcountError` where nothing can stand for a size.
    """
    typed = _typed(declared, given)
    tensors: dict[str, Tensor] = {}
    free: dict[tuple[str, int], str] = {}
    for key, shape in declared.items():
        text = typed.get(key)
        sizes = [1 if n is None and place == 0 else n for place, n in enumerate(shape)]
        if text is not None:
            tensor = _read(text, types[key], "" if len(declared) == 1 else f"{key}=")
            whole = whole_shape(tensor.shape, shape, last=True)
            tensor = tensor if whole is None else tensor._replace(shape=whole)
            _compare(tensor, shape, key, text)
            tensors[key] = tensor
            continue
        if None in sizes:
            asked = _asks(key, shape, len(declared))
            free |= {(key, n): asked for n, size in enumerate(sizes) if size is None}
            sizes = [int(size) for size in _example(shape).split("x")]
        if not shape or (len(shape) > 2 and shape[-1] is None):  # weights follow from the channels
            raise FlopcountError(_asks(key, shape, len(declared)))
        tensors[key] = Tensor(tuple(sizes), types[key])
    return Inputs((), tensors), free


def _typed(declared: Mapping[str, Any], given: Given) -> dict[str, str]:
    if given is None:
        return {}
    if isinstance(given, str):
        texts = given.split(",")
        if len(texts) > len(declared):
            many = f"{len(texts)} shapes for {listed(list(declared))}"
            raise FlopcountError(f"--input {quote(given)}: {many}")
        return dict(zip(declared, texts, strict=False))
    known = dict.fromkeys(declared)
    found = {}
    for key, text in given.items():
        if key not in known and len(known) == 1 and key == "x":
            found[next(iter(known))] = str(text)
        elif key in known:
            found[key] = str(text)
        else:
            raise FlopcountError(f"--input {quote(key)}: it takes {listed(list(declared))}")
    return found


def _read(text: str, kind: str, name: str) -> Tensor:
    try:
        return read_tensor(text.strip(), kind)
    except FlopcountError as error:
        raise FlopcountError(f"--input {name}{text}: {error}") from None


def _compare(tensor: Tensor, shape: tuple[int | None, ...], key: str, text: str) -> None:
    """Raise `FlopcountError` for a shape of another rank, or of other channels, than declared."""
    if not shape:
        return
    if len(tensor.shape) != len(shape):
        raise FlopcountError(
            f"--input {text}: {len(tensor.shape)} axes where {key} has {len(shape)}, "
            f"as in {_example(shape)}"
        )
    if meant := channels_behind(tensor.shape, shape):
        raise FlopcountError(
            f"--input {text}: {key} has the channels behind the grid, as in {meant}"
        )


def _example(shape: tuple[int | None, ...]) -> str:
    """A shape as it may be typed, with numbers that are usual in the place of free ones."""
    usual = _FREE.get(len(shape), "x".join("8" for _ in shape)).format(shape[-1] or 3).split("x")
    return "x".join(str(n or u) for n, u in zip(shape, usual, strict=True))


def _asks(key: str, shape: tuple[int | None, ...], many: int) -> str:
    if not shape:
        return f"the model does not say what goes in: --input {key}=1x224x224x3, say"
    free = "×".join("?" if n is None else str(n) for n in shape)
    name = f"{key}=" if many > 1 else ""
    return f"the size of {key} is free ({free}): --input {name}{_example(shape)}, say"

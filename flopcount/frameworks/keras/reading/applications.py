"""The networks of keras.applications by their names, no weights in them: nothing is downloaded."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from ....errors import FlopcountError, listed, nearest, one_of, plural, quote
from ...models.inputs import read_tensor
from ...models.model import Model
from ..backend import import_keras, one_line
from .called import takes
from .kept import keras_as_new
from .loading import without_numbers

LARGEST = 100_000  # of a side: more is a mistake
USUAL = (224, 224, 3)  # of networks that leave their size open: MobileNetV3


def open_application(name: str, given: Any = None) -> Model:
    """A network of keras.applications: ``ResNet50``, at a size of its input, if one is `given`.

    Raises `FlopcountError` for a name that is not there, and a size that it is not made for.
    """
    keras = import_keras(what=quote(f"keras:{name}"))
    known = applications(keras)
    meant = {key.casefold(): key for key in known}.get(name.casefold(), name)
    if meant not in known:
        raise FlopcountError(_unknown(name, known))
    model = build(known[meant], meant, _shape(given))
    _check_name(given, next(iter(takes(model).tensors)))
    if None in model.input_shape[1:]:
        model = build(known[meant], meant, USUAL)
    from .objects import opened

    source = f"keras.applications.{meant}, Keras {keras.__version__}"
    return opened(model, f"keras:{meant}", _batched(given), source=source)


def _unknown(name: str, known: Iterable[str]) -> str:
    """That there is no network of that name, and those whose names begin with it."""
    alike = [one for one in known if name and one.casefold().startswith(name.casefold())]
    if not alike or nearest(name, known):
        return one_of(name, known, "network of keras.applications")
    return f"unknown network of keras.applications {quote(name)}: there is {listed(alike)}"


def applications(keras: Any) -> dict[str, Any]:
    """The functions of keras.applications that make a network, by name."""
    return {
        name: function
        for name, function in vars(keras.applications).items()
        if name[:1].isupper() and inspect.isfunction(function)
    }


def build(make: Any, name: str, shape: tuple[int, ...] | None) -> Any:
    """A network of those, its variables without numbers."""
    asked: dict[str, Any] = {"weights": None}
    if shape is not None:
        asked["input_shape"] = shape
    with keras_as_new():
        try:
            with without_numbers():
                return make(**asked)
        except Exception as error:  # noqa: BLE001  whatever Keras says of a size
            size = "×".join(map(str, shape or ()))
            where = f"keras:{name} at {size}" if shape else f"keras:{name}"
            raise FlopcountError(f"{where}: {one_line(error)}") from None


def _shape(given: Any) -> tuple[int, ...] | None:
    """The height, width and channels that are typed: ``1x320x320x3``, ``320x320``.

    Raises `FlopcountError` for what is no image.
    """
    text = _text(given)
    if not text:
        return None
    shape = read_tensor(text).shape
    if len(shape) not in {2, 3, 4}:
        raise FlopcountError(
            f"--input {text}: {plural(len(shape), 'axis', 'axes')} where an image has 4, as in "
            "1x224x224x3"
        )
    sides = {2: (*shape, 3), 3: shape, 4: shape[1:]}[len(shape)]
    if sides[0] == 3 and sides[1] == sides[2] != 3:
        meant = "x".join(map(str, (*shape[:-3], *sides[1:], 3)))
        raise FlopcountError(
            f"--input {text}: Keras has the channels behind the grid, as in --input {meant}"
        )
    if max(sides) > LARGEST:
        raise FlopcountError(f"--input {text}: a side of more than {LARGEST:,}")
    return tuple(sides)


def _check_name(given: Any, own: str) -> None:
    """Raise `FlopcountError` for an input by another name than its own, or ``x``."""
    for name, text in given.items() if isinstance(given, Mapping) else ():
        if name != "x" and name.rstrip("_0123456789") != own.rstrip("_0123456789"):
            raise FlopcountError(f"--input {quote(name)}: it takes an image, as --input {text}")


def _batched(given: Any) -> str | None:
    """What is typed, with a batch before an image."""
    text = _text(given)
    sides = _shape(given)
    if not text or sides is None:
        return None
    shape = read_tensor(text).shape
    return "x".join(map(str, (shape[0] if len(shape) == 4 else 1, *sides)))


def _text(given: Any) -> str:
    if isinstance(given, Mapping):
        if len(given) > 1:
            raise FlopcountError(f"--input: {plural(len(given), 'shape')} for one image")
        return str(next(iter(given.values()), "")).strip()
    if isinstance(given, str) and "," in given:
        raise FlopcountError(f"--input {quote(given)}: several shapes for one image")
    return str(given or "").strip()

"""What a model's config says, as Keras writes it: layers, their settings, how they are called."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ....errors import FlopcountError, quote, shorten
from ....records import dataclass, field
from ...models.limits import MOST_NAME

if TYPE_CHECKING:
    from .functional import Functional

MODELS = ("Functional", "Sequential", "Model")  # a plain keras.Model is a functional one
MOST_SIZE = 2**31
_OURS = ("keras", "tensorflow.keras", "tf_keras")  # whose classes a name may mean


class NotPlainError(FlopcountError):
    """A config with something in it that only code of its own can tell: what that is."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer of a config: its name and class, its settings, and where it is called.

    `module` is where its class is from, "" where an old file does not say; `trains` whether its
    weights are to be trained.
    """

    name: str
    kind: str
    module: str
    settings: Mapping[str, Any]
    inbound: Sequence[Any] = ()
    trains: bool = True
    registered: str = field(default="", compare=False)

    @property
    def is_model(self) -> bool:
        """Whether it is a model itself, of known layers perhaps."""
        return self.kind in MODELS and self.is_known

    @property
    def is_known(self) -> bool:
        """Whether its class is Keras' own: a user's may have any name, and do anything."""
        root = self.module.partition(".")[0]
        if self.module and root != "keras" and not self.module.startswith(_OURS):
            return False
        return self.registered in ("", self.kind)

    @cached_property
    def layers(self) -> "list[Layer]":
        """Those of a model. Raises `FlopcountError` for two of one name, and for what is none."""
        written = self.settings.get("layers")
        if not isinstance(written, list | tuple):
            raise FlopcountError("no layers")
        found = [read_layer(one, trains=self.trains) for one in written]
        seen: set[str] = set()
        for one in found:
            if one.name in seen:
                raise FlopcountError(f"two layers have the name {quote(one.name)}")
            seen.add(one.name)
        return found

    @cached_property
    def functional(self) -> "Functional":
        """A functional model's calls. Raises `FlopcountError` where they cannot be read."""
        from .functional import Functional

        return Functional(self)

    @property
    def is_operation(self) -> bool:
        """Whether it is an operation, written with ``keras.ops`` or an operator."""
        return self.module.startswith("keras.src.ops")

    def get(self, name: str, default: Any = None) -> Any:
        """A setting as it is written, or what stands for one that is left out."""
        return self.settings.get(name, default)

    def whole(self, name: str, default: int | None = None, least: int = 1) -> int:
        """A whole number. Raises `FlopcountError` for anything else."""
        value = self.settings.get(name)
        value = default if value is None else value
        if not isinstance(value, int) or isinstance(value, bool):
            raise FlopcountError(f"{name} is {_shown(value)}: expected a whole number")
        if not least <= value <= MOST_SIZE:
            raise FlopcountError(f"{name} is {value}: expected one from {least} to 2**31")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Whether something is so. Raises likewise."""
        value = self.settings.get(name)
        value = default if value is None else value
        if not isinstance(value, bool | int):
            raise FlopcountError(f"{name} is {_shown(value)}: expected true or false")
        return bool(value)

    def text(self, name: str, default: str = "") -> str:
        """A word. Raises likewise."""
        value = self.settings.get(name)
        value = default if value is None else value
        if not isinstance(value, str):
            raise FlopcountError(f"{name} is {_shown(value)}: expected a word")
        return value

    def number(self, name: str, default: float) -> float:
        """A number, which may be a fraction. Raises likewise."""
        value = self.settings.get(name)
        value = default if value is None else plain(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise FlopcountError(f"{name} is {_shown(value)}: expected a number")
        return value

    def sizes(self, name: str, axes: int, default: Any = None, least: int = 1) -> tuple[int, ...]:
        """A whole number for each axis, one for all where it is a single one. Raises likewise."""
        value = self.settings.get(name)
        value = default if value is None else plain(value)
        each = value if isinstance(value, list | tuple) else (value,) * axes
        if len(each) != axes or not all(_is_size(n, least) for n in each):
            raise FlopcountError(
                f"{name} is {_shown(value)}: expected {axes} whole numbers from {least} on"
            )
        return tuple(each)

    def axes(self, name: str, rank: int, default: Any = -1) -> tuple[int, ...]:
        """Axes of a tensor of that rank, in order, each from 0 on. Raises likewise."""
        value = plain(self.settings.get(name, default))
        each = value if isinstance(value, list | tuple) else (value,)
        if not all(_is_size(n, -rank) and n < rank for n in each):
            raise FlopcountError(f"{name} is {_shown(value)}: its input has {rank} axes")
        return tuple(sorted({n % rank for n in each}))

    def inner(self, name: str) -> "Layer":
        """A layer that is a setting of this one: a wrapper's, an RNN's cell."""
        value = self.settings.get(name)
        if not isinstance(value, Mapping):
            raise FlopcountError(f"{name} is {_shown(value)}: expected a layer")
        return read_layer(value, trains=self.trains)


def _is_size(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST_SIZE


def _shown(value: Any) -> str:
    return shorten(str(value))


def read_layer(config: Any, *, trains: bool = True) -> Layer:
    """A layer from what is written of it. Raises `FlopcountError` for what is none."""
    if not isinstance(config, Mapping):
        raise FlopcountError(f"{_shown(config)} is no layer")
    kind, settings = config.get("class_name"), config.get("config")
    if not isinstance(kind, str):
        raise FlopcountError(f"a layer without a class: {_shown(config)}")
    if isinstance(settings, list) and kind == "Sequential":  # as Keras 2 wrote it at first
        settings = {"name": "sequential", "layers": settings}
    if not isinstance(settings, Mapping):
        if settings is not None:  # what a class of the user's writes of itself
            raise NotPlainError(quote(kind))
        settings = {}
    name = config.get("name") or settings.get("name") or kind
    inbound, module = config.get("inbound_nodes") or (), config.get("module") or ""
    if (
        not isinstance(name, str)
        or not isinstance(module, str)
        or not isinstance(inbound, list | tuple)
    ):
        raise FlopcountError(f"a layer that cannot be read: {_shown(config)}")
    if len(name) > MOST_NAME:
        raise FlopcountError(f"the name of a layer, {quote(name)}, is longer than {MOST_NAME:,}")
    registered = str(config.get("registered_name") or "").removeprefix("keras>")
    trains = trains and settings.get("trainable") is not False
    _check_quantized(kind, settings)
    return Layer(name, kind, module, settings, inbound, trains, registered)


def _check_quantized(kind: str, settings: Mapping[str, Any]) -> None:
    """Raise for weights that are held in another form than the layer's own."""
    policy = settings.get("dtype")
    quantized = isinstance(policy, Mapping) and "Quantized" in str(policy.get("class_name"))
    if quantized or settings.get("lora_rank") or settings.get("quantization_config"):
        raise NotPlainError(f"a quantised {kind}" if not settings.get("lora_rank") else "LoRA")


def plain(value: Any) -> Any:
    """A setting with tuples written as such made lists."""
    if isinstance(value, Mapping) and value.get("class_name") == "__tuple__":
        return plain(value.get("items", value.get("config", {}).get("value", ())))
    return value


class Reference(tuple[str, int, int]):
    """What a layer puts out: its name, which of its calls, which of the outputs."""

    __slots__ = ()


def reference(value: Any) -> Reference:
    """A tensor of a graph, as it is named. Raises `FlopcountError`."""
    if (
        isinstance(value, list | tuple)
        and len(value) >= 3
        and isinstance(value[0], str)
        and all(_is_size(n, 0) for n in value[1:3])
    ):
        return Reference((value[0], value[1], value[2]))
    raise FlopcountError(f"{_shown(value)} names no tensor")


def revived(value: Any) -> Any:  # noqa: PLR0911  one for each kind
    """An argument of a call: tensors as `Reference`, what is written as such made what it is."""
    if isinstance(value, list | tuple):
        return [revived(part) for part in value]
    if not isinstance(value, Mapping):
        return value
    kind, config = value.get("class_name"), value.get("config")
    if kind == "__keras_tensor__" and isinstance(config, Mapping):
        return reference(config.get("keras_history"))
    if kind == "__slice__" and isinstance(config, Mapping):
        return slice(*(config.get(name) for name in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return ...
    if kind in ("__tensor__", "__numpy__") and isinstance(config, Mapping):
        return Constant(_shape(config.get("value")))
    if kind == "__tuple__":
        return revived(plain(value))
    return {key: revived(part) for key, part in value.items()}


class Constant:
    """An array that is written into a config: its shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape


def _shape(value: Any) -> tuple[int, ...]:
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape)


def references(value: Any) -> Iterator[Reference]:
    """All tensors in some arguments, in order; those of a dict by its keys'."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield from references(value[key])
    elif isinstance(value, list | tuple):
        for part in value:
            yield from references(part)


def leaves(value: Any) -> dict[str, Reference]:
    """What a model's inputs or outputs are, by their names: the dict's own, or their layers'.

    One tensor alone, a list or a dict of them. Raises `FlopcountError`.
    """
    value = plain(value)
    if isinstance(value, Mapping):
        found = [(str(key), one) for key in value for one in leaves(value[key]).values()]
    elif isinstance(value, list | tuple) and value and isinstance(value[0], str):
        found = [(value[0], reference(value))]
    elif isinstance(value, list | tuple):
        found = [pair for part in value for pair in leaves(part).items()]
    else:
        raise FlopcountError(f"{_shown(value)} names no tensors")
    named: dict[str, Reference] = {}
    for name, one in found:
        number = 2
        key = name
        while key in named:
            key, number = f"{name}_{number}", number + 1
        named[key] = one
    return named

"""What goes into a model: tensors by their shape and type, no numbers in them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ....errors import FlopcountError, one_of, quote
from ....records import dataclass, field

DTYPES = (
    *("float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8"),
    *("uint64", "uint32", "uint16", "uint8", "bool", "complex64", "complex128"),
)
MOST = 2**40  # of an axis
# What a type is called elsewhere: PyTorch's names, Python's classes.
_CALLED: dict[Any, str] = {"long": "int64", "int": "int32", "half": "float16", "float": "float32"}
_CALLED |= {"double": "float64", "bool_": "bool", int: "int64"}
_KINDS = re.compile("(int|uint|float|bfloat|complex)[0-9]")  # of types beyond those below


class Tensor(NamedTuple):
    """A tensor that comes in: its shape, and its type by its name (``float32``)."""

    shape: tuple[Any, ...]
    dtype: str = "float32"


@dataclass(frozen=True)
class Inputs:
    """What a model is called with: a `Tensor` in the place of each tensor, all else as it is.

    `values` are the tensors that were given, by name, which are looked at only where a model
    asks for numbers.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def tensors(self) -> dict[str, Tensor]:
        """The tensors by name: a keyword's by it, the others as x, x1, …."""
        return _named(self.args, self.kwargs)

    def mapped(self, make: Callable[[str, Tensor], Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments, with what `make` makes of each tensor, by its name, in its place.

        One that was given twice is made once: a module may ask whether two are the same.
        """
        names = iter(self.tensors())
        made: dict[int, Any] = {}

        def put(value: Any) -> Any:
            if isinstance(value, Tensor):
                name = next(names)
                if name not in self.values:
                    return make(name, value)
                same = id(self.values[name])
                if same not in made:
                    made[same] = make(name, value)
                return made[same]
            return _rebuilt(value, put)

        return [put(value) for value in self.args], {k: put(v) for k, v in self.kwargs.items()}


def _rebuilt(value: Any, change: Callable[[Any], Any]) -> Any:
    """A dict, list or tuple with each part changed; anything else as it is."""
    if isinstance(value, Mapping):
        return {key: change(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        parts = [change(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


def is_tensor(value: Any) -> bool:
    """Whether something is a tensor, of whatever framework, or stands for one."""
    return hasattr(value, "shape") and hasattr(value, "dtype") and not isinstance(value, type)


def _named(args: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """All tensors among some arguments, by name: a keyword's by it, the others as x, x1, …."""

    def parts(value: Any) -> list[Any]:
        if is_tensor(value):
            return [value]
        if not isinstance(value, Mapping | list | tuple):
            return []
        inside = value.values() if isinstance(value, Mapping) else value
        return [found for part in inside for found in parts(part)]

    named: dict[str, Any] = {}
    for start, value in [("x", list(args)), *kwargs.items()]:
        for number, tensor in enumerate(parts(value)):
            named[f"{start}{number or ''}"] = tensor
    return named


def inputs(*shape: Any, dtype: Any = "float32", **named: Any) -> Inputs:
    """What a model is called with, by shapes alone: one, or several in order, or by name.

    `dtype` is that of all, by its name or a framework's own; ``"1x128:int64"`` is a shape with one
    of its own. A list, or a dict, of shapes is one argument that holds as many tensors; numbers
    that are no shape, texts and tensors stand for themselves. Raises `FlopcountError` for what is
    no size, and for an unknown type.

    >>> inputs(1, 3, 224, 224).tensors()
    {'x': Tensor(shape=(1, 3, 224, 224), dtype='float32')}
    >>> inputs((1, 3, 64, 64), (1, 10)).tensors()["x1"].shape
    (1, 10)
    >>> inputs(input_ids=(1, 128), dtype="int64").tensors()
    {'input_ids': Tensor(shape=(1, 128), dtype='int64')}
    >>> inputs(image="1x3x64x64", ids="1x16:int64", flag=True).kwargs["flag"]
    True
    >>> inputs(1, -3)
    Traceback (most recent call last):
        ...
    flopcount.errors.FlopcountError: -3 is no size of an axis: expected a whole number from 1 on
    """
    name = dtype_name(dtype)
    if shape and all(map(_is_size, shape)):
        shape = (shape,)
    args = tuple(_tensor(value, name) for value in shape)
    return of_values(args, {key: _tensor(value, name) for key, value in named.items()})


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _tensor(value: Any, dtype: str) -> Any:
    """A shape as a `Tensor`, in whatever holds it; a tensor as it is."""
    if isinstance(value, Tensor):
        return checked(value)
    if isinstance(value, str) and _is_shape(value):
        return read_tensor(value, dtype)
    if isinstance(value, tuple | list) and value and all(map(_is_size, value)):
        return checked(Tensor(tuple(value), dtype))
    return value if is_tensor(value) else _rebuilt(value, lambda part: _tensor(part, dtype))


def checked(tensor: Tensor) -> Tensor:
    """A tensor whose sizes are some. Raises `FlopcountError`."""
    for size in tensor.shape:
        if not 1 <= size <= MOST:
            expected = "a whole number from 1 on" if size < 1 else "a smaller one"
            raise FlopcountError(f"{size} is no size of an axis: expected {expected}")
    return tensor


def of_values(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Inputs:
    """What a user calls a model with: tensors, and what stands for some.

    Raises `FlopcountError` for a tensor with an axis of no known size.
    """
    values = {
        name: value for name, value in _named(args, kwargs).items() if hasattr(value, "detach")
    }
    return Inputs(
        tuple(map(as_given, args)), {key: as_given(value) for key, value in kwargs.items()}, values
    )


def as_given(value: Any) -> Any:
    """A value of a user's, a `Tensor` in the place of each tensor of whatever framework."""
    if isinstance(value, Tensor):
        return value
    if not is_tensor(value):
        return _rebuilt(value, as_given)
    if str(value.dtype).startswith("key<"):  # of jax.random.key: it has no numbers to speak of
        raise FlopcountError(
            f"a random key of type {value.dtype} is not taken: give jax.random.PRNGKey(0)"
        )
    try:
        return Tensor(tuple(map(int, value.shape)), dtype_name(value.dtype))
    except (TypeError, ValueError):  # one that stands for more than one size
        sizes = "×".join("?" if size is None else str(size) for size in value.shape)
        raise FlopcountError(
            f"a tensor of {sizes} says no size: give one, as in fc.inputs(1, 3, 224, 224)"
        ) from None


def dtype_name(dtype: Any) -> str:
    """A type by its name, a framework's own too. Raises `FlopcountError` for what is none.

    >>> dtype_name("int64"), dtype_name("long"), dtype_name("half"), dtype_name(float)
    ('int64', 'int64', 'float16', 'float32')
    """
    known = getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    name = _CALLED.get(dtype if dtype is int else str(known).removeprefix("torch."), str(known))
    name = name.removeprefix("torch.")
    typed = isinstance(dtype, str) and not dtype.startswith("torch.")
    if name not in DTYPES and (typed or not (str(dtype)[:6] == "torch." or _KINDS.match(name))):
        raise FlopcountError(one_of(name, DTYPES, "type of a tensor"))
    return name


def _is_shape(text: str) -> bool:
    sizes = text.partition(":")[0].replace("×", "x").split("x")
    return all(part.isascii() and part.removeprefix("-").isdigit() for part in sizes)


def read_tensor(text: str, dtype: str = "float32") -> Tensor:
    """A tensor as it is typed: ``1x3x224x224``, ``1x128:int64``.

    Raises `FlopcountError` for what is none.

    >>> read_tensor("1x128:int64")
    Tensor(shape=(1, 128), dtype='int64')
    """
    sizes, colon, kind = text.partition(":")
    if not _is_shape(sizes):
        raise FlopcountError(
            f"{quote(text)} is no shape: expected one such as 1x3x224x224, or 1x128:int64"
        )
    parts = sizes.replace("×", "x").split("x")
    if any(len(part) > 15 for part in parts):
        raise FlopcountError(f"{quote(text)} is no shape: an axis is too long")
    return checked(Tensor(tuple(map(int, parts)), dtype_name(kind.strip()) if colon else dtype))

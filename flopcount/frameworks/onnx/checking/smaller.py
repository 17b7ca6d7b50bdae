"""Smaller inputs of a node of ONNX: of the same attributes, small enough to run line by line."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

from ...models.smaller import FEW, small_grid, small_sizes


class Spec(NamedTuple):
    """An input before it has numbers: its shape and type; its numbers, where they are known."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    numbers: tuple[Any, ...] | None = None


Specs: TypeAlias = tuple[Spec | None, ...]
Attributes: TypeAlias = dict[str, Any]
Case: TypeAlias = tuple[Specs, Attributes]
# What making a smaller one raises of a form of an operator that is not looked at here.
_OTHER_FORM = (AttributeError, IndexError, KeyError, TypeError, ValueError, ZeroDivisionError)
# Which inputs have sizes of other tensors as their numbers.
_SIZES = {("Reshape", 1), ("Expand", 1), ("ConstantOfShape", 0), ("Resize", 3), ("Split", 1)}


def there(spec: Spec | None) -> Spec:
    """An input that must not be left out. Raises `TypeError`."""
    if spec is None:
        raise TypeError("an input is left out")
    return spec


def smaller(op: str, specs: Specs, attributes: Attributes) -> Iterator[Case]:
    """Smaller inputs, and larger ones: with a small grid, with small sizes, those there are."""
    if op in _OWN:
        with suppress(*_OTHER_FORM):
            yield _OWN[op](specs, dict(attributes))
    free = [spec.shape for spec in specs if spec and spec.numbers is None]
    sizes = small_sizes(size for shape in free for size in shape)
    yield tuple(_shrunk(op, place, spec, sizes) for place, spec in enumerate(specs)), attributes
    if sum(math.prod(spec.shape) for spec in specs if spec) <= FEW:
        yield specs, attributes


def _shrunk(op: str, place: int, spec: Spec | None, sizes: Mapping[int, int]) -> Spec | None:
    if spec is None:
        return None
    if spec.numbers is None:
        return spec._replace(shape=tuple(sizes[n] for n in spec.shape))
    if (op, place) in _SIZES:
        return spec._replace(numbers=tuple(sizes.get(n, n) for n in spec.numbers))
    return spec


def _grid(grid: Sequence[int], kernel: Sequence[int], attributes: Attributes) -> tuple[int, ...]:
    """A small one for the window that an operator slides."""
    ones = [1] * len(grid)
    strides, dilations = (attributes.get(name) or ones for name in ("strides", "dilations"))
    return small_grid(grid, kernel, strides, dilations)


def _convolution(specs: Specs, attributes: Attributes, first: int = 0, w: int = 1) -> Case:
    x, weights = there(specs[first]), there(specs[w])
    few = min(attributes.get("group", 1), 2)
    kernel = weights.shape[2:]
    width = few * min(weights.shape[0] // attributes.get("group", 1), 2)
    channels = min(weights.shape[1], 3)
    grid = _grid(x.shape[2:], kernel, attributes)
    new = {
        first: (min(x.shape[0], 2), few * channels, *grid),
        w: (width, channels, *kernel),
    }
    if attributes.get("group", 1) > 1:
        attributes["group"] = few
    old = weights.shape[0]
    return tuple(_sized(spec, new.get(n), {old: width}) for n, spec in enumerate(specs)), attributes


def _quantised(specs: Specs, attributes: Attributes) -> Case:
    return _convolution(specs, attributes, 0, 3)


def _transposed(specs: Specs, attributes: Attributes) -> Case:
    x, weights = there(specs[0]), there(specs[1])
    group = attributes.get("group", 1)
    few = min(group, 2)
    channels, width = few * min(weights.shape[0] // group, 2), min(weights.shape[1], 3)
    grid = tuple(min(n, 3) for n in x.shape[2:])
    new = {0: (min(x.shape[0], 2), channels, *grid), 1: (channels, width, *weights.shape[2:])}
    if group > 1:
        attributes["group"] = few
    few_more = {weights.shape[1] * group: width * few}
    return tuple(_sized(spec, new.get(n), few_more) for n, spec in enumerate(specs)), attributes


def _sized(
    spec: Spec | None, shape: tuple[int, ...] | None, sizes: Mapping[int, int]
) -> Spec | None:
    """An input with that shape; any other, such as a bias, with sizes in the place of its own."""
    if spec is None:
        return None
    new = shape or tuple(sizes.get(n, n) for n in spec.shape)
    return spec if new == spec.shape else spec._replace(shape=new, numbers=None)


def _pool(specs: Specs, attributes: Attributes) -> Case:
    x = there(*specs)
    grid = _grid(x.shape[2:], attributes["kernel_shape"], attributes)
    return (x._replace(shape=(min(x.shape[0], 2), min(x.shape[1], 2), *grid)),), attributes


def _recurrence(specs: Specs, attributes: Attributes) -> Case:
    """Few channels and outputs, in each of the directions."""
    x, w = there(specs[0]), there(specs[1])
    hidden, channels = attributes["hidden_size"], x.shape[2]
    gates = w.shape[1] // hidden
    batch_axis = 1 - attributes.get("layout", 0)
    small = [min(n, 2 + (axis != batch_axis)) for axis, n in enumerate(x.shape[:2])]
    few, own = 2, min(channels, 3)
    batch = {x.shape[batch_axis]: small[batch_axis]}
    sizes = {gates * hidden: gates * few, 2 * gates * hidden: 2 * gates * few, hidden: few}
    sizes |= {3 * hidden: 3 * few}
    new: dict[int, tuple[int, ...]] = {0: (*small, own), 1: (w.shape[0], gates * few, own)}
    for place in (2, 3, 7):
        if place < len(specs) and (spec := specs[place]) is not None:
            new[place] = (spec.shape[0], *(sizes[n] for n in spec.shape[1:]))
    for place in (5, 6):
        if place < len(specs) and (spec := specs[place]) is not None:
            new[place] = tuple(
                few if n == len(spec.shape) - 1 else batch.get(size, size)
                for n, size in enumerate(spec.shape)
            )
    attributes["hidden_size"] = few
    return tuple(_sized(spec, new.get(n), batch) for n, spec in enumerate(specs)), attributes


_OWN: Mapping[str, Callable[[Specs, Attributes], Case]] = {
    "Conv": _convolution,
    "ConvInteger": _convolution,
    "QLinearConv": _quantised,
    "ConvTranspose": _transposed,
    "MaxPool": _pool,
    "AveragePool": _pool,
    "LpPool": _pool,
    "LSTM": _recurrence,
    "GRU": _recurrence,
    "RNN": _recurrence,
}

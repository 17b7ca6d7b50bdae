"""Smaller arguments of an operation of PyTorch's: of the same settings, small enough to run."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from ...models.smaller import FEW, small_grid, small_sizes

Arguments: TypeAlias = Mapping[str, Any]


class Spec(NamedTuple):
    """A tensor before it has numbers: its shape, its type, and its axes as they lie in memory."""

    shape: tuple[int, ...]
    dtype: str = "float64"
    order: tuple[int, ...] = ()


def smaller(name: str, bound: Arguments) -> Iterator[dict[str, Any]]:
    """Smaller and larger arguments, each tensor a `Spec`.

    Those of an operation with a window have a small grid first; then any have small sizes, equal
    where they were; last, if they are few, come those that it was given.
    """
    word = name.partition(".")[2].rstrip("_")
    for key, make in _WINDOWS.items():
        if key in word:
            try:
                yield make(dict(bound))
            except (KeyError, TypeError, IndexError, ValueError, ZeroDivisionError):
                break  # of another form: as any other
            if make is _recurrence:
                return  # PyTorch does not look whether other sizes fit each other
            break
    sizes = small_sizes(size for spec in _specs(bound) for size in spec.shape)
    settings = {
        key: _listed(value, sizes) if key in _SHAPES else value for key, value in bound.items()
    }
    yield {key: _shrunk(value, sizes) for key, value in settings.items()}
    if sum(math.prod(spec.shape) for spec in _specs(bound)) <= FEW:
        yield dict(bound)


_SHAPES = ("normalized_shape",)  # arguments that are sizes of a tensor's


def _specs(bound: Arguments) -> Iterator[Spec]:
    for value in bound.values():
        if isinstance(value, Spec):
            yield value
        elif isinstance(value, list | tuple):
            yield from (part for part in value if isinstance(part, Spec))


def _listed(value: Any, sizes: Mapping[int, int]) -> Any:
    return [sizes.get(n, n) for n in value] if isinstance(value, list | tuple) else value


def _shrunk(value: Any, sizes: Mapping[int, int]) -> Any:
    if isinstance(value, Spec):
        return value._replace(shape=tuple(sizes[n] for n in value.shape))
    if isinstance(value, list | tuple):
        return [_shrunk(part, sizes) for part in value]
    return value


def _along(numbers: Any, axes: int) -> Sequence[int]:
    each = [int(n) for n in numbers] if isinstance(numbers, list | tuple) else [int(numbers)]
    return each * axes if len(each) == 1 else each


def _grid(grid: Sequence[int], bound: Arguments, kernel: Sequence[int]) -> tuple[int, ...]:
    """A small one for the window that an operation slides."""
    axes = len(grid)
    strides = _along(bound.get("stride") or kernel, axes)
    return small_grid(grid, kernel, strides, _along(bound.get("dilation", 1), axes))


def _convolution(bound: dict[str, Any]) -> dict[str, Any]:
    x, w, groups = bound["input"], bound["weight"], bound["groups"]
    kernel = w.shape[2:]
    few = min(groups, 2)
    first, second = w.shape[:2]  # one of them of all groups together
    small = (few * min(first // groups, 2), min(second, 3), *kernel)
    bound["weight"] = w._replace(shape=small)
    turned = bool(bound.get("transposed"))
    channels, width = (small[0], small[1] * few) if turned else (small[1] * few, small[0])
    grid = x.shape[-len(kernel) :]
    grid = tuple(min(n, 3) for n in grid) if turned else _grid(grid, bound, kernel)
    bound["input"] = x._replace(shape=(*_leading(x, len(kernel) + 1), channels, *grid))
    bound["groups"] = few
    if bound.get("bias") is not None:
        bound["bias"] = bound["bias"]._replace(shape=(width,))
    return bound


def _leading(x: Spec, behind: int) -> tuple[int, ...]:
    """The axes before those of the channels and the grid, two of each at most."""
    return tuple(min(n, 2) for n in x.shape[:-behind])


def _pool(bound: dict[str, Any]) -> dict[str, Any]:
    key = next(key for key, value in bound.items() if isinstance(value, Spec))
    x, kernel = bound[key], bound["kernel_size"]
    axes = len(kernel)
    grid = _grid(x.shape[-axes:], bound, kernel)
    bound[key] = x._replace(shape=(*_leading(x, axes), *grid))
    return bound


def _adaptive(bound: dict[str, Any]) -> dict[str, Any]:
    key = next(key for key, value in bound.items() if isinstance(value, Spec))
    x, to = bound[key], bound["output_size"]
    few = [min(m, 3) for m in to]
    grid = tuple(
        m * min(n // old, 3) if n % old == 0 else m + 1 + (n > 2 * old)
        for n, old, m in zip(x.shape[-len(to) :], to, few, strict=True)
    )
    bound[key] = x._replace(shape=(*_leading(x, len(to)), *grid))
    bound["output_size"] = few
    return bound


def _group_norm(bound: dict[str, Any]) -> dict[str, Any]:
    x, groups = bound["input"], bound["group"]
    few = min(groups, 2)
    channels = few * min(x.shape[1] // groups, 2)
    grid = tuple(min(n, 2 + axis % 2) for axis, n in enumerate(x.shape[2:]))
    bound["input"] = x._replace(shape=(min(x.shape[0], 2), channels, *grid))
    for key in ("weight", "bias"):
        if bound[key] is not None:
            bound[key] = bound[key]._replace(shape=(channels,))
    bound |= {"N": min(x.shape[0], 2), "C": channels, "HxW": math.prod(grid), "group": few}
    return bound


def _recurrence(bound: dict[str, Any]) -> dict[str, Any]:
    """A few channels and outputs, in each of the layers and directions."""
    x, states = bound["input"], bound["hx"]
    outputs, width, channels = states[0].shape[-1], states[-1].shape[-1], x.shape[-1]
    directions = 2 if bound["bidirectional"] else 1
    gates = bound["params"][0].shape[0] // width
    projects = outputs != width
    few = {width: 3 if projects else 2, outputs: 2, directions * outputs: 2 * directions}
    few[gates * width] = gates * few[width]

    def small(shape: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(few.get(n, n) for n in shape)

    leading = tuple(min(n, 2 + axis) for axis, n in enumerate(x.shape[:-1]))
    batch = leading[0 if bound["batch_first"] else 1]
    bound["input"] = x._replace(shape=(*leading, min(channels, 3)))
    bound["hx"] = [s._replace(shape=(s.shape[0], batch, few[s.shape[-1]])) for s in states]
    each = len(bound["params"]) // (bound["num_layers"] * directions)
    params = []
    for place, w in enumerate(bound["params"]):
        rows = few[w.shape[0]]
        reads = place % each == 0 and place < each * directions  # the first layer, of the input
        columns = (min(channels, 3),) if reads else small(w.shape[1:])
        params.append(w._replace(shape=(rows, *columns)))
    bound["params"] = params
    return bound


# By a part of an operation's name; the first that fits.
_WINDOWS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "convolution": _convolution,
    "adaptive": _adaptive,
    "pool": _pool,
    "group_norm": _group_norm,
    "lstm": _recurrence,
    "gru": _recurrence,
    "rnn": _recurrence,
}

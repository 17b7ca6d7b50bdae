"""Smaller operands of an equation, of the same settings: small enough to run line by line."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ....sizes import Shape
from ...models.smaller import FEW, small_grid, small_sizes


class Small(NamedTuple):
    """The shapes of an equation's operands, and its parameters."""

    shapes: tuple[Shape, ...]
    params: Mapping[str, Any]


def smaller(equation: Any) -> Iterator[Small]:
    """Smaller operands and parameters; last, if they are few, those that it has."""
    name, params = equation.primitive.name, dict(equation.params)
    shapes = tuple(tuple(map(int, one.aval.shape)) for one in equation.invars)
    for key, make in _WINDOWS.items():
        if name.startswith(key):
            found = make(shapes, params)
            if found is not None:
                yield found
    sizes = small_sizes(n for shape in shapes for n in shape)
    yield Small(tuple(tuple(sizes[n] for n in shape) for shape in shapes), params)
    if sum(map(math.prod, shapes)) <= FEW:
        yield Small(shapes, params)


def _convolution(shapes: Sequence[Shape], params: dict[str, Any]) -> Small | None:
    """Two samples, few channels, a small grid."""
    numbers = params["dimension_numbers"]
    groups, batches = params["feature_group_count"], params["batch_group_count"]
    if batches > 1:
        return None
    few = min(groups, 2)
    x, w = map(list, shapes)
    lhs, rhs = numbers.lhs_spec, numbers.rhs_spec
    grid, kernel = [x[axis] for axis in lhs[2:]], [w[axis] for axis in rhs[2:]]
    spread = params["lhs_dilation"]
    if any(n != 1 for n in spread):
        small = tuple([min(n, 3) for n in grid])
    else:
        small = small_grid(grid, kernel, params["window_strides"], params["rhs_dilation"])
    for axis, n in zip(lhs[2:], small, strict=True):
        x[axis] = n
    w[rhs[0]] = few * min(w[rhs[0]] // groups, 2)
    w[rhs[1]] = min(w[rhs[1]], 3)
    x[lhs[0]], x[lhs[1]] = min(x[lhs[0]], 2), few * w[rhs[1]]
    return Small((tuple(x), tuple(w)), {**params, "feature_group_count": few})


def _pool(shapes: Sequence[Shape], params: dict[str, Any]) -> Small:
    """A small grid where the window is, two elsewhere."""
    kernel, strides = params["window_dimensions"], params["window_strides"]
    grid = small_grid(shapes[0], kernel, strides, params["window_dilation"])
    padding = params["padding"]
    plain = zip(kernel, strides, padding, strict=True)
    is_plain = [(k, s, tuple(p)) == (1, 1, (0, 0)) for k, s, p in plain]
    small = [min(n, 2) if one else n for n, one in zip(grid, is_plain, strict=True)]
    return Small((tuple(small), *shapes[1:]), params)


def _lookup(shapes: Sequence[Shape], params: dict[str, Any]) -> Small | None:
    """A table of few rows; of places as few as have the same axes."""
    table, places = shapes
    if tuple(params["slice_sizes"]) != (1, *table[1:]) or len(table) != 2:
        return None
    width = min(table[1], 3)
    small = (*[min(n, 2 + axis) for axis, n in enumerate(places[:-1])], places[-1])
    return Small(((min(table[0], 4), width), small), {**params, "slice_sizes": (1, width)})


_WINDOWS: Mapping[str, Callable[[Sequence[Shape], dict[str, Any]], Small | None]] = {
    "conv_general_dilated": _convolution,
    "reduce_window": _pool,
    "gather": _lookup,
}

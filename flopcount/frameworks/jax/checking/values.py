"""An equation on small arrays, beside the nests of our op, run literally.

What both put out is compared, and the counts of the op with what the lines did.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

from ....core import Row
from ....core.ops.tensors import Lookup, Move, Scatter, Unknown
from ... import literal
from ...models.beside import (
    MOST_LINES,
    TOLERANCE,
    chosen,
    difference,
    free,
    grouped,
    lines_of,
    miscounted,
    moved,
    row_of,
    starts_of,
)
from ...models.operands import Made, Operand
from ..primitives import Viewed, made_of
from ..values import Step, Value
from .noting import Used
from .smaller import Small

JAX = "JAX"


class TooLargeError(Exception):
    """More lines than are run."""


class Beside(NamedTuple):
    """What came of it: what differs ("" where nothing does), and how many lines were run.

    `skipped` says why it was not run. `finite`: whether all that JAX puts out is a number.
    """

    differs: str = ""
    lines: int = 0
    skipped: str = ""
    finite: bool = True


def beside(used: Used, small: Small, device: Any = None, *, above_zero: bool = False) -> Beside:
    """Run an equation on small random arrays, and the nests of what it is read as.

    JAX computes on the `device`. Raises `TooLargeError` for more than `MOST_LINES`, and what the
    equation does where such operands do not fit it.
    """
    name = used.equation.primitive.name
    arrays, values = _operands(used, small, above_zero=above_zero)
    if name in _GROUPED:  # all rows are in some group, the groups as large as they can be alike
        rows, groups = small.shapes[0][0], small.shapes[2][0]
        ends = np.arange(1, groups + 1) * int(rows) // groups
        arrays[2] = np.diff(ends, prepend=0).astype(arrays[2].dtype)
    given = [
        np.broadcast_to(array, shape) for array, shape in zip(arrays, small.shapes, strict=True)
    ]
    outputs = [np.asarray(one, float) for one in _computed(used.equation, given, small, device)]
    step = Step(
        name,
        values,
        small.params,
        tuple(one.shape for one in outputs),
        tuple(str(array.dtype) for array in arrays),
        int,
    )
    read = made_of(step)
    if isinstance(read, Viewed):
        return Beside(skipped="read as a view")
    made = read.made
    finite = bool(np.isfinite(outputs[0]).all())
    if isinstance(made.op, Unknown):
        return Beside(skipped="no rule")
    if isinstance(made.op, Scatter):
        return Beside(skipped="where it puts its numbers, the data says")
    if isinstance(made.op, Move):
        said = "" if name in _SORTED else moved(given, outputs[0], software=JAX)
        return Beside(said, finite=finite)
    if all(value.number is not None for value in values):
        return Beside(skipped="it reads constants alone")
    row = row_of(made)
    own = {f"a{n}": array for n, array in enumerate(arrays)}
    picks = grouped(row, {"offs": np.cumsum(arrays[2])}) if name in _GROUPED else None
    theirs = _numbers(name, small, given, outputs[0])
    if name == "conv_general_dilated":
        tensors, theirs = _convolution(step, given, theirs, row)
    else:
        tensors = _named(made, row, own)
    if lines_of(row) > MOST_LINES:
        raise TooLargeError(f"its nests take {lines_of(row):,} lines")
    with np.errstate(all="ignore"):
        tensors |= starts_of(row)
        ours, ran = literal.run_all(row.work.nests, tensors, chosen=picks or chosen(made, row, own))
    said = difference(np.asarray(ours, float), theirs, TOLERANCE, software=JAX) or miscounted(row)
    return Beside(said, sum(done.all_lines for done in ran), finite=finite)


# What says that an operation is no formula of its operands' elements.
_AXES = ("dimension_numbers", "axes", "axis", "dimension", "dimensions", "window_dimensions")
_GROUPED = ("ragged_dot", "ragged_dot_general")  # whose third operand says which rows are whose
_SORTED = ("top_k", "sort", "approx_top_k")  # which put out places, too


def _operands(used: Used, small: Small, *, above_zero: bool) -> tuple[list[Any], tuple[Value, ...]]:
    """A random array for each operand, and it as a value; spread, constant, held as it was."""
    arrays, values = [], []
    is_formula = not any(key in small.params for key in _AXES)
    for n, (variable, value, shape) in enumerate(
        zip(used.equation.invars, used.values, small.shapes, strict=True)
    ):
        own, spread = value.operand, tuple(shape)
        if own.port is not None or own.held:
            spread = _spread(own.shape, shape)
        dtype = str(variable.aval.dtype)
        if value.number is not None and is_formula:
            arrays.append(np.full(shape, value.number, _dtype(dtype)))
            values.append(Value(Operand(tuple(shape)), tuple(shape), value.number))
            continue
        arrays.append(_random(spread, dtype, n, above_zero=above_zero))
        held = own.is_weights and not own.order and own.shape == value.shape
        key = f"a{n}"
        operand = Operand(spread, held=key, is_parameter=True) if held else Operand(spread, key)
        values.append(Value(operand, tuple(shape)))
    return arrays, tuple(values)


def _spread(own: Any, shape: Any) -> tuple[int, ...]:
    """A small shape with 1 where an operand has one axis that is spread."""
    if len(own) != len(shape):
        return tuple(shape)
    return tuple(1 if one == 1 else size for one, size in zip(own, shape, strict=True))


def _dtype(name: str) -> str:
    """The type that a small array has: single precision for all that is no whole number."""
    return name if name.startswith(("int", "uint", "bool", "complex")) else "float32"


def _random(shape: Any, dtype: str, seed: int, *, above_zero: bool) -> Any:
    """Random numbers; whole ones from 0 on, which may be places."""
    maker = np.random.default_rng(seed)
    if dtype == "bool":
        return maker.random(shape) > 0.5
    if dtype.startswith(("int", "uint")):
        return maker.integers(above_zero, 2 + above_zero, shape).astype(dtype)
    numbers = maker.normal(size=shape)
    if above_zero:
        numbers = abs(numbers) % 0.8 + 0.1  # below 1, too: the sine's inverse ends there
    return numbers.astype(_dtype(dtype))


def _computed(equation: Any, given: Any, small: Small, device: Any) -> list[Any]:
    """What JAX puts out."""
    params = dict(small.params)
    if params.get("preferred_element_type") is not None:
        params["preferred_element_type"] = None  # that of the small arrays
    primitive = equation.primitive

    def call(*arrays: Any) -> Any:
        return primitive.bind(*arrays, **params)

    with jax.default_device(device or jax.devices("cpu")[0]):
        found = jax.jit(call)(*given)
    return list(found) if primitive.multiple_results else [found]


def _numbers(name: str, small: Small, given: Any, theirs: Any) -> Any:
    """What is compared: of what puts out places, the numbers there."""
    axes = tuple(small.params.get("axes", ()))
    if name == "argmax":
        return given[0].max(axes)
    return given[0].min(axes) if name == "argmin" else theirs


def _named(made: Made, row: Row, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of what the nests read: parameters by their capitals, all else in order."""
    tensors = {}
    for capital, operand in made.weights.items():
        tensors[capital] = _shaped(arrays[operand.held], operand)
    reads = made.reads[1:] if isinstance(made.op, Lookup) else made.reads  # but for the indices
    for name, operand in zip(free(row), reads, strict=False):
        tensors[name] = _shaped(arrays[operand.port or operand.held], operand)
    return tensors


def _shaped(array: Any, operand: Operand) -> Any:
    """An array as an op reads it: spread, or under another shape."""
    shape = tuple(map(int, operand.shape))
    return array.reshape(shape) if array.size == np.prod(shape) else np.broadcast_to(array, shape)


def _convolution(step: Step, given: Any, theirs: Any, row: Row) -> tuple[dict[str, Any], Any]:
    """A convolution's arrays in our order of the axes: a transposed one has its kernel turned."""
    from ..primitives.windows import order_of

    order = order_of(step)
    x, w = given[0].transpose(order.lhs), given[1].transpose(order.kernel)
    if any(n != 1 for n in step.params["lhs_dilation"]):
        grid = range(w.ndim - 2) if order.last else range(2, w.ndim)
        w = np.flip(w, tuple(grid))
    groups = step.params["feature_group_count"]
    if order.last and groups > 1:  # a nest has the groups before what each of them reads
        w = w.reshape(*w.shape[:-1], groups, -1)
        w = np.moveaxis(w, -2, -3)
    names = free(row)
    held = {read.name for nest in row.work.nests for read in nest.form.reads if read.is_parameter}
    if not held:
        return dict(zip(names, (x, w), strict=True)), theirs.transpose(order.out)
    return {**dict.fromkeys(held, w), **dict.fromkeys(names, x)}, theirs.transpose(order.out)

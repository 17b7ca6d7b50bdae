"""Windows over a grid: convolutions of any order of the axes; pooling."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ....core.ops.tail import Tail
from ....core.ops.tensors import (
    FirstConv,
    FirstTransposed,
    LastConv,
    LastTransposed,
    WindowReduction,
)
from ....sizes import Shape, Size, Window
from ...models.operands import Made, Operand, own
from ..values import Step
from .table import Priced, rule


class _Order(NamedTuple):
    """Whether the channels stand behind the grid, and how the axes get into our order."""

    last: bool
    lhs: tuple[int, ...]
    kernel: tuple[int, ...]
    out: tuple[int, ...]


def order_of(step: Step) -> _Order:
    """Our order of the axes: batch, grid, channels, where JAX's has it so, else as PyTorch's."""
    numbers = step.params["dimension_numbers"]
    lhs, rhs, out = numbers.lhs_spec, numbers.rhs_spec, numbers.out_spec
    rank = len(lhs)
    last = lhs[1] == rank - 1 == out[1]
    if not last:
        return _Order(last, tuple(lhs), tuple(rhs), tuple(out))
    behind = (0, *range(2, rank), 1)
    kernel = (*range(2, rank), 1, 0)
    return _Order(
        last,
        tuple(lhs[axis] for axis in behind),
        tuple(rhs[axis] for axis in kernel),
        tuple(out[axis] for axis in behind),
    )


def _permuted(operand: Operand, axes: Sequence[int]) -> Operand:
    """An operand with its axes in this order."""
    if tuple(axes) == tuple(range(len(axes))):
        return operand
    order: tuple[int, ...] = ()
    if operand.held and operand.port is None:
        before = operand.order or tuple(range(len(axes)))
        order = tuple(list(axes).index(axis) for axis in before)
    shape = tuple(operand.shape[axis] for axis in axes)
    return operand._replace(shape=shape, order=order)


@rule("conv_general_dilated")
def _convolution(step: Step) -> Priced | None:
    """A convolution; with an input that is dilated it is a transposed one."""
    order, params = order_of(step), step.params
    x, w = (
        _permuted(operand, axes)
        for operand, axes in zip(step.operands, (order.lhs, order.kernel), strict=True)
    )
    output = tuple(step.outputs[0][axis] for axis in order.out)
    groups, batches = params["feature_group_count"], params["batch_group_count"]
    if batches > 1:  # each group of samples meets kernels of its own
        x, groups = _batches_as_groups(x, batches, last=order.last), batches
    kernel = w.shape[:-2] if order.last else w.shape[2:]
    dilation = step.sizes("lhs_dilation")
    stride = step.sizes("window_strides")
    settings = _Settings(
        tuple(kernel),
        stride,
        step.sizes("rhs_dilation"),
        tuple((step.size(low), step.size(high)) for low, high in params["padding"]),
    )
    transposed = any(n != 1 for n in dilation)
    reads: tuple[Operand, ...] = (x,)
    if transposed and (batches > 1 or any(n != 1 for n in stride)):
        return None
    parameters = own(W=w)
    width = w.shape[-1] if order.last else w.shape[0]
    op = _layer(
        settings, width, groups, order, parameters.computed, w, dilation if transposed else ()
    )
    axis = order.out[-1] if order.last else order.out[1]
    made = Made(op, (*reads, *parameters.flows), parameters.weights)
    return Priced(made, (output,), frozenset((axis,)) if parameters.weights else frozenset())


class _Settings(NamedTuple):
    kernel: Shape
    stride: Shape
    spread: Shape
    padding: tuple[tuple[Size, Size], ...]


def _layer(  # noqa: PLR0913, PLR0917  what a convolution is made of
    s: _Settings,
    width: Size,
    groups: int,
    order: _Order,
    computed: str,
    w: Operand,
    dilation: Shape,
) -> Any:
    """The op: of a transposed convolution, padded as a convolution back from there would be."""
    tail = Tail(bias=False)
    low, high = (tuple(side) for side in zip(*s.padding, strict=True)) if s.padding else ((), ())
    if dilation:
        spans = [(k - 1) * d for k, d in zip(s.kernel, s.spread, strict=True)]
        before = tuple(span - n for span, n in zip(spans, low, strict=True))
        after = tuple(span - n for span, n in zip(spans, high, strict=True))
        window = Window(s.kernel, dilation, s.spread, before, after=after)
        kind = LastTransposed if order.last else FirstTransposed
        return kind(window, width, groups, tail, computed=computed)
    window = Window(s.kernel, s.stride, s.spread, low, after=() if low == high else high)
    each = w.shape[-2] if order.last else w.shape[1]
    of = LastConv if order.last else FirstConv
    if groups > 1 and each == 1:
        return of(window, tail=tail, multiplier=width // groups, computed=computed)
    return of(window, width, groups, tail, computed=computed)


def _batches_as_groups(x: Operand, batches: int, *, last: bool) -> Operand:
    """Samples in so many groups, as groups of channels of fewer samples."""
    shape = list(x.shape)
    shape[0] = shape[0] // batches
    axis = len(shape) - 1 if last else 1
    shape[axis] = shape[axis] * batches
    return x._replace(shape=tuple(shape))


_POOLS = {"reduce_window_max": "max", "reduce_window_min": "min", "reduce_window_sum": "sum"}


@rule(*_POOLS)
def _pool(step: Step) -> Made | None:
    """The largest, the smallest or the sum of a window, over all axes."""
    if any(n != 1 for n in step.params["base_dilation"]):
        return None
    x = step.operands[0]
    padding = [(step.size(low), step.size(high)) for low, high in step.params["padding"]]
    window = Window(
        step.sizes("window_dimensions"),
        step.sizes("window_strides"),
        step.sizes("window_dilation"),
        tuple(low for low, _ in padding),
        after=tuple(high for _, high in padding),
    )
    return Made(WindowReduction(_POOLS[step.name], window), (x,))

"""What shows numbers under another shape, or a part of them, and computes nothing."""

from ....sizes import product
from ...models.operands import Operand
from ..values import Step, Value
from .table import Viewed, rule


@rule("reshape", "squeeze", "expand_dims", "bitcast_convert_type")
def _reshape(step: Step) -> Viewed:
    """All numbers in their order; axes of 1 alone come and go without harm to what is spread."""
    value, shape = step.values[0], step.outputs[0]
    if value.number is not None:
        return Viewed((Value(Operand(shape), shape, value.number),))
    operand = value.operand
    if operand.shape != value.shape and _without_ones(value.shape) == _without_ones(shape):
        kept = iter([n for n, full in zip(operand.shape, value.shape, strict=True) if full != 1])
        return Viewed((value.seen(shape, tuple(1 if n == 1 else next(kept) for n in shape)),))
    whole = value.whole
    order = whole.order if _without_ones(whole.shape) == _without_ones(shape) else ()
    order = order if len(shape) == len(whole.shape) else ()
    return Viewed((Value(whole._replace(shape=shape, order=order), shape),))


def _without_ones(shape: tuple[object, ...]) -> list[object]:
    return [n for n in shape if n != 1]


@rule("broadcast_in_dim")
def _broadcast(step: Step) -> Viewed:
    """Axes are put in, and those of 1 spread: what reads it element by element spreads it."""
    value, shape = step.values[0], step.outputs[0]
    if value.number is not None:
        return Viewed((Value(Operand(shape), shape, value.number),))
    spread = [1] * len(shape)
    for axis, n in zip(step.params["broadcast_dimensions"], value.operand.shape, strict=True):
        spread[axis] = n
    operand = value.operand._replace(shape=tuple(spread), order=())
    return Viewed((Value(operand, shape),))


@rule("transpose")
def _transpose(step: Step) -> Viewed:
    """The axes in another order."""
    value, axes = step.values[0], step.params["permutation"]
    operand = value.operand
    order: tuple[int, ...] = ()
    if operand.held and operand.port is None and operand.shape == value.shape:
        before = operand.order or tuple(range(len(axes)))
        order = tuple(axes.index(axis) for axis in before)
        order = () if order == tuple(range(len(axes))) else order
    seen = operand._replace(shape=tuple(operand.shape[axis] for axis in axes), order=order)
    return Viewed((Value(seen, step.outputs[0], value.number),))


@rule("slice", "dynamic_slice", "split", "unstack", "real", "imag")
def part(step: Step) -> Viewed:
    """Parts of the numbers."""
    value = step.values[0]
    parts = []
    for shape in step.outputs:
        whole = value.operand.whole and product(shape) == product(value.whole.shape)
        parts.append(Value(value.whole._replace(shape=shape, whole=whole, order=()), shape))
    return Viewed(tuple(parts))


@rule("rev")
def _reversed(step: Step) -> Viewed | None:
    """The other way round: of what is held, as a transposed kernel is, the same weights."""
    return Viewed((step.values[0],))

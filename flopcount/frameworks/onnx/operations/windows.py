"""Windows over a grid: convolution."""

from ....core.ops.tail import Tail
from ....core.ops.tensors import FirstConv
from ....sizes import Window
from ...models.operands import Made, own
from .table import Called, numbers, rule


@rule("Conv")
def _convolution(a: Called) -> Made:
    x, w, bias = a.x, a.operand(1), a.operand(2)
    assert w is not None
    axes = len(w.shape) - 2
    stride, spread = numbers(a.get("strides"), 1, axes), numbers(a.get("dilations"), 1, axes)
    pads = numbers(a.get("pads"), 0, 2 * axes)
    parameters = own(W=w, B=bias)
    window = Window(tuple(w.shape[2:]), stride, spread, pads[:axes], after=pads[axes:])
    tail, groups = Tail(bias=bias is not None), a.get("group", 1)
    op = FirstConv(window, w.shape[0], groups, tail, computed=parameters.computed)
    return Made(op, (x, *parameters.flows), parameters.weights)

"""Pooling: of windows, of a whole grid, to a given grid."""

from .....core.ops import tensors as ops
from .....errors import FlopcountError, quote
from .....sizes import Window
from ....models.operands import Operand
from .convolution import channels_of
from .table import Call, Rule, layer


def _windowed(kind: str, axes: int) -> Rule:
    def rule(call: Call) -> Operand:
        channels_of(call, axes)
        one = call.layer
        kernel = one.sizes("pool_size", axes, 2)
        stride = one.sizes("strides", axes, kernel)
        padding = one.text("padding", "valid").lower()
        if padding not in ("same", "valid"):
            raise FlopcountError(f"padding is {quote(padding)}: expected same or valid")
        op = ops.FirstPool if call.is_first else ops.LastPool
        return call.add(op(kind, Window(kernel, stride, padding=padding)), call.x)

    return rule


def _global(kind: str, axes: int) -> Rule:
    """The mean or the largest number of the whole grid: n − 1 operations, and a division."""

    def rule(call: Call) -> Operand:
        channels_of(call, axes)
        over = tuple(range(2, axes + 2) if call.is_first else range(1, axes + 1))
        keep = call.layer.flag("keepdims", default=False)
        what = "mean" if kind == "avg" else "max"
        return call.add(ops.Reduction(f"{kind}pool", what, over, keep), call.x)

    return rule


def _adaptive(kind: str, axes: int) -> Rule:
    def rule(call: Call) -> Operand:
        channels_of(call, axes)
        op = ops.FirstAdaptivePool if call.is_first else ops.LastAdaptivePool
        return call.add(op(kind, call.layer.sizes("output_size", axes)), call.x)

    return rule


for _axes in (1, 2, 3):
    for _kind, _names in {"avg": ("Average", "Avg"), "max": ("Max", "Max")}.items():
        _long = dict.fromkeys((f"{_names[0]}Pooling{_axes}D", f"{_names[1]}Pool{_axes}D"))
        layer(*_long)(_windowed(_kind, _axes))
        layer(*[f"Global{name}" for name in _long])(_global(_kind, _axes))
        layer(f"Adaptive{_names[0]}Pooling{_axes}D")(_adaptive(_kind, _axes))

"""Convolutions of one to three axes: whole, grouped, channel by channel, separable, transposed."""

from typing import Any

from .....core.ops import tensors as ops
from .....core.ops.tail import Tail
from .....errors import FlopcountError, quote
from .....sizes import Size, Window
from ....models.operands import Operand
from ..config import Layer
from .activations import activated
from .table import Call, layer


def window_of(one: Layer, axes: int) -> Window:
    """Its window; ``causal`` padding is all before the first. Raises `FlopcountError`."""
    kernel = one.sizes("kernel_size", axes)
    stride, spread = one.sizes("strides", axes, 1), one.sizes("dilation_rate", axes, 1)
    padding = one.text("padding", "valid").lower()
    if padding == "causal":
        before = tuple((k - 1) * d for k, d in zip(kernel, spread, strict=True))
        return Window(kernel, stride, spread, before, after=(0,) * axes)
    if padding not in ("same", "valid"):
        raise FlopcountError(f"padding is {quote(padding)}: expected same, valid or causal")
    return Window(kernel, stride, spread, padding)


def channels_of(call: Call, axes: int) -> Size:
    """How many channels come in. Raises `FlopcountError` for a tensor of another rank."""
    x = call.x
    if len(x.shape) != axes + 2:
        shape = "×".join(map(str, x.shape))
        raise FlopcountError(f"it reads {axes + 2} axes, and here are {shape}")
    return x.shape[1 if call.is_first else -1]


def _bias(call: Call, width: Any) -> dict[str, Operand]:
    return {"B": call.held("bias", width)} if call.layer.flag("use_bias", default=True) else {}


def _rank(call: Call) -> int:
    """How many axes the grid has, by the class' name: 2 of ``Conv2D``."""
    return next(n for n in (1, 2, 3) if f"{n}D" in call.layer.kind)


@layer("Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D", "Convolution3D")
def _convolution(call: Call) -> Operand:
    one, axes = call.layer, _rank(call)
    window, channels = window_of(one, axes), channels_of(call, axes)
    width, groups = one.whole("filters"), one.whole("groups", 1)
    held = {"W": call.held("kernel", *window.kernel, channels // groups, width)}
    held |= _bias(call, width)
    kind = ops.FirstConv if call.is_first else ops.LastConv
    op = kind(window, width, groups, Tail(bias="B" in held))
    return activated(call, call.add(op, call.x, **held), one.get("activation"))


@layer("DepthwiseConv1D", "DepthwiseConv2D")
def _depthwise(call: Call) -> Operand:
    one, axes = call.layer, _rank(call)
    window, channels = window_of(one, axes), channels_of(call, axes)
    times = one.whole("depth_multiplier", 1)
    held = {"W": call.held("kernel", *window.kernel, channels, times)}
    held |= _bias(call, channels * times)
    kind = ops.FirstConv if call.is_first else ops.LastConv
    op = kind(window, tail=Tail(bias="B" in held), multiplier=times)
    return activated(call, call.add(op, call.x, **held), one.get("activation"))


@layer("SeparableConv1D", "SeparableConv2D", "SeparableConvolution2D")
def _separable(call: Call) -> Operand:
    """Channel by channel, then a convolution of one position that mixes them."""
    one, axes = call.layer, _rank(call)
    window, channels = window_of(one, axes), channels_of(call, axes)
    width, times = one.whole("filters"), one.whole("depth_multiplier", 1)
    kind = ops.FirstConv if call.is_first else ops.LastConv
    spread = kind(window, tail=Tail(bias=False), multiplier=times)
    kernel = call.held("depthwise_kernel", *window.kernel, channels, times)
    middle = call.add(spread, call.x, W=kernel)
    held = {"W": call.held("pointwise_kernel", *(1,) * axes, channels * times, width)}
    held |= _bias(call, width)
    mix = kind(Window((1,) * axes, padding="valid"), width, 1, Tail(bias="B" in held))
    return activated(call, call.add(mix, middle, **held), one.get("activation"))


@layer("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "Convolution2DTranspose")
def _transposed(call: Call) -> Operand:
    """n·s numbers with same, (n − 1)·s + max(span, s) with valid, unless a padding says more.

    With an output padding p it is (n − 1)·s + span + p, and with same (n − 1)·s + span mod 2 + p.
    """
    one, axes = call.layer, _rank(call)
    window, channels = window_of(one, axes), channels_of(call, axes)
    width = one.whole("filters")
    more = one.get("output_padding")
    outpad = one.sizes("output_padding", axes, least=0) if more is not None else ()
    window, outpad = _placed(window, outpad)
    held = {"W": call.held("kernel", *window.kernel, width, channels)}
    held |= _bias(call, width)
    kind = ops.FirstTransposed if call.is_first else ops.LastTransposed
    op = kind(window, width, 1, Tail(bias="B" in held), outpad)
    return activated(call, call.add(op, call.x, **held), one.get("activation"))


def _placed(window: Window, outpad: tuple[int, ...]) -> tuple[Window, tuple[int, ...]]:
    """A window and what is put behind it, as `Window.transposed` takes them.

    How Keras places one is in keras/src/backend/common/backend_utils.
    """
    spans = [(k - 1) * d + 1 for k, d in zip(window.kernel, window.dilation, strict=True)]
    strides = window.stride
    if window.padding != "same":
        if not outpad:
            outpad = tuple(max(s - span, 0) for s, span in zip(strides, spans, strict=True))
        return window, outpad
    if not outpad:
        return window, ()
    before, longer = [], []
    for span, extra in zip(spans, outpad, strict=True):
        pads = span + span % 2 - 2 + extra  # of the input with zeros between, as the backend has it
        left = min(pads // 2 + pads % 2, span - 1)
        before.append(span - 1 - left)
        longer.append(pads - 2 * left)
    both = tuple(before)
    return Window(window.kernel, strides, window.dilation, both, after=both), tuple(longer)

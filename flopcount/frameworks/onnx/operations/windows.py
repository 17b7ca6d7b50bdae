"""Windows with weights that slide over a grid: convolutions of all kinds."""

from collections.abc import Sequence

from ....core.ops.tail import Tail
from ....core.ops.tensors import DeformConv, Elementwise, FirstConv, FirstTransposed, Move, Unknown
from ....errors import FlopcountError
from ....sizes import Shape, Size, Window, differ
from ...models.operands import Made, Operand, own
from .inner import function
from .table import Called, Several, numbers, put_out, rule

_AUTO = {"SAME_UPPER": "same", "SAME_LOWER": "same lower", "VALID": "valid"}


def window(a: Called, kernel: Sequence[int], *, ceil: bool = False) -> Window:
    """The window of a node with such a kernel: its strides, dilations, and padding of any kind."""
    axes = len(kernel)
    stride, spread = numbers(a.get("strides"), 1, axes), numbers(a.get("dilations"), 1, axes)
    auto = _AUTO.get(a.get("auto_pad", "NOTSET"))
    if auto:  # which has no last window that is not whole
        return Window(tuple(kernel), stride, spread, auto)
    pads = numbers(a.get("pads"), 0, 2 * axes)
    if len(pads) != 2 * axes or {len(stride), len(spread)} != {axes}:
        raise FlopcountError(f"its strides, dilations or pads are not those of {axes} axes")
    after = pads[axes:] if pads[axes:] != pads[:axes] else ()
    return Window(tuple(kernel), stride, spread, pads[:axes], ceil, after)


def _kernel(w: Operand, a: Called) -> tuple[int, ...]:
    kernel = w.shape[2:]
    said = a.get("kernel_shape")
    if said and tuple(said) != kernel:
        raise FlopcountError(f"its kernel_shape {said} is not that of its weights, {kernel}")
    return kernel


def convolution(a: Called, x: Operand, w: Operand, bias: Operand | None = None) -> Made:
    """A convolution; where each channel has a kernel of its own it is depthwise."""
    kernel, groups = _kernel(w, a), a.get("group", 1)
    parameters = own(W=w, B=bias)
    computed, tail = parameters.computed, Tail(bias=bias is not None)
    slides = window(a, kernel)
    if groups > 1 and w.shape[1] == 1 and w.shape[0] % groups == 0 and x.shape[1] == groups:
        multiplier = w.shape[0] // groups
        op = FirstConv(slides, tail=tail, multiplier=multiplier, computed=computed)
    else:
        _check_channels(x.shape[1], w.shape[1] * groups)
        op = FirstConv(slides, w.shape[0], groups, tail, computed=computed)
    return Made(op, (x, *parameters.flows), parameters.weights)


def _check_channels(there: Size, read: Size) -> None:
    if differ(there, read):
        raise FlopcountError(f"its kernel reads {read} channels, and {there} come in")


@rule("Conv")
def _convolution(a: Called) -> Made:
    return convolution(a, a.x, a.needed(1), a.operand(2))


@rule("ConvTranspose")
def transposed(a: Called) -> Made:
    """Where the output's shape is given, what is too much of it is padding."""
    x, w, bias = a.x, a.needed(1), a.operand(2)
    kernel, groups = _kernel(w, a), a.get("group", 1)
    _check_channels(x.shape[1], w.shape[0])
    axes = len(kernel)
    slides = window(a, kernel)
    outer = numbers(a.get("output_padding"), 0, axes)
    to = a.get("output_shape")
    auto = slides.padding if isinstance(slides.padding, str) else ""
    if to or auto.startswith("same"):
        grid = x.shape[2:]
        to = to[-axes:] if to else [n * s for n, s in zip(grid, slides.stride, strict=True)]
        slides = _padded(slides, grid, outer, to, is_upper=auto == "same")
    parameters = own(W=w, B=bias)
    tail, computed = Tail(bias=bias is not None), parameters.computed
    op = FirstTransposed(slides, w.shape[1] * groups, groups, tail, outer, computed=computed)
    return Made(op, (x, *parameters.flows), parameters.weights)


def _padded(
    slides: Window, grid: Shape, outer: Sequence[int], to: Sequence[Size], *, is_upper: bool
) -> Window:
    """The window with as much padding as the output's shape asks for, by ONNX' own equations."""
    before, after = [], []
    axes = zip(slides.kernel, slides.stride, slides.dilation, grid, outer, to, strict=True)
    for k, s, d, n, more, m in axes:
        whole = s * (n - 1) + more + (k - 1) * d + 1 - m
        if not isinstance(whole, int):
            raise FlopcountError("its output_shape is fixed, and what comes in is not")
        less = whole // 2
        before.append(less if is_upper else whole - less)
        after.append(whole - before[-1])
    return Window(slides.kernel, slides.stride, slides.dilation, tuple(before), after=tuple(after))


@rule("DeformConv")
def _deform_conv(a: Called) -> Made:
    x, w, offset, bias, mask = a.x, a.needed(1), a.needed(2), a.operand(3), a.operand(4)
    kernel, groups, parts = _kernel(w, a), a.get("group", 1), a.get("offset_group", 1)
    _check_channels(x.shape[1], w.shape[1] * groups)
    parameters = own(W=w, B=bias)
    slides, tail = window(a, kernel), Tail(bias=bias is not None)
    read = (x, offset, *([mask] if mask else []), *parameters.flows)
    if len(kernel) != 2:  # places between more than four neighbours, or fewer
        plain = FirstConv(slides, w.shape[0], groups).nests(x.shape).outputs
        return Made(Unknown("deform_conv", plain), (*read, *parameters.weights.values()))
    masked = mask is not None
    op = DeformConv(slides, w.shape[0], groups, tail, parts, masked, parameters.computed)
    return Made(op, read, parameters.weights)


@rule("CausalConvWithState")
def _causal(a: Called) -> Several:
    """A depthwise convolution that sees what came before alone, with its state and activation."""
    x, w, bias, past = a.x, a.needed(1), a.operand(2), a.operand(3)
    steps: list[Made] = []
    behind = w.shape[2] - 1
    state = (x.shape[0], x.shape[1], behind)
    pads = (behind,)
    if past is not None:
        pads, shape = (0,), (*x.shape[:2], x.shape[2] + behind)
        steps.append(Made(Move("concat", (shape,)), (past, x)))
        x = put_out(0, shape)
    parameters = own(W=w, B=bias)
    slides = Window((w.shape[2],), padding=pads, after=(0,))
    op = FirstConv(slides, tail=Tail(bias=bias is not None), computed=parameters.computed)
    steps.append(Made(op, (x, *parameters.flows), parameters.weights))
    y = put_out(len(steps) - 1, a.x.shape)
    name = a.get("activation", "none").lower()
    if name not in ("", "none"):
        fused = function("silu" if name == "swish" else name)
        steps.append(Made(Elementwise(fused.name, fused.steps), (y,)))
    last = len(steps) - 1
    steps.append(Made(Move("slice", (state,)), (x,)))
    return Several(tuple(steps), (last, last + 1)[: max(a.outputs, 1)])

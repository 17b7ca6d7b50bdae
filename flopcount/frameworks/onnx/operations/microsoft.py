"""Operators of ONNX Runtime's own, which its optimiser puts in the place of several of ONNX'.

Its documentation calls them contrib operators: https://onnxruntime.ai/docs/reference/operators/
"""

import re

from ....core.ops.tensors import Elementwise, LastPool, Lookup, Move, Product
from ....errors import FlopcountError
from ....records import replace
from ...models.operands import Made, Operand, given, own
from .attention import looked_up
from .inner import function
from .norms import layer_norm
from .products import gemm, matmul
from .table import Called, Result, Several, Steps, rule
from .windows import convolution, window

DOMAIN = "com.microsoft"
_ERROR_FORM = "y = 0.5 * {x} * (1 + erf(0.7071067811865476 * {x}))"


def summed(steps: Steps, *operands: Operand | None) -> Operand:
    """The sum of those that there are, in one operation, each spread over the first."""
    there = tuple(operand for operand in operands if operand is not None)
    if len(there) == 1:
        return there[0]
    names = ["x", *(f"x{n}" for n in range(1, len(there)))]
    op = Elementwise("add", (f"y = {' + '.join(names)}",), given(there))
    return steps.add(Made(op, there), there[0].shape)


def _activated(steps: Steps, a: Called, x: Operand) -> None:
    """The activation that a fused operator ends with, if it has one."""
    name = a.get("activation", "")
    if name:
        values = a.get("activation_params") or (a.get("activation_alpha"), a.get("activation_beta"))
        fused = function(name, *tuple(values)[:2])
        steps.add(Made(Elementwise(fused.name, fused.steps), (x,)), x.shape)


@rule("FusedConv", domain=DOMAIN)
def _fused_conv(a: Called) -> Several:
    """A convolution, what is added to it, and an activation."""
    steps = Steps()
    y = steps.put(convolution(a, a.x, a.needed(1), a.operand(2)))
    _activated(steps, a, summed(steps, y, a.operand(3)))
    return Several(tuple(steps.made))


@rule("FusedGemm", domain=DOMAIN)
def _fused_gemm(a: Called) -> Several:
    steps = Steps()
    _activated(steps, a, steps.put(gemm(a)))
    return Several(tuple(steps.made))


@rule("FusedMatMul", domain=DOMAIN)
def _fused_matmul(a: Called) -> Result:
    """A product of matrices whose axes are exchanged; not those of batches."""
    if a.get("transBatchA", 0) or a.get("transBatchB", 0):
        return None
    turned = (bool(a.get("transA", 0)), bool(a.get("transB", 0)))
    return matmul(a.x, a.needed(1), turned, a.get("alpha", 1.0))


@rule("NhwcMaxPool", domain=DOMAIN)
def _last_pool(a: Called) -> Made:
    kernel = a.get("kernel_shape")
    if not kernel:
        raise FlopcountError("its kernel_shape is missing")
    return Made(LastPool("max", window(a, kernel, ceil=bool(a.get("ceil_mode", 0)))), (a.x,))


@rule("SkipLayerNormalization", "SkipSimplifiedLayerNormalization", domain=DOMAIN)
def _skip_norm(a: Called) -> Several:
    """What goes round added, then a norm; the sum comes out too, as the last of four."""
    steps = Steps()
    simple = "Simplified" in a.name
    scale, shift = a.operand(2), None if simple else a.operand(3)
    bias = a.operand(3 if simple else 4)
    x = summed(steps, a.x, a.needed(1), bias)
    norm = layer_norm(a, x, scale, shift, centred=not simple)
    steps.add(norm, x.shape)
    if a.outputs < 4:
        return Several(tuple(steps.made), (-1,))
    shape = (*x.shape[:-1], 1)
    for _ in range(2):  # the mean and the deviation
        steps.add(Made(Move("statistics", (shape,)), (x,)), shape)
    return Several(tuple(steps.made), (1, 2, 3, 0))


@rule("EmbedLayerNormalization", domain=DOMAIN)
def _embedded(a: Called) -> Several:
    """The rows of tokens, of places, and of segments, added, then a norm."""
    steps = Steps()
    tokens, segments = a.x, a.operand(1)
    words, places, kinds = a.needed(2), a.needed(3), a.operand(4)
    scale, shift, at = a.operand(5), a.operand(6), a.operand(8)
    rows = [looked_up(steps, words, tokens)]
    where = at or Operand((tokens.shape[-1],))
    letters, weights, flows = own(E=places)
    known = where.shape if where.is_constant else None
    op = Lookup(places.shape[0], places.shape[1], known, computed=letters == "e")
    rows.append(steps.add(Made(op, (where, *flows), weights), (*where.shape, places.shape[1])))
    if segments is not None and kinds is not None:
        rows.append(looked_up(steps, kinds, segments))
    x = summed(steps, *rows)
    y = steps.add(layer_norm(a, x, scale, shift, centred=True), x.shape)
    results: list[int | Operand] = [len(steps.made) - 1]
    if a.outputs > 1:
        count = (tokens.shape[0],)
        steps.add(Made(Move("mask", (count,)), (a.operand(7) or y,)), count)
        results.append(len(steps.made) - 1)
    if a.outputs > 2:
        results.append(x)
    return Several(tuple(steps.made), tuple(results))


@rule("BiasGelu", "FastGelu", "Gelu", "QuickGelu", domain=DOMAIN)
def _gelu(a: Called) -> Made:
    """GELU (1606.08415), by the error function or, fast, tanh, of x and a bias."""
    bias = a.operand(1) if a.name in ("BiasGelu", "FastGelu") else None
    steps: tuple[str, ...] = (_ERROR_FORM.format(x="x"),)
    if a.name in ("FastGelu", "QuickGelu"):
        name = "Gelu" if a.name == "FastGelu" else "QuickGelu"
        steps = function(name, a.get("alpha") if name == "QuickGelu" else None).steps
    operands = (a.x,) if bias is None else (a.x, bias)
    if bias is not None:
        steps = ("z = x + x1", *(re.sub(r"\bx\b", "z", step) for step in steps))
    return Made(Elementwise("gelu", steps, given(operands)), operands)


@rule("MatMulNBits", domain=DOMAIN)
def _few_bits(a: Called) -> Made:
    """A dense layer whose weights are held in few bits: as many numbers as it has, K × N."""
    x, w, bias = a.x, a.needed(1), a.operand(5)
    into, out = a.get("K"), a.get("N")
    made = matmul(x, w._replace(shape=(out, into)), (False, True))
    if bias is None or not isinstance(made.op, Product):
        return made
    if bias.is_weights:
        return replace(made, op=replace(made.op, bias="B"), weights={**made.weights, "B": bias})
    return replace(made, op=replace(made.op, bias="b"), reads=(*made.reads, bias))

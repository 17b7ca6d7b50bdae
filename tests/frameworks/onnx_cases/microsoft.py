"""Operators of ONNX Runtime's own, each beside ONNX' operators that it stands for.

That these are what onnxruntime computes was seen with onnxruntime 1.32 itself.
"""

from math import erf
from typing import Any

import numpy as np

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import MICROSOFT, Draw, case, one

BYTE = np.uint8


def plain(op: str, *arrays: Any, **settings: Any) -> Any:
    """What ONNX' own operator puts out first."""
    return call(op, *arrays, attributes=settings).run()[0]


def own(d: Draw, *arrays: Any, **settings: Any) -> Call:
    return call(d.name, *arrays, domain=MICROSOFT, opset=1, **settings)


def whole(x: Any, scale: float, zero: float) -> Any:
    return np.clip(np.round(x / scale) + zero, 0, 255)


@case("FusedConv", domain=MICROSOFT)
def fused_conv(d: Draw) -> Call:
    x, w, bias = d.tensor(1, 2, 4, 4), d.tensor(3, 2, 2, 2), d.tensor(3)
    y = plain("Conv", x, w, bias)
    added = d.tensor(1, 3, 3, 3) if d.yes() else None
    y = y if added is None else y + added
    if d.yes():
        fused, y = {"activation": "Relu"}, np.maximum(y, 0)
    else:
        fused, y = {"activation": "Clip", "activation_params": [-1.0, 0.5]}, np.clip(y, -1, 0.5)
    return own(d, x, w, bias, added, held=(1, 2), attributes=fused, expected=[y])


@case("FusedGemm", domain=MICROSOFT)
def fused_gemm(d: Draw) -> Call:
    x, w, bias = d.tensor(2, 3), d.tensor(3, 4), d.tensor(4)
    y = np.maximum(x @ w + bias, 0.3 * (x @ w + bias))
    settings = {"activation": "LeakyRelu", "activation_alpha": 0.3}
    return own(d, x, w, bias, held=d.held(1, 2), attributes=settings, expected=[y])


@case("FusedMatMul", domain=MICROSOFT)
def fused_matmul(d: Draw) -> Call:
    first, second = d.size(0, 1), d.size(0, 1)
    x, w = d.tensor(2, 3, 4), d.tensor(2, 4, 5)
    sides = x.swapaxes(1, 2) if first else x, w.swapaxes(1, 2) if second else w
    settings = {"transA": first, "transB": second, "alpha": 0.5}
    return own(d, *sides, held=d.held(1), attributes=settings, expected=[0.5 * (x @ w)])


@case("NhwcMaxPool", domain=MICROSOFT)
def last_pool(d: Draw) -> Call:
    x, settings = d.tensor(1, 4, 5, 2), {"kernel_shape": [2, 2], "strides": d.sizes(2, 1, 2)}
    y = plain("MaxPool", x.transpose(0, 3, 1, 2), **settings).transpose(0, 2, 3, 1)
    return own(d, x, attributes=settings, expected=[y])


@case("SkipLayerNormalization", "SkipSimplifiedLayerNormalization", domain=MICROSOFT)
def skip_norm(d: Draw) -> Call:
    x, skip, scale, shift, bias = (
        d.tensor(2, 3, 4),
        d.tensor(2, 3, 4),
        *(d.tensor(4) for _ in "gsb"),
    )
    whole_sum, empty = x + skip + bias, np.zeros((2, 3, 1))
    if "Simplified" in d.name:
        affine, y = (scale, bias), plain("RMSNormalization", whole_sum, scale)
    else:
        affine, y = (scale, shift, bias), plain("LayerNormalization", whole_sum, scale, shift)
    held = range(2, 2 + len(affine))
    expected = [y, empty, empty, whole_sum]
    return own(d, x, skip, *affine, held=held, outputs=d.one_of(1, 4), expected=expected)


@case("EmbedLayerNormalization", domain=MICROSOFT)
def embedded(d: Draw) -> Call:
    tokens, segments = d.numbers.integers(0, 9, (2, 3)), d.numbers.integers(0, 2, (2, 3))
    words, places, kinds = d.tensor(9, 4), d.tensor(7, 4), d.tensor(2, 4)
    scale, shift = d.tensor(4), d.tensor(4)
    if d.yes():
        x, tables = words[tokens] + places[:3] + kinds[segments], (words, places, kinds)
    else:
        x, tables, segments = words[tokens] + places[:3], (words, places, None), None
    y, held = plain("LayerNormalization", x, scale, shift), (2, 3, 5, 6)
    held = held if segments is None else (*held, 4)
    return own(d, tokens, segments, *tables, scale, shift, held=held, outputs=1, expected=[y])


@case("BiasGelu", "FastGelu", "Gelu", "QuickGelu", domain=MICROSOFT)
def gelu(d: Draw) -> Call:
    x, bias = d.tensor(2, 3, 4), d.tensor(4)
    has_bias = d.name == "BiasGelu" or (d.name == "FastGelu" and d.yes())
    z = (x + bias if has_bias else x).astype(float)
    if d.name == "FastGelu":
        y = 0.5 * z * (1 + np.tanh(0.7978845608 * (z + 0.044715 * z**3)))
    elif d.name == "QuickGelu":
        return own(d, x, alpha=1.5, expected=[z / (1 + np.exp(-1.5 * z))])
    else:
        y = 0.5 * z * (1 + np.vectorize(erf)(z / 2**0.5))
    return own(
        d, x, *([bias] if has_bias else []), held=d.held(1) if has_bias else (), expected=[y]
    )


@case("MatMulNBits", domain=MICROSOFT)
def few_bits(d: Draw) -> Call:
    """Of 8 bits, so that as many numbers are held as there are; their scales are worked in once."""
    x, w = d.tensor(2, 16), d.numbers.integers(0, 9, (3, 1, 16)).astype(BYTE)
    settings = {"K": 16, "N": 3, "bits": 8, "block_size": 16}
    y = x @ w.reshape(3, 16).T
    return own(d, x, w, d.tensor(3), held=(1, 2), attributes=settings, expected=[y])


@case("QuantizeLinear", "DequantizeLinear", domain=MICROSOFT)
def linear(d: Draw) -> Call:
    back = d.name == "DequantizeLinear"
    x = d.bytes(2, 3) if back else d.tensor(2, 3)
    y = (x.astype(float) - 3) * 0.13 if back else whole(x, 0.13, 3)
    return own(d, x, one(0.13), one(3, BYTE), given=(1, 2), expected=[y])


@case("QLinearAdd", "QLinearMul", domain=MICROSOFT)
def two(d: Draw) -> Call:
    x, z = d.bytes(2, 3), d.bytes(2, 3)
    a, b = (x.astype(float) - 2) * 0.11, (z.astype(float) - 3) * 0.23
    y = whole(a + b if d.name == "QLinearAdd" else a * b, 0.317, 4)
    scales = (one(0.11), one(2, BYTE), z, one(0.23), one(3, BYTE), one(0.317), one(4, BYTE))
    return own(d, x, *scales, given=(1, 2, 4, 5, 6, 7), expected=[y])


@case("QLinearSigmoid", "QLinearLeakyRelu", domain=MICROSOFT)
def single(d: Draw) -> Call:
    x = d.bytes(2, 3)
    a = (x.astype(float) - 4) * 0.11
    y = 1 / (1 + np.exp(-a)) if d.name == "QLinearSigmoid" else np.maximum(a, 0.3 * a)
    alpha = {} if d.name == "QLinearSigmoid" else {"alpha": 0.3}
    scales = (one(0.11), one(4, BYTE), one(0.017), one(9, BYTE))
    y = [whole(y, 0.017, 9)]
    return own(d, x, *scales, given=(1, 2, 3, 4), attributes=alpha, expected=y)


@case("QLinearAveragePool", "QLinearGlobalAveragePool", domain=MICROSOFT)
def pool(d: Draw) -> Call:
    x, is_last = d.bytes(1, 2, 2, 2), d.yes()
    grid = (1, 2) if is_last else (2, 3)
    y = whole((x.mean(grid, keepdims=True) - 2) * 0.11, 0.1317, 3)
    settings = {"channels_last": int(is_last)}
    if d.name == "QLinearAveragePool":
        settings["kernel_shape"] = [2, 2]
    scales = (one(0.11), one(2, BYTE), one(0.1317), one(3, BYTE))
    known = {"n": np.full((1, 1), 4)}
    return own(d, x, *scales, given=(1, 2, 3, 4), attributes=settings, expected=[y], known=known)


@case("QLinearConcat", domain=MICROSOFT)
def joined(d: Draw) -> Call:
    x, z = d.bytes(2, 3), d.bytes(2, 4)
    parts = (whole((x - 3.0) * 0.2, 0.1117, 2), whole((z - 4.0) * 0.15, 0.1117, 2))
    y = np.concatenate(parts, 1)
    scales = (one(0.1117), one(2, BYTE), x, one(0.2), one(3, BYTE), z, one(0.15), one(4, BYTE))
    return own(d, *scales, given=(0, 1, 3, 4, 6, 7), axis=1, expected=[y])


@case("MatMulIntegerToFloat", domain=MICROSOFT)
def to_float(d: Draw) -> Call:
    x, w, bias = d.bytes(2, 3), d.bytes(3, 4), d.tensor(4)
    y = (x.astype(float) - 3) @ (w.astype(float) - 1) * 0.1 * 0.2 + bias
    zeros = (one(3, BYTE), one(1, BYTE))
    return own(
        d, x, w, one(0.1), one(0.2), *zeros, bias, held=(6,), given=(2, 3, 4, 5), expected=[y]
    )


@case("DynamicQuantizeMatMul", domain=MICROSOFT)
def dynamic(d: Draw) -> Call:
    x, w, bias = d.tensor(2, 3), d.bytes(3, 4, signed=True), d.tensor(4)
    q, scale, zero = call("DynamicQuantizeLinear", x, outputs=3).run()
    y = (q.astype(float) - zero) @ w.astype(float) * scale * 0.1 + bias
    return own(d, x, w, one(0.1), None, bias, held=(1, 4), given=(2,), expected=[y])


@case("QGemm", domain=MICROSOFT)
def whole_gemm(d: Draw) -> Call:
    turned, alpha, is_held = d.yes(), d.one_of(1.0, 0.5), d.yes()
    x, w, bias = d.bytes(2, 3), d.bytes(*((4, 3) if turned else (3, 4))), np.arange(4, dtype="i4")
    zero = d.bytes(4) * BYTE(not is_held)  # of what is held it is taken off once
    weights = (w.astype(float).T if turned else w.astype(float)) - zero
    y = alpha * 0.1 * 0.2 * ((x.astype(float) - 3) @ weights + bias)
    inputs = [x, one(0.1), one(3, BYTE), w, one(0.2), zero, bias]
    if d.yes():
        inputs += [one(0.1317), one(2, BYTE)]
        y = whole(y, 0.1317, 2)
    settings = {"transB": int(turned), "alpha": alpha}
    places = {"held": (3, 6) if is_held else (6,), "given": (1, 2, 4, 7, 8)[: len(inputs) - 4]}
    return own(d, *inputs, **places, attributes=settings, expected=[y])


@case("Attention", domain=MICROSOFT)
def attention(d: Draw) -> Call:
    x, w, bias = d.tensor(2, 3, 4), d.tensor(4, 12), d.tensor(12)
    q, k, v = np.split(x @ w + bias, 3, axis=-1)
    causal = d.size(0, 1)
    y = plain("Attention", q, k, v, q_num_heads=2, kv_num_heads=2, is_causal=causal)
    settings = {"num_heads": 2, "unidirectional": causal}
    return own(d, x, w, bias, held=(1, 2), attributes=settings, expected=[y])


@case("MultiHeadAttention", domain=MICROSOFT)
def multi_head(d: Draw) -> Call:
    heads, form = {"q_num_heads": 2, "kv_num_heads": 2}, d.one_of("plain", "bias", "mask", "cache")
    q, k, v = d.tensor(2, 3, 4), d.tensor(2, 5, 4), d.tensor(2, 5, 4)
    if form == "bias":
        bias = d.tensor(12)
        parts = np.split(bias, 3)
        y = plain("Attention", q + parts[0], k + parts[1], v + parts[2], **heads)
        return own(d, q, k, v, bias, held=d.held(3), num_heads=2, expected=[y])
    if form == "mask":
        mask = d.tensor(1, 2, 3, 5)
        y = plain("Attention", q, k, v, mask, **heads)
        return own(d, q, k, v, None, None, mask, num_heads=2, expected=[y])
    if form == "cache":
        past = (d.tensor(2, 2, 6, 2), d.tensor(2, 2, 6, 2))
        y = call("Attention", q, k, v, None, *past, outputs=3, attributes=heads).run()
        return own(d, q, k, v, None, None, None, *past, num_heads=2, outputs=3, expected=y)
    return own(d, q, k, v, num_heads=2, expected=[plain("Attention", q, k, v, **heads)])


@case("GroupQueryAttention", domain=MICROSOFT)
def grouped(d: Draw) -> Call:
    heads = {"q_num_heads": 4, "kv_num_heads": 2, "is_causal": 1}
    q, k, v = d.tensor(1, 3, 32), d.tensor(1, 3, 16), d.tensor(1, 3, 16)
    settings = {"num_heads": 4, "kv_num_heads": 2}
    length, total = np.array([2], np.int32), np.array(3, np.int32)
    if d.yes():
        past = (d.tensor(1, 2, 6, 8), d.tensor(1, 2, 6, 8))
        y = call("Attention", q, k, v, None, *past, outputs=3, attributes=heads).run()
        total = np.array(9, np.int32)
    else:
        past, y = (None, None), [plain("Attention", q, k, v, **heads)]
    packed = (np.concatenate([q, k, v], -1), None, None) if d.yes() else (q, k, v)
    outputs = d.one_of(1, len(y))
    return own(
        d,
        *packed,
        *past,
        length,
        total,
        given=(6,),
        attributes=settings,
        outputs=outputs,
        expected=y,
    )


@case("RotaryEmbedding", domain=MICROSOFT)
def rotary(d: Draw) -> Call:
    tables = (d.tensor(8, 8), d.tensor(8, 8))
    if d.yes():  # from the first place on
        x = d.tensor(1, 3, 32)
        y = plain("RotaryEmbedding", x, *tables, np.arange(3)[None], num_heads=2)
        return own(d, x, np.array([0]), *tables, held=(2, 3), expected=[y])
    x, places = d.tensor(1, 2, 3, 16), np.arange(3)[None] + 1
    y = plain("RotaryEmbedding", x, *tables, places, interleaved=1)
    return own(d, x, places, *tables, held=d.held(2, 3), interleaved=1, expected=[y])

"""Whole numbers in place of real ones."""

import numpy as np

from flopcount.frameworks.onnx.checking.calls import Call, call
from tests.frameworks.onnx_cases.draws import Draw, case, one

BYTE = np.uint8


@case("QuantizeLinear", "DequantizeLinear")
def linear(d: Draw) -> Call:
    """The reference takes back numbers from opset 19 on alone."""
    back = d.name == "DequantizeLinear"
    opset = d.one_of(19, 21, 23) if back else d.one_of(13, 19, 21, 23)
    x = d.bytes(2, 3, 4) if back else d.tensor(2, 3, 4)
    if d.yes():
        return call(d.name, x, one(0.13), one(3, BYTE), given=(1, 2), opset=opset)
    axis = d.axis(3)
    wide = x.shape[axis]
    held = d.held(1)
    if d.yes() and opset > 19:
        x = d.bytes(2, 6) if back else d.tensor(2, 6)
        return call(d.name, x, d.above(2, 3), held=held, opset=opset, axis=1, block_size=2)
    return call(d.name, x, d.above(wide), d.bytes(wide), held=held, opset=opset, axis=axis)


@case("DynamicQuantizeLinear")
def dynamic(d: Draw) -> Call:
    return call(d.name, d.one_of(d.tensor(3, 4), d.above(5)), outputs=3)


@case("ConvInteger")
def convolution(d: Draw) -> Call:
    x, w = d.bytes(1, 2, 4, 4), d.bytes(3, 2, 2, 2)
    if d.yes():
        return call(d.name, x, w, one(2, BYTE), given=(2,), held=(1,))
    return call(d.name, x, w, one(2, BYTE), one(3, BYTE), given=d.one_of((2, 3), ()))


@case("QLinearConv")
def whole_convolution(d: Draw) -> Call:
    """The scales are drawn so that no sum is halfway between two numbers."""
    x, out = d.bytes(1, 2, 4, 4), (one(0.1517), one(7, BYTE))
    if d.yes():
        w, scales = d.bytes(3, 2, 2, 2, signed=True), d.above(3)
        bias = d.numbers.integers(-5, 5, 3).astype(np.int32)
        parts = (w, scales, np.zeros(3, np.int8), *out, bias)
        return call(
            d.name, x, one(0.1), one(2, BYTE), *parts, given=(1, 2, 5, 6, 7), held=(3, 4, 8)
        )
    parts = (d.bytes(3, 2, 2, 2), one(0.2), one(3, BYTE), *out)
    given = d.one_of((1, 2, 4, 5, 6, 7), ())
    return call(d.name, x, one(0.1), one(2, BYTE), *parts, given=given)


@case("MatMulInteger")
def product(d: Draw) -> Call:
    if d.yes():
        return call(d.name, d.bytes(5, 2, 3), d.bytes(3, 4, signed=True), one(2, BYTE), held=(1,))
    zeros = (one(2, BYTE), one(1, BYTE))
    return call(d.name, d.bytes(2, 3), d.bytes(3, 4), *zeros, given=d.one_of((2, 3), ()))


@case("QLinearMatMul")
def whole_product(d: Draw) -> Call:
    x, first, out = d.bytes(2, 3), (one(0.1), one(2, BYTE)), (one(0.1317), one(4, BYTE))
    if d.yes():
        w = (d.bytes(3, 4, signed=True), d.above(4), np.zeros(4, np.int8))
        return call(d.name, x, *first, *w, *out, given=(1, 2, 5, 6, 7), held=(3, 4))
    w = (d.bytes(3, 4), one(0.2), one(1, BYTE))
    return call(d.name, x, *first, *w, *out, given=d.one_of((1, 2, 4, 5, 6, 7), ()))

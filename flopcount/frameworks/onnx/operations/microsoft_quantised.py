"""Whole numbers in the forms of ONNX Runtime's own operators."""

from collections.abc import Sequence

from ....core.ops.tensors import (
    DynamicQuantize,
    Elementwise,
    FirstAdaptivePool,
    FirstPool,
    LastAdaptivePool,
    LastPool,
    Move,
)
from ....errors import FlopcountError
from ...models.operands import Made, Operand, given, number
from ...models.products import multiplied
from ..values import Value
from .microsoft import DOMAIN
from .products import matmul
from .quantised import Scaled, centred, requantised, rounded
from .table import OPERATIONS, Called, Result, Several, Steps, put_out, rule
from .windows import window

for _name in ("QuantizeLinear", "DequantizeLinear"):  # as ONNX' own, of more types
    OPERATIONS[DOMAIN, _name] = OPERATIONS["", _name]


class _Formula:
    """A formula of tensors and numbers: those that are known stand in it, others are operands."""

    def __init__(self) -> None:
        self.operands: list[Operand] = []

    def name(self, value: Value | None, default: str = "0") -> str:
        """What an input is called."""
        if value is None:
            return default
        operand = value.operand
        if value.numbers is not None and len(value.numbers) == 1 and operand.is_constant:
            return number(value.numbers[0])
        self.operands.append(operand)
        return f"x{len(self.operands) - 1 or ''}"

    def real(self, values: Sequence[Value | None]) -> str:
        """A tensor with its scale and zero point, as real numbers."""
        x, scale, zero = (self.name(value) for value in values)
        shifted = x if zero == "0" else f"({x} - {zero})"
        return f"{shifted} * {scale}"

    def whole(self, word: str, text: str, scale: Value | None, zero: Value | None) -> Made:
        """An op that puts out whole numbers again."""
        by, shift = self.name(scale, "1"), self.name(zero)
        steps = rounded(f"({text}) / {by}", shift, zero.dtype if zero else "uint8")
        operands = tuple(self.operands)
        return Made(Elementwise(word, steps, given(operands)), operands)


def _at(a: Called, *places: int) -> list[Value | None]:
    return [a.input(place) for place in places]


@rule("QLinearAdd", "QLinearMul", domain=DOMAIN)
def _two(a: Called) -> Made:
    """Both as real numbers, added or multiplied, and the result as whole ones."""
    of = _Formula()
    first, second = of.real(_at(a, 0, 1, 2)), of.real(_at(a, 3, 4, 5))
    sign, word = ("+", "add") if a.name == "QLinearAdd" else ("*", "multiply")
    text = f"{first} + {second}" if sign == "+" else f"{first} * ({second})"
    return of.whole(word, text, a.input(6), a.input(7))


@rule("QLinearSigmoid", "QLinearLeakyRelu", domain=DOMAIN)
def _one(a: Called) -> Made:
    of = _Formula()
    x = of.real(_at(a, 0, 1, 2))
    if a.name == "QLinearSigmoid":
        return of.whole("sigmoid", f"1 / (1 + exp(-({x})))", a.input(3), a.input(4))
    alpha = number(a.get("alpha", 0.01))
    return of.whole("leaky", f"max({x}, {alpha} * ({x}))", a.input(3), a.input(4))


@rule("QLinearAveragePool", "QLinearGlobalAveragePool", domain=DOMAIN)
def _pool(a: Called) -> Several:
    """A mean, as whole numbers again."""
    x, is_last = a.x, bool(a.get("channels_last", 0))
    op: FirstPool | LastPool | FirstAdaptivePool | LastAdaptivePool
    if a.name == "QLinearAveragePool":
        kernel = a.get("kernel_shape")
        if not kernel:
            raise FlopcountError("its kernel_shape is missing")
        slides = window(a, kernel, ceil=bool(a.get("ceil_mode", 0)))
        op = (LastPool if is_last else FirstPool)("avg", slides)
    else:
        op = (LastAdaptivePool if is_last else FirstAdaptivePool)("avg", (1,) * (len(x.shape) - 2))
    steps = Steps()
    shape = op.nests(x.shape).outputs[0]
    y = Value(steps.add(Made(op, (x,)), shape))
    of = _Formula()
    text = of.real([y, *_at(a, 1, 2)])
    steps.add(of.whole("quantize", text, a.input(3), a.input(4)), shape)
    return Several(tuple(steps.made))


@rule("QLinearConcat", domain=DOMAIN)
def _concat(a: Called) -> Several:
    """Each of the tensors with the scale of all, one behind the other."""
    steps, parts = Steps(), []
    scale, zero = a.input(0), a.input(1)
    for place in range(2, len(a.inputs), 3):
        of = _Formula()
        text = of.real(_at(a, place, place + 1, place + 2))
        shape = a.needed(place).shape
        parts.append(steps.add(of.whole("quantize", text, scale, zero), shape))
    axis = a.get("axis", 0) % len(parts[0].shape)
    total = sum(part.shape[axis] for part in parts)
    shape = (*parts[0].shape[:axis], total, *parts[0].shape[axis + 1 :])
    steps.add(Made(Move("concat", (shape,)), tuple(parts)), shape)
    return Several(tuple(steps.made))


def _real_product(
    steps: Steps, sums: Operand, scales: tuple[Value | None, ...], bias: Operand | None
) -> None:
    """Sums of products as real numbers: times both scales, and a bias."""
    own = Scaled(sums.shape)
    names = [own.name(scale, f"A{n}", -1) for n, scale in enumerate(scales)]
    added = ""
    if bias is not None:
        added = f" + {own.name(Value(bias), 'B', -1)}"
    steps.add(own.made("dequantize", (f"y = x * {' * '.join(names)}{added}",), sums), sums.shape)


@rule("MatMulIntegerToFloat", domain=DOMAIN)
def _to_float(a: Called) -> Result:
    steps = Steps()
    x, w = a.inputs[0], a.inputs[1]
    if x is None or w is None:
        return None
    sides = (centred(steps, x, a.input(4), -2), centred(steps, w, a.input(5), -1))
    sums = steps.put(matmul(*sides))
    _real_product(steps, sums, (a.input(2), a.input(3)), a.operand(6))
    return Several(tuple(steps.made))


@rule("DynamicQuantizeMatMul", domain=DOMAIN)
def _dynamic(a: Called) -> Result:
    """What comes in as bytes by its own range, multiplied, and as real numbers again."""
    x, w = a.inputs[0], a.inputs[1]
    if x is None or w is None:
        return None
    steps = Steps()
    steps.add(Made(DynamicQuantize(), (x.operand,)), x.shape)
    scale, zero = (Value(put_out(0, (), output)) for output in (1, 2))
    first = centred(steps, Value(put_out(0, x.shape), "uint8"), zero)
    second = centred(steps, w, a.input(3), -1)
    sums = steps.put(matmul(first, second))
    _real_product(steps, sums, (scale, a.input(2)), a.operand(4))
    return Several(tuple(steps.made))


@rule("QGemm", domain=DOMAIN)
def _gemm(a: Called) -> Result:
    """α·(A·B + C) of whole numbers times both scales: as whole ones again, or as real numbers."""
    x, w = a.input(0), a.input(3)
    if x is None or w is None or (len(x.shape), len(w.shape)) != (2, 2):
        return None
    steps, is_turned = Steps(), bool(a.get("transB", 0))
    first = centred(steps, x, a.input(2))
    second = centred(steps, w, a.input(5), 0 if is_turned else -1)
    texts = ("c m" if a.get("transA", 0) else "m c", "k c" if is_turned else "c k", "m k")
    alpha = a.get("alpha", 1.0)
    sums = steps.put(multiplied((first, second), texts, a.operand(6), (alpha, alpha)))
    scales = (a.input(1), a.input(4))
    if a.input(7) is None:
        _real_product(steps, sums, scales, None)
    else:
        requantised(steps, sums, (*scales, a.input(7)), a.input(8), -1)
    return Several(tuple(steps.made))

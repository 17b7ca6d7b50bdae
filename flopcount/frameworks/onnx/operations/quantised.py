"""Whole numbers in place of real ones: quantising and back, and products of such numbers."""

from collections.abc import Sequence

from ....core.ops.tensors import Calibrated, DynamicQuantize, Parameter
from ....records import dataclass, field
from ....sizes import Shape
from ...models.operands import Made, Operand, number
from ..constants import dtype_of
from ..values import Value
from .products import matmul
from .table import Called, Result, Several, Steps, Viewed, rule
from .windows import convolution

_RANGES = {
    f"{sign}int{bits}": (0, 2**bits - 1) if sign else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for sign in ("u", "")
    for bits in (2, 4, 8, 16, 32)
}
_MOST = {"float8e5m2": 57344, "float4e2m1": 6}  # of small floats; of all others 448


def _bounds(dtype: str) -> tuple[int, int]:
    most = next((n for name, n in _MOST.items() if dtype.startswith(name)), 448)
    return _RANGES.get(dtype, (-most, most))


@dataclass
class Scaled:
    """The factors and shifts that an op takes, by how its formula calls them.

    A number that is known stands in the formula itself; what is held is a parameter of the op's.
    """

    x: Shape
    parameters: list[tuple[str, Shape]] = field(default_factory=list)
    weights: dict[str, Operand] = field(default_factory=dict)
    flows: list[Operand] = field(default_factory=list)

    def name(self, value: Value | None, capital: str, axis: int = -1, default: str = "0") -> str:
        """What one is called: A… for a factor, B… for a shift, small where it comes in."""
        if value is None:
            return default
        operand = value.operand
        if value.numbers is not None and len(value.numbers) == 1 and operand.is_constant:
            return number(value.numbers[0])
        shape = operand.shape
        if len(shape) == 1 and len(self.x) > 1 and shape != (1,):
            axis %= len(self.x)
            shape = (*(1,) * axis, *shape, *(1,) * (len(self.x) - axis - 1))
        name = capital
        if operand.is_weights:
            self.weights[capital] = operand
        else:
            name = capital.lower()
            self.flows.append(operand)
        self.parameters.append((name, shape))
        return name

    def made(self, word: str, steps: tuple[str, ...], x: Operand) -> Made:
        """The op, which reads x and what flows."""
        op = Calibrated(word, steps, tuple(self.parameters))
        return Made(op, (x, *self.flows), self.weights)


def _shifted(text: str, shift: str, sign: str) -> str:
    """A sum, or what stands alone where 0 is added."""
    return text if shift in ("0", "0.0") else f"({text} {sign} {shift})"


def rounded(text: str, shift: str, dtype: str) -> tuple[str, ...]:
    """Steps that make a whole number of a type of it, with a zero point."""
    least, most = _bounds(dtype)
    whole = f"({text} + 0.5) // 1" if "int" in dtype else text
    return (f"q = {whole}", f"y = min(max({_shifted('q', shift, '+')}, {least}), {most})")


def _dtype(zero: Value | None, said: int, default: str = "uint8") -> str:
    if zero is not None:
        return zero.dtype
    return dtype_of(said) if said else default


@rule("QuantizeLinear", "DequantizeLinear")
def _linear(a: Called) -> Result:
    """Of what is held it is worked out once: a layer that reads it has it as its own."""
    x, zero = a.x, a.input(2)
    if x.is_parameter:
        return _held(x, a.inputs[1])
    own, is_back = Scaled(x.shape), a.name == "DequantizeLinear"
    inputs = {"A": a.inputs[1], "B": zero}
    order = "BA" if is_back else "AB"  # in which a formula reads them
    names = {letter: own.name(inputs[letter], letter, a.get("axis", 1)) for letter in order}
    if is_back:
        return own.made("dequantize", (f"y = {_shifted('x', names['B'], '-')} * {names['A']}",), x)
    dtype = _dtype(zero, a.get("output_dtype", 0))
    return own.made("quantize", rounded(f"x / {names['A']}", names["B"], dtype), x)


def _held(x: Operand, scale: Value | None) -> Result:
    """A parameter in another form: it stays that, and its scale is one beside it."""
    seen = Viewed(x, x.shape, order=x.order)
    if scale is None or not scale.operand.is_weights:
        return seen
    own = scale.operand
    return Several((Made(Parameter(own.shape, "A"), (), {"A": own}),), (seen,))


@rule("DynamicQuantizeLinear")
def _dynamic(a: Called) -> Made:
    return Made(DynamicQuantize(), (a.x,))


def centred(steps: Steps, value: Value, zero: Value | None, axis: int = -1) -> Operand:
    """What flows less its zero point; of what is held that is worked out once."""
    x = value.operand
    if zero is None or x.is_parameter:
        return x
    own = Scaled(x.shape)
    name = own.name(zero, "B", axis)
    if name == "0":
        return x
    return steps.add(own.made("sub", (f"y = x - {name}",), x), x.shape)


def requantised(
    steps: Steps,
    x: Operand,
    scales: tuple[Value | None, Value | None, Value | None],
    zero: Value | None,
    axis: int,
) -> None:
    """Sums of products as whole numbers again: times both scales, over that of the result."""
    own = Scaled(x.shape)
    first, second, out = (
        own.name(scale, f"A{letter}", axis) for scale, letter in zip(scales, "xwy", strict=True)
    )
    shift = own.name(zero, "B", axis)
    widest = max((shape for _, shape in own.parameters), key=len, default=())
    factor = f"r = {first} * {second} / {out}"
    own.parameters.append(("r", widest))
    dtype = _dtype(zero, 0)
    steps.add(own.made("quantize", (factor, *rounded("x * r", shift, dtype)), x), x.shape)


def _product(steps: Steps, a: Called, first: Sequence[int], second: Sequence[int]) -> Operand:
    """A product of two inputs less their zero points; `first` and `second` are the places of both.

    Of sides of a convolution a zero point is one number, or one of each output; of a matrix' one
    of each row, or column.
    """
    slides = a.name in ("ConvInteger", "QLinearConv")
    x = centred(steps, a.needed_value(first[0]), a.input(first[1]), -2)
    w = centred(steps, a.needed_value(second[0]), a.input(second[1]), 0 if slides else -1)
    return steps.put(convolution(a, x, w, a.operand(8)) if slides else matmul(x, w))


@rule("ConvInteger", "MatMulInteger")
def _sums(a: Called) -> Several:
    steps = Steps()
    _product(steps, a, (0, 2), (1, 3))
    return Several(tuple(steps.made))


@rule("QLinearConv", "QLinearMatMul")
def _whole(a: Called) -> Several:
    steps = Steps()
    y = _product(steps, a, (0, 2), (3, 5))
    scales = (a.input(1), a.input(4), a.input(6))
    requantised(steps, y, scales, a.input(7), 1 if a.name == "QLinearConv" else -1)
    return Several(tuple(steps.made))

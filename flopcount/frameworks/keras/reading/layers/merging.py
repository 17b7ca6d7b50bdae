"""What makes of several tensors one: sums, products, extremes, one behind the other."""

from .....core.ops import tensors as ops
from .....errors import FlopcountError
from .....sizes import Size, differ
from ....models.limits import check_summed
from ....models.operands import Operand, number
from ..config import plain
from .table import Call, Rule, layer


def aligned(call: Call, tensors: list[Operand]) -> list[Operand]:
    """Tensors of as many axes: those that lack some get them behind the batch, as Keras does."""
    rank = max((len(one.shape) for one in tensors), default=0)
    return [
        call.view(one, (*one.shape[:1], *(1,) * (rank - len(one.shape)), *one.shape[1:]))
        if one.shape
        else one
        for one in tensors
    ]


def elementwise(call: Call, word: str, text: str, tensors: list[Operand]) -> Operand:
    """A formula of some tensors, those that are constants known by their shapes."""
    shapes = tuple([one.shape if one.is_constant else None for one in tensors])
    given = shapes if any(shape is not None for shape in shapes) else ()
    return call.add(ops.Elementwise(word, (text,), given), *tensors)


def _merged(word: str, between: str) -> Rule:
    """``x + x1 + x2`` of three; a function takes all of them."""

    def rule(call: Call) -> Operand:
        tensors = call.tensors()
        if len(tensors) < 2:
            raise FlopcountError(f"{len(tensors)} tensor, where two or more are read")
        if word == "sub" and len(tensors) != 2:
            raise FlopcountError("it subtracts one tensor from another, and nothing else")
        check_summed(len(tensors))
        text = between.join(["x", *(f"x{n}" for n in range(1, len(tensors)))])
        if word in ("max", "min"):
            text = f"{word}({text})"
        if word == "average":
            text = f"({text}) / {len(tensors)}"
        return elementwise(call, word, f"y = {text}", aligned(call, tensors))

    return rule


_FORMS = {
    "Add": ("add", " + "),
    "Subtract": ("sub", " - "),
    "Multiply": ("multiply", " * "),
    "Average": ("average", " + "),
    "Maximum": ("max", ", "),
    "Minimum": ("min", ", "),
}
for _name, (_word, _between) in _FORMS.items():
    layer(_name)(_merged(_word, _between))


@layer("Concatenate")
def _concatenate(call: Call) -> Operand:
    return concatenated(call, call.tensors(), call.layer.axes("axis", len(call.tensors()[0].shape)))


def concatenated(call: Call, tensors: list[Operand], axes: tuple[int, ...]) -> Operand:
    """One behind the other along an axis. Raises `FlopcountError` where another one differs."""
    (axis,) = axes
    first = tensors[0].shape
    length: Size = 0
    for one in tensors:
        sides = zip(first, one.shape, strict=False)
        others = [pair for place, pair in enumerate(sides) if place != axis]
        if len(one.shape) != len(first) or any(differ(*pair) for pair in others):
            shapes = " and ".join("×".join(map(str, s)) for s in (first, one.shape))
            raise FlopcountError(f"{shapes} do not fit one behind the other")
        length = length + one.shape[axis]
    return call.move("concat", (*first[:axis], length, *first[axis + 1 :]), *tensors)


@layer("Dot")
def _dot(call: Call) -> Operand:
    """The product of two tensors, summed over an axis of each."""
    left, right = call.tensors()
    value = plain(call.layer.get("axes"))
    each = value if isinstance(value, list | tuple) else (value, value)
    axes = [int(n) % len(one.shape) for n, one in zip(each, (left, right), strict=True)]
    if call.layer.flag("normalize", default=False):
        left, right = (
            _normalized(call, one, axis) for one, axis in zip((left, right), axes, strict=True)
        )
    first = ["b", *"adefghij"[: len(left.shape) - 1]]
    second = ["b", *"klmnopqs"[: len(right.shape) - 1]]
    first[axes[0]] = second[axes[1]] = "c"
    out = [name for name in (*first, *second[1:]) if name != "c"]
    text = f"y[{' '.join(out)}] += x[{' '.join(first)}] * x1[{' '.join(second)}]"
    found = call.add(ops.Product(text), left, right)
    return call.view(found, (*found.shape, 1)) if len(found.shape) == 1 else found


def _normalized(call: Call, x: Operand, axis: int) -> Operand:
    square = call.add(ops.Elementwise("square", ("y = x * x",)), x)
    total = call.add(ops.Reduction("sum", "sum", (axis,), keep=True), square)
    root = call.add(ops.Elementwise("rsqrt", ("y = pow(max(x, 1e-12), -0.5)",)), total)
    return call.add(ops.Elementwise("multiply", ("y = x * x1",)), x, root)


@layer("CustomScaleLayer")
def _scaled_sum(call: Call) -> Operand:
    """X + x1 · scale: the residual of keras.applications' Inception-ResNet."""
    tensors = call.tensors()
    if len(tensors) != 2:
        raise FlopcountError("it adds one tensor to another")
    scale = number(call.layer.number("scale", 1.0))
    return elementwise(call, "add", f"y = x + x1 * {scale}", tensors)

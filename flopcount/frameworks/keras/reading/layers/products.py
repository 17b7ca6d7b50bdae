"""Products of ``keras.ops`` that are summed: of matrices, by an equation."""

from .....core.ops import tensors as ops
from .....errors import FlopcountError, quote
from ....models.operands import Operand, given
from .table import Call, operation


@operation("Matmul", "Dot")
def _matmul(call: Call) -> Operand:
    """Of the last two axes; those before are spread over each other."""
    left, right = call.tensor(0, "x1"), call.tensor(1, "x2")
    a, b = len(left.shape), len(right.shape)
    if call.layer.kind == "Dot" and max(a, b) > 2:
        raise FlopcountError("a dot of tensors of more than two axes")
    if not a or not b or max(a, b) > 8:
        raise FlopcountError(f"a product of {a} and {b} axes")
    before = "abdefghi"[: max(a - 2, b - 2, 0)]
    first = [*before[len(before) - max(a - 2, 0) :], *("m" if a > 1 else ""), "c"]
    second = [*before[len(before) - max(b - 2, 0) :], "c", *("k" if b > 1 else "")]
    left, first = _without_ones(call, left, first, right, second)
    right, second = _without_ones(call, right, second, left, first)
    out = [n for n in (*before, "m", "k") if n in first or n in second]
    return _product(call, left, first, right, second, out)


def _without_ones(
    call: Call, x: Operand, axes: list[str], other: Operand, others: list[str]
) -> tuple[Operand, list[str]]:
    """A side without the axes of 1 along which it is spread."""
    sizes = dict(zip(others, other.shape, strict=True))
    ones = {
        name
        for name, n in zip(axes, x.shape, strict=True)
        if name not in "mkc" and n == 1 and sizes.get(name, 1) != 1
    }
    if not ones:
        return x, axes
    shape = tuple(n for name, n in zip(axes, x.shape, strict=True) if name not in ones)
    return call.view(x, shape), [name for name in axes if name not in ones]


def _product(  # noqa: PLR0913, PLR0917  two sides with their axes
    call: Call, left: Operand, first: list[str], right: Operand, second: list[str], out: list[str]
) -> Operand:
    on = " ".join
    text = f"y[{on(out)}] += x[{on(first)}] * x1[{on(second)}]"
    return call.add(ops.Product(text, given=given((left, right))), left, right)


@operation("Einsum")
def _einsum(call: Call) -> Operand:
    """Of two tensors; an equation in which all letters are small and each stands once in a side."""
    text = call.layer.text("subscripts").replace(" ", "")
    sides, _, out = text.partition("->")
    parts = sides.split(",")
    if len(parts) != 2 or not all(p.isalpha() and p.islower() for p in parts) or "->" not in text:
        raise FlopcountError(f"einsum {quote(text)}: expected one such as ab,bc->ac")
    left, right = call.args[0], call.args[1]
    if not isinstance(left, Operand) or not isinstance(right, Operand):
        raise FlopcountError("it is called with what is no tensor")
    alone = any(len(set(part)) < len(part) for part in (*parts, out))
    if alone or not set(out) <= {*parts[0], *parts[1]}:
        raise FlopcountError(f"einsum {quote(text)}: a letter twice in one side")
    return _product(call, left, [*parts[0]], right, [*parts[1]], [*out])

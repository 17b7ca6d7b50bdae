"""A product of two tensors, read as a dense layer where one of them is a parameter."""

from typing import TYPE_CHECKING

from ...core.ops.tensors import Product
from .operands import Made, Operand, given

if TYPE_CHECKING:
    from ...sizes import Size

_EXCHANGED = str.maketrans("mk", "km")


def multiplied(
    sides: tuple[Operand, Operand],
    loops: tuple[str, ...],
    bias: Operand | None = None,
    scales: tuple[float, float] = (1, 1),
) -> Made:
    """A product of two tensors, by the loops of each and of what comes out.

    With a parameter, or a part of one, it is a dense layer; the loop that this has alone is k.
    """
    own_weights = next((n for n in (1, 0) if sides[n].is_weights), None)
    trained = next((n for n in (1, 0) if sides[n].is_parameter), None)
    trained = trained if own_weights is None else own_weights
    if trained == 0:
        loops = tuple(text.translate(_EXCHANGED) for text in loops)
    *read, out = loops
    names = iter(("x", "x1"))
    texts = [
        f"W[{side.stored(axes)}]" if n == own_weights else f"{next(names)}[{axes}]"
        for n, (side, axes) in enumerate(zip(sides, read, strict=True))
    ]
    width: Size | None = None
    stored: tuple[tuple[str, Size], ...] = ()
    if trained is not None:
        letters = read[trained].split()
        width = dict(zip(letters, sides[trained].shape, strict=True)).get("k", 1)
        if own_weights is not None and {*letters} - {"k", *read[1 - trained].split()}:
            order = sides[trained].order or range(len(letters))
            sizes = [sides[trained].shape[axis] for axis in order]
            stored = tuple(zip(sides[trained].stored(read[trained]).split(), sizes, strict=True))
    parameter = None if own_weights is None else sides[own_weights]
    flows = tuple(side for n, side in enumerate(sides) if n != own_weights)
    text, known = f"y[{out}] += {texts[0]} * {texts[1]}", given(flows)
    weights = {} if parameter is None else {"W": parameter}
    if bias is None:
        return Made(Product(text, width, given=known, scales=scales, own=stored), flows, weights)
    if bias.is_weights:
        weights["B"] = bias
    else:
        flows = (*flows, bias)
    op = Product(text, width, _bias(bias, out), known, scales, own=stored)
    return Made(op, flows, weights)


def _bias(bias: Operand, out: str) -> str:
    """What is added to a product, on those of its axes that it has."""
    letters = out.split()[len(out.split()) - len(bias.shape) :]
    on = [letter for letter, size in zip(letters, bias.shape, strict=True) if size != 1]
    name = "B" if bias.is_weights else "b"
    return name if on and on == out.split()[-1:] else f"{name}[{' '.join(on)}]"

"""Dense layers: on the last axis, by an equation; tables that are looked up."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .....core.ops import tensors as ops
from .....errors import FlopcountError, quote
from .....sizes import Size, differ
from ....models.operands import Operand, number
from .activations import activated
from .table import Call, layer

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")
_BEFORE = "a b d e f g h i j l m n"  # letters but c, what comes in, and k, what goes out


@layer("Dense")
def _dense(call: Call) -> Operand:
    one, x = call.layer, call.x
    units = one.whole("units")
    before = _BEFORE[: 2 * (len(x.shape) - 1)]
    held = {"W": call.held("kernel", x.shape[-1], units)}
    if one.flag("use_bias", default=True):
        held["B"] = call.held("bias", units)
    op = ops.Product(f"y[{before}k] += x[{before}c] * W[c k]", units, "B" if "B" in held else "")
    return activated(call, call.add(op, x, **held), one.get("activation"))


@layer("EinsumDense")
def _einsum_dense(call: Call) -> Operand:
    one = call.layer
    shape = one.get("output_shape")
    wanted = shape if isinstance(shape, list | tuple) else [shape]
    found = einsum_dense(call, call.x, one.text("equation"), wanted, one.get("bias_axes"))
    return activated(call, found, one.get("activation"))


def einsum_dense(
    call: Call, x: Operand, equation: str, wanted: Sequence[Any], bias_axes: Any
) -> Operand:
    """A product with a kernel by an equation such as ``abc,cd->abd``, ``...x,xy->...y``.

    `wanted` are the sizes that come out, but for the batch: None where it is the input's own.
    Raises `FlopcountError` for an equation of another form.
    """
    parts = _EQUATION.fullmatch(equation.replace(" ", ""))
    if not parts or (parts[1], parts[3]) != (parts[5], parts[7]):
        raise FlopcountError(f"equation {quote(equation)}: expected one such as abc,cd->abd")
    left, of, right, kernel, _, to, _ = parts.groups()
    elided = len(x.shape) - len(of)
    if elided < 0 or (elided and not (left or right)):
        raise FlopcountError(f"equation {quote(equation)} for an input of {len(x.shape)} axes")
    spare = [c for c in "ABCDEFGHIJKLMNOP" if c not in equation][:elided]
    read = [*spare, *of] if left else [*of, *spare]
    out = [*spare, *to] if left else [*to, *spare]
    sizes: dict[str, Size] = dict(zip(read, x.shape, strict=True))
    asked: list[Size | None] = [x.shape[0], *wanted]
    if elided and left:
        asked = [*x.shape[:elided], *wanted]
    elif elided:
        asked = [*asked, *x.shape[-elided:]]
    for axis, size in zip(out, asked, strict=True):
        if size is not None and differ(sizes.setdefault(axis, size), size):
            raise FlopcountError(f"equation {quote(equation)}: {axis} is {sizes[axis]} and {size}")
    held = {"W": call.held("kernel", *[sizes[axis] for axis in kernel])}
    bias = ""
    if bias_axes:
        first = min(map(out.index, bias_axes))  # from the first of them on, others spread
        on = [axis for axis in out[first:] if axis in bias_axes]
        held["B"] = call.held("bias", *(sizes[n] if n in bias_axes else 1 for n in out[first:]))
        bias = "B"
    names = _letters([*read, *kernel])
    new = tuple((names[axis], sizes[axis]) for axis in kernel if axis not in read)
    text = f"y[{_on(out, names)}] += x[{_on(read, names)}] * W[{_on(kernel, names)}]"
    return call.add(ops.Product(text, bias=bias and f"B[{_on(on, names)}]", own=new), x, **held)


def _letters(axes: Sequence[str]) -> dict[str, str]:
    """A small letter for each axis: its own, or one that is free."""
    free = iter(c for c in "abcdefghijklmnopqrstuvwxyz" if c not in axes)
    return {axis: axis if axis.islower() else next(free) for axis in dict.fromkeys(axes)}


def _on(axes: Sequence[str], names: Mapping[str, str]) -> str:
    return " ".join(names[axis] for axis in axes)


@layer("Embedding")
def _embedding(call: Call) -> Operand:
    one, x = call.layer, call.x
    rows, width = one.whole("input_dim"), one.whole("output_dim")
    table = call.held("embeddings", rows, width)
    return call.add(ops.Lookup(rows, width), x, E=table)


@layer("ReversibleEmbedding")
def _reversible(call: Call) -> Operand:
    """A table that is looked up, or, called in `reverse`, what tokens are scored by."""
    one, x = call.layer, call.x
    rows, width = one.whole("input_dim"), one.whole("output_dim")
    table = call.held("embeddings", rows, width)
    tied = one.flag("tie_weights", default=True)
    own = None if tied else call.held("reverse_embeddings", width, rows)
    if not call.argument(1, "reverse"):
        return call.add(ops.Lookup(rows, width), x, E=table)
    before = _BEFORE[: 2 * (len(x.shape) - 1)]
    loops = "k c" if own is None else "c k"
    op = ops.Product(f"y[{before}k] += x[{before}c] * W[{loops}]", rows)
    found = call.add(op, x, W=table if own is None else own)
    if one.get("logit_soft_cap") is None:
        return found
    cap = number(one.number("logit_soft_cap", 1.0))
    steps = (f"e = exp(2 * (x / {cap}))", f"y = {cap} * ((e - 1) / (e + 1))")
    return call.add(ops.Elementwise("soft cap", steps), found)

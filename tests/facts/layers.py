"""A network's layers in one canonical form, ours beside any public implementation's.

What is one layer is drawn differently by each software, so both sides are taken apart to what all
of them have: products with weights, norms, lookups, factors of channels, pools. In this form

- a norm is a layer of its own, also where it rides on the convolution before it;
- a 1×1 convolution is dense, and dense is said by its positions, however they lie: software
  flattens tokens, cuts windows out of grids and moves channels to the end;
- projections of attention are four dense layers, and a gate and what it gates are two, also where
  they are one matrix: the finest form, which no reading of names can make equal by chance;
- experts are one dense layer with as many groups, on as many positions as tokens are sent there;
- a lookup has its rows and its width: a vocabulary, places, class tokens, distances. A table is
  there once, a matrix as often as it is multiplied with;
- a grid is the one before zeros are put around it, and a pool that changes nothing is none.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import prod

import flopcount as fc
from flopcount.core.graph import Row
from flopcount.core.nest import Nest, Tensor
from flopcount.core.ops.elementwise import Gated
from flopcount.core.ops.norm import Norm, read_kind
from flopcount.core.ops.pooling import AdaptivePool, Pool
from flopcount.core.ops.resampling import Pad
from flopcount.core.ops.traits import tail_of, window_of
from tests.facts.implementations import Layer, Layers, by_by

# -- the kinds of layers, of either side


def dense(positions: int, channels: int, width: int, biases: int, experts: int = 1) -> Layer:
    where, weights = str(positions), experts * channels * width
    return Layer(
        "dense", "1x1", "1x1", experts, channels, width, where, where, weights, biases, 0, 0, 0
    )


def dense_parts(whole: Layer, parts: int) -> list[Layer]:
    """A dense layer as so many beside each other, of equal widths."""
    each = {name: getattr(whole, name) for name in ("width", "weights", "biases")}
    assert not any(number % parts for number in each.values()), f"{parts} parts of {whole}"
    return [whole._replace(**{name: n // parts for name, n in each.items()})] * parts


def convolution(  # noqa: PLR0917  a convolution is many numbers
    kind: str,
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    groups: int,
    channels: Sequence[int],
    grids: Sequence[Sequence[int]],
    held: Sequence[int],
) -> Layer:
    """A convolution of `channels` in and out, its `grids` before and behind, `held` parameters."""
    if {*kernel, *stride, groups} == {1} and tuple(grids[0]) == tuple(grids[1]):
        return dense(prod(grids[0]), *channels, held[1])
    spread = f" dilation {by_by(tuple(dilation))}" if any(d > 1 for d in dilation) else ""
    window = f"{by_by(tuple(kernel))}{spread}", by_by(tuple(stride))
    sides = [by_by(tuple(grid)) for grid in grids]
    return Layer(kind, *window, groups, *channels, *sides, *held, 0, 0, 0)


def norm(over: str, positions: int, channels: int, held: tuple[int, int], groups: int = 1) -> Layer:
    where = str(positions)
    return Layer(f"{over} norm", "-", "-", groups, channels, channels, where, where, 0, 0, *held, 0)


def lookup(rows: int, width: int) -> Layer:
    return Layer("lookup", "-", "-", 1, rows, width, "-", "-", rows * width, 0, 0, 0, 0)


def factors(positions: int, channels: int) -> Layer:
    where = str(positions)
    return Layer("factors", "-", "-", 1, channels, channels, where, where, channels, 0, 0, 0, 0)


def pool(
    kind: str, window: Sequence[Sequence[int]], channels: int, grids: Sequence[Sequence[int]]
) -> Layer | None:
    """A pool of a kernel and a stride, or of neither; None for one that changes nothing."""
    before, behind = (by_by(tuple(grid)) for grid in grids)
    whole = kind == "avg" and {*grids[1]} == {1}  # however it is written
    if before == behind and (not window or {*window[0]} == {1}):
        return None
    kernel, stride = ("-", "-") if whole or not window else (by_by(tuple(n)) for n in window)
    return Layer(
        f"{kind}pool", kernel, stride, 1, channels, channels, before, behind, 0, 0, 0, 0, 0
    )


# -- ours


def layers_of(network: fc.Network) -> Layers:
    """What our network has."""
    rows = network.rows
    gated = {row.node.inputs[0] for row in rows if isinstance(row.node.op, Gated)}
    padded = {row.node.path: row.inputs[0] for row in rows if isinstance(row.node.op, Pad)}
    found: Layers = Counter()
    for row in rows:
        before = padded.get(row.node.inputs[0], row.inputs[0])[:-1] if row.inputs else ()
        products = [*_products(row, before)]
        if row.node.path in gated:
            products = [part for whole in products for part in dense_parts(whole, 2)]
        found.update([*products, *_norms(row), *_lookups(row), *_factors(row)])
        found.update(layer for layer in [_pool(row, before)] if layer)
    return found


def _parameters(nest: Nest) -> list[Tensor]:
    return [tensor for tensor in nest.form.reads if tensor.is_parameter]


def _products(row: Row, before: Sequence[int]) -> Iterator[Layer]:
    op, held, biases = row.node.op, row.work.parameters, _biases(row)
    for nest in row.work.nests:
        weights = [tensor for tensor in _parameters(nest) if tensor.name[0] in "WE"]
        if not nest.form.reduction or not weights:
            continue
        ((name, axes),) = weights
        x, y = row.inputs[0], row.output
        if nest.form.meets:
            window, groups = window_of(op), nest.sizes["g"]
            kind = "transposed" if row.node.op.word == "transposed" else "conv"
            dilation = window.dilation or (1,)
            grids, channels = (before, y[:-1]), (x[-1], y[-1])
            numbers = (held[name], biases.pop(name[1:], 0))
            yield convolution(
                kind, window.kernel, window.stride, dilation, groups, channels, grids, numbers
            )
            continue
        experts = nest.sizes[axes[0][1:]] if axes[0][0] == "?" else 1
        (inner,) = {*axes} - {*nest.form.result.axes} - {axis for axis in axes if axis[0] == "?"}
        channels = nest.sizes[inner]
        width = held[name] // (experts * channels)
        positions = nest.lines() // (channels * width)
        yield dense(positions, channels, width, biases.pop(name[1:], 0), experts)
    assert not biases, f"{row.node.path}: biases {biases} of no product"


def _biases(row: Row) -> dict[str, int]:
    """Sizes of biases by what stands behind their capital."""
    return {name[1:]: n for name, n in row.work.parameters.items() if name[0] == "B"}


def _norms(row: Row) -> Iterator[Layer]:
    op, held, tail = row.node.op, row.work.parameters, tail_of(row.node.op)
    for name, size in held.items():  # of attention's heads
        if name in ("Gq", "Gk"):
            (nest,) = (n for n in row.work.nests if name in {t.name for t in _parameters(n)})
            yield norm("rms", nest.lines() // size, size, (size, 0))
    kind = op.kind if isinstance(op, Norm) else tail and tail.norm
    if kind:
        over, groups, _ = read_kind(kind)
        trained = sum(n for name, n in held.items() if name in ("G", "S"))
        stats = sum(n for name, n in held.items() if name in ("M", "V"))
        yield norm(over, prod(row.output[:-1]), row.output[-1], (trained, stats), groups)


def _lookups(row: Row) -> Iterator[Layer]:
    for nest in row.work.nests:
        for tensor in _parameters(nest):
            # a table that was looked up before is there already
            if tensor.name[0] == "E" and not nest.form.reduction and "E" not in row.shares:
                size = row.work.parameters[tensor.name]
                width = prod(nest.sizes[axis] for axis in tensor.axes[1:])
                yield lookup(size // width, width)


def _factors(row: Row) -> Iterator[Layer]:
    for name, size in row.work.parameters.items():
        if name[0] == "A":
            yield factors(prod(row.output) // size, size)


def _pool(row: Row, before: Sequence[int]) -> Layer | None:
    op = row.node.op
    if not isinstance(op, Pool | AdaptivePool):
        return None
    window = (op.window.kernel, op.window.stride) if isinstance(op, Pool) else ()
    return pool(op.kind, window, row.output[-1], (before, row.output[:-1]))

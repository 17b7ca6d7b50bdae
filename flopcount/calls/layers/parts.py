"""The operations that a layer is: one of its own kind, what rides on it, or several in turn."""

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import NamedTuple

from ...core.ops.elementwise import GATES
from ...core.ops.traits import has_projections, heads_of, tail_of
from .facts import dense_facts, facts_of, norm_facts
from .read import Read, facts_of_shapes, whole
from .words import kind_of_layer, kind_of_norm, kind_of_word

NO_PARTS: "tuple[Part, ...]" = ()


class Part(NamedTuple):
    """An operation: its kind, its sizes, and the operators that its function calls, if several.

    What is `bare` is called as a function or an operator, and has no module.
    """

    kind: str
    facts: Mapping[str, int]
    parts: "tuple[Part, ...]" = NO_PARTS
    bare: bool = False


def parts_of(read: Read, *, as_module: bool = True) -> Iterator[Part]:
    """The operations that a layer is, in order; attention is one, where it is taken as a module."""
    if not read.row.held.known:
        yield Part(read.op.word, read.common(), bare=True)
        return
    composed = _COMPOSED.get(read.op.word)
    if read.op.word == "attention":
        parts = [*_attention(read, as_module=as_module)]
    else:
        parts = [*composed(read)] if composed else []
    if parts:
        yield from parts
        return
    kind = kind_of_layer(read.row)
    if kind:
        yield Part(kind, facts_of(kind, read), bare=read.row.node.call == "function")
    yield from _riding(read)


def _riding(read: Read) -> Iterator[Part]:
    """The norm and the activation behind a layer with weights."""
    tail = tail_of(read.op)
    if tail is None:
        return
    facts = _along(read)
    if normed := read.tail("batch norm") or read.tail("norm"):
        yield Part(kind_of_norm(normed), facts | norm_facts(read, normed))
    if activated := read.tail("activation"):
        kind = kind_of_word(tail.activation)
        own = {"params": read.held("A", activated)} | ({"tanh": 0} if kind == "GELU" else {})
        yield Part(kind, facts | own)


def _along(read: Read, elements: int = 0) -> dict[str, int]:
    """The facts of what works element by element on what a layer puts out, or on so many."""
    facts = facts_of_shapes([read.output], [read.output])
    same = ("in", "ins", "out", "outs", "first", "aligned_left")
    return facts | (dict.fromkeys(same, elements) if elements else {})


def _two(read: Read, elements: int, second: int) -> dict[str, int]:
    """Those of a function of two tensors, of which the first is the larger."""
    return _along(read, elements) | {"ins": elements + second, "operands": 2}


def _gated(read: Read) -> Iterator[Part]:
    """``swiglu`` and such: the halves, the activation of one, their product."""
    if read.op.word == "glu":
        return
    half = prod(read.output)
    yield Part("split", read.common())
    yield Part(kind_of_word(GATES[read.op.word]), _along(read) | {"tanh": 0})
    yield Part("multiplication", _two(read, half, half))


def _local_response(read: Read) -> Iterator[Part]:
    """The operators of torch's function: squares, their means over channels near, a power."""
    along = _along(read)
    each = prod(read.output)
    means = facts_of("local response norm", read)
    near = whole(next(nest.sizes["w"] for nest in read.nests if "w" in nest.sizes))
    batch, channels, *grid = read.output
    padded = batch * (channels + near - 1) * prod(grid)  # the channels are an axis of its grid
    pooled = {
        **dict.fromkeys(("in", "ins", "first", "aligned_left"), padded),
        "rank": len(read.output) + 1,
        "second": 1,
        "axes": min(max(len(grid) + 1, 2), 3),
        "channels_in": 1,
        "channels_out": 1,
        "kernel": near,
        "kernel_given": near,
        "positions": each // batch,
        "positions_in": padded // batch,
        **dict.fromkeys(("windows", "averaged"), each * near),
        "stride": 1,
    }
    parts = (
        Part("multiplication", _two(read, each, each)),
        Part("average pool", along | pooled),
        *(Part(kind, along) for kind in ("multiplication", "addition", "power")),
        Part("division", _two(read, each, each)),
    )
    yield Part("local response norm", means, parts)


def _routed(read: Read) -> Iterator[Part]:
    """A router: its dense layer, a softmax, the best, and their share of the weights."""
    product = read.products()[0]
    router = dense_facts(product, biased=False)
    scores = _along(read, product.put)
    put = dict.fromkeys(("out", "outs"), product.put)
    yield Part("dense", read.common() | put | router | {"params": product.held})
    along = {"rows": product.rows, "length": product.channels_out}
    yield Part("softmax", scores | along, bare=True)
    chosen = prod(read.outputs[1])
    yield Part("largest", scores | {"out": chosen}, bare=True)
    if chosen > product.rows:
        yield Part("division", _two(read, chosen, product.rows), bare=True)


def _combined(read: Read) -> Iterator[Part]:
    """What the experts put out, weighed and added up."""
    each, weights = prod(read.inputs[0]), prod(read.inputs[1])
    yield Part("multiplication", _two(read, each, weights))
    yield Part("sum", _along(read, each) | {"out": prod(read.output)}, bare=True)


def _attention(read: Read, *, as_module: bool) -> Iterator[Part]:
    from .attention import attention, fused

    if heads_of(read.op) and (has_projections(read.op) or read.is_sample):
        yield from attention(read, as_module=as_module)
    else:
        yield fused(read)


_COMPOSED: dict[str, Callable[[Read], Iterator[Part]]] = {
    **dict.fromkeys(GATES, _gated),
    "lrn": _local_response,
    "experts": _routed,
    "combine": _combined,
}

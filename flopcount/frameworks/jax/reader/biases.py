"""A bias that is added to what a layer alone has put out: it is that layer's own."""

from typing import TYPE_CHECKING, Any, NamedTuple

from ....core.ops.tail import Tail
from ....core.ops.tensors import Product, Repeated
from ....records import replace
from ..values import Step, Value

if TYPE_CHECKING:
    from .graph import Graph


class Layer(NamedTuple):
    """A node that may take a bias, and the axes of its channels in what it puts out."""

    place: int
    channels: frozenset[int]


def turned(graph: "Graph", step: Step, after: Value) -> None:
    """What a layer puts out has its axes in another order, or axes of 1 more or fewer."""
    before = step.values[0]
    layer = graph.layers.get(str(before.operand.port))
    if layer is None or not before.single:
        return
    axes = range(len(before.shape))
    if step.name == "transpose":
        places = {axis: place for place, axis in enumerate(step.params["permutation"])}
    elif step.name in ("reshape", "squeeze", "expand_dims"):
        own = [axis for axis in axes if before.shape[axis] != 1]
        new = [axis for axis, n in enumerate(after.shape) if n != 1]
        if [before.shape[axis] for axis in own] != [after.shape[axis] for axis in new]:
            return
        places = dict(zip(own, new, strict=True))
    else:
        return
    if layer.channels <= places.keys():
        channels = frozenset(places[axis] for axis in layer.channels)
        graph.layers[str(after.operand.port)] = Layer(layer.place, channels)


def with_bias(graph: "Graph", step: Step) -> Value | None:
    """What comes out of an add that is a layer's bias, put to the layer; None of any other add."""
    for one, other in (step.values, step.values[::-1]):
        layer = graph.layers.get(str(one.operand.port))
        if layer is None or not one.single or not other.operand.is_weights:
            continue
        node = graph.nodes[layer.place]
        if not _fits(one, other, layer.channels) or step.outputs[0] != one.shape:
            continue
        own = any(other.operand.held in loop.stacked for loop in graph.loops)
        op = _biased(node.op, own)
        if op is None:
            continue
        key = other.operand.held
        graph.nodes[layer.place] = replace(node, op=op, weights={**node.weights, "B": key})
        graph.used.add(key)
        del graph.layers[str(one.operand.port)]
        return one
    return None


def _fits(one: Value, other: Value, channels: frozenset[int]) -> bool:
    """Whether it has a number for each channel that the layer puts out, on their axes."""
    shape = other.operand.shape
    spread = (1,) * (len(one.shape) - len(shape)) + tuple(shape)
    return len(spread) == len(one.shape) and all(
        spread[axis] == (size if axis in channels else 1) for axis, size in enumerate(one.shape)
    )


def _biased(op: Any, own: bool) -> Any:  # noqa: FBT001
    """A layer with a bias; None where it has one, or none can be."""
    if isinstance(op, Repeated):
        inner = _biased(op.op, own=False)
        more = "B" if own else ""
        return inner and replace(op, op=inner, own=op.own + more)
    if isinstance(op, Product):
        if op.bias or op.width is None:
            return None
        return replace(op, bias="B[k]")
    if hasattr(op, "tail") and not op.tail.bias:
        return replace(op, tail=Tail(bias=True))
    return None

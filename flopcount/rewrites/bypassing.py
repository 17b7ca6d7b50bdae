"""Layers taken out of a network: what read their output reads their input."""

from collections.abc import Collection

from ..core import (
    Network,
    Node,
    Port,
    computed_of,
    is_bare,
    is_channelwise,
    is_convolution,
    role_of,
    tail_part,
    width_of,
    window_of,
)
from ..core.graph import layer_of
from ..errors import FlopcountError, shorten
from ..records import replace


def bypass(network: Network, roles: Collection[str]) -> Network:
    """Take out the 1×1 convolutions of these `roles`: what read their output reads their input.

    In what was read from a model their norm and their activation are layers of their own, which go
    too, and so does what nothing reads any more then. Raises `FlopcountError` for one that is no
    1×1, has a stride or is padded, and for a ``reduce`` that no convolution follows, or that
    anything else reads, but for layers that work on each channel by itself: batch norm, an
    activation, an upsample, a pad, a crop.
    """
    flow = _Flow(network)
    nodes = []
    for node in network.nodes:
        rides = flow.meet(node)
        inputs = tuple([flow.now.get(port, port) for port in node.inputs])
        if role_of(node.op) in roles:
            flow.leave_out(node, inputs[0])
        elif not rides:
            like = flow.now.get(node.like, node.like) if node.like else None
            same = inputs == node.inputs and like == node.like
            nodes.append(node if same else replace(node, inputs=inputs, like=like))
    flow.check()
    outputs = {name: flow.now.get(port, port) for name, port in network.outputs.items()}
    output = flow.now.get(network.output, network.output)
    after = replace(network, nodes=tuple(nodes), output=output, outputs=outputs)
    return _without_unread(after, network) if flow.own else after


class _Flow:
    """Where the channels of reductions go, layer by layer.

    `now` has, by the output of a layer that is left out, what is read instead; `own` are the
    outputs of those that carry no norm and no activation, and of what rides on them.
    """

    def __init__(self, network: Network) -> None:
        self.now: dict[Port, Port] = {}
        self.own: set[Port] = set()
        self._network = network
        self._from: dict[Port, Node] = {}  # of what has reduced channels, the ``reduce``
        self._followed: set[str] = set()
        self._held: set[str] = set()  # layers of parameters alone, as a frozen norm's scale is

    def meet(self, node: Node) -> bool:
        """Look at what a layer reads: whether it rides on a reduction, and is left out with it.

        Raises `FlopcountError` where it reads a reduction and is no convolution.
        """
        fed = [port for port in node.inputs if layer_of(port) not in self._held]
        if not fed:
            self._held.add(node.path)
        found = [self._from[layer_of(port)] for port in fed if layer_of(port) in self._from]
        if not found:
            return False
        reductions = {reduction.path: reduction for reduction in found}
        rides = self.own.issuperset(fed) and len(reductions) == 1 and bool(tail_part(node.op))
        if rides:
            self.now[node.path] = self.now[fed[0]]
            self.own.add(node.path)
        for path, reduction in reductions.items():
            if why := self._why_not(node, fed):
                raise self._stays(reduction, f"{node.path}{why}")
            if not is_convolution(node.op) or (is_bare(node.op) and width_of(node.op) is None):
                self._from[node.path] = reduction
            else:
                self._followed.add(path)
        return rides

    def _why_not(self, node: Node, fed: list[Port]) -> str:
        """Why a layer cannot do with the channels that a reduction has read; empty where it can."""
        if any(port not in self._from and layer_of(port) in self._from for port in fed):
            return " reads it, or a part of it, under another shape"
        if is_convolution(node.op):
            return ", whose weights are computed, reads it" if computed_of(node.op) else ""
        if is_channelwise(node.op) or (tail_part(node.op) and all(p in self._from for p in fed)):
            return ""
        return f", no convolution ({node.op.word}), reads it"

    def leave_out(self, node: Node, instead: Port) -> None:
        """Leave a layer out. Raises `FlopcountError` for one that is no plain 1×1."""
        window = window_of(node.op)
        padded = window and not isinstance(window.padding, str) and any(window.padding)
        if window is None or {*window.kernel, *window.stride} != {1} or padded:
            only = "only a 1×1 of stride 1, without padding, can be bypassed"
            raise self._stays(node, only, "drop the word")
        self.now[node.path] = instead
        if role_of(node.op) == "reduce":
            self._from[node.path] = node
        if is_bare(node.op):
            self.own.add(node.path)

    def check(self) -> None:
        """Raise `FlopcountError` for a reduction that no convolution follows, or that comes out."""
        for port in self._network.results.values() if self.own else ():
            if layer_of(port) in self._from:
                raise self._stays(self._from[layer_of(port)], "it comes out of the network")
        for reduction in self._from.values():
            if reduction.path not in self._followed:
                raise self._stays(reduction, "no convolution follows it")

    def _stays(
        self, node: Node, why: str, cure: str = "drop the word, or mark it project"
    ) -> FlopcountError:
        cure = "leave it out of --reduce" if is_bare(node.op) else cure
        marked = f"{node.path}: marked {role_of(node.op)}, but {why}; {cure}"
        return FlopcountError(f"{shorten(self._network.name)}: {marked}")


def _without_unread(network: Network, before: Network) -> Network:
    """Without the layers that something has read `before`, and nothing does now."""
    was_read = {layer_of(port) for node in before.nodes for port in node.inputs}
    read = {layer_of(port) for port in network.results.values()}
    nodes = []
    for node in reversed(network.nodes):
        if node.path in read or node.path not in was_read:
            nodes.append(node)
            read.update(map(layer_of, node.inputs))
    gone = {node.path for node in before.nodes} - {node.path for node in nodes}
    views = {port: shape for port, shape in network.views.items() if layer_of(port) not in gone}
    return replace(network, nodes=tuple(reversed(nodes)), views=views)

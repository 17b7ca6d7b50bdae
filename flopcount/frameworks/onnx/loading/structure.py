"""Whether a graph of ONNX is one: values made once and before they are read, known opsets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....errors import FlopcountError, quote
from ...models.limits import MOST_AXES, MOST_NESTED, MOST_NODES, MOST_SIZE
from .nested import OWN, called, every_node, inner
from .schemas import OLDEST_OPSET, Schemas, old

if TYPE_CHECKING:
    import onnx

_NEWER = "pip install -U onnx"


def check(proto: "onnx.ModelProto") -> None:
    """Raise `FlopcountError`, with the node or the value, where a model is none."""
    if not proto.HasField("graph"):
        raise FlopcountError("it has no graph: it is no ONNX file, or it is damaged")
    if not proto.graph.output:
        raise FlopcountError("its graph puts out nothing: it is empty, or damaged")
    _opsets(proto)
    schemas = Schemas(
        {"" if one.domain in OWN else one.domain: one.version for one in proto.opset_import}
    )
    bodies = {(one.domain, one.name) for one in proto.functions}
    for node in every_node(proto):
        if (node.domain, node.op_type) not in bodies:
            schemas.check(node)
    _Functions(proto).check()
    _graph(proto.graph, (), 0)


def _opsets(proto: "onnx.ModelProto") -> None:
    import onnx

    if proto.ir_version > onnx.IR_VERSION:
        raise FlopcountError(
            f"it is of version {proto.ir_version} of the format, and onnx {onnx.__version__} knows "
            f"those to {onnx.IR_VERSION}: {_NEWER}"
        )
    own = [one.version for one in proto.opset_import if one.domain in OWN]
    if not own and not proto.opset_import:
        raise FlopcountError("it does not say of which opset it is: it is damaged")
    newest = onnx.defs.onnx_opset_version()
    for version in own:
        if version > newest:
            raise FlopcountError(
                f"it is of opset {version}, and onnx {onnx.__version__} knows those to {newest}: "
                f"{_NEWER}"
            )
        if version < OLDEST_OPSET and (name := old([*every_node(proto)], version)):
            raise FlopcountError(
                f"it is of opset {version}, whose {name} is another than that of opset "
                f"{OLDEST_OPSET} and later ones, which are read: onnx.version_converter makes a "
                "newer one of it"
            )
    if len(set(own)) > 1:
        raise FlopcountError("it is of two opsets: it is damaged")


def _graph(graph: "onnx.GraphProto", outer: tuple[set[str], ...], level: int) -> None:
    """Raise `FlopcountError` where a name is made twice, or read before it is made."""
    held = [one.name for one in graph.initializer]
    held += [one.values.name for one in graph.sparse_initializer]
    inputs = [one.name for one in graph.input]
    for names, what in ((held, "initializer"), (inputs, "input")):
        if twice := _twice(names):
            raise FlopcountError(f"it has two {what}s of the name {quote(twice)}")
    for value in (*graph.input, *graph.output):
        _type(value)
    made = {*held, *inputs}
    _nodes(graph.node, made, outer, level)
    for value in graph.output:
        if value.name not in made and not any(value.name in names for names in outer):
            raise FlopcountError(f"its output {quote(value.name)} is made by no node")


def _type(value: "onnx.ValueInfoProto") -> None:
    """Raise `FlopcountError` for a shape of an input or output that is none."""
    sizes = value.type.tensor_type.shape.dim
    if len(sizes) > MOST_AXES:
        raise FlopcountError(f"{quote(value.name)} has more than {MOST_AXES} axes")
    for size in sizes:
        # exporters write -1 and 0 for a size that is free
        if not -1 <= size.dim_value <= MOST_SIZE:
            raise FlopcountError(f"{quote(value.name)}: {size.dim_value} is no size of an axis")


def _nodes(
    nodes: "Sequence[onnx.NodeProto]", made: set[str], outer: tuple[set[str], ...], level: int
) -> None:
    """Raise `FlopcountError` for nodes of which one reads what is not there."""
    if level > MOST_NESTED:
        raise FlopcountError(f"more than {MOST_NESTED} graphs stand within each other")
    for node in nodes:
        _inputs(node, nodes, (*outer, made))
        if twice := _twice([one.name for one in node.attribute]):
            raise FlopcountError(f"{called(node)} has its attribute {quote(twice)} twice")
        for graph in inner(node):
            try:
                _graph(graph, (*outer, made), level + 1)
            except FlopcountError as error:
                raise FlopcountError(f"in {called(node)}, {error}") from None
        for name in node.output:
            if name in made:
                raise FlopcountError(f"{called(node)} makes {quote(name)}, which is there already")
            if name:
                made.add(name)


def _inputs(
    node: "onnx.NodeProto", nodes: "Sequence[onnx.NodeProto]", there: tuple[set[str], ...]
) -> None:
    """Raise `FlopcountError` where a node reads what is not there."""
    for name in node.input:
        if name and not any(name in names for names in there):
            raise FlopcountError(f"{called(node)} reads {quote(name)}, {_why(name, nodes)}")


def _why(name: str, nodes: "Sequence[onnx.NodeProto]") -> str:
    for node in nodes:
        if name in node.output:
            return (
                f"which {called(node)} makes only later: nodes must stand in order, without a cycle"
            )
    return "which nothing makes: a node or an input is missing"


def _twice(names: Sequence[str]) -> str | None:
    if len(set(names)) == len(names):
        return None
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


class _Functions:
    """The functions of a model: does each end, and how many nodes are all their calls."""

    def __init__(self, proto: "onnx.ModelProto") -> None:
        self.proto = proto
        self.bodies: dict[Any, onnx.FunctionProto] = {}
        self.nodes: dict[Any, int] = {}
        for function in proto.functions:
            key = (function.domain, function.name, function.overload)
            if key in self.bodies:
                raise FlopcountError(f"it has two functions of the name {quote(function.name)}")
            self.bodies[key] = function

    def check(self) -> None:
        """Raise `FlopcountError` for one that calls itself, and for more nodes than are read."""
        for key, function in self.bodies.items():
            try:
                _nodes(function.node, {*function.input}, (), 0)
                self.count(key, ())
            except FlopcountError as error:
                raise FlopcountError(f"in function {quote(function.name)}, {error}") from None
        if self.within(self.proto.graph.node, ()) > MOST_NODES:
            raise FlopcountError(f"with its functions it has more than {MOST_NODES:,} nodes")

    def count(self, key: Any, above: tuple[Any, ...]) -> int:
        """The nodes that a call is."""
        if key in above:
            raise FlopcountError("it calls itself")
        if len(above) > MOST_NESTED:
            raise FlopcountError(f"more than {MOST_NESTED} functions call each other")
        if key not in self.nodes:
            self.nodes[key] = self.within(self.bodies[key].node, (*above, key))
        return self.nodes[key]

    def within(self, nodes: "Sequence[onnx.NodeProto]", above: tuple[Any, ...]) -> int:
        """How many nodes there are among some, with those of their graphs and functions."""
        found = 0
        for node in nodes:
            key = (node.domain, node.op_type, node.overload)
            found += 1 + (self.count(key, above) if key in self.bodies else 0)
            found += sum(self.within(graph.node, above) for graph in inner(node))
        return min(found, 2 * MOST_NODES)

"""The nodes of a network as they grow out of an ONNX graph's."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import TypeAlias

import onnx

from ...core import Network, Port
from ...core.ops.tensors import Move, Unknown
from ...errors import FlopcountError, quote, shorten
from ...reading import MAX_SIZE
from ...sizes import NO_SHAPE, Shape, Size
from ..models.limits import MOST_AXES, MOST_NODES
from ..models.operands import Made, Operand
from .blocks import BLOCKS
from .constants import attribute_of, dtype_of, initializers
from .functions import body_of, bound
from .inference import Signature, dims_of, dtypes, inferred, signature
from .nodes import Nodes
from .operations import OPERATIONS
from .operations.table import Called, Result
from .scopes import plain, scope_of
from .values import NoNumbersError, Value
from .weights import Place, is_held, read_as_settings, read_as_weights

Values: TypeAlias = MutableMapping[str, Value]  # by the name that nodes read it under
# What a rule raises of a node that does not fit its operator.
_WRONG = (
    *(ArithmeticError, AssertionError, AttributeError, IndexError, KeyError),
    *(TypeError, ValueError),
)


class Graph(Nodes):
    """A graph as it grows, node by node."""

    def __init__(self, proto: onnx.ModelProto, hints: Mapping[str, int], *, as_filed: bool) -> None:
        super().__init__(hints)
        self.proto = proto
        self.opsets = {plain_domain(one.domain): one.version for one in proto.opset_import}
        self.functions = {
            (plain_domain(one.domain), one.name, getattr(one, "overload", "")): one
            for one in proto.functions
        }
        self.as_filed = as_filed
        self.noted: dict[str, Shape] = {}  # shapes that the file gives
        self.renamed: Mapping[str, str] = {}
        self.inside = 0  # how many nodes blocks and functions had so far

    def network(self, shapes: Mapping[str, Shape]) -> Network:
        """The network, with these shapes for its inputs."""
        graph, inputs = self.proto.graph, {}
        values: Values = {}
        for one in graph.input:
            if one.name not in shapes:
                continue
            port = self.port(one.name)
            inputs[port] = shapes[one.name]
            dtype = dtype_of(one.type.tensor_type.elem_type or 1)
            values[one.name] = Value(Operand(shapes[one.name], port=port), dtype)
        if self.as_filed:
            self.noted = shapes_noted(graph, shapes)
        self.run(graph, values)
        results = {}
        for one in graph.output:
            value = values.get(one.name)
            if value is None:
                raise FlopcountError(f"its output {quote(one.name)} is put out by no node")
            parts = [value] if value.items is None else value.items
            for number, part in enumerate(parts):
                key = plain(one.name) if value.items is None else f"{plain(one.name)}.{number}"
                results[key] = part.operand.port or self.put_out(part)
        self.scope = ()  # of parameters that nothing reads
        return self.finished(inputs, results, {"name": "onnx", "onnx": onnx.__version__})

    def put_out(self, value: Value) -> Port:
        """The port of an output that no node of the file's puts out: it is held, or known."""
        if value.operand.is_parameter:
            return self.parameter(value.operand.held)
        large = any(type(size) is int and size > MAX_SIZE for size in value.shape)
        shapes = (value.shape,) if value.has_shape and not large else ()
        op = Move("constant", shapes) if shapes else Unknown("constant", ())
        path = self.node((), "operator", Made(op))
        if not shapes:
            self.views[path] = NO_SHAPE
        return path

    def port(self, name: str) -> Port:
        """The port of an input."""
        at = plain(name)
        return self.renamed.get(at, at)

    def run(self, graph: Place, values: Values) -> None:
        """Add the nodes of a graph, or of a function, to what there is; `values` grow."""
        as_weights = read_as_weights(graph.node)
        self.settings |= read_as_settings(graph)
        for name, value in initializers(graph):
            values[name] = self.holds(name, value, as_weights, graph)
        if self.depth:
            self.inside += len(graph.node)
            if self.inside > MOST_NODES:
                raise FlopcountError(
                    f"its blocks and functions have more than {MOST_NODES:,} nodes"
                )
        for node in graph.node:
            self.add(node, values, as_weights, graph)

    def add(self, node: onnx.NodeProto, values: Values, as_weights: set[str], graph: Place) -> None:
        """Add what a node is, and what comes out of it to the values."""
        metadata = (
            {one.key: one.value for one in node.metadata_props} if node.metadata_props else {}
        )
        self.scope = (*self.around, *scope_of(node.name, node.op_type, metadata))
        try:
            outputs = self.outputs_of(node, values)
            if any(len(value.shape) > MOST_AXES for value in outputs):
                raise FlopcountError(f"it puts out more than {MOST_AXES} axes")
        except FlopcountError as error:
            raise FlopcountError(f"{self.called(node)}: {error}") from None
        except RecursionError:
            raise FlopcountError(f"{self.called(node)}: blocks within blocks go too deep") from None
        except _WRONG as error:
            cause = shorten(str(error).partition("\n")[0]) or type(error).__name__
            raise FlopcountError(
                f"{self.called(node)}: it does not fit {node.op_type}: {cause}"
            ) from None
        for name, value in zip(node.output, outputs, strict=False):
            if name:
                held = value.operand.is_constant and is_held(node, as_weights)
                values[name] = self.holds(name, value, as_weights, graph, node) if held else value

    @staticmethod
    def called(node: onnx.NodeProto) -> str:
        """A node as a message names it."""
        return shorten(node.name or f"{node.op_type} of {next(iter(node.output), 'nothing')}")

    def read(self, name: str, values: Values) -> Value | None:
        """What a node reads under a name; None where it is left out."""
        if not name:
            return None
        if name not in values:
            raise FlopcountError(f"it reads {quote(name)}, which nothing before it puts out")
        return values[name]

    def outputs_of(self, node: onnx.NodeProto, values: Values) -> list[Value]:
        """What comes out of a node, once it is added."""
        domain = plain_domain(node.domain)
        inputs = tuple([self.read(name, values) for name in node.input])
        attributes = {one.name: attribute_of(one) for one in node.attribute}
        outputs = max((n for n, name in enumerate(node.output, 1) if name), default=0)
        opset = self.opsets.get(domain, 1)
        found = signature(node.op_type, opset, domain)
        called = Called(node.op_type, inputs, attributes, opset, outputs)
        function = self.functions.get((domain, node.op_type, getattr(node, "overload", "")))
        if function is not None:
            return self.inlined(node, function, called)
        if not domain and node.op_type in BLOCKS:
            return BLOCKS[node.op_type](self, node, called, values)
        types = dtypes(found, inputs, attributes, outputs)
        result = self.result(domain, called)
        if result is not None:
            made = self.made(result, types)
            if len(made) >= outputs:
                return made
            rest = self.shapes_of(node, found, inputs)
            return made + [
                self.beside(made, name, types[place], rest)
                for place, name in enumerate(node.output)
                if len(made) <= place < outputs
            ]
        shaped = all(value.has_shape for value in inputs if value is not None)
        body = body_of(node, found, inputs, self.opsets) if found and shaped else None
        if body is not None:
            return self.inlined(node, body, called)
        return self.unknown(node, found, inputs, types)

    def result(self, domain: str, called: Called) -> Result:
        """What its rule makes of a node; None where it has none that knows it in this form."""
        rule = OPERATIONS.get((domain, called.name))
        if rule is None or not all(value.has_shape for value in called.inputs if value):
            return None
        try:
            return rule(called)
        except NoNumbersError:
            return None

    def shapes_of(
        self, node: onnx.NodeProto, found: Signature | None, inputs: Sequence[Value | None]
    ) -> dict[str, tuple[str, Shape]]:
        """The shapes of a node's outputs by their names, as onnx infers them, or the file says."""
        shapes = inferred(node, found, inputs, self.opsets, self.proto.ir_version)
        if not self.around:
            for name in node.output:
                if name in self.noted:
                    shapes.setdefault(name, ("", self.noted[name]))
        return shapes

    def beside(
        self,
        made: Sequence[Value],
        name: str,
        dtype: str,
        shapes: Mapping[str, tuple[str, Shape]],
    ) -> Value:
        """An output that no rule speaks of, such as a dropout's mask."""
        said, shape = shapes.get(name, ("", None))
        port = next((one.operand.port for one in made if one.operand.port), None)
        operand = Operand(NO_SHAPE if shape is None else shape, port=port)
        if port:
            operand = self.seen(operand)
        return Value(operand, said or dtype, has_shape=shape is not None)

    def unknown(
        self,
        node: onnx.NodeProto,
        found: Signature | None,
        inputs: Sequence[Value | None],
        types: Sequence[str],
    ) -> list[Value]:
        """A node of which nobody knows what it computes: a row without counts."""
        shapes = self.shapes_of(node, found, inputs)
        put_out = [shapes.get(name) for name in node.output if name]
        every = [one[1] for one in put_out if one is not None]
        if len(every) < len(put_out):  # the shapes of a row are all there, or none is
            every = []
        reads = tuple(value.operand for value in inputs if value and value.items is None)
        domain = plain_domain(node.domain)
        word = f"{domain}.{node.op_type}" if domain else node.op_type
        made = Made(Unknown(word, tuple(every)), reads)
        if every:
            operands = iter(self.put(made))
        else:
            path = self.node(self.scope, "operator", made)
            self.views.setdefault(path, NO_SHAPE)
        values = []
        for name, dtype in zip(node.output, types, strict=False):
            if not name:
                values.append(Value(Operand(NO_SHAPE), dtype, has_shape=False))
                continue
            said, shape = shapes.get(name, ("", None))
            if every:
                operand = next(operands)
            else:
                operand = self.seen(Operand(NO_SHAPE if shape is None else shape, port=path))
            values.append(Value(operand, said or dtype, has_shape=shape is not None))
        return values

    def inlined(
        self, node: onnx.NodeProto, function: onnx.FunctionProto, called: Called
    ) -> list[Value]:
        """What a function puts out that is called here: its nodes, in the place of the call."""
        body = bound(function, node)
        inside: Values = {
            name: value
            for name, value in zip(function.input, called.inputs, strict=False)
            if value is not None
        }
        missing = [name for name in function.input if name not in inside]
        opsets = self.opsets
        own = {plain_domain(one.domain): one.version for one in function.opset_import}
        self.opsets = {**opsets, **own}
        try:
            with self.deeper(self.scope):
                self.run(body(missing), inside)
        finally:
            self.opsets = opsets
        nothing = Value(Operand(()), has_shape=False)
        return [
            (self.read(name, inside) if wanted else None) or nothing
            for name, wanted in zip(function.output, node.output, strict=False)
        ]


def plain_domain(domain: str) -> str:
    """A domain of operators; ONNX' own is empty."""
    return "" if domain == "ai.onnx" else domain


def shapes_noted(graph: onnx.GraphProto, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The shapes of values that a file gives itself, its names for sizes those of its inputs."""
    named: dict[str, Size] = {}
    for one in graph.input:
        if one.name in shapes:
            for dim, size in zip(one.type.tensor_type.shape.dim, shapes[one.name], strict=False):
                if dim.dim_param:
                    named.setdefault(dim.dim_param, size)
    noted = {}
    for one in (*graph.value_info, *graph.output):
        kind = one.type
        if kind.HasField("tensor_type") and kind.tensor_type.HasField("shape"):
            shape = dims_of(kind.tensor_type.shape, named)
            if shape is not None:
                noted[one.name] = shape
    return noted

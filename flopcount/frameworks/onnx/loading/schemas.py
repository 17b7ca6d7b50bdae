"""Nodes beside what ONNX says of their operators: the attributes' types, how many inputs there are.

The definitions are those that the onnx package holds: asking it for one runs nothing of a file.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ....errors import FlopcountError, plural, quote
from ...models.limits import MOST_SIZE
from .nested import OWN, called

if TYPE_CHECKING:
    import onnx

OLDEST_OPSET = 7
# Attributes that are sizes, and steps: 0 is none of either.
_FROM_ONE = {"kernel_shape", "strides", "dilations", "group", "blocksize", "hidden_size"}
_FROM_ONE |= {"num_groups", "num_heads", "q_num_heads", "kv_num_heads", "offset_group"}


class Schema(NamedTuple):
    """What ONNX says of an operator."""

    inputs: tuple[int, int]  # how many, from and to
    outputs: int
    types: Mapping[str, tuple[int, str]]  # of attributes: number and name
    required: tuple[str, ...]

    def check(self, node: "onnx.NodeProto") -> None:
        """Raise `FlopcountError` where a node is none of this operator."""
        least, most = self.inputs
        number = len(node.input)
        if not least <= number <= most:
            expected = least if number < least else most
            there = plural(number, "input")
            raise _wrong(node, f"has {there}, and {node.op_type} takes {expected}")
        if len(node.output) > self.outputs:
            there = plural(len(node.output), "output")
            raise _wrong(node, f"has {there}, and {node.op_type} has {self.outputs}")
        for attribute in node.attribute:
            kind, name = self.types.get(attribute.name, (attribute.type, ""))
            if attribute.type != kind:
                raise _wrong(node, f"has {quote(attribute.name)} as something else than {name}")
            if attribute.name in _FROM_ONE and not attribute.ref_attr_name:
                _from_one(node, attribute)
        if self.required:
            names = {attribute.name for attribute in node.attribute}
            for name in self.required:
                if name not in names:
                    raise _wrong(node, f"lacks its attribute {name}")


def _from_one(node: "onnx.NodeProto", attribute: "onnx.AttributeProto") -> None:
    """Raise `FlopcountError` where one of its sizes is none."""
    for size in attribute.ints or (attribute.i,):
        if not 1 <= size <= MOST_SIZE:
            raise _wrong(node, f"has {size} in its {attribute.name}, which is no size")


def _wrong(node: "onnx.NodeProto", what: str) -> FlopcountError:
    return FlopcountError(
        f"{called(node)} {what}: the file is damaged, or the program is wrong that wrote it"
    )


class Schemas:
    """The definitions of operators, at the opsets of a model; each is looked up once."""

    def __init__(self, opsets: Mapping[str, int]) -> None:
        self.opsets = opsets
        self._known: dict[tuple[str, str], Schema | None] = {}

    def check(self, node: "onnx.NodeProto") -> None:
        """Raise `FlopcountError` where a node is none of its operator."""
        key = ("" if node.domain in OWN else node.domain, node.op_type)
        if key not in self._known:
            self._known[key] = _described(_schema(*key, self.opsets.get(key[0])))
        schema = self._known[key]
        if schema is not None:
            schema.check(node)


def _described(schema: Any) -> Schema | None:
    if schema is None:
        return None
    attributes = dict(schema.attributes)
    return Schema(
        (schema.min_input, schema.max_input),
        schema.max_output,
        {k: (int(a.type.value), str(a.type.name).lower()) for k, a in attributes.items()},
        tuple(key for key, one in attributes.items() if one.required),
    )


def old(nodes: "Sequence[onnx.NodeProto]", opset: int) -> str:
    """The first operator that was another one before the oldest opset that is read; "" for none."""
    for node in nodes:
        schema = _schema("", node.op_type, OLDEST_OPSET) if node.domain in OWN else None
        if schema is not None and schema.since_version > opset:
            return str(node.op_type)
    return ""


def _schema(domain: str, name: str, opset: int | None) -> Any:
    import onnx

    if opset is None:
        return None
    try:
        return onnx.defs.get_schema(name, max(0, min(opset, 1 << 30)), domain)
    except (onnx.defs.SchemaError, TypeError):
        return None

"""Functions: those of a model's own, and the bodies that onnx has for operators without a rule."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import onnx
from onnx import helper

from . import asked
from .constants import number_of
from .inference import Signature
from .values import Value


def bound(
    function: onnx.FunctionProto, node: onnx.NodeProto
) -> Callable[[Sequence[str]], onnx.FunctionProto]:
    """A function's body as a call has it: with its attributes, and without what it leaves out."""
    given = {one.name: one for one in node.attribute}
    for one in function.attribute_proto:
        given.setdefault(one.name, one)

    def body(missing: Sequence[str]) -> onnx.FunctionProto:
        refers = any(_refers(one) for one in function.node)
        if not refers and not missing:
            return function
        copy = onnx.FunctionProto()
        copy.CopyFrom(function)
        for one in copy.node:
            _bind(one, given, set(missing))
        return copy

    return body


def _refers(node: onnx.NodeProto) -> bool:
    return any(
        one.ref_attr_name or (one.HasField("g") and any(map(_refers, one.g.node)))
        for one in node.attribute
    )


def _bind(node: onnx.NodeProto, given: Mapping[str, Any], missing: set[str]) -> None:
    """Put a call's attributes in the place of references to them; drop those it leaves out."""
    for place, name in enumerate(node.input):
        if name in missing:
            node.input[place] = ""
    kept = []
    for attribute in node.attribute:
        if attribute.ref_attr_name:
            value = given.get(attribute.ref_attr_name)
            if value is None:
                continue
            own = onnx.AttributeProto()
            own.CopyFrom(value)
            own.name = attribute.name
            kept.append(own)
        else:
            if attribute.HasField("g"):
                for inner in attribute.g.node:
                    _bind(inner, given, missing)
            kept.append(attribute)
    copies = [onnx.AttributeProto.FromString(one.SerializeToString()) for one in kept]
    del node.attribute[:]
    node.attribute.extend(copies)


def body_of(
    node: onnx.NodeProto,
    found: Signature,
    inputs: Sequence[Value | None],
    opsets: Mapping[str, int],
) -> onnx.FunctionProto | None:
    """The body that onnx has for an operator, of what it is made of; None where it has none."""
    schema = found.schema
    if schema.has_function:
        return _body(schema.name, schema.domain, opsets.get("", 1))
    if not schema.has_context_dependent_function:
        return None
    types = []
    for value in inputs:
        kind = onnx.TypeProto()
        if value is not None:
            kind = helper.make_tensor_type_proto(number_of(value.dtype) or 1, None)
        types.append(kind)
    return asked.body_of(node, types, opsets)


@lru_cache(maxsize=256)
def _body(name: str, domain: str, opset: int) -> onnx.FunctionProto | None:
    try:
        body = onnx.defs.get_schema(name, opset, domain).function_body
    except Exception:  # noqa: BLE001  of a class of its own
        return None
    return body if body is not None and body.node else None

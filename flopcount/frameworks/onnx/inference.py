"""What onnx itself says of an operator: the types that come out, the shapes where no rule does."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import onnx
from onnx import defs, helper

from ...sizes import Shape, Size, is_open
from . import asked
from .constants import dtype_of, number_of
from .values import Value


class Signature(NamedTuple):
    """The types of what an operator reads and puts out, as its schema writes them: T, or fixed."""

    reads: tuple[str, ...]
    outputs: tuple[str, ...]
    schema: Any

    def type_of(self, types: Sequence[str], place: int, default: str) -> str:
        """One of the types; the last stands for all that follow it."""
        return types[min(place, len(types) - 1)] if types else default


@lru_cache(maxsize=4096)
def signature(name: str, opset: int, domain: str) -> Signature | None:
    """The signature of an operator in a version of its domain; None where onnx has none."""
    try:
        schema = defs.get_schema(name, opset, domain)
    except Exception:  # noqa: BLE001  of a class of its own, which moved between versions
        return None
    single = {
        one.type_param_str: one.allowed_type_strs[0]
        for one in schema.type_constraints
        if len(one.allowed_type_strs) == 1  # as bool, of what compares
    }
    reads = tuple(one.type_str for one in schema.inputs)
    outputs = tuple(single.get(one.type_str, one.type_str) for one in schema.outputs)
    return Signature(reads, outputs, schema)


def dtypes(
    found: Signature | None,
    inputs: Sequence[Value | None],
    attributes: Mapping[str, Any],
    outputs: int,
) -> list[str]:
    """The types of so many outputs: those of the schema, of an input that has the same, or said."""
    first = next((value.dtype for value in inputs if value is not None), "float32")
    if found is None:
        return [first] * outputs
    types = []
    for place in range(outputs):
        kind = found.type_of(found.outputs, place, "")
        types.append(_fixed(kind) or _said(found, kind, inputs, attributes) or first)
    return types


def _fixed(kind: str) -> str:
    """A type that a schema fixes: ``tensor(int64)``."""
    if not kind.startswith("tensor("):
        return ""
    name = kind[7:-1]
    return {"float": "float32", "double": "float64"}.get(name, name)


def _said(
    found: Signature, kind: str, inputs: Sequence[Value | None], attributes: Mapping[str, Any]
) -> str:
    for at, value in enumerate(inputs):
        if value is not None and found.type_of(found.reads, at, "") == kind:
            return value.dtype
    for name in ("to", "dtype", "output_dtype"):
        number = attributes.get(name)
        if isinstance(number, int) and number:
            return dtype_of(number)
    filled = attributes.get("value")
    return filled.dtype if isinstance(filled, Value) else "float32"


def inferred(
    node: onnx.NodeProto,
    found: Signature | None,
    inputs: Sequence[Value | None],
    opsets: Mapping[str, int],
    ir: int,
) -> dict[str, tuple[str, Shape]]:
    """The outputs of a node whose shape onnx' own inference gives, by name, with their type."""
    if found is None:
        return {}
    named: dict[Any, str] = {}  # sizes with a name, by what stands for them
    types, data = {}, {}
    for name, value in zip(node.input, inputs, strict=False):
        if not name or value is None or value.items is not None:
            continue
        number = number_of(value.dtype) or onnx.TensorProto.FLOAT
        shape = [_dim(size, named) for size in value.shape] if value.has_shape else None
        types[name] = helper.make_tensor_type_proto(number, shape)
        if value.numbers is not None and not any(map(is_open, value.numbers)):
            data[name] = helper.make_tensor(name, number, value.shape, value.numbers)
    outputs = asked.shapes_of(node, types, data, opsets, ir)
    shapes: dict[str, tuple[str, Shape]] = {}
    for name, kind in outputs.items():
        if not kind.HasField("tensor_type") or not kind.tensor_type.HasField("shape"):
            continue
        found_shape = dims_of(kind.tensor_type.shape, {said: size for size, said in named.items()})
        if found_shape is not None:
            shapes[name] = (dtype_of(kind.tensor_type.elem_type), found_shape)
    return shapes


def _dim(size: Size, named: dict[Any, str]) -> int | str:
    """A size as onnx takes it: a number, or a name that stands for one that is open."""
    return named.setdefault(size, f"open{len(named)}") if is_open(size) else int(size)


def dims_of(shape: onnx.TensorShapeProto, named: Mapping[str, Any]) -> Shape | None:
    """A shape of a file's as ours, with sizes for its names; None where one is not known."""
    sizes: list[Any] = []
    for dim in shape.dim:
        if dim.HasField("dim_value") and dim.dim_value >= 0:
            sizes.append(dim.dim_value)
        elif dim.dim_param in named:
            sizes.append(named[dim.dim_param])
        else:
            return None
    return tuple(sizes)

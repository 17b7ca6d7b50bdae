"""Tensors that a file holds: their shape and type, and, of small ones, their numbers.

Of a large one the bytes are never looked at.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import onnx
from onnx import numpy_helper

from ...errors import FlopcountError, quote
from ...sizes import Shape, product
from ..models.operands import Operand
from .values import MOST_NUMBERS, Value, known

MOST_FLOATS = 64  # of a tensor of floats whose numbers are followed: scales, bounds, a factor
_NAMES = {"float": "float32", "double": "float64"}


@lru_cache(maxsize=64)
def dtype_of(number: int) -> str:
    """A type by ONNX' number of it. Raises `FlopcountError` for a number that has none.

    >>> dtype_of(1), dtype_of(7), dtype_of(16)
    ('float32', 'int64', 'bfloat16')
    """
    try:
        name: str = onnx.TensorProto.DataType.Name(number).lower()
    except ValueError:
        raise FlopcountError(f"a tensor of type {number}, which onnx does not know") from None
    return _NAMES.get(name, name)


@lru_cache(maxsize=64)
def number_of(dtype: str) -> int:
    """The number of a type, the other way round; 0, that of none, where there is none."""
    name = {mine: theirs for theirs, mine in _NAMES.items()}.get(dtype, dtype)
    return int(onnx.TensorProto.DataType.Value(name.upper())) if dtype else 0


def is_float(dtype: str) -> bool:
    """Whether a type is one of numbers with a point, of whatever length."""
    return dtype.startswith(("float", "bfloat", "complex"))


def shape_of(tensor: onnx.TensorProto) -> Shape:
    """The shape of a tensor. Raises `FlopcountError` for a size that is none."""
    for size in tensor.dims:
        if size < 0:
            raise FlopcountError(f"the tensor {quote(tensor.name)} has a size of {size}")
    return tuple(tensor.dims)


def numbers_of(tensor: onnx.TensorProto) -> tuple[Any, ...] | None:
    """The numbers of a small tensor in order; None of one that is not, or lies outside the file.

    Raises `FlopcountError` where it holds others than its shape and type say.
    """
    dtype, elements = dtype_of(tensor.data_type), product(shape_of(tensor))
    most = MOST_FLOATS if is_float(dtype) else MOST_NUMBERS
    if elements > most or tensor.data_location == onnx.TensorProto.EXTERNAL:
        return None
    try:
        flat = numpy_helper.to_array(tensor).reshape(-1).tolist()
    except (ValueError, TypeError, OverflowError) as error:
        cause = str(error).partition("\n")[0]
        raise FlopcountError(f"the tensor {quote(tensor.name)} is damaged: {cause}") from None
    return tuple(flat)


def constant(tensor: onnx.TensorProto) -> Value:
    """A tensor as a value, a constant."""
    shape = shape_of(tensor)
    numbers = known(shape, numbers_of(tensor))
    return Value(Operand(shape), dtype_of(tensor.data_type), numbers)


def initializers(graph: onnx.GraphProto | onnx.FunctionProto) -> Iterator[tuple[str, Value]]:
    """The tensors that a graph holds, as constants by their names; a function holds none."""
    for tensor in getattr(graph, "initializer", ()):
        yield tensor.name, constant(tensor)
    for sparse in getattr(graph, "sparse_initializer", ()):
        kind = dtype_of(sparse.values.data_type)
        yield sparse.values.name, Value(Operand(tuple(sparse.dims)), kind)


def attribute_of(attribute: onnx.AttributeProto) -> Any:
    """An attribute as rules have it: a number, a text, tuples of them, a `Value`, or a graph."""
    kind = attribute.type
    if kind in _PLAIN:
        return _PLAIN[kind](attribute)
    if kind == onnx.AttributeProto.SPARSE_TENSOR:
        values = attribute.sparse_tensor.values
        return Value(Operand(tuple(attribute.sparse_tensor.dims)), dtype_of(values.data_type))
    return tuple(attribute.graphs) or tuple(map(constant, attribute.tensors))


_KIND = onnx.AttributeProto
_PLAIN: dict[int, Callable[[onnx.AttributeProto], Any]] = {
    _KIND.INT: lambda one: one.i,
    _KIND.INTS: lambda one: tuple(one.ints),
    _KIND.FLOAT: lambda one: one.f,
    _KIND.FLOATS: lambda one: tuple(one.floats),
    _KIND.STRING: lambda one: one.s.decode("utf-8", "replace"),
    _KIND.STRINGS: lambda one: tuple(text.decode("utf-8", "replace") for text in one.strings),
    _KIND.TENSOR: lambda one: constant(one.t),
    _KIND.GRAPH: lambda one: one.g,
    _KIND.TYPE_PROTO: lambda one: one.tp,
}

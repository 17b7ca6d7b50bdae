"""A node of ONNX with what it reads, as a file, as our rules, and as ONNX' reference have it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnx.reference import ReferenceEvaluator

from ....records import dataclass, field
from ...models.operands import Operand
from ..constants import attribute_of
from ..operations.table import Called
from ..values import MOST_NUMBERS, Value, known

NEWEST = 23


@dataclass
class Call:
    """A node, and what it reads, in order; None where an input is left out.

    `held` are the places of inputs that are parameters, `given` of those that nothing puts out; of
    both the numbers are known. `orders` says of a parameter in which order its axes are held.
    """

    op: str
    arrays: tuple[Any, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    held: Sequence[int] = ()
    given: Sequence[int] = ()
    orders: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    opset: int = NEWEST
    domain: str = ""
    outputs: int = 1
    expected: Sequence[Any] | None = None  # where the reference has no such operator
    known: Mapping[str, Any] = field(default_factory=dict)  # what nests read beside operands

    @property
    def node(self) -> onnx.NodeProto:
        """The node as a file has it."""
        names = [f"in{n}" if array is not None else "" for n, array in enumerate(self.arrays)]
        outputs = [f"out{n}" for n in range(self.outputs)]
        return helper.make_node(self.op, names, outputs, domain=self.domain, **self.attributes)

    def run(self, arrays: Sequence[Any] | None = None) -> list[Any]:
        """What ONNX' reference puts out."""
        if self.expected is not None and arrays is None:
            return list(self.expected)
        feeds = {
            f"in{n}": array for n, array in enumerate(arrays or self.arrays) if array is not None
        }
        ins = [
            helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
            for n, a in feeds.items()
        ]
        outs = [helper.make_tensor_value_info(n, 1, None) for n in self.node.output]
        graph = helper.make_graph([self.node], "one", ins, outs)
        opsets = [helper.make_opsetid(self.domain, self.opset)]
        model = helper.make_model(graph, opset_imports=opsets)
        return list(ReferenceEvaluator(model).run(None, feeds))

    def called(self) -> Called:
        """The node as a rule sees it."""
        values = tuple(self._value(n, array) for n, array in enumerate(self.arrays))
        attributes = {a.name: attribute_of(a) for a in self.node.attribute}
        return Called(self.op, values, attributes, self.opset, self.outputs)

    def _value(self, place: int, array: Any) -> Value | None:
        if array is None:
            return None
        shape, name, kind = tuple(array.shape), f"in{place}", str(array.dtype)
        if place not in self.held and place not in self.given:
            return Value(Operand(shape, port=name), kind)
        order = self.orders.get(place, ())
        operand = Operand(shape, held=name, is_parameter=place in self.held, order=order)
        few = array.size <= MOST_NUMBERS
        return Value(operand, kind, known(shape, tuple(array.ravel().tolist())) if few else None)


def call(op: str, *arrays: Any, attributes: dict[str, Any] | None = None, **settings: Any) -> Call:
    """A node; its attributes by name, and the settings of `Call`."""
    own = {key: settings.pop(key) for key in [*settings] if key not in Call.__dataclass_fields__}
    read = tuple(None if array is None else np.asarray(array) for array in arrays)
    return Call(op, read, {**(attributes or {}), **own}, **settings)

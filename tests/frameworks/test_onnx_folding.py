"""Small numbers that a file computes from shapes, worked out, beside ONNX' own reference.

Chains of operators are drawn at random; their numbers are compared at whole sizes, and, where sizes
have a name, the formulas at what the names stand for.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from flopcount.frameworks.onnx.graph import Graph
from flopcount.sizes import is_open
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import value as value_at
from tests.frameworks.onnx_node_cases import network_of

SIZES = {"B": 2, "H": 12, "W": 20}
OPEN_SHAPE = ("B", 6, "H", "W")
SHAPE = tuple(SIZES.get(size, size) for size in OPEN_SHAPE)


class Chain:
    """A graph as it is drawn: each step reads values that are there already."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.nodes: list[onnx.NodeProto] = [helper.make_node("Shape", ["x"], ["v0"])]
        self.tensors: list[onnx.TensorProto] = []
        self.ranks = {"v0": 1}
        self.whole = {"v0"}  # the values that are whole numbers

    def constant(self, numbers: Any, kind: Any = np.int64) -> str:
        name = f"c{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.array(numbers, kind), name))
        return name

    def put(self, op: str, *reads: str, rank: int, whole: bool = True, **attributes: Any) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, reads, [name], **attributes))
        self.ranks[name] = rank
        if whole:
            self.whole.add(name)
        return name

    def any(self, *, rank: int | None = None, whole: bool = True) -> str:
        names = [
            name
            for name, own in self.ranks.items()
            if rank in {None, own} and (name in self.whole) is whole
        ]
        return str(self.draw(st.sampled_from(names)))

    def grow(self, kind: str) -> None:
        """One step more, of some kind."""
        number = self.draw(st.integers(1, 5))
        if kind in PAIRS:
            self.pair(kind, number)
        elif kind.startswith("Reduce"):
            self.put(kind, self.any(rank=1), self.constant([0]), rank=0, keepdims=0)
        else:
            STEPS[kind](self, self.any(rank=1), number)

    def pair(self, op: str, number: int) -> None:
        """Two values, or one and a number: no division by what may be 0."""
        other = self.constant(number)
        if 0 in self.ranks.values() and number > 3 and op not in {"Div", "Mod"}:
            other = self.any(rank=0)
        self.put(op, self.any(rank=1), other, rank=1)

    def gather(self, x: str, _: int) -> None:
        self.put("Gather", x, self.constant([0]), rank=1)

    def pick(self, _: str, __: int) -> None:
        self.put("Gather", "v0", self.constant(self.draw(st.integers(-4, 3))), rank=0)

    def slice(self, _: str, __: int) -> None:
        ends = self.constant([self.draw(st.sampled_from([2, 2**62, -1]))])
        self.put("Slice", "v0", self.constant([0]), ends, rank=1)

    def concat(self, x: str, number: int) -> None:
        self.put("Concat", x, self.any(rank=1), self.constant([number]), rank=1, axis=0)

    def unsqueeze(self, _: str, __: int) -> None:
        scalar = self.put("Gather", "v0", self.constant(2), rank=0)
        self.put("Unsqueeze", scalar, self.constant([0]), rank=1)

    def where(self, x: str, number: int) -> None:
        same = self.put("Equal", x, self.constant(6), rank=1, whole=False)
        del self.ranks[same]
        self.put("Where", same, self.constant(number), x, rank=1)

    def negative(self, x: str, _: int) -> None:
        self.put("Neg", x, rank=1)

    def floats(self, x: str, _: int) -> None:
        """As the scales of a resize: floats, times a factor, rounded."""
        factor = self.constant(self.draw(st.sampled_from([0.5, 0.25, 2.0, 1.5])), np.float32)
        names = [self.put("Cast", x, rank=1, whole=False, to=TensorProto.FLOAT)]
        names.append(self.put("Mul", names[0], factor, rank=1, whole=False))
        rounding = self.draw(st.sampled_from(["Floor", "Ceil"]))
        names.append(self.put(rounding, names[1], rank=1, whole=False))
        for name in names:
            del self.ranks[name]
        self.put("Cast", names[2], rank=1, to=TensorProto.INT64)

    def reshape(self, x: str, _: int) -> None:
        flat = self.put("Reshape", x, self.constant([1, -1]), rank=2)
        turned = self.put("Transpose", flat, rank=2, perm=[1, 0])
        self.put("Squeeze", turned, self.constant([1]), rank=1)

    def filled(self, _: str, number: int) -> None:
        ones = self.put("ConstantOfShape", self.constant([number]), rank=1, value=_ONE)
        self.put("Expand", ones, self.constant([number]), rank=1)

    def counting(self, _: str, number: int) -> None:
        self.put("Range", *map(self.constant, (0, number, 1)), rank=1)

    def tile(self, x: str, _: int) -> None:
        self.put("Tile", x, self.constant([2]), rank=1)

    def pad(self, x: str, _: int) -> None:
        self.put("Pad", x, self.constant([1, 0]), rank=1)

    @property
    def model(self) -> onnx.ModelProto:
        kind = TensorProto.INT64
        outputs = [helper.make_tensor_value_info(name, kind, None) for name in self.named]
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "chain", [x], outputs, self.tensors)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])

    @property
    def named(self) -> Sequence[str]:
        return [name for name in self.ranks if name in self.whole]


_ONE = numpy_helper.from_array(np.array([1], np.int64))
PAIRS = ("Add", "Sub", "Mul", "Div", "Max", "Min", "Mod")
STEPS: Mapping[str, Callable[[Chain, str, int], None]] = {
    step.__name__: step
    for step in (
        *(Chain.gather, Chain.pick, Chain.slice, Chain.concat, Chain.unsqueeze, Chain.where),
        *(Chain.negative, Chain.floats, Chain.reshape, Chain.filled, Chain.counting, Chain.tile),
        Chain.pad,
    )
}
KINDS = [*PAIRS, *(f"Reduce{how}" for how in ("Prod", "Sum", "Max", "Min")), *STEPS]


@st.composite
def chains(draw: Any, kinds: Sequence[str]) -> Chain:
    chain = Chain(draw)
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=6)):
        chain.grow(kind)
    return chain


def ours(model: onnx.ModelProto, shape: Sequence[Any]) -> dict[str, Any]:
    """What our reader knows of a graph's outputs."""
    _, values = network_of(Graph(model, SIZES, as_filed=False), {"x": tuple(shape)})
    return values


def theirs(chain: Chain) -> dict[str, Any]:
    """What ONNX' own reference computes."""
    with np.errstate(all="ignore"):
        results = ReferenceEvaluator(chain.model).run(None, {"x": np.zeros(SHAPE, np.float32)})
    return dict(zip(chain.named, results, strict=True))


def compare(chain: Chain, shape: Sequence[Any]) -> tuple[int, int]:
    """How many values are followed, of how many; those that are have to be right."""
    values, right = ours(chain.model, shape), theirs(chain)
    followed = 0
    for name, array in right.items():
        value = values[name]
        sizes = tuple(value_at(n, SIZES, {}) if is_open(n) else n for n in value.shape)
        assert sizes == array.shape, name
        if value.numbers is None:
            continue
        followed += 1
        numbers = [
            value_at(n, SIZES, {}) if is_open(n) and not isinstance(n, bool | float) else n
            for n in value.numbers
        ]
        assert [int(n) for n in numbers] == array.ravel().tolist(), name
    return followed, len(right)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(chains(KINDS))
def test_numbers_of_shapes_are_those_of_the_reference(chain: Chain) -> None:
    followed, there = compare(chain, SHAPE)
    assert followed == there


@settings(max_examples=25, deadline=None)
@given(chains(KINDS))
def test_so_are_those_of_sizes_with_names(chain: Chain) -> None:
    compare(chain, opened())


def opened() -> list[Any]:
    space = Space()
    return [space.name(size) if isinstance(size, str) else size for size in OPEN_SHAPE]

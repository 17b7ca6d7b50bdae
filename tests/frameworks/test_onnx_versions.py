"""Operators of ONNX in the forms that its versions have, and in forms that do not fit."""

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from flopcount.errors import FlopcountError
from flopcount.frameworks.onnx.graph import Graph
from tests.frameworks.onnx_node_cases import network_of

X = (2, 3, 4)


def value_of(op: str, *shapes: Any, opset: int, outputs: int = 1, **attributes: Any) -> Any:
    """What comes out of a node, of inputs of these shapes, or constants."""
    names: list[str] = []
    inputs: dict[str, tuple[int, ...]] = {}
    tensors = []
    for place, one in enumerate(shapes):
        names.append(f"x{place}" if one is not None else "")
        if isinstance(one, np.ndarray):
            kind = helper.np_dtype_to_tensor_dtype(one.dtype)
            raw = helper.make_tensor(names[-1], kind, one.shape, one.tobytes(), raw=True)
            tensors.append(raw)
        elif one is not None:
            inputs[names[-1]] = one
    puts = [f"y{n}" for n in range(outputs)]
    node = helper.make_node(op, names, puts, **attributes)
    ins = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs.items()]
    outs = [helper.make_tensor_value_info("y0", TensorProto.FLOAT, None)]
    graph = helper.make_graph([node], "one", ins, outs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    _, values = network_of(Graph(model, {}, as_filed=False), inputs)
    return [values[name] for name in puts]


def shape_of(op: str, *shapes: Any, opset: int, **attributes: Any) -> Any:
    (value,) = value_of(op, *shapes, opset=opset, **attributes)
    return value.shape


def numbers(*of: int) -> Any:
    return np.array(of, np.int64)


FORMS = [
    ("Squeeze", [(2, 1, 4)], 11, {"axes": [1]}, (2, 4)),
    ("Squeeze", [(2, 1, 4), numbers(-2)], 13, {}, (2, 4)),
    ("Squeeze", [(2, 1, 1)], 13, {}, (2,)),
    ("Unsqueeze", [X], 11, {"axes": [0, 4]}, (1, 2, 3, 4, 1)),
    ("Unsqueeze", [X, numbers(0, -1)], 13, {}, (1, 2, 3, 4, 1)),
    ("Slice", [X], 9, {"starts": [0, -2], "ends": [9, 4], "axes": [1, 2]}, (2, 3, 2)),
    ("Slice", [X, numbers(0), numbers(2**62), numbers(2), numbers(3)], 13, {}, (2, 3, 2)),
    ("Slice", [X, numbers(-1), numbers(-(2**62)), numbers(1), numbers(-1)], 13, {}, X),
    ("Clip", [X], 7, {"min": -1.0, "max": 1.0}, X),
    ("Clip", [X, None, np.array(6, np.float32)], 13, {}, X),
    ("Pad", [X], 9, {"pads": [0, 0, 1, 0, 0, 2]}, (2, 3, 7)),
    ("Pad", [X, numbers(0, 0, 1, 0, 0, 2)], 13, {}, (2, 3, 7)),
    ("Pad", [X, numbers(1, 2), None, numbers(-1)], 18, {}, (2, 3, 7)),
    ("ReduceSum", [X], 11, {"axes": [-1]}, (2, 3, 1)),
    ("ReduceSum", [X, numbers(-1)], 13, {"keepdims": 0}, (2, 3)),
    ("ReduceSum", [X], 13, {"noop_with_empty_axes": 1}, X),
    ("ReduceMax", [X, numbers(0, 1)], 18, {"keepdims": 0}, (4,)),
    ("ReduceMean", [X], 13, {"keepdims": 0}, ()),
    ("Softmax", [X], 11, {"axis": 1}, X),
    ("Softmax", [X], 13, {"axis": 1}, X),
    ("Reshape", [X, numbers(0, -1)], 7, {}, (2, 12)),
    ("Reshape", [X, numbers(4, -1, 1)], 14, {}, (4, 6, 1)),
    ("Reshape", [(0, 3), numbers(3, 0)], 14, {"allowzero": 1}, (3, 0)),
    ("Flatten", [X], 7, {}, (2, 12)),
    ("Flatten", [X], 11, {"axis": 0}, (1, 24)),
    ("TopK", [X], 9, {"k": 2}, (2, 3, 2)),
    ("TopK", [X, numbers(2)], 11, {"axis": 1}, (2, 2, 4)),
    ("Expand", [(3, 1), numbers(2, 1, 4)], 8, {}, X),
    ("Tile", [X, numbers(1, 2, 3)], 7, {}, (2, 6, 12)),
    ("Concat", [X, X], 7, {"axis": -1}, (2, 3, 8)),
    ("Gather", [X, numbers(1, 0)], 7, {"axis": -1}, (2, 3, 2)),
    ("GatherND", [X, numbers(1)], 13, {}, (3, 4)),
    ("OneHot", [X, numbers(5), np.array([0, 1], np.float32)], 11, {"axis": 1}, (2, 5, 3, 4)),
    ("Transpose", [X], 7, {}, (4, 3, 2)),
    ("ArgMax", [X], 11, {"axis": 1, "keepdims": 0}, (2, 4)),
    ("ConstantOfShape", [numbers(2, 5)], 9, {}, (2, 5)),
    ("Range", [numbers(1)[0:1].reshape(()), np.array(9), np.array(3)], 11, {}, (3,)),
    ("EyeLike", [(3, 4)], 9, {}, (3, 4)),
    ("RandomNormal", [], 7, {"shape": [3, 4]}, (3, 4)),
    ("RandomUniformLike", [X], 7, {}, X),
    ("Multinomial", [(2, 5)], 7, {"sample_size": 3}, (2, 3)),
    ("Dropout", [X], 10, {"ratio": 0.5}, X),
    ("Dropout", [X, np.array(0.5, np.float32), np.array(1, bool)], 13, {}, X),
    ("Cast", [X], 9, {"to": TensorProto.FLOAT16}, X),
    ("Shape", [X], 15, {"start": 1}, (2,)),
    ("Size", [X], 7, {}, ()),
    ("CumSum", [X, np.array(1)], 11, {}, X),
    ("Trilu", [X], 14, {}, X),
    ("Mean", [X, (4,), (3, 1)], 8, {}, X),
]


@pytest.mark.parametrize(("op", "shapes", "opset", "attributes", "to"), FORMS)
def test_each_form_gives_its_shape(
    op: str, shapes: list[Any], opset: int, attributes: dict[str, Any], to: tuple[int, ...]
) -> None:
    assert shape_of(op, *shapes, opset=opset, **attributes) == to


def test_a_split_says_its_parts_or_is_even() -> None:
    def parts(*shapes: Any, opset: int, **attributes: Any) -> list[int]:
        values = value_of("Split", *shapes, opset=opset, axis=1, **attributes)
        return [value.shape[1] for value in values]

    x = (2, 7)
    assert parts(x, opset=11, split=[3, 4], outputs=2) == [3, 4]
    assert parts(x, numbers(3, 4), opset=13, outputs=2) == [3, 4]
    assert parts((2, 6), opset=13, outputs=3) == [2, 2, 2]
    assert parts(x, opset=18, num_outputs=3, outputs=3) == [3, 3, 1]


def test_the_numbers_of_a_shape_are_split() -> None:
    values = value_of("Split", numbers(2, 3, 4), opset=13, outputs=3)
    assert [value.numbers for value in values] == [(2,), (3,), (4,)]


@pytest.mark.parametrize(
    ("op", "shapes", "attributes", "said"),
    [
        ("Reshape", [X, numbers(5, -1)], {}, "2×3×4 cannot be 5×-1: 5 does not divide"),
        ("Reshape", [X, numbers(5, 5)], {}, "2×3×4 has other elements than 5×5"),
        ("Reshape", [X, numbers(-2, 5)], {}, "-2 is no size"),
        ("Concat", [X, (2, 4, 5)], {"axis": 1}, "do not join along axis 1: 2×3×4 and 2×4×5"),
        ("Concat", [X, X], {"axis": 3}, "it has 3 axes, and axis 3 is none of them"),
        ("Add", [X, (2, 4)], {}, "shapes that do not fit each other: 2×3×4 and 2×4"),
        ("Expand", [X, numbers(5, 4)], {}, "2×3×4 does not spread to 5×4"),
        ("Squeeze", [X, numbers(1)], {}, "axis 1 of 2×3×4 is not of size 1"),
        ("Transpose", [X], {"perm": [0, 0, 1]}, "(0, 0, 1) is no order of the axes"),
        ("Slice", [X, numbers(0), numbers(1), numbers(0), numbers(0)], {}, "its step is 0"),
        ("Split", [X, numbers(1, 9)], {"axis": 0, "outputs": 2}, "parts of 1 + 9 are not 2"),
        ("Split", [(5,)], {"outputs": 2}, "5 has no 2 equal parts"),
        ("Tile", [X, numbers(2)], {}, "1 repeats for 3 axes"),
        ("ConstantOfShape", [numbers(2, -5)], {}, "a size is below 0"),
        ("Gather", [numbers(1, 2), numbers(7)], {}, "it takes number 7"),
        ("Add", [(1,) * 18, (1,) * 18], {}, "a tensor of 18 axes; the limit is 17"),
        ("ReduceSum", [(1,) * 18], {}, "a tensor of 18 axes; the limit is 17"),
    ],
)
def test_what_does_not_fit_is_said_in_a_line(
    op: str, shapes: list[Any], attributes: dict[str, Any], said: str
) -> None:
    with pytest.raises(FlopcountError) as error:
        value_of(op, *shapes, opset=17, **attributes)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("op", "arrays"),
    [
        ("Pow", [numbers(3), numbers(2**62)]),
        ("Mul", [numbers(2**62), numbers(2**62)]),
        ("Range", [np.array(0), np.array(2**62), np.array(1)]),
        ("Tile", [numbers(1, 2), numbers(2**40)]),
        ("Expand", [numbers(1), numbers(2**30, 2**30)]),
        ("Div", [numbers(1), numbers(0)]),
        ("ConstantOfShape", [numbers(2**30, 2**30)]),
        ("Pow", [np.array([-8.0], np.float32), np.array([0.5], np.float32)]),
    ],
)
def test_no_number_grows_without_an_end(op: str, arrays: list[Any]) -> None:
    (value,) = value_of(op, *arrays, opset=17)
    assert value.numbers is None or all(abs(n) < 2**64 for n in value.numbers)

"""ONNX graphs, read: their names, their weights, shapes that nobody knows."""

import math
from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest

from flopcount.core import Counts
from tests.frameworks.onnx_graphs import multiplies, parsed, read, total

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
# Multiplies of the graphs that the onnx package has, by the shapes that all values really had
# (onnxruntime 1.32.0: Conv out·k·k·in/groups, Gemm m·n·k); parameters that train, as published.
KNOWN = {
    "bvlc_alexnet": (654_560_384, 60_965_224),
    "resnet50": (4_089_184_256, 25_557_032),
    "shufflenet": (124_664_528, None),
    "squeezenet": (349_151_936, 1_235_496),
    "vgg19": (19_632_062_464, 143_667_240),
    "densenet121": (5_668_323_328 // 2, 8_062_504),  # torch's count of torchvision's, at batch 2
    "inception_v1": (None, 6_998_552),
    "inception_v2": (None, None),
    "zfnet512": (None, None),
}


def by_inference(model: "onnx.ModelProto") -> Iterator[int]:
    """The multiplies of each Conv and Gemm by the shapes that onnx infers."""
    inferred = onnx.shape_inference.infer_shapes(model).graph
    shapes = {one.name: tuple(one.dims) for one in inferred.initializer}
    for one in (*inferred.input, *inferred.value_info, *inferred.output):
        shapes[one.name] = tuple(dim.dim_value for dim in one.type.tensor_type.shape.dim)
    for node in inferred.node:
        if node.op_type == "Conv":
            yield math.prod(shapes[node.output[0]]) * math.prod(shapes[node.input[1]][1:])
        elif node.op_type == "Gemm":
            yield math.prod(shapes[node.input[1]]) * shapes[node.output[0]][0]


def held(model: "onnx.ModelProto") -> int:
    """How many numbers its tensors hold, those that onnx left out to make the file small too."""
    shapes = {one.name: one for one in model.graph.initializer}
    left_out = [
        onnx.numpy_helper.to_array(shapes[node.input[0]]).tolist()
        for node in model.graph.node
        if node.op_type == "ConstantOfShape"
    ]
    kept = [list(one.dims) for one in shapes.values() if one.data_type == onnx.TensorProto.FLOAT]
    return sum(size for size in map(math.prod, (*left_out, *kept)) if size > 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_the_graphs_of_the_onnx_package_are_counted_as_others_count_them(name: str) -> None:
    from flopcount.frameworks.onnx.sources import open_file

    path = LIGHT / f"light_{name}.onnx"
    network = open_file(str(path)).read()
    counts, (macs, params) = Counts(network.rows), KNOWN[name]
    each = [count for row in network.rows if (count := row.count("multiplies"))]
    model = onnx.load(str(path))
    assert each == list(by_inference(model))
    assert counts.params_with_stats == held(model)
    assert counts.complete
    assert macs in (None, counts.multiplies)
    assert params in (None, counts.params)


NAMED = [
    # PyTorch's older exporter: the way in the node's name
    ("/layer1/layer1.0/conv1/Conv", {}, ("layer1", "0", "conv1"), ("", "", "")),
    ("/features/features.0/features.0.1/Conv_1", {}, ("features", "0", "1"), ("", "", "")),
    ("/Relu", {}, ("Relu",), ("Relu",)),
    # tf2onnx
    (
        "StatefulPartitionedCall/net/conv1/Conv2D__12",
        {},
        ("StatefulPartitionedCall", "net", "conv1"),
        ("", "", ""),
    ),
    ("net/conv1/BiasAdd", {}, ("net", "conv1", "BiasAdd"), ("", "", "")),
    # names of its own, and none
    ("n0", {}, ("n0",), ("Relu",)),
    ("a::b/c:0", {}, ("a_b", "c"), ("", "")),
    ("", {}, ("Relu",), ("",)),
    # PyTorch's newer exporter: beside the node
    (
        "node_relu",
        {
            "pkg.torch.onnx.name_scopes": "['', 'layer1', 'layer1.0', 'layer1.0.act', 'relu']",
            "pkg.torch.onnx.class_hierarchy": "['nets.Net', 'torch.nn.Sequential', 'nets.Block',"
            " 'torch.nn.modules.activation.ReLU', 'aten.relu.default']",
        },
        ("layer1", "0", "act"),
        ("Sequential", "Block", "ReLU"),
    ),
    ("node_relu", {"pkg.torch.onnx.name_scopes": "['', 'relu_2']"}, ("relu_2",), ("",)),
    ("node_relu", {"pkg.torch.onnx.name_scopes": "__import__('os')"}, ("node_relu",), ("Relu",)),
]


@pytest.mark.parametrize(("name", "metadata", "names", "classes"), NAMED)
def test_where_a_node_stands(
    name: str, metadata: dict[str, str], names: tuple[str, ...], classes: tuple[str, ...]
) -> None:
    from flopcount.frameworks.onnx.scopes import scope_of

    kind = "Conv" if "Conv" in name else "Relu"
    scope = scope_of(name, kind, metadata)
    assert tuple(step.name for step in scope) == names
    assert tuple(step.kind for step in scope) == classes


def test_a_layer_with_the_name_of_an_input_is_told_from_it() -> None:
    network = read(
        "g (float[2,8] Relu, float[8,4] w) => (float[2,4] y) "
        "{ [Relu] a = Relu (Relu)  y = MatMul (a, w)  }",
        {"Relu": (2, 8), "w": (8, 4)},
    )
    assert total(network) == 2 * 8 * 4
    assert set(network.inputs) == {"Relu_", "w"}


def test_tensors_of_the_file_are_parameters_where_they_are_no_shapes_and_no_factors() -> None:
    network = read(
        """
        g (float[2,8] x) => (float[8,2] y, float[2,8] z)
        <int64[2] shape = {8, 2}, float half = {0.5}, float[1] one = {1.0}, float[8] bias =
         {0, 0, 0, 0, 0, 0, 0, 0}, float[2] unread = {0, 0}> {
          a = Add (x, bias)
          b = Mul (a, half)
          z = Mul (b, one)
          y = Reshape (z, shape)
        }
        """,
        {"x": (2, 8)},
    )
    assert total(network, "params") == 8 + 2
    assert {key for node in network.nodes for key in node.weights.values()} == {"bias", "unread"}


def test_what_a_file_makes_of_a_shape_is_a_weight_where_weights_stand() -> None:
    network = read(
        """
        g (float[1,3,8,8] x) => (float[1,4,8,8] y, float[3] z)
        <int64[4] s = {4, 3, 1, 1}, int64[1] t = {3}> {
          w = ConstantOfShape <value = float {1}> (s)
          y = Conv (x, w)
          z = ConstantOfShape <value = float {1}> (t)
        }
        """,
        {"x": (1, 3, 8, 8)},
    )
    assert total(network) == 8 * 8 * 3 * 4
    assert total(network, "params") == 3 * 4


def test_weights_that_the_graph_turns_are_the_same_weights() -> None:
    weights = "{" + ", ".join(["0"] * 32) + "}"
    network = read(
        f"""
        g (float[2,8] x) => (float[2,4] y, float[2,4] z) <float[4,8] w = {weights}> {{
          t = Transpose <perm = [1, 0]> (w)
          y = MatMul (x, t)
          i = Identity (w)
          z = Gemm <transB = 1> (x, i)
        }}
        """,
        {"x": (2, 8)},
    )
    assert multiplies(network) == {"MatMul": 64, "Gemm": 64}
    assert total(network, "params") == 32


UNSHAPED = f"""
g (float[1,3,8,8] x) => (float[1,4,8,8] c, int64[4,n] z, float[a,b] y)
<float[4,3,3,3] w = {{{", ".join(["0"] * 108)}}}> {{
  c = Conv <pads = [1, 1, 1, 1]> (x, w)
  z = NonZero (c)
  u = other.Thing (c)
  y = Relu (u)
}}
"""


def test_what_has_no_shape_before_the_model_runs_is_a_row_and_is_said() -> None:
    network = read(UNSHAPED, {"x": (1, 3, 8, 8)}, more=', "other" : 1')
    rows = {row.node.op.word: row for row in network.rows}
    counts = Counts(network.rows)
    assert not counts.complete
    assert counts.multiplies == 8 * 8 * 4 * 27
    for name in ("NonZero", "other.Thing", "Relu"):
        assert not rows[name].held.known
        assert all(rows[name].count(count) is None for count in ("multiplies", "activations"))
    assert counts.activations == 8 * 8 * 4
    assert not counts.is_whole("activations")
    assert str(rows["other.Thing"].output) == "()"


def test_the_report_says_a_question_mark_for_a_shape_that_nobody_knows(tmp_path: Path) -> None:
    import flopcount as fc

    path = tmp_path / "unshaped.onnx"
    onnx.save(parsed(UNSHAPED, more=', "other" : 1'), str(path))
    report = fc.analyze(str(path))
    text = str(report)
    assert "1×3×8×8 → 1×4×8×8, ?, ?" in text
    assert "≥ 6,912" in text
    assert "other.Thing, 1 use" in text


def test_a_shape_that_the_file_notes_is_taken_where_nothing_else_says_it() -> None:
    graph = UNSHAPED.replace(
        "float[4,3,3,3] w", "float[1,7] u, float[4,3,3,3] w"
    )  # among the graph's values
    network = read(graph, {"x": (1, 3, 8, 8)}, more=', "other" : 1')
    rows = {row.node.op.word: row for row in network.rows}
    assert rows["other.Thing"].output == (1, 7)
    assert rows["relu"].output == (1, 7)
    assert rows["relu"].count("elementwise.compares") == 7


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        ("y = Relu (nothing)", r"Relu of y: it reads 'nothing', which nothing before it puts out"),
        ("y = Reshape <allowzero = 0> (x)", r"Reshape of y: "),
        ("y = MatMul (x, x)", r"MatMul of y: .*fit"),
        ("y = Conv (x, x)", r"Conv of y: "),
        ("z = Relu (x)", r"its output 'y' is put out by no node"),
    ],
)
def test_what_does_not_fit_is_one_line_with_the_node(graph: str, said: str) -> None:
    from flopcount.errors import FlopcountError

    with pytest.raises(FlopcountError, match=said):
        read(f"g (float[2,8] x) => (float[2,8] y) {{ {graph} }}", {"x": (2, 8)})


def test_a_model_in_a_program_is_read_as_its_file_is() -> None:
    from flopcount.frameworks.models.inputs import inputs
    from flopcount.frameworks.onnx.sources import given_proto

    model = parsed("g (float[n,8] x, float[8,4] w) => (float[n,4] y) { y = MatMul (x, w) }")
    for given in (inputs((2, 8)), inputs(x=(2, 8)), {"x": "2x8"}, "2x8"):
        assert Counts(given_proto(model, given).read().rows).multiplies == 2 * 8 * 4
    named = given_proto(model, inputs((2, 8)), {"rows": (0, 0)}, name="mine")
    assert (named.name, named.symbols) == ("mine", {"rows": (("x", 0),)})


def test_an_output_that_no_node_puts_out_is_one() -> None:
    network = read(
        "g () => (int64[2] y, float[2] w) <float[2] w = {0, 0}> "
        "{ y = Constant <value_ints = [1, 2]> () }",
        {},
    )
    assert {name: network.shapes[at] for name, at in network.results.items()} == {
        "y": (2,),
        "w": (2,),
    }
    assert total(network, "params") == 2


def test_what_comes_in_has_to_fit_the_weights_of_the_file() -> None:
    from flopcount.errors import FlopcountError

    weights = "{" + ", ".join(["0"] * 32) + "}"
    graph = f"g (float[n,m] x) => (float[n,4] y) <float[8,4] w = {weights}> {{ y = MatMul (x, w) }}"
    assert total(read(graph, {"x": (2, 8)})) == 2 * 8 * 4
    with pytest.raises(FlopcountError, match=r"MatMul of y: .*weights w are 8×4, and .* 24"):
        read(graph, {"x": (2, 6)})

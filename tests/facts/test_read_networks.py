"""LeNet-5, AlexNet, U-Net and YOLOv3-tiny: their public implementations were read."""

import tomllib
from collections import Counter
from math import prod
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.core.counts import Counts
from flopcount.core.graph import Row, walk
from flopcount.core.ops.traits import is_transposed, window_of
from tests.facts.implementations import FACTS, by_by

READ = tomllib.loads((FACTS / "networks_read.toml").read_text())


def as_line(row: Row) -> str | None:
    """Our row as the facts have it; None for what has no kernel of its own."""
    cost, window = Counts([row]), window_of(row.node.op)
    if window is None or not cost.weights:
        return None
    kind = "transposed" if is_transposed(row.node.op) else "conv"
    (before, after), grid = (row.inputs[0][-1], row.output[-1]), by_by(row.output[:-1])
    kernel = f"{by_by(window.kernel)}/{by_by(window.stride)}"
    return f"{kind} {kernel} {before} {after} {grid} {cost.weights} {cost.biases}"


@pytest.mark.parametrize("name", READ)
def test_every_layer_is_that_of_the_source(name: str) -> None:
    rows = list(walk(fc.load(name)))
    assert by_by(rows[0].inputs[0]) == READ[name]["input"]
    ours = Counter(line for row in rows if (line := as_line(row)))
    assert ours == Counter(READ[name]["layers"])


# -- YOLOv3-tiny: what AlexeyAB/darknet prints as it loads cfg/yolov3-tiny.cfg, billions of
# operations by layer: twice a convolution's multiplies, and a pool's kernel for each output
# (src/convolutional_layer.c, src/maxpool_layer.c); then their sum.
BILLIONS = {
    "conv0": "0.150", "pool1": "0.003", "conv2": "0.399", "pool3": "0.001", "conv4": "0.399",
    "pool5": "0.001", "conv6": "0.399", "pool7": "0.000", "conv8": "0.399", "pool9": "0.000",
    "conv10": "0.399", "pool11": "0.000", "conv12": "1.595", "conv13": "0.089", "conv14": "0.399",
    "conv15": "0.044", "conv18": "0.011", "conv21": "1.196", "conv22": "0.088",
}  # fmt: skip


def billions(row: Row) -> float:
    """A layer's operations as darknet counts them."""
    window = window_of(row.node.op)
    taps = prod(window.kernel) * prod(row.output) if window else 0
    return (2 * Counts([row]).multiplies or taps) / 1e9


def test_yolov3_tiny_costs_what_darknet_prints() -> None:
    rows = [row for row in walk(fc.load("yolov3-tiny")) if window_of(row.node.op)]
    ours = {row.node.module: f"{billions(row):.3f}" for row in rows}
    assert ours == BILLIONS
    assert f"{sum(map(billions, rows)):.3f}" == "5.571"


def test_yolov3_tinys_weights_file() -> None:
    total = fc.analyze(fc.load("yolov3-tiny")).total.cost
    assert total.params_with_stats == 8_858_734  # floats behind its header: 33.8 MB, 8.86 M


# -- LeNet-5 as printed: section II.B gives trainable parameters and connections, a bias being one.
PRINTED = {  # layer: trainable parameters, connections
    "c1": (156, 122_304),
    "s2": (12, 5_880),
    "c3": (1_516, 151_600),
    "s4": (32, 2_000),
    "c5": (48_120, 48_120),
    "f6": (10_164, 10_164),
}
CODES = 840  # the output compares 84 numbers with 10 codes, drawn by hand: connections, not trained


def printed_layer(row: Row) -> str:
    """The paper's layer that a row belongs to: each map of C1 and S2 is a module of ours."""
    name = row.node.module
    if not name.startswith("m"):
        return name
    return "c1" if row.node.path.endswith("/conv") else "s2"


def connections(row: Row) -> int:
    """The inputs of each output, and its bias; of a mean of 2x2 its four."""
    outputs, window = prod(row.output), window_of(row.node.op)
    cost = Counts([row])
    if not cost.weights:
        return outputs * prod(window.kernel) if window else 0
    scaled = window is not None and cost.multiplies == outputs  # the coefficient of a mean
    return (0 if scaled else cost.multiplies) + outputs * bool(cost.biases)


def test_lenet_5_has_the_papers_parameters_and_connections() -> None:
    found = {name: [0, 0] for name in (*PRINTED, "output")}
    for row in walk(fc.load("lenet-5@paper")):
        here = found[printed_layer(row)]
        here[0] += Counts([row]).params
        here[1] += connections(row)
    assert found.pop("output") == [CODES, CODES]
    assert {name: tuple(counts) for name, counts in found.items()} == PRINTED
    assert sum(parameters for parameters, _ in PRINTED.values()) == 60_000
    assert sum(connected for _, connected in PRINTED.values()) + CODES == 340_908


def test_lenet_5_as_built_is_the_printed_one_with_all_maps_and_plain_means() -> None:
    built, printed = (fc.analyze(fc.load(name)).total.cost for name in ("lenet", "lenet@paper"))
    more_maps = (16 * 6 - 60) * 25  # Table I marks 60 of 96 pairs
    means = 12 + 32  # a coefficient and a bias for each map
    assert built.params - printed.params == more_maps - means + 10  # and 10 biases of the output
    assert built.multiplies - printed.multiplies == more_maps * 10 * 10 - 14 * 14 * 6 - 5 * 5 * 16


# -- AlexNet: the graph that the onnx package has of Caffe's model


def test_alexnet_is_caffes_at_its_own_size() -> None:
    """The file says 224x224, where its pools round down; Caffe's model is of 227x227."""
    import onnx

    path = Path(onnx.__file__).parent / "backend/test/data/light/light_bvlc_alexnet.onnx"
    model = onnx.load(str(path))
    (image,) = (one for one in model.graph.input if one.name == "data_0")
    for axis in (2, 3):
        image.type.tensor_type.shape.dim[axis].dim_value = 227
    del model.graph.value_info[:]
    graph = onnx.shape_inference.infer_shapes(model).graph
    known = [*graph.value_info, *graph.input, *graph.output]
    shapes = {one.name: [d.dim_value for d in one.type.tensor_type.shape.dim] for one in known}
    theirs: Counter[tuple[int, ...]] = Counter()  # multiplies, weights, biases of a layer
    for node in graph.node:
        if node.op_type in {"Conv", "Gemm"}:
            kernel, bias = (prod(shapes[name]) for name in node.input[1:])
            theirs[kernel * prod(shapes[node.output[0]][2:]), kernel, bias] += 1
    ours = [Counts([row]) for row in walk(fc.load("alexnet"))]
    assert theirs == Counter((c.multiplies, c.weights, c.biases) for c in ours if c.weights)
    assert theirs.total() == 8

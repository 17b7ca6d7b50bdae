"""What layers are taken to call beside what models call, watched; and models of other software."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.calls import OPERATOR, Call
from flopcount.calls.layers import Assumed, calls_of_layers
from flopcount.core import Network
from flopcount.counters.counting import count, own_count
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import tools

pytestmark = pytest.mark.slow

FUNCTIONS, IN_PLACE = Assumed(functions=True), Assumed(in_place=True)
DROPOUT = "the model has layers of dropout that its table leaves out"
MEAN = "the model takes a mean where the table has a pool"
SOME = "the model's code calls one of many as a function"
WORDS = "the table has dense layers where the model has convolutions of 1×1"
PRODUCT = "the model multiplies the gate by the grid, the table the grid by the gate"
ABSENT = "the model pools what is 7×7 to 7×7, the table does not"
ENDS = "the table ends in a softmax, the model does not"
# Of a table and its public model: in which kinds tools differ, and what of a table's defaults it
# is from: something to assume, which then gives the same, or a sentence.
DIFFERING: dict[str, tuple[str, dict[str, Assumed | str]]] = {
    "squeezenet-1.1": ("torchvision:squeezenet1_1", {}),
    "resnet18": ("torchvision:resnet18", {"addition": IN_PLACE}),
    "vit-b16": ("torchvision:vit_b_16", {"dropout": DROPOUT}),
    "vgg-11": ("torchvision:vgg11", {"adaptive average pool": ABSENT, "softmax": ENDS}),
    "mobilenet-v2": ("torchvision:mobilenet_v2", {"adaptive average pool": FUNCTIONS}),
    "densenet-121": (
        "torchvision:densenet121",
        {"adaptive average pool": FUNCTIONS, "ReLU": SOME},
    ),
    "shufflenet-v2-x0.5": (
        "torchvision:shufflenet_v2_x0_5",
        {"adaptive average pool": MEAN, "mean": MEAN},
    ),
    "mobilenet-v3-small": (
        "torchvision:mobilenet_v3_small",
        {
            "convolution": WORDS,
            "dense": WORDS,
            "addition": IN_PLACE,
            "multiplication": PRODUCT,
        },
    ),
}


def by_kind(tool: Any, calls: tuple[Call, ...]) -> Counter[str]:
    """What a tool counts of each kind."""
    found: Counter[str] = Counter()
    for part in count(tool, calls).parts:
        found[part.call.kind] += part.value
    return +found


@pytest.mark.parametrize("name", DIFFERING)
def test_tools_differ_in_what_a_table_has_otherwise_alone(name: str) -> None:
    public, causes = DIFFERING[name]
    rows, watched = fc.load(name).rows, calls_of(fc.load(public)).calls
    plain = calls_of_layers(rows)
    other = {way: calls_of_layers(rows, way) for way in (FUNCTIONS, IN_PLACE)}
    differing = set()
    for tool in tools().values():
        ours, theirs = by_kind(tool, plain), by_kind(tool, watched)
        for kind in ours | theirs:
            if ours[kind] == theirs[kind]:
                continue
            differing.add(kind)
            cause = causes[kind]
            if isinstance(cause, Assumed):
                assert by_kind(tool, other[cause])[kind] == theirs[kind], (tool.name, kind)
    assert differing == causes.keys()


def test_words_are_the_same_products() -> None:
    """A dense layer on one place and a convolution of it are the same to who counts products."""
    watched = calls_of(fc.load("torchvision:mobilenet_v3_small")).calls
    ours = calls_of_layers(fc.load("mobilenet-v3-small").rows)
    for name in ("fvcore", "thop", "flopcountermode", "torchprofile", "calflops-macs"):
        tool = tools()[name]
        assert count(tool, ours).value == count(tool, watched).value, name


def check_sums(network: Network) -> tuple[Call, ...]:
    """The calls of a model's layers, which have all that the report has."""
    made = calls_of_layers(network.rows, batch=None if network.reader else 1)
    rows = network.rows
    for fact, name in (
        ("macs", "multiplies"),
        ("inside", "multiplies_unpadded"),
        ("stored", "params"),
        ("stats", "norm_stats"),
    ):
        assert total(fact, made) == sum(row.known(name) for row in rows), fact
    assert own_count("MAC", made).value == sum(row.known("multiplies") for row in rows)
    for call in made:
        assert call.kind
        assert call.name
    for tool in tools().values():
        count(tool, made)
    return made


def total(fact: str, made: Iterable[Call], kind: str = "") -> int:
    return sum(
        call.facts.get(fact, 0)
        for call in made
        if call.level == OPERATOR and kind in ("", call.kind)
    )


@pytest.mark.parametrize(
    ("name", "dynamo"), [("resnet18", False), ("resnet18", True), ("vit_tiny", False)]
)
def test_an_onnx_file_has_the_calls_of_the_model(name: str, dynamo: bool, tmp_path: Path) -> None:  # noqa: FBT001
    from tests.frameworks.onnx_exported import built, exported

    module, shape = built(name)
    path = exported(module, shape, tmp_path / "model.onnx", dynamo=dynamo)
    made = check_sums(fc.load(path, input="2x3x224x224"))
    watched = calls_of(fc.read_torch(module, fc.inputs(2, *shape[1:]))).calls
    for kind in ("convolution", "dense", "ReLU", "max pool", "GELU", "softmax"):
        if kind != "softmax" or name == "resnet18":  # inside one product of a watched attention
            assert total("out", made, kind) == total("out", watched, kind), kind
        if kind in ("convolution", "dense"):
            assert total("macs", made, kind) == total("macs", watched, kind), kind
    assert {call.facts["batch"] for call in made if call.kind == "convolution"} == {2}


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV3Small", "ConvNeXtTiny"])
def test_a_keras_model_has_channels_where_torch_has_them(name: str) -> None:
    made = check_sums(fc.load(f"keras:{name}"))
    first = next(call for call in made if call.kind == "convolution")
    assert (first.facts["rank"], first.facts["channels_in"]) == (4, 3)
    assert first.facts["last"] in (224, 225, 230)  # the image's side, padded by a layer before
    pools = [call for call in made if call.kind == "adaptive average pool"]
    assert {(call.facts["axes"], call.facts["positions"]) for call in pools} == {(2, 1)}


def test_a_flax_model_has_its_sums() -> None:
    from tests.frameworks.jax_networks import SmallResNet

    made = check_sums(fc.read_jax(SmallResNet(), fc.inputs(2, 64, 64, 3)))
    assert total("macs", made, "convolution") > 0
    assert {call.facts["batch"] for call in made if call.kind == "convolution"} == {2}
    assert next(call for call in made if call.kind == "convolution").facts["channels_in"] == 3


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small", "swin_t"])
def test_a_model_of_torch_taken_layer_by_layer(name: str) -> None:
    """As where it was rewritten, and nobody can watch it: its products, norms and activations."""
    network = fc.load(f"torchvision:{name}")
    made, watched = check_sums(network), calls_of(network).calls
    for kind in ("convolution", "dense", "matrix product", "batch norm", "layer norm", "ReLU"):
        for fact in ("in", "out", "macs", "bias"):
            assert total(fact, made, kind) == total(fact, watched, kind), (kind, fact)

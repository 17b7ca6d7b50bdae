"""Whole networks of torchvision and of Keras in the notation's own layers."""

import pytest
import torchvision

import flopcount as fc
from flopcount.core import Counts
from flopcount.core.ops.joining import Concat, Shuffle, Split
from flopcount.frameworks.lifted import lifted
from tests.frameworks.lifted_models import check, words

NETWORKS = ["resnet18", "mobilenet_v2", "shufflenet_v2_x0_5"]
MORE = ["googlenet", "inception_v3", "efficientnet_b0", "vgg11", "mnasnet0_5", "densenet121"]
MORE += [
    "regnet_y_400mf",
    "squeezenet1_1",
    "mobilenet_v3_small",
    "resnext50_32x4d",
    "wide_resnet50_2",
    "regnet_x_400mf",
]
# Its auxiliary head, which does not run in evaluation: convolutions, their norms, a dense layer.
AUXILIARY = {"inception_v3": 768 * 128 + 2 * 128 + 5 * 5 * 128 * 768 + 2 * 768 + 769 * 1000}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NETWORKS, *MORE])
def test_a_network_of_torchvision_is_said_with_all_its_counts(name: str) -> None:
    """The sums are those of torchvision's own table: 10⁹ multiplies, called FLOPS, parameters."""
    side = 299 if name == "inception_v3" else 224
    network = fc.load(f"torchvision:{name}", input=f"1x3x{side}x{side}")
    done = lifted(network)
    check(network, done)
    assert done.beside == ()
    counts = Counts(done.network.rows)
    meta = torchvision.models.get_model_weights(name).DEFAULT.meta
    assert round(int(counts.multiplies) / 1e9, 3) == meta["_ops"]
    assert counts.params + AUXILIARY.get(name, 0) == meta["num_params"]


def test_a_residual_network_has_a_node_for_each_convolution() -> None:
    network = fc.load("torchvision:resnet18")
    done = lifted(network)
    # a stem, 8 blocks of 2 convolutions, 3 shortcuts; a pool; 8 adds and relus; a pool and a dense
    assert len(done.network.nodes) == 1 + 16 + 3 + 1 + 8 + 8 + 1 + 1
    assert words(done)[:5] == [
        "conv norm relu",
        "maxpool",
        "conv norm relu",
        "conv norm",
        "add",
    ]
    assert done.stands_for["layer1/0/conv1"] == (
        "layer1/0/conv1",
        "layer1/0/bn1",
        "layer1/0/relu",
    )
    assert done.network.inputs == {"x": (224, 224, 3)}
    assert done.network.output == "fc"


@pytest.mark.slow
def test_a_shuffle_belongs_to_the_block_that_joins_and_a_split_to_the_one_that_parts() -> None:
    done = lifted(fc.load("torchvision:shufflenet_v2_x0_5"))
    of = {node.path: node for node in done.network.nodes}
    assert of["stage2/0/shuffle"].op == Shuffle(2)
    assert of["stage2/1/split"].op == Split(2)
    assert of["stage2/1/split"].inputs == ("stage2/0/shuffle",)
    assert of["stage2/1/concat"].inputs == ("stage2/1/split", "stage2/1/branch2/5")
    assert [step.name for step in of["stage2/1/split"].scope] == ["stage2", "1"]
    # 3 stages; each block but its first splits
    assert sum(node.op == Split(2) for node in of.values()) == 3 + 7 + 3
    assert sum(node.op == Shuffle(2) for node in of.values()) == 4 + 8 + 4


@pytest.mark.slow
def test_a_concat_of_all_layers_before_reads_the_one_before_it() -> None:
    network = fc.load("torchvision:densenet121")
    done = lifted(network)
    check(network, done)
    concats = [node for node in done.network.nodes if isinstance(node.op, Concat)]
    assert len(concats) == 6 + 12 + 24 + 16
    assert {len(node.inputs) for node in concats} == {2}


KERAS = ["ResNet50", "MobileNetV2", "EfficientNetB0", "MobileNetV3Small", "ConvNeXtTiny"]
KERAS += ["NASNetMobile", "InceptionResNetV2", "DenseNet121", "Xception"]


@pytest.mark.slow
@pytest.mark.parametrize("name", KERAS)
def test_a_network_of_keras_is_said_with_all_its_counts(name: str) -> None:
    network = fc.load(f"keras:{name}")
    done = lifted(network)
    ours, theirs = Counts(done.network.rows), Counts(network.rows)
    assert ours.multiplies == theirs.multiplies
    assert ours.params == theirs.params
    assert set(done.stands_for) == {node.path for node in done.network.nodes}


@pytest.mark.slow
def test_what_prepares_the_input_is_said_beside_the_table() -> None:
    done = lifted(fc.load("keras:EfficientNetB0"))
    numbers = 224 * 224 * 3
    otherwise = f"{numbers:,} fewer elementwise multiplies, {numbers:,} more divides"
    assert done.beside == (
        f"scale is worked out otherwise: the model has {numbers:,} more adds",
        f"norm is worked out otherwise: the model has {otherwise}",
        "numbers that are held, and no layer reads: the model has 1 more norm stats",
    )

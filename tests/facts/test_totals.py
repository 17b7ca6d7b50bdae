"""The Inception family's totals, auxiliary heads and grids, as published."""

import re

import pytest

import flopcount as fc
from flopcount.core.graph import walk
from tests.facts.implementations import by_by

# Totals, at each table's own input


@pytest.mark.parametrize(
    ("reference", "multiplies", "inside", "params", "statistics"),
    [
        # BVLC/caffe models/bvlc_googlenet/train_val.prototxt, 9b89154
        ("googlenet", 1_582_671_872, 1_504_618_240, 6_998_552, 0),
        # pytorch/vision torchvision/models/googlenet.py, 0413037
        ("googlenet@torchvision", 1_498_376_192, 1_434_527_488, 6_624_904, 14_560),
        # Cadene/pretrained-models.pytorch pretrainedmodels/models/bninception.py, 8aae3d8;
        # yjxiong/temporal-segment-networks, 2c5e5e7,
        # models/ucf101/tsn_bn_inception_rgb_deploy.prototxt
        ("bn-inception", 2_032_600_064, 1_930_109_696, 11_295_240, 20_032),
        # google-research/tf-slim tf_slim/nets/inception_v2.py, 1287b1e
        ("bn-inception@tf-slim", 1_934_857_216, 1_833_941_344, 11_178_336, 19_776),
        # Ours (assumed widths); recomputed in test_inception_v2_by_arithmetic
        ("inception-v2", 5_767_793_248, 5_533_076_064, 23_910_600, 36_608),
        # keras-team/keras keras/src/applications/inception_v3.py, 3.15.1;
        # google-research/tf-slim tf_slim/nets/inception_v3.py, 1287b1e
        ("inception-v3", 5_713_216_096, 5_467_931_232, 23_817_352, 34_432),
        # pytorch/vision torchvision/models/inception.py, 02a0a90;
        # huggingface/pytorch-image-models timm/models/inception_v3.py, aa4b585
        ("inception-v3@torchvision", 5_713_216_096, 5_467_931_232, 23_834_568, 34_432),
        # tensorflow/models research/slim/nets/inception_v4.py, 03cdc5f
        ("inception-v4", 12_253_974_624, 11_707_252_832, 42_648_232, 63_168),
        # huggingface/pytorch-image-models timm/models/inception_v4.py, aa4b585
        ("inception-v4@timm", 12_253_974_624, 11_707_252_832, 42_679_816, 63_168),
        # Ours, by the paper's figures: facenet's at 299 but for its end, see the test below
        ("inception-resnet-v1", 6_206_361_696, 6_095_179_872, 22_742_808, 27_040),
        # davidsandberg/facenet src/models/inception_resnet_v1.py, 096ed77, at 160×160
        ("inception-resnet-v1@facenet", 1_416_974_176, 1_364_504_416, 22_779_312, 28_832),
        # keras-team/keras keras/src/applications/inception_resnet_v2.py, 3.15.1;
        # tensorflow/models research/slim/nets/inception_resnet_v2.py, 0223fe3
        ("inception-resnet-v2", 13_155_794_016, 12_849_069_152, 55_813_192, 60_544),
        # huggingface/pytorch-image-models timm/models/inception_resnet_v2.py, aa4b585
        ("inception-resnet-v2@timm", 13_155_794_016, 12_849_069_152, 55_843_464, 60_544),
        # Ours, by the paper's figures; recomputed in test_the_papers_inception_resnet_v2
        ("inception-resnet-v2@paper", 9_257_953_632, 9_080_973_664, 32_417_496, 32_864),
        # The article's Keras model; built in test_keras_applications.py
        ("cifar10-inception", 146_014_208, 136_740_864, 2_761_866, 0),
    ],
)  # fmt: skip
def test_totals(reference: str, multiplies: int, inside: int, params: int, statistics: int) -> None:
    cost = fc.analyze(fc.load(reference)).total.cost
    assert (cost.multiplies, cost.multiplies_unpadded) == (multiplies, inside)
    assert (cost.params, cost.norm_stats) == (params, statistics)


def test_keras_counts_the_moving_statistics_among_the_parameters() -> None:
    cost = fc.analyze(fc.load("inception-v3")).total.cost
    assert cost.params_with_stats == 23_851_784  # its own count_params
    cost = fc.analyze(fc.load("inception-resnet-v2")).total.cost
    assert cost.params_with_stats == 55_873_736


@pytest.mark.parametrize(
    ("reference", "multiplies", "params", "statistics", "weights"),
    [
        # Two heads: 1×1 128 on 4×4 of 512 and of 528, then 2048 → 1024 → classes.
        ("googlenet", 8_372_224, 6_379_728, 0, ["0.3", "0.3"]),  # loss_weight in train_val.prototxt
        ("googlenet@torchvision", 8_372_224, 6_379_984, 512, None),
        # tf-slim's heads; 0.4: train_image_classifier.py beside them
        ("inception-v3", 5_683_200, 3_325_800, 1_792, ["0.4"]),
        ("inception-v3@torchvision", 5_683_200, 3_326_696, 1_792, None),
        ("inception-v4", 6_502_400, 3_358_568, 1_792, ["0.4"]),
        ("inception-resnet-v2", 6_707_200, 3_366_760, 1_792, ["0.4"]),
        ("inception-v4@timm", 0, 0, 0, []),
        ("inception-resnet-v1", 0, 0, 0, []),
        ("inception-resnet-v2@paper", 0, 0, 0, []),
    ],
)
def test_auxiliary_heads(
    reference: str, multiplies: int, params: int, statistics: int, weights: list[str] | None
) -> None:
    without, network = fc.load(reference), fc.load(reference, aux=True)
    more, cost = fc.analyze(network).total.cost, fc.analyze(without).total.cost
    assert more.multiplies - cost.multiplies == multiplies
    assert more.params - cost.params == params
    assert more.norm_stats - cost.norm_stats == statistics
    assert network.output == without.output
    (note, _) = network.notes  # the other says the defaults
    if weights is not None:
        assert re.findall(r"loss weight ([\d.]+)", note) == weights
    assert ("training only" in note) == bool(multiplies)


@pytest.mark.parametrize(
    ("reference", "hangs"),
    [
        ("googlenet", {"aux1": "4a", "aux2": "4d"}),  # loss1 and loss2 of train_val.prototxt
        ("googlenet@torchvision", {"aux1": "4a", "aux2": "4d"}),
        ("inception-v3", {"aux": "6e"}),  # tf-slim's Mixed_6e
        ("inception-v4", {"aux": "B.7"}),  # its Mixed_6h
        ("inception-resnet-v2", {"aux": "B.20"}),  # its PreAuxLogits, after the 20 block17
    ],
)
def test_where_the_auxiliary_heads_hang(reference: str, hangs: dict[str, str]) -> None:
    network = fc.load(reference, aux=True)
    module = {node.path: node.module for node in network.nodes}
    read = {
        node.module: module[node.inputs[0]]
        for node in network.nodes
        if node.module in hangs and module[node.inputs[0]] != node.module
    }
    assert read == hangs


# Grids


@pytest.mark.parametrize(
    ("reference", "size", "outputs"),
    [
        # 1409.4842, Table 1, output sizes
        ("googlenet", None, """conv1 112x112x64 pool1 56x56x64 conv2 56x56x192 pool2 28x28x192
            3a 28x28x256 3b 28x28x480 pool3 14x14x480 4a 14x14x512 4b 14x14x512 4c 14x14x512
            4d 14x14x528 4e 14x14x832 pool4 7x7x832 5a 7x7x832 5b 7x7x1024 avgpool 1x1x1024
            dropout 1x1x1024 linear 1x1x1000 softmax 1x1x1000"""),
        # 1502.03167, Figure 5; there 576, 576 and 1024 after 4c, 4d and 4e
        ("bn-inception", None, """3a 28x28x256 3b 28x28x320 3c 14x14x576 4a 14x14x576 4b 14x14x576
            4c 14x14x608 4d 14x14x608 4e 7x7x1056 5a 7x7x1024 5b 7x7x1024"""),
        ("bn-inception@tf-slim", None, """3a 28x28x256 3b 28x28x320 3c 14x14x576 4a 14x14x576
            4b 14x14x576 4c 14x14x576 4d 14x14x576 4e 7x7x1024 5a 7x7x1024 5b 7x7x1024"""),
        ("inception-v3", None, """conv1 149x149x32 conv2 147x147x32 conv3 147x147x64
            pool1 73x73x64 conv4 73x73x80 conv5 71x71x192 pool2 35x35x192 5b 35x35x256 5c 35x35x288
            5d 35x35x288 6a 17x17x768 6b 17x17x768 6e 17x17x768 7a 8x8x1280 7b 8x8x2048
            7c 8x8x2048"""),
        # keras.applications at the smallest size that it takes, which goes down to 1×1
        ("inception-v3", "75x75", """conv1 37x37x32 conv2 35x35x32 conv3 35x35x64 pool1 17x17x64
            conv4 17x17x80 conv5 15x15x192 pool2 7x7x192 5b 7x7x256 5c 7x7x288 5d 7x7x288
            6a 3x3x768 6b 3x3x768 6e 3x3x768 7a 1x1x1280 7b 1x1x2048 7c 1x1x2048"""),
        # 1602.07261, Figures 3 to 9
        ("inception-v4", None, """stem.1 73x73x160 stem.2 71x71x192 stem.3 35x35x384 A.1 35x35x384
            A.4 35x35x384 reduction-A 17x17x1024 B.7 17x17x1024 reduction-B 8x8x1536
            C.3 8x8x1536"""),
        # 1602.07261, Figures 10 to 15
        ("inception-resnet-v1", None, """conv6 35x35x256 A.5 35x35x256 reduction-A 17x17x896
            B.10 17x17x896 reduction-B 8x8x1792 C.5 8x8x1792 linear 1x1x1000"""),
        # davidsandberg/facenet at its own size
        ("inception-resnet-v1@facenet", None, """conv1 79x79x32 conv2 77x77x32 conv3 77x77x64
            pool1 38x38x64 conv4 38x38x80 conv5 36x36x192 conv6 17x17x256 A.5 17x17x256
            reduction-A 8x8x896 B.10 8x8x896 reduction-B 3x3x1792 C.6 3x3x1792 linear 1x1x128"""),
        ("inception-resnet-v2", None, """pool2 35x35x192 mixed 35x35x320 A.10 35x35x320
            reduction-A 17x17x1088 B.20 17x17x1088 reduction-B 8x8x2080 C.10 8x8x2080
            conv6 8x8x1536 linear 1x1x1000"""),
        ("inception-resnet-v2", "75x75", """pool2 7x7x192 mixed 7x7x320 reduction-A 3x3x1088
            reduction-B 1x1x2080 conv6 1x1x1536"""),
        # The figures print 1154 and 2048, which no add can reach: 384 + 384 + 384, and
        # 384 + 288 + 320 + 1152
        ("inception-resnet-v2@paper", None, """stem.3 35x35x384 A.5 35x35x384
            reduction-A 17x17x1152 B.1 17x17x1152 B.10 17x17x1152 reduction-B 8x8x2144 C.1 8x8x2144
            C.5 8x8x2144 linear 1x1x1000"""),
        ("cifar10-inception", None, """inception 32x32x256 flatten 1x1x262144 linear 1x1x10
            softmax 1x1x10"""),
    ],
)  # fmt: skip
def test_what_each_module_puts_out(reference: str, size: str | None, outputs: str) -> None:
    found = {row.node.module: by_by(row.output) for row in walk(fc.load(reference, input=size))}
    words = outputs.split()
    expected = dict(zip(words[::2], words[1::2], strict=True))
    assert {module: found[module] for module in expected} == expected

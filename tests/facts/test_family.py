"""The Inception family against what public implementations built and what its papers print."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core.counts import Counts
from flopcount.core.graph import Row, walk
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.elementwise import Scale
from flopcount.core.ops.joining import Add
from flopcount.core.ops.pooling import AdaptivePool, Pool
from flopcount.notation.library import find, names, variants
from flopcount.rewrites.naive import READINGS

TABLES = Path(__file__).parents[2] / "tables"
FACTS = Path(__file__).parent
REFERENCES = [ref for name in names() for ref in (name, *(f"{name}@{v}" for v in variants(name)))]


# What an implementation has, and what we say it has


class Layer(NamedTuple):
    kind: str
    kernel: str
    stride: str
    groups: int
    channels: int
    width: int
    grid: str
    output: str
    weights: int
    biases: int
    norm_params: int
    norm_stats: int
    aux: int


Layers = Counter[Layer]
TOTALS = ("multiplies", "multiplies_unpadded", "weights", "biases", "norm_params", "norm_stats")


class Facts(NamedTuple):
    """A facts file: the totals that its first lines give, then the layers."""

    size: str
    totals: dict[str, int]
    aux_totals: dict[str, int]
    layers: Layers


def read_facts(name: str) -> Facts:
    lines = (FACTS / f"{name}.csv").read_text().splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("#"))
    layers: Layers = Counter()
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        cells = list(row.values())
        texts, numbers = cells[:3] + cells[6:8], [*map(int, cells[3:6] + cells[8:13])]
        kind, kernel, stride, grid, output = texts
        layer = Layer(kind, kernel, stride, *numbers[:3], grid, output, *numbers[3:])
        layers[layer] += int(row["times"])
    totals = {key: numbers_in(head.get(key, "")) for key in head if key.startswith("totals")}
    return Facts(
        head["input"],
        totals["totals"],
        totals.get("totals of the auxiliary heads", dict.fromkeys(TOTALS, 0)),
        layers,
    )


def numbers_in(text: str) -> dict[str, int]:
    return {key: int(number) for key, number in (pair.split("=") for pair in text.split())}


def by_by(pair: tuple[int, ...]) -> str:
    return "x".join(map(str, pair))


def heads(network: fc.Network) -> set[str]:
    """The modules after the one that the network ends with."""
    modules = [node.module for node in network.nodes]
    last = next(node.module for node in network.nodes if node.path == network.output)
    return set(modules[len(modules) - modules[::-1].index(last) :])


def as_layer(row: Row, aux: set[str]) -> Layer | None:
    """Our row as the facts have it; None for what they leave out (activations, joins, …)."""
    op, (x, y, cost) = row.node.op, (row.inputs[0], row.output, Counts([row]))
    grid, output = by_by(x[:2]), by_by(y[:2])
    in_aux = int(row.node.module in aux)
    if isinstance(op, Pool | AdaptivePool):
        sliding = isinstance(op, Pool) and not (op.kind == "avg" and output == "1x1")
        kernel = by_by(op.window.kernel) if isinstance(op, Pool) and sliding else "-"
        stride = by_by(op.window.stride) if isinstance(op, Pool) and sliding else "-"
        return Layer(op.word, kernel, stride, 1, x[2], y[2], grid, output, 0, 0, 0, 0, in_aux)
    if not isinstance(op, Conv | Dense):
        return None
    counts = (cost.weights, cost.biases, cost.norm_params, cost.norm_stats, in_aux)
    point = isinstance(op, Conv) and op.window.kernel == (1, 1) and grid == "1x1"
    if isinstance(op, Dense) or point:
        return Layer("dense", "1x1", "1x1", 1, x[0] * x[1] * x[2], y[2], "1x1", "1x1", *counts)
    kernel, stride = by_by(op.window.kernel), by_by(op.window.stride)
    groups = x[2] if op.width is None else op.groups
    return Layer(op.word, kernel, stride, groups, x[2], y[2], grid, output, *counts)


def layers_of(network: fc.Network) -> Layers:
    aux = heads(network)
    return Counter(layer for row in walk(network) if (layer := as_layer(row, aux)))


def difference(ours: Layers, theirs: Layers) -> str:
    """What only one side has, a line each; nothing where the multisets are equal."""
    found = [(who, layers) for who, layers in (("ours", ours - theirs), ("theirs", theirs - ours))]
    return "\n".join(
        f"only {who}: {times} × {layer.kind} {layer.kernel}/{layer.stride} {layer.width}, groups "
        f"{layer.groups}, {layer.grid}x{layer.channels} → {layer.output}, {layer.weights} weights, "
        f"{layer.biases} biases, batch norm {layer.norm_params} + {layer.norm_stats} statistics"
        f"{', in an auxiliary head' if layer.aux else ''}"
        for who, layers in found
        for layer, times in layers.items()
    )


def compare(reference: str, facts: Facts) -> str:
    network = fc.load(reference, input=facts.size, aux=any(layer.aux for layer in facts.layers))
    return difference(layers_of(network), facts.layers)


Patch = Callable[..., str]


@pytest.fixture
def patched(tmp_path: Path) -> Patch:
    """Change a text in a table, which must be there; return the changed table's reference."""

    def patch(reference: str, *changes: tuple[str, str]) -> str:
        name, at, variant = reference.partition("@")
        text = (TABLES / f"{name}.toml").read_text()
        for old, new in changes:
            assert old in text, f"{name}.toml has no {old!r}"
            text = text.replace(old, new)
        path = tmp_path / f"{name}.toml"
        path.write_text(text)
        return f"{path}{at}{variant}"

    return patch


# Layer for layer

PAIRS = [
    ("googlenet", "googlenet-caffe"),
    ("googlenet@torchvision", "googlenet-torchvision"),
    ("bn-inception", "bn-inception-cadene"),
    ("bn-inception", "bn-inception-caffe"),
    ("bn-inception@tf-slim", "bn-inception-tf-slim"),
    ("inception-v3", "inception-v3-keras"),
    ("inception-v3", "inception-v3-keras-75"),
    ("inception-v3", "inception-v3-tf-slim"),
    ("inception-v3@torchvision", "inception-v3-torchvision"),
    ("inception-v3@torchvision", "inception-v3-timm"),
    ("inception-v4", "inception-v4-tf-slim"),
    ("inception-v4@timm", "inception-v4-timm"),
    ("inception-v4@timm", "inception-v4-cadene"),
    ("inception-resnet-v1@facenet", "inception-resnet-v1-facenet"),
    ("inception-resnet-v1@facenet", "inception-resnet-v1-facenet-299"),
    ("inception-resnet-v2", "inception-resnet-v2-keras"),
    ("inception-resnet-v2", "inception-resnet-v2-keras-75"),
    ("inception-resnet-v2", "inception-resnet-v2-tf-slim"),
    ("inception-resnet-v2@timm", "inception-resnet-v2-timm"),
    ("inception-resnet-v2@timm", "inception-resnet-v2-cadene"),
]
# What no public package builds, and where it is tested instead.
DERIVED = {
    "inception-v2": "test_inception_v2_*: Table 1, and arithmetic",
    "inception-resnet-v1": "test_inception_resnet_v1_is_facenet_at_299_but_for_its_end",
    "inception-resnet-v2@paper": "test_the_papers_inception_resnet_v2",
    "cifar10-inception": "test_keras_applications.py: the article's model in Keras",
}


@pytest.mark.parametrize(("reference", "name"), PAIRS)
def test_every_layer_is_the_implementations(reference: str, name: str) -> None:
    assert compare(reference, read_facts(name)) == ""


@pytest.mark.parametrize(("reference", "name"), PAIRS)
def test_the_sums_are_the_implementations(reference: str, name: str) -> None:
    facts = read_facts(name)
    main_path = fc.analyze(fc.load(reference, input=facts.size)).total.cost
    assert {count: getattr(main_path, count) for count in TOTALS} == facts.totals
    if any(facts.aux_totals.values()):
        whole = fc.analyze(fc.load(reference, input=facts.size, aux=True)).total.cost
        more = {count: getattr(whole, count) - getattr(main_path, count) for count in TOTALS}
        assert more == facts.aux_totals


def test_every_network_is_compared_or_derived() -> None:
    assert sorted(REFERENCES) == sorted({reference for reference, _ in PAIRS} | set(DERIVED))


def test_every_facts_file_is_read() -> None:
    beside = {"googlenet-tf-slim", "bn-inception-tf-slim-plain", "bn-inception-caffe-576"}
    read = {name for _, name in PAIRS} | beside | {"modules"}
    assert {path.stem for path in FACTS.glob("*.csv")} == read


@pytest.mark.parametrize("path", sorted(FACTS.glob("*-*.csv")), ids=lambda path: path.stem)
def test_the_facts_add_up(path: Path) -> None:
    facts = read_facts(path.stem)
    for aux, totals in ((0, facts.totals), (1, facts.aux_totals)):
        found = dict.fromkeys(TOTALS, 0)
        for layer, times in facts.layers.items():
            if layer.aux != aux or not layer.weights:
                continue
            kernel = [int(size) for size in layer.kernel.split("x")]
            grid = [int(size) for size in layer.output.split("x")]
            weights = kernel[0] * kernel[1] * (layer.channels // layer.groups) * layer.width
            assert layer.weights == weights
            found["multiplies"] += times * weights * grid[0] * grid[1]
            for count in ("weights", "biases", "norm_params", "norm_stats"):
                found[count] += times * getattr(layer, count)
        inside = totals["multiplies_unpadded"]  # of the taps, which the rows do not show
        assert found | {"multiplies_unpadded": inside} == totals
    lines = path.read_text().splitlines()
    assert lines[0].startswith("# source: ")
    assert lines[1].startswith("# obtained: ")


def test_what_the_frameworks_count_themselves() -> None:
    heading = r"# counted by the framework itself: (.*)"
    for path in FACTS.glob("*-*.csv"):
        facts = read_facts(path.stem)
        sums = {key: facts.totals[key] + facts.aux_totals[key] for key in TOTALS}
        trained = sums["weights"] + sums["biases"] + sums["norm_params"]
        for line in re.findall(heading, path.read_text()):
            counted, every = sorted(map(int, re.findall(r" (\d+)", line)))
            assert every == trained + sums["norm_stats"]
            facenet = "facenet" in path.stem  # its moving statistics are in the trained collection
            assert counted == (every if facenet else trained)


def without_gamma(layers: Layers) -> Layers:
    """Leave out batch norm's trained parameters, and the auxiliary heads."""
    found: Layers = Counter()
    for layer, times in layers.items():
        if not layer.aux:
            found[layer._replace(norm_params=0)] += times
    return found


def test_torchvisions_googlenet_is_tf_slims_with_gamma() -> None:
    ours, theirs = layers_of(fc.load("googlenet@torchvision")), read_facts("googlenet-tf-slim")
    assert difference(without_gamma(ours), without_gamma(theirs.layers)) == ""
    assert theirs.totals["norm_params"] * 2 == 14_560  # β only there, γ and β here


@pytest.mark.parametrize("name", ["bn-inception-tf-slim-plain", "bn-inception-caffe-576"])
def test_bn_inceptions_other_reading(patched: Patch, name: str) -> None:
    """With 96 in 4c and 4d and a plain first convolution it is lim0606's, and tf-slim's as asked.

    Those have one choice each: use_separable_conv=False; batch norm with γ.
    """
    plain = patched("bn-inception@tf-slim", ('"separable 7x7/2 64 multiplier=8 bias nonorm relu"',
                                             '"conv 7x7/2 64"'))  # fmt: skip
    ours, theirs = layers_of(fc.load(plain)), read_facts(name)
    assert difference(without_gamma(ours), without_gamma(theirs.layers)) == ""
    assert fc.analyze(fc.load(plain)).total.cost.multiplies == 2_018_851_840


def module_layers(network: fc.Network) -> Iterator[tuple[str, str]]:
    """Each module that has weights: its branches, its layers as kernel/stride:width."""
    aux = heads(network)
    modules: dict[str, dict[str | None, list[str]]] = {}
    for row in walk(network):
        layer = as_layer(row, aux)
        if layer and layer.weights and not layer.aux:
            stride = layer.stride.split("x")[0]
            text = f"{layer.kernel}{'' if stride == '1' else f'/{stride}'}:{layer.width}"
            branches = modules.setdefault(row.node.module, {})
            branches.setdefault(row.node.branch, []).append(text)
    for module, branches in modules.items():
        order = sorted(branches, key=lambda branch: branch is None)
        yield module, " | ".join(" ".join(branches[branch]) for branch in order)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("googlenet", "googlenet-caffe"),
        ("bn-inception", "bn-inception-caffe"),
        ("bn-inception@tf-slim", "bn-inception-tf-slim"),
        ("inception-v3", "inception-v3-tf-slim"),
        ("inception-v4", "inception-v4-tf-slim"),
        ("inception-resnet-v1@facenet", "inception-resnet-v1-facenet"),
        ("inception-resnet-v2", "inception-resnet-v2-tf-slim"),
    ],
)
def test_every_branch_of_every_module(reference: str, name: str) -> None:
    lines = (FACTS / "modules.csv").read_text().splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    theirs = [
        row["branches"] for row in rows if row["facts"] == name for _ in range(int(row["times"]))
    ]
    assert [text for _, text in module_layers(fc.load(reference))] == theirs


# Comparisons that must fail


@pytest.mark.parametrize(
    ("reference", "name", "change", "says"),
    [
        pytest.param(
            "inception-v3", "inception-v3-keras", ('5c      = ["a", 64]', '5c      = ["a", 63]'),
            "only ours: 1 × conv 1x1/1x1 63, groups 1, 35x35x256 → 35x35, 16128 weights",
            id="a width",
        ),
        pytest.param(
            "inception-v3", "inception-v3-keras", ("conv 3x3 32 valid", "conv 3x3 32"),
            "only ours: 1 × conv 3x3/1x1 32, groups 1, 149x149x32 → 149x149, 9216 weights",
            id="a padding",
        ),
        pytest.param(
            "inception-v4", "inception-v4-tf-slim",
            ("conv 7x1 192 > conv 1x7 224 >", "conv 1x7 192 > conv 7x1 224 >"),
            "only theirs: 7 × conv 1x7/1x1 224, groups 1, 17x17x192 → 17x17, 301056 weights",
            id="1x7 and 7x1 in the other order, where both orders occur",
        ),
        pytest.param(
            "inception-resnet-v2", "inception-resnet-v2-tf-slim", ("20 * b", "19 * b"),
            "only theirs: 1 × conv 1x1/1x1 1088, groups 1, 17x17x384 → 17x17, 417792 weights, "
            "1088 biases, batch norm 0 + 0 statistics",
            id="a block too few",
        ),
        pytest.param(
            "inception-v4@timm", "inception-v4-timm",
            ('"same nobias norm relu"', '"same nobias norm=shift relu"'),
            "batch norm 32 + 64 statistics", id="no gamma",
        ),
        pytest.param(
            "googlenet", "googlenet-caffe", ("from 4d >", "from 4e >"),
            "only ours: 1 × conv 1x1/1x1 128, groups 1, 4x4x832 → 4x4, 106496 weights, "
            "128 biases, batch norm 0 + 0 statistics, in an auxiliary head",
            id="a head on another row",
        ),
        pytest.param(
            "googlenet@torchvision", "googlenet-torchvision", ("maxpool 2x2/2", "maxpool 3x3/2"),
            "only ours: 1 × maxpool 3x3/2x2 832, groups 1, 14x14x832 → 7x7", id="a pool",
        ),
    ],
)  # fmt: skip
def test_a_wrong_table_is_found(
    patched: Patch, reference: str, name: str, change: tuple[str, str], says: str
) -> None:
    assert says in compare(patched(reference, change), read_facts(name))


def test_a_wrong_width_is_found_through_set() -> None:
    ours = layers_of(fc.load("googlenet", set={"3a.r5": 17}, aux=True))
    found = difference(ours, read_facts("googlenet-caffe").layers)
    assert re.findall(r"(?m)^(only \w+: 1 × .*?), \d+ weights", found) == [
        "only ours: 1 × conv 1x1/1x1 17, groups 1, 28x28x192 → 28x28",
        "only ours: 1 × conv 5x5/1x1 32, groups 1, 28x28x17 → 28x28",
        "only theirs: 1 × conv 1x1/1x1 16, groups 1, 28x28x192 → 28x28",
        "only theirs: 1 × conv 5x5/1x1 32, groups 1, 28x28x16 → 28x28",
    ]


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
    assert cost.params + cost.norm_stats == 23_851_784  # its own count_params
    cost = fc.analyze(fc.load("inception-resnet-v2")).total.cost
    assert cost.params + cost.norm_stats == 55_873_736


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
    (note,) = network.notes
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


# The networks that nobody has published: derived, and recomputed by hand


def conv(  # noqa: PLR0917  a convolution is six numbers
    k_h: int, k_w: int, channels: int, width: int, height: int, columns: int
) -> int:
    return k_h * k_w * channels * width * height * columns


def test_inception_resnet_v1_is_facenet_at_299_but_for_its_end() -> None:
    facts = read_facts("inception-resnet-v1-facenet-299")
    eight = {"grid": "8x8", "output": "8x8"}
    one = Layer("conv", "1x1", "1x1", 1, 1792, 192, "8x8", "8x8", 1792 * 192, 0, 192, 384, 0)
    sixth = Counter({
        one: 2,  # the 1×1 branch, and the reduction of the other
        one._replace(kernel="1x3", channels=192, weights=3 * 192 * 192): 1,
        one._replace(kernel="3x1", channels=192, weights=3 * 192 * 192): 1,
        Layer("conv", "1x1", "1x1", 1, 384, 1792, *eight.values(), 384 * 1792, 1792, 0, 0, 0): 1,
    })  # fmt: skip
    end = Layer("dense", "1x1", "1x1", 1, 1792, 128, "1x1", "1x1", 1792 * 128, 0, 128, 256, 0)
    classifier = end._replace(width=1000, weights=1_792_000, biases=1000)
    classifier = classifier._replace(norm_params=0, norm_stats=0)
    assert sixth + Counter([end]) <= facts.layers
    theirs = facts.layers - sixth - Counter([end]) + Counter([classifier])
    assert difference(layers_of(fc.load("inception-resnet-v1")), theirs) == ""
    assert 6_307_035_232 - 102_236_160 - 1792 * 128 + 1792 * 1000 == 6_206_361_696
    assert 2 * conv(1, 1, 1792, 192, 8, 8) + 2 * conv(1, 3, 192, 192, 8, 8) + conv(
        1, 1, 384, 1792, 8, 8
    ) == 102_236_160  # fmt: skip


def test_the_papers_inception_resnet_v2() -> None:
    report = fc.analyze(fc.load("inception-resnet-v2@paper"))
    modules = {line.module: line.cost.multiplies for line in report.lines}
    v4 = {line.module: line.cost.multiplies for line in fc.analyze(fc.load("inception-v4")).lines}
    stem = ["conv1", "conv2", "conv3", "stem.1", "stem.2", "stem.3"]
    assert [modules[module] for module in stem] == [v4[module] for module in stem]
    # Figure 16 on 35×35×384: 32 | 32 32 | 32 48 64, up from 128
    a = 35**2 * (3 * 384 * 32 + 9 * (32 * 32 + 32 * 48 + 48 * 64) + 128 * 384)
    # Figure 7 with k, l, m, n = 256, 256, 384, 384 of Table 1
    reduction_a = 17**2 * 9 * (384 * 384 + 256 * 384) + 35**2 * (384 * 256 + 9 * 256 * 256)
    # Figure 17 on 17×17×1152: 192 | 128 160 192, up from 384
    b = 17**2 * (1152 * (192 + 128) + 7 * (128 * 160 + 160 * 192) + 384 * 1152)
    # Figure 18: 256 384 | 256 288 | 256 288 320
    reduction_b = 17**2 * (3 * 1152 * 256 + 9 * 256 * 288)
    reduction_b += 8**2 * 9 * (256 * 384 + 256 * 288 + 288 * 320)
    # Figure 19 on 8×8×2144: 192 | 192 224 256, up from 448
    c = 8**2 * (2144 * (192 + 192) + 3 * (192 * 224 + 224 * 256) + 448 * 2144)
    found = [modules[m] for m in ("A.1", "reduction-A", "B.1", "reduction-B", "C.5", "linear")]
    assert found == [a, reduction_a, b, reduction_b, c, 2144 * 1000]
    body = 5 * a + reduction_a + 10 * b + reduction_b + 5 * c + 2_144_000
    assert sum(v4[module] for module in stem) + body == report.total.cost.multiplies


def test_inception_v2_stem_and_grids_are_table_1s() -> None:
    network = fc.load("inception-v2")
    rows = walk(network)
    first = {row.node.module: row for row in reversed(rows)}
    # 1512.00567, Table 1: input size of each row
    printed = {
        "conv1": (299, 299, 3), "conv2": (149, 149, 32), "conv3": (147, 147, 32),
        "pool1": (147, 147, 64), "conv4": (73, 73, 64), "conv5": (71, 71, 80),
        "conv6": (35, 35, 192), "A.1": (35, 35, 288), "B.1": (17, 17, 768), "C.1": (8, 8, 1280),
        "avgpool": (8, 8, 2048), "linear": (1, 1, 2048),
    }  # fmt: skip
    assert {module: first[module].inputs[0] for module in printed} == printed
    stem = sum(row.count("multiplies") for row in rows if row.node.module.startswith("conv"))
    assert stem == 1_627_898_976
    assert stem == sum([
        conv(3, 3, 3, 32, 149, 149), conv(3, 3, 32, 32, 147, 147), conv(3, 3, 32, 64, 147, 147),
        conv(3, 3, 64, 80, 71, 71), conv(3, 3, 80, 192, 35, 35), conv(3, 3, 192, 288, 35, 35),
    ])  # fmt: skip
    counts = Counter(module.rpartition(".")[0] for module in network.modules)
    assert (counts["A"], counts["B"], counts["C"]) == (3, 5, 2)  # 3×, 5×, 2× Inception


def test_inception_v2_by_arithmetic() -> None:
    # The stem, then 3 × figure 5, a reduction, 5 × figure 6, a reduction, 2 × figure 7.
    total = 1_627_898_976 + 2048 * 1000
    total += 3 * 35**2 * (288 * (64 + 48 + 64 + 64) + 9 * (48 * 64 + 64 * 96 + 96 * 96))
    total += 35**2 * (288 * 64 + 9 * 64 * 96) + 17**2 * 9 * (288 * 384 + 96 * 96)
    seven = 128 * 128 + 128 * 192  # 1×7 and 7×1; then twice that with 128 between
    total += 5 * 17**2 * (768 * (192 + 128 + 128 + 192) + 7 * (seven + seven + 2 * 128 * 128))
    total += 17**2 * (768 * 2 * 192 + 7 * 2 * 192 * 192) + 8**2 * 9 * (192 * 320 + 192 * 192)
    for channels in (1280, 2048):
        total += 8**2 * (channels * (320 + 384 + 448 + 192) + 9 * 448 * 384 + 4 * 3 * 384 * 384)
    assert fc.analyze(fc.load("inception-v2")).total.cost.multiplies == total


def test_inception_v2_says_that_its_widths_are_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inception-v2"]) == 0
    heading = capsys.readouterr().out.partition("\n\n")[0]
    assert "contains assumed widths, which its source does not print" in heading
    assert main(["inception-v3"]) == 0
    assert "assumed" not in capsys.readouterr().out


def test_where_a_5x5_is_left() -> None:
    kernels = {ref: Counter[str]() for ref in ("inception-v2", "inception-v3")}
    for reference, found in kernels.items():
        for layer, times in layers_of(fc.load(reference)).items():
            found[layer.kernel] += times if layer.weights else 0
    assert kernels["inception-v2"]["5x5"] == 0
    assert kernels["inception-v3"]["5x5"] == 3


def test_the_residual_sums_are_scaled_but_for_the_last_of_the_release() -> None:
    def residual(reference: str) -> tuple[int, int]:
        ops = [row.node.op for row in walk(fc.load(reference))]
        return sum(isinstance(op, Add) for op in ops), sum(isinstance(op, Scale) for op in ops)

    # tf-slim and facenet: block35, block17, block8, and a last block8 with activation_fn=None
    # and scale 1.0
    assert residual("inception-resnet-v2") == (10 + 20 + 9 + 1, 10 + 20 + 9)
    assert residual("inception-resnet-v1@facenet") == (5 + 10 + 5 + 1, 5 + 10 + 5)
    assert residual("inception-resnet-v1") == (5 + 10 + 5, 5 + 10 + 5)
    assert residual("inception-resnet-v2@paper") == (5 + 10 + 5, 5 + 10 + 5)


# The naive readings

NAIVE = {
    # reference: whole network in the readings reduce, figure, chained
    "googlenet": (4_426_547_200, 4_359_913_472, 12_568_061_056),
    "googlenet@torchvision": (3_281_731_584, 3_215_097_856, 9_022_825_600),
    "bn-inception": (4_010_688_512, 3_921_375_232, 9_482_868_992),
    "bn-inception@tf-slim": (3_870_797_824, 3_789_713_408, 9_398_874_368),
    "cifar10-inception": (9_699_328, 9_502_720, 8_878_080),
    # No pool projection anywhere: the three readings are one.
    "inception-resnet-v1": (9_276_807_264,) * 3,
    "inception-resnet-v1@facenet": (2_079_192_928,) * 3,
    "inception-resnet-v2": (22_586_640_480, 22_571_587_680, 25_960_798_304),
    "inception-resnet-v2@timm": (22_586_640_480, 22_571_587_680, 25_960_798_304),
    "inception-resnet-v2@paper": (15_377_439_584,) * 3,
    "inception-v2": (9_439_038_560, 9_117_332_576, 22_195_567_456),
    "inception-v3": (9_827_687_520, 9_566_157_920, 20_928_787_040),
    "inception-v3@torchvision": (9_827_687_520, 9_566_157_920, 20_928_787_040),
    "inception-v4": (20_518_157_408, 19_996_867_680, 63_375_754_336),
    "inception-v4@timm": (20_518_157_408, 19_996_867_680, 63_375_754_336),
}


@pytest.mark.parametrize("reference", REFERENCES)
def test_naive(reference: str) -> None:
    network = fc.load(reference)
    found = [fc.analyze(network, naive=reading).total.naive.multiplies for reading in READINGS]
    assert dict(zip(READINGS, found, strict=True)) == dict(
        zip(("reduce", "figure", "chained"), NAIVE[reference], strict=True)
    )


@pytest.mark.parametrize("reference", REFERENCES)
def test_the_naive_network_itself(reference: str) -> None:
    for reading, exact in (("reduce", NAIVE[reference][0]), ("chained", NAIVE[reference][2])):
        assert fc.analyze(fc.load(f"{reference}@naive={reading}")).total.cost.multiplies == exact


def naive_v3(reading: str) -> int:
    """Inception v3 by hand without its reductions, module by module.

    The width that a naive module reads is that of the module before it as built, but in chained.
    """
    kept, chained = reading == "reduce", reading == "chained"
    total = 19_181_664 + conv(3, 3, 32, 32, 147, 147) + conv(3, 3, 32, 64, 147, 147)
    total += conv(1, 1, 64, 80, 73, 73) + conv(3, 3, 80, 192, 71, 71)
    c = 192
    for proj in (32, 64, 64):  # 64 | 5×5 64 | 3×3 96, 3×3 96 | projection
        total += 35**2 * (c * 64 + 25 * c * 64 + 9 * (c * 96 + 96 * 96) + kept * c * proj)
        c = 64 + 64 + 96 + (c if chained else proj)
    total += 17**2 * 9 * (c * 384 + 96 * 96) + 35**2 * 9 * c * 96
    c = 384 + 96 + c
    for c7 in (128, 160, 160, 192):  # 192 | 1×7 c7, 7×1 192 | 7×1, 1×7, 7×1 c7, 1×7 192
        wide = c * c7 + c7 * 192
        total += 17**2 * (c * 192 + 7 * (wide + wide + 2 * c7 * c7) + kept * c * 192)
        c = 3 * 192 + (c if chained else 192)
    total += 8**2 * 9 * (c * 320 + 192 * 192) + 17**2 * 7 * (c * 192 + 192 * 192)
    c = 320 + 192 + c
    for _ in "bc":  # 320 | [1×3 384 | 3×1 384] | 3×3 384, [1×3 384 | 3×1 384] | projection
        total += 8**2 * (c * 320 + 2 * 3 * c * 384 + 9 * c * 384 + 2 * 3 * 384 * 384)
        total += 8**2 * kept * c * 192
        c = 320 + 2 * 768 + (c if chained else 192)
    return total + c * 1000


def naive_resnet_v2(reading: str) -> int:
    """Inception-ResNet v2 likewise: only mixed has a projection; chained widens what follows."""
    total = 19_181_664 + conv(3, 3, 32, 32, 147, 147) + conv(3, 3, 32, 64, 147, 147)
    total += conv(1, 1, 64, 80, 73, 73) + conv(3, 3, 80, 192, 71, 71)
    c = 192
    total += 35**2 * (c * 96 + 25 * c * 64 + 9 * (c * 96 + 96 * 96))
    total += 35**2 * c * 64 if reading == "reduce" else 0
    c = 96 + 64 + 96 + (c if reading == "chained" else 64)
    total += 10 * 35**2 * (c * 32 + 9 * c * 32 + 9 * (c * 48 + 48 * 64) + 128 * c)
    total += 17**2 * 9 * (c * 384 + 256 * 384) + 35**2 * 9 * c * 256
    c = 384 + 384 + c
    total += 20 * 17**2 * (c * 192 + 7 * (c * 160 + 160 * 192) + 384 * c)
    total += 8**2 * 9 * (c * 384 + c * 288 + 288 * 320) + 17**2 * 9 * c * 288
    c = 384 + 288 + 320 + c
    total += 10 * 8**2 * (c * 192 + 3 * (c * 224 + 224 * 256) + 448 * c)
    return total + 8**2 * c * 1536 + 1536 * 1000


def naive_cifar10(reading: str) -> int:
    """64 | 3×3 64 | 5×5 64 | pool, on 3 channels; then the dense layer on all that comes out."""
    module = 32**2 * (3 * 64 + 9 * 3 * 64 + 25 * 3 * 64 + 3 * 64 * (reading == "reduce"))
    return module + 32**2 * (3 * 64 + (3 if reading == "chained" else 64)) * 10


@pytest.mark.parametrize("reading", READINGS)
def test_naive_by_arithmetic(reading: str) -> None:
    place = list(READINGS).index(reading)
    assert naive_v3(reading) == NAIVE["inception-v3"][place]
    assert naive_resnet_v2(reading) == NAIVE["inception-resnet-v2"][place]
    assert naive_cifar10(reading) == NAIVE["cifar10-inception"][place]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("reference", REFERENCES)
def test_where_nothing_changes_the_ratio_is_a_dash(reference: str, reading: str) -> None:
    network = fc.load(reference)
    roles = {
        module: {getattr(node.op, "role", None) for node in network.nodes if node.module == module}
        for module in network.modules
    }
    report = fc.analyze(network, naive=reading)
    bypassed = {"reduce"} if reading == "reduce" else {"reduce", "project"}
    before = 0
    changed = False
    for line in report.lines:
        marked = bool(roles[str(line.module)] & bypassed)
        changed |= marked
        if not (marked or (reading == "chained" and changed)):  # what follows reads other widths
            assert line.saved is None
            assert line.naive.multiplies == line.cost.multiplies
        assert line.saved != 1
        assert (line.saved is not None) == (line.naive.multiplies != line.cost.multiplies)
        before += line.naive.multiplies
    assert before == report.total.naive.multiplies
    shown = report.to_markdown()
    assert "| 1.00× " not in shown
    assert ("–" in shown) or all(line.saved for line in report.lines)


def test_a_reduction_that_widens_costs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cifar10-inception"]) == 0
    (total,) = re.findall(r"(?m)^total .*×$", capsys.readouterr().out)
    assert total.split()[-2:] == ["9,699,328", "0.07×"]
    line = fc.analyze(fc.load("cifar10-inception")).lines[0]
    assert line.saved is not None
    assert line.cost.multiplies == 32**2 * (4 * 3 * 64 + (9 + 25) * 64 * 64)
    assert line.naive.multiplies == 7_077_888


def test_strided_modules_without_their_reductions() -> None:
    modules = {line.module: line for line in fc.analyze(fc.load("bn-inception")).lines}
    # 3c reads 28×28×320: 3×3/2 160 | 3×3 96, 3×3/2 96 | pool
    naive = 14**2 * 9 * (320 * 160 + 96 * 96) + 28**2 * 9 * 320 * 96
    assert modules["3c"].naive.multiplies == naive
    # 4e reads 14×14×608: 3×3/2 192 | 3×3 256, 3×3/2 256 | pool
    naive = 7**2 * 9 * (608 * 192 + 256 * 256) + 14**2 * 9 * 608 * 256
    assert modules["4e"].naive.multiplies == naive


def test_a_strided_1x1_cannot_be_bypassed(patched: Patch) -> None:
    # The stride moved from the 3×3 to the 1×1 before it: the grids are the same.
    old, new = (
        "conv 1x1 {r3} reduce > conv 3x3/2 {n3} pad=1",
        "conv 1x1/2 {r3} reduce > conv 3x3 {n3}",
    )
    strided = patched("bn-inception", (old, new))
    report = fc.analyze(fc.load(strided))
    with pytest.raises(fc.FlopcountError, match=r"3c/3x3/1: marked reduce, but only a 1×1 of str"):
        _ = report.total


def test_chained_needs_the_residual_width_in(patched: Patch) -> None:
    text = (TABLES / "inception-resnet-v2.toml").read_text()
    assert text.count("> conv 1x1 in linear") == 4  # a, b, c, c-last
    # A's width typed, 320, is right as built; but the naive mixed hands on 448.
    block = text[text.index("[block.a]") : text.index("[block.reduction-a]")]
    typed = block.replace("> conv 1x1 in linear", "> conv 1x1 320 linear")
    fixed = patched("inception-resnet-v2", (block, typed))
    report = fc.analyze(fc.load(fixed), naive="chained")
    assert fc.analyze(fc.load(fixed)).total.cost.multiplies == 13_155_794_016
    with pytest.raises(fc.FlopcountError, match=r"A\.1/.*35x35x448.*35x35x320"):
        _ = report.total


# Sizes that do not fit


@pytest.mark.parametrize(
    ("reference", "size", "layer"),
    [
        # The smallest that each takes is 75×75, as keras.applications says of its two.
        ("inception-v2", 74, "reduction-B/3x3/2"),
        ("inception-v3", 74, "7a/3x3/2"),
        ("inception-v3@torchvision", 74, "7a/3x3/2"),
        ("inception-v4", 74, "reduction-B/3x3/2"),
        ("inception-v4@timm", 74, "reduction-B/3x3/2"),
        ("inception-resnet-v1", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v1@facenet", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v2", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v2@timm", 74, "reduction-B/3x3-a/2"),
        ("inception-resnet-v2@paper", 74, "reduction-B/3x3-a/2"),
        # In the stem itself
        ("inception-v2", 1, "conv1/1"),
        ("inception-v3", 2, "conv1/1"),
        ("inception-v3", 10, "pool1/1"),
        ("inception-v4", 4, "conv2/1"),
        ("inception-v4", 20, "stem.3/3x3/1"),
        ("inception-resnet-v1", 20, "conv6/1"),
        ("inception-resnet-v2", 20, "pool2/1"),
        ("inception-resnet-v2@paper", 20, "stem.3/3x3/1"),
        ("googlenet@torchvision", 30, "pool4/1"),
        ("bn-inception", 1, "pool1/1"),
        # Caffe's convolutions round down and its pools up: at odd sizes 3c's branches part.
        ("bn-inception", 75, "3c/concat"),
    ],
)
def test_a_size_that_does_not_fit(
    capsys: pytest.CaptureFixture[str], reference: str, size: int, layer: str
) -> None:
    assert main([reference, "--input", f"{size}x{size}"]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    (line,) = seen.err.splitlines()
    assert line.startswith(f"flopcount: {reference}: {layer}: ")
    assert "fit" in line


@pytest.mark.parametrize("reference", [r for r in REFERENCES if r.startswith("inception-")])
def test_75x75_is_the_smallest_size(reference: str) -> None:
    assert fc.analyze(fc.load(reference, input="75x75")).total.cost.multiplies > 0
    with pytest.raises(fc.FlopcountError):
        fc.analyze(fc.load(reference, input="75x74"))


@pytest.mark.parametrize("reference", ["inception-v3", "inception-v4", "inception-resnet-v2"])
def test_the_auxiliary_head_does_not_fit_at_75(
    capsys: pytest.CaptureFixture[str], reference: str
) -> None:
    assert main([reference, "--input", "75x75"]) == 0
    capsys.readouterr()
    assert main([reference, "--input", "75x75", "--aux"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"flopcount: {reference}: aux/1")
    assert "auxiliary head" in line
    assert re.search(r"5×5 .*does not fit .*\b3\b", line)


def test_inception_v3_at_75_is_exact(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inception-v3", "--input", "75x75", "--format", "json"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert total["multiplies"] == 203_525_728  # keras.applications, walked (tests/facts)
    assert total["multiplies_unpadded"] == 163_303_008
    assert total["params"] == 23_817_352  # fully convolutional: as at 299


# Names


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("inception_v3", "inception-v3"), ("inceptionv3", "inception-v3"),
        ("InceptionV3", "inception-v3"), ("Inception-v3", "inception-v3"),
        ("INCEPTION_V3", "inception-v3"), ("inception-v1", "googlenet"),
        ("inception_v1", "googlenet"), ("InceptionV1", "googlenet"), ("GoogLeNet", "googlenet"),
        ("BN-Inception", "bn-inception"), ("bninception", "bn-inception"),
        ("BNInception", "bn-inception"), ("inception_v2", "inception-v2"),
        ("InceptionV2", "inception-v2"), ("inception_v4", "inception-v4"),
        ("InceptionV4", "inception-v4"), ("InceptionResNetV1", "inception-resnet-v1"),
        ("inception_resnet_v1", "inception-resnet-v1"),
        ("InceptionResNetV2", "inception-resnet-v2"),
        ("inception_resnet_v2", "inception-resnet-v2"),
        ("Inception-ResNet-v2", "inception-resnet-v2"), ("cifar10_inception", "cifar10-inception"),
    ],
)  # fmt: skip
def test_names_as_people_type_them(typed: str, name: str) -> None:
    assert find(typed) == name
    assert fc.load(typed).name == name


def test_a_variant_of_an_alias() -> None:
    assert fc.load("InceptionV3@torchvision").name == "inception-v3@torchvision"
    with pytest.raises(
        fc.FlopcountError, match=r"unknown variant.* 'torchvison' .*'torchvision'\?"
    ):
        fc.load("inception_v1@torchvison")


def documents() -> dict[str, dict[str, Any]]:
    import tomllib

    return {path.stem: tomllib.loads(path.read_text()) for path in TABLES.glob("*.toml")}


def test_no_two_networks_share_a_name() -> None:
    every = names()
    every += [alias for document in documents().values() for alias in document.get("aliases", [])]
    folded = [re.sub(r"[-_]", "", name.casefold()) for name in every]
    assert len(folded) == len(set(folded))
    titles = [fc.load(reference).title for reference in REFERENCES]
    assert len(titles) == len(set(titles))


# Every verb, every format


def printed_numbers(text: str) -> list[list[int]]:
    """The whole numbers of each row of a CSV, the last row its total."""
    rows = list(csv.DictReader(text.splitlines()))
    counts = ("multiplies", "params", "naive_multiplies")
    return [[int(row[count]) for count in counts] for row in rows]


@pytest.mark.parametrize("grain", ["layer", "branch", "module", "op"])
@pytest.mark.parametrize("reference", REFERENCES)
def test_the_printed_rows_add_up(
    capsys: pytest.CaptureFixture[str], reference: str, grain: str
) -> None:
    for reading in READINGS:
        argv = [reference, "--by", grain, "--aux", "--naive", reading, "--format", "csv"]
        assert main(argv) == 0
        *rows, total = printed_numbers(capsys.readouterr().out)
        assert [sum(column) for column in zip(*rows, strict=True)] == total


@pytest.mark.parametrize("reference", REFERENCES)
def test_show_in_every_format(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str
) -> None:
    total = fc.analyze(fc.load(reference)).total.cost.multiplies
    for form in ("table", "markdown", "csv", "json", "latex"):
        assert main([reference, "--format", form, "--explain"]) == 0
        seen = capsys.readouterr()
        assert seen.err == ""
        grouped = "{,}" if form == "latex" else ","
        shown = {f"{total:,}", f"{total:,}".replace(",", grouped), str(total)}
        assert any(number in seen.out for number in shown)
    files = [tmp_path / f"report.{ending}" for ending in ("csv", "md", "json", "tex", "png", "svg")]
    assert main([reference, *(word for path in files for word in ("-o", str(path)))]) == 0
    assert [path.stat().st_size > 200 for path in files] == [True] * len(files)
    assert json.loads(files[2].read_text())["network"] == reference


def test_list_shows_every_network_and_variant(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("table", "markdown", "csv", "json", "latex"):
        assert main(["list", "--format", form]) == 0
        out = capsys.readouterr().out
        assert [reference for reference in REFERENCES if reference not in out] == []
    assert main(["list", "--format", "csv"]) == 0
    rows = {row["name"]: row for row in csv.DictReader(capsys.readouterr().out.splitlines())}
    assert list(rows) == REFERENCES
    for reference, row in rows.items():
        cost = fc.analyze(fc.load(reference)).total.cost
        assert (int(row["multiplies"]), int(row["params"])) == (cost.multiplies, cost.params)
        assert row["source"]


@pytest.mark.parametrize("reference", REFERENCES)
def test_paper_of_every_network(capsys: pytest.CaptureFixture[str], reference: str) -> None:
    """Printed, exact, verdict, why; a variant that nothing is printed of says so in one line."""
    for form in ("table", "markdown", "csv", "json", "latex"):
        code = main(["paper", reference, "--format", form])
        seen = capsys.readouterr()
        if "@" in reference and code == 2:
            (line,) = seen.err.splitlines()
            assert line.startswith("flopcount: ")
            continue
        assert (code, seen.err) == (0, "")
        assert re.search("true|agrees|false|differ", seen.out)


# The tables themselves


@pytest.mark.parametrize("name", names())
def test_a_table_can_be_checked_by_eye(name: str) -> None:
    lines = (TABLES / f"{name}.toml").read_text().splitlines()
    assert len(lines) <= 100


def test_googlenet_is_about_thirty_lines_of_rows_and_blocks() -> None:
    text = (TABLES / "googlenet.toml").read_text()
    start, end = text.index("[block."), text.index("[aux]")
    lines = [line for line in text[start:end].splitlines() if line.split("#")[0].strip()]
    assert 25 <= len(lines) <= 35


@pytest.mark.parametrize("name", names())
def test_every_part_of_a_table_says_where_it_is_from(name: str) -> None:
    """A comment on the section's line, above it, or inside; a variant's sections share its own."""
    document = documents()[name]
    assert re.search(r"arXiv:\d{4}\.\d{5}|arXiv:1409\.4842|\(20\d\d-", document["source"])
    assert all(variant.get("source") for variant in document.get("variant", {}).values())
    head, *sections = re.split(
        r"(?m)^(?=(?:#.*\n)*\[(?!variant\.[\w-]+\.|paper\.))",
        (TABLES / f"{name}.toml").read_text(),
    )
    assert "source" in head
    named = [re.search(r"(?m)^\[(.+?)\]", section) for section in sections]
    uncited = [
        found[1]
        for found, section in zip(named, sections, strict=True)
        if found and found[1] != "defaults" and "#" not in section and "source" not in section
    ]
    assert uncited == []
    assert {found[1].split(".")[0] for found in named if found} >= {"defaults", "block", "rows"}


@pytest.mark.parametrize("name", names())
def test_repeated_blocks_are_written_once(name: str) -> None:
    for row, value in documents()[name]["rows"].items():
        words = re.findall(r"[\w-]+", value[0] if isinstance(value, list) else value)
        blocks = [word for word in words if word in documents()[name]["block"]]
        assert len(blocks) == len(set(blocks)), row

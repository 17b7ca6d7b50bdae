"""The Inception family against what public implementations built, layer for layer."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.core.graph import walk
from tests.facts.implementations import (
    FACTS,
    TOTALS,
    Layers,
    Patch,
    as_layer,
    compare,
    difference,
    heads,
    layers_of,
    read_facts,
)
from tests.shipped import INCEPTION_AND_VARIANTS

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
    assert sorted(INCEPTION_AND_VARIANTS) == sorted(
        {reference for reference, _ in PAIRS} | set(DERIVED)
    )


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

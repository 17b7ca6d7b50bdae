"""What papers print of whole networks that are shipped: each figure and each note, recomputed."""

import json
import math
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.notation.shipped import families, find, note_files
from flopcount.writing.figures import read_printed
from tests.papers import arithmetic
from tests.papers.arithmetic import Sum

SECTIONS = [
    (path.stem, place, section)
    for path in note_files()
    for place, section in enumerate(
        tomllib.loads(path.read_text(encoding="utf-8")).get("paper", [])
    )
]
# What the layers of the papers' own tables sum to.
SUMS: dict[str, Sum] = {
    "mobilenet-v1": arithmetic.mobilenet_v1(),
    "mobilenet-v1@full": arithmetic.mobilenet_v1(full=True),
    "mobilenet-v1@shallow": arithmetic.mobilenet_v1(same=0),
    "mobilenet-v1@0.75": arithmetic.mobilenet_v1(0.75),
    "mobilenet-v1@0.5": arithmetic.mobilenet_v1(0.5),
    "mobilenet-v1@0.25": arithmetic.mobilenet_v1(0.25),
    "mobilenet-v1@input=192x192": arithmetic.mobilenet_v1(size=192),
    "mobilenet-v1@input=160x160": arithmetic.mobilenet_v1(size=160),
    "mobilenet-v1@input=128x128": arithmetic.mobilenet_v1(size=128),
    "mobilenet-v1@0.5@input=160x160": arithmetic.mobilenet_v1(0.5, 160),
    "mobilenet-v2": arithmetic.mobilenet_v2(1),
    "mobilenet-v2@1.4": arithmetic.mobilenet_v2(1.4),
    "shufflenet-v1-g3": arithmetic.shufflenet(3),
    "shufflenet-v1-g3@width=2": arithmetic.shufflenet(3, 2),
    "shufflenet-v1-g3@width=1.5": arithmetic.shufflenet(3, 1.5),
    "shufflenet-v1-g3@width=0.5": arithmetic.shufflenet(3, 0.5),
    "densenet-40-12": arithmetic.densenet(40, 12, bc=False),
    "densenet-100-12": arithmetic.densenet(100, 12, bc=False),
    "densenet-100-24": arithmetic.densenet(100, 24, bc=False),
    "densenet-bc-100-12": arithmetic.densenet(100, 12, bc=True),
    "densenet-bc-250-24": arithmetic.densenet(250, 24, bc=True),
    "densenet-bc-190-40": arithmetic.densenet(190, 40, bc=True),
    **{f"shufflenet-v1-g{g}": arithmetic.shufflenet(g) for g in (1, 2, 4, 8)},
}
MULTIPLIES = {
    "resnet-18": arithmetic.resnet((2, 2, 2, 2), deep=False),
    "resnet-34": arithmetic.resnet((3, 4, 6, 3), deep=False),
    "resnet-50@v1": arithmetic.resnet((3, 4, 6, 3), deep=True),
    "resnet-101@v1": arithmetic.resnet((3, 4, 23, 3), deep=True),
    "resnet-152@v1": arithmetic.resnet((3, 8, 36, 3), deep=True),
    "resnet-50": arithmetic.resnet((3, 4, 6, 3), deep=True, early=False),
    "resnet-152": arithmetic.resnet((3, 8, 36, 3), deep=True, early=False),
    "vgg-16": sum(arithmetic.vgg((2, 2, 3, 3, 3))),
    "vgg-19": sum(arithmetic.vgg((2, 2, 4, 4, 4))),
}
SCALES = {  # tensorflow/tpu models/official/efficientnet/efficientnet_builder.py
    "efficientnet-b0": (1.0, 1.0, 224),
    "efficientnet-b1": (1.0, 1.1, 240),
    "efficientnet-b2": (1.1, 1.2, 260),
    "efficientnet-b3": (1.2, 1.4, 300),
    "efficientnet-b4": (1.4, 1.8, 380),
    "efficientnet-b5": (1.6, 2.2, 456),
    "efficientnet-b6": (1.8, 2.6, 528),
    "efficientnet-b7": (2.0, 3.1, 600),
}
MULTIPLIES |= {name: arithmetic.efficientnet(*scale) for name, scale in SCALES.items()}


def cost(reference: str) -> Any:
    return fc.analyze(fc.load(reference)).total.cost


@pytest.fixture
def tables(capsys: pytest.CaptureFixture[str]) -> Callable[[str], list[dict[str, Any]]]:
    """The rows of all the tables of a network."""

    def run(name: str) -> list[dict[str, Any]]:
        assert main(["paper", name, "--format", "json"]) == 0
        document = json.loads(capsys.readouterr().out)
        return [row for rows in (document["rows"], *document["more"]) for row in rows]

    return run


def established(stem: str, place: int = 0) -> dict[str, str]:
    (section,) = [one for name, at, one in SECTIONS if (name, at) == (stem, place)]
    return {row: parts["established"] for row, parts in section["notes"].items()}


def fits(printed: str, exact: int) -> bool:
    return read_printed(printed, "here", 1000).fits(exact)


@pytest.mark.parametrize("reference", SUMS)
def test_a_network_costs_what_its_papers_table_sums_to(reference: str) -> None:
    found = cost(reference)
    assert (found.multiplies, found.weights, found.norm_params) == SUMS[reference]


@pytest.mark.parametrize("reference", MULTIPLIES)
def test_a_network_multiplies_as_its_papers_table_says(reference: str) -> None:
    assert cost(reference).multiplies == MULTIPLIES[reference]


def test_each_row_is_of_a_shipped_network() -> None:
    for stem, _, section in SECTIONS:
        assert stem in families()
        assert re.search(r" et al\.| and |Chollet,", section["source"]), stem
        assert re.search(r"Tables? [0-9]|sections? [0-9]", section["source"]), stem
        named = [find(row.partition("@")[0]) for row in section["networks"]]
        assert None not in named, stem
        assert all("established" in parts for parts in section.get("notes", {}).values())


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["mobilenet-v1", "mobilenet-v2", "shufflenet-v1-g3", "resnet-50", "vgg-16", "efficientnet-b0"],
)
def test_each_difference_is_explained(
    name: str, tables: Callable[[str], list[dict[str, Any]]]
) -> None:
    told = {
        (section["source"], row) for _, _, section in SECTIONS for row in section.get("notes", {})
    }
    rows = [row for row in tables(name) if "network" in row]
    assert any(row["verdict"] == "agrees" for row in rows) or name == "vgg-16"
    for row in rows:
        differing = row["verdict"].removesuffix(" differ").split(" and ")
        assert row["verdict"] == "agrees" or any(
            (row["source"], about) in told for about in (row["network"], *differing)
        ), row


@pytest.mark.slow
def test_the_whole_table_of_a_familys_paper_and_of_others_what_is_of_it(
    tables: Callable[[str], list[dict[str, Any]]],
) -> None:
    rows = tables("resnet-18")
    assert [row["network"] for row in rows] == [
        *("resnet-18", "resnet-34", "resnet-50@v1", "resnet-101@v1", "resnet-152@v1"),
    ]
    assert rows == [row for row in tables("ResNet50@v1") if "EfficientNet" not in row["source"]]
    others = [row for row in tables("resnet-50") if "EfficientNet" in row["source"]]
    assert [row["network"] for row in others] == ["resnet-50"]
    assert others[0] | {"source": ""} == {
        "network": "resnet-50",
        "printed_params": "26M",
        "params": 25_557_032,  # torchvision's
        "params_difference": pytest.approx(26e6 / 25_557_032 - 1, abs=1e-6),
        "printed_multiplies": "4.1B",
        "multiplies": 4_089_184_256,
        "multiplies_difference": pytest.approx(4.1e9 / 4_089_184_256 - 1, abs=1e-6),
        "verdict": "agrees",
        "source": "",
    }


@pytest.mark.slow
def test_a_note_on_a_whole_table_stays_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    for name, there in (("efficientnet-b3", True), ("densenet-169", False)):
        assert main(["paper", name]) == 0
        text = capsys.readouterr().out
        assert ("multiplies: established: B1 is printed" in text) is there
        assert "densenet-169: established: 4 % above" in text


# -- the notes, each figure recomputed


def test_what_mobilenets_tables_count() -> None:
    notes = established("mobilenet-v1")
    full, small = SUMS["mobilenet-v1@full"], SUMS["mobilenet-v1@0.5@input=160x160"]
    alone = full.multiplies - 1024 * 1000
    assert f"{alone:,} fits" in notes["mobilenet-v1@full"]
    assert fits("4866M", alone)
    assert not fits("4866M", full.multiplies)
    assert not fits("569M", SUMS["mobilenet-v1"].multiplies - 1024 * 1000)
    said = notes["mobilenet-v1@0.5@input=160x160"]
    assert f"{small.weights:,} weights, without 1,000 biases and {small.norm:,} of" in said
    assert fits("1.32M", small.weights)
    assert not fits("1.32M", small.weights + 1000 + small.norm)


def test_what_mobilenets_tables_print_of_others() -> None:
    notes = established("mobilenet-v1")
    convolutions, dense = arithmetic.vgg((2, 2, 3, 3, 3))
    for said in (notes["vgg-16"], established("shufflenet-v1", 1)["vgg-16"]):
        assert f"{convolutions:,}" in said
        assert f"{dense:,}" in said
    assert fits("153e8", convolutions)
    twice = 2 * cost("squeezenet-1.0@input=227x227").multiplies
    assert f"{twice:,}" in notes["squeezenet-1.0@input=227x227"]
    assert fits("17e8", twice)
    assert fits("72e7", cost("alexnet").multiplies)


def test_what_mobilenet_v2s_table_counts() -> None:
    notes = established("mobilenet-v2")
    net = SUMS["mobilenet-v2"]
    assert (
        f"{net.weights:,} weights, without 1,000 biases and {net.norm:,}" in notes["mobilenet-v2"]
    )
    assert fits("3.4M", net.weights)
    assert not fits("3.4M", net.weights + 1000 + net.norm)
    roundings: list[Callable[[float], int]] = [int, math.ceil, round]
    others = [arithmetic.mobilenet_v2(1.4, rounded) for rounded in roundings]
    others.append(arithmetic.mobilenet_v2(1.4, lambda width: arithmetic.to_eight(width, 4)))
    assert (min(others)[0] // 10**6, max(others)[0] // 10**6) == (562, 578)
    sixteen = arithmetic.mobilenet_v2(1.4, lambda width: arithmetic.to_eight(width, 16))
    assert sixteen.multiplies // 10**6 == 627
    for one in (*others, sixteen, SUMS["mobilenet-v2@1.4"]):
        assert fits("6.1M", one.weights + 1000 + one.norm)
        assert not fits("585M", one.multiplies)


def test_what_shufflenets_tables_count() -> None:
    without = {
        groups: SUMS[name].multiplies - 4 * stage * 1000
        for groups, name, stage in [
            *((1, "shufflenet-v1-g1", 144), (2, "shufflenet-v1-g2", 200)),
            *((3, "shufflenet-v1-g3", 240), (4, "shufflenet-v1-g4", 272)),
            (8, "shufflenet-v1-g8", 384),
        ]
    }
    said = established("shufflenet-v1")["multiplies"]
    assert [int(number.replace(",", "")) for number in re.findall(r"[0-9,]{11}", said)] == list(
        without.values()
    )
    for printed, exact in zip((143, 140, 137, 133, 137), without.values(), strict=True):
        assert round(exact / 1e6) == printed
    kept = arithmetic.shufflenet(3, 1.5, first=24)
    for stem, place in (("shufflenet-v1", 1), ("mobilenet-v2", 0)):
        assert f"{kept.multiplies:,}" in established(stem, place)["shufflenet-v1-g3@width=1.5"]
    assert fits("292M", kept.multiplies)
    double = SUMS["shufflenet-v1-g3@width=2"]
    assert f"{double.weights:,} weights" in established("mobilenet-v2")["shufflenet-v1-g3@width=2"]


def test_what_resnets_table_counts() -> None:
    notes = established("resnet")
    bare = arithmetic.resnet((3, 4, 6, 3), deep=False, project=False)
    assert f"{bare:,}" in notes["resnet-34"]
    assert round(bare / 1e8) == 36
    assert round(MULTIPLIES["resnet-34"] / 1e8) == 37
    early = [MULTIPLIES[f"resnet-{depth}@v1"] for depth in (50, 101, 152)]
    assert [one // 10**8 for one in early] == [38, 75, 112]
    assert [round(one / 1e8) for one in early] == [39, 76, 113]
    convolutions, dense = arithmetic.vgg((2, 2, 3, 3, 3))
    assert f"{convolutions:,}" in established("resnet", 1)["vgg-16"]
    assert fits("15.3 billion", convolutions)
    assert not fits("19.6 billion", MULTIPLIES["vgg-19"] - dense)


def test_what_densenets_table_counts() -> None:
    said = established("densenet-cifar")["params"]
    wide, wider = SUMS["densenet-bc-250-24"], SUMS["densenet-bc-190-40"]
    bare = [f"{one.weights / 1e6:.1f}" for one in (wide, wider)]
    more = [f"{(one.weights + 10 + 2 * one.norm) / 1e6:.1f}" for one in (wide, wider)]
    assert f"would be {' and '.join(bare)} without the former" in said
    assert f"{' and '.join(more)} with the latter" in said


def test_what_efficientnets_table_counts() -> None:
    notes = established("efficientnet")
    printed = {"efficientnet-b1": "0.70B", "efficientnet-b4": "4.2B", "efficientnet-b5": "9.9B"}
    built = [MULTIPLIES[name] for name in printed]
    off = [
        read_printed(text, "", 1000).difference(exact)
        for text, exact in zip(printed.values(), built, strict=True)
    ]
    assert [f"{100 * abs(one):.1f}" for one in off] == ["1.9", "4.4", "3.6"]
    assert "1.9 % above" in notes["multiplies"]
    assert "4.4 % and 3.6 % below" in notes["multiplies"]
    readings: list[dict[str, Any]] = [
        {"squeeze": False},
        {"halved": math.floor},
        *({"repeats": repeats} for repeats in (round, math.floor)),
        *({"rounded": rounded} for rounded in (int, round, math.ceil)),
        *({"rounded": lambda width, by=by: arithmetic.to_eight(width, by)} for by in (4, 16)),
        *({"rounded": lambda width, to=to: 8 * to(width / 8)} for to in (math.floor, math.ceil)),
    ]
    for reading in readings:
        found = [arithmetic.efficientnet(*SCALES[name], **reading) for name in printed]
        assert not all(map(fits, printed.values(), found)), reading
    for name, text in (("efficientnet-b2", "9.2M"), ("resnext-101-64x4d@input=320x320", "84M")):
        all_in = cost(name).params + cost(name).norm_stats
        assert f"{cost(name).norm_stats:,} moving statistics, {all_in:,}" in notes[name]
        assert fits(text, all_in)
    heads = fc.analyze(fc.load("inception-v4", aux=True)).total.cost.params
    assert f"{heads:,} parameters with the auxiliary head" in notes["inception-v4"]

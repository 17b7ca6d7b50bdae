"""Keras' networks and ONNX graphs, built, read and counted as other software counts them.

Layers of Keras' alone: tests/frameworks/test_keras_traced.py; exports: test_onnx_exports.py there.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.facts.read_others import GROUPS, by_layer, differences, known, network_of, of_group

QUICK = ("MobileNetV3Small", "VGG19")
LIGHT = [name for name in of_group("onnx") if name.startswith("light_")]


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in of_group("keras")],
)
def test_a_network_of_keras_is_counted_as_its_layers_are(name: str, tmp_path: Path) -> None:
    fact = known()[name]
    network = network_of(fact, tmp_path)
    assert differences(fact, network) == []
    assert list(network.inputs.values()) == [tuple(shape) for shape in fact["inputs"]]


@pytest.mark.parametrize("name", LIGHT)
def test_a_graph_of_the_onnx_package_is_counted_as_it_runs(name: str, tmp_path: Path) -> None:
    fact = known()[name]
    assert differences(fact, network_of(fact, tmp_path)) == []


def test_a_fact_that_differs_is_seen(tmp_path: Path) -> None:
    fact = known()["light_squeezenet.onnx"]
    network = network_of(fact, tmp_path)
    right = fact["multiplies"]
    assert differences({**fact, "multiplies": right + 1}, network) == [
        f"multiplies: {right + 1} is {right}"
    ]
    assert differences({**fact, "each_layer": ""}, network)[0].startswith("each_layer: ")
    assert sum(by_layer(network).values()) == right


def test_there_are_facts_of_every_group() -> None:
    groups = Counter(fact["group"] for fact in known().values())
    assert set(groups) == set(GROUPS)
    assert min(groups.values()) >= 17
    assert len(LIGHT) == 5

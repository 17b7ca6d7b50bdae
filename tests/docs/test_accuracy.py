"""The accuracies beside the costs are what their sources print, of networks that cost the same."""

import re
import tomllib
from typing import Any

import pytest

import flopcount as fc
from tests.docs.blocks import ROOT

PRINTED: dict[str, Any] = tomllib.loads((ROOT / "docs/accuracy.toml").read_text(encoding="utf-8"))
OF_TORCHVISION = PRINTED["torchvision"]["networks"]


@pytest.mark.slow
def test_every_accuracy_is_a_figure_of_a_network_and_has_a_source() -> None:
    for source in PRINTED.values():
        assert re.search(r"torchvision \d|keras\.io", source["source"])
        for reference, fact in source["networks"].items():
            assert re.fullmatch(r"\d\d\.\d{1,3}", fact["top1"]), reference
            assert fc.load(reference, input=fact.get("input")).name == reference


def test_two_sources_do_not_say_different_things_of_one() -> None:
    named = [reference for source in PRINTED.values() for reference in source["networks"]]
    assert len(named) == len(set(named))


@pytest.mark.slow
@pytest.mark.parametrize("reference", OF_TORCHVISION)
def test_torchvision_prints_this_accuracy_and_this_cost(reference: str) -> None:
    """Its cost too, in billions, of the image that the accuracy was measured on."""
    from torchvision import models

    fact = OF_TORCHVISION[reference]
    weights = models.get_model_weights(fact["model"]).IMAGENET1K_V1
    assert fact["top1"] == str(weights.meta["_metrics"]["ImageNet-1K"]["acc@1"])
    network = fc.load(reference, input=fact.get("input"))
    assert set(next(iter(network.inputs.values()))[:2]) == {
        weights.transforms.keywords["crop_size"]
    }
    assert round(fc.analyze(network).multiplies / 10**9, 3) == weights.meta["_ops"]
    with_heads = fc.load(reference, input=fact.get("input"), aux=fact["model"] == "inception_v3")
    assert fc.analyze(with_heads).params == weights.meta["num_params"]

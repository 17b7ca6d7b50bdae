"""The networks that come with flopcount against public software, layer for layer: see public.py."""

from functools import cache

import pytest

from flopcount.notation.library import variants
from flopcount.notation.shipped import families
from tests.facts.layers import layers_of
from tests.facts.public import (
    TOTALS,
    Public,
    differences,
    digest,
    facts,
    is_live,
    live,
    loaded,
    totals_of,
)

APART = ("inception",)  # families that have facts of their own: test_implementations.py
# Variants that no public software has by itself, and why.
UNBUILT = {
    "lenet-5@paper": "the paper's own maps: test_read_networks.py",
    "vgg@torchvision": "its pool differs at other sizes than 224 alone",
    "mobilenet-v1@full": "the paper's Table 4: tests/papers/test_printed_networks.py",
    "mobilenet-v1@shallow": "the paper's Table 5: tests/papers/test_printed_networks.py",
}
FAMILIES = {name: family.networks for name, family in families().items() if name not in APART}


@pytest.mark.parametrize("reference", facts())
def test_totals_and_layers_are_the_softwares(reference: str) -> None:
    """Where this fails, ``python -m tests.facts.public NAME`` says which layers differ."""
    fact = facts()[reference]
    network = loaded(reference, fact)
    assert totals_of(network) == {name: fact[name] for name in TOTALS}
    assert ("each_layer" in fact) == is_live(fact)
    if is_live(fact):
        assert digest(layers_of(network)) == fact["each_layer"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_network_and_variant_has_facts(family: str) -> None:
    named = {reference for reference in facts() if "@" in reference}
    for name in FAMILIES[family]:
        assert name in facts()
        for variant in variants(name):
            found = any(f"{other}@{variant}" in named for other in FAMILIES[family])
            assert found != (f"{family}@{variant}" in UNBUILT), variant


def test_every_fact_is_of_a_network_and_has_a_source() -> None:
    members = {name for networks in FAMILIES.values() for name in networks}
    assert {reference.partition("@")[0] for reference in facts()} == members
    assert all(fact["source"] for fact in facts().values())


# Live. Those of PyTorch are built on shapes alone, a second each; Keras' with numbers, longer.

SAMPLE = {  # one of each kind of network; all of them by hand: see public.py
    "alexnet@torchvision", "vgg-11", "vgg-11@bn", "resnet-50", "resnext-50-32x4d",
    "squeezenet-1.1", "mobilenet-v1", "mobilenet-v2@0.5", "mobilenet-v3-small",
    "shufflenet-v2-x0.5", "efficientnet-b0", "convnext-tiny", "vit-b32", "swin-t", "mixer-b16",
    "bert-base", "gpt2", "t5-small", "llama-2-7b", "whisper-tiny",
}  # fmt: skip


@cache
def public(reference: str) -> Public:
    ((_, found),) = live({reference: facts()[reference]})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("reference", [name for name in facts() if name in SAMPLE])
def test_the_public_software_has_these_layers(reference: str) -> None:
    assert differences(reference, facts()[reference], public(reference)) == ""


# Comparisons that must fail


@pytest.mark.slow
def test_a_wrong_width_is_found() -> None:
    fact = facts()["vgg-11"]
    found = differences("vgg-11", fact, public("vgg-11"), set={"conv3.c": 255})
    assert "ours has weights = " in found
    assert "only theirs: 1 × conv 3x3/1x1 256, groups 1, 56x56x128 → 56x56, 294912 weights" in found
    assert "only ours: 1 × conv 3x3/1x1 255, groups 1, 56x56x128 → 56x56, 293760 weights" in found


@pytest.mark.slow
def test_a_wrong_fact_is_found() -> None:
    fact = {**facts()["vgg-11"], "biases": 1, "each_layer": "0"}
    found = differences("vgg-11", fact, public("vgg-11")).splitlines()
    assert [line.partition(" = ")[0] for line in found] == [
        "the facts have biases", "the facts have each_layer",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_parameter_of_no_layer_is_found() -> None:
    import torch

    from tests.facts.public_torch import read

    class Idle(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used = torch.nn.Linear(4, 4)
            self.idle = torch.nn.Linear(4, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.used(x)

    with torch.device("meta"):
        module = Idle()
    with pytest.raises(AssertionError, match=r"of no layer: idle\.weight, idle\.bias"):
        read(module, "4x4")

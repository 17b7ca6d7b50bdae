"""What each counter printed for eleven networks is what its rules say, to the digit."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from flopcount.counters.counting import count, own_count
from flopcount.counters.rules import tools
from tests.counters.networks import NAMES, calls

_TABLE = tomllib.loads(Path(__file__).with_name("printed.toml").read_text(encoding="utf-8"))
PRINTED: Mapping[str, Mapping[str, int]] = _TABLE["total"]
PARAMETERS: Mapping[str, Mapping[str, int]] = _TABLE["parameters"]
QUICK = ("lstm1", "lstm", "unet", "vgg11", "resnet18", "kinds")
BY_NETWORK = [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in NAMES]
# torchprofile also counts each multiplication of sizes in its trace, which no operator of tensors
# is: so many of these it has.
OF_SIZES = {("torchprofile", "vit_b_16"): 49, ("torchprofile", "swin_t"): 24}
# torch's exporter writes attention in pieces, arithmetic of shapes among them, which onnx-tool then
# counts: what a model calls does not say them.
NOT_SAID = {("onnx-tool", "vit_b_16"), ("onnx-tool", "swin_t")}


def test_every_counter_that_printed_something_has_rules() -> None:
    assert set(PRINTED) <= set(tools())


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NETWORK)
def test_rules_give_what_was_printed(name: str) -> None:
    printed = {
        tool: totals[name] - OF_SIZES.get((tool, name), 0)
        for tool, totals in PRINTED.items()
        if tool in tools() and name in totals and (tool, name) not in NOT_SAID
    }
    counted = {tool: count(tools()[tool], calls(name)).value for tool in printed}
    assert len(printed) >= 15
    assert counted == printed


@pytest.mark.parametrize("name", BY_NETWORK)
def test_parameters_are_those_that_counters_printed(name: str) -> None:
    stored = sum(call.facts.get("stored", 0) for call in calls(name) if call.level == "operator")
    printed = {PARAMETERS[tool][name] for tool in PARAMETERS if tool != "thop"}  # thop leaves some
    assert {stored} == printed


def test_flopcountermode_says_twice_our_count_of_convolutions() -> None:
    ours, theirs = (own_count("FLOP", calls("vgg11")).value, PRINTED["flopcountermode"]["vgg11"])
    assert ours == theirs

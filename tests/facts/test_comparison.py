"""Other counters of GoogLeNet: what each printed, of the network in PyTorch, its rules say too."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import tool_named

ROOT = Path(__file__).parents[2]
SEEN = tomllib.loads((ROOT / "tests/facts/counters.toml").read_text(encoding="utf-8"))["seen"]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> fc.Network:
    """The paper's table; its last pool has the kernel that the network in PyTorch has."""
    text = (ROOT / "tables/googlenet.toml").read_text(encoding="utf-8")
    assert text.count('"avgpool global"') == 1
    path = tmp_path_factory.mktemp("tables") / "pooled.toml"
    path.write_text(text.replace('"avgpool global"', '"avgpool 7x7 valid"'), encoding="utf-8")
    return fc.load(str(path))


@pytest.mark.parametrize("part", ["3a", "googlenet"])
@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: f"{seen['tool']}@{seen['version']}")
def test_its_rules_say_what_a_counter_printed(
    network: fc.Network, seen: dict[str, Any], part: str
) -> None:
    if part not in seen:
        assert seen["tool"] == "xla"  # of which only a module was run
        return
    of = network[part] if part == "3a" else network
    tool = tool_named(f"{seen['tool']}@{seen['version']}")
    assert calls_of(of).count(tool).value == seen[part]

"""The page of other counters: each figure seen is our count and the parts that it adds."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.core.counts import Counts
from flopcount.core.graph import walk

ROOT = Path(__file__).parents[2]
SEEN = tomllib.loads((ROOT / "tests/facts/counters.toml").read_text(encoding="utf-8"))["seen"]
PAGE = (ROOT / "docs/comparison.md").read_text(encoding="utf-8")


def elements(shape: tuple[int, ...]) -> int:
    height, width, channels = shape
    return height * width * channels


def parts(network: fc.Network) -> dict[str, int]:
    """What a counter may add to the multiplies, by name."""
    rows = [(row.node.op, row.inputs[0], row.output, Counts([row])) for row in walk(network)]

    def of(*words: str) -> list[tuple[Any, ...]]:
        return [row for row in rows if row[0].word in words]

    convolved = sum(elements(output) for _, _, output, _ in of("conv"))
    averaged, softmax, lrn = of("avgpool"), of("softmax"), of("lrn")
    return {
        "biases of convolutions": convolved,
        "bias of the dense layer": sum(elements(output) for _, _, output, _ in of("dense")),
        "ReLU": convolved,
        "pools' inputs": sum(elements(entry) for _, entry, _, _ in of("maxpool", "avgpool")),
        "pools' compares": sum(cost.elementwise.compares for _, _, _, cost in of("maxpool")),
        "average pool's outputs": sum(elements(output) for _, _, output, _ in averaged),
        "softmax, 1 for each input": sum(elements(entry) for _, entry, _, _ in softmax),
        "softmax, 3 for each input less 1": sum(
            h * w * (3 * c - 1) for _, (h, w, c), _, _ in softmax
        ),
        # an average over the channels, two of them more on each side, and two products and a sum
        "LRN": sum(h * w * (c + 4) + 3 * h * w * c for _, (h, w, c), _, _ in lrn),
    }


@pytest.mark.parametrize("name", ["3a", "googlenet"])
@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen["tool"])
def test_what_a_counter_says_is_our_count_and_what_it_adds(seen: dict[str, Any], name: str) -> None:
    if name not in seen:
        assert name == "googlenet"
        assert seen["tool"].startswith("XLA")  # of which only a module was run
        return
    network = fc.load("googlenet")["3a"] if name == "3a" else fc.load("googlenet")
    ours = getattr(fc.analyze(network).total.cost, seen.get("of", "multiplies"))
    added = parts(network)
    assert seen[name] == seen["times"] * ours + sum(added[part] for part in seen["adds"])
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {seen['tool']} |"))
    assert f"{seen[name]:,}" in row

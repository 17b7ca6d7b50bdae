"""What is offered for a name that is not known: what a slip may have made it of, or nothing."""

import pytest

from flopcount.errors import alike, nearest

LAYERS = [
    "conv",
    "depthwise",
    "dense",
    "maxpool",
    "avgpool",
    "flatten",
    "relu",
    "relu6",
    "identity",
]
NETWORKS = ["bn-inception", "googlenet", "inception-v2", "inception-v3", "inception-v4"]


@pytest.mark.parametrize(
    ("typed", "known", "offered"),
    [
        # a letter left out, put in, changed or swapped with the next
        ("con", LAYERS, ["conv"]),
        ("convv", LAYERS, ["conv"]),
        ("cinv", LAYERS, ["conv"]),
        ("cnov", LAYERS, ["conv"]),
        ("maxpol", LAYERS, ["maxpool"]),
        ("FLATEN", LAYERS, ["flatten"]),
        ("googlnet", NETWORKS, ["googlenet"]),
        ("gogolenet", NETWORKS, ["googlenet"]),
        # of a long name, a quarter of the letters
        ("iddentitty", LAYERS, ["identity"]),
        ("depthwize", LAYERS, ["depthwise"]),
        # as near as each other
        ("relu7", LAYERS, ["relu", "relu6"]),
        ("inception-v5", NETWORKS, ["inception-v2", "inception-v3", "inception-v4"]),
        # a beginning, an end after a dot
        ("max", LAYERS, ["maxpool"]),
        ("inception", NETWORKS, ["inception-v2", "inception-v3", "inception-v4"]),
        ("compares", ["norm_params", "elementwise.compares"], ["elementwise.compares"]),
        # another word
        ("attention", LAYERS, []),
        ("upconv", LAYERS, []),
        ("unconv", LAYERS, []),
        ("minpool", LAYERS, []),
        ("vonc", LAYERS, []),
        ("gate", LAYERS, []),
        ("alexnet", NETWORKS, []),
        ("resnet50", NETWORKS, []),
        ("googlenet-v2", NETWORKS, []),  # a version is no slip
        ("b", NETWORKS, []),
        ("", LAYERS, []),
        ("x", [], []),
    ],
)
def test_what_is_offered(typed: str, known: list[str], offered: list[str]) -> None:
    assert alike(typed, known) == offered
    assert nearest(typed, known).count("'") == 2 * len(offered)


def test_of_many_beginnings_none_is_offered() -> None:
    assert alike("stem", [f"stem/{number}" for number in range(9)]) == []
    versions = [f"inception-v{number}" for number in range(9)]
    assert alike("inception", ["bn-inception", *versions]) == []  # nor another that is like it


def test_of_many_that_are_as_near_a_few_are_offered() -> None:
    assert alike("layer/1000", [f"layer/{number}" for number in range(100, 999)])[:1]
    assert len(alike("layer/1000", [f"layer/{number}" for number in range(100, 999)])) <= 4


@pytest.mark.parametrize("typed", ["a" * 100_000, "\0", "conv" * 100, "é", "\ud800", "(" * 50])
def test_whatever_is_typed_is_answered(typed: str) -> None:
    assert alike(typed, [*LAYERS, "a" * 300, "ab" * 99]) == []

"""Differences by kind of layer: they add up to the difference of the totals, exactly."""

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.analysis.aligned.differences import SUMS, by_kind, differences
from flopcount.core import COUNTS, Counts, Row
from tests.core.cases import CASES, Case

NAMED = r"\bK\b"  # a free width
NAMES = [name for name in COUNTS if name not in SUMS]
TABLES = ["bn-inception", "cifar10-inception", "googlenet", "googlenet@torchvision"]
TABLES += ["inception-resnet-v2@timm", "inception-v3", "inception-v4", "googlenet@separable"]


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    return fc.load(name).rows


def check_sums(rows: tuple[Row, ...]) -> None:
    found = by_kind(rows)
    assert list(found) == NAMES
    for name, kinds in found.items():
        assert sum(kinds.values()) == Counts(rows)[name], name
        assert None not in kinds.values()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_the_kinds_of_each_kind_of_layer_add_up_to_its_counts(case: Case) -> None:
    sizes = "x".join(map(str, case.shape({"H": 24, "W": 36, "C": 48})))
    check_sums(fc.parse(f"{sizes} > {re.sub(NAMED, '12', case.spec)}").rows)


@pytest.mark.parametrize("name", TABLES)
def test_those_of_a_network_do(name: str) -> None:
    check_sums(rows_of(name))


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TABLES), st.sampled_from(TABLES), st.integers(1, 3), st.integers(1, 3))
def test_differences_add_up_to_those_of_the_totals(
    one: str, other: str, times: int, others: int
) -> None:
    a, b = rows_of(one), rows_of(other)
    found = differences(a, b, (times, others))
    for name in NAMES:
        total = Counts(b, others)[name] - Counts(a, times)[name]
        assert sum(found.get(name, {}).values()) == total, name
    assert all(all(kinds.values()) and kinds for kinds in found.values())


def test_what_a_norm_in_the_place_of_biases_changes() -> None:
    biased = "9x9x8 > conv 3x3 16 linear"
    normed = "9x9x8 > conv 3x3 16 nobias norm linear"
    assert fc.align(biased, normed).differences == {
        "biases": {"bias": -16},
        "norm_params": {"batch norm": 2 * 16},  # γ and β
        "norm_stats": {"batch norm": 2 * 16},
        "elementwise.adds": {"bias": -81 * 16, "batch norm": 81 * 16},
        "elementwise.multiplies": {"batch norm": 81 * 16},
    }
    folded = str(fc.compare([normed, biased])).splitlines()[-1]
    assert folded.startswith("there is no batch norm in the second, which has 16 biases more: ")
    assert "folded" not in str(fc.compare([normed, "9x9x8 > conv 5x5 16"]))


def test_kinds_by_hand() -> None:
    found = by_kind(fc.parse("9x9x8 > [conv 1x1 4 | maxpool 3x3 > conv 1x1 4] > norm=rms").rows)
    assert found["multiplies"] == {"convolution": 2 * 81 * 8 * 4}
    assert found["weights"] == {"convolution": 2 * 8 * 4}
    assert found["biases"] == {"bias": 8}
    assert found["norm_params"] == {"other norms": 8}
    assert found["activations"]["joins"] == 81 * 8
    assert found["activations"]["pooling"] == 81 * 8
    assert found["elementwise.compares"]["pooling"] == 81 * 8 * 8  # nine numbers, eight compares
    tokens = by_kind(fc.parse("16 > embed 100 32 > attention 4 > lstm 8").rows)
    assert tokens["weights"] == {
        "embedding": 100 * 32,
        "dense": 4 * 32 * 32,
        "recurrence": 4 * (32 * 8 + 8 * 8),
    }
    assert tokens["multiplies"]["attention products"] == 2 * 16 * 16 * 32
    assert tokens["biases"] == {"bias": 4 * 32 + 4 * 8}
    # as in a PyTorch model, where the factors are a parameter by itself
    scaled = by_kind(fc.parse("16x8 > dense 8 > layerscale").rows)
    assert scaled["weights"] == {"dense": 8 * 8, "embedding": 8}
    assert scaled["elementwise.multiplies"] == {"other": 16 * 8}

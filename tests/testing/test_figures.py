"""Figures and tolerances as people write them, and what a network of the notation may cost."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.testing import assert_cost
from flopcount.testing.figures import read_figure, read_within

EXACT = Fraction(0)
SPEC = "28x28x192 > conv 1x1 16 > conv 5x5 32"
MULTIPLIES = 28 * 28 * (192 * 16 + 25 * 16 * 32)


@pytest.mark.parametrize(
    ("figure", "least", "most"),
    [
        (7, 7, 7),
        (1e9, 10**9, 10**9),
        ("25,557,032", 25_557_032, 25_557_032),
        ("25557032", 25_557_032, 25_557_032),
        ("4.1G", 4_050_000_000, 4_199_999_999),
        ("25.6M", 25_550_000, 25_699_999),
        ("159K", 158_500, 159_999),
        ("1.58e9", 1_575_000_000, 1_589_999_999),
        ("2.0", 2, 2),
        (0, 0, 0),
    ],
)
def test_a_figure_is_as_exact_as_it_is_written(figure: Any, least: int, most: int) -> None:
    found = read_figure(figure, "multiplies", EXACT)
    assert (found.least, found.most) == (least, most)


@given(st.integers(0, 10**12), st.integers(1, 4), st.sampled_from([10**3, 10**6, 10**9]))
def test_a_count_is_what_it_is_rounded_to_or_cut_off(count: int, decimals: int, unit: int) -> None:
    step = Fraction(unit, 10**decimals)
    suffix = {10**3: "K", 10**6: "M", 10**9: "G"}[unit]
    for steps in (count // step, (count + step / 2) // step):
        whole, rest = divmod(int(steps), 10**decimals)
        found = read_figure(f"{whole}.{rest:0{decimals}}{suffix}", "params", EXACT)
        assert found.least <= count <= found.most
        assert found.most - found.least < 2 * step


@given(st.integers(0, 10**12), st.integers(0, 100))
def test_within_is_a_part_of_the_figure_both_ways(figure: int, percent: int) -> None:
    found = read_figure(figure, "params", read_within(f"{percent}%"))
    assert 100 * found.least >= figure * (100 - percent) > 100 * (found.least - 1)
    assert 100 * found.most <= figure * (100 + percent) < 100 * (found.most + 1)


def test_within_is_exact_however_it_is_written() -> None:
    for within in ("2%", "2 %", "2.0%", "0.02", 0.02, Fraction(1, 50)):
        assert read_within(within) == Fraction(1, 50)
    assert [read_within(within) for within in (0, 1, "0%", "100%")] == [0, 1, 0, 1]


@pytest.mark.parametrize("within", [2, -0.1, "2", "-1%", "x", "", "101%", None, True, [], 1e999])
def test_a_tolerance_that_means_nothing_is_refused(within: Any) -> None:
    with pytest.raises(fc.FlopcountError, match='not a part of the whole from 0 to 1: "2%"'):
        assert_cost(SPEC, multiplies=5, within=within)


@pytest.mark.parametrize(
    "figure", [True, None, -1, 1.5, float("nan"), float("inf"), "4.1", "x", "", [], 10**70, "1e99K"]
)
def test_a_figure_that_means_nothing_is_refused(figure: Any) -> None:
    with pytest.raises(fc.FlopcountError, match="multiplies"):
        assert_cost(SPEC, multiplies=figure)


def test_networks_of_all_kinds_are_taken(tmp_path: Path) -> None:
    for network in (SPEC, fc.parse(SPEC), fc.analyze(SPEC)):
        assert_cost(network, multiplies=MULTIPLIES)
    assert_cost(fc.load("googlenet")["3a"], multiplies=128_049_152)  # as analyze has it
    path = tmp_path / "net.toml"
    path.write_text('input = "8x8x3"\n[rows]\na = "conv 3x3 4"\n', encoding="utf-8")
    assert_cost(path, params=3 * 3 * 3 * 4 + 4)


def test_elementwise_counts_have_an_underscore() -> None:
    count = fc.analyze(SPEC).cost["elementwise.adds"]
    assert_cost(SPEC, elementwise_adds=count)
    with pytest.raises(AssertionError, match="elementwise adds"):
        assert_cost(SPEC, elementwise_adds=count + 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "name a count: assert_cost"),
        ({"within": "2%"}, "name a count"),
        ({"multiplys": 5}, "did you mean 'multiplies'"),
        ({"gflops": 5}, "write flops, and 4e9 for 4 of them"),
        ({"MULTIPLIES": 5, "multiplies": 5}, "multiplies is named twice"),
        ({"baseline": "nothing.json"}, "baseline 'nothing.json': No such file"),
        ({"baseline": 5}, "no model|not 5"),
        ({"baseline": "gogglenet"}, "unknown network 'gogglenet'"),
    ],
)
def test_what_means_nothing_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(fc.FlopcountError, match=said):
        assert_cost(SPEC, **arguments)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "5",
        '{"schema": 1}',
        '{"schema": 2, "layers": []}',
        '{"schema": 1, "layers": 5}',
        '{"schema": 1, "layers": [5]}',
        '{"schema": 1, "layers": [{"layer": "a", "op": "b", "output": [1]}]}',
        "[" * 100_000,
        "\0",
    ],
)
def test_a_file_that_is_no_report_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cost.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(fc.FlopcountError, match=r"cost.json' is no JSON report"):
        assert_cost(SPEC, multiplies=5, baseline=path)


def test_a_report_has_its_inputs() -> None:
    with pytest.raises(fc.FlopcountError, match="a Report has its inputs already"):
        assert_cost(fc.analyze(SPEC), fc.inputs(1, 3), multiplies=5)


def test_a_name_moves_nothing_in_the_message() -> None:
    name = "a\x1b[31m\nb"
    network = fc.parse(SPEC)
    object.__setattr__(network, "name", name)
    with pytest.raises(AssertionError) as caught:
        assert_cost(network, multiplies=5)
    assert str(caught.value).startswith("a\\x1b[31m\\nb costs more than the test says")

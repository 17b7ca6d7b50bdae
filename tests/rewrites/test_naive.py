"""What-ifs: the naive network in its three readings, by arithmetic from the paper's table."""

from itertools import pairwise
from typing import Any

import pytest

import flopcount as fc
import flopcount.rewrites.naive
from flopcount import FlopcountError, Network
from flopcount.core.graph import walk
from flopcount.rewrites.naive import READINGS, naive, naive_rows
from tests.facts.googlenet_widths import GRIDS, WIDTHS
from tests.shipped import SAMPLE

WHOLE, NINE = 1_582_671_872, 1_103_972_352


def channels_in(reading: str) -> dict[str, int]:
    """What enters each module: as built, or, chained, the naive output before it."""
    found, channels = {}, 192
    for module, (n1, _, n3, _, n5, proj) in WIDTHS.items():
        found[module] = channels
        channels = n1 + n3 + n5 + (channels if reading == "chained" else proj)
    return found


def by_arithmetic(module: str, reading: str) -> int:
    """n²·c·(#1×1 + 9·#3×3 + 25·#5×5), and the pool projection where it stays."""
    n1, _, n3, _, n5, proj = WIDTHS[module]
    c, n = channels_in(reading)[module], GRIDS[module[0]]
    return n**2 * c * (n1 + 9 * n3 + 25 * n5 + (proj if reading == "reduce" else 0))


@pytest.mark.parametrize(
    ("reading", "nine"),
    [("reduce", 3_947_847_680), ("figure", 3_881_213_952), ("chained", 12_085_441_536)],
)
def test_each_reading_of_the_nine_modules(reading: str, nine: int) -> None:
    report = fc.analyze(fc.load("googlenet"), modules=list(WIDTHS), naive=reading)
    assert report.total.cost.multiplies == NINE
    assert report.total.naive.multiplies == nine
    assert {line.module: line.naive.multiplies for line in report.lines} == {
        module: by_arithmetic(module, reading) for module in WIDTHS
    }
    assert sum(by_arithmetic(module, reading) for module in WIDTHS) == nine


@pytest.mark.parametrize(
    ("reading", "whole"),
    [("reduce", 4_426_547_200), ("figure", 4_359_913_472), ("chained", 12_568_061_056)],
)
def test_each_reading_of_the_whole(reading: str, whole: int) -> None:
    report = fc.analyze(fc.load("googlenet"), naive=reading)
    nine = sum(by_arithmetic(module, reading) for module in WIDTHS)
    # the stem and linear stay; chained, linear reads the 4,944 channels that 5b puts out
    extra = (4_944 - 1_024) * 1_000 if reading == "chained" else 0
    assert report.total.naive.multiplies == WHOLE - NINE + nine + extra == whole  # DESIGN §6


def test_the_channels_of_the_chain() -> None:
    rows = {row.node.path: row for row in walk(naive(fc.load("googlenet"), "chained"))}
    puts_out = [*list(channels_in("chained").values())[1:], 4_944]
    assert [rows[f"{module}/concat"].output[2] for module in WIDTHS] == puts_out
    assert rows["linear/1"].inputs == ((1, 1, 4_944),)


def test_the_5x5_branch() -> None:
    report = fc.analyze(fc.load("googlenet")["3a"])
    (line,) = [line for line in report.lines if line.branch == "5x5"]
    assert line.naive.multiplies == 5**2 * 28**2 * 192 * 32 == 120_422_400
    assert line.cost.multiplies == 28**2 * 192 * 16 + 5**2 * 28**2 * 16 * 32 == 12_443_648
    assert line.saved == 120_422_400 / 12_443_648
    assert f"{line.saved:.2f}" == "9.68"


@pytest.mark.parametrize("module", WIDTHS)
@pytest.mark.parametrize("reading", READINGS)
def test_a_module_alone_is_compared_with_itself_in_the_whole(module: str, reading: str) -> None:
    network = fc.load("googlenet")
    among = [line for line in fc.analyze(network, naive=reading).lines if line.module == module]
    alone = fc.analyze(network[module], naive=reading).total
    assert alone.naive == among[0].naive
    assert alone.naive.multiplies == by_arithmetic(module, reading)


def test_chained_uses_the_real_chain() -> None:
    # 3a puts out 64 + 128 + 32 + 192, 3b 128 + 192 + 96 + 416: Fig. 2(a)
    report = fc.analyze(fc.load("googlenet")["4a"], naive="chained")
    assert report.total.naive.multiplies == 14**2 * 832 * (192 + 9 * 208 + 25 * 48)


def test_figure_is_no_network() -> None:
    with pytest.raises(
        FlopcountError, match="'figure' prices each module alone and is not one net"
    ):
        naive(fc.load("googlenet"), "figure")
    with pytest.raises(FlopcountError, match="use reduce or chained"):
        naive(fc.load("googlenet"), "figure")


def test_an_unknown_reading() -> None:
    with pytest.raises(FlopcountError, match=r"unknown naive reading 'figur'.*mean 'figure'\?"):
        naive(fc.load("googlenet"), "figur")
    with pytest.raises(FlopcountError, match=r"unknown naive reading 'redcue'.*mean 'reduce'\?"):
        fc.analyze(fc.load("googlenet"), naive="redcue")


def test_only_the_marked_layers_go() -> None:
    network = fc.load("googlenet")
    without = {node.path for node in naive(network, "reduce").nodes}
    gone = [node.path for node in network.nodes if node.path not in without]
    assert gone == [f"{module}/{branch}/1" for module in WIDTHS for branch in ("3x3", "5x5")]
    chained = {node.path for node in naive(network, "chained").nodes}
    also = [path for path in without if path not in chained]
    assert sorted(also) == sorted(f"{module}/pool/2" for module in WIDTHS)
    assert "conv2/1" in chained  # keeps its 64 channels: no reduction


def test_names_mean_the_same_layer_in_every_reading() -> None:
    network = fc.load("googlenet")
    ops = {node.path: node.op for node in network.nodes}
    for reading in ("reduce", "chained"):
        for node in naive(network, reading).nodes:
            assert node.op == ops[node.path]


@pytest.mark.parametrize("name", SAMPLE)
@pytest.mark.parametrize("reading", READINGS)
def test_every_network_in_every_reading(name: str, reading: str) -> None:
    network = fc.load(name)
    before = network.nodes
    rows = walk(network)
    found = naive_rows(network, rows, reading)
    assert set(found) <= {node.path for node in network.nodes}
    assert network.nodes == before
    for row in rows:
        marked = getattr(row.node.op, "role", None)
        stays = marked is None or (marked == "project" and reading == "reduce")
        assert (row.node.path in found) == stays


def test_params_and_other_counts_follow_the_same_walk() -> None:
    report = fc.analyze(fc.load("googlenet")["3a"])
    # 5×5·192·32 + 32, 3×3·192·128 + 128, and the two that stay
    expected = 25 * 192 * 32 + 32 + 9 * 192 * 128 + 128 + 192 * 64 + 64 + 192 * 32 + 32
    assert report.total.naive.params == expected


@pytest.mark.parametrize("reading", ["reduce", "chained"])
def test_a_naive_network_reported_is_the_naive_column(reading: str) -> None:
    network = fc.load("googlenet")
    column = fc.analyze(network, naive=reading).total.naive
    assert fc.analyze(naive(network, reading)).total.cost == column


def test_the_modules_are_rewritten_alone_in_figure() -> None:
    network = fc.load("googlenet")
    found = naive_rows(network, walk(network), "figure")
    for first, then in pairwise(WIDTHS):
        assert found[f"{then}/1x1/1"].inputs[0][2] == channels_in("reduce")[then]
        assert found[f"{first}/pool/1"].output[2] == channels_in("reduce")[first]


def test_the_arithmetic_notices_a_projection_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    right = flopcount.rewrites.naive.bypass

    def wrong(network: Network, roles: Any) -> Network:
        return right(network, [role for role in roles if role != "project"])

    monkeypatch.setattr(flopcount.rewrites.naive, "bypass", wrong)
    report = fc.analyze(fc.load("googlenet"), modules=list(WIDTHS), naive="chained")
    assert report.total.naive.multiplies != 12_085_441_536

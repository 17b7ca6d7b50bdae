"""Break-even widths: solved from the graph, held to the closed form and to whole networks."""

import json
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.analysis import breakeven
from flopcount.analysis.breakeven import Reduction
from flopcount.cli.main import main
from tests.shipped import INCEPTION

# arXiv:1409.4842, Table 1: channels that enter, then #3×3 reduce, #3×3, #5×5 reduce, #5×5
TABLE = {
    "3a": (192, 96, 128, 16, 32),
    "3b": (256, 128, 192, 32, 96),
    "4a": (480, 96, 208, 16, 48),
    "4b": (512, 112, 224, 24, 64),
    "4c": (512, 128, 256, 24, 64),
    "4d": (512, 144, 288, 32, 64),
    "4e": (528, 160, 320, 32, 128),
    "5a": (832, 160, 320, 32, 128),
    "5b": (832, 192, 384, 48, 128),
}
CASES = [
    (module, branch, channels, kernel, reduced, filters)
    for module, (channels, r3, n3, r5, n5) in TABLE.items()
    for branch, kernel, reduced, filters in (("3x3", 3, r3, n3), ("5x5", 5, r5, n5))
]


def found_in(network: fc.Network, **where: Any) -> list[Reduction]:
    return fc.reductions(network, **where)


def test_every_reduction_of_googlenet_is_found() -> None:
    found = found_in(fc.load("googlenet"))
    assert [(one.path, one.width, one.count) for one in found] == [
        (f"{module}/{branch}/1", reduced, count)
        for module, branch, _, _, reduced, _ in CASES
        for count in ("multiplies", "params")
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}/{case[1]}")
def test_it_is_the_closed_form(case: tuple[str, str, int, int, int, int]) -> None:
    module, branch, c, k, reduced, f = case
    multiplies, params = found_in(fc.load("googlenet"), modules=[module], branch=branch)
    # r·(C + k²F) = k²·C·F
    assert multiplies.breakeven == Fraction(k**2 * c * f, c + k**2 * f)
    # weights r·C + k²·r·F and biases r + F, against k²·C·F weights and F biases:
    # r·(C + 1 + k²F) = k²·C·F
    assert params.breakeven == Fraction(k**2 * c * f, c + 1 + k**2 * f)
    assert multiplies.width == params.width == reduced
    # what is possible is the saving at width 1
    even = multiplies.breakeven
    assert multiplies.part == (even - reduced) / (even - 1)


def test_the_5x5_of_3a() -> None:
    (one,) = found_in(fc.load("googlenet"), modules=["3a"], branch="5x5", counts=["multiplies"])
    assert one.breakeven == Fraction(25 * 192 * 32, 192 + 25 * 32) == Fraction(153_600, 992)
    assert f"{float(one.breakeven):.1f}" == "154.8"
    assert one.width == 16
    assert one.saved(16) == 120_422_400 - 12_443_648 == 107_978_752


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}/{case[1]}")
@pytest.mark.parametrize("count", ["multiplies", "params"])
def test_the_costs_cross_there(case: tuple[str, str, int, int, int, int], count: str) -> None:
    module, branch = case[:2]
    (one,) = found_in(fc.load("googlenet"), modules=[module], branch=branch, counts=[count])
    below = int(one.breakeven)
    assert below < one.breakeven < below + 1
    for width in (1, one.width, below, below + 1):
        network = fc.load("googlenet", set={f"{module}.r{branch[0]}": width})
        (line,) = fc.analyze(network, modules=[module]).by("module").lines
        cost = int(getattr(line.cost, count))
        assert cost == one.without - one.saved(width)
        assert (cost < one.without) == (width <= below)


def test_without_is_the_module_with_that_branch_naive() -> None:
    network = fc.load("googlenet")
    for one in found_in(network, modules=["3b", "5b"], counts=["multiplies"]):
        lines = fc.analyze(network, modules=[one.module]).by("branch").lines
        own = sum(
            (line.naive if line.branch == one.branch else line.cost).multiplies for line in lines
        )
        assert one.without == own


@pytest.mark.parametrize("name", INCEPTION)
def test_every_network_s_reductions_are_linear_and_positive(name: str) -> None:
    network = fc.load(name)
    for one in found_in(network):
        assert one.slope > 0
        assert one.breakeven > 1
        assert one.saved(one.width) == one.without - one.slope * one.width - one.rest
        assert (one.saved(one.width) > 0) == (one.width < one.breakeven)


@pytest.mark.parametrize(
    ("spec", "without", "slope"),
    [
        # one reduction for two kernels: 9·64·8 + 25·64·4 against 64 + 9·8 + 25·4 a channel
        (
            "8x8x64 > conv 1x1 16 reduce > [conv 3x3 8 | conv 5x5 4]",
            64 * (9 * 64 * 8 + 25 * 64 * 4),
            64 * (64 + 9 * 8 + 25 * 4),
        ),
        # a stride after it: the 1×1 runs on 64 pixels, the 3×3 on 16
        ("8x8x64 > conv 1x1 16 reduce > conv 3x3/2 8", 16 * 9 * 64 * 8, 64 * 64 + 16 * 9 * 8),
        # no padding: 36 outputs
        ("8x8x64 > conv 1x1 16 reduce > conv 3x3 8 valid", 36 * 9 * 64 * 8, 64 * 64 + 36 * 72),
        # a depthwise between: 9 a channel, and 64 of them without
        (
            "8x8x64 > conv 1x1 16 reduce > depthwise 3x3 > conv 1x1 8",
            64 * (9 * 64 + 64 * 8),
            64 * (64 + 9 + 8),
        ),
    ],
)
def test_solved_from_the_graph(spec: str, without: int, slope: int) -> None:
    (one,) = found_in(fc.parse(spec), counts=["multiplies"])
    assert (one.without, one.slope, one.rest) == (without, slope, 0)
    assert one.breakeven == Fraction(without, slope)


def test_the_second_reduction_in_a_row_is_judged_alone() -> None:
    first, second = found_in(
        fc.parse("8x8x64 > conv 1x1 32 reduce > conv 1x1 16 reduce > conv 3x3 8"),
        counts=["multiplies"],
    )
    # the other one stays: 64·16 + 9·16·8 against r·(64 + 16) + 9·16·8
    assert first.breakeven == Fraction(64 * 16, 64 + 16)
    assert second.breakeven == Fraction(9 * 32 * 8, 32 + 9 * 8)


def test_a_batch_norm_s_parameters_count() -> None:
    (one,) = found_in(
        fc.parse("8x8x64 > conv 1x1 16 reduce nobias norm > conv 3x3 8 nobias norm"),
        counts=["params"],
    )
    assert one.breakeven == Fraction(9 * 64 * 8, 64 + 2 + 9 * 8)  # γ and β a channel


def test_cifar_s_reductions_cost() -> None:
    found = {
        (one.path.split("/")[1], one.count): one for one in found_in(fc.load("cifar10-inception"))
    }
    three, five = found["3x3", "multiplies"], found["5x5", "multiplies"]
    assert three.breakeven == Fraction(9 * 3 * 64, 3 + 9 * 64)  # 2.98: below the 3 that enter
    assert five.breakeven == Fraction(25 * 3 * 64, 3 + 25 * 64)
    for one in found.values():
        assert one.width == 64 > one.breakeven
        assert one.saved(64) < 0
        assert one.part is None
    assert three.saved(64) == 32**2 * (9 * 3 * 64 - 64 * (3 + 9 * 64))


# -- the verb


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breakeven", "googlenet", "--module", "3a", "--branch", "5x5"]) == 0
    seen = capsys.readouterr().out
    (row,) = [line for line in seen.splitlines() if line.startswith("3a/5x5/1   multiplies")]
    assert row.split() == [
        *("3a/5x5/1", "multiplies", "16", "154.8", "236,027,904", "128,049,152", "107,978,752"),
        *("90.2", "%"),
    ]


def test_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breakeven", "googlenet", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert len(rows) == 2 * len(CASES)
    for row in rows:
        assert row["saved"] == row["without"] - row["with"]
        assert row["width"] < row["breakeven"]


def test_a_cost_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breakeven", "cifar10-inception"]) == 0
    seen = capsys.readouterr().out
    assert "-36,175,872" in seen
    assert "-100,139,008" in seen


@pytest.mark.parametrize("ending", ["csv", "md", "json", "tex"])
def test_files(ending: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"x.{ending}"
    assert main(["breakeven", "googlenet", "--module", "inception_3a", "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert "3a/5x5/1" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["googlenet", "--module", "3z"], "unknown module '3z' (known: conv1, pool1"),
        (["googlenet", "--module", "3a", "--branch", "7x7"], "unknown branch '7x7' (known: 1x1, "),
        (["googlenet", "--module", "3a", "--branch", "pool"], "there is no layer marked reduce"),
        (["googlenet", "--module", "conv1"], "googlenet: there is no layer marked reduce"),
        (["28x28x192 > conv 3x3 64"], "there is no layer marked reduce"),
        (["googlenet@naive"], "googlenet@naive: there is no layer marked reduce"),
        (
            ["28x28x192 > conv 1x1/2 8 reduce > conv 3x3 8"],
            "only a 1×1 of stride 1, without padding, can be bypas",
        ),
        (["28x28x192 > conv 1x1 8 reduce > relu"], "but no convolution follows it"),
    ],
)
def test_bad_input(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["breakeven", *words]) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert message in seen.err
    assert seen.err.count("\n") == 1


def test_a_reduction_whose_width_groups_must_divide() -> None:
    (one,) = found_in(
        fc.load("28x28x192 > conv 1x1 16 reduce > conv 5x5 32 groups=2"), counts=["multiplies"]
    )
    # with 2 groups 5²·(r/2)·32 and 5²·(192/2)·32: 25·192·16 / (192 + 25·16)
    assert one.breakeven == Fraction(25 * 192 * 16, 192 + 25 * 16)
    assert one.saved(16) == 28**2 * (25 * 192 * 16 - 16 * (192 + 25 * 16))


# -- the tests find what they are there to find


def test_a_cost_that_is_not_linear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = breakeven.total

    def bent(counts: Iterable[Any]) -> Any:
        return right(counts) ** 2

    monkeypatch.setattr(breakeven, "total", bent)
    with pytest.raises(FlopcountError, match="not linear in the width of this reduction"):
        found_in(fc.load("googlenet"), modules=["3a"])


def test_a_reduction_that_is_not_bypassed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breakeven, "bypass", lambda network, _: replace(network))
    (one,) = found_in(fc.load("googlenet"), modules=["3a"], branch="5x5", counts=["multiplies"])
    assert one.breakeven != Fraction(153_600, 992)


def test_the_reductions_of_a_part_are_those_in_it() -> None:
    network = fc.load("googlenet")
    expected = fc.reductions("googlenet", modules=["3a"], branch="5x5")
    assert [reduction.path for reduction in expected] == ["3a/5x5/1", "3a/5x5/1"]
    assert fc.reductions(network["3a"]["5x5"]) == fc.reductions(network["3a/5x5/1"]) == expected
    assert fc.reductions(network["3a"], branch="5x5") == expected
    with pytest.raises(fc.FlopcountError, match="there is no layer marked reduce"):
        fc.reductions(network["3a/5x5/2"])

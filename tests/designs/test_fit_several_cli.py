"""What `flopcount fit --vary` prints, and what it says of what does not fit."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.fitted.search import solving

F = ["fit", "googlenet"]
B = ["--budget", "multiplies=1e9"]
V = ["--vary", "3a.r5=8:64:8"]


def printed(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main([*argv]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    argv = [*F, *B, *V, "--vary", "input=128:320:32", "--maximize", "input"]
    lines = printed(capsys, *argv).splitlines()
    assert lines[0] == "googlenet: the largest input with multiplies ≤ 1,000,000,000"
    assert lines[5].split()[:4] == ["best", "8", "160", "804,812,800"]
    assert lines[6].split()[:5] == ["as", "it", "is", "16", "224"]
    assert lines[-1] == "exact: all 56 designs were priced"
    rows = json.loads(printed(capsys, *argv, "--format", "json"))["rows"]
    assert [row["multiplies"] for row in rows] == [804_812_800, 1_582_671_872]
    assert [row["multiplies_share_percent"] for row in rows] == [80.4, 158.2]
    assert "| best" in printed(capsys, *argv, "--format", "markdown")
    assert (
        printed(capsys, *argv, "--format", "csv").splitlines()[0].startswith("design,3a.r5,input,")
    )


@pytest.mark.slow
def test_eighteen_widths_within_two_budgets() -> None:
    modules = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
    widths = {f"{m}.r5": "8:64:8" for m in modules} | {f"{m}.r3": "32:256:32" for m in modules}
    budget = {"multiplies": 1_500_000_000, "params": 7_000_000}
    best = fc.fit("googlenet", budget, vary=widths, maximize="activations")
    assert best.how == "exact: 18 independent groups, 1.8·10¹⁶ designs, of which 144 were priced"
    as_typed = {name: int(value) for name, value in best.values.items()}
    report = fc.analyze(fc.load("googlenet", set=as_typed)).total.cost
    assert best.counts["activations"] == best.goal == best.bound == report.activations
    assert (report.multiplies, report.params) == (best.counts["multiplies"], best.counts["params"])
    # no width alone can be another, with more activations, within the budgets
    for name in widths:
        others = {one: [value] for one, value in as_typed.items()} | {name: widths[name]}
        kept = "multiplies <= 1500e6 and params <= 7e6"
        designs = fc.sweep("googlenet", others, keep=kept, sort="-activations", top=1)
        assert designs.activations[0] == best.goal


@pytest.mark.slow
def test_shapes_and_the_width_vary_too() -> None:
    best = fc.fit(
        "resnet-50",
        {"multiplies": 3 * 10**9},
        vary={"input": "192:224:32", "conv4_x.n": "5:7", "width": "0.5:1:0.25"},
        maximize="params",
    )
    every = {}
    for blocks in (5, 6, 7):
        for width in ("0.5", "0.75", "1"):
            for side in (192, 224):
                reference = f"resnet-50@width={width}"
                network = fc.load(reference, input=f"{side}x{side}", set={"conv4_x.n": blocks})
                cost = fc.analyze(network).total.cost
                if cost.multiplies <= 3 * 10**9:
                    every[side, blocks, Fraction(width)] = cost
    wanted = max(every, key=lambda point: (every[point].params, -every[point].multiplies))
    assert tuple(best.values.values()) == wanted
    assert best.counts["params"] == every[wanted].params
    assert best.base is not None
    assert best.base[1]["params"] == fc.analyze("resnet-50").total.cost.params


@pytest.mark.slow
def test_what_is_not_proved_says_what_bounds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "MOST_LOOKED_AT", 1)
    columns = ("n1", "r3", "n3", "r5", "n5")
    widths = {f"{module}.{name}": "8:128:8" for module in ("3a", "3b") for name in columns}
    best = fc.fit(
        "googlenet",
        {"multiplies": 1_500_000_000, "params": 7_000_000},
        vary={**widths, "input": "128:320:32"},
        maximize="activations",
    )
    assert not best.proved
    assert best.goal < best.bound
    assert best.counts["multiplies"] <= 1_500_000_000
    assert best.how.startswith("not proved: of 7,696,581,394,432 designs ")
    assert best.how.endswith(
        f"no design has more than {best.bound:,} (the best found has {best.goal:,})"
    )


def test_designs_that_do_not_fit_are_left_out() -> None:
    spec = "HxWx6 > conv 5x5/2 a valid > conv 3x3 b groups=2 > conv 1x1 7"
    best = fc.fit(spec, {"params": 2000}, vary={"a": "1:9", "b": "1:9", "input": "3:9"})
    # of 5 of 7 sizes, a and b are one of 4 even widths each
    assert best.how.endswith(f"; {9 * 9 * 7 - 5 * 4 * 4} designs do not fit and are left out")
    assert best.values["a"] % 2 == best.values["b"] % 2 == 0
    with pytest.raises(fc.FlopcountError, match=r"no design of the grid fits; a=1, b=1, input=3"):
        fc.fit(spec, {"params": 2000}, vary={"a": "1,3", "b": "1,3", "input": "3:9"})


BAD: list[tuple[list[str], list[str]]] = [
    ([*F, *B], ["--scale is missing", "--vary"]),
    ([*F, *V], ["no budget"]),
    ([*F, *B, *V, "--scale", "input"], ["both are given"]),
    ([*F, *B, "--scale", "input", "--maximize", "params"], ["go with --vary"]),
    ([*F, *B, "--scale", "input", "--at-least", "params=3"], ["go with --vary"]),
    ([*F, *B, *V, "--maximize", "params", "--minimize", "macs"], ["give one of them"]),
    ([*F, *B, *V, "--maximize", "parms"], ["--maximize", "did you mean 'params'?"]),
    ([*F, *B, *V, "--minimize=-params"], ["--minimize", "unknown"]),
    ([*F, *B, *V, "--maximize", "GFLOPs"], ["write flops"]),
    ([*F, *B, *V, "--multiple", "8"], ["--multiple", "--vary width"]),
    ([*F, *B, *V, "--set", "3a.r5=9"], ["3a.r5 is both set and varied"]),
    ([*F, *B, "--set", "3a.r5=9", "--scale", "3a.r5"], ["3a.r5 is both set and scaled"]),
    ([*F, *B, "--classes", "9", "--scale", "classes"], ["classes is both set and scaled"]),
    ([*F, *B, "--input", "64x96", "--scale", "input"], ["input is both set and scaled"]),
    ([*F, *B, "--input", "64x96", "--vary", "input=8:64"], ["input is both set and varied"]),
    ([*F, *B, *V, *V], ["3a.r5 is named twice"]),
    ([*F, *B, "--vary", "r5=8:64"], ["unknown name to vary 'r5'", "3a.r5"]),
    ([*F, *B, "--vary", "3a.r5=64:8"], ["the range is empty"]),
    ([*F, *B, "--vary", "width=0:1:0.5"], ["'0' is not a factor above 0"]),
    ([*F, *B, "--vary", "width=0.5:1"], ["FIRST:LAST:STEP"]),
    ([*F, *B, *V, "--at-least", "parms=3"], ["--at-least", "did you mean 'params'?"]),
    ([*F, *B, *V, "--at-least", "params=0"], ["--at-least params", "above 0"]),
    ([*F, *B, *V, "--module", "3x"], ["unknown module '3x'"]),
]
UNMET: list[tuple[list[str], list[str]]] = [
    ([*F, "--budget", "params=6e6", *V], ["nothing meets params ≤ 6,000,000", "6,990,608 params"]),
    (
        [*F, *B, *V, "--at-least", "params=7e6"],
        ["nothing meets multiplies ≤ 1,000,000,000, params ≥ 7,000,000", "each alone"],
    ),
]


@pytest.mark.parametrize(
    ("argv", "phrases", "code"),
    [(*case, code) for cases, code in ((BAD, 2), (UNMET, 1)) for case in cases],
)
def test_one_line_an_exit_code_and_no_file(
    *,
    argv: list[str],
    phrases: list[str],
    code: int,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*argv, "-o", "a.csv"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("flopcount: ")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
    for phrase in phrases:
        assert phrase in err

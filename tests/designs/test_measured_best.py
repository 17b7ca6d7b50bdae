"""The best measured design within budgets is what brute force finds, with what was passed over."""

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.designs.pricing import SHOWN
from flopcount.errors import BudgetError

MADE_UP = """\
3a.r5,input,accuracy,latency_ms
8,128,0.6210,3.1
16,160,0.6715,4.4
24,160,0.67150,4.3
16,192,0.6930,
32,192,,6.4
16,224,0.7130,8.0
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    def written(text: str) -> str:
        monkeypatch.chdir(tmp_path)
        Path("a.csv").write_text(text)
        return "a.csv"

    return written


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_brute_force_finds(seed: int, file: Callable[[str], str]) -> None:
    draw = random.Random(seed)  # noqa: S311  no secret
    points = [(side, classes) for side in range(40, 60) for classes in (10, 100)]
    draw.shuffle(points)
    drawn = [draw.choice(["0.5", "0.50", "0.7", "0.71", "", "7e-1"]) for _ in points]
    ms = [draw.choice(["1.5", "2", "2.50", ""]) for _ in points]
    lines = "".join(
        f"{side},{classes},{x},{y}\n"
        for (side, classes), x, y in zip(points, drawn, ms, strict=True)
    )
    path = file(f"input,classes,x,y\n{lines}")
    costs = fc.sweep("resnet-18", measured=path)[[*SHOWN]].to_dict("records")
    most, limit = sorted(cost["multiplies"] for cost in costs)[25], Fraction("2.25")
    within = [
        place
        for place, cost in enumerate(costs)
        if cost["multiplies"] <= most and ms[place] and Fraction(ms[place]) <= limit
    ]
    for sign, option in ((-1, "maximize"), (1, "minimize")):
        ranked = sorted(
            (sign * Fraction(drawn[place]), costs[place]["multiplies"], Fraction(ms[place]), place)
            for place in within
            if drawn[place]
        )
        found = fc.fit("resnet-18", {"multiplies": most, "y": 2.25}, measured=path, **{option: "x"})
        assert tuple(found.values.values()) == points[ranked[0][3]]
        assert found.counts == costs[ranked[0][3]]
        assert found.goal == found.measured["x"] == Fraction(drawn[ranked[0][3]])
        assert (found.within, found.size) == (len(within), 40)
        assert found.equal == sum(one[0] == ranked[0][0] for one in ranked)
        better = [
            place
            for place, x in enumerate(drawn)
            if x and ms[place] and place not in within and sign * Fraction(x) < ranked[0][0]
        ]
        assert found.better.tolist() == better


def test_what_is_printed(file: Callable[[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["fit", "googlenet", "--measured", file(MADE_UP), "--maximize", "accuracy"]
    assert main([*words, "--budget", "multiplies=1e9", "--budget", "params=8M"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == (
        "googlenet: the most accuracy with multiplies ≤ 1,000,000,000, params ≤ 8,000,000"
    )
    best, past = (line.split() for line in out if line.startswith(("best", "not within")))
    assert best[:6] == ["best", "16", "160", "0.6715", "4.4", "807,987,200"]
    assert best[-4:] == ["80.7", "%", "87.4", "%"]
    assert past[:7] == ["not", "within", "16", "224", "0.7130", "8.0", "1,582,671,872"]
    assert out[-4:] == [
        "3 of 6 designs of a.csv are within all budgets",
        "2 of them have this accuracy: of the least multiplies the first is shown",
        "2 designs with more accuracy are not within",
        "left out: 1 design not measured",
    ]
    assert main([*words, "--budget", "latency_ms=4.35", "--format", "csv"]) == 0
    assert "best,24,160,0.6715,4.3," in capsys.readouterr().out


def test_a_budget_of_what_is_no_column(file: Callable[[str], str]) -> None:
    with pytest.raises(FlopcountError, match=r"unknown count or column .*mean 'latency_ms'\?"):
        fc.fit("googlenet", {"latency": 5}, measured=file(MADE_UP), maximize="accuracy")
    with pytest.raises(FlopcountError, match="write flops"):
        fc.fit("googlenet", {"gflops": 5}, measured=file(MADE_UP), maximize="accuracy")


def test_what_is_measured_is_not_written_over(
    file: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By no name of its file."""
    path = Path(file(MADE_UP))
    link, hard = path.with_name("link.csv"), path.with_name("hard.csv")
    link.symlink_to(path)
    hard.hardlink_to(path)
    for out in (path, link, hard):
        for words in (["sweep"], ["fit", "--budget", "params=1e9", "--maximize", "accuracy"]):
            assert main([*words, "googlenet", "--measured", str(path), "-o", str(out)]) == 2
            said = capsys.readouterr().err
            assert "is the file of --measured; write another one" in said
            assert said.count("\n") == 1
    assert path.read_text() == hard.read_text() == MADE_UP


def test_of_networks(file: Callable[[str], str]) -> None:
    path = file("network,top1\nresnet-18,69.758\nvgg-16,71.592\nmobilenet-v2,71.878\n")
    best = fc.fit(budget={"params": "1e7"}, measured=path, maximize="top1")
    assert (best.network, best.goal, best.maximize) == ("mobilenet-v2", Fraction("71.878"), "top1")
    assert (best.within, best.size, best.values) == (1, 3, {})
    cheapest = fc.fit(budget={"params": 10**9}, measured=path, minimize="multiplies")
    assert (cheapest.network, cheapest.goal) == ("mobilenet-v2", 300_774_272)
    frame = cheapest.to_frame()
    assert frame.top1.tolist() == [71.878]


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ({"multiplies": 10}, "nothing meets multiplies ≤ 10: the least of a.csv is 515,448,832"),
        ({"latency_ms": "3.05"}, "nothing meets latency_ms ≤ 3.05: the least of a.csv is 3.1 lat"),
        ({"macs": 1, "latency_ms": 1}, "515,448,832 macs, the least of a.csv is 3.1 latency_ms, e"),
    ],
)
def test_a_budget_that_nothing_meets(
    budget: dict[str, Any], message: str, file: Callable[[str], str]
) -> None:
    with pytest.raises(BudgetError) as caught:
        fc.fit("googlenet", budget, measured=file(MADE_UP), maximize="accuracy")
    assert message in str(caught.value)


def test_what_is_within_and_was_not_measured(file: Callable[[str], str]) -> None:
    path = file("3a.r5,a\n8,\n9,\n300,1\n")
    with pytest.raises(BudgetError, match=r"2 designs of a.csv meet .* none has a number of a"):
        fc.fit("googlenet", {"multiplies": 1583 * 10**6}, measured=path, maximize="a")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "say what is sought: --maximize accuracy"),
        ({"maximize": "accuracy", "minimize": "params"}, "give one of them"),
        ({"maximize": "acuracy"}, "--maximize: unknown count or varied name 'acuracy'"),
        ({"minimize": "-accuracy"}, "has a sign"),
        ({"maximize": "accuracy", "scale": "input"}, "--scale and --multiple are not for"),
        ({"maximize": "accuracy", "budget": {}}, "there is no budget"),
        ({"maximize": "accuracy", "budget": {"accurcy": 1}}, "unknown count or column 'accurcy'"),
        ({"maximize": "accuracy", "budget": {"params": 0}}, "--budget params: 0 is not a number"),
        ({"maximize": "accuracy", "budget": {"params": True}}, "True is not a number above 0"),
        ({"maximize": "accuracy", "budget": {"params": "x"}}, "'x' is not a number above 0"),
        ({"maximize": "accuracy", "budget": {"params": 1, "PARAMS": 2}}, "params is named twice"),
        ({"maximize": "accuracy", "budget": 5}, "budget is 5"),
    ],
)
def test_what_is_asked_for_wrongly(
    options: dict[str, Any], message: str, file: Callable[[str], str]
) -> None:
    asked = {"budget": {"params": 10**9}} | options
    with pytest.raises(FlopcountError) as caught:
        fc.fit("googlenet", measured=file(MADE_UP), **asked)
    assert message in str(caught.value)

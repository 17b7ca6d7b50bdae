"""The largest design within a budget is the largest: the next one is past it."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.fitted.fitting import fit
from flopcount.errors import FlopcountError
from flopcount.notation.references import draft
from flopcount.notation.variables import variables_of

GROUPED = "28x28x192 > conv 1x1 64 > conv 3x3 64 groups=4 > conv 5x5 30 groups=2 > conv 1x1 7"


def priced(reference: str, count: str, **options: object) -> int:
    """A count of the report's total."""
    cost = fc.analyze(fc.load(reference, **options)).total.cost  # type: ignore[arg-type]
    return int(getattr(cost, count))


@pytest.mark.parametrize("limit", [7_000_000, 10**9, 1_582_671_872, 10**11])
def test_the_input_of_googlenet(limit: int) -> None:
    found = fit("googlenet", {"multiplies": limit}, "input")
    assert found.counts["multiplies"] == priced(
        "googlenet", "multiplies", input=f"{found.value}x{found.value}"
    )
    assert found.counts["multiplies"] <= limit
    assert found.next == found.value + 1
    assert found.next_counts is not None
    assert found.next_counts["multiplies"] == priced(
        "googlenet", "multiplies", input=f"{found.next}x{found.next}"
    )
    assert found.next_counts["multiplies"] > limit


def test_a_budget_that_is_met_exactly() -> None:
    # GoogLeNet as it is, 1,582,671,872 multiplies at 224; at 223 too, since ⌈223 / 2⌉ = 112
    assert fit("googlenet", {"multiplies": 1_582_671_872}, "input").value == 224
    assert fit("googlenet", {"multiplies": 1_582_671_871}, "input").value == 222


@pytest.mark.slow
@pytest.mark.parametrize("limit", [300_000, 3_000_000, 6_998_552, 50_000_000])
def test_the_width_is_that_of_the_rewrite(limit: int) -> None:
    found = fit("googlenet", {"params": limit}, "width")
    assert isinstance(found.value, Fraction)
    for value, counts in ((found.value, found.counts), (found.next, found.next_counts)):
        assert counts is not None
        assert value is not None
        exact = f"{float(value):.3f}"
        assert counts["params"] == priced(f"googlenet@width={exact}", "params")
    assert found.next == found.value + Fraction(1, 1000)
    assert found.counts["params"] <= limit < found.next_counts["params"]  # type: ignore[index]


@pytest.mark.parametrize("limit", [1_600_000_000, 1_583_000_000, 10**10])
def test_a_column(limit: int) -> None:
    found = fit("googlenet", {"multiplies": limit}, "3a.r5")
    assert isinstance(found.value, int)
    # 28²·(192·r5 + 5²·r5·32) more or less than with 16
    slope = 28**2 * (192 + 25 * 32)
    assert found.value == 16 + (limit - 1_582_671_872) // slope
    bare = fit("googlenet", {"multiplies": 128_049_152}, "r5", modules=["3a"])
    assert (bare.value, bare.next) == (16, 17)


def test_several_budgets_all_hold() -> None:
    both = {"multiplies": 10**9, "activations": 4_000_000}
    found = fit("googlenet", both, "input")
    alone = [fit("googlenet", {name: limit}, "input").value for name, limit in both.items()]
    assert found.value == min(alone)  # type: ignore[type-var]


@cache
def costs_of(spec: str, scale: str) -> dict[int, int]:
    """Multiplies by every value up to 199 that fits."""
    costs: dict[int, int] = {}
    for value in range(1, 200):
        plan = draft(spec)
        values = dict.fromkeys(variables_of(scale, plan.variables()), value)
        try:
            cost = fc.analyze(plan.build(values)).total.cost
        except FlopcountError:
            continue
        costs[value] = cost.multiplies
    return costs


@pytest.mark.slow
@given(
    st.sampled_from(["conv 3x3 n", "conv 3x3/2 n valid", "conv 1x1 n > conv 3x3 12 groups=3"]),
    st.sampled_from(["input", "n"]),
    st.integers(1, 40_000),
)
def test_bisection_finds_what_a_search_finds(layer: str, scale: str, limit: int) -> None:
    spec = f"HxWx4 > {layer.replace(' n', ' 6')}" if scale == "input" else f"5x5x4 > {layer}"
    costs = costs_of(spec, scale)
    within = [value for value, cost in costs.items() if cost <= limit]
    if not within:
        with pytest.raises(FlopcountError, match=f"nothing meets multiplies ≤ {limit:,}"):
            fit(spec, {"multiplies": limit}, scale)
    elif within[-1] < 190:
        found = fit(spec, {"multiplies": limit}, scale)
        assert found.value == within[-1]
        assert found.counts["multiplies"] == costs[within[-1]]
        assert found.next == min(value for value in costs if value > within[-1])


@cache
def costs_of_widths(spec: str) -> dict[int, int]:
    """Multiplies by every width up to 0.4 that fits, in thousandths."""
    costs: dict[int, int] = {}
    for step in range(1, 401):
        try:
            network = fc.load(f"{spec}@width={step / 1000:g}")
            costs[step] = fc.analyze(network).total.cost.multiplies
        except FlopcountError:
            continue
    return costs


@pytest.mark.slow
@given(
    st.sampled_from(
        [
            "9x9x4 > conv 3x3 24 > conv 3x3 24 groups=2 > conv 1x1 5",
            "9x8x4 > [x: conv 1x1 41 | y: conv 3x3 25] > conv 3x3/2 30 groups=3 > conv 1x1 5",
            "9x8x4 > separable 3x3 40 > (identity + conv 3x3 in) > flatten > dense 30 > dense 9",
        ]
    ),
    st.integers(100, 400_000),
)
def test_the_widths_that_bisection_finds_are_those_that_a_search_finds(
    spec: str, limit: int
) -> None:
    costs = costs_of_widths(spec)
    within = [step for step, cost in costs.items() if cost <= limit]
    larger = [step for step, cost in costs.items() if cost > limit]
    if not within:
        with pytest.raises(FlopcountError, match=f"nothing meets multiplies ≤ {limit:,}"):
            fit(spec, {"multiplies": limit}, "width")
    elif larger:
        found = fit(spec, {"multiplies": limit}, "width")
        assert (found.value * 1000, found.next) == (within[-1], Fraction(larger[0], 1000))
        assert found.counts["multiplies"] == costs[within[-1]]


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["fit", "googlenet", "--budget", "multiplies=1e9", "--scale", "input"]
    assert main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0] == "googlenet: the largest input with multiplies ≤ 1,000,000,000"
    assert lines[5].split()[:3] == ["within", "176", "991,739,648"]
    assert lines[6].split()[:4] == ["next", "larger", "177", "1,092,952,768"]
    assert main([*argv, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["multiplies"] for row in rows] == [991_739_648, 1_092_952_768]


@pytest.mark.parametrize("limit", ["1.5e9", "1.5G", "1500M", "1_500_000K", "0.0015T"])
def test_a_budget_is_written_as_counts_are_printed(
    limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", "googlenet", "--budget", f"multiplies={limit}", "--scale", "input"]) == 0
    heading = capsys.readouterr().out.splitlines()[0]
    assert heading == "googlenet: the largest input with multiplies ≤ 1,500,000,000"


F = "fit"
G = "googlenet"
INPUT = ("--scale", "input")
BAD: list[tuple[list[str], list[str]]] = [
    ([F], ["NETWORK"]),
    ([F, G, *INPUT], ["no budget", "--budget multiplies=1e9"]),
    ([F, G, "--budget", "multiplies=1e9"], ["--scale is missing"]),
    ([F, G, "--budget", "multiplies", *INPUT], ["expected COUNT=N"]),
    ([F, G, "--budget", "multiplys=1", *INPUT], ["'multiplys'", "did you mean 'multiplies'?"]),
    ([F, G, "--budget", "multiplies=1.5", *INPUT], ["'1.5' is not a whole number"]),
    ([F, G, "--budget", "multiplies=-1", *INPUT], ["'-1' is not a whole number"]),
    ([F, G, "--budget", "multiplies=1e9999", *INPUT], ["whole number"]),
    ([F, G, "--budget", f"multiplies={'9' * 5000}", *INPUT], ["'999", "has too many digits"]),
    ([F, G, "--budget", "multiplies=1.5g", *INPUT], ["'1.5g' is not", "(1.5e9 or 1.5G, say)"]),
    ([F, G, "--budget", "params=1.0001K", *INPUT], ["'1.0001K' is not a whole number"]),
    ([F, G, "--budget", "multiplies=0", *INPUT], ["whole number above 0"]),
    ([F, G, "--budget", "params=1", "--budget", "params=2", *INPUT], ["params is named twice"]),
    ([F, G, "--budget", "multiplies=1e9", "--scale", "3a.r7"], ["did you mean '3a.r"]),
    ([F, G, "--budget", "multiplies=1e9", "--scale", "r5"], ["unknown name 'r5'"]),
    ([F, G, "--budget", "multiplies=1e9", "--module", "3x", *INPUT], ["unknown module '3x'"]),
    ([F, G, "--budget", "params=7e6", *INPUT], ["sets no bound to input"]),
    ([F, "HxWx3 > conv 3x3 n", "--budget", "params=7", *INPUT], ["'n' is a free name"]),
    ([F, "googlnet", "--budget", "params=7", *INPUT], ["did you mean 'googlenet'?"]),
]


# A budget that nothing meets is no bad input.
UNMET: list[tuple[list[str], list[str]]] = [
    (
        [F, G, "--budget", "multiplies=10", *INPUT],
        ["nothing meets multiplies ≤ 10", "possible, input=1,"],
    ),
    (
        [F, G, "--budget", "params=10", "--scale", "width"],
        ["nothing meets", "possible, width=0.001,"],
    ),
    ([F, G, "--budget", "multiplies=1e9", "--scale", "classes"], ["possible, classes=1,"]),
    ([F, "inception-v3", "--budget", "multiplies=100", *INPUT], ["possible, input=75,"]),
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
    for files in ([], ["-o", "a.csv", "-o", "b.json"]):
        assert main([*argv, *files]) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("flopcount: ")
        assert err.count("\n") == 1
        assert list(tmp_path.iterdir()) == []
        for phrase in phrases:
            assert phrase in err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "budget"),
    [
        ("28x28x192 > conv 1x1 12 > conv 3x3 12 groups=6 > conv 1x1 7", 2 * 10**6),
        *((GROUPED, budget) for budget in (10**7, 3 * 10**7, 10**8)),
    ],
)
def test_a_width_that_groups_divide_is_found_however_rare(spec: str, budget: int) -> None:
    counts = {}
    for step in range(1, 2000):
        try:
            network = fc.load(f"{spec}@width={step / 1000:g}")
            counts[step] = int(fc.analyze(network).cost.multiplies)
        except fc.FlopcountError:
            continue
    within = max(step for step, count in counts.items() if count <= budget)
    larger = min(step for step, count in counts.items() if count > budget)
    found = fc.fit(spec, {"multiplies": budget}, "width")
    assert (found.value * 1000, found.next * 1000) == (within, larger)
    assert found.counts["multiplies"] == counts[within]
    assert found.next_counts["multiplies"] == counts[larger]


def test_what_grows_is_named() -> None:
    scales: list[Any] = [["input"], {"input"}, 5, b"input"]
    for scale in scales:
        with pytest.raises(FlopcountError, match=r"--scale is .*, not a name such as 'input'"):
            fc.fit("googlenet", {"multiplies": 10**9}, scale)

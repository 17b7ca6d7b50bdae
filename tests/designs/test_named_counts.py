"""MACs and FLOPs wherever designs are asked for by a count: they are the multiplies × 1 and × 2."""

import csv
import io
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs.grid.filters import parse_filter

VARY = ["sweep", "googlenet", "--module", "3a", "--vary", "r5=8:64:8"]


def rows(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, int]]:
    assert main([*VARY, "--format", "csv", *words]) == 0
    read = csv.DictReader(io.StringIO(capsys.readouterr().out))
    return [{name: int(value) for name, value in row.items()} for row in read]


def test_a_sweep_has_the_columns_that_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    designs = rows(capsys, "--columns", "multiplies,MACs", "--columns", "FLOPs")
    assert [list(design) for design in designs] == [["r5", "multiplies", "macs", "flops"]] * 8
    for design in designs:
        # 1×1 on 28×28 from 192 to r, then 5×5 to 32, beside what does not vary
        r5 = 28 * 28 * (192 + 25 * 32) * design["r5"]
        assert design["multiplies"] == 28 * 28 * 192 * (64 + 96 + 32) + 86_704_128 + r5
        assert design["macs"] == design["multiplies"]
        assert design["flops"] == 2 * design["multiplies"]


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (["--keep", "flops <= 280e6"], ["--keep", "multiplies <= 140e6"]),
        (["--keep", "FLOPs == 2 * MACs"], []),
        (["--top", "3", "--sort", "-FLOPs"], ["--top", "3", "--sort", "-multiplies"]),
        (["--pareto", "Macs,-params"], ["--pareto", "multiplies,-params"]),
        (["--top", "2", "--columns", "params"], ["--top", "2", "--columns", "Params"]),
    ],
)
def test_a_sweep_is_filtered_and_ordered_by_them(
    words: list[str], same: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert rows(capsys, *words) == rows(capsys, *same)


def test_in_python_too() -> None:
    frame = fc.sweep("googlenet", {"3a.r5": "8,16"}, modules=["3a"], columns="flops", sort=None)
    assert list(frame.columns) == ["3a.r5", "flops"]
    best = fc.fit("googlenet", {"FLOPs": 2e9}, "input")
    assert (best.value, dict(best.budget)) == (176, {"flops": 2 * 10**9})
    assert best.counts["flops"] == 2 * best.counts["multiplies"]
    assert best.value == fc.fit("googlenet", {"macs": 10**9}, "input").value
    assert "FLOPs: 2 × multiplies" in str(best.sheet())


def test_a_varied_name_comes_before_a_count_in_other_letters() -> None:
    named = parse_filter("FLOPs > 3 and Macs > 4", ["FLOPs", "flops", "macs"])
    assert named.names == ("FLOPs", "macs")


GFLOPS = "'gflops' is no count: write flops, and 4e9 for 4 of them"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*VARY, "--keep", "gflops <= 4"], f"--keep 'gflops <= 4': {GFLOPS} (column 1: ‸gflops"),
        ([*VARY, "--pareto", "gflops"], f"--pareto: {GFLOPS}"),
        ([*VARY, "--top", "1", "--sort", "-gflops"], f"--sort: {GFLOPS}"),
        (
            [*VARY, "--columns", "gflops"],
            "'gflops' is no count: write flops; a report",
        ),
        ([*VARY, "--columns", "macs,MACs"], "columns: macs is named twice"),
        (
            [*VARY, "--columns", "mac"],
            "columns: unknown count 'mac' (known: multiplies, macs",
        ),
        (["fit", "googlenet", "--scale", "input", "--budget", "gflops=1.5"], f"--budget: {GFLOPS}"),
        (
            ["fit", "googlenet", "--scale", "input", "--budget", "macs=1", "--budget", "MACs=1"],
            "--budget: macs is named twice",
        ),
        (["formula", "googlenet", "--count", "gflops"], GFLOPS),
        (
            ["googlenet", "--columns", "BMACs"],
            "columns: 'BMACs' is no count: write macs; a report prints it so with unit G",
        ),
    ],
)
def test_what_is_no_count_says_what_to_write(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("budget", [{"gflops": 1}, {1: 2}, {None: 2}, {("macs",): 2}])
def test_a_budget_of_no_count(budget: Any) -> None:
    with pytest.raises(fc.FlopcountError, match=r"^--budget: .* count"):
        fc.fit("googlenet", budget, "input")


def test_a_formula_of_flops_is_twice_that_of_multiplies() -> None:
    spec = "HxWx192 > conv 1x1 r reduce > conv 5x5 32"
    flops, macs = fc.formula(spec, count="FLOPs"), fc.formula(spec, count="macs")
    assert (flops.count, macs.count) == ("flops", "macs")
    assert flops.value == 2 * fc.formula(spec).value
    assert macs.value == fc.formula(spec).value

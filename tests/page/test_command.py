"""The command line that a page prints: each option of the report stays, what is changed is set."""

from typing import Any

import pytest

import flopcount as fc
from flopcount.notation.references import draft
from flopcount.page.live import live
from tests.page.running import command, of, what_ifs

REFERENCE = "googlenet@torchvision"
GIVEN: dict[str, Any] = {"set": {"3a.r5": 24, "3a.n1": 80}, "classes": 10, "aux": True}


@pytest.mark.parametrize(
    ("values", "naive", "said"),
    [
        ({}, False, "flopcount googlenet"),
        ({}, True, "flopcount googlenet@naive"),
        ({"input": 97}, False, "flopcount googlenet --input 97x97"),
        ({"3a.r5": 24, "3b.r3": 1}, False, "flopcount googlenet --set 3a.r5=24 --set 3b.r3=1"),
        ({"width": 85}, False, "flopcount googlenet@width=0.85"),
        ({"width": 5}, True, "flopcount googlenet@width=0.05@naive"),
        ({"width": 150}, False, "flopcount googlenet@width=1.5"),
        ({"width": 200}, False, "flopcount googlenet@width=2"),
    ],
)
def test_what_is_changed_is_set(values: dict[str, int], *, naive: bool, said: str) -> None:
    assert command(of("googlenet"), values, naive=naive) == said


def test_a_spec_is_quoted_and_its_sides_are_two() -> None:
    page = of("28x32x192 > conv 1x1 16 reduce > conv 5x5 32")
    spec = "'28x32x192 > conv 1x1 16 reduce > conv 5x5 32"
    assert command(page, {}) == f"flopcount {spec}'"
    assert command(page, {"H": 97}) == f"flopcount {spec}' --input 97x32"
    assert command(page, {"W": 131}) == f"flopcount {spec}' --input 28x131"
    half = {"spec/1": 8, "width": 50}
    assert command(page, half) == f"flopcount {spec}@width=0.5' --set spec/1=8"
    assert command(page, half, naive=True) == f"flopcount {spec}@width=0.5@naive' --set spec/1=8"


@pytest.mark.parametrize(
    ("spec", "values", "said"),
    [
        ("250x3 > conv 7/2 16", {"input": 97}, "97"),
        ("8x56x40x16 > conv 3x3x3 32", {"D": 5, "W": 97}, "5x56x97"),
        ("8x8x8x16 > conv 3x3x3 32", {"input": 97}, "97x97x97"),
    ],
)
def test_a_grid_of_any_rank_is_set(spec: str, values: dict[str, int], said: str) -> None:
    assert command(of(spec), values) == f"flopcount '{spec}' --input {said}"


@pytest.mark.parametrize(
    ("size", "said"),
    [("32x40x7", "32x40x7"), ("32x40x8", "'32x40x8 hwc'"), ("3x3x9", "'3x3x9 hwc'")],
)
def test_channels_that_are_given_stay_the_last(size: str, said: str) -> None:
    page = what_ifs("32x32x16 > conv 1x1 8", input=size)
    assert command(page, {}) == f"flopcount '32x32x16 > conv 1x1 8' --input {said}"


def test_each_option_of_the_report_stays() -> None:
    plan = draft(REFERENCE, input="160x128x3", **GIVEN)
    modules = ["3a", "4e"]
    report = fc.analyze(plan.build(), modules=modules, unit="flops", batch=8, naive="chained")
    page = live(plan, report)
    opening = f"flopcount {REFERENCE}"
    shown = "--module 3a --module 4e --input 160x128x3"
    kept = "--classes 10 --aux --batch 8 --unit flops --set 3a.n1=80"
    given = f"{opening} {shown} --set 3a.r5=24 {kept} --naive chained"
    assert command(page, {}) == given
    assert command(page, {"3a.r5": 16}) == given.replace("r5=24", "r5=16")
    changed = command(page, {"H": 96, "4e.r3": 8}, naive=True)
    assert changed == (
        f"{opening}@naive=chained --module 3a --module 4e --input 96x128x3 "
        f"--set 3a.r5=24 --set 4e.r3=8 {kept}"
    )


def test_a_branch_stays() -> None:
    report = fc.analyze("googlenet", modules=["3a"], branch="5x5")
    page = live(draft("googlenet"), report)
    said = "flopcount googlenet --module 3a --branch 5x5"
    assert command(page, {}) == said
    assert command(page, {"3a.r5": 24}) == f"{said} --set 3a.r5=24"

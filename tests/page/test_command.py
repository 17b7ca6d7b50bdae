"""The command line that a page prints: each option of the report stays, what is changed is set."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.notation.references import draft
from flopcount.page.live import Live, live
from tests.page.running import Counts, command, counted, of, ran, reference, shown, what_ifs

REFERENCE = "googlenet@torchvision"
WIDTHS = {"3a.r5": 24, "3a.n1": 80, "4a.r5": 9}
GIVEN: dict[str, Any] = {"set": WIDTHS, "classes": 10, "aux": True}


@pytest.mark.parametrize(
    ("values", "naive", "said"),
    [
        ({}, False, "flopcount googlenet"),
        ({}, True, "flopcount googlenet@naive"),
        ({"H": 97, "W": 97}, False, "flopcount googlenet --input 97x97"),
        ({"H": 97}, False, "flopcount googlenet --input 97x224"),
        ({"W": 97}, False, "flopcount googlenet --input 224x97"),
        ({"batch": 8}, False, "flopcount googlenet --batch 8"),
        ({"classes": 10}, False, "flopcount googlenet --classes 10"),
        ({"3a.r5": 24, "3b.r3": 1}, False, "flopcount googlenet --set 3a.r5=24 --set 3b.r3=1"),
        ({"conv1/1": 65, "3a.n1": 1}, False, "flopcount googlenet --set conv1/1=65 --set 3a.n1=1"),
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
        ("250x3 > conv 7/2 16", {"L": 97}, "97"),
        ("8x56x40x16 > conv 3x3x3 32", {"D": 5, "W": 97}, "5x56x97"),
        ("8x8x8x16 > conv 3x3x3 32", {"H": 97}, "8x97x8"),
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
    kept = "--classes 10 --set 3a.r5=24 --set 3a.n1=80 --set 4a.r5=9 --aux"
    given = f"{opening} {shown} {kept} --batch 8 --unit flops --naive chained"
    assert sorted(command(page, {}).split()) == sorted(given.split())
    changed = command(page, {"H": 96, "3a.r5": 16, "4e.r3": 8, "batch": 1}, naive=True)
    assert changed == (
        f"{opening}@naive=chained --module 3a --module 4e --input 96x128x3 --classes 10 "
        "--set 3a.n1=80 --set 3a.r5=16 --set 4e.r3=8 --set 4a.r5=9 --aux --unit flops"
    )


@pytest.mark.slow
def test_classes_and_batch_that_are_given_change() -> None:
    plan = draft(REFERENCE, **GIVEN)
    page = live(plan, fc.analyze(plan.build(), batch=8))
    assert " --classes 1000 " in command(page, {"classes": 1000})
    assert " --batch 4" in command(page, {"batch": 4})
    assert "--batch" not in command(page, {"batch": 1})


def test_a_branch_stays() -> None:
    report = fc.analyze("googlenet", modules=["3a"], branch="5x5")
    page = live(draft("googlenet"), report)
    said = "flopcount googlenet --module 3a --branch 5x5"
    assert command(page, {}) == said
    assert command(page, {"3a.r5": 24}) == f"{said} --set 3a.r5=24"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "options", "values", "word"),
    [
        ("googlenet", {}, {}, "googlenet"),
        ("googlenet", {}, {"batch": 8}, "googlenet"),
        ("googlenet", {}, {"H": 97, "W": 131}, "googlenet@input=97x131"),
        (
            REFERENCE,
            {"set": {"3a.r5": 24}, "classes": 10, "input": "97x131"},
            {"width": 50},
            f"{REFERENCE}@width=0.5@set=3a.r5:24@classes=10@input=97x131",
        ),
        ("inception-v4", {}, {"A.1/3x3/1": 7}, "inception-v4@set=A.1/3x3/1:7"),
        ("64x64x3 > conv 3x3 4", {}, {"W": 9}, "'64x64x3 > conv 3x3 4@input=64x9'"),
        (
            "64x64x3 > conv 3x3 4",
            {"input": "64x48x32"},
            {"H": 3},
            "'64x64x3 > conv 3x3 4@input=3x48x32 hwc'",
        ),
        (
            "2*conv 3x3 4",
            {"input": "64x48x8"},
            {"spec/2": 5},
            "'2*conv 3x3 4@set=spec/2:5@input=64x48x8 hwc'",
        ),
        (
            "16x8 > dense 8 > attention 2 causal kv=1",
            {"past": 7},
            {"L": 3, "spec/1": 12},
            "'16x8 > dense 8 > attention 2 causal kv=1@set=spec/1:12@input=3@past=7'",
        ),
    ],
)
def test_the_network_is_one_word(
    spec: str, options: dict[str, Any], values: dict[str, int], word: str
) -> None:
    page = what_ifs(spec, **options)
    said = reference(page, values)
    assert said == word
    (read,) = shlex.split(said)
    assert counted(read) == shown(page, values)
    assert_compared(page, said, values)


def test_the_naive_reading_and_a_file_are_one_word(tmp_path: Path) -> None:
    path = tmp_path / "my net's.toml"
    path.write_text("input = '28x28x192'\nrows.a = 'conv 1x1 16 reduce > conv 5x5 32'")
    page = of(str(path))
    word = reference(page, {"a/1": 7, "width": 50}, naive=True)
    (read,) = shlex.split(word)
    assert read == f"{path}@width=0.5@naive@set=a/1:7"
    assert counted(read) == shown(page, {"a/1": 7, "width": 50}, "naive")
    assert shlex.split(command(page, {"a/1": 7})) == ["flopcount", str(path), "--set", "a/1=7"]


@pytest.mark.slow
def test_auxiliary_heads_are_asked_for_beside_the_word() -> None:
    heads, plain = what_ifs("googlenet", aux=True), of("googlenet")
    assert ran(heads.script, "live.aux")
    assert not ran(plain.script, "live.aux")
    assert reference(heads, {}, counted=True) == "googlenet"
    assert reference(plain, {}, counted=True) == "googlenet@no-aux"
    first, second = compared("compare --aux googlenet googlenet@no-aux")
    assert (first, second) == (total(shown(heads, {})), total(shown(plain, {})))


def assert_compared(page: Live, word: str, values: dict[str, int]) -> None:
    found = compared(f"compare googlenet {word}")
    assert found[1] == total(shown(page, values))


def compared(line: str) -> list[tuple[int, int]]:
    """Of each network that is compared, the multiplies and the parameters."""
    cells = json.loads(run([*shlex.split(line), "--format", "json"])[0])["total"]
    kinds = ("_multiplies", "_params")
    multiplies, params = ([n for key, n in cells.items() if key.endswith(kind)] for kind in kinds)
    return list(zip(multiplies, params, strict=True))


def total(counts: Counts) -> tuple[int, int]:
    """The same of a page."""
    multiplies, params = (
        sum(one[name] for one in counts.values()) for name in ("multiplies", "params")
    )
    return multiplies, params

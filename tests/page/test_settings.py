"""What a page shows at settings by chance, beside the report and the command line at the same."""

import random
from collections.abc import Callable

import pytest

import flopcount as fc
from flopcount.core import COUNTS, role_of
from flopcount.notation import variants
from flopcount.page.controls import Control
from tests.page.running import (
    Counts,
    assert_same,
    command,
    counted_at,
    of,
    said,
    shown,
    shown_at,
)
from tests.shipped import INCEPTION, SAMPLE

SPEC = "28x30x192 > conv 1x1 16 reduce > conv 5x5 32"
KINDS = """65x75x12 > conv 3x3/2 16 valid > maxpool 3x3/2 ceil
> [a: conv 1x1 8 reduce > conv 3x3 24 groups=4 | b: (maxpool 2x2 floor + depthwise 3x3) | identity]
> separable 3x3/2 18 multiplier=2 dilation=2 norm=shift gelu > lrn size=3 > norm=scale
> [maxpool 3x3/2 valid | conv 3x3/2 9 valid norm > hardswish | avgpool 3x3/2 valid]
> (identity + conv 1x1 in nobias > scale) > avgpool to=3x2 > flatten > dense 10
> softmax""".replace("\n", " ")
NETWORKS = [*SAMPLE, SPEC, KINDS]
# Branches that fit each other at some widths alone.
JOINED = """24x20x16 > (identity + conv 3x3 16 > conv 1x1 16) > conv 1x1 12 reduce
> (conv 3x3 8 + conv 5x5 8) > conv 3x3 8 groups=4 > flatten > dense 3""".replace("\n", " ")
Draw = Callable[[Control], int]


def drawn(seed: int) -> Draw:
    """Somewhere from low to high, by chance; what is not drawn stays where it starts.

    Few controls are drawn at the first seeds, at later ones all.
    """
    pick = random.Random(seed)  # noqa: S311  no secret

    def draw(control: Control) -> int:
        if seed < 3 and pick.randrange(3) > seed:
            return control.start
        return pick.randrange(control.low, control.high + 1, control.step)

    return draw


def near(seed: int) -> Draw:
    """A width is where it starts, or within 2 of that; all else as above."""
    pick, draw = random.Random(seed), drawn(seed)  # noqa: S311  likewise

    def draw_near(control: Control) -> int:
        if control.kind != "width":
            return control.start if control.kind == "multiplier" else draw(control)
        moved = control.start + pick.choice([0, 0, 0, 1, -1, 2, -2])
        return min(max(moved, control.low), control.high)

    return draw_near


def assert_the_script_is_the_report(name: str, draws: list[Draw]) -> None:
    """As built and, where it has reductions, in the naive reading: each count of each layer."""
    page = of(name)
    reduces = any(role_of(node.op) == "reduce" for node in fc.load(name).nodes)
    readings = [("built", ""), ("naive", "@naive")][: 1 + reduces]
    settings = [{control.name: draw(control) for control in page.controls} for draw in draws]
    for which, rewrite in readings:
        for found, values in zip(shown_at(page, settings, which), settings, strict=True):
            assert_same(found, counted_at(page, name, values, rewrite))


@pytest.mark.slow
@pytest.mark.parametrize("draw", [drawn(0), drawn(3)], ids=["few", "all"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_is_the_report(name: str, draw: Draw) -> None:
    assert_the_script_is_the_report(name, [draw])


@pytest.mark.slow
@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_script_is_the_report_where_all_sliders_end(name: str, end: str) -> None:
    assert_the_script_is_the_report(name, [lambda control: int(getattr(control, end))])


@pytest.mark.slow
def test_branches_that_do_not_fit_name_the_layer() -> None:
    assert_the_script_is_the_report(JOINED, [near(seed) for seed in range(40)])
    said = {"spec/1/2/2": "spec/1", "spec/3/1": "spec/3", "spec/4": "spec/4"}
    found = shown_at(of(JOINED), [{name: 17} for name in said])
    assert found == [f"{path} does not fit these sizes" for path in said.values()]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NETWORKS, JOINED])
def test_the_script_is_the_report_at_many_settings(name: str) -> None:
    for first in range(0, 100, 20):
        assert_the_script_is_the_report(name, [drawn(seed) for seed in range(first, first + 20)])


@pytest.mark.slow
@pytest.mark.parametrize("name", INCEPTION)
def test_the_script_of_a_variant_or_a_rewrite_is_the_report(name: str) -> None:
    rewrites = ["separable", "factorize=nxn@width=0.75"]
    for modifiers in [*variants(name), *rewrites]:
        draws = [drawn(seed) for seed in (0, 1, 3, 4)]
        assert_the_script_is_the_report(f"{name}@{modifiers}", draws)


def assert_the_script_is_what_its_command_line_says(
    name: str, values: dict[str, int], *, naive: bool
) -> None:
    """Each count of each layer, of the whole batch."""
    page = of(name)
    found = shown(page, values, "naive" if naive else "built")
    batch = values.get("batch", 1)
    assert said(command(page, values, naive=naive)) == of_batch(found, batch)


def of_batch(found: Counts, batch: int) -> Counts:
    """The counts of so many samples."""
    return {
        path: counts | {name: counts[name] * batch for name in COUNTS if COUNTS[name].grows}
        for path, counts in found.items()
    }


@pytest.mark.parametrize("naive", [False, True])
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("googlenet", {"H": 97, "3a.r5": 24, "3a.n1": 7, "conv1/1": 65, "width": 85}),
        ("inception-v3", {"5c/5x5/1": 40, "6b.c7": 100, "classes": 7, "batch": 3}),
        (SPEC, {"H": 31, "spec/1": 7, "width": 105}),
    ],
)
def test_the_script_is_what_its_command_line_says(
    name: str, values: dict[str, int], *, naive: bool
) -> None:
    assert_the_script_is_what_its_command_line_says(name, values, naive=naive)


@pytest.mark.slow
@pytest.mark.parametrize("name", INCEPTION)
def test_the_script_is_what_its_command_line_says_at_many_settings(name: str) -> None:
    page = of(name)
    fitting = 0
    for seed in range(12):
        draw = drawn(seed)
        values = {control.name: draw(control) for control in page.controls}
        (built,) = shown_at(page, [values])
        if isinstance(built, str):
            line = command(page, values)
            with pytest.raises(fc.FlopcountError) as caught:
                said(line)
            assert_same(built, str(caught.value))
            continue
        fitting += 1
        for naive in (False, True):
            assert_the_script_is_what_its_command_line_says(name, values, naive=naive)
    assert fitting

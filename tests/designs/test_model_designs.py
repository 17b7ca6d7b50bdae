"""Designs of models: whatever way a number comes, it is that of a fresh reading at the size."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
import torch

import flopcount as fc
from flopcount.core import COUNTS
from flopcount.designs.sweeps import plan
from flopcount.errors import FlopcountError
from flopcount.notation import draft_of
from flopcount.page.resized import resized
from tests.frameworks.open_modules import AtOne, Images, Skips, Windows
from tests.page.running import ran, settings

SHOWN = ("multiplies", "multiplies_unpadded", "params", "activations")
READ = "each design is a reading of the model at its size"


def read(module: Any, *shape: int) -> Any:
    return fc.read_torch(module, fc.inputs(*shape))


def cost(module: Any, *shape: int) -> dict[str, int]:
    """Of a module that was never read before."""
    counts = fc.analyze(module, fc.inputs(*shape)).cost
    return {name: int(counts[name]) for name in SHOWN}


def swept(network: Any, vary: Mapping[str, Iterable[int] | str], **options: Any) -> Any:
    return fc.sweep(network, vary, **options).to_dict("records")


def notes(network: Any, vary: Mapping[str, Iterable[int] | str], **options: Any) -> Any:
    return plan(network, vary, **options).costs.notes


def test_a_few_designs_are_readings() -> None:
    network, vary = read(Images(), 1, 3, 32, 32), {"H": [16, 33], "W": [24, 40]}
    assert notes(network, vary)[-1] == READ
    for design in swept(network, vary):
        own = cost(Images(), 1, 3, design["H"], design["W"])
        assert {name: design[name] for name in SHOWN} == own


@pytest.mark.slow
def test_many_designs_have_a_formula() -> None:
    network, vary = read(Images(), 1, 3, 32, 32), {"input": range(16, 64)}
    assert notes(network, vary) == ("checked against the model at 1×3×32×32 and 1×3×36×27",)
    designs = swept(network, vary)
    assert [design["input"] for design in designs] == [*range(16, 64)]
    for design in designs[::11]:
        own = cost(Images(), 1, 3, design["input"], design["input"])
        assert {name: design[name] for name in SHOWN} == own


def test_filters_and_fronts_work_on_readings() -> None:
    network = read(Images(), 1, 3, 32, 32)
    vary = {"H": [16, 20, 24], "W": [16, 24]}
    every = swept(network, vary)
    kept = [one for one in every if one["multiplies"] > 20_000 and one["H"] >= 20]
    assert swept(network, vary, keep="multiplies > 20e3 and H >= 20") == kept
    first = swept(network, vary, top=2, sort="-multiplies")
    ordered = sorted(every, key=lambda one: -one["multiplies"])
    assert [one["multiplies"] for one in first] == [one["multiplies"] for one in ordered[:2]]
    front = swept(network, vary, pareto=["multiplies", "-H"])
    assert {one["H"] for one in front} == {16, 20, 24}
    assert {one["W"] for one in front} == {16}


@pytest.mark.slow
def test_where_the_model_does_not_run_its_own_error_is_said() -> None:
    network = read(Skips(), 1, 3, 16, 16)
    with pytest.raises(FlopcountError, match=r"^input=18: .*Skips does not run on"):
        swept(network, {"input": "16:24:2"})
    with pytest.raises(FlopcountError, match=r"^input=18: .*Skips does not run on"):
        swept(network, {"input": "16:64:2"})


@pytest.mark.slow
def test_what_the_formula_is_not_for_is_read_one_by_one() -> None:
    network = read(Windows(), 1, 3, 56, 56)
    vary = {"H": range(40, 76, 4)}  # 9 of them: a formula is tried, and is for multiples of 56
    assert notes(network, vary)[-1] == READ
    for design in swept(network, vary):
        assert {n: design[n] for n in SHOWN} == cost(Windows(), 1, 3, design["H"], 56)
    with pytest.raises(FlopcountError) as caught:
        swept(network, {"H": range(40, 140)})
    assert str(caught.value) == (
        "H=40: the formula is for 56 divides H alone, though the model runs here too; without a "
        "formula each design is read, at most 32, and these are 100 designs: narrow "
        "the ranges"
    )


def test_a_count_that_differs_where_the_multiplies_do_not_is_never_shown_wrong() -> None:
    network = read(AtOne(), 2, 8)
    few = swept(network, {"B": [1, 2, 3]})
    assert [one["activations"] for one in few] == [2 * 16, 2 * 16, 3 * 16]  # 16 more of the ReLU
    some = swept(network, {"B": range(1, 20)})
    assert some[0]["activations"] == 32
    many = swept(network, {"B": range(1, 50)})
    assert [*many[0]] == ["B", "multiplies", "multiplies_unpadded", "params"]
    assert [one["multiplies"] for one in many] == [8 * 16 * n for n in range(1, 50)]
    said = notes(network, {"B": range(1, 50)})[-1]
    assert said == "left out, without a formula for all of these designs: activations"
    whole = swept(network, {"B": range(2, 50)})
    assert [one["activations"] for one in whole] == [16 * n for n in range(2, 50)]
    for asked in ({"columns": "activations"}, {"keep": "activations > 5"}):
        with pytest.raises(FlopcountError, match=r"^activations: B=1: the formula is for B ≥ 2"):
            swept(network, {"B": range(1, 50)}, **asked)


def fitted(module: Any, found: Any, *channels: int) -> None:
    """A fit's two values, beside fresh readings of them."""
    for value, counts in ((found.value, found.counts), (found.next, found.next_counts)):
        assert dict(counts or {}) == cost(module, *channels, int(value or 0), int(value or 0))


def test_a_fit_of_an_image_is_what_readings_have() -> None:
    found = fc.fit(read(Images(), 1, 3, 32, 32), {"multiplies": 10**6}, "input")
    fitted(Images(), found, 1, 3)
    assert found.next == found.value + 1
    assert found.counts["multiplies"] <= 10**6 < found.next_counts["multiplies"]
    assert found.notes == ("checked against the model at 1×3×32×32 and 1×3×36×27",)


@pytest.mark.slow
def test_a_fit_steps_over_what_does_not_fit() -> None:
    found = fc.fit(read(Skips(), 1, 3, 16, 16), {"multiplies": 10**6}, "input")
    assert found.value % 4 == 0
    assert found.next == found.value + 4
    fitted(Skips(), found, 1, 3)
    assert found.counts["multiplies"] <= 10**6 < found.next_counts["multiplies"]


@pytest.mark.slow
def test_a_fit_past_what_the_formula_is_for_reads_the_model() -> None:
    network = read(Windows(), 1, 3, 56, 56)
    limit = cost(Windows(), 1, 3, 84, 84)["multiplies"]
    found = fc.fit(network, {"multiplies": limit}, "input")
    fitted(Windows(), found, 1, 3)
    # a patch has 4 × 4 places and a window 7 × 7 of them: 21 patches are three windows
    assert (found.value, found.next) == (87, 88)
    assert found.notes == ("each size that was looked at is a reading of the model",)


def test_a_fit_of_a_count_that_differs_is_what_readings_have() -> None:
    found = fc.fit(read(AtOne(), 2, 8), {"activations": 32}, "B")
    assert (found.value, found.counts["activations"]) == (2, 32)
    assert found.next_counts is not None
    assert found.next_counts["activations"] == 48


def test_the_domain_of_a_formula_says_a_multiple_once() -> None:
    network = read(Skips(), 1, 3, 16, 16)
    assert fc.formula(network).domain == ("H = 4h", "W = 4w")
    assert sorted(fc.formula(network, free=["H", "W"]).domain) == ["4 divides H", "4 divides W"]


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [{}, {"H": 48, "W": 16}, {"B": 3, "H": 17, "W": 40}])
def test_the_sliders_of_a_rewritten_model_are_readings(sizes: dict[str, int]) -> None:
    network = read(Images(), 1, 3, 32, 32).rewritten("separable")
    made = resized(draft_of(network), fc.analyze(network))  # type: ignore[arg-type]
    found = ran(made.script, f"live.built({settings(made.controls, sizes)})")
    shape = (sizes.get("B", 1), 3, sizes.get("H", 32), sizes.get("W", 32))
    own = read(Images(), *shape).rewritten("separable")
    layers = dict(found["layers"])
    for row in own.rows:
        for name in COUNTS:
            assert layers[row.node.path].get(name, "0") == str(row.count(name))


@pytest.mark.slow
def test_a_rewritten_formula_is_what_rewritten_readings_have() -> None:
    network = read(Images(), 1, 3, 32, 32).rewritten("separable")
    found = fc.formula(network, free=["B", "H", "W"])
    space: dict[str, Any] = {}
    exec(found.python(), space)  # noqa: S102  the function that it prints
    for shape in ((1, 3, 32, 32), (2, 3, 41, 19), (5, 3, 64, 100)):
        own = fc.analyze(read(Images(), *shape).rewritten("separable")).multiplies
        assert space["multiplies"](B=shape[0], H=shape[2], W=shape[3]) == own


def test_nothing_is_marked_and_the_cure_is_said() -> None:
    network = read(torch.nn.Sequential(Images()), 1, 3, 32, 32)
    for asked in (fc.reductions, fc.crossovers):
        with pytest.raises(FlopcountError, match=r"of a model --reduce PATTERN marks 1×1s"):
            asked(network)


def at(name: str, size: int) -> int:
    """The multiplies of a model of a library, read anew at a size."""
    grid = f"1x{size}x{size}x3" if name.startswith("keras") else f"1x3x{size}x{size}"
    return fc.analyze(fc.load(name, input=grid)).multiplies


@pytest.mark.slow
@pytest.mark.parametrize("name", ["torchvision:resnet50", "torchvision:swin_t"])
def test_models_of_libraries_at_several_sizes(name: str) -> None:
    designs = swept(name, {"input": "160:256:32"})
    assert [one["multiplies"] for one in designs] == [at(name, one["input"]) for one in designs]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["torchvision:resnet50", "torchvision:googlenet"])
def test_models_of_libraries_up_to_a_budget(name: str) -> None:
    found = fc.fit(name, {"multiplies": 3 * 10**9}, "input")
    assert found.counts["multiplies"] == at(name, int(found.value)) <= 3 * 10**9
    assert found.next_counts is not None
    assert found.next_counts["multiplies"] == at(name, int(found.next or 0)) > 3 * 10**9

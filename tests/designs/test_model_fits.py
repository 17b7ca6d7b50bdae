"""The best design of a model: of all at which it runs, whatever its formula is for."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import pytest

import flopcount as fc
from flopcount.errors import BudgetError, FlopcountError
from tests.designs.test_model_designs import READ, cost, read
from tests.frameworks.open_modules import AtOne, Images, Skips, Windows

Vary = Mapping[str, Iterable[int]]


def best_of_readings(module: Any, vary: Vary, most: int, goal: str) -> tuple[dict[str, int], int]:
    """The best design of an image, each read alone, and how many cannot be read."""
    found, left_out = [], 0
    for place, point in enumerate(product(*vary.values())):
        design = dict(zip(vary, point, strict=True))
        try:
            counts = cost(module(), 1, 3, design["H"], design["W"])
        except FlopcountError:
            left_out += 1
            continue
        if counts["multiplies"] <= most:
            aim = (design | counts)[goal]
            found.append((-aim, counts["multiplies"], place, design))
    return min(found)[-1], left_out


@pytest.mark.parametrize(
    ("module", "vary", "most", "goal", "left_out"),
    [
        pytest.param(
            *(Images, {"H": [16, 33], "W": [24, 40]}, 50_000, "activations", 0),
            marks=pytest.mark.slow,
        ),
        (Skips, {"H": [16, 18, 20], "W": [16, 20]}, 150_000, "H", 2),
        pytest.param(
            *(Windows, {"H": [40, 56, 60], "W": [56, 64]}, 300_000, "W", 0),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_few_designs_are_readings(
    module: Any, vary: Vary, most: int, goal: str, left_out: int
) -> None:
    start = 56 if module is Windows else 16
    found = fc.fit(
        read(module(), 1, 3, start, start), {"multiplies": most}, vary=vary, maximize=goal
    )
    values, without = best_of_readings(module, vary, most, goal)
    assert (dict(found.values), without) == (values, left_out)
    own = cost(module(), 1, 3, values["H"], values["W"])
    assert dict(found.counts) == own
    assert found.proved
    assert found.goal == (values | own)[goal]
    assert found.notes[-1] == READ
    said = f"{left_out} designs do not fit and are left out" if left_out else "were priced"
    assert found.how.endswith(said)


@pytest.mark.slow
def test_designs_that_the_formula_is_not_for_are_not_left_out() -> None:
    network, limit = read(Windows(), 1, 3, 56, 56), cost(Windows(), 1, 3, 70, 56)["multiplies"]
    few = fc.fit(network, {"multiplies": limit}, vary={"H": range(40, 76, 4)}, maximize="H")
    # a patch has 4 × 4 places: 70 and 68 rows are 17 of them, and 72 one more
    assert few.values == {"H": 68}
    assert few.notes[-1] == READ
    with pytest.raises(FlopcountError) as caught:
        fc.fit(network, {"multiplies": limit}, vary={"H": range(40, 140)})
    assert str(caught.value) == (
        "H=40: the formula is for 56 divides H alone, though the model runs here too; without a "
        "formula each design is read, at most 32, and these are 100 designs: narrow the ranges"
    )
    many = fc.fit(network, {"multiplies": 10**6}, vary={"H": range(56, 56 * 36, 56)}, maximize="H")
    assert READ not in many.notes
    height = int(many.values["H"])
    assert cost(Windows(), 1, 3, height, 56)["multiplies"] <= 10**6
    assert cost(Windows(), 1, 3, height + 56, 56)["multiplies"] > 10**6


@pytest.mark.slow
def test_designs_at_which_the_model_does_not_run_are_left_out_by_its_formula() -> None:
    vary = {"H": range(8, 28, 2), "W": [8, 12, 14]}
    found = fc.fit(read(Skips(), 1, 3, 16, 16), {"multiplies": 10**5}, vary=vary, maximize="H")
    assert READ not in found.notes
    values, left_out = best_of_readings(Skips, vary, 10**5, "H")
    assert dict(found.values) == values
    assert left_out == 30 - 5 * 2
    assert found.how.endswith("20 designs do not fit and are left out")


@pytest.mark.slow
def test_a_count_without_a_formula_is_read_where_it_is_asked_for() -> None:
    network = read(AtOne(), 2, 8)
    found = fc.fit(network, {"activations": 32}, vary={"B": range(1, 20)})
    assert found.values == {"B": 1}  # it has as many as of two samples
    assert found.notes[-1] == READ
    assert fc.fit(network, {"multiplies": 900}, vary={"B": range(1, 50)}).values == {"B": 7}
    for budget, at_least in (("activations", {}), ("multiplies", {"activations": 1})):
        with pytest.raises(FlopcountError, match=r"^B=1: the formula is for B ≥ 2 alone, .* 49 "):
            fc.fit(network, {budget: 900}, vary={"B": range(1, 50)}, at_least=at_least)


def test_where_nothing_is_within_or_nothing_runs() -> None:
    vary = {"H": [16, 18], "W": [16]}
    network = read(Skips(), 1, 3, 16, 16)
    least = cost(Skips(), 1, 3, 16, 16)["multiplies"]
    with pytest.raises(BudgetError, match=rf"the least possible is {least:,} multiplies$"):
        fc.fit(network, {"multiplies": 10}, vary=vary)
    with pytest.raises(FlopcountError, match=r"^H=18, W=16: .*Skips does not run on"):
        fc.fit(network, {"multiplies": 10}, vary={"H": [18, 22], "W": [16]})

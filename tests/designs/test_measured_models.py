"""Measured designs of a model: each costs what a fresh reading at its sizes does."""

from typing import Any

import pandas as pd
import pytest

import flopcount as fc
from flopcount.designs.measured import points
from flopcount.errors import FlopcountError
from tests.frameworks.open_modules import AtOne, Images

SHOWN = ("multiplies", "multiplies_unpadded", "params", "activations")


def read(module: Any, *shape: int) -> Any:
    return fc.read_torch(module, fc.inputs(*shape))


def frame(sides: list[tuple[int, int]]) -> pd.DataFrame:
    accuracy = [f"0.{place}" for place in range(len(sides))]
    return pd.DataFrame(sides, columns=["H", "W"]).assign(accuracy=accuracy)


@pytest.mark.slow
@pytest.mark.parametrize("most", [0, 32])
def test_each_is_a_reading(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a formula, and each read by itself."""
    monkeypatch.setattr(points, "MOST_READ", most)
    sides = [(33, 40), (16, 24), (33, 24), (20, 57)]
    found = fc.sweep(read(Images(), 1, 3, 32, 32), measured=frame(sides)).to_dict("records")
    for design, (height, width) in zip(found, sides, strict=True):
        counts = fc.analyze(Images(), fc.inputs(1, 3, height, width)).cost
        assert {name: design[name] for name in SHOWN} == {name: int(counts[name]) for name in SHOWN}
    best = fc.fit(
        read(Images(), 1, 3, 32, 32),
        {"multiplies": found[3]["multiplies"]},
        measured=frame(sides),
        maximize="accuracy",
    )
    assert best.values == {"H": 20, "W": 57}  # noqa: PD011  no frame


@pytest.mark.slow
def test_where_the_formula_is_not_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one sample it does something more: a few are read, many are refused by their row."""
    table = pd.DataFrame({"B": [2, 5, 1, 3], "a": 1})
    found = fc.sweep(read(AtOne(), 2, 8), measured=table)
    grid = fc.sweep(read(AtOne(), 2, 8), {"B": [2, 5, 1, 3]})
    assert found.drop(columns="a").equals(grid)
    assert found.activations.tolist() == [32, 80, 32, 48]  # 16 more of the ReLU
    monkeypatch.setattr(points, "MOST_READ", 0)
    with pytest.raises(FlopcountError, match=r"measured, row 2: B=1: the formula is for"):
        fc.sweep(read(AtOne(), 2, 8), measured=table)

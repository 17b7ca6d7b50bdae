"""What a careless user gives to the Python interface: one line that says what was expected."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import flopcount as fc

NET = fc.load("googlenet")
REPORT = fc.analyze(NET, modules=["3a"])
R5 = "googlenet", {"3a.r5": "8:16:8"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NET.select([]), "googlenet: expected names of modules, read none"),
        (lambda: NET.select(5), "modules: expected names of modules, not 5"),
        (lambda: NET.select(None), "modules: expected names of modules, not None"),
        (lambda: NET.select("3z"), "googlenet: unknown module '3z'"),
        (lambda: REPORT.grouped("row"), "unknown grain 'row'"),
        (lambda: fc.reductions("googlenet", counts="parms"), "counts: unknown count 'parms'"),
        (
            lambda: fc.reductions("googlenet", counts=[["params"]]),
            "counts: expected names of counts",
        ),
        (lambda: fc.reductions("googlenet", counts=5), "counts: expected names of counts, not 5"),
        (lambda: fc.formula("googlenet", let=5), "let is 5, not what stands in the place"),
        (lambda: fc.formula("googlenet", let="H=32"), "let is 'H=32', not what stands in the"),
        (lambda: fc.formula("googlenet", let={"H": None}), "--let H=None: expected a number"),
        (lambda: fc.formula("googlenet", let={"H": 2.5}), "--let H=2.5: expected a number"),
        (lambda: fc.fit("googlenet", 10**9, "input"), "budget is 1000000000, not the most of each"),
        (lambda: fc.fit("googlenet", {"params": 1.5}, "input"), "params: 1.5 is not a whole"),
        (lambda: fc.fit("googlenet", {"params": float("inf")}, "input"), "inf is not a whole"),
        (lambda: fc.sweep("googlenet", 5), "vary is 5, not the values of each name"),
        (lambda: fc.sweep("googlenet", ["3a.r5=8:64:8"]), "vary is ['3a.r5=8:64:8'], not the"),
        (lambda: fc.claims_table("googlnet"), "unknown network 'googlnet'; did you mean"),
        (lambda: fc.sweep(*R5, modules=5), "modules: expected names of modules, not 5"),
        (lambda: fc.sweep("googlenet", {"3a.r5": 8}), "3a.r5: expected values, as in '8:64:8'"),
        (lambda: fc.sweep("googlenet", {"3a.r5": None}), "3a.r5: expected values, as in"),
        (lambda: fc.sweep(*R5, top="x"), "--top is 'x', not a whole number"),
        (lambda: fc.sweep(*R5, top=1.5), "--top is 1.5, not a whole number"),
        (lambda: fc.sweep(*R5, keep=5), "keep: expected filters such as 'multiplies <= 1e9', not"),
        (lambda: fc.sweep(*R5, keep=[None]), "keep: expected filters"),
        (lambda: fc.sweep(*R5, pareto=5), "pareto: expected names, not 5"),
        (lambda: fc.sweep(*R5, sort=5, top=1), "--sort: expected the name of a count or"),
        (lambda: fc.fit("googlenet", {"params": 10**6}, "input", modules=5), "modules: expected"),
        (lambda: fc.reductions("googlenet", modules=5), "modules: expected names of modules"),
        (lambda: fc.formula("googlenet", free=5), "free: expected names, not 5"),
        (lambda: fc.formula("googlenet", count=[]), "unknown count []"),
        (lambda: fc.analyze(NET, naive=[]), "unknown naive reading []"),
        (lambda: fc.analyze(NET, unit={}), "unknown unit {}"),
        (lambda: REPORT.plot([]), "unknown kind of picture []"),
    ],
)
def test_a_mistake_is_told_in_a_line(call: Callable[[], object], message: str) -> None:
    with pytest.raises(fc.FlopcountError) as told:
        call()
    assert message in str(told.value)


def test_one_name_stands_without_a_list() -> None:
    assert NET.select("3a") == NET["3a"]
    assert fc.reductions("googlenet", modules="3a", counts="params") == fc.reductions(
        "googlenet", modules=["3a"], counts=["params"]
    )


@pytest.mark.parametrize("typed", [1e9, np.float64(1e9), np.int64(10**9)])
def test_a_budget_may_be_typed_as_on_the_command_line(typed: float) -> None:
    assert fc.fit("googlenet", {"multiplies": typed}, "input") == fc.fit(
        "googlenet", {"multiplies": 10**9}, "input"
    )


def test_numbers_and_texts_of_numpy_are_taken() -> None:
    given = {"H": np.int64(32), "W": np.str_("32")}
    assert fc.formula("googlenet", let=given) == fc.formula("googlenet", let={"H": "32", "W": "32"})
    assert len(fc.sweep(*R5, top=np.int64(1))) == 1


def test_nothing_is_claimed_of_the_table_of_a_path() -> None:
    assert fc.claims_table(Path("mine.toml")) is None

"""What a careless user gives to the Python interface: one line that says what was expected."""

from collections.abc import Callable

import pytest

import flopcount as fc

NET = fc.load("googlenet")
REPORT = fc.analyze(NET, modules=["3a"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NET.select([]), "googlenet: expected names of modules, read none"),
        (lambda: NET.select(5), "modules: expected names of modules, not 5"),
        (lambda: NET.select(None), "modules: expected names of modules, not None"),
        (lambda: NET.select("3z"), "googlenet: unknown module '3z'"),
        (lambda: REPORT.grouped("row"), "unknown grain 'row'"),
        (lambda: fc.reductions("googlenet", counts="parms"), "counts: unknown count 'parms'"),
        (lambda: fc.reductions("googlenet", counts=[["params"]]), "counts: unknown count ['params"),
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
        (lambda: REPORT.plot("tree", beside="naive"), "beside is for a drawing, not for tree"),
        (lambda: REPORT.plot(beside="naive"), "beside is for a drawing, not for savings"),
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


def test_a_budget_may_be_typed_as_on_the_command_line() -> None:
    assert fc.fit("googlenet", {"multiplies": 1e9}, "input") == fc.fit(
        "googlenet", {"multiplies": 10**9}, "input"
    )

"""Reports, formulas and sweeps of networks whose layers share their weights."""

from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis.breakeven import reductions
from flopcount.analysis.shared import some

PYRAMID = """
input = "32x32x3"
[rows]
p3   = "conv 3x3/2 8"
p4   = "conv 3x3/2 8"
head = "from p3 > conv 1x1 4 reduce > conv 3x3 16 > conv 1x1 9"
low  = "from p4 > head"
"""
# 1·8·4 + 4, 9·4·16 + 16, 1·16·9 + 9
HEAD = 36 + 592 + 153


@pytest.fixture
def pyramid(tmp_path: Path) -> str:
    path = tmp_path / "pyramid.toml"
    path.write_text(PYRAMID, encoding="utf-8")
    return str(path)


def test_parameters_stand_at_their_first_use(pyramid: str) -> None:
    report = fc.analyze(pyramid)
    found = {line.module: (line.multiplies, line.params) for line in report}
    each = 8 * 4 + 9 * 4 * 16 + 16 * 9  # at each position
    assert found["head"] == (16 * 16 * each, HEAD)
    assert found["low"] == (8 * 8 * each, 0)
    text = str(report)
    assert text.endswith("\nweights that are shared count once: low has those of head\n")


def test_a_part_holds_what_its_layers_use(pyramid: str) -> None:
    low = fc.analyze(pyramid, modules=["low"])
    assert low.params == low.total.naive.params - (8 - 4) * 9 * 16 + 36 == HEAD
    both = fc.analyze(pyramid, modules=["head", "low"])
    assert {line.module: line.params for line in both} == {"head": HEAD, "low": 0}
    said = str(low).splitlines()[-1]
    assert said == (
        "weights of layers outside of this part count here: low/1 has those of head/1, low/2 has "
        "those of head/2, low/3 has those of head/3"
    )
    assert "outside" not in str(both)
    assert fc.formula(pyramid, module="low", count="params").value == HEAD
    frame = fc.sweep(pyramid, {"H": [32]}, modules=["low"])
    assert [*frame["params"]] == [HEAD]


def test_the_naive_reading_counts_once_too(pyramid: str) -> None:
    for reading in ("reduce", "figure", "chained"):
        report = fc.analyze(pyramid, naive=reading)
        naive = {line.module: line.naive.params for line in report}
        assert naive["low"] == 0
        assert naive["head"] == 9 * 8 * 16 + 16 + 153  # the 3×3 reads 8 channels
    with pytest.raises(fc.FlopcountError, match=r"naive \(reduce\): .* shares its weights with"):
        str(fc.analyze("8x8x4 > conv 1x1 6 reduce > shared t (conv 3x3 6) > shared t"))


def test_the_json_says_whose_the_weights_are(pyramid: str) -> None:
    layers = {layer["layer"]: layer for layer in fc.analyze(pyramid).to_dict()["layers"]}
    assert "shares" not in layers["head/1"]
    assert [layers[f"low/{n}"]["shares"] for n in (1, 2, 3)] == ["head/1", "head/2", "head/3"]
    assert [layers[f"low/{n}"]["params"] for n in (1, 2, 3)] == [0, 0, 0]


def test_the_arithmetic_says_whose_they_are(pyramid: str) -> None:
    sums = fc.analyze(pyramid, by="layer").to_dict(explain=True)["arithmetic"]
    assert sums["low/2"]["params"] == "0, for they are those of head/2"
    assert sums["head/2"]["params"] == "3²·4·16 + 16 = 592"
    modules = fc.analyze(pyramid).to_dict(explain=True)["arithmetic"]
    assert modules["low"]["params"] == "0, for they are those of head/1, head/2 and head/3"


def test_many_names_are_cut() -> None:
    text = str(fc.analyze("8x8x4 > 12 * shared (conv 3x3 4)")).splitlines()[-1]
    named = "spec/2, spec/3, spec/4, spec/5, spec/6, spec/7 and 5 more have those of spec/1"
    assert text == f"weights that are shared count once: {named}"
    assert some(["a"]) == "a"


def test_a_width_of_one_use_is_that_of_all(pyramid: str) -> None:
    report = fc.analyze(fc.load(pyramid, set={"low/2": 32}))
    widths = {row.node.path: row.output[-1] for row in report.rows}
    assert (widths["head/2"], widths["low/2"]) == (32, 32)
    assert report.params == fc.analyze(fc.load(pyramid, set={"head/2": 32})).params
    both: Any = {"head/2": 32, "low/2": 32}
    assert fc.analyze(fc.load(pyramid, set=both)).params == report.params
    with pytest.raises(fc.FlopcountError, match="set low/2: it shares its weights with head/2"):
        fc.load(pyramid, set={"head/2": 32, "low/2": 16})


def test_a_formula_in_columns_that_must_be_equal_says_so(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    block = '[block.b]\ncolumns = ["n"]\nx = "conv 1x1 {n}"\n'
    rows = '[rows]\na = ["shared b", 4]\nc = ["from input > shared b", 4]\n'
    path.write_text(f'input = "8x8x4"\n{block}{rows}', encoding="utf-8")
    found = fc.formula(path, free=["a.n", "c.n"], count="params")
    assert (str(found), found.domain) == ("5·a.n", ("a.n = c.n",))
    with pytest.raises(fc.FlopcountError, match="c/x/1: shares its weights with a/x/1"):
        fc.analyze(fc.load(path, set={"a.n": 8}))


def test_uses_of_one_reduction_pay_together() -> None:
    tower = "conv 1x1 16 reduce > conv 3x3 32"
    found = reductions(f"8x8x64 > [shared t ({tower}) | shared t]", counts=["multiplies"])
    assert [one.path for one in found] == ["spec/1/1/1"]
    alone = reductions(f"8x8x64 > {tower}", counts=["multiplies"])[0]
    assert found[0].slope == 2 * alone.slope
    assert found[0].breakeven == alone.breakeven
    params = reductions(f"8x8x64 > [shared t ({tower}) | shared t]", counts=["params"])[0]
    assert params.slope == 64 + 1 + 9 * 32  # once


@pytest.mark.parametrize(
    ("rewrite", "params"),
    [
        # 5×5 of 4 → 4: two 3×3; 1×5 then 5×1; depthwise 5×5 without bias, then a 1×1
        ("@factorize=5x5:3x3", 2 * (9 * 4 * 4 + 4)),
        ("@factorize=nxn", 2 * (5 * 4 * 4 + 4)),
        ("@separable", 25 * 4 + 4 * 4 + 4),
    ],
)
def test_a_rewritten_layer_is_shared_as_it_was(rewrite: str, params: int) -> None:
    once = fc.analyze(f"8x8x4 > conv 5x5 4{rewrite}")
    shared = fc.analyze(f"8x8x4 > 3 * shared (conv 5x5 4){rewrite}")
    assert once.params == shared.params == params
    assert shared.multiplies == 3 * once.multiplies


def test_halved_widths_are_shared() -> None:
    spec = "8x8x4 > [shared t (conv 3x3 8 > conv 3x3 6) | shared t] > conv 1x1 2@width=0.5"
    assert fc.analyze(spec).params == (9 * 4 * 4 + 4) + (9 * 4 * 3 + 3) + (6 * 2 + 2)


def test_a_width_that_is_a_result_s_stays_in_every_use(pyramid: str) -> None:
    report = fc.analyze(f"{pyramid}@width=0.5")
    assert [row.output[-1] for row in report.rows] == [4, 4, 2, 8, 9, 2, 8, 9]
    assert report.params == (27 * 4 + 4) + (36 * 4 + 4) + (4 * 2 + 2) + (18 * 8 + 8) + (8 * 9 + 9)
    with pytest.raises(fc.FlopcountError, match="spec/3: shares its weights with spec/1"):
        fc.analyze("8x8x4 > shared t (conv 3x3 4) > conv 3x3 4 > shared t@width=0.5")

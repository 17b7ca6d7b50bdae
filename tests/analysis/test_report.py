"""Reports: the grains, the units, and what was saved, as rows and columns of one report."""

import csv
import dataclasses
import io
from typing import Any

import numpy as np
import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.analysis import GRAINS, UNITS
from flopcount.core.counts import Counts

# --- grains


def test_grains_name_their_parts() -> None:
    report = fc.analyze(fc.load("googlenet")["3a"])
    assert [(a.module, a.branch, a.layer, a.op) for a in report.by("branch").lines] == [
        ("3a", "1x1", None, None),
        ("3a", "3x3", None, None),
        ("3a", "5x5", None, None),
        ("3a", "pool", None, None),
        ("3a", None, None, None),
    ]
    assert [(a.branch, a.layer, a.op) for a in report.by("layer").lines][3:6] == [
        ("5x5", "3a/5x5/1", "conv"),
        ("5x5", "3a/5x5/2", "conv"),
        ("pool", "3a/pool/1", "maxpool"),
    ]
    assert [(a.module, a.op) for a in report.by("op").lines] == [
        (None, "conv 1x1"),
        (None, "conv 3x3"),
        (None, "conv 5x5"),
        (None, "maxpool 3x3"),
        (None, "concat"),
    ]
    assert [a.module for a in report.by("module").lines] == ["3a"]


def test_the_grain_that_is_shown_unless_another_is_asked_for() -> None:
    network = fc.load("googlenet")
    assert fc.analyze(network).grain == "module"
    assert fc.analyze(network["3a"]).grain == "branch"
    assert fc.analyze(network["linear"]).grain == "layer"
    assert fc.analyze(network, modules=["3a", "3b"]).grain == "module"
    assert fc.analyze(network, modules=["3a"], by="layer").grain == "layer"
    assert fc.analyze(fc.parse("8x8x3 > relu")).grain == "layer"


def test_another_grain_is_another_report_of_the_same() -> None:
    report = fc.analyze(fc.load("googlenet"), batch=3, naive="figure", unit="macs")
    for grain in GRAINS:
        other = report.by(grain)
        assert other.grain == grain
        assert dataclasses.replace(other, grain=report.grain) == report
    assert report.grain == "module"


def test_what_is_outside_the_branches_comes_last_in_its_module() -> None:
    report = fc.analyze(fc.load("inception-resnet-v2")).by("branch")
    order = {module: i for i, module in enumerate(report.network.modules)}
    keys = [(order[str(line.module)], line.branch is None) for line in report.lines]
    assert keys == sorted(keys)


def test_the_output_of_a_line_is_what_comes_out_last() -> None:
    report = fc.analyze(fc.load("googlenet")["3a"])
    outputs = {line.branch: line.output for line in report.lines}
    assert outputs == {
        "1x1": (28, 28, 64),
        "3x3": (28, 28, 128),
        "5x5": (28, 28, 32),
        "pool": (28, 28, 32),
        None: (28, 28, 256),
    }


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"by": "modul"}, "unknown grain 'modul' (known: layer, branch, module, op); did you mean"),
        ({"naive": "chaned"}, "unknown naive reading 'chaned'"),
        ({"naive": "chaned"}, "did you mean 'chained'?"),
        ({"unit": "gplofs"}, "unknown unit 'gplofs' (known: multiplies, macs or flops, with K, M"),
        ({"modules": ["3z"]}, "googlenet: unknown module '3z'"),
        ({"batch": 0}, "batch is 0, not a whole number from 1 to 2**31"),
        ({"batch": -1}, "batch is -1, not a whole number"),
        ({"batch": 1.5}, "batch is 1.5, not a whole number"),
        ({"batch": True}, "batch is True, not a whole number"),
        ({"batch": "8"}, "batch is '8', not a whole number"),
        ({"batch": 2**31 + 1}, "batch is 2147483649, not a whole number"),
        ({"batch": np.array([1.0])}, "batch is array([1.]), not a whole number"),
    ],
)
def test_options_that_do_not_exist(options: dict[str, Any], phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.analyze(fc.load("googlenet"), **options)
    assert phrase in str(error.value)


# --- batch and unit


def test_macs_and_flops() -> None:
    network = fc.load("googlenet")
    for unit in UNITS:
        report = fc.analyze(network, unit=unit)
        assert (report.macs, report.flops) == (1_582_671_872, 2 * 1_582_671_872)
        # the counts themselves are the multiplies, whatever the columns show
        assert report.total.cost.multiplies == 1_582_671_872
    assert fc.analyze(network, batch=8).flops == 16 * 1_582_671_872


def test_a_unit_scales_the_columns() -> None:
    rows = {
        unit: list(
            csv.DictReader(io.StringIO(fc.analyze(fc.load("googlenet"), unit=unit).to_csv()))
        )
        for unit in UNITS
    }
    for multiplies, macs, flops in zip(*rows.values(), strict=True):
        assert macs["macs"] == multiplies["multiplies"]
        assert int(flops["flops"]) == 2 * int(multiplies["multiplies"])
        assert int(flops["naive_flops"]) == 2 * int(multiplies["naive_multiplies"])
        assert macs["share_percent"] == multiplies["share_percent"] == flops["share_percent"]
        assert macs["params"] == multiplies["params"] == flops["params"]
        assert macs["saved"] == multiplies["saved"] == flops["saved"]


# --- what was saved


def test_what_was_saved() -> None:
    lines = {line.module: line for line in fc.analyze(fc.load("googlenet")).lines}
    assert lines["conv1"].saved is None
    assert lines["pool1"].saved is None
    assert lines["3a"].saved == lines["3a"].naive.multiplies / 128_049_152
    total = fc.analyze(fc.load("googlenet")).total
    assert total.saved == 4_426_547_200 / 1_582_671_872


def test_a_bypassed_layer_costs_nothing_in_the_naive_reading() -> None:
    report = fc.analyze(fc.load("googlenet")["3a"]).by("layer")
    lines = {line.layer: line for line in report.lines}
    assert lines["3a/5x5/1"].naive == Counts([])
    assert lines["3a/5x5/1"].naive_rows == []
    assert lines["3a/5x5/2"].naive.multiplies == 5**2 * 28**2 * 192 * 32
    assert lines["3a/pool/2"].naive == lines["3a/pool/2"].cost


def test_a_reduction_that_widens_is_not_hidden() -> None:
    report = fc.analyze(fc.parse("32x32x3 > [5x5: conv 1x1 64 reduce > conv 5x5 32 | conv 1x1 8]"))
    lines = {line.branch: line for line in report.by("branch").lines}
    built, before = 32**2 * 3 * 64 + 25 * 32**2 * 64 * 32, 25 * 32**2 * 3 * 32
    assert lines["5x5"].saved == before / built
    assert f"{before / built:.2f}" == "0.05"
    assert "0.05×" in report.by("branch").to_text()


# --- what is reported


def test_a_branch_is_that_of_its_module_alone() -> None:
    network = fc.load("googlenet")
    report = fc.analyze(network, modules=["3a"], branch="5x5")
    assert report == fc.analyze(network["3a"]["5x5"])
    assert report == fc.analyze("googlenet", modules="3a", branch="5x5")
    assert report.grain == "layer"
    assert fc.analyze(network, branch="5x5").grain == "module"
    for naive in ("reduce", "figure", "chained"):
        whole = fc.analyze(network, modules=["3a"], naive=naive)["5x5"]
        part = fc.analyze(network, modules=["3a"], branch="5x5", naive=naive).total
        assert (part.cost, part.naive) == (whole.cost, whole.naive)
    assert repr(report).startswith("<Report of googlenet, module 3a, branch 5x5 by layer: 12,443,")


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"branch": "5x"}, "unknown branch '5x'"),
        ({"branch": 5}, "unknown branch 5 "),
        ({"branch": ["5x5"]}, "unknown branch ['5x5']"),
        ({"modules": ["pool1"], "branch": "5x5"}, "there are no branches"),
        ({"modules": 3}, "modules: expected names of modules, not 3"),
        ({"modules": [3]}, "a module is named by a text, not by 3"),
    ],
)
def test_parts_that_do_not_exist(options: dict[str, Any], phrase: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.analyze("googlenet", **options)
    assert phrase in str(error.value)

"""Reports: rows sum to branches, branches to modules, modules to the total, whatever is asked."""

import csv
import dataclasses
import io
import json
from typing import Any

import numpy as np
import pytest

import flopcount as fc
from flopcount import FlopcountError, Report
from flopcount.analysis.report import GRAINS, UNITS, Line
from flopcount.core.counts import COUNTS, Counts
from flopcount.rewrites.naive import READINGS

NINE = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")
ELEMENTWISE = ("adds", "multiplies", "compares", "divides", "exponentials")
PLAIN = [name for name in COUNTS if not name.startswith("elementwise.")]


def counts(*costs: Counts) -> dict[str, int]:
    """Every count there is, by name: the sum of those of several."""
    found = {name: sum(cost[name] for cost in costs) for name in COUNTS}
    assert {type(value) for value in found.values()} <= {int}
    return found


def check_sums(report: Report) -> None:
    """Layers sum to their branch, branches to their module, modules to the total: every count."""
    layers, branches, modules = (report.by(g).lines for g in ("layer", "branch", "module"))

    def same(whole: Line, parts: list[Line]) -> None:
        assert counts(*(part.cost for part in parts)) == counts(whole.cost)
        assert counts(*(part.naive for part in parts)) == counts(whole.naive)
        assert [row for part in parts for row in part.rows] != []
        assert sum(len(part.rows) for part in parts) == len(whole.rows)

    for branch in branches:
        same(branch, [a for a in layers if (a.module, a.branch) == (branch.module, branch.branch)])
    for module in modules:
        same(module, [a for a in branches if a.module == module.module])
    for grain in GRAINS:
        same(report.total, report.by(grain).lines)
    assert counts(report.total.cost) == {
        name: sum(row.count(name) for row in report.rows) * (report.batch if count.grows else 1)
        for name, count in COUNTS.items()
    }


REFERENCES = fc.names()


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("reading", READINGS)
def test_every_network_sums_at_every_grain(name: str, reading: str) -> None:
    check_sums(fc.analyze(fc.load(name, aux=True), naive=reading))


@pytest.mark.parametrize("name", REFERENCES)
def test_every_network_sums_at_another_size_and_in_batches(name: str) -> None:
    check_sums(fc.analyze(fc.load(name, input="320x256"), batch=7, unit="flops"))


def test_some_modules_sum() -> None:
    check_sums(fc.analyze(fc.load("googlenet"), modules=["3a", "pool3", "4a"]))
    check_sums(fc.analyze(fc.load("googlenet")["3a"]))


def test_the_sums_notice_a_line_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Report.grouped

    def doubled(report: Report, grain: str) -> list[Line]:
        lines = right(report, grain)
        return [*lines, lines[-1]] if grain == "branch" else lines

    monkeypatch.setattr(Report, "grouped", doubled)
    with pytest.raises(AssertionError):
        check_sums(fc.analyze(fc.load("googlenet")))


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
        (None, "conv"),
        (None, "maxpool"),
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
        ({"unit": "gflops"}, "unknown unit 'gflops' (known: multiplies, macs, flops)"),
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


def test_a_batch_is_so_many_samples() -> None:
    network = fc.load("googlenet")
    one, eight = fc.analyze(network).total, fc.analyze(network, batch=8).total
    assert eight.cost.multiplies == 8 * 1_582_671_872
    assert eight.cost.activations == 8 * one.cost.activations
    for kind in ELEMENTWISE:
        assert getattr(eight.cost.elementwise, kind) == 8 * getattr(one.cost.elementwise, kind) > 0
    assert eight.cost.params == one.cost.params == 6_998_552
    assert eight.naive.multiplies == 8 * 4_426_547_200
    assert eight.saved == one.saved


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


# --- shares


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("grain", GRAINS)
def test_printed_shares_sum_to_a_hundred(name: str, grain: str) -> None:
    rows = list(csv.DictReader(io.StringIO(fc.analyze(fc.load(name), by=grain).to_csv())))
    *parts, total = rows
    assert total["share_percent"] == "100.0"
    tenths = [round(10 * float(row["share_percent"])) for row in parts if row["share_percent"]]
    assert sum(tenths) == 1000
    whole = int(total["multiplies"])
    for row in parts:
        # rounded up or down by less than a tenth of a percent
        assert abs(float(row["share_percent"] or 0) - 100 * int(row["multiplies"]) / whole) < 0.1


def test_shares_of_nothing_are_a_dash() -> None:
    report = fc.analyze(fc.parse("8x8x3 > relu > maxpool 3x3"))
    assert report.total.cost.multiplies == 0
    assert "100.0" not in report.to_text()
    assert "–" in report.to_text()


# --- frames


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("grain", GRAINS)
def test_a_frame_has_integer_columns_that_sum(name: str, grain: str) -> None:
    report = fc.analyze(fc.load(name), by=grain)
    frame = report.to_frame()
    names = {"layer": 4, "branch": 2, "module": 1, "op": 1}[grain]
    assert len(frame) == len(report.lines)
    numbers = frame.iloc[:, names:]
    assert set(PLAIN) <= set(numbers.columns)
    assert {str(dtype) for dtype in numbers.dtypes} == {"int64"}
    for column in PLAIN:
        assert int(frame[column].sum()) == getattr(report.total.cost, column)
    assert int(frame["naive_multiplies"].sum()) == report.total.naive.multiplies
    assert int(frame["naive_params"].sum()) == report.total.naive.params


def test_a_frame_names_its_rows() -> None:
    frame = fc.analyze(fc.load("googlenet")["3a"]).to_frame()
    assert list(frame["branch"])[:4] == ["1x1", "3x3", "5x5", "pool"]
    assert frame["branch"].isna().tolist() == [False] * 4 + [True]
    (five,) = frame[frame["branch"] == "5x5"].to_dict("records")
    assert (five["multiplies"], five["naive_multiplies"]) == (12_443_648, 120_422_400)


# --- all ways out hold the same


@pytest.mark.parametrize("reading", READINGS)
def test_json_holds_all_grains(reading: str) -> None:
    report = fc.analyze(fc.load("googlenet", aux=True), naive=reading, batch=3)
    found = json.loads(report.to_json())
    assert found == report.to_dict()
    for key, grain in (("layers", "layer"), ("branches", "branch"), ("modules", "module")):
        lines = report.by(grain).lines
        assert len(found[key]) == len(lines)
        for entry, line in zip(found[key], lines, strict=True):
            assert {name: entry[name] for name in PLAIN} == {
                name: getattr(line.cost, name) for name in PLAIN
            }
            assert entry["elementwise"] == {
                kind: getattr(line.cost.elementwise, kind) for kind in ELEMENTWISE
            }
            assert {*PLAIN, *(f"elementwise.{kind}" for kind in entry["elementwise"])} == {*COUNTS}
    assert found["total"]["multiplies"] == report.total.cost.multiplies
    assert found["total"]["naive_multiplies"] == report.total.naive.multiplies
    assert found["naive_reading"] == reading


def test_the_heads_are_modules_of_their_own() -> None:
    report = fc.analyze(fc.load("googlenet", aux=True))
    heads = [line for line in report.lines if line.module in ("aux1", "aux2")]
    # 4×4·512·128 + 4·4·128·1024 + 1024·1000, as 5×5/3 VALID leaves 4×4 of 14×14
    assert [line.cost.multiplies for line in heads] == [
        4**2 * c * 128 + 4**2 * 128 * 1024 + 1024 * 1000 for c in (512, 528)
    ]
    without = fc.analyze(fc.load("googlenet")).total.cost
    assert counts(report.total.cost) == counts(without, *(line.cost for line in heads))
    assert report.sheet().total[2] == (1, 1, 1000)  # type: ignore[index]


def test_reading_a_report_prices_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    report = fc.analyze(fc.load("googlenet"))
    total = report.total
    monkeypatch.setattr("flopcount.core.graph.walk", None)
    assert report.total is total
    assert report.lines is report.lines
    assert report.by("op").total == total


def test_reports_show_themselves() -> None:
    report = fc.analyze(fc.load("googlenet"))
    assert repr(report) == (
        "<Report of googlenet by module: 1,582,671,872 multiplies, 6,998,552 parameters>"
    )
    assert str(report) == report.to_text() == report.to_format("table")
    assert "<table" in report._repr_html_()
    assert report._repr_markdown_() == report.to_markdown()


def test_the_nine_modules() -> None:
    report = fc.analyze(fc.load("googlenet"), modules=NINE)
    assert report.total.cost.multiplies == 1_103_972_352  # issue 2
    assert [line.module for line in report.lines] == list(NINE)

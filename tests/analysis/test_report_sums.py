"""Reports: rows sum to branches, branches to modules, modules to the total, whatever is asked."""

import csv
import io
import json

import pytest

import flopcount as fc
from flopcount import Report
from flopcount.analysis import GRAINS, Line
from flopcount.core.counts import COUNTS, Counts
from flopcount.rewrites.naive import READINGS
from tests.shipped import SAMPLE

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


@pytest.mark.parametrize("name", SAMPLE)
@pytest.mark.parametrize("reading", READINGS)
def test_every_network_sums_at_every_grain(name: str, reading: str) -> None:
    check_sums(fc.analyze(fc.load(name, aux=True), naive=reading))


@pytest.mark.parametrize("name", SAMPLE)
def test_every_network_sums_at_another_size_and_in_batches(name: str) -> None:
    check_sums(fc.analyze(fc.load(name, input="320x256"), batch=7, unit="flops"))


def test_some_modules_sum() -> None:
    check_sums(fc.analyze(fc.load("googlenet"), modules=["3a", "pool3", "4a"]))
    check_sums(fc.analyze(fc.load("googlenet")["3a"]))


def test_the_sums_notice_a_line_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Report.grouped

    def doubled(report: Report, grain: str, depth: int = 1) -> list[Line]:
        lines = right(report, grain, depth)
        return [*lines, lines[-1]] if grain == "branch" else lines

    monkeypatch.setattr(Report, "grouped", doubled)
    with pytest.raises(AssertionError):
        check_sums(fc.analyze(fc.load("googlenet")))


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


# --- shares


@pytest.mark.parametrize("name", SAMPLE)
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


@pytest.mark.parametrize("name", SAMPLE)
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

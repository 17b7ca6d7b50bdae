"""Counts chosen as columns, in every form that shows them, and what is typed wrongly there."""

import csv
import io
import re
from collections.abc import Callable

import pytest

import flopcount as fc
from flopcount.analysis import GRAINS
from flopcount.cli.main import main
from flopcount.core import counts as registry
from flopcount.core.counts import COUNTS, Count

NET = fc.load("googlenet")
THREE = ("multiplies", "activations", "elementwise.compares")


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("network", ["googlenet", "googlenet@naive", "inception-v4"])
def test_rows_sum_to_the_total_whatever_is_shown(network: str, grain: str) -> None:
    report = fc.analyze(fc.load(network), by=grain, columns=list(COUNTS), batch=3)
    *rows, total = csv.DictReader(io.StringIO(report.to_csv()))
    for name in COUNTS:
        assert sum(int(row[name]) for row in rows) == int(total[name]) == report.total.cost[name]
    assert [column for column in total if column in COUNTS] == list(COUNTS)


def test_a_heading_says_what_each_column_is() -> None:
    text = fc.analyze(NET["3a"], columns=list(COUNTS), batch=8).to_text()
    assert "counts of a batch of 8 samples" in text
    for count in COUNTS.values():
        assert f"\n{count.title}: {count.says}\n" in text


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "latex", "html"])
def test_every_form_has_the_columns_and_their_numbers(form: str) -> None:
    text = fc.analyze(NET["3a"], columns=THREE).to_format(form)
    shown = re.sub(r"[\s,]|\\\\", "", text)
    for number in (128_049_152, 639_744, 1_492_736):  # the total's
        assert str(number) in shown
    assert "308281344" not in shown  # the naive multiplies are not asked for


def test_a_frame_has_the_columns_that_were_chosen() -> None:
    report = fc.analyze(NET["3a"], columns=THREE)
    assert list(report.to_frame().columns) == ["module", "branch", *THREE]
    # 32 channels of 28×28 by a ReLU, and before it 3×3 pooled: 8 compares each of 192 channels
    frame = report.to_frame().set_index("branch")
    assert frame.loc["pool", "elementwise.compares"] == 28**2 * (32 + 8 * 192)
    for grain in GRAINS:
        whole = fc.analyze(NET, columns=THREE, by=grain)
        for name in THREE:
            assert int(whole.to_frame()[name].sum()) == whole.total.cost[name]


@pytest.mark.parametrize(
    "given",
    [
        ["--columns", "multiplies,activations,elementwise.compares"],
        ["--columns", " multiplies , activations, elementwise.compares"],
        ["--columns", "multiplies", "--columns", "activations,elementwise.compares"],
    ],
)
def test_columns_are_read_as_people_type_them(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["googlenet", "--module", "3a", "--format", "csv", *given]) == 0
    expected = fc.analyze(NET["3a"], columns=", ".join(THREE)).to_csv()
    assert capsys.readouterr().out == expected
    assert expected == fc.analyze(NET["3a"], columns=THREE).to_csv()


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        (["--columns", ""], "unknown count ''"),
        (["--columns", "multiplies,"], "unknown count ''"),
        (["--columns", "MULTIPLYS"], "did you mean 'multiplies'?"),
        (["--columns", "compares"], "did you mean 'elementwise.compares'?"),
        (["--columns", "params,params"], "params is named twice"),
        (["--columns", "params", "--columns", "params"], "params is named twice"),
        (["--columns", "params", "--unit", "flops"], "so name flops among them"),
        (["--columns", "saved"], "unknown count 'saved' (known: multiplies, "),
    ],
)
def test_columns_that_are_no_counts(
    given: list[str], phrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["googlenet", "--module", "3a", *given]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert phrase in written.err
    assert written.err.count("\n") == 1


@pytest.mark.parametrize(
    ("call", "phrase"),
    [
        (lambda: fc.analyze(NET, columns=5), "columns: expected names of counts, not 5"),  # type: ignore[arg-type]
        (lambda: fc.analyze(NET, columns=None), "not None"),  # type: ignore[arg-type]
        (lambda: fc.analyze(NET, columns=["params", 3]), "unknown count 3"),  # type: ignore[list-item]
        (lambda: fc.analyze(NET, columns=[["params"]]), "unknown count ['params']"),  # type: ignore[list-item]
    ],
)
def test_columns_in_python_that_are_no_names(call: Callable[[], object], phrase: str) -> None:
    with pytest.raises(fc.FlopcountError, match=re.escape(phrase)):
        call()


def test_sums_are_explained_of_what_is_shown() -> None:
    report = fc.analyze(NET["3a"], columns=THREE)
    lines = report.to_text(explain=True).splitlines()
    arithmetic = dict(
        re.split(r"  +", line) for line in lines if " = " in line and "MACs" not in line
    )
    assert arithmetic["3a/5x5 multiplies"].endswith(" = 12,443,648")
    # each is the layers' sum, and the total that of the rows
    assert arithmetic["3a/5x5 activations"] == "12,544 + 25,088 = 37,632"
    assert (
        arithmetic["total activations"] == "50,176 + 175,616 + 37,632 + 175,616 + 200,704 = 639,744"
    )
    assert arithmetic["3a/pool elementwise.compares"] == "1,204,224 + 25,088 = 1,229,312"
    assert "3a/1x1 activations" not in arithmetic  # one layer's is no sum
    names = [name.rpartition(" ")[2] for name in arithmetic if name.startswith("3a/5x5")]
    assert names == list(THREE)
    alone = fc.analyze(NET["3a"], columns=["activations"], by="op").to_text(explain=True)
    assert "\nconv 1×1 activations" in alone
    assert "multiplies  " not in alone.partition("activations: ")[2]


def test_a_join_is_shown_where_it_has_what_was_asked_for() -> None:
    assert "concat" in fc.analyze(NET["3a"], columns=["activations"]).to_text()
    assert "concat" not in fc.analyze(NET["3a"], columns=["params"]).to_text()


def test_a_new_count_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = Count("nests", "nests", "the nests of a layer", lambda row: len(row.work.nests))
    monkeypatch.setitem(registry.COUNTS, "nests", pairs)
    net = fc.parse("8x8x4 > conv 3x3 4 > maxpool 2x2/2")  # a product, its bias, its ReLU; a pool
    assert fc.analyze(net).cost.nests == 4
    assert fc.analyze(net).to_dict()["total"]["nests"] == 4
    assert "the nests of a layer" in fc.analyze(net, columns=["nests"]).to_text()
    assert fc.formula("HxWx4 > conv 3x3 4 > maxpool 2x2/2", count="nests").text() == "4"
    designs = fc.sweep("8x8x4 > conv 3x3 k", {"k": [1, 2]}, keep="nests >= 3")
    assert len(designs) == 2

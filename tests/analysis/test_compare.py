"""Networks side by side: what is matched, what has no partner, and sums that are the totals."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.analysis import comparisons
from flopcount.analysis.comparisons import matched
from flopcount.cli.main import main
from flopcount.writing.formats import render

SETS = [
    ("googlenet", "googlenet@torchvision"),
    ("googlenet", "googlenet@naive", "googlenet@width=0.5"),
    ("inception-v3", "inception-v4", "inception-resnet-v2@timm"),
    ("googlenet", "28x28x192 > conv 3x3 64"),
    ("28x28x192 > conv 3x3 64", "28x28x192 > maxpool 3x3"),
    ("cifar10-inception", "googlenet", "bn-inception"),
]


def loaded(names: Any) -> list[fc.Network]:
    return [fc.load(name) for name in names]


def check_sums(table: Any) -> None:
    """Each column of counts sums to its total."""
    for place, column in enumerate(table.columns):
        if column.kind == "count":
            assert sum(row[place] or 0 for row in table.rows) == table.total[place], column.name


@pytest.mark.slow
@pytest.mark.parametrize("names", SETS, ids=lambda names: names[0])
def test_columns_sum_to_the_totals(names: tuple[str, ...]) -> None:
    table = fc.compare(loaded(names))
    check_sums(table)
    place = 1
    for order, network in enumerate(loaded(names)):
        cost = fc.analyze(network).total.cost
        assert table.total[place : place + 2] == (cost.multiplies, cost.params)
        place += 3 if order else 2


def test_the_totals_of_the_family() -> None:
    table = fc.compare(loaded(SETS[2]))
    v3, v4, resnet = 5_713_216_096, 12_253_974_624, 13_155_794_016
    assert table.total[0] == "total"
    assert (table.total[1], table.total[3], table.total[6]) == (v3, v4, resnet)
    assert (table.total[5], table.total[8]) == (v4 / v3, resnet / v3)


@pytest.mark.slow
def test_modules_of_one_name_are_a_row() -> None:
    names = [name for name, _ in matched(loaded(SETS[0]))]
    assert names == list(fc.load("googlenet").modules)
    for module, counts in matched(loaded(SETS[1])):
        for network, found in zip(loaded(SETS[1]), counts, strict=True):
            (line,) = fc.analyze(network, modules=[module]).by("module").lines
            assert found == (line.cost.multiplies, line.cost.params)


def test_the_repeats_of_a_row_are_one_where_their_number_differs() -> None:
    names = ("efficientnet-b0", "efficientnet-b1")  # no repeats in stages 2 and 8, and some
    found = dict(matched(loaded(names)))
    assert list(found) == [f"stage{number}" for number in range(1, 10)]
    for place, network in enumerate(loaded(names)):
        for row, counts in found.items():
            cost = fc.analyze(network, modules=[row]).cost
            assert counts[place] == (cost.multiplies, cost.params)
    small = dict(matched(loaded(("shufflenet-v2-x1", "shufflenet-v2-x2"))))
    assert {"stage2.1", "stage2.4"} < set(small)  # as often in both


def test_the_others_are_summed_by_their_grid() -> None:
    networks = loaded(SETS[2])
    rows = dict(matched(networks))
    shared = set.intersection(*(set(network.modules) for network in networks))
    for place, network in enumerate(networks):
        for side in (73, 71, 35, 17, 8):
            own = [
                line.cost
                for line in fc.analyze(network).by("module").lines
                if line.module not in shared and line.output[:2] == (side, side)
            ]
            expected = (sum(c.multiplies for c in own), sum(c.params for c in own))
            assert rows[f"at {side}×{side}"][place] == expected
    assert {name for name in rows if not name.startswith("at ")} == shared


def test_what_has_no_partner_is_shown_with_dashes() -> None:
    networks = loaded(SETS[3])
    rows = dict(matched(networks))
    assert rows["at 7×7"][1] is None
    assert rows["at 28×28"][1] == (28**2 * 9 * 192 * 64, 9 * 192 * 64 + 64)
    written = render(fc.compare(networks), "table")
    (line,) = [line for line in written.splitlines() if line.startswith("at 7×7 ")]
    assert line.split() == ["at", "7×7", "121,777,152", "2,487,536", "–", "–", "–"]
    (other,) = [line for line in written.splitlines() if line.startswith("at 28×28 ")]
    assert other.split()[-1] == "0.20×"


def test_a_network_that_the_first_lacks_is_shown() -> None:
    rows = dict(matched(loaded(reversed(SETS[3]))))
    assert rows["at 7×7"] == [None, (121_777_152, 2_487_536)]
    table = fc.compare(loaded(reversed(SETS[3])))
    (row,) = [row for row in table.rows if row[0] == "at 7×7"]
    assert row[1:3] == (None, None)
    assert row[5] is None  # no ratio to nothing
    check_sums(table)


def test_a_ratio_to_no_multiplies_is_none() -> None:
    table = fc.compare(loaded(reversed(SETS[4])))
    assert table.total[5] is None
    shown = render(table, "table").splitlines()
    assert "–" in next(line for line in shown if line.startswith("total"))


def test_ratios_are_to_the_first() -> None:
    for row in fc.compare(loaded(SETS[1])).rows:
        first, second, third = row[1], row[3], row[6]
        assert (row[5], row[8]) == ((second / first, third / first) if first else (None, None))


def test_one_network_twice_has_its_own_columns() -> None:
    table = fc.compare(loaded(["googlenet", "googlenet", "googlenet"]))
    keys = [column.name for column in table.columns]
    assert len(set(keys)) == len(keys)
    assert keys[3] == "googlenet (2)_multiplies"
    assert table.heading[0] == "googlenet beside googlenet (2) beside googlenet (3)"
    check_sums(table)


FILES = {  # paths whose names are one, or look like one, or like what tells them apart
    "a suffix of ours": ["a.toml", "b/a.toml", "a (2).toml"],
    "the suffix first": ["a (2).toml", "a.toml", "b/a.toml"],
    "all of them": ["a.toml", "b/a.toml", "a (2).toml", "b/a (2).toml", "a (2) (2).toml"],
    "a line break and its escape": ["a\n.toml", "a\\n.toml"],
    "a formula and its escape": ["=1.toml", "'=1.toml", "b/=1.toml"],
    "a column of ours": ["a.toml", "a_multiplies.toml", "a_params.toml", "module.toml"],
    "one file": ["a.toml", "a.toml", "./a.toml"],
}


@pytest.mark.parametrize("what", FILES)
def test_each_network_has_its_own_columns_whatever_the_files_are_called(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b").mkdir()
    files = FILES[what]
    for width, file in enumerate(files, 1):
        Path(file).write_text(f'input = "1x1x1"\n[rows]\na = "conv 1x1 {width} nobias"\n')
    widths = [re.findall("1x1 (.)", Path(file).read_text())[0] for file in files]
    assert main(["compare", *files, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert [str(count) for name, count in row.items() if name.endswith("_params")] == widths
    assert len(row) == 3 * len(files)
    assert main(["compare", *files, "--format", "csv"]) == 0
    names, *lines = csv.reader(io.StringIO(capsys.readouterr().out))
    assert len(set(names)) == len(names) == 3 * len(files)
    for line in lines:
        assert [line[1], *line[3::3]] == [line[2], *line[4::3]] == widths


def test_fewer_than_two() -> None:
    with pytest.raises(FlopcountError, match="name at least two networks to compare"):
        fc.compare(loaded(["googlenet"]))
    with pytest.raises(FlopcountError, match="name at least two networks to compare"):
        fc.compare([])


# -- exports


@pytest.mark.slow
def test_csv_and_json_hold_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    names = list(SETS[2])
    assert main(["compare", *names, "--format", "csv"]) == 0
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert main(["compare", *names, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = [*document["rows"], document["total"]]
    assert [row["module"] for row in read] == [row["module"] for row in rows]
    for plain, row in zip(read, rows, strict=True):
        for key, value in row.items():
            if key.endswith(("_multiplies", "_params")):
                assert plain[key] == ("" if value is None else str(value))
    for name in names:
        own = [row[f"{name}_multiplies"] or 0 for row in rows]
        assert sum(own[:-1]) == own[-1] == fc.analyze(fc.load(name)).total.cost.multiplies


@pytest.mark.slow
@pytest.mark.parametrize("form", ["table", "markdown", "latex"])
def test_each_form_has_each_row(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *SETS[2], "--format", form]) == 0
    seen = capsys.readouterr().out
    for name, _ in matched(loaded(SETS[2])):
        assert (name.replace("×", r"$\times$") if form == "latex" else name) in seen
    for total in ("5,713,216,096", "12,253,974,624", "13,155,794,016"):
        assert total in seen
    assert "2.30" in seen


MAGIC = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "csv": b"module,", "json": b"{"}


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "md", "json", "tex", "png", "svg", "pdf"])
def test_each_file(ending: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"x.{ending}"
    assert main(["compare", *SETS[0], "-o", str(file)]) == 0
    assert capsys.readouterr().out == ""
    data = file.read_bytes()
    assert data.startswith(MAGIC.get(ending, b""))
    assert len(data) > 500


def test_options_apply_to_all(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--input", "128x128", "--classes", "10", "--set", "3a.r5=24", "--format", "json"]
    assert main(["compare", *SETS[0], *words]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    for name in SETS[0]:
        network = fc.load(name, input="128x128", classes=10, set={"3a.r5": 24})
        assert total[f"{name}_multiplies"] == fc.analyze(network).total.cost.multiplies


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["googlenet"], "name at least two networks to compare"),
        (["googlenet", "googlnet"], "unknown network 'googlnet'; did you mean 'googlenet'?"),
        (["googlenet", "googlenet@naive=figure"], "use reduce or chained"),
        (["googlenet", "inception-v3", "--set", "3a.r5=8"], "inception-v3.toml: set 3a.r5: "),
        (["inception-v3", "googlenet", "--input", "70x70"], "kernel does not fit a height of"),
    ],
)
def test_bad_input(
    words: list[str], message: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *words, "-o", str(tmp_path / "x.csv")]) == 2
    seen = capsys.readouterr()
    assert message in seen.err
    assert seen.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


# -- the tests find what they are there to find


def test_a_lost_row_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = comparisons.matched
    monkeypatch.setattr(comparisons, "matched", lambda networks: right(networks)[1:])
    with pytest.raises(AssertionError):
        check_sums(fc.compare(loaded(SETS[0])))

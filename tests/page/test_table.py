"""The numbers of a page's table, in every column, at other settings, in order, and as CSV."""

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest

from flopcount.cli.main import run
from flopcount.core import NAMED
from tests.page.browsing import assert_agrees, counted, printed
from tests.page.scripted import Scripted, scripted

LARGE = "2147483647x2147483647x3 > conv 1x1 1000000000 reduce > [conv 3x3 1000000001 | conv 1x1 7]"
WHAT_IFS = [
    (["googlenet"], {"3a.r5": "24", "H": "97", "width": "0.85", "batch": "3"}),
    (["googlenet", "--module", "3a"], {"naive": "on", "3a.r5": "24", "width": "1.5"}),
    (["googlenet", "--naive", "figure", "--module", "4a"], {"H": "299", "4a.r5": "24"}),
    (["inception-v3", "--module", "6b"], {"W": "160", "6b.c7": "100", "width": "0.75"}),
    (
        ["googlenet", "--module", "5b", "--batch", "8", "--unit", "flops", "--input", "96x128"],
        {"H": "97", "W": "131"},
    ),
    (["8x8x6x4 > conv 1x1x1 2 reduce > conv 3x3x3 8"], {"D": "5", "W": "9", "spec/1": "3"}),
    (["32x8 > attention 2 causal > dense 4"], {"L": "9", "spec/2": "7"}),
    (["32x8 > attention 2 causal window=5", "--unit", "flops"], {"L": "77", "batch": "3"}),
    ([LARGE], {"H": "123456789", "spec/1": "999999999"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("argv", "sliders"), WHAT_IFS, ids=lambda value: " ".join(value)[:40])
def test_the_table_says_what_its_command_line_says(
    argv: list[str], sliders: dict[str, str]
) -> None:
    with scripted(*argv) as page:
        assert_agrees(page)
        before = page.rows()
        for control, value in sliders.items():
            assert page.set(control, value) == ""
        assert_agrees(page)
        assert page.rows() != before
        page.reset()
        assert page.rows() == before


@pytest.mark.slow
def test_every_count_can_be_a_column_and_follows_the_sliders(page: Scripted) -> None:
    page.choose(*NAMED)
    page.set("3a.r5", "24")
    page.set("H", "97")
    page.set("batch", "3")
    rows = page.rows()
    _, *argv = page.command().split()
    assert argv[0] == "googlenet"
    chosen = [*argv, "--columns", ",".join(NAMED)]
    modules = printed(chosen, "module")
    assert len(modules) == 20
    for name, cells in modules.items():
        assert rows[name] == cells[2:]  # without the layers and the output
    layers = {name[-1]: cells for name, cells in rows.items()}
    for (path,), cells in printed(chosen, "layer").items():
        assert layers[path] == cells[2:]


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["multiplies", "macs", "flops"])
def test_the_columns_are_named_as_those_of_the_command_line(unit: str, tmp_path: Path) -> None:
    with scripted("googlenet", "--module", "3a", "--unit", unit) as page:
        names = page.asked("names")
        known = page.asked("columnsOf(network).map(({ name }) => name)")
    run(["googlenet", "--unit", unit, "-o", str(tmp_path / "x.csv")])
    head = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head.split(",")[1:] == names
    assert known == [*names, *(name for name in NAMED if name not in names)]


@pytest.mark.slow
def test_the_page_opens_with_the_columns_that_the_command_line_has() -> None:
    with scripted("googlenet", "--columns", "weights,FLOPs,activations") as page:
        assert page.asked("names") == ["layers", "output", "weights", "flops", "activations"]
        rows = page.rows()
    for name, cells in printed(
        ["googlenet", "--columns", "weights,FLOPs,activations"], "module"
    ).items():
        assert rows[name] == cells


def change(now: int, before: int) -> str:
    """A change as the page prints it: its percent to a tenth, half away from zero."""
    if now == before:
        return "–"
    tenths = int(abs(Fraction(1000 * (now - before), before)) + Fraction(1, 2))
    sign = "+" if now > before else "−"
    return f"{sign}{abs(now - before):,} ({sign}{tenths // 10:,}.{tenths % 10} %)"


@pytest.mark.parametrize("value", ["24", "3"])
def test_what_was_changed_is_told_from_the_original(page: Scripted, value: str) -> None:
    before = counted("flopcount googlenet")
    page.set("3a.r5", value)
    changes = page.changes()
    after = counted(page.command())
    assert len(changes) == len(page.rows())
    for name, (multiplies, params, *_) in after.items():
        was = before[name]
        assert changes[name] == [change(multiplies, was[0]), change(params, was[1])], name


@pytest.mark.parametrize("key", ["multiplies", "share_percent", "params", "naive_multiplies"])
def test_the_largest_come_first_then_last(page: Scripted, key: str) -> None:
    order, rows = page.sorted(key, 0), page.rows()
    at = page.asked("names").index("multiplies" if key == "share_percent" else key)

    def size(name: str) -> int:
        return int(rows[name,][at].replace(",", ""))

    assert page.sorted(key, 1) == sorted(order, key=lambda name: -size(name))
    assert page.sorted(key, 2) == sorted(order, key=size)
    assert page.sorted(key, 3) == order


def test_shapes_sort_by_their_size(page: Scripted) -> None:
    order, rows = page.sorted("output", 0), page.rows()

    def size(name: str) -> int:
        height, width, channels = map(int, rows[name,][1].split("×"))
        return height * width * channels

    assert page.sorted("output", 1) == sorted(order, key=lambda name: -size(name))
    assert page.sorted("output", 2) == sorted(order, key=size)


def test_what_is_saved_sorts_with_dashes_last(page: Scripted) -> None:
    rows = page.rows()
    for clicks, sign in ((1, -1), (2, 1)):
        found = [rows[name,][6] for name in page.sorted("saved", clicks)]
        some = [text for text in found if text != "–"]
        assert found == [*some, *["–"] * (len(found) - len(some))]
        assert some == sorted(some, key=lambda text: sign * float(text.rstrip("×")))


def test_counts_that_no_float_tells_apart_are_sorted() -> None:
    large = "conv 9x9 500000000 > conv 9x9 500000000"
    small = "conv 1x1 1"  # its 99 * 99 multiplies are less than a float's last digit there
    spec = f"99x99x1 > [a: {large} | b: {small} > {small} > {large} | c: {small} > {large}]"
    with scripted(spec) as page:
        assert_agrees(page)
        counts = [int(page.rows()["spec", name][2].replace(",", "")) for name in "acb"]
        assert counts == sorted(set(counts))
        assert len({float(count) for count in counts}) == 1
        assert page.sorted("multiplies", 1, level=1)[:3] == ["b", "c", "a"]
        assert page.sorted("multiplies", 2, level=1)[-3:] == ["a", "c", "b"]


def records(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "argv",
    [
        ["googlenet"],
        ["inception-v4", "--unit", "flops", "--batch", "4"],
        ["googlenet", "--columns", "activations,norm_stats"],
    ],
)
def test_the_csv_has_what_the_command_lines_has(argv: list[str], tmp_path: Path) -> None:
    with scripted(*argv) as page:
        found = records(page.csv())
    places = ["grain", "module", "branch", "layer"]
    numbers = [name for name in found[0] if name not in places]
    for grain in ("module", "branch", "layer"):
        path = tmp_path / f"{grain}.csv"
        run([*argv, "--by", grain, "-o", str(path)])
        *lines, total = records(path.read_text(encoding="utf-8"))
        expected = sorted((one for one in lines if one[grain]), key=lambda one: one[grain])
        # in the tree layers stand by their branch
        rows = sorted((one for one in found if one["grain"] == grain), key=lambda one: one[grain])
        if grain == "module":
            expected.append(total)
            rows.append(found[-1])
            assert [found[-1][place] for place in places] == ["total", "", "", ""]
        assert len(rows) == len(expected)
        for row, line in zip(rows, expected, strict=True):
            line["layers"] = line.pop("op", line.get("layers", ""))
            assert {name: row[name] for name in numbers} == {name: line[name] for name in numbers}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "taken", "said"),
    [
        ("", 16, ""),
        ("-5", 16, "at least 1 here"),
        ("0", 16, "at least 1 here"),
        ("1e9", 16, "at most 192 here"),
        ("193", 16, "at most 192 here"),
        ("192", 192, ""),
        ("2.5", 16, "whole numbers only"),
        ("x", 16, "not a number"),
    ],
)
def test_what_is_wrong_with_a_number_is_said_and_changes_nothing(
    page: Scripted, typed: str, taken: int, said: str
) -> None:
    before = page.rows()
    assert page.set("3a.r5", typed) == said
    assert page.asked("state.values['3a.r5']") == str(taken)
    assert page.command() == f"flopcount googlenet{f' --set 3a.r5={taken}' if taken != 16 else ''}"
    assert (page.rows() == before) == (taken == 16)
    assert_agrees(page)


def test_sizes_that_do_not_fit_leave_the_numbers_of_the_original() -> None:
    with scripted("32x32x6 > conv 1x1 8 reduce > conv 3x3 12 groups=2") as page:
        before = page.rows()
        page.set("spec/1", "7")
        assert page.asked("shown().error") == "spec/2 does not fit these sizes"
        assert page.rows() == before
        assert {text for texts in page.changes().values() for text in texts} == {"–"}
        page.set("spec/1", "4")
        assert page.asked("shown().error ?? null") is None
        assert page.rows() != before
        assert_agrees(page)

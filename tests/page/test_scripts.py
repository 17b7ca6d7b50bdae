"""A page's scripts, run by V8 over a document of few lines: all numbers that they write.

What is seen, in a browser, stands in test_browser_*.py.
"""

from fractions import Fraction

import pytest

from tests.page.browsing import assert_agrees, counted
from tests.page.scripted import Scripted, scripted

LARGE = "2147483647x2147483647x3 > conv 1x1 1000000000 reduce > [conv 3x3 1000000001 | conv 1x1 7]"
WHAT_IFS = [
    (["googlenet"], {"3a.r5": "24", "input": "97", "width": "0.85"}),
    (["googlenet", "--module", "3a"], {"naive": "on", "3a.r5": "24", "width": "1.5"}),
    (["googlenet", "--naive", "figure", "--module", "4a"], {"input": "299", "4a.r5": "24"}),
    (["inception-v3", "--module", "6b"], {"input": "160", "6b.c7": "100", "width": "0.75"}),
    (
        ["googlenet", "--module", "5b", "--batch", "8", "--unit", "flops", "--input", "96x128"],
        {"H": "97", "W": "131"},
    ),
    (["8x8x6x4 > conv 1x1x1 2 reduce > conv 3x3x3 8"], {"D": "5", "W": "9", "spec/1": "3"}),
    ([LARGE], {"input": "123456789", "spec/1": "999999999"}),
]


@pytest.mark.parametrize(("argv", "sliders"), WHAT_IFS, ids=lambda value: " ".join(value)[:40])
def test_the_page_says_what_its_command_line_says(argv: list[str], sliders: dict[str, str]) -> None:
    with scripted(*argv) as page:
        assert_agrees(page)
        before = page.rows()
        for control, value in sliders.items():
            page.set(control, value)
        assert_agrees(page)
        assert page.rows() != before
        page.reset()
        assert page.rows() == before


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
    after = counted(page.command())
    changes = page.changes()
    for name, (multiplies, params, *_) in after.items():
        was = before[name]
        assert changes[name] == [change(multiplies, was[0]), change(params, was[1])], name
    (total, params, *_), (first, params_first, *_) = after["total",], before["total",]
    own, own_first = after["3a",][0], before["3a",][0]
    assert page.said("outcome") == (
        f"multiplies{total:,}change{change(total, first)}"
        f"params{params:,}change{change(params, params_first)}"
        f"multiplies of 3a{own:,}change{change(own, own_first)}"
    )


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("", 16),
        ("-5", 1),
        ("0", 1),
        ("1e9", 192),
        ("193", 192),
        ("192", 192),
        ("2.5", 3),
        ("x", 16),
    ],
)
def test_a_number_is_brought_within_its_bounds(page: Scripted, typed: str, taken: int) -> None:
    page.set("3a.r5", typed)
    assert page.asked("state.values['3a.r5']") == str(taken)
    assert page.command() == f"flopcount googlenet{f' --set 3a.r5={taken}' if taken != 16 else ''}"


def test_a_slider_has_the_bounds_of_its_control(page: Scripted) -> None:
    asked = "({ min, max, step, value }) => [min, max, step, value].map(Number)"
    found = page.asked(
        "controls.map((control) => { const { range, number } = fieldsOf.get(control);"
        f" return [control.name, ...[range, number].map({asked})]; }})"
    )
    fields = {name: both for name, *both in found}
    assert fields["3a.r5"] == [[1, 192, 1, 16]] * 2
    assert fields["input"] == [[1, 512, 1, 224]] * 2
    assert fields["width"] == [[0.05, 2, 0.05, 1]] * 2


def test_sizes_that_do_not_fit_leave_the_numbers_of_the_original() -> None:
    with scripted("32x32x6 > conv 1x1 8 reduce > conv 3x3 12 groups=2") as page:
        before = page.rows()
        page.set("spec/1", "7")
        assert "spec/2 does not fit these sizes; the numbers are the original's." in page.said(
            "outcome"
        )
        assert page.rows() == before
        assert page.asked('byId("same").hidden')
        page.set("spec/1", "4")
        assert_agrees(page)
        assert not page.asked('byId("same").hidden')


def shown(page: Scripted, level: int = 0) -> list[str]:
    """The parts at a level of the table's tree, in the order of its rows."""
    names: list[str] = page.asked(
        "table.tBodies[0].rows.map((row) => parts.find((part) => part.row === row))"
        f".filter((part) => part?.level === {level}).map((part) => part.name)"
    )
    return names


def sort(page: Scripted, key: str) -> None:
    page.asked(f"(sortBy({key!r}), 0)")


@pytest.mark.parametrize("key", ["count", "share", "params", "naive", "output"])
def test_the_largest_come_first_then_last(page: Scripted, key: str) -> None:
    order = shown(page)
    rows = page.rows()
    at = {"output": 1, "count": 2, "share": 2, "params": 4, "naive": 5}[key]

    def size(name: str) -> int:
        size = 1
        for number in rows[name,][at].split("×"):
            size *= int(number.replace(",", ""))
        return size

    sort(page, key)
    assert shown(page) == sorted(order, key=lambda name: -size(name))
    sort(page, key)
    assert shown(page) == sorted(order, key=size)
    sort(page, key)
    assert shown(page) == order


def test_what_is_saved_sorts_with_dashes_last(page: Scripted) -> None:
    rows = page.rows()
    sort(page, "saved")
    found = [rows[name,][6] for name in shown(page)]
    some = [text for text in found if text != "–"]
    assert found == [*some, *["–"] * (len(found) - len(some))]
    assert some == sorted(some, key=lambda text: -float(text.rstrip("×")))
    sort(page, "saved")
    sort(page, "saved")


def test_counts_that_no_float_tells_apart_are_sorted() -> None:
    large = "conv 9x9 500000000 > conv 9x9 500000000"
    small = "conv 1x1 1"  # its 99 * 99 multiplies are less than a float's last digit there
    spec = f"99x99x1 > [a: {large} | b: {small} > {small} > {large} | c: {small} > {large}]"
    with scripted(spec) as page:
        assert_agrees(page)
        counts = [int(page.rows()["spec", name][2].replace(",", "")) for name in "acb"]
        assert counts == sorted(set(counts))
        assert len({float(count) for count in counts}) == 1
        sort(page, "count")
        assert shown(page, 1)[:3] == ["b", "c", "a"]
        sort(page, "count")
        assert shown(page, 1)[-3:] == ["a", "c", "b"]

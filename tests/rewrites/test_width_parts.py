"""A width that is a part or a multiple of another follows that one when widths are scaled."""

import pathlib
from typing import Any

import pytest

import flopcount as fc
from flopcount.core import width_of
from flopcount.designs import fit
from tests.page.running import counted, of, shown

TABLE = """
input = "8x8x4"
[block.unit]
columns = ["c"]
as = "split [identity | branches] > shuffle groups=2"
half = "conv 1x1 {c}/2 > depthwise 3x3 > conv 1x1 3*{c}/6"
[rows]
a = ["conv 1x1 {c} > unit > conv 1x1 {c}*4", 20]
end = "conv 1x1 7"
"""


@pytest.fixture
def table(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "parts.toml"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def widths(reference: str, **options: Any) -> list[int]:
    found = [width_of(node.op) for node in fc.load(reference, **options).nodes]
    return [width for width in found if isinstance(width, int)]


@pytest.mark.parametrize(
    ("modifiers", "expected"),
    [
        ("", [20, 10, 10, 80, 7]),
        ("@width=0.5", [10, 5, 5, 40, 7]),
        ("@width=0.3", [6, 3, 3, 24, 7]),
        ("@width=0.35@multiple=8", [8, 4, 4, 32, 7]),  # 7 and 3.5, 28: rounded is 20 alone
        ("@width=0.35@multiple=8@separable", [8, 4, 4, 32, 7]),
    ],
)
def test_parts_follow_what_they_are_parts_of(
    table: str, modifiers: str, expected: list[int]
) -> None:
    if "separable" in modifiers:
        table_with_3x3 = pathlib.Path(table)
        table_with_3x3.write_text(TABLE.replace("conv 1x1 7", "conv 3x3 7"), encoding="utf-8")
    assert widths(table + modifiers) == expected


def test_what_does_not_divide_any_more_is_refused(table: str) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        fc.load(f"{table}@width=0.35")
    assert str(caught.value) == (
        "'@width=0.35': a/half/1: 2 does not divide a width of 7; 6 and 8 would do; "
        "@width=0.35@multiple=2 fits"
    )


def test_a_width_that_was_set_is_a_part_of_nothing(table: str) -> None:
    changed = {"a/half/1": 14, "a/2": 40}
    with_set = widths(f"{table}@width=0.5", set=changed)
    assert with_set == [10, 7, 5, 20, 7]


def test_a_lone_result_has_nothing_to_scale() -> None:
    with pytest.raises(fc.FlopcountError, match=r"no width to scale but that of its result$"):
        fc.load("9x9x3 > conv 3x3 16/2@width=0.5")


def test_sweeps_fits_and_pages_have_the_same_parts(table: str) -> None:
    scaled = f"{table}@width=0.35@multiple=8"
    swept = fc.sweep(scaled, {"a.c": "20:60:10"})
    for c, multiplies in zip(swept["a.c"], swept["multiplies"], strict=True):
        assert fc.analyze(fc.load(scaled, set={"a.c": int(c)})).multiplies == multiplies
    best = fit(table, {"params": 1000}, "width")
    assert fc.analyze(f"{table}@width={float(best.value)}").total.cost.params <= 1000
    page = of(table)
    for c, factor in ((20, 50), (40, 25)):
        expected = counted(f"{table}@width={factor / 100}", set={"a.c": c})
        assert shown(page, {"a.c": c, "width": factor}) == expected


def test_fit_offers_widths_alone(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "strides.toml"
    text = 'input = "8x8x4"\n[rows]\na = ["{n} * conv 3x3/{s} {c}", 2, 1, 8]\nb = "conv 1x1 7"\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(fc.FlopcountError, match=r"\(known: width, input, H, W, a\.c\)"):
        fit(str(path), {"params": 1000}, "depth")
    with pytest.raises(fc.FlopcountError, match=r"a\.n is a number of repeats: only sizes and"):
        fit(str(path), {"params": 1000}, "a.n")

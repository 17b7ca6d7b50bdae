"""Each page opens in a real browser, computes what is printed, and fetches nothing."""

import re
from pathlib import Path

import pytest

from tests.page.browsing import Open, assert_agrees
from tests.shipped import INCEPTION_AND_VARIANTS, OTHERS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", [*INCEPTION_AND_VARIANTS, *OTHERS])
def test_every_shipped_network_opens_without_a_word_or_a_request(opened: Open, name: str) -> None:
    page = opened(name)
    assert page.command() == f"flopcount {name}"
    assert page.tab.locator("#drawing svg .box").count() > 1
    assert page.tab.locator(".chart svg.marks").count() == 3
    assert not re.search(r"undefined|NaN|null|\[object", page.tab.inner_text("body"))
    assert_agrees(page)


HOSTILE = "</script><img src=x onerror=alert(1)>{{data}} <b>&amp;</b> \" ' <!-- "


def test_markup_from_a_table_stays_text(opened: Open, tmp_path: Path) -> None:
    table = tmp_path / "own.toml"
    table.write_text(
        f"title = '''{HOSTILE}'''\nsource = '''{HOSTILE * 6}'''\ninput = \"32x32x3\"\n"
        '[rows]\nconstructor = "conv 1x1 4 reduce > conv 3x3 8"\n'
        'toString = "[valueOf: conv 1x1 4 | x: conv 1x1 3]"\n'
    )
    page = opened(str(table))
    assert page.tab.locator("h1").text_content().startswith(HOSTILE.strip())
    assert page.tab.title().startswith(HOSTILE.strip())
    assert page.tab.locator("img").count() == 0
    page.set("constructor/1", "2")
    assert_agrees(page)


@pytest.mark.parametrize(
    "argv",
    [
        ["8x8x3 > maxpool 2x2"],
        ["googlenet", "--naive", "figure"],
        ["googlenet@naive", "--by", "layer"],
        ["googlenet", "--naive", "chained", "--aux", "--unit", "macs"],
        ["cifar10-inception@separable", "--by", "op"],
    ],
)
def test_other_reports_open_too(opened: Open, argv: list[str]) -> None:
    page = opened(*argv)
    assert page.tab.locator("#table tbody tr").count() == len(page.data()["parts"])
    assert_agrees(page)


def test_numbers_past_two_to_the_53_are_exact(opened: Open) -> None:
    page = opened("2147483648x2147483648x3 > conv 3x3 2147483647 > conv 1x1 3")
    assert_agrees(page)
    page.set("H", "2147483647")
    assert_agrees(page)
    assert page.rows()["total",][2] == f"{(9 * 3 + 3) * (2**31 - 1) ** 3:,}"

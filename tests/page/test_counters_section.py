"""The section of a page on other counters: what each prints, in the words of the command line."""

import html

import pytest

import flopcount as fc
from flopcount.counters.counting import count
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import tools
from flopcount.page.counters import counters_section


@pytest.mark.slow
@pytest.mark.parametrize("name", ["googlenet", "vit-b16"])
def test_it_has_what_every_counter_prints(name: str) -> None:
    text = html.unescape(counters_section(fc.analyze(name)))
    calls = calls_of(fc.load(name)).calls
    for tool in tools().values():
        (row,) = [
            row for row in text.splitlines() if row.startswith(f'<tr><th scope="row">{tool.name}<')
        ]
        assert f"<td>{count(tool, calls).value:,}</td>" in row, tool.name


def test_it_is_of_the_modules_that_the_page_shows() -> None:
    of_3a = counters_section(fc.analyze("googlenet", modules=["3a"]))
    assert "128,049,152" in of_3a  # fvcore's count of the products of module 3a alone
    assert "1,582,7" not in of_3a


@pytest.mark.slow
def test_its_rows_are_short_and_it_says_whose_options_it_names() -> None:
    text = html.unescape(counters_section(fc.analyze("googlenet")))
    assert " in 6 other kinds" in text
    assert "options of flopcount counters: --tool fvcore shows" in text

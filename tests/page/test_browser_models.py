"""The page of what was read from a model, in a browser: its tree, what is unknown, its sliders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis import analyze
from flopcount.page import page
from tests.page.browsing import Browser, Open, Page, counted
from tests.page.test_model_page import unlike
from tests.pictures.models import residual, unknown

pytestmark = pytest.mark.slow
Shown = Callable[[fc.Network], Page]


@pytest.fixture
def shown(browser: Browser, tmp_path: Path) -> Any:
    """Open the page of a network."""
    pages: list[Page] = []

    def show(network: fc.Network) -> Page:
        path = tmp_path / "page.html"
        path.write_text(page(analyze(network)), encoding="utf-8")
        pages.append(Page(browser, path, viewport={"width": 1300, "height": 1000}))
        return pages[-1]

    yield show
    for one in pages:
        assert one.said == []
        one.tab.close()


def test_the_tree_opens_a_level_at_a_time(shown: Shown) -> None:
    tree = shown(residual(2))
    assert tree.shown()[:4] == ["stem", "stage", "0", "1"]
    tree.tab.click("#shut")
    assert tree.shown() == ["stem", "stage", "pos", "add", "pool", "fc"]
    toggle = tree.tab.locator("#table tbody tr", has_text="stage").first.locator("button").first
    toggle.click()
    assert tree.shown()[:4] == ["stem", "stage", "0", "1"]
    tree.tab.click("#open")
    assert "stage/0/relu.2" in tree.tab.locator("#table tbody").inner_text()
    tree.tab.fill("#search", "conv2")
    assert tree.shown() == ["stage", "0", "conv2", "1", "conv2"]


def test_what_is_unknown_is_a_dash_and_the_total_is_at_least(shown: Shown) -> None:
    unpriced = shown(residual(2, unknown(), last="fft"))
    cells = unpriced.rows()
    assert "–" in cells[("fft",)]
    assert cells[("total",)][2].startswith("≥ ")
    assert unpriced.result()["the network"]["main"][0].startswith("≥ ")


def test_a_network_of_many_modules_is_drawn_whole(shown: Shown) -> None:
    long = shown(unlike(70))
    long.tab.click("#whole")
    assert long.tab.get_attribute("#whole", "aria-pressed") == "true"
    assert long.tab.inner_text("#drawn").startswith("The whole network.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(analyze(residual(3, unknown(), last="fft"))), encoding="utf-8")
    phone = Page(browser, path, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    phone.tab.click("#open")
    assert phone.tab.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.said == []
    phone.tab.close()


def test_the_sliders_give_what_the_command_line_does(opened: Open) -> None:
    sized = opened("torchvision:squeezenet1_1")
    for name, size in {"H": "256", "B": "2"}.items():
        sized.set(name, size)
    assert sized.command() == "flopcount torchvision:squeezenet1_1 --input 2x3x256x256"
    multiplies, params = counted(sized.command())[("total",)][:2]
    whole = sized.result()["the network"]
    assert whole["main"][0] == f"{multiplies:,}"
    assert whole["params"][0] == f"{params:,}"
    sized.tab.click("#reset")
    assert sized.command().endswith("1x3x224x224")

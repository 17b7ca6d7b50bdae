"""The page of networks side by side as a file: escaped, sealed, small, the same each time."""

import json
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest

import flopcount as fc
from flopcount.cli.main import main, run
from flopcount.page import file
from flopcount.pictures.matched import MOST_SERIES
from tests.page.side_by_side import assert_matches, beside, plain, said
from tests.page.test_page import HOSTILE, digest, words

PAIR = ["cifar10-inception", "cifar10-inception@width=0.5"]
Element = Any  # of html5lib's tree


@pytest.fixture(scope="module")
def text() -> str:
    return fc.compare(PAIR).to_page()


def parsed(text: str) -> Element:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def table(tree: Element) -> list[list[str]]:
    """The rows below the head, the total last."""
    (found,) = [one for one in tree.iter("table") if one.get("id") == "table"]
    return [
        [words(cell) for cell in row] for part in ("tbody", "tfoot") for row in found.find(part)
    ]


@pytest.mark.slow
def test_its_policy_names_each_script_and_the_style_and_allows_no_request(text: str) -> None:
    tree = parsed(text)
    scripts = [digest(words(one)) for one in tree.iter("script") if one.get("type") == "module"]
    policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert len(scripts) == 2
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src {' '.join(scripts)};" in policy
    assert f"style-src {digest(words(tree.find('.//style')))};" in policy
    for one in tree.iter():
        for name, value in one.items():
            assert not name.startswith("on")
            assert name not in ("style", "src", "srcset", "data", "action")
            assert name != "href" or value.startswith("#")


@pytest.mark.slow
def test_the_same_networks_give_the_same_bytes(text: str) -> None:
    assert fc.compare(PAIR).to_page() == text


@pytest.mark.slow
def test_without_scripts_it_has_the_table_of_the_terminal(text: str) -> None:
    lines = run(["compare", *PAIR])[0].split("\n\n")[1].splitlines()
    printed = [re.split(r" {2,}", line) for line in lines[2:] if not line.startswith("─")]
    assert table(parsed(text)) == printed


@pytest.mark.slow
def test_what_a_table_says_stays_text(tmp_path: Path) -> None:
    own = tmp_path / "own <!-- <img src=x onerror=alert(1)> {{data}}.toml"
    own.write_text(
        f'title = {json.dumps(HOSTILE[:60])}\ninput = "8x8x3"\n[rows]\n'
        'valueOf = "conv 1x1 4 reduce > conv 3x3 8"\n'
        'constructor = "[valueOf: conv 1x1 4 | toString: conv 1x1 3]"\n',
        encoding="utf-8",
    )
    networks = [str(own), "googlenet", str(own)]
    tree = parsed(fc.compare(networks).to_page())
    assert not [*tree.iter("img")]
    assert len([*tree.iter("script")]) == 3
    assert own.stem in words(tree.find(".//title"))
    with beside(*networks) as page:
        for values in ({}, {"H": 4, "W": 4}, {"1:valueOf/1": 2}, {"3:constructor/toString": 5}):
            assert assert_matches(page, values)


@pytest.mark.slow
def test_too_much_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*networks: str) -> str:
        assert main(["compare", *networks, "-o", str(tmp_path / "x.html")]) == 2
        assert not [*tmp_path.iterdir()]
        out, (line,) = (capture := capsys.readouterr()).out, capture.err.splitlines()
        assert out == ""
        return line

    assert refused(*["googlenet"] * (MOST_SERIES + 1)) == (
        "flopcount: 19 networks; a page shows at most 18 side by side"
    )
    assert refused("8x8x3 > 2001 * conv 1x1 3", "googlenet") == (
        "flopcount: a page shows at most 2,000 layers, this network has 2,001"
    )
    monkeypatch.setattr(file, "MOST_BYTES", 1_000)
    assert re.fullmatch(
        r"flopcount: the page would take [\d,]+ bytes, the limit is 1,000; compare fewer networks",
        refused(*PAIR),
    )


@pytest.mark.slow
def test_a_network_that_was_made_in_python_stands_there_without_controls() -> None:
    halved = fc.load("cifar10-inception@width=0.5")
    made = fc.Network(halved.name, halved.nodes, halved.inputs, halved.output)
    with beside("cifar10-inception", made) as page:
        assert {one["name"][:2] for one in page.controls if one["kind"] == "width"} == {"1:"}
        assert plain(page.shown()["rows"]) == said(f"flopcount compare {' '.join(PAIR)}")
        before, after = page.shown(), page.shown({"H": 64, "W": 64})
        assert before["command"] == ""  # no word names it
        (_, first), (_, changed) = before["rows"][-1], after["rows"][-1]
        assert changed[0] != first[0]
        assert changed[2] == first[2]


@pytest.mark.slow
def test_parts_stand_side_by_side_too() -> None:
    nets = [fc.load("googlenet")["3a"], fc.load("googlenet@torchvision")["3a"]]
    with beside(*nets) as page:
        assert [name for name, _ in page.shown()["rows"]] == ["3a", "total"]
        assert page.shown()["command"] == ""
        assert page.shown({"1:3a.r5": 24})["rows"] != page.shown()["rows"]

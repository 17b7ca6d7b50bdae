"""The page as a file: escaped, sealed by its policy, small, the same each time."""

import base64
import hashlib
import json
import re
import tomllib
from dataclasses import replace
from itertools import pairwise
from typing import Any

import html5lib
import pytest

import flopcount as fc
from flopcount.cli.main import run
from flopcount.core import COUNTS, NAMED
from flopcount.errors import visible
from flopcount.notation.networks import Options, build
from flopcount.notation.references import draft
from flopcount.notation.tables import parse_table
from flopcount.page import file
from flopcount.page import page as write
from flopcount.page.tree import table_rows
from flopcount.pictures.drawing import placed
from flopcount.pictures.kernels import OTHER, kernel_of
from tests.pictures.graphs import dense

HOSTILE = "</script><img src=x onerror=alert(1)>{{data}} \"double\" 'single' & <!-- \u2028 \\ " + (
    "w" * 2_000
)
Element = Any  # of html5lib's tree


@pytest.fixture(scope="module")
def text() -> str:
    return fc.analyze(fc.load("googlenet")).to_page(draft("googlenet"))


@pytest.fixture(scope="module")
def tree(text: str) -> Element:
    return parsed(text)


def parsed(text: str) -> Element:
    """The page's elements, by a parser that refuses what is no valid HTML."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def words(element: Element) -> str:
    return "".join(element.itertext())


def data(tree: Element) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(words(tree.find(".//script[@id='data']")))
    return found


def digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@pytest.mark.slow
def test_the_policy_names_each_script_and_the_style_and_allows_nothing_else(
    tree: Element,
) -> None:
    scripts = [
        digest(words(script)) for script in tree.iter("script") if script.get("type") == "module"
    ]
    policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert len(scripts) == 2
    assert policy == (
        f"default-src 'none'; script-src {' '.join(scripts)}; "
        f"style-src {digest(words(tree.find('.//style')))}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    first = next(place for place, line in enumerate(tree.iter()) if line.tag in ("script", "style"))
    meta = [one.get("http-equiv") for one in tree.iter()][:first]
    assert "Content-Security-Policy" in meta  # before anything that it must hold back


def test_nothing_points_outside(tree: Element) -> None:
    for one in tree.iter():
        for name, value in one.items():
            assert not name.startswith("on")
            assert name != "style"
            assert name not in ("src", "srcset", "data", "action", "poster", "background"), one
            assert name != "href" or value.startswith("#")
            assert "//" not in value
    style = words(tree.find(".//style"))
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.slow
def test_the_same_report_gives_the_same_bytes(text: str) -> None:
    assert fc.analyze(fc.load("googlenet")).to_page(draft("googlenet")) == text


def test_the_table_holds_what_the_terminal_holds(tree: Element) -> None:
    def printed(*argv: str) -> list[list[str]]:
        lines = run(["googlenet", *argv])[0].split("\n\n")[1].splitlines()
        return [re.split(r" {2,}", line) for line in lines[2:] if not line.startswith("─")]

    body = tree.find(".//table[@id='table']/tbody")
    found: dict[str, list[list[str]]] = {"module": [], "branch": [], "layer": []}
    grains = [part["grain"] for part in data(tree)["parts"]]
    for row, grain in zip(body, grains, strict=True):
        found[grain].append([words(cell) for cell in row])
    total = [words(cell) for cell in tree.find(".//table[@id='table']/tfoot")[0]]
    assert [*found["module"], total] == printed("--by", "module")
    branches = [row[1:] for row in printed("--by", "branch") if row[1] != "–"]
    assert found["branch"] == branches[:-1]
    assert sorted(found["layer"]) == sorted(printed("--by", "layer")[:-1])


def test_it_has_heading_convention_source_and_footer(tree: Element) -> None:
    heading = run(["googlenet", "--conventions"])[0].split("\n\n")
    assert words(tree.find(".//h1")) == heading[0].splitlines()[0]
    header = [words(line) for line in tree.findall(".//header//p")]
    assert header == heading[0].splitlines()[1:]  # all of it is there, in part folded
    summary = words(tree.find(".//header/details/summary"))
    assert summary == "counts: multiplies of conv and dense, padding included"
    assert [words(line) for line in tree.findall(".//footer/p")] == heading[2].splitlines()


def test_the_scripts_have_each_layers_counts_by_name(tree: Element) -> None:
    report = fc.analyze(fc.load("googlenet"))
    document = data(tree)
    for reading, rows, known in (
        ("built", report.rows, list(COUNTS)),
        ("naive", report.naive.values(), ["multiplies"]),
    ):
        assert document[reading] == {
            row.node.path: {
                "output": [str(size) for size in row.output],
                **{name: str(row.count(name)) for name in known if row.count(name)},
            }
            for row in rows
        }
    assert document["counts"] == [
        {"name": count.name, "title": count.title, "grows": count.grows}
        | {"sums": "multiplies" if again else name, "times": "2" if name == "flops" else "1"}
        | {"unit": count.unit}
        for name, count in NAMED.items()
        for again in [name in ("macs", "flops")]
    ]


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    light: float = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * float(light ** (1 / 3)) - 16


def kernel_colours(tree: Element) -> tuple[list[str], list[str]]:
    """Those of the kinds of layers in a page, on light and on dark."""
    light, dark = re.findall(r":root { (--k0[^}]*)", words(tree.find(".//style")))
    return re.findall("#[0-9a-f]{6}", light), re.findall("#[0-9a-f]{6}", dark)


@pytest.mark.slow
def test_colours_of_neighbouring_kernels_differ_in_grey_on_light_and_on_dark() -> None:
    spec = "9x9x4 > conv 1x1 2 reduce > conv 1x1 4 > " + " > ".join(
        f"conv {side}x{side} 4" for side in (3, 5, 7, 9)
    )
    tree = parsed(fc.analyze(fc.parse(f"{spec} > avgpool global > dense 4")).to_page())
    of = [kernel["word"] for kernel in data(tree)["kernels"]]
    assert of == ["1×1 reduce", "1×1", "3×3", "5×5", "7×7", "9×9", "dense", "avgpool"]
    for found, paper in zip(kernel_colours(tree), ("#fdfcf9", "#191a1c"), strict=True):
        steps = [lightness(colour) for colour in found[:7]]
        assert len(steps) == 7
        assert all(abs(b - a) >= 7 for a, b in pairwise(steps)), steps
        assert min(abs(step - lightness(paper)) for step in steps) >= 8


@pytest.mark.slow
def test_a_layer_looks_as_in_pictures_in_each_network_and_in_a_page_of_one_module() -> None:
    seen: dict[str, tuple[str, str, str]] = {}
    for argv in (["googlenet"], ["googlenet", "3a"], ["inception-v4"], ["inception-resnet-v1"]):
        network = fc.load(argv[0])
        tree = parsed(fc.analyze(network, modules=argv[1:]).to_page())
        document = data(tree)
        kernels = document["kernels"]
        light, dark = kernel_colours(tree)
        assert len(kernels) == len(light) == len(dark)
        assert len({kernel["word"] for kernel in kernels}) == len(kernels)
        for layer in document["layers"]:
            kernel = kernel_of(next(n.op for n in network.nodes if n.path == layer["path"]))
            at = layer["kernel"]
            assert kernels[at] == {"word": kernel.word, "hatch": kernel.hatch}
            assert light[at] == kernel.colour
            looks = (light[at], dark[at], kernel.hatch)
            assert seen.setdefault(kernel.word, looks) == looks
    costly = {word: looks for word, looks in seen.items() if looks[0] != OTHER}
    assert len(costly) == 10
    assert len(set(costly.values())) == 10


def own_table(title: str) -> fc.Network:
    source = {"input": "32x32x3"}
    rows = 'rows = {constructor = "conv 1x1 4 reduce > conv 3x3 8", toString = "conv 1x1 4"}'
    network = build(parse_table({**source, **tomllib.loads(rows)}), "own", Options())
    return replace(network, title=title, source=title)


@pytest.mark.slow
def test_layers_that_read_each_other_crosswise_are_drawn_from_positions_in_the_data() -> None:
    layers = dense(6)
    network = replace(fc.parse("8x8x4 > conv 3x3 4"), nodes=tuple(layers.values()), output="5")
    (module,) = data(parsed(fc.analyze(network).to_page()))["modules"]
    drawing = placed(layers)
    assert [link["way"] for link in module["drawing"]["links"]] == [
        [list(point) for point in link.way] for link in drawing.links
    ]
    assert max(len(link.way) for link in drawing.links) > 2


@pytest.mark.slow
def test_markup_in_a_title_stays_text() -> None:
    tree = parsed(fc.analyze(own_table(HOSTILE)).to_page())
    assert visible(HOSTILE) in words(tree.find(".//h1"))
    assert tree.find(".//p[@class='source']").text == visible(HOSTILE)
    assert not list(tree.iter("img"))
    assert len(list(tree.iter("script"))) == 3


@pytest.mark.slow
def test_a_script_is_not_ended_by_its_own_text() -> None:
    spec = "8x8x3 > [constructor: conv 1x1 2 reduce > conv 3x3 4 | toString: conv 1x1 2]"
    report = fc.analyze(fc.parse(spec))
    assert parsed(report.to_page(draft(spec)))
    assert file.safe('"</ScRiPt>" + /</ + "<!--"') == '"<\\/ScRiPt>" + /</ + "<\\x21--"'


@pytest.mark.slow
def test_without_the_plan_there_are_no_sliders() -> None:
    tree = parsed(fc.analyze(fc.load("googlenet"), modules=["3a"]).to_page())
    assert data(tree)["live"] is None


def test_a_plan_of_another_network_is_refused() -> None:
    with pytest.raises(fc.FlopcountError, match="builds googlenet, not the network of the report"):
        fc.analyze(fc.load("googlenet", set={"3a.r5": 24})["3a"]).to_page(draft("googlenet"))


@pytest.mark.slow
def test_the_tree_holds_every_layer_once() -> None:
    report = fc.analyze(fc.load("inception-resnet-v2"))
    parts = [row.part for row in table_rows(report)]
    leaves = [part.layers for part in parts if part.grain == "layer"]
    assert sorted(leaves) == [(index,) for index in range(len(report.rows))]
    for index, part in enumerate(parts):
        below = [child.layers for child in parts if child.parent == index]
        assert not below or sorted(sum(below, ())) == list(part.layers)


def test_without_scripts_a_row_has_a_cell_for_each_column() -> None:
    report = fc.analyze("32x8 > attention 2 causal > dense 4")
    table = write(report).split('<table id="table">')[1].partition("</table>")[0]
    rows = re.findall("<tr.*?</tr>", table, re.DOTALL)
    cells = [re.findall("<t[hd].*?>(.*?)</t[hd]>", row) for row in rows]
    assert {len(row) for row in cells} == {7}
    assert cells[0][3:6] == ["multiplies", "multiplies unpadded", "share"]
    assert cells[2] == ["spec/1", "attention 2 causal", "32×8", "24,576", "16,640", "96.0 %", "288"]

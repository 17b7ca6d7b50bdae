"""The page of what was read from a model: nested modules, unknown counts, drawings of groups."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

import flopcount as fc
from flopcount.analysis import analyze
from flopcount.core.ops.tensors import FirstConv
from flopcount.page import page
from flopcount.page.nested import nested_rows
from flopcount.page.scripts import linked
from flopcount.pictures.grouped import Grouped, grouped
from flopcount.sizes import Window
from tests.page.running import ran
from tests.pictures.models import residual, unknown

_DATA = re.compile('<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


SCRIPT = """\
import { modelOf } from "./costs/model.js";
import { originalOf } from "./costs/pricing.js";
import { columnsOf } from "./table/columns.js";
import { cellsOf } from "./table/cells.js";
"""


def data(network: fc.Network) -> Any:
    found = _DATA.search(page(analyze(network)))
    assert found
    return json.loads(found[1])


def rows(network: fc.Network) -> list[Any]:
    shown = grouped(analyze(network))
    assert isinstance(shown, Grouped)
    return nested_rows(shown)


def unlike(blocks: int) -> fc.Network:
    """As many residual blocks, each with another window than those around it."""
    sides = [1 + 2 * (int(digit) % 7) for digit in str(7**100)[:blocks]]
    nodes = []
    for node in residual(blocks).nodes:
        if isinstance(node.op, FirstConv) and node.path != "stem":
            side = sides[int(node.path.split("/")[1])]
            window = Window((side, side), (1, 1), (), (side // 2, side // 2))
            node = replace(node, op=replace(node.op, window=window))  # noqa: PLW2901
        nodes.append(node)
    return replace(residual(blocks), nodes=tuple(nodes))


def test_the_table_is_the_tree_of_modules() -> None:
    parts = [row.part for row in rows(residual(2))]
    found = [(part.level, part.grain, part.label) for part in parts[:9]]
    assert found == [
        (0, "layer", "stem"),
        (0, "module", "stage"),
        (1, "module", "0"),
        (2, "layer", "conv1"),
        (2, "layer", "bn1"),
        (2, "module", "relu"),
        (3, "layer", "stage/0/relu"),
        (3, "layer", "stage/0/relu.2"),
        (2, "layer", "copy"),
    ]
    assert parts[1].kind == "StageClass"
    assert sorted(at for part in parts if part.grain == "layer" for at in part.layers) == list(
        range(len(residual(2).nodes))
    )


def test_a_module_has_the_sums_of_its_layers() -> None:
    network = residual(2)
    made = rows(network)
    for row in made:
        own = sum(int(network.rows[at].count("multiplies") or 0) for at in row.part.layers)
        assert row.cells.count == f"{own:,}"


def test_shares_of_a_level_sum_to_a_hundred() -> None:
    made = rows(residual(3))
    tenths = [round(10 * float(row.cells.share.removesuffix(" %"))) for row in made]
    assert sum(t for t, row in zip(tenths, made, strict=True) if row.part.level == 0) == 1000
    layers = [t for t, row in zip(tenths, made, strict=True) if row.part.grain == "layer"]
    assert sum(layers) == 1000


def test_the_scripts_print_what_the_page_has() -> None:
    network = residual(2, unknown(), last="fft")
    code = f"""
const data = {json.dumps(data(network))}, live = null;
{linked(SCRIPT)}
const network = modelOf(data, live);
const original = originalOf(network);
const columns = columnsOf(network).filter(({{ usual }}) => usual);
const {{ parts, total }} = cellsOf(network, columns, original, original);
const shown = network.parts.map((part) => parts.get(part).cells.map(({{ text }}) => text));
"""
    shown, total = ran(code, "[shown, total.map(({ text }) => text)]")
    cells = [row.cells for row in rows(network)]
    assert shown == [[c.text, c.output, c.count, c.share, c.params] for c in cells]
    assert shown[-1][2] == "–"
    assert total[2] == f"≥ {analyze(network).multiplies:,}"


def test_a_drawing_has_groups_of_layers() -> None:
    found = data(residual(3))
    boxes = found["whole"]["boxes"]
    paths = [layer["path"] for layer in found["layers"]]
    conv = next(
        box for box in boxes if [paths[at] for at in box["layers"]][:1] == ["stage/0/conv1"]
    )
    assert [[paths[at] for at in group] for group in conv["groups"]] == [
        [f"stage/{block}/{layer}" for layer in ("conv1", "bn1", "relu")] for block in range(3)
    ]
    names = [module["name"] for module in found["modules"]]
    assert [panel["name"] for panel in found["whole"]["panels"]][1] == "stage/0–2 × 3"
    assert names[1:4] == ["stage/0", "stage/1", "stage/2"]
    assert all(module["drawing"] for module in found["modules"])


def test_what_a_band_carries_is_what_its_reader_reads() -> None:
    found = data(residual(2))
    for drawing in (found["whole"], *(module["drawing"] for module in found["modules"])):
        for link in drawing["links"]:
            reads = found["layers"][link["reader"]]["reads"]
            read = reads[link["port"]]
            assert isinstance(read, int) or read in found["inputs"]


def test_a_model_of_python_has_no_sliders_and_opens_by_its_modules() -> None:
    found = data(residual(2))
    assert found["live"] is None
    assert found["nested"]
    assert found["open_levels"] == 1


@pytest.mark.slow
def test_what_enters_a_drawing_of_modules_has_a_shape() -> None:
    """In a long network a box is a module, and a column may begin behind one."""
    found = data(unlike(70))
    assert len(found["whole"]["boxes"]) < 120
    layers = found["layers"]
    entering = found["whole"]["inputs"]
    assert len(entering) > 1
    assert all(isinstance(one, int) or one in found["inputs"] for one in entering)
    assert any(isinstance(one, int) and layers[one]["path"].endswith("relu.2") for one in entering)

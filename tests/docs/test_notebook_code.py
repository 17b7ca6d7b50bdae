"""A notebook is written as its reader would: with what `import flopcount as fc` gives."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import flopcount as fc

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def sources(path: Path) -> Iterator[str]:
    """The Python of its cells; a line that begins with % is the notebook's own."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code" and not text.startswith("%%"):
            yield "\n".join(line for line in text.splitlines() if not line.startswith("%"))


def private(source: str) -> Iterator[str]:
    """What a piece of Python takes from flopcount and is not in its interface."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "flopcount":
            yield f"from {node.module}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.partition(".")[0] == "flopcount" and (
                    name.name != "flopcount" or name.asname != "fc"
                ):
                    yield f"import {name.name}"
        elif isinstance(node, ast.Attribute):
            of = node.value
            if isinstance(of, ast.Name) and of.id == "fc" and node.attr not in fc.__all__:
                yield f"fc.{node.attr}"
            elif node.attr.startswith("_") and node.attr != "__init__":  # of a module's own class
                yield node.attr


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_takes_what_is_public_alone(path: Path) -> None:
    cells = list(sources(path))
    assert any("import flopcount as fc" in cell for cell in cells)
    assert [name for cell in cells for name in private(cell)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_a_drawing(path: Path) -> None:
    assert '\\"drawing\\"' in path.read_text(encoding="utf-8") or any(
        "Drawing of " in "".join(output.get("data", {}).get("text/html", ""))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    )


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import flopcount as fc", []),
        ("import flopcount", ["import flopcount"]),
        ("import flopcount.pictures as fc", ["import flopcount.pictures"]),
        ("from flopcount import load", ["from flopcount"]),
        ("from flopcount.pictures import draw", ["from flopcount.pictures"]),
        ("fc.load('x').name; fc.api", ["fc.api"]),
        ("net._repr_html_()", ["_repr_html_"]),
        ("import pandas as pd; from pathlib import Path", []),
    ],
)
def test_what_is_private_is_found(source: str, found: list[str]) -> None:
    assert list(private(source)) == found

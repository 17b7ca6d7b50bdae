"""Each notebook runs from a clean kernel, and its stored outputs are what comes out."""

import base64
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

import flopcount

ROOT = Path(__file__).parent.parent
NAMES = ["01-what-the-1x1-buys", "02-the-inception-family", "03-your-own-network"]
PATHS = {name: ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
MOST_BYTES = 200_000
# Outputs that no other run, day or machine repeats.
VARYING = re.compile(
    r" at 0x[0-9a-f]+|/tmp|/home|/Users|[A-Z]:\\|20[0-9]{2}-[01][0-9]-[0-3][0-9]T"
    r"|\b(jax|keras|numpy|Python) [0-9]"
)


def outline(png: str) -> Any:
    """A picture as 12 × 16 mean shades: what stays when a release moves a letter by a pixel."""
    shades = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("L")) / 255
    bands = np.array_split(shades, 12, axis=0)
    return np.array([[part.mean() for part in np.array_split(band, 16, axis=1)] for band in bands])


def small(png: str) -> str:
    """A picture in 32 colours, a quarter of its size, and without the name of what drew it."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB").quantize(32)
    out = io.BytesIO()
    picture.save(out, format="png", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def texts(output: Any) -> dict[str, str]:
    """What an output says, by kind; that of a picture is its outline's to say."""
    data = output["data"] if "data" in output else {output["name"]: output["text"]}
    return {"image/png": ""} if "image/png" in data else dict(data)


def pictures(cells: Any) -> list[Any]:
    """The outlines of all pictures, in order."""
    return [
        outline(output["data"]["image/png"])
        for cell in cells
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


def run(notebook: Any, folder: Path) -> Any:
    """Execute a notebook from a clean kernel in a folder; keep nothing of the run but outputs."""
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    done = client.execute()
    done.metadata = nbformat.from_dict(METADATA)
    for output in (output for cell in code(done) for output in cell.outputs):
        if "image/png" in output.get("data", {}):
            output.data["image/png"] = small(output.data["image/png"])
    return done


def code(notebook: Any) -> list[Any]:
    """The cells that are executed."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(autouse=True)
def same_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kernel import the flopcount that is tested."""
    home = str(Path(flopcount.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([home, os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_every_notebook_is_tested() -> None:
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == sorted(PATHS.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_prints_what_it_shows(
    name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    stored = nbformat.read(PATHS[name], as_version=4)
    fresh = run(nbformat.from_dict(stored), tmp_path)
    assert list(tmp_path.iterdir()) == [], "a notebook leaves no file behind"
    if request.config.getoption("--overwrite"):
        nbformat.write(fresh, PATHS[name])
        return
    stored = nbformat.read(PATHS[name], as_version=4)
    for kept, seen in zip(code(stored), code(fresh), strict=True):
        assert [texts(one) for one in seen.outputs] == [texts(one) for one in kept.outputs], (
            kept.source
        )
    drawn = zip(pictures(code(stored)), pictures(code(fresh)), strict=True)
    changes = [float(np.abs(before - now).max()) for before, now in drawn]
    assert max(changes) < 0.2, "a picture shows something else than what is drawn now"


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_clean_and_small(name: str) -> None:
    path = PATHS[name]
    assert path.stat().st_size < MOST_BYTES
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    assert stored.metadata == METADATA
    assert [cell.id for cell in stored.cells] == [
        f"c{place:02}" for place in range(1, len(stored.cells) + 1)
    ]
    cells = code(stored)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in stored.cells:
        assert cell.metadata == {}
    assert all(output.output_type != "error" for cell in cells for output in cell.outputs)
    said = [texts(output) for cell in cells for output in cell.outputs]
    assert not any("stderr" in kinds for kinds in said)
    for text in (text for kinds in said for text in kinds.values()):
        found = VARYING.search(text)
        assert found is None, found
        assert sys.prefix not in text
    assert stored.cells[0].source.startswith("# ")
    assert "pip install" in stored.cells[0].source
    assert any("## Questions" in cell.source for cell in stored.cells)


def test_an_output_that_varies_is_found(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell("object()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    first = texts(code(run(notebook, tmp_path))[0].outputs[0])
    assert texts(code(run(notebook, tmp_path))[0].outputs[0]) != first
    assert VARYING.search(first["text/plain"])


def test_another_picture_is_found() -> None:
    from matplotlib.figure import Figure

    def drawn(height: float) -> Any:
        figure = Figure(figsize=(6, 3), dpi=72)
        figure.subplots().bar([0, 1], [1, height])
        out = io.BytesIO()
        figure.savefig(out, format="png")
        return outline(base64.b64encode(out.getvalue()).decode())

    assert np.abs(drawn(0.5) - drawn(0.5)).max() == 0
    assert np.abs(drawn(0.5) - drawn(0.9)).max() > 0.2

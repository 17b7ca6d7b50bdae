"""Each notebook runs, and its stored outputs are what comes out."""

import base64
import os
import shutil
import struct
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import flopcount

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def comparable(output: Any) -> Any:
    """An output without what may differ: a picture's bytes follow matplotlib's release."""
    if "data" not in output:
        return {"stream": output.get("name"), "text": output.get("text")}
    data = dict(output["data"])
    if "image/png" in data:
        raw = base64.b64decode(data["image/png"])
        assert raw.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", raw[16:24])
        data["image/png"] = width / height > 1
    if "image/svg+xml" in data:
        data["image/svg+xml"] = data["image/svg+xml"].lstrip().startswith("<")
    return data


def outputs(notebook: Any) -> list[tuple[str, list[Any]]]:
    """Each code cell's source, and its outputs."""
    return [
        (cell.source, [comparable(output) for output in cell.outputs])
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def run(notebook: Any, folder: Path) -> Any:
    """Execute a notebook in a folder."""
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return client.execute()


@pytest.fixture(autouse=True)
def same_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kernel import the flopcount that is tested."""
    home = str(Path(flopcount.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([home, os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONHASHSEED", "random")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_prints_what_it_shows(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    stored = nbformat.read(copy, as_version=4)
    nbformat.validate(stored)
    shown = outputs(stored)
    assert any(results for _, results in shown), "a notebook is kept with its outputs"
    # What was stored came out of another run: an output that varies would differ here.
    fresh = outputs(run(stored, tmp_path))
    for (source, kept), (_, seen) in zip(shown, fresh, strict=True):
        assert seen == kept, source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_was_run_from_top_to_bottom(path: Path) -> None:
    stored = nbformat.read(path, as_version=4)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        assert "execution" not in cell.metadata, "times of a run are no part of the notebook"
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


def test_the_first_notebook_is_there() -> None:
    assert "01-what-the-1x1-buys.ipynb" in {path.name for path in NOTEBOOKS}


def test_an_output_that_varies_is_found(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("object()")])
    first = outputs(run(notebook, tmp_path))
    assert outputs(run(notebook, tmp_path)) != first

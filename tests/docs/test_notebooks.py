"""Each notebook runs from a clean kernel, and its stored outputs are what comes out.

Releases of matplotlib set letters differently and make other room for them, so a picture cannot be
compared pixel by pixel. Each stored picture carries a sum of what was drawn in it, of the places
and sizes of its bars, lines and points in units of its axes, which is compared exactly. How it
looks is compared coarsely. So it is with the drawing inside the HTML that a network shows.
"""

import base64
import hashlib
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
from PIL import Image, PngImagePlugin

import flopcount as fc

ROOT = Path(__file__).parents[2]
NAMES = [
    "01-what-the-1x1-buys",
    "02-the-inception-family",
    "03-your-own-network",
    "04-your-own-model",
]
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


# Run by each kernel as it starts: a figure also says what is drawn in it. It is told before every
# cell, since `%matplotlib inline` makes IPython forget how figures are shown.
HOOK = """
def hook(shell):
    def numbers(places):
        return [[float(f"{number:.6g}") + 0 for number in place] for place in places.tolist()]

    def drawn(figure):
        parts = []
        for axes in figure.axes:
            parts += [axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale(), axes.get_yscale()]
            for patch in axes.patches:
                outline = patch.get_path().transformed(patch.get_patch_transform())
                parts.append(numbers(outline.vertices))
            parts += [numbers(line.get_xydata()) for line in axes.lines]
            parts += [numbers(points.get_offsets()) for points in axes.collections]
        return {"drawn": parts}

    def drawn_of(network):
        import flopcount

        return drawn(flopcount.plot(network, "drawing", heading=False))

    def tell(*info):
        formatter = shell.display_formatter.formatters["application/json"]
        formatter.for_type_by_name("matplotlib.figure", "Figure", drawn)
        formatter.for_type_by_name("flopcount.api.objects", "Network", drawn_of)

    shell.events.register("pre_run_cell", tell)


hook(get_ipython())
del hook
"""
SUM = "drawn"
INSIDE = re.compile(r'(?<=src="data:image/png;base64,)[^"]*')  # of the HTML that a network shows


def outline(png: str) -> Any:
    """A picture as 12 × 16 mean shades: what stays when a release moves a letter by a pixel."""
    shades = np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("L")) / 255
    bands = np.array_split(shades, 12, axis=0)
    return np.array([[part.mean() for part in np.array_split(band, 16, axis=1)] for band in bands])


def small(png: str, drawn: Any) -> str:
    """A picture in 64 colours, a third of its size, and with the sum of what is drawn in it."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB").quantize(64)
    words = PngImagePlugin.PngInfo()
    words.add_text(SUM, hashlib.sha256(repr(drawn).encode()).hexdigest())
    out = io.BytesIO()
    picture.save(out, format="png", optimize=True, pnginfo=words)
    return base64.b64encode(out.getvalue()).decode()


def drawing(png: str) -> str | None:
    """The sum that a stored picture carries."""
    return Image.open(io.BytesIO(base64.b64decode(png))).info.get(SUM)


def texts(output: Any) -> dict[str, str]:
    """What an output says, by kind; that of a picture is its outline's to say."""
    data = output["data"] if "data" in output else {output["name"]: output["text"]}
    if "image/png" in data:
        return {"image/png": ""}
    html = INSIDE.sub("", data.get("text/html", ""))
    html = re.sub(r'(?<=width=")\d+', "", html)  # which follows how wide letters are
    return dict(data) | ({"text/html": html} if "text/html" in data else {})


def pictures(notebook: Any) -> list[str]:
    """All pictures, in order."""
    found = []
    for data in (output.get("data", {}) for cell in code(notebook) for output in cell.outputs):
        found += [data["image/png"]] if "image/png" in data else []
        found += INSIDE.findall(data.get("text/html", ""))
    return found


def same(kept: str, seen: str) -> bool:
    """Whether two pictures show the same."""
    shades = np.abs(outline(kept) - outline(seen)).max()
    return drawing(kept) == drawing(seen) and bool(shades < 0.2)


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
        data = output.get("data", {})
        if "application/json" in data:
            said = data.pop("application/json")
            output.metadata.pop("application/json", None)
            if "image/png" in data:
                data["image/png"] = small(data["image/png"], said)
            else:
                data["text/html"] = INSIDE.sub(lambda png: small(png[0], said), data["text/html"])  # noqa: B023  called at once
    return done


def code(notebook: Any) -> list[Any]:
    """The cells that are executed."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(autouse=True)
def kernel(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the kernel import the flopcount that is tested, and its figures say what they draw."""
    profile = tmp_path_factory.mktemp("ipython")
    startup = profile / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "hook.py").write_text(HOOK, encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(profile))
    home = str(Path(fc.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([home, os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_every_notebook_is_tested() -> None:
    assert sorted((ROOT / "notebooks").glob("*.ipynb")) == sorted(PATHS.values())


@pytest.mark.slow
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
    for place, (kept, seen) in enumerate(zip(pictures(stored), pictures(fresh), strict=True), 1):
        assert same(kept, seen), f"picture {place} shows something else than what is drawn now"


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


@pytest.mark.slow
def test_an_output_that_varies_is_found(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell("object()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    first = texts(code(run(notebook, tmp_path))[0].outputs[0])
    assert texts(code(run(notebook, tmp_path))[0].outputs[0]) != first
    assert VARYING.search(first["text/plain"])


FIGURES = {
    "savings": 'fc.analyze(fc.load("googlenet")["3a"]).plot()',
    "savings again": 'fc.analyze(fc.load("googlenet")["3a"]).plot()',
    "wider": 'fc.analyze(fc.load("googlenet", set={"3a.r5": 24})["3a"]).plot()',
    "curve": 'fc.plot(fc.load("googlenet")["3a"], "breakeven", branch="5x5")',
    "another curve": 'fc.plot(fc.load("googlenet")["3a"], "breakeven", branch="3x3")',
    "network": 'fc.load("googlenet")["3a"]',
    "another network": 'fc.load("googlenet", set={"3a.r5": 24})["3a"]',
    "bars": "frame.plot.barh();",
    "higher bars": "(1.01 * frame).plot.barh();",
    "other colours": 'frame.plot.barh(color="white");',
}
BEFORE = """%matplotlib inline
import pandas as pd
import flopcount as fc
frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})"""


@pytest.mark.slow
def test_another_picture_is_found(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in (BEFORE, *FIGURES.values())]
    done = run(nbformat.v4.new_notebook(cells=cells), tmp_path)
    drawn = dict(zip(FIGURES, pictures(done), strict=True))
    assert all(drawing(png) for png in drawn.values())
    assert same(drawn["savings"], drawn["savings again"])
    assert not same(drawn["savings"], drawn["wider"])
    assert not same(drawn["curve"], drawn["another curve"])
    assert not same(drawn["network"], drawn["another network"])
    assert not same(drawn["bars"], drawn["higher bars"])
    assert not same(drawn["bars"], drawn["other colours"])
    assert drawing(drawn["bars"]) == drawing(drawn["other colours"])
    data = nbformat.v4.new_output("display_data", {"image/png": drawn["curve"]})
    assert texts(data) == {"image/png": ""}, "what is drawn is compared in the picture alone"

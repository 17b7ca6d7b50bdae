"""The gallery shows every kind of picture, each beside the command that draws it."""

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from flopcount.pictures import KINDS
from tests.docs.blocks import ROOT, output_of

DOCS = ROOT / "docs"
PAGES = [DOCS / "gallery.md", DOCS / "tutorial.md"]
SHOWN = re.compile(
    r"^```console\n\$ flopcount [^\n]* -o ([\w.-]+)\n```\n\n!\[([^]]+)\]\(images/([\w.-]+)\)\n",
    re.MULTILINE,
)


@pytest.fixture
def script() -> ModuleType:
    """docs/generate_gallery.py, which draws what the pages show."""
    spec = importlib.util.spec_from_file_location("gallery", DOCS / "generate_gallery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_kind_is_shown(script: ModuleType) -> None:
    page = PAGES[0].read_text(encoding="utf-8")
    assert set(script.kinds(page)) == set(KINDS)
    assert "$ flopcount compare " in page
    asked = re.findall(r"^\$ (.*)$", page, re.MULTILINE)
    assert [line for line in asked if not re.match(r"flopcount .* -o \S+\.png$", line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_picture_stands_below_its_command(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = SHOWN.findall(text)
    assert len(shown) == text.count("](images/") == text.count(".png\n```")
    for written, says, picture in shown:
        assert written == picture
        assert len(says.split()) > 2
        with Image.open(DOCS / "images" / picture) as image:
            assert image.format == "PNG"


def test_every_picture_of_the_docs_is_shown_somewhere() -> None:
    text = "".join(
        path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *DOCS.glob("*.md")]
    )
    for path in (DOCS / "images").iterdir():
        assert f"images/{path.name})" in text, path.name


def test_a_kind_that_is_missing_gets_its_section(script: ModuleType) -> None:
    added = script.section("tree", KINDS["tree"])
    assert script.kinds(added) == ["tree"]
    assert SHOWN.findall(added)[0][0] == "googlenet-3a-tree.png"


def outline(path: Path) -> np.ndarray:
    """A picture as 12 × 16 mean shades: what stays when a release moves a letter by a pixel."""
    shades = np.asarray(Image.open(path).convert("L")) / 255
    bands = np.array_split(shades, 12, axis=0)
    return np.array([[part.mean() for part in np.array_split(band, 16, axis=1)] for band in bands])


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pictures_are_what_is_drawn_now(
    page: Path, script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The few of the tutorial in processes of their own, as the script does; the others here."""

    def here(command: list[str], *, cwd: Path, check: bool) -> None:
        assert check
        monkeypatch.chdir(cwd)
        assert output_of(shlex.join(["flopcount", *command[3:]])) == []

    if page.name == "gallery.md":
        monkeypatch.setattr(script, "subprocess", SimpleNamespace(run=here))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    script.draw(page.read_text(encoding="utf-8"), tmp_path)
    drawn = sorted(tmp_path.glob("*.png"))
    assert drawn
    for path in drawn:
        kept = outline(DOCS / "images" / path.name)
        assert np.abs(kept - outline(path)).max() < 0.1, f"{path.name}: docs/generate_gallery.py"

"""Rooms with walls: imports point down, and what is heavy is loaded only by what needs it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import flopcount

PACKAGE = Path(flopcount.__file__).parent
ROOT = PACKAGE.parent
HEAVY = ("numpy", "pandas", "sympy", "matplotlib", "keras", "jax", "tabulate")


def walls(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a checkout: the contract stands in pyproject.toml."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_room_imports_only_those_below_it() -> None:
    done = walls(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core/graph.py", "from ..notation.library import names"),
        ("core/graph.py", "def late():\n    from ..analysis.report import Report"),
        ("designs/grids.py", "def late():\n    from ..pictures import draw"),
        ("sizes/size.py", "from flopcount.writing import sheet"),
        ("errors.py", "from .reading import MAX_SIZE"),
    ],
)
def test_an_import_that_points_up_is_found(room: str, line: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "flopcount", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "flopcount" / room).open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")
    done = walls(tmp_path)
    assert done.returncode == 1, done.stdout
    assert "is not allowed to import" in done.stdout


def test_every_package_is_a_room_of_the_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for path in PACKAGE.iterdir():
        room = (path / "__init__.py").exists() or path.suffix == ".py"
        if room and path.stem not in ("__init__", "__main__"):
            assert f"flopcount.{path.stem}" in contract


def loaded(code: str, folder: Path) -> set[str]:
    """Run code in a fresh interpreter; the top-level names of what it loaded."""
    report = "import sys, json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stderr)}


MAIN = "import flopcount.cli.main; assert flopcount.cli.main.main({argv!r}) == 0"


@pytest.mark.parametrize(
    "code",
    [
        "import flopcount",
        MAIN.format(argv=["googlenet", "--module", "3a"]),
        MAIN.format(argv=["googlenet", "--module", "3a", "--width", "80"]),
        MAIN.format(argv=["googlenet", "--module", "3a", "--explain", "--format", "csv"]),
        MAIN.format(argv=["googlenet", "--format", "json"]),
        MAIN.format(argv=["list"]),
        MAIN.format(argv=["paper", "googlenet"]),
        "import flopcount as fc; print(fc.analyze(fc.load('googlenet')['3a']).by('layer'))",
    ],
)
def test_nothing_heavy_is_loaded(code: str, tmp_path: Path) -> None:
    found = loaded(code, tmp_path)
    assert "flopcount" in found
    assert not found & set(HEAVY)


def test_the_check_sees_what_is_loaded(tmp_path: Path) -> None:
    argv = ["googlenet", "--format", "markdown"]
    assert loaded(MAIN.format(argv=argv), tmp_path) & set(HEAVY) == {"tabulate"}

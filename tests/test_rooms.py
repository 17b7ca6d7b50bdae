"""Rooms with walls: imports point down, and what is heavy is loaded only by what needs it."""

import ast
import json
import os
import re
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


POINTING_UP = [
    ("core/graph.py", "from ..notation.library import names", "notation"),
    ("core/nest.py", "def late():\n    from ..analysis.report import Report", "analysis"),
    ("designs/pricing.py", "def late():\n    from ..pictures import draw", "pictures"),
    ("sizes/size.py", "from flopcount.writing import sheet", "writing"),
    ("errors.py", "from .reading import MAX_SIZE", "reading"),
]


def test_an_import_that_points_up_is_found(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "flopcount", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room, line, _ in POINTING_UP:
        with (tmp_path / "flopcount" / room).open("a", encoding="utf-8") as file:
            file.write(f"\n\n{line}\n")
    done = walls(tmp_path)
    assert done.returncode == 1, done.stdout
    for room, _, above in POINTING_UP:
        package = room.partition("/")[0].removesuffix(".py")
        said = f"flopcount.{package} is not allowed to import flopcount.{above}"
        assert said in " ".join(done.stdout.split())


def test_every_package_is_a_room_of_the_contract() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for path in PACKAGE.iterdir():
        room = (path / "__init__.py").exists() or path.suffix == ".py"
        if room and path.stem not in ("__init__", "__main__"):
            assert f"flopcount.{path.stem}" in contract


def test_contributing_says_what_each_file_of_the_notation_is_for() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = {path.stem for path in (PACKAGE / "notation").glob("*.py")} - {"__init__"}
    assert {name for name in files if f"`{name}`" not in told} == set()


@pytest.mark.parametrize(
    "path",
    [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js"), *(ROOT / "tests").rglob("*.py")],
    ids=lambda path: str(path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else ROOT)),
)
def test_a_file_is_one_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_the_core_is_small() -> None:
    core = {path: path.read_text(encoding="utf-8") for path in (PACKAGE / "core").rglob("*.py")}
    ops = {path for path in core if "ops" in path.relative_to(PACKAGE).parts}
    engine = [text for path, text in core.items() if path not in ops]
    assert sum(len(text.splitlines()) for text in engine) <= 950
    for path, text in core.items():
        for kind in ast.walk(ast.parse(text)):
            if isinstance(kind, ast.ClassDef) and path in ops:
                assert (kind.end_lineno or 0) - kind.lineno < 60, f"{path.name}: {kind.name}"


# What knows kinds of layers by their class, outside the core and the builders of other software.
KINDS = re.compile(r"\b(isinstance|hasattr|getattr)\((\w+\.)*op\b(?!, ast\.)")


def test_outside_the_core_layers_are_asked_for_traits_and_nests() -> None:
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        if room not in ("core", "frameworks"):
            asked = KINDS.findall(path.read_text(encoding="utf-8"))
            assert asked == [], path


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_file_that_the_program_names_is_there() -> None:
    there = {path.name for folder in ("flopcount", "docs") for path in (ROOT / folder).rglob("*")}
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        named = re.findall(r"[\w/]*?(\w+\.(?:py|js|md|css))\b", text)
        assert [name for name in named if name not in there] == [], path

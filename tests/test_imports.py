"""Imports point one way, and what is heavy is loaded only by what needs it."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import flopcount

PACKAGE = Path(flopcount.__file__).parent
# From what knows least to what knows most: a module imports, at its top, only what stands before.
ORDER = [
    *("errors", "dims", "cost", "ops", "graph", "words", "notation", "builder"),
    *("tables", "library", "rewrites", "report", "render"),
    *("explain", "layout", "plot", "output", "catalog", "claims", "paper"),
    *("__init__", "cli", "__main__"),
]
HEAVY = ("numpy", "pandas", "sympy", "matplotlib", "keras", "jax", "tabulate")


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield what is imported when a module is loaded: relative names as ``.name``."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level and node.module is None:
                yield ".__init__", node.lineno
            else:
                yield "." * node.level + (node.module or ""), node.lineno
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            stack.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def wrong_way(name: str, source: str) -> list[str]:
    """Find imports of a module that point to a later one, or to itself."""
    earlier = ORDER[: ORDER.index(name)]
    return [
        f"{name}.py:{line} imports {target}"
        for target, line in imports(ast.parse(source))
        if (target.startswith(".") or target.partition(".")[0] == "flopcount")
        and target.removeprefix(".").removeprefix("flopcount.") not in earlier
    ]


def test_the_order_names_every_module() -> None:
    assert sorted(path.stem for path in PACKAGE.glob("*.py")) == sorted(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_imports_point_to_earlier_modules(name: str) -> None:
    assert wrong_way(name, (PACKAGE / f"{name}.py").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ORDER)
def test_no_module_loads_a_heavy_library_at_its_top(name: str) -> None:
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    assert not {target.partition(".")[0] for target, _ in imports(tree)} & set(HEAVY)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from .cli import main", 1),
        ("from . import cli", 1),
        ("import flopcount.cli", 1),
        ("from flopcount.graph import Node", 1),
        ("if TYPE_CHECKING:\n    from .graph import Node", 0),
        ("if x:\n    from .graph import Node", 1),
        ("try:\n    from .graph import Node\nexcept ImportError:\n    pass", 1),
        ("class A:\n    from .graph import Node", 1),
        ("def f():\n    from .graph import Node", 0),
        ("from .dims import Size", 0),
    ],
)
def test_an_import_that_points_back_is_found(source: str, found: int) -> None:
    assert len(wrong_way("ops", source)) == found


def loaded(code: str, folder: Path) -> set[str]:
    """Run code in a fresh interpreter; the top-level names of what it loaded."""
    report = "import sys, json; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        check=True,
    )
    return {name.partition(".")[0] for name in json.loads(done.stderr)}


MAIN = "import flopcount.cli; assert flopcount.cli.main({argv!r}) == 0"


@pytest.mark.parametrize(
    "code",
    [
        "import flopcount",
        MAIN.format(argv=["googlenet", "--module", "3a"]),
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

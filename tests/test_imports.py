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
    *(
        "errors",
        "wrap",
        "progress",
        "filters",
        "dims",
        "cost",
        "ops",
        "graph",
        "words",
        "widths",
        "trees",
        "notation",
        "builder",
    ),
    *(
        "sections",
        "tables",
        "library",
        "convolutions",
        "rewrites",
        "references",
        "report",
        "render",
        "terminal",
        "markup",
    ),
    *("explain", "layout", "output", "catalog", "claims", "paper"),
    *("pictures.style", "pictures.savings", "pictures.modules", "pictures.layers", "pictures.tree"),
    *("polynomials", "tiles", "choices", "grids", "designs", "sweeps", "designs_io", "fits"),
    *("domain", "mathtext", "formulas", "breakeven", "comparisons"),
    *("pictures.labels", "pictures.compare", "pictures.breakeven", "pictures"),
    *("javascript", "controls", "live"),
    *("keras_layers", "keras_backend", "keras_build", "keras_model", "keras_xla", "keras_time"),
    *("keras_check", "keras_report"),
    *("page.drawing", "page.data", "page"),
    *("__init__", "verbs", "verbs.*", "overview", "completion", "cli", "__main__"),
]
HEAVY = ("numpy", "pandas", "sympy", "matplotlib", "keras", "jax", "tabulate")


def named(path: Path) -> str:
    """A file's name as a module: ``ops``, ``verbs`` for its ``__init__``, ``verbs.show``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


FILES = {named(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def place(name: str) -> int:
    """Where a module stands in the order; those of a folder may stand together."""
    folder, dot, _ = name.rpartition(".")
    entry = f"{folder}.*" if dot and name not in ORDER else name
    assert entry in ORDER, f"{name} is new: give it its place in ORDER"
    return ORDER.index(entry)


def imports(name: str, source: str) -> Iterator[tuple[str, int]]:
    """Yield what is imported when a module is loaded, and where; our own as ``flopcount.name``."""
    package = ["flopcount", *name.split(".")]
    if name not in FILES or FILES[name].name != "__init__.py" or name == "__init__":
        package.pop()
    stack: list[ast.AST] = [ast.parse(source)]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            for alias in node.names:  # of a package either a module or what its __init__ has
                whole = f"{base}.{alias.name}"
                ours = whole.removeprefix("flopcount.") in FILES
                yield whole if ours else base, node.lineno
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            stack.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def wrong_way(name: str, source: str) -> list[str]:
    """Find imports of a module that point to a later one, or to one beside it."""
    found = []
    for target, line in imports(name, source):
        head, _, rest = target.partition(".")
        if head == "flopcount" and place(rest or "__init__") >= place(name):
            found.append(f"{name}:{line} imports {target}")
    return found


def test_the_order_names_every_module() -> None:
    assert len(set(ORDER)) == len(ORDER)
    for name in FILES:
        assert place(name) >= 0


@pytest.mark.parametrize("name", FILES)
def test_imports_point_to_earlier_modules(name: str) -> None:
    assert wrong_way(name, FILES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", FILES)
def test_no_module_loads_a_heavy_library_at_its_top(name: str) -> None:
    # but for the rooms of sweeps, formulas and Keras, which are entered only by their own verbs
    if not place("polynomials") <= place(name) < place("__init__"):
        source = FILES[name].read_text(encoding="utf-8")
        assert not {target.partition(".")[0] for target, _ in imports(name, source)} & set(HEAVY)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from .cli import main", 1),
        ("from . import cli", 1),
        ("from . import __version__", 1),
        ("import flopcount.cli", 1),
        ("import flopcount", 1),
        ("from flopcount.graph import Node", 1),
        ("from flopcount import dims, graph", 1),
        ("if TYPE_CHECKING:\n    from .graph import Node", 0),
        ("if x:\n    from .graph import Node", 1),
        ("try:\n    from .graph import Node\nexcept ImportError:\n    pass", 1),
        ("class A:\n    from .graph import Node", 1),
        ("def f():\n    from .graph import Node", 0),
        ("from .dims import Size", 0),
        ("from .verbs.show import VERB", 1),
    ],
)
def test_an_import_that_points_back_is_found(source: str, found: int) -> None:
    assert len(wrong_way("ops", source)) == found


def test_verbs_do_not_know_each_other() -> None:
    assert wrong_way("verbs.show", "from .list import VERB")
    assert wrong_way("verbs.show", "from ..cli import main")
    assert not wrong_way("verbs.show", "from . import Verb\nfrom ..report import analyze")


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

"""The page's scripts as modules: each loads by itself in Node, and its tests there pass."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flopcount import page
from flopcount.page.scripts import linked, static

STATIC = Path(page.__file__).parent / "static"
TESTS = Path(__file__).parent / "static"
_IMPORTED = re.compile(r'^import \{([^}]*)\} from "(.*)";', re.MULTILINE)
ENTRIES = ("page.js", "compare.js")


def node() -> str:
    """Node, of the machine or the one that comes with the browser's driver."""
    found = shutil.which("node")
    if found:
        return found
    from playwright._impl._driver import compute_driver_executable

    return str(compute_driver_executable()[0])


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(TESTS.glob("*.test.mjs")), ids=lambda path: path.stem)
def test_the_tests_of_a_script_pass_in_node(path: Path) -> None:
    ran = subprocess.run(
        [node(), "--test", "--test-reporter=tap", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"STATIC": STATIC.as_uri()},
    )
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"^# pass [1-9]", ran.stdout, re.MULTILINE), ran.stdout


def test_each_script_imports_what_there_is() -> None:
    for path in STATIC.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        for names, source in _IMPORTED.findall(text):
            exported = (path.parent / source).read_text(encoding="utf-8")
            for name in filter(None, map(str.strip, names.split(","))):
                assert re.search(rf"^export .*\b{name}\b", exported, re.MULTILINE), (path, name)
                used = re.findall(rf"(?<![.\w]){name}\b", text.replace("...", ""))
                assert len(used) > 1, (path, name)


def test_linked_scripts_hold_each_file_once_and_import_nothing() -> None:
    scopes = set[str]()
    for entry in ENTRIES:
        text = linked(static(entry))
        assert not re.search(r"^(import|export) ", text, re.MULTILINE)
        found = re.findall(r"^const \$([\w$]+) = \(\(\) => \{$", text, re.MULTILINE)
        assert len(found) == len(set(found))
        scopes |= {f"{scope.replace('$', '/')}.js" for scope in found} | {entry}
    # and each is part of a page
    assert scopes == {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js")}

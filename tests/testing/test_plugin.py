"""Under pytest: what a test cost when it last passed is known, and frames of ours are hidden."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import flopcount
from flopcount.testing import running

BESIDE = "layer by layer beside the last run that passed"
PLUGIN = ("-p", "flopcount.testing.plugin")  # as installing it does
TEST = """
import flopcount as fc
from flopcount.testing import assert_cost

def test_small():
    assert_cost("28x28x8 > conv 1x1 {width} > conv 3x3 8", {counts})
    assert_cost("9x9x4 > conv 1x1 5", params=25)
"""


def run(folder: Path, *options: str) -> str:
    """Run pytest on a folder; what it prints."""
    home = str(Path(flopcount.__file__).parent.parent)
    # where CI is set, pytest's summary repeats whole messages
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *PLUGIN, *options],
        cwd=folder,
        env={**kept, "PYTHONPATH": home, "PYTHONIOENCODING": "utf-8", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def written(folder: Path, width: int, counts: str) -> None:
    path = folder / "test_cost.py"
    path.write_text(TEST.format(width=width, counts=counts), encoding="utf-8")


@pytest.mark.slow
def test_the_last_run_that_passed_tells_which_layers_grew(tmp_path: Path) -> None:
    # 8·16 and 9·16·8 at 28×28, then 17 in the place of 16
    count = 28 * 28 * (8 * 16 + 9 * 16 * 8)
    written(tmp_path, 17, f"multiplies={count}")
    first = run(tmp_path)
    assert "pytest's cache knows of no run of this test that passed" in first
    assert "multiplies, the most by layer:" in first

    written(tmp_path, 16, f"multiplies={count}")
    assert "1 passed" in run(tmp_path)
    written(tmp_path, 17, f"multiplies={count}")
    for _ in range(2):  # what fails is not kept
        said = run(tmp_path)
        assert (
            "multiplies, layer by layer beside the last run that passed: +62,720 in 2 layers"
            in said
        )
        assert "spec/2  conv  903,168  →  959,616  +56,448" in said
        assert "spec/1  conv  100,352  →  106,624   +6,272" in said
    assert "costs.py" not in said  # the traceback ends in the test's own line
    assert "test_cost.py:6: AssertionError" in said
    assert "Warning" not in said

    without = run(tmp_path, "-p", "no:cacheprovider")
    assert "multiplies, the most by layer:" in without
    assert "pytest's cache" not in without


@pytest.mark.slow
def test_within_a_tolerance_the_next_run_is_held_against_the_last(tmp_path: Path) -> None:
    for width in (16, 17):
        written(tmp_path, width, 'params=1304, within="20%"')  # 8·16 + 16 + 9·16·8 + 8
        assert "1 passed" in run(tmp_path)
    written(tmp_path, 18, "params=5")
    said = run(tmp_path)
    # 17 channels then, 18 now: 9·8 more and 8 + 1 more
    assert "spec/2  conv  1,232  →  1,304  +72" in said
    assert "spec/1  conv    153  →    162   +9" in said


@pytest.mark.slow
def test_each_process_of_several_keeps_its_own(tmp_path: Path) -> None:
    for number in range(3):
        path = tmp_path / f"test_{number}.py"
        path.write_text(TEST.format(width=16, counts="params=1304"), encoding="utf-8")
    assert "3 passed" in run(tmp_path, "-n", "2")
    for path in tmp_path.glob("test_*.py"):
        path.write_text(TEST.format(width=17, counts="params=1304"), encoding="utf-8")
    said = run(tmp_path, "-n", "2")
    assert (
        said.count("params, layer by layer beside the last run that passed: +81 in 2 layers") == 3
    )


@pytest.mark.slow
def test_what_the_cache_holds_may_be_anything(tmp_path: Path) -> None:
    written(tmp_path, 16, "params=1304")
    run(tmp_path)
    kept = [*(tmp_path / ".pytest_cache" / "v" / "flopcount").iterdir()]
    assert len(kept) == 2  # two networks in one test
    written(tmp_path, 17, "params=1304")
    for text in ("", "5", "[[1, 2]]", '[["a", "b", "c", {"params": -1}]]', "[]", "{"):
        for path in kept:
            path.write_text(text, encoding="utf-8")
        assert "params, the most by layer:" in run(tmp_path)


@pytest.mark.slow
def test_loading_the_plugin_loads_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys, flopcount.testing.plugin\n"
        "print(sorted(n for n in sys.modules if n.startswith('flopcount')))"
    )
    home = str(Path(flopcount.__file__).parent.parent)
    # where CI is set, pytest's summary repeats whole messages
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": home},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert eval(done.stdout) == [  # noqa: S307  a list of texts
        "flopcount",
        "flopcount.garbage",
        "flopcount.lazy",
        "flopcount.testing",
        "flopcount.testing.plugin",
        "flopcount.testing.running",
    ]


def test_pytest_is_not_imported_where_a_test_does_not_run(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom flopcount.testing import assert_cost\n"
        "assert_cost('9x9x4 > conv 1x1 5', params=25)\nassert 'pytest' not in sys.modules\n"
        "try:\n    assert_cost('9x9x4 > conv 1x1 5', params=26)\n"
        "except AssertionError as error:\n    print(error)\n"
    )
    home = str(Path(flopcount.__file__).parent.parent)
    # where CI is set, pytest's summary repeats whole messages
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": home, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "params, the most by layer:\n  spec/1  conv  25\n" in done.stdout
    assert "pytest's cache" not in done.stdout


def test_the_running_test_is_known_while_it_runs() -> None:
    """Where the plugin is loaded, as by an installed flopcount; else none is."""
    assert running.item is None or "test_the_running_test" in running.item.nodeid

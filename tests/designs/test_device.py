"""Where the compiled pass runs: results are equal, and where no GPU can, one line says so.

Where tests run there is none: JAX's CPU stands in for it, and runs the program that a GPU gets.
"""

import os
import subprocess
import sys
from typing import Any

import jax
import numpy as np
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.designs import compiled
from flopcount.designs.chosen import Key, Top
from flopcount.designs.grid import chunks
from flopcount.designs.question import Question
from flopcount.errors import FlopcountError
from flopcount.records import replace
from flopcount.sizes.polynomial import Space
from flopcount.sizes.simplest import floor_div

VARY = {"r3": "1:40:3", "n3": "1:30:2", "r5": "3:60:2"}
CHOICES: list[dict[str, Any]] = [
    {"keep": ["multiplies <= 40e6"]},
    {"top": 5, "sort": "-params", "keep": ["multiplies <= 40e6"]},
    {"pareto": ["multiplies", "-params"]},
    {"count": True, "keep": ["multiplies <= 40e6"]},
]
SWEEP = ["sweep", "googlenet", "--module", "3a", "--vary", "r5=8:64:8"]


def designs(**options: Any) -> np.ndarray[Any, Any]:
    return fc.sweep("googlenet", VARY, modules=["3a"], **options).to_numpy()


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """JAX's CPU, in the place of a GPU; and what was asked of it."""
    asked: list[str] = []
    real = jax.devices

    def devices(kind: str | None = None) -> Any:
        asked.append(str(kind))
        return real("cpu" if kind == "gpu" else kind)

    monkeypatch.setattr(jax, "devices", devices)
    return asked


@pytest.mark.slow
@pytest.mark.parametrize("options", CHOICES, ids=["every", "top", "pareto", "count"])
def test_results_are_those_of_numpy(
    options: dict[str, Any], gpu: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = designs(**options)
    assert gpu == []
    calls: list[tuple[int, ...]] = []
    real = compiled.program
    groups: list[int] = []

    def watched(*args: Any) -> Any:
        groups.append(args[-1])
        made = real(*args)

        def called(rows: Any, columns: Any, bounds: Any) -> Any:
            calls.append(rows.shape)
            return made(rows, columns, bounds)

        return called

    monkeypatch.setattr(compiled, "program", watched)
    np.testing.assert_array_equal(designs(**options, device="gpu"), expected)
    assert calls, "it is used for a small grid too"
    assert set(groups) == {1}, "all columns at once"
    calls.clear()
    np.testing.assert_array_equal(designs(**options, device="auto"), expected)
    np.testing.assert_array_equal(designs(**options, device="cpu"), expected)
    assert calls == [], "too small a grid to load JAX for, unless that is asked for"
    monkeypatch.setattr(compiled, "LEAST", 1)
    monkeypatch.setattr(compiled, "_LEAST_WIDTH", 1)
    groups.clear()
    np.testing.assert_array_equal(designs(**options, device="auto"), expected)
    assert set(groups) == {1}
    groups.clear()
    np.testing.assert_array_equal(designs(**options, device="cpu"), expected)
    assert set(groups) == {32}


def refusal(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main([*SWEEP, *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err.removeprefix("flopcount: ").strip()


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without one, wherever the tests run."""
    real = jax.devices

    def devices(kind: str | None = None) -> Any:
        return real("no such platform" if kind == "gpu" else kind)

    monkeypatch.setattr(jax, "devices", devices)


@pytest.mark.usefixtures("no_gpu")
def test_no_gpu_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    said = "--device gpu: jax sees no GPU here (--device cpu, or auto)"
    assert refusal(capsys, "--device", "gpu", "--top", "3") == said
    assert main([*SWEEP, "--device", "auto", "--top", "3"]) == 0


def test_every_design_needs_none(gpu: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    said = (
        "--device gpu finds the designs that stay, and here all of them do; filter them with "
        "--keep, or choose some with --top or --pareto"
    )
    assert refusal(capsys, "--device", "gpu") == said
    assert refusal(capsys, "--device", "gpu", "--count") == said.partition(", or")[0]
    assert gpu == []
    assert main([*SWEEP, "--device", "gpu", "--top", "3"]) == 0


def test_unknown_devices(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "--device", "gpus", "--top", "3")
    assert said.startswith("unknown device 'gpus' (known: auto, cpu, gpu); did you mean 'gpu'?")
    with pytest.raises(FlopcountError, match="unknown device"):
        designs(device=0, top=1)
    with pytest.raises(FlopcountError, match="unknown device"):
        designs(device=None, top=1)


@pytest.mark.usefixtures("gpu")
def test_what_is_no_sum_of_products_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "_WIDTH", 64)  # a numbers the rows, b the columns
    space = Space()
    third = floor_div(space.name("a", 1, 40) + space.name("b", 1, 50), 3)
    box = (range(1, 41), range(1, 51))
    asked = Question(
        ("a", "b"), box, {"x": third}, (), Top(2, Key("x", descending=True)), ("a", "b", "x")
    )
    found: Any = asked.part(box, 0)
    assert found.designs.tolist() == [[40, 50, 30], [37, 50, 29]]
    by_auto: Any = replace(asked, device="auto").part(box, 0)
    assert by_auto.places.tolist() == found.places.tolist()
    said = "^--device gpu: x is no sum of products of the names that vary here, and is worked out"
    with pytest.raises(FlopcountError, match=said):
        replace(asked, device="gpu").part(box, 0)


def test_without_jax(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    said = "--device gpu: it needs JAX: pip install 'flopcount[jax]'"
    assert refusal(capsys, "--device", "gpu", "--top", "3") == said
    assert main([*SWEEP, "--device", "auto", "--top", "3"]) == 0


def test_with_an_old_jax(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(jax, "enable_x64")
    said = "--device gpu: JAX does not start here (it takes 0.8 or later, and a CPU beside the GPU)"
    assert refusal(capsys, "--device", "gpu", "--top", "3") == said
    assert main([*SWEEP, "--device", "auto", "--top", "3"]) == 0


@pytest.mark.slow
def test_a_worker_without_a_gpu_says_so() -> None:
    """The client needs none: each worker looks for its own."""
    command = [sys.executable, "-W", "ignore", "-m", "flopcount", *SWEEP]
    done = subprocess.run(
        [*command, "--top", "3", "--device", "gpu", "--workers", "1"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "--device gpu: jax sees no GPU here" in done.stderr

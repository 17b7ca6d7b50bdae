"""CONTRIBUTING's recipe for a new layer, followed: one file, one row of cases and one twin alone.

A locally connected convolution (weights of its own at each position) is added to a copy of the
package, and is then asked for all that the others are asked for.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import flopcount

PACKAGE = Path(flopcount.__file__).parent

# The file.
LOCAL = '''
"""The locally connected convolution."""

from dataclasses import dataclass

from ...sizes.size import Shape, Size
from ...sizes.window import Window
from ..nest import Nest
from ..op import Kind, Work, register
from .tail import PLAIN, TAKES, Tail


@dataclass(frozen=True, slots=True)
class Local:
    """A convolution with weights of its own at each position."""

    window: Window
    width: Size
    tail: Tail = PLAIN
    word = "local"

    def nests(self, *inputs: Shape) -> Work:
        ((*grid, channels),) = inputs
        slides = self.window.slides(grid)
        output = (*[slide.outputs for slide in slides], self.width)
        sizes = {"o": output[:-1], "t": self.window.kernel, "c": channels, "k": self.width}
        product = Nest("y[o* k] += x[o*:t* c] * W[o* t* c k]", sizes, {"o:t": slides})
        return Work((product, *self.tail.nests(output)), (output,))


register(
    "local",
    Kind(
        lambda layer: (Local(layer.window, layer.width, Tail.written(layer)),),
        kernel="kernel",
        width=True,
        takes=("padding", *TAKES),
        default="same bias nonorm linear",
    ),
)
'''

# The row of cases, with its arithmetic.
SPEC = "6x5x4 > conv 1x1 2 reduce > local 3x3 8"
CASE = {
    "multiplies": 6 * 5 * 4 * 2 + 3**2 * 6 * 5 * 2 * 8,
    "multiplies_unpadded": 6 * 5 * 4 * 2 + (3 * 6 - 2) * (3 * 5 - 2) * 2 * 8,
    "params": (4 * 2 + 2) + (6 * 5 * 3**2 * 2 * 8 + 8),
    "naive_multiplies": 3**2 * 6 * 5 * 4 * 8,
}

# The twin, and how its layers are drawn.
TWIN = """
import jax
import numpy as np
from flopcount.core.ops.local import Local
from tests.core import test_twins, twins


def local(op, x, p):
    kernel = p["W"].reshape(*op.nests(x.shape).outputs[0][:2], *op.window.kernel, x.shape[-1], -1)
    kernel = kernel.transpose(0, 1, 4, 2, 3, 5)  # JAX has the channels before the taps
    kernel = kernel.reshape(*kernel.shape[:2], -1, kernel.shape[-1])
    padding = twins.sides(op.window, x.shape[:-1])
    y = jax.lax.conv_general_dilated_local(
        x[None], kernel, op.window.stride, padding, op.window.kernel,
        rhs_dilation=op.window.dilation, dimension_numbers=twins.numbers(2),
    )
    return twins.tail(y[0], op.tail, p)


def draw(rng):
    window, grid = twins.draw_window(rng, 2)
    return Local(window, int(rng.integers(1, 4)), twins.draw_tail(rng)), [(*grid, 3)]


twins.TWINS[Local] = twins.Twin(local, draw)
test_twins.test_every_kind_of_layer_has_a_twin()
test_twins.test_a_layer_computes_what_its_twin_does(Local, 6)
test_twins.test_a_wrong_letter_is_found_by_counts_and_by_values(Local)
print("the twin agrees")
"""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the copy of the package that has the new file."""
    folder = tmp_path_factory.mktemp("recipe")
    skip = shutil.ignore_patterns("__pycache__")
    for name in ("flopcount", "tables", "tests"):
        shutil.copytree(PACKAGE.parent / name, folder / name, ignore=skip)
    (folder / "flopcount/core/ops/local.py").write_text(LOCAL, encoding="utf-8")

    def done(*words: str, code: str = "") -> str:
        command = ["-c", code] if code else ["-m", "flopcount", *words]
        process = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    return done


@pytest.mark.slow
def test_the_report_and_its_json(run: Run) -> None:
    report = json.loads(run(SPEC, "--format", "json"))
    assert {name: report["total"][name] for name in CASE} == CASE
    layer = report["layers"][1]
    assert (layer["op"], layer["kernel"], layer["padding"]) == ("local", [3, 3], "same")
    assert (layer["input"], layer["output"]) == ([6, 5, 2], [6, 5, 8])
    assert (layer["weights"], layer["biases"]) == (6 * 5 * 3**2 * 2 * 8, 8)
    assert layer["elementwise"]["adds"] == 6 * 5 * 8
    assert "local 3×3 8" in run(SPEC)


@pytest.mark.slow
def test_naive_bypasses_the_reduction_before_it(run: Run) -> None:
    report = json.loads(run(f"{SPEC}@naive", "--format", "json"))
    assert report["total"]["multiplies"] == 3**2 * 6 * 5 * 4 * 8
    assert report["total"]["weights"] == 6 * 5 * 3**2 * 4 * 8


@pytest.mark.slow
def test_the_arithmetic_is_written_out(run: Run) -> None:
    text = run(SPEC, "--explain")
    assert "3²·6·5·2·8 = 4,320" in text
    assert "3²·6·5·4·8 = 8,640" in run(f"{SPEC}@naive", "--explain")
    assert "6·5·3²·2·8 + 8 = 4,328" in text


@pytest.mark.slow
@pytest.mark.parametrize("count", ["multiplies", "weights"])
def test_a_formula(run: Run, count: str) -> None:
    # 3²·4·8 for each position: so many multiplies, and weights of its own
    assert (
        run("formula", "HxWx4 > local 3x3 8", "--count", count)
        .splitlines()[0]
        .endswith(f"{count} = 288·H·W")
    )


@pytest.mark.slow
def test_a_sweep(run: Run) -> None:
    spec = "6x5x4 > conv 1x1 r reduce > local 3x3 8"
    rows = list(
        csv.DictReader(io.StringIO(run("sweep", spec, "--vary", "r=1:4", "--format", "csv")))
    )
    assert [int(row["multiplies"]) for row in rows] == [
        6 * 5 * 4 * r + 3**2 * 6 * 5 * r * 8 for r in (1, 2, 3, 4)
    ]


@pytest.mark.slow
def test_its_width_is_scaled(run: Run) -> None:
    report = json.loads(run("6x5x4 > local 3x3 8 > conv 1x1 10@width=0.5", "--format", "json"))
    assert report["layers"][0]["output"] == [6, 5, 4]
    assert report["total"]["multiplies"] == 3**2 * 6 * 5 * 4 * 4 + 6 * 5 * 4 * 10


@pytest.mark.slow
def test_a_page_with_its_numbers(run: Run) -> None:
    run(SPEC, "-o", "page.html")
    code = "import pathlib; print(pathlib.Path('page.html').read_text(encoding='utf-8'))"
    page = run(code=code)
    assert "local 3×3" in page
    assert "4,320" in page
    assert f"{CASE['params']:,}" in page


@pytest.mark.slow
def test_what_it_does_not_know_is_said(run: Run) -> None:
    # no weights are shared between positions, so that there is no depthwise part
    text = run("6x5x4 > local 3x3 8 > conv 3x3 9@separable")
    assert "1 left as built (weights of its own at each position)" in text


@pytest.mark.slow
def test_its_values_are_those_of_its_twin(run: Run) -> None:
    assert "the twin agrees" in run(code=TWIN)

"""The check can fail: one thing broken at a time, the exit code and the line that says so."""

import os
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import numpy as np
import pytest

from flopcount.cli.main import main
from flopcount.core.counts import COUNTS
from flopcount.core.graph import Row
from flopcount.core.nest import Nest
from flopcount.core.op import Work
from flopcount.core.ops import norm
from flopcount.core.ops.pooling import Pool
from flopcount.frameworks.jax import xla as jax_xla
from flopcount.frameworks.keras import build as keras_build
from flopcount.frameworks.keras import check as keras_check
from flopcount.frameworks.keras import xla as keras_xla
from flopcount.sizes import window
from flopcount.sizes.meets import Slide


def run(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Run a quiet check; its exit code, and the lines of the layers that differ."""
    code = main(["check", *argv, "--quiet", "--format", "csv"])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, captured.out.splitlines()[1:]


PADDED = "9x9x4 > conv 1x1 6 > conv 3x3 8 > conv 1x1 2"


@pytest.mark.slow
def test_nothing_broken_nothing_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([PADDED], capsys) == (0, [])


def test_a_broken_formula_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Slide, "inside", Slide.full)  # the taps on padding too
    code, lines = run([PADDED], capsys)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("spec/2,")
    # 2 · (3·9)²·6·8 = 69,984; on the image 2 · (3·9 − 2)²·6·8 = 60,000
    assert '"differs: 2 × unpadded multiplies 69,984, XLA 60,000; ' in lines[0]
    # of a small copy, 3·3 outputs of 3·3 taps, from 2 to 2 channels: (3·3)²·4; (3·3 − 2)²·4
    said = "multiplies unpadded of a small copy (conv 3x3 2 on 3×3×2) 324, its nests run 196"
    assert lines[0].endswith(f'{said}"')


def test_a_broken_shape_rule_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(window, "ceil_div", lambda a, b: a // b)
    code, lines = run(["9x9x4 > conv 1x1 6 > maxpool 3x3/2"], capsys)
    assert code == 1
    assert [line.partition(",")[0] for line in lines] == ["spec/2"]
    assert "output 4×4×6, Keras 5×5×6" in lines[0]


@pytest.mark.slow
def test_a_broken_padding_rule_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = window.Window._slide

    def odd_row_first(self: window.Window, n: int, axis: int) -> Slide:
        slide = right(self, n, axis)
        return slide._replace(before=slide.before + 1) if slide.taps == 2 else slide

    monkeypatch.setattr(window.Window, "_slide", odd_row_first)
    code, lines = run(["8x8x4 > conv 3x3 6 > conv 2x2/3 8"], capsys)
    assert code == 1
    assert [line.partition(",")[0] for line in lines] == ["spec/2"]
    assert "unpadded multiplies" in lines[0]


def test_a_misshapen_layer_before_a_join_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = keras.layers.Conv2D

    def valid(*args: Any, **options: Any) -> Any:
        return right(*args, **{**options, "padding": "valid"})

    monkeypatch.setattr(keras.layers, "Conv2D", valid)
    code, lines = run(["googlenet", "--module", "3a"], capsys)
    assert code == 1
    assert [line.partition(",")[0] for line in lines] == ["3a/3x3/2", "3a/5x5/2"]
    assert "output 28×28×128, Keras 26×26×128" in lines[0]
    assert "Concatenate" in lines[0]


@pytest.mark.slow
def test_gamma_in_the_place_of_beta_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = keras_build.RowLayers.norm

    def swapped(self: keras_build.RowLayers, x: Any, kind: str, part: str = "") -> Any:
        return right(self, x, {"shift": "scale"}.get(kind, kind), part)

    monkeypatch.setattr(keras_build.RowLayers, "norm", swapped)
    code, lines = run(["8x8x4 > conv 3x3 6 norm=shift > conv 1x1 6 norm"], capsys)
    assert code == 1
    assert [line.partition(",")[0] for line in lines] == ["spec/1"]
    assert "gamma 0, Keras 6" in lines[0]


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_tails")
@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("norm", "shift", "norm params 6, Keras 12"),
        ("norm", "stats", "norm params 0, Keras 12"),
    ],
)
def test_a_broken_parameter_count_is_found(
    name: str,
    broken: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(norm.NORMS, name, norm.NORMS[broken])
    code, lines = run(["9x9x4 > conv 1x1 5 > conv 1x1 6 nobias norm > relu"], capsys)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("spec/2,")
    assert said in lines[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "said"),
    [
        ("weights", "weights 25, Keras 24"),
        ("biases", "biases 7, Keras 6"),
        ("norm_stats", "norm stats 13, Keras 12"),
        # a kernel 4·6, a bias, γ, β, mean and variance of 6 each
        ("params_with_stats", "params with stats 55, all variables of Keras 54"),
    ],
)
def test_each_kind_of_parameter_is_compared(
    count: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = COUNTS[count]

    def off_by_one(row: Row) -> Any:
        return right.of(row) + ("G" in row.work.parameters)

    monkeypatch.setitem(COUNTS, count, right._replace(of=off_by_one))
    code, lines = run(["9x9x4 > conv 1x1 4 > conv 1x1 6 norm"], capsys)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("spec/2,")
    assert said in lines[0]


class WithoutBias(keras.layers.Conv2D):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"use_bias": False})


class OtherStride(keras.layers.Conv2D):  # type: ignore[misc]
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"strides": (2, 2)})


class Lying(keras.layers.Conv2D):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        return super().call(inputs)[:, 1:]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (WithoutBias, "biases 6, Keras 0"),
        (OtherStride, "output 9×9×6, Keras 5×5×6"),
        (OtherStride, "unpadded multiplies"),
        (Lying, "output 9×9×6, Keras computes 8×9×6"),
    ],
)
def test_a_broken_keras_layer_is_found(
    broken: type,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(keras.layers, "Conv2D", broken)
    code, lines = run(["9x9x4 > relu > conv 3x3 6"], capsys)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("spec/2,")
    assert said in lines[0]


@pytest.mark.slow
def test_a_missing_count_is_a_difference_and_not_zero(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jax_xla, "_analysis", lambda *_: None)
    keras_xla._convolution.cache_clear()
    code, lines = run(["9x9x3 > relu > conv 3x3 7"], capsys)
    keras_xla._convolution.cache_clear()
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("spec/2,")
    assert "XLA's cost analysis has no count of it" in lines[0]


@pytest.mark.slow
def test_multiplies_that_nothing_is_compared_with_are_a_difference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = Pool.nests

    def multiplying(self: Pool, *inputs: Any) -> Work:
        squares = Nest("y[a] += x[a b] * x[a b]", {"a": 5, "b": 1})
        return Work((squares,), right(self, *inputs).outputs)

    monkeypatch.setattr(Pool, "nests", multiplying)
    code, lines = run(["9x9x3 > relu > maxpool 3x3"], capsys)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("spec/2,")
    assert "no count of XLA is known for the multiplies of maxpool" in lines[0]


@pytest.mark.slow
def test_an_output_that_is_not_finite_is_a_difference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        keras_check, "random_kernels", lambda **_: lambda shape, **_: np.full(shape, np.nan)
    )
    code, lines = run(["9x9x3 > conv 3x3 7 > relu"], capsys)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith("spec/2,")
    assert "the output is not finite" in lines[0]

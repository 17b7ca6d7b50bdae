"""Small copies, run by their nests and by Keras: the same values, and a fault in a nest is seen."""

import os
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.core.graph import INPUT, Network, Node, Row, Scope
from flopcount.core.op import Work
from flopcount.core.ops import elementwise, norm, pooling
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.joining import Add
from flopcount.core.ops.pooling import AdaptivePool, Pool
from flopcount.frameworks.copies import Copies, Copy
from flopcount.frameworks.keras.values import compare_values
from flopcount.sizes import Window

PLANES = (
    *("conv 3x3 6", "conv 3x3/2 4 dilation=2 groups=2 nobias", "conv 4x2 8 groups=4 pad=1x2"),
    *("depthwise 3x3 valid norm", "depthwise 3x3/2 multiplier=3 dilation=2 norm=shift"),
    *("maxpool 3x3/2", "avgpool 3x3/2", "avgpool 3x3/2 pad=1 ceil", "maxpool 2x3 valid ceil"),
    *("avgpool global", "maxpool to=4x3", "avgpool to=4x3", "flatten > dense 5 norm gelu"),
    *("softmax", "scale", "lrn", "lrn size=2", "lrn size=99", *elementwise.ACTIVATIONS),
    *("norm", *(f"norm={kind}" for kind in norm.NORMS if kind != "norm")),
)
SUM = ("y[... o* c] += x[... o*:t* c]",)
OTHERS = {
    (9, 4): (
        Conv(Window((3,), (2,)), 6, 2),
        Conv(Window((3,)), multiplier=2),
        Pool("avg", Window((3,), (2,))),
        AdaptivePool("max", (4,)),
        Dense(5),
    ),
    (5, 6, 7, 4): (
        Conv(Window((3, 2, 3), (2, 1, 2)), 6, 2),
        Conv(Window((2, 3, 2)), multiplier=2),
        Pool("max", Window((2, 2, 2), padding=(1, 1, 1))),
    ),
}


def copies(*rows: Row) -> list[Copy]:
    known = Copies()
    return [copy for copy in map(known.of, rows) if copy]


def planes(*layers: str) -> list[Row]:
    return [row for layer in layers for row in fc.parse(f"9x8x4 > {layer}").rows]


def others() -> list[Row]:
    return [
        Network("one", (Node("layer", op, (INPUT,), (Scope("a"),)),), {INPUT: shape}, "layer").rows[
            0
        ]
        for shape, ops in OTHERS.items()
        for op in ops
    ]


@pytest.mark.slow
def test_every_kind_of_layer_computes_what_keras_does() -> None:
    rows = [*planes(*PLANES), *others()]
    found = copies(*rows)
    assert len(found) == len(rows)
    assert compare_values(found) == {}


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_tails")
@pytest.mark.parametrize(
    ("layer", "broken"),
    [
        ("relu6", (elementwise.ACTIVATIONS, "relu6", "y = max(x, 0)")),
        ("gelu", (elementwise.ACTIVATIONS, "gelu", elementwise.ACTIVATIONS["silu"])),
        ("conv 1x1 3 relu", (elementwise.ACTIVATIONS, "relu", "y = x")),
        ("conv 1x1 3 norm relu6", (elementwise.ACTIVATIONS, "relu6", "y = min(max(x, 0), 7)")),
        ("conv 1x1 3 leaky", (elementwise.ACTIVATIONS, "leaky", "y = max(x, 0.1 * x)")),
        ("conv 1x1 3 norm", (norm.NORMS, "norm", norm.NORMS["shift"])),
        ("avgpool 2x2", (pooling.STEPS, "avg", SUM)),
        ("maxpool 2x2", (pooling.STEPS, "max", SUM)),
    ],
)
def test_a_nest_that_computes_something_else_is_found(
    layer: str,
    broken: tuple[dict[str, Any], str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(*broken)
    assert main(["check", f"4x4x3 > identity > {layer}", "--quiet", "--format", "csv"]) == 1
    (line,) = capsys.readouterr().out.splitlines()[1:]
    assert line.startswith("spec/2,")
    assert f"values of a small copy ({layer[:8]}" in line
    assert ", Keras " in line


@pytest.mark.parametrize(
    ("layer", "op"),
    [("(identity + maxpool 2x2)", Add), ("relu", elementwise.Activation), ("dense 3", Dense)],
)
def test_a_layer_that_lost_its_nests_is_found(
    layer: str, op: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = op.nests
    monkeypatch.setattr(op, "nests", lambda *taken: Work((), right(*taken).outputs))
    assert main(["check", f"5x5x3 > flatten > {layer}", "--quiet", "--format", "csv"]) == 1
    *_, line = capsys.readouterr().out.splitlines()
    assert "are only moved, Keras puts out others" in line


def test_a_window_over_channels_that_stands_elsewhere_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = norm.Slide
    monkeypatch.setattr(norm, "Slide", lambda n, m, k, before: right(n, m, k, before=before - 1))
    assert main(["check", "4x4x9 > lrn size=4", "--quiet", "--format", "csv"]) == 1
    assert "values of a small copy (lrn on 2×3×5)" in capsys.readouterr().out

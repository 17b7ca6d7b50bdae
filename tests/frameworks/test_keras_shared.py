"""Shared layers, several inputs and several outputs in Keras; a model that does not share."""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import pytest

import flopcount as fc
from flopcount.frameworks.keras import parts
from flopcount.frameworks.keras.check import check
from flopcount.frameworks.keras.model import to_keras
from flopcount.frameworks.keras.time import time_branches

TABLE = """
outputs = ["low", "score"]
[input]
left  = "9x9x3"
right = "9x9x3"
[defaults]
conv = "same nobias norm relu"
[rows]
first  = "from left > conv 3x3/2 4 > depthwise 3x3 > separable 3x3 4 bias nonorm"
second = "from right > first"
both   = "[from first | from second]"
low    = "3 * shared (norm > conv 1x1 in bias)"
score  = "avgpool global > dense 2"
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "two.toml"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


@pytest.mark.usefixtures("traced_only")
def test_every_number_of_a_siamese_network_agrees(table: str) -> None:
    network = fc.load(table)
    result = check(network)
    assert {layer.row.node.path: layer.differs for layer in result.differing} == {}
    assert result.total_differs == ()
    assert result.skipped == 0
    variables = {layer.row.node.path: layer.theirs["params"] for layer in result.layers}
    assert [variables[f"second/{n}"] for n in (1, 2, 3, 4)] == [0, 0, 0, 0]


def test_the_model_shares_its_layers(table: str) -> None:
    network = fc.load(table)
    model = to_keras(network)
    assert [tensor.name for tensor in model.inputs] == ["left", "right"]
    assert [tuple(tensor.shape[1:]) for tensor in model.outputs] == [(5, 5, 8), (2,)]
    report = fc.analyze(network)
    assert model.count_params() == report.params + report.cost.norm_stats
    kernels = [layer.name for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert len(kernels) == 3  # of the first row two, of the repeat one
    biased = to_keras(fc.parse("8x8x4 > 3 * shared (conv 3x3 4)"))
    assert [type(layer).__name__ for layer in biased.layers].count("Conv2D") == 1
    assert biased.count_params() == 9 * 4 * 4 + 4


@pytest.mark.usefixtures("traced_only")
def test_a_model_that_does_not_share_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = parts.SharedLayers.layer

    def apart(
        self: parts.SharedLayers, keys: tuple[str, ...], kind: Any, settings: Any, name: str
    ) -> Any:
        return right(self, (*keys, name), kind, settings, name)

    monkeypatch.setattr(parts.SharedLayers, "layer", apart)
    result = check(fc.parse("9x9x4 > shared t (conv 3x3 4) > maxpool 3x3/2 > shared t"))
    (layer,) = result.differing
    assert layer.row.node.path == "spec/3"
    assert "weights 0, Keras 144" in layer.differs  # 3·3·4·4
    assert not result.equal


@pytest.mark.usefixtures("traced_only")
def test_weights_that_are_counted_twice_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flopcount.core.graph.FirstUses.row", lambda _, row: row)
    result = check(fc.parse("9x9x4 > 2 * shared (conv 3x3 4)"))
    (layer,) = result.differing
    assert layer.row.node.path == "spec/2"
    assert "weights 144, Keras 0" in layer.differs


def test_each_part_of_a_network_with_several_results_is_timed(table: str) -> None:
    timed = time_branches(fc.load(table)["second"])
    assert [(part.module, part.branch) for part in timed] == [("second", None)]

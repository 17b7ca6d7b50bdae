"""Files of Keras models with code in them, or of a user's own layers: run only where trusted."""

import sys
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import layers as k

import flopcount as fc
from flopcount.frameworks.keras.reading.traced import trace_file
from flopcount.notation import draft_of
from tests.frameworks.keras_models import alone

# Keras itself, where it saves its variables.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

OWN = """
import keras

class Twice(keras.layers.Layer):
    def __init__(self, units, **more):
        super().__init__(**more)
        self.units = units
        self.dense = keras.layers.Dense(units, name="dense")

    def call(self, x):
        return 2 * self.dense(x)

    def get_config(self):
        return {**super().get_config(), "units": self.units}
"""


@pytest.fixture
def with_lambda(tmp_path: Path) -> str:
    """A model with code in it."""
    x = keras.Input((4,))
    y = k.Lambda(lambda one: one * 2, name="double")(k.Dense(3)(x))
    path = tmp_path / "code.keras"
    keras.Model(x, y).save(path)
    return str(path)


@pytest.fixture
def with_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model with a layer of a module that is beside it, and is not imported any more."""
    (tmp_path / "own_layers.py").write_text(OWN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    module: Any = __import__("own_layers")
    path = tmp_path / "own.keras"
    alone(module.Twice(3), 4).save(path)
    del sys.modules["own_layers"]
    return str(path)


def test_code_of_a_file_runs_only_where_it_is_trusted(with_lambda: str) -> None:
    said = "'double', a Lambda, holds code, which is not run: --trust runs code of the file"
    with pytest.raises(fc.FlopcountError) as error:
        trace_file(with_lambda)
    assert said in str(error.value)
    network = trace_file(with_lambda, trust=True).read()
    assert sum(row.known("multiplies") for row in network.rows) == 4 * 3


def test_a_layer_of_ones_own_is_imported_only_where_it_is_trusted(with_own: str) -> None:
    with pytest.raises(fc.FlopcountError, match="a Twice, is of 'own_layers', not of Keras"):
        trace_file(with_own)
    assert "own_layers" not in sys.modules
    network = trace_file(with_own, trust=True).read()
    assert sum(row.known("multiplies") for row in network.rows) == 4 * 3
    assert network.rows[0].node.scope[0].kind == "Twice"


def test_a_layer_that_is_not_there_is_named(with_own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not with_own.startswith(p)])
    with pytest.raises(fc.FlopcountError, match="'own_layers', which is not there") as error:
        trace_file(with_own, trust=True)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_a_size_that_the_file_leaves_open_is_asked_for(tmp_path: Path) -> None:
    path = str(tmp_path / "open.keras")
    keras.Sequential([keras.Input((None, None, 3)), k.Conv2D(2, 3)]).save(path)
    with pytest.raises(fc.FlopcountError, match=r"is \?×\?×\?×3: say which sizes"):
        trace_file(path)
    network = trace_file(path, "1x8x8x3").read()
    assert sum(row.known("multiplies") for row in network.rows) == 36 * 27 * 2
    with pytest.raises(fc.FlopcountError, match="the model fixes its axis 3 at 3"):
        trace_file(path, "1x8x8x4")


def test_an_unknown_network_of_keras_offers_the_nearest() -> None:
    with pytest.raises(fc.FlopcountError, match="did you mean 'ResNet50'"):
        fc.load("keras:ResNet51")
    with pytest.raises(fc.FlopcountError, match="5 axes where an image has 4"):
        fc.load("keras:ResNet50", input="1x2x3x4x5")


def test_a_traced_file_has_the_name_that_it_was_given_by(with_lambda: str) -> None:
    network = fc.load(with_lambda, trust=True)
    assert (network.name, network.source) == (with_lambda, "built by Keras")


def test_a_network_of_keras_is_named_as_it_is_asked_for() -> None:
    assert fc.load("keras:mobilenet").name == "keras:MobileNet"


@pytest.mark.slow
def test_the_command_line_of_its_page_trusts_it_too(with_lambda: str) -> None:
    report = fc.analyze(fc.load(with_lambda, trust=True))
    page = report.to_page(draft_of(report.network))
    assert 'options = ["--trust"]' in page

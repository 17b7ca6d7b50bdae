"""What a careless user of Keras models types or gives, each answered by a line with its cure."""

import sys
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import layers as k

import flopcount as fc
from flopcount.frameworks.keras import backend as keras_backend
from flopcount.frameworks.keras.reading.loading import built

SAVES = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras' own, as it saves


def image_model(side: int | None = 8) -> Any:
    image = keras.Input((side, side, 3), name="image")
    return keras.Model(image, k.Conv2D(2, 3)(image))


def said_by(given: Any, inputs: Any = None) -> str:
    with pytest.raises(fc.FlopcountError) as raised:
        fc.read_keras(given, inputs)
    return str(raised.value)


def test_a_program_is_told_what_to_write_in_python() -> None:
    unbuilt = keras.Sequential([k.Dense(2)], name="net")
    assert said_by(unbuilt) == (
        "net: what goes in? give it, as in fc.analyze(model, fc.inputs(1, 224, 224, 3))"
    )
    assert said_by(image_model(None)).endswith('say which sizes, as in fc.inputs("1x32x32x3")')
    assert said_by("model.keras").endswith("is no model of Keras'; a file is read by fc.load")


def test_an_input_that_is_not_there_is_named() -> None:
    for given in ({"imag": (1, 8, 8, 3)}, fc.inputs(imag=(1, 8, 8, 3))):
        said = said_by(image_model(), given)
        assert said.endswith("unknown input 'imag': it takes image; did you mean 'image'?")


def test_channels_before_the_grid_are_turned_in_the_message() -> None:
    with pytest.raises(fc.FlopcountError, match="behind the grid, as in --input 1x224x224x3"):
        fc.load("keras:ResNet50", input="1x3x224x224")


def test_networks_whose_names_begin_as_typed_are_listed() -> None:
    with pytest.raises(fc.FlopcountError, match="there is ResNet50, ResNet101, ResNet152, "):
        fc.load("keras:resnet")


@SAVES
def test_a_network_is_called_as_it_is_typed(tmp_path: Path) -> None:
    assert fc.load("keras:ResNet50", input="1x32x32x3").name == "keras:ResNet50"
    path = str(tmp_path / "doubled.keras")
    image = keras.Input((4, 4, 3))
    keras.Model(image, k.Lambda(lambda x: 2 * x)(image)).save(path)
    assert fc.load(path, trust=True).name == path


@pytest.mark.parametrize("trust", [False, True])
def test_a_class_that_nobody_knows_where_to_find_is_asked_for(*, trust: bool) -> None:
    layer = {
        "class_name": "Doubled",
        "module": None,
        "registered_name": "Custom>Doubled",
        "config": {"name": "twice"},
    }
    said = r"'twice', a Doubled, is of 'Custom'.* its class in Python, then fc\.load"
    with pytest.raises(fc.FlopcountError, match=said):
        built(layer, "own.keras", trust=trust)


def test_a_backend_of_the_environment_is_changed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setattr(keras_backend, "find_spec", lambda name: name == "keras" or None)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    with pytest.raises(fc.FlopcountError, match="set KERAS_BACKEND=jax, or pip install torch"):
        keras_backend.import_keras()


@SAVES
def test_a_check_of_a_file_needs_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "plain.keras")
    image_model().save(path)
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setattr(keras_backend, "find_spec", lambda _: None)
    with pytest.raises(fc.FlopcountError, match="this needs Keras: pip install"):
        fc.check(path)

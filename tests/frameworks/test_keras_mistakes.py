"""What a careless user of Keras models types or gives, each answered by a line with its cure."""

import sys
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import layers as k

import flopcount as fc
from flopcount.cli.main import main
from flopcount.frameworks.keras import backend as keras_backend
from flopcount.frameworks.keras.reading.loading import built
from tests.frameworks import keras_configs

SAVES = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def image_model(side: int | None = 8) -> Any:
    image = keras.Input((side, side, 3), name="image")
    return keras.Model(image, k.Conv2D(2, 3)(image))


def said_by(given: Any, inputs: Any = None) -> str:
    with pytest.raises(fc.FlopcountError) as raised:
        fc.read_keras(given, inputs)
    return str(raised.value)


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_only_a_file_that_may_hold_code_is_trusted(tmp_path: Path) -> None:
    for name in ("googlenet", "4x4x3 > conv 3x3 2", "model.onnx", "keras:ResNet50", "jax:a:b"):
        with pytest.raises(fc.FlopcountError, match=r"no file that may hold code, as \.keras and"):
            fc.load(name, trust=True)
    path = keras_configs.saved(
        keras_configs.functional([keras_configs.entry("x", 4)], "x", "x"), tmp_path / "a.keras"
    )
    assert fc.load(path, trust=True).name == path
    for words in (["compare"], ["plot", "--kind", "compare", "-o", str(tmp_path / "a.svg")]):
        assert main([*words, path, "1x4 > dense 2", "--trust"]) == 0
        assert main([*words, "4x4x3 > conv 3x3 2", "1x4 > dense 2", "--trust"]) == 2


@pytest.mark.slow
def test_an_application_takes_an_image_by_its_name_or_without_one() -> None:
    for name in ("x", "input_layer"):
        network = fc.load("keras:MobileNet", input={name: "1x160x160x3"})
        assert [*network.inputs.values()] == [(1, 160, 160, 3)]
    with pytest.raises(fc.FlopcountError, match="'imag': it takes an image, as --input 1x160x160x"):
        fc.load("keras:MobileNet", input={"imag": "1x160x160x3"})


def test_channels_before_the_grid_in_a_program() -> None:
    said = said_by(image_model(None), fc.inputs(1, 3, 64, 48))
    assert said.endswith("image: Keras has the channels behind the grid, as in 1x64x48x3")


def test_sizes_that_a_file_leaves_free_stay_open_in_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a long path would be shortened in the message
    image = keras_configs.entry("image", None, None, 3)
    conv = keras_configs.layer("Conv2D", "conv", "image", filters=4, kernel_size=[3, 3])
    config = keras_configs.functional([image, conv], "image", "conv")
    path = keras_configs.saved(config, Path("free.keras"))
    assert fc.formula(path).text() == "108·(H − 2)(W − 2)"
    for given in (lambda: fc.load(path), lambda: fc.formula(path, free="H")):
        with pytest.raises(fc.FlopcountError) as error:
            given()
        asked = "the size of image is free (?×?×?×3): --input 1x224x224x3, say"
        assert str(error.value).endswith(f": {asked}")
        assert path not in str(error.value).partition(": ")[2]

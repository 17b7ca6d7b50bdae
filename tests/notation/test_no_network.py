"""What is given for a network: each function takes what names one; a model is told from a slip."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount import FlopcountError
from tests.notation.one_line import one_line

SPEC = "8x8x3 > conv 1x1 2 reduce > conv 3x3 4"
TABLE = 'input = "8x8x3"\n[rows]\na = "conv 1x1 2 reduce > conv 3x3 4"\n'
MULTIPLIES = 8**2 * (3 * 2 + 9 * 2 * 4)

TAKES: dict[str, Callable[[Any], object]] = {
    "analyze": lambda given: fc.analyze(given).multiplies,
    "formula": lambda given: fc.formula(given, free=["H", "W"]).text(),
    "sweep": lambda given: fc.sweep(given, {"input": [8]}).to_csv(),
    "fit": lambda given: fc.fit(given, {"multiplies": 10**9}, "input").value,
    "compare": lambda given: len(fc.compare([given, given]).rows),
    "reductions": lambda given: [found.width for found in fc.reductions(given)],
    "check": fc.check,
    "plot": lambda given: fc.plot(given, "layers"),
}


@pytest.mark.parametrize("function", TAKES)
def test_a_name_a_path_a_spec_and_a_network_are_taken(
    function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def checked(network: fc.Network, **_: object) -> int:
        return fc.analyze(network).multiplies

    monkeypatch.setattr("flopcount.frameworks.keras.check.check", checked)
    monkeypatch.setattr(
        "flopcount.pictures.plot.draw", lambda _, reports, *__, **___: reports[0].multiplies
    )
    monkeypatch.setenv("FLOPCOUNT_TABLES", str(tmp_path))
    path = tmp_path / "mine.toml"
    path.write_text(TABLE)
    given = ["mine", path, str(path), SPEC, fc.load(path), fc.load("mine"), fc.parse(SPEC)]
    found = [TAKES[function](network) for network in given]
    assert found == [found[0]] * len(given)
    assert TAKES[function](fc.load("googlenet")["3a"])  # a part


FILES = {
    "last.ckpt": "a checkpoint",
    "model.safetensors": "a file of weights",
    "nets/net.mnn": "an MNN model",
    "deploy.prototxt": "a Caffe network",
    "bvlc_googlenet.caffemodel": "a file of weights",
    "yolov3.cfg": "a Darknet configuration",
    "yolov3.weights": "a file of weights",
    "yolov8n.yaml": "a YAML file, such as a model's configuration",
    "net.mlmodel": "a Core ML model",
}


@pytest.mark.parametrize(("typed", "kind"), FILES.items())
def test_the_file_of_a_model_is_told_from_a_name(
    typed: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / Path(typed).name).write_bytes(b"\x80\x02")
    for given in (typed, f"{typed}@naive", Path(typed)):
        with pytest.raises(FlopcountError) as error:
            fc.load(given)
        assert one_line(error.value) == (
            f"'{typed}' is {kind}, which is not read; a network's name, a table (.toml), a spec "
            "and models are (model.onnx, model.keras, model.pt2, torchvision:resnet50, "
            "keras:ResNet50, hf:config.json)"
        )


_CODE = (
    "a PyTorch file; weights or code, which is not run; a module is read in Python, as "
    "torch:package.module:name, or from an export (model.pt2)"
)
_SAVED = (
    "load it in Python and save it as model.keras, or export it to model.onnx "
    "(python -m tf2onnx.convert)"
)
READ_OTHERWISE = {
    "best.pt": _CODE,
    "~/resnet50.PTH": _CODE,
    "nets/config.json": "a JSON file, such as a model's configuration; read as "
    "'hf:nets/config.json' where it is of transformers",
    "nets/model.py": "a Python file; a module of PyTorch in it is read as 'torch:model:NAME', a "
    "function of JAX as 'jax:model:NAME', with --input",
    "frozen.pb": f"a TensorFlow graph; not read: {_SAVED}",
    "model.tflite": "a TensorFlow Lite model; not read: convert it to model.onnx "
    "(python -m tf2onnx.convert)",
    "model.hdf5": "an HDF5 file, such as a Keras model; a Keras model in it is read where it ends "
    "in .h5",
    "net.ort": "an optimised model of ONNX Runtime's; not read: the model.onnx that it was made "
    "from is",
}


@pytest.mark.parametrize(("typed", "says"), READ_OTHERWISE.items())
def test_a_file_that_is_read_otherwise_says_how(typed: str, says: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.load(typed)
    assert one_line(error.value) == f"'{typed}' is {says}"


def test_a_table_may_be_called_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOPCOUNT_TABLES", str(tmp_path))
    (tmp_path / "my.tflite.toml").write_text(TABLE)
    assert fc.analyze("my.tflite").multiplies == MULTIPLIES
    assert fc.analyze(tmp_path / "my.tflite.toml").multiplies == MULTIPLIES


def made_in(package: str, name: str) -> type:
    """A class that derives from one of a package, which is not there."""
    return type("Mine", (type(name, (), {"__module__": f"{package}.inside"}),), {})


_OTHERS = " (of models, those of PyTorch, Keras, JAX and ONNX are read)"
MODELS = [
    (
        made_in("torch", "Module")(),
        "a PyTorch module, which fc.read_torch(model, fc.inputs(1, 3, 224, 224)) reads",
    ),
    (made_in("torch", "Module"), "the class of a PyTorch module; make a model of it"),
    (made_in("torch", "Tensor")(), f"a PyTorch tensor{_OTHERS}"),
    (made_in("keras", "Layer")(), "a Keras model, which fc.read_keras(model) reads"),
    (made_in("tensorflow", "Module")(), f"a TensorFlow module{_OTHERS}"),
    (
        made_in("flax", "Module")(),
        "a Flax module, which fc.read_jax(function, fc.inputs(1, 224, 224, 3)) reads",
    ),
    (made_in("onnx", "ModelProto")(), "an ONNX model, which fc.read_onnx(model) reads"),
    (
        lambda x: x,
        "a function, which fc.read_jax(function, fc.inputs(1, 224, 224, 3)) reads",
    ),
    (dict, f"a class{_OTHERS}"),
]
READ = ("analyze", "check")  # those that read an object themselves


@pytest.mark.parametrize(("given", "kind"), MODELS, ids=[kind for _, kind in MODELS])
def test_a_model_is_told_from_a_slip(given: object, kind: str) -> None:
    others = (call for name, call in TAKES.items() if name not in READ)
    for function in (*others, fc.load, fc.claims_table):
        with pytest.raises(FlopcountError) as error:
            function(given)
        assert one_line(error.value).endswith(f" {kind}")


@pytest.mark.parametrize("given", [5, None, {"input": "8x8x3"}, b"googlenet", 3.5])
def test_what_is_nothing_of_a_network_is_shown(given: object) -> None:
    for function in (fc.analyze, fc.formula, fc.reductions, fc.load, fc.check):
        with pytest.raises(FlopcountError) as error:
            function(given)  # type: ignore[operator]
        assert one_line(error.value).endswith(repr(given))


@pytest.mark.parametrize("text", ["Torchvision:resnet50", "kears:ResNet50", "nosuch:thing"])
def test_a_kind_of_model_that_is_not_read(text: str) -> None:
    with pytest.raises(fc.FlopcountError, match=r"unknown kind of model .*torchvision:NAME"):
        fc.load(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("onnx:model.onnx", "an ONNX file is named by its path alone: model.onnx"),
        ("tf:model", "of TensorFlow's, Keras models are read: keras:NAME, model.keras"),
        ("pytorch:nets:Net", "a module is torch:package.module:NAME"),
        ("flax:nets:Net", "a function, or a module of Flax or Equinox, is jax:package.module:NAME"),
        ("huggingface:gpt2", "a model of transformers is hf:NAME"),
        ("kears:ResNet50", "did you mean 'keras'?"),
    ],
)
def test_what_another_word_before_a_colon_is_meant_for(text: str, meant: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.load(text)
    assert meant in one_line(error.value)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("saved_model.pb", f"a SavedModel of TensorFlow's; not read: {_SAVED}"),
        ("model.weights.h5", "a .keras file, unpacked; not read: give the file itself"),
        ("config.json", "a folder of transformers' files; read as 'hf:"),
    ],
)
def test_the_folder_of_a_model_is_told_from_a_name(file: str, says: str, tmp_path: Path) -> None:
    (tmp_path / file).touch()
    with pytest.raises(fc.FlopcountError) as error:
        fc.load(tmp_path)
    assert says in one_line(error.value)

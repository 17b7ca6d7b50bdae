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
    "resnet50.onnx": "an ONNX model",
    "nets/model.keras": "a Keras model",
    "model.h5": "an HDF5 file, such as a Keras model",
    "model.hdf5": "an HDF5 file, such as a Keras model",
    "last.ckpt": "a checkpoint",
    "model.safetensors": "a file of weights",
    "frozen.pb": "a TensorFlow graph",
    "model.tflite": "a TensorFlow Lite model",
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
            f"'{typed}' is {kind}, which is not read yet; a network's name, a table (.toml), a "
            "spec and models of PyTorch are (torchvision:resnet50, hf:config.json, model.pt2)"
        )


_CODE = (
    "a PyTorch file; weights or code, which is not run; a module is read in Python, as "
    "torch:package.module:name, or from an export (model.pt2)"
)
READ_OTHERWISE = {
    "best.pt": _CODE,
    "~/resnet50.PTH": _CODE,
    "nets/config.json": "a JSON file, such as a model's configuration; read as "
    "'hf:nets/config.json' where it is of transformers",
    "nets/model.py": "a Python file; a module in it is read as 'torch:model:NAME', with --input",
}


@pytest.mark.parametrize(("typed", "says"), READ_OTHERWISE.items())
def test_a_file_that_is_read_otherwise_says_how(typed: str, says: str) -> None:
    with pytest.raises(FlopcountError) as error:
        fc.load(typed)
    assert one_line(error.value) == f"'{typed}' is {says}"


def test_a_table_may_be_called_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOPCOUNT_TABLES", str(tmp_path))
    (tmp_path / "my.onnx.toml").write_text(TABLE)
    assert fc.analyze("my.onnx").multiplies == MULTIPLIES
    assert fc.analyze(tmp_path / "my.onnx.toml").multiplies == MULTIPLIES


def made_in(package: str, name: str) -> type:
    """A class that derives from one of a package, which is not there."""
    return type("Mine", (type(name, (), {"__module__": f"{package}.inside"}),), {})


MODELS = [
    (made_in("torch", "Module")(), "a PyTorch module"),
    (made_in("torch", "Module"), "the class of a PyTorch module"),
    (made_in("keras", "Layer")(), "a Keras model"),
    (made_in("tensorflow", "Module")(), "a TensorFlow module"),
    (made_in("flax", "Module")(), "a Flax module"),
    (made_in("onnx", "ModelProto")(), "an ONNX model"),
    (lambda x: x, "a function"),
    (dict, "a class"),
]


@pytest.mark.parametrize(("given", "kind"), MODELS, ids=[kind for _, kind in MODELS])
def test_a_model_of_another_library_is_told_from_a_slip(given: object, kind: str) -> None:
    said = f" {kind} (of models, modules of PyTorch are read)"
    if kind == "a PyTorch module":
        said = f" {kind}, which fc.analyze(model, fc.inputs(1, 3, 224, 224)) reads"
    for function in (*TAKES.values(), fc.load, fc.claims_table):
        with pytest.raises(FlopcountError) as error:
            function(given)
        assert one_line(error.value).endswith(said)


@pytest.mark.parametrize("given", [5, None, {"input": "8x8x3"}, b"googlenet", 3.5])
def test_what_is_nothing_of_a_network_is_shown(given: object) -> None:
    for function in (fc.analyze, fc.formula, fc.reductions, fc.load, fc.check):
        with pytest.raises(FlopcountError) as error:
            function(given)  # type: ignore[operator]
        assert one_line(error.value).endswith(repr(given))


@pytest.mark.parametrize("text", ["Torchvision:resnet50", "keras:ResNet50", "nosuch:thing"])
def test_a_kind_of_model_that_is_not_read(text: str) -> None:
    with pytest.raises(fc.FlopcountError, match=r"unknown kind of model .*torchvision:NAME"):
        fc.load(text)

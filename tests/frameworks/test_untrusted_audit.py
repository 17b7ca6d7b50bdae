"""Files that are not trusted: Python's audit events say that a reading runs and changes nothing."""

import base64
import contextlib
import io
import json
import marshal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from onnx import TensorProto, helper, save

from flopcount.cli.main import main
from flopcount.frameworks.keras.reading import loading
from flopcount.frameworks.onnx import asked
from tests.frameworks import attack_seeds
from tests.frameworks import keras_configs as k
from tests.frameworks.audited import MARK, watched

OWN = f"""
import keras

open("{MARK}", "w").close()

@keras.saving.register_keras_serializable("{MARK}")
class Own(keras.layers.Layer):
    def call(self, x):
        return x
"""


def read(path: Path, *words: str) -> tuple[int, str, str]:
    """Read a file by the command line: the code, and what is written."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(path), *words])
    return code, out.getvalue(), err.getvalue()


def of_layers(*layers: Any) -> dict[str, Any]:
    """A model of layers, one after the other."""
    return k.functional([k.entry("x", 4), *layers], "x", layers[-1]["name"])


def named(module: str, name: str) -> dict[str, Any]:
    """A function by its name."""
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def plain() -> dict[str, Any]:
    return of_layers(
        k.layer("Dense", f"{MARK}:import os", "x", units=3, activation="relu", use_bias=True)
    )


def traced(activation: Any = "relu") -> dict[str, Any]:
    """What Keras builds and JAX traces: a function in a layer, by its name."""
    return of_layers(
        k.layer("Dense", MARK, "x", units=3, activation=activation),
        k.layer("Lambda", "sine", MARK, function=named("keras.ops", "sin"), arguments={}),
    )


CODE = base64.b64encode(marshal.dumps(compile("1", MARK, "eval"))).decode()


def with_lambda() -> dict[str, Any]:
    code = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}
    return of_layers(k.layer("Lambda", MARK, "x", function=code, arguments={}))


def own(registered: str | None) -> dict[str, Any]:
    made = k.layer("Own", "own", "x", module=f"{MARK}_module")
    return of_layers({**made, "registered_name": registered})


def from_file() -> dict[str, Any]:
    """A layer whose words stand in a file of somebody's."""
    sine = k.layer("Lambda", "sine", "x", function=named("keras.ops", "sin"), arguments={})
    return of_layers(sine, k.layer("StringLookup", MARK, "sine", vocabulary=f"/etc/{MARK}"))


DOWNLOADS = traced(named("keras.datasets.mnist", "load_data"))
WRITES = traced(named("keras.src.utils.file_utils", "makedirs"))
CONFIGS = {
    "plain": (plain(), 0, ""),
    "a lambda": (with_lambda(), 2, "a Lambda, holds code, which is not run"),
    "registered": (own(f"{MARK}>Own"), 2, "not of Keras, and is not imported"),
    "a module": (own(None), 2, "not of Keras, and is not imported"),
    "downloads": (DOWNLOADS, 2, "may do more than compute"),
    "writes": (WRITES, 2, "may do more than compute"),
}


@pytest.fixture(autouse=True)
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file names is there to be imported."""
    (tmp_path / f"{MARK}_module.py").write_text(OWN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.fixture
def keras() -> Any:
    """Keras and JAX as they are once something was traced: their own start is none of a file's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path("first.keras")
        k.saved(traced(), path)
        assert read(path)[::2] == (0, "")
        return sys.modules["keras"]


@pytest.mark.parametrize("case", CONFIGS)
def test_a_keras_file_does_nothing(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, code, said = CONFIGS[case]
    path = Path(k.saved(config, tmp_path / "model.keras"))
    with watched(monkeypatch, path) as told:
        found, _, err = read(path)
    assert (found, told) == (code, [])
    assert said in err
    assert f"{MARK}_module" not in sys.modules
    assert not (tmp_path / MARK).exists()


def hdf(path: Path, config: dict[str, Any]) -> Path:
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "3.15.1"
        file["weights"] = h5py.ExternalLink(f"/etc/{MARK}", "/")
    return path


@pytest.mark.slow
def test_an_h5_file_is_read_in_a_process_of_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flopcount.frameworks.keras.reading.archive import attributes

    path = hdf(tmp_path / "model.h5", plain())
    with watched(monkeypatch, path) as told:
        assert read(path)[::2] == (0, "")
        assert attributes(str(path))[1] == "3.15.1"  # what that process does, here
    assert told == []


def odd() -> Any:
    """An operator that onnx is asked about, and one of a domain of somebody's own."""
    info = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Unique", ["x"], ["y"], MARK),
        helper.make_node("Evil", ["y"], ["z"], f"{MARK}()", domain=f"{MARK}_module"),
    ]
    held = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    graph = helper.make_graph(nodes, MARK, [info("x", 1, [2, 2])], [info("z", 1, None)], [held])
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(f"{MARK}_module", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


@pytest.mark.parametrize("make", [attack_seeds.network, attack_seeds.functions, odd])
def test_an_onnx_file_does_nothing(
    make: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.onnx"
    save(make(), path)
    asked.ASK.stop()  # so that a copy of the process that is made is watched as well
    with watched(monkeypatch, path) as told:
        assert read(path)[::2] == (0, "")
    assert told == []
    assert bool(asked.ASK._child) == (make is odd)
    assert f"{MARK}_module" not in sys.modules


@pytest.mark.slow
def test_a_file_that_keras_builds_does_nothing(
    keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(k.saved(traced(), tmp_path / "model.keras"))
    with watched(monkeypatch, path) as told:
        code, out, _ = read(path)
    assert (code, told) == (0, [])
    assert "built by Keras" in out
    path = Path(k.saved(from_file(), tmp_path / "file.keras"))
    with watched(monkeypatch, path) as told:
        assert read(path)[0] == 2
    assert told == []
    assert keras


@pytest.mark.slow
def test_without_the_guard_it_would(
    keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(k.saved(DOWNLOADS, tmp_path / "model.keras"))
    monkeypatch.setattr(loading, "_refuse_code", lambda *_: None)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "new"))
    with watched(monkeypatch, path) as told:
        read(path)
    assert told[0].startswith("os.mkdir")  # of what is downloaded
    assert keras


@pytest.mark.slow
@pytest.mark.parametrize(("case", "event"), [("registered", "open"), ("a lambda", "marshal.loads")])
def test_a_file_that_is_trusted_does(
    case: str, event: str, keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(k.saved(CONFIGS[case][0], tmp_path / "model.keras"))
    with watched(monkeypatch, path) as told:
        read(path, "--trust")
    assert told[0].startswith(event)
    assert MARK in told[0]
    assert keras

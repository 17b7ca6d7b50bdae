"""Files and configs of Keras models that are damaged, or something else: one line, no traceback."""

import json
import random
import subprocess
import sys
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import h5py
import pytest

import flopcount as fc
from flopcount.core import Counts
from flopcount.errors import FlopcountError
from tests.frameworks.keras_configs import entry, functional, layer, saved, sequential, tensor
from tests.frameworks.test_keras_file import SMALL, read, small


def _changed(change: Any) -> dict[str, Any]:
    config = small()
    change(config["config"])
    return config


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["layers"][1]["config"].update(filters="4"), "first: filters is 4: expected"),
        (lambda c: c["layers"][1]["config"].update(filters=-1), "first: filters is -1"),
        (lambda c: c["layers"][1]["config"].update(groups=2), "first: groups=2 does not divide"),
        (lambda c: c["layers"][1]["config"].pop("filters"), "first: filters is None"),
        (lambda c: c["layers"][2]["config"].update(padding="odd"), "second: padding is 'odd'"),
        (lambda c: c["layers"][1].update(inbound_nodes=[{"args": [tensor("second")]}]), "waits"),
        (lambda c: c["layers"][1].update(inbound_nodes=[{"args": [tensor("none")]}]), "'none'"),
        (lambda c: c["layers"].append(c["layers"][1]), "two layers have the name 'first'"),
        (lambda c: c.update(output_layers=[["first", 7, 0]]), "'first' has no output"),
        (lambda c: c.update(output_layers=5), "its outputs cannot be read"),
        (lambda c: c.update(layers=5), "no layers"),
    ],
)
def test_a_damaged_config_is_one_line(change: Any, said: str) -> None:
    with pytest.raises(FlopcountError, match=said) as raised:
        read(_changed(change))
    assert "\n" not in str(raised.value)


def test_models_too_deep_within_each_other_are_one_line() -> None:
    config = sequential([layer("Dense", "one", units=2)], [None, 2])
    for _ in range(3000):
        config = sequential([config], [None, 2])
    with pytest.raises(FlopcountError, match="too deep"):
        read(config)


@pytest.mark.slow
def test_a_file_is_read_without_keras(tmp_path: Path) -> None:
    path = saved(small(), tmp_path / "small.keras")
    heavy = ("keras", "jax", "numpy", "pandas", "h5py")
    code = (
        "import sys; from flopcount.cli.main import main; main([sys.argv[1]]); "
        f"sys.exit(','.join(m for m in {heavy} if m in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "saved by Keras 3.15.1" in done.stdout


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("none.keras", None, "is not there"),
        ("empty.keras", b"", "is empty"),
        ("text.keras", b"hello", "is not a Keras model: it is a text"),
        ("cut.keras", b"PK\x03\x04", "is cut off, or damaged"),
        ("page.h5", b"<!DOCTYPE html>", "HTML or XML"),
    ],
)
def test_what_is_no_model_is_one_line(tmp_path: Path, name: str, data: Any, said: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(FlopcountError, match=said):
        fc.load(str(path))


def test_weights_alone_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.weights.h5", b"")
    with pytest.raises(FlopcountError, match=r"weights without a model: save all of it"):
        fc.load(str(path))


@pytest.mark.slow
def test_an_hdf5_file_has_its_config_in_an_attribute(tmp_path: Path) -> None:
    path = tmp_path / "small.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(small())
        file.attrs["keras_version"] = "2.15.0"
    assert fc.analyze(str(path)).total.multiplies == SMALL
    with h5py.File(path, "w") as file:
        file.create_group("layers")
    with pytest.raises(FlopcountError, match="weights without a model"):
        fc.load(str(path))
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FlopcountError, match="damaged"):
        fc.load(str(path))


_ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    1.5,
    2**40,
    True,
    "",
    "x",
    [],
    [1, 2],
    {},
    {"class_name": "Dense"},
)


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_of_a_config_are_read_or_refused_in_one_line(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  the same each time
    spots = list(_spots(small()))
    for _ in range(60):
        config = deepcopy(small())
        *way, last = rng.choice(spots)
        place: Any = config
        for key in way:
            place = place[key]
        place[last] = deepcopy(rng.choice(_ODD))
        try:
            _ = Counts(read(config).rows).multiplies
        except FlopcountError as error:
            assert "\n" not in str(error)  # noqa: PT017  most are read


def _spots(value: Any, way: tuple[Any, ...] = ()) -> Any:
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield (*way, key)
        yield from _spots(value[key], (*way, key))


def _dense() -> dict[str, Any]:
    """A model of sequences of any length, of 32 features, which its weights fix."""
    dense = layer("Dense", "dense", "tokens", units=10)
    return functional([entry("tokens", None, 32), dense], "tokens", "dense")


def test_weights_are_those_of_the_file_where_another_size_is_free() -> None:
    assert Counts(read(_dense(), "1x16x32").rows).params == 330
    with pytest.raises(FlopcountError, match="kernel would be 64×10, and the model has 32×10"):
        read(_dense(), "1x16x64")


def test_a_size_that_weights_fix_is_said_beside_a_formula(tmp_path: Path) -> None:
    path = saved(_dense(), tmp_path / "dense.keras")
    formula = fc.formula(fc.load(path, input="1x16x32"))
    assert str(formula) == "320·T"
    assert "L is fixed at 32 by the model" in formula.notes


def test_a_name_of_more_signs_than_a_line_has(tmp_path: Path) -> None:
    layers = [entry("x", 4), layer("Dense", "q" * 5000, "x", units=3)]
    path = saved(functional(layers, "x", "q" * 5000), tmp_path / "long.keras")
    with pytest.raises(FlopcountError, match=r"qq…, is longer than 4,096$"):
        fc.load(path)
    name = "q" * 4000
    ends = entry("x", 4), layer("Dense", name, "x", units=3), layer("ReLU", "end", name)
    path = saved(functional([*ends], "x", "end"), tmp_path / "long.keras")
    with pytest.raises(FlopcountError, match="unknown module 'nosuch'") as error:
        fc.analyze(path, modules=["nosuch"])
    assert len(str(error.value)) < 500

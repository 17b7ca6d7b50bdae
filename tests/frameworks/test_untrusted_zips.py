import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from flopcount import FlopcountError
from flopcount.frameworks.models.apart import ApartError, apart
from flopcount.frameworks.models.archives import Archive, parsed_json
from tests.frameworks.attacked import read

MOST = 1 << 20
LAYER: dict[str, Any] = {"module": "keras.layers", "registered_name": None}


def zipped(folder: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "model.keras"
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def said(path: Path, name: str = "config.json") -> str:
    """The one line that reading a file in a zip ends with."""
    with pytest.raises(FlopcountError) as error, Archive(str(path), "a .keras file") as archive:
        archive.read(name, MOST)
    text = str(error.value)
    assert "\n" not in text
    return text.partition("model.keras'")[2].removeprefix(": ").strip()


def test_a_file_in_a_zip_is_read(tmp_path: Path) -> None:
    with Archive(str(zipped(tmp_path, {"config.json": b"{}"})), "a .keras file") as archive:
        assert archive.names == ["config.json"]
        assert archive.read("config.json", MOST) == b"{}"


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"config.json": bytes(8 << 20)})
    assert path.stat().st_size < 100_000
    assert said(path) == "its config.json is longer than 1 MB"
    data = path.read_bytes()
    at = data.find(b"PK\x01\x02")
    lying = data[: at + 24] + struct.pack("<L", 100) + data[at + 28 :]  # says that it has 100 bytes
    path.write_bytes(lying)
    assert said(path) in {
        "its config.json is longer than 1 MB",
        "is cut off, or damaged: copy, or save, it again",
    }


def test_what_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(b"\x89HDF\r\n\x1a\n....")
    assert said(path) == "is not a .keras file: it is HDF5, as .h5 files are"
    path.write_bytes(b"abc" + b"\xff" * 9)
    assert said(path) == "is not a .keras file, or it is damaged"
    data = zipped(tmp_path, {"config.json": b"{}" * 999}).read_bytes()
    for part in (5, len(data) // 2, len(data) - 3):
        path.write_bytes(data[:part])
        assert said(path) == "is cut off, or damaged: copy, or save, it again"


def test_a_member_that_is_missing_or_there_twice(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"/config.json": b"{}", "../config.json": b"{}"})
    assert said(path) == "holds no config.json: it is damaged, or something else"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("config.json", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("config.json", b"2")
    assert said(path) == "holds config.json 2 times: it is damaged, or something else"


def test_members_that_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("config.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert said(path) == "its config.json is a link, which is not followed"
    path = zipped(tmp_path, {"config.json": b"{}"}, zipfile.ZIP_LZMA)
    assert said(path) == "its config.json is packed in a way that is not read"
    data = bytearray(zipped(tmp_path, {"config.json": b"{}"}).read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert said(path) == "its config.json is encrypted: save it without a password"


def test_a_list_of_more_files_than_are_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", b"{}")
    data = bytearray(file.getvalue())
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<L", 1 << 31)
    path = tmp_path / "model.keras"
    path.write_bytes(data)
    assert said(path) == "holds more than 100,000 files"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1e999}', "a number in it is too large"),
        (b'{"a": ' + b"9" * 400 + b"}", "a number in it is too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is damaged, or no JSON"),
        (b"[" * 100_000, "stands too deep within itself"),
        (b"[" * 150 + b"]" * 150, "more than 100 levels stand within each other"),
        (b'{"a": "\\ud800"}', "is no text"),
        (b'{"\\ud800": 1}', "is no text"),
        (b'{"a": "\xff"}', "it is no UTF-8"),
        (b'{"a": ', "is damaged, or no JSON"),
        (b"", "is damaged, or no JSON"),
    ],
)
def test_json_that_is_none(data: bytes, text: str) -> None:
    with pytest.raises(FlopcountError) as error:
        parsed_json(data, "config.json")
    assert text in str(error.value)


def test_json_that_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flopcount.frameworks.models.archives.MOST_JSON", 10)
    with pytest.raises(FlopcountError, match=r"^config.json is longer than 0 MB$"):
        parsed_json(b'{"a": 12345}', "config.json")


@pytest.mark.parametrize(
    "layer",
    [
        {"module": "os", "class_name": "system", "config": {"command": "touch attacked"}},
        pytest.param(
            {"module": "builtins", "class_name": "exec", "registered_name": "exec", "config": {}},
            marks=pytest.mark.slow,  # it loads Keras, which refuses it
        ),
        {"class_name": "Lambda", "config": {"function": {"class_name": "__lambda__"}}},
        pytest.param(
            {"class_name": "Own", "registered_name": "own>Own", "module": "attacked", "config": {}},
            marks=pytest.mark.slow,
        ),
    ],
)
def test_nothing_of_a_keras_file_is_run(
    layer: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "attacked.py").write_text("open('attacked', 'w').close()", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    given = {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "name": "x"}, **LAYER}
    layers = [given, {**LAYER, **layer, "build_config": {"input_shape": [None, 4]}}]
    config = {"class_name": "Sequential", "config": {"name": "s", "layers": layers}, **LAYER}
    path = zipped(tmp_path, {"config.json": json.dumps(config).encode()})
    code, out, err, trace = read(path)
    assert (code, out, trace) == (2, "", "")
    assert err.count("\n") == 1
    assert not (tmp_path / "attacked").exists()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.datasets.mnist", "load_data"),  # downloads, and makes a folder for it
        ("keras.applications", "MobileNetV2"),  # downloads
        ("keras.utils", "plot_model"),  # writes
        ("keras.src.utils.file_utils", "get_file"),
        ("keras.models", "load_model"),
    ],
)
@pytest.mark.parametrize("is_class", [False, True])
def test_a_function_of_keras_that_does_more_than_compute(
    module: str,
    name: str,
    is_class: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    function: dict[str, Any] = {"module": module, "class_name": "function", "config": name}
    if is_class:
        function = {"module": module, "class_name": name, "config": {}}
    given = {"class_name": "InputLayer", "config": {"batch_shape": [None, 4], "name": "x"}, **LAYER}
    layer = {"class_name": "Lambda", "config": {"name": "l", "function": function}, **LAYER}
    layers = {"name": "s", "layers": [given, layer]}
    config = {"class_name": "Sequential", "config": layers, "module": "keras"}
    code, out, err, trace = read(zipped(tmp_path, {"config.json": json.dumps(config).encode()}))
    assert (code, out, trace) == (2, "", "")
    assert "holds code" in err or f"'{module}.{name}' is a function of Keras that may do" in err


def quits(code: int) -> None:
    import os

    os._exit(code)


def refuses(what: str) -> None:
    raise FlopcountError(f"{what} is refused")


@pytest.mark.slow
def test_what_runs_apart() -> None:
    here = __name__ if __name__.startswith("tests.") else f"tests.frameworks.{__name__}"
    assert apart("math:sqrt", 4) == 2
    with pytest.raises(FlopcountError, match=r"^it is refused$"):
        apart(f"{here}:refuses", "it")
    with pytest.raises(ApartError, match=r"it crashes, or takes more than 2048 MB \(exit 3\)"):
        apart(f"{here}:quits", 3)
    with pytest.raises(ApartError, match="it crashes, or takes more than 2048 MB"):
        apart("builtins:bytearray", 3 << 30)
    with pytest.raises(ApartError, match=r"it takes longer than 0\.5 s"):
        apart("time:sleep", 5, seconds=0.5)

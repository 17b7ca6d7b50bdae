import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from flopcount import FlopcountError
from flopcount.frameworks.models import limits
from flopcount.frameworks.models.forked import Forked
from flopcount.frameworks.onnx import asked
from flopcount.frameworks.onnx.file import load, numbers
from tests.frameworks import attack_seeds
from tests.frameworks.attacked import read
from tests.frameworks.untrusted_graphs import CASES, external, initializer, nested


def said(path: Path) -> str:
    """The one line that loading a file ends with, without its path."""
    with pytest.raises(FlopcountError) as error:
        load(str(path))
    text = str(error.value)
    assert "\n" not in text
    assert len(text) < 500
    assert "model.onnx" in text
    return text.partition("model.onnx'")[2].removeprefix(": ").strip()


def saved(folder: Path, data: bytes | str) -> Path:
    path = folder / "model.onnx"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("", "is empty"),
        ("PK\x03\x04....", "is not an ONNX file: it is a zip, as .keras, .pt, .pt2 and .npz files"),
        (b"\x80\x02}q\x00.", "it is a pickle, as of torch.save, which runs code when it is loaded"),
        ("<!DOCTYPE html><html>", "it is HTML or XML: was a page downloaded instead of the file?"),
        ("version https://git-lfs.github.com/spec/v1\noid", "a pointer of git-lfs, not the file"),
        ("ir_version: 8\ngraph {\n", "is not an ONNX file: it is a text"),
        ('<ir_version: 8, opset_import: ["" : 18]>', "it is HTML or XML"),
        ('{"graph": 1}', "it is JSON"),
        (b"\x89HDF\r\n\x1a\n\0\0", "it is HDF5, as .h5 files are"),
        (b"\x1c\0\0\0TFL3\0", "it is a TensorFlow Lite model"),
        (b"\x08\0\0\0ORTM\0\xff", "it is a model in the format of ONNX Runtime"),
        (b"\x1f\x8b\x08\0", "it is compressed by gzip: unpack it first"),
        (b"GGUF\x03\0\0\0", "it is GGUF, which holds weights and no graph"),
        (b"\x08\x07\x92\x01\x00", "it has no graph"),  # an IR version, and a field nobody knows
        (b"\xff" * 40, "it is cut off, or damaged"),
        (b"\x3a\xff\xff\xff\xff\x0f", "it is cut off, or damaged"),
        (b"\x3b\x00\x01", "it is damaged"),
    ],
)
def test_what_is_no_onnx_file(data: bytes | str, text: str, tmp_path: Path) -> None:
    assert text in said(saved(tmp_path, data))


def test_what_is_no_file(tmp_path: Path) -> None:
    assert said(tmp_path / "model.onnx") == "is not there"
    (tmp_path / "model.onnx").mkdir()
    assert said(tmp_path / "model.onnx") == "is a folder: name the file in it"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FlopcountError, match="is no file: a device, a pipe or a socket"):
        load(str(tmp_path / "pipe"))
    with pytest.raises(FlopcountError, match="is no path"):
        load("a\0b.onnx")


def test_a_file_of_more_than_2_gib_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with path.open("wb") as file:
        file.write(b"\x08\x08\x12")
        file.truncate((1 << 31) + 1)
    assert said(path).startswith("is larger than 2 GiB, which no ONNX file can be: save it with")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(part: float, tmp_path: Path) -> None:
    data = attack_seeds.network().SerializeToString()
    text = said(saved(tmp_path, data[: int(len(data) * part)]))
    assert "cut off" in text or "no graph" in text or "opset" in text


@pytest.mark.parametrize(
    ("depth", "text"),
    [
        (20, "more than 16 graphs stand within each other"),
        (60, "more than 100 messages stand within each other"),
        (2_000, "more than 100 messages stand within each other"),
    ],
)
def test_graphs_within_each_other(depth: int, text: str, tmp_path: Path) -> None:
    assert text in said(saved(tmp_path, nested(depth)))


@pytest.mark.parametrize("name", CASES)
def test_what_no_graph_is(name: str, tmp_path: Path) -> None:
    change, text = CASES[name]
    model = attack_seeds.network()
    change(model)
    assert text in said(saved(tmp_path, model.SerializeToString()))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "w.bin").write_bytes(bytes(864))
    (tmp_path / "models/w.bin").symlink_to(tmp_path / "w.bin")
    model = attack_seeds.network()
    external("w.bin")(model)
    path = saved(tmp_path / "models", model.SerializeToString())
    assert "lie in 'w.bin', outside the model's folder: put a copy into it" in said(path)


@pytest.mark.parametrize(
    ("size", "fields", "text"),
    [
        (863, {}, "which is too short: it is cut off, or of another model"),
        (864, {"offset": "4"}, "which is too short"),
        (2000, {"length": "900"}, "its shape takes 864 bytes, and it has 900 in 'w.bin'"),
        (2000, {"offset": "-8"}, "where its numbers lie is wrong: offset '-8'"),
        (864, {"length": "864"}, ""),
    ],
)
def test_data_beside_the_file(size: int, fields: Any, text: str, tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(bytes(size))
    model = attack_seeds.network()
    external("w.bin", **fields)(model)
    path = saved(tmp_path, model.SerializeToString())
    if text:
        assert text in said(path)
    else:
        assert list(initializer(load(str(path)), "w").dims) == [8, 3, 3, 3]


def test_whole_numbers_beside_the_file_are_read(tmp_path: Path) -> None:
    model = attack_seeds.recurrent()
    tensor = initializer(model, "to")
    (tmp_path / "to.bin").write_bytes(tensor.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="to.bin")
    read_tensor = initializer(load(str(saved(tmp_path, model.SerializeToString()))), "to")
    assert numbers(read_tensor) == (0, -1, 8)


def test_numbers_of_weights_are_left_out_and_small_ones_kept(tmp_path: Path) -> None:
    model = attack_seeds.recurrent()
    large = numpy_helper.from_array(np.zeros((100, 100), np.float32), "large")
    model.graph.initializer.append(large)
    model.graph.doc_string = "secret " * 10_000
    model.graph.node[0].metadata_props.add(key="pkg.torch.onnx.stack_trace", value="File" * 999)
    loaded = load(str(saved(tmp_path, model.SerializeToString())))
    found = initializer(loaded, "large")
    assert (list(found.dims), found.raw_data, numbers(found)) == ([100, 100], b"", None)
    assert numbers(initializer(loaded, "to")) == (0, -1, 8)
    assert loaded.ByteSize() < 5_000
    assert not loaded.graph.node[0].metadata_props


def test_a_text_that_is_no_utf_8(tmp_path: Path) -> None:
    data = attack_seeds.network().SerializeToString()
    assert "is no UTF-8" in said(saved(tmp_path, data.replace(b"stem/conv", b"stem/\xff\xffnv")))


def test_limits_of_what_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = saved(tmp_path, attack_seeds.network().SerializeToString())
    for name, text in (
        ("MOST_FIELDS", "its graph has more than 5 fields"),
        ("MOST_NODES", "it has more than 5 nodes"),
        ("MOST_KEPT", "its graph, without weights, is larger than 0 MB"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"flopcount.frameworks.onnx.loading.wire.{name}", 5)
            assert text in said(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "op",
    ["Reshape", "Expand", "Tile", "Resize", "ConstantOfShape"],
)
def test_a_shape_tensor_of_ten_million(op: str, tmp_path: Path) -> None:
    many = 10_000_000
    held = [TensorProto(name="many", dims=[many], data_type=7, raw_data=bytes(8 * many))]
    inputs = ["many"] if op == "ConstantOfShape" else ["x", "many"]
    inputs = ["x", "", "", "many"] if op == "Resize" else inputs
    node = helper.make_node(op, inputs, ["y"], "huge")
    info = helper.make_tensor_value_info
    graph = helper.make_graph([node], "g", [info("x", 1, [1, 2])], [info("y", 1, None)], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    code, out, err, trace = read(saved(tmp_path, model.SerializeToString()))
    assert not trace
    assert code in {0, 2}
    if code == 2:
        assert err.count("\n") == 1
        assert "huge" in err
    else:
        assert "unknown" in out


def test_names_are_printed_safely(tmp_path: Path) -> None:
    model = attack_seeds.network()
    for node, name in zip(
        model.graph.node, ("a\x1b[31mb", "x\ny", "\r", "\u202eabc"), strict=False
    ):
        node.name = name
    code, out, err, trace = read(saved(tmp_path, model.SerializeToString()), ["--by", "layer"])
    assert (code, err, trace) == (0, "", "")
    assert all(sign.isprintable() or sign == "\n" for sign in out)
    assert "\\x1b" in out


def test_a_loop_of_10_to_the_12_rounds(tmp_path: Path) -> None:
    model = attack_seeds.loops()
    initializer(model, "trips").CopyFrom(numpy_helper.from_array(np.array(10**12), "trips"))
    code, _, err, trace = read(saved(tmp_path, model.SerializeToString()))
    assert not trace
    assert code in {0, 2}
    assert err.count("\n") <= 1


@pytest.mark.slow
def test_a_million_nodes(tmp_path: Path) -> None:
    nodes = [helper.make_node("Relu", [f"x{n}"], [f"x{n + 1}"]) for n in range(1_000_000)]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "g", [info("x0", 1, [1])], [info("x1000000", 1, [1])])
    model = helper.make_model(graph)
    assert "it has more than 50,000 nodes" in said(saved(tmp_path, model.SerializeToString()))


def dies(data: bytes) -> bytes:
    import ctypes
    import time

    if data == b"crash":
        ctypes.string_at(0)
    if data == b"hang":
        time.sleep(60)
    if data == b"memory":
        return bytes(8 << 30)
    return data[::-1]


@pytest.mark.slow
def test_what_crashes_in_a_copy_of_the_process_crashes_only_there() -> None:
    ask = Forked(dies, 0.5)
    try:
        assert ask(b"abc") == b"cba"
        assert ask(b"crash") is None
        assert ask(b"abc" * 100_000) == b"cba" * 100_000
        assert ask(b"hang") is None
        assert ask(b"memory") is None
        assert ask(b"abc") is None  # it had three chances
        ask.renew()
        assert ask(b"abc") == b"cba"
    finally:
        ask.stop()


def test_a_node_that_crashes_onnx_does_so_elsewhere() -> None:
    """It reads and writes beyond its tensors: as memory lies it may also end, and say anything."""
    node = helper.make_node("LayerNormalization", [*"xsb"], ["y", "m", "v"], axis=2**63 - 1)
    kinds = {name: helper.make_tensor_type_proto(1, [2, 3]) for name in "xsb"}
    try:
        assert {*asked.shapes_of(node, kinds, {}, {"": 21}, 10)} in (set(), {*"ymv"})
        node = helper.make_node("Relu", ["x"], ["y"])
        (found,) = asked.shapes_of(node, kinds, {}, {"": 21}, 10).values()
        assert [dim.dim_value for dim in found.tensor_type.shape.dim] == [2, 3]
    finally:
        asked.ASK.renew()


def test_the_limits_are_as_they_are_documented() -> None:
    text = Path("docs/limits.md").read_text(encoding="utf-8")
    for value in (limits.MOST_NODES, limits.MOST_NUMBERS, limits.MOST_FIELDS, limits.MOST_NAME):
        assert f"{value:,}" in text
    assert onnx.__version__

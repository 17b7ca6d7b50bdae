"""Files with very many of something, or that change, in what is made of a graph."""

import os
from pathlib import Path

import pytest
from onnx import helper

from flopcount import FlopcountError
from flopcount.frameworks.onnx.file import load
from tests.frameworks import attack_seeds
from tests.frameworks.attacked import read


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "model.onnx"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("op", ["Sum", "Max", "Mean"])
def test_a_sum_of_thousands(op: str, tmp_path: Path) -> None:
    info = helper.make_tensor_value_info
    node = helper.make_node(op, ["x"] * 5_000, ["y"], "many")
    graph = helper.make_graph([node], "g", [info("x", 1, [2])], [info("y", 1, None)])
    code, out, err, trace = read(saved(tmp_path, helper.make_model(graph).SerializeToString()))
    assert (code, out, trace) == (2, "", "")
    assert "many" in err
    assert "it takes 5,000 tensors together; the limit is 500" in err


def test_a_size_of_a_long_name(tmp_path: Path) -> None:
    model = attack_seeds.network()
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "N" * 4000
    code, _, err, _ = read(saved(tmp_path, model.SerializeToString()))
    assert code == 2
    assert len(err) < 600
    for number in range(1000):
        shape = ["N"] * 9
        model.graph.input.append(helper.make_tensor_value_info(f"{number}" * 300, 1, shape))
    code, _, err, _ = read(saved(tmp_path, model.SerializeToString()))
    assert code == 2
    assert len(err) < 1000


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "model.onnx")
    kept = os.stat
    monkeypatch.setattr(os, "stat", lambda path, **_: kept(__file__ if "model" in path else path))
    with pytest.raises(FlopcountError, match="is no file: a device, a pipe or a socket"):
        load(str(tmp_path / "model.onnx"))

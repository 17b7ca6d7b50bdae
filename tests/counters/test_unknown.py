"""What nobody knows the cost of is said wherever counters are, and no count is whole then."""

import json
import re
from pathlib import Path

import pytest

import flopcount as fc
from flopcount.errors import FlopcountError

NOTE = "unknown, and in no count and no share: my.dom.Frobnicate, 1 use (Frobnicate)"


@pytest.fixture
def model(tmp_path: Path) -> str:
    """An ONNX file with an operation of somebody's own, its path."""
    import onnx

    make = onnx.helper
    ends = [make.make_tensor_value_info(name, 1, [1, 8, 8]) for name in "xy"]
    nodes = [
        make.make_node("Frobnicate", ["x"], ["z"], domain="my.dom"),
        make.make_node("Relu", ["x"], ["y"]),
    ]
    graph = make.make_graph(nodes, "g", ends[:1], ends[1:])
    sets = [make.make_opsetid("", 17), make.make_opsetid("my.dom", 1)]
    path = tmp_path / "net.onnx"
    onnx.save(make.make_model(graph, opset_imports=sets), path)
    return str(path)


def test_it_is_said_above_and_below(model: str) -> None:
    found = fc.other_counters(model)
    assert "ours: at least 0 MAC = at least 0 FLOP" in str(found)
    assert NOTE in str(found)
    assert NOTE in str(fc.other_counters(model, tools=["ptflops"]))
    assert NOTE in str(fc.who_prints(model, "1 G"))
    assert NOTE in str(fc.analyze(model).as_counter("ptflops"))
    document = json.loads(found.to_json())
    assert document["complete"] is False
    assert document["unknown"] == [{"op": "my.dom.Frobnicate", "uses": 1, "layers": ["Frobnicate"]}]


def test_it_is_said_in_the_picture(model: str) -> None:
    figure = fc.analyze(model).plot("counters")
    words = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert NOTE in words
    assert re.search(r"; 17 other counters with 0 each layer", words)
    assert "at least 0 MAC" in {text.get_text() for text in figure.axes[0].texts}


def test_what_is_known_is_whole() -> None:
    found = fc.other_counters("8x8x4 > conv 3x3 6")
    assert "at least" not in str(found)
    assert json.loads(found.to_json())["complete"] is True


def test_what_is_no_unit_and_no_name() -> None:
    found = fc.other_counters("8x8x4 > conv 3x3 6")
    with pytest.raises(FlopcountError, match="unknown unit 'flop'"):
        found.own("flop")
    with pytest.raises(FlopcountError, match="unknown counter 3"):
        fc.analyze("8x8x4 > conv 3x3 6").as_counter(3)  # type: ignore[arg-type]

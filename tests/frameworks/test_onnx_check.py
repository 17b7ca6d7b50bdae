from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest

from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.frameworks.checking import check_model
from flopcount.frameworks.models.checked import Result
from flopcount.frameworks.models.operands import Made
from flopcount.frameworks.onnx.checking import inferred
from flopcount.frameworks.onnx.nodes import Nodes
from flopcount.frameworks.onnx.operations import OPERATIONS
from flopcount.frameworks.sources import open_model
from tests.frameworks import attack_seeds


def checked(folder: Path, model: onnx.ModelProto, **settings: Any) -> Result:
    path = folder / "model.onnx"
    onnx.save(model, path)
    return check_model(open_model(str(path)), **settings)  # type: ignore[return-value]


def test_each_node_and_kind_is_compared(tmp_path: Path) -> None:
    result = checked(tmp_path, attack_seeds.network())
    assert result.equal
    lines = {line.name: line.numbers for line in result.layers}
    # 16² places, each 3·3² multiplies for each of 8 filters; the file has 8·3·3² + 8 numbers
    conv = {"output": "1×8×16×16", "onnx": "1×8×16×16", "params": 224, "held": 224}
    assert lines["stem/conv"] == conv | {"multiplies": 55_296, "formula": 55_296}
    assert lines["up"]["multiplies"] == lines["up"]["formula"] == 8 * 8**2 * 4 * 2**2
    assert lines["(all)"]["params"] == 224 + 3 * 8 + 8 * 4 * 2**2 + 90  # one b is of both
    assert "10 nodes compared, none differing" in str(result.sheet())
    kinds = {kind.operation: kind for kind in result.kinds}
    assert kinds["Conv"].lines > 0
    assert not any(kind.differs for kind in result.kinds)


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        *(attack_seeds.recurrent, attack_seeds.attention, attack_seeds.branches),
        *(attack_seeds.loops, attack_seeds.functions, attack_seeds.quantised, attack_seeds.shapes),
    ],
)
def test_models_of_all_kinds_are_equal(make: Callable[[], Any], tmp_path: Path) -> None:
    result = checked(tmp_path, make())
    assert result.equal, str(result.sheet(quiet=True))
    assert result.kinds
    assert not [kind for kind in result.kinds if kind.skipped]


def broken(monkeypatch: pytest.MonkeyPatch, op: str, change: Callable[[Made], Any]) -> None:
    """Let a rule make something else."""
    rule = OPERATIONS["", op]
    monkeypatch.setitem(OPERATIONS, ("", op), lambda called: change(rule(called)))  # type: ignore[arg-type]


def test_a_wrong_shape_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken(monkeypatch, "Flatten", lambda made: replace(made, shape=(8, 1)))
    model = attack_seeds.network()
    del model.graph.node[-1]
    model.graph.output[0].name = "f"
    result = checked(tmp_path, model)
    (line,) = result.differing
    assert line.differs == ("puts out 8×1, and onnx infers 1×8",)
    assert not result.equal


def test_a_wrong_count_of_parameters_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def wider(made: Made) -> Made:
        return replace(made, op=replace(made.op, width=9))  # type: ignore[call-arg,type-var]

    broken(monkeypatch, "Conv", wider)
    monkeypatch.setattr(Nodes, "fit", lambda *_: None)  # which would refuse it
    model = attack_seeds.network()
    del model.graph.node[1:]
    model.graph.output[0].name = "c"
    result = checked(tmp_path, model)
    line = result.differing[0]
    assert "w 243, in the file 216" in line.differs  # 9·3·3² of 8·3·3²


def test_a_wrong_formula_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sigmoid = OPERATIONS["", "Sigmoid"]
    monkeypatch.setitem(OPERATIONS, ("", "Relu"), sigmoid)
    result = checked(tmp_path, attack_seeds.network())
    (kind,) = result.kinds_differing
    assert (kind.operation, kind.path) == ("Relu", "stem/sigmoid")
    assert kind.differs.startswith("number 0 of its result is ")
    assert "differs: Relu on small tensors: number 0" in str(result.sheet(quiet=True))
    assert not result.equal


def test_wrong_multiplies_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    definition = inferred.multiplies

    def other(node: Any, known: Any) -> int | None:
        return 79 if node.op_type == "Gemm" else definition(node, known)

    monkeypatch.setattr("flopcount.frameworks.onnx.checking.check.multiplies", other)
    (line,) = checked(tmp_path, attack_seeds.network()).differing
    assert (line.name, line.differs) == ("head", ("multiplies 80, by their definition 79",))


def test_modules_alone(tmp_path: Path) -> None:
    result = checked(tmp_path, attack_seeds.network(), modules=["stem"])
    assert [line.name for line in result.layers] == ["stem/conv", "stem/norm", "stem/relu"]
    with pytest.raises(FlopcountError, match=r"unknown module 'stam'.*did you mean 'stem'"):
        checked(tmp_path, attack_seeds.network(), modules=["stam"])


def test_a_gpu_is_one_clear_line(tmp_path: Path) -> None:
    said = "--device gpu: onnx' reference computes on the CPU alone (--device cpu, or auto)"
    with pytest.raises(FlopcountError) as error:
        checked(tmp_path, attack_seeds.network(), device="gpu")
    assert str(error.value) == said
    with pytest.raises(FlopcountError, match="unknown device 'tpu'"):
        checked(tmp_path, attack_seeds.network(), device="tpu")


def test_json_has_a_line_a_node(tmp_path: Path) -> None:
    import json

    document = json.loads(checked(tmp_path, attack_seeds.network()).to_json())
    assert document["compared"] == 10
    assert document["differing"] == document["operations_differing"] == 0
    assert document["nodes"][0]["node"] == "stem/conv"
    assert document["versions"]["onnx"] == onnx.__version__


@pytest.mark.slow
def test_exit_code_of_a_difference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.onnx"
    onnx.save(attack_seeds.branches(), path)
    assert main(["check", str(path)]) == 0
    assert "4 nodes compared, none differing" in capsys.readouterr().out
    largest = OPERATIONS["", "ReduceMax"]
    rule = lambda called: largest(replace(called, name="ReduceMax"))  # noqa: E731
    monkeypatch.setitem(OPERATIONS, ("", "ReduceSum"), rule)
    assert main(["check", str(path)]) == 1


def test_what_onnx_infers_nothing_of_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("flopcount.frameworks.onnx.checking.check.shapes_of", lambda *_: None)
    result = checked(tmp_path, attack_seeds.branches())
    skipped = {line.skipped for line in result.skipped}
    assert skipped == {"onnx infers nothing"}

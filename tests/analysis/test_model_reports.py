"""Reports of models: by module at any depth, of a part of them, lines by their names."""

from collections.abc import Callable

import pytest

import flopcount as fc
from tests.analysis.models import nested, tokens, unknown

STEM = 2 * 7 * 7 * 3 * 3 * 3 * 8
FIRST, SECOND = 2 * 7 * 7 * 3 * 3 * 8 * 8, 2 * 7 * 7 * 3 * 3 * 8 * 8 // 2  # two groups
BLOCK, HEAD = FIRST + SECOND, 2 * 8 * 5


def lines_of(report: fc.Report) -> dict[str, int | None]:
    return {str(line.module): line.multiplies for line in report}


def test_modules_are_named_by_the_first_name_of_the_way() -> None:
    report = fc.analyze(nested())
    assert lines_of(report) == {
        "stem": STEM,
        "layer1": 2 * BLOCK,
        "mean": 0,
        "head": HEAD,
        "spare": 0,
    }
    assert report.multiplies == STEM + 2 * BLOCK + HEAD  # of the whole batch, and not twice


def test_at_a_depth_what_a_module_does_itself_is_beside_its_parts() -> None:
    report = fc.analyze(nested(), depth=2)
    assert list(lines_of(report)) == [
        *("stem", "layer1/0", "layer1/1", "mean", "head", "spare"),
    ]
    deeper = lines_of(report.by("module", depth=3))
    assert deeper["layer1/0/conv1"] == FIRST
    assert deeper["layer1/0/conv2"] == SECOND
    assert list(deeper)[1:5] == [
        *("layer1/0/conv1", "layer1/0/relu", "layer1/0/conv2", "layer1/0"),  # its sum is its own
    ]
    assert lines_of(report.by("module")) == lines_of(fc.analyze(nested()))


@pytest.mark.parametrize("network", [nested, tokens, unknown])
def test_at_each_depth_the_lines_sum_to_the_total(network: Callable[[], fc.Network]) -> None:
    report = fc.analyze(network())
    paths = [row.node.path for row in report.rows]
    for depth in (1, 2, 3, 9):
        lines = report.by("module", depth=depth).lines
        for name in ("multiplies", "params", "activations", "elementwise.adds"):
            assert sum(line.cost[name] for line in lines) == report.cost[name]
        assert sorted(row.node.path for line in lines for row in line.rows) == sorted(paths)


def test_a_table_has_depths_too() -> None:
    report = fc.analyze("googlenet", depth=2)
    assert report["3a/5x5"].multiplies == 28**2 * (192 * 16 + 5**2 * 16 * 32)
    assert [line.module for line in report if str(line.module).startswith("3a")] == [
        *("3a/1x1", "3a/3x3", "3a/5x5", "3a/pool", "3a"),
    ]
    assert report.multiplies == fc.analyze("googlenet").multiplies


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"depth": 0}, "depth is 0, not a whole number from 1 to 100"),
        ({"depth": "2"}, "depth is '2', not a whole number"),
        ({"depth": True}, "depth is True, not a whole number"),
        ({"depth": 2, "by": "layer"}, "depth is of the grain by module, not by layer"),
        ({"modules": ["layer2"]}, "did you mean 'layer1'?"),
        ({"modules": ["layer1/7"]}, "layer1: unknown module or layer '7' (known: 0, 1)"),
        ({"modules": ["layer1.0.conv3"]}, "layer1/0: unknown module or layer 'conv3'"),
        ({"modules": [""]}, "unknown module ''"),
        ({"layers": ["layer9/*"]}, "no layer's path matches 'layer9/*'"),
        ({"layers": 5}, "layers: expected patterns of layers' paths, not 5"),
    ],
)
def test_what_is_not_there_is_refused_in_one_line(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(fc.FlopcountError) as caught:
        fc.analyze(nested(), **wrong)  # type: ignore[arg-type]
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["layer1/0", "layer1.0"])
def test_a_module_may_be_any_step_of_the_way(name: str) -> None:
    report = fc.analyze(nested(), modules=[name])
    assert report.multiplies == BLOCK
    assert [line.module for line in report] == [
        *("layer1/0/conv1", "layer1/0/relu", "layer1/0/conv2", "layer1/0"),
    ]
    assert "module layer1/0, 2×8×7×7 → 2×8×7×7" in report.to_text()


def test_a_module_that_is_called_twice_is_both_calls() -> None:
    report = fc.analyze(nested(), modules=["layer1/0/relu"])
    assert [line.layer for line in report] == ["layer1/0/relu", "layer1/0/relu.2"]
    assert fc.analyze(nested(), modules=["layer1/0/relu.2"]).lines[0].layer == "layer1/0/relu.2"


def test_layers_are_chosen_by_patterns() -> None:
    report = fc.analyze(nested(), layers=["*/conv1", "stem"])
    assert [line.layer for line in report] == ["stem", "layer1/0/conv1", "layer1/1/conv1"]
    assert report.multiplies == STEM + 2 * FIRST
    whole = fc.analyze(nested(), layers=["layer1/1"], by="module")
    assert lines_of(whole) == {"layer1": BLOCK}
    assert fc.analyze("googlenet", layers=["*/5x5/1"], modules=["3a"]).lines[0].layer == "3a/5x5/1"


def test_lines_have_the_names_of_any_grain() -> None:
    report = fc.analyze(nested())
    for name, multiplies in {
        "layer1": 2 * BLOCK,
        "layer1/0": BLOCK,
        "layer1.1": BLOCK,
        "layer1/1/conv1": FIRST,
        "layer1.1.conv2": SECOND,
        "dense": HEAD,
        "total": None,
    }.items():
        assert report[name].multiplies == (report.multiplies if name == "total" else multiplies)
    assert "layer1/2" not in report
    with pytest.raises(fc.FlopcountError, match="did you mean 'layer1/0"):
        report["layer1/0/cnv1"]


def test_a_part_is_a_network_and_its_parts_are_named_from_it() -> None:
    net = nested()
    assert repr(net["layer1"]["0"]) == (
        "<Network Nested, module layer1/0: 2×8×7×7 → 2×8×7×7, 5 layers>"
    )
    assert repr(net["layer1"]["0"]["conv1"]) == repr(net["layer1.0.conv1"])
    assert [part.nodes[0].module for part in net] == [*net.modules]
    assert len(net) == 5
    assert "layer1/1/relu" in net
    assert "layer1/3" not in net
    assert repr(net["spare"]).startswith("<Network Nested, module spare: no input → ")


def test_names_that_are_numbers_are_followed_from_the_part() -> None:
    from torch import nn

    inner = nn.Sequential(nn.ReLU(), nn.Linear(4, 2))
    outer = nn.Sequential(inner, nn.Linear(2, 2))
    net = fc.read_torch(nn.Sequential(outer, nn.Linear(2, 3)), fc.inputs(1, 4))
    assert [node.path for node in net["0"].nodes] == ["0/0/0", "0/0/1", "0/1"]
    assert [node.path for node in net["0"]["0"].nodes] == ["0/0/0", "0/0/1"]
    assert [node.path for node in net["0"]["0"]["1"].nodes] == ["0/0/1"]
    assert [node.path for node in net["1"].nodes] == ["1"]
    report = fc.analyze(net)
    assert [report[name].multiplies for name in ("0", "0/0", "0.1", "1")] == [12, 8, 4, 6]


def test_another_batch_is_another_reading() -> None:
    once, more = fc.analyze(nested()), fc.analyze(nested(), batch=6)
    assert more.multiplies == 3 * once.multiplies
    assert more.params == once.params
    assert "6×3×16×16 → 6×5" in more.to_text()
    assert "a batch of 6 samples" in more.to_text()
    assert (once.to_dict()["batch"], more.to_dict()["batch"]) == (2, 6)
    part = fc.analyze(nested()["layer1"], batch=4)
    assert part.multiplies == 2 * once["layer1"].cost.multiplies


def test_a_model_stands_beside_a_table() -> None:
    spec = "16x16x3 > conv 3x3/2 8 valid > avgpool global > dense 5"
    sheet = fc.compare([nested(), spec])
    rows = {row[0]: row[1:] for row in sheet.rows}
    assert rows["at 7×7"][:2] == (STEM + 2 * BLOCK, 224 + 2 * (576 + 296))
    assert sheet.total[1] == fc.analyze(nested()).multiplies  # type: ignore[index]
    same = fc.compare([nested(), fc.read_torch(_other(), fc.inputs(1, 3, 16, 16))])
    assert same.rows[0][0] == "stem"
    assert same.rows[0][3:] == (STEM // 2, 224, 0.5)


def _other() -> object:
    from torch import nn

    net = nn.Sequential()
    net.add_module("Stem", nn.Conv2d(3, 8, 3, stride=2))
    return net

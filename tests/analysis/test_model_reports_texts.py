"""What a report of a model says: its heading, its footer, its arithmetic, its JSON."""

from dataclasses import replace
from typing import Any

import pytest

import flopcount as fc
from tests.analysis.models import nested, tokens, unknown
from tests.pictures.models import residual


def read(module: Any, *shape: int) -> fc.Network:
    return fc.read_torch(module, fc.inputs(*shape))


def test_the_heading_says_by_what_it_was_read() -> None:
    import torch

    heading = fc.analyze(nested()).to_text().split("\n\n")[0].splitlines()
    version = torch.__version__.partition("+")[0]
    assert heading[:2] == ["Nested, 2×3×16×16 → 2×5", f"read with PyTorch {version}"]
    assert heading[2].startswith("multiplies of conv and dense, padding included; a batch of 2")
    tokened = fc.analyze(tokens()).to_text()
    assert "Tokens, 3×5 → 3×5×11, 3×8" in tokened
    assert "multiplies of conv, dense and matmul, padding included" in tokened


def test_the_conventions_are_those_of_models() -> None:
    said = fc.analyze(tokens()).to_text(conventions=True).splitlines()[2]
    for phrase in (
        *("evaluation mode", "without gradients", "its batch included", "not fused"),
        *("all pairs of queries and keys", "experts, those that are used", "matrix products"),
    ):
        assert phrase in said
    assert "evaluation mode" in fc.analyze(tokens()).to_dict()["convention"]
    assert "one sample" not in said
    assert "evaluation mode" not in fc.analyze("googlenet").to_text(conventions=True)
    chosen = fc.analyze(tokens(), columns=["macs"])
    assert "counts of the whole input as given; --conventions" in chosen.to_text()


def test_the_footer_speaks_of_images_where_there_are_some() -> None:
    from torch import nn

    full = 2 * 7 * 7 * 9 * 8 * (3 + 2 * (8 + 4)) + 2 * 8 * 5
    assert fc.analyze(nested()).multiplies == full
    assert "of the multiplies inside the image, the rest on its zero padding" in str(
        fc.analyze(nested())
    )
    sound = str(fc.analyze(read(nn.Conv1d(2, 4, 3, padding=1), 1, 2, 9)))
    assert 2 * 4 * (3 * 9 - 2) == 200  # the first and the last window lack one tap each
    assert "200 of the multiplies inside the input, the rest on its zero padding" in sound
    assert "all of the multiplies count: none on padding" in str(fc.analyze(tokens()))
    assert "image" not in str(fc.analyze(tokens()))


def test_the_footer_says_which_parameters_a_run_leaves_alone() -> None:
    said = str(fc.analyze(nested()))
    assert "12 of the parameters are not used in this run: those of spare" in said
    assert "not used" not in str(fc.analyze(nested(), modules=["layer1"]))
    assert "moving statistics" not in said


def test_moving_statistics_are_not_keras_here() -> None:
    from torch import nn

    said = str(fc.analyze(read(nn.BatchNorm2d(4), 1, 4, 5, 5)))
    assert "8 parameters: 8 of batch norm; 16 with 8 moving statistics\n" in said


def test_where_one_module_has_nearly_all_a_note_tells_how_deep_to_look() -> None:
    from torch import nn

    block = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3))
    net = read(nn.Sequential(nn.Sequential(block, nn.ReLU()), nn.Flatten()), 1, 4, 9, 9)
    assert "0 has all of the multiplies; --depth 3 shows what is in it" in str(
        fc.analyze(net, by="module")
    )
    assert "--depth" not in str(fc.analyze(net, depth=3))
    assert "--depth" not in str(fc.analyze(net, by="layer"))
    assert "--depth" not in str(fc.analyze("googlenet", modules=["3a"], by="module"))


def test_what_a_window_does_not_reach_is_told_in_rows_and_columns() -> None:
    from torch import nn

    said = str(fc.analyze(read(nn.Conv2d(3, 4, 3, stride=2), 1, 3, 6, 8)))
    assert "not read: the last row and column of 6×8 by conv 3×3/2 (conv)" in said
    strip = read(nn.MaxPool1d(3, ceil_mode=False), 1, 3, 10)
    assert "3 of 10" not in str(fc.analyze(strip))  # which are channels


def test_outputs_that_nothing_reads_are_no_notes() -> None:
    from torch import nn

    class First(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.topk(2).values.chunk(2, -1)[0] + 1

    assert "not read" not in str(fc.analyze(read(First(), 2, 8)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("layer1/0/conv1", "3²·7²·2·8·8 = 56,448"),  # kernel, grid, batch, channels in and out
        ("layer1/0/conv2", "3²·7²·2·2·4·4 = 28,224"),  # and groups
        ("head", "2·8·5 = 80"),
    ],
)
def test_the_arithmetic_of_channels_first(name: str, text: str) -> None:
    report = fc.analyze(nested(), by="layer")
    assert report.explain(name).splitlines()[0] == f"{name} multiplies  {text}"


def test_the_arithmetic_of_parameters_and_products() -> None:
    report = fc.analyze(nested(), by="layer")
    assert "params      3²·2·4·4 + 8 = 296" in str(report.explain("layer1/0/conv2"))
    sums = fc.analyze(tokens(), by="layer").to_dict(explain=True)["arithmetic"]
    assert sums["attention/qkv"]["multiplies"] == "15·8·24 = 2,880"
    assert sums["attention/matmul"]["multiplies"] == "6·5·4·5 = 600"  # 3 samples of 2 heads
    assert sums["attention/matmul.2"]["multiplies"] == "6·5·5·4 = 600"
    assert sums["norm"]["params"] == "2·8 = 16"
    assert sums["position"]["params"] == "5·8 = 40"
    assert sums["out"]["params"] == "0, for they are those of embed"


def test_a_module_that_is_called_again_is_said_in_a_word() -> None:
    from torch import nn

    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(4, 4)

        def forward(self, x: Any) -> Any:
            return self.fc(self.fc(self.fc(x)))

    report = fc.analyze(read(Twice(), 2, 4), by="layer")
    assert "called more than once, with weights that count once: fc (3 times)" in str(report)
    assert (report.multiplies, report.params) == (3 * 2 * 4 * 4, 4 * 4 + 4)
    assert "weights that are shared count once: out has those of embed" in str(fc.analyze(tokens()))


def test_layers_are_written_with_their_words() -> None:
    layers = {row[0]: row[1] for row in fc.analyze(nested(), by="layer").sheet().rows}
    assert layers["stem"] == "conv 3×3/2 8"
    assert layers["layer1/1/conv2"] == "conv 3×3 8 groups=2"
    assert (layers["head"], layers["layer1/0/add"]) == ("dense 5", "add")
    parts = {row[0]: row[1] for row in fc.analyze(tokens(), by="layer").sheet().rows}
    assert (parts["attention/qkv"], parts["attention/matmul"]) == ("dense 24", "matmul")
    assert parts["embed"] == "embed 8"
    ops = [line.op for line in fc.analyze(nested(), by="op")]
    assert ops == ["conv 3x3", "relu", "add", "mean", "dense", "parameter"]


def test_json_has_the_way_to_each_layer_and_the_frameworks_order() -> None:
    document = fc.analyze(nested()).to_dict()
    layer = next(one for one in document["layers"] if one["layer"] == "layer1/0/conv2")
    assert layer["scope"] == ["layer1", "0", "conv2"]
    assert layer["classes"] == ["Sequential", "Block", "Conv2d"]
    assert (layer["call"], layer["complete"], layer["groups"]) == ("module", True, 2)
    assert (layer["input"], layer["output"]) == ([2, 8, 7, 7], [2, 8, 7, 7])
    assert (layer["kernel"], layer["stride"], layer["padding"]) == ([3, 3], [1, 1], [1, 1])
    spare = next(one for one in document["layers"] if one["layer"] == "spare/bias")
    assert (spare["input"], spare["call"], spare["params"]) == (None, "parameter", 2)
    assert document["inputs"] == {"x": [2, 3, 16, 16]}
    assert list(document["outputs"].values()) == [[2, 5]]
    assert document["reader"]["name"] == "torch"
    assert document["reader"]["versions"]["torch"]
    assert [one["module"] for one in document["modules"]] == [
        *("stem", "layer1", "mean", "head", "spare"),
    ]
    assert "parts" not in document
    deeper = fc.analyze(nested(), depth=2).to_dict()
    assert [one["module"] for one in deeper["modules"]] == [
        one["module"] for one in document["modules"]
    ]
    assert (deeper["depth"], deeper["parts"][1]["module"]) == (2, "layer1/0")
    shared = fc.analyze(tokens()).to_dict()
    assert next(one for one in shared["layers"] if one["layer"] == "out")["shares"] == "embed"
    assert shared["outputs"] == {"y": [3, 5, 11], "y1": [3, 8]}
    assert not {"complete", "unknown", "reader"} & fc.analyze("googlenet").to_dict().keys()


@pytest.mark.parametrize("network", [nested, tokens, unknown])
@pytest.mark.parametrize("by", ["layer", "branch", "module", "op"])
def test_the_printed_rows_sum_to_the_printed_total(network: Any, by: str) -> None:
    report = fc.analyze(network(), by=by)
    sheet = report.sheet()
    names = [column.name for column in sheet.columns]
    for name in ("multiplies", "params", "naive_multiplies"):
        place = names.index(name)
        assert sheet.total is not None
        assert sum(row[place] or 0 for row in sheet.rows) == sheet.total[place]
    for form in ("table", "markdown", "csv", "latex", "html"):
        assert report.to_format(form)


def test_a_title_names_no_more_results_than_fit() -> None:
    network = residual(12)
    many = replace(network, outputs={str(at): f"stage/{at}/add" for at in range(12)})
    title = str(fc.analyze(many)).splitlines()[0]
    assert title.endswith(f" → {'1×8×16×16, ' * 8}… (12 in all)")

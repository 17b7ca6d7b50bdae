"""Schema 1 of the JSON: the keys that other programs rely on, and exact integers."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main

COUNTS = {
    *("multiplies", "multiplies_unpadded", "params", "weights", "biases", "norm_params"),
    *("norm_stats", "params_with_stats", "activations", "elementwise"),
}
NAIVE = {"naive_multiplies", "naive_params"}
KINDS = {"adds", "multiplies", "compares", "divides", "exponentials"}
HEAD = {
    *("schema", "network", "title", "source", "input", "batch", "convention", "naive_reading"),
    *("layers", "branches", "modules", "ops", "total"),
}
GEOMETRY = {"kernel", "stride", "padding", "groups", "input", "output"}
VARIED = """\
input = "17x23x6"
[rows]
a = "conv 3x5/2x1 8 pad=1x2 groups=2 norm > depthwise 3x3 multiplier=2 dilation=2"
b = "[left: separable 3x3 4 | conv 1x1 4 valid linear nobias] > maxpool 3x3/2 ceil"
c = "avgpool to=2x3 > lrn > norm=shift > gelu > flatten > dense 5 > softmax"
"""

Document = Callable[..., dict[str, Any]]


@pytest.fixture
def document(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Document:
    monkeypatch.chdir(tmp_path)
    Path("varied.toml").write_text(VARIED, encoding="utf-8")

    def run(*argv: str) -> dict[str, Any]:
        assert main([*argv, "--format", "json"]) == 0
        text = capsys.readouterr().out
        assert text.endswith("}\n")
        found: dict[str, Any] = json.loads(text)
        return found

    return run


CASES = [
    ["googlenet"],
    ["googlenet", "--module", "3a"],
    ["googlenet", "--module", "3a", "--module", "conv1", "--by", "op", "--unit", "flops"],
    ["googlenet", "--aux", "--naive", "chained", "--batch", "3"],
    ["varied.toml"],
    ["28x28x192 > conv 1x1 16 reduce > conv 5x5 32"],
]


@pytest.mark.parametrize("argv", CASES, ids=" ".join)
def test_the_keys_are_those_of_schema_1(argv: list[str], document: Document) -> None:
    found = document(*argv)
    assert found["schema"] == 1
    assert set(found) >= HEAD
    for layer in found["layers"]:
        assert set(layer) >= {"module", "branch", "layer", "op", "scope"} | GEOMETRY | COUNTS
        assert layer["scope"] == [name for name in (layer["module"], layer["branch"]) if name]
    for branch in found["branches"]:
        assert set(branch) >= {"module", "branch"} | COUNTS | NAIVE
    for module in found["modules"]:
        assert set(module) >= {"module"} | COUNTS | NAIVE
    for op in found["ops"]:
        assert set(op) >= {"op"} | COUNTS | NAIVE
    assert set(found["total"]) >= {"macs", "flops"} | COUNTS | NAIVE


@pytest.mark.parametrize("argv", CASES, ids=" ".join)
def test_counts_are_exact_integers(argv: list[str], document: Document) -> None:
    found = document(*argv)
    grains = ("layers", "branches", "modules", "ops")
    for part in [*(part for grain in grains for part in found[grain]), found["total"]]:
        for key in (COUNTS | (NAIVE & set(part))) - {"elementwise"}:
            assert type(part[key]) is int, key
            assert part[key] >= 0
        assert set(part["elementwise"]) == KINDS
        assert {type(count) for count in part["elementwise"].values()} == {int}
        assert part["params"] == part["weights"] + part["biases"] + part["norm_params"]
        assert part["params_with_stats"] == part["params"] + part["norm_stats"]
        assert part["multiplies_unpadded"] <= part["multiplies"]
    assert found["total"]["macs"] == found["total"]["multiplies"]
    assert found["total"]["flops"] == 2 * found["total"]["macs"]


@pytest.mark.parametrize("argv", CASES, ids=" ".join)
def test_layers_sum_to_branches_to_modules_to_the_total(
    argv: list[str], document: Document
) -> None:
    found = document(*argv)
    branches = {(part["module"], part["branch"]) for part in found["branches"]}
    assert branches == {(part["module"], part["branch"]) for part in found["layers"]}
    assert len(branches) == len(found["branches"])
    for key in COUNTS - {"elementwise"}:
        for branch in found["branches"]:
            own = [
                layer[key]
                for layer in found["layers"]
                if (layer["module"], layer["branch"]) == (branch["module"], branch["branch"])
            ]
            assert sum(own) == branch[key]
    for key in (COUNTS | NAIVE) - {"elementwise"}:
        for module in found["modules"]:
            inside = [b[key] for b in found["branches"] if b["module"] == module["module"]]
            assert sum(inside) == module[key]
        assert sum(module[key] for module in found["modules"]) == found["total"][key]


@pytest.mark.parametrize("argv", CASES, ids=" ".join)
def test_layers_sum_to_operations_to_the_total(argv: list[str], document: Document) -> None:
    found = document(*argv)

    def name(layer: dict[str, Any]) -> str:
        return f"{layer['op']} {'x'.join(map(str, layer['kernel'] or ()))}".strip()

    assert [op["op"] for op in found["ops"]] == list(dict.fromkeys(map(name, found["layers"])))
    for key in COUNTS - {"elementwise"}:
        for op in found["ops"]:
            assert sum(one[key] for one in found["layers"] if name(one) == op["op"]) == op[key]
    for key in (COUNTS | NAIVE) - {"elementwise"}:
        assert sum(op[key] for op in found["ops"]) == found["total"][key]


def test_the_head_of_googlenet(document: Document) -> None:
    found = document("googlenet", "--module", "3a", "--naive", "figure", "--batch", "2")
    assert found["network"] == "googlenet"
    assert found["title"] == "GoogLeNet (Inception v1)"
    assert "1409.4842" in found["source"]
    assert found["input"] == [224, 224, 3]  # of the network, also where a module is shown
    assert found["batch"] == 2
    assert "taps on padding included" in found["convention"]
    assert found["naive_reading"] == "figure"


def test_the_5x5_layer_as_the_manual_shows_it(document: Document) -> None:
    (layer,) = [
        layer
        for layer in document("googlenet", "--module", "3a")["layers"]
        if layer["layer"] == "3a/5x5/2"
    ]
    assert {key: layer[key] for key in ("module", "branch", "op", *sorted(GEOMETRY))} == {
        "module": "3a",
        "branch": "5x5",
        "op": "conv",
        "groups": 1,
        "input": [28, 28, 16],
        "kernel": [5, 5],
        "output": [28, 28, 32],
        "padding": "same",
        "stride": [1, 1],
    }
    assert layer["multiplies"] == 5**2 * 28**2 * 16 * 32
    assert layer["multiplies_unpadded"] == 134**2 * 16 * 32  # 5·28 − 6 taps inside, per axis
    assert layer["weights"] == 5**2 * 16 * 32
    assert layer["biases"] == 32
    assert layer["activations"] == 28**2 * 32


def test_what_is_outside_the_branches_has_the_branch_null(document: Document) -> None:
    layers = document("googlenet", "--module", "3a", "--module", "conv2")["layers"]
    outside = [layer["layer"] for layer in layers if layer["branch"] is None]
    assert outside == ["conv2/1", "conv2/2", "conv2/3", "3a/concat"]


def test_the_naive_counts(document: Document) -> None:
    found = document("googlenet", "--module", "3a")
    (five,) = [branch for branch in found["branches"] if branch["branch"] == "5x5"]
    assert five["naive_multiplies"] == 120_422_400
    assert five["naive_params"] == 25 * 192 * 32 + 32
    (one,) = [branch for branch in found["branches"] if branch["branch"] == "1x1"]
    assert one["naive_multiplies"] == one["multiplies"]
    assert one["naive_params"] == one["params"]


def test_geometry_of_other_layers(document: Document) -> None:
    layers = {layer["layer"]: layer for layer in document("varied.toml")["layers"]}
    first = layers["a/1"]
    assert (first["kernel"], first["stride"]) == ([3, 5], [2, 1])
    assert (first["padding"], first["groups"]) == ([1, 2], 2)
    assert first["output"] == [9, 23, 8]
    depthwise = layers["a/2"]
    assert (depthwise["op"], depthwise["groups"]) == ("depthwise", 8)
    assert [layer["op"] for layer in layers.values()] == [
        *("conv", "depthwise", "depthwise", "conv", "conv", "concat", "maxpool", "avgpool"),
        *("lrn", "norm", "gelu", "flatten", "dense", "softmax"),
    ]
    for layer in layers.values():
        if layer["op"] in ("lrn", "norm", "gelu", "flatten", "dense", "softmax", "concat"):
            assert layer["kernel"] is layer["stride"] is layer["padding"] is None


def test_the_convention_does_not_depend_on_what_is_shown(document: Document) -> None:
    one = document("googlenet")
    for extra in (["--by", "op"], ["--unit", "flops"], ["--by", "layer", "--unit", "macs"]):
        assert document("googlenet", *extra) == one


def test_the_api_writes_the_same(document: Document) -> None:
    report = fc.analyze(fc.load("googlenet"), modules=["3a"], naive="chained")
    found = document("googlenet", "--module", "3a", "--naive", "chained")
    assert json.loads(report.to_json()) == report.to_dict() == found


def test_numbers_past_64_bits_stay_whole(document: Document) -> None:
    found = document("2147483648x2147483648x3 > conv 3x3 2147483648")
    assert found["total"]["multiplies"] == 9 * 3 * 2**93
    assert found["total"]["flops"] == 2 * 9 * 3 * 2**93
    assert math.log2(found["total"]["multiplies"]) > 64


@pytest.mark.slow
def test_the_other_verbs_write_rows(document: Document) -> None:
    for argv in (["list"], ["paper", "googlenet"]):
        found = document(*argv)
        assert found["schema"] == 1
        assert found["rows"]
    (row,) = [row for row in document("paper", "googlenet")["rows"] if row["row"] == "3a"]
    assert row["printed_weights"] == "159K"
    assert row["weights"] == 163_328

"""`flopcount check`: clean on every network; what it prints; whatever goes wrong is one line."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.frameworks.keras import backend as keras_backend
from flopcount.frameworks.keras.check import Result, check
from flopcount.frameworks.keras.variables import KINDS
from flopcount.notation.library import variants
from tests.shipped import INCEPTION

SMALL = "9x9x4 > conv 3x3 8"
VARIANTS = [f"{name}@{variant}" for name in INCEPTION for variant in variants(name)]
# A small side that each takes.
SIDES = dict.fromkeys(INCEPTION, 75) | {"cifar10-inception": 8, "bn-inception": 97}


def assert_clean(result: Result, network: fc.Network) -> None:
    assert [(layer.row.node.path, layer.differs) for layer in result.differing] == []
    assert len(result.layers) == len(network.nodes)
    with_multiplies = [layer for layer in result.layers if layer.row.count("multiplies")]
    assert result.counted() == len(with_multiplies)
    assert result.skipped == 0


# Long to compile: that is done once, at full size; on a small input each of their layers is traced,
# those of googlenet with its auxiliary heads.
DEEP = (
    "bn-inception",
    "googlenet",
    "inception-resnet-v1",
    "inception-resnet-v2",
    "inception-v2",
    "inception-v3",
    "inception-v4",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in INCEPTION if name not in DEEP])
def test_the_other_networks_are_clean_on_a_small_input(name: str) -> None:
    network = fc.load(name, input=f"{SIDES[name]}x{SIDES[name]}")
    assert_clean(check(network), network)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("name", DEEP)
def test_the_deep_networks_are_clean_where_they_are_traced(name: str) -> None:
    network = fc.load(name, input=f"{SIDES[name]}x{SIDES[name]}")
    assert_clean(check(network), network)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("reference", VARIANTS)
def test_every_module_of_every_variant_is_clean(reference: str) -> None:
    whole = fc.load(reference, input="107x107")
    once = [name for name in whole.modules if name.rpartition(".")[2] in ("1", name)]
    network = whole.select(once)
    assert_clean(check(network), network)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")  # a slow test runs them at full size
def test_auxiliary_heads_are_checked_too() -> None:
    network = fc.load("googlenet", input="112x112", aux=True)
    result = check(network)
    assert_clean(result, network)
    assert {"aux1", "aux2"} <= {layer.row.node.module for layer in result.layers}


@pytest.mark.slow
@pytest.mark.parametrize("reference", [*INCEPTION, *VARIANTS])
def test_every_network_is_clean_at_full_size_with_its_heads(reference: str) -> None:
    network = fc.load(reference, aux=True)
    assert_clean(check(network), network)


# What is printed, and what other programs read.


def test_the_table_has_a_line_for_each_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "googlenet", "--module", "3a"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    for path in ("3a/1x1/1", "3a/5x5/2", "3a/pool/1", "3a/concat"):
        assert f"\n{path} " in captured.out
    assert "8 layers compared, none differing\n" in captured.out
    assert "shapes and parameters of 8, multiplies of 6 (6 equal)\n" in captured.out
    assert f"keras {keras.__version__}" in captured.out


@pytest.mark.slow
def test_the_json_has_the_keys_that_programs_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "googlenet", "--module", "3a", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == 1
    assert found["network"] == "googlenet"
    assert found["backend"] == "jax"
    assert {"flopcount", "keras", "jax"} <= set(found["versions"])
    assert (found["compared"], found["differing"], found["skipped"]) == (8, 0, 0)
    layer = found["layers"][4]
    assert (layer["layer"], layer["op"], layer["output"]) == ("3a/5x5/2", "conv", [28, 28, 32])
    # 5²·16·32 = 12,800; 2 · (5·28 − 6)²·16·32 = 18,386,944
    assert layer["keras_params"]["kernel"] == {"shape": [5, 5, 16, 32], "size": 12_800}
    assert layer["xla_flops"] == 2 * layer["multiplies_unpadded"] == 18_386_944
    assert layer["differs"] == []
    assert set(layer["keras_params"]) <= set(KINDS)


@pytest.mark.slow
def test_a_network_may_be_deeper_than_keras_can_recurse() -> None:
    network = fc.parse("1x1x1 > 1100 * identity > conv 1x1 1")
    assert_clean(check(network), network)
    with pytest.raises(fc.FlopcountError, match="spec/1101: too many layers"):
        network.to_keras()


@pytest.mark.slow
def test_a_users_table_and_options_reach_the_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "my.toml"
    table.write_text(
        'title = "t"\nsource = "s"\ninput = "9x9x3"\nclasses = 4\n'
        '[block.b]\ncolumns = ["n"]\n"3x3" = "conv 3x3 {n}"\n"1x1" = "conv 1x1 2"\n'
        '[rows]\na = ["b", 5]\nlinear = "flatten > dense classes"\n'
    )
    argv = ["check", str(table), "--input", "7x6", "--classes", "11", "--set", "a.n=8"]
    assert main([*argv, "--format", "json", "-o", str(tmp_path / "out.json")]) == 0
    capsys.readouterr()
    layers = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["layers"]
    outputs = [layer["keras_output"] for layer in layers][-3:]
    assert outputs == [[7, 6, 10], [1, 1, 420], [1, 1, 11]]


@pytest.mark.slow
def test_time_has_both_readings_and_asserts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    spec = "6x6x8 > [a: conv 1x1 4 | b: conv 1x1 2 reduce > conv 3x3 4]"
    assert main(["check", spec, "--time", "--format", "json"]) == 0
    plain, reduced, whole = json.loads(capsys.readouterr().out)["time"]
    assert (plain["branch"], plain["naive"], plain["time_ratio"]) == ("a", None, None)
    assert reduced["branch"] == "b"
    # 6²·(8·2 + 3²·2·4) = 3,168 as built, 6²·3²·8·4 = 10,368 naive
    assert reduced["built"]["multiplies"] == 3_168
    assert reduced["naive"]["multiplies"] == 10_368
    assert reduced["multiply_ratio"] == 10_368 / 3_168
    low, high = reduced["built"]["quartiles"]
    assert 0 < low <= reduced["built"]["seconds"] <= high
    assert whole["branch"] is None
    assert main(["check", spec, "--time"]) == 0
    printed = capsys.readouterr().out
    assert "time on cpu, one sample" in printed
    assert "naive, ms" in printed
    assert main(["check", "6x6x8 > [a: conv 1x1 4 | b: conv 3x3 4]", "--time"]) == 0
    printed = capsys.readouterr().out.partition("time on cpu")[2]
    assert "as built, ms" in printed
    assert "naive" not in printed  # there is no reduction


# Whatever goes wrong is one line.


def refused(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["check", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["googlenet", "--backend", "jaxx"], "unknown backend 'jaxx'"),
        (["googlenet", "--device", "tpu"], "unknown device 'tpu'"),
        (["googlenet", "--module", "9z"], "unknown module '9z'"),
        (["8x8x3 > dense 1000000000000"], "not a whole number from 1 to 2**31"),
        (
            ["9x9x3 > flatten > dense 9 > dense 2000000000 > dense 2000000000"],
            "spec/3: out of memory",
        ),
        (["400000x400000x3 > relu"], "spec/1: out of memory"),
    ],
)
def test_bad_input_is_one_line(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(argv, capsys)


def test_a_device_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(keras_backend._GPUS, "jax", lambda: None)
    assert "sees no GPU here" in refused([SMALL, "--device", "gpu"], capsys)


def test_without_keras_one_line_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setattr(keras_backend, "find_spec", lambda _: None)
    assert "pip install 'flopcount[keras]'" in refused([SMALL], capsys)


def test_a_backend_that_is_not_installed_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "keras")
    monkeypatch.setattr(keras_backend, "find_spec", lambda name: name == "keras" or None)
    said = refused([SMALL, "--backend", "torch"], capsys)
    assert said == "flopcount: the backend torch is not installed: pip install torch\n"


def test_keras_on_another_backend_already_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "already runs on jax" in refused([SMALL, "--backend", "torch"], capsys)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("what\nKeras says"), "spec/2: Keras: what"),
        (MemoryError(), "spec/2: out of memory"),
        (RuntimeError("RESOURCE_EXHAUSTED: no room"), "spec/2: out of memory"),
    ],
)
def test_what_keras_raises_is_one_line_with_the_layer(
    error: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(**_: Any) -> None:
        raise error

    monkeypatch.setattr(keras.layers, "Conv2D", broken)
    assert refused(["9x9x3 > relu > conv 3x3 4"], capsys) == f"flopcount: {said}\n"


def test_an_interruption_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(keras.layers, "Conv2D", interrupted)
    assert main(["check", SMALL]) == 130
    assert capsys.readouterr() == ("", "flopcount: interrupted at spec/1\n")


@pytest.mark.usefixtures("traced_only")
def test_strict_names_what_no_layer_reads(capsys: pytest.CaptureFixture[str]) -> None:
    spec = "9x9x4 > conv 3x3 8 > (from input + from input > conv 1x1 4)"
    assert main(["check", spec, "--quiet"]) == 0
    capsys.readouterr()
    assert main(["check", spec, "--quiet", "--strict"]) == 3
    assert capsys.readouterr().err == "flopcount: not read by any layer: spec/1\n"

"""`flopcount check` of a model: what is compared, what is explained, what is said."""

import json
from typing import Any

import pytest
import torch
from torch import nn

import flopcount as fc
from flopcount.cli.main import main
from flopcount.frameworks.torch.checking.report import Checked
from tests.frameworks.torch_checked import Block, Branching, Everything

IMAGE = fc.inputs(2, 3, 7, 7)
FLOPS, MISSED = "flop_counter_mode", "missed_by_flop_counter_mode"
TOKENS = fc.inputs(2, 6, dtype="int64")


def by_name(result: Any) -> dict[str, Checked]:
    return {line.name: line for line in result.modules}


def count(lines: dict[str, Checked], name: str, what: str) -> Any:
    return lines[name].numbers[what]


def test_a_block_is_equal_module_by_module() -> None:
    result = fc.check(Block(), IMAGE)
    lines = by_name(result)
    assert result.equal
    assert list(lines) == ["(all)", "first", "first/0", "first/1", "second", "head"]
    # 2 images of 4×4: 9·3·4 for each, then 9·2·4; and 4·5 for each image
    first = 2 * 16 * 9 * 3 * 4
    assert count(lines, "first/0", "multiplies") == first == count(lines, "first/0", FLOPS) / 2
    assert count(lines, "second", "multiplies") == 2 * 16 * 9 * 2 * 4
    assert count(lines, "head", "multiplies") == 2 * 4 * 5
    assert count(lines, "(all)", "params") == 9 * 3 * 4 + 2 * 4 + (9 * 2 * 4 + 4) + 4 + (4 * 5 + 5)
    # mean, variance, and how many batches there were
    assert count(lines, "first/1", "buffers") == 4 + 4 + 1
    assert not any(line.explained for line in result.modules)
    assert {kind.operation for kind in result.kinds} >= {"aten.convolution", "aten.mean"}
    assert all(kind.lines for kind in result.kinds if kind.operation != "aten.clone")


def test_what_the_other_counter_misses_is_explained_to_the_last_multiply() -> None:
    result = fc.check(Everything(), TOKENS)
    lines = by_name(result)
    assert result.equal
    # 12 tokens; in two directions 4 gates of 5 outputs from 4 channels and 5, then from 10 and 5
    lstm = 12 * 2 * (4 * 5 * (4 + 5) + 4 * 5 * (10 + 5))
    assert count(lines, "lstm", MISSED) == {"a fused LSTM on the CPU": lstm}
    assert count(lines, "bilinear", MISSED) == {"a bilinear product": 12 * (10 * 10 * 4 + 10 * 4)}
    attention = 12 * 4 * 4 * 4 + 2 * 2 * 6 * 6 * 4  # four projections, two products of 6 tokens
    assert count(lines, "attention", MISSED) == {"the fast path of attention": attention}
    assert count(lines, "(all)", MISSED)["mv"] == 6 * 10
    assert lines["(all)"].unknown == {"aten._fft_r2c": 1}
    assert all(lines[name].explained for name in ("(all)", "lstm", "bilinear", "attention"))
    shown = str(result)
    assert f"explained: FlopCounterMode counts 0 for a fused LSTM on the CPU ({lstm:,})" in shown
    assert "without aten._fft_r2c, which nobody priced" in shown


def test_a_module_that_two_hold_is_counted_where_it_is_listed() -> None:
    lines = by_name(fc.check(Everything(), TOKENS))
    once = 12 * 3 * 3  # of 12 tokens, 3 channels to 3, run by both
    assert count(lines, "a/0", "multiplies") == 2 * once == count(lines, "a/0", FLOPS) / 2
    assert count(lines, "a", "elsewhere") == 2 * once == -count(lines, "b", "elsewhere")
    assert lines["a"].explained
    assert lines["b"].explained


def test_a_fast_path_leaves_out_the_modules_in_it() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    result = fc.check(layer, fc.inputs(2, 3, 8))
    lines = by_name(result)
    assert result.equal
    assert count(lines, "(all)", MISSED) == {
        "the fast path of an encoder's layer": count(lines, "(all)", "multiplies")
    }
    assert count(lines, "linear1", FLOPS) is None
    assert "not compared: PyTorch does its work without calling it" in str(result)


def test_the_settings_of_pytorch_and_the_module_are_left_as_found() -> None:
    module = Everything().train()
    before = dict(module.__dict__)
    torch.backends.cuda.enable_flash_sdp(False)
    try:
        random = torch.random.get_rng_state()
        fc.check(module, TOKENS)
        assert not torch.backends.cuda.flash_sdp_enabled()
        assert torch.equal(random, torch.random.get_rng_state())
    finally:
        torch.backends.cuda.enable_flash_sdp(True)
    assert module.__dict__ == before
    assert all(part.training for part in module.modules())
    assert torch.backends.mha.get_fastpath_enabled()
    assert not torch.nn.modules.module._global_forward_pre_hooks


@pytest.mark.parametrize("modules", [["first/0"], ["first.0"], ["first/0", "head"]])
def test_some_modules_alone(modules: list[str]) -> None:
    result = fc.check(Block(), IMAGE, modules=modules)
    assert [line.name for line in result.modules] == [name.replace(".", "/") for name in modules]
    assert result.equal


def test_the_json_has_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["torchvision:squeezenet1_1", "--module", "features/3", "--format", "json"]
    assert main(["check", *argv]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["differing"], found["explained"]) == (1, 0, 0)
    first = found["modules"][0]
    assert first["module"] == "features/3"
    assert first["flop_counter_mode"] == 2 * first["multiplies"] > 0
    assert {row["operation"] for row in found["operations"]} >= {"aten.convolution", "aten.cat"}
    assert found["operations_differing"] == 0
    assert found["versions"]["torch"] == torch.__version__


def refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["check", *argv]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["torchvision:resnet18", "--backend", "jax"],
            "is compared with its own software;",
        ),
        (["torchvision:resnet18@separable"], "PyTorch has the model as it was read, without a"),
        (["torchvision:resnet18", "--module", "layer9"], "unknown module 'layer9'"),
        (["torchvision:resnet18", "--device", "tpu"], "unknown device 'tpu'"),
    ],
)
def test_what_cannot_be_checked_is_one_line(
    argv: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(argv, capsys)


def test_without_a_gpu_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "PyTorch sees no GPU here" in refused(
        ["torchvision:resnet18", "--device", "gpu"], capsys
    )


def test_a_network_that_was_read_and_changed_is_not_checked() -> None:
    network = fc.read_torch(Block(), IMAGE)
    assert fc.check(network).equal
    from dataclasses import replace

    with pytest.raises(fc.FlopcountError, match="was read from a model and changed"):
        fc.check(replace(network, name="other"))


@pytest.mark.slow
def test_times_of_modules(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["torchvision:squeezenet1_1", "--time", "--device", "cpu", "--format", "json"]
    assert main(["check", *argv, "--module", "features/3"]) == 0
    (timed,) = json.loads(capsys.readouterr().out)["time"]
    assert timed["module"] == "features/3"
    assert timed["seconds"] > 0
    assert timed["runs"] >= 7


def test_a_module_that_depends_on_numbers_is_run_on_some() -> None:
    result = fc.check(Branching(), fc.inputs(3, 4))
    assert result.equal
    multiplies = {line.name: line.numbers["multiplies"] for line in result.modules}
    assert multiplies == {"(all)": 96, "wide": 96}
    assert "depends on the data" in str(result)


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
def test_bags_of_embeddings_are_run_with_tokens_in_each(mode: str) -> None:
    result = fc.check(nn.EmbeddingBag(9, 4, mode=mode), fc.inputs(5, 3, dtype="int64"))
    assert result.equal
    assert [kind.skipped for kind in result.kinds] == [""]

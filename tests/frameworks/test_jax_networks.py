"""Known networks, read from Flax and Equinox: totals and parameters as other software has them."""

import sys

import jax
import pytest
from flax import nnx

import flopcount as fc
from flopcount.cli.main import run
from flopcount.core import Counts
from flopcount.frameworks.jax.sources import given_function, imported
from tests.frameworks.jax_networks import GPT, LlamaBlock, ResNet
from tests.processes import used

ROOM = "tests.frameworks.jax_networks"
GPT_LAYER = 7_077_888  # 12 · 768²


@pytest.mark.slow
def test_resnet_50_has_torchvisions_numbers() -> None:
    network = fc.read_jax(ResNet(), fc.inputs(1, 224, 224, 3))
    total = Counts(network.rows)
    assert total.multiplies == 4_089_184_256  # torchvision:resnet50
    assert total.params == 25_557_032
    assert total.norm_params == 53_120  # γ and β, 2 · 26,560
    assert total.complete
    assert network.reader["jax"] == jax.__version__
    kinds = {node.scope[-1].kind for node in network.nodes if node.scope[0].name == "Bottleneck_0"}
    assert kinds == {"Bottleneck", "Conv", "BatchNorm"}


@pytest.mark.slow
def test_a_small_resnet_trains_only_where_that_is_said() -> None:
    small = ResNet(stages=(1,))
    network = fc.read_jax(small, fc.inputs(1, 32, 32, 3))
    kinds = {node.scope[-1].kind for node in network.nodes if node.scope[0].name == "Bottleneck_0"}
    assert {"Bottleneck", "Conv", "BatchNorm"} <= kinds
    assert {node.op.word for node in network.nodes if node.scope[0].name == "bn_init"} == {
        *("sub", "add", "rsqrt", "multiply", "parameter")
    }
    trained = fc.read_jax(small, fc.inputs((1, 32, 32, 3), train=True))
    assert any(node.op.word == "sum" and node.scope[0].name == "bn_init" for node in trained.nodes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "given", "multiplies", "params"),
    [
        ("VGG", "1x224x224x3", 15_470_264_320, 138_357_544),  # torchvision:vgg16
        ("ViT", "3x224x224", 17_563_828_224, 86_567_656),  # torchvision:vit_b_16
        # b·(18,432·s² + 123,532,032·s), and transformers' GPT-2 of 124M
        ("GPT", "1x128:int32", 18_432 * 128**2 + 123_532_032 * 128, 124_439_808),
    ],
)
def test_networks_have_the_numbers_that_are_known(
    name: str, given: str, multiplies: int, params: int
) -> None:
    total = Counts(imported(f"{ROOM}:{name}", given).read().rows)
    assert (total.multiplies, total.params, total.complete) == (multiplies, params, True)


@pytest.mark.slow
def test_eight_billion_parameters_take_no_memory() -> None:
    multiplies = 2 * (262_144 * 64**2 + 7_504_658_432 * 64)  # b·(262,144·s² + 7,504,658,432·s)
    code = (
        "from flopcount.core import Counts\n"
        "from flopcount.frameworks.jax.sources import imported\n"
        f"total = Counts(imported('{ROOM}:Llama', '2x64:int32').read().rows)\n"
        f"assert (total.multiplies, total.params) == ({multiplies}, 8_030_261_248)\n"
        "assert total.complete\n"
    )
    done = used([sys.executable, "-c", code])
    assert done.code == 0, done.said
    assert done.memory < 1000 << 20  # where the weights alone are 32 GB


def test_a_transformer_block_by_its_parts() -> None:
    block = LlamaBlock(256, 4, 2, 512)
    network = fc.read_jax(block, fc.inputs(1, 10, 256))
    lines = {row.node.path: row.count("multiplies") for row in network.rows}
    assert lines["q"] == 10 * 256 * 256
    assert lines["k"] == lines["v"] == 10 * 256 * 128
    assert lines["up"] == lines["down"] == 10 * 256 * 512
    weights = 2 * 256**2 + 2 * 256 * 128 + 3 * 256 * 512
    assert Counts(network.rows).multiplies == 10 * weights + 2 * 10**2 * 256


@pytest.mark.slow
def test_gpt_2_in_open_sizes_shares_its_table() -> None:
    model = given_function(
        nnx.eval_shape(lambda: GPT(nnx.Rngs(0), layers=1)),
        (fc.inputs(2, 32, dtype="int32"),),
        {},
        {"B": (0, 0), "T": (0, 1)},
    )
    total = Counts(model.read().rows)
    head = 50_257 * 768
    assert total.multiplies == 2 * (32 * (GPT_LAYER + head) + 2 * 32**2 * 768)
    # the table, the places, a layer (4 matrices and biases, 2 norms), the last norm
    layer = GPT_LAYER + 768 * (3 + 1 + 4 + 1) + 4 * 768
    assert total.params == head + 1024 * 768 + layer + 2 * 768


@pytest.mark.slow
def test_a_resnet_in_open_sizes_from_the_command_line() -> None:
    text, code, said = run(["formula", f"jax:{ROOM}:SmallResNet", "--input", "1x224x224x3"])
    assert (code, said) == (0, "")
    assert "checked against the model" in text

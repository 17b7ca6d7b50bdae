"""The rules of XLA, tf.profiler, Keras and papers: small networks on which the tool was run.

Each text is a network of one layer or a few, beside the number that the tool itself counts for it.
"""

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from flax import linen as nn

import flopcount as fc
from flopcount.core import Counts
from flopcount.counters.counting import count
from flopcount.counters.networks import calls_of
from flopcount.counters.rules import tool_named
from flopcount.notation import shipped
from tests.counters.live_others import xla


def printed(tool: str, network: Any) -> int:
    network = fc.load(network) if isinstance(network, str) else network
    return count(tool_named(tool), calls_of(network).calls).value


class Flax(nn.Module):
    """A function that makes the layers it calls."""

    of: Any

    @nn.compact
    def __call__(self, x: Any) -> Any:
        return self.of(x)


QUICK = {
    "8x8x6 > conv 3x3 5 linear": nn.Conv(5, (3, 3)),
    "8x8x6 > norm=shift": nn.BatchNorm(use_running_average=True, use_scale=False),
}
LSTMS = lambda x: nn.RNN(nn.LSTMCell(4))(nn.RNN(nn.OptimizedLSTMCell(5))(x))  # noqa: E731
SLOW = {
    "8x8x12 > norm=group:3": nn.GroupNorm(3),
    "8x8x6 > softmax": Flax(nn.softmax),
    "7x8 > lstm 5": nn.RNN(nn.OptimizedLSTMCell(5)),
    "8x8x6 > conv 3x3 5 nobias valid linear": nn.Conv(5, (3, 3), padding="VALID", use_bias=False),
    "9x9x6 > conv 3x3/2 6 groups=2 linear dilation=2": nn.Conv(
        6, (3, 3), (2, 2), feature_group_count=2, kernel_dilation=2
    ),
    "8x8x6 > depthwise 3x3 linear": nn.Conv(6, (3, 3), feature_group_count=6),
    "8x8x6 > transposed 2x2/2 5 linear": nn.ConvTranspose(5, (2, 2), (2, 2), padding="VALID"),
    "8x8x6 > transposed 3x3/2 5 linear same": nn.ConvTranspose(5, (3, 3), (2, 2)),
    "8x8x6 > norm": nn.BatchNorm(use_running_average=True),
    "8x8x6 > norm=stats": nn.BatchNorm(use_running_average=True, use_scale=False, use_bias=False),
    "7x6 > norm=layer": nn.LayerNorm(),
    "7x6 > norm=layer:scale": nn.LayerNorm(use_bias=False),
    "7x6 > norm=layer:stats": nn.LayerNorm(use_bias=False, use_scale=False),
    "8x8x6 > norm=instance": nn.InstanceNorm(),
    "8x8x6 > norm=instance:stats": nn.InstanceNorm(use_bias=False, use_scale=False),
    "8x8x6 > norm=group:2:stats": nn.GroupNorm(2, use_bias=False, use_scale=False),
    "7x6 > norm=rms": nn.RMSNorm(),
    "8x8x6 > gelu": Flax(lambda x: nn.gelu(x, approximate=False)),
    "8x8x6 > leaky": Flax(nn.leaky_relu),
    "8x8x6 > hardsigmoid": Flax(nn.hard_sigmoid),
    "8x8x6 > hardswish": Flax(nn.hard_swish),
    "8x8x6 > mish": Flax(jax.nn.mish),
    "8x8x6 > prelu": nn.PReLU(),
    **{
        f"8x8x6 > {word}": Flax(getattr(nn, word))
        for word in ("relu", "relu6", "elu", "selu", "silu", "sigmoid", "tanh", "softplus")
    },
    "8x8x6 > maxpool 3x3/2 same": Flax(lambda x: nn.max_pool(x, (3, 3), (2, 2), "SAME")),
    "8x8x6 > avgpool 2x2/2 valid": Flax(lambda x: nn.avg_pool(x, (2, 2), (2, 2))),
    "8x8x6 > avgpool global": Flax(lambda x: x.mean((1, 2))),
    "8x8x6 > maxpool global": Flax(lambda x: x.max((1, 2))),
    "6 > dense 9": nn.Dense(9),
    "8x8x6 > (conv 1x1 6 linear * identity)": Flax(lambda x: x * nn.Conv(6, (1, 1))(x)),
    "8x8x6 > dropout > flatten": Flax(lambda x: x.reshape(1, -1)),
    "9x8 > attention 4": nn.MultiHeadDotProductAttention(4),
    "7x6 > gru 5": nn.RNN(nn.GRUCell(5)),
    "7x6 > rnn 5": nn.RNN(nn.SimpleCell(5)),
    "7x6 > lstm 5 > lstm 4": Flax(LSTMS),
}


@pytest.mark.parametrize(
    "text", [*QUICK, *(pytest.param(text, marks=pytest.mark.slow) for text in SLOW)]
)
def test_xla_counts_a_layer_as_its_rule_says(text: str) -> None:
    sizes = tuple(map(int, text.split(" > ", maxsplit=1)[0].split("x")))
    assert xla((QUICK | SLOW)[text], (1, *sizes)) == printed("xla", text)


def test_xla_counts_the_indices_of_an_embedding() -> None:
    words = jax.ShapeDtypeStruct((1, 7), "int32")
    assert xla(nn.Embed(11, 6), words) == printed("xla", "7 > embed 11 6")


def resnet(x: Any) -> Any:
    """Two blocks of two convolutions, the second with a projection, on a 16×16 image."""

    def conv(x: Any, width: int, kernel: int = 3, stride: int = 1) -> Any:
        x = nn.Conv(width, (kernel, kernel), (stride, stride), use_bias=False)(x)
        return nn.BatchNorm(use_running_average=True)(x)

    x = nn.relu(conv(x, 8))
    x = nn.relu(x + conv(nn.relu(conv(x, 8)), 8))
    x = nn.relu(conv(x, 16, 1, 2) + conv(nn.relu(conv(x, 16, 3, 2)), 16))
    return nn.softmax(nn.Dense(10)(x.mean((1, 2))))


RESNET = """
input = "16x16x3"
[defaults]
conv = "nobias norm relu"
[rows]
stem = "conv 3x3 8"
one  = "(identity + conv 3x3 8 > conv 3x3 8 linear) > relu"
two  = "(conv 1x1/2 16 linear + conv 3x3/2 16 > conv 3x3 16 linear) > relu"
head = "avgpool global > dense 10 > softmax"
"""


@pytest.mark.slow
def test_xla_counts_a_small_resnet_as_the_rules_say(tmp_path: Any) -> None:
    (tmp_path / "small.toml").write_text(RESNET, encoding="utf-8")
    counted = xla(Flax(resnet), (1, 16, 16, 3))
    assert counted == printed("xla", str(tmp_path / "small.toml")) < 2**24  # where it is exact


def inception(x: Any) -> Any:
    """GoogLeNet's module 3a: Szegedy et al., arXiv:1409.4842, table 1."""

    def conv(x: Any, width: int, kernel: int = 1) -> Any:
        return nn.relu(nn.Conv(width, (kernel, kernel))(x))

    pooled = nn.max_pool(x, (3, 3), (1, 1), "SAME")
    arms = [conv(x, 64), conv(conv(x, 96), 128, 3), conv(conv(x, 16), 32, 5), conv(pooled, 32)]
    return jnp.concatenate(arms, -1)


@pytest.mark.parametrize("side", [4, pytest.param(28, marks=pytest.mark.slow)])
def test_xla_counts_module_3a_of_googlenet_as_the_rules_say(side: int) -> None:
    arms = (
        "1x1: conv 1x1 64 | 3x3: conv 1x1 96 > conv 3x3 128 | "
        "5x5: conv 1x1 16 > conv 5x5 32 | pool: maxpool 3x3 > conv 1x1 32"
    )
    rule = printed("xla", f"{side}x{side}x192 > [{arms}]")
    counted = xla(Flax(inception), (1, side, side, 192))
    if side == 4:
        assert counted == rule < 2**24
    else:  # 20 numbers, summed up in single precision
        assert counted == pytest.approx(rule, rel=20 / 2**24)
        assert rule == pytest.approx(249_000_000, rel=0.01)


# What tf.compat.v1.profiler printed for one Keras layer in a frozen graph: TensorFlow 2.21.0 with
# Keras 3.15.1. The layers: Conv2D(5, 3, padding="same"), and so on.
TENSORFLOW = {
    "8x8x6 > conv 3x3 5 linear": 34_880,
    "8x8x6 > conv 3x3 5 nobias valid linear": 19_440,
    "8x8x6 > conv 3x3 6 groups=2 valid linear": 0,
    "8x8x6 > depthwise 3x3 linear": 7_296,
    "8x8x6 > separable 3x3 7 valid linear": 7_164,
    "10x6 > conv 3 5 valid linear": 1_480,
    "8x8x8x2 > conv 3x3x3 5 valid linear": 117_720,
    "8x8x6 > transposed 3x3/2 5 same linear": 35_840,
    "8x8x6 > transposed 3x3/2 5 linear": 40_460,
    "6 > dense 9": 117,
    "7x6 > dense 9": 819,
    "8x8x6 > norm": 804,
    "8x8x6 > norm=shift": 798,
    "8x8x6 > norm=stats": 798,
    "7x6 > norm=layer": 406,
    "8x8x6 > norm=group:2": 2_330,
    "7x6 > norm=rms": 189,
    "8x8x6 > relu": 0,
    "8x8x6 > prelu": 1_158,
    "8x8x6 > silu": 768,
    "8x8x6 > gelu": 1_536,
    "8x8x6 > hardsigmoid": 768,
    "8x8x6 > hardswish": 1_152,
    "8x8x6 > mish": 384,
    "8x8x6 > softmax": 1_920,
    "8x8x6 > maxpool 3x3/2 same": 864,
    "8x8x6 > avgpool 2x2/2 valid": 384,
    "10x6 > maxpool 2/2 valid": 60,
    "4x4x4x2 > maxpool 2x2x2/2x2x2 valid": 0,
    "8x8x6 > avgpool global": 384,
    "8x8x6 > maxpool global": 0,
    "8x8x6 > upsample 2": 2,
    "8x8x6 > (identity + identity)": 384,
    "7x6 > attention 2": 2_772,
    "7 > embed 11 6": 14,
    "7x6 > lstm 5": 285,
    "9x8 > lstm 5": 365,
    "7x6 > gru 5": 195,
    "7x6 > rnn 5": 65,
    # of whole models of keras.applications
    "vgg-16": 30_960_211_824,
}


@pytest.mark.parametrize("text", TENSORFLOW)
def test_tensorflow_printed_what_its_rule_says(text: str) -> None:
    assert printed("tf-profiler", text) == TENSORFLOW[text]


@pytest.mark.parametrize(
    ("tool", "text", "was"),
    [
        # TensorFlow 2.15.1 with Keras 2.15.0, printed
        ("tf-profiler@2.15.1", "8x8x6 > norm", 0),
        ("tf-profiler@2.15.1", "6 > norm", 48),
        ("tf-profiler@2.15.1", "7x6 > norm=layer", 84),
        # onnx-tool 0.8.5, as ThanatosShinji/onnx-tool#64 has it: 100 steps count as one
        ("onnx-tool@0.8.5", "100x64 > lstm 64 bias=2", 33_280),
        ("onnx-tool@0.8.5", "100x64 > gru 64", 24_960),
    ],
)
def test_a_version_counted_otherwise(tool: str, text: str, was: int) -> None:
    assert printed(tool, text) == was


PAPERS = ["googlenet", "mobilenet-v2", "lenet-5"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in PAPERS else pytest.mark.slow)
        for name in shipped.names()
    ],
)
def test_what_papers_print_are_our_own_counts(name: str) -> None:
    network = fc.load(name)
    counts = Counts(network.rows)
    assert printed("paper-mac", network) == counts.multiplies
    assert printed("paper-unpadded", network) == counts.multiplies_unpadded
    assert printed("keras", network) == counts.params + counts.norm_stats

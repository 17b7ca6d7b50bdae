"""What operations of PyTorch cost, by hand: windows, norms, activations, reductions; words."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from .torch_models import counts, floats, held, read, unknown

IMAGE = floats(2, 8, 6, 6)
N = 2 * 8 * 6 * 6
ROW = floats(4, 10)

# By what is called: its inputs, its word, its output, what it counts.
MODULES: dict[str, tuple[nn.Module, Any, str, tuple[int, ...], dict[str, int]]] = {
    "conv": (
        nn.Conv2d(8, 16, (3, 1), stride=2, padding=(1, 0), groups=4),
        IMAGE,
        "conv",
        (2, 16, 3, 3),
        {"multiplies": 2 * 3 * 3 * 3 * 2 * 16, "params": 3 * 2 * 16 + 16, "adds": 2 * 9 * 16},
    ),
    "depthwise": (
        nn.Conv2d(8, 16, 3, groups=8, bias=False),
        IMAGE,
        "depthwise",
        (2, 16, 4, 4),
        {"multiplies": 2 * 16 * 9 * 16, "params": 9 * 16},
    ),
    "transposed": (
        nn.ConvTranspose2d(8, 4, 2, stride=2, bias=False),
        IMAGE,
        "transposed",
        (2, 4, 12, 12),
        {"multiplies": 2 * 36 * 4 * 8 * 4, "params": 8 * 4 * 4},
    ),
    "maxpool": (
        nn.MaxPool2d(3, 2, ceil_mode=True),
        IMAGE,
        "maxpool",
        (2, 8, 3, 3),
        {"compares": 2 * 8 * 9 * (9 - 1)},
    ),
    "avgpool": (
        nn.AdaptiveAvgPool2d(4),
        IMAGE,
        "avgpool",
        (2, 8, 4, 4),
        # cells of 2 numbers along an axis of 6 to 4: 6 + 4 − 2 numbers in 4 cells
        {"adds": 2 * 8 * (8 * 8 - 16), "divides": 2 * 8 * 16},
    ),
    "bilinear": (
        nn.Upsample(scale_factor=2, mode="bilinear"),
        IMAGE,
        "upsample",
        (2, 8, 12, 12),
        {"own multiplies": 4 * 4 * N, "adds": 3 * 4 * N},
    ),
    "bicubic": (
        nn.Upsample(size=(9, 9), mode="bicubic"),
        IMAGE,
        "upsample",
        (2, 8, 9, 9),
        {"own multiplies": 16 * 2 * 8 * 81, "adds": 15 * 2 * 8 * 81},
    ),
    "nearest": (nn.Upsample(scale_factor=3), IMAGE, "upsample", (2, 8, 18, 18), {}),
    "batch norm": (
        nn.BatchNorm2d(8),
        IMAGE,
        "norm",
        (2, 8, 6, 6),
        {"params": 16, "own multiplies": N, "adds": N},
    ),
    "layer norm": (
        nn.LayerNorm(10, bias=False),
        ROW,
        "norm",
        (4, 10),
        {
            "params": 10,
            # the mean, its difference, the square's sum, ε; the mean and the root's inverse
            "adds": 4 * (9 + 10 + 9 + 1),
            "own multiplies": 4 * (10 + 10 + 10),
            "divides": 4 * 3,
            "exponentials": 4,
        },
    ),
    "prelu": (
        nn.PReLU(8),
        IMAGE,
        "prelu",
        (2, 8, 6, 6),
        {"params": 8, "compares": N, "own multiplies": N},
    ),
    "one slope": (
        nn.PReLU(),
        IMAGE,
        "prelu",
        (2, 8, 6, 6),
        {"params": 1, "compares": N, "own multiplies": N},
    ),
    "relu": (nn.ReLU(inplace=True), ROW, "relu", (4, 10), {"compares": 40}),
    "relu6": (nn.ReLU6(), ROW, "relu6", (4, 10), {"compares": 2 * 40}),
    "leaky": (nn.LeakyReLU(0.1), ROW, "leaky", (4, 10), {"compares": 40, "own multiplies": 40}),
    "gelu": (
        nn.GELU(),
        ROW,
        "gelu",
        (4, 10),
        {"own multiplies": 3 * 40, "adds": 40, "exponentials": 40},
    ),
    "gelu by tanh": (
        nn.GELU("tanh"),
        ROW,
        "gelu",
        (4, 10),
        {"own multiplies": 7 * 40, "adds": 4 * 40, "divides": 40, "exponentials": 40},
    ),
    "selu": (
        nn.SELU(),
        ROW,
        "selu",
        (4, 10),
        {"compares": 40, "own multiplies": 2 * 40, "adds": 40, "exponentials": 40},
    ),
    "glu": (
        nn.GLU(),
        ROW,
        "glu",
        (4, 5),
        {"adds": 20, "divides": 20, "exponentials": 20, "own multiplies": 20},
    ),
    "softmax": (
        nn.Softmax(1),
        ROW,
        "softmax",
        (4, 10),
        {"compares": 4 * 9, "adds": 40 + 4 * 9, "exponentials": 40, "divides": 40},
    ),
    "embed": (nn.Embedding(9, 4), torch.zeros(2, 3, dtype=torch.long), "embed", (2, 3, 4), {}),
    "a bag": (
        nn.EmbeddingBag(9, 4, mode="mean"),
        torch.zeros(2, 3, dtype=torch.long),
        "embed",
        (2, 4),
        {"adds": 2 * 4 * 2, "divides": 2 * 4},
    ),
    "fold": (
        nn.Fold((6, 6), 3, padding=1),
        floats(2, 9 * 4, 36),
        "fold",
        (2, 4, 6, 6),
        {"adds": 2 * 4 * (36 * 9 - 36)},
    ),
}
TABLES = {"embed": 9 * 4, "a bag": 9 * 4}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_counts_what_it_computes(name: str) -> None:
    module, x, word, output, expected = MODULES[name]
    network = read(lambda m, a: m.part(a), x, part=module.eval())
    assert not unknown(network)
    (row,) = network.rows
    assert (row.node.op.word, row.output, row.node.path) == (word, output, "part")
    params = {"params": TABLES[name]} if name in TABLES else {}
    assert counts(network) == {**expected, **params}


# By what is called: a function of a tensor, its word, what it counts for 4 × 10.
FUNCTIONS: dict[str, tuple[Any, str, dict[str, int]]] = {
    "square": (lambda x: x**2, "pow", {"own multiplies": 40}),
    "cube": (lambda x: x**3, "pow", {"own multiplies": 80}),
    "root": (lambda x: x**0.5, "pow", {"exponentials": 40}),
    "rsqrt": (torch.rsqrt, "rsqrt", {"exponentials": 40}),
    "scaled add": (
        lambda x: torch.add(x, x, alpha=2),
        "add",
        {"adds": 40, "own multiplies": 40},
    ),
    "spread": (lambda x: x[:, :1] * x[:1], "multiply", {"own multiplies": 40}),
    "rsub": (lambda x: 1 - x, "sub", {"adds": 40}),
    "clamp": (lambda x: x.clamp(0, 1), "clamp", {"compares": 80}),
    "clamp below": (lambda x: x.clamp(min=0), "clamp", {"compares": 40}),
    "where": (lambda x: torch.where(x > 0, x, 0.0), "where", {"compares": 40}),
    "lerp": (lambda x: x.lerp(x, 0.3), "lerp", {"adds": 80, "own multiplies": 40}),
    "addcmul": (
        lambda x: torch.addcmul(x, x, x, value=0.5),
        "addcmul",
        {"adds": 40, "own multiplies": 80},
    ),
    "mean": (lambda x: x.mean(1), "mean", {"adds": 4 * 9, "divides": 4}),
    "amax": (lambda x: x.amax(0), "max", {"compares": 10 * 3}),
    "argmax": (lambda x: x.argmax(), "argmax", {"compares": 39}),
    "var": (
        lambda x: x.var(1),
        "var",
        {"adds": 4 * (9 + 10 + 9), "own multiplies": 40, "divides": 8},
    ),
    "logsumexp": (
        lambda x: x.logsumexp(1),
        "logsumexp",
        {"compares": 36, "adds": 40 + 36 + 4, "exponentials": 44},
    ),
    "norm": (
        lambda x: functional.normalize(x, dim=1, eps=1e-6),
        "div",
        {"own multiplies": 40, "adds": 36, "exponentials": 4, "compares": 4, "divides": 40},
    ),
    "cumsum": (lambda x: x.cumsum(1), "cumsum", {"adds": 40}),
    "sort": (lambda x: x.sort(1)[0], "sort", {}),
    "pad": (lambda x: functional.pad(x, (1, 2)), "pad", {}),
    "roll": (lambda x: x.roll(1), "roll", {}),
    "scatter_add": (
        lambda x: x.scatter_add(0, torch.zeros(2, 3, dtype=torch.long), x),
        "scatter",
        {"adds": 6},
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_counts_what_it_computes(name: str) -> None:
    function, word, expected = FUNCTIONS[name]
    network = read(lambda _, x: function(x), ROW)
    assert not unknown(network)
    assert network.rows[-1].node.op.word == word
    assert counts(network) == expected


def test_one_word_for_one_thing() -> None:
    words = {
        "add": [lambda x: x + 1, lambda x: x.add_(1)],
        "sub": [lambda x: x - 1, lambda x: 1 - x],
        "div": [lambda x: x / 3, lambda x: x // 3],
        "copy": [lambda x: x.clone(), lambda x: x.to(torch.float16)],
        "gather": [lambda x: x[[0, 1]], lambda x: x.index_select(0, torch.tensor([1]))],
        "relu6": [functional.relu6, lambda x: functional.hardtanh(x, 0, 6)],
    }
    for word, functions in words.items():
        for function in functions:
            (row,) = read(lambda _, x, f=function: f(x), ROW).rows
            assert row.node.op.word == word


def test_computed_weights_are_no_parameters_of_the_layer_that_uses_them() -> None:
    normed = nn.utils.parametrizations.weight_norm(nn.Conv1d(4, 4, 3))
    network = read(lambda m, x: m.part(x), floats(1, 4, 10), part=normed)
    by = {row.node.op.word: row for row in network.rows}
    assert counts(network)["multiplies"] == 8 * 3 * 16
    assert counts(network)["params"] == 4 * 4 * 3 + 4 + 4
    assert by["conv"].count("params") == 4  # its bias
    assert by["weight norm"].output == (4, 4, 3)


def test_a_kernel_that_is_a_buffer_is_no_parameter() -> None:
    network = read(
        lambda m, x: functional.conv2d(x, m.blur, groups=8), IMAGE, blur=floats(8, 1, 3, 3)
    )
    assert counts(network) == {"multiplies": 2 * 16 * 9 * 8}


def test_an_instance_norm_spreads_its_parameters_over_the_samples() -> None:
    network = read(lambda m, x: m.part(x), IMAGE, part=nn.InstanceNorm2d(8, affine=True))
    assert counts(network)["params"] == 16
    assert network.rows[-1].node.op.word == "norm"


def test_fused_attention_has_both_products() -> None:
    op = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    network = read(lambda _, q, k: op(q, k, k)[0], floats(1, 2, 5, 4), floats(1, 2, 7, 4))
    assert counts(network)["multiplies"] == 2 * 2 * 5 * 7 * 4
    assert [row.node.op.word for row in network.rows] == ["attention"]


def test_grouped_products_hold_all_matrices_and_use_one_for_each_row() -> None:
    def experts(m: Any, x: Any) -> Any:
        return torch._grouped_mm(x, m.w, torch.tensor([4, 8], dtype=torch.int32))

    for dtype in (torch.bfloat16, torch.float32):
        w = nn.Parameter(held(2, 16, 32).to(dtype))
        network = read(experts, floats(8, 16).to(dtype), w=w)
        assert counts(network) == {"multiplies": 8 * 16 * 32, "params": 2 * 16 * 32}

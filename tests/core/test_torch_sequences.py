"""Attention, recurrent layers and embeddings in PyTorch: its own modules.

Their parameters are put under the names that our nests have for them; values and the number of
parameters must be the same.
"""

from typing import Any

import numpy as np
import pytest

import flopcount as fc
from flopcount.core.op import Op
from flopcount.core.ops.attention import Attention
from flopcount.core.ops.lookup import Embed
from flopcount.frameworks.literal import run_all

Array = Any
RNG = np.random.default_rng(5)


def drawn(*shape: int) -> Array:
    return 0.5 * RNG.standard_normal(shape)


def tensor(x: Array) -> Any:
    import torch

    return torch.from_numpy(np.ascontiguousarray(x))


def numpy(module: Any, name: str) -> Array:
    return getattr(module, name).detach().numpy()


def put_out(op: Op, inputs: list[Array], named: dict[str, Array]) -> Array:
    """What an op's nests put out, in the shape that it says."""
    work = op.nests(*(x.shape for x in inputs))
    read = {f"x{place or ''}": x for place, x in enumerate(inputs)}
    values, _ = run_all(work.nests, read | named)
    return values.reshape(work.outputs[0])


def agree(ours: Array, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-6, atol=1e-8)


# -- attention


def multihead(channels: int, heads: int, other: int | None = None, *, bias: bool = True) -> Any:
    import torch

    module = torch.nn.MultiheadAttention(
        channels, heads, 0.0, bias, kdim=other, vdim=other, batch_first=True, dtype=torch.float64
    )
    for parameter in module.parameters():  # its biases start at 0
        parameter.data = tensor(drawn(*parameter.shape))
    return module


def projections(module: Any) -> dict[str, Array]:
    """The parameters of its four projections, under our names."""
    parted = module.in_proj_weight is None  # keys of other channels than the queries
    named = {"Wo": numpy(module.out_proj, "weight").T}
    if not parted:
        stacked = np.split(numpy(module, "in_proj_weight"), 3)
    for place, which in enumerate("qkv"):
        weight = numpy(module, f"{which}_proj_weight") if parted else stacked[place]
        named[f"W{which}"] = weight.T
        if module.in_proj_bias is not None:
            named[f"B{which}"] = np.split(numpy(module, "in_proj_bias"), 3)[place]
    if module.out_proj.bias is not None:
        named["Bo"] = numpy(module.out_proj, "bias")
    return named


def size(module: Any) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_self_attention(causal: bool, bias: bool) -> None:  # noqa: FBT001
    import torch

    module, x = multihead(6, 3, bias=bias), drawn(5, 6)
    hidden = torch.ones(5, 5).triu(1).bool() if causal else None
    expected, _ = module(*[tensor(x[None])] * 3, attn_mask=hidden, need_weights=False)
    op = Attention(3, causal=causal, bias=bias)
    agree(put_out(op, [x], projections(module)), expected[0])
    words = f"attention 3{' causal' * causal}{'' if bias else ' nobias'}"
    assert fc.analyze(fc.parse(f"5x6 > {words}")).total.cost.params == size(module)


@pytest.mark.parametrize("other", [None, 4])
def test_cross_attention(other: int | None) -> None:
    module, x, keys = multihead(6, 2, other), drawn(3, 6), drawn(5, other or 6)
    expected, _ = module(tensor(x[None]), *[tensor(keys[None])] * 2, need_weights=False)
    op = Attention(2)
    agree(put_out(op, [x, keys], projections(module)), expected[0])
    assert sum(op.nests(x.shape, keys.shape).parameters.values()) == size(module)


def test_a_window_of_keys() -> None:
    import torch

    module, x = multihead(4, 2), drawn(6, 4)
    s, t = torch.meshgrid(torch.arange(6), torch.arange(6), indexing="ij")
    for op, seen in (
        (Attention(2, window_size=(3,)), (s - t).abs() <= 1),
        (Attention(2, causal=True, window_size=(3,)), (t <= s) & (s - t < 3)),
    ):
        expected, _ = module(*[tensor(x[None])] * 3, attn_mask=~seen, need_weights=False)
        agree(put_out(op, [x], projections(module)), expected[0])


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize(("heads", "kv"), [(4, 2), (3, 1), (2, 2)])
def test_the_products_of_grouped_heads(heads: int, kv: int, causal: bool) -> None:  # noqa: FBT001
    import torch

    q, k = drawn(5, heads * 2), drawn(5, kv * 2)
    apart = [tensor(x.reshape(5, -1, 2).swapaxes(0, 1)[None]) for x in (q, k, k)]
    product = torch.nn.functional.scaled_dot_product_attention
    expected = product(*apart, is_causal=causal, enable_gqa=True)
    op = Attention(heads, kv, causal=causal, dot=True)
    agree(put_out(op, [q, k], {}), expected[0].swapaxes(0, 1).reshape(5, -1))


# -- recurrence: several layers and directions as the notation unfolds them


def layers_of(spec: str, module: Any, x: Array) -> Array:
    """Each row of a network run literally, a recurrent one with the module's parameters."""
    network = fc.parse(f"{'x'.join(map(str, x.shape))} > {spec}")
    assert fc.analyze(network).total.cost.params == size(module)
    names = [name.removeprefix("weight_ih") for name, _ in module.named_parameters()]
    suffixes = iter(name for name in names if name.startswith("_l"))
    held = {next(iter(network.inputs)): x}
    for row in network.rows:
        inputs = [held[port] for port in row.node.inputs]
        if row.node.op.word == "concat":
            held[row.node.path] = np.concatenate(inputs, axis=-1)
        else:
            held[row.node.path] = put_out(row.node.op, inputs, gates(module, next(suffixes)))
    return held[network.output]


def gates(module: Any, suffix: str) -> dict[str, Array]:
    """Of one layer and direction what each gate has, under our names; their order is the same."""
    order = {"LSTM": "ifgo", "GRU": "rzn", "RNN": "h"}[type(module).__name__]
    named: dict[str, Array] = {}
    for what, capital in (
        ("weight_ih", "W"),
        ("weight_hh", "Wr"),
        ("bias_ih", "B"),
        ("bias_hh", "Br"),
    ):
        if hasattr(module, what + suffix):
            stacked = np.split(numpy(module, what + suffix), len(order))
            named |= {capital + g: part.T for g, part in zip(order, stacked, strict=True)}
    if hasattr(module, f"weight_hr{suffix}"):
        named["Wp"] = numpy(module, f"weight_hr{suffix}").T
    return named


@pytest.mark.parametrize("back", ["", " both"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(
    ("kind", "spec", "how"),
    [
        ("LSTM", "lstm 3 bias=2", {}),
        ("LSTM", "lstm 3 bias=2 projection=2", {"proj_size": 2}),
        ("LSTM", "lstm 3 nobias", {"bias": False}),
        ("GRU", "gru 3", {}),
        ("GRU", "gru 3 nobias", {"bias": False}),
        ("RNN", "rnn 3 bias=2", {}),
    ],
)
def test_a_recurrent_layer(
    kind: str, spec: str, how: dict[str, Any], layers: int, back: str
) -> None:
    import torch

    module = getattr(torch.nn, kind)(
        4, 3, layers, batch_first=True, bidirectional=bool(back), dtype=torch.float64, **how
    )
    x = drawn(4, 4)
    expected, _ = module(tensor(x[None]))
    agree(layers_of(f"{spec} layers={layers}{back}", module, x), expected[0])


# -- lookups


def test_an_embedding() -> None:
    import torch

    module = torch.nn.Embedding(7, 3, dtype=torch.float64)
    words = np.array([[2, 6, 0], [2, 1, 1]])
    work = Embed(7, 3).nests(words.shape)
    named, chosen = {"E": numpy(module, "weight")}, {"v": (["..."], words)}
    values, _ = run_all(work.nests, named, chosen=chosen)
    agree(values.reshape(work.outputs[0]), module(tensor(words)))
    assert fc.analyze(fc.parse("5 > embed 7 3")).total.cost.params == size(module)

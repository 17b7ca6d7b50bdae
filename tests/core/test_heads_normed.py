"""Attention whose heads are normed, and whose projections have biases in part, on values."""

from typing import Any

import numpy as np
import pytest

import flopcount as fc
from flopcount.core.ops.attention import Attention
from flopcount.frameworks.literal import run_all

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(3)
T, C, HEADS, GROUPS, D = 5, 12, 4, 2, 6


def drawn(*shape: int) -> Array:
    return RNG.standard_normal(shape)


def test_each_head_is_normed_before_the_product() -> None:
    op = Attention(HEADS, GROUPS, D, causal=True, bias="qv", qknorm=True)
    tensors = {"x": drawn(T, C), "Wq": drawn(C, HEADS * D), "Bq": drawn(HEADS * D)}
    tensors |= {"Wk": drawn(C, GROUPS * D), "Wv": drawn(C, GROUPS * D), "Bv": drawn(GROUPS * D)}
    tensors |= {"Wo": drawn(HEADS * D, C), "Gq": drawn(D), "Gk": drawn(D)}
    found, _ = run_all(op.nests((T, C)).nests, tensors)

    def normed(x: Array, gain: Array) -> Array:
        return x / np.sqrt(np.mean(x * x, -1, keepdims=True) + 0.001) * gain

    w = tensors
    query = normed((w["x"] @ w["Wq"] + w["Bq"]).reshape(T, HEADS, D), w["Gq"])
    key = normed((w["x"] @ w["Wk"]).reshape(T, GROUPS, D), w["Gk"])
    value = (w["x"] @ w["Wv"] + w["Bv"]).reshape(T, GROUPS, D)
    key, value = (np.repeat(one, HEADS // GROUPS, axis=1) for one in (key, value))
    scores = np.exp(np.einsum("shd,thd->hst", query, key) / D**0.5) * np.tri(T)
    mean = np.einsum("hst,thd->shd", scores / scores.sum(-1, keepdims=True), value)
    expected = mean.reshape(T, HEADS * D) @ w["Wo"]
    np.testing.assert_allclose(np.reshape(found, (T, C)), expected, rtol=1e-9)


def test_what_a_part_of_the_biases_and_the_norms_of_heads_hold() -> None:
    def params(words: str) -> int:
        return fc.analyze(f"5x12 > attention 4 kv=2 headdim=6 {words}").total.cost.params

    weights = 12 * (24 + 12 + 12) + 24 * 12
    assert params("nobias") == weights
    assert params("bias=qv") == params("bias=vq") == weights + 24 + 12
    assert params("bias=qkvo") == params("bias") == weights + 24 + 12 + 12 + 12
    assert params("nobias qknorm") == weights + 2 * 6


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("attention 4 bias=qkq", "column 20: bias is 'qkq', not letters of qkvo: the projections"),
        ("attention 4 bias=2", "behind bias= attention takes letters, as in bias=qkv, not 'bias="),
        ("lstm 8 bias=qk", "behind bias= lstm takes a number, bias=1 or bias=2, not 'bias=qk'"),
        ("attention 4 nobias bias=q", "'bias=q' is a second word for the bias of one attention"),
    ],
)
def test_biases_that_no_layer_has(spec: str, said: str) -> None:
    with pytest.raises(fc.FlopcountError) as error:
        fc.load(f"5x12 > {spec}")
    assert said in str(error.value)

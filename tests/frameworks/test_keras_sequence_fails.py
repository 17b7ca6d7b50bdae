"""The check of sequences can fail: one thing broken at a time, on Keras' side or on ours."""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import keras
import numpy as np
import pytest

import flopcount as fc
from flopcount.core.ops.attention import Attention
from flopcount.core.ops.recurrent import Recurrent
from flopcount.core.ops.tokens import Transpose
from flopcount.frameworks.keras import (
    attention,
    attention_layer,
    experts,
    lookup,
    recurrent,
    traced,
)
from flopcount.frameworks.keras.check import check
from flopcount.frameworks.keras.parts import RowLayers
from flopcount.frameworks.keras.plans import Plan
from flopcount.sizes import masks

Patch = pytest.MonkeyPatch
TIED = "6 > embed 9 4 > dense tied=embed"


def said(spec: str) -> str:
    """What a check says of a spec, all of it."""
    result = check(fc.parse(spec))
    assert result.equal == (not result.differing)
    return " | ".join(one for layer in result.differing for one in layer.differs)


def settings(name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> type:
    """A layer of Keras that gets other settings than it is given."""
    base: Any = getattr(keras.layers, name)

    class Changed(base):  # type: ignore[misc]
        def __init__(self, **given: Any) -> None:
            super().__init__(**given | change(given))

    Changed.__name__ = name
    return Changed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "change", "spec", "found"),
    [
        (
            "MultiHeadAttention",  # two heads of eight channels, or four of four
            lambda given: {"num_heads": 1, "key_dim": 2 * given["key_dim"]},
            "6x16 > attention 2",
            ("values of a small copy (attention 2 on 4×4)",),
        ),
        (
            "MultiHeadAttention",
            lambda given: {"num_heads": given["num_heads"] + 1},
            "6x16 > attention 4",  # 2·(4·6·16·20 + 2·6·6·20) of five heads
            ("weights 1,024, Keras 1,280", "XLA 18,240"),
        ),
        (
            "MultiHeadAttention",
            lambda _: {"use_bias": False},
            "6x16 > attention 4",
            ("biases 64, Keras 0",),
        ),
        (
            "GroupQueryAttention",
            lambda given: {"num_key_value_heads": given["num_query_heads"]},
            "6x16 > attention 4 kv=2",
            ("weights 768, Keras 1,024", "Keras' kernel at each position", "XLA "),
        ),
        (
            "GRU",
            lambda _: {"reset_after": False},
            "6x8 > gru 4",  # 3·4 biases, not twice as many
            ("biases 24, Keras 12",),
        ),
        (
            "LSTM",
            lambda given: {"units": given["units"] + 1},
            "6x8 > lstm 4",
            ("output 6×4, Keras 6×5", "weights 192, Keras 260"),
        ),
        (
            "LSTM",
            lambda _: {"go_backwards": False},
            "6x8 > lstm 4 back",
            ("values of a small copy (lstm 3 back on 3×2)",),
        ),
        (
            "LSTM",
            lambda _: {"recurrent_activation": "tanh"},
            "6x8 > lstm 4",
            ("values of a small copy (lstm 3 on 3×2)",),
        ),
    ],
)
def test_a_layer_of_keras_with_other_settings_is_found(
    layer: str, change: Any, spec: str, found: tuple[str, ...], monkeypatch: Patch
) -> None:
    monkeypatch.setattr(keras.layers, layer, settings(layer, change))
    text = said(spec)
    for part in found:
        assert part in text


@pytest.mark.slow
def test_a_mask_that_is_forgotten_is_found(monkeypatch: Patch) -> None:
    class Unmasked(keras.layers.MultiHeadAttention):  # type: ignore[misc]
        def call(self, query: Any, value: Any, key: Any = None, **given: Any) -> Any:
            assert given.pop("use_causal_mask")
            return super().call(query, value, key, **given)

    monkeypatch.setattr(keras.layers, "MultiHeadAttention", Unmasked)
    assert "values of a small copy (attention 2 causal on 4×4)" in said("6x8 > attention 2 causal")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mask", "spec", "found"),
    [
        # the projections have 4·6·8·8; of two products of 6·6 pairs, 15 or 20 pairs are hidden
        ("Causal", "6x8 > attention 2 causal", "1,872"),
        ("Near", "6x8 > attention 2 window=3", "1,792"),
        ("Blocks", "4x4x8 > attention 2 window=2 shift=1", ""),
    ],
)  # fmt: skip
def test_a_mask_that_hides_nothing_in_our_count_is_found(
    mask: str, spec: str, found: str, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(getattr(masks, mask), "inside", getattr(masks, mask).full)
    text = said(spec)
    assert f"XLA's count without what Keras' mask hides {found}" in text
    assert "multiplies unpadded of a small copy" in text


def everything(queries: int, keys: int, *_: int, **__: bool) -> Any:
    """A mask that hides nothing."""
    return np.ones((queries, keys), bool)


def as_it_comes() -> type:
    """No sequence is turned round."""
    kind: type = keras.layers.Identity
    return kind


def longer(at: RowLayers, part: str, vocabulary: int, width: int) -> Any:
    """A table with one row more."""
    kind = keras.layers.Embedding
    return at.layer(kind, part, input_dim=vocabulary + 1, output_dim=width)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("where", "name", "wrong", "spec", "found"),
    [
        (Plan, "seen", lambda *_: None, "4x4x8 > attention 2 window=2 shift=1", "values"),
        (Plan, "seen", lambda *_: None, "6x8 > attention 2 causal rotary", "unpadded"),
        (Plan, "shifts", lambda *_: (0, 0), "4x4x8 > attention 2 window=2 shift=1", "values"),
        (Plan, "places", lambda *_: 9, "6x8 > attention 2 relative", "weights 278, Keras 27"),
        (attention_layer, "_turned", lambda _, x, __: x, "6x8 > attention 2 rotary", "values"),
        (attention, "on_tokens", everything, "6x8 > attention 2 window=3", "values"),
        (experts, "shares", keras.ops.sigmoid, "6x8 > experts 3 top=2 [dense 4]", "values"),
        (recurrent, "reversed_layer", as_it_comes, "6x8 > gru 4 back", "values"),
        (lookup, "_table", longer, "6 > embed 9 4", "weights 36, Keras 40"),
        (RowLayers, "followed", lambda _, x, *__, **___: x, TIED, "biases 9, Keras 0"),
        (RowLayers, "held", lambda *_: [], TIED, "weights 0, Keras 36"),
        (traced, "_rounds", lambda _: 1, "6x8 > lstm 4", "XLA 384"),  # of one step of six
    ],
)  # fmt: skip
def test_a_fault_in_what_is_built_is_found(  # noqa: PLR0917
    where: Any, name: str, wrong: Any, spec: str, found: str, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(where, name, wrong)
    assert found in said(spec)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("op", "old", "new", "spec"),
    [
        (Recurrent, "f[t k] * d[t k] + i", "i[t k] * d[t k] + f", "6x8 > lstm 4"),
        (Recurrent, "un[t k] * r[t k]", "un[t k] * z[t k]", "6x8 > gru 4"),
        (Attention, "pow(|d|, 0.5)", "pow(|d|, 1)", "6x8 > attention 2"),
        (Attention, "* value[t* g d]", "* key[t* g d]", "6x8 > attention 2 nobias"),
        (Transpose, "y[k s] = x[s k]", "y[s k] = x[s k]", "6x8 > transpose"),
    ],
)  # fmt: skip
def test_a_fault_in_our_nests_is_found(
    op: Any, old: str, new: str, spec: str, monkeypatch: Patch
) -> None:
    right = op.nests

    def broken(self: Any, *inputs: Any) -> Any:
        work = right(self, *inputs)
        texts = [nest.text.replace(old, new) for nest in work.nests]
        assert texts != [nest.text for nest in work.nests]
        work.nests = tuple(n._replace(text=t) for n, t in zip(work.nests, texts, strict=True))
        return work

    monkeypatch.setattr(op, "nests", broken)
    assert said(spec)

"""Attention of small models as the notation says it: heads, keys, biases, windows, masks."""

import re
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from flopcount.core import Counts
from flopcount.core.ops.attention import Attention
from flopcount.core.ops.resampling import Crop, Pad
from flopcount.errors import FlopcountError
from flopcount.frameworks.lifted import Lifted, heads, lifted
from tests.frameworks.lifted_attentions import Heads, Talking, Windows
from tests.frameworks.lifted_models import check, lift, words
from tests.frameworks.torch_models import floats, held, read

TOKENS, CHANNELS = 6, 24
X = floats(1, TOKENS, CHANNELS)


def _op(done: Lifted) -> Attention:
    (op,) = (node.op for node in done.network.nodes if isinstance(node.op, Attention))
    return op


def test_one_dense_layer_of_queries_keys_and_values_is_an_attention() -> None:
    done = lift(lambda m, x: m.attn(x), X, attn=Heads(CHANNELS, 3, 8, fused=True))
    assert _op(done) == Attention(3)
    (row,) = done.network.rows
    assert row.output == (TOKENS, CHANNELS)
    # queries, keys, values and the result; and the two products of each pair
    assert row.count("multiplies") == 4 * TOKENS * CHANNELS**2 + 2 * TOKENS**2 * CHANNELS
    assert row.count("params") == 4 * (CHANNELS**2 + CHANNELS)
    # PyTorch scales the keys too, the notation queries alone
    assert done.beside == (
        (
            "attention scales queries alone: the model has "
            f"{TOKENS * CHANNELS} more elementwise multiplies"
        ),
    )


def test_the_node_of_an_attention_has_the_scope_that_all_of_it_is_in() -> None:
    done = lift(lambda m, x: m.attn(x), X, attn=Heads(CHANNELS, 3, 8))
    (node,) = done.network.nodes
    assert (node.path, [step.name for step in node.scope]) == ("attn/o", ["attn"])
    assert done.stands_for[node.path][-1] == "attn/o"


def test_heads_of_keys_serve_several_of_queries() -> None:
    done = lift(lambda m, x: m.attn(x), X, attn=Heads(CHANNELS, 6, 8, kv=2))
    assert _op(done) == Attention(6, kv=2, headdim=8)


@pytest.mark.parametrize("biases", ["", "qkv", "o", "qv", "qvo", "q"])
def test_the_projections_that_have_a_bias_are_named(biases: str) -> None:
    done = lift(lambda m, x: m.attn(x), X, attn=Heads(CHANNELS, 3, 8, biases=biases))
    assert _op(done).bias == (biases or False)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(st.data())
def test_attentions_of_any_form_are_said_with_all_their_counts(data: st.DataObject) -> None:
    tokens, kv, times, dim = (data.draw(st.integers(1, most)) for most in (7, 3, 3, 5))
    channels, fused = data.draw(st.integers(1, 9)), data.draw(st.booleans())
    biases = data.draw(st.sampled_from(["", "qkv", "qkvo", "o"]))
    attn = Heads(channels, kv * times, dim, kv=kv, fused=fused, biases=biases)
    network = read(lambda m, x: m.attn(x), floats(1, tokens, channels), attn=attn)
    done = lifted(network)
    check(network, done)
    assert (_op(done).heads, _op(done).groups) == (kv * times, kv)
    assert Counts(done.network.rows).params == sum(part.numel() for part in attn.parameters())


def test_queries_of_a_class_token_read_the_keys_of_all() -> None:
    attn = Heads(CHANNELS, 3, 8)
    done = lift(lambda m, x: m.attn(x[:, :1], x), X, attn=attn)
    assert words(done) == ["select", "attention"]
    (_, node) = done.network.nodes
    assert node.inputs == ("attn/select", "x")
    row = done.network.rows[-1]
    assert (row.inputs, row.output) == (((1, CHANNELS), (TOKENS, CHANNELS)), (1, CHANNELS))


def test_a_mask_of_numbers_leaves_all_pairs_and_is_said_beside() -> None:
    def causal(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return m.attn(x, mask=torch.full((TOKENS, TOKENS), -1e9).triu(1))

    done = lift(causal, X, attn=Heads(CHANNELS, 3, 8))
    assert not _op(done).causal
    assert done.notes[-1].startswith("masks are numbers that are added: all pairs of a query")


def _on_grid(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
    y = m.stem(x).permute(0, 2, 3, 1)
    return m.attn(y) + y


STEM = nn.Conv2d(5, CHANNELS, 1)


def test_windows_are_cut_out_of_a_grid_with_a_table_of_their_distances() -> None:
    done = lift(_on_grid, floats(1, 5, 8, 12), attn=Windows(CHANNELS, 3, 4), stem=STEM)
    assert words(done) == ["conv bias", "attention", "add"]
    assert _op(done) == Attention(3, window_size=(4,), relative=0)
    row = done.network.rows[1]
    assert row.count("weights") == 4 * CHANNELS**2 + 7 * 7 * 3
    assert row.output == (8, 12, CHANNELS)


def test_a_grid_that_windows_do_not_divide_is_padded_and_cropped() -> None:
    done = lift(_on_grid, floats(1, 5, 7, 11), attn=Windows(CHANNELS, 3, 4), stem=STEM)
    assert words(done) == ["conv bias", "pad", "attention", "crop", "add"]
    ops = [node.op for node in done.network.nodes]
    assert (ops[1], ops[3]) == (Pad((0, 0), (1, 1)), Crop((0, 0), (1, 1)))


def test_windows_of_places_that_lie_apart_cost_as_much_and_are_said_beside() -> None:
    attn = Windows(CHANNELS, 3, 4, apart=True)
    done = lift(_on_grid, floats(1, 5, 8, 12), attn=attn, stem=STEM)
    assert _op(done).window_size == (4,)
    assert done.notes[-1].startswith("windows of places that lie apart (grid attention)")


def _refused(function: Any, *inputs: torch.Tensor, **parts: Any) -> str:
    with pytest.raises(FlopcountError) as found:
        lifted(read(function, *inputs, **parts))
    return str(found.value)


def test_heads_that_talk_are_refused_by_name() -> None:
    said = _refused(lambda m, x: m.attn(x), X, attn=Talking(CHANNELS, 3, 8))
    assert re.fullmatch(
        r"attn/\w+ \(matmul\): an attention: the weights of its values are worked on by "
        r"attn/\S+ \(\w+\)",
        said,
    )


def test_a_mask_that_comes_in_is_refused_by_name() -> None:
    mask = floats(1, 1, TOKENS, TOKENS)
    said = _refused(lambda m, x, y: m.attn(x, mask=y), X, mask, attn=Heads(CHANNELS, 3, 8))
    assert "is added to its scores" in said


def test_attention_without_a_projection_of_its_result_is_refused_by_name() -> None:
    def bare(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        q, k, v = m.q(x), m.k(x), m.v(x)
        return torch.relu((q @ k.transpose(-1, -2)).softmax(-1) @ v)

    parts = {name: nn.Linear(CHANNELS, CHANNELS) for name in "qkv"}
    said = _refused(bare, X, **parts)
    assert said.endswith("an attention: its result has no projection: relu (relu) reads it")


def test_queries_that_no_dense_layer_makes_are_refused_by_name() -> None:
    def bare(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        q, k, v = torch.relu(m.q(x)), m.k(x), m.v(x)
        return m.o((q @ k.transpose(-1, -2)).softmax(-1) @ v)

    parts = {name: nn.Linear(CHANNELS, CHANNELS) for name in "qkvo"}
    said = _refused(bare, X, **parts)
    assert said.endswith("an attention: its queries are no dense layer's; relu (relu) makes them")


def test_tables_that_several_attentions_add_are_refused_by_name() -> None:
    def both(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return m.b(m.a(x, mask=m.table), mask=m.table)

    two = {name: Heads(CHANNELS, 3, 8) for name in "ab"}
    said = _refused(both, X, table=held(1, 3, TOKENS, TOKENS), **two)
    assert "table, which is a part of it, is read by others too" in said


def test_biases_that_are_said_wrongly_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    attn = Heads(CHANNELS, 3, 8, biases="qv")
    network = read(lambda m, x: m.attn(x), X, attn=attn)
    monkeypatch.setattr(heads, "biased", lambda *_args, **_words: True)
    with pytest.raises(FlopcountError) as found:
        lifted(network)
    assert str(found.value) == (
        f"attn/o: as attention it would have {4 * CHANNELS} biases, and the model has "
        f"{2 * CHANNELS}"
    )

"""Tokens of small models as the notation says them: patches, a class, places, tables of rows."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from flopcount.core.ops.lookup import Embed, Position, Tied
from flopcount.core.ops.resampling import Crop, PixelShuffle
from flopcount.core.ops.tokens import Select, Tokens, Transpose
from flopcount.errors import FlopcountError
from flopcount.frameworks.lifted import lifted
from tests.frameworks.lifted_attentions import Heads
from tests.frameworks.lifted_models import lift, words
from tests.frameworks.torch_models import floats, held, read

CHANNELS = 18
IMAGE = floats(1, 3, 8, 12)
PATCH = nn.Conv2d(3, CHANNELS, 4, 4)  # 2×3 patches
PLACES = 2 * 3


def _tokens(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return m.patch(x).flatten(2).transpose(1, 2)


@pytest.mark.slow
def test_a_vision_transformer_is_patches_a_class_places_and_a_first_token() -> None:
    def vit(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = torch.cat([m.token, _tokens(m, x)], 1) + m.places
        y = y + m.attn(m.norm(y))
        return m.head(y[:, 0])

    done = lift(
        vit,
        IMAGE,
        patch=PATCH,
        token=held(1, 1, CHANNELS),
        places=held(1, PLACES + 1, CHANNELS),
        norm=nn.LayerNorm(CHANNELS),
        attn=Heads(CHANNELS, 3, 6),
        head=nn.Linear(CHANNELS, 10),
    )
    assert words(done) == [
        "conv bias",
        "tokens",
        "position",
        "norm",
        "attention",
        "add",
        "select",
        "dense bias",
    ]
    ops = [node.op for node in done.network.nodes]
    assert (ops[1], ops[2], ops[6]) == (Tokens(1), Position(), Select("first"))
    shapes = [row.output for row in done.network.rows]
    assert shapes[:3] == [(2, 3, CHANNELS), (PLACES + 1, CHANNELS), (PLACES + 1, CHANNELS)]
    assert shapes[-2:] == [(1, CHANNELS), (1, 10)]


def test_the_mean_of_all_tokens_but_the_class_is_of_a_crop() -> None:
    def mean(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return m.head(torch.cat([m.token, _tokens(m, x)], 1)[:, 1:].mean(1))

    head = nn.Linear(CHANNELS, 10)
    done = lift(mean, IMAGE, patch=PATCH, token=held(1, 1, CHANNELS), head=head)
    assert words(done) == ["conv bias", "tokens", "crop", "avgpool", "dense bias"]
    assert done.network.nodes[2].op == Crop((1,), (0,))


def test_a_grid_stays_one_where_the_model_goes_back_to_it() -> None:
    def back(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.norm(_tokens(m, x))
        y = y + m.attn(y)
        return m.conv(y.transpose(1, 2).reshape(1, CHANNELS, 2, 3))

    parts = {"norm": nn.LayerNorm(CHANNELS), "conv": nn.Conv2d(CHANNELS, 5, 3, padding=1)}
    done = lift(back, IMAGE, patch=PATCH, attn=Heads(CHANNELS, 3, 6), **parts)
    assert words(done) == ["conv bias layer", "attention", "add", "conv bias"]
    assert done.network.rows[1].output == (2, 3, CHANNELS)


def test_a_mixer_transposes_tokens_and_channels_and_back() -> None:
    def mixer(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = _tokens(m, x)
        y = y + m.mix(y.transpose(1, 2)).transpose(1, 2)
        return y + m.channels(y)

    parts = {"mix": nn.Linear(PLACES, PLACES), "channels": nn.Linear(CHANNELS, CHANNELS)}
    done = lift(mixer, IMAGE, patch=PATCH, **parts)
    assert words(done)[1:] == [
        "tokens",
        "transpose",
        "dense bias",
        "transpose",
        "add",
        "dense bias",
        "add",
    ]
    ops = [node.op for node in done.network.nodes]
    assert (ops[1], ops[2]) == (Tokens(), Transpose())
    assert done.network.rows[3].output == (CHANNELS, PLACES)


def test_a_bias_that_is_added_by_itself_belongs_to_the_layer_before() -> None:
    """PyTorch adds so the bias of a dense layer that reads a transposed tensor."""

    def mixed(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return m.mix(m.norm(_tokens(m, x)).transpose(1, 2))

    parts = {"mix": nn.Linear(PLACES, PLACES), "norm": nn.LayerNorm(CHANNELS)}
    done = lift(mixed, IMAGE, patch=PATCH, **parts)
    assert words(done)[-1] == "dense bias"
    assert done.stands_for["mix/dense"] == ("mix/dense", "mix/bias", "mix/add")


@pytest.mark.parametrize("sliced", [True, False])
def test_patches_that_are_merged_are_channels(*, sliced: bool) -> None:
    def merged(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.stem(x).permute(0, 2, 3, 1)
        if sliced:
            y = torch.cat([y[:, i::2, j::2] for j in (0, 1) for i in (0, 1)], -1)
        else:
            y = y.reshape(1, 4, 2, 6, 2, CHANNELS).permute(0, 1, 3, 4, 2, 5).flatten(3)
        return m.reduction(m.norm(y))

    parts = {"norm": nn.LayerNorm(4 * CHANNELS), "reduction": nn.Linear(4 * CHANNELS, 7)}
    done = lift(merged, IMAGE, stem=nn.Conv2d(3, CHANNELS, 1), **parts)
    assert words(done) == ["conv bias", "pixelunshuffle", "norm", "conv bias"]
    assert done.network.nodes[1].op == PixelShuffle((2, 2), back=True)
    assert done.network.rows[-1].output == (4, 6, 7)


IDS = torch.zeros(1, 5, dtype=torch.long)


def test_tables_of_tokens_of_places_and_of_kinds_are_added_and_one_is_tied() -> None:
    def language(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.words(x) + m.kinds(torch.zeros_like(m.places)[None])
        y = y + m.positions(m.places)
        return functional.linear(y, m.words.weight)

    done = lift(
        language,
        IDS,
        words=nn.Embedding(30, CHANNELS),
        kinds=nn.Embedding(2, CHANNELS),
        positions=nn.Embedding(9, CHANNELS),
        places=torch.arange(5),
    )
    assert words(done) == ["embed", "embed", "add", "position", "dense"]
    ops = [node.op for node in done.network.nodes]
    assert ops[:2] == [Embed(30, CHANNELS), Embed(2, CHANNELS)]
    assert ops[3] == Position(9)
    assert isinstance(ops[4], Tied)
    # the output's weights are the first table's; 30 + 2 + 9 rows in all
    assert sum(int(row.known("weights")) for row in done.network.rows) == (30 + 2 + 9) * CHANNELS


def _refused(function: Any, *inputs: torch.Tensor, **parts: Any) -> str:
    with pytest.raises(FlopcountError) as found:
        lifted(read(function, *inputs, **parts))
    return str(found.value)


def test_two_tokens_that_are_read_each_by_itself_are_refused_by_name() -> None:
    def distilled(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = torch.cat([m.token, m.other, _tokens(m, x)], 1)
        return m.head(y[:, 0]) + m.head2(y[:, 1])

    parts = {"token": held(1, 1, CHANNELS), "other": held(1, 1, CHANNELS)}
    two = {"head": nn.Linear(CHANNELS, 10), "head2": nn.Linear(CHANNELS, 10)}
    said = _refused(distilled, IMAGE, patch=PATCH, **parts, **two)
    assert said == "head (dense): 2 tokens of concat are read, each by itself"


def test_a_parameter_of_some_of_the_places_is_refused_by_name() -> None:
    def partly(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return _tokens(m, x) + m.places

    said = _refused(partly, IMAGE, patch=PATCH, places=held(1, PLACES, 1))
    assert said.startswith("add (add): it reads the parameter places")

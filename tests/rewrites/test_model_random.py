"""Small random convolutional networks, rewritten by us and by hand."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from torch import nn

import flopcount as fc
from flopcount import FlopcountError
from tests.rewrites.by_hand import (
    CONVOLUTIONS,
    NORMS,
    across_and_down,
    counted,
    same,
    separated,
    stacked,
)

Drawn = Callable[[Any], Any]
SIDE = 13
TAILS = ("", "n", "a", "na", "an", "nn", "aa")  # norms and activations behind a convolution


@st.composite
def stacks(draw: Drawn) -> tuple[int, list[list[Any]]]:
    """How many axes there are, and convolutions of all kinds, each with what follows it."""
    axes = draw(st.integers(1, 3))
    channels, found = 4, []
    for _ in range(draw(st.integers(1, 3))):
        width = draw(st.sampled_from([2, 4, 6]))
        along = st.tuples(*[st.integers(1, 3)] * axes)
        equal = st.sampled_from([(k,) * axes for k in (1, 3, 5)])
        kernel = draw(st.one_of(equal, along))
        conv = CONVOLUTIONS[axes](
            channels,
            width,
            kernel,
            draw(st.tuples(*[st.integers(1, 2)] * axes)),
            tuple(draw(st.sampled_from([0, k // 2])) for k in kernel),
            draw(st.sampled_from([1, 1, 2])),
            groups=draw(st.sampled_from([1, 1, 2])),
            bias=draw(st.booleans()),
        )
        parts = {"n": lambda width=width: NORMS[axes](width), "a": nn.ReLU}
        found.append([conv, *[parts[sign]() for sign in draw(st.sampled_from(TAILS))]])
        channels = width
    return axes, found


def followed(tail: Sequence[Any]) -> list[Any]:
    """What rides on a convolution: a norm and an activation, one of each at most."""
    kinds = [type(layer) for layer in tail]
    return list(tail[: 1 if len(kinds) == 2 and kinds[0] is kinds[1] else 2])


def factorized(conv: Any, kernel: int, by_hand: Any, tail: Sequence[Any]) -> list[Any] | None:
    if set(conv.kernel_size) != {kernel} or set(conv.dilation) != {1}:
        return None
    if conv.groups == conv.in_channels:  # depthwise
        return None
    return list(by_hand(conv, followed(tail)))


def depthwise(conv: Any, _tail: Sequence[Any]) -> list[Any] | None:
    plain = conv.groups == 1 and set(conv.kernel_size) != {1}
    return separated(conv) if plain else None


def halved(conv: Any, tail: Sequence[Any]) -> list[Any] | None:
    fits = all(padding % 2 == 0 for padding in conv.padding)
    return factorized(conv, 5, partial(stacked, count=2), tail) if fits else None


def split(conv: Any, tail: Sequence[Any]) -> list[Any] | None:
    square = len(conv.kernel_size) == 2 and conv.kernel_size[0] > 1
    return factorized(conv, conv.kernel_size[0], across_and_down, tail) if square else None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rewrite", "by_hand"),
    [("separable", depthwise), ("factorize=5:3", halved), ("factorize=nxn", split)],
)
@settings(max_examples=20)
@given(drawn=stacks())
def test_a_rewrite_is_what_is_written_by_hand(
    rewrite: str, by_hand: Any, drawn: tuple[int, list[list[Any]]]
) -> None:
    axes, layers = drawn
    shape = (2, 4, *[SIDE] * axes)
    plain = nn.Sequential(*[layer for parts in layers for layer in parts])
    try:
        read = fc.read_torch(plain, fc.inputs(*shape))
    except (FlopcountError, RuntimeError):  # nothing is left of the grid for a kernel
        reject()
    made = [by_hand(conv, tail) for conv, *tail in layers]
    if not any(made):
        with pytest.raises(FlopcountError, match="no convolution that it applies to"):
            read.rewritten(rewrite)
        return
    written = [
        layer
        for parts, other in zip(layers, made, strict=True)
        for layer in ((other or parts[:1]) + parts[1:])
    ]
    network = read.rewritten(rewrite)
    same(network, nn.Sequential(*written), shape)
    kept = {node.path: row.output for node, row in zip(read.nodes, read.rows, strict=True)}
    after = {row.node.path: row.output for row in network.rows}
    assert {path: after[path] for path in kept} == kept
    assert counted(network)["output"] == counted(read)["output"]

"""Sequences and volumes, and parameters that rows share, beside Keras and XLA."""

import os
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")  # read once, when Keras is first imported

import numpy as np
import pytest

import flopcount as fc
from flopcount.core.counts import COUNTS
from flopcount.core.graph import INPUT, Network, Node, Scope, walk
from flopcount.core.op import Op
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.elementwise import Activation, Flatten, PassThrough, Softmax
from flopcount.core.ops.joining import Add, Concat
from flopcount.core.ops.norm import LRN, Norm
from flopcount.core.ops.pooling import AdaptivePool, Pool
from flopcount.core.ops.tail import Tail
from flopcount.frameworks.keras.check import Result, check
from flopcount.frameworks.keras.model import to_keras
from flopcount.sizes import Shape, Window

SCOPE = (Scope("a"),)
BARE = Tail(bias=False)


def network(shape: Shape, nodes: Sequence[Node]) -> Network:
    return Network("by hand", tuple(nodes), {INPUT: shape}, nodes[-1].path)


def chain(shape: Shape, *ops: Op) -> Network:
    """Layers one after the other."""
    paths = [INPUT, *map(str, range(1, len(ops) + 1))]
    nodes = [Node(paths[n + 1], op, (paths[n],), SCOPE) for n, op in enumerate(ops)]
    return network(shape, nodes)


def beside(shape: Shape, *ops: Op) -> Network:
    """Layers that all read the input, so that they are compiled once."""
    return network(shape, [Node(str(n), op, (INPUT,), SCOPE) for n, op in enumerate(ops)])


def agree(net: Network) -> Result:
    result = check(net)
    assert {layer.row.node.op: layer.differs for layer in result.differing} == {}
    assert result.total_differs == ()
    assert result.skipped == 0
    assert all(layer.copy for layer in result.layers)
    return result


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize(
    ("spec", "multiplies", "params"),
    [
        # 3³ taps of 16 channels, to 32, at each of 8·56·56 positions
        ("8x56x56x16 > conv 3x3x3 32 nobias", 346_816_512, 13_824),
        ("250x3 > conv 7/2 16", 125 * 7 * 3 * 16, 352),
        ("250x3 > dense 5", 250 * 3 * 5, 3 * 5 + 5),
        ("128x768 > depthwise 4 multiplier=2 valid", 125 * 4 * 768 * 2, 4 * 768 * 2 + 768 * 2),
    ],
)
def test_figures(spec: str, multiplies: int, params: int) -> None:
    (layer,) = agree(fc.parse(spec)).layers
    assert (layer.row.count("multiplies"), layer.theirs["multiplies"]) == (multiplies,) * 2
    assert (layer.row.count("params"), layer.theirs["params"]) == (params,) * 2


def windows(rank: int, *, pooling: bool = False) -> list[Window]:
    stride, spread = (2, 1, 3)[-rank:], (1, 2, 2)[-rank:]
    even, odd, ones = (2, 3, 4)[-rank:], (3,) * rank, (1,) * rank
    found = [
        Window(odd),
        Window(even, stride),
        Window(odd, stride, padding="valid"),
        Window(odd, stride, padding=ones),
    ]
    if pooling:
        ceil = [Window(odd, stride, padding=pad, ceil=True) for pad in ("valid", ones)]
        return [*found, *ceil]
    return [*found, Window(odd, ones, spread), Window(even, stride, spread)]


SHAPES = [(11, 4), (9, 8, 4), (7, 6, 8, 4)]


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("shape", SHAPES)
def test_convolutions_of_each_rank(shape: Shape) -> None:
    ops = [
        op
        for window in windows(len(shape) - 1)
        for op in (Conv(window, 6), Conv(window, 6, 2, BARE), Conv(window, multiplier=2))
    ]
    assert agree(beside(shape, *ops)).counted("exact") == len(ops)


@pytest.mark.slow
@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("shape", SHAPES)
def test_layers_without_a_kernel_of_each_rank(shape: Shape) -> None:
    rank = len(shape) - 1
    ops = [Pool(kind, w) for kind in ("max", "avg") for w in windows(rank, pooling=True)]
    cells = [(1,) * rank, (3, 2, 5)[:rank]]
    ops += [AdaptivePool(kind, to) for kind in ("max", "avg") for to in cells]
    ops += [LRN(3), Norm(), Activation("relu"), Softmax(), PassThrough("dropout"), Flatten()]
    agree(beside(shape, *ops))


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_network_of_each_rank_runs(shape: Shape) -> None:
    rank = len(shape) - 1
    one, three = Window((1,) * rank), Window((3,) * rank)
    nodes = [
        Node("conv", Conv(three, 4, tail=Tail(norm="norm", activation="relu")), (INPUT,), SCOPE),
        Node("add", Add(), (INPUT, "conv"), SCOPE),
        Node("pool", AdaptivePool("avg", (1,) * rank), ("add",), SCOPE),
        Node("flatten", Flatten(), ("add",), SCOPE),
        Node("dense", Dense(4), ("flatten",), SCOPE),
        Node("concat", Concat(), ("pool", "dense"), SCOPE),  # a grid of ones, and none at all
        Node("again", Conv(one, 3), ("dense",), SCOPE),
        Node("classes", Dense(2), ("concat",), SCOPE),
        Node("end", Concat(), ("again", "classes"), SCOPE),
    ]
    result = agree(network(shape, nodes))
    ones = (1,) * rank
    assert result.layers[3].output == (*ones, 4 * int(np.prod(shape[:-1])))
    assert result.layers[-1].output == (*ones, 5)
    model = to_keras(network(shape, nodes))
    assert model.count_params() == sum(
        row.count("params") + row.count("norm_stats") for row in walk(network(shape, nodes))
    )


@pytest.mark.usefixtures("traced_only")
def test_a_vector_alone() -> None:
    agree(chain((6,), Dense(5), Activation("gelu"), Softmax(), Flatten(), Norm(), Dense(2)))


def test_a_grid_of_more_axes_than_keras_has_is_one_line() -> None:
    with pytest.raises(fc.FlopcountError, match="0: Keras has no Conv for a grid of 4 axes"):
        check(beside((4, 4, 4, 4, 2), Conv(Window((3, 3, 3, 3)), 2)))


# -- parameters that rows share


def shared(**weights: str) -> Network:
    nodes = [
        Node(path, op, (read,), SCOPE, weights=weights if path != "other" else {})
        for path, read, op in (
            ("first", INPUT, Dense(6)),
            ("again", "first", Dense(6)),
            ("other", "again", Dense(6)),
        )
    ]
    return network((8, 6), nodes)


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize(
    ("weights", "params"),
    [
        ({}, 3 * (36 + 6)),
        ({"W": "w"}, 2 * 36 + 3 * 6),
        ({"B": "b"}, 3 * 36 + 2 * 6),
        ({"W": "w", "B": "b"}, 2 * 36 + 2 * 6),
    ],
)
def test_shared_parameters_count_once(weights: dict[str, str], params: int) -> None:
    result = agree(shared(**weights))
    totals = {total.name: total for total in result.totals if total.samples == 1}
    assert (totals["params"].ours, totals["params"].theirs) == (params, params)
    assert totals["multiplies"].theirs == 3 * 8 * 6 * 6
    assert to_keras(shared(**weights)).count_params() == params


@pytest.mark.usefixtures("traced_only")
def test_a_norm_is_shared_whole() -> None:
    def norms(**weights: str) -> Network:
        nodes = [
            Node(path, Norm(), (read,), SCOPE, weights=weights)
            for path, read in (("first", INPUT), ("again", "first"))
        ]
        return network((4, 3), nodes)

    result = agree(norms(G="g", S="s", M="m", V="v"))
    assert [layer.theirs["norm_params"] for layer in result.layers] == [6, 0]
    with pytest.raises(fc.FlopcountError, match="first: Keras shares a norm whole, not its G"):
        check(norms(G="g"))


def test_a_kernel_shared_between_strides_is_one_line() -> None:
    nodes = [
        Node(path, Conv(Window((3,), (stride,)), 3), (read,), SCOPE, weights={"W": "w"})
        for path, read, stride in (("first", INPUT, 1), ("again", "first", 2))
    ]
    with pytest.raises(fc.FlopcountError, match="again: Keras cannot share w between layers"):
        check(network((8, 3), nodes))


@pytest.mark.usefixtures("traced_only")
@pytest.mark.parametrize("name", ["weights", "params"])
def test_shared_parameters_that_count_twice_are_found(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = COUNTS[name]

    def each_time(row: Any) -> Any:
        return right.of(row._replace(shares={}))

    monkeypatch.setitem(COUNTS, name, right._replace(of=each_time))
    (again,) = check(shared(W="w")).differing
    assert again.row.node.path == "again"
    assert any(f"{name} {42 if name == 'params' else 36}, Keras" in said for said in again.differs)

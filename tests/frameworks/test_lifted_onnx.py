"""ONNX files in the notation's own layers: moves that are nodes, pads, numbers held once."""

from math import prod

import pytest

from flopcount.core.ops.joining import Shuffle, Split
from flopcount.errors import FlopcountError
from flopcount.frameworks.lifted import lifted
from tests.frameworks.lifted_models import check, words
from tests.frameworks.onnx_graphs import read

IMAGE = {"x": (1, 8, 12, 10)}


def held(name: str, *shape: int) -> str:
    """A parameter as ONNX' text has it."""
    sizes, numbers = ",".join(map(str, shape)), ", ".join(["0.5"] * prod(shape))
    return f"float[{sizes}] {name} = {{{numbers}}}"


def test_a_window_padded_behind_alone_is_same_where_that_pads_so() -> None:
    network = read(
        f"""strided (float[1,8,12,10] x) => (float[1,4,6,5] y) <{held("w", 4, 8, 3, 3)}> {{
            c = Conv<strides=[2,2], pads=[0,0,1,1]>(x, w)
            y = Relu(c)
        }}""",
        IMAGE,
    )
    done = lifted(network)
    check(network, done)
    assert words(done) == ["conv relu"]
    assert done.network.nodes[0].op.window.padding == "same"  # type: ignore[attr-defined]


def test_a_window_padded_otherwise_is_refused() -> None:
    network = read(
        f"""odd (float[1,8,12,10] x) => (float[1,4,13,11] y) <{held("w", 4, 8, 3, 3)}> {{
            y = Conv<pads=[0,0,3,3]>(x, w)
        }}""",
        IMAGE,
    )
    with pytest.raises(FlopcountError, match="padded by 0×0 before and by another number behind"):
        lifted(network)


def test_slices_that_are_nodes_are_a_split_and_a_transpose_of_groups_a_shuffle() -> None:
    network = read(
        """mixed (float[1,8,12,10] x) => (float[1,8,12,10] y)
        <int64[1] zero = {0}, int64[1] four = {4}, int64[1] eight = {8}, int64[1] one = {1},
         int64[5] apart = {1, 2, 4, 12, 10}, int64[4] whole = {1, 8, 12, 10}> {
            a = Slice(x, zero, four, one)
            b = Slice(x, four, eight, one)
            c = Sigmoid(b)
            d = Concat<axis=1>(a, c)
            e = Reshape(d, apart)
            f = Transpose<perm=[0,2,1,3,4]>(e)
            g = Reshape(f, whole)
            y = Relu(g)
        }""",
        IMAGE,
    )
    done = lifted(network)
    check(network, done)
    assert words(done) == ["split", "sigmoid", "concat", "relu", "shuffle"]
    assert done.network.nodes[0].op == Split(2)
    assert done.network.nodes[-1].op == Shuffle(2)
    assert done.network.output == done.network.nodes[-1].path


def test_biases_that_a_file_holds_once_are_said_beside_the_table() -> None:
    network = read(
        f"""twice (float[1,8,12,10] x) => (float[1,8,12,10] y)
        <{held("v", 8, 8, 1, 1)}, {held("w", 8, 8, 1, 1)}, {held("b", 8)}> {{
            c = Conv(x, v, b)
            y = Conv(c, w, b)
        }}""",
        IMAGE,
    )
    done = lifted(network)
    assert [row.count("biases") for row in done.network.rows] == [8, 8]
    assert done.beside == (
        "numbers that layers share, and in a table do not: the model has 8 fewer biases",
    )

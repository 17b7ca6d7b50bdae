"""What ONNX' operators cost by hand, and that they do so in their forms of each opset."""

from typing import Any

import numpy as np
import pytest

from flopcount.errors import FlopcountError
from flopcount.frameworks.models.beside import row_of
from flopcount.frameworks.models.operands import Operand
from flopcount.frameworks.onnx.checking.calls import Call, call
from flopcount.frameworks.onnx.checking.twins import beside
from flopcount.frameworks.onnx.operations import OPERATIONS
from flopcount.frameworks.onnx.operations.table import Called, Several, Viewed
from flopcount.frameworks.onnx.values import Value
from flopcount.sizes.polynomial import Space
from tests.frameworks.onnx_cases.draws import one


def ones(*shape: int) -> Any:
    return np.ones(shape, np.float32)


def costs(made: Call) -> dict[str, int]:
    """The counts of a node by its rule alone, none of whose nests are run."""
    result = OPERATIONS[made.domain, made.op](made.called())
    steps = result.steps if isinstance(result, Several) else (result,)
    rows = [row_of(step) for step in steps]
    names = ("multiplies", "params", "weights", "biases")
    return {name: sum(int(row.count(name) or 0) for row in rows) for name in names}


# By hand, as ONNX defines each: multiplies and parameters.
HAND = [
    # 64·3·7·7 a place, 112 × 112 places
    (
        call(
            "Conv",
            ones(1, 3, 224, 224),
            ones(64, 3, 7, 7),
            ones(64),
            held=(1, 2),
            strides=[2, 2],
            pads=[3] * 4,
        ),
        64 * 3 * 49 * 112 * 112,
        64 * 3 * 49 + 64,
    ),
    # depthwise: 9 a place and channel; SAME: 28 × 28 places
    (
        call(
            "Conv",
            ones(1, 32, 56, 56),
            ones(32, 1, 3, 3),
            held=(1,),
            group=32,
            strides=[2, 2],
            auto_pad="SAME_LOWER",
        ),
        32 * 9 * 28 * 28,
        32 * 9,
    ),
    # by the side that comes in: 8 × 8 places of 16 channels, each with 4·4·8 numbers
    (
        call(
            "ConvTranspose",
            ones(1, 16, 8, 8),
            ones(16, 8, 4, 4),
            held=(1,),
            strides=[2, 2],
            pads=[1] * 4,
        ),
        8 * 8 * 16 * 16 * 8,
        16 * 16 * 8,
    ),
    (
        call("Gemm", ones(5, 512), ones(1000, 512), ones(1000), held=(1, 2), transB=1),
        5 * 512 * 1000,
        513_000,
    ),
    (call("MatMul", ones(2, 12, 128, 64), ones(2, 12, 64, 128)), 2 * 12 * 128 * 64 * 128, 0),
    (call("MatMul", ones(2, 7, 16), ones(16, 4), held=(1,)), 2 * 7 * 16 * 4, 64),
    (
        call("Einsum", ones(2, 8, 16), ones(16, 4, 6), held=(1,), equation="btc,chd->bthd"),
        2 * 8 * 16 * 24,
        384,
    ),
    # 2 directions, 4 gates, 10 tokens, 3 samples; 2 biases a gate, peepholes for 3 gates
    (
        call(
            "LSTM",
            *(ones(10, 3, 8), ones(2, 64, 8), ones(2, 64, 16), ones(2, 128)),
            *(None, None, None, ones(2, 48)),
            held=(1, 2, 3, 7),
            hidden_size=16,
            direction="bidirectional",
        ),
        2 * 4 * 10 * 3 * (8 * 16 + 16 * 16),
        2 * (64 * 8 + 64 * 16 + 128 + 48),
    ),
    (
        call("GRU", ones(10, 3, 8), ones(1, 48, 8), ones(1, 48, 16), held=(1, 2), hidden_size=16),
        3 * 10 * 3 * (8 * 16 + 16 * 16),
        48 * 8 + 48 * 16,
    ),
    # 8 heads of queries, 2 of keys, 64 queries on 80 keys, 32 channels: both products
    (
        call(
            "Attention",
            ones(2, 64, 256),
            ones(2, 80, 64),
            ones(2, 80, 64),
            q_num_heads=8,
            kv_num_heads=2,
        ),
        2 * 8 * 64 * 80 * 32 * 2,
        0,
    ),
    (
        call(
            "QLinearConv",
            *(ones(1, 3, 8, 8).astype(np.uint8), one(0.1), one(2, np.uint8)),
            *(ones(4, 3, 3, 3).astype(np.int8), ones(4), np.zeros(4, np.int8)),
            *(one(0.1), one(2, np.uint8), np.zeros(4, np.int32)),
            held=(3, 4, 8),
            given=(1, 2, 5, 6, 7),
        ),
        4 * 3 * 9 * 36,
        4 * 27 + 4 + 4,  # the kernel, its scale for each channel, the bias
    ),
    (
        call(
            "MatMulNBits",
            ones(3, 64),
            ones(8, 2, 16),
            held=(1,),
            domain="com.microsoft",
            K=64,
            N=8,
            bits=4,
            block_size=32,
        ),
        3 * 64 * 8,
        64 * 8,
    ),
]


@pytest.mark.parametrize(("made", "multiplies", "params"), HAND, ids=[made.op for made, *_ in HAND])
def test_a_node_costs_what_it_does_by_hand(made: Call, multiplies: int, params: int) -> None:
    found = costs(made)
    assert (found["multiplies"], found["params"]) == (multiplies, params)


def test_weights_that_are_turned_are_a_dense_layers_own() -> None:
    w = np.arange(12, dtype=np.float32).reshape(3, 4)
    done = beside(call("MatMul", ones(2, 3), w, held=(1,), orders={1: (1, 0)}))
    (row,) = done.rows
    assert (done.differs, done.count("params"), row.node.op.word) == ("", 12, "dense")
    assert row.work.nests[0].text == "y[m k] += x[m c] * W[k c]"


@pytest.mark.parametrize("opset", [10, 13, 19, 21, 23])
def test_a_dequantised_weight_is_the_parameter_of_what_reads_it(opset: int) -> None:
    """Its scale for each channel is one of its own; the zero points are constants."""
    kernel = np.ones((4, 3, 3, 3), np.int8)
    parts = (kernel, ones(4), np.zeros(4, np.int8))
    made = call("DequantizeLinear", *parts, held=(0, 1), given=(2,), axis=0, opset=opset)
    result = OPERATIONS["", "DequantizeLinear"](made.called())
    assert isinstance(result, Several)
    (seen,) = result.results
    assert isinstance(seen, Viewed)
    assert (seen.source.held, seen.source.is_weights, seen.shape) == ("in0", True, (4, 3, 3, 3))
    assert [int(row_of(step).count("params") or 0) for step in result.steps] == [4]
    conv = Called("Conv", (Value(Operand((1, 3, 8, 8), port="x")), Value(seen.source)), {}, opset)
    layer = OPERATIONS["", "Conv"](conv)
    assert row_of(layer).count("params") == 4 * 27


def test_sizes_that_no_one_knows_beforehand_make_an_unknown() -> None:
    value = Value(Operand((4,), port="sizes"), "int64")
    made = Called("Resize", (Value(Operand((1, 2, 3, 4), port="x")), None, None, value), {}, 19)
    with pytest.raises(FlopcountError, match="not known before the model runs"):
        OPERATIONS["", "Resize"](made)


def test_sizes_with_names_go_through() -> None:
    space = Space()
    n, s = space.name("n"), space.name("s")
    x = Value(Operand((n, s, 16), port="x"))
    w = Value(Operand((16, 4), held="w", is_parameter=True))
    row = row_of(OPERATIONS["", "MatMul"](Called("MatMul", (x, w), {}, 13)))
    assert row.count("multiplies") == 64 * n * s
    grid = Value(Operand((n, 3, 32 * s, 32 * s), port="x"))
    kernel = Value(Operand((8, 3, 3, 3), held="k", is_parameter=True))
    settings = {"strides": (2, 2), "pads": (1, 1, 1, 1)}
    row = row_of(OPERATIONS["", "Conv"](Called("Conv", (grid, kernel), settings, 13)))
    assert row.count("multiplies") == 8 * 27 * 256 * n * s * s


def test_the_places_of_the_largest_numbers_come_out_too() -> None:
    done = beside(call("MaxPool", ones(1, 2, 6, 6), kernel_shape=[2, 2], strides=[2, 2], outputs=2))
    assert done.differs == ""
    assert [row.output for row in done.rows] == [(1, 2, 3, 3)] * 2
    assert done.count("elementwise.compares") == 2 * 9 * 3  # to say where takes nothing more


@pytest.mark.parametrize(
    ("name", "arrays", "settings", "said"),
    [
        ("Conv", (ones(1, 4, 8), ones(2, 3, 3)), {}, "reads 3 channels, and 4 come in"),
        ("Conv", (ones(1, 3, 8), ones(2, 3, 3)), {"pads": [1]}, "are not those of 1 axes"),
        ("Conv", (ones(1, 3, 2), ones(2, 3, 3)), {}, "does not fit"),
        ("MatMul", (ones(2, 3), ones(4, 5)), {}, "do not fit"),
        ("Gemm", (ones(2, 3, 4), ones(4, 5)), {}, "multiplies two matrices"),
        ("Einsum", (ones(2), ones(2)), {"equation": "i->i"}, "not one of 2 operands"),
        ("Einsum", (ones(2), ones(2)), {"equation": "ij,j->i"}, "does not fit 1 axes"),
        ("Einsum", (ones(2), ones(2)), {"equation": "i,i->k"}, "its operands do not have"),
        ("Einsum", (ones(2), ones(2)), {"equation": "i!,i->"}, "is none"),
        ("MaxPool", (ones(1, 1, 7),), {}, "kernel_shape is missing"),
        ("GridSample", (ones(1, 1, 3, 3), ones(1, 2, 2, 2)), {"mode": "odd"}, "mode odd"),
        ("Attention", (ones(2, 3, 8),) * 3, {}, "how many heads"),
        ("Attention", (ones(2, 3, 4, 8), ones(2, 2, 4, 8), ones(2, 2, 4, 8)), {}, "do not divide"),
        ("GRU", (ones(3, 2, 4), ones(1, 6, 5), ones(1, 6, 2)), {}, "read 5 channels"),
        ("GRU", (ones(3, 2, 4), ones(2, 6, 4), ones(2, 6, 2)), {}, "not those of its directions"),
        (
            "GroupNormalization",
            (ones(1, 4, 2), ones(4), ones(4)),
            {"num_groups": 3},
            "do not divide",
        ),
    ],
)
def test_what_does_not_fit_is_said(
    name: str, arrays: tuple[Any, ...], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(FlopcountError, match=said):
        costs(call(name, *arrays, attributes=settings))

"""Rules of ONNX' operators broken on purpose: the comparison with ONNX' reference finds each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from flopcount.core.ops.tensors import Placing, Product
from flopcount.frameworks.models.operands import Made
from flopcount.frameworks.onnx.checking.calls import Call, call
from flopcount.frameworks.onnx.checking.twins import beside
from flopcount.frameworks.onnx.operations import OPERATIONS
from flopcount.frameworks.onnx.operations.table import Several
from tests.frameworks.onnx_cases.draws import one, sizes

MAKER = np.random.default_rng(7)


def tensor(*shape: int) -> Any:
    return MAKER.normal(size=shape).astype(np.float32)


def turned_round(op: Any) -> Any:
    window = op.window
    other = replace(window, padding=window.after, after=window.padding)
    return replace(op, window=other)


def other_way(op: Any) -> Any:
    """A square matrix read as if it were turned."""
    return Product(op.nest.replace("W[c k]", "W[k c]"), op.width)


LSTM = (tensor(3, 2, 3), tensor(1, 8, 3), tensor(1, 8, 2), tensor(1, 16))
GRU = (tensor(3, 2, 3), tensor(1, 6, 3), tensor(1, 6, 2), tensor(1, 12))
HEADS = {"q_num_heads": 2, "kv_num_heads": 1}
QKV = (tensor(2, 3, 8), tensor(2, 3, 4), tensor(2, 3, 4))
BYTES = (one(0.13), one(3, np.uint8))

# What a node is, and what is made wrong of the op that it is read as.
BROKEN: dict[str, tuple[Call, Callable[[Any], Any]]] = {
    "padding at the other end": (
        call("Conv", tensor(1, 2, 4, 4), tensor(3, 2, 2, 2), held=(1,), pads=[1, 0, 0, 1]),
        turned_round,
    ),
    "dilation left out": (
        call("Conv", tensor(1, 2, 5), tensor(3, 2, 2), held=(1,), dilations=[2], pads=[1, 1]),
        lambda op: replace(op, window=replace(op.window, dilation=(1,), after=(0,))),
    ),
    "no bias": (
        call("Conv", tensor(1, 2, 4), tensor(3, 2, 2), tensor(3), held=(1, 2)),
        lambda op: replace(op, tail=replace(op.tail, bias=False)),
    ),
    "a mean for the largest": (
        call("MaxPool", tensor(1, 2, 4), kernel_shape=[2]),
        lambda op: replace(op, kind="avg"),
    ),
    "weights turned": (call("MatMul", tensor(2, 3), tensor(3, 3), held=(1,)), other_way),
    "a factor left out": (
        call("Gemm", tensor(2, 3), tensor(3, 4), held=(1,), alpha=0.5),
        lambda op: replace(op, scales=(1, 1)),
    ),
    "from the wrong end": (
        call("LSTM", *LSTM, held=(1, 2, 3), hidden_size=2, opset=14, direction="reverse"),
        lambda op: replace(op, back=(False,)),
    ),
    "another activation": (
        call("LSTM", *LSTM, held=(1, 2, 3), hidden_size=2, opset=14),
        lambda op: replace(op, functions=((op.functions[0][0],) * 3,)),
    ),
    "the reset gate in its other place": (
        call("GRU", *GRU, held=(1, 2, 3), hidden_size=2, opset=14),
        lambda op: replace(op, late=True),
    ),
    "no second bias": (
        call("GRU", *GRU, held=(1, 2, 3), hidden_size=2, opset=14),
        lambda op: replace(op, biases=False),
    ),
    "no mean": (
        call("LayerNormalization", tensor(2, 3, 4), tensor(4), held=(1,)),
        lambda op: replace(op, centred=False),
    ),
    "groups as channels": (
        call(
            "GroupNormalization",
            tensor(2, 4, 3),
            *(tensor(4), tensor(4)),
            num_groups=2,
            held=(1, 2),
        ),
        lambda op: replace(op, groups=4),
    ),
    "another size of a norm": (
        call("LRN", tensor(3, 3, 2, 2), size=3, alpha=0.5),
        lambda op: replace(op, size=2),
    ),
    "nothing masked": (
        call("Attention", *QKV, is_causal=1, attributes=HEADS),
        lambda op: replace(op, causal=False),
    ),
    "another scale": (
        call("Attention", *QKV, scale=0.3, attributes=HEADS),
        lambda op: replace(op, scale=0.0),
    ),
    "heads of keys in another order": (
        call("Attention", tensor(1, 2, 3, 4), tensor(1, 2, 3, 4), tensor(1, 2, 3, 4)),
        lambda op: replace(op, heads=2) if op.heads else replace(op, cap=1.0),
    ),
    "places laid otherwise": (
        call("Resize", tensor(1, 1, 3), None, None, sizes(1, 1, 5), given=(3,), mode="nearest"),
        lambda op: replace(op, placings=(Placing("asymmetric", "ceil"),)),
    ),
    "no zero point": (
        call("QuantizeLinear", tensor(2, 3), *BYTES, given=(1, 2)),
        lambda op: replace(op, steps=tuple(step.replace(" + 3", " + 2") for step in op.steps)),
    ),
    "pairs in the other order": (
        call("RotaryEmbedding", tensor(1, 2, 3, 4), tensor(1, 3, 2), tensor(1, 3, 2)),
        lambda op: replace(op, interleaved=True),
    ),
}


def last_changed(result: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(result, Several):
        *before, last = result.steps
        return replace(result, steps=(*before, replace(last, op=change(last.op))))
    assert isinstance(result, Made)
    return replace(result, op=change(result.op))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made, change = BROKEN[name]
    assert beside(made).differs == ""
    key = (made.domain, made.op)
    rule = OPERATIONS[key]
    monkeypatch.setitem(OPERATIONS, key, lambda a: last_changed(rule(a), change))
    assert beside(made).differs != ""

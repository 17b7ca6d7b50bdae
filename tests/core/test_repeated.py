"""An operation in a loop: each of its nests so many times, run literally beside the single one."""

from typing import Any

import numpy as np
import pytest

from flopcount.core import Node, Op, Row, Scope
from flopcount.core.graph import Held
from flopcount.core.ops.tail import Tail
from flopcount.core.ops.tensors import Elementwise, LastConv, Product, Reduction, Repeated, Softmax
from flopcount.frameworks import literal
from flopcount.sizes import Window

TIMES = 3
OPS: list[tuple[Op, tuple[int, ...], dict[str, int]]] = [
    (Product("y[m k] += x[m c] * W[c k]", 4, "B"), (2, 3), {"W": 12, "B": 4}),
    (LastConv(Window((2, 2)), 3, tail=Tail()), (1, 3, 3, 2), {"W": 24, "B": 3}),
    (Elementwise("gate", ("y = exp(x) * 0.5",)), (2, 3), {}),
    (Reduction("mean", "mean", (1,)), (2, 3), {}),
    (Softmax(-1), (2, 3), {}),
]


@pytest.mark.parametrize("own", ["", "W", "WB"])
@pytest.mark.parametrize(("op", "shape", "held"), OPS)
def test_rounds_do_each_what_the_operation_does(
    op: Op, shape: tuple[int, ...], held: dict[str, int], own: str
) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(TIMES, *shape))
    weights: dict[str, Any] = {
        name: rng.normal(size=(TIMES, size) if name in own else size) for name, size in held.items()
    }
    once, often = op.nests(shape), Repeated(op, TIMES, own).nests(shape)
    each = []
    for number in range(TIMES):
        mine = {n: w[number] if n in own else w for n, w in weights.items()}
        each.append(literal.run_all(once.nests, {"x": x[number], **mine})[0])
    together = literal.run_all(often.nests, {"x": x, **weights})[0]
    assert np.allclose(together, each)
    assert often.outputs == tuple((TIMES, *output) for output in once.outputs)


@pytest.mark.parametrize(("op", "shape", "held"), OPS)
def test_counts_are_those_of_all_rounds(
    op: Op, shape: tuple[int, ...], held: dict[str, int]
) -> None:
    once, often, own = (
        row(one, shape) for one in (op, Repeated(op, TIMES), Repeated(op, TIMES, "WB"))
    )
    names = ("multiplies", "multiplies_unpadded", "activations", "elementwise.adds")
    for name in (*names, "elementwise.exponentials", "elementwise.divides"):
        assert often.known(name) == TIMES * once.known(name)
    assert often.known("params") == once.known("params") == sum(held.values())
    assert own.known("params") == TIMES * sum(held.values())


def test_loops_within_loops_multiply() -> None:
    op = Repeated(Repeated(OPS[0][0], 3), 5)
    assert row(op, (2, 3)).known("multiplies") == 3 * 5 * 2 * 3 * 4
    assert op.nests((2, 3)).outputs == ((5, 3, 2, 4),)


def row(op: Op, shape: tuple[int, ...]) -> Row:
    work = op.nests(shape)
    return Row(Node("a", op, ("x",), (Scope("a"),)), (shape,), Held(work.outputs, work=work))

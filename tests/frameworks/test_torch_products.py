"""Products of matrices, vectors and batches: multiplies, parameters and words, by hand."""

from typing import Any

import pytest
import torch
from torch.nn import functional

from .torch_models import counts, floats, held, read, unknown

X = floats(5, 6)
B = floats(3, 5, 6)

# By what is called: its inputs, its parts, its word, what it counts.
PRODUCTS: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any], str, dict[str, int]]] = {
    "mm": (lambda _, a, b: a @ b, (X, floats(6, 7)), {}, "matmul", {"multiplies": 5 * 6 * 7}),
    "a parameter second": (
        lambda m, a: a @ m.w,
        (X,),
        {"w": held(6, 7)},
        "dense",
        {"multiplies": 5 * 6 * 7, "params": 6 * 7},
    ),
    "a parameter first": (
        lambda m, a: m.w @ a.t(),
        (X,),
        {"w": held(7, 6)},
        "dense",
        {"multiplies": 7 * 6 * 5, "params": 6 * 7},
    ),
    "a part of a parameter": (
        lambda m, a: functional.linear(a, m.w[:4], m.b[:4]),
        (X,),
        {"w": held(12, 6), "b": held(12)},
        "dense",
        {"multiplies": 5 * 6 * 4, "params": 12 * 6 + 12, "adds": 5 * 4},
    ),
    "a bias that flows": (
        lambda m, a, c: torch.addmm(c, a, m.w, beta=2, alpha=3),
        (X, floats(5, 7)),
        {"w": held(6, 7)},
        "dense",
        # 2·c and 3·y, and their sum
        {"multiplies": 5 * 6 * 7, "params": 42, "adds": 35, "own multiplies": 2 * 35},
    ),
    "a bias of the whole shape": (
        lambda m, a, b: torch.addmm(m.c, a, b),
        (X, floats(6, 7)),
        {"c": held(5, 7)},
        "matmul",
        {"multiplies": 5 * 6 * 7, "params": 5 * 7, "adds": 5 * 7},
    ),
    "a bias that is not read": (
        lambda _, a, b, c: torch.addmm(c, a, b, beta=0),
        (X, floats(6, 7), floats(5, 7)),
        {},
        "matmul",
        {"multiplies": 5 * 6 * 7},
    ),
    "bmm": (
        lambda _, a, b: torch.bmm(a, b),
        (B, floats(3, 6, 7)),
        {},
        "matmul",
        {"multiplies": 3 * 5 * 6 * 7},
    ),
    "a batch of weights": (
        lambda m, a: torch.bmm(a, m.w),
        (B,),
        {"w": held(3, 6, 7)},
        "dense",
        {"multiplies": 3 * 5 * 6 * 7, "params": 3 * 6 * 7},
    ),
    "weights in another order": (
        lambda m, a: torch.einsum("bmc,kbc->bmk", a, m.w),
        (B,),
        {"w": held(7, 3, 6)},
        "dense",
        {"multiplies": 3 * 5 * 6 * 7, "params": 3 * 6 * 7},
    ),
    "baddbmm": (
        lambda _, a, b, c: torch.baddbmm(c, a, b),
        (B, floats(3, 6, 7), floats(5, 1)),
        {},
        "matmul",
        {"multiplies": 3 * 5 * 6 * 7, "adds": 3 * 5 * 7},
    ),
    "addbmm": (
        lambda _, a, b, c: torch.addbmm(c, a, b),
        (B, floats(3, 6, 7), floats(5, 7)),
        {},
        "matmul",
        {"multiplies": 3 * 5 * 6 * 7, "adds": 5 * 7},
    ),
    "mv": (lambda _, a, b: a @ b, (X, floats(6)), {}, "matmul", {"multiplies": 5 * 6}),
    "mv by a parameter": (
        lambda m, b: m.w @ b,
        (floats(6),),
        {"w": held(5, 6)},
        "dense",
        {"multiplies": 5 * 6, "params": 5 * 6},
    ),
    "mv of a parameter": (
        lambda m, a: a @ m.w,
        (X,),
        {"w": held(6)},
        "dense",
        {"multiplies": 5 * 6, "params": 6},
    ),
    "addmv": (
        lambda _, a, b, c: torch.addmv(c, a, b),
        (X, floats(6), floats(5)),
        {},
        "matmul",
        {"multiplies": 5 * 6, "adds": 5},
    ),
    "dot": (lambda _, a, b: a @ b, (floats(6), floats(6)), {}, "matmul", {"multiplies": 6}),
    "bilinear": (
        torch.nn.Bilinear(6, 7, 8),
        (floats(5, 6), floats(5, 7)),
        {},
        "bilinear",
        # x·W for each of 8, and what that gives times the other; a bias
        {"multiplies": 5 * 8 * (6 * 7 + 7), "params": 8 * 6 * 7 + 8, "adds": 5 * 8},
    ),
    "cdist": (
        lambda _, a, b: torch.cdist(a, b),
        (floats(30, 6), floats(40, 6)),
        {},
        "cdist",
        {
            "multiplies": 30 * 40 * 6,
            # Σx² and Σy², then two sums for each pair; its 2· and its root
            "adds": 30 * 5 + 40 * 5 + 2 * 30 * 40,
            "own multiplies": (30 + 40) * 6 + 30 * 40,
            "exponentials": 30 * 40,
        },
    ),
    "affine_grid": (
        lambda _, a: functional.affine_grid(a, [2, 3, 8, 9], align_corners=False),
        (floats(2, 2, 3),),
        {},
        "matmul",
        {"multiplies": 2 * 8 * 9 * 3 * 2},
    ),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_counts_what_is_multiplied(name: str) -> None:
    function, inputs, parts, word, expected = PRODUCTS[name]
    call = (lambda m, *a: m.part(*a)) if isinstance(function, torch.nn.Module) else function
    parts = {"part": function} if isinstance(function, torch.nn.Module) else parts
    network = read(call, *inputs, **parts)
    assert not unknown(network)
    assert word in {row.node.op.word for row in network.rows}
    assert counts(network) == expected


def test_weights_that_are_permuted_are_the_same_weights() -> None:
    """Both layers hold one matrix, read as it lies and turned: its parameters count once."""
    network = read(lambda m, a: (a @ m.w) @ m.w.t(), X, w=held(6, 7))
    assert counts(network) == {"multiplies": 2 * 5 * 6 * 7, "params": 6 * 7}
    first, second = (row.node.op for row in network.rows)
    assert (first.nest, second.nest) == (  # type: ignore[attr-defined]
        "y[m k] += x[m c] * W[c k]",
        "y[m k] += x[m c] * W[k c]",
    )


def test_a_parameter_that_is_read_in_two_ways_counts_once() -> None:
    network = read(lambda m, a: m.l(a) + m.l.weight[0], floats(2, 8), l=torch.nn.Linear(8, 8))
    assert counts(network)["params"] == 8 * 8 + 8


def test_a_parameter_times_itself_is_a_layer_of_its_own_weights() -> None:
    network = read(lambda m, a: a + m.w @ m.w, floats(4, 4), w=held(4, 4))
    assert counts(network) == {"multiplies": 4 * 4 * 4, "params": 4 * 4, "adds": 4 * 4}

"""What a product is called: the same whatever the axes, names and software are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.analysis.aligned import Alignment, align
from flopcount.analysis.aligned.products import products_of
from flopcount.core import Network, Node, Scope
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.tail import Tail
from flopcount.core.ops.tensors import FirstConv, LastConv
from flopcount.core.ops.tensors import Product as Matrix
from flopcount.sizes import Window

PLAIN = Tail(bias=False)


def of_one(op: Any, *shapes: tuple[int, ...]) -> Network:
    """A network of one layer."""
    ports = {f"x{n}": shape for n, shape in enumerate(shapes)}
    return Network("one", (Node("one", op, tuple(ports), (Scope("one"),)),), ports, "one")


def doing(op: Any, *shapes: tuple[int, ...]) -> list[Any]:
    return [one.doing for one in products_of(of_one(op, *shapes).rows)]


WINDOWS = st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3)).map(
    lambda of: Window(of[:2], (of[2], of[2]))
)


@settings(max_examples=40)
@given(WINDOWS, st.sampled_from([1, 2, 4]), st.integers(1, 3))
def test_a_convolution_is_one_in_any_order_of_the_axes(
    window: Window, groups: int, batch: int
) -> None:
    ours = doing(Conv(window, 16, groups, PLAIN), (11, 14, 8))
    first = doing(FirstConv(window, 16, groups, PLAIN), (1, 8, 11, 14))
    last = doing(LastConv(window, 16, groups, PLAIN), (1, 11, 14, 8))
    assert ours == first == last
    if batch > 1:
        assert doing(FirstConv(window, 16, groups, PLAIN), (batch, 8, 11, 14)) != ours


def test_a_1x1_is_a_dense_layer_at_each_place() -> None:
    conv = doing(Conv(Window((1, 1), (2, 2)), 16, 1, PLAIN), (9, 9, 8))
    assert conv == doing(Matrix("y[m k] += x[m c] * W[k c]", 16), (25, 8))


def test_a_patch_is_a_dense_layer_of_all_its_taps() -> None:
    conv = doing(Conv(Window((4, 4), (4, 4), padding="valid"), 32, 1, PLAIN), (16, 16, 3))
    assert conv == doing(Matrix("y[m k] += x[m c] * W[k c]", 32), (16, 48))
    whole = doing(Conv(Window((7, 7), padding="valid"), 4096, 1, PLAIN), (7, 7, 512))
    assert whole == doing(Matrix("y[m k] += x[m c] * W[k c]", 4096), (1, 7 * 7 * 512))
    padded = doing(Conv(Window((4, 4), (4, 4)), 32, 1, PLAIN), (15, 15, 3))  # 16 with its padding
    assert padded != conv


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("conv 1x7 8", "conv 7x1 8"),
        ("conv 3x3 8", "conv 5x5 8"),
        ("conv 3x3 8", "conv 3x3/2 8"),
        ("conv 3x3 8", "conv 3x3 9"),
        ("conv 3x3 8", "conv 3x3 8 groups=2"),
        ("conv 3x3 8", "conv 3x3 8 valid"),
        ("conv 3x3 8", "transposed 3x3 8"),
        ("conv 1x1 64", "dense 64"),  # of a grid: refused, so of its channels behind a flatten
        ("depthwise 3x3", "depthwise 5x5"),
    ],
)
def test_what_differs_is_not_equal(one: str, other: str) -> None:
    other = other.replace("dense", "flatten > dense")
    assert not align(f"9x9x8 > {one}", f"9x9x8 > {other}").equal


def check_split(found: Alignment, a: int, b: int) -> None:
    (pair,) = found.pairs
    assert pair.a
    assert pair.b
    assert (len(pair.a.paths), len(pair.b.paths), pair.verdict) == (a, b, "equal")
    assert pair.a[2:] == pair.b[2:]


def test_products_that_are_split_are_equal_where_they_add_up_exactly() -> None:
    whole = "32x64 > dense 192"
    check_split(align(whole, "32x64 > [dense 64 | dense 64 | dense 64]"), 1, 3)
    check_split(align("32x64 > [dense 128 | dense 32 | dense 32]", whole), 3, 1)
    assert not align(whole, "32x64 > [dense 64 | dense 64 | dense 63]").equal
    grouped = "9x9x8 > conv 3x3 16 groups=2"
    towers = "9x9x8 > split [conv 3x3 8 | conv 3x3 8]"
    check_split(align(grouped, towers), 1, 2)


def test_attention_in_a_row_is_six_products_of_several_layers() -> None:
    apart = "64x48 > [dense 48 | dense 48 | dense 48]"
    found = align("64x48 > attention 3", apart)
    assert found.first_difference
    assert found.first_difference.differs == ("3 products in the first alone",)
    assert sum(pair.equal for pair in found.pairs) == 0


def test_what_nobody_knows_is_never_equal() -> None:
    from flopcount.core.ops.tensors import Unknown

    known = fc.parse("9x9x8 > conv 3x3 8")
    node = Node("what", Unknown("fft", ((9, 9, 8),)), (known.output,), (Scope("what"),))
    other = Network("other", (*known.nodes, node), known.inputs, "what", reader={"x": "1"})
    found = align(known, other)
    assert found.counts["equal"] == 1
    assert found.unknown == (0, 1)
    assert not found.equal
    assert found.verdict.endswith("; unknown, and not compared: 1 layer of the second")

"""What a jaxpr is read as: loops, branches, inner functions, weights, biases, what is unknown."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from flax import linen as nn
from jax import lax

import flopcount as fc
from flopcount.core import Counts, Network
from flopcount.core.ops.tensors import Product, Repeated
from flopcount.frameworks.jax.reader import Leaf, read_function
from flopcount.frameworks.jax.xla import flops_of

S = jax.ShapeDtypeStruct
X, W, V = S((2, 16), "float32"), S((16, 16), "float32"), S((16,), "float32")
ONE = 2 * 16 * 16  # multiplies of x @ w


def read(function: Any, *args: Any, held: tuple[int, ...] = ()) -> Network:
    leaves = [Leaf(f"w{n}") if n in held else f"x{n}" for n in range(len(args))]
    return read_function(function, args, leaves=leaves)


def words(network: Network) -> list[str]:
    return [node.op.word for node in network.nodes]


def multiplies(network: Network) -> int:
    return int(Counts(network.rows).multiplies)


def test_a_bias_is_its_layers_own() -> None:
    network = read(lambda x, w, b: x @ w + b, X, W, V, held=(1, 2))
    (node,) = network.nodes
    assert node.weights == {"W": "w1", "B": "w2"}
    assert Counts(network.rows).biases == 16


def test_a_bias_is_none_where_the_product_is_read_by_others_too() -> None:
    def twice(x: Any, w: Any, b: Any) -> Any:
        y = x @ w
        return y + b, y * 2

    network = read(twice, X, W, V, held=(1, 2))
    assert words(network) == ["dense", "parameter", "add", "multiply"]


def test_a_weight_that_two_layers_share_counts_once() -> None:
    network = read(lambda x, w: jnp.tanh(x @ w) @ w.T, X, W, held=(1,))
    assert multiplies(network) == 2 * ONE
    assert Counts(network.rows).params == 16 * 16


@pytest.mark.parametrize("length", [1, 7])
def test_a_scan_runs_its_body_so_often(length: int) -> None:
    def scanned(x: Any, w: Any) -> Any:
        return lax.scan(lambda c, _: (jnp.tanh(c @ w), c), x, None, length=length)

    network = read(scanned, X, W, held=(1,))
    assert multiplies(network) == length * ONE
    assert Counts(network.rows).params == 16 * 16
    assert network.shapes[network.results["1"]] == (length, 2, 16)


def test_scans_within_scans_multiply() -> None:
    def inner(c: Any, w: Any) -> Any:
        return lax.scan(lambda c, _: (c @ w, None), c, None, length=3)[0]

    def outer(x: Any, w: Any) -> Any:
        return lax.scan(lambda c, _: (inner(c, w), None), x, None, length=4)[0]

    network = read(outer, X, W, held=(1,))
    assert multiplies(network) == 3 * 4 * ONE
    assert network.notes == (
        "a loop's body counts as often as it runs: a loop 4 times, a loop 12 times",
    )


def test_layers_stacked_in_one_array_have_each_their_own() -> None:
    def stacked(x: Any, ws: Any, bs: Any) -> Any:
        return lax.scan(lambda c, p: (c @ p[0] + p[1], None), x, (ws, bs))[0]

    network = read(stacked, X, S((5, 16, 16), "float32"), S((5, 16), "float32"), held=(1, 2))
    (node,) = [node for node in network.nodes if isinstance(node.op, Repeated)]
    assert isinstance(node.op, Repeated)
    assert node.op.own == "WB"
    total = Counts(network.rows)
    assert (total.multiplies, total.params) == (5 * ONE, 5 * 16 * 16 + 5 * 16)


def test_a_for_loop_with_known_bounds_runs_so_often() -> None:
    network = read(lambda x, w: lax.fori_loop(2, 7, lambda _, c: c @ w, x), X, W, held=(1,))
    assert multiplies(network) == 5 * ONE


@pytest.mark.parametrize(("step", "rounds"), [(1, 10), (3, 4)])
def test_a_while_loop_that_counts_runs_so_often(step: int, rounds: int) -> None:
    def counting(x: Any, w: Any) -> Any:
        return lax.while_loop(lambda c: c[0] < 10, lambda c: (c[0] + step, c[1] @ w), (0, x))[1]

    network = read(counting, X, W, held=(1,))
    assert multiplies(network) == rounds * ONE
    assert Counts(network.rows).complete


def test_a_while_loop_that_the_data_ends_is_unknown_and_said() -> None:
    def until(x: Any, w: Any) -> Any:
        return lax.while_loop(lambda c: c.sum() < 5, lambda c: c @ w, x)

    network = read(until, X, W, held=(1,))
    total = Counts(network.rows)
    assert (total.multiplies, total.complete) == (ONE, False)
    assert network.notes == (
        "a while loop: a while loop whose length the data says; its body is counted once",
    )


def test_of_two_branches_the_larger_counts() -> None:
    def chosen(x: Any, w: Any) -> Any:
        return lax.cond(x.sum() > 0, lambda: x @ w, lambda: jnp.tanh(x @ w) @ w)

    network = read(chosen, X, W, held=(1,))
    assert multiplies(network) == 2 * ONE
    assert "dense" in words(network)
    assert network.notes == ("a cond: branch 0 of 2 is counted (the one with the most multiplies)",)


def test_inner_functions_are_read_through() -> None:
    @jax.custom_vjp
    def custom(x: Any) -> Any:
        return jnp.sin(x)

    custom.defvjp(lambda x: (jnp.sin(x), x), lambda x, g: (g * jnp.cos(x),))

    @jax.checkpoint
    def function(x: Any, w: Any) -> Any:
        return jax.nn.relu(custom(jax.jit(lambda x: x @ w)(x)))

    assert words(read(function, X, W, held=(1,))) == ["dense", "sin", "relu"]


def test_what_nothing_reads_is_not_run() -> None:
    def lazy(x: Any, w: Any) -> Any:
        _ = jnp.linalg.svd(x)
        return x @ w

    assert words(read(lazy, X, W, held=(1,))) == ["dense"]


def test_vmap_is_a_batch() -> None:
    network = read(jax.vmap(lambda x, w: w @ x, (0, None)), X, W, held=(1,))
    assert multiplies(network) == ONE
    assert isinstance(network.nodes[0].op, Product)


def test_other_types_of_numbers_do_not_hide_a_weight() -> None:
    def mixed(x: Any, w: Any) -> Any:
        return (x.astype("bfloat16") @ w.astype("bfloat16")).astype("float32")

    network = read(mixed, X, W, held=(1,))
    assert network.nodes[0].weights == {"W": "w1"}
    assert Counts(network.rows).params == 16 * 16


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: jnp.linalg.svd(x, compute_uv=False), "svd"),
        (lambda x: jnp.fft.fft(x).real, "fft"),
        (lambda x: jax.pure_callback(lambda a: a, S(x.shape, x.dtype), x), "pure_callback"),
        (lax.digamma, "digamma"),
    ],
)
def test_what_nobody_priced_is_named(function: Any, name: str) -> None:
    network = read(function, X)
    assert words(network) == [name]
    assert not Counts(network.rows).complete


def test_a_random_mask_draws_its_numbers_for_nothing() -> None:
    def dropped(x: Any) -> Any:
        return jnp.where(jax.random.bernoulli(jax.random.key(0), 0.5, x.shape), x, 0)

    assert Counts(read(dropped, X).rows).complete


@pytest.mark.parametrize(
    ("strides", "padding", "shape"),
    [
        ((2, 2), "SAME", (1, 8, 8, 3)),
        ((2, 2), "VALID", (1, 8, 8, 3)),
        ((3, 2), "SAME", (2, 5, 6, 3)),
    ],
)
def test_a_transposed_convolution_counts_by_its_input(
    strides: tuple[int, int], padding: str, shape: tuple[int, ...]
) -> None:
    def transposed(x: Any, w: Any) -> Any:
        return lax.conv_transpose(x, w, strides, padding)

    x, w = S(shape, "float32"), S((3, 3, 3, 4), "float32")
    network = read(transposed, x, w, held=(1,))
    positions = shape[0] * shape[1] * shape[2]
    assert multiplies(network) == positions * 3 * 3 * 3 * 4
    # XLA counts the taps that land on what is put out and on numbers, and no stuffed zeros
    assert flops_of(transposed, x, w) == 2 * Counts(network.rows).multiplies_unpadded


@pytest.mark.parametrize(
    ("settings", "kernel"),
    [
        ({"window_strides": (2, 2), "padding": "SAME"}, (3, 3, 4, 6)),
        ({"window_strides": (1, 1), "padding": ((2, 0), (-1, 3))}, (3, 3, 4, 6)),
        ({"window_strides": (1, 1), "padding": "VALID", "rhs_dilation": (2, 1)}, (3, 3, 4, 6)),
        ({"window_strides": (1, 1), "padding": "SAME", "feature_group_count": 2}, (3, 3, 2, 6)),
        ({"window_strides": (1, 1), "padding": "SAME", "feature_group_count": 4}, (3, 3, 1, 8)),
    ],
)
def test_convolutions_count_as_xla_does(settings: dict[str, Any], kernel: tuple[int, ...]) -> None:
    def convolved(x: Any, w: Any) -> Any:
        layout = ("NHWC", "HWIO", "NHWC")
        return lax.conv_general_dilated(x, w, dimension_numbers=layout, **settings)

    x, w = S((2, 9, 8, 4), "float32"), S(kernel, "float32")
    network = read(convolved, x, w, held=(1,))
    assert flops_of(convolved, x, w) == 2 * Counts(network.rows).multiplies_unpadded


@pytest.mark.slow
@pytest.mark.parametrize("tokens", [1, 9])
def test_an_lstm_by_scan_is_its_formula(tokens: int) -> None:
    network = fc.read_jax(nn.RNN(nn.LSTMCell(5)), fc.inputs(2, tokens, 3))
    total = Counts(network.rows)
    assert total.multiplies == 2 * tokens * 4 * (3 * 5 + 5 * 5)  # four gates: W·x and U·h
    assert total.params == 4 * (3 * 5 + 5 * 5 + 5)


def test_attention_is_its_formula() -> None:
    attention = nn.MultiHeadDotProductAttention(num_heads=4, qkv_features=16)
    network = fc.read_jax(attention, fc.inputs(2, 7, 12))
    projections = 3 * 12 * 16 + 16 * 12
    assert multiplies(network) == 2 * (7 * projections + 2 * 7 * 7 * 16)
    assert Counts(network.rows).params == projections + 3 * 16 + 12


def test_a_function_of_no_input_still_counts_its_products() -> None:
    w = jnp.ones((16, 16))
    assert multiplies(fc.read_jax(lambda: w @ w)) == 16**3

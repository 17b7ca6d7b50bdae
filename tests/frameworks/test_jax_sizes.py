"""Sizes with names: JAX's own expressions as ours, and formulas that agree with the function."""

from typing import Any

import jax
import jax.numpy as jnp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import export, lax

import flopcount as fc
from flopcount import FlopcountError
from flopcount.core import Counts
from flopcount.frameworks.jax.reader.sizes import Sizes
from flopcount.frameworks.jax.sources import given_function
from flopcount.frameworks.models.open_sizes.formulas import read_open
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import value

SIZE = st.integers(1, 60)


@settings(deadline=None, max_examples=60)
@given(SIZE, SIZE, st.integers(1, 5), st.integers(1, 5))
def test_expressions_of_jax_are_ours(b: int, h: int, m: int, n: int) -> None:
    space, sizes = Space(), dict(zip("BH", export.symbolic_shape("B, H"), strict=True))
    ours = Sizes({name: space.name(name) for name in "BH"})

    def made(x: Any, y: Any) -> list[Any]:
        return [x * y + m, (x + m) // n, -((-y) // n), (x * m) % n, x * x - 3 * y]

    larger = (jax.core.max_dim, max), (jax.core.min_dim, min)
    theirs = made(sizes["B"], sizes["H"]) + [of(sizes["B"], sizes["H"]) for of, _ in larger]
    known = made(b, h) + [of(b, h) for _, of in larger]
    for expression, number in zip(theirs, known, strict=True):
        size = ours(expression)
        found = size if isinstance(size, int) else value(size, {"B": b, "H": h})
        assert found == number


def pooled(x: Any, w: Any) -> Any:
    layout = ("NHWC", "HWIO", "NHWC")
    x = lax.conv_general_dilated(x, w, (2, 2), "SAME", dimension_numbers=layout)
    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "VALID")
    return lax.conv_transpose(x, jnp.ones((2, 2, 8, 4)), (2, 2), "VALID")


def scanned(x: Any, w: Any) -> Any:
    return lax.scan(lambda c, xt: (jnp.tanh(c + xt @ w), None), x[:, 0] * 0, x.swapaxes(0, 1))


@pytest.mark.parametrize(
    ("function", "x", "w", "names", "others"),
    [
        (pooled, (2, 32, 40, 3), (3, 3, 3, 8), "BHW", [(1, 16, 16), (3, 19, 33)]),
        (scanned, (2, 9, 6), (6, 6), "BT", [(3, 4), (5, 12)]),
    ],
)
def test_formulas_are_what_the_function_comes_to(
    function: Any, x: Any, w: Any, names: str, others: list[tuple[int, ...]]
) -> None:
    arrays = (jnp.ones(x), jnp.ones(w))
    symbols = {name: (0, axis) for axis, name in enumerate(names)}
    model = given_function(lambda x: function(x, arrays[1]), arrays[:1], {}, symbols)
    space = Space()
    network = read_open(model, {name: space.name(name) for name in names})
    for sizes in others:
        at = dict(zip(names, sizes, strict=True))
        there = Counts(model.read(at).rows)
        for count in ("multiplies", "activations", "params", "elementwise.adds"):
            size = Counts(network.rows)[count]
            assert (size if isinstance(size, int) else value(size, at)) == there[count], count


@pytest.mark.slow
def test_a_size_that_is_fixed_is_said() -> None:
    table = jnp.ones((9, 6))
    model = given_function(lambda x: x + table, (jnp.ones((2, 9, 6)),), {}, {"T": (0, 1)})
    with pytest.raises(FlopcountError, match="T is fixed at 9 by the model"):
        read_open(model, {"T": Space().name("T")})


def test_the_symbols_that_a_user_gives_are_open() -> None:
    w = jnp.ones((6, 5))
    network = fc.read_jax(lambda x: x @ w, jnp.ones((4, 6)), symbols={"N": (0, 0)})
    assert "30·N" in str(fc.formula(network))

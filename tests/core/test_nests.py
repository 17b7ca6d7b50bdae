"""The language of nests: literal nests, run line by line, against JAX and against brute force."""

from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from flopcount.core.nest import Nest, parse
from flopcount.frameworks.literal import run
from flopcount.sizes.masks import Causal
from flopcount.sizes.meets import Ragged, Slide

RNG = np.random.default_rng(1)


def drawn(*shape: int) -> np.ndarray[Any, Any]:
    return RNG.standard_normal(shape)


def agree(nest: Nest, tensors: dict[str, Any], expected: Any, chosen: Any = None) -> None:
    """Values, and the lines: all pairs are `full`, those that landed `inside`."""
    ran = run(nest, tensors, chosen)
    np.testing.assert_allclose(ran.values.ravel(), np.ravel(expected), rtol=1e-4, atol=1e-5)
    assert ran.lines == nest.lines(inside=True)
    assert ran.all_lines == nest.lines()


def test_a_convolution_with_other_padding_before_than_after() -> None:
    # 6 + 1 + 2 rows under a kernel that spans 5, step 2: 3 outputs; 5 + 0 + 3 columns: 4
    x, w = drawn(6, 5, 2, 3), drawn(3, 2, 2, 3, 2)
    slides = (Slide(6, 3, 3, 2, 2, before=1), Slide(5, 4, 2, 2, 1, before=0))
    sizes = {"...": (), "o": (3, 4), "t": (3, 2), "g": 2, "c": 3, "k": 2}
    nest = Nest("y[... o* g k] += x[... o*:t* g c] * W[t* g c k]", sizes, {"o:t": slides})
    expected = jax.lax.conv_general_dilated(
        x.reshape(1, 6, 5, 6),
        w.transpose(0, 1, 3, 2, 4).reshape(3, 2, 3, 4),
        (2, 2),
        [(1, 2), (0, 3)],
        rhs_dilation=(2, 1),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=2,
    )
    agree(nest, {"x": x, "W": w}, expected)


def test_a_convolution_in_three_dimensions_of_a_batch() -> None:
    x, w = drawn(2, 4, 3, 3, 2), drawn(2, 3, 1, 2, 3)
    slides = (Slide(4, 3, 2), Slide(3, 3, 3, before=1), Slide(3, 2, 1, stride=2))
    sizes = {"...": (2,), "o": (3, 3, 2), "t": (2, 3, 1), "g": 1, "c": 2, "k": 3}
    nest = Nest("y[... o* g k] += x[... o*:t* g c] * W[t* g c k]", sizes, {"o:t": slides})
    expected = jax.lax.conv_general_dilated(
        x,
        w,
        (1, 1, 2),
        [(0, 0), (1, 1), (0, 0)],
        dimension_numbers=("NDHWC", "DHWIO", "NDHWC"),
    )
    agree(nest, {"x": x, "W": w}, expected)
    assert nest.elements(parse(nest.text).reads[1]) == 2 * 3 * 1 * 2 * 3  # no batch in a weight


def test_a_transposed_convolution_crops_as_it_pads() -> None:
    # n = (i − 1)·2 + 3 − 2·1: what a convolution of stride 2 and padding 1 makes 4×3 of
    x, w = drawn(4, 3, 2), drawn(3, 3, 2, 3)
    slides = (Slide(7, 4, 3, 2, before=1), Slide(5, 3, 3, 2, before=1))
    sizes = {"...": (), "o": (4, 3), "t": (3, 3), "g": 1, "c": 2, "k": 3}
    nest = Nest("y[... o*:t* g k] += x[... o* g c] * W[t* g c k]", sizes, {"o:t": slides})
    flipped = jax.lax.conv_transpose(
        jnp.asarray(x)[None], jnp.asarray(w)[::-1, ::-1], (2, 2), "VALID"
    )
    assert flipped.shape[1:3] == (9, 7)
    agree(nest, {"x": x, "W": w}, flipped[0, 1:-1, 1:-1])


@pytest.mark.parametrize("window", [None, 2, 9])
@pytest.mark.parametrize("cached", [0, 3])
def test_causal_attention_with_fewer_keys_than_queries_heads(
    window: int | None, cached: int
) -> None:
    s, groups, heads, d = 4, 2, 3, 5
    t = s + cached
    q, k = drawn(s, groups, heads, d), drawn(t, groups, d)
    sizes = {"...": (), "s": s, "t": t, "g": groups, "n": heads, "d": d}
    mask = Causal(s, t, window)
    nest = Nest(
        "a[... g n s t] += q[... s g n d] * k[... t g d] where Causal(s, t)",
        sizes,
        {"s:t": (mask,)},
    )
    scores = np.einsum("sgnd,tgd->gnst", q, k)
    rows, columns = np.indices((s, t))
    far = t if window is None else window
    seen = (columns <= rows + cached) & (columns > rows + cached - far)
    agree(nest, {"q": q, "k": k}, scores * seen)
    assert nest.lines(inside=True) == groups * heads * d * int(seen.sum())


def test_an_embedding_multiplies_nothing() -> None:
    e, tokens = drawn(7, 4), np.array([[3, 0, 6]])
    nest = Nest("y[... d] = E[?v d]", {"...": (1, 3), "v": 7, "d": 4})
    agree(nest, {"E": e}, jnp.take(e, tokens, axis=0), {"v": (["..."], tokens)})
    assert nest.operations() == {}
    assert nest.elements(nest.form.reads[0]) == 28


def test_experts_weigh_all_and_work_the_chosen() -> None:
    x, w, best = drawn(3, 4), drawn(5, 4, 2), np.array([[0, 4], [1, 2], [3, 3]])
    nest = Nest("y[... n k] += x[... c] * W[?e c k]", {"...": (3,), "n": 2, "e": 5, "c": 4, "k": 2})
    expected = np.einsum("sc,snck->snk", x, w[best])
    agree(nest, {"x": x, "W": w}, expected, {"e": (["...", "n"], best)})
    assert nest.lines() == 3 * 2 * 4 * 2
    assert nest.elements(nest.form.reads[1]) == 5 * 4 * 2


@pytest.mark.parametrize("n", range(1, 12))
@pytest.mark.parametrize("m", range(1, 12))
def test_an_adaptive_pool_covers_n_plus_m_less_their_common_divisor(n: int, m: int) -> None:
    cells = Ragged(n, m)
    landed = [cells.lands(o, t) for o, t in product(range(m), range(n + 1))]
    assert cells.full == sum(index is not None for index in landed)


@pytest.mark.parametrize(
    ("formula", "operations"),
    [
        ("max(r0, 0)", {"compares": 1}),
        ("max(r0, r1, r2)", {"compares": 2}),
        ("-r0", {}),
        ("r0 - -r1", {"adds": 1}),
        ("r0 / pow(1 + r1, 0.75)", {"divides": 1, "exponentials": 1, "adds": 1}),
        ("2 * r0 * r1", {"multiplies": 2}),
        ("r0 if r0 > 0 else exp(r0) - 1", {"compares": 1, "exponentials": 1, "adds": 1}),
    ],
)
def test_operations_are_read_off_the_right_side(formula: str, operations: dict[str, int]) -> None:
    text = "y[c] = " + formula.replace("r0", "a[c]").replace("r1", "b[c]").replace("r2", "d[c]")
    assert parse(text).operations == operations


@pytest.mark.parametrize("text", ["y[k] == x[k]", "y = x[k]", "y[k] *= x[k]", "[k] = x[k]", ""])
def test_what_is_no_nest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no nest|no tensor"):
        parse(text)


def test_a_reduction_of_n_takes_one_operation_less() -> None:
    assert Nest("s[...] += x[... c]", {"...": (2, 3), "c": 5}).operations() == {"adds": 6 * 4}
    assert Nest("m[...] max= x[... c]", {"...": (2,), "c": 5}).operations() == {"compares": 2 * 4}
    squares = Nest("s[...] += q[... c]", {"...": (2,), "c": 1})
    assert squares.operations() == {"adds": 0}

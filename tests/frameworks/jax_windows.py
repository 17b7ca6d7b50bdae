"""Cases of JAX's primitives that slide windows: convolutions of any layout, pooling."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from tests.frameworks.jax_cases import case, numbers
from tests.frameworks.jax_twins import Case


def conv(layout: Any = ("NHWC", "HWIO", "NHWC"), **settings: Any) -> Callable[[Any, Any], Any]:
    return lambda x, w: lax.conv_general_dilated(x, w, dimension_numbers=layout, **settings)


ONE = (1, 1)
_CONVS = [
    ((2, 5, 5, 3), (3, 3, 3, 4), {"window_strides": ONE, "padding": "SAME"}),
    ((1, 6, 5, 3), (3, 2, 3, 2), {"window_strides": (2, 1), "padding": "VALID"}),
    (
        (1, 5, 5, 4),
        (2, 2, 2, 4),
        {"window_strides": ONE, "padding": "SAME", "feature_group_count": 2},
    ),
    (
        (1, 4, 4, 3),
        (2, 2, 1, 6),
        {"window_strides": ONE, "padding": "SAME", "feature_group_count": 3},
    ),
    (
        (1, 6, 6, 2),
        (2, 2, 2, 2),
        {"window_strides": ONE, "padding": ((2, 0), (0, 1)), "rhs_dilation": (2, 2)},
    ),
    ((1, 6, 6, 2), (2, 2, 2, 2), {"window_strides": ONE, "padding": ((-1, -1), (0, -2))}),
    (
        (2, 4, 4, 2),
        (2, 2, 2, 4),
        {"window_strides": ONE, "padding": "VALID", "batch_group_count": 2},
    ),
    (
        (1, 3, 4, 2),
        (3, 3, 2, 2),
        {"window_strides": ONE, "padding": ((2, 1), (2, 1)), "lhs_dilation": (2, 2)},
    ),
    (
        (1, 3, 3, 2),
        (2, 2, 2, 2),
        {"window_strides": ONE, "padding": ((1, 1), (1, 1)), "lhs_dilation": (3, 3)},
    ),
    (
        (1, 3, 3, 2),
        (2, 2, 2, 2),
        {"window_strides": ONE, "padding": ((0, 0), (-1, 0)), "lhs_dilation": (2, 2)},
    ),
    (
        (1, 3, 3, 4),
        (2, 2, 2, 2),
        {
            "window_strides": ONE,
            "padding": ((1, 1), (1, 1)),
            "lhs_dilation": (2, 2),
            "feature_group_count": 2,
        },
    ),
]
_FIRST = ("NCHW", "OIHW", "NCHW")
for _x, _w, _settings in _CONVS:
    for _held in ((1,), ()):
        case(
            "conv_general_dilated",
            lambda rng, x=_x, w=_w, s=_settings, h=_held: Case(
                conv(**s), (numbers(rng, *x), numbers(rng, *w)), h
            ),
        )
    if "batch_group_count" not in _settings:
        case(
            "conv_general_dilated",
            lambda rng, x=_x, w=_w, s=_settings: Case(
                conv(_FIRST, **s),
                (numbers(rng, x[0], x[3], *x[1:3]), numbers(rng, w[3], w[2], *w[:2])),
                (1,),
            ),
        )
        case(
            "conv_general_dilated",
            lambda rng, x=_x, w=_w, s=_settings: Case(
                conv(("NHWC", "OIHW", "NHWC"), **s),
                (numbers(rng, *x), numbers(rng, w[3], w[2], *w[:2])),
                (1,),
            ),
        )
case(
    "conv_general_dilated",
    lambda rng: Case(
        lambda x, w, b: conv(window_strides=ONE, padding="SAME")(x, w) + b,
        (numbers(rng, 1, 3, 3, 2), numbers(rng, 2, 2, 2, 3), numbers(rng, 3)),
        (1, 2),
    ),
)
case(
    "conv_general_dilated",
    lambda rng: Case(
        lambda x, w: lax.conv_general_dilated(
            x, w, (2,), "SAME", dimension_numbers=("NWC", "WIO", "NWC")
        ),
        (numbers(rng, 2, 5, 2), numbers(rng, 3, 2, 3)),
        (1,),
    ),
)


def pool(kind: str, **settings: Any) -> Callable[[Any], Any]:
    start, by = {"max": (-jnp.inf, lax.max), "min": (jnp.inf, lax.min), "sum": (0.0, lax.add)}[kind]
    return lambda x: lax.reduce_window(x, start, by, **settings)


for _kind in ("max", "min", "sum"):
    for _settings in (
        {"window_dimensions": (1, 2, 2, 1), "window_strides": (1, 2, 2, 1), "padding": "VALID"},
        {"window_dimensions": (1, 3, 2, 1), "window_strides": (1, 2, 1, 1), "padding": "SAME"},
        {
            "window_dimensions": (2, 1, 2, 1),
            "window_strides": (1, 1, 2, 1),
            "padding": "VALID",
            "window_dilation": (1, 1, 2, 1),
        },
    ):
        case(
            f"reduce_window_{_kind}",
            lambda rng, k=_kind, s=_settings: Case(pool(k, **s), (numbers(rng, 2, 4, 5, 2),)),
        )

"""Cases of JAX's primitives: small arrays, drawn anew each time, several forms of each."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.frameworks.jax_twins import Case

Draw = np.random.Generator
CASES: dict[str, list[Callable[[Draw], Case]]] = {}


def case(name: str, make: Callable[[Draw], Case]) -> None:
    CASES.setdefault(name, []).append(make)


def numbers(rng: Draw, *shape: int, low: float = -2.0, high: float = 2.0) -> Any:
    return jnp.asarray(rng.uniform(low, high, shape), "float32")


def positive(rng: Draw, *shape: int) -> Any:
    return numbers(rng, *shape, low=0.2, high=2.0)


def unit(rng: Draw, *shape: int) -> Any:
    return numbers(rng, *shape, low=-0.9, high=0.9)


def whole(rng: Draw, *shape: int, high: int = 7) -> Any:
    return jnp.asarray(rng.integers(1, high, shape), "int32")


def flags(rng: Draw, *shape: int) -> Any:
    return jnp.asarray(rng.integers(0, 2, shape), bool)


_OF_ONE = {
    numbers: "neg abs sign exp exp2 expm1 sin cos tan atan sinh cosh asinh erf erfc floor ceil "
    "is_finite logistic tanh square cbrt",
    positive: "log log1p sqrt rsqrt lgamma",
    unit: "asin acos atanh",
}
for _draw, _names in _OF_ONE.items():
    for _name in _names.split():
        case(_name, lambda rng, n=_name, d=_draw: Case(getattr(lax, n), (d(rng, 3, 4),)))
case("acosh", lambda rng: Case(lax.acosh, (positive(rng, 3, 4) + 1,)))
case("round", lambda rng: Case(lax.round, (numbers(rng, 3, 4),)))
case("not", lambda rng: Case(lax.bitwise_not, (flags(rng, 3, 4),)))
for _power in (2, 3, 4, 5, -1, -3, 7):
    case(
        "integer_pow",
        lambda rng, p=_power: Case(lambda x: lax.integer_pow(x, p), (positive(rng, 5),)),
    )

_OF_TWO = "add sub mul max min eq ne gt ge lt le atan2 div"
for _name in _OF_TWO.split():
    case(
        _name, lambda rng, n=_name: Case(getattr(lax, n), (numbers(rng, 3, 4), numbers(rng, 3, 4)))
    )
case("add", lambda rng: Case(lambda x, w: x + w, (numbers(rng, 3, 4), numbers(rng, 4)), (1,)))
case("mul", lambda rng: Case(lambda x, y: x * y[:, None], (numbers(rng, 3, 4), numbers(rng, 3))))
case("sub", lambda rng: Case(lambda x, y: x[:, None] - y[None], (numbers(rng, 3), numbers(rng, 4))))
case("mul", lambda rng: Case(lambda x: 0.5 * x, (numbers(rng, 3, 4),)))
case("max", lambda rng: Case(lambda x: lax.max(x, 0.0), (numbers(rng, 3, 4),)))
case("div", lambda rng: Case(lax.div, (whole(rng, 6, high=40), whole(rng, 6))))
case("rem", lambda rng: Case(lax.rem, (whole(rng, 6, high=40), whole(rng, 6))))
case("pow", lambda rng: Case(lax.pow, (positive(rng, 3, 4), numbers(rng, 3, 4))))
for _name in ("and", "or", "xor"):
    of = {"and": lax.bitwise_and, "or": lax.bitwise_or, "xor": lax.bitwise_xor}[_name]
    case(_name, lambda rng, f=of: Case(f, (flags(rng, 3, 4), flags(rng, 3, 4))))
for _name in ("shift_left", "shift_right_arithmetic", "shift_right_logical"):
    case(_name, lambda rng, n=_name: Case(getattr(lax, n), (whole(rng, 5, high=90), whole(rng, 5))))
case("clamp", lambda rng: Case(lambda x: lax.clamp(-1.0, x, 1.0), (numbers(rng, 3, 4),)))
case("select_n", lambda rng: Case(lax.select_n, (flags(rng, 3), numbers(rng, 3), numbers(rng, 3))))

for _name in ("reduce_sum", "reduce_prod", "reduce_max", "reduce_min"):
    of = {
        "reduce_sum": jnp.sum,
        "reduce_prod": jnp.prod,
        "reduce_max": jnp.max,
        "reduce_min": jnp.min,
    }[_name]
    for _axes in ((0,), (1, 2), (0, 1, 2)):
        case(
            _name, lambda rng, f=of, a=_axes: Case(lambda x: f(x, axis=a), (numbers(rng, 2, 3, 4),))
        )
case("reduce_and", lambda rng: Case(lambda x: jnp.all(x, axis=1), (flags(rng, 3, 2),)))
case("reduce_or", lambda rng: Case(lambda x: jnp.any(x, axis=1), (flags(rng, 3, 2),)))
for _name in ("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"):
    for _axis in (0, 1):
        case(
            _name,
            lambda rng, n=_name, a=_axis: Case(
                lambda x: getattr(lax, n)(x, axis=a), (numbers(rng, 3, 4),)
            ),
        )


def dot(contracting: Any, batch: Any = ((), ())) -> Callable[[Any, Any], Any]:
    return lambda a, b: lax.dot_general(a, b, (contracting, batch))


for _held in ((), (0,), (1,)):
    case(
        "dot_general",
        lambda rng, h=_held: Case(dot(((1,), (0,))), (numbers(rng, 3, 4), numbers(rng, 4, 5)), h),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(
            dot(((0, 2), (1, 0))), (numbers(rng, 3, 2, 4), numbers(rng, 4, 3, 5)), h
        ),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(
            dot(((2,), (1,)), ((0,), (0,))), (numbers(rng, 2, 3, 4), numbers(rng, 2, 4, 5)), h
        ),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(
            dot(((3,), (1,)), ((1, 0), (0, 2))),
            (numbers(rng, 2, 3, 2, 4), numbers(rng, 3, 4, 2, 2)),
            h,
        ),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(dot(((), ())), (numbers(rng, 2, 3), numbers(rng, 2)), h),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(dot(((0,), (0,))), (numbers(rng, 3), numbers(rng, 3)), h),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(
            dot(((1,), (0,))), (numbers(rng, 3, 4), numbers(rng, 4, 2, 3)), h
        ),
    )
    case(
        "dot_general",
        lambda rng, h=_held: Case(
            dot(((0,), (1,))), (numbers(rng, 4, 2, 3), numbers(rng, 3, 4)), h
        ),
    )
case(
    "dot_general",
    lambda rng: Case(lambda x, w: x @ w.T, (numbers(rng, 3, 4), numbers(rng, 5, 4)), (1,)),
)
case(
    "dot_general",
    lambda rng: Case(
        lambda x, w, b: x @ w + b, (numbers(rng, 3, 4), numbers(rng, 4, 5), numbers(rng, 5)), (1, 2)
    ),
)
case(
    "dot_general",
    lambda rng: Case(
        lambda x, w, b: w @ x + b[:, None],
        (numbers(rng, 4, 3), numbers(rng, 5, 4), numbers(rng, 5)),
        (1, 2),
    ),
)
case(
    "dot_general",
    lambda rng: Case(
        lambda x, w, b: jnp.einsum("btc,chd->bthd", x, w) + b,
        (numbers(rng, 2, 3, 4), numbers(rng, 4, 2, 3), numbers(rng, 2, 3)),
        (1, 2),
    ),
)
case(
    "ragged_dot_general",
    lambda rng: Case(
        lax.ragged_dot,
        (numbers(rng, 6, 3), numbers(rng, 2, 3, 4), jnp.asarray([2, 4], "int32")),
        (1,),
    ),
)


case(
    "gather",
    lambda rng: Case(
        lambda t, w: jnp.take(w, t, axis=0, mode="clip"),
        (whole(rng, 3, 2), numbers(rng, 7, 4)),
        (1,),
    ),
)
case(
    "scatter-add",
    lambda rng: Case(
        lambda x, v: x.at[jnp.asarray([0, 1])].add(v), (numbers(rng, 4, 3), numbers(rng, 2, 3))
    ),
)
case(
    "scatter",
    lambda rng: Case(
        lambda x, v: x.at[jnp.asarray([0, 1])].set(v), (numbers(rng, 4, 3), numbers(rng, 2, 3))
    ),
)
case(
    "concatenate",
    lambda rng: Case(
        lambda x, y: jnp.concatenate([x, y]), (numbers(rng, 2, 3), numbers(rng, 1, 3))
    ),
)
case("pad", lambda rng: Case(lambda x: jnp.pad(x, 1), (numbers(rng, 2, 3),)))
case("sort", lambda rng: Case(lax.sort, (numbers(rng, 6),)))
case("top_k", lambda rng: Case(lambda x: lax.top_k(x, 2), (numbers(rng, 6),)))

"""The compiler's count of the products of a layer's program: attention, recurrence, experts.

Such a layer is no one product, and beside its products stand a softmax, masks and gates, of which
XLA counts some operations and some not. So Keras' layer is traced by JAX, each product of its
program is lowered alone, and the counts are added up. XLA counts the body of a loop once, however
long it runs: what stands in a scan is multiplied by the scan's length.
"""

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ...errors import FlopcountError
from ..jax.xla import flops_of

_PRODUCTS = ("dot_general", "conv_general_dilated", "ragged_dot", "ragged_dot_general")


class Traced(NamedTuple):
    """XLA's counts of all products added up; how far off that may be, since each is a float32."""

    flops: float
    slack: float


def traced_flops(call: Callable[..., Any], shapes: Sequence[tuple[int, ...]]) -> Traced:
    """XLA's count of the products that a layer computes of one sample of inputs of these shapes.

    Raises `FlopcountError` for a product that is not a `dot_general`, for one in a loop of unknown
    length or behind a condition, and where the analysis holds no count.
    """
    import jax

    structs = [jax.ShapeDtypeStruct((1, *shape), "float32") for shape in shapes]
    program = jax.make_jaxpr(call)(*structs)
    flops = slack = 0.0
    for times, product in _products(program.jaxpr, 1):
        count = _lowered(*product)
        if count is None:
            raise FlopcountError("XLA's cost analysis has no count of one of its products")
        flops += times * count
        slack += times * math.ulp(count) * 2**28 if count >= 2**24 else 0.0  # half of a float32's
    return Traced(flops, slack)


def _products(program: Any, times: int) -> Iterator[tuple[int, Any]]:
    """Each product of a program, and how often it runs."""
    for step in program.eqns:
        name = step.primitive.name
        if name == "dot_general":
            sides = [tuple(map(int, side.aval.shape)) for side in step.invars]
            yield times, (*sides, _hashed(step.params["dimension_numbers"]))
        elif name in _PRODUCTS:
            raise FlopcountError(f"no count of XLA is known for a {name} in it")
        else:
            rounds = times * _rounds(step)
            for inner in step.params.values():
                for found in _programs(inner):
                    products = list(_products(found, rounds))
                    if products and name in {"while", "cond"}:
                        raise FlopcountError(f"how often a product runs, its {name} does not say")
                    yield from products


def _rounds(step: Any) -> int:
    """How often what stands within a step runs."""
    return int(step.params["length"]) if step.primitive.name == "scan" else 1


def _programs(value: Any) -> Iterator[Any]:
    """The programs within a setting of a step: of a loop's body, of a function."""
    if isinstance(value, tuple | list):
        for one in value:
            yield from _programs(one)
    elif hasattr(value, "eqns"):
        yield value
    elif hasattr(getattr(value, "jaxpr", None), "eqns"):
        yield value.jaxpr


def _hashed(numbers: Any) -> Any:
    (ours, theirs), (batch, other) = numbers
    return (tuple(map(int, ours)), tuple(map(int, theirs))), (
        tuple(map(int, batch)),
        tuple(map(int, other)),
    )


@functools.cache
def _lowered(one: tuple[int, ...], other: tuple[int, ...], numbers: Any) -> float | None:
    import jax

    return flops_of(lambda a, b: jax.lax.dot_general(a, b, numbers), one, other)

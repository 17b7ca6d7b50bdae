"""The compiler's own count: XLA's cost analysis of a function, lowered and not run."""

import struct
from contextlib import AbstractContextManager, nullcontext
from typing import Any


def single_precision(count: int) -> float:
    """The float32 nearest to a count: XLA keeps its counts so.

    >>> single_precision(2**24), single_precision(1_173_976_128)
    (16777216.0, 1173976064.0)
    """
    return float(struct.unpack("f", struct.pack("f", count))[0])


def agreement(expected: int, flops: float, slack: float | None = None) -> str | None:
    """How XLA's count is equal to ours: ``exact``, ``float32`` (where it holds no more), or not.

    A sum of several of its counts has a `slack`: what their roundings may come to together.

    >>> agreement(2**24 + 1, 2.0**24), agreement(2**24, 2.0**24), agreement(2**24 + 2, 2.0**24)
    ('float32', 'exact', None)
    """
    if flops == expected:
        return "exact"
    if slack is None:
        return "float32" if flops == single_precision(expected) else None
    return "float32" if abs(flops - expected) <= slack else None


def flops_of(function: Any, *shapes: Any) -> float | None:
    """XLA's count of a function; None where there is none, which is not zero.

    `shapes` are those of what it takes, in single precision, or have a type of their own. XLA
    leaves a count of zero out, as where all taps fall on padding. So without a count the
    function is asked about once more, beside one addition: 1 means that it has none of its own.
    """
    found = _analysis(function, *shapes)
    if found is None:
        beside = _analysis(lambda one, *rest: (one + one, function(*rest)), (), *shapes)
        return 0.0 if beside == 1 else None
    return found


def _analysis(function: Any, *shapes: Any) -> float | None:
    import jax

    structs = [
        jax.ShapeDtypeStruct(shape, "float32") if isinstance(shape, tuple) else shape
        for shape in shapes
    ]
    with on_cpu():
        analysis = jax.jit(function).lower(*structs).cost_analysis()
    return analysis.get("flops") if analysis else None


def on_cpu() -> AbstractContextManager[Any]:
    """A CPU to trace and lower for, so that it is the same wherever the network runs."""
    import jax

    try:
        scope: AbstractContextManager[Any] = jax.default_device(jax.devices("cpu")[0])
    except RuntimeError:  # JAX_PLATFORMS leaves the CPU out
        scope = nullcontext()
    return scope

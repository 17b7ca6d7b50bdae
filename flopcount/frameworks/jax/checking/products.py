"""XLA's count of the products of a program, each lowered alone.

Beside its products a layer has a softmax, masks and gates, of which XLA counts some operations and
some not; and it counts the body of a loop once, however long it runs. So each product is lowered by
itself, and what stands in a loop is multiplied by the loop's rounds.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..xla import agreement, flops_of
from .noting import Used

PRODUCTS = ("dot_general", "conv_general_dilated")
UNCOUNTED = ("ragged_dot", "ragged_dot_general")  # of which XLA counts more than the chosen ones


class Flops(NamedTuple):
    """XLA's counts added up; how far off that may be, since each is a float32; what has none."""

    flops: float = 0.0
    slack: float = 0.0
    lacks: tuple[str, ...] = ()

    def agrees(self, multiplies: int) -> bool:
        """Whether so many multiplies, two operations each, are what XLA counts."""
        return agreement(2 * multiplies, self.flops, self.slack) is not None

    @property
    def multiplies(self) -> int | float:
        """Half of it."""
        half = self.flops / 2
        return int(half) if half.is_integer() else half


class Counter:
    """XLA's counts by the place of a node in its network; equal products are lowered once."""

    def __init__(self) -> None:
        self.known: dict[str, float | None] = {}

    def of(self, noted: Iterable[Used]) -> dict[int, Flops]:
        """The counts of all products among some equations, by their nodes."""
        return {used.place: self.one(used) for used in noted if is_product(used)}

    def one(self, used: Used) -> Flops:
        """The count of one product, in all rounds of the loops that it stands in."""
        name = used.equation.primitive.name
        count = self.lowered(used.equation) if name in PRODUCTS else None
        if count is None:
            return Flops(lacks=(name,))
        off = math.ulp(count) * 2**28 if count >= 2**24 else 0.0  # half of a float32's step
        return Flops(used.times * count, used.times * off)

    def lowered(self, equation: Any) -> float | None:
        """XLA's count of one run of a product, inside the image where it slides over one."""
        import jax

        structs = [jax.ShapeDtypeStruct(one.aval.shape, one.aval.dtype) for one in equation.invars]
        primitive, params = equation.primitive, equation.params
        key = repr((primitive.name, structs, sorted(params.items(), key=lambda item: item[0])))
        if key not in self.known:
            self.known[key] = flops_of(lambda *args: primitive.bind(*args, **params), *structs)
        return self.known[key]


def is_product(used: Used) -> bool:
    """Whether an equation is a sum of products."""
    return used.equation.primitive.name in (*PRODUCTS, *UNCOUNTED)


def added(counts: Iterable[Flops]) -> Flops:
    """Counts together."""
    found = Flops()
    for count in counts:
        lacks = (*found.lacks, *count.lacks)
        found = Flops(found.flops + count.flops, found.slack + count.slack, lacks)
    return found


def lacking(counts: Mapping[int, Flops]) -> tuple[str, ...]:
    """What XLA has no count of, each once."""
    return tuple(dict.fromkeys(name for count in counts.values() for name in count.lacks))

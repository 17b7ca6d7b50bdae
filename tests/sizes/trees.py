"""Random formulas: the same steps build one of names and work it out of whole numbers."""

from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

from hypothesis import strategies as st

from flopcount.sizes import as_factor, maximum, split
from flopcount.sizes.polynomial import Number, Space
from flopcount.sizes.simplest import taps
from flopcount.sizes.size import ceil_div, common_divisor, minimum

Tree = Any  # a name, a number, or a step and what it is taken of


class Range(NamedTuple):
    """What a name lies between."""

    low: int
    high: float

    def at(self, share: int) -> int:
        """A value in it, one for each whole number."""
        if self.high == inf:
            return self.low + share
        return self.low + share % (int(self.high) - self.low + 1)


class Formula(NamedTuple):
    """A random tree, and the ranges of its names."""

    tree: Tree
    ranges: Mapping[str, Range]

    def polynomial(self, space: Space | None = None) -> Number:
        """Of names."""
        space = space or Space()
        names = {name: space.name(name, low, high) for name, (low, high) in self.ranges.items()}
        return built(self.tree, names)

    def points(self, shares: list[tuple[int, int, int]]) -> list[dict[str, int]]:
        """Values of the names, the ends of their ranges among them."""
        drawn = [
            {name: of.at(share) for (name, of), share in zip(self.ranges.items(), one, strict=True)}
            for one in [(0, 0, 0), *shares]
        ]
        highest = {
            name: of.low + 997 if of.high == inf else int(of.high)
            for name, of in self.ranges.items()
        }
        return [*drawn, highest]


def built(tree: Tree, names: Mapping[str, Any]) -> Any:
    """A tree of what its names stand for: polynomials, or whole numbers."""
    if isinstance(tree, int):
        return tree
    if isinstance(tree, str):
        return names[tree]
    step, *parts = tree
    a, *rest = (built(part, names) for part in parts)
    return _STEPS[step](a, *rest)


def _taps(n: Any, m: Any, p: Any, k: int, s: int, d: int) -> Any:  # noqa: PLR0917
    # an axis and its outputs have no fewer than no elements
    return taps(maximum(n, 0), maximum(m, 0), p, k, s, d)


_STEPS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "negative": lambda a: -a,
    "square": lambda a: a**2,
    "triangle": lambda a: split(a * (a + 1), 2),
    "//": lambda a, by: a // by,
    "%": lambda a, by: a % by,
    "ceil": ceil_div,
    "max": maximum,
    "min": minimum,
    "gcd": common_divisor,
    "factor": as_factor,
    "taps": _taps,
}


_SMALL = st.integers(1, 12)


def _steps(kids: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    pairs = st.tuples(st.sampled_from(["+", "-", "*", "max", "min"]), kids, kids)
    divided = st.tuples(st.sampled_from(["//", "%", "ceil", "gcd"]), kids, _SMALL)
    alone = st.tuples(st.sampled_from(["negative", "factor", "square", "triangle"]), kids)
    k_s_d = (st.integers(1, 6), st.integers(1, 4), st.integers(1, 3))
    inside = st.tuples(st.just("taps"), kids, kids, kids, *k_s_d)
    return st.one_of(pairs, divided, divided, alone, inside)


NAMES = ("H", "W", "n")
TREES = st.recursive(st.one_of(st.sampled_from(NAMES), st.integers(-9, 40)), _steps, max_leaves=7)
LOWS = st.integers(-3, 8)
RANGES = st.one_of(
    st.builds(lambda low: Range(low, inf), st.integers(1, 8)),
    st.builds(lambda low, more: Range(low, low + more), LOWS, st.integers(0, 12)),
)
FORMULAS = st.builds(
    lambda tree, *ranges: Formula(tree, dict(zip(NAMES, ranges, strict=True))),
    TREES,
    RANGES,
    RANGES,
    RANGES,
)
SHARES = st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=3, max_size=8)

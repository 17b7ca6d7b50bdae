"""Drawn problems of a grid, and their best design found by looking at each."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from hypothesis import strategies as st

from flopcount.designs.fitted.search.problem import Budget, Problem
from flopcount.sizes.condition import Condition
from flopcount.sizes.polynomial import Space
from flopcount.sizes.simplest import taps
from flopcount.sizes.size import as_factor, common_divisor, maximum, minimum
from flopcount.sizes.values import holds, value


def fits(problem: Problem, point: Sequence[int]) -> bool:
    """Whether a design can be built and is within all budgets."""
    names = dict(zip(problem.axes, point, strict=True))
    return all(value(one.count, names) <= one.most for one in problem.budgets) and not any(
        holds(one, names) for one in problem.conditions
    )


def goal_of(problem: Problem, point: Sequence[int]) -> int:
    """What a design has of the goal."""
    return int(value(problem.goal, dict(zip(problem.axes, point, strict=True))))


def best_of(
    problem: Problem, above: int | None = None
) -> tuple[tuple[int, ...] | None, int | None]:
    """The first of the best designs and its goal, or two Nones."""
    best: tuple[tuple[int, ...] | None, int | None] = (None, None)
    for point in filter(lambda point: fits(problem, point), product(*problem.box)):
        goal = goal_of(problem, point)
        if (above is None or goal > above) and (best[1] is None or goal > best[1]):
            best = point, goal
    return best


_ATOMS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, _: a,
    lambda a, b: a * b,
    lambda a, _: (a + 1) // 2,
    lambda a, b: (a + b) // 3,  # of two axes at once
    lambda a, b: maximum(a, 3 * b),
    lambda a, _: minimum(a, 9),
    lambda a, _: as_factor(3 * a - 2),
    lambda a, b: as_factor(a + 2 * b),
    lambda a, _: a + 4 - common_divisor(a, 4),
    lambda a, _: taps(a, (a + 1) // 2, 1, 3, 2, 1),
)


@st.composite
def sizes(draw: st.DrawFn, names: Sequence[Any], *, negative: bool = True) -> Any:
    """A sum of products over these names."""
    some = st.sampled_from(names)
    total: Any = draw(st.integers(-3, 3))
    for _ in range(draw(st.integers(1, 4))):
        term: Any = draw(st.integers(-5 if negative else 1, 9))
        for _ in range(draw(st.integers(0, 3))):
            term = draw(st.sampled_from(_ATOMS))(draw(some), draw(some)) * term
        total = total + term
    return total


@st.composite
def boxes(draw: st.DrawFn, most: int = 9) -> tuple[list[Any], tuple[tuple[int, ...], ...]]:
    """The names of some axes over their values, as sizes, and the values."""
    space = Space()
    values: list[tuple[int, ...]] = []
    names: list[Any] = []
    for number in range(draw(st.integers(1, 3))):
        axis = draw(st.lists(st.integers(1, 24), min_size=1, max_size=most, unique=True))
        values.append(tuple(axis if draw(st.booleans()) else sorted(axis)))
        names.append(space.name(f"x{number}", min(axis), max(axis)))
    return names, tuple(values)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A goal, budgets and conditions over a small grid."""
    names, box = draw(boxes())
    axes = tuple(f"x{number}" for number in range(len(names)))
    some = st.sampled_from(names)
    budgets = []
    for _ in range(draw(st.integers(0, 2))):
        count = draw(sizes(names, negative=draw(st.booleans())))
        at = {axis: draw(st.sampled_from(points)) for axis, points in zip(axes, box, strict=True)}
        budgets.append(Budget(count, value(count, at) + draw(st.integers(-2, 2))))
    a, b = draw(some), draw(some)
    possible = [
        Condition(a - 2 * (a // 2), "≠"),
        Condition(a + b - 20, "<"),
        Condition(a + 2 * b - 3 * ((a + 2 * b) // 3), draw(st.sampled_from(["=", "≠"]))),
    ]
    conditions = [draw(st.sampled_from(possible))] if draw(st.booleans()) else []
    goal = draw(sizes(names, negative=draw(st.booleans())))
    return Problem(axes, box, goal, tuple(budgets), tuple(conditions))

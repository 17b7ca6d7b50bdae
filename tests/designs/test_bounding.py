"""Branch and bound finds what looking at each design finds, and never a bound below it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount import sweep
from flopcount.designs.fitted.search.bounding import bounded
from flopcount.designs.fitted.search.problem import Budget, Found, Problem
from flopcount.designs.fitted.search.ties import settled
from flopcount.designs.grid.axes import Axis, read_values
from flopcount.designs.pricing import costs_of_grid
from flopcount.notation import draft, variables_of
from flopcount.sizes.condition import Condition
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import value
from tests.designs.problems import best_of, fits, goal_of, problems

_NO_LIMIT = 10**12


def _problem(reference: str, vary: dict[str, str], goal: str, budgets: dict[str, int]) -> Problem:
    """A problem of a network; the goal -params is the least of them."""
    network = draft(reference)
    known = network.variables()
    axes = [
        Axis(name, variables_of(name, known), read_values(values, name))
        for name, values in vary.items()
    ]
    costs = costs_of_grid(network, axes, ())
    count = costs.count(goal.removeprefix("-"))
    return Problem(
        tuple([axis.name for axis in axes]),
        tuple([axis.points for axis in axes]),
        -count if goal.startswith("-") else count,
        tuple([Budget(costs.count(name), most) for name, most in budgets.items()]),
        tuple(costs.conditions),
    )


@settings(max_examples=15, deadline=None)
@given(problems(), st.sampled_from([1, 7, 10**6]))
def test_it_finds_the_first_of_the_best(problem: Problem, leaf: int) -> None:
    """Whatever the size of the boxes that are priced whole."""
    found = bounded(problem, _NO_LIMIT, leaf=leaf)
    assert (found.point, found.goal) == best_of(problem)
    assert found.is_proved


@settings(max_examples=12, deadline=None)
@given(problems(), st.integers(0, 300_000))
def test_a_limit_leaves_a_bound_that_holds(problem: Problem, limit: int) -> None:
    """What is found by then fits, and nothing is better than the bound."""
    found = bounded(problem, limit, leaf=1)
    point, goal = best_of(problem)
    if found.point is not None:
        assert fits(problem, found.point)
        assert goal_of(problem, found.point) == found.goal
    if point is not None:
        assert found.bound is not None
        assert goal is not None
        assert found.bound >= goal >= (goal if found.goal is None else found.goal)


@settings(max_examples=12, deadline=None)
@given(problems(), st.integers(-3, 3))
def test_designs_above_a_goal_alone(problem: Problem, more: int) -> None:
    """Those that have no more of the goal than others are not looked for."""
    _, goal = best_of(problem)
    above = (goal or 0) + more
    found = bounded(problem, _NO_LIMIT, above, leaf=3)
    assert (found.point, found.goal) == best_of(problem, above)


@pytest.mark.slow
@pytest.mark.parametrize("leaf", [16, 2**14])
@pytest.mark.parametrize(
    ("reference", "vary", "goal", "budgets"),
    [
        (
            "googlenet",
            {"input": "64:224:32", "3a.n3": "16:128:16", "3b.n3": "128,16,64"},
            "params",
            {"multiplies": 10**9},
        ),
        (
            "googlenet",
            {"input": "65:129:8", "3a.r5": "8:64:8", "classes": "10:1000:90"},
            "multiplies_unpadded",
            {"activations": 10**6, "params": 6 * 10**6},
        ),
        (
            "resnet50",
            {"input": "64:256:16", "conv3_x.c": "32:128:32", "conv4_x.c": "64:512:64"},
            "-multiplies",
            {"params": 3 * 10**7},
        ),
        (
            "HxWxC > conv 3x3/2 8 valid > [conv 1x1 r | conv 5x5 8 groups=4] > conv 2x2/2 9",
            {"H": "3:40:1", "C": "3,4,8", "r": "1:24:1", "W": "9,8,17"},
            "params",
            {"multiplies": 10**6, "multiplies_unpadded": 4 * 10**5},
        ),
        (
            "HxWxC > conv 3x3/2 r groups=4 > conv 3x3 r groups=2 > avgpool global > dense r",
            {"r": "4:64:2", "C": "4:32:1", "H": "7:30:1", "W": "9"},
            "activations",
            {"multiplies": 10**6, "params": 3000},
        ),
        (
            "vit-b16",
            {"input": "64:256:16", "embed.d": "48:384:12"},
            "params",
            {"multiplies": 10**9},
        ),
    ],
)
def test_of_networks_as_a_sweep_has_it(
    reference: str, vary: dict[str, str], goal: str, budgets: dict[str, int], leaf: int
) -> None:
    """A sweep prices each design, filters it and orders those that stay."""
    problem = _problem(reference, vary, goal, budgets)
    if problem.conditions:  # a sweep refuses what does not fit: divisible sides and heads
        expected = best_of(problem)
    else:
        keep = [f"{name} <= {most}" for name, most in budgets.items()]
        name = goal.removeprefix("-")
        sort = name if name != goal else f"-{goal}"
        first = sweep(reference, vary, keep=keep, top=1, sort=sort, columns=name).to_numpy()[0]
        count = int(first[-1])
        expected = tuple(first[:-1].tolist()), count if name == goal else -count
    found = bounded(problem, _NO_LIMIT, leaf=leaf)
    assert (found.point, found.goal) == expected
    assert found.is_proved


@pytest.mark.slow
def test_a_grid_of_a_thousand_trillions() -> None:
    """The best is proved so after a part of it that is a trillionth."""
    stages = {f"conv{number}_x.c": "16:1015:1" for number in range(2, 6)}
    problem = _problem(
        "resnet50", {"input": "64:1063:1", **stages}, "multiplies", {"params": 2 * 10**7}
    )
    assert problem.size == 10**15
    found = bounded(problem, 10**9)
    assert found.is_proved
    assert found.point is not None
    assert found.goal is not None
    assert fits(problem, found.point)
    assert goal_of(problem, found.point) == found.goal
    assert found.looked_at < 10**8
    for steps in product((-1, 0, 1), repeat=5):  # none near it is better
        near = tuple(
            np.clip(np.add(found.point, steps), 16, [1063, 1015, 1015, 1015, 1015]).tolist()
        )
        assert not fits(problem, near) or goal_of(problem, near) <= found.goal


@settings(max_examples=12, deadline=None)
@given(problems())
def test_ties_are_settled_as_fronts_settle_them(problem: Problem) -> None:
    """By the least of each budget in turn, then by the place in the grid."""
    found = settled(problem, _NO_LIMIT)

    def order(point: tuple[int, ...]) -> tuple[int, ...]:
        names = dict(zip(problem.axes, point, strict=True))
        return (-goal_of(problem, point), *(value(one.count, names) for one in problem.budgets))

    points = [point for point in product(*problem.box) if fits(problem, point)]
    assert found.point == min(points, key=order, default=None)  # the first of equals
    assert found.is_proved


def test_of_equal_designs_the_first() -> None:
    """Of ones that are many, and not in the order of their values."""
    space = Space()
    a, b = space.name("a", 1, 60), space.name("b", 1, 60)
    down = tuple(range(60, 0, -1))
    problem = Problem(("a", "b"), (down, down), a + b, (Budget(a + b, 70),))
    found = bounded(problem, _NO_LIMIT, leaf=4)
    assert (found.point, found.bound) == ((60, 10), 70)


def test_no_design_is_within() -> None:
    """Nothing is found, and that is proved."""
    space = Space()
    a = space.name("a", 5, 99)
    misfits = (Condition(a - 50, "<"),)
    for most, conditions in ((4, ()), (10, misfits)):
        problem = Problem(("a",), (range(5, 100),), a, (Budget(a, most),), conditions)
        found = bounded(problem, _NO_LIMIT, leaf=1)
        assert found[:3] == (None, None, None)
        assert found.is_proved


def test_a_grid_without_axes() -> None:
    """One design is left where shapes alone vary."""
    assert bounded(Problem((), (), 7, (Budget(3, 3),)), 1) == Found((), 7, 7, 1)
    assert bounded(Problem((), (), 7, (Budget(4, 3),)), 1) == Found(None, None, None, 1)
    assert bounded(Problem((), (), 7, ()), 1, above=7).point is None


def test_counts_near_the_largest_integers() -> None:
    """Negated too: nothing wraps around."""
    space = Space()
    a, b = space.name("a", 1, 3 * 10**9), space.name("b", 1, 3 * 10**9)
    box = ((1, 7, 3 * 10**9), (1, 5, 3 * 10**9 - 1))
    count = a * b
    for sign in (1, -1):
        problem = Problem(("a", "b"), box, sign * count, (Budget(count, 9 * 10**18),))
        found = bounded(problem, _NO_LIMIT, leaf=1)
        assert (found.point, found.goal) == best_of(problem)

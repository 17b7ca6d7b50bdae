"""Polynomials against whole numbers: the same steps on both give the same values."""

import operator
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.sizes import atoms, bounds, polynomial, simplest
from flopcount.sizes.condition import Condition, unequal
from flopcount.sizes.polynomial import Number, Polynomial, Space, opened, total
from flopcount.sizes.size import as_factor, certainly, maximum, minimum, split
from flopcount.sizes.values import Substitution, holds, tidied, value
from tests.sizes.trees import FORMULAS, NAMES, SHARES, TREES, Formula, Range, built


def first_wrong(formula: Formula, shares: list[tuple[int, int, int]]) -> object:
    """Where a polynomial has another value than the whole numbers, or lies out of its bounds."""
    made = formula.polynomial()
    for point in formula.points(shares):
        expected = built(formula.tree, point)
        for written in (made, opened(made), as_factor(made), tidied(made)):
            if value(written, point) != expected:
                return written, point, expected
        if isinstance(made, Polynomial) and not made.low <= expected <= made.high:
            return made.low, expected, made.high, point
    return None


@given(formula=FORMULAS, shares=SHARES)
def test_values_are_those_of_whole_numbers(
    formula: Formula, shares: list[tuple[int, int, int]]
) -> None:
    assert first_wrong(formula, shares) is None


@given(formula=FORMULAS, other=TREES, shares=SHARES)
def test_what_is_decided_is_right_everywhere(
    formula: Formula, other: Any, shares: list[tuple[int, int, int]]
) -> None:
    space = Space()
    a = formula.polynomial(space)
    b = formula._replace(tree=other).polynomial(space)
    if isinstance(a, int):
        return
    points = formula.points(shares)
    values = [(built(formula.tree, point), built(other, point)) for point in points]
    for relation in (operator.lt, operator.le, operator.gt, operator.ge, unequal):
        decided = relation(a, b)
        plain = operator.ne if relation is unequal else relation
        for point, pair in zip(points, values, strict=True):
            said = holds(decided, point) if isinstance(decided, Condition) else decided
            assert said == plain(*pair), (decided, point)
    if a == b:
        assert hash(a) == hash(b)
        assert all(one == other for one, other in values)
    assert space.conditions == []  # nobody has asked for certainty


@given(formula=FORMULAS, others=st.tuples(TREES, TREES))
def test_the_laws_of_sums_and_products(formula: Formula, others: tuple[Any, Any]) -> None:
    space = Space()
    a, b, c = (formula._replace(tree=tree).polynomial(space) for tree in (formula.tree, *others))
    assert a + b == b + a
    assert (a + b) - b == a
    assert a - a == 0
    assert a * b == b * a
    assert (a + b) + c == a + (b + c)
    assert opened(a * (b + c)) == opened(a * b + a * c)
    assert opened((a * b) * c) == opened(a * (b * c))
    assert total([a, b, c, 7]) == a + b + c + 7
    for one in (a, b, c):  # no name, no polynomial
        assert isinstance(one, Polynomial) or type(one) is int
        assert not isinstance(one, Polynomial) or one.names <= {*NAMES}


@given(formula=FORMULAS, puts=st.data(), shares=SHARES)
def test_what_is_put_in_commutes_with_values(
    formula: Formula, puts: st.DataObject, shares: list[tuple[int, int, int]]
) -> None:
    """32m for H, say, or H + 1 for H; what is put in lies where the name may lie."""
    space = Space()
    made = formula.polynomial(space)
    bases = {"m": space.name("m")} | {
        name: space.name(name, low) for name, (low, high) in formula.ranges.items() if high == inf
    }
    given: dict[str, Number] = {}
    for name, (low, high) in formula.ranges.items():
        if high == inf:
            base = bases[puts.draw(st.sampled_from(sorted(bases)))]
            factor, more = puts.draw(st.integers(0, 33)), puts.draw(st.integers(0, 9))
            given[name] = factor * base + low + more
        else:
            given[name] = puts.draw(st.integers(low, int(high)))
    put = Substitution(given)
    for point in formula.points(shares):
        there = {**point, "m": point["H"] ** 2 + 1}
        inside = {name: value(one, there) for name, one in given.items()}
        assert value(put.of(made), there) == built(formula.tree, inside)
        if isinstance(made, Polynomial):
            condition = Condition(made, "<")
            decided = put.condition(condition)
            said = holds(decided, there) if isinstance(decided, Condition) else decided
            assert said == holds(condition, inside)


@given(formula=FORMULAS, shares=SHARES)
def test_values_of_arrays(formula: Formula, shares: list[tuple[int, int, int]]) -> None:
    made = formula.polynomial()
    points = formula.points(shares)
    expected = [built(formula.tree, point) for point in points]
    if max(map(abs, expected)) > 2**31 or _largest(made, points) > 2**50:
        return
    arrays = {name: np.array([point[name] for point in points]) for name in NAMES}
    found = np.broadcast_to(value(made, arrays), len(points))
    assert found.dtype == np.int64
    assert found.tolist() == expected


def _largest(made: Number, points: list[dict[str, int]]) -> int:
    """The largest number on the way, where an array would overflow."""
    if isinstance(made, int):
        return abs(made)
    largest = [value(one, point) for one in _monomials(made) for point in points]
    inside = (part for atom in made.atoms for part in atom.parts)
    return max([*map(abs, largest), *(_largest(part, points) for part in inside)])


def _monomials(made: Polynomial) -> list[Number]:
    return [
        made.space.sum({one: int(count * made.denominator)}) for one, count in made.terms.items()
    ]


def test_an_unknown_name_has_no_value() -> None:
    with pytest.raises(KeyError):
        value(Space().name("H") + 1, {})


def test_a_number_is_no_polynomial() -> None:
    n = Space().name("n")
    for number in (n - n, 0 * n, n * 0, (n + 3) - n, n // 1 - n, (2 * n) // 2 - n, (4 * n + 3) % 4):
        assert type(number) is int


def test_simplest_forms() -> None:
    n, m = Space().name("n"), Space().name("m")
    assert str((n + 1) // 2 // 3) == "⌊(n + 1)/6⌋"  # merged
    assert str(((n + 1) // 2 + 5) // 3) == "⌈n/6⌉ + 1"  # with its shift
    assert (6 * n + 4) // 3 == 2 * n + 1  # what is whole comes out
    assert (6 * n + 4 * m + 1) // 4 == m + (3 * n) // 2  # a common divisor goes
    assert (32 * n + 31) // 32 == n
    assert -(-n // 2) == (n + 1) // 2
    assert n - n // 2 * 2 == n % 2
    assert (n * 7) % 7 == 0
    triangle = split(n * (n + 1), 2)  # has halves in it, and a factor of it has none
    assert as_factor(triangle) // 2 == triangle // 2 == (n * n + n) // 4


def test_what_is_not_certain_is_kept_in_the_space_of_its_names() -> None:
    space, other = Space(), Space()
    n, m = space.name("n"), other.name("m", 5)
    assert not certainly(n < 3)
    assert not certainly(m < 5)
    assert certainly(m > 4)
    assert certainly(n * m > 4)
    assert [str(kept.value) for kept in space.conditions] == ["n − 3"]
    assert other.conditions == []


# --- the tests find what they are there to find

_RIGHT_FLOOR = simplest._floor  # noqa: SLF001


def floor_without_its_shift(inside: Polynomial, by: int) -> Number:
    """Merges ⌊(⌊x⌋ + k)/m⌋ as if k were 0."""
    merges = any(isinstance(atom, atoms.Floor) for atom in inside.atoms)
    return _RIGHT_FLOOR(inside - inside.terms.get(polynomial.ONE, 0) if merges else inside, by)


NESTED = ("//", ("+", ("//", "H", 2), 1), 3)  # ⌊(⌊H/2⌋ + 1)/3⌋
SHARES_TO_SEE = [(share, 7, 3) for share in range(13)]


@pytest.mark.parametrize(
    ("broken", "name", "instead", "tree"),
    [
        (bounds, "_plus", lambda a, b: (a[0] + b[0] + 1, a[1] + b[1]), ("+", "H", "W")),
        (bounds, "_scaled", lambda ends, by: (ends[0] * by, ends[1] * abs(by)), ("negative", "n")),
        (bounds, "_times", max, ("*", "n", "n")),
        (polynomial, "_times", lambda one, other: one | other, ("*", "H", "H")),  # H·H as H
        (simplest, "_floor", floor_without_its_shift, NESTED),
    ],
)
def test_a_broken_rule_is_found(
    broken: Any, name: str, instead: Any, tree: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    formula = Formula(tree, {"H": Range(1, inf), "W": Range(2, inf), "n": Range(-3, 5)})
    assert first_wrong(formula, SHARES_TO_SEE) is None
    monkeypatch.setattr(broken, name, instead)
    assert first_wrong(formula, SHARES_TO_SEE) is not None


def test_one_of_three_in_any_order() -> None:
    w, k = (Space().name(name) for name in "wK")
    for first, second in ((minimum, "min"), (maximum, "max")):
        one, other = first(w, k), first(k, w)
        assert one == other
        assert one - other == 0
        assert str(one) in {f"{second}(K, w)", f"{second}(w, K)"}
        assert first(k, one) == first(one, w) == one
    assert minimum(k - 1, minimum(w, k)) == minimum(w, k - 1)
    assert maximum(k - 1, maximum(w, k)) == maximum(w, k)
    assert minimum(minimum(w, 8), 5) == minimum(w, 5)
    assert minimum(5, w) == minimum(w, 5)


def test_atoms_are_told_apart_by_their_parts_and_numbers() -> None:
    space = Space()
    n, m = space.name("n"), space.name("m")
    kinds = (
        *(atoms.Floor(n, 2), atoms.Floor(n, 3), atoms.Floor(m, 2), atoms.Gcd(n, 2)),
        *(atoms.Max(n, m), atoms.Min(n, m), atoms.Name("n"), atoms.Name("n", 2), atoms.Sum(n + 1)),
    )
    for place, one in enumerate(kinds):
        assert [one == other for other in kinds] == [at == place for at in range(len(kinds))]
    assert atoms.Floor(n, 2) == kinds[0] != "Floor"
    assert hash(atoms.Floor(n, 2)) == hash(kinds[0])

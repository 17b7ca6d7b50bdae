"""Domains: a size satisfies every sentence exactly where no condition holds; sentences are read."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.errors import FlopcountError
from flopcount.sizes import as_factor, split
from flopcount.sizes import domain as domains
from flopcount.sizes.condition import Condition, negative, unequal
from flopcount.sizes.domain import Domain, domain, grows, negated
from flopcount.sizes.polynomial import Number, Polynomial, Space
from flopcount.sizes.values import holds, value
from tests.analysis.readers import text
from tests.sizes.trees import TREES, built

NAMES = ("H", "W", "n")
POINTS = [
    dict(zip(NAMES, point, strict=True))
    for point in [*product((1, 2, 3, 4, 7), repeat=3), *product((5, 12, 13, 40), repeat=3)]
]


def conditions(trees: list[tuple[str, Any]], space: Space) -> list[Condition | bool]:
    """What must not be, of random formulas: below 0, or not 0."""
    names = {name: space.name(name) for name in NAMES}
    made = [(relation, built(tree, names)) for relation, tree in trees]
    return [negative(one) if relation == "<" else unequal(one, 0) for relation, one in made]


def first_wrong(trees: list[tuple[str, Any]], formula: Any = "H") -> object:
    """Where what is read and the conditions do not say the same, or a value is another one."""
    space = Space()
    asked = conditions(trees, space)
    misfits = [{**point, "": _fails(trees, point)} for point in POINTS]
    try:
        found, larger = domain(asked, space)
    except FlopcountError:
        return next((point for point in misfits if not point[""]), None)
    sentences = {sentence: text(sentence, NAMES) for sentence in found.sentences}
    within = larger.of(built(formula, {name: space.name(name) for name in NAMES}))
    for point, here in zip(POINTS, misfits, strict=True):
        sizes = [point[name] for name in NAMES]
        fits = all(sentence(*sizes) for sentence in sentences.values())
        if fits == here[""]:
            return point, [*sentences]
        if fits and value(within, point) != built(formula, point):
            return point, within
    return None


def _fails(trees: list[tuple[str, Any]], point: dict[str, int]) -> bool:
    values = [(relation, built(tree, point)) for relation, tree in trees]
    return any(found < 0 if relation == "<" else found != 0 for relation, found in values)


# a condition that holds nearly everywhere says little: most are a name's less a number
_BOUNDS = st.tuples(
    st.just("-"),
    st.one_of(
        st.sampled_from(NAMES),
        st.tuples(st.sampled_from(["//", "ceil"]), st.sampled_from(NAMES), st.integers(1, 5)),
        TREES,
    ),
    st.integers(0, 9),
)
_DIVIDES = st.tuples(st.just("%"), TREES, st.integers(1, 6))
_CONDITIONS = st.one_of(
    st.tuples(st.just("<"), st.one_of(_BOUNDS, TREES)),
    st.tuples(st.just("≠"), st.one_of(_DIVIDES, TREES)),
)


@given(trees=st.lists(_CONDITIONS, min_size=1, max_size=4), formula=TREES)
def test_a_point_fits_exactly_where_no_condition_holds(
    trees: list[tuple[str, Any]], formula: Any
) -> None:
    assert first_wrong(trees, formula) is None


WINDOWS = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2))


@given(layers=st.lists(WINDOWS, min_size=1, max_size=4))
def test_layers_that_need_an_image_large_enough(layers: list[tuple[int, int, int]]) -> None:
    """A chain of windows: each must fit what the one before it puts out; one bound says it all."""
    space = Space()
    here: Number = space.name("H")
    asked = []
    for k, s, pad in layers:
        asked.append(negative(here + 2 * pad - k))
        here = (here + 2 * pad - k) // s + 1
    found, _ = domain(asked, space)
    assert found.conditions == []
    assert {*found.least} <= {"H"}

    def fits(size: int) -> bool:
        for k, s, pad in layers:
            if size + 2 * pad < k:
                return False
            size = (size + 2 * pad - k) // s + 1
        return True

    least = next(size for size in range(1, 10**4) if fits(size))
    assert found.least.get("H", 1) == least
    assert all(fits(size) for size in range(least, least + 50))


def test_what_is_known_of_one_name_decides_another_condition() -> None:
    space = Space()
    n, m = space.name("n"), space.name("m")
    found, larger = domain([negative(n - 5), negative(n * m - 5)], space)
    assert found.sentences == ("n ≥ 5",)
    assert larger.of(n).low == 5  # type: ignore[union-attr]
    assert domain([negative(n // 3 - 4), negative(n - 5)], space)[0].sentences == ("n ≥ 12",)


def test_a_condition_that_holds_everywhere() -> None:
    space = Space()
    n = space.name("n")
    for asked in ([True], [negative(n - 5), negative(3 - n)], [unequal(n, n + 1)]):
        with pytest.raises(FlopcountError, match="does not fit these sizes"):
            domain(asked, space)
    assert domain([False, False], space)[0] == Domain()


def test_sentences() -> None:
    space = Space()
    n, m, F = (space.name(name) for name in ("n", "m", "F"))  # noqa: N806  as people call it

    def said(condition: object) -> str:
        assert isinstance(condition, Condition)
        return negated(condition)

    assert said(unequal(F % 4, 0)) == "4 divides F"
    assert said(unequal((F + m) % 4, 0)) == "4 divides F + m"
    assert said(unequal(-(-n // 2), (n - 2) // 2 + 1)) == "2 divides n"
    assert said(unequal((n + 9) // 16, (n + 1) // 16)) == "⌈(n − 6)/16⌉ = ⌊(n + 1)/16⌋"
    assert said(unequal((n + 1) // 3, n // 3 + 1)) == "3 divides n + 1"
    assert said(unequal((n + 2) // 5, n // 5 + 1)) == "⌊(n + 2)/5⌋ = ⌈(n + 1)/5⌉"
    assert said(unequal((n + 2) // 3, n // 2)) == "⌈n/3⌉ = ⌊n/2⌋"  # two apart, of two divisors
    assert said(negative(-(-n // 2) - m)) == "⌈n/2⌉ ≥ m"
    assert said(negative(n * m - 7)) == "m·n ≥ 7"
    assert said(negative(n // 3 * 3 - n)) == "3·⌊n/3⌋ ≥ n"
    assert said(negative(7 - n)) == "7 ≥ n"
    assert said(unequal(n, 24)) == said(unequal(24, n)) == "n = 24"


def test_a_condition_on_a_sum_of_halves() -> None:
    space = Space()
    n, m = space.name("n"), space.name("m")
    for high, size in product((12, 40), range(1, 12)):
        triangle = as_factor(split(n * (n + 1), 2))
        below, other = negative(triangle - high), unequal(triangle, high)
        assert isinstance(below, Condition)
        assert isinstance(other, Condition)
        exact = size * (size + 1) // 2
        assert holds(below, {"n": size}) == (exact < high)
        assert holds(other, {"n": size}) == (exact != high)
    found, _ = domain([negative(as_factor(split(n * (n + 1), 2)) - 12)], space)
    assert found.sentences == ("n ≥ 5",)
    found, _ = domain([negative(as_factor(split(n * (n - 1), 2)) - m)], space)
    assert found.sentences == ("n² ≥ 2·m + n",)


def wrong_sentences() -> list[str]:
    """Sentences on two floors of n, and of 3n + 1, that are true where they should not be."""
    wrong = []
    for times, more in ((1, 0), (3, 1)):
        n = times * Space().name("n") + more
        for m, a, b, beside in product((2, 3, 5), range(-4, 5), range(-4, 5), (-1, 0, 1)):
            asked = (
                unequal(n // m * m, n + a)
                if a == b
                else unequal((n + a) // m, (n + b) // m + beside)
            )
            if isinstance(asked, bool):
                continue
            sentence = text(negated(asked), ("n",))
            if any(sentence(size) == holds(asked, {"n": size}) for size in range(1, 21)):
                wrong.append(negated(asked))
    return wrong


def test_sentences_on_two_floors() -> None:
    assert wrong_sentences() == []


def test_what_grows() -> None:
    space = Space()
    n, m, less = space.name("n"), space.name("m"), space.name("less", -3)
    assert grows(n * m + n // 2 + 7)
    assert grows(n - 7)
    assert grows(as_factor(n + 7) * as_factor(m * n + n // 2))
    for size in (n - m, m - n // 2, -n, n % 2, less * n, (n - m) * n):
        assert isinstance(size, Polynomial)
        assert not grows(size)


# --- the tests find what they are there to find


@pytest.mark.parametrize(
    ("name", "instead", "trees"),
    [
        ("grows", lambda _: True, [("<", ("-", ("%", "H", 3), 2))]),  # goes up and down
        ("_least", lambda condition: ("H", 9), [("<", ("-", "H", 3))]),  # noqa: ARG005
        ("divisor", lambda condition: (condition.value, 2), [("≠", ("%", "W", 3))]),
        ("negated", lambda condition: "H ≥ 0", [("<", ("-", "H", "W"))]),  # noqa: ARG005
    ],
)
def test_a_broken_rule_is_found(
    name: str, instead: Any, trees: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert first_wrong(trees) is None
    monkeypatch.setattr(domains, name, instead)
    assert first_wrong(trees) is not None


def test_a_divisor_of_the_wrong_floor_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = domains.divisor

    def wrong(condition: Condition) -> tuple[Number, int] | None:
        found = right(condition)
        return (found[0] + 1, found[1]) if found else None

    monkeypatch.setattr(domains, "divisor", wrong)
    assert wrong_sentences()


def test_a_condition_on_numbers_is_decided() -> None:
    for a, b in product(range(-3, 4), repeat=2):
        assert unequal(a, b) is (a != b)
        assert negative(a) is (a < 0)
        n = Space().name("n")
        hidden = as_factor(n + a) - n  # a number too, once the factor is open
        assert unequal(hidden, b) is (a != b)
        assert negative(hidden) is (a < 0)


def test_a_condition_holds_where_it_says() -> None:
    n = Space().name("n")
    asked = negative(n - 5)
    assert isinstance(asked, Condition)
    assert [holds(asked, {"n": size}) for size in (4, 5)] == [True, False]

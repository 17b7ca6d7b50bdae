"""From where on a polynomial is above 0, held to looking at each number."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.sizes.crossing import crossing

FAR = 400  # past the roots of all that are drawn
small = st.integers(-40, 40)


def looked_at(terms: dict[int, int | Fraction]) -> tuple[int, int | None]:
    def at(x: int) -> Fraction:
        return sum((count * Fraction(x) ** power for power, count in terms.items()), Fraction(0))

    not_above = [x for x in range(1, FAR) if at(x) <= 0]
    last = max(not_above, default=0)
    return last + 1, last if last and at(last) == 0 else None


@settings(max_examples=60)
@given(st.lists(small, min_size=1, max_size=5), st.integers(1, 6))
def test_any_polynomial(below: list[int], highest: int) -> None:
    terms: dict[int, int | Fraction] = {**dict(enumerate(below)), len(below): highest}
    assert crossing(terms) == looked_at(terms)


@settings(max_examples=40)
@given(st.lists(st.integers(-3, 12), min_size=1, max_size=5))
def test_roots_that_lie_close_together(roots: list[int]) -> None:
    counts = [1]
    for root in roots:  # times (x − root)
        pairs = zip([0, *counts], [*counts, 0], strict=True)
        counts = [higher - root * lower for higher, lower in pairs]
    terms: dict[int, int | Fraction] = dict(enumerate(counts))
    assert crossing(terms) == looked_at(terms)
    assert crossing(terms) == (max(*roots, 0) + 1, max(roots) if max(roots) > 0 else None)


@pytest.mark.parametrize(
    ("terms", "least", "equal"),
    [
        ({2: 1536, 1: -2359296}, 1537, 1536),
        ({2: Fraction(1, 2), 1: Fraction(-7, 2)}, 8, 7),
        ({2: 3}, 1, None),
        ({4: 1, 0: -(10**40)}, 10**10 + 1, 10**10),
        ({4: 1, 0: 1 - 10**40}, 10**10, None),
    ],
)
def test_what_is_known_beforehand(
    terms: dict[int, int | Fraction], least: int, equal: int | None
) -> None:
    assert crossing(terms) == (least, equal)

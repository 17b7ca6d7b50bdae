"""The longest common subsequence, beside the textbook's table."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from flopcount.analysis.aligned.common import common

FEW = st.lists(st.integers(0, 3), max_size=40)
MANY = st.lists(st.integers(0, 60), max_size=80)


def longest(a: Sequence[int], b: Sequence[int]) -> int:
    """Cormen et al., Introduction to Algorithms, section 15.4."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, one in enumerate(a):
        for j, other in enumerate(b):
            above, left = table[i][j + 1], table[i + 1][j]
            table[i + 1][j + 1] = table[i][j] + 1 if one == other else max(above, left)
    return table[-1][-1]


def check(a: Sequence[int], b: Sequence[int]) -> None:
    pairs = common(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    assert len(pairs) == longest(a, b)


@settings(max_examples=50)
@given(FEW, FEW)
def test_of_few_kinds(a: list[int], b: list[int]) -> None:
    check(a, b)


@settings(max_examples=50)
@given(MANY, MANY)
def test_of_many_kinds(a: list[int], b: list[int]) -> None:
    check(a, b)


@settings(max_examples=50)
@given(st.permutations(range(30)), st.permutations(range(30)))
def test_of_each_once(a: list[int], b: list[int]) -> None:
    check(a, b)
    check(a[:20], b[5:])


def test_of_what_is_long_and_repeats() -> None:
    a = [n % 7 for n in range(300)]
    assert len(common(a, a[50:])) == 250
    check(a, a[::-1])
    check([n * n % 101 for n in range(300)], [n * n % 89 for n in range(300)])

"""Counts of some rows: their sums, count by count, and those of a batch."""

import copy
import pickle
import re
from dataclasses import dataclass
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flopcount as fc
from flopcount.core.counts import COUNTS, PARAMETERS, Counts
from flopcount.core.graph import Row, walk


@dataclass(frozen=True)
class Counted:
    """A row whose counts are given."""

    numbers: dict[str, int]

    def count(self, name: str) -> int:
        return self.numbers[name]


def counts(rows: list[Counted], batch: int = 1) -> Counts:
    return Counts(cast("list[Row]", rows), batch)


def flat(found: Counts) -> dict[str, Any]:
    return {name: found[name] for name in COUNTS}


ROWS = st.builds(Counted, st.fixed_dictionaries(dict.fromkeys(COUNTS, st.integers(0, 2**70))))


@given(a=ROWS, b=ROWS)
def test_counts_add_count_by_count(a: Counted, b: Counted) -> None:
    both = counts([a, b])
    assert flat(both) == {name: value + b.numbers[name] for name, value in a.numbers.items()}
    assert counts([a, Counted(dict.fromkeys(COUNTS, 0))]) == counts([a])
    assert flat(counts([])) == dict.fromkeys(COUNTS, 0)


@given(row=ROWS, batch=st.integers(1, 1000))
def test_a_batch_multiplies_all_but_the_parameters(row: Counted, batch: int) -> None:
    kept = {"params", "weights", "biases", "norm_params", "norm_stats", "params_with_stats"}
    assert flat(counts([row], batch)) == {
        name: value if name in kept else value * batch for name, value in row.numbers.items()
    }


@given(a=ROWS, b=ROWS)
def test_counts_are_equal_where_each_of_them_is(a: Counted, b: Counted) -> None:
    assert (counts([a]) == counts([b])) == (a == b)
    for name, value in a.numbers.items():
        assert counts([a]) != counts([Counted({**a.numbers, name: value + 1})])


def test_counts_by_name() -> None:
    found = fc.analyze(fc.parse("6x5x8 > conv 3x3 4 norm")).total.cost
    assert found.multiplies == found["multiplies"] == 9 * 6 * 5 * 8 * 4
    assert found.elementwise.adds == found["elementwise.adds"] == 2 * 6 * 5 * 4
    assert not hasattr(found.elementwise, "roots")
    with pytest.raises(AttributeError, match="there is no count 'multiplys'"):
        _ = found.multiplys
    with pytest.raises(KeyError):
        _ = found["multiplys"]
    (row,) = walk(fc.parse("6x5x8 > conv 3x3 4 norm"))
    assert {name: row.count(name) for name in COUNTS} == flat(found)
    with pytest.raises(KeyError):
        row.count("multiplys")


def test_every_parameter_is_counted_as_one_of_them() -> None:
    assert set(PARAMETERS.values()) == {"weights", "biases", "norm_params", "norm_stats"}
    assert set(PARAMETERS.values()) <= {name for name, count in COUNTS.items() if not count.grows}


def test_counts_and_what_they_are_of_can_be_copied_and_sent_to_another_process() -> None:
    network = fc.load("googlenet")
    report = fc.analyze(network["3a"])
    total = report.total.cost
    for same in (copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))):  # noqa: S301
        assert same(network) == network
        assert same(report).total.cost == total
        assert same(total) == total
        assert same(total.elementwise) == total.elementwise


def test_elementwise_counts_say_what_they_are() -> None:
    found = fc.analyze(fc.parse("6x5x8 > conv 3x3 4 norm")).total.cost.elementwise
    each = 6 * 5 * 4
    assert (found.adds, found.multiplies, found.compares) == (2 * each, each, each)
    assert f"adds={2 * each}" in repr(found)
    assert not hasattr(found, "squares")


@pytest.mark.parametrize("name", COUNTS)
def test_a_title_is_the_name_in_words(name: str) -> None:
    assert COUNTS[name].title == re.sub("[_.]", " ", name)
    assert COUNTS[name].grows == (name not in {"params", "params_with_stats", *PARAMETERS.values()})


def test_what_is_said_of_params_is_how_they_add_up() -> None:
    cost = fc.analyze(fc.parse("8x8x4 > conv 3x3 6 norm > lrn > flatten > dense 10")).total.cost
    for name in ("params", "params_with_stats"):
        _, parts = COUNTS[name].says.split(": ")
        assert cost[name] == sum(cost[part.replace(" ", "_")] for part in parts.split(" + "))
    assert (cost.weights, cost.biases) == (3**2 * 4 * 6 + 8**2 * 6 * 10, 6 + 10)
    assert (cost.norm_params, cost.norm_stats) == (2 * 6, 2 * 6)

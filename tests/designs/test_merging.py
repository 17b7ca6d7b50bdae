"""What stays of tiles merges to what stays of the grid, however it is cut, grouped and ordered."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.designs.chosen import Key, Pareto, Stay, Tally, designs_of, pareto
from flopcount.designs.grid import chunks
from flopcount.designs.question import Question
from flopcount.errors import FlopcountError
from flopcount.sizes.polynomial import Space
from tests.designs.grids import FEWER, best, choices, cuts, designs, questions, same


@FEWER
@given(questions())
def test_a_choice_is_what_it_says(question: Question) -> None:
    part = question.choice.finished(question.part(question.box, 0))
    kept = list(designs(question))
    if isinstance(question.choice, Tally):
        ranges = question.choice.ranges(part)  # type: ignore[arg-type]
        assert part.kept.tolist() == [len(kept)]  # type: ignore[attr-defined]
        for name in question.columns:
            values = [one[name] for one in kept]
            assert ranges[name] == ((min(values), max(values)) if values else None)
    else:
        expected = [[one[name] for name in question.columns] for one in best(question.choice, kept)]
        assert designs_of(part).tolist() == expected


@st.composite
def merged(draw: st.DrawFn, question: Question, parts: list[Any]) -> Any:
    """Parts in any order, merged in any groups."""
    parts = draw(st.permutations(parts))
    while len(parts) > 1:
        some = draw(st.integers(1, len(parts)))
        parts = [*parts[some:], question.choice.merged(parts[:some])]
    return parts[0]


@pytest.mark.slow
@FEWER
@given(questions(), st.data())
def test_tiles_merge_to_the_whole(question: Question, data: st.DataObject) -> None:
    tiles = data.draw(cuts(question.box))
    parts = [question.part(*tile) for tile in tiles]
    same(data.draw(merged(question, parts)), question.part(question.box, 0))


@FEWER
@given(questions(), st.data())
def test_what_other_tiles_know_changes_nothing(question: Question, data: st.DataObject) -> None:
    whole = question.part(question.box, 0)
    done: list[Any] = []
    for tile in data.draw(st.permutations(data.draw(cuts(question.box)))):
        others = data.draw(st.lists(st.sampled_from(done), unique_by=id)) if done else []
        known = question.choice.known(question.choice.merged(others)) if others else ()
        done.append(question.part(*tile, known))
    same(data.draw(merged(question, done)), whole)
    same(question.part(question.box, 0, question.choice.known(whole)), whole)


@pytest.mark.slow
@FEWER
@given(questions(), st.data())
def test_merging_is_associative_and_commutative(question: Question, data: st.DataObject) -> None:
    parts = [question.part(*tile) for tile in data.draw(cuts(question.box))]
    a, b, c = (
        (parts[number % len(parts)] for number in range(3))
        if len(parts) > 2
        else (
            *parts[:2],
            *[question.choice.selection(question.columns).end()] * 3,
        )[:3]
    )
    merge = question.choice.merged
    same(merge([a, b]), merge([b, a]))
    same(merge([merge([a, b]), c]), merge([a, merge([b, c])]))
    same(merge([merge([a, b]), c]), merge([c, a, b]))
    same(merge([a]), a)


@pytest.mark.slow
@FEWER
@given(st.data())
def test_chunks_of_formulas_merge_too(data: st.DataObject) -> None:
    """Many chunks a tile, so that what a selection knows of itself prunes as well."""
    space = Space()
    box = tuple(range(1, 1 + data.draw(st.integers(1, 6))) for _ in "abc")
    a, b, c = (
        space.name(name, 1, len(values)) if len(values) > 1 else 1
        for name, values in zip("abc", box, strict=True)
    )
    few = st.integers(0, 2)
    counts = {
        name: data.draw(few) * a * b + data.draw(few) * b * c + data.draw(few) * c + data.draw(few)
        for name in "xyz"
    }
    names = (*"abc", *counts)
    question = Question(tuple("abc"), box, counts, (), data.draw(choices(names)), names)
    whole = question.part(box, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_SIZE", 4)
        patch.setattr(chunks, "_WIDTH", 4)
        same(question.part(box, 0), whole)
        parts = [question.part(*tile) for tile in data.draw(cuts(box))]
        same(data.draw(merged(question, parts)), whole)


def test_the_limit_of_a_front_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three designs, which a fourth dominates: too many of them only if it is not there."""
    monkeypatch.setattr(pareto, "MAX_FRONT", 2)
    monkeypatch.setattr(pareto, "_MOST_HELD", 4)
    choice = Pareto((Key("a"), Key("b")))

    def stay(*points: tuple[int, int]) -> Stay:
        found = np.array(points)
        return Stay(found, 10 * found[:, 0] + found[:, 1], found)

    stairs, better = stay((1, 3), (2, 2), (3, 1)), stay((1, 1))
    for order in ([stairs, better], [better, stairs]):
        assert choice.finished(choice.merged(order)).points.tolist() == [[1, 1]]
    with pytest.raises(FlopcountError, match=r"^the Pareto front has 3 designs, more than 2, .*--"):
        choice.finished(choice.merged([stairs]))
    with pytest.raises(FlopcountError, match=r"^of a part of the grid the Pareto front has 5 "):
        choice.merged([stairs, stay((0, 4), (4, 0))])

"""A network beside copies of it that were edited: the edits are found, and nothing else."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount.analysis.aligned import Alignment
from tests.analysis.aligned.networks import Named, chain

KERNELS, GROUPS = (1, 3, 5, 7), (1, 2, 4, 8, 16)
OF_COPIES = (9, 11, 13)  # kernels that the first never has
KINDS = st.tuples(st.sampled_from(KERNELS), st.sampled_from(GROUPS))


def named(kinds: Sequence[tuple[int, int]]) -> list[Named]:
    return [Named(f"layer{n}", *kind) for n, kind in enumerate(kinds)]


ANY = st.lists(KINDS, min_size=1, max_size=14).map(named)
UNLIKE = st.lists(KINDS, min_size=1, max_size=14, unique=True).map(named)


def paired(found: Alignment) -> list[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """The paths of each pair, and its verdict."""
    sides = ((pair.a, pair.b, pair.verdict) for pair in found.pairs)
    return [(a.paths if a else (), b.paths if b else (), verdict) for a, b, verdict in sides]


class Edited:
    """A copy of some layers, each kept, left out, changed or with one more behind it."""

    def __init__(self, data: st.DataObject, layers: Sequence[Named], *, renamed: bool) -> None:
        self.layers: list[Named] = []
        self.expected: list[tuple[tuple[str, ...], tuple[str, ...], str]] = []
        fresh = iter(range(1000))
        just = False  # an edit beside another may be read as one
        for layer in layers:
            name = f"other{next(fresh)}" if renamed else layer.name
            what = "keep" if just else data.draw(st.sampled_from(["keep", "drop", "change", "add"]))
            just = what != "keep"
            if what == "drop":
                self.expected.append(((layer.name,), (), "only in the first"))
                continue
            kernel = data.draw(st.sampled_from(OF_COPIES)) if what == "change" else layer.kernel
            self.layers.append(Named(name, kernel, layer.groups))
            verdict = "changed" if what == "change" else "equal"
            self.expected.append(((layer.name,), (name,), verdict))
            if what == "add":
                more = Named(f"more{next(fresh)}", data.draw(st.sampled_from(OF_COPIES)))
                self.layers.append(more)
                self.expected.append(((), (more.name,), "only in the second"))


@settings(max_examples=25)
@given(st.data(), ANY)
def test_edits_are_found_where_names_are_kept(data: st.DataObject, layers: list[Named]) -> None:
    edited = Edited(data, layers, renamed=False)
    if edited.layers:
        found = fc.align(chain(layers), chain(edited.layers))
        assert paired(found) == edited.expected
        assert found.equal == all(verdict == "equal" for *_, verdict in edited.expected)


@settings(max_examples=25)
@given(st.data(), UNLIKE)
def test_edits_are_found_where_all_is_renamed(data: st.DataObject, layers: list[Named]) -> None:
    edited = Edited(data, layers, renamed=True)
    if edited.layers:
        assert paired(fc.align(chain(layers), chain(edited.layers))) == edited.expected


@pytest.mark.slow
@settings(max_examples=25)
@given(st.data(), ANY)
def test_layers_in_another_order_are_equal(data: st.DataObject, layers: list[Named]) -> None:
    order = data.draw(st.permutations(layers))
    found = fc.align(chain(layers), chain(order))
    assert found.equal
    assert not found.differences
    moved = Counter(verdict for *_, verdict in paired(found))["moved"]
    assert moved <= len(layers) - _longest_rising([layers.index(layer) for layer in order])
    if len({layer[1:] for layer in layers}) == len(layers):
        assert moved == len(layers) - _longest_rising([layers.index(layer) for layer in order])


def _longest_rising(numbers: Sequence[int]) -> int:
    best: list[int] = []
    for at, number in enumerate(numbers):
        best.append(1 + max((best[n] for n in range(at) if numbers[n] < number), default=0))
    return max(best)


@settings(max_examples=25)
@given(ANY, ANY)
def test_any_two_have_each_layer_once_and_as_many_equal_as_can_be(
    layers: list[Named], others: list[Named]
) -> None:
    one, two = chain(layers), chain(others)
    found = fc.align(one, two)
    sides = paired(found)
    assert sorted(path for a, _, _ in sides for path in a) == sorted(n.path for n in one.nodes)
    assert sorted(path for _, b, _ in sides for path in b) == sorted(n.path for n in two.nodes)
    by_name = [{layer.name: layer[1:] for layer in some} for some in (layers, others)]
    for a, b, verdict in sides:
        if verdict in ("equal", "moved"):
            assert by_name[0][a[0]] == by_name[1][b[0]]
    alike = Counter(by_name[0].values()) & Counter(by_name[1].values())
    assert sum(pair.equal for pair in found.pairs) <= alike.total()
    assert found.equal == (Counter(by_name[0].values()) == Counter(by_name[1].values()))


def test_a_repeated_layer_that_is_gone_is_the_one_of_its_name() -> None:
    layers = [Named(f"block{n}", 3) for n in range(12)]
    found = fc.align(chain(layers), chain([*layers[:4], *layers[5:]]))
    assert [a for a, _, verdict in paired(found) if verdict != "equal"] == [("block4",)]
    renumbered = [Named(f"block{n}", 3) for n in range(11)]
    found = fc.align(chain(layers), chain(renumbered))
    assert found.counts["equal"] == 11
    assert found.counts["only in the first"] == 1


def test_a_layer_in_front_shifts_no_pairing() -> None:
    kinds = [(3, 1), (1, 1), (5, 1), (3, 2), (7, 4)]
    found = fc.align(chain(named(kinds)), chain(named([(9, 1), *kinds])))
    assert found.counts["equal"] == 5
    assert [b for _, b, verdict in paired(found) if verdict != "equal"] == [("layer0",)]


def test_all_widths_changed_pairs_layers_by_their_names() -> None:
    found = fc.align("googlenet", "googlenet@width=0.5")
    assert found.counts == dict.fromkeys(found.counts, 0) | {"changed": 58}
    assert all(a == b for a, b, _ in paired(found))

"""Every layer: one formula for whole numbers and for names of them, and what does not fit it."""

import dataclasses
import inspect
import math
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

from flopcount import FlopcountError, Network
from flopcount.core import ops
from flopcount.core.counts import COUNTS
from flopcount.core.graph import INPUT, Row, walk
from flopcount.core.ops.convolution import Conv
from flopcount.core.ops.dense import Dense
from flopcount.core.ops.elementwise import ACTIVATIONS
from flopcount.core.ops.tail import Tail
from flopcount.core.ops.tokens import Tokens
from flopcount.core.ops.words import OPS
from flopcount.notation.builder import Builder
from flopcount.notation.parser import parse
from flopcount.notation.trees import JOINS, Arm, Bracket, Layer
from flopcount.records import fields
from flopcount.sizes.condition import Condition
from flopcount.sizes.meets import Slide
from flopcount.sizes.polynomial import Space
from flopcount.sizes.values import Substitution, holds, value
from flopcount.sizes.window import Window
from tests.core.cases import CASES, Case

Point = tuple[int, int, int, int]
SIZES = {"H": 28, "W": 28, "C": 24}


def network(spec: str, shape: tuple[Any, ...], width: Any = 24) -> Network:
    builder = Builder(constants={"K": width}, inputs={INPUT: len(shape) - 1})
    output = builder.row("case", parse(spec).spec, {}, INPUT)
    return Network("case", tuple(builder.nodes), {INPUT: shape}, output)


def points(least: int) -> list[Point]:
    """Heights, widths, C and K: the smallest image there may be, odd, even and uneven ones."""
    return [
        (least, least, 12, 12),
        (least, least + 1, 24, 12),
        (least + 4, least + 1, 36, 24),
        (13, 14, 12, 60),
        (28, 28, 192, 36),
        (57, 30, 48, 12),
    ]


def everything(rows: list[Row]) -> Iterator[tuple[str, Any]]:
    """Name and value of each number of a walk: shapes, and each count of each row."""
    for row in rows:
        yield from (
            (f"{row.node.path} shape[{axis}]", size) for axis, size in enumerate(row.output)
        )
        yield from ((f"{row.node.path} {name}", row.count(name)) for name in COUNTS)


def whole(case: Case, at: Point) -> dict[str, int]:
    sizes = dict(zip("HWCK", at, strict=True))
    numbers = dict(everything(walk(network(case.spec, case.shape(sizes), sizes["K"]))))
    assert {type(number) for number in numbers.values()} == {int}
    return numbers


def named(case: Case) -> tuple[dict[str, Any], list[Condition]]:
    """Walk once with names: each number of the walk, and what must not be."""
    space = Space()
    names = {name: space.name(name) for name in "HWCK"}
    found = dict(everything(walk(network(case.spec, case.shape(names), names["K"]))))
    return found, space.conditions


def by_value(found: dict[str, Any], at: list[Point]) -> list[dict[str, int]]:
    """The numbers of a walk with names, worked out at each point."""
    sampled = []
    for point in at:
        sizes, known = dict(zip("HWCK", point, strict=True)), {}
        sampled.append({name: value(size, sizes, known) for name, size in found.items()})
    assert {type(number) for one in sampled for number in one.values()} == {int}
    return sampled


def by_putting_in(found: dict[str, Any], at: list[Point]) -> list[dict[str, int]]:
    """The numbers put in the place of the names, which leaves numbers."""
    puts = [Substitution(dict(zip("HWCK", point, strict=True))) for point in at]
    sampled = [{name: put.of(size) for name, size in found.items()} for put in puts]
    assert {type(number) for one in sampled for number in one.values()} == {int}
    return sampled


def by_arrays(found: dict[str, Any], at: list[Point]) -> list[dict[str, int]]:
    """Worked out once for int64 arrays, one element a point."""
    arrays = dict(zip("HWCK", np.array(at, dtype=np.int64).T, strict=True))
    known: dict[Any, Any] = {}
    values = {name: value(size, arrays, known) for name, size in found.items()}
    assert all(isinstance(one, int) or one.dtype == np.int64 for one in values.values())
    spread = {name: np.broadcast_to(one, len(at)).tolist() for name, one in values.items()}
    return [{name: some[i] for name, some in spread.items()} for i in range(len(at))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_sampled_agreement(case: Case) -> None:
    at = points(case.least)
    expected = [whole(case, point) for point in at]
    found, conditions = named(case)
    assert by_value(found, at) == expected
    assert by_putting_in(found, at) == expected
    assert by_arrays(found, at) == expected
    for point in at:
        sizes = dict(zip("HWCK", point, strict=True))
        assert not any(holds(condition, sizes) for condition in conditions)


def is_refused(case: Case, at: Point) -> bool:
    try:
        whole(case, at)
    except FlopcountError:
        return True
    return False


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_what_is_kept_undecided_holds_where_numbers_are_refused(case: Case) -> None:
    _, conditions = named(case)
    at = [(high, wide, c, k) for high in (1, 2, 5, 8) for wide in (1, 6) for c, k in WIDTHS]
    for point in at:
        sizes = dict(zip("HWCK", point, strict=True))
        misfit = any(holds(condition, sizes) for condition in conditions)
        assert misfit == is_refused(case, point), point


WIDTHS = ((12, 24), (6, 12), (12, 6), (12, 12))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.spec)
def test_params_are_what_trains(case: Case) -> None:
    for row in walk(network(case.spec, case.shape(SIZES))):
        parts = ("weights", "biases", "norm_params")
        assert row.count("params") == sum(row.count(name) for name in parts)
        op = row.node.op  # a view of what went in is no copy of it
        copied = op.word not in ("flatten", "split") and op != Tokens()
        elements = sum(math.prod(output) for output in row.held.outputs)
        assert row.count("activations") == copied * elements
        assert 0 <= row.count("multiplies_unpadded") <= row.count("multiplies")


def _words(spec: tuple[Any, ...]) -> Iterator[str]:
    for term in spec:
        if isinstance(term, Layer):
            yield term.op
        elif isinstance(term, Bracket):
            yield term.join
            for arm in term.arms:
                assert isinstance(arm, Arm)
                yield from _words(arm.spec)


def test_every_word_has_a_case() -> None:
    tried = {word for case in CASES for word in _words(parse(case.spec).spec)}
    assert tried == {*OPS, *ACTIVATIONS, *JOINS}


def test_words_are_listed_by_how_much_they_take() -> None:
    taken = [len(kind.takes) for kind in OPS.values()]
    assert taken == sorted(taken, reverse=True)
    assert taken[0] > taken[-1]


def test_every_op_has_a_case() -> None:
    files = [import_module(f"{ops.__name__}.{file.name}") for file in iter_modules(ops.__path__)]
    classes = {
        kind
        for file in files
        for _, kind in inspect.getmembers(file, inspect.isclass)
        if kind.__module__ == file.__name__
        and hasattr(kind, "nests")
        and (hasattr(kind, "word") or "word" in {field.name for field in fields(kind)})
    }
    tried = {
        type(node.op) for case in CASES for node in network(case.spec, case.shape(SIZES)).nodes
    }
    assert tried == classes


def test_sampling_notices_a_formula_for_whole_numbers_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = Slide.inside.fget
    assert right

    def wrong(slide: Slide) -> Any:
        return right(slide) if isinstance(slide.outputs, int) else slide.full

    monkeypatch.setattr(Slide, "inside", property(wrong))
    with pytest.raises(AssertionError):
        test_sampled_agreement(Case("conv 5x5 K"))


# --- what does not fit


def test_what_fits_no_size_of_a_name_is_refused() -> None:
    space = Space()
    sizes = space.name("H", 1, 8), space.name("W", 8)
    with pytest.raises(FlopcountError, match="groups=4 does not divide"):
        walk(network("conv 3x3 K groups=4", (*sizes, space.name("C", 5, 7)), 8))
    with pytest.raises(FlopcountError, match="do not fit an add"):
        walk(network("(identity + conv 1x1 K)", (*sizes, space.name("C", 5, 7)), 8))
    with pytest.raises(FlopcountError, match="does not fit a height"):
        walk(network("conv 9x9 8 valid", (*sizes, 3)))
    with pytest.raises(FlopcountError, match="these lie on a grid of"):
        walk(network("dense 8", (*sizes, 3)))
    assert space.conditions == []


def test_what_cannot_be_decided_passes_and_is_kept() -> None:
    space = Space()
    H, W, C, K = (space.name(name) for name in "HWCK")  # noqa: N806  as people call them
    rows = walk(network("(identity + conv 1x1 K)", (H, W, C), K))
    assert rows[-1].output == (H, W, C)
    assert [(str(kept.value), kept.relation) for kept in space.conditions] in (
        [("C − K", "≠")],
        [("−K + C", "≠")],
    )


def test_ops_are_values() -> None:
    assert Dense(10) == Dense(10, Tail())
    assert hash(Conv(Window((3, 3)), 8)) == hash(Conv(Window((3, 3)), 8))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Dense(10).width = 11  # type: ignore[misc]

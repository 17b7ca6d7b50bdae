"""A grid in tiles is priced as the whole: one table, one program, the same designs."""

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flopcount.designs import compiled
from flopcount.designs.chosen import Stay
from flopcount.designs.grid import chunks, factors
from flopcount.designs.grid.axes import MAX_GRID
from flopcount.designs.grid.tiles import cut
from flopcount.designs.question import Question
from flopcount.designs.sweeps import plan
from flopcount.errors import FlopcountError

VARY = {"r3": "1:41", "n3": "2:59:2", "r5": "3:60"}  # lengths with no common divisor
TOP: dict[str, Any] = {"keep": ["multiplies <= 40e6"], "top": 7, "sort": "-params"}
CHOICES: list[dict[str, Any]] = [
    TOP,
    {"keep": ["multiplies <= 40e6"]},
    {"pareto": ["multiplies", "-params"]},
]


def question(**options: Any) -> Question:
    return plan("googlenet", VARY, modules=["3a"], **options).question


def in_tiles(asked: Question, most: int, *, known: bool = False) -> Stay:
    """What stays of all tiles of at most so many designs, one after the other."""
    tiles = cut(asked.box, most)
    found: Any = None
    for number in range(tiles.count):
        bounds = asked.choice.known(found) if known and found is not None else ()
        part = asked.part(*tiles.tile(number), bounds)
        found = part if found is None else asked.choice.merged([found, part])
    return found  # type: ignore[no-any-return]


def same(one: Any, other: Any) -> None:
    for mine, its in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, its)


@pytest.fixture
def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programs that JAX compiles for a pass, from now on used for every grid."""
    import jax

    compiled.program.cache_clear()
    made: list[str] = []
    real = jax.jit

    def counted(function: Callable[..., Any]) -> Any:
        def traced(*arrays: Any) -> Any:
            made.append(" ".join(str(array.shape) for array in arrays))
            return function(*arrays)

        return real(traced)

    monkeypatch.setattr(jax, "jit", counted)
    monkeypatch.setattr(compiled, "LEAST", 1)
    monkeypatch.setattr(compiled, "_LEAST_WIDTH", 1)
    monkeypatch.setattr(compiled, "_ON_CPU", compiled.Block(4096, 1, 2**13))
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 256)
    monkeypatch.setattr(chunks, "_WIDTH", 64)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("options", CHOICES, ids=["top", "every", "pareto"])
def test_one_program_is_compiled_for_all_tiles(
    options: dict[str, Any], compiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question(**options)
    monkeypatch.setattr(compiled, "LEAST", 10**9)
    expected = in_tiles(asked, asked.size)
    assert compiles == []
    monkeypatch.setattr(compiled, "LEAST", 1)
    for most in (5000, 1700, 58 * 29):  # 41 values cut into runs of uneven lengths, and 29
        same(in_tiles(asked, most, known=True), expected)
    assert len(compiles) == 1


def test_the_table_of_the_grid_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real = factors.Factors.products

    def counted(self: factors.Factors, number: Any) -> Any:
        made.append(1)
        return real(self, number)

    monkeypatch.setattr(factors.Factors, "products", counted)
    asked = question(**TOP)
    in_tiles(asked, 1700)
    assert len(made) == len(asked.counts)


@pytest.mark.slow
@pytest.mark.parametrize("most", [58, 20, 1])
def test_tiles_of_less_than_a_row_are_as_good(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "_WIDTH", 64)
    vary = {"r3": "1:3", "n3": "1:4", "r5": "3:60"}
    asked = plan("googlenet", vary, modules=["3a"], top=9, sort="-params").question
    same(in_tiles(asked, most), in_tiles(asked, asked.size))


@pytest.mark.slow
def test_where_no_array_holds_the_grid_each_tile_has_a_table(
    compiles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = in_tiles(question(**TOP), 10**6)
    compiles.clear()
    monkeypatch.setattr(factors, "MAX_FACTOR", 40)  # neither the 41 values of an axis fit, nor 58
    same(in_tiles(question(**TOP), 5000), expected)
    assert 1 <= len(compiles) <= 4, "halves of 58 values, in tiles of 2 and of 3 of an outer axis"


@pytest.mark.slow
def test_threads_of_a_worker_do_not_share_what_they_write_to() -> None:
    asked = question(**CHOICES[1])
    tiles = cut(asked.box, 1700)
    numbers = [*range(tiles.count)] * 6
    expected = [asked.part(*tiles.tile(number)) for number in range(tiles.count)]
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda number: asked.part(*tiles.tile(number)), numbers)]
    for number, part in zip(numbers, found, strict=True):
        same(part, expected[number])


def test_what_is_sent_is_the_question_alone() -> None:
    asked = question(**TOP)
    sent = pickle.dumps(asked)
    expected = in_tiles(asked, 1700)
    assert pickle.dumps(asked) == sent
    same(in_tiles(pickle.loads(sent), 1700), expected)  # noqa: S301  our own


GREAT = {"r3": "1:10000", "n3": "1:10000", "r5": "1:10000", "n1": "1:1000"}


def test_a_grid_may_have_a_quadrillion_designs() -> None:
    """Its last tile is priced as any other: the last row of it here."""
    planned = plan("googlenet", GREAT, modules=["3a"], top=2, sort="-params")
    asked = planned.question
    assert asked.size == MAX_GRID == 10**15
    planned.check_fits()
    row = (*(axis[-1:] for axis in asked.box[:-1]), asked.box[-1])
    found: Any = asked.part(row, 10**15 - 1000)
    assert found.places.tolist() == [10**15 - 1, 10**15 - 2]
    designs = found.designs[:, : len(planned.columns)].tolist()
    for design, n1 in zip(designs, (1000, 999), strict=True):
        assert design[:4] == [10_000, 10_000, 10_000, n1]
        # 28×28 pixels of 192 channels; n1, r3 > n3, r5 > 32 and the pooled 32
        weights = 192 * (n1 + 10_000 + 10_000 + 32) + 9 * 10_000**2 + 25 * 10_000 * 32
        assert design[4] == 28 * 28 * weights
        assert design[6] == weights + n1 + 10_000 * 3 + 32 * 2


def test_a_greater_one_is_refused() -> None:
    with pytest.raises(FlopcountError, match=r"^the grid has 1,001,000,000,000,000 designs; the"):
        plan("googlenet", {**GREAT, "n1": "1:1001"}, modules=["3a"], top=1)


@given(st.integers(1, 2**16), st.integers(1, 2**48), st.sampled_from(["_ON_CPU", "_ON_GPU"]))
def test_a_call_has_all_rows_or_as_many_as_are_allowed(width: int, height: int, where: str) -> None:
    block = getattr(compiled, where)
    rows = block.height(width, height)
    assert 1 <= rows <= block.most_rows
    assert rows * width <= max(block.designs, block.least_rows * width)
    if rows < height:
        assert rows == min(max(block.designs // width, block.least_rows), block.most_rows)
    else:
        assert 4 * (rows - height) <= height, "what is padded is looked at in vain"

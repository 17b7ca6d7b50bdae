"""Finished tiles are kept, and not priced again; whatever was interrupted, the result is one."""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import flopcount as fc
from flopcount.designs.spread import run, work
from tests.designs.spread.small import NET, VARY, StoppedError, tile_files

if TYPE_CHECKING:
    from collections.abc import Callable

CHOICES: list[dict[str, Any]] = [
    {"keep": "multiplies <= 5e6"},
    {"top": 7, "sort": "-params", "keep": "multiplies <= 5e6"},
    {"pareto": "multiplies,-params"},
    {"pareto": "multiplies,-params,-n", "sort": "m", "top": 9},
    {"count": True},
    {"histogram": ["multiplies=7", "n=3"]},
]


def stopped(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let a run end in the midst of a tile, after so many whole ones."""
    written, count = run.written, [after]

    def ends(asked: work.Asked, number: int, known: Any, folder: Any) -> Any:
        if not count[0]:
            (Path(folder.path) / ".flopcount-tile-half").write_bytes(b"PAR1")
            raise StoppedError
        count[0] -= 1
        return written(asked, number, known, folder)

    monkeypatch.setattr(run, "written", ends)


@pytest.mark.parametrize("options", CHOICES)
@pytest.mark.parametrize("after", [0, 6])
def test_a_run_goes_on_where_it_was_stopped(
    options: dict[str, Any],
    after: int,
    priced: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = fc.sweep(NET, VARY, **options)
    with monkeypatch.context() as patch:
        stopped(patch, after)
        with pytest.raises(StoppedError):
            fc.sweep(NET, VARY, **options, resume=tmp_path)
    assert priced == [*range(after)]
    assert len(tile_files(tmp_path)) == after
    pd.testing.assert_frame_equal(fc.sweep(NET, VARY, **options, resume=tmp_path), expected)
    assert priced == [*range(10)]
    pd.testing.assert_frame_equal(fc.sweep(NET, VARY, **options, resume=tmp_path), expected)
    assert priced == [*range(10)]  # it was merged again, and no tile priced
    assert not [*tmp_path.glob(".*")]


@pytest.mark.slow
@pytest.mark.parametrize("options", CHOICES)
def test_any_tiles_may_be_missing_or_damaged(
    options: dict[str, Any], priced: list[int], tmp_path: Path
) -> None:
    expected = fc.sweep(NET, VARY, **options)
    fc.sweep(NET, VARY, **options, resume=tmp_path)
    chance = random.Random(5)  # noqa: S311  no secret
    for _ in range(2):
        harmed = []
        for number, path in enumerate(tile_files(tmp_path)):
            data = path.read_bytes()
            place = chance.randrange(len(data))
            flipped = bytes([data[place] ^ (1 << chance.randrange(8))])
            harm: list[Callable[[], object]] = [
                path.unlink,
                lambda path=path, data=data, place=place: path.write_bytes(data[:place]),
                lambda path=path, data=data, place=place, flipped=flipped: path.write_bytes(
                    data[:place] + flipped + data[place + 1 :]
                ),
                lambda path=path: path.write_bytes(b""),
            ]
            if chance.random() < 0.5:
                chance.choice(harm)()
                harmed.append(number)
        priced.clear()
        pd.testing.assert_frame_equal(fc.sweep(NET, VARY, **options, resume=tmp_path), expected)
        assert priced == harmed
        assert len(tile_files(tmp_path)) == 10


def test_a_folder_is_filled_byte_for_byte_alike(
    priced: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fc.sweep_to(tmp_path / "a.parquet", NET, VARY, keep="n != 3", resume=tmp_path / "A")
    with monkeypatch.context() as patch:
        stopped(patch, 4)
        with pytest.raises(StoppedError):
            fc.sweep_to(tmp_path / "b.parquet", NET, VARY, keep="n != 3", resume=tmp_path / "B")
    assert not (tmp_path / "b.parquet").exists()
    fc.sweep_to(tmp_path / "b.parquet", NET, VARY, keep="n != 3", resume=tmp_path / "B")
    assert priced == [*range(10), *range(4), *range(4, 10)]
    for name in ("parquet", "csv"):
        fc.sweep_to(tmp_path / f"c.{name}", NET, VARY, keep="n != 3", resume=tmp_path / "B")
    assert len(priced) == 20
    files = [sorted((tmp_path / f"{one}.parquet").iterdir()) for one in "abc"]
    data = [[(path.name, path.read_bytes()) for path in paths] for paths in files]
    assert data[0] == data[1] == data[2]
    fc.sweep_to(tmp_path / "one.csv", NET, VARY, keep="n != 3")
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()

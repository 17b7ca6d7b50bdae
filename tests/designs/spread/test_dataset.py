"""A folder of designs: what one file would hold, tile by tile, whole or not there."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.designs import plan
from flopcount.designs.grid import tiles
from flopcount.designs.spread import Spread, dataset, fill, work
from flopcount.designs.spread.dataset import Folder, opened
from flopcount.writing import beside
from tests.designs.spread.small import NET, VARY, WORDS, names

SOME = "multiplies <= 5e6 and m != 20"
# a 1×1 takes 28·28·192·n multiplies, a padded 3×3 28·28·9·n·m
KEPT = sum(
    784 * n * (192 + 9 * m) <= 5 * 10**6 for n in range(1, 21) for m in range(2, 41, 2) if m != 20
)


pytestmark = pytest.mark.usefixtures("small_tiles")


@pytest.fixture(autouse=True)
def no_trace() -> Iterator[None]:
    yield
    assert not beside._UNFINISHED  # noqa: SLF001
    assert not beside._ASIDE  # noqa: SLF001


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def sweep(*more: str) -> list[str]:
    return ["sweep", NET, *WORDS, *more]


def filled(folder: Path, **options: Any) -> int:
    folder.mkdir()
    return fill(plan(NET, VARY, **options).question, Spread(), folder)


def test_it_is_what_one_file_holds(tmp_path: Path) -> None:
    assert fc.sweep_to(tmp_path / "one.parquet", NET, VARY, keep=SOME) == KEPT
    assert filled(tmp_path / "all.parquet", keep=SOME) == KEPT
    one = pd.read_parquet(tmp_path / "one.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "all.parquet"), one)
    pd.testing.assert_frame_equal(one, fc.sweep(NET, VARY, keep=SOME))
    parts = names(tmp_path / "all.parquet")
    assert parts == [f"part-{number:07}.parquet" for number in range(10)]
    for number, name in enumerate(parts):  # each has its tile's designs
        part = pd.read_parquet(tmp_path / "all.parquet" / name)
        assert set(part.n) <= {2 * number + 1, 2 * number + 2}


@given(st.integers(20, 400), st.integers(0, 10**7), st.integers(2, 40))
@settings(max_examples=10)
def test_any_cut_holds_the_same(least: int, most: int, m: int) -> None:
    keep = f"multiplies <= {most} or m == {m}"
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiles, "LEAST", least)
        count = filled(Path(folder, "a.parquet"), keep=keep)
        expected = fc.sweep(NET, VARY, keep=keep)
        pd.testing.assert_frame_equal(pd.read_parquet(Path(folder, "a.parquet")), expected)
        assert count == len(expected)


def test_tiles_without_designs_have_no_file(tmp_path: Path) -> None:
    assert filled(tmp_path / "a.parquet", keep="n == 3 or n == 17") == 40
    assert names(tmp_path / "a.parquet") == ["part-0000001.parquet", "part-0000008.parquet"]


def test_where_nothing_stays_there_are_columns(tmp_path: Path) -> None:
    assert filled(tmp_path / "a.parquet", keep="params < 0") == 0
    assert [path.name for path in (tmp_path / "a.parquet").iterdir()] == ["part-0000000.parquet"]
    found = pd.read_parquet(tmp_path / "a.parquet")
    assert found.shape == (0, 6)
    pd.testing.assert_frame_equal(found, fc.sweep(NET, VARY, keep="params < 0"))


def test_a_tile_that_is_priced_again_takes_its_own_place(tmp_path: Path) -> None:
    question = plan(NET, VARY).question
    asked = work.Asked(question, question.tiles)
    with opened(tmp_path) as folder:
        first = work.written(asked, 4, (), folder)
        before = contents(tmp_path)
        assert work.written(asked, 4, (), folder) == first == ("part-0000004.parquet", 40, None)
        assert contents(tmp_path) == before
    assert len(contents(tmp_path)) == 1


def test_what_was_left_half_written_is_taken_away(tmp_path: Path) -> None:
    question = plan(NET, VARY).question
    folder = tmp_path / "a.parquet"
    folder.mkdir()
    (folder / ".flopcount-tile-0123").write_bytes(b"PAR1")  # of a worker that was killed
    assert fill(question, Spread(), folder) == 400
    assert all(name.startswith("part-") for name in contents(folder))


def test_files_that_are_lost_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "write", lambda *_: "part-0000000.parquet")
    monkeypatch.setattr(work, "write", dataset.write)
    with pytest.raises(FlopcountError, match="has lost files"):
        filled(tmp_path / "a.parquet")


def test_a_worker_must_see_the_folder(tmp_path: Path) -> None:
    question = plan(NET, VARY).question
    asked = work.Asked(question, question.tiles)
    with opened(tmp_path) as folder:
        assert work.sees(folder)
        elsewhere = folder._replace(path=str(tmp_path.parent))  # no such token there
        assert not work.sees(elsewhere)
        with pytest.raises(FlopcountError, match=r"the worker \S+ does not see .* share"):
            work.written(asked, 0, (), elsewhere)
    assert not work.sees(folder)  # what comes late writes nothing
    with pytest.raises(FlopcountError, match="does not see"):
        work.written(asked, 0, (), folder)
    assert not contents(tmp_path)


def test_a_folder_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    folder = Folder(str(own), "token")

    def pieces() -> Iterator[bytes]:
        yield b"one"
        beside.remove(own)  # the sweep was interrupted meanwhile
        yield b"two"

    with pytest.raises(FlopcountError, match=r"cannot write in .*: No such file"):
        dataset.write(folder, 0, ".parquet", pieces())
    with pytest.raises(FlopcountError, match=r"cannot write in .*: No such file"):
        dataset.write(folder, 1, ".parquet", [b"one"])
    assert not contents(tmp_path)


def test_memory_does_not_grow_with_the_tile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Designs are written as they are priced: at most a group of them waits."""
    question = plan(NET, VARY).question
    monkeypatch.setattr("flopcount.designs.files._GROUP", 40)
    monkeypatch.setattr("flopcount.designs.grid.chunks.CHUNK_SIZE", 20)
    monkeypatch.setattr("flopcount.designs.grid.chunks._WIDTH", 20)
    events: list[str] = []
    priced, write = type(question).pieces, dataset.write

    def pieces(*args: Any) -> Iterator[Any]:
        for piece in priced(*args):
            events.append("priced")
            yield piece

    def written(folder: Folder, number: int, ending: str, made: Iterator[bytes]) -> str:
        def noted() -> Iterator[bytes]:
            for piece in made:
                events.append("written")
                yield piece

        return write(folder, number, ending, noted())

    monkeypatch.setattr(type(question), "pieces", pieces)
    monkeypatch.setattr(work, "write", written)
    whole = work.Asked(question, tiles.cut(question.box, 400))
    with opened(tmp_path) as folder:
        assert work.written(whole, 0, (), folder).designs == 400
    assert events == ["priced", "priced", "written"] * 10 + ["written"]


@pytest.mark.parametrize("words", [["--resume", "DIR"], ["--resume", "DIR", "-o", "b.csv"]])
def test_the_command_line(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(sweep("-o", "one.csv", "-o", "c.csv", "--keep", SOME)) == 0
    assert main(sweep("-o", "a.parquet", "-o", "c.parquet", "--keep", SOME, *words)) == 0
    expected = pd.read_csv("one.csv")
    assert len(expected) == KEPT
    for name in ("a.parquet", "c.parquet"):
        assert Path(name).is_dir()
        pd.testing.assert_frame_equal(pd.read_parquet(name), expected)
    assert contents(Path("a.parquet")) == contents(Path("c.parquet"))
    if "b.csv" in words:
        assert Path("b.csv").read_bytes() == Path("one.csv").read_bytes()
    assert not [*tmp_path.glob(".flopcount-*")]


def test_small_results_are_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number, words in enumerate((["--top", "5"], ["--pareto", "params,-m"], ["--count"])):
        assert main(sweep("-o", "one.parquet", *words)) == 0
        assert main(sweep("-o", "a.parquet", *words, "--resume", f"DIR{number}")) == 0
        assert Path("a.parquet").read_bytes() == Path("one.parquet").read_bytes()


def test_from_python(tmp_path: Path) -> None:
    more: dict[str, Any] = {"keep": SOME, "resume": tmp_path / "DIR"}
    frame = fc.sweep(NET, VARY, **more)
    pd.testing.assert_frame_equal(frame, fc.sweep(NET, VARY, keep=SOME))
    assert fc.sweep_to(tmp_path / "a.parquet", NET, VARY, **more) == KEPT
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), frame)
    with pytest.raises(FlopcountError, match="sweep_to writes designs"):
        fc.sweep_to(tmp_path / "a.csv", NET, VARY, count=True)
    with pytest.raises(FlopcountError, match="sweep_to takes the path of a file"):
        fc.sweep_to(b"a.csv", NET, VARY)  # type: ignore[arg-type]
    with pytest.raises(FlopcountError, match=r"sweep_to '.*a\.xlsx'"):
        fc.sweep_to(tmp_path / "a.xlsx", NET, VARY)


def test_an_error_in_the_midst_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(sweep("-o", "a.parquet", "--resume", "DIR")) == 0
    before = contents(Path("a.parquet"))

    def broken(*_: object, **__: object) -> None:
        raise FlopcountError("broken")

    monkeypatch.setattr("flopcount.designs.spread.run.link_parts", broken)
    assert main(sweep("-o", "a.parquet", "-o", "b.parquet", "--resume", "DIR")) == 2
    assert capsys.readouterr().err == "flopcount: broken\n"
    assert contents(Path("a.parquet")) == before
    assert names(tmp_path) == ["DIR", "a.parquet"]


def test_a_link_may_be_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more: dict[str, Any] = {"resume": tmp_path / "DIR"}
    fc.sweep_to(tmp_path / "a.parquet", NET, VARY, **more)
    part = tmp_path / "a.parquet" / "part-0000003.parquet"
    assert part.stat().st_nlink == 2

    def refused(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    fc.sweep_to(tmp_path / "b.parquet", NET, VARY, **more)
    assert contents(tmp_path / "b.parquet") == contents(tmp_path / "a.parquet")
    assert (tmp_path / "b.parquet" / "part-0000003.parquet").stat().st_nlink == 1


def test_rows_are_those_of_the_model(tmp_path: Path) -> None:
    """Each is what `load` says of this design alone."""
    filled(tmp_path / "a.parquet")
    found = pd.read_parquet(tmp_path / "a.parquet")
    for row in found.iloc[[0, 57, 399]].to_dict("records"):
        text = f"28x28x192 > conv 1x1 {row['n']} > conv 3x3 {row['m']}"
        report = fc.analyze(fc.parse(text))
        assert (report.multiplies, report.params) == (row["multiplies"], row["params"])
    assert all(kind == np.int64 for kind in found.dtypes)

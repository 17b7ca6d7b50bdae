"""Folders of parts beside their places: whole or not there, and nothing of others is touched."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from flopcount import FlopcountError
from flopcount.writing import beside
from flopcount.writing.beside import discard_unfinished, holds_parts, make_folder, put, remove
from flopcount.writing.files import Targets

ENDINGS = {".csv": "csv", ".parquet": "parquet"}


@pytest.fixture(autouse=True)
def no_trace() -> Iterator[None]:
    yield
    assert not beside._UNFINISHED  # noqa: SLF001
    assert not beside._ASIDE  # noqa: SLF001


def parts(folder: Path, *texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"part-{number:07}.parquet").write_text(text)
    return folder


def tree(folder: Path) -> dict[str, str]:
    found = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def written(target: Path, *, folder: bool) -> None:
    with Targets([str(target)], ENDINGS) as targets:
        fill = {"parquet": lambda made: parts(made, "new", "new too") and None} if folder else {}
        targets.write(lambda _form: "new", fill)


NEW = {
    True: {"a.parquet/part-0000000.parquet": "new", "a.parquet/part-0000001.parquet": "new too"},
    False: {"a.parquet": "new"},
}
OLD: dict[str, Callable[[Path], object]] = {
    "nothing": lambda _: None,
    "a file": lambda path: path.write_text("old"),
    "a folder": lambda path: parts(path, "old", "old", "old"),
    "a folder with a trace of a worker": lambda path: (
        parts(path, "old") / ".flopcount-tile-01"
    ).write_text("half"),
}


@pytest.mark.parametrize("folder", [True, False])
@pytest.mark.parametrize("old", OLD)
def test_each_takes_the_place_of_each(old: str, folder: bool, tmp_path: Path) -> None:  # noqa: FBT001
    OLD[old](tmp_path / "a.parquet")
    written(tmp_path / "a.parquet", folder=folder)
    assert tree(tmp_path) == NEW[folder]
    assert os.listdir(tmp_path) == ["a.parquet"]  # noqa: PTH208


def test_through_a_link(tmp_path: Path) -> None:
    parts(tmp_path / "real.parquet", "old")
    (tmp_path / "a.parquet").symlink_to("real.parquet")
    written(tmp_path / "a.parquet", folder=True)
    assert (tmp_path / "a.parquet").is_symlink()
    assert len(tree(tmp_path / "real.parquet")) == 2


OTHERS: dict[str, Callable[[Path], object]] = {
    "empty": lambda _: None,
    "another file": lambda path: (parts(path, "old") / "notes.txt").write_text("mine"),
    "another ending": lambda path: (parts(path, "old") / "part-0000009.csv").write_text("mine"),
    "another name": lambda path: (parts(path, "old") / "part-1.parquet").write_text("mine"),
    "longer": lambda path: (parts(path, "old") / "part-0000001.parquet.bak").write_text("mine"),
    "a journal": lambda path: (parts(path, "old") / "sweep.json").write_text("{}"),
    "a folder in it": lambda path: (parts(path, "old") / "part-0000009.parquet").mkdir(),
    "a link": lambda path: (parts(path, "old") / "part-0000009.parquet").symlink_to("/dev/null"),
    "hidden files alone": lambda path: (path / ".flopcount-0").write_text("half"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_not_only_parts_stays(what: str, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").mkdir()
    OTHERS[what](tmp_path / "a.parquet")
    before = tree(tmp_path)
    assert not holds_parts(tmp_path / "a.parquet")
    with pytest.raises(FlopcountError, match="there is something else of this name"):
        written(tmp_path / "a.parquet", folder=True)
    assert tree(tmp_path) == before


def test_what_came_since_stays(tmp_path: Path) -> None:
    """A folder that was none when the work began is not taken away at its end."""

    def meanwhile(made: Path) -> None:
        parts(made, "new")
        (tmp_path / "a.parquet").mkdir()
        (tmp_path / "a.parquet" / "thesis.tex").write_text("mine")

    with (
        pytest.raises(FlopcountError, match="cannot write: File exists"),
        Targets([str(tmp_path / "a.parquet")], ENDINGS) as targets,
    ):
        targets.write(lambda _: "", {"parquet": meanwhile})
    assert tree(tmp_path) == {"a.parquet/thesis.tex": "mine"}


def test_folders_are_filled_first(tmp_path: Path) -> None:
    filled: list[Path] = []
    with Targets([str(tmp_path / name) for name in ("a.csv", "b.parquet")], ENDINGS) as targets:
        targets.write(
            lambda _: str(len(filled)),
            {"parquet": lambda made: filled.append(parts(made, "new"))},
        )
    assert tree(tmp_path) == {"a.csv": "1", "b.parquet/part-0000000.parquet": "new"}


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    parts(tmp_path / "a.parquet", "old")

    def broken(made: Path) -> NoReturn:
        parts(made, "half")
        raise FlopcountError("broken")

    with (
        pytest.raises(FlopcountError, match="broken"),
        Targets([str(tmp_path / name) for name in ("a.parquet", "b.csv")], ENDINGS) as targets,
    ):
        targets.write(lambda _: "", {"parquet": broken})
    assert tree(tmp_path) == {"a.parquet/part-0000000.parquet": "old"}


def test_what_cannot_be_renamed_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts(tmp_path / "a.parquet", "old")
    rename, calls = Path.rename, list[Path]()

    def fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:  # the old folder is aside, the new one not yet in place
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(FlopcountError, match="cannot write: Input/output error"):
        written(tmp_path / "a.parquet", folder=True)
    assert tree(tmp_path) == {"a.parquet/part-0000000.parquet": "old"}


def test_a_signal_discards_a_folder(tmp_path: Path) -> None:
    made = parts(make_folder(tmp_path / "a.parquet"), "half", "half")
    discard_unfinished()
    assert not made.exists()
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_signal_while_places_are_changed(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old or the new is in its place, whole, and nothing else is there."""
    target = parts(tmp_path / "a.parquet", "old")
    made = parts(make_folder(target), "new")
    rename, calls = Path.rename, list[Path]()

    def interrupted(self: Path, other: Path) -> Path:
        calls.append(other)
        if len(calls) == after + 1:
            monkeypatch.undo()
            discard_unfinished()
            raise KeyboardInterrupt
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(made, target)
    beside._UNFINISHED.clear()  # noqa: SLF001  the program has ended
    expected = "old" if after < 2 else "new"
    assert tree(tmp_path) == {"a.parquet/part-0000000.parquet": expected}
    assert len([*tmp_path.iterdir()]) == 1


def test_who_writes_into_a_folder_that_goes_finds_it_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes while its files are taken away one by one has nowhere to go."""
    made = parts(make_folder(tmp_path / "a.parquet"), "half", "half")
    unlink, missed = Path.unlink, list[FileNotFoundError]()

    def busy(self: Path, *args: bool) -> None:
        try:
            (made / "part-0000007.parquet").write_text("late")
        except FileNotFoundError as error:
            missed.append(error)
        unlink(self, *args)

    monkeypatch.setattr(Path, "unlink", busy)
    remove(made)
    assert len(missed) == 2
    assert os.listdir(tmp_path) == []  # noqa: PTH208

"""What is no journal of this sweep is refused, and what claims to be a tile's file is checked."""

import json
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import pytest

import flopcount as fc
from flopcount import FlopcountError
from flopcount.cli.main import main
from flopcount.designs.spread import run
from tests.designs.spread.small import NET, VARY, WORDS, StoppedError, names


def refusal(*argv: str, capsys: pytest.CaptureFixture[str]) -> str:
    code = main(["sweep", NET, *WORDS, *argv])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    return captured.err


OTHERS: dict[str, list[str]] = {
    "--top, --pareto, --count or --histogram": ["--top", "3"],
    "--keep": ["--keep", "params > 7"],
    "--columns": ["--columns", "macs"],
    "--vary and --columns": ["--vary", "H=20:28"],
}


@pytest.mark.parametrize("differs", OTHERS)
def test_of_another_sweep(
    differs: str, tmp_path: Path, priced: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    fc.sweep(NET, VARY, resume=tmp_path)
    priced.clear()
    before = names(tmp_path)
    said = refusal(*OTHERS[differs], "--resume", str(tmp_path), capsys=capsys)
    assert f"it is of another sweep (with another {differs}); name an empty folder" in said
    assert names(tmp_path) == before
    assert priced == []


def test_of_another_network_or_other_values(tmp_path: Path) -> None:
    fc.sweep(NET, VARY, resume=tmp_path)
    for net, vary in ((NET, VARY | {"n": "2:21"}), (NET.replace("192", "193"), VARY)):
        with pytest.raises(FlopcountError, match="it is of another sweep; name an empty"):
            fc.sweep(net, vary, resume=tmp_path)
    fc.sweep(NET.replace(" > ", "  >  "), VARY, resume=tmp_path)  # the same


def test_what_is_no_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("all my work")
    (tmp_path / "file").write_text("text")
    for given, said in {
        "full": "the folder holds something else",
        "file": "there is a file of this name",
        "no/folder": "No such file or directory",
        "no\n\x1b[2J\u202e/folder": "No such file or directory",
        "\udcff/folder": "No such file or directory",
        "a\0b": "this is no path",
        "x" * 300: "File name too long",
        "file/folder": "Not a directory",
    }.items():
        assert said in refusal("--resume", str(tmp_path / given), capsys=capsys)
    assert "not the path of a folder" in refusal("--resume", "", capsys=capsys)
    assert names(tmp_path / "full") == ["thesis.tex"]
    with pytest.raises(FlopcountError, match="--resume is 5, not the path"):
        fc.sweep(NET, VARY, resume=5)  # type: ignore[arg-type]


HEADS: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "is damaged, or something else's"),
    "not UTF-8": (b"\xff\xfe{}", "is damaged"),
    "deep": (b"[" * 100_000, "is damaged"),
    "a list": (b"[]", "is damaged"),
    "something else's": (b'{"epochs": 3}', "is damaged"),
    "pickled": (pickle.dumps({"format": 1}), "is damaged"),
    "huge": (b" " * 2**20 + b"{}", "is damaged"),
    "another version's": (
        json.dumps({"format": 1, "flopcount": "0.0.1", "sweep": ""}).encode(),
        "flopcount '0.0.1' began it, and this is 0.1.0",
    ),
    "a hostile version's": (
        json.dumps({"format": 1, "flopcount": ["\x1b[2J" * 999], "sweep": ""}).encode(),
        "began it, and this is 0.1.0",
    ),
    "of a format to come": (
        json.dumps({"format": 2, "flopcount": "0.1.0", "sweep": ""}).encode(),
        "began it",
    ),
}


@pytest.mark.parametrize("what", HEADS)
def test_a_head_that_is_damaged(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], priced: list[int]
) -> None:
    data, expected = HEADS[what]
    (tmp_path / "sweep.json").write_bytes(data)
    said = refusal("--resume", str(tmp_path), capsys=capsys)
    assert expected in said
    assert said.isprintable() or said[:-1].isprintable()
    assert (tmp_path / "sweep.json").read_bytes() == data
    assert names(tmp_path) == ["sweep.json"]
    assert priced == []


def test_a_beginning_that_was_interrupted_is_none(tmp_path: Path) -> None:
    (tmp_path / ".flopcount-0123").write_text('{"form')
    (tmp_path / "sweep.lock").write_text("")
    assert len(fc.sweep(NET, VARY, resume=tmp_path)) == 400


def test_one_run_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def again(*_: Any, **__: Any) -> Any:
        with pytest.raises(FlopcountError) as caught:
            fc.sweep(NET, VARY, resume=tmp_path)
        said.append(str(caught.value))
        raise StoppedError

    monkeypatch.setattr(run, "written", again)
    with pytest.raises(StoppedError):
        fc.sweep(NET, VARY, resume=tmp_path)
    assert "another run is at work there" in said[0]
    monkeypatch.undo()
    assert len(fc.sweep(NET, VARY, resume=tmp_path)) == 400  # the lock is open again


class Full:
    """A file on a disk that has no room."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def writelines(self, pieces: Iterable[bytes]) -> None:
        for number, _ in enumerate(pieces):
            if number == 2:  # past the head: the journal is open
                raise OSError(28, "No space left on device")


REAL = Path.open


def full(path: Path, *mode: str, **options: Any) -> Any:
    file = REAL(path, *mode, **options)  # type: ignore[call-overload]
    return Full(file) if mode == ("wb",) else file


def test_a_run_that_failed_lets_the_next_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though what it raised is kept, as a notebook keeps it."""
    kept = []
    for name in ("a.csv", "b.csv"):
        with monkeypatch.context() as patch:
            patch.setattr("flopcount.designs.files._LINES", 7)
            patch.setattr(Path, "open", full)
            with pytest.raises(FlopcountError, match="cannot write: No space") as caught:
                write(tmp_path, name)
            kept.append(caught)
    assert write(tmp_path, "c.csv") == 400


def write(folder: Path, name: str) -> int:
    return fc.sweep_to(folder / name, NET, VARY, resume=folder / "DIR")


def test_a_head_that_cannot_be_read_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fc.sweep(NET, VARY, resume=tmp_path)

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(FlopcountError, match=r"cannot read its sweep\.json: Permission denied"):
        fc.sweep(NET, VARY, resume=tmp_path)


def test_tiles_are_not_kept_in_what_is_written(
    tmp_path: Path, priced: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Which would be replaced with them in it, or could not be once all is priced."""
    out = tmp_path / "all.parquet"
    fc.sweep_to(out, NET, VARY, resume=tmp_path / "DIR")
    before = names(out)
    priced.clear()
    for place in (out, out / "tiles", tmp_path / "DIR" / ".." / "all.parquet"):
        with pytest.raises(FlopcountError, match="is what is to be written, or in it"):
            fc.sweep_to(out, NET, VARY, resume=place)
        said = refusal("--resume", str(place), "-o", str(out), capsys=capsys)
        assert "finished tiles need a folder of their own" in said
    assert (names(out), priced) == (before, [])


def test_designs_are_kept_as_parquet_which_needs_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    said = refusal("--resume", str(tmp_path), capsys=capsys)
    assert "--resume keeps designs as Parquet, which needs pyarrow: pip install" in said
    assert main(["sweep", NET, *WORDS, "--top", "1", "--resume", str(tmp_path)]) == 0

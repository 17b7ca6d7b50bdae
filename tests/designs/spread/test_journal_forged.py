"""A file that only claims to be of a tile is as if it were not there, and nothing of it is run."""

import io
import json
import os
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import flopcount as fc
from flopcount.designs.spread.dataset import digest_of
from tests.designs.spread.small import NET, VARY, names, tile_files


def named(folder: Path, number: int, data: bytes, ending: str = ".npz") -> None:
    """Put data in the place of a tile's file, with its right digest in the name."""
    for path in folder.glob(f"part-{number:07}-*"):
        path.unlink()
    file = folder / "data"
    file.write_bytes(data)
    sweep = json.loads((folder / "sweep.json").read_text())["sweep"]
    file.rename(folder / f"part-{number:07}-{digest_of(file, sweep, number)}{ending}")


def arrays(save: Any = np.savez, **given: Any) -> bytes:
    file = io.BytesIO()
    save(file, **given)
    return file.getvalue()


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("unpickled",)


def ints(*shape: int, value: int = 0) -> Any:
    return np.full(shape, value, dtype=np.int64)


def head_alone(shape: Sequence[int]) -> bytes:
    """An archive whose arrays promise more than they have."""
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("points", "places", "designs"):
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(
                head, {"descr": "<i8", "fortran_order": False, "shape": tuple(shape)}
            )
            archive.writestr(f"{name}.npy", head.getvalue())
    return file.getvalue()


FORGED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no archive": lambda: b"PK\x03\x04 no",
    "a pickle": lambda: pickle.dumps(Evil()),
    "objects": lambda: arrays(
        points=np.array([[Evil()]], dtype=object), places=ints(1), designs=ints(1, 6)
    ),
    "floats": lambda: arrays(points=np.zeros((1, 1)), places=ints(1), designs=ints(1, 6)),
    "int32": lambda: arrays(points=ints(1, 1), places=ints(1).astype("i4"), designs=ints(1, 6)),
    "big-endian": lambda: arrays(
        points=ints(1, 1), places=ints(1).astype(">i8"), designs=ints(1, 6)
    ),
    "one array too few": lambda: arrays(points=ints(1, 1), places=ints(1)),
    "one too many": lambda: arrays(
        points=ints(1, 1), places=ints(1), designs=ints(1, 6), x=ints(1)
    ),
    "other columns": lambda: arrays(points=ints(1, 1), places=ints(1), designs=ints(1, 7)),
    "other keys": lambda: arrays(points=ints(1, 2), places=ints(1), designs=ints(1, 6)),
    "other lengths": lambda: arrays(points=ints(2, 1), places=ints(1), designs=ints(1, 6)),
    "other dimensions": lambda: arrays(points=ints(1, 1), places=ints(1, 1), designs=ints(1, 6)),
    "of another tile": lambda: arrays(
        points=ints(1, 1), places=ints(1, value=40), designs=ints(1, 6)
    ),
    "before the grid": lambda: arrays(
        points=ints(1, 1), places=ints(1, value=-1), designs=ints(1, 6)
    ),
    "compressed": lambda: arrays(
        np.savez_compressed, points=ints(1, 1), places=ints(1), designs=ints(1, 6)
    ),
    "a promise": lambda: head_alone((2**60, 6)),
    "negative": lambda: head_alone((-1, 6)),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_file_that_is_none_of_a_tile(
    what: str, priced: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is as if it were not there, and nothing of it is run."""
    monkeypatch.chdir(tmp_path)
    expected = fc.sweep(NET, VARY, top=3)
    fc.sweep(NET, VARY, top=3, resume="DIR")
    priced.clear()
    named(Path("DIR"), 0, FORGED[what]())
    pd.testing.assert_frame_equal(fc.sweep(NET, VARY, top=3, resume="DIR"), expected)
    assert priced == [0]
    assert names(tmp_path) == ["DIR"]


def test_parquet_that_is_none_of_a_tile(priced: list[int], tmp_path: Path) -> None:
    expected = fc.sweep(NET, VARY, resume=tmp_path)
    first = expected[:40]
    bad = [
        first.astype(float),
        first.rename(columns={"n": "k"}),
        first[[*first.columns[::-1]]],
        expected[:41],  # more than the tile has
        first.assign(more=1),
    ]
    for frame in bad:
        priced.clear()
        named(tmp_path, 0, frame.to_parquet(index=False), ".parquet")
        pd.testing.assert_frame_equal(fc.sweep(NET, VARY, resume=tmp_path), expected)
        assert priced == [0]
    for data in (b"", b"PAR1PAR1", b"PAR1" + b"\xff" * 8 + b"PAR1"):
        priced.clear()
        named(tmp_path, 0, data, ".parquet")
        pd.testing.assert_frame_equal(fc.sweep(NET, VARY, resume=tmp_path), expected)
        assert priced == [0]


def test_other_names_are_passed_over(priced: list[int], tmp_path: Path) -> None:
    expected = fc.sweep(NET, VARY, resume=tmp_path)
    name = tile_files(tmp_path)[0].name
    (tmp_path / "part-0000010-0.parquet").write_bytes(b"")
    (tmp_path / name.replace("0000000", "0000010")).write_bytes(b"")  # there is no such tile
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / name.replace(".parquet", ".npz")).write_bytes(b"")
    (tmp_path / name.replace("0000000", "0000002")).mkdir()
    priced.clear()
    pd.testing.assert_frame_equal(fc.sweep(NET, VARY, resume=tmp_path), expected)
    assert priced == []
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("options", [{}, {"count": True}, {"top": 90}])
def test_a_file_of_another_tile_or_sweep(
    options: dict[str, Any], priced: list[int], tmp_path: Path
) -> None:
    expected = fc.sweep(NET, VARY, **options)
    for name, keep in (("A", []), ("B", ["m > 0"])):
        fc.sweep(NET, VARY, **options, keep=keep, resume=tmp_path / name)
    own = tile_files(tmp_path / "A")
    third, fifth = own[3], own[5]
    third.replace(tmp_path / "A" / third.name.replace("0000003", "0000005"))  # two of one tile
    fifth.replace(tmp_path / "A" / fifth.name.replace("0000005", "0000003"))
    own[7].unlink()
    foreign = tile_files(tmp_path / "B")[7]
    foreign.replace(tmp_path / "A" / foreign.name)
    priced.clear()
    found = fc.sweep(NET, VARY, **options, resume=tmp_path / "A")
    pd.testing.assert_frame_equal(found, expected)
    assert priced == [3, 5, 7]

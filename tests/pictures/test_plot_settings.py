"""Pictures are drawn whatever the environment says to matplotlib."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

import flopcount
from flopcount.cli.main import main
from flopcount.pictures import loading

HOME = Path(flopcount.__file__).parent.parent
DRAW = """
import os, sys
from flopcount.cli.main import main
before = {**os.environ, "MPLCONFIGDIR": ""}  # where matplotlib says which folder it took
code = main(["8x8x3 > conv 3x3 4", "-o", "x.png"])
assert {**os.environ, "MPLCONFIGDIR": ""} == before
sys.exit(code)
"""


@pytest.fixture
def plain(tmp_path: Path) -> bytes:
    """What is drawn in this process."""
    assert main(["8x8x3 > conv 3x3 4", "-o", str(tmp_path / "plain.png")]) == 0
    return (tmp_path / "plain.png").read_bytes()


def drawn(folder: Path, settings: Mapping[str, str]) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(HOME), **settings},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return (folder / "x.png").read_bytes()


@pytest.mark.slow
def test_no_setting_keeps_a_picture_from_being_drawn(plain: bytes, tmp_path: Path) -> None:
    """A backend that is not there or not known, settings that are no text."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert drawn(tmp_path, {"MPLBACKEND": "module://not_installed.backend_inline"}) == plain
    odd = {"MPLBACKEND": "nonsense", "MATPLOTLIBRC": str(tmp_path / "binary")}
    assert drawn(tmp_path, odd) == plain


@pytest.mark.slow  # matplotlib looks for all fonts anew
def test_no_folder_for_a_cache_keeps_a_picture_from_being_drawn(
    plain: bytes, tmp_path: Path
) -> None:
    assert drawn(tmp_path, {"MPLCONFIGDIR": os.devnull}) == plain


@pytest.mark.parametrize("was_there", [False, True])
def test_where_it_does_not_load_one_line_says_why(
    was_there: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import matplotlib as mpl

    def fails() -> NoReturn:
        raise OSError(30, "Read-only\nfile system")

    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    if was_there:
        monkeypatch.setitem(sys.modules, "matplotlib", mpl)
    monkeypatch.setattr(loading, "_load", fails)
    with pytest.raises(flopcount.FlopcountError) as caught:
        loading.load_matplotlib()
    assert str(caught.value) == "matplotlib does not load: [Errno 30] Read-only file system"
    assert ("matplotlib" in sys.modules) == was_there

"""Text in a table of measured designs stays text: in its name, its heading and its cells."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flopcount.cli.main import run
from flopcount.cli.verbs import verb
from tests.cli.structures import STRUCTURES
from tests.writing.hostile_texts import NAMES, plain_table, table

WORDS = {
    "sweep": ["--pareto", "multiplies,ms"],
    "fit": ["--maximize", "ms", "--budget", "multiplies=90000"],
}
TEXTS = {what: text for what, text in NAMES.items() if what not in ("not UTF-8", "long")}


def words(name: str, folder: Path, network: str, said: str) -> list[str]:
    """A verb's words, of a file of this name, with a column of this name and such a network."""
    file = folder / f"{said}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = [["network", f"x{said}", "ms"], [network, "1", "2"], ["9x9x3 > conv 1x1 2", "", "3"]]
        csv.writer(out).writerows(rows)
    return [name, "--measured", f"./{said}.csv", *WORDS[name]]


def made(argv: list[str], form: str) -> Any:
    text, code, _ = run([*argv, "--format", form])
    assert code == 0
    return STRUCTURES[form](text.encode())


@pytest.mark.slow
@pytest.mark.parametrize("what", TEXTS)
@pytest.mark.parametrize("name", WORDS)
def test_in_what_is_printed(
    name: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plain = words(name, tmp_path, plain_table(tmp_path), "plain")
    hostile = words(name, tmp_path, table(tmp_path, TEXTS[what]), TEXTS[what])
    for form in verb(name).formats:
        assert made(hostile, form) == made(plain, form), form


@pytest.mark.parametrize("what", TEXTS)
def test_in_refusals(what: str, tmp_path: Path, refused: Callable[..., str]) -> None:
    network = table(tmp_path, TEXTS[what])
    file = words("sweep", tmp_path, network, TEXTS[what])[2]
    for cells in ([network, "x"], [f"./{TEXTS[what]}2.toml", "1"], [network, TEXTS[what]]):
        with (tmp_path / file).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([["network", "a"], cells])
        refused("sweep", "--measured", file)
        refused("fit", "--measured", file, "--maximize", "a", "--budget", "params=1")

"""Reports, tables and formulas in files: in each ending's format, whole or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

import flopcount as fc
from flopcount.cli.main import main
from flopcount.writing.formats import report_files

NET = fc.load("googlenet")
OPENINGS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF", ".html": b"<!doctype html>"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "explain"),
    [
        *((ending, False) for ending in report_files()),
        *((ending, True) for ending in report_files() if ending not in OPENINGS),
    ],
)
def test_a_file_is_what_the_command_line_writes(
    ending: str, tmp_path: Path, *, explain: bool
) -> None:
    ours, theirs = tmp_path / f"ours{ending}", tmp_path / f"theirs{ending}"
    fc.analyze("googlenet", modules=["3a"]).save(ours, explain=explain)
    words = ["googlenet", "--module", "3a", *(["--explain"] if explain else [])]
    assert main([*words, "-o", str(theirs)]) == 0
    assert ours.read_bytes() == theirs.read_bytes()
    assert ours.read_bytes().startswith(OPENINGS.get(ending, b""))
    assert sorted(tmp_path.iterdir()) == [ours, theirs]


def test_a_path_is_a_text_or_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = fc.analyze(NET["3a"])
    for path in ("a.csv", Path("b.CSV"), str(tmp_path / "c.csv")):
        report.save(path)
    texts = {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert texts == {report.to_csv()}
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.slow
@pytest.mark.parametrize("part", [NET["3a"]["5x5"], NET["3a/5x5/2"], NET], ids=str)
def test_every_part_has_a_page_and_one_that_can_be_named_has_sliders(
    part: fc.Network, tmp_path: Path
) -> None:
    target = tmp_path / "part.html"
    fc.analyze(part).save(target)
    page = target.read_text(encoding="utf-8")
    assert ("const live = null;" in page) == (part == NET["3a/5x5/2"])
    assert ("--module 3a" in page, "--branch 5x5" in page) == (
        (True, True) if part == NET["3a/5x5"] else (False, False)
    )


@pytest.mark.parametrize(
    ("path", "phrase"),
    [
        ("a.xyz", "save 'a.xyz': unknown ending '.xyz' (known: .md, .csv, .json, .tex, .html"),
        ("a.pgn", "did you mean '.png'?"),
        ("a", "save 'a': the name has no ending (known: .md, .csv"),
        ("", "save '': the name has no ending"),
        (".csv", "the name has no ending"),
        ("nowhere/a.csv", "cannot write there: No such file or directory"),
        ("folder.csv", "there is something else of this name"),
        ("a\0.csv", "cannot write there"),
        (3, "save takes the path of a file, not 3"),
        (None, "save takes the path of a file, not None"),
        (b"a.csv", "save takes the path of a file, not b'a.csv'"),
    ],
)
def test_a_path_that_nothing_is_written_to(
    path: Any, phrase: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(fc.FlopcountError) as error:
        fc.analyze(NET["3a"]).save(path)
    assert phrase in str(error.value)
    assert [found.name for found in tmp_path.iterdir()] == ["folder.csv"]


def test_what_cannot_be_made_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.png"
    target.write_text("what was there", encoding="utf-8")
    with pytest.raises(fc.FlopcountError, match="nothing to draw"):
        fc.analyze("8x8x3 > relu").save(target)
    assert target.read_text(encoding="utf-8") == "what was there"
    assert [found.name for found in tmp_path.iterdir()] == ["a.png"]


def test_tables_and_formulas_are_saved_too(tmp_path: Path) -> None:
    table = fc.compare(["googlenet", "googlenet@width=0.5"])
    table.save(tmp_path / "family.csv")
    assert main(["compare", "googlenet", "googlenet@width=0.5", "-o", str(tmp_path / "b.csv")]) == 0
    assert (tmp_path / "family.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with pytest.raises(fc.FlopcountError, match=r"unknown ending '\.txt'"):
        table.save(tmp_path / "family.txt")
    with pytest.raises(fc.FlopcountError, match=r"unknown ending '\.png'"):
        table.choose("module").save(tmp_path / "family.png")
    formula = fc.formula("googlenet", module="3a")
    for ending in (".txt", ".tex", ".py", ".js", ".json"):
        formula.save(tmp_path / f"f{ending}")
        words = ["formula", "googlenet", "--module", "3a", "-o", str(tmp_path / f"g{ending}")]
        assert main(words) == 0
        assert (tmp_path / f"f{ending}").read_bytes() == (tmp_path / f"g{ending}").read_bytes()
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["formula"] == str(formula)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".csv", ".md", ".json", ".tex", ".html", ".svg"])
def test_a_comparison_is_saved_as_the_command_line_writes_it(tmp_path: Path, ending: str) -> None:
    fc.compare(["cifar10-inception", "cifar10-inception@width=0.5"]).save(tmp_path / f"a{ending}")
    words = ["compare", "cifar10-inception", "cifar10-inception@width=0.5"]
    assert main([*words, "-o", str(tmp_path / f"b{ending}")]) == 0
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()

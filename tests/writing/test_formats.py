"""The registry of formats: an entry is all that a new one takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import flopcount
from flopcount.cli.main import main
from flopcount.cli.verbs import VERBS, verb
from flopcount.writing.formats import FORMATS, Format, endings, names, render
from flopcount.writing.sheet import Column, Sheet

ROOT = Path(flopcount.__file__).parent.parent
NEW = """\
import sys
from flopcount.writing import formats
formats.FORMATS["titles"] = formats.Format(
    "titles", lambda sheet: "|".join(column.title for column in sheet.columns) + "\\n", ".titles"
)
from flopcount.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
TITLES = "branch|layers|output|multiplies|share|params|naive multiplies|saved\n"


def with_a_new_format(folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run the program with one more entry in its registry."""
    return subprocess.run(
        [sys.executable, "-c", NEW, *argv],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_format_is_added_by_one_entry(tmp_path: Path) -> None:
    module = ("googlenet", "--module", "3a")
    shown = with_a_new_format(tmp_path, *module, "--format", "titles")
    assert (shown.stdout, shown.stderr, shown.returncode) == (TITLES, "", 0)
    written = with_a_new_format(tmp_path, *module, "-o", "x.titles", "-o", "y.csv")
    assert (written.stdout, written.stderr, written.returncode) == ("", "", 0)
    assert (tmp_path / "x.titles").read_text(encoding="utf-8") == TITLES
    assert (tmp_path / "y.csv").read_text(encoding="utf-8").startswith("branch,layers,output")
    for name in ("show", "list", "compare", "paper"):
        said = " ".join(with_a_new_format(tmp_path, name, "--help").stdout.split())
        assert f"standard output as {', '.join(names())} or titles" in said, name
        assert " ".join([*endings(), ".titles"]) in said, name


def test_without_the_entry_it_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["--format", "titles"], ["-o", "x.titles"]):
        assert main(["googlenet", *words]) == 2
        assert "titles" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_name_and_every_ending_is_there_once() -> None:
    assert [form.name for form in FORMATS.values()] == list(FORMATS)
    assert len(endings()) == sum(bool(form.ending) for form in FORMATS.values())
    assert set(endings().values()) <= set(names())
    assert names()[0] == "table"


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_that_shows_a_sheet_has_all_its_formats(name: str) -> None:
    chosen = verb(name)
    if "table" in chosen.formats:
        assert chosen.formats == names()


def test_a_format_of_ones_own_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Format("first", lambda sheet: str(sheet.rows[0][0]))
    monkeypatch.setitem(FORMATS, "first", first)
    assert render(Sheet((Column("a", "a"),), [("x",)]), "first") == "x"
    report = flopcount.analyze(flopcount.load("googlenet")["3a"])
    assert report.to_format("first") == "1x1"

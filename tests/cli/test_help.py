"""The help fits a screen, says the same everywhere, and shows commands that work."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import flopcount
from flopcount.cli.main import _parse, main
from flopcount.cli.verbs import VERBS, verb

HOME = Path(flopcount.__file__).parent.parent
PAGE = HOME / "docs" / "commands.md"
SCREEN = 80, 40
EACH = ["", *VERBS]


@cache
def helped(name: str, **environment: str) -> str:
    """What `flopcount NAME --help` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "flopcount", *name.split(), "--help"],
        env={**os.environ, "PYTHONPATH": str(HOME), **environment},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", EACH)
def test_help_fits_a_screen_and_shows_examples(name: str) -> None:
    lines = helped(name).splitlines()
    columns, rows = SCREEN
    assert [line for line in lines if len(line) > columns] == []
    assert len(lines) <= rows
    examples = lines[lines.index("examples:") + 1 :]
    assert examples[0].startswith(f"  flopcount {name.replace('show', '')}")


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH)
def test_help_is_the_same_whatever_the_terminal(name: str) -> None:
    plain = helped(name)
    assert helped(name, COLUMNS="40") == plain
    assert helped(name, COLUMNS="200", FORCE_COLOR="1", PYTHON_COLORS="1") == plain
    assert "\x1b" not in plain


@pytest.mark.parametrize("name", EACH)
def test_help_stands_in_the_docs(name: str) -> None:
    command = f"$ flopcount {name} --help".replace("  ", " ")
    assert f"```console\n{command}\n{helped(name)}```\n" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EACH)
def test_the_examples_of_the_help_are_read(name: str) -> None:
    """Each is split as a shell does, and its options are those of its verb."""
    text = helped(name).partition("examples:\n")[2].partition("\n\n")[0].replace("\\\n", " ")
    lines = text.splitlines()
    assert lines
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "flopcount"
        said = words.pop(0) if words[0] in VERBS else "show"
        _parse(said, verb(said), words)


def test_the_overview_names_each_verb_and_what_it_does() -> None:
    overview = helped("")
    for name, what in VERBS.items():
        shown = "NETWORK" if name == "show" else f"{name} …"
        assert re.search(rf"^  flopcount {shown} +{re.escape(what)}$", overview, re.MULTILINE)


def test_h_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-h"]) == 0
    assert capsys.readouterr().out == helped("")

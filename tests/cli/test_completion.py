"""Completion as the shells do it: each is started, told to complete, and asked for its answer."""

import os
import pty
import select
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

import flopcount
from flopcount.cli.completion import _asked, completers
from flopcount.cli.main import _parser as build_parser
from flopcount.cli.verbs import VERBS, WORDS, verb
from tests.cli.completed import ASKED, CASES, TYPED

HOME = Path(flopcount.__file__).parent.parent
STARTS = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"]}
LIMIT = 60  # seconds, for a shell that hangs
TABLE = """\
title = "Mine"
input = "32x32x3"
[rows]
stem = "conv 3x3 8"
head = "dense 10"
"""
# Completes as flopcount does, and says what it was asked for instead of doing it.
PROGRAM = """\
#!/bin/sh
if [ -n "$_ARGCOMPLETE" ]; then exec "{}" -m flopcount; fi
echo "ran: $*."
"""
# Where bash breaks words, a variable of its user's.
BREAKS = " \t\n\"'@><=;|&(:"
BASH = """\
eval "$CODE"
COMP_WORDBREAKS=$BREAKS
COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_TYPE=9
_python_argcomplete flopcount
printf '%s\\n' "${COMPREPLY[@]}"
"""
# Each line's answer, from one start: to each a process of its own, as a shell would start it.
EACH = """\
import os, sys
from pathlib import Path
from flopcount.__main__ import entry
from flopcount.cli.completion import completers
from flopcount.cli.main import complete
from flopcount.cli.verbs import verb
from flopcount.notation import draft, names
print(completers(verb("show")), names(), draft("googlenet").variables())  # all is loaded
for place, line in enumerate(sys.argv[1:]):
    if not os.fork():
        os.environ |= {"COMP_LINE": line, "COMP_POINT": str(len(line.encode()))}
        os.environ["_ARGCOMPLETE_STDOUT_FILENAME"] = str(Path(os.environ["ANSWERS"], str(place)))
        entry()
    assert os.wait()[1] == 0, line
"""
FISH = """\
echo $CODE | source
complete -C $LINE
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table, and with a program called flopcount."""
    place = tmp_path_factory.mktemp("shell")
    (place / "my.toml").write_text(TABLE, encoding="utf-8")
    programs = place / "bin"
    programs.mkdir()
    program = programs / "flopcount"
    program.write_text(PROGRAM.format(sys.executable), encoding="utf-8")
    program.chmod(0o755)
    return place


def environment(shell: str, folder: Path) -> dict[str, str]:
    import argcomplete

    return {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(HOME),
        "HOME": str(folder),
        "TERM": "dumb",
        "CODE": argcomplete.shellcode(["flopcount"], shell="fish" if shell == "fish" else "bash"),
    }


def ask(shell: str, script: str, line: str, folder: Path, breaks: str = BREAKS) -> list[str]:
    """What a shell answers, a word a line."""
    done = subprocess.run(
        [shell, *(["--no-config"] if shell == "fish" else []), "-c", script],
        cwd=folder,
        env={**environment(shell, folder), "LINE": line, "BREAKS": breaks},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr
    return [word for text in done.stdout.splitlines() if (word := text.split("\t")[0].strip())]


@pytest.fixture(scope="module")
def answers(folder: Path) -> dict[str, list[str]]:
    """What the program answers to each line."""
    place = folder / "answers"
    place.mkdir()
    told = {"ANSWERS": str(place), "_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n"}
    subprocess.run(
        [sys.executable, "-c", EACH, *CASES],
        cwd=folder,
        env=environment("bash", folder) | told,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=LIMIT,
    )
    said = [(place / str(at)).read_text(encoding="utf-8") for at in range(len(CASES))]
    words = [[word.strip() for word in text.splitlines()] for text in said]
    return dict(zip(CASES, words, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("line", CASES)
def test_the_program_answers(line: str, answers: dict[str, list[str]]) -> None:
    assert answers[line] == CASES[line]


@pytest.mark.slow
@pytest.mark.parametrize("line", ASKED)
def test_bash(line: str, folder: Path) -> None:
    """Of a word with a colon in it, bash asks for what stands behind the colon."""
    behind = [word.rpartition(":")[2] for word in CASES[line]]
    assert ask("bash", BASH, line, folder) == behind


@pytest.mark.slow
def test_bash_where_a_colon_breaks_no_word(folder: Path) -> None:
    line = "flopcount keras:ResNet50"
    assert ask("bash", BASH, line, folder, BREAKS.replace(":", "")) == CASES[line]


@pytest.mark.slow
@pytest.mark.parametrize("line", ASKED)
def test_fish(line: str, folder: Path, installed: Callable[[str, str], str]) -> None:
    installed("fish", "fish")
    assert sorted(ask("fish", FISH, line, folder)) == sorted(CASES[line])


@pytest.mark.slow
def test_all_networks_and_verbs_are_offered_first(folder: Path) -> None:
    assert ask("bash", BASH, "flopcount ", folder) == [*VERBS, *WORDS, *flopcount.names()]


@pytest.mark.slow
@pytest.mark.parametrize("line", TYPED)
@pytest.mark.parametrize("shell", STARTS)
def test_the_tab_key(
    shell: str, line: str, folder: Path, installed: Callable[[str, str], str]
) -> None:
    """Only the shell itself knows where it breaks words: at an @ in bash, say."""
    installed(shell, shell)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [shell, *STARTS[shell]],
        cwd=folder,
        env={**environment(shell, folder), "PS1": "> "},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        seen = b""

        def read_until(what: str) -> None:
            nonlocal seen
            end = time.monotonic() + LIMIT
            while what.encode() not in seen:
                assert time.monotonic() < end, seen.decode(errors="replace")
                if select.select([ours], [], [], 1)[0]:
                    seen += os.read(ours, 65536)
            seen = b""

        try:
            if shell == "zsh":
                os.write(ours, b"autoload -U compinit; compinit -u -D\n")
            os.write(ours, b'eval "$CODE"; echo rea""dy\n')
            read_until("ready")
            os.write(ours, line.encode() + b"\t")
            read_until(TYPED[line][-2:])
            os.write(ours, b"\n")
            read_until(f"ran: {TYPED[line].removeprefix('flopcount ')}")
        finally:
            process.kill()
            os.close(ours)
            os.close(theirs)


def test_without_argcomplete_one_line_says_what_to_install(tmp_path: Path) -> None:
    blocked = (
        "import sys; sys.modules['argcomplete'] = None\n"
        "from flopcount.__main__ import entry\nentry()"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HOME), "_ARGCOMPLETE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "flopcount: completion needs pip install 'flopcount[completion]'\n"


def test_every_option_with_words_of_its_own_is_completed() -> None:
    """A verb's option that is new is either completed, or named here as free text."""
    free = {"input", "classes", "batch", "free", "let", "diff", "top", "width", "past", "depth"}
    free |= {"title", "size", "dpi", "measured", "digits", "multiple", "printed", "workers"}
    free |= {"scheduler"}
    for name in VERBS:
        chosen = verb(name)
        known = completers(chosen)
        for action in build_parser(name, chosen)._actions:  # noqa: SLF001
            if action.nargs != 0:
                assert (action.dest in known) != (action.dest in free), f"{name}: {action.dest}"


def test_the_same_words_are_offered_again() -> None:
    offered = completers(verb("fit"))["budget"]
    assert list(offered("", Namespace())) == list(offered("", Namespace())) != []


def test_a_name_that_a_shell_cannot_be_told_is_left_out() -> None:
    """One such file in a folder of tables took away all the other names too."""
    odd = ["my", "two\nlines", os.fsdecode(b"\xff"), "é"]
    assert _asked(lambda _prefix, _args: odd, "", Namespace()) == ["my", "é"]


def test_the_columns_of_measured_designs_are_offered(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("input,top1\n224,70.1\n")
    typed = Namespace(measured=str(tmp_path / "a.csv"), vary=[])
    for name, option in (("sweep", "keep"), ("sweep", "sort"), ("fit", "maximize")):
        assert {"input", "top1", "params"} <= {*completers(verb(name))[option]("", typed)}

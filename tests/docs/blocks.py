"""The pages, the blocks of code in them, and what a command of theirs prints."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import flopcount
from flopcount.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)(?: title=\"[\w.-]+\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^```\w+ title=\"([\w.-]+)\"$", re.MULTILINE)
SHELL = set("|<>;&$`")
ANY_LINES = "…"


@dataclass(frozen=True)
class Shown:
    """A command in a page, the line it stands on, and what stands below it."""

    line: int
    command: str
    output: list[str]


def fences(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, language and content of each fenced block."""
    for found in FENCE.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1], found[2]


def commands(line: int, block: str) -> Iterator[Shown]:
    """Yield the commands of a console block, each with its output."""
    lines = block.splitlines()
    starts = [place for place, text in enumerate(lines) if text.startswith("$ ")]
    assert starts[:1] == [0], f"line {line}: a console block starts with '$ '"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        body = start + 1
        command = lines[start].removeprefix("$ ")
        while command.endswith("\\"):
            command = command.removesuffix("\\") + lines[body].removeprefix("> ")
            body += 1
        output = [text.rstrip() for text in lines[body:end]]
        yield Shown(line + 1 + start, command, output)


def titles(text: str) -> dict[int, str]:
    """The names of files that have no room for theirs, as CSV, by the line of their block."""
    return {text.count("\n", 0, found.start()) + 1: found[1] for found in TITLE.finditer(text)}


def parts(page: Path) -> list[Shown | tuple[str, str]]:
    """The commands of a page and the files that it shows, in order; a file names itself."""
    found: list[Shown | tuple[str, str]] = []
    text = page.read_text(encoding="utf-8")
    titled = titles(text)
    for line, language, block in fences(text):
        name = re.match(r"# ([\w.-]+\.\w+)\n", block)
        if language == "console":
            found += [
                shown
                for shown in commands(line, block)
                if shown.command.startswith(("flopcount", "python "))
            ]
        elif name or line in titled:
            found.append((titled[line] if line in titled else str(name and name[1]), block))
    return found


def output_of(command: str) -> list[str]:
    """Run a command in the folder where we are; standard output, then standard error."""
    is_script = command.startswith("python ")
    is_silent = is_script and not command.startswith("python -m ")
    if is_script or SHELL & set(re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
        python = f'python() {{ "{sys.executable}" -W ignore "$@"; }}'
        script = f'{python}; flopcount() {{ python -m flopcount "$@"; }}; {command}'
        home = str(Path(flopcount.__file__).parent.parent)
        done = subprocess.run(
            ["/bin/bash", "-c", script],
            env={
                "KERAS_BACKEND": "jax",
                "PYTEST_PLUGINS": "flopcount.testing.plugin",  # as installing it does
                **os.environ,
                "PYTHONPATH": home,
                "PYTHONIOENCODING": "utf-8",
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        text = "" if is_silent and not done.returncode else done.stdout + done.stderr
    else:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        done_by_help = contextlib.suppress(SystemExit)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), done_by_help:
            main(shlex.split(command)[1:])
        text = ""
        for stream in (out, err):
            stream.seek(0)
            text += stream.read()
    return [line.rstrip() for line in text.splitlines()]


def trimmed(lines: list[str]) -> list[str]:
    """Leave out empty lines at both ends."""
    return "\n".join(lines).strip("\n").splitlines()


def same(shown: list[str], seen: list[str]) -> bool:
    """Whether the output is the one shown, where a line ``…`` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ANY_LINES else re.escape(line) + r"\n"
        for line in trimmed(shown)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in trimmed(seen))) is not None

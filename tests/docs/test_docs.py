"""What the README and the docs show is what the program does."""

import contextlib
import doctest
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import flopcount
from flopcount.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKING = [
    *PAGES,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "tests" / "facts" / "README.md",
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
]
INSTALL = ("pip install . && flopcount googlenet --module 3a", "pip install -e '.[test]' && pytest")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = set("|<>;&$`")
ANY_LINES = "…"
SCREEN = 40  # lines
SERVER = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+")


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


def parts(page: Path) -> list[Shown | tuple[str, str]]:
    """The commands of a page and the files that it shows, in order; a file names itself."""
    found: list[Shown | tuple[str, str]] = []
    for line, language, block in fences(page.read_text(encoding="utf-8")):
        name = re.match(r"# ([\w.-]+\.\w+)\n", block)
        if language == "console":
            found += [
                shown for shown in commands(line, block) if shown.command.startswith("flopcount")
            ]
        elif name:
            found.append((name[1], block))
    return found


def output_of(command: str) -> list[str]:
    """Run a command in the folder where we are; standard output, then standard error."""
    if SHELL & set(re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
        script = f'flopcount() {{ "{sys.executable}" -m flopcount "$@"; }}; {command}'
        home = str(Path(flopcount.__file__).parent.parent)
        done = subprocess.run(
            ["/bin/bash", "-c", script],
            env={**os.environ, "PYTHONPATH": home, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        text = done.stdout + done.stderr
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_console_block_shows_what_is_printed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    for part in parts(page):
        if isinstance(part, tuple):
            name, content = part
            Path(name).write_text(content, encoding="utf-8")
        else:
            seen = output_of(part.command)
            if not same(part.output, seen):
                shown, fresh = "\n".join(part.output), "\n".join(seen)
                where = f"{page.name}:{part.line}: $ {part.command}"
                wrong.append(f"{where}\n--- shown\n{shown}\n--- printed\n{fresh}\n")
    assert not wrong, "\n".join(wrong)


def test_the_readme_has_the_two_commands_and_how_to_make_an_environment() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in INSTALL:
        lines = [line for line in text.splitlines() if line.startswith(command)]
        assert len(lines) == 1, command
        assert re.fullmatch(r"\s*(#.*)?", lines[0].removeprefix(command))
    assert "python3 -m venv" in text[: text.index(INSTALL[0])]


def test_the_readme_has_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    section = PAGES[0].read_text(encoding="utf-8").partition("\n## Install\n")[2]
    names = re.findall(r"^\| (`.*?) \|", section.partition("\n## ")[0], re.MULTILINE)
    named = {name for cell in names for name in re.findall(r"`(\w+)`", cell)}
    assert named == {*project["optional-dependencies"]}


def test_the_readme_has_ten_tasks_each_with_a_command_and_its_output() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    section = text.partition("\n## Ten tasks\n")[2].partition("\n## ")[0]
    _, *tasks = section.split("\n### ")
    assert [task.partition(".")[0] for task in tasks] == [str(place) for place in range(1, 11)]
    for task in tasks:
        shown = [
            one
            for line, language, block in fences(task)
            if language == "console"
            for one in commands(line, block)
        ]
        assert shown, task
        assert all(one.command.startswith("flopcount ") and one.output for one in shown), task


def test_the_first_screen_has_the_commands_the_output_and_the_picture() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    first = text.partition("\n## ")[0]
    assert first.startswith("# flopcount\n")
    assert first.index(INSTALL[0]) < first.index(INSTALL[1]) < first.index("$ flopcount")
    assert first.index("$ flopcount") < first.index("](docs/images/")
    assert text[: text.index("](docs/images/")].count("\n") < SCREEN


def test_the_main_job_is_shown_first() -> None:
    first = next(part for part in parts(PAGES[0]) if isinstance(part, Shown))
    assert first.command == "flopcount googlenet --module 3a"
    assert "9.68×" in "\n".join(first.output)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run_as_written(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags)
    report = io.StringIO()
    for line, language, block in fences(text):
        if language == "python" and ">>> " in block:
            test = doctest.DocTestParser().get_doctest(block, names, page.name, page.name, line)
            runner.run(test, out=report.write, clear_globs=False)
            names = test.globs
        elif language == "toml" and (name := re.match(r"# ([\w.-]+\.toml)\n", block)):
            Path(name[1]).write_text(block, encoding="utf-8")
    assert runner.summarize(verbose=False).failed == 0, report.getvalue()


def slug(heading: str) -> str:
    """Write a heading's anchor as GitHub does."""
    plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def prose(page: Path) -> str:
    """A page without its code; of a notebook the cells that are prose."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells)
    return FENCE.sub("", text)


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Those to other servers are only read: whether they answer is no matter of a test."""
    for target in re.findall(r"\]\(\s*([^)\s]+)\s*\)", prose(page)):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            assert parts.scheme == "https", f"{page.name}: {target}"
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.netloc), (
                f"{page.name}: {target}"
            )
            continue
        other = (page.parent / parts.path).resolve() if parts.path else page
        assert other.exists(), f"{page.name}: {target}"
        assert other.is_relative_to(ROOT), f"{page.name}: {target}"
        if parts.fragment:
            headings = re.findall(r"^#+ (.*)$", prose(other), re.MULTILINE)
            assert parts.fragment in map(slug, headings), f"{page.name}: {target}"


# -- the helpers find what they are there to find


@pytest.mark.parametrize(
    ("shown", "seen", "alike"),
    [
        ("a\nb", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a", "a\nb", False),
        ("a\n…", "a\nb\nc", True),
        ("…\nc", "a\nb\nc", True),
        ("a\n…\nc", "a\nb\n\nb\nc", True),
        ("…\nx", "a\nb", False),
        ("a … c", "a b c", False),
        ("1.50×", "1x50×", False),
        ("\na\n\n", "a", True),
        ("…", "", True),
        ("", "a", False),
    ],
)
def test_the_comparison_of_outputs(shown: str, seen: str, alike: bool) -> None:  # noqa: FBT001
    assert same(shown.splitlines(), seen.splitlines()) is alike


def test_blocks_and_commands_are_found() -> None:
    page = "```toml\n# a.toml\nx\n```\ntext\n```console\n$ flopcount a \\\n> b\nout\n\n$ ls\n```\n"
    (toml, console) = fences(page)
    assert toml == (1, "toml", "# a.toml\nx\n")
    first, second = commands(console[0], console[2])
    assert first == Shown(7, "flopcount a b", ["out", ""])
    assert second.command == "ls"


def test_errors_are_compared_too() -> None:
    assert output_of("flopcount googlnet")[0].startswith("flopcount: unknown network 'googlnet'")
    assert output_of("flopcount googlenet | head -1; echo done")[1:] == ["done"]
    assert slug("What `--naive` is, in 3 readings") == "what---naive-is-in-3-readings"
